"""Parses follow-up questions: "and the month before?", "how did this do?", "same for acme", "more days", "thanks!".

::

    relative words ("the week before", "a year ago", "more days") ─ with the period of the context ─→ days
    words around them ("what about", "same for", "instead") ─→ nothing
"""

import re
from datetime import date
from functools import lru_cache

from bot.errors import BadPeriod
from bot.parsing import vocabulary
from bot.parsing.period_finder import find_period
from bot.parsing.relative_periods import ago, earlier, later, longer, shifted, shorter, year_ago
from bot.parsing.text import NUMBER_WORDS
from bot.statistics.reports import Period, Unit, command_words, last_days, whole

_WEEK, _LONGEST_MONTH = 7, 31

_UNIT = r"(?:day|week|month|quarter|year|period|one|days|time|fortnight)"
_END = r"(?=\s*[?!.,;)]*\s*$)"
#: "the month before", "a week earlier", "the one before that", "previous period", "one month back"; alone, "before" means the same.
_BEFORE = re.compile(
    rf"\b(?:(?:the|an?|one|another|go)\s+)*(?:back\s+(?:(?:an?|one|another|more)\s+)+(?P<back>{_UNIT})"
    rf"|(?P<unit>{_UNIT})\s+(?:before(?!\s+(?!that\b|this\b|it\b)\w)(?:\s+(?:that|this|it)(?:\s+one)?)?|prior|earlier|back|previously)"
    rf"|(?:previous|preceding|prior|earlier)\s+(?P<other>{_UNIT})"
    rf"|before\s+(?:that|this|it)|(?:before|earlier|previously|prior|further\s+back|go\s+back){_END})",
    re.IGNORECASE,
)
#: "Two weeks before that", "3 months earlier"; and on the way back, "the week after", "the following month", "next one".
_SHIFTED = re.compile(
    rf"\b(?:the\s+)?(?P<n>\d{{1,2}}|{'|'.join(NUMBER_WORDS)})\s+(?P<unit>day|week|month|quarter|year)s\s+"
    rf"(?:(?:before|prior\s+to)\s+(?:that|this|it)|(?:earlier|before|prior|further\s+back){_END})",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"\b(?:(?:the|an?|one)\s+)*(?:(?P<unit>{_UNIT})\s+(?:after(?:\s+(?:that|this|it))?|later){_END}|(?:following|subsequent)\s+(?P<other>{_UNIT})"
    rf"|next\s+one{_END}|after\s+(?:that|this|it){_END})",
    re.IGNORECASE,
)
#: The same days of the year before.
_YEAR_AGO = re.compile(
    r"\b(?:(?:the\s+)?same\s+(?:period|days?|dates?|week|month|quarter|time)\s+(?:of\s+|in\s+)?(?:the\s+)?(?:last|previous|prior)\s+year"
    r"|(?:the\s+)?same\s+(?:period|days?|dates?|week|month|quarter|time)\s+(?:an?|one)\s+year\s+(?:ago|earlier|before)"
    r"|this\s+time\s+last\s+year|yoy|year\s+(?:over|on)\s+year|(?:an?|one|the)\s+year\s+(?:before|earlier|prior)(?:\s+that)?)\b",
    re.IGNORECASE,
)
#: Beside days: these compared with the same days of the year before.
_ON_YEAR = re.compile(r"\b(?:yoy|year\s+(?:over|on)\s+year)\b", re.IGNORECASE)
#: Counted from today, unless the words continue the question before.
_AGO = re.compile(r"\b(?:an?|one)\s+(?P<unit>week|month|quarter|year)\s+ago\b", re.IGNORECASE)
_COMPARE_IT = re.compile(
    r"^\W*(?:(?:and|now|please|can you)\s+)*(?:compare\s+(?:it|this|that|these|them|with|to)|vs\.?|versus)\b", re.IGNORECASE
)
#: Words between two sides, each with its own days.
_SIDES = re.compile(
    r"(?:(?P<compare>compare)\s+)?(?P<left>.*?\S)\s+(?:vs\.?|versus|against|compare\s+(?:to|with)|(?(compare)(?:to|with|and)|(?!)))\s+(?P<right>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_LAST_YEAR = re.compile(rf"\b(?:the\s+)?last\s+year{_END}", re.IGNORECASE)
_DAYS = r"(?:\s+(?:days?|weeks?|time|data|history|period|range|window|span))?"
_MORE = re.compile(
    rf"^\W*(?:(?:show|give|see|get|can|could|i|you|want|need|me|us|a|bit|some|even|over|for|the|with|few)\s+)*"
    rf"(?:(?:more|longer){_DAYS}|zoom\s+out|further\s+back)(?:\s+(?:please|pls))?{_END}",
    re.IGNORECASE,
)
_FEWER = re.compile(
    rf"^\W*(?:(?:show|give|see|get|can|could|i|you|want|need|me|us|a|bit|some|even|over|for|the|with)\s+)*"
    rf"(?:(?:fewer|less|shorter){_DAYS}|zoom\s+in)(?:\s+(?:please|pls))?{_END}",
    re.IGNORECASE,
)
#: Words that are parsed as `vs`.
_COMPARED = re.compile(
    r"\b(?:(?:and\s+)?(?:how\s+(?:does|do|did)\s+(?:that|this|it)\s+)?compared?|versus)\s+(?:it\s+|that\s+|this\s+)?(?:to|with|against)\b",
    re.IGNORECASE,
)
#: The same between two sides: "ann compared to acme".
_BESIDE = re.compile(r"(?<=\S\s)(?:as\s+)?compared\s+(?:to|with|against)\b", re.IGNORECASE)
_SO = (
    r"(?:thx|ty|merci|danke|gracias|got\s+it|and|so|then|now|also|but|or|ok|okay|great|cool|nice|thanks|thank\s+you"
    r"|hm+|oh|well|right|perfect|no|nope|nah|not\s+that|sorry|oops|actually|wait|i\s+meant?|rather)"
)
#: Beginnings of a sentence that continues the one before.
_MAKE_IT = r"(?:make|change|switch|set|move)\s+(?:it|that|this)(?:\s+(?:to|into|be|for|on|at|run|come))*"
#: "Send me that every monday".
_SEND_IT = r"(?:send|post|give|show)\s+(?:(?:me|us)\s+)?(?:it|that|this)(?=\s+(?:every|each|daily|weekly|monthly|on)\b)"
#: "Make it tuesday", "can you change it to 10:00?", "no, set that to 60k".
_CHANGE = re.compile(
    rf"^\W*(?:(?:{_SO}|please|pls|can\s+you|could\s+you)\b[\s,!.…-]*)*(?:{_MAKE_IT}|{_SEND_IT})\s+(?P<change>\S.*?)[\s?!.]*$",
    re.IGNORECASE | re.DOTALL,
)
_SAME = r"same(?:\s+(?:again|thing|question|period|days?|dates|stats?|card|one|report|numbers|figures))*"
_LEAD = re.compile(
    rf"^\W*(?:{_SO}\b[\s,!.…-]*)*"
    r"(?:(?:(?:what|how|whats|how's)\s+(?:about|abt|of)|ditto|again|once\s+more"
    rf"|{_MAKE_IT}|(?:go\s+)?(?:back|on)\s+to|(?:(?:do|try|show|give)\s+)?(?:me\s+)?(?:the\s+)?{_SAME})\b"
    r"(?:\s+(?:but|now|please|pls))*[\s,:-]*(?:(?:for|with|of|on|but)\s+)*)?",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?<![\s,])(?:[\s,]+(?:instead|too|as\s+well|then|again|though|please|pls|thanks|thank\s+you))+\s*[?!.]*\s*$", re.IGNORECASE
)
_GOES_ON = re.compile(
    rf"^\W*(?:{_SO}\b[\s,!.…-]*)*(?:(?:and|then|what\s+about|how\s+about|{_MAKE_IT}|(?:go\s+)?(?:back|on)\s+to|same|the\s+same|ditto|again|now|also|or)\b"
    r"|(?:no|nope|nah|not\s+that|sorry|oops|actually|wait|i\s+meant?|rather)\b[\s,!.…-]+\w)",
    re.IGNORECASE,
)
_GOES_ON_AFTER = re.compile(r"\b(?:instead|too|as\s+well|again)\s*[?!.]*\s*$", re.IGNORECASE)

