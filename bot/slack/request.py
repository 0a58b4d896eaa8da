"""Requests and responses: what a person asked, where, and what came of it."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from msgspec import Struct, field

from bot.errors import BotError, NotAllowed, UsageError
from bot.slack.builders import Message
from bot.statistics.reports import AccountReport, PostReport

T = TypeVar("T")


class AskedOnce:
    """The answers that several parts of one request need; who asks while the first still waits for one, waits for it too."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._known: dict[Hashable, Any] = {}

    async def get(self, key: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
        if key not in self._known:
            async with self._lock:
                if key not in self._known:
                    self._known[key] = await ask()
        answer: T = self._known[key]
        return answer


class File(Struct, frozen=True):
    """A file to be sent: ``name`` with its ending, ``title`` for people (foreign text), ``content`` in bytes."""

    name: str
    title: str
    content: bytes


class RequestContext(Struct, frozen=True, kw_only=True):
    """Who asked, where and how: Slack's ids, "" where there is none."""

    team: str
    user: str
    channel: str = ""
    #: The Enterprise organization, where the workspace belongs to one.
    enterprise: str = ""
    #: The timestamp of the thread's first message; "" outside of a thread.
    thread: str = ""
    #: In a conversation with the bot alone.
    is_dm: bool = False
    #: What the person used: "command", "mention", "direct message", "button", "shortcut", "form", "step", "home".
    source: str = ""
    #: Identifies the interaction: the same for a repeated delivery, and for a button pressed twice.
    interaction_id: str = ""
    #: What was asked once for this request.
    once: AskedOnce = field(default_factory=AskedOnce)

    @property
    def place(self) -> tuple[str, str, str]:
        return self.team, f"{self.channel}:{self.thread}" if self.thread else self.channel, self.user

    @property
    def places(self) -> tuple[tuple[str, str, str], ...]:
        """Where words go on from this: its place, and the thread below a message of the channel."""
        below = (self.team, self.interaction_id, self.user)
        return (self.place, below) if self.source in ("mention", DIRECT_MESSAGE) and not self.thread else (self.place,)


#: The sources of what people type in Slack.
DIRECT_MESSAGE: Final = "direct message"
#: The source of what is pressed.
BUTTON: Final = "button"
TYPED: Final = ("command", "mention", DIRECT_MESSAGE)


class Request(Struct, frozen=True, kw_only=True):
    """What a person asks: their text, and who they are and where."""

    text: str
    context: RequestContext
    #: Its subject from the attachments or the messages above (canonical text or URNs); "" when there is none.
    about: str = ""
    #: The Slack timestamp of that message; 0.0 for the same message.
    about_at: float = 0.0
    #: The command that changes what that message was posted by ("digest edit 3f2a"), as in ``RenderedResult.follow_up``; "" for none.
    posted_by: str = ""
    #: A line for under the card of a post that was found there.
    note: str = ""
    #: Raised where the words name no post or account: why no subject was found.
    no_subject: BotError | None = None
    #: Fetch new figures instead of remembered ones.
    fresh: bool = False
    #: The answer replaces a message that everybody sees, which ``shared_by`` (a Slack id) shared.
    public: bool = False
    shared_by: str = ""
    #: When that was (aware); None for messages of versions that did not store it.
    shared_at: datetime | None = None
    #: Only the figures of one post or account may be answered, and nothing may be changed.
    figures_only: bool = False
    #: The text is a button's, whose effect the person has seen.
    from_button: bool = False

    @property
    def is_typed(self) -> bool:
        return self.context.source in TYPED and not self.from_button

    def is_public(self, *, share: bool) -> bool:
        """Whether others see the answer too; ``share`` when its words ask for that."""
        return (share or self.public) and not self.context.is_dm

    def is_private(self, *, share: bool) -> bool:
        """Whether only this person sees the answer in a place with others: such a card can be shared."""
        return not (share or self.public or self.context.is_dm)


#: The source of what the Home tab shows.
HOME: Final = "home"


class Outcome(StrEnum):
    """How a request ended."""

    ANSWERED = "answered"
    CHOICE = "choice"
    SUGGESTION = "suggestion"
    REFUSED = "refused"
    TROUBLE = "trouble"
    FAILED = "failed"


def outcome_of(error: BotError) -> Outcome:
    if isinstance(error, UsageError):
        return Outcome.SUGGESTION
    return Outcome.REFUSED if isinstance(error, NotAllowed) else Outcome.TROUBLE


class RenderedResult(Struct, frozen=True):
    """The answer to a request, as a message."""

    message: Message
    #: The requested file.
    file: File | None = None
    #: Canonical text that asks for the same again, without the file.
    text: str = ""
    #: What a post's or an account's card was built from.
    report: PostReport | AccountReport | None = None
    #: The text asked for the answer to be seen by everybody.
    share: bool = False
    #: Something was changed that a Home tab shows.
    changed: bool = False
    outcome: Outcome = Outcome.ANSWERED
    #: What "and the month before?" after it is about, in canonical words, and in a second line the command that "make it …" changes; "" for
    #: nothing, None for what it was before.
    follow_up: str | None = None
    #: The kind of answer, for the log.
    kind: str = ""
    #: The reference, which is also in the log.
    reference: str = ""

    @property
    def can_replace(self) -> bool:
        """Whether it may replace an earlier answer; an error never does."""
        return self.outcome in (Outcome.ANSWERED, Outcome.CHOICE)


#: Answers a request; raises BotError, whose sentence the person gets.
Handler = Callable[[Request], Awaitable[RenderedResult]]
