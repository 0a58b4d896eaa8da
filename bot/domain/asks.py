"""Words in, an Ask out: the one grammar of every door.

::

    text ─ read_words ─→ Words (posts, period, metrics, …; what is left may be a name) ─ to_ask, with the accounts ─→ Ask
                           └ in_context: what a thread is about fills what the words leave open                        └ to_words ─→ text

``read_words`` needs no account and no network; ``to_ask`` settles what is left against the known accounts.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.domain import suggestions, vocabulary
from bot.domain.account_names import FULL_ID, id_word, matching, name_inside
from bot.domain.accounts import Directory
from bot.domain.meanings import Meaning, read_meaning
from bot.domain.metrics import Metric
from bot.domain.periods import Period
from bot.domain.periods import words as period_words
from bot.domain.refs import PostRef, Rejected, find_posts
from bot.errors import NotAPost, NotUnderstood, TooManyPosts, UsageError

#: The longest text that is read: Slack lets a command carry far more than a question needs.
MOST_CHARACTERS = 3000
#: So many links that are no posts are explained at once.
MOST_REJECTED = 3

TOO_MUCH_TEXT = "That is more text than I read at once ({most:,} characters)."
TOO_MUCH_TEXT_REMEDY = "Send the link of the post, or an account and a period, alone."
ONE_POST = "I can show one post at a time, and these are {count}."
ONE_POST_REMEDY = "Ask for each on its own."
STANDS_ALONE = "`{verb}` stands alone."
DEFAULT_ALONE = "`default` takes the name of an account and nothing else."
DEFAULT_REMEDY = "Write `default` and a name to set this channel's account, or `default` alone to see which it is."
LEAVE_OUT = "Leave the other words out."


@dataclass(frozen=True, slots=True)
class PostAsk:
    """One post's figures. ``account`` is a platform id or None when the words name none."""

    post: PostRef
    account: str | None = None
    metrics: tuple[Metric, ...] = ()
    share: bool = False
    period_ignored: bool = False


@dataclass(frozen=True, slots=True)
class AccountAsk:
    """An account's period. ``account`` is a platform id or None; ``period`` None is the default, the last 7 whole days."""

    account: str | None = None
    period: Period | None = None
    metrics: tuple[Metric, ...] = ()
    daily: bool = False
    share: bool = False


@dataclass(frozen=True, slots=True)
class StartAsk:
    """No words: what can be done here."""


@dataclass(frozen=True, slots=True)
class HelpAsk:
    """``help [topic]``; ``topic`` is one of the help's topics, or ""."""

    topic: str = ""


@dataclass(frozen=True, slots=True)
class AccountsAsk:
    """``accounts``: every connection with its state."""


@dataclass(frozen=True, slots=True)
class DefaultAsk:
    """``default acme`` sets the channel's account; without one (``account`` None) it says which it is."""

    account: str | None = None


Ask = PostAsk | AccountAsk | StartAsk | HelpAsk | AccountsAsk | DefaultAsk


@dataclass(frozen=True, slots=True)
class Words:
    """A question as far as it can be read without knowing the accounts.

    ``posts`` holds one post at most; ``rejected`` what was pasted beside it and is none. ``meaning`` is that of the other words, read on
    the UTC day ``today``.
    """

    posts: tuple[PostRef, ...]
    rejected: tuple[Rejected, ...]
    meaning: Meaning
    today: date

    @property
    def verb(self) -> str:
        """``start`` when there are no words at all, ``help``, ``accounts``, ``default``; empty for a question about figures."""
        return self.meaning.verb or ("" if self.posts or self.meaning.says_something else "start")

    @property
    def rest(self) -> str:
        """The words that have no meaning of their own: the name of an account, or a mistake."""
        return self.meaning.rest


def read_words(text: str, today: date, now: datetime | None = None) -> Words:
    """The question in a text of Slack's or of a person's.

    Args:
        text: what was typed, with Slack's markup or without.
        today: the UTC day that is not over.
        now: aware; posts of a later moment are refused.

    Raises:
        NotAPost: links or URNs, none of which is a post.
        TooManyPosts: more than one post.
        BadPeriod: a period that cannot be one.
        NotUnderstood: more text than is read.
    """
    if len(text) > MOST_CHARACTERS:
        raise NotUnderstood(TOO_MUCH_TEXT.format(most=MOST_CHARACTERS), remedy=TOO_MUCH_TEXT_REMEDY)
    found = find_posts(text, now)
    said = vocabulary.cut(found.rest)
    words = Words(found.posts, found.rejected, read_meaning(said, today, beside_post=bool(found.posts)), today)
    if words.verb != vocabulary.HELP:
        _check_posts(words)
    return words


def _check_posts(words: Words) -> None:
    if words.rejected and not words.posts:
        first, *more = dict.fromkeys((one.sentence, one.remedy) for one in words.rejected[:MOST_REJECTED])
        raise NotAPost(" ".join((first[0], *(sentence for sentence, _ in more))), remedy=first[1])
    if len(words.posts) > 1:
        each = tuple(_spelt(replace(words, posts=(post,))) for post in words.posts)
        raise TooManyPosts(ONE_POST.format(count=len(words.posts)), remedy=ONE_POST_REMEDY, suggestions=each)


