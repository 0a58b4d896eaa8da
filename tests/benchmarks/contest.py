"""One run of one bot: start the generator, start the bot, let them meet, read the figures, end both."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from tests.benchmarks.figures import Figures
from tests.benchmarks.processes import on_core, two_cores
from tests.benchmarks.tally import LOST_AFTER

ROOT = Path(__file__).parents[2]

#: Seconds beyond warm-up, window and the last answers that a run may take: a bot's start, and a slow machine.
LEEWAY = 60.0

#: What bolt.mjs needs, and the seconds that npm may take to install it.
BOLT_JS = ("@slack/bolt@4", "axios@1")
INSTALLS_WITHIN = 180.0

#: Seconds a process is given to end when asked.
ENDS_WITHIN = 5.0


class RunFailed(Exception):
    """A run gave no figures; the message holds what the processes said."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """A bot: its name in the table and how it is started, by Python unless another ``program`` is named."""

    name: str
    arguments: tuple[str, ...]
    program: str = sys.executable


OURS = Contestant("this bot", ("-m", "bot", "run"))
PLAIN = Contestant("plain Bolt", ("-m", "tests.benchmarks.plain_bolt"))
LEAN = Contestant("lean Bolt", ("-m", "tests.benchmarks.plain_bolt", "lean"))
FLOOR = Contestant("floor", ("-m", "tests.benchmarks.floor"))


@dataclass(frozen=True, slots=True)
class Work:
    """What the bots are asked to do."""

    name: str
    mode: str
    """``help`` or ``card``."""
    connections: int
    """Commands on their way at once."""
    api_ms: float = 0
    """How long the statistics API takes, milliseconds."""
    hot: int = 0
    """So many posts in turn; 0: every command another post."""
    socket: bool = False
    """Over Socket Mode instead of HTTP."""
    lost_after: float = LOST_AFTER
    """Seconds after which a command without its answer counts as lost."""


def measure(bot: Contestant, work: Work, *, seconds: float, warm: float, pin: bool = True) -> Figures:
    """The figures of one run.

    Raises:
        RunFailed: the bot did not start, or a process ended early or too late.
    """
    bot_core, load_core = (pin and two_cores()) or (None, None)
    secret = secrets.token_hex(16)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        log = stack.enter_context(Path(folder, "log").open("w+", encoding="utf-8"))
        generator = Contestant("generator", _load_arguments(work, secret, seconds, warm))
        load = stack.enter_context(_running(generator, {}, load_core, folder, log))
        port = free_port()
        environment = bot_environment(port, json.loads(_line(load, log))["port"], secret, folder)
        if work.socket:
            environment["SLACK_APP_TOKEN"] = "xapp-1-A-1-benchmark"
        began = time.perf_counter()
        process = stack.enter_context(_running(bot, environment, bot_core, folder, log))
        assert load.stdin is not None
        load.stdin.write(json.dumps({"port": port, "pid": process.pid, "began": began}) + "\n")
        load.stdin.flush()
        return _figures(load, process, log, time.monotonic() + seconds + warm + work.lost_after + LEEWAY)


def bolt_js(folder: Path) -> Contestant | None:
    """The bot with Slack's Bolt for JavaScript, installed into this folder by npm; None where that does not work."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    there = shutil.copy(Path(__file__).with_name("bolt.mjs"), folder)
    asked = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", *BOLT_JS]
    try:
        subprocess.run(asked, cwd=folder, check=True, capture_output=True, timeout=INSTALLS_WITHIN)
    except (subprocess.SubprocessError, OSError):
        return None
    return Contestant("bolt-js", (str(there),), node)


def free_port() -> int:
    """A port of the loopback that nothing listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def bot_environment(port: int, other_side: int, secret: str, folder: str) -> dict[str, str]:
    """Every setting a bot needs here, and nothing of this machine's own: no ``.env``, no secret files, no database of anybody's."""
    url = f"http://127.0.0.1:{other_side}"
    return {
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "SLACK_API_URL": f"{url}/api/",
        "SLACK_BOT_TOKEN": "xoxb-benchmark",
        "SLACK_SIGNING_SECRET": secret,
        "POSTPOST_BASE_URL": f"{url}/api/v1",
        "POSTPOST_API_KEY": "benchmark",
        "POSTPOST_PLATFORM_ID": "linkedin-Tz9W5i6ZYG",
        "DATABASE_URL": f"sqlite:///{folder}/bot.sqlite3",
        "SECRETS_DIR": folder,
        "LOG_LEVEL": "INFO",
    }


def _load_arguments(work: Work, secret: str, seconds: float, warm: float) -> tuple[str, ...]:
    options: dict[str, Any] = {
        "mode": work.mode,
        "connections": work.connections,
        "api-ms": work.api_ms,
        "hot": work.hot,
        "lost-after": work.lost_after,
        "seconds": seconds,
        "warm": warm,
        "secret": secret,
    }
    over = ("--socket",) if work.socket else ()
    return ("-m", "tests.benchmarks.load", *over, *(f"--{name}={value}" for name, value in options.items()))


@contextmanager
def _running(one: Contestant, environment: dict[str, str], core: int | None, folder: str, log: TextIO) -> Iterator["subprocess.Popen[str]"]:
    """A process of ours, ended when left."""
    inherited = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT)}
    with on_core(core):
        process = subprocess.Popen(
            [one.program, *one.arguments],
            env=inherited | environment,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=log if environment else subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    try:
        process.wait(ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _line(load: "subprocess.Popen[str]", log: TextIO) -> str:
    """The generator's next line."""
    assert load.stdout is not None
    return load.stdout.readline() or _fail("the generator ended early", log)


def _figures(load: "subprocess.Popen[str]", bot: "subprocess.Popen[str]", log: TextIO, end: float) -> Figures:
    """Wait for the generator's last line; a bot that ends before it, or a run beyond its time, is a failure."""
    while load.poll() is None:
        if bot.poll() is not None:
            _fail(f"the bot ended early with status {bot.returncode}", log)
        if time.monotonic() > end:
            _fail("the run took too long", log)
        time.sleep(0.02)
    return Figures(**json.loads(_line(load, log)))


def _fail(why: str, log: TextIO) -> Any:
    log.seek(0)
    raise RunFailed(f"{why}; the processes said:\n{log.read()[-3000:]}")