#: Words that refer to the messages above.
_POINTING = frozenset({"this", "that", "these", "those", "it", "them", "its", "one", "ones", "above", "both", "they", "there"})
#: Words around these; with an account or a period they may be a name.
CHATTER = frozenset(
    """
    above again all any anything as bad been below both break check checked checking content currently down far get gets getting
    go going gone good got had happened idea went happening has have here how's hows i'd idea it it's item its know like look looking looks
    message more ok on one ones perform performed performing performs piece please posted pull really right running said same
    share shared so some split still stuff that that's them then there these they thing this those thoughts thread today up update
    better well what's whats where which who's worse yet
    """.split()  # noqa: SIM905  # a list of words reads better as words
)
_GREETINGS = frozenset({"hi", "hello", "hey", "hiya", "morning", "afternoon", "evening", "yo"})
_AROUND_GREETINGS = frozenset({"good", "there", "bot", "team", "folks", "all", "you", "everyone", "again"})
_CALLS = frozenset(
    {
        "are you there",
        "you there",
        "anyone there",
        "anybody there",
        "what's up",
        "whats up",
        "sup",
        "ping",
        "test",
        "testing",
        "who are you",
    }
)
#: The end of a sentence of thanks, before a question.
_CLAUSE, _LONGEST_THANKS = re.compile(r"[!.,;–—]+(?=\s)|(?=\s(?:and|but)\s)"), 120
#: Words of goodbye.
_WISHES = re.compile(r"\b(?:have|enjoy) (?:an? |your )?(?:\w+ )?(?:day|evening|weekend|week|night|one|rest of (?:your|the) day)\b")
_THANKS = frozenset("thanks thank thx tnx ty thankyou cheers merci danke gracias obrigado obrigada appreciated appreciate".split())  # noqa: SIM905
_PRAISE = frozenset(
    """
    ok okay okey k kk great cool nice perfect awesome super good wow lovely excellent brilliant fantastic amazing wonderful sweet yay yep
    yes no nope nah yeah yup sure fine noted understood right done lol haha hmm neat helpful useful interesting impressive welcome alright
    """.split()  # noqa: SIM905  # the same
)
_AROUND_THANKS = frozenset(
    """
    helps helped helping exactly needed wanted what know info information quick fast everyone everybody again bot there here just perfectly
    works worked working
    you u a lot so much very many for this that that's thats is it it's its the your help all guys team job bot stuff work really to me i we
    got get sounds makes sense all one again now then bye see later love will do of course no problem worries was were are as always indeed
    """.split()  # noqa: SIM905  # the same
)
_EMOJI = re.compile(
    r"(?<!\w):[\w+-]+:|[\U0001F000-\U0001FAFF\u2600-\u27BF\u2B00-\u2BFF\uFE0F\u200D\U000E0020-\U000E007F\u203C\u2049\u2122\u20E3]"
)
#: "got it", "sounds good": courtesy in phrases of other words.
_SAYINGS = frozenset(
    {"got it", "makes sense", "will do", "of course", "no problem", "no worries", "all good", "love it", "i see", "see you", "bye"}
)


