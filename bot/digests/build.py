"""The message of a due digest, and what follows in its thread: as of the moment it was due, however late it is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.delivery.builders import Built
from bot.digests.blocks import build_digest
from bot.digests.fetch import DigestFetcher
from bot.digests.file import digest_file
from bot.management.actions import SHORT_ID
from bot.schedules.parser import describe
from bot.schedules.schedule import Schedule
from bot.slack.request import File
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.subscription import Subscription


class DigestBuilder:
    """Builds the messages of due digests; ``clock`` gives the current time (aware, UTC)."""

    def __init__(self, fetcher: DigestFetcher, clock: Callable[[], datetime]) -> None:
        self._fetcher, self._clock = fetcher, clock

    async def build(self, digest: Subscription, delivery: Delivery, late: timedelta | None) -> Built:
        """The message, and the messages and the file of its thread.

        "Send now" fetches new figures, because somebody is looking at them.

        Raises:
            StatisticsError: nothing could be fetched for any account.
        """
        words = describe(Schedule(digest.cron, digest.zone))
        report = await self._fetcher.digest_report(digest, delivery.due, late=late, schedule_words=words, fresh=bool(delivery.click))
        today = self._clock().date()
        message, thread = build_digest(report, digest=digest, today=today)
        file = digest_file(report, today)
        return message, (*thread, *([_named(file, delivery)] if file else []))


def _named(file: File, delivery: Delivery) -> File:
    """The file under a name that no other occurrence's has, by which it is found again in the thread."""
    stem, _, kind = file.name.rpartition(".")
    return replace(file, name=f"{stem}.{delivery.id[:SHORT_ID]}.{kind}")
