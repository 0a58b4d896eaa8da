"""What was probably meant: the nearest words and accounts, as whole questions that can be pasted."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from bot.errors import AmbiguousAccount, NotUnderstood, UnknownAccount, UsageError
from bot.parsing.account_names import NEAR, id_word, matching, name_word, names_among, near_spellings
from bot.parsing.dates import HOLIDAYS
from bot.parsing.languages import sentence_in
from bot.parsing.text import excerpt, near_words
from bot.parsing.tokens import TokenMeanings
from bot.parsing.vocabulary import ACCOUNTS, BETWEEN, DEFAULT, HELP, KNOWN_PHRASES, KNOWN_WORDS, is_quoted
from bot.statistics.posts import PostRef
from bot.statistics.reports import MOST_DAYS, Account, Directory

SEVERAL_FIT = "“{name}” could be {names}."
SUGGESTIONS_SEVERAL_REMEDY = "Say which one:"
NO_SUCH_ACCOUNT = "I don't know an account called “{name}”."
ONE_ACCOUNT = "I can show one account at a time."
ONE_ACCOUNT_REMEDY = "Ask for each on its own:"
NO_MEANING = "I didn't understand “{words}”."
SUGGESTIONS_DID_YOU_MEAN = "Did you mean one of these?"
SEE_HELP = "`accounts` lists the accounts, and `help` shows what I understand."
AND_MORE = "{names} and {count} more"
NOT_GIVEN = "PostPost doesn't give {word}."
GIVEN = "It gives impressions, reach, reactions, comments and reshares; a card shows them with the engagement rate."
NO_HOLIDAYS = "I don't know holidays such as “{word}”."
NAME_DAYS = "Name the days, like `24-26 dec`."
NO_RHYTHM = "“{word}” says how often, and I answer a question once."
SET_UP = "For figures that come regularly, use `digest`, like `digest acme every Monday 9:00`."
NO_ZONES = "“{word}” is a time zone, but LinkedIn counts days in UTC."
ZONES_REMEDY = "Leave it out. Only digests and alerts have a time zone."
NO_STOPPING = "I'm not sure what you mean by “{word}”."
STOP_REMEDY = "`digest list`, `alert list` and `goals` show what is set up here, each with its buttons to pause, change or delete it."

NO_NUMBER = "I can't tell what “{word}” is for."
SAY_NUMBER = "Numbers go with a word: `top 5`, `board min 500`, `7d`, `goal impressions 50000 month`."
HOW_MANY = "“{word}” isn't a number."
SAY_HOW_MANY = "Say how many, like `last 3 days`."

#: Words of a question that are no name and have a meaning which a question cannot have, by the sentence, the remedy, and what can be asked.
_REASONS = tuple(
    (frozenset(words.split()), sentence, remedy, texts)
    for words, sentence, remedy, texts in (
        (
            """
            click clicks ctr save saves bookmarks follower followers subscribers conversions leads spend cost cpc cpm revenue roi
            demographics demographic audience industries countries seniority sends dms visitors visits video videos watch profile hashtags
            """,
            NOT_GIVEN,
            GIVEN,
            (),
        ),
        (" ".join(word for word in HOLIDAYS if " " not in word), NO_HOLIDAYS, NAME_DAYS, ()),
        (
            "every each hourly weekly biweekly fortnightly monthly quarterly yearly annually weekdays weekends",
            NO_RHYTHM,
            SET_UP,
            ("digest list", "help digests"),
        ),
        (
            """
            utc gmt est edt cst cdt mst mdt pst pdt cet cest bst ist jst aest aedt eet eest wet west msk hst akst mez mesz sgt hkt kst sast
            """,
            NO_ZONES,
            ZONES_REMEDY,
            (),
        ),
        (
            "settings preferences configuration config unsubscribe subscribe stop pause resume mute cancel delete digest digests alerts",
            NO_STOPPING,
            STOP_REMEDY,
            ("digest list", "alert list", "goals"),
        ),
        ("few several some", HOW_MANY, SAY_HOW_MANY, ("last 3 days", "7d", "last week")),
    )
)
#: Figures of several words that PostPost does not give, though one of the words means something.
_NOT_GIVEN = re.compile(
    r"\b(?:(?:video|profile|page|story|newsletter) (?:views?|visits?|impressions|viewers)"
    r"|views? of (?:a |the |my |our |this )?(?:video|profile|page|story)s?|(?:unique|page|profile) (?:visitors|viewers)"
    r"|watch(?:ing)? time|dwell time|completion rate|search appearances|(?:new |total )?followers?(?: growth| count| gained)?"
    r"|(?:link |website )?clicks?(?:[- ]through(?: rate)?)?)\b"
)
MOST_SUGGESTIONS = 5
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
    foreign = "" if words.verb == DEFAULT or matching(words.rest, directory) else sentence_in(words.tokens[:_MOST_UNKNOWN])
    if len(words.rest_words) > _MOST_UNKNOWN or len(words.rest) > _MOST_LETTERS:
        if foreign:
            return NotUnderstood(foreign, suggestions=always(directory))
        return NotUnderstood(NO_MEANING.format(words=excerpt(words.rest)), remedy=SEE_HELP)
    question = _Question(words, tuple(post.urn for post in posts), check)
    found = matching(words.rest, directory)
    if found:
        return _several(question, found, directory)
    named, unknown = names_among(words.rest_words, directory)
    if not unknown:
        return NotUnderstood(ONE_ACCOUNT, remedy=ONE_ACCOUNT_REMEDY, suggestions=question.with_accounts(named, directory))
    alone = not named and not posts
    if foreign:
        without = question.corrected(dict.fromkeys(unknown, "")) if not alone else ""
        return NotUnderstood(foreign, suggestions=_three(without, directory, several=True))
    return _unknown(question, unknown, directory, alone=alone)


class _Question:
    """A question whose parts can be exchanged; it gives only texts that can be asked."""

    def __init__(self, words: TokenMeanings, urns: tuple[str, ...], check: SuggestionCheck) -> None:
        self._words, self._urns, self._check = words, urns, check

    @property
    def wants_default(self) -> bool:
        """Whether the words set the channel's default account."""
        return self._words.verb == DEFAULT

    @property
    def rest(self) -> str:
        """The words that do not name exactly one account."""
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
        for word in self._words.tokens:
            if account and word.lower() in BETWEEN:
                continue
            if word not in left:
                parts.append(instead.get(word, word))
            elif account not in parts:
                parts.append(account)
        return " ".join(filter(None, parts))


