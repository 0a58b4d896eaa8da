"""The real bot between the sandbox's two servers, on a clock the test turns: what the tests start from."""

import gc
import logging
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zlib import crc32

import hypothesis
import pytest

from bot.app import Bot, open_bot
from bot.sandbox.servers import DEMO_KEY, manifest_file
from bot.sandbox.slack.server import SlackServer
from bot.sandbox.statistics.server import StatisticsServer
from bot.sandbox.world import World
from bot.settings import given_settings
from bot.slack.validator import check_message
from tests.fixtures.accounts import directory as directory  # noqa: PLC0414 - fixtures for every folder's tests
from tests.fixtures.cards import compare as compare  # noqa: PLC0414 - the same
from tests.fixtures.cards import english_numbers as english_numbers  # noqa: PLC0414 - the same
from tests.fixtures.cards import samples as samples  # noqa: PLC0414 - the same
from tests.fixtures.compiled import share_compiled_statements
from tests.fixtures.databases import BEGINNING, make_database
from tests.fixtures.deliveries import digesting as digesting  # noqa: PLC0414 - the same
from tests.fixtures.deliveries import engine_url as engine_url  # noqa: PLC0414 - the same
from tests.fixtures.deliveries import open_digesting as open_digesting  # noqa: PLC0414 - the same
from tests.fixtures.deliveries import ticks_by_hand as ticks_by_hand  # noqa: PLC0414 - the same
from tests.fixtures.workspaces import open_several as open_several  # noqa: PLC0414 - the same
from tests.postgresql import postgresql as postgresql  # noqa: PLC0414 - the one server of the whole run, for every folder's tests
from tests.wording import assert_wording

#: Slack's three seconds are held by the sandbox's own tests; here a busy machine shall not turn into a failure of the bot. Its limit of a
#: message a second and channel is measured in real time, so tests of it ask for it.
PATIENCE = {"ack_timeout": 60.0, "post_interval": 0.0}
#: Nor shall it turn an answer in time into one that a notice announces: longer than the setting may be, since this Slack waits longer.
UNHURRIED = {"acknowledge_within": 45.0}


TRANSPORTS = ("socket", "http")

#: What is imported and collected stays: no garbage is looked for meanwhile. The bot of each test makes many objects, and few in circles:
#: seldom looked for, they cost a tenth of the run less.
gc.disable()
gc.set_threshold(100_000, 20, 20)

#: An example may take as long as it likes: on a busy machine seconds say nothing.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")

#: Linux's file system in memory, and the bytes that a run may take there.
IN_MEMORY, ROOM = "/dev/shm", 4_000_000_000  # noqa: S108 - pytest makes a private folder there

share_compiled_statements()

#: Each of the many processes that tests start would compile the whole bot anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
#: Each commit waits for the database's disk, which takes most tests longer than all else: temporary files are in memory where it has room.
if "TMPDIR" not in os.environ and os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ROOM:
    os.environ["TMPDIR"], tempfile.tempdir = IN_MEMORY, None
#: And each run would rewrite the assertions of all tests anew.
sys.dont_write_bytecode = False

