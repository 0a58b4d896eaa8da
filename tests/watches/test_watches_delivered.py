"""A watched post is announced once when it goes live, and its figures follow in the thread: whatever ends in between."""

import dataclasses
from datetime import timedelta
from fractions import Fraction
from hashlib import blake2b

import pytest
from msgspec.structs import replace
from sqlalchemy import insert

from bot.sandbox.world import Plan, Post
from bot.sandbox.world_accounts import Trouble
from bot.statistics.metrics import Metric, Value
from bot.statistics.posts import PostKind, PostRef
from bot.statistics.reports import Account, Freshness, PostReport
from bot.storage.tables import post_figures
from bot.subscriptions.subscription import SubscriptionKind
from bot.watches.blocks import build_point
from bot.watches.fetch import UsualFigure
from tests.delivery.test_owner_buttons import notice, press
from tests.management.test_newer_rows import change_all

ACME = "linkedin-Tz9W5i6ZYG"
TEAM = "T0SANDBOX1"


def posts_of(digesting, days, account=ACME):
    """The account's posts that will have been published so many days from now, the oldest first."""
    now = digesting.scene.clock()
    return [post for post in reversed(digesting.scene.statistics.world.posts(account, now + timedelta(days=days))) if post.published > now]


async def until(digesting, moment, rounds=3):
    """Let the clock come to this moment, and tick some times."""
    digesting.scene.clock.go_on(seconds=(moment - digesting.scene.clock()).total_seconds())
    await digesting.tick(rounds=rounds, seconds=20)


async def live(digesting, words="watch acme in #marketing", days=8):
    """A watch is set up, and the first post after that goes live: that post."""
    await digesting.scene.ask(words)
    post = posts_of(digesting, days)[0]
    await until(digesting, post.published + timedelta(minutes=6))
    return post


async def the_watch(digesting):
    (watch,) = await digesting.stores.digests.digests(team=TEAM, kind=SubscriptionKind.WATCH)
    return watch


def about(digesting, post):
    return [one for one in digesting.posted() if post.urn in str(one.blocks)]


async def test_a_post_is_announced_with_its_first_words_and_link_and_its_figures_follow(digesting):
    """After 24 hours, 72 hours and 7 days: each with its change since the reply before, and never twice."""
    post = await live(digesting)
    (message,) = about(digesting, post)
    assert message.text.startswith(f"Acme Robotics posted on LinkedIn: “{post.content}” https://www.linkedin.com/feed/update/{post.urn}/")
    assert digesting.replies() == []
    before = ""
    for age, words in ((timedelta(hours=24), "24 hours"), (timedelta(hours=72), "72 hours"), (timedelta(days=7), "7 days")):
        await until(digesting, post.published + age - timedelta(minutes=9), rounds=9)
        there = [one for one in digesting.replies() if one.thread_ts == message.ts]
        await until(digesting, post.published + age + timedelta(minutes=1), rounds=9)
        *rest, reply = [one for one in digesting.replies() if one.thread_ts == message.ts]
        assert rest == there
        shown = digesting.scene.statistics.world.post_figures(post.number, digesting.scene.clock())
        assert f"“{post.content}” after {words}: {shown['IMPRESSION']:,} impressions" in reply.text.replace("&lt;", "<").replace(
            "&gt;", ">"
        )
        assert (f"since the figures after {before}" in reply.text) == bool(before)
        before = words
    assert len(about(digesting, post)) == 1


async def test_what_falls_into_quiet_hours_is_posted_at_their_end(digesting):
    """The message, and the figures of the next days, which say why they come later; nothing of them before, and nothing twice."""
    await digesting.scene.ask("watch acme in #marketing quiet 12:00-17:00")
    post = posts_of(digesting, 8)[0]
    assert post.published.hour == 12
    end = post.published.replace(hour=16, minute=0)
    await until(digesting, end - timedelta(minutes=5))
    assert about(digesting, post) == []
    await until(digesting, end + timedelta(minutes=1))
    (message,) = about(digesting, post)
    await until(digesting, end + timedelta(hours=23, minutes=50), rounds=5)
    assert [one for one in digesting.replies() if one.thread_ts == message.ts] == []
    await until(digesting, end + timedelta(hours=24, minutes=1), rounds=5)
    (reply,) = [one for one in digesting.replies() if one.thread_ts == message.ts]
    assert "after 27 hours" in reply.text
    assert "Due after 24 hours, in quiet hours." in str(reply.blocks)


