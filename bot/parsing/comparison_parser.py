"""Parses `team`, `board`, `top`, `group` and `opt`: word meanings to queries."""

from collections.abc import Callable, Container, Iterable, Sequence
from itertools import chain, pairwise, product
from typing import Final

from msgspec.structs import replace

from bot.errors import LEAVE_ONE_OUT, AmbiguousAccount, NotUnderstood, UnknownAccount, UsageError
from bot.lazy_regex import any_case, lazy_regex
from bot.parsing import vocabulary
from bot.parsing.account_names import matching, name_pieces, name_word, names_among
from bot.parsing.languages import AROUND, ARTICLES, sentence_in
from bot.parsing.period_finder import period_spans
from bot.parsing.queries import EVERYBODY, GroupQuery, OptQuery, TeamQuery, TimesQuery, TopQuery, VersusQuery, to_text
from bot.parsing.reasons import RANKED_ALL, reason_of
from bot.parsing.suggestions import MOST_SUGGESTIONS, several_accounts
from bot.parsing.text import excerpt
from bot.parsing.tokens import TokenMeanings
from bot.statistics.metrics import Metric, Ranking, View
from bot.statistics.posts import PostRef
from bot.statistics.reports import TEAM, Account, Directory, Period, command_words, id_word

LEAVE_OUT = "Leave the other words out."
LIST_ACCOUNTS = "`accounts` lists the accounts."
TIMES_ALONE = "`best times` goes by the engagement rate; it takes an account and a period."
TIMES_OF_TEAM = "`best times` takes one name, not the whole team."
TIMES_OF_ONE, NAME_ONE_OF = "`best times` takes one account, not a group.", "Name one:"
COMPARE_POSTS = "Paste the posts alone, up to ten of them, and I compare them."
NO_VERSUS, SEVERAL_TOGETHER = "`{verb}` shows all accounts in one list, without `vs`.", "Ask like this:"
COMPARE_REMEDY = "Paste up to ten posts, or put `vs` between two accounts or two periods: `acme vs bob last month`."
BY_LINK, SEE_BEST = "I compare posts whose links I have.", "See the best, and paste the link of one beside it:"
NO_COMMENT, SEE_ITS_POST = "LinkedIn gives no figures of a single comment.", "See its post's, or how many comments that has:"
_ONE_COMMENT = lazy_regex(r"\b(?:this|that|the|my|our|a) (?:\w+ )?(?:comment|reply)\b(?! (?:count|numbers?|figures?|total))")
POST_AND_ACCOUNT, SEE_EACH_ALONE = "A post and an account can't stand side by side.", "See each on its own:"
TWO_AT_A_TIME, TWO_REMEDY = "I compare two accounts at a time.", "`team` shows more of them, a row each:"
NO_DAYS, NO_DAYS_REMEDY = "`{verb}` has no table by day.", "The card of one account has; or ask without it:"
NOT_ONE_ACCOUNT = "“{name}” isn't one account here."
SEE_WHO = "`accounts` lists the accounts and `groups` the groups."
NONE_OF_YOURS, NAME_IT = "No LinkedIn account is linked to you.", "Name it, or ask an administrator to link it to you: `link @you acme`."
SUMS_OF_GROUP = "`group` says who is in it; `team` adds up its figures."
NO_MEMBERS_REMEDY = "Write for example `group sales = ann, bob`; `group sales = nobody` removes a group."
NO_SIGN, SAY_LIKE = "There's no `=` between the group and its accounts.", "Did you mean this?"
BAD_NAME = "“{name}” can't be a group's name."
BAD_NAME_REMEDY = "Choose one word of letters, digits and hyphens that has no other meaning here and isn't an account's name."


