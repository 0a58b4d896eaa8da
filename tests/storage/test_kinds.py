"""Alerts and goals are kept like digests, apart from them; what had nothing to say is no news, and what was said is in the ledger."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from bot.storage.database import open_database
from bot.storage.delivery_log import DeliveryLog
from bot.storage.ledger import DeliveryLedger
from bot.storage.occurrences import OccurrenceRepository
from bot.storage.subscriptions import SubscriptionRepository
from bot.storage.tables import metadata
from bot.subscriptions.delivery_state import Delivery, DeliveryState, Settlement
from bot.subscriptions.subscription import SkipReason, Subscription, SubscriptionKind
from tests.fixtures.deliveries import claim_delivery

DUE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def alert(weekly):
    return replace(weekly, id="alert-1", cron="0 9 * * *", kind=SubscriptionKind.ALERT, rule='{"metric": "IMPRESSION"}')


def still_ours(delivery: Delivery | None) -> Delivery:
    assert delivery is not None
    return delivery


class Days:
    """The alert's occurrences, one a day, carried to an end by hand."""

    def __init__(self, database) -> None:
        self.ledger, self.occurrences, self.history = DeliveryLedger(database), OccurrenceRepository(database), DeliveryLog(database)
        self.now = DUE

    async def next(self) -> Delivery:
        (name,) = await self.occurrences.claim_due(self.now)
        taken: Delivery | None = await claim_delivery(self.ledger, name, "w1", self.now + MINUTE, self.now)
        assert taken is not None
        self.now += DAY
        return taken

    async def quiet(self, reason: SkipReason = SkipReason.QUIET) -> Delivery:
        taken = await self.next()
        return still_ours(await self.ledger.skipped(taken, reason, now=taken.due))

    async def fails(self) -> Delivery:
        taken = await self.next()
        return still_ours(await self.ledger.record_failed(taken, reason="x", error="x", now=taken.due))

    async def intended(self, payload: str) -> Delivery:
        taken = await self.next()
        return still_ours(await self.ledger.commit_intent(taken, payload, "hash", lease_until=taken.due + MINUTE, now=taken.due))

    async def sent(self, payload: str) -> Delivery:
        intended = await self.intended(payload)
        return still_ours(await self.ledger.record_sent(intended, ts="1.0", how=Settlement.ANSWER, now=intended.due))


@pytest.fixture
async def days(database, alert) -> Days:
    await SubscriptionRepository(database).create(alert, by="U1", at=DUE)
    return Days(database)


async def test_each_kind_is_listed_apart_and_keeps_its_rule(database, weekly, alert):
    digests = SubscriptionRepository(database)
    await digests.create(weekly, by="U1", at=DUE)
    await digests.create(alert, by="U1", at=DUE)
    assert await digests.digests() == (weekly,)
    assert await digests.digests(kind=SubscriptionKind.ALERT) == (alert,)
    assert await digests.digest(alert.id) == alert


async def test_a_file_of_digests_neither_sees_nor_ends_an_alert(database, weekly, alert):
    digests = SubscriptionRepository(database)
    await digests.create(weekly, by="U1", at=DUE)
    await digests.create(alert, by="U1", at=DUE)
    seen: list[Subscription] = []

    def look(every):
        seen.extend(every)
        return ()

    await digests.revise(look, by="a file", at=DUE)
    assert seen == [weekly]


TABLES_OF_STEP_4 = {
    "account_groups",
    "changes",
    "channel_defaults",
    "deliveries",
    "delivery_attempts",
    "digests",
    "installations",
    "opted_out",
    "parts",
}


async def test_digests_of_an_older_database_are_plain_ones(database_url, weekly):
    async with open_database(database_url) as database:
        await SubscriptionRepository(database).create(weekly, by="U1", at=DUE)
        async with database.write() as connection:
            for column in ("kind", "rule", "dates", "group_id"):
                await connection.execute(text(f"ALTER TABLE digests DROP COLUMN {column}"))
            await connection.execute(text("DROP INDEX parts_of_incident"))
            await connection.execute(text("ALTER TABLE parts DROP COLUMN incident"))
            await connection.execute(text("ALTER TABLE deliveries DROP COLUMN cause"))
            for table in metadata.tables.keys() - TABLES_OF_STEP_4:
                await connection.execute(text(f"DROP TABLE {table}"))
            await connection.execute(text("UPDATE alembic_version SET version_num = '0004'"))
    async with open_database(database_url) as database:
        assert await SubscriptionRepository(database).digests() == (weekly,)


async def test_what_had_nothing_to_say_is_no_news(days, alert):
    await days.quiet()
    await days.quiet(SkipReason.QUIET_HOURS)
    sent = await days.sent("{}")
    assert [one.id for one in await days.history.history(digest=alert.id)] == [sent.id]
    assert len(await days.history.history(digest=alert.id, unsaid=True)) == 3
    assert {state: number for state, number in (await days.history.counts()).items() if number} == {DeliveryState.SENT: 1}
    assert await days.history.unsaid() == 2


async def test_one_that_had_nothing_to_say_ends_a_row_of_failures(days, alert):
    await days.fails()
    await days.fails()
    assert await days.history.failures_in_a_row(alert.id) == 2
    await days.quiet()
    assert await days.history.failures_in_a_row(alert.id) == 0
    await days.fails()
    await days.quiet(SkipReason.QUIET_HOURS)
    assert await days.history.failures_in_a_row(alert.id) == 1


async def test_what_was_said_before_is_what_is_or_may_be_in_the_channel(days):
    first = await days.sent('{"text": "one"}')
    await days.quiet()
    await days.fails()
    last = await days.intended('{"text": "two"}')
    now = await days.next()
    shown = await days.history.posted_before(now, limit=9)
    assert [(one.id, one.payload) for one in shown] == [(last.id, '{"text": "two"}'), (first.id, '{"text": "one"}')]
    assert await days.history.posted_before(first) == ()


async def test_days_are_looked_at_by_what_was_sent_or_quiet_of_the_same_version(database, days, alert):
    quiet = await days.quiet()
    await days.quiet(SkipReason.QUIET_HOURS)
    await days.fails()
    now = await days.next()
    assert (await days.history.evaluated_before(now)).id == quiet.id
    await SubscriptionRepository(database).update(alert.id, 1, lambda stored: replace(stored, channel="C2"), by="U1", at=DUE)
    assert await days.history.evaluated_before(await days.next()) is None
