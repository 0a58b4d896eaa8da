"""Reads commands about watches: "watch acme in #marketing" → a WatchCommand; the service finds the account or group."""

import re
from collections.abc import Iterable
from typing import Final

from bot.errors import BadSchedule, NotUnderstood
from bot.lazy_regex import any_case, lazy_regex
from bot.management.actions import NO_DIRECT, NO_DIRECT_REMEDY, TO_ME, NotPossible, SubscriptionAction, words_of_actions
from bot.parsing import vocabulary
from bot.parsing.courtesies import POLITELY
from bot.parsing.dates import MONTH, WEEKDAYS
from bot.parsing.orders import TELL_ME, action_first
from bot.parsing.reasons import ONLY_CONNECTED, SEE_CONNECTED
from bot.parsing.text import NO_CHANNEL_ID, NUMBER_WORDS, check_length, without_channels
from bot.schedules.tokens import take_quiet
from bot.statistics.reports import TEAM
from bot.watches.rule import ALWAYS, WATCH, WATCH_WORDS, WatchCommand

TWO_CHANNELS = "A watch posts into one channel, and you named {n}."
CHANNEL_REMEDY = "Type # and choose the channel from Slack's list, or set it up in the channel itself."
IS_ALERT = "I watch posts, not figures: `alert` tells you when a figure moves."
ALERT_EXAMPLES = ("alert impressions +50% week", "alert comments > 20 day")

NO_END, NO_END_REMEDY = "A watch is paused until you resume it.", "Pause it, and write `watch resume` on that day:"
NO_DAYS, NO_DAYS_REMEDY = "A watch tells of each post, on whatever day it goes live.", "It can have quiet hours:"

#: Kinds of posts, which a watch does not choose.
_SOME_POSTS = any_case(r"\b(repost|reshare|video|poll|image|picture|photo|article|carousel|document|job (post|ad))s?\b")
_DAYS = frozenset({"weekend", "weekends", "weekday", "weekdays", "workdays"})
NO_MENTION, NO_MENTION_REMEDY = "A watch's message mentions nobody: whoever is in its channel sees it.", "Set it up like this:"
GOES_ON, GOES_ON_REMEDY = "A watch goes on until it is paused or deleted.", "Leave the end out:"
NO_FILTER, LEAVE_OUT = "A watch tells of each new post of its accounts, whatever it has or says.", "Leave that out:"
WHAT_IT_HAS = "Its accounts, channel and quiet hours can change:"
NO_AGES = "A post's figures come after 24 hours, 72 hours and 7 days, and at no other time."
NO_LINK, NO_LINK_REMEDY = (
    "A watch is of an account's new posts, so it takes a name and no link.",
    "Ask for a post's figures, or watch an account:",
)

MOST_CHARACTERS: Final = 1_000

