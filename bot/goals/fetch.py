"""How far goals are, from the statistics API's figures.

::

    the workspace's goals ─ visible here? ─ accounts (without those that opted out) ─ the days of the period that are over ─→ Progress

Nothing here raises a StatisticsError: a figure that cannot be fetched is a failed one, and the goal says so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.access.permissions import AccessRules
from bot.errors import StatisticsError
from bot.ops.tasks import run_together
from bot.postpost.directory import AccountDirectory
from bot.postpost.statistics import StatisticsClient
from bot.statistics.aggregate import added_by_day, tally, unreported
from bot.statistics.metrics import DAILY_METRICS, Failed, Figure, Metric, Unavailable, Value
from bot.statistics.reports import Account, Directory, Period, Series
from bot.storage.cached import CachedGroups
from bot.storage.goals import GoalRepository
from bot.subscriptions.goal import TEAM, Goal, Progress, period_of, whole_days


@dataclass(frozen=True, slots=True)
class _Part:
    """One account's part of a goal: its figure, and by day where LinkedIn has days."""

    account: Account
    figure: Figure
    series: Series | None = None


class GoalFetcher:
    """Fetches how far goals are. Every method raises StoreError; ``team`` and ``channel`` are Slack's ids.

    Args:
        statistics: the statistics API.
        goals: the stored goals.
        groups: groups, and who opted out: such an account has no goal anywhere, and is in no sum.
        accounts: the connected accounts.
        rules: which account may be seen where.
        totals_only: whether an account's own figures are left out of the team's answers.
        clock: the current time (aware, UTC).
    """

    def __init__(
        self,
        *,
        statistics: StatisticsClient,
        goals: GoalRepository,
        groups: CachedGroups,
        accounts: AccountDirectory,
        rules: AccessRules,
        totals_only: bool,
        clock: Callable[[], datetime],
    ) -> None:
        self._statistics, self._goals, self._groups, self._accounts = statistics, goals, groups, accounts
        self._rules, self._totals_only, self._clock = rules, totals_only, clock

    async def of_account(
        self, team: str, channel: str, platform_id: str, metrics: Sequence[Metric], *, fresh: bool = False
    ) -> tuple[Progress, ...]:
        """The progress today of one account's goals for these metrics."""
        mine = [goal for goal in await self._goals.goals(team) if goal.account == platform_id and goal.metric in metrics]
        return await self._progress_of(mine, channel, fresh=fresh) if mine else ()

    async def of_digest(self, team: str, channel: str, accounts: Sequence[str], day: date) -> tuple[Progress, ...]:
        """The progress after ``day``, a whole UTC day, of goals whose accounts are all in the digest."""
        every, directory = await self._goals.goals(team), self._accounts.known()
        counted = {goal: await self._counted(goal, directory) for goal in every}
        mine = [goal for goal, of in counted.items() if of and {account.platform_id for account in of} <= set(accounts)]
        return await self._progress_of(mine, channel, after=day)

    async def everywhere(self, team: str, channel: str) -> tuple[Progress, ...]:
        """The progress today of every goal of the workspace that may be seen there."""
        return await self._progress_of(await self._goals.goals(team), channel)

    async def visible(self, team: str, channel: str) -> tuple[tuple[Goal, str], ...]:
        """The goals that may be seen there, each with its account's or group's name; no figure is fetched."""
        directory = await self._accounts.accounts()
        every = [(goal, await self._visible_accounts(goal, channel, directory)) for goal in await self._goals.goals(team)]
        return tuple((goal, _name(goal, accounts)) for goal, accounts in every if accounts)

    async def _progress_of(
        self, goals: Iterable[Goal], channel: str, *, after: date | None = None, fresh: bool = False
    ) -> tuple[Progress, ...]:
        """The progress of those goals that may be seen in the channel: today, or after a whole day that is the last to count."""
        found = await run_together(self.progress(goal, channel, after=after, fresh=fresh) for goal in goals)
        return tuple(one for one in found if one is not None)

    async def progress(self, goal: Goal, channel: str, *, after: date | None = None, fresh: bool = False) -> Progress | None:
        """The progress of one goal; None where it may not be seen."""
        directory = await self._accounts.accounts()
        accounts = await self._visible_accounts(goal, channel, directory)
        if not accounts:
            return None
        today = self._clock().date() if after is None else date.fromordinal(after.toordinal() + 1)
        period = period_of(goal.every, today if after is None else after)
        days = whole_days(period, today)
        name = _name(goal, accounts)
        if days is None:
            return Progress(goal, name, period, None, Unavailable())
        parts = await run_together(self._part(account, goal.metric, days, fresh=fresh) for account in accounts)
        figure, lacking, unreported_days = _sum(parts, days, whole=goal.who != TEAM or directory.complete)
        missing = tuple(part.account.name for part in lacking) if len(parts) > 1 else ()
        short = [part.account.name for part in parts if len(parts) > 1 and part.series is not None and unreported(part.series, days)]
        return Progress(goal, name, period, days.last, figure, unreported_days, missing, tuple(short) if unreported_days else ())

    async def _visible_accounts(self, goal: Goal, channel: str, directory: Directory) -> list[Account]:
        """The accounts that a goal counts; none unless all of them may be seen there."""
        accounts = await self._counted(goal, directory)
        return accounts if all(self._rules.sees(channel, account.platform_id) for account in accounts) else []

    async def _counted(self, goal: Goal, directory: Directory) -> list[Account]:
        """The accounts that a goal counts; none where it may not be shown."""
        out = await self._groups.opted_out(goal.team)
        counted = [one for one in await self._members(goal, directory) if one not in out and self._rules.sees(goal.channel, one)]
        if goal.who and self._totals_only and len(counted) == 1:
            # The sum of one account is its own figure.
            return []
        return [directory.get(one) or Account(one, one) for one in counted]

    async def _members(self, goal: Goal, directory: Directory) -> tuple[str, ...]:
        if goal.account:
            return (goal.account,)
        if goal.who == TEAM:
            return tuple(account.platform_id for account in directory.accounts)
        return (await self._groups.groups(goal.team)).get(goal.who, ())

    async def _part(self, account: Account, metric: Metric, days: Period, *, fresh: bool) -> _Part:
        try:
            if metric not in DAILY_METRICS:
                response = await self._statistics.account_totals(account.platform_id, days, (metric,), fresh=fresh)
                return _Part(account, response.figures.get(metric, Failed()))
            daily = await self._statistics.account_daily(account.platform_id, days, (metric,), fresh=fresh)
        except StatisticsError:
            return _Part(account, Failed())
        series = daily.series.get(metric, Failed())
        return _Part(account, tally(series, days), series)


def _name(goal: Goal, accounts: Sequence[Account]) -> str:
    return accounts[0].name if goal.account else goal.who


def _sum(parts: Sequence[_Part], days: Period, *, whole: bool) -> tuple[Figure, list[_Part], int]:
    """The sum over the days that every account reported, the parts without a figure, and how many of ``days`` the sum lacks.

    ``whole`` is False when unknown accounts may be missing: then there is no sum.
    """
    lacking = [part for part in parts if not isinstance(part.figure, Value)]
    if lacking:
        failed = any(isinstance(part.figure, Failed) for part in lacking)
        return (Failed() if failed else Unavailable()), lacking, 0
    if not whole:
        return Failed(), [], 0
    added: Series = added_by_day([part.series for part in parts if part.series is not None])
    if isinstance(added, Mapping):
        return tally(added, days), [], len(unreported(added, days))
    return parts[0].figure, [], 0
