"""A digest's best posts: the same as if every figure of every post had been asked for, with at most a hundred calls to LinkedIn."""

import asyncio
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.blockkit.numbers import rate_digits
from bot.digests.best_posts import MOST_CALLS, BestPosts
from bot.errors import Unreachable
from bot.reports.fetch import CandidatePool
from bot.sandbox.slack.people import ANN, TEAM_ID
from bot.sandbox.world_figures import between, chance, post_figures
from bot.statistics.comparison_reports import USUAL_POST_MINIMUM, ranked_posts
from bot.statistics.metrics import POST_METRICS, Failed, Metric, RateBasis, Unavailable, Value
from bot.statistics.posts import Coverage, PostKind, PostRef
from bot.statistics.reports import Account, Freshness, PostReport
from tests.fixtures.crowds import crowd_of

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ACCOUNT = Account("linkedin-A", "Anna")
QUARTER = "digest acme on the last day of the quarter at 9:00 in #marketing"


@dataclass
class Figures:
    """A service that counts the LinkedIn calls it would make; a figure that fails is asked for twice."""

    world: dict[PostRef, dict[Metric, Value | Unavailable | Failed] | None]
    basis: RateBasis
    calls: int = 0
    asked: list[PostRef] = field(default_factory=list)

    async def post_report(self, ask, _platform_id, **_):
        figures = self.world[ask.post]
        if figures is None:
            self.calls += len(ask.metrics)
            raise Unreachable("down")
        self.calls += sum(2 if isinstance(figures[metric], Failed) else 1 for metric in ask.metrics)
        self.asked.append(ask.post)
        return self.report(ask.post, {metric: figures[metric] for metric in ask.metrics})

    def report_of(self, ask, _platform_id, reading):
        return self.report(ask.post, reading.figures)

    def report(self, post, figures):
        return PostReport(post, ACCOUNT, figures, tuple(figures), Freshness(NOW), self.basis)


class Remembered:
    """Figures of posts, remembered for ever."""

    def __init__(self):
        self.readings = {}

    async def find(self, _team, posts, _since):
        return {post: self.readings[post] for post in posts if post in self.readings}

    async def save(self, _team, reports):
        for one in reports:
            known = {metric: (figure, one.freshness.fetched_at) for metric, figure in one.figures.items() if not isinstance(figure, Failed)}
            self.readings.setdefault(one.post, {}).update(known)


def finder_of(service, clock, quota_is_low=lambda _: False, remembered=None):
    fetcher: Any = SimpleNamespace(post_report=service.post_report, report_of=service.report_of, basis=service.basis)
    store: Any = remembered or Remembered()
    return BestPosts(fetcher, store, clock, quota_is_low)


def searched(world, basis, quota_is_low=lambda _: False, impressions=None):
    service = Figures(world, basis)
    finder = finder_of(service, lambda: NOW, quota_is_low)
    pool = CandidatePool(tuple((post, ACCOUNT.platform_id) for post in world), len(world), Coverage())
    return asyncio.run(finder.find(TEAM_ID, pool, {ACCOUNT.platform_id: impressions}, fresh=False)), service


def value(least, most):
    return st.one_of(st.integers(least, most).map(Value), st.integers(least, most).map(Value), st.sampled_from((Unavailable(), Failed())))


POST = st.one_of(
    st.none(),
    st.fixed_dictionaries({metric: value(0, 5) if metric.definition.engagement else value(95, 105) for metric in POST_METRICS}),
    st.fixed_dictionaries({metric: value(0, 400) if metric.definition.engagement else value(0, 9_000) for metric in POST_METRICS}),
)


@settings(max_examples=80)
@given(st.lists(POST, max_size=50), st.sampled_from(RateBasis), st.sampled_from((None, 0, 10**6)))
def test_the_best_are_those_of_asking_for_everything(drawn, basis, impressions):
    """Ties, the minimum of impressions, unknown and failed figures; where the calls do not reach, the digest says how far they did."""
    world = {PostRef(PostKind.SHARE, 7_434_685_316_856_377_344 - place): figures for place, figures in enumerate(drawn)}
    found, service = searched(world, basis, impressions=impressions)
    everything = [service.report(post, figures) for post, figures in world.items() if figures is not None]
    best = ranked_posts(everything, USUAL_POST_MINIMUM, rate_digits)[:3]
    assert [dict(one.report.figures) for one in found.posts] == [world[one.report.post] for one in found.posts]
    assert service.calls <= MOST_CALLS
    assert found.asked >= min(len(world), 40)
    if found.whole == found.asked == len(world):
        assert [(one.place, one.tied, one.report.post) for one in found.posts] == [(one.place, one.tied, one.report.post) for one in best]
    assert found.whole == found.asked == len(world) or len(world) > 10


