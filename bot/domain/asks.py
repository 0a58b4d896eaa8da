"""Words in, an Ask out: the one grammar of every door.

``read_words`` needs no account and no network; ``to_ask`` settles what is left against the known accounts.
"""

from dataclasses import dataclass

from bot.domain.metrics import Metric
from bot.domain.periods import Period
from bot.domain.refs import PostRef


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
