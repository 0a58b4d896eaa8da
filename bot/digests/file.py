"""The CSV file in a digest's thread: every figure of the message, and the days of every account."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from msgspec.structs import replace

from bot.delivery.builders import Built
from bot.digests.blocks import SharedReport, board_report, build_digest, combined, digest_freshness
from bot.digests.command import options_of
from bot.digests.fetch import DigestFetcher
from bot.digests.reports import DigestReport, DigestSection, is_unchanged, largest_first, shown
from bot.digests.rows import best_among, best_posts
from bot.reports.account_blocks import filling_in
from bot.reports.card_parts import account_name, without_figures_notes
from bot.reports.figure_tables import ALL_DAYS, REPORTED, account_grids, days_of_accounts
from bot.reports.figures import COVERAGE, NOTHING, UTC_DAYS, length_notes
from bot.reports.files import FAILED_NOTE, NO_SUM_OF_REACH, about, coverage_notes, missing_days, missing_from_sum, titled, young_posts
from bot.reports.post_blocks import posts_grid
from bot.reports.tables import ACCOUNT, CSV, Cell, Grid, build_file, number_cell, words_cell
from bot.reports.team_tables import team_grid
from bot.slack.builders import Message
from bot.slack.builders import context as context_block
from bot.slack.numbers import DEFAULT_FORMAT, use_number_format
from bot.slack.request import File, RequestContext
from bot.statistics.metrics import POST_METRICS, View
from bot.statistics.reports import AccountReport
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.subscription import SHORT_ID, SkipReason, Subscription, occurrence

WOULD_BE_SKIPPED = "Today it would be skipped: no figure has changed since the period before."
BEST: Final = "Best posts (lifetime figures)"
DIGEST_FILE_FOLLOWERS: Final = "New followers"


def digest_file(report: DigestReport, today: date) -> File | None:
    parts = shown(report.content)
    return _built(SharedReport(report), parts, today) if DigestSection.DETAILS in parts else None


@lru_cache(maxsize=16)
def _built(shared_report: SharedReport, parts: frozenset[DigestSection], today: date) -> File:
    report = shared_report.report
    title = titled(account_name(combined(report).account), report.period)
    # In the default format: the digests of a run share the file.
    with use_number_format(DEFAULT_FORMAT):
        return build_file(CSV, title, tuple(_grids(report, parts, today)), _notes(report, parts, today))


def _grids(report: DigestReport, parts: frozenset[DigestSection], today: date) -> Iterator[Grid]:
    ranked = DigestSection.BOARD in parts
    if report.shows_each and (ranked or DigestSection.ACCOUNTS in parts):
        board = board_report(report)
        yield team_grid(board if ranked else replace(board, view=View.TEAM), today)
    yield from account_grids(combined(report), today)
    if report.shows_each and (days := days_of_accounts(largest_first(report.accounts), today)):
        yield days
    if DigestSection.BEST in parts and report.best.posts:
        yield posts_grid([best.report for best in report.best.posts], POST_METRICS, report.basis, caption=BEST, links=True)
    if DigestSection.FOLLOWERS in parts and any(report.followers.values()) and (report.shows_each or not report.several):
        rows = tuple(_followers_row(report, one) for one in report.accounts)
        yield Grid(DIGEST_FILE_FOLLOWERS, (ACCOUNT, DIGEST_FILE_FOLLOWERS, REPORTED), rows)


def _followers_row(report: DigestReport, one: AccountReport) -> tuple[Cell, ...]:
    name, days = words_cell(account_name(one.account)), report.followers.get(one.account.platform_id)
    if not days:
        return name, Cell(NOTHING), Cell(NOTHING)
    every = report.period.days
    return name, number_cell(sum(days.values())), Cell(ALL_DAYS if len(days) == every else COVERAGE.format(reported=len(days), days=every))


def _notes(report: DigestReport, parts: frozenset[DigestSection], today: date) -> list[str]:
    without = list(without_figures_notes(report.accounts))
    failed = [FAILED_NOTE.format(name=account_name(one.account), sentence=one.sentence) for one in report.failed]
    without_best = [] if report.best.posts else [line.replace("*", "") for line in best_posts(report)]
    among = [*without_best, *best_among(report), *coverage_notes(report.best.coverage)] if DigestSection.BEST in parts else []
    reach = [NO_SUM_OF_REACH] if len(report.accounts) > 1 else []
    return [
        UTC_DAYS,
        *length_notes(report.accounts[0], today),
        *reach,
        *among,
        *without,
        *(missing_from_sum(report.accounts, POST_METRICS, today) or missing_days(combined(report), today)),
        *failed,
        *filling_in(combined(report)),
        *young_posts([best.report for best in report.best.posts]),
        *about(digest_freshness(report, parts), POST_METRICS, report.basis),
    ]


class DigestBuilder:
    """Builds the messages of due digests; ``clock`` gives the current time (aware, UTC)."""

    def __init__(self, fetcher: DigestFetcher, clock: Callable[[], datetime]) -> None:
        self._fetcher, self._clock = fetcher, clock

    async def build(self, digest: Subscription, delivery: Delivery, late: timedelta | None) -> Built | SkipReason:
        """The message and its thread; or that nothing changed, where it is skipped then; "Send now" never is. Raises StatisticsError."""
        report, today = await self._report(digest, delivery, late), self._clock().date()
        if options_of(digest.rule).skip_unchanged and not delivery.click and is_unchanged(report):
            return SkipReason.UNCHANGED
        message, thread = build_digest(report, digest=digest, today=today)
        file = digest_file(report, today)
        return Built(message, (*thread, *([_named(file, delivery)] if file else [])))

    async def preview(self, digest: Subscription, context: RequestContext) -> Message:
        """The message that the digest would post now, with what follows below its headline, and whether it would be skipped."""
        report, options = await self._report(digest, occurrence(digest, self._clock()), None, context), options_of(digest.rule)
        message, thread = build_digest(report, digest=digest, today=self._clock().date())
        below = [context_block("In its thread:"), *thread[0].blocks] if options.only_headline else []
        skipped = [context_block(WOULD_BE_SKIPPED)] if options.skip_unchanged and is_unchanged(report) else []
        return replace(message, blocks=(*message.blocks, *below, *skipped))

    async def _report(
        self, digest: Subscription, delivery: Delivery, late: timedelta | None, context: RequestContext | None = None
    ) -> DigestReport:
        report = await self._fetcher.digest_report(digest, delivery.due, fresh=bool(delivery.click), context=context)
        return replace(report, late=late, schedule_words=digest.schedule_words)


def _named(file: File, delivery: Delivery) -> File:
    """The file with a name that is unique for the occurrence, by which it is found again in the thread."""
    stem, _, kind = file.name.rpartition(".")
    return replace(file, name=f"{stem}.{delivery.id[:SHORT_ID]}.{kind}")
