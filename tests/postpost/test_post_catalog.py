"""The posts that are known: read from the service behind, answered at once, and matched by time only when there is one answer."""

from datetime import date, timedelta
from typing import Any

import pytest

from bot.postpost import post_catalog as book_module
from bot.postpost.connections import MOST_PAGES
from bot.postpost.post_catalog import PostCatalog
from bot.sandbox.statistics.wire import SandboxAnswer
from bot.sandbox.world_accounts import Trouble
from bot.statistics.posts import Coverage, PostKind, PostRef
from bot.statistics.reports import Period

ACME = "linkedin-Tz9W5i6ZYG"


def share(number):
    return PostRef(PostKind.SHARE, number)


MONTH = Period(date(2026, 10, 24), date(2026, 11, 22))


class Kept:
    """The database's part, in memory."""

    def __init__(self):
        self.posts = {}

    async def load(self, most):
        return tuple(sorted(self.posts.values(), key=lambda one: one.post.number)[-most:])

    async def save(self, posts, most):
        self.posts |= {one.post: one for one in posts}
        assert len(self.posts) <= most


def later(post, ms):
    return PostRef(PostKind.ACTIVITY, post.number + (ms << 22))


@pytest.fixture
def book(client, moment, no_back_off):
    return PostCatalog(client.connections, Kept(), clock=moment)


def ref(post):
    return PostRef(PostKind(post.kind), post.number)


def paths(server, part):
    return [request.path for request in server.requests if part in request.path]


async def test_posts_made_through_the_service_have_an_owner_and_a_title(book, server, moment):
    await book.refresh()
    made = server.world.posts(ACME, moment.now)[:5]
    assert [book.owner(ref(post)) for post in made] == [ACME] * 5
    assert [book.title(ref(post)) for post in made] == [post.content for post in made]
    assert book.owner(share(5)) is None
    assert book.title(share(5)) == ""


async def test_each_group_is_looked_up_once_in_parts_until_all_are_known(book, server, monkeypatch):
    monkeypatch.setattr(book_module, "MOST_GROUPS", 10)
    await book.refresh()
    first = paths(server, "get-post")
    await book.refresh()
    assert len(first) == len(set(first)) > 20
    assert paths(server, "get-post") == first
    assert book.coverage(MONTH).complete


async def test_what_is_not_read_yet_is_said_and_read_on(book, server, monkeypatch):
    """A lookup that fails ends the reading: everything newer is known, and the next question reads on."""
    monkeypatch.setattr(book_module, "MOST_GROUPS", 10)
    monkeypatch.setattr(book_module, "GROUPS_AT_ONCE", 1)
    assert book.coverage(MONTH) == Coverage(complete=False)
    server.fail_next(SandboxAnswer(500, {"error": "later"}), times=3, path="platform")
    server.fail_next(SandboxAnswer(403, {"error": "no"}), path="get-post")
    await book.refresh()
    partly = book.coverage(MONTH)
    assert not partly.complete
    assert (await book.cover(MONTH, 30)).complete


async def test_a_period_before_the_ones_listed_unasked_is_read_on_to(book, server, moment):
    year = Period(date(2026, 1, 1), date(2026, 11, 22))
    await book.refresh()
    pages = len(paths(server, "list-posts"))
    assert (await book.cover(year, 30)).complete
    assert len(paths(server, "list-posts")) >= pages


async def test_posts_published_after_the_list_was_read_make_it_incomplete_until_it_is_read_again(book, moment):
    await book.refresh()
    moment.now += timedelta(days=3)
    week = Period(date(2026, 11, 19), date(2026, 11, 25))
    assert not book.coverage(week).complete
    assert (await book.cover(week, 30)).complete


async def test_a_restart_forgets_nothing_and_asks_for_no_post_again(client, server, moment, no_back_off):
    stored = Kept()
    first = PostCatalog(client.connections, stored, clock=moment)
    await first.refresh()
    first.note(share(7000000000000000000), ACME)
    await first.close()
    looked_up = len(paths(server, "get-post"))
    second = PostCatalog(client.connections, stored, clock=moment)
    await second.load()
    made = ref(server.world.posts(ACME, moment.now)[0])
    assert (second.owner(made), second.title(made)) == (first.owner(made), first.title(made))
    assert second.owner(share(7000000000000000000)) == ACME
    await second.refresh()
    assert len(paths(server, "get-post")) == looked_up
    assert second.published(ACME, MONTH) == first.published(ACME, MONTH)


async def test_both_kinds_of_published_posts_are_listed(book, server):
    await book.refresh()
    asked = "".join(paths(server, "list-posts"))
    assert "status=published" in asked
    assert "status=partially_published" in asked
    assert "platform=linkedin" in asked


@pytest.mark.parametrize(
    "trouble",
    [SandboxAnswer(404, html="<pre>"), SandboxAnswer(403, {"error": "no"}), SandboxAnswer(200, {}), Trouble.RESET, Trouble.TRUNCATED],
)
async def test_a_list_that_fails_leaves_what_is_known(book, server, moment, trouble):
    await book.refresh()
    known = ref(server.world.posts(ACME, moment.now)[0])
    server.fail_next(trouble, times=99)
    await book.refresh()
    assert book.owner(known) == ACME


