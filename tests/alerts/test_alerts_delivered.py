"""Alerts in their channel: whose figures they are, what their buttons do, what a question in their thread is about."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.list_blocks import DONE
from bot.alerts.rule import AlertRule, Condition
from bot.management.actions import SubscriptionChange
from bot.reports.account_blocks import DAY_IS_YOUNG
from bot.statistics.metrics import Metric
from bot.subscriptions.subscription import SubscriptionKind, SubscriptionStatus


async def due(digesting, rule, **over):
    """An alert that looks now, at yesterday."""
    now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    digesting.scene.clock.now = now + timedelta(minutes=1)
    values = {
        "id": "alert-1",
        "kind": SubscriptionKind.ALERT,
        "rule": rule.as_json(),
        "cron": "0 9 * * *",
        "zone": "UTC",
        "next_run_at": now,
    }
    return await digesting.digest(**{**values, **over})


def yesterday(digesting, metric, account=0):
    world = digesting.scene.statistics.world
    first = datetime(2026, 11, 23, tzinfo=UTC).date()
    return world.total(world.accounts[account].platform_id, metric, first, first + timedelta(days=1))


async def test_a_team_is_added_up(digesting):
    """Every account that can be fetched, once; failed ones are named, and a sum without them is not compared with an upper limit."""
    world = digesting.scene.statistics.world
    await due(digesting, AlertRule(Metric.IMPRESSION, Condition.ABOVE, 1, "day", who="team"), accounts=())
    for condition in (Condition.BELOW, Condition.AT_MOST):
        rule = AlertRule(Metric.IMPRESSION, condition, 10**9, "day", who="team")
        await due(digesting, rule, accounts=(), id=f"alert-{condition.name}")
    # One at a time in a channel, in any order.
    await digesting.tick(rounds=6, seconds=1)
    (posted,) = digesting.posted()
    listed = [(number, account) for number, account in enumerate(world.accounts) if account.listed]
    well = [number for number, account in listed if account.token_life > timedelta()]
    assert len(well) < len(listed)
    total = sum(yesterday(digesting, "IMPRESSION", number) for number in well)
    assert posted.text.startswith(f"Impressions of all accounts, Nov 23: {total:,}, above 1")
    assert "Without " in posted.text


async def test_a_group_is_those_who_are_in_it_now_without_those_who_opted_out(open_digesting):
    async with open_digesting(administrators="U0ANN00001") as digesting:
        for words in ("group sales = Acme Robotics, Ann Lee", "opt out Ann Lee"):
            await digesting.scene.ask(words)
        await due(digesting, AlertRule(Metric.IMPRESSION, Condition.ABOVE, 1, "day", who="sales"), accounts=())
        await digesting.tick()
        (posted,) = [one for one in digesting.posted() if "above 1" in one.text]
        assert posted.text.startswith(f"Impressions of sales, Nov 23: {yesterday(digesting, 'IMPRESSION'):,}, above 1")


async def test_reach_is_read_for_the_window_and_never_added_from_days(digesting):
    await due(digesting, AlertRule(Metric.MEMBERS_REACHED, Condition.ABOVE, 1, "week"))
    await digesting.tick()
    (posted,) = digesting.posted()
    world, first = digesting.scene.statistics.world, datetime(2026, 11, 17, tzinfo=UTC).date()
    reached = world.total(world.accounts[0].platform_id, "MEMBERS_REACHED", first, first + timedelta(days=7))
    assert posted.text.startswith(f"Members reached of Acme Robotics, Nov 17–23: {reached:,}, above 1")


async def test_the_engagement_rate_is_the_cards(digesting):
    await due(digesting, AlertRule(None, Condition.ABOVE, 0.1, "week", minimum=500))
    await digesting.tick()
    (posted,) = digesting.posted()
    card = await digesting.scene.ask("acme 2026-11-17..2026-11-23")
    rate = posted.text.split("Nov 17–23: ")[1].split(", above")[0]
    assert f"*Engagement rate*\n{rate}" in "".join(field["text"] for block in card["blocks"] for field in block.get("fields", ()))


async def test_whoever_opted_out_is_in_no_alert_and_its_owner_is_told_why(open_digesting):
    async with open_digesting(administrators="U0ANN00001") as digesting:
        await digesting.scene.ask("opt out acme")
        await due(digesting, AlertRule(Metric.IMPRESSION, Condition.ABOVE, 1, "day"))
        await digesting.tick(rounds=3, seconds=1)
        assert digesting.posted() == []
        (notice,) = digesting.owner_messages()
        assert "The LinkedIn alert in <#C0MARKETING>" in notice.text
        assert "Acme" not in notice.text


@pytest.fixture
async def posted(digesting):
    """An alert as Ann sees it in the channel."""
    await due(digesting, AlertRule(Metric.IMPRESSION, Condition.ABOVE, 1, "day"))
    await digesting.tick()
    return digesting.scene.slack.person("ann").sees("#marketing")[-1]


async def test_its_buttons_pause_it_and_lead_to_its_card(digesting, posted):
    ann, stored = digesting.scene.slack.person("ann"), digesting.stores.digests
    opened = await ann.press(posted, "example.1")
    await digesting.idle()
    assert "Nov 23" in opened.seen()[-1]["text"]
    paused = await ann.press(posted, "alert.pause")
    await digesting.idle()
    assert DONE[SubscriptionChange.PAUSED] in paused.seen()[-1]["text"]
    assert (await stored.digest("alert-1")).status is SubscriptionStatus.PAUSED
    snoozed = await ann.press(posted, "alert.snooze")
    await digesting.idle()
    assert "Silent until then" in snoozed.seen()[-1]["text"]
    assert (await stored.digest("alert-1")).next_run_at == datetime(2026, 12, 2, 9, 0, tzinfo=UTC)


async def test_a_question_in_its_thread_is_about_its_account_and_days(digesting, posted):
    asked = await digesting.scene.slack.person("ann").mention("comments", channel="#marketing", thread_ts=posted["ts"])
    await digesting.idle()
    notice = asked.seen()[-1]
    assert "Acme Robotics" in notice["text"]
    assert "Nov 23" in notice["text"]
    assert "comment" in notice["text"]


async def test_the_home_tab_lists_it(digesting, posted):
    assert posted
    ann = digesting.scene.slack.person("ann")
    opened = await ann.open_home()
    await opened.view()
    await digesting.idle()
    assert "impressions above 1 on one day" in str(digesting.scene.slack.parts.views.home(ann.id).body)


async def test_an_alert_says_that_its_last_day_may_still_be_filling_in(digesting):
    """In the message, its text, and the test of it."""
    shown = DAY_IS_YOUNG.format(day="Nov 23")
    await due(digesting, AlertRule(Metric.IMPRESSION, Condition.ABOVE, 1, "day"))
    await digesting.tick()
    (posted,) = digesting.posted()
    assert str(posted.blocks).count(shown) == posted.text.count(shown) == 1
    tested = await digesting.scene.ask("alert test")
    assert str(tested["blocks"]).count(shown) == tested["text"].count(shown) == 1


async def test_an_alert_says_which_figures_are_from_cache(digesting):
    """The service has those of one account of two; nothing is called live that is not."""
    first, second = (account.platform_id for account in digesting.scene.statistics.world.accounts[:2])
    rule = AlertRule(Metric.IMPRESSION, Condition.ABOVE, 1, "day")
    for number, accounts in enumerate(((first,), (first, second), (second,))):
        await due(digesting, rule, accounts=accounts, id=f"alert-{number}")
        await digesting.tick(rounds=3, seconds=1)
    footers = [str(posted.blocks[-1]) for posted in digesting.posted()]
    sources = [re.findall(r">, (.*?) · checked", footer)[0].replace("a moment ago", "cache") for footer in footers]
    assert sources == ["live", "in part from cache (Acme Robotics)", "from cache"]
