"""What administrators allow, as messages: what was changed, what holds in a channel, and who changed what and when."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from bot.access.preview_switch import told_unfurls
from bot.blockkit.builders import Block, Message, context, header, section
from bot.blockkit.mrkdwn import code, escape, moment
from bot.reports.help_blocks import example
from bot.subscriptions.audit_entry import AuditEntry, ChangeKind

PERMISSIONS_TITLE = "Who may do what"
ALLOWED: Final[Mapping[bool, str]] = {True: "{subjects} may be answered from now on.", False: "{subjects} will no longer be answered."}
#: A person who is no guest and a channel nobody shares need no allowance, and lose nothing with it.
ALLOWED_MEANS = "This concerns guests, channels shared with other companies, and channels outside of the bot's settings."
AS_BEFORE = "That was so already: nothing was changed."
PERMISSIONS_ADMINISTRATORS = "Administrators: {people}"
HERE_ALLOWED = "This channel was allowed by {who}, {when}."
HERE_PLAIN = "Nobody has allowed this channel; it needs that only when it is shared with another company or the settings leave it out."
PERMISSIONS_HOW = "{allow} opens this channel, {forbid} closes it again; a #channel or an @person can be named instead."
CHANGES = "*Who changed what and when*"
NO_CHANGES = "Nothing has been changed yet."
PERMISSIONS_LINE = "{who} {what}, {when}"
SAID: Final[Mapping[ChangeKind, tuple[str, str]]] = {
    ChangeKind.CHANNEL_DEFAULT: ("made {after} the default account of {subject}", "took the default account of {subject} away"),
    ChangeKind.ALLOWED_PERSON: ("allowed {subject}", "no longer allows {subject}"),
    ChangeKind.ALLOWED_CHANNEL: ("allowed {subject}", "no longer allows {subject}"),
    ChangeKind.UNFURLS: ("switched previews of links on", "switched previews of links off"),
    ChangeKind.GROUP: ("set the group {subject}", "removed the group {subject}"),
    ChangeKind.OPT_OUT: ("opted an account {after} of the team's answers", "changed who opted out"),
    ChangeKind.ACCOUNT_LINK: ("linked an account to {person}", "linked an account to nobody"),
    ChangeKind.DIGEST: ("changed the digest {subject}", "deleted the digest {subject}"),
    ChangeKind.DIGEST_SKIP: ("skipped a run of the digest {subject}", "skipped a run of the digest {subject}"),
    ChangeKind.DIGEST_SEND: ("sent the digest {subject} at once", "sent the digest {subject} at once"),
}
MADE: Final[Mapping[ChangeKind, str]] = {ChangeKind.DIGEST: "set up the digest {subject}"}
AN_ACCOUNT = "an account that opted out"
OTHER = "changed {kind} of {subject}"


_PERSON = re.compile(r"[UW][A-Z0-9]{6,}")
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{6,}")
_ID_SHOWN = 8
_VALUE_SHOWN = 60


def build_allowed(subjects: Sequence[tuple[ChangeKind, str]], *, allowed: bool) -> Message:
    """What an administrator's word changed; ``subjects`` are the people and channels it was news for."""
    if not subjects:
        return Message(AS_BEFORE, (section(AS_BEFORE),))
    said = ALLOWED[allowed].format(subjects=", ".join(_subject(subject) for _, subject in subjects))
    return Message(said, (section(said), context(ALLOWED_MEANS)))


def build_permissions(
    people: str,
    here: AuditEntry | None,
    changes: Sequence[AuditEntry],
    *,
    unfurls: AuditEntry | None,
    direct: bool,
    hidden: Collection[str] = (),
) -> Message:
    """What holds here, and the last changes.

    Args:
        people: the administrators, as mrkdwn.
        here: who allowed this channel, when somebody did.
        changes: the newest first.
        unfurls: who switched previews of links on, while they are.
        direct: True in a conversation with the bot alone, which nobody has to allow.
        hidden: accounts (platform ids) that opted out and that this person may not see named.
    """
    told = [PERMISSIONS_ADMINISTRATORS.format(people=people)]
    if not direct:
        told.append(HERE_ALLOWED.format(who=_who(here.by), when=moment(here.at)) if here else HERE_PLAIN)
    told.append(told_unfurls(unfurls))
    lines = [PERMISSIONS_LINE.format(who=_who(change.by), what=_what(change, hidden), when=moment(change.at)) for change in changes]
    blocks: list[Block] = [header(PERMISSIONS_TITLE), section("\n".join(told))]
    blocks.append(section("\n".join([CHANGES, *(f"• {line}" for line in lines)]) if lines else NO_CHANGES))
    if not direct:
        blocks.append(context(PERMISSIONS_HOW.format(allow=example("allow here"), forbid=example("forbid here"))))
    return Message("\n".join([*told, *(lines[:1] or [NO_CHANGES])]), tuple(blocks))


def _what(change: AuditEntry, hidden: Collection[str]) -> str:
    made, gone = SAID.get(change.kind, (OTHER, OTHER))
    form = gone if change.after is None else MADE.get(change.kind, made) if change.before is None else made
    after = AN_ACCOUNT if change.after in hidden else code((change.after or "")[:_VALUE_SHOWN])
    subject = AN_ACCOUNT if change.subject in hidden else _subject(change.subject)
    return form.format(subject=subject, after=after, person=_who(change.after or ""), kind=change.kind.value.replace("_", " "))


def _who(by: str) -> str:
    return f"<@{by}>" if _PERSON.fullmatch(by) else escape(by[:_VALUE_SHOWN])


def _subject(subject: str) -> str:
    """Slack's own name for a person or a channel; anything else by the beginning of its id."""
    if _PERSON.fullmatch(subject):
        return f"<@{subject}>"
    return f"<#{subject}>" if _CHANNEL.fullmatch(subject) else code(subject[:_ID_SHOWN])
