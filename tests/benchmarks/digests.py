"""Digests by the thousand: many channels due at the same moment, and many occurrences in a row.

    python -m tests.benchmarks.digests                       1,000 digests of 50 accounts, due now
    python -m tests.benchmarks.digests --digests 100 --accounts 5
    python -m tests.benchmarks.digests --workers 4           as many processes over one PostgreSQL of its own
    python -m tests.benchmarks.digests --in-a-row 10000      one digest, hour after hour

Linux only: it reads /proc. Loopback only. See README.md beside this file for the method.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from bot.app import Bot, open_bot
from bot.sandbox.servers import DEMO_KEY, Servers, manifest_file
from bot.sandbox.slack.people import BOT_USER_ID, TEAM_ID, Channel
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.statistics.server import StatisticsServer
from bot.sandbox.world import World
from bot.sandbox.world_accounts import ACCOUNTS
from bot.settings import given_settings
from bot.storage.database import Database, open_database
from bot.storage.delivery_log import DeliveryLog
from bot.storage.follow_ups import FollowUpRepository
from bot.storage.subscriptions import SubscriptionRepository
from bot.subscriptions.delivery_state import DeliveryState
from bot.subscriptions.subscription import Subscription, SubscriptionStatus
from tests.benchmarks.processes import cpu_seconds, peak_mb
from tests.postgresql import running_postgresql

TOP = Path(__file__).parents[2]

#: What the made-up Slack takes from one workspace in a minute, and how far apart two messages in one channel must be (seconds).
A_MINUTE, APART = 100, 1.0


@dataclass(frozen=True, slots=True)
class Burst:
    """What a thousand digests at once cost."""

    digests: int
    accounts: int
    sent: int
    seconds: float
    floor: float
    api_requests: int
    asked_twice: int
    slack_calls: int
    limited: int
    cpu_seconds: float
    peak_mb: float
    #: The database's transactions on PostgreSQL; None on SQLite, which counts none.
    transactions: int | None = None

    def row(self) -> str:
        """A line of the README's table."""
        return (
            f"| {self.digests:,} | {self.accounts} | {self.sent:,} | {self.seconds:.1f} | {self.floor:.0f} | {self.api_requests} "
            f"| {self.asked_twice} | {self.slack_calls:,} | {self.limited} | {self.cpu_seconds:.1f} | {self.peak_mb:.0f} |"
        ) + ("" if self.transactions is None else f" {self.transactions / self.digests:.1f} |")


def made_up_world(accounts: int) -> World:
    """A world of so many healthy accounts."""
    members = (
        replace(ACCOUNTS[0], platform_id=f"linkedin-Bench{number:04d}", display_name=f"Member {number}", post_every=30)
        for number in range(accounts)
    )
    return World(accounts=tuple(members))


def open_channels(slack: SlackServer, how_many: int) -> list[str]:
    """So many public channels with the bot in them."""
    ids = [f"C0BENCH{number:05d}" for number in range(how_many)]
    for number, channel in enumerate(ids):
        slack.parts.workspace.channels[channel] = Channel(channel, f"bench-{number}", "public", frozenset({BOT_USER_ID}), "")
        slack.parts.workspace._messages.setdefault(channel, {})
    return ids


def digest(number: int, channel: str, accounts: tuple[str, ...], due: datetime, cron: str) -> Subscription:
    """A digest that is due at this moment."""
    return Subscription(
        id=f"digest-{number}",
        team=TEAM_ID,
        channel=channel,
        accounts=accounts,
        content=(),
        cron=cron,
        zone="UTC",
        status=SubscriptionStatus.ACTIVE,
        next_run_at=due,
        grace=21_600,
        owner=None,
    )


