"""Classifies the words of a question by meaning, in any order."""

from datetime import date
from functools import lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import LEAVE_ONE_OUT, BadPeriod
from bot.parsing import languages, vocabulary
from bot.parsing.dates import FROM_DAY, TWO_PERIODS, WHICH_DAYS, YESTERDAY, quoted_as_typed
from bot.parsing.foreign_periods import ignored_in, is_foreign, with_english_periods
from bot.parsing.period_finder import FoundPeriod, find_period, period_spans, read_days
from bot.parsing.text import unaccented
from bot.statistics.metrics import ALL_METRICS, Metric
from bot.statistics.reports import Period


class TokenMeanings(Struct, frozen=True):
    """The words of a question without its posts.

    ``tokens`` are all of them, ``rest_words`` those without a meaning. ``period_said`` is True for a period with a post, where
    it cannot be used. ``card`` is True when the words ask for a card without naming anything, ``rate`` when they ask for the engagement
    rate. ``export`` is "csv" or "xlsx" when a file is wanted. ``ranking`` ("rate", "growth"), ``minimum`` (impressions), ``most`` (posts,
    or rows) and ``totals`` belong to team, board, top. ``compares``: whether posts are set against something.
    """

    tokens: tuple[str, ...] = ()
    verb: str = ""
    topic: str = ""
    period: Period | None = None
    period_said: bool = False
    metrics: tuple[Metric, ...] = ()
    daily: bool = False
    share: bool = False
    card: bool = False
    rate: bool = False
    rest_words: tuple[str, ...] = ()
    export: str = ""
    ranking: str = ""
    minimum: int | None = None
    most: int | None = None
    totals: bool = False
    compares: bool = False

    @property
    def rest(self) -> str:
        """The words without a meaning of their own, as one text."""
        return " ".join(self.rest_words)

    @property
    def asks_figures(self) -> bool:
        """Whether any word belongs to a question about figures."""
        return bool(self.period or self.period_said or self.metrics or self.daily or self.share or self.export)

    @property
    def says_something(self) -> bool:
        """Whether any word asks for anything."""
        return bool(self.asks_figures or self.card or self.rest_words)


_NOTHING = TokenMeanings()
#: Words with which a day is that of what was published.
_POST_WORDS = frozenset({"post", "posts", *vocabulary.SEVERAL_WORDS})
#: Words around "commands" and "manual"; and words that make "… work", "… mean" a question about how something works.
_BESIDE_HELP = vocabulary.FILLERS.union(vocabulary.CHATTER, ("list", "user", "available", "slash"))
_SENTENCE_WORDS = frozenset({"do", "is", "explain", "define"})
_VERBS = {
    vocabulary.ACCOUNTS: vocabulary.ACCOUNTS,
    vocabulary.DEFAULT: vocabulary.DEFAULT,
    vocabulary.STATUS: vocabulary.STATUS,
    vocabulary.COMPARE: vocabulary.COMPARE,
    **vocabulary.SEVERAL_WORDS,
    **dict.fromkeys(vocabulary.BEST_TIMES_WORDS, vocabulary.BEST_TIMES),
}
#: The fields that a word sets.
_FIELDS = {
    **dict.fromkeys(vocabulary.DAILY_WORDS, ("daily",)),
    **dict.fromkeys(vocabulary.SHARE_WORDS, ("share",)),
    **dict.fromkeys(vocabulary.RATE_WORDS, ("card", "rate")),
    vocabulary.ACCOUNT: ("card",),
}