def test_posts_that_have_no_place_cost_one_call():
    """Where the account's impressions say that its posts are small, all fifty are asked for."""
    figures = {metric: Value(7 if metric.definition.engagement else 99) for metric in POST_METRICS}
    world = {PostRef(PostKind.SHARE, 7_434_685_316_856_377_344 - place): figures for place in range(50)}
    found, service = searched(world, RateBasis.IMPRESSIONS, impressions=10_000)
    assert (found.asked, found.whole, service.calls, found.posts) == (50, 50, 50, ())


def ordinary_world(seed, impressions, begins, now):
    """A post a day of an account of the sandbox, as it makes them: the newest fifty before it begins."""
    world = {}
    for back in range(50):
        at = (begins - timedelta(days=back)).replace(hour=7)
        number = (int(at.timestamp() * 1000) << 22) + int(chance(seed, at) * 2**22)
        figures = post_figures(seed, number, impressions * between(0.2, 1.2, chance(seed, number)), now - at)
        world[PostRef(PostKind.SHARE, number)] = {metric: Value(figures[metric.value]) for metric in POST_METRICS}
    return world


def digests_of_days(seed, impressions, basis, *, prepared=True):
    """Of two days' digests whether they name the best of fifty posts, the calls of the hour before and their own, and what is undecided."""
    moment, service, before = [NOW], Figures({}, basis), 0
    finder = finder_of(service, partial(moment.__getitem__, 0))
    for day in range(2):
        begins = NOW + timedelta(days=day)
        for hour in (0, 1):
            moment[0] = begins + timedelta(minutes=70 * hour)
            service.world, service.calls = ordinary_world(seed, impressions, begins, moment[0]), 0
            pool = CandidatePool(tuple((post, ACCOUNT.platform_id) for post in service.world), 50, Coverage())
            if hour == 0 and prepared:
                asyncio.run(finder.collect(TEAM_ID, pool, [ACCOUNT.platform_id]))
            before, service.calls = service.calls if hour == 0 else before, 0
        found = asyncio.run(finder.find(TEAM_ID, pool, {ACCOUNT.platform_id: 50 * impressions}, fresh=False))
        best = ranked_posts([service.report(*one) for one in service.world.items()], USUAL_POST_MINIMUM, rate_digits)[:3]
        assert max(before, service.calls) <= MOST_CALLS
        yield [one.report.post for one in found.posts] == [one.report.post for one in best], before, service.calls, found.undecided


@pytest.mark.parametrize("basis", RateBasis)
def test_a_prepared_digest_of_fifty_posts_names_the_best_and_the_next_day_asks_a_hundred_times_at_most(basis):
    """Where it isn't sure, it says so: of the first day nothing is left to decide."""
    # Of the small accounts' best posts some have few comments for their reactions, or had none at all in their first hours.
    worlds = ((0, 2_000), (33, 800), (120, 800), (11, 300), (17, 300), (34, 300), (41, 300))
    first, second = zip(*(digests_of_days(seed, impressions, basis) for seed, impressions in worlds), strict=True)
    assert all(right for right, *_ in (*first, *second))
    assert not any(undecided for *_, undecided in first[:3])
    assert all(before + calls <= 100 for _, before, calls, _ in second)


def test_without_preparation_a_digest_says_how_many_of_fifty_posts_may_still_be_better():
    """The calls of an hour find the best of every other world; what was found earlier helps on the next day."""
    first, second = zip(*(digests_of_days(seed, 2_000, RateBasis.REACH, prepared=False) for seed in range(6)), strict=True)
    assert all(10 < undecided < 50 for *_, undecided in first)
    assert sum(right for right, *_ in first) >= 2
    assert all(right for right, *_ in second)


@pytest.mark.full
@pytest.mark.parametrize("basis", RateBasis)
@pytest.mark.parametrize("impressions", [300, 800, 2_000, 20_000])
def test_how_often_the_best_of_fifty_posts_are_found(impressions, basis):
    """`pytest -m full -s -k how_often` prints it."""
    for prepared in (True, False):
        worlds = (digests_of_days(seed, impressions, basis, prepared=prepared) for seed in range(100))
        for day, digests in enumerate(zip(*worlds, strict=True)):
            right, before, calls, undecided = (sum(each) for each in zip(*digests, strict=True))
            asked = f"{before / 100} + {calls / 100} calls, {undecided / 100} undecided"
            print(f"{impressions=} {basis} {prepared=} day {day}: {right} % right, {asked}")
            assert right >= (94 if prepared or day else 30)