@asynccontextmanager
async def bot_process(environment: dict[str, str], folder: Path) -> AsyncIterator[int]:
    """`python -m bot run`, serving; its process id."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        assert process.stdout is not None
        assert (await process.stdout.readline()).startswith(b"Answering")
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def burst(digests: int, accounts: int, *, limits: bool, yearly: bool = False, workers: int | None = None) -> Burst:
    """Set digests up in as many channels, start the bot when they are all due, and wait until every one has its end.

    ``workers``: so many processes over a PostgreSQL of their own; None for one over SQLite. Time and processor time are from when the
    first serves, the memory is that of the largest.
    """
    with tempfile.TemporaryDirectory() as place, running_postgresql() if workers else nullcontext() as server:
        folder, url = Path(place), server.make_database() if server else f"sqlite:///{place}/bot.sqlite3"
        world, now = made_up_world(accounts), datetime.now(UTC)
        async with (
            StatisticsServer(world, clock=_wall) as statistics,
            SlackServer(manifest_file(), clock=_wall, rate_limits=limits) as slack,
            open_database(url) as database,
        ):
            ids = tuple(account.platform_id for account in world.accounts)
            due = now.replace(second=0, microsecond=0)
            days = f"{due.day} {due.month} *" if yearly else f"* * {due.isoweekday() % 7}"
            cron = f"{due.minute} {due.hour} {days}"
            for number, channel in enumerate(open_channels(slack, digests)):
                await SubscriptionRepository(database).create(digest(number, channel, ids, due, cron), by="bench", at=now)
            environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(TOP), "DATABASE_URL": url, "SECRETS_DIR": place}
            environment |= Servers(statistics, slack).environment() | {"LOG_LEVEL": "WARNING", "POSTPOST_API_KEY": DEMO_KEY}
            async with AsyncExitStack() as stack:
                begun = [asyncio.create_task(stack.enter_async_context(bot_process(environment, folder))) for _ in range(workers or 1)]
                first, _ = await asyncio.wait(begun, return_when=asyncio.FIRST_COMPLETED)
                before, made = time.perf_counter(), await _transactions(url) if server else 0
                cpu = sum(cpu_seconds(task.result()) for task in first)
                pids = await asyncio.gather(*begun)
                await _all_ended(database, digests)
                seconds, cpu, peak = time.perf_counter() - before, sum(map(cpu_seconds, pids)) - cpu, max(map(peak_mb, pids))
            asked = [str(one.body) for one in statistics.requests if one.path.endswith("-statistics")]
            posts = [call for call in slack.calls if call.method == "chat.postMessage"]
            counts = await DeliveryLog(database).counts()
            return Burst(
                digests,
                accounts,
                counts[DeliveryState.SENT],
                seconds,
                max(APART, (2 * digests - A_MINUTE) * 60 / A_MINUTE) if limits else APART,
                len(asked),
                len(asked) - len(set(asked)),
                len(posts),
                sum(call.status == 429 for call in posts),
                cpu,
                peak,
                await _transactions(url) - made if server else None,
            )


async def _transactions(url: str) -> int:
    """How many PostgreSQL has ended, those that only read as well."""
    async with await psycopg.AsyncConnection.connect(url) as connection:
        counted = await connection.execute("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
        found = await counted.fetchone()
    return int(found[0]) if found else 0


def _wall() -> datetime:
    return datetime.now(UTC)


async def _all_ended(database: Database, digests: int) -> None:
    """Until every message is recorded and nothing is left to say in any thread; looked at rarely, since looking costs too."""
    while not await _is_over(database, digests):  # noqa: ASYNC110 - another process does the work
        await asyncio.sleep(0.3)


async def _is_over(database: Database, digests: int) -> bool:
    sent = (await DeliveryLog(database).counts())[DeliveryState.SENT]
    return sent >= digests and not await FollowUpRepository(database).due_parts(_wall() + timedelta(days=1), limit=1)


@dataclass
class Moving:
    """A clock that is turned by hand."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


