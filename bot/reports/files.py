"""Reports as files: the grids of their messages, and the sources of the figures; and the grid of an account's posting times."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from bot.parsing.text import unescaped
from bot.parsing.vocabulary import MOST_TOP
from bot.reports import card_parts
from bot.reports.account_blocks import filling_in
from bot.reports.figure_tables import account_grids, side_names, versus_grid
from bot.reports.figures import RATE_BASIS, RATE_FORMULA, UTC_DAYS, find_gaps, gap_notes, length_notes, noun, rate_asked, unlike_length_note
from bot.reports.post_blocks import posts_grid
from bot.reports.tables import Cell, Grid, build_file, number_cell, rate_cell
from bot.reports.team_tables import team_grid
from bot.slack.numbers import DEFAULT_FORMAT, count, long_day, period_label, use_number_format
from bot.slack.request import File
from bot.statistics.comparison_reports import (
    FEWEST_POSTS,
    ComparisonReport,
    MostSeen,
    PostingTime,
    TeamReport,
    TimesReport,
    TopReport,
    VersusReport,
)
from bot.statistics.metrics import Metric, Rate, RateBasis
from bot.statistics.posts import Coverage, PostFormat
from bot.statistics.reports import AccountReport, Freshness, Period, PostReport
from bot.statistics.reports import period_text as days

#: A title, the tables, and notes on where the figures come from.
Tables = tuple[str, Sequence[Grid], Sequence[str]]
#: All reports.
Report = PostReport | AccountReport | ComparisonReport | VersusReport | TeamReport | TopReport | TimesReport

LIFETIME_NOTE = "Lifetime figures since each post was published; an older post had more time."
BEST_OF_ALL_ACCOUNTS = "all accounts"
WHAT_IS_KNOWN = (
    "I know posts made through PostPost in the last 90 days and those asked for here. "
    "A post written on LinkedIn itself isn't known until somebody asks for it."
)
LOOKED = "I looked at {looked} of {known}; {rated} had an engagement rate (of {basis}, {minimum} impressions or more)."
MORE_LATER = "{n} more can be looked at in an hour: I ask LinkedIn for a part of them at a time."
NO_FORMAT_KNOWN = "The format (text, pictures, a video, a document) of {n} isn't in PostPost's list."
FAILED_NOTE = "{name}: {sentence}"
EVERY_ACCOUNT_NAME = "All accounts"
NO_SUM_OF_REACH = "Members reached is never added up: several accounts may reach the same people."
THE_FIRST = "These are the first {shown} of {n} accounts, in the order of `accounts`; {others}"
ALL_BY_GROUPS = "one answer shows up to {most}, so make groups of them: `group sales = ann, bob`, then `team sales`."
TIMES_CAPTION = "Median engagement rate by time of publication, {period}, highest first"
FORMAT_NAMES: Final[Mapping[PostFormat, str]] = {
    PostFormat.TEXT: "Text alone, any time",
    PostFormat.PICTURE: "With pictures, any time",
    PostFormat.VIDEO: "With a video, any time",
    PostFormat.DOCUMENT: "With a document, any time",
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def minimum_notes(report: TopReport) -> list[str]:
    """The note on the impressions that a place takes; none where it takes none."""
    if report.most_seen:
        return [f"Ranked among the {most_seen(report.most_seen)}; equal figures share a rank."]
    return [f"Ranked from {noun(Metric.IMPRESSION, report.minimum)} up; equal figures share a rank."] if report.minimum else []


def most_seen(some: MostSeen) -> str:
    """The posts that are ranked by rate: "10 posts with the most impressions (1,240 or more) of 50"."""
    newest = ", the newest of those with as many" if some.tied else ""
    return f"{count(some.posts)} posts with the most impressions ({count(some.least)} or more{newest}) of {count(some.of)}"


def ranking_notes(report: TopReport) -> list[str]:
    """By what rule the posts are ranked and among which, and how many could not be; not escaped."""
    notes = [f"I looked at the newest {report.asked} of the {count(report.known)} known posts."] if report.known > report.asked else []
    whose = "its" if report.unranked == 1 else "their"
    if report.unranked:
        notes.append(f"{report.unranked} of {report.asked} couldn't be ranked: {whose} figures are unknown or too small.")
    return [*([f"`top` lists {MOST_TOP} posts at most."] if report.cut else []), *minimum_notes(report), *notes]


def coverage_notes(coverage: Coverage) -> list[str]:
    """The note that not all posts of the period are known yet, and since when they are; none where all are."""
    if coverage.complete:
        return []
    known = f"posts published before {long_day(coverage.since)} may be missing" if coverage.since else "posts may be missing"
    return [f"I'm still reading PostPost's list of posts: {known}. Ask again in a minute."]


def report_file(kind: str, report: Report, today: date) -> File:
    return build_file(kind, *report_tables(report, today))


def report_tables(report: Report, today: date) -> Tables:
    """A card's figures as tables with a title and notes, in the default number format."""
    with use_number_format(DEFAULT_FORMAT):
        match report:
            case PostReport():
                tables = _post_tables(report)
            case AccountReport():
                tables = _account_tables(report, today)
            case ComparisonReport():
                tables = _comparison_tables(report)
            case VersusReport():
                tables = _versus_tables(report, today)
            case TeamReport():
                tables = _team_tables(report, today)
            case TopReport():
                tables = _top_tables(report)
            case TimesReport():
                tables = _times_tables(report, today)
    return tables


