"""Rhythms in words over ten years, in zones of all kinds, against a calendar that knows nothing of the bot's schedules."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

import pytest

from bot.digests.draft import ParsingPlace
from bot.digests.parser import read_digest
from bot.schedules.schedule import anchored, schedule_of
from bot.statistics.reports import Account, Directory
from bot.subscriptions.subscription import Subscription, SubscriptionStatus, next_run

SEED = 20261130
YEARS = 10
DIRECTORY = Directory((Account("linkedin-A", "Acme"),))
ZONES = (
    *("Europe/Berlin", "Europe/London", "America/New_York", "America/Sao_Paulo", "Australia/Lord_Howe", "Australia/Sydney", "UTC"),
    *("Africa/Casablanca", "Africa/Cairo", "Asia/Kolkata", "Asia/Beirut", "America/Havana", "Pacific/Chatham", "Pacific/Apia"),
)
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)

#: Whether a digest comes on a day; the second day is the one on which it is set up.
Comes = Callable[[date, date], bool]


def days_in(day: date) -> int:
    return ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)).day


def on(*weekdays: int) -> Comes:
    return lambda day, _: day.weekday() in weekdays


def nth(number: int, weekday: int) -> Comes:
    return lambda day, _: day.weekday() == weekday and (day.day - 1) // 7 + 1 == number


def last(weekday: int) -> Comes:
    return lambda day, _: day.weekday() == weekday and day.day + 7 > days_in(day)


def numbered(*numbers: int) -> Comes:
    """Days of the month; one that a month does not have is its last."""
    return lambda day, _: day.day in {min(number, days_in(day)) for number in numbers}


def working(number: int) -> Comes:
    """The first, second … day from Monday to Friday; -1 is the last of the month."""

    def comes(day: date, _: date) -> bool:
        every = [one for one in range(1, days_in(day) + 1) if day.replace(day=one).weekday() < SAT]
        return day.day == every[number - (number > 0)]

    return comes


def every_weeks(number: int, weekday: int) -> Comes:
    def comes(day: date, begun: date) -> bool:
        first = begun + timedelta(days=(weekday - begun.weekday()) % 7)
        return day >= first and (day - first).days % (7 * number) == 0

    return comes


def in_months(comes: Comes, *months: int) -> Comes:
    return lambda day, begun: day.month in months and comes(day, begun)


def of_quarter(comes: Comes, *, at_end: bool) -> Comes:
    return lambda day, begun: day.month % 3 == (0 if at_end else 1) and comes(day, begun)


PHRASES: dict[str, tuple[Comes, str]] = {
    "every monday 9:00": (on(MON), "9:00"),
    "montags 9 uhr": (on(MON), "9:00"),
    "jeden freitag um 16:30": (on(FRI), "16:30"),
    "todos los lunes a las 8:15": (on(MON), "8:15"),
    "lundi et jeudi 9:00": (on(MON, THU), "9:00"),
    "daily 2:30": (on(*range(7)), "2:30"),
    "every sunday 1:30": (on(SUN), "1:30"),
    "sundays 0:00": (on(SUN), "0:00"),
    "daily 7am weekdays only": (on(MON, TUE, WED, THU, FRI), "7:00"),
    "weekdays 8:30 except friday": (on(MON, TUE, WED, THU), "8:30"),
    "daily at 6pm skip weekends": (on(MON, TUE, WED, THU, FRI), "18:00"),
    "every day but sunday 9:00": (on(MON, TUE, WED, THU, FRI, SAT), "9:00"),
    "third friday of the month 9:00": (nth(3, FRI), "9:00"),
    "second tuesday 7:00": (nth(2, TUE), "7:00"),
    "first and third monday 9:00": (lambda day, begun: nth(1, MON)(day, begun) or nth(3, MON)(day, begun), "9:00"),
    "last friday of the month 16:00": (last(FRI), "16:00"),
    "1st and 15th 9:00": (numbered(1, 15), "9:00"),
    "every 29th 8:30": (numbered(29), "8:30"),
    "every 31st 2:30": (numbered(31), "2:30"),
    "eom 18:00": (numbered(31), "18:00"),
    "last working day 17:00": (working(-1), "17:00"),
    "first working day 8:00": (working(1), "8:00"),
    "tenth working day of the month 9:30": (working(10), "9:30"),
    "first working day 8:00, skipping weekends": (working(1), "8:00"),
    "on the first and the fifteenth 9:00": (numbered(1, 15), "9:00"),
    "every other month on the 31st 9:00": (in_months(numbered(31), 1, 3, 5, 7, 9, 11), "9:00"),
    "every two months on the last friday 16:00": (in_months(last(FRI), 2, 4, 6, 8, 10, 12), "16:00"),
    "every six months on the first monday 9:00": (in_months(nth(1, MON), 1, 7), "9:00"),
    "every year on 29 february 2:30": (lambda day, _: (day.month, day.day) == (2, 29), "2:30"),
    "every other tuesday 7:00": (every_weeks(2, TUE), "7:00"),
    "every 3 weeks on friday 10:00": (every_weeks(3, FRI), "10:00"),
    "every six weeks on monday 2:15": (every_weeks(6, MON), "2:15"),
    "quarterly 9:00": (of_quarter(numbered(1), at_end=False), "9:00"),
    "first monday of the quarter 9:00": (of_quarter(nth(1, MON), at_end=False), "9:00"),
    "last day of the quarter 17:00": (of_quarter(numbered(31), at_end=True), "17:00"),
}


def moment_of(day: date, clock: str, zone: ZoneInfo) -> datetime | None:
    """When a local clock shows this time, the first time if twice; if never, the first moment after it; None where the day is no day."""
    hour, _, minute = clock.partition(":")
    wall = datetime.combine(day, time(int(hour), int(minute)))
    found = wall.replace(tzinfo=zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall:
        return found
    while found.astimezone(zone).replace(tzinfo=None) > wall:
        found -= timedelta(minutes=1)
    found += timedelta(minutes=1)
    return found if found.astimezone(zone).date() == day else None


def expected(comes: Comes, clock: str, zone: ZoneInfo, begun: datetime, until: date | None = None) -> Iterator[datetime]:
    first = begun.astimezone(zone).date()
    # A digest that is set up after its time comes on a later day: its weeks are counted from that one.
    started = first + timedelta(days=1) if (at := moment_of(first, clock, zone)) is None or at <= begun else first
    for step in range(YEARS * 366):
        day = first + timedelta(days=step)
        if until and day > until:
            return
        if comes(day, started) and (due := moment_of(day, clock, zone)) and begun < due < begun + timedelta(days=YEARS * 365):
            yield due


def actual(words: str, zone: str, begun: datetime) -> Iterator[datetime]:
    """Every due moment of a digest that these words set up, as the scheduler asks for them."""
    place = ParsingPlace("C1", today=begun.astimezone(ZoneInfo(zone)).date())
    draft = read_digest(f"digest acme {words}", DIRECTORY, place).draft
    cron = anchored(schedule_of(draft.cron, zone), begun).cron
    digest = Subscription("d", "T", "C1", ("linkedin-A",), (), cron, zone, SubscriptionStatus.ACTIVE, None, 0, "U", dates=draft.dates)
    due = next_run(digest, begun)
    while due is not None and due < begun + timedelta(days=YEARS * 365):
        yield due
        due = next_run(digest, due)


def check(words: str, zone: str, begun: datetime) -> None:
    assert list(actual(words, zone, begun)) == list(expected(*PHRASES[words], ZoneInfo(zone), begun)), (words, zone, begun.isoformat())


def beginning(words: str, zone: str) -> datetime:
    """A moment within three years, the same in each run."""
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=crc32(f"{SEED} {words} {zone}".encode()) % (3 * 366 * 24 * 60))


SAMPLE = sorted([(words, zone) for words in PHRASES for zone in ZONES], key=lambda pair: crc32(f"{SEED} {pair}".encode()))[:8]


@pytest.mark.parametrize(("words", "zone"), SAMPLE)
def test_a_rhythm_is_kept_over_ten_years(words, zone):
    check(words, zone, beginning(words, zone))


@pytest.mark.full
@pytest.mark.parametrize("words", PHRASES)
def test_every_rhythm_is_kept_over_ten_years_in_every_kind_of_zone(words):
    for zone in ZONES:
        check(words, zone, beginning(words, zone))


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Apia"])
def test_a_rhythm_for_some_months_ends_with_them(zone):
    """Three months from the day on which it is set up, by the clock of its zone."""
    begun = beginning("for 3 months", zone)
    first = begun.astimezone(ZoneInfo(zone)).date()
    month = (first.month + 2) % 12 + 1
    year = first.year + (first.month + 2) // 12
    last_day = min(first.day, days_in(date(year, month, 1)))
    due = list(actual("every monday for 3 months 9:00", zone, begun))
    assert due == list(expected(*PHRASES["every monday 9:00"], ZoneInfo(zone), begun, date(year, month, last_day) - timedelta(days=1)))
