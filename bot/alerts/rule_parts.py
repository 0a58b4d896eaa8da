"""The parts of an alert's text, each recognised by its own pattern."""

import math
import re
from typing import Final

from msgspec import Struct

from bot.alerts.condition_words import BARE_MOVE, BY_NUMBER, CONDITIONS, FALLING, LINE, MOVE, OF_USUAL, UNUSUAL_WORDS, in_percent
from bot.alerts.rule import ALERT, ENGAGEMENT, EXAMPLES, MOST_MENTIONS, MOST_TITLE, WINDOWS, Condition
from bot.errors import BadSchedule, NotUnderstood
from bot.lazy_regex import any_case, lazy_regex
from bot.parsing.text import AMOUNT, NUMBER_WORDS, read_amount, unescaped, with_figures, without_channels
from bot.parsing.vocabulary import METRIC_NAMES, METRIC_WORDS
from bot.schedules.days import PARTS_OF_DAY, SHORT_DAYS
from bot.schedules.parser import SIGNS_OF_DAYS, half, read_schedule
from bot.schedules.timezones import PLAIN_NAMES, meant_as_zone, unknown_zone, zone_named, zone_of_city
from bot.schedules.tokens import CLOCK, take_quiet, with_clock
from bot.slack.builders import one_line
from bot.statistics.metrics import Metric
from bot.statistics.reports import FULL_ID

