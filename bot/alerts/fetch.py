"""Fetches the figures of an alert: the windows that its rule compares, of one account or of several added up.

::

    accounts (named, a group, all; without those that opted out) ─ each: one request by day, and reach by window ─→ AlertFindings

Days are added up only when every day and every account has its figure; reach is fetched window by window, never added. A figure that could
not be fetched raises, so that it is retried; one that LinkedIn does not have is unknown. Of several accounts, one that cannot be
fetched at all is named and left out of every window; then a sum is not compared with an upper limit.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from bot.access.visibility import Sources
from bot.alerts.evaluate import AlertState, Window
from bot.alerts.rule import AlertRule, Condition
from bot.errors import MetricFailed, NobodyLeft, StatisticsError
from bot.ops.tasks import or_error, run_together
from bot.parsing.queries import AccountQuery
from bot.reports.fetch import freshness_of
from bot.slack.request import RequestContext
from bot.statistics.aggregate import unreported
from bot.statistics.metrics import DAILY_METRICS, ENGAGEMENTS, Failed, Figure, Metric, RateBasis, Value
from bot.statistics.reports import TEAM, Account, AccountReport, DailyMetricsResponse, Freshness, MetricsResponse, Period, Series
from bot.subscriptions.subscription import Subscription

GROUP_GONE = "The group “{name}” was removed, or none of its accounts can be shown any more."
MAKE_IT_AGAIN = "Make it again, like `group {name} = ann, bob`, or choose others."


class AlertFindings(Struct, frozen=True):
    """An alert's figures; ``windows`` are in their order, the last one ends yesterday (UTC)."""

    rule: AlertRule
    #: The accounts that are added up.
    accounts: tuple[Account, ...]
    windows: tuple[Window, ...]
    #: The figure by day, as far as LinkedIn reported whole days of every account; empty for reach and rates.
    by_day: Mapping[date, int]
    #: The sources of each account's figures.
    sources: tuple[tuple[Account, Freshness], ...]
    basis: RateBasis = RateBasis.IMPRESSIONS
    #: Accounts of a team whose figures cannot be fetched at all: they are left out of everything.
    failed: tuple[Account, ...] = ()
    #: Accounts with unreported days in these windows, which are unknown then.
    incomplete: tuple[Account, ...] = ()

    @property
    def fetched_at(self) -> datetime:
        """When the oldest of the figures was fetched (aware, UTC)."""
        return min(freshness.fetched_at for _, freshness in self.sources)


class AlertReport(Struct, frozen=True):
    """The figures of an alert and their evaluation."""

    findings: AlertFindings
    state: AlertState


_PERCENT: Final = 100


class _AccountFigures(Struct, frozen=True):
    """One account's figures by day, and its reach in each window."""

    daily: DailyMetricsResponse | None
    reach: Mapping[Period, MetricsResponse]

    @property
    def freshness(self) -> Freshness:
        return freshness_of((("{name}", self.daily), *(("{name}", response) for response in self.reach.values())))

    def lacks_days(self, period: Period) -> bool:
        return any(unreported(series, period) for series in (self.daily.series.values() if self.daily else ()))

    def sum(self, metric: Metric, period: Period) -> int | None:
        if metric not in DAILY_METRICS:
            figure: Figure | None = self.reach[period].figures.get(metric) if period in self.reach else None
            return figure.count if isinstance(figure, Value) else None
        days = _days(self.daily.series.get(metric) if self.daily else None)
        counts = [days.get(period.first + timedelta(days=step)) for step in range(period.days)]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None


