"""Slips of the finger in words about digests: whole texts with each word that means nothing here exchanged for the nearest that does."""

from collections.abc import Iterator, Sequence
from itertools import islice, product

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from bot.digests.draft_parser import PARTS
from bot.digests.name_parser import EVERYBODY
from bot.parsing.account_names import matching, name_word
from bot.parsing.period_parser import WEEKDAYS
from bot.parsing.suggestions import near_accounts
from bot.parsing.vocabulary import FILLERS, is_quoted
from bot.schedules.parser import says_when
from bot.schedules.timezones import near_zones, zone_of_place
from bot.statistics.accounts import Directory

MOST_SUGGESTIONS = 5
#: Similarity from which on a word counts as a slip of another (1 is the same word).
_NEAR, _NEAR_CITY = 0.7, 0.8
_MOST_WORDS, _MOST_EACH = 30, 3

_DAY_WORDS = (
    "every", "daily", "weekdays", "weekday", "weekends", "weekly", "monthly", "month", "first", "second", "third", "last",
    *WEEKDAYS, *(f"{day}s" for day in WEEKDAYS),
)  # fmt: skip
#: What is understood beside days, and is nobody's slip.
_KNOWN = (
    frozenset({*_DAY_WORDS, *EVERYBODY, *PARTS, "each", "of", "noon", "midnight", "uhr", "o'clock", "am", "pm", "cron", "zone", "without"})
    | frozenset({"today", "tomorrow", "tonight", "next", "one", "digest"})
    | FILLERS
)


def mended(words: Sequence[str], directory: Directory, deeds: Sequence[str]) -> Iterator[str]:
    """Texts that these words may have been meant as, the nearest first; none where a word is near to nothing.

    Args:
        words: what was said.
        directory: the accounts that may be meant.
        deeds: words for what is done, of which the first word may be a slip.
    """
    if len(words) > _MOST_WORDS:
        return
    each = [_meant(word, directory, deeds if at == 0 else (), zones=at > 0) for at, word in enumerate(words)]
    for choice in islice(product(*each), MOST_SUGGESTIONS):
        if list(choice) != list(words):
            yield " ".join(choice)


def _meant(word: str, directory: Directory, deeds: Sequence[str], *, zones: bool) -> tuple[str, ...]:
    """The word itself where it is known, else those near to it."""
    lower = word.lower()
    if _is_known(word, directory):
        return (word,)
    known = (*deeds, *_DAY_WORDS)
    near = process.extract(lower, known, scorer=DamerauLevenshtein.normalized_similarity, score_cutoff=_NEAR, limit=_MOST_EACH)
    found = [word for word, _, _ in near]
    found += [name_word(account, directory.accounts) for account in near_accounts(word, directory)]
    found += _near_cities(lower) if zones and not found else []
    return tuple(found[:_MOST_EACH])


def _near_cities(word: str) -> list[str]:
    """Zones of a city that is near: nearer than any word need be, for many cities have short names."""
    return [
        zone for zone in near_zones(word) if DamerauLevenshtein.normalized_similarity(word, zone.rpartition("/")[2].lower()) >= _NEAR_CITY
    ]


def _is_known(word: str, directory: Directory) -> bool:
    lower = word.lower()
    said_elsewhere = is_quoted(word) or not lower.isalpha() or lower in _KNOWN or zone_of_place(lower)
    return bool(said_elsewhere or says_when((word,)) or matching(word, directory))
