"""Parses follow-up questions: "and the month before?", "how did this do?", "same for acme", "more days", "thanks!".

::

    relative words ("the week before", "a year ago", "more days") ─ with the period of the context ─→ days
    words around them ("what about", "same for", "instead") ─→ nothing
"""

import re
from datetime import date
from functools import lru_cache

from bot.errors import BadPeriod
from bot.lazy_regex import any_case, lazy_regex
from bot.parsing import languages, vocabulary
from bot.parsing.courtesies import EMOJI, courtesy, is_greeting, without_preamble
from bot.parsing.foreign_periods import ignored_in
from bot.parsing.period_finder import find_period
from bot.parsing.rankings import METRIC
from bot.parsing.relative_periods import ago, before, earlier, later, longer, shifted, shorter, year_ago
from bot.parsing.text import NUMBER_WORDS, number_in, unaccented, word_set
from bot.statistics.reports import Period, Unit, command_words, last_days, whole

_WEEK, _LONGEST_MONTH = 7, 31

_UNIT = r"(?:day|weekend|week|month|quarter|year|period|one|days|time|fortnight)"
_END = r"(?=\s*[?!.,;)]*\s*$)"
#: "the month before", "a week earlier", "the one before that", "previous period", "one month back"; alone, "before" means the same.
_BEFORE = any_case(
    rf"\b(?:(?:the|an?|one|another|go)\s+){{0,4}}(?:back\s+(?:(?:an?|one|another|more)\s+)+(?P<back>{_UNIT})"
    rf"|(?<!\d )(?P<unit>{_UNIT})\s+(?:before(?!\s+(?!that\b|this\b|it\b)\w)(?:\s+(?:that|this|it)(?:\s+one)?)?"
    r"|prior|earlier|back|previously)"
    rf"|(?:previous|prev|preceding|prior|earlier)\s+(?P<other>{_UNIT})"
    rf"|before\s+(?:that|this|it)|(?:before|previous|prev|earlier|previously|prior|further\s+back|go\s+back){_END})"
)
#: "Two weeks before that", "3 months earlier"; and on the way back, "the week after", "the following month", "next one".
_SHIFTED = any_case(
    rf"\b(?:the\s+)?(?P<n>\d{{1,2}}|{'|'.join(NUMBER_WORDS)})\s+(?P<unit>day|week|month|quarter|year)s\s+"
    rf"(?:(?:before|prior\s+to)\s+(?:that|this|it)|(?:earlier|before|prior|further\s+back){_END})"
)
#: "And the previous two weeks"; alone it is counted from today.
_PREVIOUS = any_case(rf"\b(?:the )?(?:previous|preceding|prior) (?P<n>\d{{1,2}}|{'|'.join(NUMBER_WORDS)}) (?P<unit>day|week|month|year)s\b")
_AFTER = any_case(
    rf"\b(?:(?:the|an?|one)\s+){{0,4}}(?:(?P<unit>{_UNIT})\s+(?:after(?:\s+(?:that|this|it))?|later){_END}|(?:following|subsequent)\s+(?P<other>{_UNIT})"
    rf"|next\s+one{_END}|after\s+(?:that|this|it){_END})"
)
#: The same days of the year before.
_YEAR_AGO = any_case(
    r"\b(?:(?:the\s+)?same\s+(?:period|days?|dates?|week|month|quarter|time)\s+(?:of\s+|in\s+)?(?:the\s+)?(?:last|previous|prior)\s+year"
    r"|(?:the\s+)?same\s+(?:period|days?|dates?|week|month|quarter|time)\s+(?:an?|one)\s+year\s+(?:ago|earlier|before)"
    r"|last\s+year,?\s+(?:the\s+)?same\s+(?:period|days?|dates?|week|month|quarter|time)|this\s+time\s+last\s+year|yoy|year\s+(?:over|on)\s+year|(?:an?|one|the)\s+year\s+(?:before|earlier|prior)(?:\s+that)?)\b"
)
_IN_YEAR = any_case(r"\b(?:the\s+)?same\s+(?:period|days?|dates?|week|month|quarter|time)\s+(?:in|of)\s+(?P<year>20\d\d)\b")
_ON_YEAR = any_case(r"\b(?:yoy|year\s+(?:over|on)\s+year)\b")
_BETTER = r"(?:better|worse|stronger|weaker|higher|lower|more|less|fewer)(?:\s+or\s+(?:better|worse|weaker|lower|less|fewer))?"
#: Counted from today, unless the words continue the question before.
_AGO = any_case(r"\b(?:an?|one)\s+(?P<unit>week|month|quarter|year)\s+ago\b")
_COMPARE_IT = any_case(
    r"^\W*(?:(?:and|now|please|can you)\s+)*(?:compare\s+(?:it|this|that|these|them|both|the\s+two|with|to)|vs\.?|versus"
    rf"|(?:(?:is|was|did|does|do|has|so|get|got)\s+)*{_BETTER}(?:\s+\w+){{0,2}}\s+than)\b"
)
#: Words between two sides, each with its own days.
_SIDES = lazy_regex(
    r"(?:(?P<compare>compare)\s+)?(?P<left>.*?\S)\s+(?:vs\.?|versus|against|compare\s+(?:to|with)|(?(compare)(?:to|with|and)|(?!)))\s+(?P<right>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
#: "This month to last", "the last 7 days vs the previous 7 days".
_LAST_ONE = any_case(
    r"(?P<head>\bthis (?P<unit>week|month|quarter|year)\b.{0,20}?\b(?:to|vs\.?|versus|with|and|against|than) (?:the )?(?:last|previous))"
    r"(?: one)?(?=\W*$)"
)
#: "Yesterday and the day before": both.
_AND_BEFORE = lazy_regex(r"(?P<left>.*\S) and (?P<right>(?:the )?\w+ before\W*)", re.IGNORECASE | re.DOTALL)
#: "Is this month better than october".
_THAN = any_case(
    r"(?<!\s)\s*\b(?:(?:going|doing|do|did|performing|much|any|still) )*"
    rf"(?:ahead of|beat(?:s|en|ing)?|outperform(?:s|ed|ing)?|{_BETTER} (?P<what>(?:(?!than\b)\w+ ){{0,2}})than)\b"
    r"(?! (?:\d|(?:the |our )?(?:usual|normal|average|expected|others|rest|before|ever)))"
)
_SAME_LENGTH = any_case(r"(?:the )?(?:previous|prior|preceding) (?P<n>\w+?) ?(?:d|w|days|weeks|months|quarters)\W*")
_LAST_YEAR = any_case(rf"\b(?:the\s+)?last\s+year{_END}")
_DAYS = r"(?:\s+(?:days?|weeks?|time|data|history|period|range|window|span))?"
_STEP = r"^\W*(?:(?:show|give|see|get|can|could|i|you|want|need|me|us|a|bit|some|even|over|for|the|with|few)\s+)*"
_MORE = any_case(rf"{_STEP}(?:(?:more|longer){_DAYS}|zoom\s+out|further\s+back)(?:\s+(?:please|pls))?{_END}")
_FEWER = any_case(rf"{_STEP}(?:(?:fewer|less|shorter){_DAYS}|zoom\s+in)(?:\s+(?:please|pls))?{_END}")
#: Words that have no meaning without the question before, in the order in which they are read.
_RELATIVE = (_YEAR_AGO, _SHIFTED, _AFTER, _BEFORE, _MORE, _FEWER)
_COMPARED = any_case(
    r"\b(?:(?:and\s+)?(?:how\s+(?:does|do|did)\s+(?:that|this|it)\s+)?compared?|versus)\s+(?:it\s+|that\s+|this\s+)?(?:to|with|against)\b"
    r"|\bhow\s+(?:does|do|did)\s+(?:that|this|it)\s+compare(?=\W*$)"
)
#: The same between two sides: "ann compared to acme".
_BESIDE = any_case(r"(?<=\S\s)(?:as\s+)?compared\s+(?:to|with|against)\b")
#: What takes back what was said before.
NOT_SO = (
    r"(?:no|nope|nah|(?:not|forget|ignore|scrap|never\s?mind)\s+(?:that(?:\s+one)?|(?!that\b)\S+(?=,\s))|s+o+r+y|[ou]+ps(?:i+e?)?|whoops|my\s+(?:bad|mistake|fault)|typo|actually|wait|rather"
    r"|(?:(?:that['’]?s|it['’]?s|this is)\s*)?(?:way\s+|a\s+bit\s+)?too\s+(?:long|short|much|many|few|early|late|old)(?=\s*[,;.!–-])"
    r"|(?:the\s+)?wrong\s+(?:one|accounts?|person|people|profile|page|period|months?|weeks?|dates?|days?|quarter|year|time|figures?|metric)"
    r"|wrong(?=\s*[,;.!–-])|i\s+(?:wanted|asked\s+for|was\s+after)|(?:i\s+mean|(?:i\s+|i['’]ve\s+)?meant)(?:\s+to\s+(?:say|write|type|ask(?:\s+(?:for|about))?))?|(?:it\s+)?should(?:\s+(?:be|have\s+been|say))+)"
)
SO = (
    r"(?:thx|ty|merci|danke|gracias|got\s+it|and|und|et|y|so|then|now|also|but|or|ok|okay|great|cool|nice|thanks|thank\s+you"
    rf"|h?m+|oh|ah|well|right|perfect|{NOT_SO})"
)
#: Beginnings of a sentence that continues the one before.
MAKE_IT = (
    r"(?:make|change|switch|set|move|shift|push|bring"
    r"|(?:raise|lower|increase|decrease|reduce|cut|bump|up)(?=\s+(?:it|that|this|the\s+\w+)\s+(?:up\s+)?(?:to|by)\b))"
    r"\s+(?:it|that|this|the\s+(?:time|days?|schedule|channel|threshold|limit|target|minimum|metric|figure|account|(?=(?:time\s?)?zone\b)(?:time\s?(?=zone))?))"
    r"(?:\s+(?:to|into|be|for|on|at|run|come))*"
)
_AGAIN = (
    r"(?:(?:do|run|try|repeat|redo|rerun|show)\s+(?:it|that|this)(?:\s+(?:again|once\s+more)|(?=\s+(?:for|with)\b))"
    r"|(?:(?:can|could|may)\s+(?:i|we|you)\s+)?(?:see|show|get|have)(?:\s+me)?\s+(?:it|that|this)(?=\s+(?:daily|by|per|as)\b))"
)
#: "Back to", "switch to".
_TO = r"(?:(?:go|switch|change|jump|move|return)\s+(?:(?:back|on|over)\s+)?|(?:back|on)\s+)to"
_SAME = r"same(?:\s+(?:again|thing|question|period|days?|dates|stats?|card|one|report|numbers|figures))*"
_LEAD = any_case(
    rf"^\W*(?:{SO}\b[\s,!.:…-]*)*"
    r"(?:(?:(?:what|how|whats|how's)\s+(?:about|abt|of)|ditto|again|once\s+more"
    rf"|{MAKE_IT}|{_AGAIN}|{_TO}|(?:(?:do|try|show|give)\s+)?(?:me\s+)?(?:the\s+)?{_SAME})\b"
    r"(?:\s+(?:but|now|please|pls))*[\s,:-]*(?:(?:for|with|of|on|but)\s+)*)?"
)
TAIL = any_case(
    r"(?<![\s,])(?:[\s,]+(?:(?:instead\s+of|rather\s+than)\s+\S+(?:\s+\S+)?|instead|rather|i\s+meant?|too|as\s+well|then|again|though|please|pls|thanks|thank\s+you|(?:(?:for|over|in|of|from|during)\s+)?(?:the\s+same|that\s+same|same|(?<=\s)that)\s+(?:period|days?|dates|time|week|month|quarter|year)))+\s*[?!.]*\s*$"
)
#: "Same for ann but last week".
_BUT = any_case(r"\bbut (?=(?:for|in|on|only|just|with|from|since|the|last|this)\b)")
_GOES_ON = any_case(
    rf"^\W*(?:{SO}\b[\s,!.:…-]*)*(?:(?:and|then|what\s+about|how\s+about|{MAKE_IT}|{_AGAIN}|{_TO}|same|the\s+same|ditto|again|now|also|or)\b"
    rf"|{NOT_SO}\b[\s,!.…-]+\w|(?:what|how)\s+(?:did|does|do|has|have|is|are|was|were)"
    r"\s+(?:that|this|it|those|these|they)\s+(?:been\s+)?(?:look|do|go|perform)(?:ing|ne|ed)?\b)"
)
#: "Just the top 3", "the best 5 of those".
_FEW_OF_THEM = any_case(r"\W*(?:(?:just|only) (?:the )?(?:top|best) \d+|(?:the )?(?:top|best) \d+ of (?:those|these|them))\W*")
_GOES_ON_AFTER = any_case(r"\b(?:instead|too|as\s+well|again|then|(?:of|for|in)\s+that\s+(?:week|month|quarter|year|period))\s*[?!.]*\s*$")

#: "… vs the other", "is this better than …": the one that is compared is above.
_COMPARES_THIS = lazy_regex(
    r"\b(?:it|(?:this|that|these|those)(?! (?:week|month|quarter|year)))\b.*\b(?:vs\.?|versus|than|against|compared?)(?!\S)",
    re.IGNORECASE | re.DOTALL,
)
#: A question whether a figure is good; what a mail program writes before a subject.
IS_GOOD = (
    r"(?:(?:is|was|are|were|isn['’]t) (?:that|it|this|these|they|those)(?: (?:numbers|figures|results|values))?"
    r"(?: (?:an?|any|really|actually|considered|even))*"
    r" (?:good|bad|ok|okay|normal|high|low|much|lot|fine|great|decent|poor|enough|healthy|typical|average|usual|success\w*)"
    r"(?: (?:or|and) \w+)?(?: (?:for us|results?|numbers?|figures?|rate|performance|week|month|post|value|sign|thing|enough|now|then"
    r"|engagement|amount|of|likes|comments|impressions|views|reactions|reach|followers))*"
    r"|(?:good|bad|high|low) or (?:good|bad|high|low|not)|how (?:good|bad) is (?:that|it|this)"
    r"|should (?:i|we) be (?:\w+ )?(?:worried|happy|concerned|proud|pleased|alarmed))"
)
#: "Reactions vs comments": both figures of one account or post.
_FIGURES_VS = any_case(rf"\b(?P<first>{METRIC}) (?:vs\.?|versus) (?={METRIC}\b)")
_FORWARDED = any_case(r"^\W*(?:(?:re|fwd?|aw|wg|antw|tr|rv)\s*:\s*)+")
_IS_IT_GOOD = any_case(rf"(?<=\w)\W+(?:and )?{IS_GOOD}\W*$")
_TODAY = any_case(r"\b(?:today|tonight|right now|this (?:morning|afternoon|evening))\b")
#: "& the month before", and the end of a sentence of thanks.
_AND_SIGN, _BEFORE_S = lazy_regex(r"^\W*&\s+"), any_case(r"\bbefore['’]s\b")
_CLAUSE, _LONGEST_THANKS = lazy_regex(r"[!.,;–—]+(?=\s)|(?=\s(?:and|but)\s)"), 120
_THE_POST = lazy_regex(r"\b(?:the|my|our|his|her|their) post\b(?=$| (?!data|stats|performance|numbers|figures))")
#: Words that refer to the messages above.
_POINTING = word_set("this that these those it them its one ones above both they there he she him")


@lru_cache(maxsize=64)
def is_relative(text: str) -> bool:
    """Whether a text has no meaning without the question before it: the month before, more days."""
    return any(pattern.search(text) for pattern in _RELATIVE) or (_leads(text) and bool(_AGO.search(text)))


def names_more(text: str) -> bool:
    """Whether a text names something beside the words that refer to the question before: "acme the week before"."""
    for pattern in (*_RELATIVE, _AGO):
        text = pattern.sub(" ", text)
    return not names_nothing(re.sub(r"\b(?:vs|compare\w*|versus)\b", " ", plain(text)))


def _leads(text: str) -> bool:
    """Whether a text begins like one that continues the question before."""
    return bool(_GOES_ON.match(text)) or text.strip().lower().startswith("vs ")


def goes_on(text: str) -> bool:
    """Whether a text continues the previous question."""
    text = EMOJI.sub(" ", text).strip()
    is_part = _FEW_OF_THEM.fullmatch(text) or (re.match(r"\W*(?:just|only)\b", text, re.IGNORECASE) and names_nothing(text))
    return is_relative(text) or bool(is_part or _GOES_ON.match(text) or _GOES_ON_AFTER.search(text) or _COMPARED.match(text.strip()))


def compares(text: str) -> bool:
    """Whether a text compares "this" or "it", or nothing at all, with something: "compare it with …", "vs …"."""
    return bool(_COMPARED.match(text.strip()) or _COMPARE_IT.match(text) or _COMPARES_THIS.search(text))


def points(text: str) -> bool:
    """Whether a text is about "this" or "it", with nothing else but figures."""
    around = _around(text)
    return around is not None and not (_POINTING.isdisjoint(around) and not _THE_POST.search(" ".join(around)))


def of_today(text: str) -> str:
    """A text about a post without "today": its figures are always those of now."""
    return _TODAY.sub("", text) if points(text) else text


def points_above(text: str) -> bool:
    """Whether a text's subject may be in the messages above: it refers to them, continues them, or names nothing."""
    if courtesy(text) or is_greeting(text):
        return False
    return not text.strip() or names_nothing(text) or goes_on(text)


def leaves_out(text: str) -> bool:
    """Whether a text leaves accounts out of the answer before it: "without bob?"."""
    return re.match(r"\W*(?:and )?(?:without|except|excluding|but not)\b", text, re.IGNORECASE) is not None


#: Function words and figures.
_SAYS_LITTLE = vocabulary.FILLERS.union(
    vocabulary.CHATTER, vocabulary.METRIC_WORDS, vocabulary.RATE_WORDS, vocabulary.SHARE_WORDS, vocabulary.FORMAT_WORDS
)


def names_nothing(text: str) -> bool:
    """Whether a text names no account, no period and no command: figures at most."""
    return _around(text) is not None


def _around(text: str) -> tuple[str, ...] | None:
    """The words, if all of them are function words or figures; None when one is a name, a period or a command."""
    tokens = _own_words(languages.with_english_questions(_FIGURES_VS.sub(r"\1 and ", text)))
    return tokens if _SAYS_LITTLE.issuperset(tokens) else None


def _own_words(text: str) -> tuple[str, ...]:
    """The words in small letters, without those around a question in another language."""
    words = tuple(word.lower() for word in vocabulary.tokenize(text) if any(map(str.isalnum, word)))
    ignored = ignored_in(words)
    return tuple(word for word in words if unaccented(word) not in ignored)


def asks_in_another_language(text: str) -> bool:
    """Whether a text asks nothing but how something is, in another language: "wie läuft der Beitrag?"."""
    own = _own_words(text)
    return len(own) < len(text.split()) and vocabulary.FILLERS.issuperset(own)


def with_days(text: str, period: Period | None) -> str:
    """The text with relative words replaced by days, counted from the context's period, or from today for a post."""
    text = _COMPARED.sub("vs", EMOJI.sub(" ", text).strip())
    text = "vs the period before" if text.strip(" ?!.") == "vs" else text
    leads = _leads(text)
    if period is None:
        for pattern in (*_RELATIVE, *((_AGO,) if leads else ())):
            text = pattern.sub(" last month ", text, count=1)
        return text
    if _MORE.match(text) or _FEWER.match(text):
        return command_words(longer(period) if _MORE.match(text) else shorter(period))
    if leads:
        text = _PREVIOUS.sub(lambda found: command_words(before(number_in(found["n"]), found["unit"].lower(), period)), text, count=1)
    if leads or re.fullmatch(r"\W*an? year ago\W*", text, re.IGNORECASE):
        text = _AGO.sub(lambda found: command_words(ago(found["unit"].lower(), period)), text, count=1)
    text = _IN_YEAR.sub(lambda found: command_words(shifted(period.first.year - int(found["year"]), "year", period)), text, count=1)
    if period.days < _LONGEST_MONTH * 11:
        text = _YEAR_AGO.sub(lambda found: command_words(_unit_a_year_ago(found[0].lower(), period)), text, count=1)
        if leads:
            text = _LAST_YEAR.sub(command_words(year_ago(period)), text, count=1)
    text = _SHIFTED.sub(lambda found: command_words(shifted(number_in(found["n"]), found["unit"].lower(), period)), text, count=1)
    text = _AFTER.sub(lambda found: command_words(later((found["unit"] or found["other"] or "").lower(), period)), text, count=1)
    return _BEFORE.sub(lambda found: command_words(earlier(_unit(found), period)), text, count=1)


def on_year(text: str, period: Period) -> str:
    """The text with a comparison of this period with the year before in the place of "yoy"."""
    both = f"{command_words(period)} vs {command_words(year_ago(period))}"
    return f"{_ON_YEAR.sub('', text)} {both}" if _ON_YEAR.search(text) else text


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


@lru_cache(maxsize=64)
def question_in(text: str, today: date) -> str:
    """The text without leading thanks, with the right side's relative words as days counted from the left side.

    So "thanks, that helps! yesterday vs the day before" is "yesterday vs 2026-11-21".
    """
    if courtesy(text) or is_greeting(text):
        return text
    text = _BEFORE_S.sub("before", _AND_SIGN.sub("and ", text.replace("&amp;", "&")))
    for end in reversed([found.end() for found in _CLAUSE.finditer(text[:_LONGEST_THANKS])]):
        if text[end:].strip() and (courtesy(text[:end]) or is_greeting(text[:end])):
            text = without_preamble(text[end:].strip())
            break
    text = _IS_IT_GOOD.sub("", _FORWARDED.sub("", text))
    text = _FIGURES_VS.sub(r"\1 and ", _BESIDE.sub("vs", text))
    if (pair := _AND_BEFORE.fullmatch(text)) and _period_in(pair["left"], today):
        text = f"{pair['left']} vs {pair['right']}"
    text = _THAN.sub(lambda found: f" {found['what'] or ''}vs", text, count=1)
    text = _LAST_ONE.sub(r"\g<head> \g<unit>", text)
    sides = _SIDES.fullmatch(text)
    if sides is None and _YEAR_AGO.search(text):
        left = _YEAR_AGO.sub("", text)
        period = _period_in(left, today)
        if not period and not (_leads(left) or compares(left)) and not names_nothing(left.strip(" ?!.")):
            # An account is named: the question goes on from no other.
            return from_today(text, today)
        return f"{left} vs {command_words(year_ago(period))}" if period and _ON_YEAR.search(text) else text
    if sides and (same := _SAME_LENGTH.fullmatch(sides["right"])) and re.search(rf"\b{same['n']}(?!\d)", sides["left"]):
        text = f"{sides['left']} vs the period before"
        sides = _SIDES.fullmatch(text)
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
    return _BUT.sub("", TAIL.sub("", _LEAD.sub("", EMOJI.sub(" ", text), count=1)))


def _unit(found: "re.Match[str]") -> str:
    return (found["unit"] or found["other"] or found["back"] or "").lower()
