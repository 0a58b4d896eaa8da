"""What was probably meant: the nearest words and accounts, as whole questions that can be pasted."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from bot.errors import AmbiguousAccount, NotUnderstood, UnknownAccount, UsageError
from bot.parsing.account_names import NEAR, id_word, matching, name_word, names_among, near_spellings
from bot.parsing.tokens import TokenMeanings
from bot.parsing.vocabulary import DEFAULT, KNOWN_PHRASES, KNOWN_WORDS, is_quoted
from bot.statistics.accounts import Account, Directory
from bot.statistics.periods import MOST_DAYS
from bot.statistics.posts import PostRef

SEVERAL_FIT = "“{name}” could be {names}."
SUGGESTIONS_SEVERAL_REMEDY = "Say which one:"
NO_SUCH_ACCOUNT = "I know no account called “{name}”."
ONE_ACCOUNT = "I can show one account at a time."
ONE_ACCOUNT_REMEDY = "Ask for each on its own:"
NO_MEANING = "I do not know what to do with “{words}”: it is neither an account here nor a word of mine."
SUGGESTIONS_DID_YOU_MEAN = "Did you mean one of these?"
SEE_HELP = "`accounts` lists the accounts, and `help` what I understand."
AND_MORE = "{names} and {count} more"


MOST_SUGGESTIONS = 5
_MOST_QUOTED = 60
#: So many accounts are tried in a question until enough of them can be suggested.
_MOST_TRIED = 20
_MOST_NAMED = 4
#: More unknown words or letters than these are no slip of the finger.
_MOST_UNKNOWN = 12
_MOST_LETTERS = 200

#: Gives the account a text asks about (None: none is named); raises UsageError for a text that cannot be asked.
SuggestionCheck = Callable[[str], str | None]


def not_understood(words: TokenMeanings, posts: Sequence[PostRef], directory: Directory, check: SuggestionCheck) -> UsageError:
    """The error for words whose rest names no one account, with questions that can be asked instead."""
    if len(words.rest_words) > _MOST_UNKNOWN or len(words.rest) > _MOST_LETTERS:
        return NotUnderstood(NO_MEANING.format(words=_quoted(words.rest)), remedy=SEE_HELP)
    question = _Question(words, tuple(post.urn for post in posts), check)
    found = matching(words.rest, directory)
    if found:
        return _several(question, found, directory)
    named, unknown = names_among(words.rest_words, directory)
    if not unknown:
        return NotUnderstood(ONE_ACCOUNT, remedy=ONE_ACCOUNT_REMEDY, suggestions=question.with_accounts(named, directory))
    return _unknown(question, unknown or words.rest_words, directory, alone=not named and not posts)


class _Question:
    """A question whose parts can be exchanged; it gives only texts that can be asked."""

    def __init__(self, words: TokenMeanings, urns: tuple[str, ...], check: SuggestionCheck) -> None:
        self._words, self._urns, self._check = words, urns, check

    @property
    def wants_default(self) -> bool:
        """Whether an account is named to be the channel's."""
        return self._words.verb == DEFAULT

    @property
    def rest(self) -> str:
        """The words that name no one account."""
        return self._words.rest

    def with_accounts(self, accounts: Iterable[Account], directory: Directory) -> tuple[str, ...]:
        """The question with each of these accounts in place of all that was left."""
        return tuple(islice(self._naming(accounts, directory), MOST_SUGGESTIONS))

    def _naming(self, accounts: Iterable[Account], directory: Directory) -> Iterator[str]:
        for account in islice(accounts, _MOST_TRIED):
            for word in (name_word(account, directory.accounts), id_word(account.platform_id)):
                text = self._text({}, word)
                if self._asked(text) == account.platform_id:
                    yield text
                    break

    def corrected(self, instead: dict[str, str]) -> str:
        """The question with some words exchanged ("" leaves one out), or "" when it could still not be asked."""
        text = self._text(instead, "")
        return text if text and self._asked(text) != "" else ""

    def _asked(self, text: str) -> str | None:
        try:
            return self._check(text)
        except UsageError:
            return ""

    def _text(self, instead: dict[str, str], account: str) -> str:
        """The words in their order; with ``account``, it stands in the place of the first word that was left, and the others are gone."""
        parts, left = list(self._urns), set(self._words.rest_words) if account else set()
        for word in self._words.said:
            if word not in left:
                parts.append(instead.get(word, word))
            elif account not in parts:
                parts.append(account)
        return " ".join(filter(None, parts))


