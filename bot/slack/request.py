"""What goes into the hall and what comes out: a question with its asker, an answer with its outcome."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.blockkit.builders import Message
from bot.statistics.reports import AccountReport, PostReport


@dataclass(frozen=True, slots=True)
class File:
    """A file to be sent: ``name`` with its ending, ``title`` for people (foreign text), ``content`` in bytes."""

    name: str
    title: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks, and where: Slack's ids. ``direct`` is True in a conversation with the bot alone."""

    team: str
    user: str
    channel: str
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """Words and who asks them.

    ``context`` is what the thread is about (canonical words or links), "" when nothing is known. ``click`` is Slack's id of what was
    pressed or typed, the same when it is delivered twice. ``public`` is True when the answer takes the place of what everybody sees,
    which ``shared_by`` (Slack's id) has shared.
    ``pressed`` is True when the words are those of a button of a desk's own: what they carry out was shown beside it.
    ``figures_only`` is True when nothing but the figures of one post or account may come of it, and nothing may be changed.
    """

    words: str
    asker: Requester
    door: str
    context: str = ""
    fresh: bool = False
    click: str = ""
    public: bool = False
    shared_by: str = ""
    figures_only: bool = False
    pressed: bool = False


#: The door of the Home tab, which has room for less than a message.
HOME: Final = "home"


class Outcome(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    CHOICE = "choice"
    SUGGESTION = "suggestion"
    REFUSED = "refused"
    TROUBLE = "trouble"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Response:
    """A message and what it is: ``share`` is True only when the person asked for everybody to see it and it is an answer.

    ``file`` holds the same figures, where a file was wanted as well; ``words`` ask for the same again, without the file. ``report`` is
    what a post's or an account's card was built from.
    """

    message: Message
    outcome: Outcome
    reference: str
    share: bool = False
    file: File | None = None
    words: str = ""
    report: PostReport | AccountReport | None = None

    @property
    def stands(self) -> bool:
        """Whether it may take the place of an earlier answer; trouble never does."""
        return self.outcome in (Outcome.ANSWERED, Outcome.CHOICE)
