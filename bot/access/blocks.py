"""Messages about permissions (changes, the state in a channel and of previews), clients, groups, opt-outs and links."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from bot.access.commands import CLIENT_REMEDY, UNFURL
from bot.access.groups import ClientResult, GroupResult, GroupsShown, LinkResult, OptResult
from bot.access.permissions import Allowed, PermissionResult, Permissions
from bot.reports.card_parts import account_name
from bot.slack.builders import Block, Message, build_notice, code, context, escape, header, moment, section
from bot.slack.interactive import example
from bot.statistics.reports import Account
from bot.storage.workspace_settings import AuditEntry, ChangeKind

ALLOWED: Final[Mapping[bool, str]] = {True: "{subjects} can get answers from now on.", False: "{subjects} can't get answers any more."}
#: A note: members and unshared channels need no permission.
ALLOWED_MEANS = "This concerns guests, channels shared with other companies, and channels outside of the bot's settings."
HERE_PLAIN = "Nobody has allowed this channel. That's only needed when it is shared with another company or the settings leave it out."
PERMISSIONS_HOW = "{allow} opens this channel and {forbid} closes it again. You can name a #channel or a @person instead."
NO_CHANGES = "Nobody has changed anything yet."
CHANGE_WORDS: Final[Mapping[ChangeKind, tuple[str, str]]] = {
    ChangeKind.CHANNEL_DEFAULT: ("made {after} the default account of {subject}", "took the default account of {subject} away"),
    ChangeKind.ALLOWED_PERSON: ("allowed {subject}", "no longer allows {subject}"),
    ChangeKind.ALLOWED_CHANNEL: ("allowed {subject}", "no longer allows {subject}"),
    ChangeKind.CLIENT: ("made {subject} a client's channel", "made {subject} a channel of no client"),
    ChangeKind.UNFURLS: ("switched previews of links on", "switched previews of links off"),
    ChangeKind.PRIVATE_UNFURLS: ("took the figures out of previews", "put the figures into previews"),
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

GROUP_REMOVED = (
    "I removed the group {name}. Alerts, goals and watched posts of this group do nothing until there's a group of that name again. "
    "Digests keep its accounts."
)
CLIENT_SET = "From now on {channels} sees the accounts of the client {client} alone: {accounts}. They are seen in its channels only."
CLIENT_GONE = "{channels} is no client's channel any more: the workspace's own accounts are seen there again."
CLIENT_CHANNELS = "*Channels of clients*"
NO_CLIENT = "No channel is a client's. A client's channel sees the accounts of one managed user of your PostPost account, and no others."
GROUP_IS = "{name}: {members}"
OPTED_OUT = "{name} is out of the team's answers: sums, rows, files and digests. {alone} {back}"
ALONE = "Only the person it is linked to and administrators still see its own card."
LINKED = "{name} is linked to {person}, who may take it out of the team's answers and back in."

_PERSON = re.compile(r"[UW][A-Z0-9]{6,}")
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{6,}")
_ID_SHOWN = 8
_VALUE_SHOWN = 60
_NAMED = 10
ON = "Links to your accounts' LinkedIn posts are previewed in this workspace, for everybody in the channel."
OFF = "Links to LinkedIn posts aren't previewed in this workspace."
RULES: Final = (
    "At most two previews a message, and the same post once in 30 minutes. None in channels shared with another company or where I may "
    "not answer, and none of accounts that I don't know, that opted out or that the channel may not see."
)
PREVIEWS_HOW = "An administrator can switch them with {on}, {private} (without figures) and {off}."
LACKING = ":warning: The app doesn't have the scope {scopes}, so nothing is previewed yet. Install it again and grant the scope."


def build_permission_result(result: PermissionResult, hidden: Collection[str]) -> Message:
    """What was changed, or the state; ``hidden`` are accounts (platform ids) that opted out and that this person may not see named."""
    match result:
        case Allowed():
            return _build_allowed(result)
        case Permissions():
            return _build_permissions(result, hidden)
    lines = [_preview_state(result.on)]
    if result.on and result.private:
        lines.append("They have no figures: whoever opens one sees in a pane of their own what they may see.")
    if result.on and result.lacking:
        lines.append(LACKING.format(scopes=", ".join(code(scope) for scope in sorted(result.lacking))))
    how = PREVIEWS_HOW.format(on=example(f"{UNFURL} on"), private=example(f"{UNFURL} private"), off=example(f"{UNFURL} off"))
    return Message(" ".join(lines), (section("\n".join(lines)), context(RULES), context(how)))


def _build_allowed(result: Allowed) -> Message:
    if not result.subjects:
        return build_notice("It was like that already. Nothing changed.")
    text = ALLOWED[result.allowed].format(subjects=", ".join(_subject(subject) for _, subject in result.subjects))
    return Message(text, (section(text), context(ALLOWED_MEANS)))


def _build_permissions(state: Permissions, hidden: Collection[str]) -> Message:
    sentences = [f"Who decides: {state.people}"]
    if not state.direct:
        here = state.here
        sentences.append(f"This channel was allowed by {_who(here.by)}, {moment(here.at)}." if here else HERE_PLAIN)
    sentences.append(_preview_state(state.unfurls))
    lines = [f"{_who(one.by)} {_what(one, hidden)}, {moment(one.at)}" for one in state.changes]
    blocks: list[Block] = [header("Who may do what"), section("\n".join(sentences))]
    blocks.append(section("\n".join(["*Who changed what and when*", *(f"• {line}" for line in lines)]) if lines else NO_CHANGES))
    if not state.direct:
        blocks.append(context(PERMISSIONS_HOW.format(allow=example("allow here"), forbid=example("forbid here"))))
    return Message("\n".join([*sentences, *(lines[:1] or [NO_CHANGES])]), tuple(blocks))


def _preview_state(on: AuditEntry | None) -> str:
    return OFF if on is None else f"{ON} Switched on by <@{on.by}>, {moment(on.at)}."


def _what(change: AuditEntry, hidden: Collection[str]) -> str:
    made, gone = CHANGE_WORDS.get(change.kind, (OTHER, OTHER))
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


def build_client_result(result: ClientResult) -> Message:
    if not result.changed:
        lines = [f"{_subject(channel)}: client {code(client)}" for channel, client in result.channels.items()]
        text = "\n".join([CLIENT_CHANNELS, *sorted(lines)])[:2_900] if lines else NO_CLIENT
        return Message(text, (section(text), context(CLIENT_REMEDY)))
    channels, client = ", ".join(map(_subject, result.changed)), result.channels.get(result.changed[0], "")
    accounts = _members(result.accounts[:_NAMED]) or "there is none yet, connect one in PostPost"
    if more := result.accounts[_NAMED:]:
        accounts += f" +{len(more)}"
    return build_notice((CLIENT_SET if client else CLIENT_GONE).format(channels=channels, client=code(client), accounts=accounts))


def build_group_result(result: GroupResult) -> Message:
    match result:
        case GroupsShown(groups, ""):
            return _build_groups(groups)
        case GroupsShown():
            return _build_group(result)
        case OptResult(account, out, _):
            name = escape(account_name(account))
            back = f"{example(f'opt in {account.platform_id}')} brings it back."
            now = OPTED_OUT.format(name=name, alone=ALONE, back=back) if out else f"{name} is in the team's answers again."
        case LinkResult(account, person, _):
            name = escape(account_name(account))
            now = LINKED.format(name=name, person=f"<@{person}>") if person else f"{name} is linked to nobody."
    return build_notice(now if result.changed else f"Nothing changed: it was like that already. {now}")


def _build_groups(groups: Mapping[str, Sequence[Account]]) -> Message:
    if not groups:
        text = f"There are no groups yet. Make one with {example('group sales = ann, bob')}."
        return build_notice(text)
    lines = [GROUP_IS.format(name=code(name), members=_members(members)) for name, members in groups.items()]
    return Message("\n".join(lines)[:2_900], (section("\n".join(["*Groups of accounts*", *lines])),))


def _build_group(shown: GroupsShown) -> Message:
    name, accounts = shown.one, shown.groups.get(shown.one)
    if accounts is None:
        return build_notice(GROUP_REMOVED.format(name=code(name)))
    members = _members(accounts) or "accounts that opted out"
    now = f"The group {code(name)} is now: {members}." if shown.changed else GROUP_IS.format(name=code(name), members=members)
    was = f" Before, it was: {_members(shown.before)}." if shown.before else ""
    return build_notice(f"{now}{was}\nAsk for it with {example(f'board {name} last week')}.")


def _members(members: Sequence[Account]) -> str:
    return ", ".join(escape(account_name(account)) for account in members)