def _post_tables(report: PostReport) -> Tables:
    grid = posts_grid((report,), report.metrics, report.basis, links=True)
    notes = [LIFETIME_NOTE, *young_posts((report,)), *about(report.freshness, report.metrics, report.basis)]
    return f"LinkedIn post {report.post.number}", (grid,), notes


def _account_tables(report: AccountReport, today: date) -> Tables:
    notes = [
        UTC_DAYS,
        *length_notes(report, today),
        *missing_days(report, today),
        *filling_in(report),
        *about(report.freshness, report.metrics, report.basis),
    ]
    return titled(card_parts.account_name(report.account), report.period), account_grids(report, today), notes


def _comparison_tables(report: ComparisonReport) -> Tables:
    grid = posts_grid(report.posts, report.metrics, report.basis, report.failed, links=True)
    notes = [
        LIFETIME_NOTE,
        *young_posts(report.posts),
        *(FAILED_NOTE.format(name=one.post.urn, sentence=one.sentence) for one in report.failed),
    ]
    notes += about(card_parts.post_freshness(report.posts), report.metrics, report.basis)
    return f"LinkedIn, {len(report.posts) + len(report.failed)} posts", (grid,), notes


def _versus_tables(report: VersusReport, today: date) -> Tables:
    unlike = [] if report.comparable else unlike_length_note(report.left.period, report.right.period, today)
    two = report.left.account.platform_id != report.right.account.platform_id
    gone = dict.fromkeys(note for side in (report.left, report.right) for note in missing_days(side, today, beside_another=two))
    young = dict.fromkeys(note for side in (report.left, report.right) for note in filling_in(side))
    notes = [UTC_DAYS, *unlike, *gone, *young, *about(sides_freshness(report, today), report.metrics, report.left.basis)]
    return " vs ".join(side_names(report, today)), (versus_grid(report, today),), notes


def team_name(report: TeamReport) -> str:
    """The group's name, or the name for all accounts; "The first 100 of 108 accounts" where some are left out."""
    if report.meant and not report.name:
        return f"The first {len(report.reports) + len(report.failed)} of {report.meant} accounts"
    return report.name or EVERY_ACCOUNT_NAME


def first_notes(report: TeamReport) -> list[str]:
    """The note on which accounts are included, where the team has too many for one answer."""
    shown = len(report.reports) + len(report.failed)
    return [THE_FIRST.format(shown=shown, n=report.meant, others=ALL_BY_GROUPS.format(most=shown))] if report.meant else []


def sum_notes(report: TeamReport) -> list[str]:
    """What the sums over several accounts count twice; nothing of one account."""
    several = len(report.reports) > 1
    return [metric.definition.sum_note for metric in report.metrics if several and metric.definition.sum_note]


def _team_tables(report: TeamReport, today: date) -> Tables:
    notes = [
        *first_notes(report),
        UTC_DAYS,
        *length_notes(report.reports[0], today),
        NO_SUM_OF_REACH,
        *sum_notes(report),
        *card_parts.without_figures_notes(report.reports),
        *missing_from_sum(report.reports, report.metrics, today),
        *dict.fromkeys(note for one in report.reports for note in filling_in(one)),
        *(FAILED_NOTE.format(name=card_parts.account_name(one.account), sentence=one.sentence) for one in report.failed),
    ]
    notes += about(card_parts.freshness(report.reports), report.metrics, report.basis)
    return titled(team_name(report), report.period), (team_grid(report, today),), notes


def _top_tables(report: TopReport) -> Tables:
    metrics = report.posts[0].metrics if report.posts else ()
    grid = posts_grid(report.posts, metrics, report.basis, links=True)
    notes = [
        LIFETIME_NOTE,
        *ranking_notes(report),
        *coverage_notes(report.coverage),
        *young_posts(report.posts),
        WHAT_IS_KNOWN,
        *about(card_parts.post_freshness(report.posts) if report.posts else None, metrics, report.basis),
    ]
    return titled(f"Best posts of {report.name or BEST_OF_ALL_ACCOUNTS}", report.period), (grid,), notes


