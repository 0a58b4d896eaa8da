"""What a monthly digest covers at its moment, wherever its clock stands: whole UTC days of the last calendar month."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.reports import digest_period
from bot.slack.numbers import DEFAULT_FORMAT, period_label, use_number_format
from bot.statistics.reports import period_text

ZONES = sorted(available_timezones() - {"Factory", "localtime"})
MONTHLY = ("0 9 1 * *", "0 9 FW * *", "0 9 FW5 * *", "0 9 28 * *", "0 9 * * 1#1", "30 0 1 * *")
AT_THE_END = ("0 9 L * *", "0 9 31 * *", "0 9 LW * *", "0 9 * * 5L")


def month_before(day):
    """The first and the last day of the calendar month before this day's."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


@pytest.mark.parametrize(
    ("zone", "wall", "period"),
    [
        ("Australia/Sydney", "2026-12-01 09:00", "2026-11-01..2026-11-29"),
        ("Australia/Sydney", "2026-12-01 11:00", "2026-11-01..2026-11-30"),
        ("Asia/Tokyo", "2026-12-01 08:30", "2026-11-01..2026-11-29"),
        ("Pacific/Kiritimati", "2026-03-01 00:00", "2026-02-01..2026-02-27"),
        ("Europe/Berlin", "2026-12-01 00:30", "2026-11-01..2026-11-29"),
        ("Europe/Berlin", "2026-12-01 09:00", "2026-11-01..2026-11-30"),
        ("America/Los_Angeles", "2026-12-01 09:00", "2026-11-01..2026-11-30"),
        ("America/Los_Angeles", "2026-11-30 20:00", "2026-11-01..2026-11-30"),
        ("America/Los_Angeles", "2026-11-30 09:00", "2026-10-01..2026-10-31"),
        ("Nowhere/Dropped", "2026-12-01 09:00", "2026-11-01..2026-11-30"),
    ],
)
def test_the_month_is_the_digests_own_and_its_days_are_over(zone, wall, period):
    """The first of the month in Sydney is about November, though its last UTC day goes on for an hour."""
    clock = UTC if zone.startswith("Nowhere") else ZoneInfo(zone)
    assert period_text(digest_period("0 9 1 * *", zone, datetime.fromisoformat(wall).replace(tzinfo=clock))) == period


def test_the_days_are_named_as_they_are():
    moment = datetime(2026, 12, 1, 9, tzinfo=ZoneInfo("Australia/Sydney"))
    period = digest_period("0 9 1 * *", "Australia/Sydney", moment)
    with use_number_format(DEFAULT_FORMAT):
        assert (period_label(period, moment.date()), period_label(period.before, moment.date())) == ("Nov 1–29", "Oct 1–29")


@given(
    st.sampled_from(MONTHLY),
    st.sampled_from(ZONES),
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis adds the zone
    st.booleans(),
)
def test_a_months_digest_is_about_the_last_month_and_lacks_one_day_at_most(cron, zone, moment, near_the_turn):
    """In every zone, at every moment, those around the turn of a month as often as all others: no day that is not over."""
    if near_the_turn:
        moment = moment.replace(day=1, hour=0) + timedelta(hours=moment.day - 16)
    period, today = digest_period(cron, zone, moment), moment.date()
    own = moment.astimezone(ZoneInfo(zone)).date()
    first, last = month_before(max(own, today))
    assert period.last < today
    assert period.first == first
    assert timedelta() <= last - period.last <= timedelta(days=1)
    if own <= today:
        assert (period.first, period.last) == month_before(today)
    else:
        assert (first, last) == month_before(own)


@pytest.mark.parametrize(
    ("zone", "wall", "period"),
    [
        ("Europe/Berlin", "2026-11-30 09:00", "2026-11-01..2026-11-29"),
        ("Europe/Berlin", "2026-11-27 09:00", "2026-11-01..2026-11-26"),
        ("Australia/Sydney", "2026-11-30 09:00", "2026-11-01..2026-11-28"),
        ("America/Los_Angeles", "2026-11-30 20:00", "2026-11-01..2026-11-30"),
        ("Europe/Berlin", "2026-12-01 09:00", "2026-11-01..2026-11-30"),
        ("Pacific/Kiritimati", "2026-12-01 00:00", "2026-11-01..2026-11-29"),
    ],
)
@pytest.mark.parametrize("cron", AT_THE_END)
def test_a_digest_near_the_months_end_covers_the_month_that_ends(cron, zone, wall, period):
    """Up to yesterday in UTC; on the first of a month, when no day of it is over, the month before."""
    assert period_text(digest_period(cron, zone, datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)))) == period


async def test_the_preview_of_the_31st_is_about_the_month_that_ends_as_that_of_the_last_day(scene):
    for words in ("on the 31st of the month", "last day of the month", "31st"):
        assert "Nov 1–22" in (await scene.ask(f"digest acme {words} 9:00"))["text"], words


