"""What a person wants done about digests: values, and the canonical words that buttons carry."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from bot.parsing.account_names import id_word
from bot.parsing.vocabulary import ACCOUNTS
from bot.schedules.schedule import CRON

#: The word that every question about digests begins with.
DIGEST: Final = "digest"
ZONE: Final = "zone"
SHOWING: Final = "showing"
CHANNEL: Final = "in"
EVERYONE: Final = "all"

#: So many letters of an id are shown to people; more are taken, and fewer where they are enough.
SHORT_ID = 8


class DigestAction(StrEnum):
    """What is to be done, by the word for it."""

    #: Open the form, empty.
    NEW = "new"
    #: Show what a new digest would look like, and offer to set it up.
    PLAN = "plan"
    #: Set it up.
    CREATE = "create"
    LIST = "list"
    SHOW = "show"
    #: What it would post now, seen by the person alone.
    PREVIEW = "preview"
    EDIT = "edit"
    MOVE = "move"
    PAUSE = "pause"
    RESUME = "resume"
    #: Leave out the next occurrence.
    SKIP = "skip"
    #: Post one at once, apart from the schedule.
    NOW = "now"
    DELETE = "delete"
    HISTORY = "history"
    #: Let the bot join the digest's channel.
    JOIN = "join"
    #: Post a failed occurrence at once; ``which`` is the delivery.
    RETRY = "retry"
    #: An uncertain occurrence did arrive; ``which`` is the delivery.
    ARRIVED = "arrived"
    #: An uncertain occurrence is to be posted again; ``which`` is the delivery.
    AGAIN = "again"
    #: An uncertain occurrence is left as it is; ``which`` is the delivery.
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class DigestDraft:
    """A digest as far as it was said; what is empty was not."""

    #: Platform ids.
    accounts: tuple[str, ...] = ()
    #: Five fields of cron; of a digest that stands also one half of them alone (``schedule_halves``).
    cron: str = ""
    #: An IANA zone.
    zone: str = ""
    #: A Slack channel id.
    channel: str = ""
    #: Names of the parts to show, None when nothing was said of them; () is every part.
    content: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class DigestCommand:
    """One question about digests. ``which`` is a digest (or a delivery) as the person named it: the beginning of an id, or an account."""

    deed: DigestAction
    which: str = ""
    draft: DigestDraft = field(default_factory=DigestDraft)


def digest_words(ask: DigestCommand, everybody: Collection[str] = ()) -> str:
    """The canonical words of a question about digests: read again, they give the same question.

    A draft of exactly ``everybody``, which are all the accounts there are (platform ids), says so instead of naming each.
    """
    deed = "" if ask.deed is DigestAction.PLAN else ask.deed.value
    which = which_word(ask.which) if ask.deed in (DigestAction.EDIT, DigestAction.MOVE) else ask.which
    border = ACCOUNTS if which and ask.draft.accounts else ""
    return " ".join(filter(None, (DIGEST, deed, which, border, *_draft_words(ask.draft, everybody))))


def which_word(which: str) -> str:
    """What names a digest before other words, as one word of a question."""
    return f'"{which}"' if " " in which else which


def deed_words(deed: DigestAction, which: str) -> str:
    """What a button on a digest says: the deed and the id."""
    return digest_words(DigestCommand(deed, which))


def skip_words(digest: str, due: datetime) -> str:
    """What the button says that skips the occurrence at this moment (aware) and no other, however often and by whom it is pressed."""
    return deed_words(DigestAction.SKIP, f"{digest} {due.astimezone(UTC).isoformat()}")


def which_due(which: str) -> tuple[str, datetime | None]:
    """The digest as it was named, and the moment said after it where there is one (aware)."""
    named, _, said = which.rpartition(" ")
    try:
        due = datetime.fromisoformat(said)
    except ValueError:
        return which, None
    return (named, due) if named and due.tzinfo is not None else (which, None)


def _draft_words(draft: DigestDraft, everybody: Collection[str]) -> tuple[str, ...]:
    everyone = bool(everybody) and set(draft.accounts) == set(everybody)
    return (
        *((EVERYONE,) if everyone else map(id_word, draft.accounts)),
        f'{CRON} "{draft.cron}"' if draft.cron else "",
        f"{ZONE} {draft.zone}" if draft.zone else "",
        f"{CHANNEL} <#{draft.channel}>" if draft.channel else "",
        f"{SHOWING} {','.join(draft.content) or 'all'}" if draft.content is not None else "",
    )
