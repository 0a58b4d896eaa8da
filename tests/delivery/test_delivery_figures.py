"""What a digest says when figures fail, what a run of digests costs, and what is counted."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.delivery.deliver import NO_TIME
from bot.delivery.timing import Lease, Timing
from bot.sandbox.world_accounts import Trouble
from bot.subscriptions.delivery_state import DeliveryState


def statistics_requests(digesting):
    return [one for one in digesting.scene.statistics.requests if one.path.endswith("-statistics")]


async def test_one_failed_account_of_several_is_named_and_the_others_shown(digesting):
    good = digesting.accounts(3)
    await digesting.digest(accounts=(*good, "linkedin-gone"))
    await digesting.tick(rounds=2, seconds=2)
    assert await digesting.states() == [DeliveryState.SENT]
    (posted,) = digesting.posted()
    assert "linkedin-gone" in str(posted.blocks)
    table = next(block for block in posted.blocks if block["type"] == "data_table")
    assert len(table["rows"]) >= 4


async def test_nothing_fetched_for_good_tells_the_owner_and_not_the_channel(digesting):
    await digesting.digest(accounts=("linkedin-gone", "linkedin-gone-too"))
    await digesting.tick(rounds=3, seconds=2)
    delivery = await digesting.the_delivery()
    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, "NothingFetched")
    assert digesting.posted() == []
    (notice,) = digesting.owner_messages()
    assert "no figures could be fetched" in notice.text
    assert "linkedin-gone: PostPost doesn't know this connection." in notice.text


async def test_a_service_that_is_down_for_a_while_is_waited_for(digesting):
    digesting.scene.statistics.switches.trouble = Trouble.BAD_GATEWAY
    await digesting.digest()
    await digesting.tick(rounds=2, minutes=1)
    delivery = await digesting.the_delivery()
    assert delivery.state is DeliveryState.PENDING
    assert digesting.owner_messages() == []
    digesting.scene.statistics.switches.trouble = None
    await digesting.tick(rounds=4, minutes=10)
    assert await digesting.states() == [DeliveryState.SENT]


async def test_a_service_that_stays_down_is_a_visible_skip_with_its_reason(digesting):
    digesting.scene.statistics.switches.trouble = Trouble.BAD_GATEWAY
    await digesting.digest()
    await digesting.tick(rounds=8, hours=1)
    assert await digesting.states() == [DeliveryState.SKIPPED]
    (notice,) = digesting.owner_messages()
    assert "skipped" in notice.text
    assert digesting.posted() == []


async def test_a_throttled_service_names_its_time(digesting):
    digesting.scene.statistics.switches.set({"trouble": Trouble.RATE_LIMITED.value, "retry_after": 1_800})
    await digesting.digest()
    await digesting.tick()
    delivery = await digesting.the_delivery()
    assert (delivery.not_before - digesting.scene.clock()).total_seconds() == pytest.approx(1_800, abs=5)


async def test_figures_that_take_longer_than_a_claim_are_given_up_and_asked_for_again(open_digesting):
    """One budget for the service and Slack together: what is left of a claim of 5 s after 2 s of guard."""
    async with open_digesting(delivery_timeout=1.0, delivery_lease=5.0) as digesting:
        digesting.scene.statistics.switches.latency_ms = 4_000
        await digesting.digest()
        await digesting.tick()
        delivery = await digesting.the_delivery()
        assert (delivery.state, delivery.last_error) == (DeliveryState.PENDING, NO_TIME)
        assert digesting.calls("chat.postMessage") == []
        digesting.scene.statistics.switches.latency_ms = 0
        await digesting.tick(rounds=3, seconds=30)
        assert await digesting.states() == [DeliveryState.SENT]


@pytest.mark.parametrize(("wall", "monotonic", "allowed"), [(47, 47, True), (49, 0, False), (0, 49, False), (-3_600, 49, False)])
def test_a_claim_ends_when_either_clock_says_so(wall, monotonic, allowed):
    """A call of 10 s and 2 s of guard must end within 60 s, also where the wall clock was set back."""
    passed, begun = [0, 0], datetime(2026, 11, 23, 8, tzinfo=UTC)
    lease = Lease(Timing(timeout=10, lease=60), lambda: begun + timedelta(seconds=passed[0]), lambda: passed[1])
    passed[:] = wall, monotonic
    assert lease.allows_a_call() is allowed


async def test_a_run_of_many_channels_asks_for_each_account_once(digesting):
    """Twenty digests of the same five accounts cost five accounts' requests: three each, and two or three a post; none is made twice."""
    accounts = digesting.accounts(5)
    await digesting.digest(id="digest-0", accounts=accounts[:1])
    await digesting.tick()
    first = len(statistics_requests(digesting))
    for number in range(1, 21):
        channel = digesting.scene.slack.channel_id(("#general", "#marketing", "#leadership")[number % 3])
        await digesting.digest(id=f"digest-{number}", accounts=accounts, channel=channel)
    await digesting.tick(rounds=30, seconds=2)
    assert len(await digesting.stores.history.history(limit=100)) == 21
    assert all(one.state is DeliveryState.SENT for one in await digesting.stores.history.history(limit=100))
    asked = [json.dumps(one.as_json()["body"], sort_keys=True) for one in statistics_requests(digesting)]
    of_posts = [json.loads(one) for one in asked if "postedId" in one]
    assert first <= len(asked)
    assert len(asked) - len(of_posts) <= 5 * 3
    assert max(Counter(one["postedId"] for one in of_posts).values()) <= 3
    assert len(set(asked)) == len(asked)


