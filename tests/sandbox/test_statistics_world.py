"""The made-up world holds together: on every date, for every account, whatever is asked first."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.world import SAMPLE_POSTS, World
from bot.sandbox.world_accounts import ACCOUNTS, SAMPLE_ACCOUNT
from bot.sandbox.world_figures import METRICS

ADDITIVE = [metric for metric in METRICS if metric != "MEMBERS_REACHED"]
WORLD = World()

accounts = st.sampled_from([account.platform_id for account in ACCOUNTS])
days = st.dates(date(2022, 6, 1), date(2028, 12, 31))
lengths = st.integers(1, 120)
moments = st.integers(0, 2_000 * 86_400).map(lambda second: datetime(2023, 6, 1, tzinfo=UTC) + timedelta(seconds=second))
post_ids = st.integers(1, 2**63 - 1)


@given(accounts, days, lengths, st.sampled_from(ADDITIVE))
@settings(max_examples=60)
def test_a_total_is_the_sum_of_its_days(account: str, start: date, length: int, metric: str) -> None:
    start = max(start, date(2023, 2, 15))
    daily = [WORLD.day(account, start + timedelta(days=n)).counts[metric] for n in range(length)]
    assert WORLD.total(account, metric, start, start + timedelta(days=length)) == sum(daily)


@given(accounts, days, lengths, lengths)
@settings(max_examples=60)
def test_reach_counts_people_once(account: str, start: date, first: int, second: int) -> None:
    middle, end = start + timedelta(days=first), start + timedelta(days=first + second)
    left, right, both = (WORLD.total(account, "MEMBERS_REACHED", *window) for window in ((start, middle), (middle, end), (start, end)))
    assert max(left, right) <= both <= left + right + 1
    assert both <= WORLD.total(account, "IMPRESSION", start, end)


@given(accounts, days, lengths, st.sampled_from(METRICS))
@settings(max_examples=60)
def test_a_lifetime_is_never_less_than_a_window(account: str, start: date, length: int, metric: str) -> None:
    end = start + timedelta(days=length)
    assert WORLD.total(account, metric, date(2022, 1, 1), end) >= WORLD.total(account, metric, start, end)


@given(accounts, st.lists(days, min_size=2, max_size=5))
@settings(max_examples=30)
def test_what_is_asked_first_changes_nothing(account: str, asked: list[date]) -> None:
    fresh = World()
    for day in reversed(asked):
        later = day + timedelta(days=1)
        assert fresh.total(account, "IMPRESSION", day, later) == WORLD.total(account, "IMPRESSION", day, later)


def test_the_same_seed_is_the_same_world_and_another_is_not() -> None:
    window = ("linkedin-ABC", "IMPRESSION", date(2026, 1, 1), date(2026, 2, 1))
    assert World(7).total(*window) == World(7).total(*window) != World(8).total(*window)


def test_working_days_are_busier_than_weekends_and_years_grow() -> None:
    mondays = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(40)]
    for account in ACCOUNTS:
        name = account.platform_id
        midweek, weekend = (sum(WORLD.day(name, monday + timedelta(days=n)).counts["IMPRESSION"] for monday in mondays) for n in (2, 5))
        years = [WORLD.total(name, "IMPRESSION", date(y, 3, 1), date(y + 1, 3, 1)) for y in (2023, 2024, 2025)]
        assert midweek > 2 * weekend
        assert years == sorted(years)


@pytest.mark.parametrize("seed", [1, 2, 99])
def test_january_2024_of_the_sample_account_is_the_documentations(seed: int) -> None:
    world, month = World(seed), (date(2024, 1, 1), date(2024, 2, 1))
    assert {metric: world.total(SAMPLE_ACCOUNT, metric, *month) for metric in METRICS} == {
        "IMPRESSION": 45_230,
        "MEMBERS_REACHED": 22_150,
        "RESHARE": 89,
        "REACTION": 1_234,
        "COMMENT": 256,
    }
    assert [world.day(SAMPLE_ACCOUNT, date(2024, 1, n)).counts["IMPRESSION"] for n in (15, 16)] == [1_200, 980]


@given(post_ids, moments, st.integers(0, 5_000))
@settings(max_examples=120)
def test_a_posts_figures_are_plausible_and_only_grow(number: int, now: datetime, hours: int) -> None:
    sooner, later = (WORLD.post_figures(number, moment) for moment in (now, now + timedelta(hours=hours)))
    assert all(sooner[metric] <= later[metric] for metric in METRICS)
    assert later["MEMBERS_REACHED"] <= later["IMPRESSION"]
    assert later["REACTION"] + later["COMMENT"] + later["RESHARE"] <= max(later["IMPRESSION"] / 10, 1)
    assert later["IMPRESSION"] < 15_000


def test_a_post_from_the_future_has_no_figures_and_an_old_one_has() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    unborn, old = ((int(moment.timestamp() * 1000) << 22) for moment in (now + timedelta(days=1), datetime(2019, 5, 1, tzinfo=UTC)))
    assert set(WORLD.post_figures(unborn, now).values()) == {0}
    assert WORLD.post_figures(old, now)["IMPRESSION"] > 300
    assert set(WORLD.post_figures(2**90, now).values()) == {0}


@given(moments)
@settings(max_examples=40)
def test_the_default_account_always_has_a_post_under_a_day_old(now: datetime) -> None:
    newest = WORLD.posts(SAMPLE_ACCOUNT, now)[0]
    assert timedelta(0) <= now - newest.published < timedelta(days=1)


@given(st.sampled_from([account.platform_id for account in ACCOUNTS if account.listed]), moments)
@settings(max_examples=40)
def test_posts_are_known_dated_by_their_ids_and_newest_first(account: str, now: datetime) -> None:
    posts = WORLD.posts(account, now)
    assert 11 <= len(posts) <= 61
    assert all(one.published > two.published for one, two in pairwise(posts))
    for post in posts:
        assert post.number >> 22 == int(post.published.timestamp() * 1000)
        assert WORLD.owner(post.number) == account
        assert now - timedelta(days=60) <= post.published <= now
        assert post.urn in {f"urn:li:share:{post.number}", f"urn:li:ugcPost:{post.number}"}


def test_an_accounts_lifetime_holds_more_than_its_posts() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    for account in (account for account in ACCOUNTS if account.listed):
        figures = [WORLD.post_figures(post.number, now) for post in WORLD.posts(account.platform_id, now)]
        for metric in METRICS[:1] + METRICS[2:]:
            lifetime = WORLD.total(account.platform_id, metric, account.started, now.date())
            assert sum(figure[metric] for figure in figures) < lifetime


def test_both_kinds_of_ids_and_a_partly_published_post_occur() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    posts = WORLD.posts(SAMPLE_ACCOUNT, now)
    assert {post.kind for post in posts} == {"share", "ugcPost"}
    assert {post.status for post in posts} == {"published", "partially_published"}
    assert len({post.group_id for post in posts}) == len(posts)


def test_the_cast_has_names_that_are_hard_to_print() -> None:
    names = [account.display_name for account in ACCOUNTS]
    first_names = [name.split()[0] for name in names]
    assert ACCOUNTS[0].platform_id == "linkedin-Tz9W5i6ZYG"
    assert any(not name.isascii() for name in names)
    assert any("&" in name and "<" in name for name in names)
    assert len(set(first_names)) < len(first_names)
    assert len({account.platform_id for account in ACCOUNTS}) == len(ACCOUNTS)
    assert ACCOUNTS[3].slug == "ruth-dan-r-d"


def test_followers_grow_by_the_days_new_ones() -> None:
    today = date(2026, 11, 23)
    week = WORLD.followers(SAMPLE_ACCOUNT, today) - WORLD.followers(SAMPLE_ACCOUNT, today - timedelta(days=7))
    daily = [WORLD.day(SAMPLE_ACCOUNT, today - timedelta(days=n)).followers for n in range(1, 8)]
    assert week == sum(daily) > 0


def test_the_samples_posts_belong_to_the_samples_accounts() -> None:
    assert {number: WORLD.owner(number) for number in SAMPLE_POSTS} == {
        7_123_456_789_012_345_678: "linkedin-Tz9W5i6ZYG",
        123: "linkedin-ABC",
    }
