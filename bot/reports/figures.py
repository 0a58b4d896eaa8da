"""Figures in words: a value is a number, the two unknown states are words, never 0; in fields, headlines and stories.

Days that LinkedIn did not report are never counted as 0, and are named with every figure that lacks them.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from bot.slack.builders import escape, one_line
from bot.slack.numbers import average, count, percent, period_label, rate, signed
from bot.statistics.metrics import (
    DAILY_METRICS,
    ENGAGEMENTS,
    NAMES,
    Failed,
    Figure,
    Figures,
    Metric,
    MetricChange,
    Rate,
    RateBasis,
    Unavailable,
    UnknownRate,
    Value,
    engagement_rate,
    rate_change,
    rate_parts,
)
from bot.statistics.reports import AccountReport, Period

#: Characters of a name in a headline, to leave room for the figures.
NAME_LIMIT = 60

NO_FIGURE = "n/a: LinkedIn has no figure"
NOT_FETCHED_FIGURE = "couldn't be fetched"
NEW = "new"
WAS = "before: {what}"
RATE_NAME = "Engagement rate"
RATE_BASIS: Final[Mapping[RateBasis, str]] = {RateBasis.IMPRESSIONS: "impressions", RateBasis.REACH: "members reached"}
RATE_FORMULA = f"rate = ({' + '.join(metric.definition.word for metric in ENGAGEMENTS)}) / {{basis}}"
UTC_DAYS = "Whole days in UTC"
#: The text for an unknown figure.
NOTHING: Final = "n/a"

NO_FIGURES_AT_LINKEDIN = "LinkedIn has no figures"
UNCHANGED = "unchanged"
UNCHANGED_PER_DAY = "unchanged per day"

NOUNS: Final[Mapping[Metric, str]] = {metric: name.lower() for metric, name in NAMES.items()}
#: The state of a requested figure that is missing in the answer.
MISSING: Final = Failed()
UNAVAILABLE: Final = Unavailable()
#: Characters in a line of one of two columns on a phone, which has some 40 in all.
COLUMN: Final = 19
#: The metrics asked for, each with its figure, in the order a card shows them.
AskedFigures = Sequence[tuple[Metric, Figure]]

_TITLES: Final[Mapping[Metric, str]] = {metric: f"*{name}*\n" for metric, name in NAMES.items()}


def asked(figures: Figures, metrics: Iterable[Metric]) -> AskedFigures:
    return [(metric, figures.get(metric, MISSING)) for metric in metrics]


def listed(parts: Iterable[str]) -> str:
    """Words as a list: ``comments``, ``comments and reshares``, ``reactions, comments and reshares``."""
    *head, last = parts
    return f"{', '.join(head)} and {last}" if head else last


def some_of(names: Sequence[str], most: int) -> str:
    """The first ``most`` names as a list; the rest is counted: ``Ann, Bob and 3 more``."""
    more = len(names) - most
    return listed([*names[:most], f"{more} more"] if more > 0 else names)


def noun(metric: Metric, number: int) -> str:
    """A counted metric: ``1 comment``, ``23 reshares``."""
    return f"{count(number)} {metric.definition.singular if number == 1 else NOUNS[metric]}"


def state(figure: Figure) -> str:
    """A figure alone: ``45,230``, or which of the two unknowns it is."""
    if isinstance(figure, Value):
        return count(figure.count)
    return NOT_FETCHED_FIGURE if isinstance(figure, Failed) else NO_FIGURE


def field(metric: Metric, figure: Figure, change: str = "", note: str = "") -> str:
    """A card's field in mrkdwn: the metric's name, and its figure as ``field_lines`` has it."""
    return _TITLES[metric] + field_lines(state(figure), change, note)


def field_lines(figure: str, change: str = "", note: str = "") -> str:
    """A figure with its change on the same line, or below where a phone's column has no room; the note has its own line."""
    beside = f"{figure}  {change}" if change else figure
    lines = [beside] if len(beside) <= COLUMN else [figure, change]
    return "\n".join(filter(None, [*lines, note]))


def field_change(report: AccountReport, metric: Metric) -> tuple[str, str]:
    """A figure's change and its value in the period before, each short enough for a field's line; "" for unknown ones."""
    figure, earlier = report.figures.get(metric, MISSING), (report.before_figures or {}).get(metric, UNAVAILABLE)
    if not isinstance(figure, Value):
        return "", ""
    if not isinstance(earlier, Value):
        return "", "before: not fetched" if isinstance(earlier, Failed) else WAS.format(what=NOTHING)
    moved = report.moved(metric)
    if moved is not None and moved.per_day:
        return mark(moved), f"before: {average(moved.per_day[1])} a day"
    return mark(moved) if moved else "", WAS.format(what=count(earlier.count))