@pytest.mark.parametrize(
    ("cron", "day", "period", "before"),
    [
        ("0 9 * * 5%2+1", "2026-11-27", "2026-11-13..2026-11-26", "2026-10-30..2026-11-12"),
        ("0 9 * * 1%3", "2026-11-30", "2026-11-09..2026-11-29", "2026-10-19..2026-11-08"),
        ("0 9 1 1,4,7,10 *", "2026-10-01", "2026-07-01..2026-09-30", "2026-03-31..2026-06-30"),
        ("0 9 FW 1,4,7,10 *", "2026-10-01", "2026-07-01..2026-09-30", "2026-03-31..2026-06-30"),
        ("0 9 * 1,4,7,10 1#1", "2026-10-05", "2026-07-01..2026-09-30", "2026-03-31..2026-06-30"),
        ("0 9 1 1,4,7,10 *", "2026-11-29", "2026-07-01..2026-09-30", "2026-03-31..2026-06-30"),
        ("0 9 L 3,6,9,12 *", "2026-11-29", "2026-10-01..2026-11-28", "2026-07-01..2026-08-28"),
        ("0 9 1 2,5,8,11 *", "2026-11-29", "2026-08-01..2026-10-31", "2026-05-01..2026-07-31"),
        ("0 9 L 3,6,9,12 *", "2026-12-31", "2026-10-01..2026-12-30", "2026-07-01..2026-09-30"),
        ("0 9 * 3,6,9,12 5L", "2026-12-25", "2026-10-01..2026-12-24", "2026-07-01..2026-09-24"),
        ("0 9 1 1,7 *", "2026-07-01", "2026-01-01..2026-06-30", "2025-07-04..2025-12-31"),
        ("0 9 1 1,3,5,7,9,11 *", "2026-11-01", "2026-09-01..2026-10-31", "2026-07-02..2026-08-31"),
        ("0 9 1 1 *", "2027-01-01", "2026-01-01..2026-12-31", "2025-01-01..2025-12-31"),
        ("0 9 1 1 *", "2025-01-01", "2024-01-02..2024-12-31", "2023-01-02..2024-01-01"),
        ("0 9 FW * *", "2026-12-01", "2026-11-01..2026-11-30", "2026-10-02..2026-10-31"),
        ("0 9 1,15 * *", "2026-12-15", "2026-12-01..2026-12-14", "2026-11-17..2026-11-30"),
        ("0 9 1,15 * *", "2026-12-01", "2026-11-15..2026-11-30", "2026-10-30..2026-11-14"),
        # Posted late, it is still the one of the 21st.
        ("0 9 1,11,21 * *", "2026-11-22", "2026-11-12..2026-11-21", "2026-11-02..2026-11-11"),
        ("0 9 15,31 * *", "2026-03-15", "2026-02-28..2026-03-14", "2026-02-13..2026-02-27"),
    ],
)
def test_a_digest_covers_its_own_rhythm(cron, day, period, before):
    """Two weeks, a quarter, half a year; what is not complete is compared with the same days of the one before."""
    found = digest_period(cron, "Europe/Berlin", datetime.fromisoformat(f"{day} 09:00").replace(tzinfo=ZoneInfo("Europe/Berlin")))
    assert (period_text(found), period_text(found.before)) == (period, before)


@given(
    st.sampled_from(AT_THE_END),
    st.sampled_from(ZONES),
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis adds the zone
)
def test_a_period_begins_with_a_month_and_ends_before_today(cron, zone, moment):
    period = digest_period(cron, zone, moment)
    assert period.first.day == 1
    assert period.first <= period.last < moment.date()
    assert (period.first.year, period.first.month) == (period.last.year, period.last.month)


@pytest.mark.parametrize(
    ("words", "due", "preview", "posted"),
    [
        (
            "every other monday 9:00",
            "2026-11-30 09:00",
            "Nov 9–22 vs. the 14 days before (Oct 26–Nov 8)",
            "Nov 16–29 vs. the 14 days before",
        ),
        ("every 3 weeks on friday 9:00", "2026-11-27 09:00", "Nov 2–22 vs. the 21 days before (Oct 12–Nov 1)", "Nov 6–26 vs. the 21 days"),
        ("tenth working day of the month 9:00", "2026-12-14 09:00", "Oct 1–31 vs.", "Nov 1–30 vs."),
        ("last friday of the month 9:00", "2026-11-27 09:00", "Nov 1–22 vs.", "Nov 1–26 vs."),
        ("on the first and the fifteenth at 9", "2026-12-01 09:00", "Nov 9–22", "Nov 15–30 vs. the 16 days before"),
        ("quarterly on the first working day 9:00", "2027-01-01 09:00", "Jul 1–Sep 30 vs.", "Oct 1–Dec 31, 2026 vs."),
    ],
)
async def test_what_is_posted_covers_its_rhythm_as_the_preview_does(open_digesting, words, due, preview, posted):
    """Previewed on Monday, 23 November."""
    async with open_digesting() as digesting:
        scene = digesting.scene
        plan = await scene.ask(f"digest acme {words} Europe/Berlin in <#C0MARKETING|marketing>")
        assert preview in plan["text"]
        await scene.slack.person("ann").press(plan, "digest.create")
        await scene.settle()
        (digest,) = await scene.bot.scheduling.stores.digests.digests()
        assert digest.next_run_at == datetime.fromisoformat(due).replace(tzinfo=ZoneInfo("Europe/Berlin"))
        scene.clock.now = digest.next_run_at
        await digesting.tick(rounds=4, seconds=2)
        (message,) = digesting.posted("#marketing")
        assert posted in message.text
