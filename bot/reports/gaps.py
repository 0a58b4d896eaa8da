"""The days that LinkedIn did not report: never counted as 0, and named with every figure that lacks them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from bot.reports.figures import NOUNS, listed, rate_words, some_of
from bot.slack.builders import escape, one_line
from bot.slack.numbers import period_label
from bot.statistics.metrics import DAILY_METRICS, Metric, Rate, UnknownRate, engagement_rate, rate_change, rate_parts
from bot.statistics.reports import AccountReport, Period

DAYS_NOT_REPORTED = "LinkedIn didn't report {days}{metrics}{of_account}: left out, not counted as 0."
OF_ACCOUNT = " of {account}"
DAYS_NOT_REPORTED_OF = "LinkedIn didn't report {days}{metrics} of {accounts}: left out of all accounts' sums, not counted as 0."
MORE_GAPS = "Other days of {accounts} are missing too."
MORE_DAYS = "{n} more days"
ONE_MORE_DAY = "1 more day"
COVERAGE = "{reported} of {days} days reported"
COVERAGE_OF_ONE = "{reported} of 1 day reported"
RATE_IN_PART = "n/a: days of {parts} are missing"
#: Ranges of days that are named; the rest is counted.
_NAMED = 6
#: Sets of days that are named with their accounts, and accounts of each set.
_MOST_SETS = 4
_MOST_ACCOUNTS = 4
_NAME_LIMIT = 60

_NO_DAYS: frozenset[date] = frozenset()


class Gaps(Struct, frozen=True):
    """Each metric's unreported days, in the period and in the one before it; metrics without any are absent."""

    now: Mapping[Metric, frozenset[date]]
    before: Mapping[Metric, frozenset[date]]


def find_gaps(report: AccountReport) -> Gaps:
    """The days of both periods that are missing from the metrics asked for. A metric unknown as a whole has no gaps."""
    return Gaps(_missing(report, report.period), _missing(report, report.before))


def _missing(report: AccountReport, period: Period | None) -> dict[Metric, frozenset[date]]:
    if period is None or not report.daily:
        return {}
    wanted, missing = _days_of(period), {}
    for metric in report.metrics:
        series = report.daily.get(metric)
        if isinstance(series, Mapping) and (gone := wanted.difference(series)):
            missing[metric] = gone
    return missing


@lru_cache(maxsize=64)
def _days_of(period: Period) -> frozenset[date]:
    return frozenset(map(date.fromordinal, range(period.first.toordinal(), period.last.toordinal() + 1)))


def coverage(gone: frozenset[date] | None, days: int) -> str:
    """How much of a period a figure covers: ``6 of 7 days reported``; "" when all of it."""
    return (COVERAGE_OF_ONE if days == 1 else COVERAGE).format(reported=days - len(gone), days=days) if gone else ""


def account_rate(report: AccountReport, gaps: Gaps) -> str:
    """The rate of the period in words; a sentence where its parts cover different days, since that rate would be wrong."""
    rate = engagement_rate(report.figures, report.basis)
    if isinstance(rate, Rate) and not same_days(report, gaps):
        return RATE_IN_PART.format(parts=listed(NOUNS[part] for part in rate_parts(report.basis) if part in gaps.now))
    return rate_words(rate)


def rate_before(report: AccountReport, gaps: Gaps) -> Rate | UnknownRate | None:
    parts = rate_parts(report.basis)
    if any(part in gaps.now or part in gaps.before for part in parts) or report.before is None or report.before_figures is None:
        return None
    return engagement_rate(report.before_figures, report.basis)


def rate_moved(report: AccountReport, gaps: Gaps) -> Fraction | None:
    """The change of the rate against the period before; None where it is unknown."""
    earlier = rate_before(report, gaps)
    if earlier is None or report.before is None:
        return None
    return rate_change(engagement_rate(report.figures, report.basis), earlier, (report.period.days, report.before.days))


def same_days(report: AccountReport, gaps: Gaps) -> bool:
    parts = rate_parts(report.basis)
    return len({gaps.now.get(part, _NO_DAYS) for part in parts}) == 1


def gap_notes(report: AccountReport, gaps: Gaps, today: date, *, beside_another: bool = False) -> list[str]:
    """A sentence for each set of missing days, with metrics and accounts (escaped) where these differ, or with ``beside_another``."""
    if not gaps.now and not gaps.before:
        return []
    if len(report.summed) > 1:
        return _notes_of_accounts(report, today)
    account = next((one.account for one in report.summed), report.account)
    of_account = OF_ACCOUNT.format(account=escape(one_line(account.name, _NAME_LIMIT))) if beside_another or report.summed else ""
    return [DAYS_NOT_REPORTED.format(days=days, metrics=metrics, of_account=of_account) for days, metrics in _sets(report, gaps, today)]


def _notes_of_accounts(report: AccountReport, today: date) -> list[str]:
    lacking: dict[tuple[str, str], list[str]] = {}
    for one in report.summed:
        own = replace(one, metrics=report.metrics)
        for gone in _sets(own, find_gaps(own), today):
            lacking.setdefault(gone, []).append(escape(one_line(one.account.name, _NAME_LIMIT)))
    sentences = [
        DAYS_NOT_REPORTED_OF.format(days=days, metrics=metrics, accounts=some_of(names, _MOST_ACCOUNTS))
        for (days, metrics), names in [*lacking.items()][:_MOST_SETS]
    ]
    more = [*dict.fromkeys(name for names in [*lacking.values()][_MOST_SETS:] for name in names)]
    return [*sentences, MORE_GAPS.format(accounts=some_of(more, _MOST_ACCOUNTS))] if more else sentences


def _sets(report: AccountReport, gaps: Gaps, today: date) -> list[tuple[str, str]]:
    """The missing days in words, each set with the metrics that lack it."""
    grouped: dict[tuple[date, ...], list[Metric]] = {}
    daily = [metric for metric in report.metrics if metric in DAILY_METRICS]
    for metric in daily:
        if gone := gaps.now.get(metric, _NO_DAYS) | gaps.before.get(metric, _NO_DAYS):
            grouped.setdefault(tuple(sorted(gone)), []).append(metric)
    return [(named_days(gone, today), _for(metrics, daily)) for gone, metrics in grouped.items()]


def _for(metrics: Sequence[Metric], daily: Sequence[Metric]) -> str:
    return "" if len(metrics) == len(daily) else f" for {listed(NOUNS[metric] for metric in metrics)}"


def named_days(days: Iterable[date], today: date) -> str:
    """Days in words, with ranges: ``Nov 12 and Nov 18–20``; beyond six ranges they are counted."""
    stretches = _stretches(days)
    named = [period_label(stretch, today) for stretch in stretches[:_NAMED]]
    rest = sum(stretch.days for stretch in stretches[_NAMED:])
    return listed([*named, ONE_MORE_DAY if rest == 1 else MORE_DAYS.format(n=rest)] if rest else named)


def _stretches(days: Iterable[date]) -> list[Period]:
    stretches: list[Period] = []
    for day in days:
        if stretches and day - stretches[-1].last == timedelta(days=1):
            stretches[-1] = Period(stretches[-1].first, day)
        else:
            stretches.append(Period(day, day))
    return stretches
