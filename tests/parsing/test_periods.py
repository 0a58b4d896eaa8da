"""Periods in words: each form with its days, each mistake with its sentence. Today is Monday, 23 November 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.errors import BadPeriod
from bot.parsing.dates import (
    BY_THE_DAY,
    FISCAL,
    NO_FIRST_DAY,
    NO_SUCH_DAY,
    NO_WHOLE_DAY,
    NOT_BEGUN,
    PERIODS_TOO_LONG,
    REVERSED,
    SEASON,
    TOO_OLD,
    UNCLEAR,
)
from bot.parsing.period_finder import find_period, period_spans
from bot.parsing.tokens import read_meanings
from bot.slack.numbers import DEFAULT_FORMAT, period_label, use_number_format
from bot.statistics.reports import Period, last_days, period_text

TODAY = date(2026, 11, 23)


def _days(text: str) -> Period:
    first, _, last = text.partition("..")
    return Period(date.fromisoformat(first), date.fromisoformat(last or first))


def read_period(words, today: date) -> Period:
    """The period that these words, and no others, say."""
    parts = tuple(words.split() if isinstance(words, str) else words)
    found = find_period(parts, today)
    if found is None or (found.start, found.end) != (0, len(parts)):
        raise BadPeriod("These words are no period, or more than one.", remedy="Say one period.")
    return found.period


READ = {
    "7d": "2026-11-16..2026-11-22",
    "28D": "2026-10-26..2026-11-22",
    "1 d": "2026-11-22",
    "90 days": "2026-08-25..2026-11-22",
    "365d": "2025-11-23..2026-11-22",
    "2 weeks": "2026-11-09..2026-11-22",
    "last 30 days": "2026-10-24..2026-11-22",
    "past 3 weeks": "2026-11-02..2026-11-22",
    "3 months": "2026-08-01..2026-10-31",
    "last 2 quarters": "2026-04-01..2026-09-30",
    "yesterday": "2026-11-22",
    "last week": "2026-11-16..2026-11-22",
    "Last Month": "2026-10-01..2026-10-31",
    "this month": "2026-11-01..2026-11-22",
    "last quarter": "2026-07-01..2026-09-30",
    "this quarter": "2026-10-01..2026-11-22",
    "this year": "2026-01-01..2026-11-22",
    "last year": "2025-01-01..2025-12-31",
    "2025": "2025-01-01..2025-12-31",
    "Q3": "2026-07-01..2026-09-30",
    "q4": "2026-10-01..2026-11-22",
    "Q3 2025": "2025-07-01..2025-09-30",
    "2025 q3": "2025-07-01..2025-09-30",
    "november": "2026-11-01..2026-11-22",
    "dec": "2025-12-01..2025-12-31",
    "sept": "2026-09-01..2026-09-30",
    "nov 2025": "2025-11-01..2025-11-30",
    "last november": "2025-11-01..2025-11-30",
    "2026-10": "2026-10-01..2026-10-31",
    "since monday": "2026-11-16..2026-11-22",
    "since fri": "2026-11-20..2026-11-22",
    "since 1 nov": "2026-11-01..2026-11-22",
    "since nov 1": "2026-11-01..2026-11-22",
    "since 2026-11-01": "2026-11-01..2026-11-22",
    "since october": "2026-10-01..2026-11-22",
    "since last month": "2026-10-01..2026-11-22",
    "2026-11-01..": "2026-11-01..2026-11-22",
    "monday": "2026-11-16",
    "2026-11-01": "2026-11-01",
    "1 nov": "2026-11-01",
    "1st of november": "2026-11-01",
    "nov 2nd": "2026-11-02",
    "24 nov": "2025-11-24",
    "29 feb": "2024-02-29",
    "3 mar 2025": "2025-03-03",
    "mar 3 2025": "2025-03-03",
    "2026-11-01..2026-11-15": "2026-11-01..2026-11-15",
    "2026-11-01...2026-11-15": "2026-11-01..2026-11-15",
    "2026-11-01…2026-11-15": "2026-11-01..2026-11-15",
    "2026-11-01 .. 2026-11-15": "2026-11-01..2026-11-15",
    "2026-11-01 to 2026-11-15": "2026-11-01..2026-11-15",
    "2026-11-01 – 2026-11-15": "2026-11-01..2026-11-15",
    "2026-11-20..2026-12-24": "2026-11-20..2026-11-22",
    "1-15 nov": "2026-11-01..2026-11-15",
    "1–15 nov": "2026-11-01..2026-11-15",
    "1 to 15 november 2025": "2025-11-01..2025-11-15",
    "nov 1-15": "2026-11-01..2026-11-15",
    "nov 1 - 15 2025": "2025-11-01..2025-11-15",
    "20-30 nov": "2026-11-20..2026-11-22",
    "1 nov - 15 nov": "2026-11-01..2026-11-15",
    "nov 1 - nov 15": "2026-11-01..2026-11-15",
    "1 nov - 15 nov 2025": "2025-11-01..2025-11-15",
    "1 nov 2025 - 15 nov": "2025-11-01..2025-11-15",
    "28 dec - 5 jan": "2025-12-28..2026-01-05",
    "28 dec - 5 jan 2025": "2024-12-28..2025-01-05",
    "oct - nov": "2026-10-01..2026-11-22",
    "jan - feb 2024": "2024-01-01..2024-02-29",
    "q3 - q4 2025": "2025-07-01..2025-12-31",
    "1 nov - yesterday": "2026-11-01..2026-11-22",
    "past two weeks": "2026-11-09..2026-11-22",
    "last twelve months": "2025-11-01..2026-10-31",
    "last fortnight": "2026-11-09..2026-11-22",
    "fortnight": "2026-11-09..2026-11-22",
    "since 2 wks": "2026-11-09..2026-11-22",
    "yday": "2026-11-22",
    "last fri": "2026-11-20",
    "mid-oct to mid-nov": "2026-10-11..2026-11-20",
    "october month": "2026-10-01..2026-10-31",
    "actual month": "2026-11-01..2026-11-22",
    "202610": "2026-10-01..2026-10-31",
    "ytd": "2026-01-01..2026-11-22",
    "MTD": "2026-11-01..2026-11-22",
    "quarter to date": "2026-10-01..2026-11-22",
    "this month so far": "2026-11-01..2026-11-22",
    "so far this year": "2026-01-01..2026-11-22",
    "week 46": "2026-11-09..2026-11-15",
    "KW 46": "2026-11-09..2026-11-15",
    "week 49": "2025-12-01..2025-12-07",
    "week 53": "2020-12-28..2021-01-03",
    "week 1 of 2026": "2025-12-29..2026-01-04",
    "2025-W46": "2025-11-10..2025-11-16",
    "week 44 - week 46": "2026-10-26..2026-11-15",
    "15.11.2026": "2026-11-15",
    "15.11.26": "2026-11-15",
    "2026/11/15": "2026-11-15",
    "2026.11.15": "2026-11-15",
    "25/10/2026": "2026-10-25",
    "10/25/2026": "2026-10-25",
    "1/1/2026": "2026-01-01",
    "15-10-2026": "2026-10-15",
    "15/11": "2026-11-15",
    "11/15": "2026-11-15",
    "10/2026": "2026-10-01..2026-10-31",
    "since 15.11.2026": "2026-11-15..2026-11-22",
    "15.10.2026-20.10.2026": "2026-10-15..2026-10-20",
    "15.10.2026 - 20.10.2026": "2026-10-15..2026-10-20",
    "last ninety days": "2026-08-25..2026-11-22",
    "last couple of weeks": "2026-11-09..2026-11-22",
    "rolling 30 days": "2026-10-24..2026-11-22",
    "L30D": "2026-10-24..2026-11-22",
    "last 6 mths": "2026-05-01..2026-10-31",
    "month so far": "2026-11-01..2026-11-22",
    "current quarter": "2026-10-01..2026-11-22",
    "last full month": "2026-10-01..2026-10-31",
    "prior week": "2026-11-16..2026-11-22",
    "week before last": "2026-11-09..2026-11-15",
    "month before last": "2026-09-01..2026-09-30",
    "day before yesterday": "2026-11-21",
    "two days ago": "2026-11-21",
    "2 fridays ago": "2026-11-13",
    "a monday ago": "2026-11-16",
    "since two sundays ago": "2026-11-15..2026-11-22",
    "10th-20th of this month": "2026-11-10..2026-11-20",
    "the 3rd to the 9th of last month": "2026-10-03..2026-10-09",
    "10-20 last month": "2026-10-10..2026-10-20",
    "the 3rd of last month": "2026-10-03",
    "since the 5th of this month": "2026-11-05..2026-11-22",
    "3 weeks ago": "2026-11-02..2026-11-08",
    "a month ago": "2026-10-01..2026-10-31",
    "since 3 days ago": "2026-11-20..2026-11-22",
    "weekend": "2026-11-21..2026-11-22",
    "last weekend": "2026-11-21..2026-11-22",
    "mon-wed": "2026-11-16..2026-11-18",
    "monday to friday": "2026-11-16..2026-11-20",
    "fri - mon": "2026-11-13..2026-11-16",
    "H1": "2026-01-01..2026-06-30",
    "h2 2025": "2025-07-01..2025-12-31",
    "first half of 2026": "2026-01-01..2026-06-30",
    "second half of last year": "2025-07-01..2025-12-31",
    "first half of the year": "2026-01-01..2026-06-30",
    "3rd quarter 2025": "2025-07-01..2025-09-30",
    "q3/26": "2026-07-01..2026-09-30",
    "q3 last year": "2025-07-01..2025-09-30",
    "first half of november": "2026-11-01..2026-11-15",
    "last week of october": "2026-10-25..2026-10-31",
    "first week of november 2025": "2025-11-01..2025-11-07",
    "weeks 44-46": "2026-10-26..2026-11-15",
    "week 44 to 46": "2026-10-26..2026-11-15",
    "kw 44 – kw 46": "2026-10-26..2026-11-15",
    "weeks 52-2": "2025-12-22..2026-01-11",
    "w46/26": "2026-11-09..2026-11-15",
    "year 2025": "2025-01-01..2025-12-31",
    "nov-2025": "2025-11-01..2025-11-30",
    "2025 nov": "2025-11-01..2025-11-30",
    "month of october": "2026-10-01..2026-10-31",
    "11-2025": "2025-11-01..2025-11-30",
    "15-nov-2025": "2025-11-15",
    "15 nov 25": "2025-11-15",
    "Sunday Nov 15": "2026-11-15",
    "tue, 17 nov 2026": "2026-11-17",
    "15. november": "2026-11-15",
    "15.11": "2026-11-15",
    "15.11.": "2026-11-15",
    "20261115": "2026-11-15",
    "1.-15. november": "2026-11-01..2026-11-15",
    "since the 1st": "2026-11-01..2026-11-22",
    **dict.fromkeys(("since the 1st of october", "since 1st october", "depuis le 1er octobre"), "2026-10-01..2026-11-22"),
    "the 15th": "2026-11-15",
    "the 31st": "2026-10-31",
    **dict.fromkeys(("the fifteenth of november", "november fifteenth", "Nov the fifteenth"), "2026-11-15"),
    "the third of sept": "2026-09-03",
    "third of november to november ninth": "2026-11-03..2026-11-09",
    "twenty-first of october": "2026-10-21",
    "since the beginning of november": "2026-11-01..2026-11-22",
    "since the start of the year": "2026-01-01..2026-11-22",
    "from 15 nov onwards": "2026-11-15..2026-11-22",
    "from october on": "2026-10-01..2026-11-22",
    "6m": "2026-05-01..2026-10-31",
    "15 nov to date": "2026-11-15..2026-11-22",
    "1 nov until now": "2026-11-01..2026-11-22",
    "1 nov to today": "2026-11-01..2026-11-22",
    "week of nov 10": "2026-11-09..2026-11-15",
    "week of the 10th": "2026-11-09..2026-11-15",
    "week of 10 november 2025": "2025-11-10..2025-11-16",
    "week beginning 9 nov": "2026-11-09..2026-11-15",
    "week starting on monday 9 nov": "2026-11-09..2026-11-15",
    "week ending nov 15": "2026-11-09..2026-11-15",
    "w/c 9 nov": "2026-11-09..2026-11-15",
    "week 46 last year": "2025-11-10..2025-11-16",
    "mid november": "2026-11-11..2026-11-20",
    "mid-november": "2026-11-11..2026-11-20",
    "early october": "2026-10-01..2026-10-10",
    "end of october": "2026-10-21..2026-10-31",
    "the beginning of last february": "2026-02-01..2026-02-10",
    "first two weeks of november": "2026-11-01..2026-11-14",
    "last 3 days of october": "2026-10-29..2026-10-31",
    "first 10 days of october 2025": "2025-10-01..2025-10-10",
    "november so far": "2026-11-01..2026-11-22",
    "last quarter so far": "2026-07-01..2026-09-30",
    "november last year": "2025-11-01..2025-11-30",
    "last year november": "2025-11-01..2025-11-30",
    "15 november of last year": "2025-11-15",
    "1-15 nov last year": "2025-11-01..2025-11-15",
    "last year q4": "2025-10-01..2025-12-31",
    "last work week": "2026-11-16..2026-11-20",
    "prev month": "2026-10-01..2026-10-31",
    "last_month": "2026-10-01..2026-10-31",
    "lastweek": "2026-11-16..2026-11-22",
    "half a year": "2026-05-01..2026-10-31",
    "ce mois-ci": "2026-11-01..2026-11-22",
    "last half year": "2026-05-01..2026-10-31",
    **dict.fromkeys(("past half year", "past half a year", "past 6 months", "the past half year"), "2026-05-23..2026-11-22"),
    "01.10.2026 - 31.10.2026": "2026-10-01..2026-10-31",
    "10/1/2026 to 10/15/2026": "2026-10-01..2026-10-15",
    "1.10. bis 15.10.": "2026-10-01..2026-10-15",
    "10/1 - 10/15": "2026-10-01..2026-10-15",
    "10/5-10/25": "2026-10-05..2026-10-25",
    "5/10-25/10": "2026-10-05..2026-10-25",
    "11/1-11/15": "2026-11-01..2026-11-15",
    "25/10-5/11": "2026-10-25..2026-11-05",
    "2026-10-01/2026-10-31": "2026-10-01..2026-10-31",
    "week over week": "2026-11-16..2026-11-22",
    "month over month": "2026-10-01..2026-10-31",
    "past week": "2026-11-16..2026-11-22",
    "past month": "2026-10-23..2026-11-22",
    "past quarter": "2026-08-23..2026-11-22",
    "past year": "2025-11-23..2026-11-22",
    "past 12 months": "2025-11-23..2026-11-22",
    "rolling 3 months": "2026-08-23..2026-11-22",
    "last m-f": "2026-11-16..2026-11-20",
    "mo-fr": "2026-11-16..2026-11-20",
    "letzten montag": "2026-11-16",
    "lundi dernier": "2026-11-16",
    "lunes pasado": "2026-11-16",
    "terça-feira": "2026-11-17",
    "donderdag": "2026-11-19",
    "märz 2026": "2026-03-01..2026-03-31",
    "Jänner": "2026-01-01..2026-01-31",
    "octobre 2025": "2025-10-01..2025-10-31",
    "d'octobre": "2026-10-01..2026-10-31",
    "outubro": "2026-10-01..2026-10-31",
    "ottobre scorso": "2026-10-01..2026-10-31",
    "1er mars": "2026-03-01",
    "15 de octubre de 2026": "2026-10-15",
    "1º de outubro": "2026-10-01",
    "1 au 15 octobre": "2026-10-01..2026-10-15",
    "januar bis märz": "2026-01-01..2026-03-31",
    "enero hasta marzo": "2026-01-01..2026-03-31",
    "seit montag": "2026-11-16..2026-11-22",
    "depuis le 1 octobre": "2026-10-01..2026-11-22",
    "vorige maand": "2026-10-01..2026-10-31",
    "afgelopen week": "2026-11-16..2026-11-22",
    "settimana scorsa": "2026-11-16..2026-11-22",
    "l'anno scorso": "2025-01-01..2025-12-31",
    "questo mese": "2026-11-01..2026-11-22",
    "letzte 30 tage": "2026-10-24..2026-11-22",
    "30 derniers jours": "2026-10-24..2026-11-22",
    "últimos siete días": "2026-11-16..2026-11-22",
    "vor zwei wochen": "2026-11-09..2026-11-15",
    "3 semanas atrás": "2026-11-02..2026-11-08",
    "semaine 46": "2026-11-09..2026-11-15",
    "3. quartal 2025": "2025-07-01..2025-09-30",
    "ieri": "2026-11-22",
    "2 weekends ago": "2026-11-14..2026-11-15",
    "weekend before last": "2026-11-14..2026-11-15",
    "last quarter of 2025": "2025-10-01..2025-12-31",
    "the final month of last year": "2025-12-01..2025-12-31",
    "first month of 2026": "2026-01-01..2026-01-31",
    "last half of 2025": "2025-07-01..2025-12-31",
    "jan feb mar": "2026-01-01..2026-03-31",
    "nov dec jan": "2025-11-01..2026-01-31",
    "15 nov - 15 jan": "2025-11-15..2026-01-15",
    "sep oct": "2026-09-01..2026-10-31",
    "friday last week": "2026-11-20",
    "last week mon-wed": "2026-11-16..2026-11-18",
    "tuesday to thursday of last week": "2026-11-17..2026-11-19",
    "sat and sun": "2026-11-21..2026-11-22",
    "the 3rd week of october": "2026-10-15..2026-10-21",
    "past day": "2026-11-22",
    "last day of october": "2026-10-31",
    "june july august and september 2025": "2025-06-01..2025-09-30",
}


@pytest.mark.parametrize(("words", "days"), READ.items(), ids=READ.keys())
def test_a_period_is_read(words: str, days: str):
    assert read_period(words, TODAY) == _days(days)
    assert read_period(words.split(), TODAY) == _days(days)


REFUSED = {
    "2026-11-15..2026-11-01": REVERSED,
    "15-1 nov": REVERSED,
    "15 nov - 1 nov": REVERSED,
    "2027-01-01..2027-01-05": NOT_BEGUN,
    "2026-11-24": NOT_BEGUN,
    "tomorrow": NOT_BEGUN,
    "next week": NOT_BEGUN,
    "dec 2026": NOT_BEGUN,
    "today": NO_WHOLE_DAY,
    "23 nov": NO_WHOLE_DAY,
    "this week": NO_WHOLE_DAY,
    "since today": NO_WHOLE_DAY,
    "0d": NO_SUCH_DAY,
    "366d": PERIODS_TOO_LONG,
    "53 weeks": PERIODS_TOO_LONG,
    "99999999999999999999d": PERIODS_TOO_LONG,
    "5 years": PERIODS_TOO_LONG,
    "2025-11-22..2026-11-22": PERIODS_TOO_LONG,
    "nov 1999": TOO_OLD,
    "0001-01-01": TOO_OLD,
    "0000-01-01": NO_SUCH_DAY,
    "31 nov": NO_SUCH_DAY,
    "30 feb": NO_SUCH_DAY,
    "29 feb 2025": NO_SUCH_DAY,
    "2026-13-01": NO_SUCH_DAY,
    "0-5 nov": NO_SUCH_DAY,
    "q5": NO_SUCH_DAY,
    "week 48": NO_WHOLE_DAY,
    "week 60": NO_SUCH_DAY,
    "2024": PERIODS_TOO_LONG,
    "1/11": UNCLEAR,
    "01/11/2026": UNCLEAR,
    "1.11.2026": UNCLEAR,
    "1.11.": UNCLEAR,
    "until 15 nov": NO_FIRST_DAY,
    "until yesterday": NO_FIRST_DAY,
    "up to friday": NO_FIRST_DAY,
    "last 24 hours": BY_THE_DAY,
    "past 30 minutes": BY_THE_DAY,
    "all time": PERIODS_TOO_LONG,
    "this weekend": NOT_BEGUN,
    "q3 - q5": NO_SUCH_DAY,
    "h3": NO_SUCH_DAY,
    "next monday": NOT_BEGUN,
    "this morning": NO_WHOLE_DAY,
    "last summer": SEASON,
    "winter 2025": SEASON,
    "this coming friday": NOT_BEGUN,
    "fy2025": FISCAL,
    "fy 25/26": FISCAL,
    "q4 fy25": FISCAL,
    "this fiscal year": FISCAL,
    "fiscal q3": FISCAL,
    "financial year 2025": FISCAL,
    "the 32nd": NO_SUCH_DAY,
}


@pytest.mark.parametrize(("words", "sentence"), REFUSED.items(), ids=REFUSED.keys())
def test_what_cannot_be_a_period_is_refused_with_its_reason(words: str, sentence: str):
    with pytest.raises(BadPeriod) as refused:
        read_period(words, TODAY)
    assert refused.value.sentence == sentence.format(words=words, word=words, most=365)
    assert refused.value.remedy
    assert all(read_period(one, TODAY) for one in refused.value.suggestions)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("01/11/2026", ("2026-11-01", "2026-01-11")),
        ("1.11.2025", ("2025-11-01", "2025-01-11")),
        ("1/11", ("2026-11-01", "2026-01-11")),
        ("12/11", ("2026-11-12", "2025-12-11")),
        ("10/5-10/9", ("2026-05-10-10-sep", "2026-10-05-9-oct")),
        ("10/5 - 10/9", ("2026-05-10 - 10-sep", "2026-10-05 - 9-oct")),
    ],
)
def test_a_date_with_two_orders_is_offered_in_both(words: str, days: tuple[str, ...]):
    with pytest.raises(BadPeriod) as refused:
        find_period(["acme", words, "daily"], TODAY)
    assert refused.value.suggestions == tuple(f"acme {day} daily" for day in days)


def test_a_date_beside_another_day_of_the_week_is_offered_alone():
    with pytest.raises(BadPeriod, match="isn't a Monday: that day is a Sunday") as refused:
        find_period(["acme", "monday", "15", "november"], TODAY)
    assert refused.value.suggestions == ("acme 2026-11-15",)


@pytest.mark.parametrize(
    ("words", "instead"),
    [
        ("wtd", "last week"),
        ("week to date", "last week"),
        ("this week so far", "last week"),
        ("next month", "last month"),
        ("today", "yesterday"),
    ],
)
def test_instead_of_the_running_unit_the_one_before_is_offered(words: str, instead: str):
    with pytest.raises(BadPeriod) as refused:
        read_period(words, TODAY)
    assert refused.value.suggestions[0] == instead


@pytest.mark.parametrize("name", ["julio", "mars", "freitag", "domingo", "marco", "mai"])
def test_a_name_that_is_a_month_or_a_day_in_another_language_is_no_period_beside_one(name: str):
    assert period_spans([name, "last", "week"]) == ((1, 3),)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("31/02/2026", "isn't in the calendar"),
        ("31.31.2026", "isn't in the calendar"),
        ("20260231", "isn't in the calendar"),
        ("25/12/2026", "is in the future"),
        ("15/11/2026-10/11/2026", "ends before it begins"),
    ],
)
def test_a_date_that_cannot_be_answered_is_quoted_as_it_was_typed(words: str, says: str):
    with pytest.raises(BadPeriod, match=f"“{words}” {says}"):
        read_meanings(("acme", words), TODAY, beside_post=False)


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("12.-18.10. acme", "2026-10-12..2026-10-18"),
        ("12-18.10.2025 acme", "2025-10-12..2025-10-18"),
        ("q3 so far acme", "2026-07-01..2026-09-30"),
        ("q3 to date acme", "2026-07-01..2026-11-22"),
    ],
)
def test_the_words_beside_a_period_stay(words: str, days: str):
    meaning = read_meanings(tuple(words.split()), TODAY, beside_post=False)
    assert (meaning.rest, meaning.period and replace(meaning.period, to_date=None)) == ("acme", _days(days))


def test_all_but_a_day_of_a_leap_year_is_offered():
    with pytest.raises(BadPeriod) as refused:
        find_period(["acme", "2024"], TODAY)
    assert refused.value.suggestions == ("acme 2024-01-02..2024-12-31", "acme 2024-01-01..2024-12-30")


def test_two_days_beside_each_other_are_offered_as_one_period():
    with pytest.raises(BadPeriod) as refused:
        find_period(["acme", "2026-10-01", "2026-10-31"], TODAY)
    assert refused.value.suggestions[0] == "acme 2026-10-01..2026-10-31"


def test_two_periods_are_one_too_many():
    with pytest.raises(BadPeriod) as refused:
        find_period(["acme", "7d", "last", "month"], TODAY)
    assert refused.value.suggestions == ("acme 7d", "acme last month", "acme 7d vs last month")


def test_a_month_that_is_a_name_gives_way_to_another_period():
    found = find_period(["may", "lee", "7d"], TODAY)
    assert found is not None
    assert (found.period, found.start, found.end) == (last_days(7, TODAY), 2, 3)


def test_the_place_of_a_period_among_the_words_is_known():
    assert period_spans(["acme", "since", "1", "nov", "daily"]) == ((1, 4),)
    assert find_period(["acme", "daily"], TODAY) is None


@pytest.mark.parametrize(
    ("words", "today", "days"),
    [
        ("this month", date(2026, 11, 2), "2026-11-01"),
        ("last week", date(2026, 11, 22), "2026-11-09..2026-11-15"),
        ("this week", date(2026, 11, 25), "2026-11-23..2026-11-24"),
        ("november", date(2026, 10, 31), "2025-11-01..2025-11-30"),
        ("since monday", date(2026, 11, 24), "2026-11-23"),
        ("last month", date(2026, 1, 1), "2025-12-01..2025-12-31"),
        ("last quarter", date(2026, 2, 28), "2025-10-01..2025-12-31"),
        ("15 nov - 20 nov", date(2026, 11, 10), "2025-11-15..2025-11-20"),
        ("5-15 nov", date(2026, 11, 10), "2026-11-05..2026-11-09"),
        ("29 feb", date(2104, 3, 1), "2104-02-29"),
    ],
)
def test_a_period_depends_on_the_day(words: str, today: date, days: str):
    assert read_period(words, today) == _days(days)


@pytest.mark.parametrize(
    ("words", "today"), [("this month", date(2026, 11, 1)), ("november", date(2026, 11, 1)), ("this year", date(2026, 1, 1))]
)
def test_on_its_first_day_a_period_has_no_whole_day_yet(words: str, today: date):
    with pytest.raises(BadPeriod, match="no full day yet"):
        read_period(words, today)


def period_or_refusal(words: str, today: date) -> Period | BadPeriod:
    try:
        return read_period(words, today)
    except BadPeriod as refused:
        return refused


LABELS = {
    "2026-11-16..2026-11-22": "Nov 16–22",
    "2026-10-28..2026-11-03": "Oct 28–Nov 3",
    "2026-11-16": "Nov 16",
    "2025-11-16": "Nov 16, 2025",
    "2025-11-16..2025-11-22": "Nov 16–22, 2025",
    "2025-10-28..2025-11-03": "Oct 28–Nov 3, 2025",
    "2025-12-28..2026-01-03": "Dec 28, 2025–Jan 3, 2026",
    "2025-11-01..2026-11-22": "Nov 1, 2025–Nov 22, 2026",
}


@pytest.mark.parametrize(("days", "shown"), LABELS.items())
def test_a_period_is_labelled_for_people(days: str, shown: str):
    with use_number_format(DEFAULT_FORMAT):
        assert period_label(_days(days), TODAY) == shown


TODAYS = st.dates(date(2005, 1, 1), date(2060, 12, 31))


@given(TODAYS, st.integers(1, 365))
def test_the_period_before_adjoins_and_is_as_long(today: date, days: int):
    period = last_days(days, today)
    assert period.days == days
    assert period.last == today - timedelta(days=1)
    assert period.before.days == days
    assert period.before.last == period.first - timedelta(days=1)
    assert period.last in period
    assert period.before.last not in period


@given(TODAYS, st.integers(1, 365), st.integers(0, 300))
def test_the_words_of_a_period_are_read_as_the_same_period(today: date, days: int, ago: int):
    period = last_days(days, today - timedelta(days=ago))
    assert read_period(period_text(period), today) == period


@given(TODAYS, st.sampled_from([*READ, *REFUSED]))
def test_on_any_day_any_form_is_whole_days_or_a_refusal(today: date, words: str):
    period = period_or_refusal(words, today)
    if isinstance(period, BadPeriod):
        assert period.remedy
        return
    assert period.first <= period.last < today
    assert 1 <= period.days <= 365


WORDS = st.sampled_from(
    [
        "1",
        "15",
        "31",
        "nov",
        "feb",
        "2026",
        "2025-11-01",
        "..",
        "-",
        "to",
        "since",
        "last",
        "this",
        "week",
        "month",
        "q3",
        "7",
        "d",
        "0",
        "99",
        "monday",
        "yesterday",
        "9999",
        "of",
    ]
)


@given(st.lists(st.one_of(WORDS, st.text(max_size=4)), max_size=7), TODAYS)
def test_any_words_are_a_period_none_or_a_refusal(words: list[str], today: date):
    single = [part for word in words for part in word.split()]
    period = period_or_refusal(" ".join(single), today)
    assert period.remedy if isinstance(period, BadPeriod) else period.last < today
    assert all(0 <= start < end <= len(single) for start, end in period_spans(single))
