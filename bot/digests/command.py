"""The commands about digests as values and as words; a digest's options: title, intro, ways of posting."""

import re
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from html import unescape
from typing import Final

import orjson
from msgspec import Struct, field
from msgspec.structs import asdict, replace

from bot.digests.reports import ADDED, TAKEN_AWAY, changed_content, is_relative, with_content
from bot.errors import NotUnderstood
from bot.lazy_regex import any_case, lazy_regex
from bot.management.actions import SubscriptionAction, action_words
from bot.parsing.vocabulary import ACCOUNTS
from bot.schedules.dates import merged
from bot.schedules.parser import completed
from bot.schedules.schedule import CRON, schedule_of
from bot.slack.builders import escape, one_line
from bot.statistics.reports import TEAM, Directory, Period, command_words, id_word
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus

MOST_TITLE: Final = 60
MOST_INTRO: Final = 300
_MOST = {"title": MOST_TITLE, "intro": MOST_INTRO}
#: The words that switch each option on, as commands have them, and those that switch it off.
SWITCHES: Final = {"only_headline": ("only headline", "in full"), "skip_unchanged": ("skip when unchanged", "also when unchanged")}
_HEADLINE = r"(only|just)( the)? headline"
_UNCHANGED = r"(when|if)( it('s| is| has)?)? (unchanged|not changed|nothing( has|['’]s)? changed)"
_CHANGED = (
    r"(when|if) (something|anything|(the |any )?(figures?|numbers?|stats)|there(['’]s| is| are)( any| some)?)( really| has| have)*"
    r" (changes?d?|moves?d?|new)"
)
#: A part with its text in quotes; other quotes, in which nothing is looked for; a part taken away; a part without quotes.
_QUOTED = r"(?:\"[^\"]*\"|[“”„][^“”\"]*[“”]|«[^»\"]*»)"
_FOUND = any_case(
    rf"(?<!\S)(?P<given>title|intro|called|named|call it|name it)(d|duction)?( line)?:?\s*(?P<text>{_QUOTED})|{_QUOTED}",
    r"(?<!\S)(no|without( an?)?|remove( the)?) (?P<gone>title|intro)(?!\S)",
    rf"(?<!\S)((?P<only_headline_off>in full|(not|no longer) {_HEADLINE})|(?P<only_headline_on>{_HEADLINE}|headline only)"
    rf"|(?P<skip_unchanged_off>(also|even|don't skip( it)?) {_UNCHANGED})|(?P<skip_unchanged_on>(and )?(skip( it)? {_UNCHANGED}"
    rf"|(but )?only {_CHANGED})))(?=[\s,]|$),?",
    r"(?<!\S)(?P<bare>title|intro|called|named|call it|name it)d?:?\s+(?=\S)",
)
_QUOTES = lazy_regex('["“”„«»]')
#: Slack's own notation: a mention, a channel or a link, with its label.
_TOKEN = lazy_regex(r"<(?P<sign>[@#!]?)(?P<what>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_MENTION = lazy_regex(r"&lt;(@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+)&gt;")
#: Some options with their values.
OptionChanges = dict[str, str | bool]


class DigestOptions(Struct, frozen=True):
    """A digest's options; a title or intro of "" is none."""

    title: str = ""
    intro: str = ""
    #: The headline alone goes to the channel, everything else into its thread.
    only_headline: bool = False
    #: Nothing is posted where no figure has changed (``bot.digests.reports.is_unchanged``).
    skip_unchanged: bool = False

    @property
    def given(self) -> OptionChanges:
        return {name: value for name, value in asdict(self).items() if value}

    @property
    def as_json(self) -> str:
        return orjson.dumps(self.given).decode() if self.given else ""

    def changed(self, changes: OptionChanges) -> "DigestOptions":
        return replace(self, **changes)


def options_of(stored: str) -> DigestOptions:
    """The options from their JSON; none where that cannot be parsed."""
    try:
        given = orjson.loads(stored or "{}")
        return DigestOptions(**{name: type(usual)(given.get(name) or usual) for name, usual in asdict(DigestOptions()).items()})
    except (orjson.JSONDecodeError, AttributeError):
        return DigestOptions()


def take_options(text: str, directory: Directory) -> tuple[str, OptionChanges]:
    """The escaped text without options, and these ("" for a removed one). Raises NotUnderstood: one is too long, or without quotes."""
    given: OptionChanges = {}
    names = [account.name.lower() for account in directory.accounts]

    def taken(found: "re.Match[str]") -> str:
        if bare := _part(found["bare"]):
            if any(bare in name.split() for name in names):
                return found[0]
            quoted = f'{text[: found.start()].strip()} {bare} "{text[found.end() :].replace(chr(34), "").strip()}"'
            raise NotUnderstood(f"Put the {bare} in quotes.", suggestions=(quoted,))
        for name in SWITCHES:
            if words := found[f"{name}_on"] or found[f"{name}_off"]:
                if any(words.lower() in one for one in names):
                    return found[0]
                given[name] = bool(found[f"{name}_on"])
                return ""
        if not (part := _part(found["given"] or found["gone"])):
            return found[0]
        given[part] = checked_part(part, _plain((found["text"] or "")[1:-1], mentions=part == "intro"))
        return ""

    rest = _FOUND.sub(taken, text)
    return " ".join(rest.split()).rstrip(",") if given else text, given


def _part(word: str | None) -> str:
    named = (word or "").lower()
    return "title" if named.startswith(("call", "name")) else named


def checked_part(part: str, text: str) -> str:
    """A title or intro on one line, without double quotes, which commands put around it; raises NotUnderstood when it is too long."""
    shown = _QUOTES.sub("'", one_line(text, len(text)))
    if len(shown) > _MOST[part]:
        raise NotUnderstood(f"That {part} is {len(shown)} characters long, and {_MOST[part]} is the most.", remedy="Make it shorter.")
    return shown


def option_words(options: OptionChanges) -> tuple[str, ...]:
    """The words of these options in a command, which ``take_options`` parses."""
    texts = (f'{part} "{escape(str(options[part]))}"' if options[part] else f"no {part}" for part in _MOST if part in options)
    return (*texts, *(words[not options[name]] for name, words in SWITCHES.items() if name in options))


def first_named(options: OptionChanges) -> str:
    """The first of these options in a sentence: "A title", or its words."""
    name, value = next(iter(options.items()))
    return {"title": "A title", "intro": "An intro"}.get(name) or f"`{option_words({name: value})[0]}`"


def intro_text(options: DigestOptions) -> str:
    """The intro as mrkdwn: people and user groups are mentioned, everything else is escaped."""
    return _MENTION.sub(r"<\1>", escape(options.intro))


def _plain(text: str, *, mentions: bool) -> str:
    """Slack's escaped text as plain text; with ``mentions`` those of people and groups are kept."""

    def plain_text(token: "re.Match[str]") -> str:
        if mentions and (token["sign"] == "@" or token["what"].startswith("subteam^")):
            return f"<{token['sign']}{token['what']}>"
        return f"{'' if not token['sign'] else '#' if token['sign'] == '#' else '@'}{(token['label'] or token['what']).lstrip('@#')}"

    return unescape(_TOKEN.sub(plain_text, text))


#: The word that every command about digests begins with.
DIGEST: Final = "digest"
#: The words that a command about digests may begin with.
DIGEST_WORDS: Final = frozenset({DIGEST, "digests", "history"})
#: Of one command; what a form lets choose is as many.
MOST_CHANNELS: Final = 20
ZONE: Final = "zone"
SHOWING: Final = "showing"
CHANNEL: Final = "in"
EVERYONE: Final = "all"
#: Longer commands are not parsed.
_MOST_NAMES = 2_500


class DigestDraft(Struct, frozen=True):
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


def new_digest(draft: DigestDraft, identity: str, channel: str, owner: str | None, grace: int) -> Subscription:
    """The digest of a whole draft in one of its channels, still without a workspace and a next time."""
    schedule = schedule_of(draft.cron, draft.zone)
    return Subscription(
        id=identity,
        team="",
        channel=channel,
        accounts=draft.accounts,
        content=with_content((), draft.content),
        cron=schedule.cron,
        zone=schedule.zone,
        dates=draft.dates,
        status=SubscriptionStatus.ACTIVE,
        next_run_at=None,
        grace=grace,
        owner=owner,
        rule=DigestOptions().changed(draft.options).as_json,
    )


class DigestCommand(Struct, frozen=True):
    """A command about digests. ``which`` is a digest (or a delivery) as the person named it: the beginning of an id, or an account."""

    action: SubscriptionAction
    which: str = ""
    draft: DigestDraft = field(default_factory=DigestDraft)
    #: The words of a change, for where it may be meant of several digests.
    change: str = ""


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
_ALSO_IN = any_case(
    rf",?\s*\b(and )?(also|add|additionally)\b( (post|send|show|put|share|it|that|this|them|the))*( (in|to|into))? (?P<channel>{_CHANNEL})",
    rf"(\b(in|to) )?(?P<behind>{_CHANNEL})( too| as well| also)\b",
)


def without_also(text: str) -> tuple[str, bool]:
    """The text without the words that add its channel to a digest's others ("also post it in #general"), and whether it had some."""
    plain, found = _ALSO_IN.subn(lambda one: f" in {one['channel'] or one['behind']}", text)
    return (" ".join(plain.split()), True) if found else (text, False)
