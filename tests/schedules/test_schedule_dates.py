"""Between which dates something comes: words, what is stored, and the moments that are left. Today is Monday, 23 November 2026."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadSchedule
from bot.schedules.dates import ALWAYS, ScheduleDates, after, dates_of, find_dates, merged, read_date
from bot.subscriptions.subscription import Subscription, SubscriptionStatus, next_run

TODAY = date(2026, 11, 23)
ZONES = sorted(available_timezones() - {"Factory", "localtime"})


@pytest.mark.parametrize(
    ("words", "stored", "left"),
    [
        ("acme from 1 dec", "from 2026-12-01", "acme"),
        ("acme starting on the 1st of december every monday", "from 2026-12-01", "acme every monday"),
        ("until 31 dec acme", "until 2026-12-31", "acme"),
        ("acme until january", "until 2027-01-31", "acme"),
        ("acme from january", "from 2027-01-01", "acme"),
        ("acme from Dec 1 , 2026 until 2027-03-31", "from 2026-12-01 until 2027-03-31", "acme"),
        ("acme from 2026-12-07 until 2027-01-31", "from 2026-12-07 until 2027-01-31", "acme"),
        ("acme except 2026-12-24 - 2026-12-26", "except 2026-12-24, 2026-12-25, 2026-12-26", "acme"),
        ("acme from 1 dec to 31 jan", "from 2026-12-01 until 2027-01-31", "acme"),
        ("acme except 25 dec", "except 2026-12-25", "acme"),
        ("acme until end of 2027", "until 2027-12-31", "acme"),
        # The last dot of a sentence is left out.
        ("except 28.12. and 31.12", "except 2026-12-28, 2026-12-31", ""),
        ("except 14.12. and 21.12", "except 2026-12-14, 2026-12-21", ""),
        ("acme except 25 dec , 26 dec and 1 jan", "except 2026-12-25, 2026-12-26, 2027-01-01", "acme"),
        ("acme except 24-26 dec", "except 2026-12-24, 2026-12-25, 2026-12-26", "acme"),
        ("acme except dec 24-26", "except 2026-12-24, 2026-12-25, 2026-12-26", "acme"),
        ("acme but not on 31 dec to 2 jan", "except 2026-12-31, 2027-01-01, 2027-01-02", "acme"),
        ("acme no digest on 31 dec to 2 jan", "except 2026-12-31, 2027-01-01, 2027-01-02", "acme"),
        ("acme until 15.12.2026", "until 2026-12-15", "acme"),
        ("acme until 15.12.", "until 2026-12-15", "acme"),
        ("except 24.-26.12. acme", "except 2026-12-24, 2026-12-25, 2026-12-26", "acme"),
        ("acme from 1-dec", "from 2026-12-01", "acme"),
        ("except between 24 and 26 dec acme", "except 2026-12-24, 2026-12-25, 2026-12-26", "acme"),
        ("acme until end of the year", "until 2026-12-31", "acme"),
        ("acme until year end", "until 2026-12-31", "acme"),
        ("acme until eoy", "until 2026-12-31", "acme"),
        ("acme until last day of feb", "until 2027-02-28", "acme"),
        ("acme from next month", "from 2026-12-01", "acme"),
        ("acme from tomorrow", "from 2026-11-24", "acme"),
        ("acme from 22 nov", "from 2027-11-22", "acme"),
        ("acme from 23 nov", "from 2026-11-23", "acme"),
        ("acme always", ALWAYS, "acme"),
        ("acme every monday for 3 months", "until 2027-02-22", "acme every monday"),
        ("acme from 1 jan for a fortnight", "from 2027-01-01 until 2027-01-14", "acme"),
        ("acme from 1 jan for 2 weeks", "from 2027-01-01 until 2027-01-14", "acme"),
        ("acme for the next 10 days", "until 2026-12-02", "acme"),
        ("acme except the week of 21 december", f"except {', '.join(f'2026-12-{day}' for day in range(21, 28))}", "acme"),
        ("acme not next week", f"except 2026-11-30, {', '.join(f'2026-12-0{day}' for day in range(1, 7))}", "acme"),
        ("acme without 25 dec", "except 2026-12-25", "acme"),
        ("skip the 7th acme", "except 2026-12-07", "acme"),
        ("acme from the 5th until the 15th", "from 2026-12-05 until 2026-12-15", "acme"),
        ("acme until next week", "until 2026-11-30", "acme"),
        ("acme except this weekend", "except 2026-11-28, 2026-11-29", "acme"),
        ("acme not next weekend", "except 2026-12-05, 2026-12-06", "acme"),
        ("acme again 25 dec and 26 dec", "again 2026-12-25, 2026-12-26", "acme"),
        ("acme no exceptions", "no exceptions", "acme"),
        ("acme no end", "no end", "acme"),
        ("acme except the 1st of the month", "", "acme except the 1st of the month"),
        ("acme except monday 7 dec and monday , dec 14", "except 2026-12-07, 2026-12-14", "acme"),
        ("acme except 21 and 28 december", "except 2026-12-21, 2026-12-28", "acme"),
        ("acme except the 7th, 14th and the 21st of december", "except 2026-12-07, 2026-12-14, 2026-12-21", "acme"),
        ("acme for 7 days", "", "acme for 7 days"),
        ("acme from monday to friday 9:00", "", "acme from monday to friday 9:00"),
        ("acme every monday 9:00", "", "acme every monday 9:00"),
        ('"Not May Lee" every monday', "", '"Not May Lee" every monday'),
    ],
)
def test_dates_are_found_among_words(words: str, stored: str, left: str):
    spans, found = find_dates(words.split(), TODAY)
    assert found == stored
    inside = {at for start, end in spans for at in range(start, end)}
    assert " ".join(word for at, word in enumerate(words.split()) if at not in inside) == left
    assert stored in (ALWAYS, "no exceptions", "no end") or dates_of(stored).words == stored


def test_a_name_in_quotes_before_dates_is_one_word():
    assert find_dates(['"Acme Robotics"', "until", "7", "jan"], TODAY) == (((1, 4),), "until 2027-01-07")


def test_days_left_out_come_again_and_each_part_of_the_dates_is_removed_alone():
    dates = "from 2026-12-01 until 2027-01-31 except 2026-12-25, 2026-12-26"
    assert merged("again 2026-12-25", dates) == dates.replace("2026-12-25, ", "")
    assert merged("no exceptions", dates) == "from 2026-12-01 until 2027-01-31"
    assert merged("no end", dates) == "from 2026-12-01 except 2026-12-25, 2026-12-26"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("until 31 feb", "as a date"),
        ("until 2026-01-01", "is over"),
        ("except monday 8 dec", "isn't a Monday: that day is a Tuesday"),
        ("except 31.11.2026", "“31.11.2026”"),
        ("until 15.1.2026", "“15.1.2026” is over"),
        ("except christmas", "don't know holidays"),
        ("except public holidays", "don't know holidays"),
        ("from 1 dec 2027 until 1 dec 2026", "before it begins"),
        ("until 1/7", "day from the month"),
        ("except 1 jan 2027 - 31 dec 2027", "more than 100 days"),
    ],
)
def test_what_is_no_date_to_come_is_refused(words: str, says: str):
    with pytest.raises(BadSchedule, match=says):
        find_dates(words.split(), TODAY)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("7 jan", "2027-01-07"),
        ("friday", "2026-11-27"),
        ("next monday", "2026-11-30"),
        ("monday", "2026-11-30"),
        ("next week", "2026-11-30"),
        ("jan 7 2028", "2028-01-07"),
        ("29 feb", "2028-02-29"),
        ("january", "2027-01-01"),
    ],
)
def test_a_date_to_come_is_read(words: str, day: str):
    assert read_date(words, TODAY).isoformat() == day


@pytest.mark.parametrize(
    ("words", "day"),
    [("2 weeks", "2026-12-07"), ("a month", "2026-12-23"), ("three days", "2026-11-26"), ("acme", None), ("the digest", None)],
)
def test_so_long_from_today(words: str, day: str | None):
    found = after(words, TODAY)
    assert (found.isoformat() if found else None) == day


def test_dates_are_added_replaced_and_taken_away():
    stands = "from 2026-12-01 except 2026-12-25"
    assert merged("", stands) == stands
    assert merged("until 2027-01-31 except 2026-12-26", stands) == "from 2026-12-01 until 2027-01-31 except 2026-12-25, 2026-12-26"
    assert merged("from 2027-01-01", stands) == "from 2027-01-01 except 2026-12-25"
    assert merged(ALWAYS, stands) == ""


def test_dates_for_people_name_stretches():
    dates = dates_of("from 2026-12-01 until 2027-01-31 except 2026-12-24, 2026-12-25, 2026-12-26, 2027-01-01")
    assert dates.text == "from 1 Dec 2026, until 31 Jan 2027, except 24 Dec 2026–26 Dec 2026, 1 Jan 2027"
    assert ScheduleDates().text == ""


def a_digest(cron: str, zone: str, dates: str) -> Subscription:
    return Subscription("1", "T", "C", ("linkedin-a",), (), cron, zone, SubscriptionStatus.ACTIVE, None, 0, None, dates=dates)


@settings(max_examples=40)
@given(
    st.sampled_from(["0 9 * * *", "30 0 * * 1-5", "0 23 * * 5%2", "0 0 * * *"]),
    st.sampled_from(ZONES),
    st.datetimes(datetime(2020, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis adds the zone
    st.tuples(st.integers(-10, 40), st.integers(0, 60), st.sets(st.integers(0, 60), max_size=12)),
)
def test_moments_are_those_of_the_schedule_within_the_dates(cron: str, zone: str, now: datetime, bounds: tuple[int, int, set[int]]):
    """Against the plain schedule, filtered by what the clock of the zone shows."""
    begins, days, omitted = bounds
    first = now.date() + timedelta(days=begins)
    last = first + timedelta(days=days)
    dates = ScheduleDates(first, last, tuple(sorted(first + timedelta(days=step) for step in omitted)))
    plain, within = a_digest(cron, zone, ""), a_digest(cron, zone, dates.words)
    shown = [(moment, moment.astimezone(ZoneInfo(zone)).date()) for moment in moments(plain, now, 200)]
    expected = [moment for moment, day in shown if first <= day <= last and day not in dates.omitted]
    assert list(moments(within, now, 200)) == expected


def moments(digest: Subscription, now: datetime, most: int) -> Iterator[datetime]:
    due = next_run(digest, now)
    while due is not None and most:
        yield due
        due, most = next_run(digest, due), most - 1


def test_what_another_version_wrote_counts_for_nothing():
    assert dates_of("whenever 2026-99-99") == ScheduleDates()
    assert dates_of("from 2026-99-99") == ScheduleDates()