TWO_CHANNELS, ONE_EACH = "An alert goes to one channel, and you named {n}.", "Set up one alert for each."
ONE_EACH_REMEDY = "Set up one for each:"
ONE_CONDITION = "An alert has one condition, and you gave two."
NO_PERCENT = "“{typed}” could be many things: give a change in percent."
WEEK_OR_UNUSUAL = "I tell you of a change since the week before, or of an unusual day:"
BAD_MINIMUM = "A minimum is a number, not “{typed}”: below it a change doesn't count."
LONG_COOLDOWN = "A cool-down is 1 to {most} days long."
NO_BROADCAST = "An alert can mention people and user groups, not everybody at once."
MANY_MENTIONS = "An alert can mention {most} people and user groups at most."
WHO_IS, CHOOSE_WHO = "I can't tell who “{name}” is.", "Type @ and choose the person from Slack's list:"
TITLE_QUOTES = "Put the title in quotes."
DEFAULT_TIME: Final = "9:00"
MOST_COOLDOWN: Final = 365
_FLAGS = re.IGNORECASE
_DAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mon|tue|wed|thu|fri|sat|sun)"
_COOLDOWN = any_case(
    r"\b(cool[\s-]?down( of)?|((and|but) )?(at most|max(imum)?|not? more (often )?than|only"
    r"|just) ((tell|ping|notify|alert|message|warn|bother)( (me|us))? )?(once "
    r"|(one|1|a)( ?x| (time|ping|message|alert|notification))? )?(every|in|per|an?)) ((?P<n>\d{1,4}"
    rf"|{'|'.join(NUMBER_WORDS)}) ?(?P<unit>d|days?|w|weeks?|months?)?|(?P<one>day|week|month))\b",
    r"(?<!\S)(?P<n2>\d{1,4}) ?(?P<unit2>d|days?|w|weeks?|months?) cool[\s-]?down\b",
)
_MINIMUM = any_case(rf"\b(min(imum)?( of)?|ignored?( \w+){{0,3}}? (below|under|less than)) ?(?P<n>[-+]?{AMOUNT} ?%?)")
_DAILY = r"(?:every ?day|each day|daily)"
_TIME = any_case(
    rf"(\b{_DAILY},? )?(?P<time>\bat {CLOCK}|(?<!\S)\d{{1,2}}:\d{{2}}( ?[ap]m)?|(?<!\S)\d{{1,2}} ?[ap]m"
    rf"|(?<!\S)\d{{1,2}}(:\d\d)? ?(h|uhr|ish)(?!\S)|(\bat )?\b(noon|midnight))(,? {_DAILY})?(?!\S)"
)
_DAYS = any_case(
    rf"\b(?P<days>((on|every) )*(weekdays?|workdays?|weekends?|{SHORT_DAYS}|{_DAY}( ?(,|and|-|to|&|(?<=\w)(?=\s))"
    rf" ?(every )?{_DAY})*))(?![\w])"
)
#: "monday 9", "fridays morning".
_DAYS_AND_HOUR = any_case(rf"{_DAYS.pattern} (?P<hour>\d{{1,2}}|morning|afternoon|evening)(?!\S)")
_NOT_ON = r"\b(?:not|never|except|excluding|but not|no)(?: (?:on|at))?(?: the)? "
_NO_WEEKENDS = any_case(rf"{_NOT_ON}(?P<days>weekends?)\b")
_NO_DAYS = any_case(rf"{_NOT_ON}(?P<days>weekends?|{_DAY}((,| and) {_DAY})*)\b")
_PART_OF_DAY = any_case(rf"\b(every|each|in the) (?P<part>{PARTS_OF_DAY}( (at )?{CLOCK}(?!\S))?)")
_ZONE = any_case(r"(\bin )?(?P<zone>\b(zone|tz|timezone) \S+|(?<!\S)[A-Za-z_]+/\S+|(?<!\S)\S+(?!\S))")
_WINDOW = any_case(
    r"(\b(per|a|each|every|in a|by|over a|over the|last|this|the|(day|week|month) (over|on|by)) )*(/ ?)?\b(?P<window>w/w|m/m|d/d|dod"
    r"|wow|mom|days?|daily|wks?|weeks?|weekly|mths?|months?|monthly|(1|7|28) ?d(ays?)?)\b"
)
_FIGURES = lazy_regex(
    rf"\b(?P<rate>engagement rate|{ENGAGEMENT}|rate)\b|\b(?P<metric>"
    + "|".join(re.escape(word) for word in sorted(METRIC_WORDS, key=len, reverse=True))
    + r")\b",
    _FLAGS,
)
#: By their first letter, and the days of the others.
_WINDOW_WORDS = {"1": "day", "7": "week", "2": "month"} | {name[0]: name for name in WINDOWS}
_SOMEBODY = r"<(?:@[UW][A-Z0-9]{2,}|!subteam\^S[A-Z0-9]{2,})(?:\|[^<>]*)?>"
NOTIFY = any_case(
    r"(\b(for|to|tell|notify|ping|mention|cc|alert|warn|inform|message)\s+"
    rf"|^\s*)(me\s*(and|&amp;|&|,)\s*)?(?P<who>{_SOMEBODY}(\s*(,|and\b|&amp;|&)*\s*{_SOMEBODY})*)"
)
_MENTIONED = lazy_regex(r"<(?:@|!subteam\^)([A-Z0-9]+)")
#: Somebody to tell whom Slack has not linked: "tell bob too".
_UNLINKED = any_case(r"^ ?(tell|notify|ping|mention|cc|tag) (?!me\b|us\b)(?P<name>[a-z]\w*)( too| as well)? ?$")
_BROADCAST = lazy_regex(r"<!(?:here|channel|everyone)(?:\|[^<>]*)?>")
_TITLE = any_case(r"\btitled?\b:?\s*\"(?P<title>[^\"]*)\"")
_QUOTES, _TOKENS = lazy_regex('["“”„]'), lazy_regex(r"<[^<>]*>|[<>]")
_CARD = any_case(r"\b(and )?then (also )?((post|send|show|add) )?((the|a|its) )?(account )?(digest|card|figures|summary|report)\b")
_NONE = any_case(r"\b(no|without( a)?) (?P<part>titles?|mentions?|card|digest|quiet( hours)?)\b")
_NAME = lazy_regex(rf"\"[^\"]+\"|(?<!\S){FULL_ID.pattern}(?!\S)")
#: Other spellings of a sign.
_SIGNS = {"=>": ">=", "=<": "<=", "“": '"', "”": '"', "„": '"'}