async def test_what_comes_on_the_fourth_monday_tells_the_month_before_in_its_preview_too(digesting):
    """Once a month is once a month, however its day is said."""
    digest = await digesting.digest(cron="0 9 * * 1#4")
    # To the last of its thread, which would else come in between.
    await digesting.tick(rounds=6, seconds=2)
    (posted,) = digesting.posted()
    assert posted.blocks[0]["text"]["text"].startswith("LinkedIn, Oct 1–31")
    preview = await digesting.scene.ask(f"digest preview {digest.id}")
    assert "LinkedIn, Oct 1–31" in str(preview["blocks"])


async def test_one_message_a_second_in_each_channel(open_digesting):
    """The sandbox counts on the digests' own clock and answers 429 to whoever is faster."""
    async with open_digesting(knobs={"post_interval": 1.0}) as digesting:
        clock = digesting.scene.clock
        digesting.scene.slack.parts.rates._stopwatch = lambda: clock().timestamp()
        for number in range(4):
            await digesting.digest(id=f"digest-{number}")
        await digesting.tick(rounds=20, seconds=1)
        assert len(digesting.posted()) == 4
        assert [call.status for call in digesting.calls("chat.postMessage")] == [200] * 8


async def test_counters_equal_the_ledger(open_digesting):
    async with open_digesting(port=0) as digesting:
        await digesting.digest()
        await digesting.digest(id="digest-2", accounts=("linkedin-gone",))
        await digesting.digest(id="digest-3", grace=1)
        await digesting.tick(rounds=8, seconds=2)
        async with aiohttp.ClientSession() as session:
            shown = await (await session.get(f"http://127.0.0.1:{digesting.scene.port}/metrics")).text()
            ready = await (await session.get(f"http://127.0.0.1:{digesting.scene.port}/readyz")).json()
        for state, number in {"sent": 1, "failed": 1, "skipped": 1, "uncertain": 0, "pending": 0}.items():
            assert f'linkedin_stats_deliveries{{state="{state}"}} {float(number)}' in shown
        age = float(shown.split("\nlinkedin_stats_tick_age_seconds ")[1].split("\n")[0])
        assert 0 <= age < 10
        assert (ready["ok"], ready["problems"]) == (True, {})
        assert {state: ready["deliveries"][state] for state in ("sent", "failed", "skipped", "uncertain")} == {
            "sent": 1,
            "failed": 1,
            "skipped": 1,
            "uncertain": 0,
        }
        assert 0 <= ready["tick_age_seconds"] < 10
