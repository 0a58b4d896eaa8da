"""Cards of random worlds, recomputed by a program that shares nothing with the bot but the entry: what a card says is what it should."""

import pytest

from tests.accuracy.reading import BASES, NAMES, RATE, assert_change, assert_figure, assert_rate, fields, rows
from tests.accuracy.recompute import (
    account_rate,
    best,
    figure,
    half_up,
    missing,
    nothing_but_unknown,
    rate_of,
    summed,
)
from tests.accuracy.service import BEFORE, BY_DAY, METRICS, WEEK, random_world, serving


async def check_account(scene, account, basis):
    card = await scene.ask(f"{account.platform_id} 7d")
    if nothing_but_unknown(account, WEEK) == "failed":
        assert not fields(card), (account, card["text"])
        return
    shown = fields(card)
    for metric in METRICS:
        now, where = figure(account, metric, WEEK), (account.name, metric)
        assert_figure(shown[NAMES[metric]], now, where)
        whole = not missing(account, metric, (*BEFORE, *WEEK))
        assert_change(shown[NAMES[metric]], now, figure(account, metric, BEFORE), whole, where)
    assert_rate(shown[RATE], account_rate(account, basis), (account.name, RATE))


async def check_posts(scene, world, basis):
    for post in world.posts[:3]:
        card = await scene.ask(post.urn + f" {post.platform_id}")
        shown = fields(card)
        if not any(isinstance(one, int) for one in post.figures.values()) and "failed" in post.figures.values():
            continue
        for metric in METRICS:
            assert_figure(shown[NAMES[metric]], post.figures[metric], (post.title, metric))
        assert_rate(shown[RATE], rate_of(post.figures, basis), (post.title, RATE))
    if len(world.posts) > 1:
        for row in rows(await scene.ask(" ".join(post.urn for post in world.posts[:5]))):
            post = next((post for post in world.posts if post.title == row["Post"]), None)
            if post is not None:
                for metric in (metric for metric in METRICS if NAMES[metric] in row):
                    assert_figure(row[NAMES[metric]], post.figures[metric], (post.title, metric, "compared"))


async def check_team(scene, world, basis):
    fetched = [account for account in world.accounts if nothing_but_unknown(account, WEEK) != "failed"]
    over = [account for account in fetched if not nothing_but_unknown(account, WEEK)] or fetched
    if not fetched:
        return
    card = await scene.ask("team 7d")
    for row in rows(card):
        account = next((one for one in fetched if one.name == row["Account"]), None)
        if account is not None:
            for metric in (metric for metric in METRICS if NAMES[metric] in row):
                assert_figure(row[NAMES[metric]], figure(account, metric, WEEK), (account.name, metric, "team"))
            assert_rate(row[RATE], account_rate(account, basis), (account.name, RATE, "team"))
    if len(over) > 1:
        shown = fields(card)
        for metric in BY_DAY:
            assert_figure(shown[NAMES[metric]], summed(over, metric, WEEK), ("sum", metric, shown[NAMES[metric]]))


async def check_board(scene, world, basis):
    fetched = [account for account in world.accounts if nothing_but_unknown(account, WEEK) != "failed"]
    if not fetched:
        return
    seen = [(account, figure(account, "IMPRESSION", WEEK), account_rate(account, basis)) for account in fetched]
    placed = [(rate, account) for account, count, rate in seen if rate is not None and isinstance(count, int) and count >= 500]
    shown = [row["Account"] for row in rows(await scene.ask("board 7d")) if row["Place"] != "–"]
    right = [account.name for _, account in sorted(placed, key=lambda pair: -pair[0])]
    assert shown == right or len({half_up(rate * 100, 2) for rate, _ in placed}) < len(placed), (shown, right)


async def check_versus(scene, world):
    left, right = world.accounts[:2]
    if "failed" in {nothing_but_unknown(left, WEEK), nothing_but_unknown(right, WEEK)}:
        return
    for row in rows(await scene.ask(f"{left.platform_id} vs {right.platform_id} 7d")):
        metric = next((metric for metric, name in NAMES.items() if name == row["Figure"]), None)
        if metric is not None:
            for account in (left, right):
                assert_figure(row[account.name], figure(account, metric, WEEK), (account.name, metric, "versus"))


async def check_top(scene, world, basis):
    for wanted in (10, 3):
        card = await scene.ask(f"top {wanted} team 7d")
        right = [post.title for _, post in best(world.posts, basis, wanted)]
        assert [row["Post"] for row in rows(card)] == right, card["text"]


async def check_digest(scene, world):
    """A digest's preview says the sums of its accounts."""
    if any(nothing_but_unknown(account, WEEK) for account in world.accounts):
        return
    names = " ".join(account.platform_id for account in world.accounts)
    shown = fields(await scene.ask(f"digest {names} every monday 10:00 UTC in #marketing"))
    assert set(shown) >= {NAMES[metric] for metric in BY_DAY}, shown
    for metric in BY_DAY:
        assert_figure(shown[NAMES[metric]], summed(world.accounts, metric, WEEK), ("digest", metric, shown[NAMES[metric]]))


async def recompute(open_scene, seed, basis):
    world = random_world(seed)
    async with (
        serving(world) as base_url,
        open_scene(
            postpost_base_url=base_url,
            postpost_platform_id=world.accounts[0].platform_id,
            engagement_rate_basis=basis,
        ) as scene,
    ):
        for account in world.accounts:
            await check_account(scene, account, BASES[basis])
        await check_posts(scene, world, BASES[basis])
        await check_team(scene, world, BASES[basis])
        await check_board(scene, world, BASES[basis])
        await check_versus(scene, world)
        await check_top(scene, world, BASES[basis])
        await check_digest(scene, world)


@pytest.mark.parametrize("basis", BASES)
#: In the last of these worlds more than ten posts have enough impressions to be ranked.
@pytest.mark.parametrize("seed", [0, 1, 109])
async def test_cards_say_what_is_right(open_scene, seed, basis):
    await recompute(open_scene, seed, basis)


@pytest.mark.full
@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("seed", range(2, 252))
async def test_cards_of_many_worlds_say_what_is_right(open_scene, seed, basis):
    """Some 20 questions a world."""
    await recompute(open_scene, seed, basis)
