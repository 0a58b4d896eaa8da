"""A digest that is due is posted: once, with its thread, and the ledger says so."""

import json

from bot.subscriptions.delivery_state import DeliveryState, Settlement


async def test_what_is_due_is_posted_once(digesting):
    await digesting.digest()
    await digesting.tick(rounds=5, seconds=2)
    (posted,) = digesting.posted()
    delivery = await digesting.the_delivery()
    assert (delivery.state, delivery.settled, delivery.ts) == (DeliveryState.SENT, Settlement.ANSWER, posted.ts)
    assert posted.metadata["event_payload"]["delivery"] == delivery.id
    assert "impressions" in posted.text


async def test_the_digest_moves_on_to_its_next_monday(digesting):
    digest = await digesting.digest()
    await digesting.tick()
    stored = await digesting.stores.digests.digest(digest.id)
    assert stored.next_run_at.isoformat() == "2026-11-30T08:00:00+00:00"


async def test_the_thread_follows_its_message(digesting):
    await digesting.digest()
    await digesting.tick(rounds=4, seconds=2)
    (posted,) = digesting.posted()
    assert [reply.thread_ts for reply in digesting.replies()] == [posted.ts]
    parts = await digesting.parts((await digesting.the_delivery()).id)
    assert [(part.name, part.state) for part in parts] == [("thread 1", DeliveryState.SENT), ("file 2", DeliveryState.SENT)]


async def test_replies_stand_in_their_order(digesting):
    """Three accounts have a table for their sum and one each."""
    await digesting.digest(accounts=digesting.accounts(3))
    await digesting.tick(rounds=10, seconds=2)
    parts = await digesting.parts((await digesting.the_delivery()).id)
    assert [part.state for part in parts] == [DeliveryState.SENT] * 5
    assert [reply.ts for reply in digesting.replies()] == [part.ts for part in parts if not part.is_file]
    assert digesting.scene.slack.accepted[-1].files


async def test_what_slack_was_sent_is_what_was_kept(digesting):
    await digesting.digest()
    await digesting.tick()
    (posted,) = digesting.posted()
    stored = json.loads((await digesting.the_delivery()).payload)
    assert stored["text"] == posted.text
    assert len(stored["blocks"]) == len(posted.blocks)