#: The verbs parsed here.
_CHANGES = dict.fromkeys(("add", "plus", "include"), "add") | dict.fromkeys(("remove", "minus", "without", "drop"), "remove")
VERBS = frozenset({*vocabulary.SEVERAL_WORDS.values(), vocabulary.GROUP, vocabulary.OPT_OUT, vocabulary.OPT_IN})
_NAME = lazy_regex(r"[^\W_][\w-]{0,39}")
_MOST_NAMED = 4
_SIDES = 2
#: Words between and around the names of several accounts.
_BESIDE_TWO = vocabulary.BETWEEN.union(
    vocabulary.VERSUS, vocabulary.ASIDES, vocabulary.CHANGES, vocabulary.TOGETHER, vocabulary.TOTALS_WORDS,
    ("&", "+", "und", "et", "y", "e", "stronger", "ahead", "who", "who's", "whose", "which", "more", "fewer", "both"),
)  # fmt: skip
#: Words beside names that name nothing.
_UNNAMED = vocabulary.CHATTER | ARTICLES | AROUND
#: Words that a question leaves out: about a group of this name the answer would be about all accounts. Earlier versions took them as names.
_NOT_HEARD = _UNNAMED | vocabulary.RATE_WORDS
TWO_QUESTIONS = "`{first}` and `{second}` are two questions; I answer one at a time."
_OTHER_VERBS = frozenset({vocabulary.TOP, vocabulary.BOARD, vocabulary.COMPARE, vocabulary.DEFAULT, vocabulary.ACCOUNTS, vocabulary.STATUS})
#: Words with a meaning of their own.
_TAKEN = frozenset(
    chain(vocabulary.FILLERS, vocabulary.KNOWN_WORDS, vocabulary.METRIC_WORDS, vocabulary.SEVERAL_WORDS, vocabulary.FORMAT_WORDS,
     vocabulary.RANKING_WORDS, vocabulary.TOTALS_WORDS, vocabulary.MINIMUM_WORDS, vocabulary.VERSUS, vocabulary.HELP_WORDS,
     vocabulary.HELP_NAMES, vocabulary.SHARE_WORDS, (vocabulary.NOBODY, vocabulary.GROUP, "groups", "opt", vocabulary.ACCOUNT),
     ("last", "past", "previous", "this", "next", "since", "until", "digest", "alert", "goal", "allow"))
)  # fmt: skip


def settle(meaning: TokenMeanings, directory: Directory, *, beside_posts: bool) -> TeamQuery | TopQuery | GroupQuery | OptQuery:
    """The query of a text whose verb is one of ``VERBS``; the service resolves the names of groups and accounts in it.

    Raises:
        NotUnderstood: there are posts, several figures to rank by, or an impossible group.
        UnknownAccount: a name that no account has.
    """
    if beside_posts:
        raise NotUnderstood(f"`{meaning.verb}` takes accounts and a period, not posts.", remedy=COMPARE_POSTS)
    if vocabulary.CHATTER.issuperset(word.lower() for word in meaning.rest_words):
        meaning = replace(meaning, rest_words=())
    match meaning.verb:
        case vocabulary.GROUP:
            return _group(meaning.rest_words, directory)
        case vocabulary.OPT_OUT | vocabulary.OPT_IN:
            return _opt(meaning, directory)
    other = next((word.lower() for word in meaning.rest_words if word.lower() in _OTHER_VERBS and not matching(word, directory)), "")
    if other and other != meaning.verb:
        said = [word for word in meaning.tokens if word.lower() not in vocabulary.DAILY_WORDS]
        each = (" ".join(word for word in said if word.lower() != verb) for verb in (other, meaning.verb))
        raise NotUnderstood(TWO_QUESTIONS.format(first=meaning.verb, second=other), remedy=LEAVE_ONE_OUT, suggestions=tuple(each))
    query = _top(meaning, directory) if meaning.verb == vocabulary.TOP else _team(meaning)
    check_days(meaning.verb, query, daily=meaning.daily)
    return query


def _team(meaning: TokenMeanings) -> TeamQuery:
    return TeamQuery(
        View(meaning.verb),
        meaning.rest,
        meaning.period,
        meaning.metrics,
        Ranking(meaning.ranking or Ranking.RATE),
        meaning.minimum,
        meaning.totals,
        meaning.share,
        meaning.export,
        None if meaning.most is None else max(meaning.most, 1),
    )


