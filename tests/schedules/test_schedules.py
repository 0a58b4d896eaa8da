"""Due moments on local clocks, against an oracle that only looks at what the zone's clock shows, minute by minute."""

import calendar
import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadSchedule
from bot.schedules.schedule import Schedule, anchored, next_after, schedule_of

ALL_ZONES = sorted(available_timezones() - {"Factory", "localtime"})
KNOWN_FOR_THEIR_CLOCKS = (
    "Europe/Berlin",
    "Europe/Dublin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Havana",
    "America/Nuuk",
    "America/Asuncion",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Asia/Gaza",
    "Asia/Beirut",
    "Asia/Tehran",
    "Asia/Kathmandu",
    "Antarctica/Troll",
    "Pacific/Apia",
    "Pacific/Chatham",
    "UTC",
)

#: Whether a day is one of the schedule's, for the cron beside it.
Days = Callable[[date], bool]


def _is_last(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def _month_day(number: int) -> Days:
    return lambda day: day.day == min(number, calendar.monthrange(day.year, day.month)[1])


def _first_workday(day: date) -> bool:
    return day.day == min(number for number in range(1, 8) if day.replace(day=number).isoweekday() <= 5)


def _last_workday(day: date) -> bool:
    last = calendar.monthrange(day.year, day.month)[1]
    return day.day == max(number for number in range(last - 6, last + 1) if day.replace(day=number).isoweekday() <= 5)


def _workdays_so_far(day: date) -> int:
    return sum(day.replace(day=number).isoweekday() <= 5 for number in range(1, day.day + 1))


def _weeks(every: int, week: int, *weekdays: int) -> Days:
    """Days of every so manieth week; Monday, 1 January 2001 begins week 1617."""
    return lambda day: (
        day.isoweekday() in weekdays and ((day - timedelta(days=day.isoweekday() - 1) - date(2001, 1, 1)).days // 7 + 1617) % every == week
    )


#: Rhythms that cron's own fields cannot say, or only with their months.
RHYTHMS: dict[str, Days] = {
    "* * 5%2": _weeks(2, 0, 5),
    "* * 1%2+1": _weeks(2, 1, 1),
    "* * 0%2+1": _weeks(2, 1, 7),
    "* * 1,4%3+2": _weeks(3, 2, 1, 4),
    "* * 1-5%2": _weeks(2, 0, 1, 2, 3, 4, 5),
    "* * 2%26+25": _weeks(26, 25, 2),
    "FW * *": _first_workday,
    "LW * *": _last_workday,
    "FW5 * *": lambda day: day.isoweekday() <= 5 and _workdays_so_far(day) == 5,
    "FW20 * *": lambda day: day.isoweekday() <= 5 and _workdays_so_far(day) == 20,
    "FW 1,4,7,10 *": lambda day: day.month in (1, 4, 7, 10) and _first_workday(day),
    "1 1,4,7,10 *": lambda day: day.day == 1 and day.month in (1, 4, 7, 10),
    "L 3,6,9,12 *": lambda day: day.month % 3 == 0 and _is_last(day),
    "* 3,6,9,12 5L": lambda day: day.month % 3 == 0 and day.isoweekday() == 5 and (day + timedelta(days=7)).month != day.month,
    "15 1,3,5,7,9,11 *": lambda day: day.day == 15 and day.month % 2 == 1,
}

DAYS: dict[str, Days] = {
    **RHYTHMS,
    "* * *": lambda _: True,
    "* * 1-5": lambda day: day.isoweekday() <= 5,
    "* * 1": lambda day: day.isoweekday() == 1,
    "* * 0": lambda day: day.isoweekday() == 7,
    "* * 0,6": lambda day: day.isoweekday() >= 6,
    "* * 5": lambda day: day.isoweekday() == 5,
    "* * 1#1": lambda day: day.isoweekday() == 1 and day.day <= 7,
    "* * 0L": lambda day: day.isoweekday() == 7 and (day + timedelta(days=7)).month != day.month,
    "1 * *": _month_day(1),
    "29 * *": _month_day(29),
    "30 * *": _month_day(30),
    "31 * *": _month_day(31),
    "L * *": _is_last,
    "15,31 * *": lambda day: day.day == 15 or _is_last(day),
    "29,30 * *": lambda day: _month_day(29)(day) or _month_day(30)(day),
    "31 1-6 *": lambda day: day.day == 31 and day.month <= 6,
    "13 * 5": lambda day: day.day == 13 or day.isoweekday() == 5,
}


def _transitions(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """The moments (UTC, whole minutes) at which the zone's offset changes, found by looking every three hours and then every minute."""
    step, moment = timedelta(hours=3), first
    while moment < last:
        after = moment + step
        if moment.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            while moment.astimezone(zone).utcoffset() == (moment + timedelta(minutes=1)).astimezone(zone).utcoffset():
                moment += timedelta(minutes=1)
            yield moment + timedelta(minutes=1)
            after = moment + timedelta(minutes=1)
        moment = after


class Clock:
    """The zone's clock as stretches of one offset: the oracle's only knowledge. It never asks for ``fold``."""

    def __init__(self, name: str, first: datetime, last: datetime) -> None:
        self.zone, self.first, self.last = ZoneInfo(name), first, last
        self.starts = [first, *_transitions(self.zone, first, last)]
        self.offsets = [start.astimezone(self.zone).utcoffset() or timedelta() for start in self.starts]

    def first_reaching(self, wall: datetime) -> datetime | None:
        """The first moment at which the clock shows this wall time or a later one: what has passed never comes again."""
        ends = [*self.starts[1:], self.last]
        for start, end, offset in zip(self.starts, ends, self.offsets, strict=True):
            if wall < end.replace(tzinfo=None) + offset:
                return max(start, wall.replace(tzinfo=UTC) - offset)
        return None


def _expected(clock: Clock, days: Days, at: time) -> list[datetime]:
    """Every due moment of a schedule of one time a day."""
    day = clock.first.date() - timedelta(days=2)
    due: dict[date, datetime] = {}
    while day <= clock.last.date() + timedelta(days=2):
        if days(day) and (moment := clock.first_reaching(datetime.combine(day, at))):
            due[day] = moment
        day += timedelta(days=1)
    shown = {day: moment.astimezone(clock.zone).date() for day, moment in due.items()}
    stored = [moment for day, moment in due.items() if shown[day] == day or shown[day] not in due]
    return [moment for moment in stored if clock.first < moment < clock.last]


def _actual(schedule: Schedule, first: datetime, last: datetime) -> list[datetime]:
    found, moment = [], next_after(schedule, first)
    while moment is not None and moment < last:
        found.append(moment)
        moment = next_after(schedule, moment)
    return found


def _time_before(clock: Clock, start: datetime) -> time:
    """What the clock would have shown at its change and a minute later: in a gap a time that is skipped."""
    shown = (start - timedelta(minutes=1)).astimezone(clock.zone).replace(tzinfo=None) + timedelta(minutes=2)
    return time(shown.hour, shown.minute)


def _agrees(clock: Clock, fields: str, at: time) -> None:
    cron = f"{at.minute} {at.hour} {fields}"
    schedule = schedule_of(cron, clock.zone.key)
    actual = _actual(schedule, clock.first, clock.last)
    assert actual == _expected(clock, DAYS[fields], at), schedule
    local = [moment.astimezone(clock.zone) for moment in actual]
    assert len({moment.date() for moment in local}) == len(local), schedule


@pytest.mark.parametrize("name", KNOWN_FOR_THEIR_CLOCKS)
def test_due_moments_are_the_first_at_which_the_clock_shows_the_time_or_a_later_one(name: str):
    clock = Clock(name, datetime(2024, 2, 1, tzinfo=UTC), datetime(2024, 12, 1, tzinfo=UTC))
    for start in clock.starts[1:]:
        for at in (time(0, 0), time(2, 30), time(23, 45), _time_before(clock, start)):
            _agrees(Clock(name, start - timedelta(days=3), start + timedelta(days=3)), "* * *", at)
    _agrees(clock, "* * 0", time(2, 15))
    _agrees(clock, "31 * *", time(23, 59))


@settings(max_examples=40)
@given(
    name=st.sampled_from(ALL_ZONES),
    year=st.integers(1975, 2036),
    fields=st.sampled_from(sorted(DAYS)),
    at=st.one_of(st.sampled_from((time(0, 0), time(0, 30), time(1, 30), time(2, 0), time(2, 30), time(23, 30))), st.times()),
)
def test_any_zone_in_any_year_agrees_with_its_clock(name: str, year: int, fields: str, at: time):
    clock = Clock(name, datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC))
    _agrees(clock, fields, time(at.hour, at.minute))


@settings(max_examples=15)
@given(name=st.sampled_from(ALL_ZONES), fields=st.sampled_from(sorted(RHYTHMS)), at=st.sampled_from((time(0, 0), time(2, 30), time(9, 0))))
def test_a_rhythm_is_kept_for_ten_years_in_any_zone(name: str, fields: str, at: time):
    _agrees(Clock(name, datetime(2024, 1, 1, tzinfo=UTC), datetime(2034, 1, 1, tzinfo=UTC)), fields, at)


@given(
    st.sampled_from(["* * 5%2", "* * 1,4%3", "* * 0%2", "* * 1-5%26"]),
    st.sampled_from(ALL_ZONES),
    st.datetimes(datetime(2020, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis adds the zone
)
def test_a_rhythm_of_weeks_begins_with_its_first_day_to_come_and_keeps_its_weeks(fields: str, zone: str, now: datetime):
    weekly = schedule_of(f"0 9 {fields.partition('%')[0]}", zone)
    schedule = anchored(schedule_of(f"0 9 {fields}", zone), now)
    assert next_after(schedule, now) == next_after(weekly, now)
    assert schedule_of(schedule.cron, zone) == schedule
    later = schedule_of(f"30 10 {fields}", zone)
    assert anchored(later, now + timedelta(days=8), like=schedule.cron).cron.split()[2:] == schedule.cron.split()[2:]


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_every_zone_agrees_with_its_clock_for_ten_years():
    """2020 to 2030: every day, other kinds of days in turn, and the times that matter around every clock change."""
    dice = random.Random(23)  # noqa: S311  # a seed, so that a failure can be seen again
    for number, name in enumerate(ALL_ZONES):
        clock = Clock(name, datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))
        _agrees(clock, "* * *", time(dice.randrange(24), dice.randrange(60)))
        for turn in range(3):
            _agrees(clock, sorted(DAYS)[(3 * number + turn) % len(DAYS)], time(dice.choice((0, 1, 2, 3, 23)), dice.choice((0, 15, 30, 45))))
        for start in clock.starts[1:]:
            near = Clock(name, start - timedelta(days=3), start + timedelta(days=3))
            for at in (time(0, 0), time(2, 30), time(23, 30), _time_before(clock, start)):
                _agrees(near, "* * *", at)


@pytest.mark.parametrize(
    ("cron", "zone", "after", "due"),
    [
        ("0 9 * * 1", "Europe/Berlin", "2026-03-28T00:00", "2026-03-30T07:00"),
        ("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00", "2026-03-29T01:00"),
        ("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00", "2026-10-25T00:30"),
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T00:30", "2026-10-26T01:30"),
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T01:00", "2026-10-26T01:30"),
        ("30 1 * * *", "America/New_York", "2026-11-01T05:30", "2026-11-02T06:30"),
        ("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00", "2026-10-03T15:30"),
        ("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T12:00", "2026-04-04T14:45"),
        ("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T14:45", "2026-04-05T15:15"),
        ("30 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00", "2018-11-04T03:00"),
        ("0 9 * * 5", "Pacific/Apia", "2011-12-29T12:00", "2011-12-30T10:00"),
        ("0 9 * * *", "Pacific/Apia", "2011-12-29T19:00", "2011-12-30T19:00"),
        ("0 9 30 12 *", "Pacific/Apia", "2011-12-29T12:00", "2011-12-30T10:00"),
        ("30 23 * * 6", "America/Nuuk", "2024-03-30T12:00", "2024-03-31T01:00"),
        ("30 23 * * *", "America/Nuuk", "2024-03-30T12:00", "2024-04-01T00:30"),
        ("0 9 31 * *", "UTC", "2026-02-01T00:00", "2026-02-28T09:00"),
        ("0 9 L * *", "UTC", "2026-02-01T00:00", "2026-02-28T09:00"),
        ("0 9 29 * *", "UTC", "2028-02-01T00:00", "2028-02-29T09:00"),
        ("0 9 29 2 *", "UTC", "2026-02-01T00:00", "2028-02-29T09:00"),
        ("0 9 31 2,3 *", "UTC", "2026-02-01T00:00", "2026-03-31T09:00"),
        ("0 9 31 1,4,7,10 *", "UTC", "2026-02-01T00:00", "2026-04-30T09:00"),
        ("0 9 30 2,5,8,11 *", "UTC", "2026-02-01T00:00", "2026-02-28T09:00"),
        ("0 9 * * *", "Asia/Kathmandu", "2026-01-01T00:00", "2026-01-01T03:15"),
    ],
)
def test_known_clock_changes_and_short_months(cron: str, zone: str, after: str, due: str):
    found = next_after(schedule_of(cron, zone), datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert found == datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert found.tzinfo is UTC


def test_an_hourly_schedule_runs_each_wall_hour_once():
    found = _actual(
        schedule_of("0 * * * *", "Europe/Berlin"), datetime(2026, 10, 24, 22, 30, tzinfo=UTC), datetime(2026, 10, 25, 4, tzinfo=UTC)
    )
    assert [moment.hour for moment in found] == [23, 0, 2, 3]
    spring = _actual(
        schedule_of("0 * * * *", "Europe/Berlin"), datetime(2026, 3, 28, 23, 30, tzinfo=UTC), datetime(2026, 3, 29, 4, tzinfo=UTC)
    )
    assert [moment.hour for moment in spring] == [0, 1, 2, 3]


def test_the_moment_may_be_in_any_zone_and_between_seconds():
    schedule = schedule_of("0 9 * * *", "Europe/Berlin")
    nine = datetime(2026, 7, 1, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    assert next_after(schedule, nine - timedelta(microseconds=1)) == nine
    assert next_after(schedule, nine.astimezone(ZoneInfo("Asia/Tokyo"))) == nine + timedelta(days=1)
    assert next_after(schedule, nine + timedelta(microseconds=1)) == nine + timedelta(days=1)


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="zone"):
        next_after(Schedule("0 9 * * *", "UTC"), datetime(2026, 7, 1))  # noqa: DTZ001  # what is refused


def test_a_zone_that_the_tz_database_has_dropped_is_an_error_with_a_sentence():
    for zone in ("Mars/Olympus", "", "../etc", "America"):
        with pytest.raises(BadSchedule):
            next_after(Schedule("0 9 * * *", zone), datetime(2026, 7, 1, tzinfo=UTC))


def test_the_calendar_ends_without_an_error():
    assert next_after(schedule_of("0 9 * * *", "UTC"), datetime(9999, 12, 31, 12, tzinfo=UTC)) is None
    assert next_after(schedule_of("0 9 * * *", "Asia/Tokyo"), datetime(9999, 12, 31, 23, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("cron", "spelled"),
    [
        ("00 09 * * mon", "0 9 * * 1"),
        (" 0  9 * * 7 ", "0 9 * * 0"),
        ("0 9 * * MON-FRI", "0 9 * * 1-5"),
        ("0 9 * * 5,4,3,2,1", "0 9 * * 1-5"),
        ("0 9 * * sat,sun", "0 9 * * 0,6"),
        ("0 9 * * 0-7", "0 9 * * *"),
        ("0 9 1 * 0-6", "0 9 1 * 0,1,2,3,4,5,6"),
        ("0 9 15,1,15 * *", "0 9 1,15 * *"),
        ("0 9 1 JAN,apr *", "0 9 1 1,4 *"),
        ("0 9 * * 7#1", "0 9 * * 0#1"),
        ("0 9 * * frIL", "0 9 * * 5L"),
        ("0 9 l * *", "0 9 L * *"),
        ("0 9 L,15,1 * *", "0 9 1,15,L * *"),
        ("0 9 * * 7L,mon#3,1#1,1#3", "0 9 * * 0L,1#1,1#3"),
        ("0 */7 * * *", "0 */7 * * *"),
        ("0 9 * * 1,07", "0 9 * * 0,1"),
    ],
)
def test_equal_schedules_have_one_spelling(cron: str, spelled: str):
    assert schedule_of(cron, "europe/BERLIN") == Schedule(spelled, "Europe/Berlin")


@pytest.mark.parametrize(
    ("cron", "says"),
    [
        ("* * * * *", "more often than once an hour"),
        ("0,30 9 * * *", "more often than once an hour"),
        ("*/15 * * * *", "more often than once an hour"),
        ("0 0 9 * * 1", "6 fields"),
        ("0 9 * *", "4 of the five"),
        ("", "0 of the five"),
        ("@reboot", "nicknames"),
        ("@daily", "nicknames"),
        ("0 9 30 2 *", "never happens"),
        ("0 9 31 4,6,9,11 *", "never happens"),
        ("60 9 * * *", "field for the minute"),
        ("0 24 * * *", "field for the hour"),
        ("0 9 32 * *", "field for the day of month"),
        ("0 9 * 13 *", "field for the month"),
        ("0 9 * * 8", "field for the day of week"),
        ("0 9 * * FRI-MON", "field for the day of week"),
        ("0 9 ? * *", "field for the day of month"),
        ("x y z a b", "field for the minute"),
        ("0 9 * * " + "1," * 9000 + "1", "too long"),
    ],
)
def test_cron_that_cannot_be_kept_is_refused_with_words_to_paste(cron: str, says: str):
    with pytest.raises(BadSchedule, match=says) as refused:
        schedule_of(cron, "UTC")
    assert refused.value.remedy
    assert refused.value.suggestions


@given(st.text("0123456789*,-/#LW? ABCJANMON@²٣", max_size=40))
def test_any_five_fields_are_a_schedule_or_refused_with_a_sentence(cron: str):
    try:
        schedule = schedule_of(cron, "UTC")
    except BadSchedule:
        return
    assert next_after(schedule, datetime(2026, 1, 1, tzinfo=UTC)) is not None
    assert schedule_of(schedule.cron, "UTC") == schedule
