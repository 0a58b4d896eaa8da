"""Figures and message of one occurrence: what was due is gathered as of its due moment, however late it is."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.blocks.kit import Message
from bot.domain.deliveries import Delivery
from bot.domain.digest_reports import DigestReport
from bot.domain.digests import Digest


class Gathering(Protocol):
    """Where figures come from (``bot.digest_gathering``)."""

    async def digest_report(
        self, digest: Digest, moment: datetime, *, late: timedelta | None = None, schedule_words: str = "", fresh: bool = False
    ) -> DigestReport:
        """What the digest shows at its moment; raises a StatisticsError when nothing could be fetched for any account."""
        ...


class BlockBuilder(Protocol):
    """The message of a report (``bot.blocks.digest.build_digest``)."""

    def __call__(self, report: DigestReport, *, digest: Digest, today: date) -> tuple[Message, tuple[Message, ...]]:
        """The message for the channel, and those that follow in its thread."""
        ...


class Building:
    """Gathers and builds.

    Args:
        gathering: the figures.
        build: the message.
        schedule_words: a digest's schedule in words.
        clock: the moment (aware, UTC).
    """

    def __init__(
        self, gathering: Gathering, build: BlockBuilder, schedule_words: Callable[[Digest], str], clock: Callable[[], datetime]
    ) -> None:
        self._gathering, self._build, self._schedule_words, self._clock = gathering, build, schedule_words, clock

    async def build(self, digest: Digest, delivery: Delivery, late: timedelta | None) -> tuple[Message, tuple[Message, ...]]:
        """The message and what follows in its thread.

        A "Send now" asks for new figures: somebody is looking at them.

        Raises:
            StatisticsError: nothing could be fetched for any account.
        """
        report = await self._gathering.digest_report(
            digest, delivery.due, late=late, schedule_words=self._schedule_words(digest), fresh=bool(delivery.click)
        )
        return self._build(report, digest=digest, today=self._clock().date())
