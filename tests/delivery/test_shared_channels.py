"""A channel that became shared with another company after a digest was set up there, or came by import."""

from bot.alerts.rule import AlertRule, Condition
from bot.sandbox.slack.people import TEAM_ID as TEAM
from bot.statistics.metrics import Metric
from bot.subscriptions.delivery_state import DeliveryState
from bot.subscriptions.subscription import SubscriptionKind
from tests.delivery.test_owner_buttons import notice


async def test_a_digest_of_a_channel_that_became_shared_is_held_and_its_owner_told_once(digesting):
    digesting.scene.slack.switches.change_channel("#marketing", shared=True)
    asked = len(digesting.scene.statistics.requests)
    await digesting.digest()
    await digesting.tick(rounds=3, seconds=5)
    delivery = await digesting.the_delivery()
    assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, "channel_is_shared")
    assert digesting.posted() == digesting.replies() == []
    assert [one.path for one in list(digesting.scene.statistics.requests)[asked:] if "statistics" in one.path] == []
    (direct_message,) = digesting.owner_messages()
    assert "shared with another company" in direct_message.text
    assert "/linkedin-stats allow here" in direct_message.text


async def test_once_an_administrator_has_allowed_the_channel_retry_posts_it(digesting):
    digesting.scene.slack.switches.change_channel("#marketing", shared=True)
    await digesting.digest()
    await digesting.tick(rounds=3, seconds=5)
    await digesting.scene.ask("allow here", who="ann")
    await digesting.scene.slack.person("ann").press(notice(digesting), "digest.retry")
    await digesting.tick(rounds=3, seconds=5)
    assert len(digesting.posted()) == 1


async def test_it_is_seen_also_when_the_channels_cannot_be_listed(digesting):
    digesting.scene.slack.switches.change_channel("#marketing", shared=True)
    digesting.scene.slack.faults.add(method="users.conversations", kind="status", times=5)
    await digesting.digest()
    await digesting.tick(rounds=3, seconds=5)
    assert (await digesting.the_delivery()).reason == "channel_is_shared"


async def test_an_alert_is_held_there_like_a_digest(digesting):
    digesting.scene.slack.switches.change_channel("#marketing", shared=True)
    rule = AlertRule(Metric.IMPRESSION, Condition.ABOVE, 1, "day").as_json()
    await digesting.digest(kind=SubscriptionKind.ALERT, rule=rule, cron="0 9 * * *")
    await digesting.tick(rounds=3, seconds=5)
    assert (await digesting.the_delivery()).reason == "channel_is_shared"
    assert digesting.posted() == []
    (direct_message,) = digesting.owner_messages()
    assert "LinkedIn alert" in direct_message.text


async def test_a_goal_is_held_there_like_a_digest(digesting):
    await digesting.scene.ask("goal impressions 1 month in #marketing")
    digesting.scene.slack.switches.change_channel("#marketing", shared=True)
    await digesting.tick(rounds=3, days=1)
    (goal,) = await digesting.stores.digests.digests(team=TEAM, kind=SubscriptionKind.GOAL)
    assert DeliveryState.FAILED in await digesting.states(goal.id)
    assert digesting.posted() == []
    assert "shared with another company" in digesting.owner_messages()[0].text