ACTIONS = words_of_actions(
    {
        SubscriptionAction.DELETE: ("end",),
        SubscriptionAction.EDIT: ("update", "move"),
        SubscriptionAction.CREATE: ("create", "new", "add", "set", "start"),
    }
)
#: Words before the accounts of a change: those that are watched from then on, or are added or taken away.
_SIGNS = (
    dict.fromkeys(("add", "plus", "also", "include"), "add") | dict.fromkeys(("remove", "without", "minus", "exclude", "drop"), "remove")
) | {"to": "to"}
#: "… and tell us when she posts".
_AND_TELL = any_case(
    r",? and (tell|notify|ping|alert|inform|let|post|say)\b.*\bwhen(ever)? (she|he|it|they|somebody|something)\b.*",
    r",? and (drop|leave|send|post|write|put|share|announce)( (an?|it|me|us|that|note|message|line|update|everything))*\s*$",
)
#: "Add bob to the watch".
_MEMBER = any_case(
    r"(please |can you )?(?P<sign>add|include|remove|drop|exclude|take) (?P<who>\S.*?) (to|in|into|from|out of) (the|my|our|this)"
    r" watch(ed)?( ?(list|accounts|posts|es))?\W*"
)
_NEW_POSTS = r"((any|every|each|all|the) )*(new )?(linkedin )?posts?"
_HERE = r"( (here|in (here|this channel|(?P<where><#[^<>]*>))))?"
_WHO = r"\S*[^\s,]( \S*[^\s,])??((,| and|, and) (?!and\b)\S*[^\s,]( \S*[^\s,])??)*"
_PUBLISHES = r"(posts?|publish(es)?|shares?|releases?|puts?)( (something|anything|stuff))?( new)?( up| out| online| live)?"
#: "Whenever ann posts, announce it here".
_WHEN_FIRST = any_case(
    rf"(?P<when>(when(ever)?|each time|every time|as soon as|once|if) \S.*? {_PUBLISHES}( on linkedin)?)(,|,? then)?"
    r" (?P<tell>(please )?(tell|notify|ping|message|let|alert|inform|announce|post|write)\b.*)"
)
_ANYBODY = any_case(r"(one|any|each|all) of (us|them|(our|the) \w+)|(any|some) ?(one|body)|people")
#: "New posts of kofi should show up here".
_SHOULD_COME = any_case(
    rf"{_NEW_POSTS} (of|by|from) (?P<who>{_WHO}) (should|must|need to|are to) (be (announced|posted|shared|shown)|show up|appear|come"
    r"|go)\b.*"
)
#: "Keep an eye on ann's posts", "follow kofi", "also watch bob", "notify me about new posts", "announce every post of ann here".
_KEEP_AN_EYE = any_case(
    rf"{POLITELY}((keep an eye on|(keep |start |begin )?(watch|follow(?! up\b)|monitor|track)(ing)?|subscribe to)"
    r" (?!(an? |our |the )?(goal|alert|digest)s?\b)((all |any |our )*new posts?"
    rf"|(?P<who>{_WHO}))(['’]s?)?( {_NEW_POSTS})?(?P<ends> (till|until|for) \S.*)?|(announce"
    r"|keep (me|us) (in the loop|posted|updated|informed) (about|on|of)|(be (told|notified|informed)|hear|know) (about|of)"
    r"|(tell|notify|ping|alert|inform|message|let)( (?P<told>me|us|everyone|<[@#!][^<>]*>)( know)?)? (about|of))"
    rf" ({_NEW_POSTS}( (of|by|from) (?P<whose>\S+( \S+)??))?|((?P<own>\S+( \S+)??)['’]s|(?P<our>our|my)) {_NEW_POSTS}"
    rf"|(everything|anything|whatever|all|what)( that)? (?P<that>\S+( \S+)??) (posts?|publish(es)?|shares?))){_HERE}( too| as well| please"
    r"| for (me|us))*\W*"
)
#: Somebody to tell, whom a watch's message does not mention.
TOLD = any_case(r" (ping|mention|cc|tell|notify|tag|alert|inform|let) (<[@!][^<>]*>(,| and| &amp;)* ?)+")
_MENTIONED = any_case(
    rf"(?:,? (?:and|but))?(?:{TOLD.pattern}|(?: (?:for|to))? (?:<[@!][^<>]*>(?:,| and| &amp;)* ?)+)(?:know)?"
    r"(?=$|when|if\b|each\b|every\b)"
)
_AROUND = vocabulary.FILLERS | {
    "or", "up", "when", "whenever", "new", "live", "goes", "go", "publishes", "published", "every", "any", "&", "+", "too", "as", "well",
    "group", "plus", "add", "anything", "something", "more", "anymore",
}  # fmt: skip
_AGES = any_case(
    r"^(?P<which>\S.*?)(( (and|then)\b.*?)? after (\d+|an?) ?(h|hours?|d|days?|weeks?)\b"
    r"|,?( (the|only|just|no|without|but|and|skip))+ (launch|announcement|follow-?ups?|later)e?s?\b)"
)
_BEGINS = any_case(rf"^(?P<which>.*?\S) (from|starting|beginning|as of)( on)? (\d|next\b|tomorrow|{MONTH}\b|{'|'.join(WEEKDAYS)})")
#: "Ann but only videos".
_ONLY = any_case(r"^(?P<which>.*?\S) ((but )?(only|just) (?!(on )?week\w+)\S.*)")
#: "Pause acme until monday", and not "pause it for acme".
_UNTIL = any_case(r"^(?P<which>.*?)\b(until|till|over|during|between|from|for (\d|an?\b|one\b|two\b|three\b))")
_ENDS = any_case(rf"^(?P<which>.*?\S) (until|till|during|for ((the|only|just) )*(\d|(next|coming|rest|an?)\b|{'|'.join(NUMBER_WORDS)}))")
#: What an alert has: how often it is posted at most, and by how much a figure moves.
_AT_MOST = any_case(r"\b(at most|max(imum)?|cool-?down|no more than|per (day|week|month))\b")
_MOVES = any_case(r"\b(min(imum)?|at least|ignore|by (an? )?(third|half|quarter|\d+))\b|\d ?%")
_UNLINKED = any_case(r"^(\S+ )?(ping|mention|cc|notify|tell|tag) \w+( (when|if|on|for|with)\b.*)?$")
_NO_QUIET = any_case(r"\b(no|without)\s+quiet(\s+hours)?\b")
_ID = any_case(r"[0-9a-f][0-9a-f-]{3,35}")
#: "What are you watching?", "which accounts are watched?", "is anyone watching ann?".
_ASKS = any_case(
    r"(what|who|which|how many)( \w+)?(['’]s| (are|do) (you|we)| is| are) (being )?(watch|track|monitor|follow)(ing|ed)?( here| right now"
    r"| now| at the moment)*\W*",
    r"how long do (you|we) (watch|follow)\b.*",
    r"((is|are|do) (anyone|anybody|someone|somebody|you|we)|who('s| is)) (still )?watch(ing)?"
    r" (?P<who>\S+( \S+)??)( (as well|too|already|yet|now|at the moment))*\W*",
    r"(do|will|would) you (tell|notify|ping|message|alert) (me|us) (when|if|about) (?P<whose>\S+( \S+)??)(['’]s)?"
    r" (new )?(posts?|publish\w*|shares?)( anything| something)?\W*",
    r"(is|are) (?P<of>\S+( \S+)??) (still |already )?(being )?watched( here| too)?\W*",
)
#: "stop watching acme", "no need to watch acme", "pause watching acme".
_END = lazy_regex(
    r"(?:please\s+)?(?:unfollow (?P<un>\S.*)|(?P<action>resume|continue|pause|mute) (?:watch|follow)ing (?P<of>.*)"
    r"|(?:stop|quit|end|no longer|do(?:n['’]t| not)|no need to|(?:we|i) (?:don['’]?t|no longer) (?:need|want) to)\s+(?:keep )?"
    r"(?:(?:watch(?:ing)?|follow(?:ing)?|track(?:ing)?|monitor(?:ing)?|announc(?:e|ing))\b(?P<rest>.*)"
    r"|(?:tell|notify|ping|alert|inform|messag|post|writ)(?:e|ing)?(?: me| us)?(?: here| in here)?"
    r" (?:about|of|when) (?P<who>\S+(?: \S+)??)(?:['’]s)? (?:new )?posts?\b.*))",
    re.IGNORECASE | re.DOTALL,
)
#: "(Don't announce) anything at night".
_AT_TIMES = any_case(r"( (anything|posts?|stuff))?(?P<when> (at night|overnight|during the night|(between|before|after|from) \d.*?))\W*")
_AT_WEEKENDS = any_case(r"( (anything|posts?|stuff))?( (on|at|over|during))?( the)? week-?ends?\W*")
#: "Only announce posts during working hours".
_ONLY_AT = any_case(
    rf"{POLITELY}only (announce|post|tell|notify|ping|message)( (me|us))?( (about|of))?( new)? posts?"
    r" (?P<when>(on|in|at|during|within) \S.*?)[\s.!?]*"
)
#: "Notify me when acme posts".
_TELL = any_case(
    rf"{TELL_ME} ((?!there\b|an? |new )(?P<who>\S.*?) )?({_PUBLISHES}|goes live|has something new"
    r"|((has|there(['’]s| is)) )?((an?|the|any|new|next) )+((?!linkedin\b)(?P<whose>\S+) )?posts?( (by|from|of)"
    r" (?P<by>\S+( \S+)?))?( (is|are|goes|comes)( (live|published|out|up|online))?)?)( on linkedin)?\W*$"
)


