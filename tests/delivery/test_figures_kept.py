"""What was posted is in the database for as long as figures may be; that it was posted stays, and so does what nobody has settled."""

import re

from sqlalchemy import select

from bot.storage.tables import metadata
from bot.subscriptions.delivery_state import DeliveryState
from tests.alerts.test_alerts_ninety_days import by_hand
from tests.delivery.test_owner_buttons import press, uncertain

#: 987,654 comments, as messages and files write them.
FIGURE = re.compile(r"987,?654|987\.7K")


async def tables_with_it(digesting):
    """The tables that hold the figure."""
    async with digesting.scene.bot.database.read() as connection:
        rows = {table.name: (await connection.execute(select(table))).all() for table in metadata.sorted_tables}
    # A row itself is shown shortened.
    return {name for name, every in rows.items() if FIGURE.search(str([tuple(row) for row in every]))}


async def test_two_days_after_it_was_posted_no_table_holds_a_figure_of_it(digesting):
    by_hand(digesting.scene, 0, {-3: 987_654})
    digest = await digesting.digest()
    await digesting.tick(rounds=6, seconds=2)
    (before,) = await digesting.deliveries()
    assert await digesting.replies_in({DeliveryState.SENT})
    assert {"deliveries", "parts"} <= await tables_with_it(digesting)
    await digesting.tick(hours=46)
    assert {"deliveries", "parts"} <= await tables_with_it(digesting)
    await digesting.tick(hours=2)
    assert await tables_with_it(digesting) == set()
    (after,) = await digesting.deliveries()
    assert (after.state, after.ts, after.payload_hash, after.ended_at) == (before.state, before.ts, before.payload_hash, before.ended_at)
    assert "sent" in (await digesting.scene.ask(f"digest history {digest.id}"))["text"]
    await digesting.tick(minutes=2)
    assert (await digesting.the_delivery(), len(digesting.posted())) == (after, 1)


async def test_what_nobody_has_settled_keeps_its_message_until_somebody_has(open_digesting):
    async with open_digesting(knobs={"scopes_optional": False}) as digesting:
        by_hand(digesting.scene, 0, {-3: 987_654})
        asked = await uncertain(digesting)
        await digesting.tick(rounds=2, hours=40)
        assert await digesting.states() == [DeliveryState.UNCERTAIN]
        # Its replies have failed, because nobody knows the thread.
        assert await tables_with_it(digesting) == {"deliveries"}
        await press(digesting, asked, "It Arrived")
        await digesting.tick(hours=40)
        assert await digesting.states() == [DeliveryState.SENT]
        assert await tables_with_it(digesting) == {"deliveries"}
        await digesting.tick(hours=9)
        assert await tables_with_it(digesting) == set()
