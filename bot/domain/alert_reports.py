"""What an alert's message is made of: the windows that were looked at, whose they are, and what they give to say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.accounts import Account
from bot.domain.alerts import Rule, Verdict, Window
from bot.domain.metrics import RateBasis


@dataclass(frozen=True, slots=True)
class AlertLook:
    """One look at an alert's figures; ``windows`` are in their order, the last one ends yesterday (UTC)."""

    rule: Rule
    #: Whose figures these are; several are added up.
    accounts: tuple[Account, ...]
    windows: tuple[Window, ...]
    #: The figure by day, as far as LinkedIn reported whole days of every account; empty for reach and rates.
    by_day: Mapping[date, int]
    #: Aware, UTC.
    fetched_at: datetime
    basis: RateBasis = RateBasis.IMPRESSIONS
    #: Accounts of a team whose figures cannot be fetched at all: they are in none of this.
    failed: tuple[Account, ...] = ()


@dataclass(frozen=True, slots=True)
class AlertReport:
    """A look and its verdict, with the alert's own words beside."""

    look: AlertLook
    verdict: Verdict
    #: "every day 9:00 Europe/Berlin".
    schedule_words: str = ""