async def test_a_watch_that_was_moved_announces_what_goes_live_from_then_on_and_goes_on_in_its_old_threads(digesting):
    post = await live(digesting)
    (message,) = about(digesting, post)
    await digesting.scene.ask("watch edit in #general")
    await until(digesting, post.published + timedelta(hours=24, minutes=1), rounds=6)
    (reply,) = digesting.replies()
    assert reply.thread_ts == message.ts
    later = next(one for one in posts_of(digesting, 8) if one.published > digesting.scene.clock())
    await until(digesting, later.published + timedelta(minutes=6), rounds=5)
    news = [one for one in digesting.posted("#general") if "posted on LinkedIn" in one.text]
    assert post.urn not in str(news)
    assert later.urn in str(news[-1].blocks)


async def test_posts_that_were_live_before_get_no_message_and_neither_do_other_accounts(digesting):
    """Only what goes live after the watch was set up, and only of the watched account."""
    post = await live(digesting)
    until_now = [one for one in digesting.posted() if "posted on LinkedIn" in one.text]
    assert [post.urn in one.text for one in until_now] == [True]
    assert digesting.posted("#general") == []


@pytest.mark.parametrize("what", ["pause", "delete"])
async def test_a_paused_or_deleted_watch_posts_nothing_more(digesting, what):
    """Neither messages nor figures; what went live during a pause is not announced afterwards."""
    await live(digesting)
    await digesting.scene.carry_out(f"watch {what} acme")
    messages = len(digesting.posted())
    await until(digesting, digesting.scene.clock() + timedelta(days=3))
    assert (len(digesting.posted()), digesting.replies()) == (messages, [])
    if what == "pause":
        await digesting.scene.ask("watch resume acme")
        await digesting.tick(rounds=3, seconds=300)
        assert len(digesting.posted()) == messages


async def test_a_bot_that_was_down_for_days_announces_once_and_posts_only_the_last_figures_that_are_due(open_digesting):
    """It says how old the post is, and the figures that fell due meanwhile are one reply, marked late."""
    async with open_digesting() as first:
        await first.scene.ask("watch acme in #marketing")
        post = posts_of(first, 8)[0]
    async with open_digesting() as second:
        await until(second, post.published + timedelta(days=4), rounds=12)
        (message,) = about(second, post)
        assert f"<!date^{int(post.published.timestamp())}^" in str(message.blocks)
        (reply,) = [one for one in second.replies() if one.thread_ts == message.ts]
        assert "after 4 days" in reply.text
        assert "Due after 72 hours" in str(reply.blocks)
    async with open_digesting() as third:
        await until(third, post.published + timedelta(days=4, hours=5), rounds=2)
        assert about(third, post) == []
        assert third.replies() == []


async def test_what_slack_took_and_did_not_confirm_is_found_and_not_posted_again(digesting):
    """The main message and a reply, each with its answer lost."""
    await digesting.scene.ask("watch acme in #marketing")
    post = posts_of(digesting, 8)[0]
    digesting.scene.slack.faults.add(method="chat.postMessage", kind="reset_after")
    await until(digesting, post.published + timedelta(minutes=6), rounds=5)
    digesting.scene.slack.faults.add(method="chat.postMessage", kind="reset_after")
    await until(digesting, post.published + timedelta(hours=24, minutes=1), rounds=5)
    (message,) = about(digesting, post)
    (reply,) = [one for one in digesting.replies() if one.thread_ts == message.ts]
    assert "after 24 hours" in reply.text


