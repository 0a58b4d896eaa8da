"""Which known words are similar to those that are not understood."""

import re
from collections.abc import Iterator, Sequence

from bot.parsing.account_names import NEAR
from bot.parsing.foreign_periods import ENGLISH_UNITS
from bot.parsing.period_finder import period_spans
from bot.parsing.reasons import REASON_WORDS
from bot.parsing.text import near_words, typos
from bot.parsing.vocabulary import CHATTER, FILLERS, KNOWN_PHRASES, KNOWN_WORDS, MEANT, TOP, is_quoted
from bot.statistics.reports import MOST_DAYS

#: Words for figures and of periods, for typos.
_PARTS = (
    "day before",
    *"""
    statistics numbers figures results total last this past previous week month quarter year days weekend since
    monday tuesday wednesday thursday friday saturday sunday fortnight growth formats totals
    """.split(),  # noqa: SIM905  # a list of words reads better as words
)
_LONG_FILLERS = tuple(word for word in FILLERS if len(word) > 3)  # noqa: PLR2004  # shorter ones are near too much
_TOPS = f"{TOP}|best"
#: The fewest letters of a typo of one.
_FEWEST_LETTERS = 3
#: A word this much less similar than another isn't offered beside it.
_MUCH_LESS = 0.2
#: Similarity from which on a word is hardly another one.
_SURE = 0.8
#: The letters of a word with which a typo is one letter.
_SHORT = 5


def corrections(unknown: Sequence[str], *, alone: bool) -> Iterator[dict[str, str]]:
    """Replacements of the unknown words: similar known words, or none.

    Words that are ``alone`` are not removed: the rest would ask about another account.
    """
    first, *others = unknown
    phrases = [phrase for phrase, _ in similar_words(" ".join(unknown))]
    for phrase in phrases:
        yield {first: phrase, **dict.fromkeys(others, "")}
    if others and not any(re.fullmatch(rf"(?:{_TOPS}) \d+", phrase) for phrase in phrases):
        each = {word: next((near for near, _ in similar_words(word)), "") for word in unknown}
        if any(each.values()) and all(near or word in CHATTER for word, near in each.items()):
            yield each
    if not alone:
        yield dict.fromkeys(unknown, "")


def similar_words(text: str) -> list[tuple[str, float]]:
    """Known words and phrases similar to this one, the nearest first, with the similarity."""
    tokens = text.strip('"').lower()
    if (days := re.fullmatch(r"(?:(?:last|past|rolling|previous) )?-?(\d{1,4})d?", tokens)) and 0 < int(days[1]) <= MOST_DAYS:
        return [(f"{int(days[1])}d", 1.0)]
    if (best := re.fullmatch(r"([^\W\d]+) ?(\d{1,2})", tokens)) and (
        top := next((top for top in _TOPS.split("|") if typos(best[1], top) <= (" " in tokens)), "")
    ):
        return [(f"{top} {best[2]}", 1.0)]
    if meant := MEANT.get(tokens.partition(" ")[0]):
        return [(" ".join((words, *tokens.split()[1:])), 1.0) for words in meant]
    if is_quoted(text) and (tokens in KNOWN_WORDS or period_spans(tuple(tokens.split()))):
        return [(tokens, 1.0)]
    count = re.match(r"(?:last |past )?\d{1,3} ", tokens)
    counted = (f"{count[0]}{unit}" for unit in ("days", "weeks", "months", "quarters")) if count else ()
    near = near_words(tokens, (*KNOWN_WORDS, *KNOWN_PHRASES, *_PARTS, *counted), most=2, least=NEAR)
    # "Money" is no typo of "monday", and "yesturday" hardly one of "saturday".
    return [one for one in near if (len(tokens) > _SHORT or typos(tokens, one[0]) == 1) and one[1] > near[0][1] - _MUCH_LESS]


def may_be_top(word: str) -> bool:
    """Whether a word is `top`, or is one letter away from it or from "best"."""
    return min(typos(word.lower(), one) for one in (TOP, "best")) <= 1


def without_typos(words: Sequence[str]) -> list[str]:
    """The words, with one for which there is a reason in the place of a likely typo of it: "settigns" is "settings"."""
    known = [word for word in REASON_WORDS if len(word) > _SHORT]
    return [next((near for near, _ in near_words(word, known, most=1, least=_SURE) if len(word) > _SHORT), word) for word in words]


def known_part(word: str) -> str:
    """The known word that this one is, or is a likely typo of; " " for a word that is ignored, "" for none."""
    if word.lower() in ENGLISH_UNITS:
        return ENGLISH_UNITS[word.lower()]
    if len(word) < _FEWEST_LETTERS or not word.isalpha():
        return ""
    near = next((near for near, _ in near_words(word.lower(), (*KNOWN_WORDS, *_PARTS, *_LONG_FILLERS), most=1)), "")
    return " " if near in FILLERS else near
