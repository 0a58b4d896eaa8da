"""What a question asks for, as values, and the canonical words that buttons carry."""

from dataclasses import dataclass

from bot.domain import vocabulary
from bot.domain.account_names import id_word
from bot.domain.metrics import Metric
from bot.domain.periods import Period
from bot.domain.periods import words as period_words
from bot.domain.refs import PostRef
from bot.domain.team_asks import SeveralAsk, several_words


@dataclass(frozen=True, slots=True)
class PostAsk:
    """One post's figures. ``account`` is a platform id or None when the words name none."""

    post: PostRef
    account: str | None = None
    metrics: tuple[Metric, ...] = ()
    share: bool = False
    period_ignored: bool = False
    export: str = ""


@dataclass(frozen=True, slots=True)
class AccountAsk:
    """An account's period. ``account`` is a platform id or None; ``period`` None is the default, the last 7 whole days.

    ``export`` is "csv" or "xlsx" when a file is wanted as well, else "".
    """

    account: str | None = None
    period: Period | None = None
    metrics: tuple[Metric, ...] = ()
    daily: bool = False
    share: bool = False
    export: str = ""


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
class StatusAsk:
    """``status``: how everything is that the bot depends on."""


@dataclass(frozen=True, slots=True)
class DefaultAsk:
    """``default acme`` sets the channel's account; without one (``account`` None) it says which it is."""

    account: str | None = None


Ask = PostAsk | AccountAsk | StartAsk | HelpAsk | AccountsAsk | StatusAsk | DefaultAsk | SeveralAsk


def to_words(ask: Ask) -> str:
    """The canonical words of an ask: read again, they give the same ask."""
    match ask:
        case PostAsk():
            return _joined(ask.post.urn, _account_word(ask), *_extras(ask, daily=ask.period_ignored))
        case AccountAsk():
            period = period_words(ask.period) if ask.period else ""
            return _joined(_account_word(ask), period, *_extras(ask, daily=ask.daily)) or vocabulary.ACCOUNT
        case HelpAsk() | AccountsAsk() | StatusAsk() | DefaultAsk() | StartAsk():
            return _plain_words(ask)
    return several_words(ask)


def _plain_words(ask: HelpAsk | AccountsAsk | StatusAsk | DefaultAsk | StartAsk) -> str:
    match ask:
        case HelpAsk():
            return _joined(vocabulary.HELP, ask.topic)
        case AccountsAsk():
            return vocabulary.ACCOUNTS
        case StatusAsk():
            return vocabulary.STATUS
        case DefaultAsk():
            return _joined(vocabulary.DEFAULT, _account_word(ask))
    return ""


def _account_word(ask: PostAsk | AccountAsk | DefaultAsk) -> str:
    return id_word(ask.account) if ask.account else ""


def _extras(ask: PostAsk | AccountAsk, *, daily: bool) -> tuple[str, ...]:
    names = (vocabulary.METRIC_NAMES[metric] for metric in ask.metrics)
    return (*names, vocabulary.DAILY if daily else "", ask.export, vocabulary.SHARE if ask.share else "")


def _joined(*parts: str) -> str:
    return " ".join(filter(None, parts))
