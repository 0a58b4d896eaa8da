"""Who may ask what where: the rules of the settings, and the words that administrators change allowances with.

::

    "allow here" · "allow @gus" · "forbid #partners" · "permissions" · "unfurl on" ─ read_permission ─→ a PermissionAsk
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.access.preview_switch import PreviewCommand, read_unfurl
from bot.errors import NotUnderstood
from bot.statistics.accounts import Directory
from bot.subscriptions.audit_entry import ChangeKind

SAY_WHOM = "`{verb}` needs to know whom or what: this channel, a channel or a person."
SAY_WHOM_REMEDY = "Write `{verb} here` in the channel, or `{verb}` and choose a #channel or an @person from Slack's list."
NOT_HERE = "Here we are alone: `here` means no channel."
TOO_MANY = "`{verb}` takes up to {most} people and channels at once, and these are {count}."
TOO_MANY_REMEDY = "Send them in several commands."


#: Each is written, and shown, on its own.
MOST_SUBJECTS = 20

ALLOW = "allow"
FORBID = "forbid"
PERMISSIONS = "permissions"

#: In the settings: every channel that is not named itself.
EVERYWHERE_ELSE = "*"


_FIRST = re.compile(rf"\s*({ALLOW}|{FORBID}|{PERMISSIONS})(?![\w-])(.*)", re.IGNORECASE | re.DOTALL)
#: Slack's documentation: "Formatting text for app surfaces": mentions of people (U, W) and channels (C, G).
_TARGET = re.compile(r"<(?:@(?P<person>[UW][A-Z0-9]+)|#(?P<channel>[CG][A-Z0-9]+))(?:\|[^>]*)?>")
_HERE = frozenset({"here", "channel"})
_AROUND = frozenset({"this", "the", "and", "please", "in"})


@dataclass(frozen=True, slots=True)
class AccessRules:
    """What the settings say; ids are Slack's, accounts are platform ids."""

    administrators: frozenset[str] = frozenset()
    #: Where the bot answers; empty is everywhere.
    allowed_channels: frozenset[str] = frozenset()
    #: The accounts each channel may see; "*" stands for every channel not named, and a channel that nothing names sees all.
    channel_accounts: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def sees(self, channel: str, platform_id: str) -> bool:
        """Whether figures of this account may be shown there."""
        accounts = self._accounts(channel)
        return accounts is None or platform_id in accounts

    def visible(self, directory: Directory, channel: str) -> Directory:
        """The directory as that channel may see it."""
        accounts = self._accounts(channel)
        if accounts is None:
            return directory
        return Directory(tuple(account for account in directory.accounts if account.platform_id in accounts), directory.complete)

    def _accounts(self, channel: str) -> frozenset[str] | None:
        return self.channel_accounts.get(channel, self.channel_accounts.get(EVERYWHERE_ELSE)) if self.channel_accounts else None


@dataclass(frozen=True, slots=True)
class AllowCommand:
    """``allow`` or ``forbid``: ``subjects`` are ids of people and channels with their kind, ``allowed`` is False to take it back."""

    subjects: tuple[tuple[ChangeKind, str], ...]
    allowed: bool


@dataclass(frozen=True, slots=True)
class PermissionsCommand:
    """``permissions``: who administers, what holds here, who changed what and when."""


PermissionCommand = AllowCommand | PermissionsCommand | PreviewCommand


def read_permission(text: str, channel: str, *, direct: bool) -> PermissionCommand | None:
    """The words about permissions in a text of Slack's; None when it is about something else.

    Args:
        text: what was typed, with Slack's markup.
        channel: the id of the channel that ``here`` means.
        direct: True in a conversation with the bot alone, where ``here`` means none.

    Raises:
        NotUnderstood: nobody and nothing is named, or something that is no person and no channel; previews neither on nor off.
    """
    found = _FIRST.match(text)
    if found is None:
        return read_unfurl(text)
    verb, rest = found[1].lower(), found[2]
    if verb == PERMISSIONS:
        return PermissionsCommand()
    subjects = [_subject(target) for target in _TARGET.finditer(rest)]
    words = set(re.findall(r"[^\s,;.!]+", _TARGET.sub(" ", rest).lower()))
    here = bool(words & _HERE)
    if words - _HERE - _AROUND or not (subjects or here):
        raise NotUnderstood(SAY_WHOM.format(verb=verb), remedy=SAY_WHOM_REMEDY.format(verb=verb), suggestions=(f"{verb} here",))
    if here and direct:
        raise NotUnderstood(NOT_HERE, remedy=SAY_WHOM_REMEDY.format(verb=verb))
    if here:
        subjects.append((ChangeKind.ALLOWED_CHANNEL, channel))
    named = tuple(dict.fromkeys(subjects))
    if len(named) > MOST_SUBJECTS:
        raise NotUnderstood(TOO_MANY.format(verb=verb, most=MOST_SUBJECTS, count=len(named)), remedy=TOO_MANY_REMEDY)
    return AllowCommand(named, allowed=verb == ALLOW)


def _subject(target: "re.Match[str]") -> tuple[ChangeKind, str]:
    if person := target["person"]:
        return ChangeKind.ALLOWED_PERSON, person
    return ChangeKind.ALLOWED_CHANNEL, target["channel"]