def two_named(left: TokenMeanings, right: TokenMeanings | None, directory: Directory) -> tuple[TokenMeanings, TokenMeanings | None]:
    """Both sides; with one account each where one side has all words and they name two: `vs acme bob 7d`, `compare acme bob`, `acme bob`.

    More accounts, or two "combined", are a team's.
    """
    if right is None and left.verb not in ("", vocabulary.COMPARE):
        return left, right
    whole = left if right is None or not right.tokens else right
    if right is not None and right.tokens and left.tokens:
        whole = replace(
            left,
            tokens=(*left.tokens, *right.tokens),
            rest_words=(*left.rest_words, *right.rest_words),
            period=left.period or right.period,
            metrics=left.metrics or right.metrics,
            share=left.share or right.share,
            export=left.export or right.export,
        )
    pieces = list(name_pieces(tuple(word for word in whole.rest_words if word.lower() not in _BESIDE_TWO), directory))
    if whole not in (left, right) and len(pieces) <= _SIDES:
        return left, right
    named = {found for _, found in pieces}
    if len(pieces) < _SIDES or not all(named) or (right is None and not left.verb and len(named) == 1):
        return left, right
    if ambiguous := next((piece for piece in pieces if len(piece[1]) > 1), None):
        raise _ambiguous(whole, pieces, ambiguous, directory)
    if len(pieces) > _SIDES or not (vocabulary.TOGETHER | vocabulary.TOTALS_WORDS).isdisjoint(map(str.lower, whole.tokens)):
        names = tuple(name_word(found[0], directory.accounts) for _, found in pieces)
        return replace(whole, verb=TEAM, tokens=names, rest_words=names), None
    first, second = (replace(whole, tokens=(name,), rest_words=(name,)) for name, _ in pieces)
    return first, second


def _ambiguous(
    whole: TokenMeanings,
    pieces: Sequence[tuple[str, tuple[Account, ...]]],
    ambiguous: tuple[str, tuple[Account, ...]],
    directory: Directory,
) -> UsageError:
    """The error for a name of several accounts among two names or more, with the pairs that two can mean."""
    known_words = {*whole.rest_words, *vocabulary.BETWEEN, *vocabulary.VERSUS, vocabulary.COMPARE}
    others = [word for word in whole.tokens if word not in known_words and word.lower() not in known_words]
    each = [[name_word(account, directory.accounts) for account in found] for _, found in pieces]
    pairs = [" ".join((left, vocabulary.VERSUS_SIGN, right, *others)) for left, right in product(each[0], each[1]) if left != right]
    return several_accounts(*ambiguous, tuple(pairs[:MOST_SUGGESTIONS]) if len(pieces) == _SIDES else ())


def check_sides(before: TokenMeanings, after: TokenMeanings, *, directory: Directory) -> None:
    """Refuses `vs` with team, board and top, and between more than two sides; the suggestion names all of them without it."""
    tokens, verb = (*before.tokens, *after.tokens), next((verb for verb in (before.verb, after.verb) if verb in VERBS), "")
    named, names = (
        [word for word in words if word.lower() not in vocabulary.VERSUS] for words in (tokens, (*before.rest_words, *after.rest_words))
    )
    if not verb and len(named) == len(tokens):
        return
    together = " ".join(named if verb else (TEAM, *named))
    if verb and before.period and after.period:
        each = tuple(f"{verb} {command_words(side.period)}" for side in (before, after) if side.period)
        raise NotUnderstood(NO_VERSUS.format(verb=verb), remedy=SEVERAL_TOGETHER, suggestions=each)
    sentence, remedy = (NO_VERSUS.format(verb=verb), SEVERAL_TOGETHER) if verb else (TWO_AT_A_TIME, TWO_REMEDY)
    if names_among(names, directory)[1]:
        ranked = (vocabulary.BOARD, f"{vocabulary.BOARD} last month") if verb else ()
        raise NotUnderstood(sentence, remedy=RANKED_ALL if verb else remedy, suggestions=ranked)
    raise NotUnderstood(sentence, remedy=remedy, suggestions=(together,))


def check_days(verb: str, query: TeamQuery | TopQuery | VersusQuery, *, daily: bool) -> None:
    """Refuses a table by day of several accounts, posts or periods; the question is offered without it."""
    if daily:
        raise NotUnderstood(NO_DAYS.format(verb=verb), remedy=NO_DAYS_REMEDY, suggestions=(to_text(query), vocabulary.DAILY))


def check_compared(tokens: Iterable[str], urn: str) -> None:
    """Refuses to compare a post with "our best post"."""
    if vocabulary.COMPARE in map(str.lower, tokens):
        raise NotUnderstood(BY_LINK, remedy=SEE_BEST, suggestions=(f"{vocabulary.TOP} last month", f"{vocabulary.TOP} last week", urn))


def nothing_to_compare(posts: Sequence[PostRef], account: str | None) -> NotUnderstood:
    """The error for `compare` with one post or one account."""
    if posts and account:
        return NotUnderstood(POST_AND_ACCOUNT, remedy=SEE_EACH_ALONE, suggestions=(posts[0].urn, id_word(account)))
    return NotUnderstood("Say what to compare.", remedy=COMPARE_REMEDY)


