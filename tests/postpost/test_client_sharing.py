"""Identical questions in flight are one request; a short memory answers repeated ones; cancelling one caller does not affect the others."""

import asyncio
import gc
import random
from datetime import date

import pytest

from bot import errors
from bot.ops import telemetry
from bot.postpost import transport
from bot.sandbox.world_accounts import Trouble
from bot.statistics.metrics import Metric, Value
from bot.statistics.posts import PostKind, PostRef
from bot.statistics.reports import MetricsResponse, Period

ACME = "linkedin-Tz9W5i6ZYG"
SAMPLE = PostRef(PostKind.SHARE, 7123456789012345678)
WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))


def posts(count):
    return [PostRef(PostKind.SHARE, SAMPLE.number + number) for number in range(count)]


async def test_identical_questions_in_flight_are_one_request(client, server):
    server.switches.latency_ms = 30
    readings = await asyncio.gather(*(client.post_statistics(ACME, SAMPLE) for _ in range(50)))
    assert len(server.requests) == 1
    assert all(reading == readings[0] and not reading.recalled for reading in readings)


async def test_questions_that_differ_in_anything_are_requests_of_their_own(client, server):
    server.switches.latency_ms = 30
    await asyncio.gather(
        client.post_statistics(ACME, SAMPLE),
        client.post_statistics("linkedin-Unavailable", SAMPLE),
        client.post_statistics(ACME, SAMPLE, [Metric.COMMENT]),
        client.post_statistics(ACME, PostRef(PostKind.UGC_POST, SAMPLE.number)),
        client.account_totals(ACME, None),
        client.account_totals(ACME, WEEK),
        client.account_daily(ACME, WEEK),
    )
    assert len(server.requests) == 7


async def test_a_failure_reaches_everybody_who_waits_and_is_not_remembered(client, server):
    server.switches.latency_ms = 30
    server.fail_next(Trouble.TOKEN_EXPIRED)
    failures = await asyncio.gather(*(client.post_statistics(ACME, SAMPLE) for _ in range(5)), return_exceptions=True)
    assert [type(failure) for failure in failures] == [errors.TokenExpired] * 5
    assert (await client.post_statistics(ACME, SAMPLE)).figures[Metric.IMPRESSION] == Value(15420)
    assert len(server.requests) == 2


async def test_one_who_gives_up_leaves_the_others_waiting(client, server, until):
    server.switches.latency_ms = 50
    first = asyncio.create_task(client.post_statistics(ACME, SAMPLE))
    second = asyncio.create_task(client.post_statistics(ACME, SAMPLE))
    await until(lambda: len(server.requests) == 1)
    first.cancel()
    assert (await second).figures[Metric.IMPRESSION] == Value(15420)
    assert first.cancelled() or (await asyncio.gather(first, return_exceptions=True))
    assert len(server.requests) == 1


async def test_when_everybody_gives_up_the_request_is_dropped_and_can_be_asked_again(client, server, until):
    server.fail_next(Trouble.HANG)
    waiting = [asyncio.create_task(client.post_statistics(ACME, SAMPLE)) for _ in range(3)]
    await until(lambda: len(server.requests) == 1)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert (await client.post_statistics(ACME, SAMPLE)).figures[Metric.IMPRESSION] == Value(15420)


async def test_an_answer_is_remembered_for_its_time_and_marked(client, server, moment):
    live = await client.post_statistics(ACME, SAMPLE)
    moment.go_on(59)
    recalled = await client.post_statistics(ACME, SAMPLE)
    assert (live.recalled, recalled.recalled, len(server.requests)) == (False, True, 1)
    assert (recalled.figures, recalled.fetched_at) == (live.figures, live.fetched_at)
    moment.go_on(1)
    assert not (await client.post_statistics(ACME, SAMPLE)).recalled
    assert len(server.requests) == 2


async def test_a_clock_that_was_set_back_makes_nothing_last_for_ever(client, server, moment):
    await client.post_statistics(ACME, SAMPLE)
    moment.go_on(-3600)
    assert not (await client.post_statistics(ACME, SAMPLE)).recalled


async def test_fresh_goes_past_the_memory_and_renews_it(client, server, moment):
    await client.account_daily(ACME, WEEK)
    moment.go_on(40)
    assert not (await client.account_daily(ACME, WEEK, fresh=True)).recalled
    moment.go_on(40)
    assert (await client.account_daily(ACME, WEEK)).recalled
    assert len(server.requests) == 2


async def test_fresh_questions_share_among_themselves_but_not_with_one_already_under_way(client, server):
    server.switches.latency_ms = 30
    await asyncio.gather(
        client.post_statistics(ACME, SAMPLE),
        *(client.post_statistics(ACME, SAMPLE, fresh=True) for _ in range(10)),
    )
    assert len(server.requests) == 2


