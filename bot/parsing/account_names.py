"""Resolves an account by its id, name or handle, in any case and without accents."""

import re
import sys
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from bot.errors import NotUnderstood
from bot.parsing.text import near_words, word_set
from bot.parsing.vocabulary import CHATTER, FILLERS
from bot.statistics.reports import FULL_ID, PLATFORM_PREFIX, Account, Directory, Same, id_word

NOT_WITHOUT = "{kind} is about one account, a group or the team, not all “{words}”."
#: Words for all accounts.
EVERYBODY = frozenset({"all", "team", "everyone", "everybody"})
#: Words before accounts that are left out, and between these and the accounts.
EXCEPT = frozenset({"except", "excluding", "but", "without", "minus", "other", "apart", "besides"})
_AFTER_EXCEPT = FILLERS | {"than", "from", "not", "the", "for"}

#: Letters that are also typed as two ("Mueller").
_TWO_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})
#: Letters typed as others though Unicode does not decompose them.
_TYPED_AS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "’": "", "'": ""})
#: The fewest letters of a name's beginning that match.
FEWEST_LETTERS = 2
#: Words of any sentence, which are no beginning of a name: "opt me out" is not about Mensah, and "ok" not about Okafor.
_NO_BEGINNING = CHATTER | word_set(
    "me my mine us we our ours you your yours he him his she her hers they them their it its this that men women"
)
#: Similarity from which a word counts as a typo of another (1 is the same word).
NEAR = 0.66
#: The most accounts with similar names that are suggested.
MOST_NEAR = 5
#: A word in this many accounts' names or more does not identify them ("linkedin").
_FEW = 50
#: The most words of a name in a list of names without quotes.
_MOST_WORDS = 24


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    # Some letters decompose into capitals ("㎀").
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.casefold()).casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    letters = "".join(letter if letter.isalnum() else " " for letter in plain.translate(_TYPED_AS))
    return " ".join(letters.split()) or text.strip().casefold()


