"""Ninety made-up days, one by one, as people use it: alerts come on exactly the days that were reasoned by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.alerts.evaluate import AlertNotice
from bot.alerts.rule import AlertRule, Condition
from bot.sandbox.world_figures import Series
from bot.statistics.metrics import Metric
from bot.subscriptions.delivery_state import DeliveryState, event_payload
from bot.subscriptions.subscription import SkipReason, SubscriptionKind

#: The first of the ninety days: Monday, 23 November 2026.
FIRST = date(2026, 11, 23)
DAYS = 90
USUAL = 100


class ByHand(Series):
    """An account's figures, set by hand for some days: the same number every day but for these."""

    def __init__(self, seed, account, usual, shown, metric="COMMENT"):
        super().__init__(seed, account)
        self.usual, self.by_day, self.metric = usual, shown, metric

    def count(self, day):
        return self.by_day.get(day, self.usual)

    def day(self, day):
        made = super().day(day)
        return type(made)({**made.counts, self.metric: self.count(day)}, made.reached, made.followers)


def by_hand(scene, usual, shown, metric="COMMENT"):
    """Put figures by hand into the made-up world; the days are counted from ``FIRST``."""
    world = scene.statistics.world
    account = world.accounts[0]
    figures = {FIRST + timedelta(days=number): count for number, count in shown.items()}
    world._series[account.platform_id] = ByHand(world.seed, account, usual, figures, metric)
    return account.platform_id


async def set_up(digesting, rule, cron="0 9 * * *", zone="UTC"):
    """An alert that looks for the first time the day after the first day."""
    due = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    digesting.scene.clock.now = due - timedelta(minutes=1)
    return await digesting.digest(
        id="alert-1", kind=SubscriptionKind.ALERT, rule=rule.as_json(), cron=cron, zone=zone, content=(), next_run_at=due
    )


def shown(digesting):
    """What was posted, in the channel and in threads, in its order."""
    return sorted([*digesting.posted(), *digesting.replies()], key=lambda one: one.ts)


async def pass_days(digesting, days=DAYS, rounds=1):
    """Let the days go by, a look at nine each; how many messages came on which, counted from ``FIRST``."""
    came = {}
    for _ in range(days):
        before = len(shown(digesting))
        digesting.scene.clock.now += timedelta(minutes=2)
        await digesting.tick(rounds, seconds=1)
        if new := len(shown(digesting)) - before:
            came[(digesting.scene.clock.now.date() - FIRST).days] = new
        digesting.scene.clock.now += timedelta(days=1, minutes=-2, seconds=-rounds)
    return came


async def test_a_line_is_told_of_when_it_is_crossed_and_when_all_is_well_again(digesting):
    """More than 20 comments a day, at most once every 5 days.

    Day 3 (24): told on day 4, and on day 5 that day 4 was normal. Day 6 (30): within five days of day 3, silent. Days 20 to 27 (50 each):
    told on 21; silent until 25 is told on 26, five days later; day 28 is normal, told on 29. Day 60: exactly 20 is not above.
    Day 89 is told on day 90.
    """
    by_hand(digesting.scene, 10, {3: 24, 6: 30, **dict.fromkeys(range(20, 28), 50), 60: 20, 89: 21})
    await set_up(digesting, AlertRule(Metric.COMMENT, Condition.ABOVE, 20, "day", cooldown=5))
    assert await pass_days(digesting) == {4: 1, 5: 1, 21: 1, 26: 1, 29: 1, 90: 1}
    texts = [one.text for one in shown(digesting)]
    assert [("back to normal" in text) for text in texts] == [False, True, False, False, True, False]
    assert texts[0].startswith("Comments of Acme Robotics, Nov 26: 24, above 20")
    assert {delivery.state for delivery in await digesting.deliveries("alert-1")} == {DeliveryState.SENT}
    assert await digesting.stores.history.unsaid() == DAYS - 6


async def test_a_movement_is_told_of_on_weekdays_what_the_weekend_brought_on_monday(digesting):
    """Impressions +50% on the week before, from 500 on, 100 a day: Monday to Friday, at most once every 7 days.

    Day 10 (a Thursday, 500): the weeks that end on days 10 to 16 have 1,100 against 700, +57%; told on day 11. The week that ends on
    day 17 has 700 against 1,100: normal, told on day 18. Day 30 (350): 950 against 700 is +36%, not enough. Day 47 (a Saturday, 600):
    1,200 against 700, told on Monday, day 49; normal on Saturday, day 54, told on Monday, day 56.
    """
    by_hand(digesting.scene, USUAL, {10: 500, 30: 350, 47: 600}, "IMPRESSION")
    await set_up(digesting, AlertRule(Metric.IMPRESSION, Condition.UP, 50, "week", minimum=500, cooldown=7), cron="0 9 * * 1-5")
    assert await pass_days(digesting) == {11: 1, 18: 1, 49: 1, 56: 1}
    first, well, weekend, _ = shown(digesting)
    assert first.text.startswith("Impressions of Acme Robotics, Nov 27–Dec 3: 1,100, up 57% (+400) vs. the week before")
    assert "Dec 4–10: back to normal, 700, down 36% (−400) vs. the week before" in well.text
    assert "Jan 3–9: 1,200" in weekend.text
    assert first.metadata["event_payload"]["words"].endswith("2026-11-27..2026-12-03")