async def in_a_row(occurrences: int, every: int = 500) -> None:
    """One hourly digest, the clock turned on from hour to hour; the bot's memory and open files at every five hundredth.

    The made-up companies remember what passed, so they are a process of their own.
    """
    with tempfile.TemporaryDirectory() as place:
        # All of it lies in the past of the companies' clock: they have figures for no other days.
        clock = Moving(datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=occurrences + 48))
        async with _companies() as companies:
            environment = {name.lower(): value for name, value in companies["environment"].items()}
            settings = given_settings(**environment, database_url=f"sqlite:///{place}/bot.sqlite3", port=0)
            async with open_bot(settings, clock) as bot, bot.scheduling.queue.working(bot.work):
                await bot.scheduling.stores.digests.create(
                    digest(0, companies["channel"], tuple(companies["accounts"]), clock(), "0 * * * *"), by="bench", at=clock()
                )
                print("| occurrences | sent | MB | open files |\n|---|---|---|---|")
                for number in range(1, occurrences + 1):
                    await _one(bot, clock)
                    if number % every == 0 or number == 1:
                        counts = await bot.scheduling.stores.history.counts()
                        print(f"| {number:,} | {counts[DeliveryState.SENT]:,} | {_resident_mb():.1f} | {_open_files()} |", flush=True)
                    clock.now = clock.now.replace(minute=0, second=0) + timedelta(hours=1)


async def _one(bot: Bot, clock: Moving) -> None:
    """Tick for the message, and then for each reply in its thread: of all accounts together, and of each of the two."""
    for _ in range(5):
        await bot.scheduling.runner.tick()
        await bot.tasks.idle()
        clock.now += timedelta(seconds=2)


@asynccontextmanager
async def _companies() -> AsyncIterator[dict[str, Any]]:
    """Both servers in a process of their own; what a bot has to know of them."""
    command = (sys.executable, "-m", "tests.benchmarks.digests", "--serve")
    process = await asyncio.create_subprocess_exec(*command, cwd=TOP, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield json.loads(await process.stdout.readline())
    finally:
        process.stdin.close()
        await process.wait()


async def serve() -> None:
    """Be the two companies until the standard input ends; what is long past is forgotten."""
    statistics, slack = StatisticsServer(made_up_world(2), clock=_wall), SlackServer(manifest_file(), clock=_wall, rate_limits=False)
    ended = asyncio.Event()
    async with statistics, slack:
        (channel,) = open_channels(slack, 1)
        accounts = [account.platform_id for account in statistics.world.accounts]
        environment = Servers(statistics, slack).environment(over_http=True)
        print(json.dumps({"environment": environment, "channel": channel, "accounts": accounts}), flush=True)
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), ended.set)
        while not ended.is_set():
            slack.parts.posting.accepted.clear()
            slack._webapi.calls.clear()
            stored = slack.parts.workspace._messages[channel]
            for ts in list(stored)[:-100]:
                del stored[ts]
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), 1)


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--digests", type=int, default=1_000)
    parser.add_argument("--accounts", type=int, default=50)
    parser.add_argument("--no-limits", action="store_true", help="Slack counts no calls: the bot's own pace alone")
    parser.add_argument("--yearly", action="store_true", help="about 365 days of every account instead of a week's")
    parser.add_argument("--workers", type=int, metavar="N", help="so many processes over PostgreSQL instead of one over SQLite")
    parser.add_argument("--in-a-row", type=int, metavar="N", help="instead: so many occurrences of one digest")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        asyncio.run(serve())
        return 0
    if chosen.in_a_row:
        asyncio.run(in_a_row(chosen.in_a_row))
        return 0
    print(
        "| digests | accounts | sent | seconds | floor | API requests | asked twice | Slack calls | 429 | CPU s | peak MB |"
        + " transactions a digest |" * bool(chosen.workers)
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|" + "---|" * bool(chosen.workers))
    print(
        asyncio.run(burst(chosen.digests, chosen.accounts, limits=not chosen.no_limits, yearly=chosen.yearly, workers=chosen.workers)).row()
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