@lru_cache(maxsize=1024)
def read_meanings(tokens: tuple[str, ...], today: date, *, beside_post: bool) -> TokenMeanings:
    """The meaning of these words (tokens of ``vocabulary.tokenize``); cached, since buttons repeat the same words.

    ``beside_post``: whether there is a post, so that a period is only noted. Raises BadPeriod: an impossible period, unless there is a post
    or help is asked for.
    """
    if not tokens:
        return _NOTHING
    lower = tuple(word.lower() for word in tokens)
    if not vocabulary.HELP_WORDS.isdisjoint(lower) or (lower == ("?",) and not beside_post):
        return TokenMeanings(tokens, vocabulary.HELP, vocabulary.topic_of(lower))
    for leading, verb in vocabulary.LEADING.items():
        if lower[: len(leading)] == leading:
            return TokenMeanings(tokens, verb, rest_words=tokens[len(leading) :])
    spans, period = _periods(tokens, today, beside_post=beside_post)
    taken = {index for start, end in spans for index in range(start, end)}
    sorter = _Sorter(tokens, lower, taken)
    sorter.sort()
    if any(end - start > 1 for start, end in period_spans(_single_words(tuple(sorter.rest)))):
        # Without the words between them they are a period: "last linkedin week", "april yesterday 31".
        together = (*(word for word in tokens if word not in sorter.rest), *sorter.rest)
        if together != tokens:
            return read_meanings(together, today, beside_post=beside_post)
    return TokenMeanings(
        tokens,
        period=period,
        period_said=beside_post and bool(spans),
        metrics=tuple(metric for metric in ALL_METRICS if metric in sorter.metrics) if sorter.metrics else (),
        rest_words=tuple(sorter.rest),
        **sorter.said,
    )


def read_sides(tokens: tuple[str, ...], today: date, *, beside_post: bool) -> tuple[TokenMeanings, TokenMeanings | None]:
    """The meaning of the words, and of those after `vs` if there is one (not with posts). Raises BadPeriod: as in :func:`read_meanings`."""
    lower = tuple(word.lower() for word in tokens)
    at = _parting(tokens, lower) if vocabulary.HELP_WORDS.isdisjoint(lower) else None
    if at is None:
        asked = None if beside_post else _help(tokens, lower)
        return asked or read_meanings(tokens, today, beside_post=beside_post), None
    before, after = tokens[:at], tokens[at + 1 :]
    if beside_post:
        return replace(read_meanings(before + after, today, beside_post=True), compares=True), None
    return _side(before, "{side} vs " + " ".join(after), today), _side(after, " ".join(before) + " vs {side}", today)


def _help(tokens: tuple[str, ...], lower: tuple[str, ...]) -> TokenMeanings | None:
    """The help asked for in words that may also be an account's name ("what does reach mean", but not "Design Works reach")."""
    # "Did it work?" asks for figures.
    explains = not vocabulary.EXPLAIN_WORDS.isdisjoint(lower) and "did" not in lower
    if vocabulary.HELP_NAMES.isdisjoint(lower) and not explains:
        return None
    known = all(word in _BESIDE_HELP or vocabulary.is_of_help(word) for word in lower)
    is_sentence = explains and not _SENTENCE_WORDS.isdisjoint(lower)
    if not (explains and "does" in lower) and (not (known or is_sentence) or period_spans(_single_words(tokens))):
        return None
    of_figures = any(word in vocabulary.METRIC_WORDS or word in vocabulary.RATE_WORDS for word in lower)
    topic = vocabulary.topic_of(("metrics",) if explains and of_figures else lower)
    return TokenMeanings(tokens, vocabulary.HELP, topic or ("figures" if explains else "")) if topic or known or not explains else None


def _parting(tokens: tuple[str, ...], lower: tuple[str, ...]) -> int | None:
    """The position of the word between two sides; `and` is one only after `compare`."""
    lower = tuple("vs" if word == "v" else small for word, small in zip(tokens, lower, strict=True))
    versus = vocabulary.VERSUS | (languages.VERSUS if is_foreign(lower) else frozenset())
    if not versus.isdisjoint(lower):
        return next(at for at, word in enumerate(lower) if word in versus)
    if vocabulary.COMPARE not in lower:
        return None
    return next((at for at, word in enumerate(lower) if word in vocabulary.BETWEEN or word in languages.AND), None)