def posts_asked(scene):
    return [one for one in scene.statistics.requests if one.path.endswith("linkedin-post-statistics")]


def best_of(scene, text, newest=50):
    """The digest's best posts by number, and those of the world by its own figures among as many of the newest."""
    world, now = scene.statistics.world, scene.clock()
    posts = [post for post in world.posts("linkedin-Crowd0", now) if post.published.date() < now.date()][:newest]
    each = {post.number: world.post_figures(post.number, now) for post in posts}
    rates = {number: (one["REACTION"] + one["COMMENT"] + one["RESHARE"]) / one["IMPRESSION"] for number, one in each.items()}
    return [int(number) for number in re.findall(r"urn:li:\w+:(\d+)/\|", text)], sorted(rates, key=lambda number: -rates[number])[:3]


@pytest.mark.parametrize("cache_minutes", [0, 30])
async def test_a_digest_of_fifty_posts_makes_at_most_a_hundred_calls(open_scene, cache_minutes):
    """And says what it asked for; after a restart it names the same, and on the next day, with the figures of this one, the best of all."""
    async with open_scene(world=crowd_of(("Acme",), post_every=1), statistics_memory=0) as scene:
        scene.statistics.switches.cache_minutes = cache_minutes
        preview = await scene.ask(QUARTER)
        words = preview["text"] + str(preview["blocks"])
        calls = scene.statistics.calls_by_metric
        assert 80 < calls.total() <= 100
        names = {"endpoint": "linkedin-post-statistics", "metric": "IMPRESSION"}
        counted = scene.bot.metrics.registry.get_sample_value("linkedin_stats_linkedin_calls_total", names)
        assert counted == sum(one.linkedin_calls for one in posts_asked(scene) if "IMPRESSION" in one.body["queryTypes"])
        assert "Best by lifetime rate" in words
        assert "The best of the newest 50 of 53 known posts." in words
        assert re.search(r"\d of 50 posts read so far: another one may be better\.", words)
        assert "reads all of the posts" in words
    async with open_scene(world=crowd_of(("Acme",), post_every=1), statistics_memory=0) as scene:
        scene.statistics.switches.cache_minutes = cache_minutes
        calls = scene.statistics.calls_by_metric
        again = await scene.ask(QUARTER)
        assert again["text"] == preview["text"]
        assert calls.total() <= 7 + 3  # the account's own, and the reach of the three best, which ranks nothing
        scene.clock.go_on(days=1)
        before = calls.total()
        found, best = best_of(scene, (await scene.ask(QUARTER))["text"])
        assert found == best
        assert calls.total() - before <= 100


MONTHLY: dict[str, Any] = {"cron": "0 9 1 * *", "next_run_at": datetime(2026, 12, 1, 8, tzinfo=UTC)}


async def test_a_digest_of_many_posts_is_begun_two_hours_before_and_names_the_best_of_all(open_digesting):
    """Each hour has its calls; a digest without best posts asks for none of a post."""
    world = crowd_of(("Acme", "Bolt"), post_every=1, daily_impressions=20_000)
    async with open_digesting(world=world, statistics_memory=0) as digesting:
        scene = digesting.scene
        await digesting.digest(**MONTHLY, accounts=("linkedin-Crowd0",))
        await digesting.digest(
            **MONTHLY, accounts=("linkedin-Crowd1",), content=("chart",), id="digest-2", channel=scene.slack.channel_id("#general")
        )
        scene.clock.now = MONTHLY["next_run_at"] - timedelta(hours=1, minutes=59)
        for minutes in (0, 6, 40):
            await digesting.tick(minutes=minutes)
        assert len({one.body["postedId"] for one in posts_asked(scene)}) == 30
        before = scene.statistics.calls_by_metric.total()
        assert before == 2 * 30
        scene.clock.now = MONTHLY["next_run_at"]
        await digesting.tick(rounds=2, seconds=2)
        found, best = best_of(scene, digesting.posted()[0].text, newest=30)
        assert found == best
        assert {one.body["platformId"] for one in posts_asked(scene)} == {"linkedin-Crowd0"}


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
            await scene.bot.digests.runner.tick()
            assert bool(await remembered_figures(scene, "linkedin-Crowd1")) is stored


async def test_no_figures_of_posts_are_remembered_for_no_hours(open_scene):
    async with open_scene(world=crowd_of(("Acme",), post_every=9), figures_retention_hours=0) as scene:
        assert "Best by lifetime rate" in str(await scene.ask(QUARTER))
        assert await remembered_figures(scene) == 0
