"""From a text to a query: the one grammar of commands, mentions, messages and buttons.

::

    text ─ parse_text ─→ ParsedText (posts, period, metrics, …; what is left may be a name) ─ to_query, with the accounts ─→ Query
                           └ in_thread: what a thread is about fills what the words leave open                         └ to_text ─→ text

``parse_text`` needs no account and no network; ``to_query`` resolves the remaining words with the known accounts.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache, partial

from msgspec import Struct
from msgspec.structs import replace

from bot.errors import NotAPost, NotUnderstood, TooManyPosts, UsageError
from bot.parsing import comparison_parser, queries, suggestions, vocabulary
from bot.parsing.account_names import matching, names_among, names_inside
from bot.parsing.courtesies import asks_what_for, courtesy, without_notice
from bot.parsing.follow_ups import names_nothing, question_in
from bot.parsing.languages import with_english_questions
from bot.parsing.period_finder import period_spans
from bot.parsing.rankings import ranking_words, without_figures
from bot.parsing.reasons import reason_of
from bot.parsing.refused import check_given, check_wish
from bot.parsing.text import check_length, word_set
from bot.parsing.tokens import TokenMeanings, read_meanings, read_sides
from bot.statistics.aggregate import Side, two_sides
from bot.statistics.metrics import ALL_METRICS, POST_METRICS
from bot.statistics.posts import PostRef, Rejected, find_posts, is_link_alone
from bot.statistics.reports import FULL_ID, ID_AND_DAYS, Directory

VERSUS_WHAT = "`vs` goes between two accounts or two periods."
VERSUS_REMEDY = "For example `acme vs bob last month`, or `acme november vs october`."
STANDS_ALONE = "`{verb}` takes no other words."
ONE_DEFAULT = "`default` takes the name of an account and nothing else."
DEFAULT_REMEDY = "Write `default` and a name to set this channel's account, or `default` alone to see which it is."

#: Words beside `accounts` that change nothing.
_LISTED = frozenset({"connected", "linked", "available", "every", "know", "known"})
#: "Default nobody", "forget the default".
_REMOVED = word_set("nobody none forget clear remove unset reset delete drop")
#: Links that are no posts explained in one answer.
MOST_REJECTED = 3

#: The most posts in one answer.
MOST_POSTS = 10


class ParsedText(Struct, frozen=True):
    """A question parsed without knowing the accounts.

    ``posts`` are ten posts at most; ``rejected`` are links that are no posts. ``meaning`` is that of the other words, parsed
    on the UTC day ``today``; ``against`` is the meaning of those after `vs`. ``above`` is the question in whose thread it stands.
    """

    posts: tuple[PostRef, ...]
    rejected: tuple[Rejected, ...]
    meaning: TokenMeanings
    today: date
    against: TokenMeanings | None = None
    above: "ParsedText | None" = None

    @property
    def verb(self) -> str:
        """``start`` for no words at all, ``help``, ``accounts``, ``default``; "" for a question about figures."""
        return self.meaning.verb or ("" if self.posts or self.meaning.says_something or self.against else "start")

    @property
    def rest(self) -> str:
        """The words without a meaning: the name of an account, or a mistake."""
        return self.meaning.rest

    @property
    def shared(self) -> bool:
        return self.meaning.share or (self.against is not None and self.against.share)

    @property
    def subject(self) -> str:
        """The words for what it is about, without days and figures."""
        if self.posts:
            return " ".join(post.urn for post in self.posts)
        right = f"{vocabulary.VERSUS_SIGN} {self.against.rest}" if self.against else ""
        return f"{self.meaning.verb} {self.rest} {right}".strip()

    @property
    def names(self) -> bool:
        """Whether there are words that may name an account."""
        return bool(self.rest or self.against)


@lru_cache(maxsize=128)
def is_plain(text: str) -> bool:
    """Whether a text is a link or the word `help` alone, or an account's id and days as buttons say them: it has no other meaning."""
    return is_link_alone(text) or ID_AND_DAYS.fullmatch(text) is not None or (len(text.split()) == 1 and vocabulary.asks_for_help(text))


