"""Messages about permissions: changes, the state in a channel, the record of changes; and the command ``unfurl``."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.blockkit.builders import Block, Message, code, context, escape, header, moment, section
from bot.errors import NotUnderstood
from bot.reports.help_blocks import example
from bot.storage.workspace_settings import AuditEntry, ChangeKind

ASK = "Ask {people}."


PERMISSIONS_TITLE = "Who may do what"
ALLOWED: Final[Mapping[bool, str]] = {True: "{subjects} can get answers from now on.", False: "{subjects} can't get answers any more."}
#: A note: members and unshared channels need no permission.
ALLOWED_MEANS = "This concerns guests, channels shared with other companies, and channels outside of the bot's settings."
AS_BEFORE = "It was like that already. Nothing changed."
PERMISSIONS_ADMINISTRATORS = "Administrators: {people}"
HERE_ALLOWED = "This channel was allowed by {who}, {when}."
HERE_PLAIN = "Nobody has allowed this channel. That's only needed when it is shared with another company or the settings leave it out."
PERMISSIONS_HOW = "{allow} opens this channel and {forbid} closes it again. You can name a #channel or a @person instead."
CHANGES = "*Who changed what and when*"
NO_CHANGES = "Nobody has changed anything yet."
PERMISSIONS_LINE = "{who} {what}, {when}"
SAID: Final[Mapping[ChangeKind, tuple[str, str]]] = {
    ChangeKind.CHANNEL_DEFAULT: ("made {after} the default account of {subject}", "took the default account of {subject} away"),
    ChangeKind.ALLOWED_PERSON: ("allowed {subject}", "no longer allows {subject}"),
    ChangeKind.ALLOWED_CHANNEL: ("allowed {subject}", "no longer allows {subject}"),
    ChangeKind.UNFURLS: ("switched previews of links on", "switched previews of links off"),
    ChangeKind.GROUP: ("set the group {subject}", "removed the group {subject}"),
    ChangeKind.OPT_OUT: ("opted an account {after} of the team's answers", "changed who opted out"),
    ChangeKind.ACCOUNT_LINK: ("linked an account to {person}", "linked an account to nobody"),
    ChangeKind.POSTPOST_KEY: ("connected this workspace to PostPost", "disconnected this workspace from PostPost"),
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
ON_OR_OFF = "Previews of links are on or off."
ON_OR_OFF_REMEDY = "Write `unfurl on`, `unfurl off`, or `unfurl` alone to see which it is."
ON = "Links to your accounts' LinkedIn posts are previewed in this workspace, for everybody in the channel."
OFF = "Links to LinkedIn posts aren't previewed in this workspace."
SWITCHED_BY = "Switched on by {who}, {when}."
RULES: Final = (
    "At most two previews a message, and the same post once in 30 minutes. None in channels shared with another company or where I may "
    "not answer, and none of accounts that I don't know, that opted out or that the channel may not see."
)
UNFURL_NOTICES_HOW = "An administrator can switch them with {on} and {off}."
LACKING = ":warning: The app doesn't have the scope {scopes}, so nothing is previewed yet. Install it again and grant the scope."
UNFURL = "unfurl"
#: The additional scopes for previews (Slack's documentation: "link_shared", "chat.unfurl").
SCOPES = frozenset({"links:read", "links:write"})
_FIRST = re.compile(rf"\s*{UNFURL}s?(?![\w-])(.*)", re.IGNORECASE | re.DOTALL)
_STATES = {"on": True, "off": False}


def build_allowed(subjects: Sequence[tuple[ChangeKind, str]], *, allowed: bool) -> Message:
    """Builds the message about what was allowed or forbidden; ``subjects`` are the people and channels for which that is new."""
    if not subjects:
        return Message(AS_BEFORE, (section(AS_BEFORE),))
    text = ALLOWED[allowed].format(subjects=", ".join(_subject(subject) for _, subject in subjects))
    return Message(text, (section(text), context(ALLOWED_MEANS)))


def build_permissions(
    people: str,
    here: AuditEntry | None,
    changes: Sequence[AuditEntry],
    *,
    unfurls: AuditEntry | None,
    direct: bool,
    hidden: Collection[str] = (),
) -> Message:
    """Builds the message about what is allowed here, and the last changes.

    Args:
        people: the administrators, as mrkdwn.
        here: the permission of this channel, if there is one.
        changes: the newest first.
        unfurls: the entry that switched previews on, None while they are off.
        direct: True in a direct message, which needs no permission.
        hidden: accounts (platform ids) that opted out and that this person may not see named.
    """
    sentences = [PERMISSIONS_ADMINISTRATORS.format(people=people)]
    if not direct:
        sentences.append(HERE_ALLOWED.format(who=_who(here.by), when=moment(here.at)) if here else HERE_PLAIN)
    sentences.append(preview_state(unfurls))
    lines = [PERMISSIONS_LINE.format(who=_who(change.by), what=_what(change, hidden), when=moment(change.at)) for change in changes]
    blocks: list[Block] = [header(PERMISSIONS_TITLE), section("\n".join(sentences))]
    blocks.append(section("\n".join([CHANGES, *(f"• {line}" for line in lines)]) if lines else NO_CHANGES))
    if not direct:
        blocks.append(context(PERMISSIONS_HOW.format(allow=example("allow here"), forbid=example("forbid here"))))
    return Message("\n".join([*sentences, *(lines[:1] or [NO_CHANGES])]), tuple(blocks))


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


@dataclass(frozen=True, slots=True)
class PreviewCommand:
    """``unfurl on`` (``on`` True), ``unfurl off`` (False), or ``unfurl`` alone, which asks for the state (None)."""

    on: bool | None = None


def read_unfurl(text: str) -> PreviewCommand | None:
    """Reads the command; None when the text is about something else.

    Raises:
        NotUnderstood: there is another word than on and off.
    """
    found = _FIRST.match(text)
    if found is None:
        return None
    word = found[1].strip(" \t\n.!?").lower()
    if word and word not in _STATES:
        suggestions = (f"{UNFURL} on", f"{UNFURL} off", UNFURL)
        raise NotUnderstood(ON_OR_OFF, remedy=ON_OR_OFF_REMEDY, suggestions=suggestions)
    return PreviewCommand(_STATES.get(word))


def build_unfurl_state(standing: AuditEntry | None, lacking: Iterable[str] = ()) -> Message:
    """Builds the message that says whether links are previewed in this workspace.

    Args:
        standing: the entry that switched it on; None while it is off.
        lacking: the scopes that were not granted, as far as Slack tells.
    """
    lines = [preview_state(standing)]
    if standing and lacking:
        lines.append(LACKING.format(scopes=", ".join(code(scope) for scope in sorted(lacking))))
    blocks: list[Block] = [
        section("\n".join(lines)),
        context(RULES),
        context(UNFURL_NOTICES_HOW.format(on=example(f"{UNFURL} on"), off=example(f"{UNFURL} off"))),
    ]
    return Message(" ".join(lines), tuple(blocks))


def preview_state(standing: AuditEntry | None) -> str:
    """The state in one or two sentences, for the answer to `permissions`."""
    return OFF if standing is None else f"{ON} {SWITCHED_BY.format(who=f'<@{standing.by}>', when=moment(standing.at))}"