#: "What can you do?", "how do I use this?": questions for the help without its word.
_IT = r"(?:you|it|this(?: bot| app)?|the bot)"
_ASKS_WHAT_FOR = re.compile(
    rf"(?:hi|hey|hello|so)?\W*(?:what (?:can|do|could) (?:i|we|{_IT}) (?:do|ask|type|say)(?: here| with {_IT}| {_IT})?|what does {_IT} do"
    rf"|how (?:do|can|should) (?:i|we) (?:use|ask|work with|start)(?: with)?(?: {_IT})?|how does {_IT} work|what are you(?: for)?"
    r"|who are you)\W*",
    re.IGNORECASE,
)


def asks_what_for(text: str) -> bool:
    """Whether a text asks for the help without its word: "what can you do?"."""
    return _ASKS_WHAT_FOR.fullmatch(text.strip()) is not None


@lru_cache(maxsize=64)
def courtesy(text: str) -> str:
    """Gives "thanks" for a text that only thanks, "ok" for one that only agrees or is emoji alone; "" for any other."""
    bare = _EMOJI.sub(" ", text)
    tokens = vocabulary.tokenize(bare.lower())
    if not tokens:
        return "ok" if bare != text and not any(map(str.isalnum, bare)) else ""
    words = frozenset(_WISHES.sub(" ", " ".join(tokens)).split())
    if not words <= _THANKS | _PRAISE | _AROUND_THANKS:
        return ""
    if words & _THANKS:
        return "thanks"
    if text.rstrip().endswith("?"):
        return ""
    return "ok" if words & _PRAISE or " ".join(tokens) in _SAYINGS else ""