def in_context(words: Words, context: str, today: date, now: datetime | None = None) -> Words:
    """The words, with the post or account (and its period) of ``context`` when they name neither.

    ``context`` is a question in canonical words, or a link; what cannot be read in it counts for nothing.
    """
    if words.verb not in ("", "start") or words.posts or words.rest:
        return words
    try:
        about = read_words(context, today, now)
    except UsageError:
        return words
    if about.verb:
        return words
    mine, theirs = words.meaning, about.meaning
    period = mine.period or (None if mine.period_said else theirs.period)
    said = (*mine.said, *theirs.rest_words)
    return replace(words, posts=about.posts, meaning=replace(mine, said=said, rest_words=theirs.rest_words, period=period, card=True))


def to_ask(words: Words, directory: Directory) -> Ask:
    """What is asked for, with names settled against the known accounts; the directory is looked at only when words are left.

    Raises:
        AmbiguousAccount: several accounts have the name.
        UnknownAccount: no account has it, and it is near to one that exists.
        NotUnderstood: words without any meaning here.
    """
    try:
        return _settled(words, directory)
    except _Unsettled:
        raise suggestions.not_understood(words.meaning, words.posts, directory, lambda text: _check(text, words.today, directory)) from None


class _Unsettled(UsageError):
    """The words that are left name no one account."""


def _check(text: str, today: date, directory: Directory) -> str | None:
    """The account that a text asks about; raises UsageError when it cannot be asked."""
    ask = _settled(read_words(text, today), directory)
    return ask.account if isinstance(ask, PostAsk | AccountAsk | DefaultAsk) else None


def _settled(words: Words, directory: Directory) -> Ask:
    match words.verb:
        case "start":
            return StartAsk()
        case vocabulary.HELP:
            return HelpAsk(words.meaning.topic)
        case vocabulary.ACCOUNTS:
            return _accounts(words)
        case vocabulary.DEFAULT:
            return _default(words, directory)
    words = _with_whole_name(words, directory)
    account, meaning = _account(words, directory), words.meaning
    if words.posts:
        ignored = meaning.period_said or meaning.period is not None or meaning.daily
        return PostAsk(words.posts[0], account, meaning.metrics, meaning.share, ignored)
    return AccountAsk(account, meaning.period, meaning.metrics, meaning.daily, meaning.share)


def _accounts(words: Words) -> AccountsAsk:
    if words.posts or words.rest or words.meaning.asks_figures:
        raise NotUnderstood(STANDS_ALONE.format(verb="accounts"), remedy=LEAVE_OUT, suggestions=("accounts",))
    return AccountsAsk()


def _default(words: Words, directory: Directory) -> DefaultAsk:
    words = _with_whole_name(words, directory)
    ask = DefaultAsk(_account(words, directory))
    if words.posts or words.meaning.asks_figures:
        raise NotUnderstood(DEFAULT_ALONE, remedy=DEFAULT_REMEDY, suggestions=(to_words(ask),))
    return ask


def _with_whole_name(words: Words, directory: Directory) -> Words:
    """The words read again where a whole account name stands in them that holds words with another meaning ("May Lee", "Daily Planet")."""
    said = words.meaning.said
    plain = not words.rest or len(said) == len(words.meaning.rest_words) or FULL_ID.fullmatch(words.rest)
    place = None if plain else name_inside(said, directory)
    if place is None:
        return words
    start, end = place
    quoted = f'"{" ".join(said[start:end])}"'
    again = read_meaning((*said[:start], quoted, *said[end:]), words.today, beside_post=bool(words.posts))
    return replace(words, meaning=again)


def _account(words: Words, directory: Directory) -> str | None:
    """The account that the remaining words name; an id in full is taken at its word: the service may know more than its last list."""
    if not words.rest:
        return None
    found = matching(words.rest, directory)
    if len(found) == 1:
        return found[0].platform_id
    may_be_new = words.verb != vocabulary.DEFAULT or not directory.complete
    if not found and may_be_new and FULL_ID.fullmatch(words.rest):
        return words.rest
    raise _Unsettled(words.rest)


def to_words(ask: Ask) -> str:
    """The canonical words of an ask: read again, they give the same ask."""
    match ask:
        case PostAsk():
            return _joined(ask.post.urn, _account_word(ask), *_extras(ask.metrics, daily=ask.period_ignored, share=ask.share))
        case AccountAsk():
            period = period_words(ask.period) if ask.period else ""
            extras = _extras(ask.metrics, daily=ask.daily, share=ask.share)
            return _joined(_account_word(ask), period, *extras) or vocabulary.ACCOUNT
        case HelpAsk():
            return _joined(vocabulary.HELP, ask.topic)
        case AccountsAsk():
            return vocabulary.ACCOUNTS
        case DefaultAsk():
            return _joined(vocabulary.DEFAULT, _account_word(ask))
        case StartAsk():
            return ""


def _account_word(ask: PostAsk | AccountAsk | DefaultAsk) -> str:
    return id_word(ask.account) if ask.account else ""


def _extras(metrics: tuple[Metric, ...], *, daily: bool, share: bool) -> tuple[str, ...]:
    names = (vocabulary.METRIC_NAMES[metric] for metric in metrics)
    return (*names, vocabulary.DAILY if daily else "", vocabulary.SHARE if share else "")


def _joined(*parts: str) -> str:
    return " ".join(filter(None, parts))


def _spelt(words: Words) -> str:
    """A question about one post as it can be pasted again."""
    return _joined(words.posts[0].urn, *words.meaning.said)