@lru_cache(maxsize=64)
def parse_text(text: str, today: date, now: datetime | None = None) -> ParsedText:
    """The question in a text.

    ``now``: aware; posts of a later time are refused.

    Raises:
        NotAPost: links or URNs, none of which is a post.
        TooManyPosts: more than ten posts.
        BadPeriod: an impossible period.
        NotUnderstood: the text is too long.
    """
    check_length(text, remedy="Send the link of the post, or an account and a period, alone.")
    is_bare = is_plain(text)
    if not is_bare:
        if verb := vocabulary.HELP if asks_what_for(text) else courtesy(text):
            tokens = vocabulary.tokenize(with_english_questions(text))
            topic = vocabulary.topic_of(tuple(map(str.lower, tokens))) if verb == vocabulary.HELP else ""
            return ParsedText((), (), TokenMeanings(tokens, verb, topic), today)
        check_wish(text)
        text = ranking_words(question_in(with_english_questions(text), today))
    found = find_posts(text, now)
    rest, shown = (without_notice(found.rest), POST_METRICS) if found.posts else (found.rest, ALL_METRICS)
    tokens = vocabulary.tokenize(rest if is_bare else without_figures(rest, shown))
    meaning, against = read_sides(tokens, today, beside_post=bool(found.posts))
    words = ParsedText(found.posts, found.rejected, meaning, today, against)
    if words.verb != vocabulary.HELP:
        _check_posts(words)
    return words


def is_about_help(text: str, now: datetime) -> bool:
    """Whether a text asks for the help, in whatever words: "how do alerts work", "watch help"."""
    try:
        return parse_text(text, now.date(), now).verb == vocabulary.HELP
    except UsageError:
        return False


def _check_posts(words: ParsedText) -> None:
    if words.rejected and (not words.posts or (words.verb == vocabulary.COMPARE and len(words.posts) == 1)):
        first, *more = dict.fromkeys((one.sentence, one.remedy) for one in words.rejected[:MOST_REJECTED])
        raise NotAPost(" ".join((first[0], *(sentence for sentence, _ in more))), remedy=first[1])
    if len(words.posts) > MOST_POSTS:
        raise TooManyPosts(f"I can compare up to {MOST_POSTS} posts, and you sent {len(words.posts)}.", remedy="Leave some of them out.")


def to_query(words: ParsedText, directory: Directory) -> queries.Query:
    """The query, with names resolved in the directory, which is used only when words are left.

    Raises:
        AmbiguousAccount: several accounts have the name.
        UnknownAccount: no account has the name, and a similar one exists.
        NotUnderstood: words without any meaning.
    """
    try:
        return _settled(words, directory)
    except _Unsettled:
        above = (words.above.meaning, words.above.subject) if words.above else None
        error = suggestions.not_understood(words.meaning, words.posts, directory, lambda text: _check(text, words.today, directory), above)
    except UsageError as refused:
        error = refused
    raise tidied(error, words.today, directory) from None


class _Unsettled(UsageError):
    """The remaining words do not name exactly one account."""


def _check(text: str, today: date, directory: Directory) -> str | None:
    ask = _settled(parse_text(text, today), directory)
    return ask.account if isinstance(ask, queries.PostQuery | queries.AccountQuery | queries.DefaultQuery) else None


def tidied(error: UsageError, today: date, directory: Directory) -> UsageError:
    """The error with its suggestions as short as they can be."""
    suggestions.tidy(error, lambda text: _settled(parse_text(text, today), directory), directory)
    return error


def _askable(text: str, today: date, directory: Directory) -> tuple[str, ...]:
    """The text where it can be asked, else what corrects its other side."""
    try:
        _check(text, today, directory)
    except UsageError as error:
        return error.suggestions if error.remedy in suggestions.CORRECTING else ()
    return (text,)


def _settled(words: ParsedText, directory: Directory) -> queries.Query:
    match words.verb:
        case "start" | vocabulary.THANKS | vocabulary.OK:
            if words.verb == "start":
                check_given(words.meaning.tokens, directory)
            return queries.StartQuery() if words.verb == "start" else queries.CourtesyQuery(words.verb == vocabulary.THANKS)
        case vocabulary.HELP:
            return queries.HelpQuery(words.meaning.topic)
        case vocabulary.ACCOUNTS:
            return _alone(words, queries.AccountsQuery(), directory)
        case vocabulary.STATUS:
            return _alone(words, queries.StatusQuery(), directory)
        case vocabulary.DEFAULT:
            return _default(words, directory)
    left, right = words.meaning, None if words.posts else words.against
    if right or (len(left.rest_words) > 1 and not words.posts):
        left, right = comparison_parser.two_named(left, right, directory)
    return _figures(replace(words, meaning=left), directory) if right is None else _versus(words, left, right, directory)


