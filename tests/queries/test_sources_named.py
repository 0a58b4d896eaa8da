"""Answers about several say which figures are from cache, which may still grow, and name no leader while a rival is missing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.reports.card_parts import cached_again
from bot.sandbox.world_accounts import Trouble
from bot.statistics.reports import Freshness
from tests.fixtures.crowds import crowd_of

SAMPLE = "urn:li:share:7123456789012345678"
OTHER = "urn:li:share:7434685316856377344"
VERSUS = "linkedin-Crowd0 vs linkedin-Crowd1"
FILLING_IN = "may still grow"


def footer_of(message):
    return next(str(block) for block in reversed(message["blocks"]) if block["type"] == "context" and "etched" in str(block))


def header_of(message):
    return next(block["text"]["text"] for block in message["blocks"] if block["type"] == "header")


def two_accounts(**troubled):
    return crowd_of(("Anna", "Bernd"), troubled, post_every=1)


@pytest.mark.parametrize(
    "words", ["team", "board", "linkedin-Crowd0 vs linkedin-Crowd1", "digest preview all every monday 9:00 only chart"]
)
async def test_the_accounts_from_cache_are_named(open_scene, words):
    """The service has one account's figures in its cache, and fetches the other's."""
    async with open_scene(world=two_accounts(), statistics_memory=0) as scene:
        await scene.ask("linkedin-Crowd0 7d")
        footer = footer_of(await scene.ask(words))
        assert "in part from cache (Anna)" in footer
        if not words.startswith("digest"):  # the digests of an hour share what was fetched
            assert "from cache ·" in footer_of(await scene.ask(words))


async def test_the_figures_from_cache_are_named(open_scene):
    async with open_scene(statistics_memory=0) as scene:
        await scene.ask("acme 7d impressions reach")
        assert "in part from cache (impressions, members reached and members reached of the period before)" in footer_of(
            await scene.ask("acme 7d")
        )
        await scene.ask(f"{SAMPLE} comments")
        assert "in part from cache (comments)" in footer_of(await scene.ask(SAMPLE))


async def test_a_part_of_an_accounts_figures_is_named_without_brackets_in_brackets(open_scene):
    """Of one account's figures some are from cache, the other's were not asked for before; figures nobody asked for are not named."""
    async with open_scene(world=two_accounts(), statistics_memory=0) as scene:
        await scene.ask("linkedin-Crowd0 7d comments")
        assert "in part from cache (Anna: comments)" in footer_of(await scene.ask("team"))
        await scene.ask("linkedin-Crowd1 30d reactions")
        asked = len(scene.statistics.requests)
        card = await scene.ask("team 30d impressions reactions")
        assert "in part from cache (Bernd: reactions)" in footer_of(card)
        metrics = {
            metric
            for one in list(scene.statistics.requests)[asked:]
            if "queryTypes" in (one.body or {})
            for metric in one.body["queryTypes"]
        }
        assert metrics == {"IMPRESSION", "REACTION"}


def test_a_refresh_names_as_many_from_cache_as_the_footer_and_counts_the_others():
    names = tuple(f"Account number {number}" for number in range(1, 100))
    text = cached_again(Freshness(datetime(2026, 11, 23, 9, 2, tzinfo=UTC), "part", cached_names=names))
    assert "for Account number 1, Account number 2, Account number 3, Account number 4 and 95 more: these" in text


async def test_two_sides_ask_for_no_period_before(open_scene):
    async with open_scene(world=two_accounts(), statistics_memory=0) as scene:
        scene.statistics.switches.cache_minutes = 0
        await scene.ask(VERSUS)
        assert scene.statistics.calls_by_metric["linkedin-Crowd0", "MEMBERS_REACHED"] == 1


async def test_the_posts_from_cache_are_named(open_scene):
    async with open_scene(statistics_memory=0) as scene:
        await scene.ask(SAMPLE)
        assert "in part from cache (Post of Oct 26, 2023, 23:54 UTC)" in footer_of(await scene.ask(f"{SAMPLE} {OTHER}"))


async def test_what_the_bot_remembers_is_named_beside_what_is_new(open_scene):
    async with open_scene(world=two_accounts(), statistics_memory=60) as scene:
        scene.statistics.switches.cache_minutes = 0
        await scene.ask("linkedin-Crowd0 7d")
        assert "in part from a moment ago (Anna)" in footer_of(await scene.ask("team"))


async def test_what_is_remembered_and_what_is_from_cache_are_both_named(open_scene):
    """One account's figures are remembered by the bot, another's come from the service's cache, the third's are new."""
    world = crowd_of(("Anna", "Bernd", "Carla"), post_every=1)
    async with open_scene(world=world, statistics_memory=60) as scene:
        await scene.ask("linkedin-Crowd1 7d")
        scene.clock.go_on(minutes=5)
        await scene.ask("linkedin-Crowd0 7d")
        assert "in part from a moment ago (Anna), in part from cache (Bernd)" in footer_of(await scene.ask("team"))


@pytest.mark.parametrize("words", ["team", "board", VERSUS])
async def test_yesterday_may_still_be_filling_in(open_scene, words):
    async with open_scene(world=two_accounts()) as scene:
        assert str((await scene.ask(words))["blocks"]).count(FILLING_IN) == 1
        earlier = words.replace("Crowd1", "Crowd1 october") if "vs" in words else f"{words} october"
        assert FILLING_IN not in str((await scene.ask(earlier))["blocks"])


async def test_a_young_post_may_still_be_filling_in(open_scene):
    """In a comparison and in `top`, by its name; posts of last month are whole."""
    async with open_scene(world=two_accounts()) as scene:
        now = scene.clock()
        young, old = (f"urn:li:share:{int((now.timestamp() - hours * 3600) * 1000) << 22}" for hours in (3, 300))
        label = f"Post of {now - timedelta(hours=3):%b %d, %Y, %H:%M} UTC"
        assert f"{FILLING_IN}: “{label}”." in (await scene.ask(f"{young} {old}"))["text"]
        assert FILLING_IN not in (await scene.ask(f"{old} {SAMPLE}"))["text"]


async def test_no_post_leads_while_a_rivals_figure_could_not_be_fetched(open_scene):
    """The world's post …001 failed whole, …002 in part."""
    async with open_scene() as scene:
        assert " leads with " in header_of(await scene.ask(f"{SAMPLE} {OTHER}"))
        assert header_of(await scene.ask(f"{SAMPLE} {OTHER} urn:li:share:7300000000000000001")) == "3 posts compared"


async def test_no_account_leads_a_board_while_days_of_another_are_missing(open_scene):
    """Bernd began within the period: he has a place by the days that there are, or none, and might lead with the others."""
    world = two_accounts()
    world.accounts = (world.accounts[0], replace(world.accounts[1], started=date(2026, 11, 18)))
    world._by_id = {account.platform_id: account for account in world.accounts}
    async with open_scene(world=world) as scene:
        for words in ("board last week", "board last week growth"):
            title = header_of(await scene.ask(words))
            assert " lead" not in title
            assert title.endswith(", 1 account with missing days")


async def test_no_account_leads_a_board_while_another_could_not_be_fetched(open_scene):
    async with open_scene(world=two_accounts()) as scene:
        assert " leads with " in header_of(await scene.ask("board"))
    async with open_scene(world=two_accounts(Bernd=Trouble.TOKEN_EXPIRED)) as scene:
        title = header_of(await scene.ask("board"))
        assert "Anna with " in title
        assert "1 account not fetched" in title


async def test_a_figure_that_could_not_be_fetched_is_no_missing_account(open_scene):
    async with open_scene(world=two_accounts(Bernd=Trouble.PARTIAL)) as scene:
        assert "1 account not fully fetched" in header_of(await scene.ask("board"))
