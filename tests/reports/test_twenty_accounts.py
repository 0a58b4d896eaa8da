"""Twenty accounts in one answer: asked for at the same time, and inside Slack's limits."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.parsing.queries import TeamQuery
from bot.queries.fetch import ComparisonFetcher
from bot.queries.team_blocks import build_team_card
from bot.reports.fetch import ReportFetcher
from bot.slack.validator import check_message
from bot.statistics.metrics import RateBasis, Value, View
from bot.statistics.reports import Account, DailyMetricsResponse, Directory, MetricsResponse

pytestmark = pytest.mark.usefixtures("english_numbers")

NOW = datetime(2026, 11, 23, 9, 2, tzinfo=UTC)
IDS = [f"linkedin-{number:02}" for number in range(20)]
#: As long as the wire takes names.
NAMES = {one: f"{one} & Sons <GmbH> {'of a very long name ' * 4}" for one in IDS}


class OnlyAllAtOnce:
    """A statistics service that answers only once all twenty accounts were requested."""

    def __init__(self) -> None:
        self._asked: set[str] = set()
        self._all = asyncio.Event()

    async def _wait(self, platform_id):
        self._asked.add(platform_id)
        if len(self._asked) == len(IDS):
            self._all.set()
        await self._all.wait()

    async def account_totals(self, platform_id, _period, metrics, **_):
        await self._wait(platform_id)
        return MetricsResponse({metric: Value(10**9) for metric in metrics}, frozenset(), NOW)

    async def account_daily(self, platform_id, period, metrics, **_):
        await self._wait(platform_id)
        days = [period.first + timedelta(days=step) for step in range(period.days)]
        return DailyMetricsResponse({metric: dict.fromkeys(days, 10**9) for metric in metrics}, frozenset(), NOW)


class Known:
    """The accounts and posts that are known: twenty, and none."""

    def known(self):
        return Directory(tuple(Account(one, NAMES[one]) for one in IDS))

    def published(self, *_):
        return ()


async def test_no_account_waits_for_another_and_slack_takes_the_answer():
    """Requested one after the other, none would ever be answered."""
    service: Any = OnlyAllAtOnce()
    known: Any = Known()
    fetcher = ReportFetcher(
        statistics=service, accounts=known, posts=known, remembered=known, basis=RateBasis.IMPRESSIONS, clock=lambda: NOW
    )
    sources: Any = SimpleNamespace(figures=fetcher, posts=known, basis=RateBasis.IMPRESSIONS, clock=lambda: NOW)
    team = ComparisonFetcher(sources)
    for view in View:
        report = await asyncio.wait_for(team.team(TeamQuery(view), "", IDS), 60)
        card = build_team_card(report, today=date(2026, 11, 23), words=view.value)
        assert len(report.reports) == len(IDS)
        assert not check_message(card.blocks, card.text)