def mark(moved: MetricChange) -> str:
    """A change with its sign and without its base: ``▲ 12%``, ``▲ +3``, ``▲ new``, ``unchanged``, ``▲ 7.1% per day``."""
    if not moved.sign:
        return UNCHANGED_PER_DAY if moved.per_day else UNCHANGED
    return f"{'▲' if moved.sign > 0 else '▼'} {NEW if moved.new else _size(moved, signed(moved.absolute))}"


def days(number: int) -> str:
    return "1 day" if number == 1 else f"{count(number)} days"


def length_notes(report: AccountReport, today: date) -> list[str]:
    return unlike_length_note(report.period, report.before, today) if report.before and report.is_unlike else []


def unlike_length_note(period: Period, before: Period, today: date) -> list[str]:
    """The note that two periods are not equally long, and what that means for changes."""
    names = period_label(period, today), period_label(before, today)
    return [f"{names[0]} has {days(period.days)} and {names[1]} has {days(before.days)}: the changes are per day, not between the totals."]


def direction(moved: MetricChange) -> str:
    """A change for a headline: ``up 12%``, ``down 3``, ``up 7.1% per day``, ``none before``, ``unchanged``."""
    if not moved.sign:
        return UNCHANGED_PER_DAY if moved.per_day else UNCHANGED
    if moved.new:
        return "none before"
    return f"{'up' if moved.sign > 0 else 'down'} {_size(moved, count(abs(moved.absolute)))}"


def _size(moved: MetricChange, absolute: str) -> str:
    """How large a change is, in per cent where there is a base for it: ``12%``, ``7.1% per day``; else ``absolute``."""
    if not moved.per_day:
        return absolute if moved.percent is None else percent(moved.percent)
    return f"{average(abs(moved.per_day[0] - moved.per_day[1])) if moved.percent is None else percent(moved.percent)} per day"


def change_words(moved: MetricChange) -> str:
    words = direction(moved)
    return f"{words} ({signed(moved.absolute)})" if moved.percent is not None and moved.absolute and not moved.per_day else words


def rate_words(engagement: Rate | UnknownRate) -> str:
    if isinstance(engagement, Rate):
        return f"{rate(engagement.fraction)} of {RATE_BASIS[engagement.basis]}"
    if len(engagement.missing) > len(ENGAGEMENTS):
        return NOTHING
    if engagement.missing:
        return f"n/a: {listed(NOUNS[metric] for metric in engagement.missing)} are unknown"
    return {RateBasis.IMPRESSIONS: "n/a: no impressions", RateBasis.REACH: "n/a: nobody reached"}[engagement.basis]


def rate_is_of(figures: Figures, basis: RateBasis) -> str:
    """The parts of a rate: "508 of 16,345: 404 reactions, 69 comments and 35 reshares"; "" where a part is unknown."""
    counts = {metric: figure.count for metric in (*ENGAGEMENTS, basis.metric) if isinstance(figure := figures.get(metric), Value)}
    if len(counts) <= len(ENGAGEMENTS):
        return ""
    parts = listed(noun(metric, counts[metric]) for metric in ENGAGEMENTS)
    engaged = count(sum(counts[metric] for metric in ENGAGEMENTS))
    return f"{engaged} engagements of {noun(basis.metric, counts[basis.metric])}: {parts}"


def rate_asked(metrics: tuple[Metric, ...], basis: RateBasis) -> bool:
    """Whether every part of the rate was requested: a card of two metrics has no rate."""
    return basis.metric in metrics and all(part in metrics for part in ENGAGEMENTS)


def first_known(asked_for: AskedFigures) -> tuple[Metric, Value] | None:
    """The metric of a headline: the first requested one with a value."""
    return next(((metric, figure) for metric, figure in asked_for if isinstance(figure, Value)), None)


def failed(asked_for: AskedFigures) -> list[Metric]:
    return [metric for metric, figure in asked_for if isinstance(figure, Failed)]


def nothing(asked_for: AskedFigures) -> str:
    """The sentence when no figure is known; that LinkedIn has none only when none failed."""
    return "figures couldn't be fetched" if failed(asked_for) else NO_FIGURES_AT_LINKEDIN


def unknowns(asked_for: AskedFigures) -> list[str]:
    """The sentences about unavailable and failed figures; none when all are known."""
    absent = [NOUNS[metric] for metric, figure in asked_for if isinstance(figure, Unavailable)]
    sentences = [f"LinkedIn has no figure for {listed(absent)}."] if absent else []
    if lacking := failed(asked_for):
        words = listed(NOUNS[metric] for metric in lacking)
        sentences.append(f"{words[0].upper()}{words[1:]} {NOT_FETCHED_FIGURE}.")
    return sentences


DAYS_NOT_REPORTED = "LinkedIn didn't report {days}{metrics}{of_account}: left out, not counted as 0."
COVERAGE = "{reported} of {days} days reported"
COVERAGE_OF_ONE = "{reported} of 1 day reported"
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
    wanted, every = _days_of(period), ((metric, report.daily.get(metric)) for metric in report.metrics)
    return {metric: gone for metric, series in every if isinstance(series, Mapping) and (gone := wanted.difference(series))}


