"""Parses numbers as people write them (50,000 and 50 000, 50k, 1.5 million, 2.5, ５０), and Slack's markup of typed text.

Channels are taken out first, then Slack's escapes are undone, once: a bracket that a person typed comes escaped and is no markup (Slack's
documentation: "Formatting text for app surfaces").
"""

import re
import unicodedata
from collections.abc import Collection
from fractions import Fraction
from functools import lru_cache
from typing import Final

from bot.errors import NotUnderstood
from bot.lazy_regex import any_case, lazy_regex

NO_CHANNEL_ID = "I can't tell which channel “{name}” is."

#: A number with its thousands grouped or not, and a word for thousands or millions behind it.
AMOUNT: Final = r"\d+(?:[.,' _]\d{3})*(?:[.,]\d+)?(?:\s?(?:k|tsd|thousand|m|mn|mln|mio|million|bn|billion)\b)?"
#: The longest text that is parsed.
MOST_CHARACTERS: Final = 3000
#: The change that is the same for another account.
ALSO = any_case(rf"(add|same) (?P<who>(?!{AMOUNT}\W*$)\S.*)")
IN_CHANNEL = any_case(r"(in|to|into) (?P<where><#[^<>]*>)")

#: How far a goal is.
HOW_FAR = any_case(
    r"((so|and) )?(how far ((along )?(are|am) (we|i)|is it|to go)|(are we|am i) (still )?(on (track|course|target)|there)"
    r"|how close (are we|is it)|(show )?(me )?(the |our |my )?progress|what happens (when|if) we (reach|hit|make) (it|that)"
    r"|(tell|notify|ping|let) (me|us)( know)? (when|once|if) (we(['’]re| are) there|we (reach|hit|make) (it|that)"
    r"|(it|that)(['’]s| is) (reached|done))|who('(ll|s)\b| will| is| gets?\b| else)*( be)? (knows?|told|notified|hears?)"
    r"|what('s| is) (still )?(left|missing)|how much more|how (much|many( \w+)?) (is|are|do we|does it)"
    r" (still )?(missing|left|need|lack|to go)|will (it|you) tell (me|us|anyone|everyone)"
    r"|what (did|do|are|were) we (aim|aiming|going|shooting) (for|at)|(will|can|did|are) we (gonna |going to )?(make|reach|hit)"
    r" (it|that))\b[^\d]*"
)
#: What a goal does not tell: "tell me at 80%", "remind us when half way".
ON_THE_WAY = any_case(
    r"\b(tell|remind|ping|notify|let|alert|warn) (me|us)\b(?!.*\b(falls?|drops?|rises?|grows?|jumps?|dips?|goes|moves?|changes?"
    r"|(in|de)creases?|declines?|up|down)\b).*?(\bhalf|\d ?%|percent|\bclose\b|\bnearly\b|\balmost\b|\bbehind\b).*"
)
#: "Split it by person", which a goal of several does not.
SPLIT = any_case(
    r"((split|break|show|list)( (it|this|that|us|me))*( down| up)? )?(by|per|for each|each) (person|account|people|member|colleague)s?"
)
#: Numbers that people write in words.
NUMBER_WORDS: Final = {
    "couple of": 2, "couple": 2, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fourteen": 14, "fifteen": 15, "twenty": 20, "twenty-eight": 28, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100,
}  # fmt: skip
#: "First" to "thirty-first".
_NTHS = "first second third fourth fifth sixth seventh eighth ninth"
_TEENTHS = "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
_AFTER_TWENTY = (*(f"twenty-{nth}" for nth in _NTHS.split()), "thirtieth", "thirty-first")
ORDINAL_WORDS: Final = {word: number for number, word in enumerate((*_NTHS.split(), *_TEENTHS.split(), *_AFTER_TWENTY), 1)}

_GROUPED = lazy_regex(r"\d{1,3}(?:([.,' _])\d{3})(?:\1\d{3})*")
#: 1.234,50 and 1,234.50.
_GROUPED_PART = lazy_regex(r"(\d{1,3}(?:([.,' ])\d{3})(?:\2\d{3})*)([.,])(\d+)")
_TIMES = {
    **dict.fromkeys(("k", "tsd", "thousand"), 1_000),
    **dict.fromkeys(("m", "mn", "mln", "mio", "million"), 1_000_000),
    **dict.fromkeys(("bn", "billion"), 1_000_000_000),
}
_PARTS = any_case(r"(?P<digits>[\d.,' _]+?)\s?(?P<times>[a-z]*)")