def _side(tokens: tuple[str, ...], whole: str, today: date) -> TokenMeanings:
    try:
        return read_meanings(tokens, today, beside_post=False)
    except BadPeriod as error:
        others = error.suggestions
        if not vocabulary.VERSUS.isdisjoint(map(str.lower, tokens)) and len(period_spans(_single_words(tokens))) > 1:
            error.sentence, error.remedy = "I compare two periods at a time.", LEAVE_ONE_OUT
            others = tuple(" ".join(word for word in words.split() if word not in vocabulary.VERSUS) for words in others[:2])
        each = tuple(whole.replace("{side}", words).strip() for words in others)
        sides = with_english_periods(whole.replace("{side}", " ".join(tokens)).lower().split())
        error.suggestions = (*_one_earlier(" ".join(sides)), *each)
        raise


def _one_earlier(text: str) -> tuple[str, ...]:
    """Both sides one earlier, where one is the current day or unit and the other the one before: "last week vs week before last"."""
    if "today" in text and "yesterday" in text:
        return (text.replace("yesterday", "day before yesterday").replace("today", "yesterday"),)
    unit = next((unit for unit in ("week", "month", "quarter", "year") if f"this {unit}" in text and f"last {unit}" in text), "")
    return (text.replace(f"last {unit}", f"{unit} before last").replace(f"this {unit}", f"last {unit}"),) if unit else ()


def _periods(tokens: tuple[str, ...], today: date, *, beside_post: bool) -> tuple[tuple[tuple[int, int], ...], Period | None]:
    """The positions of periods among the words, and the one to use."""
    whole = _single_words(tokens)
    if beside_post:
        return period_spans(whole), None
    try:
        with quoted_as_typed(" ".join(tokens)):
            found: FoundPeriod | None = find_period(whole, today)
    except BadPeriod as error:
        # An account's id is case-sensitive.
        typed = {word.lower(): word for word in whole}
        each = (" ".join(typed.get(word, word) for word in words.split(" ")) for words in error.suggestions)
        error.suggestions = tuple(words.replace(_HIDDEN_SPACE, " ") for words in each)
        raise
    if found is None:
        return (), None
    _check_days(whole, found, today)
    return ((found.start, found.end),), found.period


def _check_days(words: tuple[str, ...], found: FoundPeriod, today: date) -> None:
    """Refuses days that are not in a row ("17 and 24 nov"), and those that may be one or all since ("from 20 nov"); both are offered."""
    said, around = " ".join(words[found.start : found.end]).lower(), (" ".join(words[: found.start]), " ".join(words[found.end :]))
    first, joint, second = said.partition(" and ")
    each: tuple[str, ...] = ()
    if joint and not around[0].lower().endswith(("between", "from")):
        named, last = _days_of(first, today), _days_of(second, today)
        before = named or found.period
        begun = before.last if before.last < found.period.last else before.first
        if last and (last.first - begun).days > 1:
            each = (f"{first} to {second}", f"{first if named else begun} vs {second}")
            sentence, remedy = TWO_PERIODS.format(first=first, second=second), LEAVE_ONE_OUT
    elif (
        around[0].lower().endswith("from")
        and found.period.days == 1
        and not said.endswith((YESTERDAY, "ago"))
        and _POST_WORDS.isdisjoint(map(str.lower, words))
    ):
        each, sentence, remedy = (f"since {said}", said), FROM_DAY.format(words=f"from {said}"), WHICH_DAYS
        around = (around[0][: -len("from")].rstrip(), around[1])
    if each:
        raise BadPeriod(sentence, remedy=remedy, suggestions=tuple(" ".join((around[0], one, around[1])).strip() for one in each))


def _days_of(words: str, today: date) -> Period | None:
    try:
        days = read_days(words, today)
    except ValueError:
        return None
    return Period(days.first, max(days.first, days.last))


