"""What is said about groups, about opting out, and about files."""

from collections.abc import Mapping, Sequence

from bot.blocks.actions import AGAIN
from bot.blocks.help import example
from bot.blocks.kit import Message, button, fits, section
from bot.blocks.mrkdwn import code, escape
from bot.blocks.parts import account_name
from bot.blocks.words import (
    ALONE,
    BACK,
    GROUP_ASK,
    GROUP_GONE,
    GROUP_IS,
    GROUP_SET,
    GROUPS,
    LINKED,
    NO_GROUPS,
    NOT_SENT,
    OPTED_ALREADY,
    OPTED_IN,
    SENT_DIRECTLY,
    TEAM_NOTICES_OPTED_OUT,
    TEAM_NOTICES_RETRY_LABEL,
    UNLINKED,
)
from bot.domain.accounts import Account


def build_groups(groups: Mapping[str, Sequence[Account]]) -> Message:
    """Every group and who is in it."""
    if not groups:
        text = NO_GROUPS.format(example=example("group sales = ann, bob"))
        return Message(text, (section(text),))
    lines = [GROUP_IS.format(name=code(name), members=_members(members)) for name, members in groups.items()]
    return Message("\n".join(lines)[:2_900], (section("\n".join([GROUPS, *lines])),))


def build_group(name: str, members: Sequence[Account], *, changed: bool) -> Message:
    """One group as it is now."""
    if not members:
        return _said(GROUP_GONE.format(name=code(name)))
    told = (GROUP_SET if changed else GROUP_IS).format(name=code(name), members=_members(members))
    return _said(f"{told}\n{GROUP_ASK.format(example=example(f'board {name} last week'))}")


def build_opted(account: Account, *, out: bool, changed: bool) -> Message:
    """An account left the team's answers, or is back in them."""
    name = escape(account_name(account))
    back = BACK.format(example=example(f"opt in {account.platform_id}"))
    now = TEAM_NOTICES_OPTED_OUT.format(name=name, alone=ALONE, back=back) if out else OPTED_IN.format(name=name)
    return _said(now if changed else OPTED_ALREADY.format(now=now))


def build_linked(account: Account, person: str, *, changed: bool) -> Message:
    """Whose account it is now; ``person`` is a Slack user id, "" for nobody."""
    name = escape(account_name(account))
    now = LINKED.format(name=name, person=f"<@{person}>") if person else UNLINKED.format(name=name)
    return _said(now if changed else OPTED_ALREADY.format(now=now))


def build_sent_directly(name: str) -> Message:
    """Where the file is that a private answer has."""
    return _said(SENT_DIRECTLY.format(name=escape(name)))


def build_not_sent(why: str, kind: str, words: str, thread_ts: str = "") -> Message:
    """A file ("csv" or "xlsx") that could not be sent, with a button that sends the file alone.

    ``thread_ts`` is the message in whose thread it belongs, "" for the person's direct messages: the button keeps it in its id.
    """
    text = NOT_SENT.format(why=escape(why))
    again = button(".".join(filter(None, (kind, AGAIN, thread_ts))), TEAM_NOTICES_RETRY_LABEL, words) if fits(words) else None
    return Message(text, (section(text, again),))


def _members(members: Sequence[Account]) -> str:
    return ", ".join(escape(account_name(account)) for account in members)


def _said(text: str) -> Message:
    return Message(text, (section(text),))