def asks(text: str) -> bool:
    """Whether a text has more than thanks."""
    return bool(text.strip()) and not courtesy(text)


def is_greeting(text: str) -> bool:
    """Whether a text is only a greeting, or asks whether anybody is there."""
    tokens = vocabulary.tokenize(text.lower())
    return " ".join(tokens) in _CALLS or (not _GREETINGS.isdisjoint(tokens) and (_GREETINGS | _AROUND_GREETINGS).issuperset(tokens))


@lru_cache(maxsize=64)
def is_relative(text: str) -> bool:
    """Whether a text has no meaning without the question before it: the month before, more days."""
    return any(pattern.search(text) for pattern in (_BEFORE, _SHIFTED, _AFTER, _YEAR_AGO, _MORE, _FEWER)) or (
        _leads(text) and bool(_AGO.search(text))
    )


def _leads(text: str) -> bool:
    """Whether a text begins like one that continues the question before."""
    return bool(_GOES_ON.match(text)) or text.strip().lower().startswith("vs ")


def goes_on(text: str) -> bool:
    """Whether a text continues the previous question."""
    text = _EMOJI.sub(" ", text).strip()
    return is_relative(text) or bool(_GOES_ON.match(text) or _GOES_ON_AFTER.search(text) or _COMPARED.match(text.strip()))


def change_in(text: str) -> str:
    """The change that a text makes to the last command: "tuesday" of "make it tuesday"; "" for any other text."""
    found = _CHANGE.match(text)
    return _TAIL.sub("", found["change"]) if found else ""


def compares(text: str) -> bool:
    """Whether a text compares "this" or "it", or nothing at all, with something: "compare it with …", "vs …"."""
    return bool(_COMPARED.match(text.strip()) or _COMPARE_IT.match(text))


def points(text: str) -> bool:
    """Whether a text is about "this" or "it", with nothing else but figures."""
    around = _around(text)
    return around is not None and not _POINTING.isdisjoint(around)


def points_above(text: str) -> bool:
    """Whether a text's subject may be in the messages above: it refers to them, continues them, or names nothing."""
    if courtesy(text) or is_greeting(text):
        return False
    return not text.strip() or names_nothing(text) or goes_on(text)


def names_nothing(text: str) -> bool:
    """Whether a text names no account, no period and no command: figures at most."""
    return _around(text) is not None


def _around(text: str) -> tuple[str, ...] | None:
    """The words, if all of them are function words or figures; None when one is a name, a period or a command."""
    tokens = tuple(word.lower() for word in vocabulary.tokenize(text))
    known = (vocabulary.FILLERS, CHATTER, vocabulary.METRIC_WORDS, vocabulary.RATE_WORDS, vocabulary.SHARE_WORDS, vocabulary.FORMAT_WORDS)
    return tokens if all(any(word in words for words in known) for word in tokens) else None