def as_watch_command(text: str) -> str:
    """The command of a text that begins with its action: "stop watching acme" is "watch delete acme"; "" for any other text."""
    text = text.strip()
    if first := _WHEN_FIRST.fullmatch(text):
        text = f"{first['tell']} {first['when']}"
    if change := _change_in(text):
        return f"{WATCH} {SubscriptionAction.EDIT} {change}"
    if found := _END.match(text):
        who = found["un"] or found["of"] or found["who"] or found["rest"]
        return f"{WATCH} {found['action'] or SubscriptionAction.DELETE} {who}"
    if found := _ASKS.fullmatch(text):
        who = (found["who"] or found["of"] or found["whose"] or "").rstrip("?")
        return f"{WATCH} {SubscriptionAction.SHOW} {who}" if who else f"{WATCH} {SubscriptionAction.LIST}"
    return _new_watch(text) or action_first(text, WATCH)


def _new_watch(text: str) -> str:
    """The command that sets one up in other words: "keep an eye on bob", "tell us when she posts"; "" for any other text."""
    found = _SHOULD_COME.fullmatch(text) or _KEEP_AN_EYE.fullmatch(text) or _TELL.match(text)
    if found is None:
        return ""
    said = found.groupdict()
    named = (said.get(name) for name in ("who", "whose", "own", "our", "that", "by"))
    who = re.sub(r"['’]s?$", "", next(filter(None, named), TEAM))
    who = TEAM if _ANYBODY.fullmatch(who) else who
    return f"{WATCH} {who}{_told(said.get('where') or said.get('told') or '')}{said.get('ends') or ''}"


