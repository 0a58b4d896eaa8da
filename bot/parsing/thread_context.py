"""A question in a thread: what the thread is about fills what its words leave open, and "the month before" is the one before that.

::

    under an account's card    "comments only"           that account and period, one metric
                               "what about bob?"         bob, the same days
    under a board or a top     "and the month before?"   the same accounts, earlier
    under two sides            "28d"                     both accounts over other days
"""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from bot.errors import UsageError
from bot.parsing import vocabulary
from bot.parsing.parser import ParsedText, parse_text
from bot.parsing.tokens import TokenMeanings
from bot.statistics.aggregate import is_month
from bot.statistics.reports import Period, command_words

#: Questions about several accounts, which a thread can be about.
_SEVERAL: Final = frozenset({vocabulary.TEAM, vocabulary.BOARD, vocabulary.TOP})

_UNIT = r"(?:day|week|month|quarter|year|period|one|days|time)"
#: "the month before", "the one before that", "previous period"; said alone, "before" and "before that" mean the same.
_BEFORE = re.compile(
    rf"\b(?:the\s+)?(?:(?P<unit>{_UNIT})\s+before(?:\s+that)?|(?:previous|preceding)\s+(?P<other>{_UNIT})|before\s+that|before(?=\s*[?!.]*$))",
    re.IGNORECASE,
)

_WEEK, _SHORTEST_MONTH, _LONGEST_MONTH, _MONTHS_OF_QUARTER = 7, 28, 31, 3


def in_thread(text: str, context: str, today: date, now: datetime | None = None) -> ParsedText:
    """The question in a text, read where ``context`` is what the thread is about: canonical words, or a link.

    What cannot be read in the context counts for nothing; posts, accounts and verbs of the question's own count before it.

    Raises:
        UsageError: as ``parser.parse_text``.
    """
    try:
        about = parse_text(context, today, now)
    except UsageError:
        return parse_text(text, today, now)
    if about.meaning.period is not None:
        text = _with_days(text, about.meaning.period)
    words = parse_text(text, today, now)
    ranks = not vocabulary.RATE_WORDS.isdisjoint(map(str.lower, words.meaning.tokens))
    if (words.rest or ranks) and not words.verb and about.verb in _SEVERAL:
        # "growth" and "min 500" mean something beside a board only.
        beside = parse_text(f"{about.verb} {text}", today, now)
        words = words if beside.rest else beside
    return _filled(words, about)


def _with_days(text: str, period: Period) -> str:
    """The text with the days that "before" means, seen from the thread's period."""
    return _BEFORE.sub(lambda found: command_words(_earlier((found["unit"] or found["other"] or "").lower(), period)), text, count=1)


def _earlier(unit: str, period: Period) -> Period:
    """The period before this one: of the unit that is named, else of the same length."""
    if unit == "month" and not _SHORTEST_MONTH <= period.days <= _LONGEST_MONTH:
        return _months_before(period.first, 1)
    if unit == "quarter":
        first = date(period.first.year, period.first.month - (period.first.month - 1) % _MONTHS_OF_QUARTER, 1)
        return _months_before(first, _MONTHS_OF_QUARTER)
    if unit in ("day", "week"):
        days = 1 if unit == "day" else _WEEK
        return Period(period.first - timedelta(days=days), period.first - timedelta(days=1))
    return _months_before(period.first, 1) if is_month(period) else period.before


def _months_before(day: date, months: int) -> Period:
    """So many whole calendar months that end before the month of ``day``."""
    last = day.replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)
    for _ in range(months - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    return Period(first, last)


def _filled(words: ParsedText, about: ParsedText) -> ParsedText:
    if words.posts or words.against or words.verb not in ("", "start", *_SEVERAL) or (about.verb and about.verb not in _SEVERAL):
        return words
    if words.verb in _SEVERAL or (words.rest and not about.posts):
        fill = _of_several if words.verb in _SEVERAL else _same_days
        return words if about.posts else replace(words, meaning=fill(words.meaning, about.meaning))
    return words if words.rest else _about_the_same(words, about)


def _about_the_same(words: ParsedText, about: ParsedText) -> ParsedText:
    """A question that names nothing of its own."""
    if about.against is not None:
        return _two_sides(words, about.meaning, about.against)
    if about.verb:
        return replace(words, meaning=_of_several(replace(words.meaning, verb=about.verb), about.meaning))
    return _alone(words, about)


def _same_days(mine: TokenMeanings, theirs: TokenMeanings) -> TokenMeanings:
    """Another account over the thread's days; below the best posts, its best posts."""
    if theirs.verb != vocabulary.TOP:
        return replace(mine, period=mine.period or theirs.period)
    return _of_several(replace(mine, verb=vocabulary.TOP), theirs)


def _of_several(mine: TokenMeanings, theirs: TokenMeanings) -> TokenMeanings:
    """A team, board or top: whose and when as in the thread; below another of its kind, ranked as there."""
    whose = theirs.rest_words if theirs.verb or mine.verb == vocabulary.TOP else ()
    filled = replace(mine, rest_words=mine.rest_words or whose, period=mine.period or theirs.period, card=True)
    if mine.verb != theirs.verb:
        return filled
    return replace(
        filled,
        metrics=mine.metrics or theirs.metrics,
        ranking=mine.ranking or theirs.ranking,
        minimum=theirs.minimum if mine.minimum is None else mine.minimum,
        most=theirs.most if mine.most is None else mine.most,
        totals=mine.totals or theirs.totals,
    )


def _two_sides(words: ParsedText, left: TokenMeanings, right: TokenMeanings) -> ParsedText:
    """Both sides with other metrics or days; one account's two periods have no third, so that other days are that account's card."""
    mine = words.meaning
    if mine.period is not None and left.rest_words == right.rest_words:
        return replace(words, meaning=replace(mine, tokens=(*mine.tokens, *left.rest_words), rest_words=left.rest_words))
    metrics = mine.metrics or left.metrics or right.metrics
    here, there = mine.period or left.period, mine.period or right.period
    left = replace(left, period=here, metrics=metrics, share=mine.share, export=mine.export)
    return replace(words, meaning=left, against=replace(right, period=there, metrics=metrics))


def _alone(words: ParsedText, about: ParsedText) -> ParsedText:
    """The thread's posts, or its account and period."""
    mine, theirs = words.meaning, about.meaning
    period = mine.period or (None if mine.period_said else theirs.period)
    tokens = (*mine.tokens, *theirs.rest_words)
    return replace(words, posts=about.posts, meaning=replace(mine, tokens=tokens, rest_words=theirs.rest_words, period=period, card=True))