@pytest.mark.parametrize("meanwhile", ["", "watch pause acme"])
async def test_post_again_announces_the_post_and_its_figures_follow(open_digesting, meanwhile):
    """Nobody could tell whether it arrived; who asks for it again while the watch is paused gets the message, and no figures."""
    async with open_digesting(knobs={"scopes_optional": False}) as digesting:
        await digesting.scene.ask("watch acme in #marketing")
        post = posts_of(digesting, 8)[0]
        digesting.scene.slack.faults.add(method="chat.postMessage", kind="reset_after")
        await until(digesting, post.published + timedelta(minutes=6), rounds=8)
        if meanwhile:
            await digesting.scene.ask(meanwhile)
        assert "posting it again" in await press(digesting, notice(digesting, "new LinkedIn post"), "digest.again")
        _, again = about(digesting, post)
        await until(digesting, post.published + timedelta(hours=24, minutes=1), rounds=5)
        assert [one.thread_ts for one in digesting.replies()] == ([] if meanwhile else [again.ts])


async def test_an_access_that_has_ended_is_said_once_in_the_thread(digesting):
    """The figures cannot be had for good: the next reply does not repeat it."""
    post = await live(digesting)
    digesting.scene.statistics.switches.trouble = Trouble.TOKEN_EXPIRED
    await until(digesting, post.published + timedelta(hours=73), rounds=9)
    await until(digesting, post.published + timedelta(days=7, minutes=3), rounds=9)
    (reply,) = [one for one in digesting.replies() if one.thread_ts == about(digesting, post)[0].ts]
    assert "The figures after 72 hours couldn't be fetched." in reply.text


async def below(digesting, post, moment, number):
    """The replies below the post's message once there are so many, from this moment on."""
    await until(digesting, moment, rounds=1)
    for _ in range(40):
        found = [one for one in digesting.replies() if one.thread_ts == about(digesting, post)[0].ts]
        if len(found) >= number:
            break
        await digesting.tick(rounds=1, seconds=20)
    return found


async def test_figures_that_could_not_be_fetched_do_not_hide_those_before_them(digesting):
    """After 7 days the change is the one since the figures after 24 hours."""
    post = await live(digesting)
    await below(digesting, post, post.published + timedelta(hours=24, minutes=1), 1)
    digesting.scene.statistics.switches.trouble = Trouble.TOKEN_EXPIRED
    await below(digesting, post, post.published + timedelta(hours=72, minutes=1), 2)
    digesting.scene.statistics.switches.trouble = None
    _, failed, last = await below(digesting, post, post.published + timedelta(days=7, minutes=3), 3)
    assert "The figures after 72 hours couldn't be fetched." in failed.text
    assert "since the figures after 24 hours" in last.text


class Republished(Post):
    """A post that was published again from the draft of an earlier one: the service's id stays, LinkedIn's is new."""

    draft = ""

    @property
    def group_id(self):
        return Republished.draft


@pytest.mark.parametrize("what", ["edited", "deleted", "republished"])
async def test_a_post_that_is_edited_deleted_or_published_again_gets_no_second_message(digesting, what):
    post = await live(digesting)
    world, later = digesting.scene.statistics.world, timedelta(minutes=30)
    listed, Republished.draft = world.posts, post.group_id
    again = Republished(post.number + (int(later.total_seconds() * 1_000) << 22), "share", ACME, post.content, post.published + later)
    instead = {"edited": [dataclasses.replace(post, content="Said in other words")], "deleted": [], "republished": [again]}[what]

    def posts(platform_id, now, *days):
        rest = [one for one in listed(platform_id, now, *days) if one.urn != post.urn]
        return [*(one for one in instead if platform_id == ACME and one.published <= now), *rest]

    world.posts = posts
    before = len(digesting.posted())
    await until(digesting, post.published + timedelta(hours=1), rounds=6)
    assert len(digesting.posted()) == before
    assert len(about(digesting, post)) == 1


