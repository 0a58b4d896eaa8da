"""The load generator, which is also the made-up Slack and statistics API: one process, one clock.

::

    run.py ─ starts ─→ load.py ─ prints {"port"} ─→ run.py starts the bot ─ writes {"port", "pid"} ─→ load.py
                                                                     prints the Figures ←─ warm-up, window, drain ─┘

With ``--socket`` commands go over the bot's Socket Mode connection. A closed loop: each of the lanes sends its next command when the one
before is wholly answered.
"""

import argparse
import asyncio
import json
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from typing import cast

import uvloop

from tests.benchmarks.figures import Figures, percentile_ms
from tests.benchmarks.http_wire import MessageReader
from tests.benchmarks.made_up_side import MadeUpSide
from tests.benchmarks.processes import cpu_seconds, peak_mb
from tests.benchmarks.signed_commands import SignedCommands
from tests.benchmarks.socket_side import SocketSide
from tests.benchmarks.tally import LOST_AFTER, OK, Tally

#: Seconds a bot may take from its start to its first right answer.
STARTS_WITHIN = 30.0

#: Seconds commands on their way are given after the window.
DRAIN = 5.0

#: Seconds between two looks for lost commands.
SWEEP = 0.25


class LoadError(Exception):
    """The load could not be put on the bot."""


class CommandLane(asyncio.Protocol):
    """One keep-alive connection to the bot, with one command on its way at a time."""

    def __init__(self, load: "Load") -> None:
        self._load = load
        self._reader = MessageReader()
        self._number = 0
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class is none of asyncio's
        self.go_on()

    def go_on(self) -> None:
        # After a lost 200 its late arrival would be taken for the next command's: a fresh connection cannot mix them up.
        if self._busy:
            self._transport.abort()
        elif not self._load.stopping and not self._transport.is_closing():
            self._busy = True
            self._number, request = self._load.next_command(self)
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        for answer in self._reader.feed(data):
            self._busy = False
            self._load.tally.acknowledged(self._number, answer.status, answer.body, time.perf_counter())

    def connection_lost(self, exc: Exception | None) -> None:
        busy, self._busy = self._busy, False
        if busy:
            self._load.tally.failed(self._number, f"the bot closed the connection ({exc})")
        self._load.replace()


class SocketLane:
    """One command on its way at a time over the bot's Socket Mode connection."""

    def __init__(self, load: "Load") -> None:
        self._load = load

    def go_on(self) -> None:
        self._load.send_envelope(self)