def times_notes(report: TimesReport) -> list[str]:
    """Among how many posts it was looked, what is left out, and how far back posts are known; not escaped."""
    basis, minimum = RATE_BASIS[report.basis], count(report.minimum)
    known = "1 known post" if report.known == 1 else f"{count(report.known)} known posts"
    looked = LOOKED.format(looked=count(report.looked), known=known, rated=count(report.rated), basis=basis, minimum=minimum)
    return [
        *([looked, f"A time needs {FEWEST_POSTS} posts to be shown. So few posts are a hint, not proof."] if report.known else []),
        *([MORE_LATER.format(n=count(report.waiting))] if report.waiting else []),
        *([NO_FORMAT_KNOWN.format(n=count(report.unknown_formats))] if report.unknown_formats else []),
        *([f"Posts of the last 24 hours are left out: their figures still grow ({count(report.young)})."] if report.young else []),
        *([f"{count(report.failed)} couldn't be fetched."] if report.failed else []),
        *coverage_notes(report.coverage),
        WHAT_IS_KNOWN,
    ]


def _times_tables(report: TimesReport, today: date) -> Tables:
    notes = [f"Times are in {report.zone}.", *times_notes(report), *about(report.freshness, (), report.basis)]
    return titled(f"Best times of {card_parts.account_name(report.account)}", report.period), (times_grid(report, today),), notes


def young_posts(posts: Sequence[PostReport]) -> list[str]:
    return [unescaped(note) for note in card_parts.posts_filling_in(posts)]


def missing_days(report: AccountReport, today: date, *, beside_another: bool = False) -> list[str]:
    return [unescaped(note) for note in gap_notes(report, find_gaps(report), today, beside_another=beside_another)]


def missing_from_sum(reports: Sequence[AccountReport], metrics: Sequence[Metric], today: date) -> list[str]:
    if len(reports) < 2:  # noqa: PLR2004  # a sum has two parts
        return []
    summed = card_parts.sum_report("", reports, metrics)
    return [*(unescaped(note) for note in card_parts.missing_total_notes(reports, metrics)), *missing_days(summed, today)]


def sides_freshness(report: VersusReport, today: date) -> Freshness:
    left, right = side_names(report, today)
    return card_parts.combined_freshness([(left, report.left.freshness), (right, report.right.freshness)])


def report_freshness(report: Report, today: date) -> Freshness | None:
    match report:
        case PostReport() | AccountReport():
            return report.freshness
        case VersusReport():
            return sides_freshness(report, today)
        case TeamReport():
            return card_parts.freshness(report.reports)
        case TimesReport():
            return report.freshness
    return card_parts.post_freshness(report.posts) if report.posts else None


def titled(name: str, period: Period) -> str:
    return f"{name} {days(period)}"


def about(fetched: Freshness | None, metrics: tuple[Metric, ...], basis: RateBasis) -> list[str]:
    lines = []
    if fetched is not None:
        lines.append(f"Fetched {fetched.fetched_at.strftime('%Y-%m-%d %H:%M')} UTC, {card_parts.source(fetched)}")
    return [*lines, RATE_FORMULA.format(basis=RATE_BASIS[basis])] if rate_asked(metrics, basis) else lines


def time_text(time: PostingTime) -> str:
    """A time in words: "Tue 09:00–10:00", "Tuesday, any hour", "09:00–10:00, any day"."""
    if time.hour is None:
        return f"{WEEKDAYS[time.weekday or 0]}, any hour"
    hours = f"{time.hour:02}:00–{(time.hour + 1) % 24:02}:00"
    return f"{hours}, any day" if time.weekday is None else f"{WEEKDAYS[time.weekday][:3]} {hours}"


def times_grid(report: TimesReport, today: date) -> Grid:
    rows = [(Cell(time_text(time)), rate_cell(Rate(time.rate, report.basis)), number_cell(time.posts)) for time in report.times]
    rows += [(Cell(FORMAT_NAMES[one.format]), rate_cell(Rate(one.rate, report.basis)), number_cell(one.posts)) for one in report.formats]
    if report.overall is not None:
        rows.append((Cell("All posts with a rate"), rate_cell(Rate(report.overall, report.basis)), number_cell(report.rated)))
    return Grid(TIMES_CAPTION.format(period=period_label(report.period, today)), ("Published", "Median rate", "Posts"), tuple(rows))