def _several(question: _Question, found: tuple[Account, ...], directory: Directory) -> AmbiguousAccount:
    return several_accounts(question.rest, found, question.with_accounts(found, directory))


def several_accounts(name: str, found: tuple[Account, ...], texts: tuple[str, ...]) -> AmbiguousAccount:
    """The error for a name that means several accounts; ``texts`` can be asked instead."""
    names = [account.name for account in found[:_MOST_NAMED]]
    listed = ", ".join(names[:-1]) + f" or {names[-1]}"
    if len(found) > _MOST_NAMED:
        listed = AND_MORE.format(names=", ".join(names), count=len(found) - _MOST_NAMED)
    return AmbiguousAccount(SEVERAL_FIT.format(name=excerpt(name), names=listed), remedy=SUGGESTIONS_SEVERAL_REMEDY, suggestions=texts)


def _unknown(question: _Question, unknown: Sequence[str], directory: Directory, *, alone: bool) -> UsageError:
    near = near_spellings(" ".join(unknown), directory)
    texts, likeness = question.with_accounts([account for account, _ in near], directory), near[0][1] if near else 0.0
    corrected = tuple(dict.fromkeys(filter(None, (question.corrected(instead) for instead in _corrections(unknown, alone=alone)))))
    word_likeness = max((likeness for _, likeness in _near_words(" ".join(unknown))), default=0.0)
    if question.wants_default or (texts and likeness > word_likeness):
        suggested = (*texts, *corrected)[:MOST_SUGGESTIONS]
        sentence = NO_SUCH_ACCOUNT.format(name=excerpt(question.rest))
        return UnknownAccount(sentence, remedy=SUGGESTIONS_DID_YOU_MEAN if suggested else SEE_HELP, suggestions=suggested)
    if reason := _reason(unknown):
        sentence, remedy, instead = reason
        without = question.corrected(dict.fromkeys(unknown, "")) if not alone else ""
        return NotUnderstood(sentence, remedy=remedy, suggestions=instead or _three(without, directory, several=False))
    suggested = (*corrected, *texts)[:MOST_SUGGESTIONS]
    if not suggested and all(re.fullmatch(r"[\d.,']+", word) for word in unknown):
        return NotUnderstood(NO_NUMBER.format(word=" ".join(unknown)), remedy=SAY_NUMBER, suggestions=always(directory))
    if not suggested:
        return NotUnderstood(NO_MEANING.format(words=excerpt(" ".join(unknown))), remedy=SEE_HELP, suggestions=always(directory))
    return NotUnderstood(NO_MEANING.format(words=excerpt(" ".join(unknown))), remedy=SUGGESTIONS_DID_YOU_MEAN, suggestions=suggested)


