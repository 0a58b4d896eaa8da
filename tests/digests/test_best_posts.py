"""A digest's best posts: the same as if every figure of every post had been asked for, with at most a hundred calls to LinkedIn."""

import asyncio
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blockkit.numbers import rate_digits
from bot.digests.best_posts import MOST_CALLS, BestPosts, DigestRun
from bot.errors import Unreachable
from bot.reports.fetch import CandidatePool
from bot.statistics.comparison_reports import USUAL_POST_MINIMUM, ranked_posts
from bot.statistics.metrics import ALL_METRICS, Failed, Metric, RateBasis, Unavailable, Value
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

    def report(self, post, figures):
        return PostReport(post, ACCOUNT, figures, tuple(figures), Freshness(NOW), self.basis)


def searched(world, basis, quota_is_low=lambda _: False):
    service = Figures(world, basis)
    fetcher: Any = SimpleNamespace(post_report=service.post_report, basis=basis)
    finder = BestPosts(fetcher, DigestRun(lambda: NOW), quota_is_low)
    pool = CandidatePool(tuple((post, ACCOUNT.platform_id) for post in world), len(world), Coverage())
    return asyncio.run(finder.find(pool, {ACCOUNT.platform_id}, fresh=False)), service


def value(least, most):
    return st.one_of(st.integers(least, most).map(Value), st.integers(least, most).map(Value), st.sampled_from((Unavailable(), Failed())))


POST = st.one_of(
    st.none(),
    st.fixed_dictionaries({metric: value(0, 5) if metric.definition.engagement else value(95, 105) for metric in ALL_METRICS}),
    st.fixed_dictionaries({metric: value(0, 400) if metric.definition.engagement else value(0, 9_000) for metric in ALL_METRICS}),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(POST, max_size=50), st.sampled_from(RateBasis))
def test_the_best_are_those_of_asking_for_everything(drawn, basis):
    """Ties, the minimum of impressions, unknown and failed figures; of those that the calls do not reach, the digest says how many."""
    world = {PostRef(PostKind.SHARE, 7_434_685_316_856_377_344 - place): figures for place, figures in enumerate(drawn)}
    found, service = searched(world, basis)
    reached = list(world)[: found.asked]
    everything = [service.report(post, world[post]) for post in reached if world[post] is not None]
    best = ranked_posts(everything, USUAL_POST_MINIMUM, rate_digits)[:3]
    assert [(one.place, one.tied, one.report.post) for one in found.posts] == [(one.place, one.tied, one.report.post) for one in best]
    assert [dict(one.report.figures) for one in found.posts] == [world[one.report.post] for one in best]
    assert service.calls <= MOST_CALLS
    assert found.asked >= min(len(world), 10)


def test_posts_that_have_no_place_cost_one_call():
    """Then all fifty are asked for."""
    figures = {metric: Value(7 if metric.definition.engagement else 99) for metric in ALL_METRICS}
    world = {PostRef(PostKind.SHARE, 7_434_685_316_856_377_344 - place): figures for place in range(50)}
    found, service = searched(world, RateBasis.IMPRESSIONS)
    assert (found.asked, service.calls, found.posts) == (50, 50, ())


def posts_asked(scene):
    return [one for one in scene.statistics.requests if one.path.endswith("linkedin-post-statistics")]


@pytest.mark.parametrize("cache_minutes", [0, 30])
async def test_a_digest_of_fifty_posts_makes_at_most_a_hundred_calls(open_scene, cache_minutes):
    async with open_scene(world=crowd_of(("Acme",), post_every=1), statistics_memory=0) as scene:
        scene.statistics.switches.cache_minutes = cache_minutes
        preview = await scene.ask(QUARTER)
        words = preview["text"] + str(preview["blocks"])
        calls = scene.statistics.calls_by_metric
        assert 80 < calls.total() <= 100
        names = {"endpoint": "linkedin-post-statistics", "metric": "IMPRESSION"}
        counted = scene.bot.metrics.registry.get_sample_value("linkedin_stats_linkedin_calls_total", names)
        assert counted == sum(one.linkedin_calls for one in posts_asked(scene) if "IMPRESSION" in one.body["queryTypes"])
        assert "Best by engagement rate" in words
        assert re.search(r"The best of the newest (1[89]|2\d) of 5\d known posts\.", words), words