def _single_words(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The words for the search of periods: without spaces and minimums."""
    return tuple(
        _HIDDEN_SPACE if word.isdecimal() and left.lower() in vocabulary.MINIMUM_WORDS else word.replace(" ", _HIDDEN_SPACE)
        for left, word in zip(("", *tokens), tokens, strict=False)
    )


#: Longer numbers are no counts of impressions or posts.
_MOST_DIGITS = 9

#: During the search of periods: replaces spaces in quoted names, and minimums ("min 2000" is no year).
_HIDDEN_SPACE = "\0"


class _Sorter:
    """Sorts the words by meaning, from left to right."""

    def __init__(self, tokens: tuple[str, ...], lower: tuple[str, ...], taken: set[int]) -> None:
        self._tokens, self._lower, self._taken = tokens, lower, taken
        several = {vocabulary.SEVERAL_WORDS[word] for word in lower if word in vocabulary.SEVERAL_WORDS}
        self._several, self._top = bool(several), vocabulary.TOP in several
        self._ignored = ignored_in(lower)
        #: The fields of ``TokenMeanings`` that the words set.
        self.said: dict[str, Any] = {}
        self.metrics: set[Metric] = set()
        self.rest: list[str] = []

    def sort(self) -> None:
        at = 0
        while at < len(self._tokens):
            if at in self._taken:
                at += 1
            elif length := self._phrase(at):
                self._mean(" ".join(self._lower[at : at + length]))
                at += length
            elif self._several and (length := self._beside_several(at)):
                at += length
            else:
                if not self._mean(self._lower[at]):
                    self.rest.append(self._tokens[at])
                at += 1
        asks = self.rest or self._taken or self.metrics or self.said.keys() & {"verb", "card"}
        if not asks and languages.STATISTICS.isdisjoint(self._lower):
            # In another language these words alone ask for nothing.
            self.rest = [word for word in self._tokens if unaccented(word) in self._ignored & languages.AROUND]
        if not self._several and (self.metrics or "rate" in self.said or self._taken or len(self.rest) > 1):
            # An account's figures are totals anyway.
            self.rest = [word for word in self.rest if word.lower() not in vocabulary.TOTALS_WORDS]

    def _phrase(self, at: int) -> int:
        """The number of words of a phrase with a meaning at this position; 0 for none."""
        if self._lower[at] not in vocabulary.PHRASE_STARTS:
            return 0
        return next((len(phrase) for phrase in vocabulary.PHRASES if self._lower[at : at + len(phrase)] == phrase), 0)

    def _beside_several(self, at: int) -> int:
        """The number of words with a meaning that exists only with team, board or top; 0 for none."""
        word, following = self._lower[at], self._lower[at + 1] if at + 1 < len(self._lower) else ""
        if word in ("first", "just", "only") and self._top:
            return 1 if following.isdecimal() or word != "first" else 0
        if word in vocabulary.MINIMUM_WORDS and following.isdecimal():
            self.said["minimum"] = int(following[:_MOST_DIGITS])
            return 2
        if word.isdecimal() and (self._top or following == vocabulary.ROWS):
            self.said["most"] = int(word[:_MOST_DIGITS])
            return 1 if self._top else 2
        if word.isdecimal():
            return 0
        if ranking := vocabulary.RANKING_WORDS.get(word):
            self.said["ranking"] = ranking
        elif word in vocabulary.TOTALS_WORDS:
            self.said["totals"] = True
        else:
            return 0
        return 1

    def _mean(self, word: str) -> bool:
        """Records the meaning of a lower-case word or phrase; False when it has none."""
        if metric := vocabulary.METRIC_WORDS.get(word):
            self.metrics.add(metric)
        elif word in vocabulary.FORMAT_WORDS:
            self.said["export"] = vocabulary.FORMAT_WORDS[word]
        elif word == vocabulary.COMPARE and self._several:
            # These compare their accounts anyway.
            return True
        elif word in _VERBS and self.said.get("verb", _VERBS[word]) == _VERBS[word]:
            self.said["verb"] = _VERBS[word]
        elif fields := _FIELDS.get(word):
            self.said |= dict.fromkeys(fields, True)
        else:
            return word in vocabulary.FILLERS or unaccented(word) in self._ignored or not any(map(str.isalnum, word))
        return True