@pytest.mark.parametrize("what", ["archived", "shared"])
async def test_a_channel_that_is_archived_or_shared_with_a_company_gets_nothing_more_and_the_owner_is_told(digesting, what):
    """Neither the figures of a post that was announced before, nor the next posts; shared it may be allowed again."""
    post = await live(digesting)
    (message,) = about(digesting, post)
    posted = len(digesting.posted())
    digesting.scene.slack.switches.change_channel("#marketing", **{what: True})
    later = next(one for one in posts_of(digesting, 9) if one.published > post.published + timedelta(hours=24))
    await until(digesting, post.published + timedelta(hours=24, minutes=1), rounds=4)
    await until(digesting, later.published + timedelta(minutes=6), rounds=4)
    assert [one for one in digesting.replies() if one.thread_ts == message.ts] == []
    assert len(digesting.posted()) == posted
    assert [one for one in digesting.owner_messages() if what in str(one.blocks)]


async def test_a_watch_that_this_version_cannot_read_posts_no_figures_either(digesting):
    """Not even below an earlier message: in which hours they may come is not known."""
    await live(digesting)
    await change_all(digesting.scene, SubscriptionKind.WATCH, lambda row: replace(row, rule="[]"))
    await until(digesting, digesting.scene.clock() + timedelta(hours=24), rounds=5)
    assert digesting.replies() == []


async def test_what_fell_due_under_a_version_that_was_rolled_back_comes_when_the_newer_one_runs_again(digesting):
    """Slack was busy when a post went live; the version before ours then finds a rule that it cannot read."""
    await digesting.scene.ask("watch acme in #marketing")
    post, rule = posts_of(digesting, 8)[0], (await the_watch(digesting)).rule
    digesting.scene.slack.faults.add(method="chat.postMessage", kind="error", error="ratelimited", retry_after=60, times=20)
    await until(digesting, post.published + timedelta(minutes=6))
    await change_all(digesting.scene, SubscriptionKind.WATCH, lambda row: replace(row, rule=f'{rule[:-1]}, "shape": "spike"}}'))
    digesting.scene.slack.faults.clear()
    await digesting.tick(rounds=6, seconds=120)
    assert about(digesting, post) == []
    await change_all(digesting.scene, SubscriptionKind.WATCH, lambda row: replace(row, rule=rule))
    await digesting.tick(rounds=3, minutes=10)
    (message,) = about(digesting, post)
    await until(digesting, post.published + timedelta(hours=24, minutes=1), rounds=9)
    assert len([one for one in digesting.replies() if one.thread_ts == message.ts]) == 1


async def test_an_account_that_opted_out_is_announced_no_more(open_digesting):
    """Neither its posts nor their figures, in a watch of all accounts."""
    async with open_digesting(administrators=["U0ANN00001"]) as digesting:
        post = await live(digesting, "watch team in #marketing")
        assert about(digesting, post)
        await digesting.scene.ask(f"opt out {ACME}")
        await until(digesting, post.published + timedelta(days=4))
        assert len([one for one in digesting.posted() if "Acme Robotics posted" in one.text]) == 1
        assert [one for one in digesting.replies() if one.thread_ts == about(digesting, post)[0].ts] == []


@pytest.mark.parametrize("what", ["pause", "delete"])
async def test_two_watches_of_one_account_in_a_channel_announce_a_post_once(digesting, what):
    """One by its name and one of all accounts; the figures follow as long as one of them runs, whichever that is."""
    await digesting.scene.ask("watch acme in #marketing")
    post = await live(digesting, "watch team in #marketing")
    (message,) = about(digesting, post)
    first, second = await digesting.stores.digests.digests(team=TEAM, kind=SubscriptionKind.WATCH)
    (its,) = [one.digest for one in await digesting.stores.history.history(kind=SubscriptionKind.WATCH) if post.urn in one.click]
    await digesting.scene.carry_out(f"watch {what} {its}")
    await until(digesting, post.published + timedelta(hours=24, minutes=1), rounds=6)
    (reply,) = [one for one in digesting.replies() if one.thread_ts == message.ts]
    assert "after 24 hours" in reply.text
    await digesting.scene.carry_out(f"watch {what} {second.id if its == first.id else first.id}")
    await until(digesting, post.published + timedelta(hours=72, minutes=1), rounds=6)
    assert [one for one in digesting.replies() if one.thread_ts == message.ts] == [reply]


