"""Which account a name means: by its id, its name or its handle, in any case and without accents."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.parsing.vocabulary import FILLERS
from bot.statistics.accounts import PLATFORM_PREFIX, Account, Directory, Same

#: Letters that are no accented form of another and still are typed as one.
_TYPED_AS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "’": "", "'": ""})
#: A shorter beginning of a name could be a slip of the finger.
FEWEST_LETTERS = 2
#: An id in full, as the statistics service gives it (PostPost's documentation: "linkedin-ABC123").
FULL_ID = re.compile(rf"{PLATFORM_PREFIX}[A-Za-z0-9_-]+")


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """A name as it is compared: lower case, no accents, words parted by single spaces; itself in lower case when nothing is left."""
    # Some letters come apart into capitals ("㎀").
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.casefold()).casefold())
    plain = "".join(letter for letter in apart if not unicodedata.combining(letter))
    kept = "".join(letter if letter.isalnum() else " " for letter in plain.translate(_TYPED_AS))
    return " ".join(kept.split()) or text.strip().casefold()


@lru_cache(maxsize=8192)
def _essential(text: str) -> str:
    """A folded name without the words that people say or leave out ("The Guardian" is "guardian")."""
    return " ".join(word for word in folded(text).split() if word not in FILLERS)


@dataclass(frozen=True, slots=True)
class _Index:
    """A directory's names, folded once: every question looks up several texts among hundreds of accounts.

    Whatever is found by any rule but the essential name stands in ``everything``, so that a word that is no name costs one search.
    """

    exact: Mapping[str, Account]
    by_id: Mapping[str, tuple[Account, ...]]
    by_name: Mapping[str, tuple[Account, ...]]
    by_essential_name: Mapping[str, tuple[Account, ...]]
    #: Each name between blanks.
    names: tuple[tuple[str, Account], ...]
    #: Each name, handle and id with and without "linkedin-".
    wholes: tuple[tuple[tuple[str, ...], Account], ...]
    everything: str


@lru_cache(maxsize=32)
def _indexed(same: Same[tuple[Account, ...]]) -> _Index:
    accounts = same.value
    wholes = tuple(((folded(one.name), folded(one.username), folded(one.platform_id), folded(_short_id(one))), one) for one in accounts)
    return _Index(
        exact={one.platform_id: one for one in reversed(accounts)},
        by_id=_grouped((key, one) for (_, _, *keys), one in wholes for key in keys),
        by_name=_grouped((key, one) for (*keys, _, _), one in wholes for key in keys),
        by_essential_name=_grouped((_essential(one.name), one) for one in accounts),
        names=tuple((f" {name} ", one) for (name, *_), one in wholes),
        wholes=wholes,
        everything="\n".join(key for keys, _ in wholes for key in keys),
    )


def _grouped(pairs: Iterable[tuple[str, Account]]) -> dict[str, tuple[Account, ...]]:
    """The accounts of each key, each once, in their order; nothing is called by an empty key."""
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
    said, index = name.strip('"').strip(), _indexed(Same(directory.accounts))
    if exact := index.exact.get(said) or index.exact.get(f"{PLATFORM_PREFIX}{said}"):
        return (exact,)
    owner = re.sub(r"['’]s?$", "", said)
    return _fitting(said, index) or (_fitting(owner, index) if owner != said else ())


def _fitting(said: str, index: _Index) -> tuple[Account, ...]:
    key = folded(said)
    if not key:
        return ()
    if found := index.by_id.get(key) or index.by_name.get(key) or index.by_essential_name.get(_essential(key)):
        return found
    return _fitting_in_part(key, index) if key in index.everything else ()


def _fitting_in_part(key: str, index: _Index) -> tuple[Account, ...]:
    first, word = f" {key} ", f" {key}"
    if found := tuple(account for name, account in index.names if name.startswith(first)):
        return found
    if found := tuple(account for name, account in index.names if first in name):
        return found
    if len(key) < FEWEST_LETTERS:
        return ()
    if found := tuple(account for wholes, account in index.wholes if any(whole.startswith(key) for whole in wholes)):
        return found
    return tuple(account for name, account in index.names if word in name)


def _short_id(account: Account) -> str:
    return account.platform_id.removeprefix(PLATFORM_PREFIX)


def name_inside(words: tuple[str, ...], directory: Directory) -> tuple[int, int] | None:
    """Where a whole account name of two words or more stands among these words, the longest first; None when none does."""
    keys = ['"' if word[0] == '"' else folded(word) if any(map(str.isalnum, word)) else "" for word in words]
    text = f" {' '.join(filter(None, keys))} "
    names = (name for name, _ in _indexed(Same(directory.accounts)).names if name in text)
    inside = [bare for name in names if " " in (bare := name.strip())]
    return _place(keys, max(inside, key=len)) if inside else None


def _place(keys: list[str], name: str) -> tuple[int, int] | None:
    """The words that together fold to this name; a word may fold to several, or to none."""
    for start, first in enumerate(keys):
        built = first
        for end in range(start + 1, len(keys) + 1):
            if built == name:
                return start, end
            if not built or len(built) > len(name) or end == len(keys):
                break
            built = f"{built} {keys[end]}".rstrip()
    return None


def name_pieces(words: Sequence[str], directory: Directory) -> Iterator[tuple[str, tuple[Account, ...]]]:
    """These words cut into names, the longest first, each with the accounts it means: none for a word that is no name."""
    at = 0
    while at < len(words):
        length, found = _longest_name(words[at:], directory)
        yield " ".join(words[at : at + length]), found
        at += length


def names_among(words: Sequence[str], directory: Directory) -> tuple[list[Account], list[str]]:
    """The accounts that parts of these words name, and the words that name none."""
    pieces = list(name_pieces(words, directory))
    named = dict.fromkeys(account for _, found in pieces for account in found)
    return list(named), [piece for piece, found in pieces if not found]


def _longest_name(words: Sequence[str], directory: Directory) -> tuple[int, tuple[Account, ...]]:
    for length in range(len(words), 0, -1):
        if found := matching(" ".join(words[:length]), directory):
            return length, found
    return 1, ()


def id_word(platform_id: str) -> str:
    """An id as a word of a question: quoted where it would fall apart."""
    return platform_id if FULL_ID.fullmatch(platform_id) else f'"{platform_id.replace(chr(34), " ")}"'


def name_word(account: Account, accounts: tuple[Account, ...]) -> str:
    """The word that means this account and no other: its name in quotes, or its id where several share the name."""
    key = f" {folded(account.name)} "
    shared = sum(name == key for name, _ in _indexed(Same(accounts)).names) > 1
    return id_word(account.platform_id) if shared or not account.name.strip('" ') or '"' in account.name else f'"{account.name.strip()}"'