def _figures(words: ParsedText, directory: Directory) -> queries.Query:
    words = _with_whole_name(words, directory)
    if words.posts and words.verb in vocabulary.SEVERAL_WORDS.values() and words.meaning.tokens[0].lower() not in vocabulary.SEVERAL_WORDS:
        # "Hi team, …", "is this our best post": words around a link.
        comparison_parser.check_compared(words.meaning.tokens, words.posts[0].urn)
        words = replace(words, meaning=replace(words.meaning, verb=""))
    if not (words.posts or is_plain(" ".join(words.meaning.tokens))):
        check_given(words.meaning.tokens, directory)
    if words.verb in comparison_parser.VERBS:
        return comparison_parser.settle(words.meaning, directory, beside_posts=bool(words.posts))
    if words.verb == vocabulary.BEST_TIMES:
        account_named = partial(_account, words, directory)
        return comparison_parser.settle_times(words.meaning, directory, account_named, beside_posts=bool(words.posts))
    account, meaning = _account(words, directory), words.meaning
    if words.posts:
        meaning = _beside_posts(meaning, words.posts[0].urn, directory)
    # With other figures the whole card shows the rate.
    rate = meaning.rate and not meaning.metrics
    meaning = replace(meaning, metrics=() if meaning.rate else meaning.metrics)
    ignored = meaning.period_said or meaning.period is not None or meaning.daily
    if len(words.posts) > 1:
        return queries.CompareQuery(words.posts, account, meaning.metrics, meaning.share, ignored, meaning.export)
    if words.verb == vocabulary.COMPARE or (meaning.compares and account):
        raise comparison_parser.nothing_to_compare(words.posts, account)
    if words.posts:
        return queries.PostQuery(words.posts[0], account, meaning.metrics, meaning.share, ignored, meaning.export, rate)
    return queries.AccountQuery(account, meaning.period, meaning.metrics, meaning.daily, meaning.share, meaning.export, rate)


def _beside_posts(meaning: TokenMeanings, urn: str, directory: Directory) -> TokenMeanings:
    """The words around a link, without the figures that a message about it names: "likes and comments appreciated"."""
    unknown = (word for word in names_among(meaning.rest_words, directory)[1] if word.lower() not in vocabulary.ASIDES)
    meaning = replace(meaning, metrics=(), rate=False) if len(tuple(unknown)) > 1 else meaning
    comparison_parser.check_of_posts(() if meaning.rate else meaning.metrics, urn)
    comparison_parser.check_no_comment(meaning.tokens, urn)
    return meaning


def _versus(
    words: ParsedText, before: TokenMeanings, after: TokenMeanings, directory: Directory
) -> queries.VersusQuery | queries.AccountQuery:
    """Two accounts or two periods, or two figures of one; each side is resolved as a question of its own."""
    # What the comparison shows anyway: "are we up or down".
    shown = vocabulary.ASIDES | vocabulary.CHANGES
    before, after = (
        replace(one, rest_words=tuple(said for said in one.rest_words if said.lower() not in shown)) for one in (before, after)
    )
    quoted = (_with_whole_name(replace(words, meaning=side, against=None), directory).meaning for side in (before, after))
    comparison_parser.check_sides(*quoted, directory=directory)
    left_said, right_said = " ".join(before.tokens), " ".join(after.tokens)
    left = _side(words, before, directory, lambda side: f"{side} vs {right_said}".strip())
    right = _side(words, after, directory, lambda side: f"{left_said} vs {side}".strip())
    if left.metrics and right.metrics and left.metrics != right.metrics:
        if (left.account and right.account) or (left.period and right.period):
            raise NotUnderstood(VERSUS_WHAT, remedy=VERSUS_REMEDY)
        # "Likes vs comments".
        both = tuple(metric for metric in ALL_METRICS if metric in (*left.metrics, *right.metrics))
        return replace(left, account=left.account or right.account, period=left.period or right.period, metrics=both)
    period_first = any(start == 0 for start, _ in period_spans(after.tokens))
    sides = two_sides(Side(left.account, left.period), Side(right.account, right.period), period_first=period_first, today=words.today)
    query = queries.VersusQuery(*sides, left.metrics or right.metrics, left.share or right.share, left.export or right.export)
    comparison_parser.check_days(vocabulary.VERSUS_SIGN, query, daily=left.daily or right.daily)
    return query