def _reason(unknown: Sequence[str]) -> tuple[str, str, tuple[str, ...]] | None:
    """The sentence, the remedy and texts that can be asked, where one of these words means what a question cannot have; else None."""
    lower = [word.lower() for word in unknown]
    for word in lower:
        for words, sentence, remedy, texts in _REASONS:
            if word in words:
                return sentence.format(word=word), remedy, texts
    return None


def not_given(words: Sequence[str]) -> str:
    """The sentence about a figure among these words that PostPost does not give; "" when there is none."""
    found = next((word for word in words if word.lower() in _REASONS[0][0]), "")
    return NOT_GIVEN.format(word=found) if found else ""


def check_given(tokens: Sequence[str], directory: Directory) -> None:
    """Raises NotUnderstood for a figure that PostPost does not give, though a word of it means something ("profile views")."""
    found = _NOT_GIVEN.search(" ".join(word.lower() for word in tokens if not is_quoted(word)))
    if found and not matching(found[0], directory):
        raise NotUnderstood(NOT_GIVEN.format(word=found[0]), remedy=GIVEN, suggestions=always(directory))


def _three(first: str, directory: Directory, *, several: bool) -> tuple[str, ...]:
    """What can be asked: ``first`` where there is one, and beside it, with ``several``, what always can."""
    if first and not several:
        return (first,)
    return tuple(dict.fromkeys(filter(None, (first, *always(directory)))))[:3]


def always(directory: Directory) -> tuple[str, ...]:
    """Questions that can always be asked, the first about one of the person's own accounts."""
    first = tuple(f"{name_word(account, directory.accounts)} last week" for account in directory.accounts[:1])
    return (*first, ACCOUNTS, HELP)


def _corrections(unknown: Sequence[str], *, alone: bool) -> Iterator[dict[str, str]]:
    """What to write in place of the unknown words: known words that are near, or nothing.

    Words that stand ``alone`` are not just left out: what remained would ask about another account than was meant.
    """
    first, *others = unknown
    for phrase, _ in _near_words(" ".join(unknown)):
        yield {first: phrase, **dict.fromkeys(others, "")}
    if others:
        each = {word: next((near for near, _ in _near_words(word)), "") for word in unknown}
        if all(each.values()):
            yield each
    if not alone:
        yield dict.fromkeys(unknown, "")


def _near_words(text: str) -> list[tuple[str, float]]:
    """Known words and phrases near to this one, the nearest first, with how near they are."""
    tokens = text.strip('"').lower()
    if tokens.isdecimal() and 0 < int(tokens) <= MOST_DAYS:
        return [(f"{int(tokens)}d", 1.0)]
    if is_quoted(text) and tokens in (*KNOWN_WORDS, *KNOWN_PHRASES):
        return [(tokens, 1.0)]
    return near_words(tokens, (*KNOWN_WORDS, *KNOWN_PHRASES), most=2, least=NEAR)


def near_accounts(text: str, directory: Directory) -> list[Account]:
    """Accounts whose names are near to this text, the nearest first."""
    return [account for account, _ in near_spellings(text, directory)]
