"""A team as a grid and as the table on the screen: a row for each account, in their places on a board."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import TypeVar

from msgspec.structs import replace

from bot.reports import tables
from bot.reports.card_parts import account_name, accounts_word, sum_report
from bot.reports.figure_tables import NO_PLACE, account_rate_cell, covered_cell, screen_metrics
from bot.reports.figures import NOUNS, RATE_NAME, find_gaps, rate_asked
from bot.reports.tables import growth
from bot.slack.builders import Block, Element, button, fits, quoted
from bot.slack.interactive import action_cell, example_id, numbered
from bot.slack.numbers import period_label, rate
from bot.statistics.aggregate import counted
from bot.statistics.comparison_reports import TeamReport, ranked
from bot.statistics.metrics import ENGAGEMENTS, NAMES, Failed, Metric, Ranking, RateBasis, Value, View
from bot.statistics.reports import Account, AccountReport, Period, command_words, id_word

PLACE = "Place"
NOT_ADDED = "not added up"
TOTALS_ONLY = "Only the sums are shown here, no account's own figures."
IMPRESSIONS_GROWTH = "Impressions, change in %"
IMPRESSIONS_GROWTH_PER_DAY = "Impressions per day, change in %"
#: The same where the impressions stand beside it.
SHORT_TITLES = {IMPRESSIONS_GROWTH: "Change in %", IMPRESSIONS_GROWTH_PER_DAY: "Change per day in %"}
T = TypeVar("T")
#: The number of the first button in a table's rows, above those of examples and goals in the same message.
_FIRST_BUTTON = 200


def team_grid(report: TeamReport, today: date) -> tables.Grid:
    """A row for each account (in their places on a board), those that failed, and the total; the total alone with ``totals_only``."""
    board = report.view is View.BOARD
    with_rate = rate_asked(report.metrics, report.basis)
    columns = (
        *((PLACE,) if board else ()),
        tables.ACCOUNT,
        *(NAMES[metric] for metric in report.metrics),
        *((_growth_title(report),) if Metric.IMPRESSION in report.metrics else ()),
        *((RATE_NAME,) if with_rate else ()),
    )
    rows = [] if report.totals_only else list(_account_rows(report, board=board, cells=len(columns)))
    if len(report.reports) > 1:
        lead = (tables.Cell(NO_PLACE),) if board else ()
        rows.append((*lead, *_total_row(report, with_rate=with_rate)))
    return tables.Grid(f"Accounts, {period_label(report.period, today)}", columns, tuple(rows))


def most_first(report: TeamReport) -> list[AccountReport]:
    def number(one: AccountReport) -> int:
        figure = one.figures.get(report.metrics[0])
        return figure.count if isinstance(figure, Value) else -1

    return sorted(report.reports, key=lambda one: -number(one))


def team_table(report: TeamReport, today: date, most: int, page: int = tables.PAGE) -> tuple[Block, int]:
    """The team's table on the screen, of at most ``most`` rows, and the number of rows left out; a button in each row opens its card."""
    grid, board, change = team_grid(report, today), report.view is View.BOARD, _growth_title(report)
    figures, by_growth = screen_metrics(report.metrics, report.metrics[0], report.basis), report.ranking is Ranking.GROWTH
    if board:
        columns: tuple[str, ...] = (tables.ACCOUNT, change if by_growth else RATE_NAME, PLACE, *figures)
        first = f"highest {'growth of impressions' if by_growth else RATE_NAME.lower()}"
    else:
        columns = (tables.ACCOUNT, *figures[:-1], change, RATE_NAME)
        first = f"most {NOUNS[report.metrics[0]]}"
    shown = tables.on_screen(grid, columns, f"Accounts, {period_label(report.period, today)}, {first} first")
    accounts = [one.account for one in _in_order(report)] + [one.account for one in report.failed]
    opens = [open_account(number, account, report.period) for number, account in enumerate(accounts)]
    # The last row is the total.
    opens += [None] * (len(shown.rows) - len(opens))
    titles = tuple(SHORT_TITLES.get(title, title) for title in shown.columns)
    shown = replace(shown, columns=titles, rows=_cut(shown.rows, most))
    return tables.table(tables.named_briefly(shown), _cut(tuple(opens), most), page), len(grid.rows) - len(shown.rows)


def _cut(rows: tuple[T, ...], most: int) -> tuple[T, ...]:
    return rows if len(rows) <= most else (*rows[: most - 1], rows[-1])


