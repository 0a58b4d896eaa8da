"""The words of an alert's condition: how far a figure moves ("+50%", "halves", "drops by a third"), or which limit it crosses."""

import re
from typing import Final

from bot.alerts.rule import Condition
from bot.lazy_regex import lazy_regex
from bot.parsing.text import AMOUNT
from bot.parsing.vocabulary import METRIC_WORDS

_FLAGS = re.IGNORECASE
_PERCENT = r"(?:%|per\s?cent\b|pct\b)"
RISING = r"up|ris(?:es?|ing)|grow(?:s|ing)?|increas(?:es?|ing)|jumps?|climbs?|gains?|plus|more|higher|above"
FALLING = (
    r"los(?:es?|t|ing)|down|fall(?:s|ing)?|drop(?:s|ping)?|decreas(?:es?|ing)|declin(?:es?|ing)|sinks?|shrinks?|minus|less|lower"
    r"|tank(?:s|ing)?|collapses?"
)
#: Changes in words, in percent.
_FRACTIONS = {"half": 50, "third": 33, "two thirds": 67, "quarter": 25, "three quarters": 75, "fifth": 20, "tenth": 10}
_BY_FRACTION = lazy_regex(
    rf"\b(?P<verb>{RISING}|{FALLING})\s+(?:by\s+(?:an?\s+|one[\s-]+)?|an?\s+)(?P<part>{'|'.join(_FRACTIONS)})\b", _FLAGS
)
_TO_HALF = lazy_regex(rf"\b(?:halv(?:es?|ed|ing)|cut\s+in\s+half|(?:{FALLING})\s+to\s+half|half\s+as\s+(?:many|much|high))\b", _FLAGS)
_TIMES = lazy_regex(
    rf"\b(?:(?:{RISING})\s+(?:by\s+|to\s+)?)?(?:(?P<word>doubl|tripl|quadrupl)(?:es?|ed|ing)|(?P<twice>twice|three\s+times|\d+\s+times)\s+as\s+(?:many|much|high)"
    r"|(?P<n>\d{1,3}|ten)\s?(?:x|[\s-]?fold))(?!\w)",
    _FLAGS,
)
_MANY = {"doubl": 2, "tripl": 3, "quadrupl": 4, "twice": 2, "three": 3, "ten": 10}
MOVE = lazy_regex(
    rf"(?:(?P<sign>(?<!\S)[+-]|\b(?:{RISING}|{FALLING})\b(?:\s+by)?(?:\s+(?:more\s+than|at\s+least|over|[+-]|>=?))?)\s*(?P<n>{AMOUNT})\s*{_PERCENT}"
    rf"|(?<!\S)(?P<n2>{AMOUNT})\s*{_PERCENT}\s*(?P<after>{RISING}|{FALLING})\b)",
    _FLAGS,
)
LINE = lazy_regex(
    rf"(?:(?P<sign>>=|<=|>|<)|\b(?:(?P<word>above|over|(?:more|higher|greater|larger|bigger)\s+than|exceeds?|exceeding|at\s+least|below|under"
    rf"|(?:less|fewer|lower|smaller)\s+than|at\s+most|reaches|(?<=[a-z]\s)reach|hits?|cross(?:es)?|pass(?:es)?|gets?|has|have)|(?:(?P<up>{RISING})|{FALLING})\s+to)\b)"
    rf"\s*(?P<n>{AMOUNT})\s*{_PERCENT}?",
    _FLAGS,
)
#: "50+ likes", "100 or fewer".
_OR_MORE = lazy_regex(
    rf"(?:\b(?:at\s+least|at\s+most|over|above|under|below|gets?|than)\s+|[<>]=?\s*)?(?<![\w.,+-])(?P<n>{AMOUNT}\s*{_PERCENT}?)"
    r"(?:\s?\+(?![\d\w%])|\s+(?:or|and)\s+(?:more|up|above|over|higher|(?P<less>fewer|less|below|under|lower))\b)",
    _FLAGS,
)
#: "No comments", "zero reactions".
_TO_NONE = lazy_regex(rf"\b(?:{FALLING}|goes?|is|are)\s+(?:to\s+)?(?:zero|0|nothing)\b", _FLAGS)
_NONE_OF = lazy_regex(rf"\b(?:no|zero|without(?:\s+any)?|not\s+any)\s+(?=(?:new\s+)?(?:{'|'.join(METRIC_WORDS)})\b)", _FLAGS)
UNUSUAL_WORDS = lazy_regex(
    r"\b(?:(?:is|are|looks?|acts?|behaves?|gets?)\s+)?(?:unusual(?:ly)?|abnormal(?:ly)?|anomal(?:y|ies|ous)|out\s+of\s+the\s+ordinary"
    r"|(?:weird|strange|odd)(?:ly)?)"
    r"(?:\s+(?:(?P<high>high|large|many|much)|(?P<low>low|small|few|little)))?\b"
    r"|\b(?:(?P<more>higher|more|larger|better)|(?P<less>lower|less|fewer|smaller|worse))\s+than\s+(?:usual|normal|average)\b",
    _FLAGS,
)
BARE_MOVE = lazy_regex(rf"(?:(?<!\S)[+-]|\b(?:{RISING}|{FALLING})(?:\s+by)?\s)\s*{AMOUNT}(?!\S)", _FLAGS)
CONDITIONS: Final = {
    **dict.fromkeys((">", "above", "over", "more than", "exceed", "exceeds", "exceeding"), Condition.ABOVE),
    **dict.fromkeys(("higher than", "greater than", "larger than", "bigger than"), Condition.ABOVE),
    **dict.fromkeys((">=", "at least", "reach", "reaches", "hit", "hits", "cross", "crosses", "pass", "passes", "up"), Condition.AT_LEAST),
    **dict.fromkeys(("get", "gets", "has", "have"), Condition.AT_LEAST),
    **dict.fromkeys(("<", "below", "under", "less than", "fewer than", "lower than", "smaller than"), Condition.BELOW),
    **dict.fromkeys(("<=", "at most", "down"), Condition.AT_MOST),
}


def in_percent(text: str) -> str:
    """The text with a change in percent in the place of one in words: "halves", "drop by a third", "twice as many"."""

    def times(found: "re.Match[str]") -> str:
        number_word = (found["word"] or found["twice"] or found["n"]).lower()
        many = _MANY.get(number_word.partition(" ")[0]) or int(re.sub(r"\D", "", found[0]))
        return f"up {100 * (many - 1)}%" if many > 1 else found[0]

    def part(found: "re.Match[str]") -> str:
        return f"{found['verb']} {_FRACTIONS[' '.join(found['part'].lower().split())]}%"

    text = _OR_MORE.sub(lambda found: f"{'<=' if found['less'] else '>='} {found['n']}", text)
    text = _TO_NONE.sub("below 1", _NONE_OF.sub("below 1 ", text))
    return _TIMES.sub(times, _TO_HALF.sub("down 50%", _BY_FRACTION.sub(part, text)))