#: What groups thousands between two digits, beside a blank; signs that Unicode does not count as dashes or forms of ASCII's own.
_APOSTROPHE = lazy_regex(r"(?<=\d)[’‘ʼ´′`](?=\d{3})")
_SIGNS = {"−": "-", **dict.fromkeys("≥⩾≧", ">="), **dict.fromkeys("≤⩽≦", "<="), "↑": "+", "↓": "-", "٪": "%", "٫": ".", "٬": ","}
#: Zero-width marks: from copied pages, and for the direction of Arabic numbers.
_MARKS = frozenset("\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")


def plain_signs(text: str) -> str:
    """The text with ASCII's digits, signs and blanks for those of other scripts, keyboards and pages: "−５００", "1\u202f000"."""
    if text.isascii():
        return text
    return _APOSTROPHE.sub("'", "".join(map(_plain_sign, text)))


def _plain_sign(sign: str) -> str:
    if sign.isascii() or sign in _MARKS:
        return sign if sign.isascii() else ""
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    kind = unicodedata.category(sign)
    if kind in ("Pd", "Zs"):
        return "-" if kind == "Pd" else " "
    narrow = unicodedata.normalize("NFKC", sign) if unicodedata.decomposition(sign).startswith(("<wide>", "<small>")) else sign
    return _SIGNS.get(narrow, narrow if narrow.isascii() else sign)