def settle_times(meaning: TokenMeanings, directory: Directory, account: Callable[[], str | None], *, beside_posts: bool) -> TimesQuery:
    """The question for best times; ``account`` reads whose, which cannot be the team's."""
    if TEAM in meaning.rest_words:
        raise times_of_several(directory.accounts, meaning.period, TIMES_OF_TEAM)
    asked = TimesQuery(account(), meaning.period, meaning.share, meaning.export)
    if beside_posts or meaning.metrics or meaning.daily:
        raise NotUnderstood(TIMES_ALONE, remedy=LEAVE_OUT, suggestions=(to_text(TimesQuery(asked.account, meaning.period)),))
    return asked


def times_of_several(accounts: Iterable[Account], period: Period | None, sentence: str = TIMES_OF_ONE) -> NotUnderstood:
    each = tuple(to_text(TimesQuery(one.platform_id, period)) for one in accounts)[:MOST_SUGGESTIONS]
    return NotUnderstood(sentence, remedy=NAME_ONE_OF, suggestions=each)


def check_of_posts(metrics: Iterable[Metric], instead: str, account: str = "") -> None:
    """Refuses a metric that posts do not have; ``instead`` can be asked in its place, or it can of the account."""
    if metric := next((metric for metric in metrics if not metric.definition.of_posts), None):
        word = metric.definition.word
        raise NotUnderstood(
            f"A post has no {metric.definition.label.lower()} of its own.",
            remedy="LinkedIn counts them for an account. Ask for one, or for a figure that posts have:",
            suggestions=(f"{account} {word}".strip(), instead),
        )


def check_no_comment(tokens: Iterable[str], urn: str) -> None:
    """Refuses a question for one comment below a post: "how is this comment doing"."""
    if _ONE_COMMENT.search(" ".join(tokens).lower()):
        each = (urn, f"{urn} {Metric.COMMENT.definition.word}")
        raise NotUnderstood(NO_COMMENT, remedy=SEE_ITS_POST, suggestions=each)


#: "Top all 28d"; not "top of all time", "all top posts".
_OF_ALL = any_case(r"(?<=\S )all(?=$| )(?! (?:(?:of|the|my|our|new|recent)\b|(?:top|best|posts?|time|figures|metrics)\b))")


def _top(meaning: TokenMeanings, directory: Directory) -> TopQuery:
    named = matching(meaning.rest, directory) if meaning.rest else ()
    account = name_word(named[0], directory.accounts) if len(named) == 1 else ""
    check_of_posts(meaning.metrics, f"{vocabulary.TOP} {Metric.IMPRESSION.definition.word} {account}".strip(), account)
    if len(meaning.metrics) > 1:
        each = tuple(_with_one(meaning, metric) for metric in meaning.metrics)
        raise NotUnderstood("`top` ranks by one figure at a time.", remedy="Ask for one of them:", suggestions=each)
    most = max(vocabulary.MOST_TOP if meaning.most is None else meaning.most, 1)
    metric = next(iter(meaning.metrics), None)
    who = meaning.rest or (EVERYBODY if _OF_ALL.search(" ".join(meaning.tokens)) else "")
    return TopQuery(who, meaning.period, metric, most, meaning.share, meaning.export, meaning.minimum)


_LONGEST_METRIC: Final = max(len(word.split()) for word in vocabulary.METRIC_WORDS)


def _with_one(meaning: TokenMeanings, metric: Metric) -> str:
    """The question's words with this metric in place of all named ones, also of several words ("people saw")."""
    words = [word.lower() for word in meaning.tokens]
    others: list[str] = []
    at = 0
    while at < len(words):
        longest = next((size for size in range(_LONGEST_METRIC, 0, -1) if " ".join(words[at : at + size]) in vocabulary.METRIC_WORDS), 0)
        others += meaning.tokens[at : at + 1] if not longest else []
        at += longest or 1
    return " ".join((*others, vocabulary.METRIC_NAMES[metric]))


def _opt(meaning: TokenMeanings, directory: Directory) -> OptQuery:
    if not meaning.rest:
        raise NotUnderstood(f"Say which account: `{meaning.verb} acme`.", remedy=LIST_ACCOUNTS)
    if meaning.rest.lower() in ("me", "myself", "my account"):
        raise UnknownAccount(NONE_OF_YOURS, remedy=NAME_IT)
    found = matching(meaning.rest, directory)
    if len(found) != 1:
        each = tuple(f"{meaning.verb} {account.platform_id}" for account in found)
        raise UnknownAccount(NOT_ONE_ACCOUNT.format(name=excerpt(meaning.rest)), remedy=LIST_ACCOUNTS, suggestions=each)
    return OptQuery(found[0].platform_id, meaning.verb == vocabulary.OPT_OUT)


