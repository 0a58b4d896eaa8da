"""Measures the structure: `python -m tests.measures` prints it, and a test holds what must not get worse.

Two halves: what stands in the files (sizes, imports, names), and which files of ours a request really passes, traced in the real bot
between the sandbox's two servers. The sandbox itself and the database's migrations count in neither.
"""

import ast
import asyncio
import logging
import statistics
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from bot.app import Bot, open_bot
from bot.sandbox.servers import Servers, open_servers
from bot.settings import given_settings

BOT = Path(__file__).parents[1] / "bot"
ACCOUNT = "linkedin-Tz9W5i6ZYG"


def files() -> Iterator[Path]:
    """Every module of the bot but the sandbox's and the migrations' steps."""
    for path in sorted(BOT.rglob("*.py")):
        if not {"sandbox", "versions"} & set(path.parts):
            yield path


@dataclass
class Structure:
    """What stands in the files."""

    lines: int = 0
    file_lines: list[int] = field(default_factory=list)
    function_lines: list[int] = field(default_factory=list)
    imports: dict[str, set[str]] = field(default_factory=dict)
    classes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    top_modules: list[str] = field(default_factory=list)
    package_files: Counter[str] = field(default_factory=Counter)

    @property
    def imports_a_file(self) -> float:
        """Modules of our own that a file imports, at the mean."""
        return statistics.mean(map(len, self.imports.values()))

    @property
    def twice(self) -> dict[str, list[str]]:
        """Class names that stand in more than one file."""
        return {name: where for name, where in self.classes.items() if len(where) > 1}


def read_structure() -> Structure:
    """Reads every module once."""
    found = Structure(top_modules=sorted(path.name for path in BOT.glob("*.py")))
    for path in files():
        text = path.read_text(encoding="utf-8")
        tree, name = ast.parse(text), path.relative_to(BOT).as_posix()
        found.lines += text.count("\n")
        found.file_lines.append(text.count("\n"))
        found.package_files[path.parent.relative_to(BOT).as_posix()] += 1
        own = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "bot"}
        found.imports[name] = {module for module in own if module}
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                found.classes[node.name].append(name)
        for inner in ast.walk(tree):
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                found.function_lines.append((inner.end_lineno or inner.lineno) - inner.lineno + 1)
    return found


@dataclass
class Trace:
    """The files that one thing passed, and how often it went from one to another."""

    beside: frozenset[str]
    files: set[str] = field(default_factory=set)
    moves: int = 0
    last: str = ""

    @property
    def packages(self) -> set[str]:
        """The packages these files stand in."""
        return {name.rpartition("/")[0] or "." for name in self.files}

    def note(self, frame: FrameType, event: str, _argument: object) -> None:
        """What ``sys.setprofile`` calls at every call of a function."""
        if event != "call":
            return
        name = frame.f_code.co_filename
        if name.startswith(str(BOT)) and "sandbox" not in name and not self._is_beside():
            short = name[len(str(BOT)) + 1 :]
            self.files.add(short)
            self.moves += short != self.last
            self.last = short

    def _is_beside(self) -> bool:
        """Whether this runs in a task that only happens to run at the same time."""
        try:
            task = asyncio.current_task()
        except RuntimeError:
            return False
        return task is not None and task.get_name() in self.beside


#: The tasks that run now and then whatever is asked: the scheduler's ticks, and what keeps accounts, posts and Home tabs fresh.
NOW_AND_THEN = frozenset(
    {"digests", "keep accounts and posts fresh", "accounts", "read the list of posts", "save known posts", "publish a Home tab"}
)


@contextmanager
def traced(beside: frozenset[str] = NOW_AND_THEN) -> Iterator[Trace]:
    """Notes every file of ours that runs inside, but for the tasks of these names."""
    found = Trace(beside)
    sys.setprofile(found.note)
    try:
        yield found
    finally:
        sys.setprofile(None)


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def running() -> AsyncIterator[tuple[Servers, Bot, Clock]]:
    """The real bot between the two servers, on a database of its own."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        async with open_servers(clock=clock) as servers:
            values = {name.lower(): value for name, value in servers.environment().items()}
            settings = given_settings(**values, database_url=f"sqlite:///{folder}/bot.sqlite3")
            async with open_bot(settings, clock=clock) as bot, bot.serving():
                yield servers, bot, clock


async def _a_day_later(servers: Servers, bot: Bot, clock: Clock) -> None:
    """Moves the clock on and waits until something was posted and nothing is left to do."""

    def posted() -> int:
        return sum(one.kind == "message" and not one.thread_ts for one in servers.slack.accepted)

    before = posted()
    clock.now += timedelta(days=1)
    async with asyncio.timeout(30):
        while posted() == before:  # noqa: ASYNC110 - the sandbox's Slack has nothing to wait on
            await asyncio.sleep(0.05)
    await bot.tasks.idle()


async def trace_all() -> dict[str, Trace]:
    """Traces five things after each was warmed up."""
    traces: dict[str, Trace] = {}
    async with running() as (servers, bot, clock):
        ann = servers.slack.person("ann")

        async def ask(text: str) -> dict[str, Any]:
            action = await ann.command(text)
            await bot.tasks.idle()
            return action.seen()[-1]

        await ask(f"{ACCOUNT} 27d")
        with traced() as traces["/linkedin-stats acme 28d"]:
            card = await ask(f"{ACCOUNT} 28d")
        with traced() as traces["a press of Refresh"]:
            await ann.press(card, "refresh")
            await bot.tasks.idle()
        with traced() as traces["a typed alert"]:
            alert = await ask(f"alert {ACCOUNT} impressions > 1 day")
        with traced(NOW_AND_THEN - {"digests"}) as traces["a due alert"]:
            await _a_day_later(servers, bot, clock)
        await ann.press(alert, "alert.pause")
        await ann.press(await ask(f"digest {ACCOUNT} every day 9:00 UTC"), "digest.create")
        await bot.tasks.idle()
        with traced(NOW_AND_THEN - {"digests"}) as traces["a due digest"]:
            await _a_day_later(servers, bot, clock)
    return traces


def main() -> None:
    """Prints the measures."""
    found = read_structure()
    print(f"modules at the top of bot/        {len(found.top_modules)}  ({', '.join(found.top_modules)})")
    print(f"files, lines                      {len(found.imports)}, {found.lines}")
    print(f"lines a file, median and most     {statistics.median(found.file_lines):.0f}, {max(found.file_lines)}")
    print(f"lines a function, median and most {statistics.median(found.function_lines):.0f}, {max(found.function_lines)}")
    print(f"own imports a file                {found.imports_a_file:.2f}")
    print(f"class names more than once        {len(found.twice)}  {', '.join(sorted(found.twice))}")
    print(f"largest packages                  {', '.join(f'{name} {n}' for name, n in found.package_files.most_common(4))}")
    logging.disable(logging.CRITICAL)
    for name, path in asyncio.run(trace_all()).items():
        print(f"{name:<33} {len(path.packages)} packages, {len(path.files)} files, {path.moves} moves")


if __name__ == "__main__":
    main()
