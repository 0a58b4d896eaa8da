"""Renders the figures of a query: the card, and the file that was asked for with it."""

from datetime import date

from bot.queries.comparison_blocks import build_comparison_card, build_top_card
from bot.queries.service import AccountResult, FiguresQuery, QueryResult
from bot.queries.team_blocks import build_team_card, build_versus_card
from bot.reports import files
from bot.reports.account_blocks import build_account_card
from bot.reports.post_blocks import build_post_card
from bot.slack.request import RenderedResult, Request
from bot.statistics.comparison_reports import ComparisonReport, TeamReport, TopReport, VersusReport
from bot.statistics.reports import AccountReport, PostReport


def render(result: QueryResult, query: FiguresQuery, request: Request, today: date) -> RenderedResult:
    """Renders a result for the person who asked.

    Args:
        result: the figures, and the canonical text that the card's buttons carry.
        query: what was asked for; its ``export`` is "csv", "xlsx" or "" for no file.
        request: tells whether others see the card too.
        today: the current day in UTC.
    """
    text, export, private = result.text, query.export, request.is_private(share=query.share)
    match result.report:
        case PostReport() as report:
            card = build_post_card(report, today=today, words=text, private=private)
            file = files.post_file(export, report) if export else None
        case AccountReport() as report:
            goals = result.goals if isinstance(result, AccountResult) else ()
            card = build_account_card(report, today=today, words=text, private=private, goals=goals)
            file = files.account_file(export, report, today) if export else None
        case ComparisonReport() as report:
            card = build_comparison_card(report, words=text, private=private)
            file = files.comparison_file(export, report) if export else None
        case VersusReport() as report:
            card = build_versus_card(report, today=today, words=text, private=private)
            file = files.versus_file(export, report, today) if export else None
        case TeamReport() as report:
            card = build_team_card(report, today=today, words=text, private=private)
            file = files.team_file(export, report, today) if export else None
        case TopReport() as report:
            card = build_top_card(report, today, words=text, private=private)
            file = files.top_file(export, report) if export else None
    shown = result.report if isinstance(result.report, PostReport | AccountReport) else None
    return RenderedResult(card, file, text, shown)
