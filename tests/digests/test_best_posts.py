"""A digest's best posts: those that `top 3` names, with at most a hundred calls to LinkedIn for everything that the digest needs."""

import random
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from bot.sandbox.slack.people import ANN
from bot.sandbox.statistics.faults import EFFECTS, Effect
from bot.sandbox.world import World
from bot.sandbox.world_accounts import POST_TROUBLES, Trouble
from tests.accuracy.recompute import best
from tests.accuracy.service import FAILED, METRICS, NULL, FakePost
from tests.fixtures.crowds import crowd_of
from tests.queries.test_followers import file_of

QUARTER = "digest acme on the last day of the quarter at 9:00 in #marketing"
#: Due on 23 November it covers October and November up to the 22nd: 53 posts, the newest fifty of which are looked at.
CRON = "0 9 L 3,6,9,12 *"
DAYS = "2026-10-01..2026-11-22"
BASES = {"impressions": "IMPRESSION", "reach": "MEMBERS_REACHED"}


class AlikeWorld(World):
    """An account whose posts are seen alike, those with even numbers an unknown number of times."""

    def post_figures(self, number: int, now: datetime) -> Any:
        return {**super().post_figures(number, now), "IMPRESSION": 500 if number % 2 else None}


class RandomWorld(World):
    """Accounts whose posts have random figures, some of which LinkedIn does not have."""

    def post_figures(self, number: int, now: datetime) -> Any:
        del now
        dice = random.Random(f"{self.seed} {number}")  # noqa: S311  # a repeatable world
        post = self.post(number)
        place = int(post.platform_id.removeprefix("linkedin-Crowd")) if post else 0
        # Few at the minimum; many alike, of which only the newest are ranked; large ones.
        seen = (dice.choice((99, 100, *[dice.randint(0, 98)] * 8)), dice.choice((500, dice.randint(0, 500))), dice.randint(0, 20_000))[
            place % 3
        ]
        figures: dict[str, int | None] = {metric: dice.randint(0, max(seen // 20, 3)) for metric in METRICS[2:]}
        figures |= {"IMPRESSION": seen, "MEMBERS_REACHED": seen * dice.randint(40, 70) // 100}
        if place % 2 and dice.random() < 0.2:
            figures[dice.choice(METRICS)] = None
        return figures


def random_world(seed: int, accounts: int) -> RandomWorld:
    crowd = crowd_of([f"Member {place}" for place in range(accounts)], post_every=1)
    return RandomWorld(seed=seed, accounts=crowd.accounts)


def candidates(scene, account):
    """The newest fifty of the account's posts, with what LinkedIn gives of each."""
    world, now = scene.statistics.world, scene.clock()
    newest = [post for post in world.posts(account, now) if post.published.date() < now.date()][:50]
    return [FakePost(post.number, account, "", given(world, post.number, now)) for post in newest]


def given(world, number, now):
    trouble = POST_TROUBLES.get(number)
    failed = EFFECTS[trouble].failed if trouble else ()
    return {name: FAILED if name in failed else NULL if count is None else count for name, count in world.post_figures(number, now).items()}


def calls_of(scene, account):
    """The LinkedIn calls for an account, also those of answers without figures."""
    bodies = [(one.body, one.linkedin_calls) for one in scene.statistics.requests if isinstance(one.body, dict)]
    return sum(calls for body, calls in bodies if body.get("platformId") == account)


def numbers_in(shown):
    return list(dict.fromkeys(int(number) for number in re.findall(r"urn:li:\w+:(\d+)", shown)))


async def digests_due(digesting, accounts, rounds=4):
    """The texts of these accounts' digests, which nobody has previewed, by account."""
    for place, account in enumerate(accounts):
        await digesting.digest(id=f"digest-{place}", accounts=(account,), content=("best", "rows", "followers"), cron=CRON)
    await digesting.tick(rounds=rounds, seconds=2)
    named = {one.metadata["event_payload"]["digest"]: one.text for one in digesting.posted()}
    return {account: named[f"digest-{place}"] for place, account in enumerate(accounts)}


async def check_digests(digesting, basis, most_calls=100):
    """Of every account: the digest's best posts are those of the rule and the first of `top`, and its calls are few; the most calls."""
    scene, world = digesting.scene, digesting.scene.statistics.world
    accounts = [account.platform_id for account in world.accounts]
    digests = await digests_due(digesting, accounts, rounds=4 + len(accounts))
    calls = {account: calls_of(scene, account) for account in accounts}
    for account, shown in digests.items():
        right = [post.number for _, post in best(candidates(scene, account), BASES[basis], 3)]
        assert numbers_in(shown) == right, (account, shown)
        assert calls[account] <= most_calls
        for words in (f"top 3 {account} {DAYS}", f"top {account} {DAYS}"):
            answer = await scene.ask(words)
            assert numbers_in(str(answer["blocks"]))[:3] == right, (words, answer["text"])
    return max(calls.values())


@pytest.mark.parametrize("basis", BASES)
async def test_a_digest_of_fifty_unknown_posts_names_those_of_top_with_a_hundred_calls(open_digesting, basis):
    """Small and large posts, many seen alike, with and without gaps; the digest is due by the clock, and nothing was asked before."""
    async with open_digesting(world=random_world(1, 3), engagement_rate_basis=basis, delivery_lease=60.0) as digesting:
        assert await check_digests(digesting, basis) > 85


@pytest.mark.parametrize("cache_minutes", [0, 30])
async def test_what_was_fetched_within_the_hour_is_not_fetched_again(open_scene, cache_minutes):
    """Also after a restart; the digest says what is ranked, and among which posts."""
    async with open_scene(world=crowd_of(("Acme",), post_every=1), statistics_memory=0) as scene:
        scene.statistics.switches.cache_minutes = cache_minutes
        preview = await scene.ask(QUARTER)
        words = preview["text"] + str(preview["blocks"])
        calls = scene.statistics.calls_by_metric
        assert calls.total() == calls_of(scene, "linkedin-Crowd0") == 7 + 50 + 10 * 3 + 3
        names = {"endpoint": "linkedin-post-statistics", "metric": "IMPRESSION"}
        counted = scene.bot.metrics.registry.get_sample_value("linkedin_stats_linkedin_calls_total", names)
        assert counted == 50
        least = sorted(post.figures["IMPRESSION"] for post in candidates(scene, "linkedin-Crowd0"))[-10]
        assert f"Best by lifetime rate, among the 10 posts with the most impressions ({least:,} or more) of 50." in words
        assert "The best of the newest 50 of 53 known posts." in words
    async with open_scene(world=crowd_of(("Acme",), post_every=1), statistics_memory=0) as scene:
        scene.statistics.switches.cache_minutes = cache_minutes
        assert (await scene.ask(QUARTER))["text"] == preview["text"]
        assert scene.statistics.calls_by_metric.total() <= 7


async def test_posts_seen_alike_or_an_unknown_number_of_times_are_not_told_as_less_seen(open_scene):
    """The card, its file, the digest and its file say the same."""
    async with open_scene(world=AlikeWorld(accounts=crowd_of(("Acme",), post_every=1).accounts)) as scene:
        known = sum(post.figures["IMPRESSION"] == 500 for post in candidates(scene, "linkedin-Crowd0"))
        assert 10 < known < 50
        rule = f"among the 10 posts with the most impressions (500 or more, the newest of those with as many) of {known}"
        assert rule in (await scene.ask(QUARTER))["text"]
        card = await scene.ask(f"top 20 acme {DAYS}")
        await scene.ask(f"top 20 acme {DAYS} csv")
        file = file_of(scene)
        for said in (
            "`top` lists 10 posts at most.",
            rule,
            "I looked at the newest 50 of the 53 known posts.",
            f"{50 - known} of 50 couldn't be ranked",
        ):
            assert said in str(card["blocks"])
            assert said in file
        assert "None of the newest 50 of 53 known posts" in (await scene.ask(f"top acme {DAYS} min 501"))["text"]


async def test_posts_that_were_not_ranked_are_not_told_as_posts_without_a_rate(open_scene):
    """None of the ten most seen has a rate; whether the others have one was not asked."""
    async with open_scene(world=crowd_of(("Acme",), {"Acme": Trouble.UNAVAILABLE}, post_every=1)) as scene:
        preview, card = await scene.ask(QUARTER), await scene.ask(f"top acme {DAYS}")
        assert "*Best post* unknown: no fetched post with at least 100 impressions has an engagement rate." in preview["text"]
        assert re.search(r"among the 10 posts with the most impressions \([\d,]+ or more\) of 50\.", preview["text"])
        assert re.match(r"None of the 10 posts with the most impressions \([\d,]+ or more\) of 50 of Acme published", card["text"])


@pytest.mark.parametrize("basis", BASES)
async def test_where_figures_fail_a_digest_makes_a_hundred_calls_and_says_what_was_not_read(open_digesting, monkeypatch, basis):
    """What failed is asked for once more as long as there are calls; what the calls don't reach is not called failed."""
    world, failing = random_world(3, 3), {"linkedin-Crowd0": 25, "linkedin-Crowd2": 2}
    for account, each in failing.items():
        for post in world.posts(account, datetime(2026, 11, 23, 9, tzinfo=UTC))[3:50:each]:
            monkeypatch.setitem(POST_TROUBLES, post.number, Trouble.ALL_FAILED)
    # A figure that is only shown takes no place from a post.
    monkeypatch.setitem(EFFECTS, Trouble.PARTIAL, Effect(failed=frozenset({"MEMBERS_REACHED"})))
    for post in world.posts("linkedin-Crowd1", datetime(2026, 11, 23, 9, tzinfo=UTC)):
        monkeypatch.setitem(POST_TROUBLES, post.number, Trouble.PARTIAL)
    async with open_digesting(world=world, engagement_rate_basis=basis, delivery_lease=60.0) as digesting:
        few, many, others = (await digests_due(digesting, [*failing, "linkedin-Crowd1"])).values()
        assert len(numbers_in(others)) == (3 if basis == "impressions" else 0)
        assert ("couldn't be fetched: " in others) == (basis == "reach")
        assert max(calls_of(digesting.scene, account) for account in failing) <= 100
        read = re.search(r"(\d+) of 50 posts read, because other calls to LinkedIn are kept for questions: another one may be better", many)
        assert read
        assert 40 <= int(read[1]) < 50
        assert re.search(r"\d+ known posts couldn't be fetched: one of them may be better", many)
        assert "2 known posts couldn't be fetched" in few
        assert "posts read" not in few
        right = best(candidates(digesting.scene, "linkedin-Crowd0"), BASES[basis], 3)
        assert numbers_in(few) == [post.number for _, post in right]


async def test_attempts_without_any_answer_count_as_calls_too(open_scene):
    async with open_scene(world=crowd_of(("Acme",), post_every=1)) as scene:
        scene.statistics.fail_next(Trouble.SERVER_ERROR, times=60, path="post-statistics")
        preview = await scene.ask(QUARTER)
        assert 90 < calls_of(scene, "linkedin-Crowd0") <= 100
        assert re.search(r"\d+ of 50 posts read, because", preview["text"])


@pytest.mark.full
@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("seed", range(2, 12))
async def test_digests_of_many_worlds_name_those_of_top(open_digesting, basis, seed):
    async with open_digesting(world=random_world(seed, 8), engagement_rate_basis=basis, delivery_lease=120.0) as digesting:
        await check_digests(digesting, basis)


@pytest.mark.full
@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize("impressions", [300, 800, 2_000, 20_000])
async def test_digests_of_ordinary_accounts_name_those_of_top(open_digesting, basis, impressions):
    crowd = crowd_of([f"Member {place}" for place in range(10)], post_every=1, daily_impressions=impressions)
    async with open_digesting(world=crowd, engagement_rate_basis=basis, delivery_lease=120.0) as digesting:
        print(impressions, basis, await check_digests(digesting, basis), "calls at most")


async def remembered_figures(scene, account="linkedin-Crowd0"):
    async with scene.bot.database.read() as connection:
        wanted = text("SELECT count(*) FROM post_figures WHERE platform_id = :account")
        return (await connection.execute(wanted, {"account": account})).scalar_one()


async def test_figures_of_posts_are_deleted_after_their_hours_and_when_an_account_opts_out(open_scene, engine_url, clock):
    world = crowd_of(("Acme", "Bolt"), post_every=9)
    async with open_scene(world=world, figures_retention_hours=5, administrators=ANN, **engine_url) as scene:
        await scene.ask("digest acme bolt on the last day of the quarter at 9:00 in #marketing")
        assert await remembered_figures(scene) >= 4
        await scene.ask("opt out acme")
        assert await remembered_figures(scene) == 0
        assert await remembered_figures(scene, "linkedin-Crowd1") >= 4
        for hours, stored in ((4.9, True), (0.1, False)):
            clock.go_on(hours=hours)
            await scene.bot.scheduling.runner.tick()
            assert bool(await remembered_figures(scene, "linkedin-Crowd1")) is stored


async def test_no_figures_of_posts_are_remembered_for_no_hours(open_scene):
    async with open_scene(world=crowd_of(("Acme",), post_every=9), figures_retention_hours=0) as scene:
        assert "Best by lifetime rate" in str(await scene.ask(QUARTER))
        assert await remembered_figures(scene) == 0
