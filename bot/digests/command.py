"""Commands about digests as values, and the text of them that buttons carry."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from bot.digests.options import OptionChanges, option_words
from bot.digests.reports import ADDED, TAKEN_AWAY, changed_content, is_relative
from bot.lazy_regex import lazy_regex
from bot.management.actions import SubscriptionAction, action_words
from bot.parsing.account_names import id_word
from bot.parsing.vocabulary import ACCOUNTS, TEAM
from bot.schedules.dates import merged
from bot.schedules.parser import completed
from bot.schedules.schedule import CRON
from bot.statistics.reports import Period, command_words
from bot.subscriptions.subscription import SubscriptionKind

#: The word that every command about digests begins with.
DIGEST: Final = "digest"
#: The words that a command about digests may begin with.
DIGEST_WORDS: Final = frozenset({DIGEST, "digests", "history"})
ZONE: Final = "zone"
SHOWING: Final = "showing"
CHANNEL: Final = "in"
EVERYONE: Final = "all"

#: Longer commands are not parsed.
_MOST_NAMES = 2_500


@dataclass(frozen=True, slots=True)
class DigestDraft:
    """A new digest, or the changes to one; empty fields get defaults, or stay unchanged."""

    #: Platform ids.
    accounts: tuple[str, ...] = ()
    #: Five cron fields; for an existing digest also only half of them (``bot.schedules.parser``).
    cron: str = ""
    #: An IANA zone.
    zone: str = ""
    #: Slack channel ids.
    channels: tuple[str, ...] = ()
    #: Names of the sections to show; None when none are named, () for the usual ones.
    content: tuple[str, ...] | None = None
    #: Between which days it comes, in the words of ``bot.schedules.dates``; "" when they are not named.
    dates: str = ""
    #: Its options that are named, by the fields of ``DigestOptions``.
    options: OptionChanges = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DigestCommand:
    """A command about digests. ``which`` is a digest (or a delivery) as the person named it: the beginning of an id, or an account."""

    action: SubscriptionAction
    which: str = ""
    draft: DigestDraft = field(default_factory=DigestDraft)


def changed_list(accounts: tuple[str, ...], change: tuple[str, ...]) -> tuple[str, ...]:
    """Accounts or channels after a change: those that it names, or with those added that have a "+" and without those that have a "-"."""
    added, gone = ([one[1:] for one in change if one.startswith(sign)] for sign in (ADDED, TAKEN_AWAY))
    if not (added or gone):
        return change or accounts
    return tuple(one for one in dict.fromkeys((*accounts, *added)) if one not in gone)


def changed_draft(draft: DigestDraft, change: DigestDraft) -> DigestDraft:
    return DigestDraft(
        changed_list(draft.accounts, change.accounts),
        completed(change.cron, draft.cron) if change.cron else draft.cron,
        change.zone or draft.zone,
        changed_list(draft.channels, change.channels),
        changed_content(draft.content, change.content),
        merged(change.dates, draft.dates),
        draft.options | change.options,
    )


def digest_words(command: DigestCommand, everybody: Collection[str] = ()) -> str:
    """The canonical text of a command, which parses to it again; the accounts of ``everybody`` (platform ids) together are "all"."""
    action = "" if command.action is SubscriptionAction.PLAN else command.action.value
    which = which_word(command.which) if command.action in (SubscriptionAction.EDIT, SubscriptionAction.MOVE) else command.which
    border = ACCOUNTS if which and command.draft.accounts else ""
    return " ".join(filter(None, (DIGEST, action, which, border, *_draft_words(command.draft, everybody))))


def which_word(which: str) -> str:
    return f'"{which}"' if " " in which else which


def skip_words(digest: str, due: datetime) -> str:
    """The command of the button that skips the delivery at this time (aware) only, however often it is pressed."""
    return action_words(SubscriptionKind.DIGEST, SubscriptionAction.SKIP, f"{digest} {due.astimezone(UTC).isoformat()}")


def which_due(which: str) -> tuple[str, datetime | None]:
    """The name of the digest, and the time (aware) after it where there is one."""
    named, _, time = which.rpartition(" ")
    try:
        due = datetime.fromisoformat(time)
    except ValueError:
        return which, None
    return (named, due) if named and due.tzinfo is not None else (which, None)


def _content_words(content: tuple[str, ...]) -> str:
    if not is_relative(content):
        return f"{SHOWING} {','.join(content) or 'all'}"
    return " ".join(f"{'with' if name[0] == ADDED else 'without'} {name[1:]}" for name in content)


def in_channels(channels: Sequence[str]) -> str:
    return f"{CHANNEL} {', '.join(f'<#{channel}>' for channel in channels)}" if channels else ""


def _draft_words(draft: DigestDraft, everybody: Collection[str]) -> tuple[str, ...]:
    everyone = bool(everybody) and set(draft.accounts) == set(everybody)
    return (
        *((EVERYONE,) if everyone else map(id_word, draft.accounts)),
        f'{CRON} "{draft.cron}"' if draft.cron else "",
        f"{ZONE} {draft.zone}" if draft.zone else "",
        draft.dates,
        in_channels(draft.channels),
        _content_words(draft.content) if draft.content is not None else "",
        *option_words(draft.options),
    )


def subject_words(accounts: Sequence[str], period: Period) -> str:
    """The question that follow-ups to a digest continue: its accounts (platform ids), as far as they fit, and its period."""
    words = " ".join(map(id_word, accounts))
    who = words if len(accounts) == 1 else f"{TEAM} {words}" if len(words) <= _MOST_NAMES else ""
    return f"{who} {command_words(period)}".strip()


_CHANNEL = r"<#[^<>]*>"
_ALSO_IN = lazy_regex(
    r",?\s*\b(?:and )?(?:also|add|additionally)\b(?: (?:post|send|show|put|share|it|that|this|them|the))*(?: (?:in|to|into))?"
    rf" (?P<channel>{_CHANNEL})"
    rf"|(?:\b(?:in|to) )?(?P<behind>{_CHANNEL})(?: too| as well| also)\b",
    re.IGNORECASE,
)


def without_also(text: str) -> tuple[str, bool]:
    """The text without the words that add its channel to a digest's others ("also post it in #general"), and whether it had some."""
    plain, found = _ALSO_IN.subn(lambda one: f" in {one['channel'] or one['behind']}", text)
    return (" ".join(plain.split()), True) if found else (text, False)
