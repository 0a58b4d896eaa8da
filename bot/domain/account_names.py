"""Which account a name means: by its id, its name or its handle, in any case and without accents."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from bot.domain.accounts import PLATFORM_PREFIX, Account, Directory
from bot.domain.vocabulary import FILLERS

#: Letters that are no accented form of another and still are typed as one.
_TYPED_AS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "’": "", "'": ""})
#: A shorter beginning of a name could be a slip of the finger.
FEWEST_LETTERS = 2
#: An id in full, as the statistics service gives it (PostPost's documentation: "linkedin-ABC123").
FULL_ID = re.compile(rf"{PLATFORM_PREFIX}[A-Za-z0-9_-]+")


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """A name as it is compared: lower case, no accents, words parted by single spaces; itself in lower case when nothing is left."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter))
    kept = "".join(letter if letter.isalnum() else " " for letter in plain.translate(_TYPED_AS))
    return " ".join(kept.split()) or text.strip().casefold()


@lru_cache(maxsize=8192)
def _essential(text: str) -> str:
    """A folded name without the words that people say or leave out ("The Guardian" is "guardian")."""
    return " ".join(word for word in folded(text).split() if word not in FILLERS)


def matching(name: str, directory: Directory) -> tuple[Account, ...]:
    """The accounts that a name means: none, one, or several that fit equally well.

    The first of these that fits decides: the id as it is, with or without "linkedin-"; the id in any case; the name or the handle; the
    first words of the name; any of its words; its beginning; the beginning of one of its words.
    """
    said = name.strip('"').strip()
    if exact := directory.get(said) or directory.get(f"{PLATFORM_PREFIX}{said}"):
        return (exact,)
    return _fitting(said, directory.accounts) or _fitting(re.sub(r"['’]s?$", "", said), directory.accounts)


def _fitting(said: str, accounts: tuple[Account, ...]) -> tuple[Account, ...]:
    key = folded(said)
    for fits in _RULES:
        if found := tuple(account for account in accounts if fits(account, key)):
            return found
    return ()


def _by_id(account: Account, key: str) -> bool:
    return key in (folded(account.platform_id), folded(_short_id(account)))


def _by_name(account: Account, key: str) -> bool:
    return key in (folded(account.name), folded(account.username)) and bool(key)


def _by_essential_name(account: Account, key: str) -> bool:
    return bool(essential := _essential(key)) and essential == _essential(account.name)


def _by_first_words(account: Account, key: str) -> bool:
    return bool(key) and f"{folded(account.name)} ".startswith(f"{key} ")


def _by_words(account: Account, key: str) -> bool:
    return bool(key) and f" {key} " in f" {folded(account.name)} "


def _by_beginning(account: Account, key: str) -> bool:
    wholes = (account.name, account.username, account.platform_id, _short_id(account))
    return len(key) >= FEWEST_LETTERS and any(folded(whole).startswith(key) for whole in wholes)


def _by_beginning_of_word(account: Account, key: str) -> bool:
    return len(key) >= FEWEST_LETTERS and f" {key}" in f" {folded(account.name)}"


_RULES: tuple[Callable[[Account, str], bool], ...] = (
    _by_id,
    _by_name,
    _by_essential_name,
    _by_first_words,
    _by_words,
    _by_beginning,
    _by_beginning_of_word,
)


def _short_id(account: Account) -> str:
    return account.platform_id.removeprefix(PLATFORM_PREFIX)


def name_inside(words: tuple[str, ...], directory: Directory) -> tuple[int, int] | None:
    """Where a whole account name of two words or more stands among these words, the longest first; None when none does."""
    keys = ['"' if word[0] == '"' else folded(word) if any(map(str.isalnum, word)) else "" for word in words]
    text = f" {' '.join(filter(None, keys))} "
    names = (folded(account.name) for account in directory.accounts)
    inside = [name for name in names if " " in name and f" {name} " in text]
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


def name_word(account: Account, accounts: Iterable[Account]) -> str:
    """The word that means this account and no other: its name in quotes, or its id where several share the name."""
    key = folded(account.name)
    shared = sum(folded(other.name) == key for other in accounts) > 1
    return id_word(account.platform_id) if shared or not account.name.strip('" ') or '"' in account.name else f'"{account.name.strip()}"'
