"""The one bound on calls to the service: people first, the bot's own work never in every slot."""

import asyncio
from datetime import date

from bot.postpost.transport import MOST_BACKGROUND_CALLS, MOST_CALLS, CallLimiter
from bot.statistics.posts import PostKind, PostRef
from bot.statistics.reports import Period

WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))


async def test_people_go_before_the_bots_own_work_and_find_a_slot_beside_it():
    limiter, order, go_on = CallLimiter(most=3, most_background=2), [], asyncio.Event()

    async def call(name, *, background):
        await limiter.take(background=background)
        order.append(name)
        await go_on.wait()
        limiter.give_back(background=background)

    own = [asyncio.create_task(call(f"own {number}", background=True)) for number in range(4)]
    await asyncio.sleep(0)
    people = [asyncio.create_task(call(f"person {number}", background=False)) for number in range(2)]
    for _ in range(3):
        await asyncio.sleep(0)
    assert order == ["own 0", "own 1", "person 0"]
    go_on.set()
    await asyncio.gather(*own, *people)
    assert order[3] == "person 1"
    assert len(order) == 6


async def test_one_who_gives_up_leaves_the_slot_to_the_next():
    limiter, hold = CallLimiter(most=1, most_background=1), asyncio.Event()

    done = []

    async def call(name):
        await limiter.take(background=False)
        try:
            await hold.wait()
            done.append(name)
        finally:
            limiter.give_back(background=False)

    first, second, third = (asyncio.create_task(call(name)) for name in ("first", "second", "third"))
    await asyncio.sleep(0)
    second.cancel()
    first.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    hold.set()
    await asyncio.wait_for(third, 60)
    assert done == ["third"]


async def test_requests_of_every_kind_share_one_bound_of_which_the_bots_own_work_has_a_part(scripted, scripted_client, until):
    scripted.hang()
    own = scripted_client.in_background()
    background = [own.post_statistics("linkedin-A", PostRef(PostKind.SHARE, 7123456789012345678 + number)) for number in range(20)]
    background += [own.connections.connections(), own.account_daily("linkedin-A", WEEK)]
    tasks = [asyncio.create_task(one) for one in background]
    try:
        await until(lambda: len(scripted.requests) >= MOST_BACKGROUND_CALLS)
        await asyncio.sleep(0.05)
        assert len(scripted.requests) == MOST_BACKGROUND_CALLS < MOST_CALLS

        people = [scripted_client.account_totals(f"linkedin-{number}", WEEK) for number in range(MOST_CALLS // 2)]
        people += [scripted_client.account_daily(f"linkedin-{number}", WEEK) for number in range(MOST_CALLS // 2)]
        tasks += [asyncio.create_task(one) for one in (*people, scripted_client.connections.connections())]
        await until(lambda: len(scripted.requests) >= MOST_CALLS)
        await asyncio.sleep(0.05)
        assert len(scripted.requests) == MOST_CALLS
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