#: Files with long tests, which begin first: at the end of the run one worker would wait for the other's.
LONG = (
    "tests/cli/test_cli.py",
    "tests/papers/test_commands_as_written.py",
    "tests/storage/test_upgrades.py",
    "tests/delivery/crash/",
    "tests/delivery/test_restored.py",
    "tests/sandbox/page/",
    "tests/delivery/",
    "tests/watches/",
    "tests/security/",
    "tests/parsing/test_bounded_work.py",
    "tests/listeners/",
    "tests/digests/",
    "tests/statistics/test_sixth_metric.py",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: many tests wait for a browser, a database or a process of the bot's own."""
    # macOS does not say which cores a process may use.
    return (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with long tests first; each file's tests stay in their order.

    A test over both transports runs over one of them, which its name decides, and over the other with ``-m full``.
    """
    for item in items:
        if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            over = item.callspec.params.get("scene")
            if over in TRANSPORTS and over != TRANSPORTS[crc32(item.originalname.encode()) % 2]:
                item.add_marker(pytest.mark.full)
    items.sort(key=lambda item: next((place for place, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG)))


def pytest_collection_finish() -> None:
    """Leaves what was imported and collected out of every later search for garbage."""
    gc.collect()
    gc.freeze()
    gc.enable()


class Clock:
    """A clock that stands still until it is told to go on: Monday, 23 November 2026, 9:02 UTC."""

    def __init__(self) -> None:
        self.now = BEGINNING

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **by: float) -> None:
        self.now += timedelta(**by)


class BotClock:
    """The same clock as the bot sees it; it can be made to fail, as an unexpected error."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.fails = False

    def __call__(self) -> datetime:
        if self.fails:
            raise RuntimeError("the clock stopped")
        return self._clock()


@dataclass
class Scene:
    """Slack, the statistics API and the bot, all real but for the two companies."""

    slack: SlackServer
    statistics: StatisticsServer
    bot: Bot
    clock: Clock
    bot_clock: BotClock
    port: int | None = None
    checked: list[str] = field(default_factory=list)

    async def ask(self, text: str, *, who: str = "ann", channel: str = "#marketing") -> dict[str, Any]:
        """Type the command, wait until the bot has nothing left to do, and return the last message it left."""
        interaction = await self.slack.person(who).command(text, channel=channel)
        assert interaction.ok, interaction.error
        await self.bot.tasks.idle()
        # The file of a digest that is posted at the same time has no blocks.
        return self.guarded([message for message in interaction.seen() if "blocks" in message][-1])

    async def set_up(self, words: str, *, who: str = "ann", channel: str = "#marketing") -> None:
        """Type the words of a digest, and press the button under its preview that sets it up."""
        await self.slack.person(who).press(await self.ask(words, who=who, channel=channel), "digest.create")
        await self.settle()

    async def carry_out(self, words: str, *, who: str = "ann", channel: str = "#marketing") -> dict[str, Any]:
        """Type a command, press *Delete It* if it asks first, and return the last message."""
        answer = await self.ask(words, who=who, channel=channel)
        if not answer["text"].startswith("*Delete"):
            return answer
        interaction = await self.slack.person(who).press(answer, "Delete It")
        await self.settle()
        return self.guarded(interaction.seen()[-1])

    async def settle(self) -> None:
        """Wait until the bot has nothing left to do."""
        await self.bot.tasks.idle()

    def guarded(self, message: dict[str, Any]) -> dict[str, Any]:
        """The message, once the bot's own checker finds nothing in it (the sandbox's Slack has checked it already)."""
        assert not check_message(message["blocks"], message["text"])
        return message

    def asked_count(self, source: str, outcome: str) -> float:
        """How many questions came to this outcome, by the bot's own counters."""
        value = self.bot.metrics.registry.get_sample_value("linkedin_stats_asks_total", {"source": source, "outcome": outcome})
        return value or 0.0


OpenScene = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class MadeDatabases:
    """SQLite files to copy."""

    new: Path
    posts_known: Path


@pytest.fixture(autouse=True)
def usual_logging() -> Iterator[None]:
    """The loggers as they were: a command configures them for its whole process, here the next tests' too."""
    root, named = logging.getLogger(), [one for one in logging.Logger.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    handlers, levels = root.handlers[:], [(one, one.level) for one in (root, *named)]
    yield
    root.handlers[:] = handlers
    for one, level in levels:
        if one.level != level:
            # Not the attribute alone: each logger remembers what it may say until a level is set.
            one.setLevel(level)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def made_databases(tmp_path_factory: pytest.TempPathFactory) -> MadeDatabases:
    """Two databases as the bot makes them, once for all tests: one is new, one knows the made-up world's posts."""

    folder = tmp_path_factory.mktemp("databases")
    made = MadeDatabases(folder / "new.sqlite3", folder / "known.sqlite3")
    for file, known in ((made.new, False), (made.posts_known, True)):
        make_database(f"sqlite:///{file}", posts_known=known)
    return made


@pytest.fixture
def no_back_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that failed for a moment is repeated as often as ever, and almost at once; so are a long list's next hundred asked for."""
    monkeypatch.setattr("bot.postpost.transport.BACK_OFF", 0.005)
    monkeypatch.setattr("bot.postpost.post_catalog.PAUSE", 0.005)


@pytest.fixture
def long_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim ends by the tests' clock; the seconds that a busy machine needs meanwhile hardly count."""
    monkeypatch.setattr("bot.bootstrap.scheduling.time", SimpleNamespace(monotonic=lambda: time.monotonic() / 100))


@pytest.fixture
def open_scene(tmp_path: Path, clock: Clock, made_databases: MadeDatabases, no_back_off: None, long_claims: None) -> OpenScene:
    """`async with open_scene(transport="http", administrators="U1") as scene: …`; settings by name.

    The bot was started before, and has read the list of posts then; in a world of the test's own, or at another moment, it has not.
    """

    @asynccontextmanager
    async def opened(
        *, transport: str = "socket", knobs: dict[str, Any] | None = None, world: World | None = None, **settings: Any
    ) -> AsyncIterator[Scene]:
        if not (file := tmp_path / "bot.sqlite3").exists():
            known = world is None and clock() == BEGINNING
            shutil.copy(made_databases.posts_known if known else made_databases.new, file)
        async with AsyncExitStack() as stack:
            statistics = await stack.enter_async_context(StatisticsServer(world or World(), clock=clock))
            slack = await stack.enter_async_context(SlackServer(manifest_file(), clock=clock, **{**PATIENCE, **(knobs or {})}))
            over = {"slack_app_token": slack.app_token} if transport == "socket" else {"port": 0}
            values: dict[str, Any] = {
                "slack_api_url": slack.api_url,
                "slack_bot_token": slack.bot_token,
                "slack_signing_secret": slack.signing_secret,
                "postpost_base_url": statistics.base_url,
                "postpost_api_key": DEMO_KEY,
                "postpost_platform_id": statistics.world.accounts[0].platform_id,
                "database_url": f"sqlite:///{file}",
                "shutdown_grace": 2.0,
            }
            given = given_settings(**{**values, **over, **settings})
            if "acknowledge_within" not in settings:
                given = given.model_copy(update=UNHURRIED)
            bot_clock = BotClock(clock)
            bot = await stack.enter_async_context(open_bot(given, bot_clock))
            port = await stack.enter_async_context(bot.serving())
            if transport == "http":
                slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
            yield Scene(slack, statistics, bot, clock, bot_clock, port)
            if "CHECK_WORDING" in os.environ:
                assert_wording(slack.accepted)

    return opened


@pytest.fixture(params=TRANSPORTS)
async def scene(request: pytest.FixtureRequest, open_scene: OpenScene) -> AsyncIterator[Scene]:
    """The bot as installed, over Socket Mode and over HTTP."""
    async with open_scene(transport=request.param) as opened:
        yield opened
