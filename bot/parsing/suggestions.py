"""Suggestions for questions that were not understood: similar words and accounts, as whole questions."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from bot.errors import SAY_WHICH, AmbiguousAccount, NotUnderstood, UnknownAccount, UsageError
from bot.lazy_regex import lazy_regex
from bot.parsing import reasons, vocabulary
from bot.parsing.account_names import matching, name_pieces, name_word, names_among, near_spellings
from bot.parsing.dates import USUAL_HOLIDAYS
from bot.parsing.languages import AROUND, ARTICLES, RHYTHMS, own_words, sentence_in
from bot.parsing.period_finder import around_periods, period_spans
from bot.parsing.queries import Query
from bot.parsing.spelling import corrections, known_part, similar_words, without_typos
from bot.parsing.text import LIKELY, excerpt, nearest_word, unaccented
from bot.parsing.tokens import TokenMeanings
from bot.statistics.posts import PostRef
from bot.statistics.reports import FULL_ID, TEAM, Account, Directory, command_words, id_word

NO_SUCH_ACCOUNT = "I don't know an account called “{name}”."
ONE_ACCOUNT, ONE_ACCOUNT_REMEDY = "A card shows one account; two stand side by side with `vs`, and several in `team`.", "Try one of these:"
NOT_CALLED = "I don't know a figure or a period called “{words}”."
NO_MEANING = "I didn't understand “{words}”."
WITHOUT_IT = "Without that I can answer this:"
SUGGESTIONS_DID_YOU_MEAN, DID_YOU_MEAN_ONE = "Did you mean one of these?", "Did you mean this?"
#: The remedies above suggestions that correct words, in a comparison the words of one side.
CORRECTING = frozenset({SUGGESTIONS_DID_YOU_MEAN, DID_YOU_MEAN_ONE, WITHOUT_IT, SAY_WHICH, ONE_ACCOUNT_REMEDY})
SEE_HELP = "`accounts` lists the accounts, and `help` shows what I understand."

MOST_SUGGESTIONS = 5
#: The days of suggestions, in whose place those of the question are offered.
LAST_DAYS = lazy_regex(r"(?<!of )last (?:week|month)(?! vs)")
_OF_NO_ACCOUNT = (vocabulary.HELP, vocabulary.BOARD, TEAM, vocabulary.DEFAULT)
#: The sides of a comparison.
_SIDES = 2
#: The most accounts tried in a question for suggestions.
_MOST_TRIED = 20
MOST_NAMED = 4
#: The most unknown words and letters that are corrected.
_MOST_UNKNOWN = 12
_MOST_LETTERS = 200

#: Returns the account of a text (None without one); raises UsageError for an invalid text.
SuggestionCheck = Callable[[str], str | None]


def is_read(read: Callable[[], object]) -> bool:
    """Whether a reader takes what is suggested: it gives something, and raises no UsageError."""
    try:
        return bool(read())
    except UsageError:
        return False


def beside_post(words: TokenMeanings, directory: Directory) -> str | None:
    """The account that the words around a post name, "" for none ("Sent from my phone"); None where they have to be refused."""
    named, unknown = names_among(words.rest_words, directory)
    near = any(near_spellings(word, directory) for word in (words.rest, *unknown[:_MOST_UNKNOWN]) if not named)
    if near or len(named) > 1 or reasons.reason_of(unknown, words.tokens, beside_post=True) or sentence_in(words.tokens):
        return None
    return named[0].platform_id if named else ""


def not_understood(
    words: TokenMeanings,
    posts: Sequence[PostRef],
    directory: Directory,
    check: SuggestionCheck,
    above: tuple[TokenMeanings, str] | None = None,
) -> UsageError:
    """The error for words whose rest does not name one account, with suggestions.

    They are about the subject of the question ``above``: its meaning, and the words for what it is about.
    """
    foreign = "" if words.verb == vocabulary.DEFAULT or matching(words.rest, directory) else sentence_in(words.tokens[:_MOST_UNKNOWN])
    if len(words.rest_words) > _MOST_UNKNOWN or len(words.rest) > _MOST_LETTERS:
        if foreign:
            return NotUnderstood(foreign)
        return NotUnderstood(NO_MEANING.format(words=excerpt(words.rest)), remedy=SEE_HELP)
    before, about = above or (None, "")
    days_above = command_words(before.period) if before and before.period else ""
    question = _Question(words, tuple(post.urn for post in posts), check, days_above, about)
    found = matching(words.rest, directory)
    if found:
        return several_accounts(question.rest, found, question.with_accounts(found, directory))
    own = own_words(words.tokens) if foreign else frozenset()
    rest = [word for word in words.rest_words if unaccented(word) not in own]
    named, unknown = names_among(rest, directory)
    unknown = [*unknown, *(word for word in words.rest_words if word not in rest)]
    if rest and (error := _several_named(question, rest, directory)):
        if foreign:
            error.sentence, error.remedy = foreign, ""
        return error
    alone = not named and not posts
    if foreign:
        without = question.corrected(dict.fromkeys(unknown, "")) if not alone else ""
        regularly = not RHYTHMS.isdisjoint(map(unaccented, words.tokens))
        return NotUnderstood(foreign, suggestions=reasons.EVERY_MONDAY if regularly else tuple(filter(None, (without,))))
    account = name_word(named[0], directory.accounts) if len(named) == 1 else before.rest if before else ""
    return _unknown(question, unknown, directory, (account, question.days or days_above), alone=alone)


def _several_named(question: "_Question", words: Sequence[str], directory: Directory) -> NotUnderstood | None:
    """The error for several accounts, with a comparison of them; None where there is none for these words."""
    named, unknown = names_among(words, directory)
    alone = [found for _, found in name_pieces(words, directory) if found]
    if unknown and reasons.reason_of(unknown, question.tokens):
        return None
    together = question.with_all(named, directory) if len(alone) > 1 and {len(found) for found in alone} == {1} else ""
    if not unknown:
        each = question.with_accounts(named, directory)
        return NotUnderstood(ONE_ACCOUNT, remedy=ONE_ACCOUNT_REMEDY, suggestions=tuple(filter(None, (together, *each))))
    if not together:
        return None
    corrected = (question.corrected(instead) for instead in corrections(unknown, alone=True))
    each = tuple(dict.fromkeys(filter(None, (*question.with_near(directory), *corrected, together))))
    return NotUnderstood(NO_MEANING.format(words=excerpt(" ".join(unknown))), remedy=did_you_mean(each), suggestions=each)


class _Question:
    """A question whose parts can be replaced; it returns only valid texts."""

    def __init__(self, words: TokenMeanings, urns: tuple[str, ...], check: SuggestionCheck, days_above: str, about: str) -> None:
        self._words, self._urns, self._check, self._days_above, self._about = words, urns, check, days_above, about
        self.has_posts, self.rest, self.tokens = bool(urns), words.rest, words.tokens
        self.wants_default = words.verb == vocabulary.DEFAULT

    def of_account(self, account: str, text: str) -> str:
        """A text about this account, where it can be about one."""
        if text.startswith(vocabulary.OPT_OUT):
            return f"{text} {account}"
        if text.startswith("digest every"):
            return text.replace("digest", f"digest {account}", 1)
        is_own = not vocabulary.begins_with(text, _OF_NO_ACCOUNT) and not vocabulary.asks_for_help(text)
        return f"{account} {text}" if is_own and not self._asked(text) and self._asked(f"{account} {text}") != "" else text

    def with_accounts(self, accounts: Iterable[Account], directory: Directory) -> tuple[str, ...]:
        """The question with each of these accounts in place of the remaining words."""
        return tuple(islice(self._naming(accounts, directory), MOST_SUGGESTIONS))

    def _naming(self, accounts: Iterable[Account], directory: Directory) -> Iterator[str]:
        for account in islice(accounts, _MOST_TRIED):
            for word in (name_word(account, directory.accounts), id_word(account.platform_id)):
                text = self._text({}, word)
                if self._asked(text) == account.platform_id:
                    yield text
                    break

    def with_all(self, accounts: Sequence[Account], directory: Directory) -> str:
        """The question with all these accounts together: two with `vs`, several with `team`; "" where it is invalid then."""
        names = [name_word(account, directory.accounts) for account in accounts]
        text = self._text({}, f" {vocabulary.VERSUS_SIGN} ".join(names) if len(names) == _SIDES else " ".join((TEAM, *names)))
        return text if self._asked(text) != "" else ""

    def with_near(self, directory: Directory) -> tuple[str, ...]:
        """The question about the accounts that it names together with another one, whose name is near to the words that name none."""
        named, unknown = names_among(self._words.rest_words, directory)
        near = _near_accounts(unknown, directory) if named and unknown else []
        least = max((likeness for _, likeness in similar_words(" ".join(unknown))), default=0.0) if near else 0.0
        others = (account for account, likeness in near if account not in named and likeness > least)
        return tuple(filter(None, (self.with_all([*named, account], directory) for account in others)))

    def corrected(self, instead: dict[str, str]) -> str:
        """The question with some words replaced ("" removes one), or "" when it is still invalid; its own days replace those above."""
        text = self._text(instead, "")
        each = (text, text.removesuffix(self._days_above).rstrip()) if self._days_above else (text,)
        found = next((one for one in each if one.strip() and self._asked(one) != ""), "")
        return self.of_account(self._about, found) if found and self._about else found

    @property
    def days(self) -> str:
        """The words of its period."""
        spans = period_spans(self.tokens)
        return " ".join(self.tokens[slice(*spans[0])]) if spans and self._words.period else ""

    def spelled(self, unknown: Sequence[str], directory: Directory) -> tuple[str, ...]:
        """The question with several words corrected, and an account in place of the other remaining ones."""
        instead = {word: part for word in unknown if (part := known_part(word))}
        left = [word for word in self._words.rest_words if word not in instead]
        if len(unknown) < 2 or not instead or self.wants_default:  # noqa: PLR2004  # a single word is handled elsewhere
            return ()
        name = " ".join(left)
        known = matching(name, directory) if left else ()
        if not left or len(known) == 1:
            text = self.corrected(instead)
            return (text,) if text else ()
        accounts: Sequence[Account] = known or [account for account, _ in near_spellings(name, directory)]
        found = ((account, self._text(instead, name_word(account, directory.accounts))) for account in accounts[:MOST_SUGGESTIONS])
        return tuple(text for account, text in found if self._asked(text) == account.platform_id)

    def _asked(self, text: str) -> str | None:
        try:
            return self._check(text)
        except UsageError:
            return ""

    def _text(self, instead: dict[str, str], account: str) -> str:
        """The words in order; ``account`` replaces the first remaining word that is not replaced, and the others are removed."""
        parts, left = list(self._urns), set(self._words.rest_words) - instead.keys() if account else set()
        for word in self.tokens:
            if account and word.lower() in vocabulary.BETWEEN:
                continue
            if word not in left:
                parts.append(instead.get(word, word))
            elif account not in parts:
                parts.append(account)
        return " ".join(filter(None, parts))


def several_accounts(name: str, found: tuple[Account, ...], texts: tuple[str, ...]) -> AmbiguousAccount:
    """The error for a name that means several accounts; ``texts`` are the suggestions."""
    names = [account.name for account in found[:MOST_NAMED]]
    listed = ", ".join(names[:-1]) + f" or {names[-1]}"
    if len(found) > MOST_NAMED:
        listed = f"{', '.join(names)} and {len(found) - MOST_NAMED} more"
    return AmbiguousAccount(reasons.SEVERAL_FIT.format(name=excerpt(name), names=listed), remedy=SAY_WHICH, suggestions=texts)


def not_connected(name: str) -> UnknownAccount:
    """The error for a side of a comparison that is no account here: a competitor."""
    sentence = f"{NO_SUCH_ACCOUNT.format(name=excerpt(name))} {reasons.ONLY_CONNECTED}"
    return UnknownAccount(sentence, remedy=reasons.SEE_CONNECTED, suggestions=(vocabulary.ACCOUNTS, vocabulary.BOARD))


def _unknown(question: _Question, unknown: Sequence[str], directory: Directory, subject: tuple[str, str], *, alone: bool) -> UsageError:
    account, days = subject
    reason = reasons.reason_of(unknown, question.tokens, beside_post=question.has_posts)
    first = unknown[0] if question.tokens[:1] == tuple(unknown[:1]) and unknown else ""
    verb = nearest_word(first, vocabulary.SEVERAL_WORDS) if first.lower() not in reasons.REASON_WORDS else ""
    if reason and verb and (ranked := question.corrected({first: verb})):
        # "Boad growth 28d".
        return NotUnderstood(NO_MEANING.format(words=excerpt(first)), remedy=did_you_mean((ranked,)), suggestions=(ranked,))
    if not reason and (spelled := question.spelled(unknown, directory)):
        return NotUnderstood(NO_MEANING.format(words=excerpt(" ".join(unknown))), remedy=did_you_mean(spelled), suggestions=spelled)
    near = [] if reason and any(map(str.isdecimal, " ".join(unknown))) else _near_accounts(unknown, directory)
    texts, likeness = question.with_accounts([account for account, _ in near], directory), near[0][1] if near else 0.0
    corrected = tuple(dict.fromkeys(filter(None, (question.corrected(instead) for instead in corrections(unknown, alone=alone)))))
    word_likeness = max((likeness for _, likeness in similar_words(" ".join(unknown))), default=0.0)
    if not (reason or texts) and word_likeness < LIKELY:
        mended = dict(zip(unknown, without_typos(unknown), strict=True))
        tokens = [mended.get(word, word) for word in question.tokens]
        reason = reasons.reason_of([*mended.values()], tokens, beside_post=question.has_posts)
    if not (reason or texts or word_likeness or question.has_posts or question.wants_default):
        reason = reasons.reason_by_place(unknown, question.tokens)
    if question.wants_default or (texts and likeness > word_likeness):
        together = question.with_near(directory)
        suggested = (*together, *texts, *corrected)[:MOST_SUGGESTIONS]
        sentence = NO_SUCH_ACCOUNT.format(name=excerpt(" ".join(unknown) if together else question.rest))
        return UnknownAccount(sentence, remedy=did_you_mean(suggested) if suggested else SEE_HELP, suggestions=suggested)
    if reason:
        sentence, remedy, instead = reason
        usual = {word: USUAL_HOLIDAYS[word.lower()] for word in unknown if word.lower() in USUAL_HOLIDAYS}
        if usual and (named := question.corrected(usual)):
            # "Since halloween".
            return NotUnderstood(sentence, remedy=remedy, suggestions=(named,))
        without = (
            question.corrected(dict.fromkeys(unknown, "")) if not alone or sentence in (reasons.BY_DAY_ONLY, reasons.SEE_CHANGE) else ""
        )
        without = question.of_account(account, without) if _essential(without) else ""
        if question.has_posts and question.corrected(dict.fromkeys(unknown, "")):
            instead = ()
        instead = tuple(question.of_account(account, text) for text in instead) if account else instead
        instead = tuple(dict.fromkeys(LAST_DAYS.sub(days, text) for text in instead)) if days else instead
        if without and sentence == reasons.BY_DAY_ONLY:
            instead = (*instead[:-1], question.of_account(account, f"{without} {vocabulary.DAILY}"))
        return NotUnderstood(sentence, remedy=remedy, suggestions=instead or tuple(filter(None, (without,))))
    suggested = (*corrected, *texts)[:MOST_SUGGESTIONS]
    remedy = SEE_HELP if not suggested else WITHOUT_IT if not (word_likeness or texts) else did_you_mean(suggested)
    # The first word may be a verb.
    sentence = NOT_CALLED if remedy == WITHOUT_IT and len(unknown) == 1 and unknown[0] != question.tokens[0] else NO_MEANING
    return NotUnderstood(sentence.format(words=excerpt(" ".join(unknown))), remedy=remedy, suggestions=suggested)


def _near_accounts(unknown: Sequence[str], directory: Directory) -> list[tuple[Account, float]]:
    """The accounts whose names are near to these words, or to each of them ("zoee müler"), with the similarity."""
    if (whole := near_spellings(" ".join(unknown), directory)) or not unknown[1:]:
        return whole
    first, *others = ({one.platform_id: (one, likeness) for one, likeness in near_spellings(word, directory)} for word in unknown)
    return [found for platform_id, found in first.items() if all(platform_id in one for one in others)]


def did_you_mean(suggested: Sequence[str]) -> str:
    """The question above one or several suggestions."""
    return DID_YOU_MEAN_ONE if len(suggested) == 1 else SUGGESTIONS_DID_YOU_MEAN


def subject(tokens: Sequence[str], directory: Directory) -> tuple[str, str]:
    """The one account that tokens name, and their days, as words; "" for none."""
    spans = period_spans(tokens)
    days = " ".join(tokens[slice(*spans[0])]) if len(spans) == 1 else ""
    ignored = vocabulary.FILLERS | ARTICLES | AROUND | own_words(tokens)
    names = [word for word in around_periods(tokens) if ignored.isdisjoint((word.lower(), unaccented(word)))]
    named = [found for _, found in name_pieces(names, directory) if found]
    return name_word(named[0][0], directory.accounts) if len(named) == 1 == len(named[0]) else "", days


def tidy(error: UsageError, ask: Callable[[str], Query], directory: Directory) -> None:
    """Suggestions without words that change nothing ("how is acme in last week"), names for ids, and each correction once."""
    error.suggestions = tuple(FULL_ID.sub(lambda found: _named(found[0], directory), text) for text in error.suggestions)
    corrects = error.remedy == SUGGESTIONS_DID_YOU_MEAN
    tidied: dict[Query | str, str] = {}
    for text in error.suggestions:
        shorter = _essential(text)
        try:
            query = ask(text)
            is_same = bool(shorter) and ask(shorter) == query
        except UsageError:
            tidied.setdefault(text, text)
        else:
            tidied.setdefault(query if corrects else text, shorter if is_same else text)
    error.suggestions = tuple(dict.fromkeys(tidied.values()))
    if corrects:
        error.remedy = did_you_mean(error.suggestions)


def _named(platform_id: str, directory: Directory) -> str:
    found = matching(platform_id, directory)
    return name_word(found[0], directory.accounts) if found and found[0].platform_id == platform_id else platform_id


def _essential(text: str) -> str:
    """The text without words that are ignored."""
    words = vocabulary.tokenize(text)
    inside = {at for span in period_spans(words) for at in range(*span)}
    ignored = vocabulary.FILLERS | vocabulary.CHATTER | ARTICLES | AROUND
    return " ".join(
        word.removesuffix("'s")
        for at, word in enumerate(words)
        if at in inside or (unaccented(word) not in ignored and any(map(str.isalnum, word)))
    )


def answers_itself(error: UsageError) -> bool:
    """Whether the bot asks something, so that what is offered are the answers."""
    return error.remedy.startswith(tuple(CORRECTING)) or error.sentence.endswith("?") or error.remedy.endswith("?")


def always(directory: Directory, tokens: Sequence[str] = ()) -> tuple[str, ...]:
    """Three questions that are always understood, the first about the account and the days in these tokens."""
    account, days = subject(tokens, directory)
    account = account or next((name_word(one, directory.accounts) for one in directory.accounts), "")
    return (*((f"{account} {days or 'last week'}",) if account else ()), vocabulary.ACCOUNTS, vocabulary.HELP, vocabulary.STATUS)[:3]
