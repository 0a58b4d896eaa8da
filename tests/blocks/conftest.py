"""Reports to build cards from, and the comparison with a snapshot."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.statistics.accounts import Account, Directory, TokenStatus
from bot.statistics.metrics import ALL_METRICS, DAILY_METRICS, Figure, Metric, Value
from bot.statistics.periods import Period
from bot.statistics.posts import PostKind, PostRef
from bot.statistics.reports import AccountReport, Freshness, PostReport

SNAPSHOTS = Path(__file__).parent / "snapshots"

ACME = Account("linkedin-Tz9W5i6ZYG", "Acme", "acme", TokenStatus.VALID)
ANN = Account("linkedin-ABC", "Ann Lee", "annlee", TokenStatus.EXPIRING_SOON, "5 days")
BOB = Account("linkedin-bob", "Bob & <Sons>", "", TokenStatus.EXPIRED)
WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))


@dataclass(frozen=True)
class Samples:
    """The specification's own figures, on a Monday morning."""

    now: datetime = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)
    acme: Account = ACME
    ann: Account = ANN
    bob: Account = BOB
    week: Period = WEEK
    post_words: str = "urn:li:share:7434685316856377344 linkedin-Tz9W5i6ZYG"
    account_words: str = "linkedin-Tz9W5i6ZYG 2026-11-16..2026-11-22"
    post_counts: Mapping[Metric, int] = field(default_factory=lambda: dict(zip(ALL_METRICS, (15_420, 8_234, 456, 89, 23), strict=True)))

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def directory(self) -> Directory:
        return Directory((self.acme, self.ann, self.bob))

    def figures(self, **changed: Figure) -> dict[Metric, Figure]:
        return {metric: changed.get(metric.lower(), Value(count)) for metric, count in self.post_counts.items()}

    def post(self, **changed: Any) -> PostReport:
        report = PostReport(
            post=PostRef(PostKind.SHARE, 7_434_685_316_856_377_344),
            account=self.acme,
            figures=self.figures(),
            metrics=ALL_METRICS,
            freshness=Freshness(self.now),
            published_at=datetime(2026, 3, 3, 8, 0, tzinfo=UTC),
        )
        return replace(report, **changed)

    def series(self, period: Period, base: int = 5_000, step: int = 100) -> dict[date, int]:
        """Both periods' days, growing by ``step`` a day."""
        days = period.days * 2
        return {period.before.first + timedelta(days=offset): base + offset * step for offset in range(days)}

    def account(self, period: Period | None = None, **changed: Any) -> AccountReport:
        period = period or self.week
        daily = {metric: self.series(period, base, 1) for metric, base in zip(DAILY_METRICS, (5_000, 150, 30, 12), strict=True)}
        report = AccountReport(
            account=self.acme,
            period=period,
            figures=self._totals(daily, period, 22_150),
            metrics=ALL_METRICS,
            freshness=Freshness(self.now),
            before=period.before,
            before_figures=self._totals(daily, period.before, 22_834),
            daily=daily,
        )
        return replace(report, **changed)

    def _totals(self, daily: Mapping[Metric, Mapping[date, int]], period: Period, reach: int) -> dict[Metric, Figure]:
        totals: dict[Metric, Figure] = {Metric.MEMBERS_REACHED: Value(reach)}
        for metric, series in daily.items():
            totals[metric] = Value(sum(count for day, count in series.items() if day in period))
        return {metric: totals[metric] for metric in ALL_METRICS}


@pytest.fixture(scope="session")
def samples() -> Samples:
    return Samples()


@pytest.fixture
def compare() -> Callable[[str, Mapping[str, Any]], None]:
    """Compares a payload with its snapshot; UPDATE_SNAPSHOTS=1 in the environment writes it instead."""

    def check(name: str, payload: Mapping[str, Any]) -> None:
        path = SNAPSHOTS / f"{name}.json"
        text = json.dumps(payload, indent=1, ensure_ascii=False) + "\n"
        if os.environ.get("UPDATE_SNAPSHOTS") == "1":
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"no snapshot {path.name}: look at the card, then run once with UPDATE_SNAPSHOTS=1"
        assert json.loads(text) == json.loads(path.read_text(encoding="utf-8")), (
            f"{path.name} reads differently now: look at the card, then run once with UPDATE_SNAPSHOTS=1"
        )

    return check