async def test_a_post_found_just_before_its_watch_is_deleted_is_announced_for_the_other_watch(digesting):
    """Slack was busy in between."""
    await digesting.scene.ask("watch acme in #marketing")
    await digesting.scene.ask("watch team in #marketing")
    post = posts_of(digesting, 8)[0]
    digesting.scene.slack.faults.add(method="chat.postMessage", kind="error", error="ratelimited", retry_after=60, times=20)
    await until(digesting, post.published + timedelta(minutes=6))
    assert about(digesting, post) == []
    (waiting,) = [one for one in await digesting.stores.history.history(kind=SubscriptionKind.WATCH) if post.urn in one.click]
    await digesting.scene.carry_out(f"watch delete {waiting.digest}")
    digesting.scene.slack.faults.clear()
    await digesting.tick(rounds=6, seconds=120)
    assert len(about(digesting, post)) == 1


@pytest.mark.parametrize("linked", [False, True])
async def test_a_post_that_failed_to_publish_is_told_once_the_person_it_is_for(open_digesting, linked):
    """The one the account is linked to, else whoever set the watch up; nobody else, and not in the channel."""
    async with open_digesting(administrators=["U0ANN00001"]) as digesting:
        if linked:
            await digesting.scene.ask(f"link <@{digesting.scene.slack.person('bob').id}> acme")
        await digesting.scene.ask("watch acme in #marketing")
        await until(digesting, digesting.scene.clock() + timedelta(days=5))
        assert digesting.owner_messages("ann") == digesting.owner_messages("bob") == []
        await until(digesting, digesting.scene.clock() + timedelta(days=2), rounds=9)
        await until(digesting, digesting.scene.clock() + timedelta(hours=9), rounds=9)
        (warning,) = digesting.owner_messages("bob" if linked else "ann")
        assert warning.text.startswith(":warning: A post of Acme Robotics wasn't published on LinkedIn.")
        assert "correct it and publish it again" in warning.text
        assert digesting.owner_messages("ann" if linked else "bob") == []
        assert not [one for one in digesting.posted() if "wasn't published" in one.text]


class FailedPlan(Plan):
    """One of many posts that failed to publish; its text is all that tells it apart."""

    @property
    def group_id(self):
        return blake2b(f"{self.status} {self.content}".encode(), digest_size=12).hexdigest()


@pytest.mark.parametrize("status", ["failed", "partially_published"])
async def test_a_post_that_failed_is_told_though_it_was_made_before_a_hundred_others(digesting, status):
    """The service lists those made last first; and a post may have failed on LinkedIn alone."""
    old = digesting.scene.clock() - timedelta(days=30)
    await digesting.scene.ask("watch acme in #marketing")
    due = digesting.scene.clock() + timedelta(hours=1)
    others = [FailedPlan(ACME, f"Other {number}", status, old + timedelta(days=1), old) for number in range(120)]
    late = FailedPlan(ACME, "Planned long ago", status, due, old - timedelta(days=20))
    digesting.scene.statistics.world.plans = lambda now: [*others, *([late] if now >= due else [])]
    await until(digesting, due + timedelta(minutes=6), rounds=6)
    (warning,) = digesting.owner_messages()
    assert "wasn't published on LinkedIn" in warning.text
    assert "Planned long ago" in warning.text


@pytest.mark.parametrize(("where", "gone"), [("conversations.open", 1), ("chat.postMessage", 2)])
async def test_who_has_left_is_not_told_but_who_set_the_watch_up_or_an_administrator(open_digesting, where, gone):
    """Slack refuses to open the conversation, or to post there: Yuki, whom the account is linked to, and then Bob, who watches it."""
    async with open_digesting(administrators=["U0ANN00001"]) as digesting:
        slack = digesting.scene.slack
        soon = next(one for one in digesting.scene.statistics.world.accounts if one.token_status == "expiring_soon")
        await digesting.scene.ask(f"link <@{slack.person('yuki').id}> {soon.platform_id}")
        await digesting.scene.ask(f"watch {soon.platform_id} in #marketing", who="bob")
        for left in ("yuki", "bob")[:gone]:
            direct = slack.parts.workspace.open_direct(slack.person(left).id).id
            some = {"channel": direct, "times": 9} if where == "chat.postMessage" else {}
            slack.faults.add(method=where, kind="error", error="user_disabled", **some)
        for _ in range(3):
            await until(digesting, digesting.scene.clock() + timedelta(minutes=6), rounds=5)
        warning = [one.text for one in digesting.owner_messages("bob" if gone == 1 else "ann") if "PostPost's access to" in one.text]
        assert len(warning) == 1
        assert not [one for one in digesting.owner_messages("ann" if gone == 1 else "bob") if "PostPost's access to" in one.text]


