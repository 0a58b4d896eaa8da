"""The progress of goals on cards, in digests, lists and the Home tab; a figure that can't be fetched is shown as failed, not raised."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from bot.errors import StatisticsError
from bot.ops.tasks import run_together
from bot.parsing.dates import MONTHS
from bot.postpost.statistics import AccountDirectory, StatisticsClient
from bot.reports.figures import COVERAGE, COVERAGE_OF_ONE, NAME_LIMIT, noun, some_of
from bot.slack.builders import escape, one_line
from bot.slack.numbers import count, current_format, period_label
from bot.statistics.aggregate import added_by_day, sum_of_days, unreported
from bot.statistics.metrics import DAILY_METRICS, Failed, Figure, Metric, Unavailable, Value
from bot.statistics.reports import TEAM, Account, Directory, Period, Series
from bot.storage.subscriptions import GoalRepository
from bot.storage.workspace_settings import GroupRepository
from bot.subscriptions.goal import Every, Goal, GoalPace, Progress, period_of, whole_days

AT_LEAST = "at least {what}"
TOO_SLOW = "This account's goals take longer to fetch than this card. Refresh asks again."
#: The most goals on a card or in a digest; the list shows all.
MOST_ON_A_CARD = 5
#: A bar's cells, full and empty.
FULL, EMPTY, CELLS = "▰", "▱", 10
_MOST_NAMED = 4


class _Part(Struct, frozen=True):
    """One account's part of a goal: its figure, and by day where LinkedIn has days."""

    account: Account
    figure: Figure
    series: Series | None = None


class GoalFetcher(Struct, frozen=True, kw_only=True, eq=False):
    """Fetches the progress of goals; raises StoreError. ``team`` and ``channel`` are Slack's ids.

    ``groups``: groups, and opted-out accounts, which are in no sum. ``sees``: for a workspace, whether (channel, account) may be seen.
    ``totals_only``: no account's own figures in the team's answers.
    """

    statistics: StatisticsClient
    goals: GoalRepository
    groups: GroupRepository
    accounts: AccountDirectory
    sees: Callable[[str], Awaitable[Callable[[str, str], bool]]]
    totals_only: bool
    clock: Callable[[], datetime]

    async def of_account(
        self, team: str, channel: str, platform_id: str, metrics: Sequence[Metric], *, fresh: bool = False
    ) -> tuple[Progress, ...]:
        """The progress today of one account's goals for these metrics."""
        mine = [goal for goal in await self.goals.goals(team) if goal.account == platform_id and goal.metric in metrics]
        return await self._progress_of(mine, channel, fresh=fresh) if mine else ()

    async def of_digest(self, team: str, channel: str, accounts: Sequence[str], day: date) -> tuple[Progress, ...]:
        """The progress after ``day``, a whole UTC day, of goals whose accounts are all in the digest."""
        every, directory = await self.goals.goals(team), self.accounts.known()
        counted = {goal: await self._counted(goal, directory) for goal in every}
        mine = [goal for goal, of in counted.items() if of and {account.platform_id for account in of} <= set(accounts)]
        return await self._progress_of(mine, channel, after=day)

    async def everywhere(self, team: str, channel: str) -> tuple[Progress, ...]:
        """The progress today of every goal of the workspace that may be seen there."""
        return await self._progress_of(await self.goals.goals(team), channel)

    async def visible(self, team: str, channel: str) -> tuple[tuple[Goal, str], ...]:
        directory = await self.accounts.accounts()
        every = [(goal, await self._visible_accounts(goal, channel, directory)) for goal in await self.goals.goals(team)]
        return tuple((goal, _name(goal, accounts)) for goal, accounts in every if accounts)

    async def _progress_of(
        self, goals: Iterable[Goal], channel: str, *, after: date | None = None, fresh: bool = False
    ) -> tuple[Progress, ...]:
        """The progress of the goals visible in the channel: today, or after the last whole day to count."""
        found = await run_together(self.progress(goal, channel, after=after, fresh=fresh) for goal in goals)
        return tuple(one for one in found if one is not None)

    async def progress(self, goal: Goal, channel: str, *, after: date | None = None, fresh: bool = False) -> Progress | None:
        """The progress of one goal; None where it may not be seen."""
        directory = await self.accounts.accounts()
        accounts = await self._visible_accounts(goal, channel, directory)
        if not accounts:
            return None
        today = self.clock().date() if after is None else date.fromordinal(after.toordinal() + 1)
        period = period_of(goal.every, today if after is None else after)
        days = whole_days(period, today)
        name = _name(goal, accounts)
        if days is None:
            return Progress(goal, name, period, None, Unavailable())
        parts = await run_together(self._part(account, goal.metric, days, fresh=fresh) for account in accounts)
        figure, lacking, unreported_days = _sum(parts, days, whole=goal.who != TEAM or directory.complete)
        missing = tuple(part.account.name for part in lacking) if len(parts) > 1 else ()
        short = [part.account.name for part in parts if len(parts) > 1 and part.series is not None and unreported(part.series, days)]
        failed = any(isinstance(one, Failed) for one in (figure, *(part.figure for part in lacking)))
        lacking_days = tuple(one for one in short if one not in missing) if unreported_days else ()
        return Progress(goal, name, period, days.last, figure, unreported_days, missing, lacking_days, failed)

    async def _visible_accounts(self, goal: Goal, channel: str, directory: Directory) -> list[Account]:
        accounts, sees = await self._counted(goal, directory), await self.sees(goal.team)
        return accounts if all(sees(channel, account.platform_id) for account in accounts) else []

    async def _counted(self, goal: Goal, directory: Directory) -> list[Account]:
        out, sees = await self.groups.opted_out(goal.team), await self.sees(goal.team)
        counted = [one for one in await self._members(goal, directory) if one not in out and sees(goal.channel, one)]
        if goal.who and self.totals_only and len(counted) == 1:
            # The sum of one account is its own figure.
            return []
        return [directory.get(one) or Account(one, one) for one in counted]

    async def _members(self, goal: Goal, directory: Directory) -> tuple[str, ...]:
        if goal.account:
            return (goal.account,)
        if goal.who == TEAM:
            return tuple(account.platform_id for account in directory.accounts)
        return (await self.groups.groups(goal.team)).get(goal.who, ())

    async def _part(self, account: Account, metric: Metric, days: Period, *, fresh: bool) -> _Part:
        try:
            if metric not in DAILY_METRICS:
                response = await self.statistics.account_totals(account.platform_id, days, (metric,), fresh=fresh)
                return _Part(account, response.figures.get(metric, Failed()))
            daily = await self.statistics.account_daily(account.platform_id, days, (metric,), fresh=fresh)
        except StatisticsError:
            return _Part(account, Failed())
        series = daily.series.get(metric, Failed())
        return _Part(account, sum_of_days(series, days), series)


