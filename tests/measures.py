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
from functools import cache
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


@cache
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


#: The tasks that run now and then whatever is asked: the scheduler's ticks, and what keeps accounts, posts, figures and Home tabs fresh.
NOW_AND_THEN = frozenset(
    {
        "digests",
        "keep accounts and posts fresh",
        "accounts",
        "read the list of posts",
        "save known posts",
        "publish a Home tab",
        "look for posts that went live",
        "collect figures of posts",
    }
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
        ann, idle = servers.slack.person("ann"), bot.tasks.idle
        if workspace := await bot.workspace(servers.slack.parts.team.id):
            # It is read in the background from the start on, by tasks without a name of their own.
            await workspace.parts.sources.posts.refresh()

        async def ask(text: str) -> dict[str, Any]:
            action = await ann.command(text)
            await idle()
            return action.seen()[-1]

        for days in ("26d", "27d"):
            # After the second everything is compiled that a question needs after another one.
            await ask(f"{ACCOUNT} {days}")
        with traced() as traces["/linkedin-stats acme 28d"]:
            card = await ask(f"{ACCOUNT} 28d")
        with traced() as traces["a press of Refresh"]:
            await ann.press(card, "refresh")
            await idle()
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


def measured(name: str, value: float, aim: float | None = None, detail: str = "") -> str:
    """A line of the output: the value, the aim beside it (the most it should be), and by how much it falls short."""
    short = "" if aim is None else f"aim {aim:g}" + (f", {round(value - aim, 2):g} too many" if value > aim else "")
    return f"{name:<37} {value:>8.6g}  {short:<24} {detail}".rstrip()


def main() -> None:
    """Prints the measures, each with its aim."""
    found = read_structure()
    print(measured("modules at the top of bot/", len(found.top_modules), 6, ", ".join(found.top_modules)))
    largest = found.package_files.most_common(4)
    print(measured("files in a package, most", largest[0][1], 25, ", ".join(f"{name} {count}" for name, count in largest)))
    print(measured("files", len(found.imports)))
    print(measured("lines", found.lines, 28_500))
    print(measured("lines a file, median", statistics.median(found.file_lines)))
    print(measured("lines a file, most", max(found.file_lines), 350))
    print(measured("lines a function, median", statistics.median(found.function_lines), 9))
    print(measured("lines a function, most", max(found.function_lines)))
    print(measured("own imports a file, mean", round(found.imports_a_file, 2), 3.5))
    print(measured("class names more than once", len(found.twice), 0, ", ".join(sorted(found.twice))))
    logging.disable(logging.CRITICAL)
    for name, trace in asyncio.run(trace_all()).items():
        question = name.startswith("/")
        print(measured(f"{name}: packages", len(trace.packages), 10 if question else None))
        print(measured(f"{name}: files", len(trace.files), 45 if question else None, f"{trace.moves} moves between them"))


if __name__ == "__main__":
    main()