def _side(words: ParsedText, meaning: TokenMeanings, directory: Directory, whole: Callable[[str], str]) -> queries.AccountQuery:
    meaning = _with_whole_name(replace(words, meaning=meaning, against=None), directory).meaning
    if meaning.verb in (vocabulary.COMPARE, ""):
        try:
            ask = _settled(replace(words, meaning=replace(meaning, verb=""), against=None), directory)
        except _Unsettled:
            bare = replace(meaning, verb="", tokens=tuple(word for word in meaning.tokens if word.lower() != vocabulary.COMPARE))
            error = suggestions.not_understood(bare, (), directory, lambda text: _check(text, words.today, directory))
            if error.remedy in suggestions.CORRECTING:
                # Two accounts of one side, joined with `vs`, have no third beside them; figures alone are no side.
                texts = (text for text in error.suggestions if vocabulary.VERSUS_SIGN not in text.split())
                figures = any(side.asks_figures for side in (words.meaning, words.against) if side)
                each = map(whole, (text for text in texts if figures or not names_nothing(text)))
                error.suggestions = tuple(one for text in each for one in _askable(text, words.today, directory))
            raise (error if error.remedy != suggestions.SEE_HELP else suggestions.not_connected(meaning.rest)) from None
        if isinstance(ask, queries.AccountQuery | queries.StartQuery):
            return ask if isinstance(ask, queries.AccountQuery) else queries.AccountQuery()
    raise NotUnderstood(VERSUS_WHAT, remedy=VERSUS_REMEDY)


def _alone(words: ParsedText, ask: queries.AccountsQuery | queries.StatusQuery, directory: Directory) -> queries.Query:
    """A question of one word, unless it belongs to an account's name ("Status Quo")."""
    again = _with_whole_name(words, directory)
    if again.verb != words.verb:
        return _settled(again, directory)
    chatter = (vocabulary.CHATTER | _LISTED).issuperset(word.lower() for word in words.meaning.rest_words)
    if not chatter and (reason := reason_of(words.meaning.rest_words, words.meaning.tokens)):
        raise NotUnderstood(reason[0], remedy=reason[1], suggestions=reason[2])
    if words.posts or not chatter or words.meaning.asks_figures:
        raise NotUnderstood(STANDS_ALONE.format(verb=words.verb), remedy=comparison_parser.LEAVE_OUT, suggestions=(queries.to_text(ask),))
    return ask


def _default(words: ParsedText, directory: Directory) -> queries.DefaultQuery:
    if words.rest.lower() in (vocabulary.NOBODY, "none", "nothing"):
        return queries.DefaultQuery("")
    words = _with_whole_name(words, directory)
    is_removed = not _REMOVED.isdisjoint(map(str.lower, words.meaning.rest_words)) and not matching(words.rest, directory)
    ask = queries.DefaultQuery("" if is_removed else _account(words, directory))
    if words.posts or words.meaning.asks_figures:
        raise NotUnderstood(ONE_DEFAULT, remedy=DEFAULT_REMEDY, suggestions=(queries.to_text(ask),))
    return ask


def _with_whole_name(words: ParsedText, directory: Directory) -> ParsedText:
    """The question parsed again with account names quoted that have words with another meaning ("May Lee", "Daily Planet")."""
    tokens = words.meaning.tokens
    plain = not words.rest or len(tokens) == len(words.meaning.rest_words) or FULL_ID.fullmatch(words.rest)
    places = () if plain else names_inside(tokens, directory)
    if not places:
        return words
    start, end = places[0]
    quoted = f'"{" ".join(tokens[start:end])}"'
    again = read_meanings((*tokens[:start], quoted, *tokens[end:]), words.today, beside_post=bool(words.posts))
    return replace(words, meaning=again)


def _account(words: ParsedText, directory: Directory) -> str | None:
    """The account that the remaining words name; a full id is accepted: the service may have more accounts than its last list."""
    if not words.rest or (words.posts and vocabulary.CHATTER.issuperset(map(str.lower, words.meaning.rest_words))):
        return None
    found = matching(words.rest, directory)
    if not found:
        essential = tuple(word for word in words.meaning.rest_words if word.lower() not in vocabulary.ASIDES | vocabulary.CHANGES)
        if not essential and words.meaning.asks_figures:
            return None
        # All remaining words may name the same account, in another order: "acm robotics".
        others, unknown = names_among(essential, directory)
        found = tuple(others) if len(others) == 1 and not unknown else ()
    if len(found) == 1:
        return found[0].platform_id
    may_be_new = words.verb != vocabulary.DEFAULT or not directory.complete
    if not found and may_be_new and FULL_ID.fullmatch(words.rest):
        return words.rest
    if words.posts and (named := suggestions.beside_post(words.meaning, directory)) is not None:
        return named or None
    raise _Unsettled(words.rest)