def _name(goal: Goal, accounts: Sequence[Account]) -> str:
    return accounts[0].name if goal.account else goal.who


def _sum(parts: Sequence[_Part], days: Period, *, whole: bool) -> tuple[Figure, list[_Part], int]:
    """The sum over days that every account with a figure reported, parts without, and missing days; none unless the list is ``whole``."""
    lacking = [part for part in parts if not isinstance(part.figure, Value)]
    counted = [part for part in parts if isinstance(part.figure, Value)]
    if not counted:
        failed = any(isinstance(part.figure, Failed) for part in lacking)
        return (Failed() if failed else Unavailable()), lacking, 0
    if not whole:
        return Failed(), [], 0
    added: Series = added_by_day([part.series for part in counted if part.series is not None])
    if isinstance(added, Mapping):
        return sum_of_days(added, days), lacking, len(unreported(added, days))
    return counted[0].figure, lacking, 0


def goal_lines(every: Iterable[Progress], today: date, *, with_subject: bool = False) -> list[str]:
    """A line of mrkdwn for each goal, escaped; ``with_subject`` names its account or group. ``today`` is the current UTC day."""
    return [f"{goal_title(one, today, with_subject=with_subject)} · {progress_text(one)}" for one in every]


def card_goals(every: Sequence[Progress] | None, today: date) -> list[str]:
    """The lines for an account's card; None for goals that could not be fetched in time."""
    return [TOO_SLOW] if every is None else goal_lines(every[:MOST_ON_A_CARD], today)