def _in_two_letters(text: str) -> str:
    """A name in small letters as it is typed without umlauts: "mueller"; unchanged where it has none."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFC", text).casefold()
    return typed if (typed := plain.translate(_TWO_LETTERS)) != plain else text


@lru_cache(maxsize=8192)
def _essential(text: str) -> str:
    """A folded name without optional words ("The Guardian" is "guardian")."""
    return " ".join(word for word in folded(text).split() if word not in FILLERS)


class _Index(Struct, frozen=True):
    """The folded names, handles and ids of a directory. A look-up takes the same time for eight accounts and for thousands."""

    exact: Mapping[str, Account]
    by_id: Mapping[str, tuple[Account, ...]]
    by_name: Mapping[str, tuple[Account, ...]]
    by_essential_name: Mapping[str, tuple[Account, ...]]
    #: The number of accounts with this folded name.
    name_counts: Mapping[str, int]
    #: The distinct word counts of folded names of two words or more.
    name_lengths: tuple[int, ...]
    #: Each account with its folded name (between blanks), and its folded name, handle and id with and without "linkedin-".
    entries: tuple[tuple[str, tuple[str, ...], Account], ...]
    #: The positions in ``entries`` of each word of a name, handle or id.
    places: Mapping[str, tuple[int, ...]]
    #: The keys of ``places`` in alphabetical order.
    words: tuple[str, ...]
    #: Every spelling that typos are compared with, and its accounts.
    spellings: Mapping[str, tuple[Account, ...]]
    #: The most words of a name.
    longest_name: int


@lru_cache(maxsize=32)
def _indexed(same: Same[tuple[Account, ...]]) -> _Index:
    accounts = same.value
    wholes = tuple(
        ((folded(name), folded(one.username), folded(one.platform_id), folded(one.platform_id.removeprefix(PLATFORM_PREFIX))), one)
        for one in accounts
        for name in dict.fromkeys((one.name, _in_two_letters(one.name)))
    )
    places: dict[str, dict[int, None]] = {}
    for place, (keys, _) in enumerate(wholes):
        for word in {word for key in keys for word in key.split()}:
            places.setdefault(word, {})[place] = None
    names = Counter(name for (name, *_), _ in wholes)
    longest = max((len(one.name.split()) for one in accounts), default=1)
    return _Index(
        exact={one.platform_id: one for one in reversed(accounts)},
        by_id=_grouped((key, one) for (_, _, *keys), one in wholes for key in keys),
        by_name=_grouped((key, one) for (*keys, _, _), one in wholes for key in keys),
        by_essential_name=_grouped((_essential(one.name), one) for one in accounts),
        name_counts=names,
        name_lengths=tuple(sorted({length for name in names if (length := name.count(" ") + 1) > 1})),
        entries=tuple((f" {keys[0]} ", keys, one) for keys, one in wholes),
        places={word: tuple(found) for word, found in places.items()},
        words=tuple(sorted(places)),
        spellings=_grouped((key, one) for (*keys, _), one in wholes for key in (*keys, *keys[0].split())),
        longest_name=min(longest + 1, _MOST_WORDS),
    )


def _grouped(pairs: Iterable[tuple[str, Account]]) -> dict[str, tuple[Account, ...]]:
    """The accounts of each key, each once, in order; without empty keys."""
    found: dict[str, dict[str, Account]] = {}
    for key, account in pairs:
        if key:
            found.setdefault(key, {})[account.platform_id] = account
    return {key: tuple(accounts.values()) for key, accounts in found.items()}


def matching(name: str, directory: Directory) -> tuple[Account, ...]:
    """The accounts that a name means: none, one, or several that fit equally well.

    The first of these that fits decides: the id as it is, with or without "linkedin-"; the id in any case; the name or the handle; the
    first words of the name; any of its words; its beginning; the beginning of one of its words.
    """
    return _matching(name, Same(directory.accounts))


@lru_cache(maxsize=512)
def _matching(name: str, accounts: Same[tuple[Account, ...]]) -> tuple[Account, ...]:
    text, index = name.strip('"').strip(), _indexed(accounts)
    if exact := index.exact.get(text) or index.exact.get(f"{PLATFORM_PREFIX}{text}"):
        return (exact,)
    owner = re.sub(r"['’]s?$|^[dl]['’](?=\w\w)", "", text)
    spellings = dict.fromkeys((text, owner, _in_two_letters(text)))
    found = next(filter(None, (_fitting(one, index) for one in spellings)), ())
    if not found and (stem := folded(text).removesuffix("s")) in index.places and len(stem) >= FEWEST_LETTERS:
        # "Anns" is Ann's.
        found = _fitting(stem, index)
    # An account with an umlaut is in the index under two names.
    return tuple({account.platform_id: account for account in found}.values()) if len(found) > 1 else found


def _fitting(name: str, index: _Index) -> tuple[Account, ...]:
    key = folded(name)
    if not key:
        return ()
    if found := index.by_id.get(key) or index.by_name.get(key) or index.by_essential_name.get(_essential(key)):
        return found
    return _fitting_in_part(key, index)


def _fitting_in_part(key: str, index: _Index) -> tuple[Account, ...]:
    first, word = f" {key} ", f" {key}"
    *whole_words, last = key.split()
    # Every word but the last is a word of the name; the last may be a beginning.
    common = min((index.places.get(one, ()) for one in whole_words), key=len, default=index.places.get(last, ()))
    beginning = _beginning_with(last, index) if not whole_words or len(common) > _FEW else common
    entries = [index.entries[place] for place in (min(common, beginning, key=len) if whole_words else common)]
    if found := tuple(account for name, _, account in entries if name.startswith(first)):
        return found
    if found := tuple(account for name, _, account in entries if first in name):
        return found
    if len(key) < FEWEST_LETTERS or key in _NO_BEGINNING:
        return ()
    if not whole_words:
        entries = [index.entries[place] for place in beginning]
    if found := tuple(account for _, keys, account in entries if any(one.startswith(key) for one in keys)):
        return found
    return tuple(account for name, _, account in entries if word in name)


def _beginning_with(beginning: str, index: _Index) -> Sequence[int]:
    """The positions in ``entries`` of words with this beginning, in order."""
    start = bisect_left(index.words, beginning)
    end = bisect_left(index.words, beginning + chr(sys.maxunicode), lo=start)
    return sorted({place for word in index.words[start:end] for place in index.places[word]})


def longest_name(directory: Directory) -> int:
    return _indexed(Same(directory.accounts)).longest_name


def names_inside(words: Sequence[str], directory: Directory) -> list[tuple[int, int]]:
    """The positions of whole account names of two words or more, the longest first, without overlaps."""
    keys = ['"' if word[0] == '"' else folded(word) if any(map(str.isalnum, word)) else "" for word in words]
    index, found = _indexed(Same(directory.accounts)), []
    for start in range(len(keys) if index.name_lengths else 0):
        for length, end in _ends(keys, start, index.name_lengths[-1]):
            name = " ".join(filter(None, keys[start:end]))
            if length > 1 and name in index.name_counts:
                found.append((-len(name), start, end))
    places: list[tuple[int, int]] = []
    taken: set[int] = set()
    for _, start, end in sorted(found):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            places.append((start, end))
    return places


def _ends(keys: Sequence[str], start: int, most: int) -> Iterator[tuple[int, int]]:
    """The end positions after ``start`` with their numbers of folded words, up to ``most``; a word may fold to several, or to none."""
    length = 0
    if keys[start]:
        for end in range(start + 1, min(len(keys), start + 2 * most) + 1):
            length += keys[end - 1].count(" ") + 1 if keys[end - 1] else 0
            if length > most:
                return
            if keys[end - 1]:
                yield length, end


def name_pieces(words: Sequence[str], directory: Directory) -> Iterator[tuple[str, tuple[Account, ...]]]:
    """These words split into names, the longest first, each with its accounts: none for a word that is no name."""
    most, at = _indexed(Same(directory.accounts)).longest_name, 0
    known: dict[str, tuple[Account, ...]] = {}
    while at < len(words):
        for length in range(min(most, len(words) - at), 0, -1):
            text = " ".join(words[at : at + length])
            if text not in known:
                known[text] = matching(text, directory)
            if known[text] or length == 1:
                yield text, known[text]
                at += length
                break


def names_among(words: Sequence[str], directory: Directory) -> tuple[list[Account], list[str]]:
    """The accounts that parts of these words name, and the words that name none."""
    pieces = list(name_pieces(words, directory))
    named = dict.fromkeys(account for _, found in pieces for account in found)
    return list(named), [piece for piece, found in pieces if not found]


def near_spellings(text: str, directory: Directory) -> list[tuple[Account, float]]:
    """Accounts with a similar name, word of the name, handle or id, the nearest first, with the similarity."""
    index = _indexed(Same(directory.accounts))
    found: dict[str, tuple[Account, float]] = {}
    for spelling, similarity in near_words(folded(text.strip('"')), index.spellings, least=NEAR):
        for account in index.spellings[spelling]:
            found.setdefault(account.platform_id, (account, similarity))
            if len(found) == MOST_NEAR:
                return list(found.values())
    return list(found.values())


def name_word(account: Account, accounts: tuple[Account, ...]) -> str:
    """The word for exactly this account: its name in quotes, or its id where several share the name."""
    shared = _indexed(Same(accounts)).name_counts[folded(account.name)] > 1
    return id_word(account.platform_id) if shared or not account.name.strip('" ') or '"' in account.name else f'"{account.name.strip()}"'


def with_names(text: str, directory: Directory) -> str:
    """The text with the names of accounts in the place of their ids, for people to read."""
    return FULL_ID.sub(lambda found: next((name_word(one, directory.accounts) for one in matching(found[0], directory)), found[0]), text)


def left_out_at(words: Sequence[str], directory: Directory) -> int:
    """Where "except", "but" or the like stands before accounts that several others are without ("all except bob"); -1 for nowhere."""
    for at, word in enumerate(words[:-1]):
        behind = next((one for one in words[at + 1 :] if one.lower() not in _AFTER_EXCEPT), "")
        if word.lower() in EXCEPT and behind and matching(behind, directory) and any(one.lower() in EVERYBODY for one in words[:at]):
            return at
    return -1


def refuse_left_out(words: Sequence[str], directory: Directory, kind: str) -> None:
    """Raises NotUnderstood for "everyone except bob" where one account, or all, can be meant."""
    if (at := left_out_at(words, directory)) < 0:
        return
    gone = {account.platform_id for word in words[at + 1 :] for account in matching(word, directory)}
    others = (name_word(account, directory.accounts) for account in directory.accounts if account.platform_id not in gone)
    sentence = NOT_WITHOUT.format(kind=kind, words=" ".join(words[at:]).replace('"', ""))
    raise NotUnderstood(sentence, remedy="Make a group of the others, and name it:", suggestions=(f"group others = {', '.join(others)}",))