class AlertText(Struct, frozen=True):
    """A text about an alert without its first word, split into its parts."""

    #: The whole text with plain signs, for suggestions.
    whole: str
    #: The rest without channel and names, on one line.
    text: str
    #: Names in their quotes, and ids in full.
    names: tuple[str, ...]
    #: A Slack channel id, or "".
    channel: str
    title: str = ""
    #: Ids of people and user groups to mention.
    notify: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str) -> "AlertText":
        """Splits a text; raises NotUnderstood for two channels, and for an impossible title or mention."""
        for sign, spelled in _SIGNS.items():
            text = text.replace(sign, spelled)
        whole = " ".join(without_channels(text)[1].split())
        # First of all: what stands in a title is neither a channel nor somebody to mention.
        text, title = _title(text)
        channels, plain = without_channels(text)
        if len(channels) > 1:
            raise NotUnderstood(TWO_CHANNELS.format(n=len(channels)), remedy=ONE_EACH)
        rest, notify = _mentions(" ".join(plain.split()))
        names = tuple(_NAME.findall(rest))
        return cls(whole, " ".join(with_clock(_NAME.sub(" ", rest)).split()), names, channels[0] if channels else "", title, notify)


def _mentions(text: str) -> tuple[str, tuple[str, ...]]:
    if _BROADCAST.search(text):
        raise NotUnderstood(NO_BROADCAST, suggestions=EXAMPLES)
    ids = dict.fromkeys(one for found in NOTIFY.finditer(text) for one in _MENTIONED.findall(found["who"]))
    if len(ids) > MOST_MENTIONS:
        raise NotUnderstood(MANY_MENTIONS.format(most=MOST_MENTIONS), suggestions=EXAMPLES)
    rest = NOTIFY.sub(" ", text)
    if unlinked := _UNLINKED.search(rest):
        raise NotUnderstood(WHO_IS.format(name=unlinked["name"]), remedy=CHOOSE_WHO, suggestions=EXAMPLES)
    return rest, tuple(ids)


def plain_title(typed: str) -> str:
    """A title on one line, without Slack's own notation, and without the quotes in which titles stand in commands."""
    return " ".join(one_line(_TOKENS.sub(" ", _QUOTES.sub("'", typed)), len(typed)).split())


def _title(text: str) -> tuple[str, str]:
    found = _TITLE.search(text)
    if found is None:
        return text, ""
    title = unescaped(plain_title(found["title"]))
    if len(title) > MOST_TITLE:
        raise NotUnderstood(f"A title has {MOST_TITLE} characters at most.", suggestions=EXAMPLES)
    return _without(text, found), title


class RuleParts(Struct):
    """The parts found in a text; ``rest`` is what is left while they are taken out of it."""

    rest: str
    #: The whole text.
    whole: str = ""
    condition: Condition | None = None
    amount: float = 0.0
    #: The condition as it was typed.
    condition_text: str = ""
    figures: tuple[Metric | None, ...] = ()
    window: str = ""
    minimum: int | None = None
    cooldown: int | None = None
    quiet: str = ""
    cron: str = ""
    zone: str = ""
    title: str = ""
    notify: tuple[str, ...] = ()
    card: bool = False
    #: The parts to remove from an alert: "title", "mention", "card", "quiet".
    dropped: frozenset[str] = frozenset()

    @classmethod
    def of(cls, text: AlertText) -> "RuleParts":
        """The parts of a text; raises NotUnderstood and BadSchedule for values that are not possible."""
        parts = cls(" ".join(in_percent(with_figures(text.text)).split()), text.whole, title=text.title, notify=text.notify)
        words = [found["part"].lower() for found in parts.take_all(_NONE)]
        names = {"title": "title", "mention": "mention", "card": "card", "digest": "card", "quiet": "quiet"}
        parts.dropped = frozenset(name for word in words for begin, name in names.items() if word.startswith(begin))
        parts.card = bool(parts.take_all(_CARD))
        quiet, rest = take_quiet(parts.rest)
        parts.quiet, parts.rest = quiet, " ".join(rest.split()) if quiet else parts.rest
        for read in (_cooldown, _minimum, _unusual, _move, _line, _when):
            read(parts)
        if found := parts.take(_WINDOW):
            parts.window = _WINDOW_WORDS[found["window"][0].lower()]
        figures = parts.take_all(_FIGURES)
        parts.figures = tuple(
            dict.fromkeys(None if one["rate"] else METRIC_WORDS[" ".join(one["metric"].lower().split())] for one in figures)
        )
        return parts

    def take(self, pattern: "re.Pattern[str]") -> "re.Match[str] | None":
        """The first match in the rest, which is without it from then on."""
        if found := pattern.search(self.rest):
            self.rest = _without(self.rest, found)
        return found

    def take_all(self, pattern: "re.Pattern[str]") -> list["re.Match[str]"]:
        """Every match, the same."""
        found = list(pattern.finditer(self.rest))
        self.rest = " ".join(pattern.sub(" ", self.rest).split())
        return found