def _in_order(report: TeamReport) -> list[AccountReport]:
    if report.view is not View.BOARD:
        return most_first(report)
    return [one.report for one in ranked(report.reports, report.ranking, report.minimum, lambda score: score_text(report.ranking, score))]


def open_account(number: int, account: Account, period: Period, fallback: str = "") -> Element | None:
    """A cell whose button opens the account's card of these days (else ``fallback``, or the command); None for too long words."""
    words = f"{id_word(account.platform_id)} {command_words(period)}"
    if not fits(words):
        return None
    name = account_name(account)
    press = button(example_id(_FIRST_BUTTON + number), tables.OPEN, words, accessibility_label=numbered(tables.OPEN, number + 1, name))
    return action_cell(press, fallback or quoted(name) or id_word(account.platform_id))


def _growth_title(report: TeamReport) -> str:
    return IMPRESSIONS_GROWTH_PER_DAY if report.reports[0].is_unlike else IMPRESSIONS_GROWTH


def score_text(ranking: Ranking, score: Fraction | float) -> str:
    """An account's score as text; accounts with the same text are tied."""
    return rate(score) if ranking is Ranking.RATE else growth(score)


def _account_rows(report: TeamReport, *, board: bool, cells: int) -> list[tuple[tables.Cell, ...]]:
    minimum = report.minimum
    places = ranked(report.reports, report.ranking, minimum, lambda score: score_text(report.ranking, score))
    order = (
        [(one.report, _place(one.place, tied=one.tied)) for one in places]
        if board
        else [(one, tables.Cell("")) for one in most_first(report)]
    )
    rows = [((place,) if board else ()) + _account_row(report, one) for one, place in order]
    for failed in report.failed:
        lead = (tables.Cell(NO_PLACE),) if board else ()
        known = (*lead, tables.words_cell(account_name(failed.account)))
        rows.append((*known, *(tables.figure_cell(Failed()) for _ in range(cells - len(known)))))
    return rows


def _place(place: int | None, *, tied: bool) -> tables.Cell:
    return tables.Cell(NO_PLACE) if place is None else tables.number_cell(place, f"{place}=" if tied else str(place))


def _account_row(report: TeamReport, one: AccountReport) -> tuple[tables.Cell, ...]:
    gaps = find_gaps(one)
    moved = None if Metric.IMPRESSION in gaps.now else one.moved(Metric.IMPRESSION)
    return (
        tables.words_cell(account_name(one.account)),
        *(covered_cell(one, gaps, metric) for metric in report.metrics),
        *((tables.growth_cell(moved),) if Metric.IMPRESSION in report.metrics else ()),
        *((account_rate_cell(one, gaps),) if rate_asked(report.metrics, report.basis) else ()),
    )


def _total_row(report: TeamReport, *, with_rate: bool) -> tuple[tables.Cell, ...]:
    gaps = find_gaps(summed := sum_report(f"Total of {len(counted(report.reports))}", report.reports))
    moved = summed.moved(Metric.IMPRESSION)
    return (
        tables.Cell(summed.account.name),
        *(covered_cell(summed, gaps, metric) if metric.definition.additive else tables.Cell(NOT_ADDED) for metric in report.metrics),
        *((tables.growth_cell(moved),) if Metric.IMPRESSION in report.metrics else ()),
        *((_total_rate(report, summed),) if with_rate else ()),
    )


def _total_rate(report: TeamReport, summed: AccountReport) -> tables.Cell:
    """The rate over all of them; a rate of reach has none, since reach is not added up."""
    return tables.Cell(NOT_ADDED) if report.basis is RateBasis.REACH else account_rate_cell(summed, find_gaps(summed))


def may_rank_higher(report: TeamReport) -> list[str]:
    """How many accounts may rank higher than the first: their ranking figures failed, or lack days."""
    return [f"{accounts_word(number)} {why}" for why, number in _unsure(report) if number]


def _unsure(report: TeamReport) -> Iterator[tuple[str, int]]:
    parts = (*ENGAGEMENTS, report.basis.metric) if report.ranking is Ranking.RATE else (Metric.IMPRESSION,)
    lost = [one for one in report.reports if any(isinstance(one.figures.get(part), Failed) for part in parts)]
    yield "not fetched", len(report.failed)
    yield "not fully fetched", len(lost)
    every = [(one, find_gaps(replace(one, metrics=parts))) for one in report.reports if one not in lost]
    growth = report.ranking is Ranking.GROWTH
    yield "with missing days", sum(bool(gaps.now or (growth and gaps.before)) for _, gaps in every)
