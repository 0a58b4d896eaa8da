"""Figures and message of one occurrence: what was due is gathered as of its due moment, however late it is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.blockkit.builders import Message
from bot.blockkit.number_format import number_format_of, use_number_format
from bot.digests.reports import DigestReport
from bot.management.actions import SHORT_ID
from bot.slack.request import File
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.subscription import Subscription


class DigestReports(Protocol):
    """Where figures come from (``bot.digests.fetch``)."""

    async def digest_report(
        self, digest: Subscription, moment: datetime, *, late: timedelta | None = None, schedule_words: str = "", fresh: bool = False
    ) -> DigestReport:
        """What the digest shows at its moment; raises a StatisticsError when nothing could be fetched for any account."""
        ...


class BlockBuilder(Protocol):
    """The message of a report (``bot.blocks.digest.build_digest``)."""

    def __call__(self, report: DigestReport, *, digest: Subscription, today: date) -> tuple[Message, tuple[Message, ...]]:
        """The message for the channel, and those that follow in its thread."""
        ...


class FileBuilder(Protocol):
    """The report as a file for the thread (``bot.blocks.digest_file.digest_file``)."""

    def __call__(self, report: DigestReport, today: date) -> File | None:
        """The file; None where none is wanted."""
        ...


class DigestBuilder:
    """Gathers and builds.

    Args:
        fetcher: the figures.
        build: the message.
        build_file: the file that follows in its thread.
        schedule_words: a digest's schedule in words.
        clock: the moment (aware, UTC).
        locale: in which everybody reads its numbers.
    """

    def __init__(
        self,
        fetcher: DigestReports,
        build: BlockBuilder,
        build_file: FileBuilder,
        schedule_words: Callable[[Subscription], str],
        clock: Callable[[], datetime],
        *,
        locale: str,
    ) -> None:
        self._fetcher, self._build, self._build_file = fetcher, build, build_file
        self._schedule_words, self._clock, self._locale = schedule_words, clock, locale

    async def build(self, digest: Subscription, delivery: Delivery, late: timedelta | None) -> tuple[Message, tuple[Message | File, ...]]:
        """The message and what follows in its thread.

        A "Send now" asks for new figures: somebody is looking at them.

        Raises:
            StatisticsError: nothing could be fetched for any account.
        """
        report = await self._fetcher.digest_report(
            digest, delivery.due, late=late, schedule_words=self._schedule_words(digest), fresh=bool(delivery.click)
        )
        today = self._clock().date()
        with use_number_format(number_format_of(self._locale)):
            message, thread = self._build(report, digest=digest, today=today)
        file = self._build_file(report, today)
        return message, (*thread, *([_named(file, delivery)] if file else []))


def _named(file: File, delivery: Delivery) -> File:
    """The file under a name that no other occurrence's has, by which it is found again in the thread."""
    stem, _, kind = file.name.rpartition(".")
    return replace(file, name=f"{stem}.{delivery.id[:SHORT_ID]}.{kind}")