def goal_title(progress: Progress, today: date, *, with_subject: bool) -> str:
    """The goal in words, escaped: "Goal of Acme: 50,000 impressions in November"."""
    target, period = noun(progress.goal.metric, progress.goal.target), period_name(progress, today)
    return f"Goal of {goal_subject(progress)}: {target} in {period}" if with_subject else f"Goal: {target} in {period}"


def goal_subject(progress: Progress) -> str:
    return named(progress.goal, progress.name)


def named(goal: Goal, name: str) -> str:
    """The account, the group, or the team of a goal, escaped; ``name`` is the account's or group's (foreign text)."""
    return "the team" if goal.who == TEAM else escape(one_line(name, NAME_LIMIT))


def period_name(progress: Progress, today: date) -> str:
    """The period: "November", "the week Nov 16–22", "Q4"; with its year when that is not this one."""
    period = progress.period
    if progress.goal.every is Every.WEEK:
        return f"the week {period_label(period, today)}"
    month = period.first.month
    name = MONTHS[month - 1].capitalize() if progress.goal.every is Every.MONTH else f"Q{(month + 2) // 3}"
    return name if period.first.year == today.year else f"{name} {period.first.year}"


def progress_text(progress: Progress) -> str:
    """The progress in words, escaped: the figure so far, its share of the goal, the share of the time, and the pace."""
    if not isinstance(progress.figure, Value) or progress.last is None:
        return _unknown(progress)
    reached, share = count(progress.figure.count), _share(progress.figure.count, progress.goal.target)
    if progress.missing:
        reached, share = AT_LEAST.format(what=reached), AT_LEAST.format(what=share)
    figure, short_of = f"{reached}{_covered(progress)}", "accounts" if progress.missing else "days"
    if progress.pace is GoalPace.REACHED:
        return f"reached with {figure}"
    if progress.pace is GoalPace.MISSED:
        return f"not reached: {figure}, {share} of the goal"
    if progress.pace is GoalPace.UNKNOWN and not progress.days_left:
        return f"{figure}, {share} of the goal; too few {short_of} to tell whether it was reached"
    gone = _share(progress.days_gone, progress.period.days)
    so_far = f"{reached} so far{_covered(progress)}: {share} of the goal with {gone} of the {progress.goal.every.value} gone"
    if progress.pace is GoalPace.UNKNOWN:
        return f"{so_far}; too few {short_of} to tell the pace"
    return f"{so_far}: {progress.pace.value}"


def _covered(progress: Progress) -> str:
    """The missing accounts and days: " (without Bob; 6 of 7 days reported; days of Ann are missing)"."""
    gaps = [f"without {_some(progress.missing)}"] if progress.missing else []
    if progress.unreported:
        days = progress.days_gone
        reported = (COVERAGE_OF_ONE if days == 1 else COVERAGE).format(reported=days - progress.unreported, days=days)
        gaps.append(f"{reported}; days of {_some(progress.lacking)} are missing" if progress.lacking else reported)
    return f" ({'; '.join(gaps)})" if gaps else ""


def _some(every: Sequence[str]) -> str:
    """Names (foreign text), escaped, the first few; the rest is counted."""
    return some_of([escape(one_line(name, NAME_LIMIT)) for name in every], _MOST_NAMED)


def bar(progress: Progress) -> str:
    """The share of the goal as a bar of ten cells, rounded down; "" where the figure is unknown."""
    if not isinstance(progress.figure, Value):
        return ""
    full = min(CELLS, progress.figure.count * CELLS // progress.goal.target)
    return FULL * full + EMPTY * (CELLS - full)


def _unknown(progress: Progress) -> str:
    if progress.last is None:
        return "its first day isn't over yet (LinkedIn counts days in UTC)"
    if progress.missing:
        return f"n/a so far: there is no figure of {_some(progress.missing)}"
    if progress.lacking:
        return f"n/a so far: no day was reported by all; days of {_some(progress.lacking)} are missing"
    return "n/a so far: it couldn't be fetched" if isinstance(progress.figure, Failed) else "n/a so far: LinkedIn has no figure"


def _share(part: int, of: int) -> str:
    """A share in whole per cent, rounded down, so that an incomplete one is never 100%."""
    whole = part * 100 // of
    return f"<{current_format().percentage('1')}" if part and not whole else current_format().percentage(str(whole))
