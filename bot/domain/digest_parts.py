"""The parts of a digest in words: "only best, followers", "without chart"."""

from collections.abc import Sequence

from bot.domain.digest_asks import SHOWING
from bot.domain.digest_content import ALL_PARTS, FIGURES_ALONE, Part, chosen
from bot.domain.vocabulary import COMMA

_PART_WORDS = {
    Part.CHART: ("chart", "graph"),
    Part.ACCOUNTS: ("rows", "table"),
    Part.BEST: ("best", "posts"),
    Part.FOLLOWERS: ("followers",),
    Part.GOALS: ("goals", "goal"),
    Part.DETAILS: ("details", "days"),
}
#: Each part by every word for it.
PARTS = {word: part for part, words in _PART_WORDS.items() for word in words}
_ONLY, _WITHOUT, _ALL = frozenset({SHOWING, "only", "just"}), frozenset({"without", "no"}), "all"


def find_parts(words: Sequence[str]) -> tuple[int, int, tuple[str, ...]] | None:
    """The words that say what to show, ``words[start:end]``, and the names to keep; None when none do."""
    lower = [word.lower() for word in words]
    start = next((at for at, word in enumerate(lower[:-1]) if word in _ONLY | _WITHOUT and _is_part(lower[at + 1])), None)
    if start is None:
        return None
    end = start + 1
    while end < len(words) and (_is_part(lower[end]) or (lower[end] == COMMA and end + 1 < len(words) and _is_part(lower[end + 1]))):
        end += 1
    said = set(lower[start + 1 : end])
    named = {PARTS[word] for word in said if word in PARTS}
    parts = ALL_PARTS if _ALL in said else [part for part in ALL_PARTS if (part in named) != (lower[start] in _WITHOUT)]
    return start, end, chosen(parts)


def _is_part(word: str) -> bool:
    return word in PARTS or word in (_ALL, FIGURES_ALONE)