async def test_a_memory_of_no_time_is_none(server, open_client):
    async with open_client(server.base_url, memory_seconds=0) as client:
        await client.post_statistics(ACME, SAMPLE)
        assert not (await client.post_statistics(ACME, SAMPLE)).recalled
    assert len(server.requests) == 2


async def test_an_answer_with_a_failed_figure_is_not_remembered(client, server):
    await client.post_statistics("linkedin-Partial", SAMPLE)
    await client.post_statistics("linkedin-Partial", SAMPLE)
    assert len(server.requests) == 6


async def test_an_answer_with_an_unavailable_figure_is_whole_and_remembered(client, server):
    await client.post_statistics("linkedin-Unavailable", SAMPLE)
    assert (await client.post_statistics("linkedin-Unavailable", SAMPLE)).recalled


async def test_the_memory_is_bounded_and_forgets_the_oldest(server, open_client, monkeypatch):
    monkeypatch.setattr(transport, "MOST_REMEMBERED", 3)
    async with open_client(server.base_url) as client:
        for post in posts(4):
            await client.post_statistics(ACME, post)
        assert (await client.post_statistics(ACME, posts(4)[3])).recalled
        assert not (await client.post_statistics(ACME, posts(4)[0])).recalled


def readings_in_memory():
    gc.collect()
    return [thing for thing in gc.get_objects() if isinstance(thing, MetricsResponse) and thing.recalled]


async def test_what_no_longer_serves_takes_no_memory(client, moment):
    """Responses of a minute ago are dropped, whether or not they are asked for again."""
    gc.collect()
    # What other tests left is not looked through: late in a run that takes half a minute.
    gc.freeze()
    for post in posts(50):
        await client.post_statistics(ACME, post)
    assert len(readings_in_memory()) == 50
    moment.go_on(61)
    await client.post_statistics(ACME, SAMPLE)
    assert len(readings_in_memory()) == 1
    gc.unfreeze()


@pytest.mark.parametrize("same", [True, False], ids=["one post", "many posts"])
async def test_bursts_that_are_cancelled_at_any_moment_leave_the_client_able_to_answer(client, server, same):
    dice = random.Random(7)  # noqa: S311  # the same dice every time
    server.switches.latency_ms = 5
    for _ in range(6):
        wanted = [SAMPLE] * 300 if same else posts(300)
        burst = [asyncio.create_task(client.post_statistics(ACME, post, fresh=True)) for post in wanted]
        loop = asyncio.get_running_loop()
        for task in burst:
            loop.call_later(dice.uniform(0, 0.06), task.cancel)
        await asyncio.gather(*burst, return_exceptions=True)
    async with asyncio.timeout(60):
        readings = await asyncio.gather(*(client.post_statistics(ACME, post, fresh=True) for post in posts(150)))
    assert readings[0].figures[Metric.IMPRESSION] == Value(15420)


async def test_closing_lets_go_of_what_is_in_flight(server, open_client, until):
    server.fail_next(Trouble.HANG)
    async with open_client(server.base_url) as client:
        waiting = asyncio.create_task(client.post_statistics(ACME, SAMPLE))
        await until(lambda: len(server.requests) == 1)
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_what_a_shared_request_logs_carries_the_reference_of_everybody_who_waits_for_it(server, open_client):
    """The first to ask gives up: nothing is logged under that person's reference any more."""
    logged = []
    server.switches.latency_ms = 50

    async def ask(given):
        with telemetry.shared_by((given,)):
            return await client.post_statistics(ACME, SAMPLE)

    async with open_client(server.base_url, observe=lambda *_: logged.append(telemetry.reference())) as client:
        first, *others = [asyncio.create_task(ask(given)) for given in ("aaaaaaaa", "bbbbbbbb", "cccccccc")]
        while not server.requests:  # noqa: ASYNC110  # the server is the other side of a socket
            await asyncio.sleep(0.001)
        first.cancel()
        await asyncio.gather(*others)
        await ask("dddddddd")
    assert logged == ["bbbbbbbb cccccccc"]


async def test_a_request_of_one_person_logs_under_their_reference(server, open_client):
    logged = []
    async with open_client(server.base_url, observe=lambda *_: logged.append(telemetry.reference())) as client:
        with telemetry.shared_by(("aaaaaaaa",)):
            await client.post_statistics(ACME, SAMPLE)
        await client.post_statistics(ACME, SAMPLE, fresh=True)
    assert logged == ["aaaaaaaa", ""]