def with_days(text: str, period: Period | None) -> str:
    """The text with relative words replaced by days, counted from the context's period, or from today for a post."""
    text = _COMPARED.sub("vs", _EMOJI.sub(" ", text).strip())
    leads = _leads(text)
    if period is None:
        for pattern in (_YEAR_AGO, _SHIFTED, _AFTER, _BEFORE, _MORE, _FEWER, *((_AGO,) if leads else ())):
            text = pattern.sub(" last month ", text, count=1)
        return text
    if _MORE.match(text) or _FEWER.match(text):
        return command_words(longer(period) if _MORE.match(text) else shorter(period))
    if leads:
        text = _AGO.sub(lambda found: command_words(ago(found["unit"].lower(), period)), text, count=1)
    if period.days < _LONGEST_MONTH * 11:
        text = _YEAR_AGO.sub(lambda found: command_words(_unit_a_year_ago(found[0].lower(), period)), text, count=1)
        if leads:
            text = _LAST_YEAR.sub(command_words(year_ago(period)), text, count=1)
    text = _SHIFTED.sub(lambda found: command_words(shifted(_count(found["n"]), found["unit"].lower(), period)), text, count=1)
    text = _AFTER.sub(lambda found: command_words(later((found["unit"] or found["other"] or "").lower(), period)), text, count=1)
    return _BEFORE.sub(lambda found: command_words(earlier(_unit(found), period)), text, count=1)


def _unit_a_year_ago(words: str, period: Period) -> Period:
    """The days of a period a year before; of "same month last year" the whole month in which they end."""
    before = year_ago(period)
    unit = next((unit for unit in (Unit.MONTH, Unit.QUARTER) if f"same {unit}" in words), None)
    return whole(before.last, unit) if unit and period.days < _LONGEST_MONTH - 3 else before


def from_today(text: str, today: date) -> str:
    """The text with words for last year replaced by days, without a question before: "same week last year", "yoy"."""
    found = _YEAR_AGO.search(text)
    if found is None:
        return text
    phrase, week = found[0].lower(), today.isocalendar().week
    month, quarter = f"{today:%B} last year", f"q{(today.month + 2) // 3} last year"
    units = {"week": f"week {min(week, 52)} last year", "month": month, "quarter": quarter}
    instead = next((words for unit, words in units.items() if unit in phrase), command_words(year_ago(last_days(_WEEK, today))))
    return _YEAR_AGO.sub("this year" if "yoy" in phrase or phrase.startswith("year") else instead, text, count=1)


def question_in(text: str, today: date) -> str:
    """The text without leading thanks, with the right side's relative words as days counted from the left side.

    So "thanks, that helps! yesterday vs the day before" is "yesterday vs 2026-11-21".
    """
    if courtesy(text):
        return text
    for end in reversed([found.end() for found in _CLAUSE.finditer(text[:_LONGEST_THANKS])]):
        if text[end:].strip() and (courtesy(text[:end]) or is_greeting(text[:end])):
            text = text[end:].strip()
            break
    text = _BESIDE.sub("vs", text)
    sides = _SIDES.fullmatch(text)
    if sides is None and _ON_YEAR.search(text):
        left = _ON_YEAR.sub("", text)
        period = _period_in(left, today)
        return f"{left} vs {command_words(year_ago(period))}" if period else text
    if sides is None or not is_relative(f"vs {sides['right']}"):
        return text
    period = _period_in(sides["left"], today)
    return f"{sides['left']} {with_days('vs ' + sides['right'], period)}" if period else text


def _period_in(text: str, today: date) -> Period | None:
    try:
        found = find_period(tuple(word for word in vocabulary.tokenize(text) if " " not in word), today)
    except BadPeriod:
        return None
    return found.period if found else None


def plain(text: str) -> str:
    """The text without words that only continue the one before."""
    return _TAIL.sub("", _LEAD.sub("", _EMOJI.sub(" ", text), count=1))


def _count(number: str) -> int:
    return int(number) if number.isdecimal() else NUMBER_WORDS[number.lower()]


def _unit(found: "re.Match[str]") -> str:
    return (found["unit"] or found["other"] or found["back"] or "").lower()