async def test_an_access_that_ends_within_a_week_is_told_once(digesting):
    """Not again while it runs out, and not after a restart of the list."""
    soon = next(one for one in digesting.scene.statistics.world.accounts if one.token_status == "expiring_soon")
    await digesting.scene.ask(f"watch {soon.platform_id} in #marketing")
    for _ in range(3):
        await until(digesting, digesting.scene.clock() + timedelta(hours=12), rounds=5)
    (warning,) = digesting.owner_messages()
    assert f"PostPost's access to {soon.display_name} on LinkedIn ends in less than a week" in warning.text
    assert "Reconnect the account in PostPost before that." in warning.text


async def test_retry_of_what_one_person_is_told_goes_to_that_person_alone(digesting):
    soon = next(one for one in digesting.scene.statistics.world.accounts if one.token_status == "expiring_soon")
    await digesting.scene.ask(f"watch {soon.platform_id} in #marketing")
    digesting.scene.slack.faults.add(method="chat.postMessage", kind="error", error="restricted_action")
    await until(digesting, digesting.scene.clock() + timedelta(minutes=6), rounds=5)
    answer = await press(digesting, notice(digesting, "new LinkedIn post"), "digest.retry")
    assert "on its way" in answer
    assert digesting.scene.slack.channel_id("#marketing") not in answer
    assert [one for one in digesting.posted() if "PostPost's access" in one.text] == []
    assert "PostPost's access" in digesting.owner_messages()[-1].text


@pytest.mark.parametrize("hours", [48, 720])
async def test_a_posts_figures_stand_beside_the_median_where_figures_may_be_kept_long_enough(open_digesting, hours):
    """Of the five posts before, a day after each of them; with the usual 48 hours nothing is said about it."""
    async with open_digesting(figures_retention_hours=hours) as digesting:
        before = digesting.scene.statistics.world.posts(ACME, digesting.scene.clock())[1:6]
        same = {"team": TEAM, "metric": "IMPRESSION", "platform_id": ACME}
        rows = [
            {**same, "post": post.urn, "fetched_at": post.published + timedelta(hours=25), "value": 10 * 10**place}
            for place, post in enumerate(before)
        ]
        async with digesting.scene.bot.database.write() as connection:
            await connection.execute(insert(post_figures), rows)
        post = await live(digesting)
        await until(digesting, post.published + timedelta(hours=24, minutes=1), rounds=6)
        (reply,) = [one for one in digesting.replies() if one.thread_ts == about(digesting, post)[0].ts]
        shown = reply.metadata["event_payload"]["figures"]["IMPRESSION"]
        side = "above" if shown > 1_000 else "below"
        assert (f"{side} 1,000 impressions, the median of 5 earlier posts of the account after 24 hours" in reply.text) == (hours == 720)


@pytest.mark.parametrize(("shown", "words"), [(1, "99.9% below"), (2_000, "100% above"), (996, "0.4% below")])
def test_a_figure_is_never_all_of_the_median_below_it(english_numbers, clock, shown, words):
    figures = {Metric.IMPRESSION: Value(shown)}
    report = PostReport(
        PostRef(PostKind.SHARE, 7_400_000_000_000_000_000), Account(ACME, "Acme"), figures, tuple(figures), Freshness(clock())
    )
    usual = UsualFigure(Metric.IMPRESSION, Fraction(1_000), 5)
    point = build_point("24h", report, None, title="", late=timedelta(), quiet=False, usual=usual)
    assert f"{words} 1,000 impressions, the median of 5 earlier posts of the account after 24 hours." in point.text
