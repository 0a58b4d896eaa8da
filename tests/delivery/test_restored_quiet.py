"""An alert that is quiet, before and after a restore: the days of its quiet hours are evaluated once, neither twice nor never."""

from datetime import UTC, datetime

import pytest

from bot.alerts.rule import AlertRule, Condition
from bot.statistics.metrics import Metric
from bot.subscriptions.delivery_state import DeliveryState
from bot.subscriptions.subscription import SkipReason
from tests.alerts.test_alerts_ninety_days import by_hand, set_up
from tests.delivery.test_restored import by_command, commands_go_by_the_same_clock, life
from tests.fixtures.deliveries import TIMING

__all__ = ["by_command", "commands_go_by_the_same_clock"]
QUIET = AlertRule(Metric.COMMENT, Condition.ABOVE, 20, "day", quiet="20:00-8:00")


def at(scene, day, hour):
    scene.clock.now = datetime(2026, 11, day, hour, 1, tzinfo=UTC)


@pytest.fixture
async def scene(open_scene):
    """Over one way of hearing Slack: what is tested here is the same over both."""
    async with open_scene(**TIMING) as opened:
        yield opened


@pytest.mark.parametrize(
    ("lost", "down"),
    [([(27, 21)], False), ([(27, 21), (28, 7)], True), ([(27, 21), (28, 19), (29, 21)], False), ([(27, 21), (28, 19)], True)],
)
async def test_what_fell_into_quiet_hours_is_told_once_whatever_was_lost(scene, by_command, lost, down):
    """Backed up on Nov 26; what happened on ``lost`` is gone, and the bot stays ``down`` until the next check.

    Nov 26 is what fires; it was first looked at in the quiet of Nov 27.
    """
    by_hand(scene, 10, {3: 24})
    async with life(scene, by_command.url) as first:
        await set_up(first, QUIET, cron="0 19 * * *")
        at(scene, 26, 19)
        await first.tick(rounds=2)
    await by_command.back_up()
    async with life(scene, by_command.url) as second:
        for day, hour in lost:
            at(scene, day, hour)
            await second.tick(rounds=3, seconds=3)
        posted_before = len(second.posted())
    await by_command.restore()
    async with life(scene, by_command.url) as restored:
        if not down:
            await restored.tick(rounds=8, seconds=61)
        assert len(restored.posted()) == posted_before
        day, hour = lost[-1]
        for later in range(day, 31):
            if later > day or hour < 19:
                at(scene, later, 19)
                await restored.tick(rounds=8, seconds=61)
        fired = [one for one in restored.posted() if "Nov 26: 24" in one.text]
        assert len(fired) == 1
        past = await restored.stores.history.history(digest="alert-1", unsaid=True)
        assert {one.reason for one in past if one.state is DeliveryState.SKIPPED} <= {SkipReason.QUIET, SkipReason.QUIET_HOURS}
        assert SkipReason.QUIET_HOURS in {one.reason for one in past} or down or len(lost) > 1
