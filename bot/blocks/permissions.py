"""What administrators allow, as messages: what was changed, what holds in a channel, and who changed what and when."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from bot.blocks.help import example
from bot.blocks.kit import Block, Message, context, header, section
from bot.blocks.mrkdwn import code, escape, moment
from bot.blocks.unfurl_notices import told_unfurls
from bot.domain.changes import Change, Kind

TITLE = "Who may do what"
ALLOWED: Final[Mapping[bool, str]] = {True: "{subjects} may be answered from now on.", False: "{subjects} will no longer be answered."}
#: A person who is no guest and a channel nobody shares need no allowance, and lose nothing with it.
ALLOWED_MEANS = "This concerns guests, channels shared with other companies, and channels outside of the bot's settings."
AS_BEFORE = "That was so already: nothing was changed."
ADMINISTRATORS = "Administrators: {people}"
HERE_ALLOWED = "This channel was allowed by {who}, {when}."
HERE_PLAIN = "Nobody has allowed this channel; it needs that only when it is shared with another company or the settings leave it out."
HOW = "{allow} opens this channel, {forbid} closes it again; a #channel or an @person can be named instead."
CHANGES = "*Who changed what and when*"
NO_CHANGES = "Nothing has been changed yet."
LINE = "{who} {what}, {when}"

_SAID: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.CHANNEL_DEFAULT: ("made {after} the default account of {subject}", "took the default account of {subject} away"),
    Kind.ALLOWED_PERSON: ("allowed {subject}", "no longer allows {subject}"),
    Kind.ALLOWED_CHANNEL: ("allowed {subject}", "no longer allows {subject}"),
    Kind.UNFURLS: ("switched previews of links on", "switched previews of links off"),
    Kind.GROUP: ("set the group {subject}", "removed the group {subject}"),
    Kind.OPT_OUT: ("opted an account {after} of the team's answers", "changed who opted out"),
    Kind.ACCOUNT_LINK: ("linked an account to {person}", "linked an account to nobody"),
    Kind.DIGEST: ("changed the digest {subject}", "deleted the digest {subject}"),
    Kind.DIGEST_SKIP: ("skipped a run of the digest {subject}", "skipped a run of the digest {subject}"),
    Kind.DIGEST_SEND: ("sent the digest {subject} at once", "sent the digest {subject} at once"),
}
_MADE: Final[Mapping[Kind, str]] = {Kind.DIGEST: "set up the digest {subject}"}
_OTHER = "changed {kind} of {subject}"

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
    told = [ADMINISTRATORS.format(people=people)]
    if not direct:
        told.append(HERE_ALLOWED.format(who=_who(here.by), when=moment(here.at)) if here else HERE_PLAIN)
    told.append(told_unfurls(unfurls))
    lines = [LINE.format(who=_who(change.by), what=_what(change), when=moment(change.at)) for change in changes]
    blocks: list[Block] = [header(TITLE), section("\n".join(told))]
    blocks.append(section("\n".join([CHANGES, *(f"• {line}" for line in lines)]) if lines else NO_CHANGES))
    if not direct:
        blocks.append(context(HOW.format(allow=example("allow here"), forbid=example("forbid here"))))
    return Message("\n".join([*told, *(lines[:1] or [NO_CHANGES])]), tuple(blocks))


def _what(change: Change) -> str:
    made, gone = _SAID.get(change.kind, (_OTHER, _OTHER))
    form = gone if change.after is None else _MADE.get(change.kind, made) if change.before is None else made
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