class AlertFetcher:
    """Fetches the figures of alerts."""

    def __init__(self, sources: Sources) -> None:
        self._statistics, self._reports, self._accounts = sources.statistics, sources.figures, sources.accounts
        self._watched = sources.watched
        self.basis, self._totals_only = sources.basis, sources.totals_only

    async def fetch(
        self, rule: AlertRule, alert: Subscription, periods: Sequence[Period], context: RequestContext | None = None
    ) -> AlertFindings:
        """The figures in these periods, the oldest first; ``context`` is a test's, None where it is due.

        Raises StatisticsError; NobodyLeft: no account may be shown there any more.
        """
        # From then on their names are known.
        await self._accounts.accounts()
        accounts = await self._watched(rule.who, alert.accounts, alert.team, alert.channel, context)
        if not accounts:
            nobody = NobodyLeft()
            if rule.who not in ("", TEAM):
                nobody.sentence, nobody.remedy = (text.format(name=rule.who) for text in (GROUP_GONE, MAKE_IT_AGAIN))
            raise nobody
        answers = await run_together(or_error(StatisticsError, self._fetched(rule, one.platform_id, periods)) for one in accounts)
        found = [one for one in answers if isinstance(one, _AccountFigures)]
        errors = [one for one in answers if isinstance(one, StatisticsError)]
        if passing := next((one for one in errors if one.passing or not found), None):
            raise passing
        if rule.who and self._totals_only and len(found) == 1:
            # The sum of one account is its own figure.
            raise errors[0] if errors else NobodyLeft
        windows = tuple(self._window(rule, found, period) for period in periods)
        if errors and rule.condition in (Condition.BELOW, Condition.AT_MOST):
            windows = tuple(replace(window, now=None) for window in windows)
        failed = tuple(account for account, one in zip(accounts, answers, strict=True) if isinstance(one, StatisticsError))
        shown = tuple(account for account in accounts if account not in failed)
        sources = tuple((account, one.freshness) for account, one in zip(shown, found, strict=True))
        span = Period(min(period.first for period in periods), periods[-1].last)
        incomplete = tuple(account for account, one in zip(shown, found, strict=True) if one.lacks_days(span))
        return AlertFindings(rule, shown, windows, _added_days(rule, found), sources, self.basis, failed, incomplete)

    async def account_report(self, team: str, account: Account, period: Period) -> AccountReport:
        """All figures of an account's period, for its card in this workspace; raises StatisticsError."""
        (report,) = await self._reports.with_posts(
            team, await self._reports.account_report(AccountQuery(period=period), account.platform_id)
        )
        return report

    async def _fetched(self, rule: AlertRule, platform_id: str, periods: Sequence[Period]) -> _AccountFigures:
        metrics = self._metrics(rule)
        by_day = tuple(metric for metric in metrics if metric in DAILY_METRICS)
        every = dict.fromkeys((*periods, *(other for period in periods for other in rule.compared(period))))
        span = Period(min(period.first for period in every), periods[-1].last)
        daily = await self._statistics.account_daily(platform_id, span, by_day) if by_day else None
        reach = {}
        for period in every if len(by_day) < len(metrics) else ():
            reach[period] = await self._statistics.account_totals(
                platform_id, period, tuple(metric for metric in metrics if metric not in by_day)
            )
        _refuse_failed(platform_id, daily, reach)
        return _AccountFigures(daily, reach)

    def _metrics(self, rule: AlertRule) -> tuple[Metric, ...]:
        if rule.metric:
            return (rule.metric,)
        # The minimum counts impressions, also for a rate of reach.
        return tuple(dict.fromkeys((*ENGAGEMENTS, self.basis.metric, *((Metric.IMPRESSION,) if rule.minimum else ()))))

    def _window(self, rule: AlertRule, found: Sequence[_AccountFigures], period: Period) -> Window:
        before = self._figure(rule, found, period.before) if rule.moves else None
        volume = _added(found, Metric.IMPRESSION, period) if rule.metric is None else None
        history = tuple(self._large_figure(rule, found, other) for other in rule.compared(period)) if rule.unusual else ()
        return Window(period, self._figure(rule, found, period), before, volume, history)

    def _large_figure(self, rule: AlertRule, found: Sequence[_AccountFigures], period: Period) -> Fraction | int | None:
        """The figure; None for a rate of fewer impressions than the rule asks for."""
        if rule.metric is None and rule.minimum and (_added(found, Metric.IMPRESSION, period) or 0) < rule.minimum:
            return None
        return self._figure(rule, found, period)

    def _figure(self, rule: AlertRule, found: Sequence[_AccountFigures], period: Period) -> Fraction | int | None:
        if rule.metric is not None:
            return _added(found, rule.metric, period)
        parts = [_added(found, metric, period) for metric in ENGAGEMENTS]
        base, known = _added(found, self.basis.metric, period), [part for part in parts if part is not None]
        return Fraction(_PERCENT * sum(known), base) if base and len(known) == len(parts) else None


def _added(found: Sequence[_AccountFigures], metric: Metric, period: Period) -> int | None:
    """The sum over all accounts; None for reach of several, and where one is unknown."""
    if not metric.definition.additive and len(found) > 1:
        return None
    counts = [one.sum(metric, period) for one in found]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _added_days(rule: AlertRule, found: Sequence[_AccountFigures]) -> dict[date, int]:
    if rule.metric is None or rule.metric not in DAILY_METRICS:
        return {}
    each = [_days(one.daily.series.get(rule.metric) if one.daily else None) for one in found]
    return {day: sum(days[day] for days in each) for day in sorted(set(each[0]).intersection(*each[1:]))}


def _days(series: Series | None) -> Mapping[date, int]:
    return series if isinstance(series, Mapping) else {}


def _refuse_failed(platform_id: str, daily: DailyMetricsResponse | None, reach: Mapping[Period, MetricsResponse]) -> None:
    """Raises MetricFailed for a figure that could not be fetched, so that it is retried and not taken for unknown."""
    figures = [figure for response in reach.values() for figure in response.figures.values()]
    if any(isinstance(one, Failed) for one in (*figures, *(daily.series.values() if daily else ()))):
        raise MetricFailed(platform_id=platform_id)
