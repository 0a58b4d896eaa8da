"""New rules of a time zone between planning and run: the tz database was updated, and the bot started again."""

import shutil
import zoneinfo
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.subscriptions.delivery_state import DeliveryState

#: Berlin has 9:00 at 8:00 UTC in winter; with London's rules at 9:00 UTC, with Athens' at 7:00 UTC.
LATER, EARLIER = "Europe/London", "Europe/Athens"
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def at(time):
    hours, minutes = time.split(":")
    return MONDAY + timedelta(hours=int(hours), minutes=int(minutes))


@pytest.fixture
def new_rules(tmp_path):
    """Gives Berlin another place's rules, as an update of the tz database does to a process that starts after it."""
    before = zoneinfo.TZPATH

    def give(place):
        source = next(Path(folder) / place for folder in before if (Path(folder) / place).exists())
        target = tmp_path / "tz" / "Europe" / "Berlin"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        zoneinfo.reset_tzpath((str(tmp_path / "tz"), *before))
        zoneinfo.ZoneInfo.clear_cache()

    yield give
    zoneinfo.reset_tzpath(before)
    zoneinfo.ZoneInfo.clear_cache()


@pytest.mark.parametrize(
    "case",
    [
        pytest.param((LATER, "7:00", "7:30", "9:00"), id="later, not yet due by either"),
        pytest.param((LATER, "7:00", "8:30", "9:00"), id="later, down over the old moment"),
        pytest.param((LATER, "8:01", "8:30", "8:00"), id="later, posted at the old moment"),
        pytest.param((EARLIER, "6:00", "6:30", "7:00"), id="earlier, not yet due by either"),
        pytest.param((EARLIER, "6:00", "7:30", "7:00"), id="earlier, due already"),
        pytest.param((EARLIER, "8:01", "8:30", "8:00"), id="earlier, posted at the old moment"),
    ],
)
async def test_it_is_posted_once_and_at_the_right_time(open_digesting, clock, new_rules, case):
    place, last_tick, restart, right = case
    clock.now = at("5:00")
    async with open_digesting() as before:
        await before.digest()
        clock.now = at(last_tick)
        await before.tick(rounds=2)
    new_rules(place)
    clock.now = at(restart)
    async with open_digesting() as after:
        while clock.now < at("11:00"):
            await after.tick(rounds=2, seconds=5)
            clock.now += timedelta(minutes=10)
        delivery = await after.the_delivery()
        assert (delivery.state, delivery.due) == (DeliveryState.SENT, at(right))
        assert len(after.posted()) + (last_tick == "8:01") == 1
        digest = await after.stores.digests.digest("digest-1")
        assert digest.next_run_at == at("9:00" if place == LATER else "7:00") + timedelta(days=7)
