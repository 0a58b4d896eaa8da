"""Reads the commands of administrators: who may ask, previews, clients of channels, links of accounts to people."""

import re
from typing import Final

from msgspec import Struct

from bot.errors import NotUnderstood
from bot.lazy_regex import any_case, lazy_regex
from bot.parsing import vocabulary
from bot.parsing.text import excerpt, unescaped
from bot.statistics.reports import CLIENT_ID
from bot.storage.workspace_settings import ChangeKind

ALLOW = "allow"
FORBID = "forbid"
PERMISSIONS = "permissions"
UNFURL = "unfurl"
CLIENT, CLIENTS = "client", "clients"
SAY_WHOM = "`{verb}` needs a channel or a person."
SAY_WHOM_REMEDY = "Write `{verb} here` in the channel, or `{verb}` and choose a #channel or an @person from Slack's list."
TOO_MANY = "`{verb}` takes up to {most} people and channels at once, and you named {count}."
TOO_MANY_REMEDY = "Send them in several commands."
#: Each is parsed, and shown, separately.
MOST_SUBJECTS = 20
ON_OR_OFF_REMEDY = "Write `unfurl on`, `unfurl private`, `unfurl off`, or `unfurl` alone to see which it is."
NOBODY = "nobody"
NOT_A_CLIENT = "`{given}` isn't the id of a client: PostPost's ids of managed users have 24 digits and letters from a to f."
WHICH_CLIENT = "Which client, and which channel?"
CLIENT_REMEDY = "Write `client`, the id of the managed user in PostPost, and `here` or a #channel; `client nobody here` takes it back."
SAY_WHICH = "`unlink` needs an account."
HOW = "Choose the person from Slack's list: `link @ann acme`. `unlink acme` takes that back, and `accounts` shows whose they are."