def _change_in(text: str) -> str:
    """The change of a watch that a text asks for: "add bob to the watch", "only announce posts during working hours"; "" for any other."""
    if found := _MEMBER.fullmatch(text):
        return f"{found['sign'].lower().replace('take', 'remove')} {found['who']}"
    if found := _ONLY_AT.fullmatch(text):
        return f"only {found['when']}"
    ends = _END.match(text)
    rest = (ends["rest"] or "") if ends else ""
    if _SOME_POSTS.search(rest):
        return rest
    when = _AT_TIMES.fullmatch(rest)
    return f"quiet{when['when']}" if when else "weekdays" if _AT_WEEKENDS.fullmatch(rest) else ""


def _told(place: str) -> str:
    """The words for a channel in which a watch posts, or for somebody to tell; "" for anybody else."""
    return f" in {place}" if place.startswith("<#") else f" ping {place}" if place.startswith("<") else ""


def read_watch(text: str) -> WatchCommand:
    """The command in a text that begins with one of ``WATCH_WORDS``.

    Raises NotUnderstood: it names two channels, or figures; ``suggestions`` are whole commands that can be asked.
    """
    check_length(text, MOST_CHARACTERS)
    if told := _MENTIONED.search(text):
        without = f"{text[: told.start()]} {text[told.end() :]}".strip()
        raise NotUnderstood(NO_MENTION, remedy=NO_MENTION_REMEDY, suggestions=(" ".join(without.split()),))
    channels, plain = without_channels(text)
    if len(channels) > 1:
        raise NotUnderstood(TWO_CHANNELS.format(n=len(channels)), remedy=CHANNEL_REMEDY, suggestions=ALWAYS)
    plain = _AND_TELL.sub("", plain)
    hours, rest = take_quiet(_NO_QUIET.sub(" ", plain))
    quiet, plain = hours if hours or _NO_QUIET.search(plain) else None, rest
    first, *words = vocabulary.tokenize(plain)
    action = SubscriptionAction.DELETE if first.lower() == "unwatch" else None
    if action is None and words and "instead" in map(str.lower, words):
        # "Watch bob instead".
        return _edit(["to", *(word for word in words if word.lower() != "instead")], channels, quiet)
    if action is None and words and (action := ACTIONS.get(words[0].lower())):
        words = words[1:]
    if action is SubscriptionAction.CREATE and not words and not channels and quiet is None:
        return WatchCommand(SubscriptionAction.NEW)
    if action is SubscriptionAction.EDIT:
        return _edit(words, channels, quiet)
    left = _names(re.sub(r"['’]s$", "", word) for word in words)
    if action is SubscriptionAction.PAUSE:
        _check_pause(words)
    if action not in (None, SubscriptionAction.CREATE):
        return WatchCommand(action, which=" ".join(left))
    if action is None and not words and not channels and quiet is None:
        return WatchCommand(SubscriptionAction.LIST)
    _check(left, " ".join(words))
    return WatchCommand(SubscriptionAction.CREATE, who=left, channel=channels[0] if channels else "", quiet=quiet)