@lru_cache(maxsize=64)
def _days_of(period: Period) -> frozenset[date]:
    return frozenset(map(date.fromordinal, range(period.first.toordinal(), period.last.toordinal() + 1)))


def coverage(gone: frozenset[date] | None, days: int) -> str:
    """How much of a period a figure covers: ``6 of 7 days reported``; "" when all of it."""
    return (COVERAGE_OF_ONE if days == 1 else COVERAGE).format(reported=days - len(gone), days=days) if gone else ""


def account_rate(report: AccountReport, gaps: Gaps) -> str:
    """The rate of the period in words; a sentence where its parts cover different days, since that rate would be wrong."""
    engagement = engagement_rate(report.figures, report.basis)
    if isinstance(engagement, Rate) and not same_days(report, gaps):
        return f"n/a: days of {listed(NOUNS[part] for part in rate_parts(report.basis) if part in gaps.now)} are missing"
    return rate_words(engagement)


def rate_before(report: AccountReport, gaps: Gaps) -> Rate | UnknownRate | None:
    parts = rate_parts(report.basis)
    if any(part in gaps.now or part in gaps.before for part in parts) or report.before is None or report.before_figures is None:
        return None
    return engagement_rate(report.before_figures, report.basis)


def rate_moved(report: AccountReport, gaps: Gaps) -> Fraction | None:
    """The change of the rate against the period before; None where it is unknown."""
    earlier, before = rate_before(report, gaps), report.before
    if earlier is None or before is None:
        return None
    return rate_change(engagement_rate(report.figures, report.basis), earlier, (report.period.days, before.days))


def same_days(report: AccountReport, gaps: Gaps) -> bool:
    return len({gaps.now.get(part, _NO_DAYS) for part in rate_parts(report.basis)}) == 1


def gap_notes(report: AccountReport, gaps: Gaps, today: date, *, beside_another: bool = False) -> list[str]:
    """A sentence for each set of missing days, with metrics and accounts (escaped) where these differ, or with ``beside_another``."""
    if not gaps.now and not gaps.before:
        return []
    if len(report.summed) > 1:
        return _notes_of_accounts(report, today)
    account = next((one.account for one in report.summed), report.account)
    of_account = f" of {escape(one_line(account.name, _NAME_LIMIT))}" if beside_another or report.summed else ""
    return [DAYS_NOT_REPORTED.format(days=days, metrics=metrics, of_account=of_account) for days, metrics in _sets(report, gaps, today)]


def _notes_of_accounts(report: AccountReport, today: date) -> list[str]:
    lacking: dict[tuple[str, str], list[str]] = {}
    for one in report.summed:
        own = replace(one, metrics=report.metrics)
        for gone in _sets(own, find_gaps(own), today):
            lacking.setdefault(gone, []).append(escape(one_line(one.account.name, _NAME_LIMIT)))
    sentences = [
        f"LinkedIn didn't report {days}{metrics} of {some_of(names, _MOST_ACCOUNTS)}: left out of all accounts' sums, not counted as 0."
        for (days, metrics), names in [*lacking.items()][:_MOST_SETS]
    ]
    more = [*dict.fromkeys(name for names in [*lacking.values()][_MOST_SETS:] for name in names)]
    return [*sentences, f"Other days of {some_of(more, _MOST_ACCOUNTS)} are missing too."] if more else sentences


def _sets(report: AccountReport, gaps: Gaps, today: date) -> list[tuple[str, str]]:
    """The missing days in words, each set with the metrics that lack it."""
    grouped: dict[tuple[date, ...], list[Metric]] = {}
    daily = [metric for metric in report.metrics if metric in DAILY_METRICS]
    for metric in daily:
        if gone := gaps.now.get(metric, _NO_DAYS) | gaps.before.get(metric, _NO_DAYS):
            grouped.setdefault(tuple(sorted(gone)), []).append(metric)
    return [
        (named_days(gone, today), "" if len(metrics) == len(daily) else f" for {listed(NOUNS[metric] for metric in metrics)}")
        for gone, metrics in grouped.items()
    ]


def named_days(days: Iterable[date], today: date) -> str:
    """Days in words, with ranges: ``Nov 12 and Nov 18–20``; beyond six ranges they are counted."""
    stretches = _stretches(days)
    named = [period_label(stretch, today) for stretch in stretches[:_NAMED]]
    rest = sum(stretch.days for stretch in stretches[_NAMED:])
    return listed([*named, "1 more day" if rest == 1 else f"{rest} more days"] if rest else named)


def _stretches(days: Iterable[date]) -> list[Period]:
    stretches: list[Period] = []
    for day in days:
        if stretches and day - stretches[-1].last == timedelta(days=1):
            stretches[-1] = Period(stretches[-1].first, day)
        else:
            stretches.append(Period(day, day))
    return stretches
