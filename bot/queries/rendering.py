"""Renders the figures of a question as a message, with its file."""

from datetime import date

from msgspec.structs import replace

from bot.queries.comparison_blocks import build_comparison_card, build_times_card, build_top_card
from bot.queries.service import AccountResult, FiguresQuery, QueryResult
from bot.queries.team_blocks import build_team_card, build_versus_card
from bot.reports import files
from bot.reports.account_blocks import build_account_card
from bot.reports.card_parts import cached_again
from bot.reports.post_blocks import build_post_card
from bot.slack.builders import TEXT_LIMIT, shorten_mrkdwn
from bot.slack.builders import context as context_block
from bot.slack.request import RenderedResult, Request
from bot.statistics.comparison_reports import ComparisonReport, TeamReport, TimesReport, TopReport, VersusReport
from bot.statistics.reports import AccountReport, PostReport


def render(result: QueryResult, query: FiguresQuery, request: Request, today: date) -> RenderedResult:
    """Renders a result for the person who asked, whose ``request`` tells whether others see the card too. ``today`` is the UTC day."""
    text, private = result.text, request.is_private(share=query.share)
    match result.report:
        case PostReport() as report:
            card = build_post_card(report, today=today, words=text, private=private)
        case AccountReport() as report:
            goals = result.goals if isinstance(result, AccountResult) else ()
            card = build_account_card(report, today=today, words=text, private=private, goals=goals)
        case ComparisonReport() as report:
            card = build_comparison_card(report, words=text, private=private)
        case VersusReport() as report:
            card = build_versus_card(report, today=today, words=text, private=private)
        case TeamReport() as report:
            card = build_team_card(report, today=today, words=text, private=private)
        case TopReport() as report:
            card = build_top_card(report, today, words=text, private=private)
        case TimesReport() as report:
            card = build_times_card(report, today, words=text, private=private)
    if request.fresh and (again := cached_again(files.report_freshness(result.report, today))):
        card = replace(card, text=shorten_mrkdwn(f"{again} {card.text}", TEXT_LIMIT - 1), blocks=(*card.blocks, context_block(again)))
    file = files.report_file(query.export, result.report, today) if query.export else None
    shown = result.report if isinstance(result.report, PostReport | AccountReport) else None
    return RenderedResult(card, file, text, shown, follow_up=text)
