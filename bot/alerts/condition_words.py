"""The words of an alert's condition: how far a figure moves ("+50%", "halves", "drops by a third"), or which limit it crosses."""

import re
from fractions import Fraction
from typing import Final

from bot.alerts.rule import Condition
from bot.lazy_regex import any_case, lazy_regex
from bot.parsing.text import AMOUNT, NUMBER_WORDS
from bot.parsing.vocabulary import METRIC_WORDS

_FLAGS = re.IGNORECASE
_PERCENT = r"(?:%|per ?cent\b|pct\b)"
RISING = (
    r"up|plus|more|higher"
    r"|(?:ris|grow|increas|jump|climb|gain|soar|surg|spik|skyrocket|rocket|explod|improv|shoot)(?:e?s?|e?d|ing)(?: up)?"
)
FALLING = (
    r"down|minus|less|lower|fewer|lost|fell|sank"
    r"|(?:los|fall|dropp?|decreas|declin|sink|shrink|tank|collaps|slipp?|dipp?|slid|plung|plummet|tumbl|crash|slump|nosediv|sag|cut)"
    r"(?:e?s?|e?d|ing)(?: (?:down|off))?"
)
#: Changes in words: "drop by a third", "lose half of its", "down by 1/4", "fall to two thirds".
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_BY_FRACTION = any_case(
    rf"\b(?P<verb>{RISING}|{FALLING})( (by|about|around|nearly|almost|roughly|over|more than|at least))*(?P<to> to)?"
    rf" ((?P<count>an?|one|two|three|four|[1-9]|(?=half\b))[\s-]*(?P<part>{'|'.join(_PARTS)})s?"
    r"|(?P<over>[1-9])/(?P<under>[2-9]|10))\b( (of|its|their|our|his|her)\b)*"
)
_TO_HALF = any_case(r"\b(halv(es?|ed|ing)|cut in half|half as (many|much|high))\b")
_USUAL = r"(?:(?:the|its|our|their|than|as) )*(?:usual|normal|average)\b"
OF_USUAL = any_case(rf" ?((above|below|over|under) )?{_USUAL}")
_TIMES = any_case(
    rf"\b(at least |more than )?(({RISING}) (by |to )?)?((?P<word>doubl|tripl|quadrupl)(es?|ed|ing)"
    rf"|(?P<twice>twice|\w+ times)( as (many|much|high)|(?= {_USUAL}))|(?P<n>\d{{1,3}}|ten) ?(x|[\s-]?fold))(?!\w)"
)
_MANY = NUMBER_WORDS | {"doubl": 2, "tripl": 3, "quadrupl": 4, "twice": 2}
MOVE = any_case(
    rf"((?P<sign>(?<!\S)[+-]|\b({RISING}|{FALLING})\b( by)?( (more than|at least|over|[+-]|>=?))?) ?(?P<n>{AMOUNT}) ?{_PERCENT}"
    rf"|(?<!\S)(?P<n2>{AMOUNT}) ?{_PERCENT} ?(?P<after>{RISING}|{FALLING}|above|over|below|under)\b)"
)
LINE = any_case(
    r"((?P<sign>>=|<=|>|<)|\b((?P<word>above|over|(more|higher|greater|larger|bigger) than|exceeds?|exceeding|at least|below|under"
    r"|(less|fewer|lower|smaller) than|at most|reaches|(?<=[a-z]\s)reach|hits?|cross(es)?|pass(es)?|gets?|has|have)"
    rf"|((?P<up>{RISING})|{FALLING}) to)\b) ?(?P<n>{AMOUNT}) ?{_PERCENT}?"
)
#: "50+ likes", "100 or fewer".
_OR_MORE = any_case(
    rf"(\b(at least|at most|over|above|under|below|gets?|than) |[<>]=? ?)?(?<![\w.,+-])(?P<n>{AMOUNT} ?{_PERCENT}?)( ?\+(?![\d\w%])"
    r"| (or|and) (more|up|above|over|higher|(?P<less>fewer|less|below|under|lower))\b)"
)
#: What people do to posts, each with its figure.
_DONE = {
    "comment": "comments", "repl": "comments", "react": "reactions", "lik": "reactions", "shar": "reshares", "reshar": "reshares",
    "repost": "reshares", "follow": "followers", "view": "impressions", "see": "impressions",
}  # fmt: skip
#: "No comments", "zero reactions".
_TO_NONE = any_case(rf"\b({FALLING}|go(es)?|is|are) (to )?(zero|0|nothing)\b")
#: "Nobody comments", and what does not come to a number: "doesn't reach 500", "don't get any likes".
_NOBODY = any_case(rf"\b(nobody|no[\s-]?one) ((has|have|ever|even|really) )*(?P<what>{'|'.join(_DONE)})(e?s?|e?d|ing)\b( (on|to|with))?")
_NOT_REACHED = any_case(
    r"\b((do|does|did|ca|wo|is|are)(n't| not)|cannot|fails? to|never) (even )?((reach|hit|get|ha[sv]e?|exceed|pass|cross|make|see"
    r"|go|go over|come to)(e?s)?|above|over|at) ((?P<any>any|a single|one)\b"
    rf"|(at least |above |over |up to )?(?={AMOUNT}))"
)
_NONE_OF = lazy_regex(rf"\b(?:no|zero|without(?: any)?|not any) (?=(?:new )?(?:{'|'.join(METRIC_WORDS)})\b)", _FLAGS)
UNUSUAL_WORDS = any_case(
    r"\b((is|are|looks?|acts?|behaves?|gets?) )?(unusual(ly)?|abnormal(ly)?|anomal(y|ies|ous)|out of the ordinary"
    r"|(weird|strange|odd)(ly)?)( ((?P<high>high|large|many|much)|(?P<low>low|small|few|little)))?\b",
    rf"(?<!% )(?<!cent )(?<!pct )\b((?P<more>higher|more|larger|better|above)|(?P<less>lower|less|fewer|smaller|worse|below)) {_USUAL}",
)
#: A change by a number, which no limit is: "drops by more than 500", "falls at least 20".
BY_NUMBER = any_case(rf"\b(({RISING}|{FALLING}) by (more than|over|at least)|({FALLING}) (more than|at least)|up more than) {AMOUNT}(?!\S)")
BARE_MOVE = any_case(rf"{BY_NUMBER.pattern}|((?<!\S)[+-]|\b({RISING}|{FALLING})( by)?\s) ?{AMOUNT}(?!\S)")
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
        number_word = (found["word"] or found["twice"] or found["n"]).lower().split()[0]
        many = _MANY.get(number_word) or (int(number_word) if number_word.isdigit() else 0)
        return f"up {100 * (many - 1)}%" if many > 1 else found[0]

    def part(found: "re.Match[str]") -> str:
        over, under = (found["over"] or found["count"]).lower(), found["under"] or _PARTS[found["part"].lower()]
        of = Fraction(int(over) if over.isdigit() else NUMBER_WORDS.get(over, 1), int(under))
        falls = re.match(FALLING, found["verb"], _FLAGS) is not None
        percent = round(100 * (1 - of if found["to"] else of))
        return found[0] if found["to"] and not falls else f"{found['verb']} {percent}%"

    text = _OR_MORE.sub(lambda found: f"{'<=' if found['less'] else '>='} {found['n']}", text)
    text = _NOBODY.sub(lambda found: f"below 1 {_DONE[found['what'].lower()]}", text)
    text = _NOT_REACHED.sub(lambda found: "below 1" if found["any"] else "below ", text)
    text = _TO_NONE.sub("below 1", _NONE_OF.sub("below 1 ", text))
    return _TIMES.sub(times, _TO_HALF.sub("down 50%", _BY_FRACTION.sub(part, text)))
