"""The bot's answers, lists, forms, Home tab and what it posts by itself, made by the bot itself in the playground's made-up world."""

import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.bootstrap.check import BlockCheck, compare_blocks
from bot.sandbox.demo import CHANNEL, PATIENT, PERSON, Playground, open_playground
from bot.sandbox.guided import settled_posts
from bot.sandbox.slack.checks import VIEWS, sent_in
from bot.sandbox.slack.clicking import in_overflow
from bot.sandbox.slack.person import PersonAtWork

#: What is asked in the channel; `{first}` and `{second}` are posts, `{acme}` and `{ann}` accounts.
QUESTIONS: Final = (
    "", "help", "help posts", "accounts", "status", "permissions", "unfurl", "default", "groups", "{first}", "{first} {second}",
    "{acme} last week daily", "{acme} this month", "{acme} vs {ann} last month", "team last week", "team totals", "board last month",
    "top team 28d", "goal team impressions 50,000 month", "goals", "alert {acme} impressions +50% week min 500", "alert list",
    "best times {acme}", "watch {acme}", "watch list", "alert {acme} impressions above 1 a day",
    "digest all every monday 9:00", "acme likes views", "list of nothing",
)  # fmt: skip
#: What is pressed under the newest message that has it, after the questions.
PRESSED: Final = ("digest.create", "alert.test", "compare", "home.settings", "digest.new", "alert.new")

#: The mornings after that on which digests, alerts and watches are looked at one by one; then more than a week is missed at once.
DAYS: Final = 3
#: What is due then is done until this many ticks in a row sent nothing, with a pause before the next message of the channel.
QUIET_TICKS: Final = 5
MOST_TICKS: Final = 60
PAUSE: Final = timedelta(minutes=1)
#: When all this begins: in the middle of a month, so that its days are the same whenever it is run.
BEGINS: Final = datetime(2026, 9, 10, 10, tzinfo=UTC)

#: The exit codes of the comparison.
ALIKE, DIFFERENT, NOT_ASKED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class SentCard:
    """A message or a view as it was sent to Slack, by what it answers."""

    name: str
    payload: Mapping[str, Any]

    @property
    def is_view(self) -> bool:
        """Whether it is a modal or a Home tab."""
        return self.payload.get("type") in VIEWS


async def every_card() -> AsyncGenerator[SentCard, None]:
    """Each message and view as it comes; one with the same blocks as an earlier one is left out."""
    async with open_playground(bounds=PATIENT, begins=BEGINS) as playground, aclosing(_asked(playground)) as answers:
        taken, seen = _Taken(playground), set[str]()
        async for name in answers:
            for payload in taken.new():
                alike = json.dumps([payload.get("type"), payload["blocks"]], sort_keys=True)
                if alike not in seen:
                    seen.add(alike)
                    yield SentCard(name, payload)


async def compare_every_card(api_url: str, show: Callable[[str], None]) -> int:
    """The exit code: 0 Slack takes every card as the bot does, 1 it does not, 2 it could not be asked; ``show`` gets each line at once."""
    checks: list[BlockCheck] = []
    async with aclosing(every_card()) as cards:
        async for check in compare_blocks(((card.name, card.payload) async for card in cards), api_url):
            show(check.line)
            checks.append(check)
    if not all(check.asked for check in checks):
        return NOT_ASKED
    return ALIKE if all(check.agrees for check in checks) else DIFFERENT


class _Taken:
    """What was sent since the last look."""

    def __init__(self, playground: Playground) -> None:
        self._trace, self._last = playground.servers.slack.trace, 0

    def new(self) -> list[dict[str, Any]]:
        entries = self._trace.after(self._last)
        self._last = entries[-1]["n"] if entries else self._last
        return [payload for entry in entries for payload in sent_in(entry)]


async def _asked(playground: Playground) -> AsyncGenerator[str, None]:
    """Asks and presses everything; the name of each when it is answered."""
    slack, world = playground.servers.slack, playground.servers.statistics.world
    acme, ann = (account.platform_id for account in world.accounts[:2])
    first, second = (post.urn for post in settled_posts(world, world.accounts[0], playground.clock())[:2])
    person = slack.person(PERSON)
    for question in QUESTIONS:
        words = question.format(first=first, second=second, acme=acme, ann=ann)
        await person.command(words, channel=CHANNEL)
        await playground.bot.tasks.idle()
        yield f"/linkedin-stats {words}".rstrip()
    await (await person.open_home()).view()
    await playground.bot.tasks.idle()
    yield "the Home tab"
    for action in PRESSED:
        if where := _with(slack.parts.views.home(person.id), person, action):
            await person.press(where, action)
            await playground.bot.tasks.idle()
            yield f"the button {action}"
    await person.command("digest now", channel=CHANNEL)
    await _tick(playground)
    yield "a digest in its channel"
    morning = playground.clock().replace(hour=8, minute=1)
    for days in (*range(1, DAYS + 1), DAYS + 9):
        playground.clock.move_to(morning + timedelta(days=days))
        await _until_quiet(playground)
        yield f"what is posted by morning {days}"


async def _until_quiet(playground: Playground) -> None:
    """Does what is due until nothing more is sent."""
    taken, quiet = _Taken(playground), 0
    taken.new()
    for _ in range(MOST_TICKS):
        await _tick(playground)
        playground.clock.move_to(playground.clock() + PAUSE)
        quiet = 0 if taken.new() else quiet + 1
        if quiet == QUIET_TICKS:
            return


async def _tick(playground: Playground) -> None:
    """Does what is due, and waits until it is done."""
    await playground.bot.scheduling.runner.tick()
    await playground.bot.tasks.idle()


def _with(home: Any, person: PersonAtWork, action: str) -> dict[str, Any] | None:
    """The newest message of the channel, or the Home tab, that has this button or has it in a menu."""

    def has(blocks: Any) -> bool:
        return f"'action_id': '{action}'" in str(blocks) or in_overflow(blocks or (), action) is not None

    messages = [message for message in person.sees(CHANNEL) if has(message.get("blocks"))]
    if messages:
        return dict(messages[-1])
    return dict(home.as_slack()) if home is not None and has(home.body["blocks"]) else None
