"""What administrators allow, as messages: what was changed, what holds in a channel, and who changed what and when."""

import re
from collections.abc import Sequence

from bot.blocks.help import example
from bot.blocks.kit import Block, Message, context, header, section
from bot.blocks.mrkdwn import code, escape, moment
from bot.blocks.unfurl_notices import told_unfurls
from bot.blocks.words import (
    ALLOWED,
    ALLOWED_MEANS,
    AS_BEFORE,
    CHANGES,
    HERE_ALLOWED,
    HERE_PLAIN,
    MADE,
    NO_CHANGES,
    OTHER,
    PERMISSIONS_ADMINISTRATORS,
    PERMISSIONS_HOW,
    PERMISSIONS_LINE,
    PERMISSIONS_TITLE,
    SAID,
)
from bot.domain.changes import Change, Kind

_PERSON = re.compile(r"[UW][A-Z0-9]{6,}")
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{6,}")
_ID_SHOWN = 8
_VALUE_SHOWN = 60


def build_allowed(subjects: Sequence[tuple[Kind, str]], *, allowed: bool) -> Message:
    """What an administrator's word changed; ``subjects`` are the people and channels it was news for."""
    if not subjects:
        return Message(AS_BEFORE, (section(AS_BEFORE),))
    said = ALLOWED[allowed].format(subjects=", ".join(_subject(subject) for _, subject in subjects))
    return Message(said, (section(said), context(ALLOWED_MEANS)))


def build_permissions(people: str, here: Change | None, changes: Sequence[Change], *, unfurls: Change | None, direct: bool) -> Message:
    """What holds here, and the last changes.

    Args:
        people: the administrators, as mrkdwn.
        here: who allowed this channel, when somebody did.
        changes: the newest first.
        unfurls: who switched previews of links on, while they are.
        direct: True in a conversation with the bot alone, which nobody has to allow.
    """
    told = [PERMISSIONS_ADMINISTRATORS.format(people=people)]
    if not direct:
        told.append(HERE_ALLOWED.format(who=_who(here.by), when=moment(here.at)) if here else HERE_PLAIN)
    told.append(told_unfurls(unfurls))
    lines = [PERMISSIONS_LINE.format(who=_who(change.by), what=_what(change), when=moment(change.at)) for change in changes]
    blocks: list[Block] = [header(PERMISSIONS_TITLE), section("\n".join(told))]
    blocks.append(section("\n".join([CHANGES, *(f"• {line}" for line in lines)]) if lines else NO_CHANGES))
    if not direct:
        blocks.append(context(PERMISSIONS_HOW.format(allow=example("allow here"), forbid=example("forbid here"))))
    return Message("\n".join([*told, *(lines[:1] or [NO_CHANGES])]), tuple(blocks))


def _what(change: Change) -> str:
    made, gone = SAID.get(change.kind, (OTHER, OTHER))
    form = gone if change.after is None else MADE.get(change.kind, made) if change.before is None else made
    after = code((change.after or "")[:_VALUE_SHOWN])
    return form.format(
        subject=_subject(change.subject), after=after, person=_who(change.after or ""), kind=change.kind.value.replace("_", " ")
    )


def _who(by: str) -> str:
    return f"<@{by}>" if _PERSON.fullmatch(by) else escape(by[:_VALUE_SHOWN])


def _subject(subject: str) -> str:
    """Slack's own name for a person or a channel; anything else by the beginning of its id."""
    if _PERSON.fullmatch(subject):
        return f"<@{subject}>"
    return f"<#{subject}>" if _CHANNEL.fullmatch(subject) else code(subject[:_ID_SHOWN])