def metric_word(metric: Metric | None) -> str:
    return METRIC_NAMES[metric] if metric else ENGAGEMENT


def _without(text: str, found: "re.Match[str]") -> str:
    return " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())


def _cooldown(parts: RuleParts) -> None:
    if found := parts.take(_COOLDOWN):
        number, unit = (found["n"] or found["n2"] or "1").lower(), (found["unit"] or found["unit2"] or found["one"] or "").lower()
        days = (NUMBER_WORDS.get(number) or int(number)) * next((WINDOWS[name] for name in WINDOWS if name[0] == unit[:1]), 1)
        if not 0 < days <= MOST_COOLDOWN:
            raise NotUnderstood(LONG_COOLDOWN.format(most=MOST_COOLDOWN))
        parts.cooldown = days


def _minimum(parts: RuleParts) -> None:
    if found := parts.take(_MINIMUM):
        if not (found["n"][0].isdigit() and found["n"][-1] != "%"):
            instead = parts.whole.replace(found[0], "min 500", 1)
            raise NotUnderstood(BAD_MINIMUM.format(typed=found["n"]), suggestions=(f"{ALERT} {instead}",))
        parts.minimum = math.ceil(read_amount(found["n"]))


def _unusual(parts: RuleParts) -> None:
    if found := parts.take(UNUSUAL_WORDS):
        high, low = found["high"] or found["more"], found["low"] or found["less"]
        parts.condition = Condition.UNUSUALLY_HIGH if high else Condition.UNUSUALLY_LOW if low else Condition.UNUSUAL
        parts.condition_text = parts.condition.value


def _refuse_two(parts: RuleParts, pattern: "re.Pattern[str]") -> None:
    """Raises NotUnderstood where there was a condition before this one, or one follows."""
    if parts.condition is not None or pattern.search(parts.rest):
        each = (f"{ALERT} {one}" for one in re.split(r"\s+(?:or|and)\s+(?:if\s+)?|\s*[,;]\s*", parts.whole))
        raise NotUnderstood(ONE_CONDITION, remedy=ONE_EACH_REMEDY, suggestions=tuple(each))


def _move(parts: RuleParts) -> None:
    if (found := parts.take(MOVE)) is None:
        return
    _refuse_two(parts, MOVE)
    sign = (found["sign"] or found["after"]).lower()
    falls = "-" in sign or re.match(rf"{FALLING}|below|under", sign) is not None
    if usual := OF_USUAL.match(found.string, found.end()):
        before, behind = found.string[: found.start()], found.string[usual.end() :]
        each = (f"{'-' if falls else '+'}{found['n'] or found['n2']}% week", f"unusually {'low' if falls else 'high'}")
        meant = tuple(" ".join(f"{ALERT} {before} {one} {behind}".split()) for one in each)
        raise NotUnderstood("I don't measure how far a figure is from the usual.", remedy=WEEK_OR_UNUSUAL, suggestions=meant)
    parts.amount, parts.condition_text = float(read_amount(found["n"] or found["n2"])), found[0].strip()
    parts.condition = Condition.DOWN if falls else Condition.UP