def _group(tokens: tuple[str, ...], directory: Directory) -> GroupQuery:
    name, sets, members = " ".join(tokens).partition("=")
    name = name.strip().strip('"').lower()
    first, *others = tokens or ("",)
    if not sets and others and can_name(first.lower()) and others[0].lower() in _CHANGES:
        signs = [at for at, word in enumerate(others) if word.lower() in _CHANGES]
        each = {_CHANGES[others[at].lower()]: " ".join(others[at + 1 : end]) for at, end in pairwise((*signs, len(others)))}
        of_each = {one: _members(first, words, directory) for one, words in each.items()}
        sign = "add" if "add" in each else "remove"
        return GroupQuery(first.lower(), of_each.pop(sign), sign, of_each.get("remove", ()))
    name, change = (name.removesuffix(" new"), "new") if sets and name.endswith(" new") else (name, "")
    if not sets and name in ("", "list", "show", "all"):
        return GroupQuery()
    if not sets and period_spans(tokens):
        named = f"{TEAM} {first.lower()}" if can_name(first.lower()) else TEAM
        raise NotUnderstood(SUMS_OF_GROUP, remedy=SEVERAL_TOGETHER, suggestions=(f"{named} last week", f"{named} last month"))
    if others and not sets and can_name(first.lower()):
        known = all(len(found) == 1 for _, found in name_pieces(others, directory))
        likely = (f"{vocabulary.GROUP} {first.lower()} = {' '.join(others)}",) if known and not matching(first, directory) else ()
        raise NotUnderstood(NO_SIGN, remedy=SAY_LIKE if likely else NO_MEMBERS_REMEDY, suggestions=likely)
    if not can_name(name) or (sets and matching(name, directory)):
        raise NotUnderstood(BAD_NAME.format(name=excerpt(name)), remedy=BAD_NAME_REMEDY)
    chosen = _members(name, members, directory) if sets else None
    if chosen and name in _NOT_HEARD:
        raise NotUnderstood(BAD_NAME.format(name=excerpt(name)), remedy=BAD_NAME_REMEDY)
    return GroupQuery(name, chosen, change)


def can_name(name: str) -> bool:
    """Whether a text can be a group's name: one lower-case word without any other meaning."""
    return bool(_NAME.fullmatch(name)) and name not in _TAKEN and not name.isdecimal() and not period_spans((name,))


def _members(name: str, members: str, directory: Directory) -> tuple[str, ...]:
    if members.strip().lower() == vocabulary.NOBODY:
        return ()
    found = accounts_named(members, directory)
    if not found:
        raise NotUnderstood(f"The group “{name}” needs accounts.", remedy=NO_MEMBERS_REMEDY)
    return found


def accounts_named(text: str, directory: Directory, unnamed: Container[str] = ()) -> tuple[str, ...]:
    """The platform ids of the accounts that a text names, in order, each once.

    An ambiguous name never means those in ``unnamed`` (platform ids), which no error names either; their ids are passed over.

    Raises:
        AmbiguousAccount: a name means several accounts.
        UnknownAccount: a word names none.
    """
    ignored = vocabulary.FILLERS | {"or"}
    tokens = [word for word in vocabulary.tokenize(text) if word.lower() not in ignored and word not in unnamed]
    pieces = list(name_pieces(tokens, directory))
    if unknown := [piece for piece, found in pieces if not found and piece.lower() not in _UNNAMED]:
        if foreign := sentence_in([word.lower() for word in tokens]):
            raise NotUnderstood(foreign)
        if reason := reason_of(unknown, tokens):
            raise NotUnderstood(reason[0], remedy=reason[1], suggestions=reason[2])
        raise UnknownAccount(f"I don't know a group or account called “{excerpt(', '.join(unknown))}”.", remedy=SEE_WHO)
    return tuple(dict.fromkeys(_one_of(piece, found, unnamed) for piece, found in pieces if found))


def _one_of(piece: str, found: tuple[Account, ...], unnamed: Container[str]) -> str:
    named = [account for account in found if account.platform_id not in unnamed] or found[:1]
    if len(named) > 1:
        names = ", ".join(account.name for account in named[:_MOST_NAMED])
        raise AmbiguousAccount(f"“{excerpt(piece)}” could be any of these: {names}.", remedy=SEE_WHO)
    return named[0].platform_id