def _several(question: _Question, found: tuple[Account, ...], directory: Directory) -> AmbiguousAccount:
    names = [account.name for account in found[:_MOST_NAMED]]
    listed = ", ".join(names[:-1]) + f" or {names[-1]}"
    if len(found) > _MOST_NAMED:
        listed = AND_MORE.format(names=", ".join(names), count=len(found) - _MOST_NAMED)
    sentence = SEVERAL_FIT.format(name=_quoted(question.rest), names=listed)
    return AmbiguousAccount(sentence, remedy=SUGGESTIONS_SEVERAL_REMEDY, suggestions=question.with_accounts(found, directory))


def _unknown(question: _Question, unknown: Sequence[str], directory: Directory, *, alone: bool) -> UsageError:
    said = _quoted(" ".join(unknown))
    near = near_spellings(" ".join(unknown), directory)
    texts, likeness = question.with_accounts([account for account, _ in near], directory), near[0][1] if near else 0.0
    corrected = tuple(dict.fromkeys(filter(None, (question.corrected(instead) for instead in _corrections(unknown, alone=alone)))))
    word_likeness = max((likeness for _, likeness in _near_words(" ".join(unknown))), default=0.0)
    if question.wants_default or (texts and likeness > word_likeness):
        suggested = (*texts, *corrected)[:MOST_SUGGESTIONS]
        sentence = NO_SUCH_ACCOUNT.format(name=_quoted(question.rest))
        return UnknownAccount(sentence, remedy=SUGGESTIONS_DID_YOU_MEAN if suggested else SEE_HELP, suggestions=suggested)
    suggested = (*corrected, *texts)[:MOST_SUGGESTIONS]
    return NotUnderstood(NO_MEANING.format(words=said), remedy=SUGGESTIONS_DID_YOU_MEAN if suggested else SEE_HELP, suggestions=suggested)


def _corrections(unknown: Sequence[str], *, alone: bool) -> Iterator[dict[str, str]]:
    """What to write in place of the unknown words: known words that are near, or nothing.

    Words that stand ``alone`` are not just left out: what remained would ask about another account than was meant.
    """
    first, *others = unknown
    for phrase, _ in _near_words(" ".join(unknown)):
        yield {first: phrase, **dict.fromkeys(others, "")}
    if others:
        each = {word: next((near for near, _ in _near_words(word)), "") for word in unknown}
        if any(each.values()):
            yield each
    if not alone:
        yield dict.fromkeys(unknown, "")


def _near_words(text: str) -> list[tuple[str, float]]:
    """Known words and phrases near to this one, the nearest first, with how near they are."""
    said = text.strip('"').lower()
    if said.isdecimal() and 0 < int(said) <= MOST_DAYS:
        return [(f"{int(said)}d", 1.0)]
    if is_quoted(text) and said in (*KNOWN_WORDS, *KNOWN_PHRASES):
        return [(said, 1.0)]
    near = process.extract(
        said,
        (*KNOWN_WORDS, *KNOWN_PHRASES),
        scorer=DamerauLevenshtein.normalized_similarity,
        score_cutoff=NEAR,
        limit=2,
    )
    return [(word, score) for word, score, _ in near]


def near_accounts(text: str, directory: Directory) -> list[Account]:
    """Accounts whose names are near to this text, the nearest first."""
    return [account for account, _ in near_spellings(text, directory)]


def _quoted(words: str) -> str:
    bare = " ".join(words.replace('"', "").split())
    return bare if len(bare) <= _MOST_QUOTED else f"{bare[: _MOST_QUOTED - 1]}…"
