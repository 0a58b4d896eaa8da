"""Figures in words: a value is a number, the two unknown states are words, never 0; in fields, headlines and stories."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from bot.slack.numbers import average, count, percent, period_label, rate, signed
from bot.statistics.metrics import (
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
)
from bot.statistics.reports import AccountReport, Period

OPEN_CARD = "Open Card"
FAILED_MORE = ":warning: … and {n} more accounts couldn't be fetched."
ONE_FAILED_MORE = ":warning: … and 1 more account couldn't be fetched."

DAY_TITLE = "Day"
DAY_NOT_REPORTED = "not reported"
#: The same for a sum: some of its accounts may have the day.
NOT_REPORTED_BY_ALL = "not reported by all"
NO_FIGURE = "n/a: LinkedIn has no figure"
NOT_FETCHED_FIGURE = "couldn't be fetched"
NEW = "new"
WAS = "before: {what}"
WAS_PER_DAY = "before: {what} a day"
WAS_NOT_FETCHED = "before: not fetched"
RATE_NAME = "Engagement rate"
RATE_BASIS: Final[Mapping[RateBasis, str]] = {RateBasis.IMPRESSIONS: "impressions", RateBasis.REACH: "members reached"}
#: Written beside a sum whose accounts have rates.
RATE_NOT_ADDED = "A rate of members reached is per account: people aren't added up."
RATE_FORMULA = f"rate = ({' + '.join(metric.definition.word for metric in ENGAGEMENTS)}) / {{basis}}"
UTC_DAYS = "Whole days in UTC"
#: The text for an unknown figure.
NOTHING: Final = "n/a"
RETRY_LABEL = "Retry"

NOTHING_FETCHED = "figures couldn't be fetched"
NO_FIGURES_AT_LINKEDIN = "LinkedIn has no figures"
UNLIKE = "{period} has {days} and {before} has {days_before}: the changes are per day, not between the totals."
UNCHANGED = "unchanged"
UNCHANGED_PER_DAY = "unchanged per day"
RATE_OF_PARTS = "{sum} engagements of {basis}: {parts}"
RATE_UNKNOWN = "n/a: {parts} are unknown"
RATE_OF_NOTHING: Final[Mapping[RateBasis, str]] = {RateBasis.IMPRESSIONS: "n/a: no impressions", RateBasis.REACH: "n/a: nobody reached"}

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
        return "", WAS_NOT_FETCHED if isinstance(earlier, Failed) else WAS.format(what=NOTHING)
    moved = report.moved(metric)
    if moved is not None and moved.per_day:
        return mark(moved), WAS_PER_DAY.format(what=average(moved.per_day[1]))
    return mark(moved) if moved else "", WAS.format(what=count(earlier.count))


def mark(moved: MetricChange) -> str:
    """A change with its sign and without its base: ``▲ 12%``, ``▲ +3``, ``▲ new``, ``unchanged``, ``▲ 7.1% per day``."""
    if not moved.sign:
        return UNCHANGED_PER_DAY if moved.per_day else UNCHANGED
    arrow = "▲" if moved.sign > 0 else "▼"
    if moved.new:
        return f"{arrow} {NEW}"
    if moved.percent is None:
        by = average(abs(moved.per_day[0] - moved.per_day[1])) if moved.per_day else signed(moved.absolute)
    else:
        by = percent(moved.percent)
    return f"{arrow} {by} per day" if moved.per_day else f"{arrow} {by}"


def days(number: int) -> str:
    return "1 day" if number == 1 else f"{count(number)} days"


def length_notes(report: AccountReport, today: date) -> list[str]:
    return unlike_length_note(report.period, report.before, today) if report.before and report.is_unlike else []


def unlike_length_note(period: Period, before: Period, today: date) -> list[str]:
    """The note that two periods are not equally long, and what that means for changes."""
    lengths = {
        "period": period_label(period, today),
        "days": days(period.days),
        "before": period_label(before, today),
        "days_before": days(before.days),
    }
    return [UNLIKE.format(**lengths)]


def direction(moved: MetricChange) -> str:
    """A change for a headline: ``up 12%``, ``down 3``, ``up 7.1% per day``, ``none before``, ``unchanged``."""
    if not moved.sign:
        return UNCHANGED_PER_DAY if moved.per_day else UNCHANGED
    if moved.new:
        return "none before"
    way = "up" if moved.sign > 0 else "down"
    if moved.per_day:
        size = average(abs(moved.per_day[0] - moved.per_day[1])) if moved.percent is None else percent(moved.percent)
        return f"{way} {size} per day"
    return f"{way} {count(abs(moved.absolute)) if moved.percent is None else percent(moved.percent)}"


def change_words(moved: MetricChange) -> str:
    words = direction(moved)
    return f"{words} ({signed(moved.absolute)})" if moved.percent is not None and moved.absolute and not moved.per_day else words


def rate_words(engagement: Rate | UnknownRate) -> str:
    if isinstance(engagement, Rate):
        return f"{rate(engagement.fraction)} of {RATE_BASIS[engagement.basis]}"
    if len(engagement.missing) > len(ENGAGEMENTS):
        return NOTHING
    if engagement.missing:
        return RATE_UNKNOWN.format(parts=listed(NOUNS[metric] for metric in engagement.missing))
    return RATE_OF_NOTHING[engagement.basis]


def rate_is_of(figures: Figures, basis: RateBasis) -> str:
    """The parts of a rate: "508 of 16,345: 404 reactions, 69 comments and 35 reshares"; "" where a part is unknown."""
    counts = {metric: figure.count for metric in (*ENGAGEMENTS, basis.metric) if isinstance(figure := figures.get(metric), Value)}
    if len(counts) <= len(ENGAGEMENTS):
        return ""
    parts = listed(noun(metric, counts[metric]) for metric in ENGAGEMENTS)
    engaged = count(sum(counts[metric] for metric in ENGAGEMENTS))
    return RATE_OF_PARTS.format(sum=engaged, basis=noun(basis.metric, counts[basis.metric]), parts=parts)


def rate_asked(metrics: tuple[Metric, ...], basis: RateBasis) -> bool:
    """Whether every part of the rate was requested: a card of two metrics has no rate."""
    return basis.metric in metrics and all(part in metrics for part in ENGAGEMENTS)


def first_known(asked_for: AskedFigures) -> tuple[Metric, Value] | None:
    """The metric of a headline: the first requested one with a value."""
    for metric, figure in asked_for:
        if isinstance(figure, Value):
            return metric, figure
    return None


def failed(asked_for: AskedFigures) -> list[Metric]:
    return [metric for metric, figure in asked_for if isinstance(figure, Failed)]


def nothing(asked_for: AskedFigures) -> str:
    """The sentence when no figure is known; that LinkedIn has none only when none failed."""
    return NOTHING_FETCHED if failed(asked_for) else NO_FIGURES_AT_LINKEDIN


def unknowns(asked_for: AskedFigures) -> list[str]:
    """The sentences about unavailable and failed figures; none when all are known."""
    absent = [NOUNS[metric] for metric, figure in asked_for if isinstance(figure, Unavailable)]
    sentences = [f"LinkedIn has no figure for {listed(absent)}."] if absent else []
    if lacking := failed(asked_for):
        words = listed(NOUNS[metric] for metric in lacking)
        sentences.append(f"{words[0].upper()}{words[1:]} {NOT_FETCHED_FIGURE}.")
    return sentences