async def test_a_group_that_failed_is_looked_up_again_last_and_one_that_is_gone_is_not(scripted, scripted_client, moment, monkeypatch):
    monkeypatch.setattr(book_module, "GROUPS_AT_ONCE", 1)
    listed = {"posts": [{"postGroupId": name, "platforms": ["linkedin-A"]} for name in ("gone", "failed", "fine")]}
    rounds: tuple[list[tuple[int, dict[str, Any]]], ...] = (
        [(404, {"error": "Post group not found"}), (403, {"error": "no"})],
        [(200, {"posts": []}), (200, {"posts": []})],
        [],
    )
    for answers in rounds:
        scripted.say(200, listed)
        scripted.say(200, {"posts": []})
        for status, body in answers:
            scripted.say(status, body)
    book = PostCatalog(scripted_client.connections, Kept(), clock=moment)
    for _ in range(3):
        await book.refresh()
    looked_up = [line.rpartition("/")[2] for line, _, _ in scripted.requests if "get-post" in line]
    assert looked_up == ["gone", "failed", "fine", "failed"]


async def test_paging_stops_at_the_age_that_is_listed(scripted, scripted_client, moment):
    old = {"postGroupId": "old", "createdAt": "2026-01-01T00:00:00.000Z", "platforms": [{"platformId": "linkedin-A"}]}
    other = {"postGroupId": "other", "platforms": [{"platformId": "twitter-A"}]}
    scripted.say(200, {"posts": [other, None, {}], "pagination": {"hasNextPage": True}})
    scripted.say(200, {"posts": [old], "pagination": {"hasNextPage": True}})
    scripted.say(200, {"posts": []})
    await PostCatalog(scripted_client.connections, Kept(), clock=moment).refresh()
    assert ["page=1" in line or "page=2" in line for line, _, _ in scripted.requests] == [True, True, True]


async def test_pages_without_end_are_bounded(scripted, scripted_client, moment):
    scripted.say(200, {"posts": [], "pagination": {"hasNextPage": True}})
    await PostCatalog(scripted_client.connections, Kept(), clock=moment).refresh()
    assert len(scripted.requests) == 2 * MOST_PAGES


async def test_a_groups_account_gets_its_prefix_and_a_bare_number_is_a_share(scripted, scripted_client, moment):
    group = {"postGroupId": "g/1", "content": "\n  Hello \t world\nmore", "scheduledTime": None, "platforms": ["linkedin-A", "x-B"]}
    scripted.say(200, {"posts": [group]})
    scripted.say(200, {"posts": []})
    scripted.say(
        200,
        {
            "posts": [
                {"platform": "linkedin", "platformId": "A", "postedId": "7123456789012345678"},
                {"platform": "linkedin", "platformId": "B", "postedId": "urn:li:ugcpost:7123456789012345679", "content": "x" * 500},
                {"platform": "twitter", "platformId": "C", "postedId": "7123456789012345680"},
                {"platform": "linkedin", "platformId": "D", "postedId": None},
            ]
        },
    )
    book = PostCatalog(scripted_client.connections, Kept(), clock=moment)
    await book.refresh()
    assert scripted.requests[2][0] == "GET /api/v1/get-post/g%2F1"
    assert book.owner(share(7123456789012345678)) == "linkedin-A"
    assert book.title(share(7123456789012345678)) == "Hello world"
    long = PostRef(PostKind.UGC_POST, 7123456789012345679)
    assert book.owner(long) == "linkedin-B"
    assert (len(book.title(long)), book.title(long)[-1]) == (120, "…")
    assert book.owner(share(7123456789012345680)) is None


def test_a_post_that_gave_figures_here_is_known_afterwards(book):
    book.note(share(7123456789012345678), ACME)
    assert book.owner(share(7123456789012345678)) == ACME
    assert book.owner(PostRef(PostKind.UGC_POST, 7123456789012345678)) is None


def test_what_was_asked_for_here_is_bounded_and_the_oldest_is_removed(book, monkeypatch):
    monkeypatch.setattr(book_module, "MOST_NOTED", 2)
    for number in (1, 2, 1, 3):
        book.note(share(number), ACME)
    assert [book.owner(share(number)) for number in (1, 2, 3)] == [ACME, None, ACME]


@pytest.mark.parametrize(("ms", "found"), [(-1, False), (0, True), (2_500, True), (10_000, True), (10_001, False)])
def test_an_activity_is_matched_to_the_post_up_to_ten_seconds_older(book, ms, found):
    post = share(7123456789012345678)
    book.note(post, ACME)
    assert book.match_activity(later(post, ms), ACME) == (post if found else None)
    assert book.match_activity(later(post, ms), None) == (post if found else None)


def test_an_activity_that_two_posts_fit_is_matched_to_neither_unless_the_account_tells(book):
    post = share(7123456789012345678)
    other = share(post.number + (1_000 << 22))
    book.note(post, ACME)
    book.note(other, "linkedin-ABC")
    assert book.match_activity(later(post, 2_000), None) is None
    assert book.match_activity(later(post, 2_000), "linkedin-ABC") == other
    assert book.match_activity(later(post, 2_000), "linkedin-nobody") is None


def test_an_activity_itself_is_never_kept(book):
    activity = PostRef(PostKind.ACTIVITY, 7123456789012345678)
    book.note(activity, ACME)
    assert book.owner(activity) is None