_UNFURL = lazy_regex(rf"\s*{UNFURL}s?(?![\w-])(.*)", re.IGNORECASE | re.DOTALL)
_PRIVATE = "private"
_STATES = {"on": True, "off": False, _PRIVATE: True}
_PERMISSION = lazy_regex(rf"\s*({ALLOW}|{FORBID}|{PERMISSIONS})(?![\w-])(.*)", re.IGNORECASE | re.DOTALL)
#: Slack's documentation: "Formatting text for app surfaces": mentions of people (U, W) and channels (C, G).
_TARGET = lazy_regex(r"<(?:@(?P<person>[UW][A-Z0-9]+)|#(?P<channel>[CG][A-Z0-9]+))(?:\|[^>]*)?>")
_HERE = frozenset({"here", "channel"})
_PERMISSION_FILLERS = frozenset({"this", "the", "and", "please", "in"})
_CLIENT: Final = lazy_regex(r"\s*(clients?)(?![\w-])(.*)", re.IGNORECASE | re.DOTALL)
_CHANNEL: Final = lazy_regex(r"<#([CG][A-Z0-9]+)(?:\|[^>]*)?>")
_CLIENT_FILLERS: Final = frozenset({"here", "in", "for", "to", "is", "=", "this", "channel", "the"})
_LINK = lazy_regex(rf"\s*({vocabulary.LINK}|{vocabulary.UNLINK})(?![\w-])(.*)", re.IGNORECASE | re.DOTALL)
_PERSON = lazy_regex(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
#: The beginnings of a post's link after "link".
_POST = any_case(r"https?://|urn[:%]")
_LINK_FILLERS = frozenset({"to", "with", "and", "is", "please", "account", "from", "for"})
_NEW_GROUP = r"(?:create|make|set ?up|new) (?:an? |the )?(?:new )?group(?: called| named)?"
_PREVIEWS = r"(?:the |all )?(?:link |post )*(?:previews?|unfurls?|unfurling)(?: of (?:links|posts))?"
_GROUP = r"(?:the )?+(?:group (?P<group>[\w-]+)|(?P<named>[\w-]+) (?:group|team))"
#: Commands in other words: "delete the sales group", "who is in sales", "who can use this?".
_IN_OTHER_WORDS = tuple(
    (any_case(rf"(please |can you )?({pattern})\W*"), command)
    for pattern, command in (
        (rf"{_NEW_GROUP} (?P<group>[\w-]+)(?: (?:with|of|for)|:| =)? (?P<more>\S.*)", f"{vocabulary.GROUP} {{name}} new = {{more}}"),
        (r"(?P<group>[a-z][\w-]*) ?= ?(?P<more>[^=]+)", f"{vocabulary.GROUP} {{name}} new = {{more}}"),
        (rf"(?:show|have|turn on|keep) {_PREVIEWS} (?:but )?without (?:the )?(?:numbers|figures|stats)", f"{UNFURL} private"),
        (rf"(?:turn|switch|set) {_PREVIEWS} (?P<group>on|off)|(?:turn|switch) (?P<named>on|off) {_PREVIEWS}", f"{UNFURL} {{name}}"),
        (rf"(?:disable|stop|hide|no|no more)(?: showing| posting)? {_PREVIEWS}", f"{UNFURL} off"),
        (r"stop (?:previewing|unfurling)(?: (?:our|my|all|the))*(?: (?:links?|posts?))+", f"{UNFURL} off"),
        (rf"(?:enable|start)(?: showing| posting)? {_PREVIEWS}", f"{UNFURL} on"),
        (r"opt (?P<more>me|myself|my account) (?P<group>out|in)", "opt {name} me"),
        (r"(?:forget|remove|clear|unset|reset|delete) (?:(?:the|this|our|channel['’]s|channel) )*default(?: account)?",
         f"{vocabulary.DEFAULT} {vocabulary.NOBODY}"),
        (rf"(?:show|see|view|list|who(?:['’]s| is| are) in|members of) {_GROUP}", f"{vocabulary.GROUP} {{name}}"),
        (r"who(?:['’]s| is| are) in (?:the )?+(?!charge\b|team\b)(?P<group>[\w-]+)", f"{vocabulary.GROUP} {{name}}"),
        (r"(?:show|see|list|what|which)(?: are)?(?: me)?(?: the| all| our| my)* groups(?: are there| do we have)?", f"{vocabulary.GROUP}s"),
        (r"who (?:is|are) (?:an? |the |your |our )*admin\w*|who (?:runs|manages|maintains|owns) (?:the |this )?(?:bot|app)", PERMISSIONS),
        (r"who (?:can|may) (?:change|allow|decide|manage)(?: \w+)?(?: here)?", PERMISSIONS),
        (r"(?:let|give) (?P<group><[@#][^<>]*>) (?:use|access|ask|in)(?: (?:it|this|you|to|the|bot|app|questions|figures|statistics))*",
         f"{ALLOW} {{name}}"),
        (r"who (?:can|may|could|is allowed to) (?:use|ask|see|access|read).*", PERMISSIONS),
        (r"(?:block|ban|revoke|disallow)(?: access(?: for| of)?)? (?P<group><[@#][^<>]*>|here)", f"{FORBID} {{name}}"),
    )
)  # fmt: skip
_ADDS = r"(?:please |can you )?(?:(?P<add>add|put|include)|remove|take|drop|delete) (?P<who>\S.*?) (?:to|into|in|from|out of) "
_MEMBER = any_case(
    rf"{_ADDS}({_GROUP}|(?P<other>(?!(it|this|that|there|here|slack|digest|alert|watch|goal)\b)[a-z][\w-]*))((,? and|,|;)"
    r" ((?P<adds>add|put|include)|remove|take|drop|delete) (?P<then>\S.*?)( in| out)?)?\W*"
)
_RENAME_GROUP = any_case(rf"(please |can you )?(rename|change|call) {_GROUP}\b.*")
_DELETE_GROUP = any_case(rf"(please |can you )?(delete|remove|drop|dissolve) {_GROUP}\W*")
_FROM_TEAM = any_case(
    r"(please |can you )?((take|leave|exclude|remove|keep|hide) (?P<who>(?!(it|this|that)\b)\S+( \S+)??)(?P<own> account)?"
    r" (out of|from|off) ((the|all|our) )*(team|team['’]s|(leader)?boards?|totals?|rankings?|every(thing|one|body|where)|sums?|others"
    r"|answers|results|reports)( (totals?|answers?|figures|else))?|(do(n't| not)|never|stop) show(ing)?"
    r" (?P<shown>(?!(it|this|that)\b)\S+( \S+)??)( account)? (anywhere|at all|to any(one|body)( else)?)"
    r"|opt (?P<opted>(?!out\b|in\b)\S.*?) (?P<way>out|in))\W*"
)
_OF_ZONES = any_case(r"\btime ?zones?\b")
_HAND_OVER = any_case(
    r"(please |can you )?((hand|transfer|give)( over)? (the|my|our|this) (\S+ )?(digest|alert|goal|watch)( over)? to <@.*"
    r"|make <@[^<>]*> (the )?owner\b.*|change (the )?owner\b.*)"
)
ONE_OWNER = "What is set up stays with whoever set it up, and administrators can change it too."
OWNER_REMEDY = "Somebody else sets up their own, and yours is deleted. See what there is:"
LEAVE_OUT = "An account that opts out is in no team, board, list of best posts and digest, for everybody."
DELETE_GROUP = "The group “{name}” would be gone for everybody, and what is set up for it would have no accounts."
SET_ANOTHER = "Set one of the new name (`group revenue = ann, bob`), and remove the old one. See who is in it now:"
OWN_ZONE = "Times here are those of the time zone in your Slack profile."
OWN_ZONE_REMEDY = (
    "Change it in Slack, or name a zone in a digest or an alert: `digest edit 3f2a London`. Figures are counted by days in UTC."
)


class AllowCommand(Struct, frozen=True):
    """``allow`` or ``forbid``: ``subjects`` are ids of people and channels with their kind, ``allowed`` is False to take it back."""

    subjects: tuple[tuple[ChangeKind, str], ...]
    allowed: bool


class PermissionsCommand(Struct, frozen=True):
    """``permissions``: shows administrators, the state here, and the last changes."""


class PreviewCommand(Struct, frozen=True):
    """`unfurl on`, `unfurl off`, or `unfurl` alone (``on`` is None); ``private``: without a figure, each viewer has a pane of their own."""

    on: bool | None = None
    private: bool = False


PermissionCommand = AllowCommand | PermissionsCommand | PreviewCommand


class ClientCommand(Struct, frozen=True):
    """``client``: sets the client of these channels ("": none), or without a channel shows which client's it is."""

    client: str = ""
    channels: tuple[str, ...] = ()


def read_permission(text: str, channel: str, *, direct: bool) -> PermissionCommand | None:
    """A command about permissions; None for another text.

    ``channel`` is the id that ``here`` means; with ``direct``, in a conversation with the bot alone, it means none. Raises NotUnderstood:
    no person or channel is named, or something else is; previews neither on nor off.
    """
    found = _PERMISSION.match(text)
    if found is None:
        return _read_unfurl(text)
    verb, rest = found[1].lower(), found[2]
    if verb == PERMISSIONS:
        return PermissionsCommand()
    subjects = [_subject(target) for target in _TARGET.finditer(rest)]
    words = set(re.findall(r"[^\s,;.!]+", _TARGET.sub(" ", rest).lower()))
    here = bool(words & _HERE)
    if words - _HERE - _PERMISSION_FILLERS or not (subjects or here):
        raise NotUnderstood(SAY_WHOM.format(verb=verb), remedy=SAY_WHOM_REMEDY.format(verb=verb), suggestions=(f"{verb} here",))
    if here and direct:
        raise NotUnderstood("This is a direct message, so `here` isn't a channel.", remedy=SAY_WHOM_REMEDY.format(verb=verb))
    if here:
        subjects.append((ChangeKind.ALLOWED_CHANNEL, channel))
    named = tuple(dict.fromkeys(subjects))
    if len(named) > MOST_SUBJECTS:
        raise NotUnderstood(TOO_MANY.format(verb=verb, most=MOST_SUBJECTS, count=len(named)), remedy=TOO_MANY_REMEDY)
    return AllowCommand(named, allowed=verb == ALLOW)


def _read_unfurl(text: str) -> PreviewCommand | None:
    found = _UNFURL.match(text)
    if found is None:
        return None
    word = re.sub(r"\bplease\b|[.!?]", "", found[1].lower()).strip()
    if word and word not in _STATES:
        suggestions = (f"{UNFURL} on", f"{UNFURL} {_PRIVATE}", f"{UNFURL} off", UNFURL)
        raise NotUnderstood("Previews of links are on, private or off.", remedy=ON_OR_OFF_REMEDY, suggestions=suggestions)
    return PreviewCommand(_STATES.get(word), private=word == _PRIVATE)


def _subject(target: "re.Match[str]") -> tuple[ChangeKind, str]:
    if person := target["person"]:
        return ChangeKind.ALLOWED_PERSON, person
    return ChangeKind.ALLOWED_CHANNEL, target["channel"]


def read_client(text: str, channel: str, *, direct: bool) -> ClientCommand | None:
    """A command about clients; None for other text. Raises NotUnderstood: the client or channel is missing, or something else is named."""
    found = _CLIENT.match(text)
    if found is None:
        return None
    rest = found[2]
    named = _CHANNEL.findall(rest)
    words = [word.strip("`\"'.,;!") for word in _CHANNEL.sub(" ", rest).lower().split()]
    given = [word for word in words if word and word not in _CLIENT_FILLERS]
    if not given and not named and "here" not in words:
        return ClientCommand()
    if len(given) != 1:
        raise NotUnderstood(WHICH_CLIENT, remedy=CLIENT_REMEDY)
    client = _client_id(given[0])
    if direct and not named:
        raise NotUnderstood("This is a direct message, which can't be a client's channel.", remedy=CLIENT_REMEDY)
    return ClientCommand(client, tuple(dict.fromkeys(named)) or (channel,))


def client_command(given: str, channel: str) -> ClientCommand:
    """The command of a form's two entries; ``given`` is a client's id, or "" for none. Raises NotUnderstood where one cannot be used."""
    if not _CHANNEL.fullmatch(f"<#{channel}>"):
        raise NotUnderstood(WHICH_CLIENT, remedy=CLIENT_REMEDY)
    return ClientCommand(_client_id(given.strip() or NOBODY), (channel,))


def _client_id(given: str) -> str:
    """The id as PostPost writes it, "" for "nobody"; raises NotUnderstood for any other text."""
    if (client := given.lower()) != NOBODY and not CLIENT_ID.fullmatch(client):
        raise NotUnderstood(NOT_A_CLIENT.format(given=excerpt(given)), remedy=CLIENT_REMEDY)
    return "" if client == NOBODY else client


class LinkTokens(Struct, frozen=True):
    """``name`` is the account's name; ``user`` is the person's Slack id, "" with ``unlink``."""

    name: str
    user: str


def read_link(text: str) -> LinkTokens | None:
    """What `link` or `unlink` names; None for other text. Raises NotUnderstood: the person or account is missing, or there are several."""
    found = _LINK.match(text)
    if found is None or _POST.search(found[2]):
        return None
    verb, people = found[1].lower(), list(dict.fromkeys(_PERSON.findall(found[2])))
    name = " ".join(word for word in vocabulary.tokenize(unescaped(_PERSON.sub(" ", found[2]))) if word.lower() not in _LINK_FILLERS)
    if len(people) > 1:
        raise NotUnderstood("An account belongs to one person: name one.", remedy=HOW)
    if not name or (verb == vocabulary.LINK and not people):
        raise NotUnderstood("`link` needs a person and an account." if verb == vocabulary.LINK else SAY_WHICH, remedy=HOW)
    return LinkTokens(name, people[0] if verb == vocabulary.LINK else "")


def administration(text: str) -> str:
    """The command about groups or permissions that other words mean, or "". Raises NotUnderstood for what only a button does, or nobody."""
    plain = " ".join(text.split())
    for pattern, command in _IN_OTHER_WORDS:
        if found := pattern.fullmatch(plain):
            given = found.groupdict()
            more = re.sub(r",? (?:and|&amp;|\+) ", ", ", given.get("more") or "")
            return command.format(name=given.get("group") or given.get("named") or "", more=more)
    if found := _FROM_TEAM.fullmatch(plain):
        way, who = (found["way"] or "out").lower(), found["who"] or found["shown"] or found["opted"]
        if who.lower() in ("me", "my", "myself", "mine", "us"):
            return f"opt {way} me"
        raise NotUnderstood(LEAVE_OUT, remedy=f"Opt it {way} with this:", suggestions=(f"opt {way} {who}",))
    if found := _DELETE_GROUP.fullmatch(plain):
        name = (found["group"] or found["named"]).lower()
        delete = f"{vocabulary.GROUP} {name} = {vocabulary.NOBODY}"
        raise NotUnderstood(DELETE_GROUP.format(name=name), remedy="Delete it with this:", suggestions=(delete,))
    if found := _MEMBER.fullmatch(plain):
        name = (found["group"] or found["named"] or found["other"]).lower()
        then = f" {_sign(found['adds'])} {found['then']}" if found["then"] else ""
        return f"{vocabulary.GROUP} {name} {_sign(found['add'])} {found['who']}{then}"
    if found := _RENAME_GROUP.fullmatch(plain):
        name = (found["group"] or found["named"]).lower()
        raise NotUnderstood("A group keeps its name.", remedy=SET_ANOTHER, suggestions=(f"{vocabulary.GROUP} {name}",))
    if _HAND_OVER.fullmatch(plain):
        raise NotUnderstood(ONE_OWNER, remedy=OWNER_REMEDY, suggestions=("digest list", "alert list"))
    if _OF_ZONES.search(plain):
        raise NotUnderstood(OWN_ZONE, remedy=OWN_ZONE_REMEDY, suggestions=("digest list", "alert list"))
    return ""


def _sign(adds: str | None) -> str:
    return "add" if adds else "remove"