def _line(parts: RuleParts) -> None:
    if not LINE.search(parts.rest) or BY_NUMBER.search(parts.rest):
        _refuse_bare(parts)
    if found := parts.take(LINE):
        _refuse_two(parts, LINE)
        word = found["word"] or ("up" if found["up"] else "down")
        parts.condition = CONDITIONS[found["sign"] or " ".join(word.lower().split())]
        parts.amount, parts.condition_text = float(read_amount(found["n"])), found[0].strip()


def _refuse_bare(parts: RuleParts) -> None:
    bare = BARE_MOVE.search(parts.rest)
    if bare and parts.condition is None:
        change = bare[0].strip()
        sign = "<" if re.match(rf"-|{FALLING}", change, _FLAGS) else ">"
        rules = (f"{change}%", f"{sign} {re.sub(r'^[^0-9]*', '', change)}")
        figures = ("",) if _FIGURES.search(parts.whole) else ("impressions ", "reactions ")
        each = (parts.whole.replace(change, f"{figure}{rule}", 1) for figure in figures for rule in rules)
        suggestions = tuple(f"{ALERT} {one}{'' if _WINDOW.search(parts.rest) else ' week'}" for one in each)
        raise NotUnderstood(NO_PERCENT.format(typed=change), suggestions=suggestions)


def _when(parts: RuleParts) -> None:
    whole, time, days = parts.rest, "", ""
    if found := parts.take(_PART_OF_DAY):
        time = found["part"]
    elif found := parts.take(_TIME):
        time = found["time"]
    if left_out := _left_out(parts.rest, time):
        days, parts.rest = "weekdays" if time else left_out["days"], _without(parts.rest, left_out)
    elif found := (None if time else parts.take(_DAYS_AND_HOUR)) or parts.take(_DAYS):
        days, time = found["days"], time or found.groupdict().get("hour", "")
    for found in _ZONE.finditer(parts.rest):
        word = found["zone"].split()[-1]
        is_marked = found["zone"] != word
        if is_marked or word.lower() in PLAIN_NAMES or ("/" in word and (zone_named(word) or meant_as_zone(word))):
            parts.zone, parts.rest = _checked(word, parts), _without(parts.rest, found)
            break
    if not (time or days):
        return
    try:
        schedule = read_schedule(f"{days or 'every day'} {time or DEFAULT_TIME}".strip(), zone=parts.zone or "UTC")
    except BadSchedule as error:
        others = parts.whole.replace(days, "", 1).replace(time, "", 1)
        error.suggestions = tuple(f"{ALERT} {' '.join(others.split())} {words}" for words in error.suggestions)
        raise
    # A time alone keeps the days of an alert that is changed, and days its time.
    minute, hour, on_days = schedule.cron.split(maxsplit=2)
    is_whole = time and (days or re.search(r"\b(?:every|each|daily)", whole, _FLAGS))
    gone = SIGNS_OF_DAYS[1] if left_out else ""
    parts.cron = schedule.cron if is_whole else half(time=f"{minute} {hour}") if time else half(days=on_days) + gone


def _left_out(rest: str, time: str) -> "re.Match[str] | None":
    """The days on which it isn't checked, where no others are named; beside a time only weekends."""
    found = (_NO_WEEKENDS if time else _NO_DAYS).search(rest)
    return None if found and _DAYS.search(_without(rest, found)) else found


def _checked(word: str, parts: RuleParts) -> str:
    if name := zone_named(word) or zone_of_city(word):
        return name
    error = unknown_zone(word)
    error.suggestions = tuple(f"{ALERT} {parts.whole.replace(word, zone, 1)}" for zone in error.suggestions)
    raise error