class Load:
    """Puts a number of lanes on a bot, over HTTP or the ``socket``, and keeps the book of what comes back."""

    def __init__(self, commands: SignedCommands, bot_port: int, tally: Tally, socket: SocketSide | None = None) -> None:
        self._commands, self._socket = commands, socket
        self._port = bot_port
        self.tally = tally
        self.stopping = False
        self._opening: set[asyncio.Task[None]] = set()

    def next_command(self, lane: CommandLane) -> tuple[int, bytes]:
        """The next command's number and request, entered in the book."""
        number = self.tally.sent(lane, time.perf_counter())
        return number, self._commands.request(number)

    def send_envelope(self, lane: SocketLane) -> None:
        """The same over Socket Mode."""
        if self._socket is not None and not self.stopping:
            self._socket.send(self._commands.envelope(self.tally.sent(lane, time.perf_counter())))

    async def open_lane(self) -> None:
        """Connect one lane, which begins at once."""
        if self._socket is not None:
            self.send_envelope(SocketLane(self))
            return
        await asyncio.get_running_loop().create_connection(lambda: CommandLane(self), "127.0.0.1", self._port)

    def replace(self) -> None:
        """A lane was closed: open another one."""
        if not self.stopping:
            task = asyncio.get_running_loop().create_task(self.open_lane())
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    async def last(self, seconds: float) -> None:
        """Let the lanes run for so long, counting what gets lost."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            await asyncio.sleep(min(left, SWEEP))
            self.tally.give_up(time.perf_counter())

    async def stop(self) -> None:
        """Send nothing more, and wait for what is on its way."""
        self.stopping = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self.tally.nothing_waits.wait(), max(DRAIN, self.tally.lost_after))
        self.tally.give_up(float("inf"))


async def wait_until_ready(port: int, commands: SignedCommands) -> None:
    """Until the bot answers a signed command with 200.

    Raises:
        LoadError: it does not within ``STARTS_WITHIN`` seconds.
    """
    end, last = time.perf_counter() + STARTS_WITHIN, b"nothing"
    while time.perf_counter() < end:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(commands.request(0))
            last = await asyncio.wait_for(reader.read(65_536), STARTS_WITHIN)
            writer.close()
            if last.startswith(b"HTTP/1.1 200"):
                return
        except OSError:
            pass
        await asyncio.sleep(0.02)
    raise LoadError(f"the bot acknowledged no signed command within {STARTS_WITHIN:g} s; its last answer: {last[:300]!r}")


async def wait_until_connected(socket: SocketSide, commands: SignedCommands, acknowledged: asyncio.Event) -> None:
    """Until the bot has connected over Socket Mode and acknowledges a command.

    Raises:
        LoadError: it does not within ``STARTS_WITHIN`` seconds.
    """
    try:
        async with asyncio.timeout(STARTS_WITHIN):
            await socket.connected.wait()
            socket.send(commands.envelope(0))
            await acknowledged.wait()
    except TimeoutError:
        raise LoadError(f"the bot acknowledged no command over Socket Mode within {STARTS_WITHIN:g} s") from None


async def measure(load: Load, side: MadeUpSide, pid: int, cold: float, chosen: argparse.Namespace) -> Figures:
    """Warm up, measure the window, drain."""
    tally = load.tally
    await asyncio.gather(*(load.open_lane() for _ in range(chosen.connections)))
    await load.last(chosen.warm)
    tally.recording, began, cpu, own = True, time.perf_counter(), cpu_seconds(pid), time.process_time()
    await load.last(chosen.seconds)
    while not (tally.done or tally.errors):
        # On a busy machine nothing may have come back yet.
        await load.last(SWEEP)
    seconds, cpu, own = time.perf_counter() - began, cpu_seconds(pid) - cpu, time.process_time() - own
    tally.recording = False
    await load.stop()
    return Figures(
        commands=tally.done,
        seconds=seconds,
        ack_p50_ms=percentile_ms(tally.acks, 0.5),
        ack_p99_ms=percentile_ms(tally.acks, 0.99),
        card_p50_ms=percentile_ms(tally.cards, 0.5),
        cpu_seconds=cpu,
        peak_mb=peak_mb(pid),
        api_calls=side.api_calls,
        errors=tally.errors,
        complaint=tally.complaint,
        generator_busy=own / seconds,
        cold_seconds=cold,
    )


async def serve_and_load(chosen: argparse.Namespace) -> None:
    """Listen, wait to be told of the bot, and print what was measured."""
    asks_cards = chosen.mode == "card"
    tally = Tally(asks_cards=asks_cards, lost_after=chosen.lost_after)
    side = MadeUpSide(chosen.api_ms / 1000, lambda number, body: tally.carded(number, body, time.perf_counter()) if number else None)
    port = await side.listen()
    first, url = asyncio.Event(), f"http://127.0.0.1:{port}"

    def acknowledged(number: int, body: bytes) -> None:
        tally.acknowledged(number, OK, body, time.perf_counter()) if number else first.set()

    socket = SocketSide(acknowledged) if chosen.socket else None
    if socket is not None:
        side.offer_socket(await socket.listen())
    print(json.dumps({"port": port}), flush=True)
    bot = json.loads(await asyncio.to_thread(sys.stdin.readline))
    asking_help = SignedCommands(chosen.secret.encode(), url, asks_cards=False)
    await (wait_until_connected(socket, asking_help, first) if socket else wait_until_ready(bot["port"], asking_help))
    # The monotonic clock is the same in all processes of Linux.
    cold = time.perf_counter() - bot["began"]
    commands = SignedCommands(chosen.secret.encode(), url, asks_cards=asks_cards, hot=chosen.hot)
    figures = await measure(Load(commands, bot["port"], tally, socket), side, bot["pid"], cold, chosen)
    print(json.dumps(asdict(figures)), flush=True)


def main() -> None:
    """Run by ``run.py``; see the module's docstring for what it sends and gets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mode", choices=("help", "card"), required=True, help="what every command asks for")
    parser.add_argument("--connections", type=int, default=1, help="lanes, each with one command on its way")
    parser.add_argument("--api-ms", type=float, default=0, help="how long the statistics API takes, milliseconds")
    parser.add_argument("--hot", type=int, default=0, help="so many posts in turn; 0: every command another post")
    parser.add_argument("--socket", action="store_true", help="over Socket Mode instead of HTTP")
    parser.add_argument("--warm", type=float, default=1, help="seconds before the window")
    parser.add_argument("--seconds", type=float, default=3, help="the window's length")
    parser.add_argument("--lost-after", type=float, default=LOST_AFTER, help="seconds until a command without an answer counts as lost")
    parser.add_argument("--secret", required=True, help="the signing secret, made up for the run")
    uvloop.run(serve_and_load(parser.parse_args()))


if __name__ == "__main__":
    main()