_TEENS = {f"{stem}teen": 10 + number for number, stem in enumerate(("thir", "four", "fif", "six", "seven", "eigh", "nine"), 3)}
_TENS = {f"{stem}ty": 10 * number for number, stem in enumerate(("twen", "thir", "for", "fif", "six", "seven", "eigh", "nine"), 2)}
_ONES = {word: number for word, number in NUMBER_WORDS.items() if " " not in word and 0 < number <= 12 and word != "couple"} | _TEENS  # noqa: PLR2004
_SMALL, _DIGITS = _ONES | _TENS, frozenset("one two three four five six seven eight nine".split())  # noqa: SIM905
_LARGE = {"dozen": 12, "hundred": 100, "thousand": 1_000, "k": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_ANY = "|".join((*_SMALL, *_LARGE, "half"))
#: Numbers in words, "two and a half million", and 1e6; quoted names stay.
_IN_WORDS = any_case(
    r"\"[^\"]*\"",
    r"(?<![\w.,-])((?P<lead>(above|over|than|below|under|least|most|exceeds?|by|of|to|min|minimum|[<>]=?)\s+)?(?P<run>(half an?|an?"
    rf"|{'|'.join(_SMALL)}|\d+(?=[ -]hundred))(([ -]| and (an? )?)({_ANY})){{0,8}})(?P<percent>\s?(%|per\s?cent))?"
    r"|(?P<digits>\d+([.,]\d+)?)e\+?(?P<zeros>\d{1,2}))(?![\w.-])",
)


#: "1/2 million", "20 000,-".
_HALF_OF = any_case(r"(?<!\S)(1/2|½)(?= (million|thousand|billion)\b)")
_NO_CENTS = lazy_regex(r"(?<=\d)[.,]--?(?![\w-])")


def with_figures(text: str) -> str:
    """The text with figures in the place of numbers in words: "fifty thousand", "half a million", "1e6"; "one" alone may be a word."""
    return _IN_WORDS.sub(_in_figures, _HALF_OF.sub("half a", _NO_CENTS.sub("", text)))


def _in_figures(found: "re.Match[str]") -> str:
    number = _number_of(found)
    return f"{found['lead'] or ''}{number}{found['percent'] or ''}" if number and number.denominator == 1 else found[0]


def _number_of(found: "re.Match[str]") -> Fraction | None:
    if not (found["run"] or found["digits"]):
        return None
    if found["digits"]:
        return Fraction(found["digits"].replace(",", ".")) * Fraction(10 ** int(found["zeros"]))
    words = [word for word in re.split(r"[ -]+", found["run"].lower()) if word not in ("a", "an", "and")]
    total, current, before = Fraction(0), Fraction(0), ""
    for word in words:
        if word in _LARGE:
            current = (current or Fraction(1)) * _LARGE[word]
            total, current = (total, current) if word == "hundred" else (total + current, Fraction(0))
        elif word == "half":
            current += Fraction(1, 2)
        elif before in _ONES or (before in _TENS and word not in _DIGITS):
            return None
        else:
            current += _SMALL.get(word) or int(word)
        before = word
    # One of few words alone may be a part of a name.
    return total + current if found["lead"] or found["percent"] or not set(words).issubset(_ONES) else None


def number_in(word: str) -> int:
    """The number of digits, or of one of ``NUMBER_WORDS``."""
    return int(word) if word.isdecimal() else NUMBER_WORDS[word.lower()]


def read_amount(text: str) -> Fraction:
    """The exact number of a text of the form ``AMOUNT``; 1.234 is grouped, 1.5 is not. Raises ValueError: it is none."""
    found = _PARTS.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no number")
    digits, times = found[1], _TIMES.get(found[2].lower(), 1)
    if _GROUPED.fullmatch(digits) and times == 1:
        return Fraction(re.sub(r"\D", "", digits))
    if (parted := _GROUPED_PART.fullmatch(digits)) and parted[2] != parted[3]:
        return Fraction(f"{re.sub(r'[^0-9]', '', parted[1])}.{parted[4]}") * times
    return Fraction(digits.replace(",", ".")) * times


_CHANNEL_ID = lazy_regex(r"<#(?P<id>[A-Z0-9]+)(?:\|[^<>]*)?>")
_CHANNEL = rf"(?:\b(?:in|into|to|on)\s+)?(?:\bthe\s+)?{_CHANNEL_ID.pattern.replace('?P<id>', '?:')}(?:\s+channels?\b)?"
#: One channel or several, with what joins them.
_CHANNELS = any_case(rf"{_CHANNEL}(\s*(,\s*and\b|,|\band\b|&amp;|\+)?\s*{_CHANNEL})*")
_ESCAPE = lazy_regex(r"&(amp|lt|gt);")
_ESCAPED = {"amp": "&", "lt": "<", "gt": ">"}


def without_channels(text: str) -> tuple[tuple[str, ...], str]:
    """The ids of the channels in a text of Slack's, each once, and the text without them and the words around them, in plain signs."""
    ids = dict.fromkeys(found["id"] for found in _CHANNEL_ID.finditer(text))
    return tuple(ids), plain_signs(unescaped(_CHANNELS.sub(" ", text)))


def unescaped(text: str) -> str:
    """Slack's text as it was typed: unescapes three characters, each once."""
    return _ESCAPE.sub(lambda found: _ESCAPED[found[1]], text) if "&" in text else text


def word_set(words: str) -> frozenset[str]:
    """The words of one text: a list of words reads better as words."""
    return frozenset(words.split())


@lru_cache(maxsize=4096)
def unaccented(word: str) -> str:
    """A word in small letters without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(sign))


def check_length(text: str, most: int = MOST_CHARACTERS, remedy: str = "") -> None:
    """Raises NotUnderstood for a longer text."""
    if len(text) > most:
        raise NotUnderstood(f"That's too long: I read up to {most:,} characters at once.", remedy=remedy)


_LONGEST_EXCERPT = 60


def excerpt(words: str) -> str:
    """A person's words for quoting in a sentence: without double quotes, at most 60 characters."""
    bare = " ".join(words.replace('"', "").split())
    return bare if len(bare) <= _LONGEST_EXCERPT else f"{bare[: _LONGEST_EXCERPT - 1]}…"


#: Similarity (0 to 1) from which a word counts as a typo of another.
LIKELY = 0.7


def near_words(word: str, known: Collection[str], *, most: int | None = None, least: float = LIKELY) -> list[tuple[str, float]]:
    """The known words similar to this one, the nearest first, each with its similarity (``least`` to 1)."""
    from rapidfuzz import process  # noqa: PLC0415  # 3 MB that only a typo needs
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    found = process.extract(word.lower(), tuple(known), scorer=OSA.normalized_similarity, score_cutoff=least, limit=most)
    return [(near, similarity) for near, similarity, _ in found]


def typos(word: str, known: str) -> int:
    from rapidfuzz.distance import OSA  # noqa: PLC0415  # as above

    return OSA.distance(word, known)


def nearest_word(word: str, known: Collection[str]) -> str:
    """The known word that this one is probably a typo of, or ""."""
    return next((near for near, _ in near_words(word, known, most=1)), "")


def say_amount(number: float) -> str:
    """A number as text that parses to the same number: ``50000``, ``2.5``."""
    return f"{number:.10f}".rstrip("0").rstrip(".")