async def test_a_movement_of_little_is_told_by_nobody(digesting):
    """From 5 to 15 a week is +200%, of a base too small for a percentage; below the minimum nothing is said of 70 against 35 either."""
    by_hand(digesting.scene, 0, {3: 5, 10: 15, 30: 35, 37: 70}, "IMPRESSION")
    await set_up(digesting, AlertRule(Metric.IMPRESSION, Condition.UP, 50, "week", minimum=100, cooldown=7))
    assert await pass_days(digesting, days=45) == {}


async def test_a_day_without_figures_is_made_up_for_by_the_next(digesting):
    """The service is down on day 4: what day 3 was is told on day 5, with what became of it since."""
    by_hand(digesting.scene, 10, {3: 24})
    await set_up(digesting, AlertRule(Metric.COMMENT, Condition.ABOVE, 20, "day"))
    assert await pass_days(digesting, days=3) == {}
    digesting.scene.statistics.switches.set({"trouble": "server-error"})
    assert await pass_days(digesting, days=1, rounds=3) == {}
    digesting.scene.statistics.switches.set({"trouble": None})
    assert await pass_days(digesting, days=5, rounds=3) == {5: 1}
    (message,) = digesting.posted()
    assert message.text.startswith("Comments of Acme Robotics, Nov 26: 24")
    assert "Back to normal since Nov 27: 10" in message.text


@pytest.mark.parametrize("trouble", ["nothing-available", "all-failed"])
async def test_figures_that_are_unknown_neither_fire_nor_say_that_all_is_well(digesting, trouble):
    """Not even an alert for fewer than so many, of which a figure that is taken for 0 would be the first."""
    by_hand(digesting.scene, 10, {3: 1, 4: 1}, "IMPRESSION")
    await set_up(digesting, AlertRule(Metric.IMPRESSION, Condition.BELOW, 5, "day", cooldown=30))
    assert await pass_days(digesting, days=4) == {4: 1}
    digesting.scene.statistics.switches.set({"trouble": trouble})
    assert await pass_days(digesting, days=4) == {}


async def test_a_late_look_in_quiet_hours_waits_for_the_next_one(digesting):
    """Looked at on 26 November; on the 27th due at 19:00 and looked at again at 21:00, in the quiet: the 28th tells of both days."""
    by_hand(digesting.scene, 10, {3: 24})
    alert = await set_up(digesting, AlertRule(Metric.COMMENT, Condition.ABOVE, 20, "day", quiet="20:00-8:00"), cron="0 19 * * *")
    reasons = []
    for day, hour in ((26, 19), (27, 21)):
        digesting.scene.clock.now = datetime(2026, 11, day, hour, 1, tzinfo=UTC)
        await digesting.tick()
        past = await digesting.stores.history.history(digest=alert.id, unsaid=True)
        reasons.append(past[0].reason)
    assert reasons == [SkipReason.QUIET, SkipReason.QUIET_HOURS]
    assert digesting.posted() == []
    digesting.scene.clock.now = datetime(2026, 11, 28, 19, 1, tzinfo=UTC)
    await digesting.tick()
    (message,) = digesting.posted()
    assert message.text.startswith("Comments of Acme Robotics, Nov 26: 24, above 20")


async def test_a_restart_changes_nothing(open_digesting):
    """What was said is in the ledger: the next process says that all is well, and nothing a second time."""
    rule = AlertRule(Metric.COMMENT, Condition.ABOVE, 20, "day", cooldown=5)
    async with open_digesting() as first:
        by_hand(first.scene, 10, {3: 24, 4: 24})
        await set_up(first, rule)
        assert await pass_days(first, days=4) == {4: 1}
        now = first.scene.clock.now
    async with open_digesting() as second:
        by_hand(second.scene, 10, {3: 24, 4: 24})
        second.scene.clock.now = now
        assert await pass_days(second, days=4) == {6: 1}
        assert "back to normal" in shown(second)[-1].text


async def test_a_message_tells_the_next_look_what_was_said():
    notice = AlertNotice(alarm=True, fired=FIRST, since=FIRST)
    payload = {"metadata": {"event_payload": {"alert": notice.as_payload()}}}
    assert AlertNotice.of_event(event_payload(payload)) == notice
    assert AlertNotice.of_event(event_payload({"text": "no alert"})) == AlertNotice()