def _check_pause(words: list[str]) -> None:
    """Raises NotUnderstood for a pause with an end or on some days, which a watch does not have."""
    if not _DAYS.isdisjoint(map(str.lower, words)):
        edit = " ".join((WATCH, SubscriptionAction.EDIT, *filter(_ID.fullmatch, words), "quiet 20:00-8:00"))
        raise BadSchedule(NO_DAYS, remedy=NO_DAYS_REMEDY, suggestions=(edit,))
    if end := _UNTIL.search(" ".join(words)):
        pause = " ".join((WATCH, SubscriptionAction.PAUSE, end["which"])).strip()
        raise NotUnderstood(NO_END, remedy=NO_END_REMEDY, suggestions=(pause,))


def _edit(words: list[str], channels: tuple[str, ...], quiet: str | None) -> WatchCommand:
    """The change of a watch: "edit 3f2a to bob and jane in #general quiet 20:00-8:00"."""
    words = [word for word in words if word.lower() not in ("too", "well", "as")]
    said: dict[str, list[str]] = {"": [], "to": [], "add": [], "remove": []}
    part = ""
    for word in words:
        sign = "" if part and word.lower() == "to" else _SIGNS.get(word.lower(), "")
        part = sign or part
        said[part] += [] if sign else [word]
    which, who, added, removed = map(_names, said.values())
    command = f"{WATCH} {SubscriptionAction.EDIT} {which[0] if which and _ID.fullmatch(which[0]) else ''}".strip()
    text = " ".join(words)
    for pattern, sentence, remedy in (
        (TO_ME, NO_DIRECT, NO_DIRECT_REMEDY),
        (_UNLINKED, NO_MENTION, WHAT_IT_HAS),
        (_AT_MOST, NO_FILTER, WHAT_IT_HAS),
        (_SOME_POSTS, NO_FILTER, WHAT_IT_HAS),
    ):
        if pattern.search(text):
            raise NotPossible(sentence, remedy=remedy, suggestions=(command,))
    if _MOVES.search(text):
        raise NotUnderstood(IS_ALERT, remedy="An alert reads like this:", suggestions=ALERT_EXAMPLES)
    if "title" in map(str.lower, which):
        raise NotPossible("A watch has no title: its messages begin with whose post it is.", remedy=WHAT_IT_HAS, suggestions=(command,))
    if _AGES.search(text):
        raise BadSchedule(NO_AGES, remedy=WHAT_IT_HAS, suggestions=(command,))
    if quiet is None and not _DAYS.isdisjoint(map(str.lower, which)):
        raise BadSchedule(NO_DAYS, remedy=NO_DAYS_REMEDY, suggestions=(f"{command} quiet 20:00-8:00",))
    if len(which) > 1 and not who and _ID.fullmatch(which[0]):
        which, who = which[:1], which[1:]
    _check((*who, *added, *removed))
    return WatchCommand(SubscriptionAction.EDIT, " ".join(which), who, channels[0] if channels else "", quiet, added, removed)


def _names(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for word in words if vocabulary.is_quoted(word) or word.lower() not in _AROUND | WATCH_WORDS)


def _check(words: tuple[str, ...], typed: str = "") -> None:
    """Refuses what is no name: a channel that Slack has not linked, figures, which alerts are for, and an end or a choice of posts."""
    for pattern, sentence, remedy in (
        (_BEGINS, "A watch begins at once.", LEAVE_OUT),
        (_AGES, NO_AGES, LEAVE_OUT),
        (_ONLY, NO_FILTER, LEAVE_OUT),
        (_ENDS, GOES_ON, GOES_ON_REMEDY),
    ):
        if found := pattern.search(typed):
            raise NotUnderstood(sentence, remedy=remedy, suggestions=(f"{WATCH} {found['which']}",))
    for word in words:
        if word.lower().startswith("competit"):
            raise NotUnderstood(ONLY_CONNECTED, remedy=SEE_CONNECTED, suggestions=("accounts", "board last month"))
        if word.startswith("#"):
            raise NotPossible(NO_CHANNEL_ID.format(name=word[:60]), remedy=CHANNEL_REMEDY, suggestions=ALWAYS)
        if "://" in word or word.lower().startswith("urn:"):
            raise NotUnderstood(NO_LINK, remedy=NO_LINK_REMEDY, suggestions=(word, *ALWAYS))
        if word.lower() in vocabulary.METRIC_WORDS or "%" in word:
            raise NotUnderstood(IS_ALERT, remedy="An alert reads like this:", suggestions=ALERT_EXAMPLES)
        if word.lower() in _DAYS:
            raise NotUnderstood(NO_DAYS, remedy=NO_DAYS_REMEDY, suggestions=("watch team quiet 20:00-8:00",))
