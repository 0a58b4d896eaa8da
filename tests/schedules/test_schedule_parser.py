"""Schedules in words: each form with its cron, each mistake with its sentence, and every schedule read back from its own words."""

import os
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import BadSchedule
from bot.schedules.parser import FoundSchedule, completed, find_schedule, is_half, read_schedule
from bot.schedules.rhythm import either_of
from bot.schedules.schedule import Schedule, anchored, describe, next_after, schedule_of

HOME = "Europe/London"

READ = {
    "every monday 9:00 Europe/Berlin": ("0 9 * * 1", "Europe/Berlin"),
    "Every Monday, 9:00, EUROPE/BERLIN.": ("0 9 * * 1", "Europe/Berlin"),
    "every monday 9:00 (utc)": ("0 9 * * 1", "UTC"),
    "every monday 9:00 in america/argentina/buenos_aires": ("0 9 * * 1", "America/Argentina/Buenos_Aires"),
    "every monday 9:00 japan": ("0 9 * * 1", "Japan"),
    "every monday 9:00 berlin": ("0 9 * * 1", "Europe/Berlin"),
    "every monday 9:00 in New York": ("0 9 * * 1", "America/New_York"),
    "mondays at 9": ("0 9 * * 1", HOME),
    "mondays 9": ("0 9 * * 1", HOME),
    "9:00 every monday": ("0 9 * * 1", HOME),
    "weekly on fridays at 16:00": ("0 16 * * 5", HOME),
    "every week friday 16:00": ("0 16 * * 5", HOME),
    "weekly": ("0 9 * * 1", HOME),
    "weekdays 8:30": ("30 8 * * 1-5", HOME),
    "at 9 am on weekdays in europe/paris": ("0 9 * * 1-5", "Europe/Paris"),
    "mon-fri 8:30": ("30 8 * * 1-5", HOME),
    "monday to friday 8:30": ("30 8 * * 1-5", HOME),
    "weekends noon": ("0 12 * * 0,6", HOME),
    "sat & sun midnight": ("0 0 * * 0,6", HOME),
    "fri to mon 9.30": ("30 9 * * 0,1,5,6", HOME),
    "tue and thu 10:15": ("15 10 * * 2,4", HOME),
    "tue,thu 10:15": ("15 10 * * 2,4", HOME),
    "mon, wed and fri 9:00": ("0 9 * * 1,3,5", HOME),
    "every tuesday and every thursday 10:15pm": ("15 22 * * 2,4", HOME),
    "daily 9am": ("0 9 * * *", HOME),
    "daily 12am": ("0 0 * * *", HOME),
    "daily 12pm": ("0 12 * * *", HOME),
    "every day at 18:00": ("0 18 * * *", HOME),
    "daily 18h": ("0 18 * * *", HOME),
    "daily": ("0 9 * * *", HOME),
    "daily 0930": ("30 9 * * *", HOME),
    "daily at 0900": ("0 9 * * *", HOME),
    "daily 9 Uhr": ("0 9 * * *", HOME),
    "daily 9.30 uhr": ("30 9 * * *", HOME),
    "daily at 9 o'clock": ("0 9 * * *", HOME),
    "daily 9:00h": ("0 9 * * *", HOME),
    "every monday 9:00 PST": ("0 9 * * 1", "America/Los_Angeles"),
    "every monday 9:00 bst": ("0 9 * * 1", "Europe/London"),
    "every monday 9:00 CET": ("0 9 * * 1", "CET"),
    "every monday 9:00 Pacific time": ("0 9 * * 1", "America/Los_Angeles"),
    "mondays 9:00 Central European Standard Time": ("0 9 * * 1", "Europe/Berlin"),
    "every day except weekends 9:00": ("0 9 * * 1-5", HOME),
    "daily but not friday 9:00": ("0 9 * * 0,1,2,3,4,6", HOME),
    "every year on 5 january 9:00": ("0 9 5 1 *", HOME),
    "every mar 15 at 9": ("0 9 15 3 *", HOME),
    "every monday 9:00 Mumbai": ("0 9 * * 1", "Asia/Kolkata"),
    **dict.fromkeys(("every monday 9 germany", "mondays 9:00 Deutschland", "monday 9 german time"), ("0 9 * * 1", "Europe/Berlin")),
    "every monday 9 in the Netherlands": ("0 9 * * 1", "Europe/Amsterdam"),
    "every monday 9 UK": ("0 9 * * 1", "Europe/London"),
    "every monday 9 california": ("0 9 * * 1", "America/Los_Angeles"),
    "every monday 9 british columbia": ("0 9 * * 1", "America/Vancouver"),
    "every monday 9:00 in San Francisco": ("0 9 * * 1", "America/Los_Angeles"),
    "every monday 9:00 Louisville": ("0 9 * * 1", "America/Kentucky/Louisville"),
    "every monday in Munich": ("0 9 * * 1", "Europe/Berlin"),
    "every monday 9 bay area": ("0 9 * * 1", "America/Los_Angeles"),
    "every monday 9 Rio": ("0 9 * * 1", "America/Sao_Paulo"),
    "every monday 9 in DC": ("0 9 * * 1", "America/New_York"),
    "every monday 9:00 köln": ("0 9 * * 1", "Europe/Berlin"),
    "every monday 9:00 in Birmingham": ("0 9 * * 1", "Europe/London"),
    "every monday morning": ("0 9 * * 1", HOME),
    "every other monday 9:00": ("0 9 * * 1%2", HOME),
    "every second friday": ("0 9 * * 5%2", HOME),
    "every 2 weeks on friday": ("0 9 * * 5%2", HOME),
    "every two weeks": ("0 9 * * 1%2", HOME),
    "every other week on tue and thu 10:00": ("0 10 * * 2,4%2", HOME),
    "biweekly": ("0 9 * * 1%2", HOME),
    "bi-weekly on wednesdays at 8": ("0 8 * * 3%2", HOME),
    "every fortnight": ("0 9 * * 1%2", HOME),
    "fortnightly fridays 16:00": ("0 16 * * 5%2", HOME),
    "mondays every 3 weeks 9:00": ("0 9 * * 1%3", HOME),
    "every third week on monday": ("0 9 * * 1%3", HOME),
    "every monday 9 NYC": ("0 9 * * 1", "America/New_York"),
    "every 6 weeks on mon": ("0 9 * * 1%6", HOME),
    "quarterly": ("0 9 1 1,4,7,10 *", HOME),
    "every half year on 15 jan": ("0 9 15 1,7 *", HOME),
    "quarterly on 15 feb 10:00": ("0 10 15 2,5,8,11 *", HOME),
    "every 2 months on dec 10": ("0 9 10 2,4,6,8,10,12 *", HOME),
    "every last working day of the quarter": ("0 9 LW 3,6,9,12 *", HOME),
    "every quarter 10:00": ("0 10 1 1,4,7,10 *", HOME),
    "every other quarter": ("0 9 1 1,7 *", HOME),
    "every 3rd month on the 1st": ("0 9 1 1,4,7,10 *", HOME),
    "every three months": ("0 9 1 1,4,7,10 *", HOME),
    "quarterly on the first monday": ("0 9 * 1,4,7,10 1#1", HOME),
    "first working day of the quarter": ("0 9 FW 1,4,7,10 *", HOME),
    "last day of the quarter 17:00": ("0 17 L 3,6,9,12 *", HOME),
    "last friday of each quarter": ("0 9 * 3,6,9,12 5L", HOME),
    "every other month": ("0 9 1 1,3,5,7,9,11 *", HOME),
    "every 2 months on the 15th": ("0 9 15 1,3,5,7,9,11 *", HOME),
    "half-yearly": ("0 9 1 1,7 *", HOME),
    "every 6 months": ("0 9 1 1,7 *", HOME),
    "yearly": ("0 9 1 1 *", HOME),
    "every year 9:00": ("0 9 1 1 *", HOME),
    "last friday of the month": ("0 9 * * 5L", HOME),
    "first working day": ("0 9 FW * *", HOME),
    "first working day of the month 8:30": ("30 8 FW * *", HOME),
    "on the first business day of every month": ("0 9 FW * *", HOME),
    "monthly on the first weekday": ("0 9 FW * *", HOME),
    "last working day": ("0 9 LW * *", HOME),
    "5th working day of the month": ("0 9 FW5 * *", HOME),
    "on the fifth business day 10am": ("0 10 FW5 * *", HOME),
    "monthly on the 20th weekday": ("0 9 FW20 * *", HOME),
    "tenth working day of the month": ("0 9 FW10 * *", HOME),
    "sixth business day 8:00": ("0 8 FW6 * *", HOME),
    "every month on the fifteenth": ("0 9 15 * *", HOME),
    "on the first and the twenty-first at 9": ("0 9 1,21 * *", HOME),
    "every tenth of the month": ("0 9 10 * *", HOME),
    "3rd working day of the quarter": ("0 9 FW3 1,4,7,10 *", HOME),
    "every weekday": ("0 9 * * 1-5", HOME),
    "once every two weeks": ("0 9 * * 1%2", HOME),
    "alternating tuesdays 8:00": ("0 8 * * 2%2", HOME),
    "once in two weeks on friday": ("0 9 * * 5%2", HOME),
    "three times a year": ("0 9 1 1,5,9 *", HOME),
    "12 times a year 8:00": ("0 8 1 * *", HOME),
    "every 14 days": ("0 9 * * 1%2", HOME),
    "alternate mondays": ("0 9 * * 1%2", HOME),
    "every first monday": ("0 9 * * 1#1", HOME),
    "every 1st and 3rd monday": ("0 9 * * 1#1,1#3", HOME),
    "end of month": ("0 9 L * *", HOME),
    "at month end": ("0 9 L * *", HOME),
    "every quarter-end 17:00": ("0 17 L 3,6,9,12 *", HOME),
    "biannually": ("0 9 1 1,7 *", HOME),
    "twice yearly": ("0 9 1 1,7 *", HOME),
    "twice monthly": ("0 9 1,15 * *", HOME),
    "semi-annual": ("0 9 1 1,7 *", HOME),
    "at the end of every quarter": ("0 9 L 3,6,9,12 *", HOME),
    "beginning of the month": ("0 9 1 * *", HOME),
    "mid-month": ("0 9 15 * *", HOME),
    "twice a month": ("0 9 1,15 * *", HOME),
    "cron 0 9 * * fri%2+1": ("0 9 * * 5%2+1", HOME),
    "0 9 FW * *": ("0 9 FW * *", HOME),
    "monday mornings": ("0 9 * * 1", HOME),
    "mo 9": ("0 9 * * 1", HOME),
    "mon wed fri 8:30": ("30 8 * * 1,3,5", HOME),
    "three times a week on mon, wed and fri 8:30": ("30 8 * * 1,3,5", HOME),
    "twice a week tue thu": ("0 9 * * 2,4", HOME),
    "twice a year": ("0 9 1 1,7 *", HOME),
    "four times a year on the 15th 10am": ("0 10 15 1,4,7,10 *", HOME),
    "tuesdays 9ish": ("0 9 * * 2", HOME),
    "tuesdays nineish": ("0 9 * * 2", HOME),
    "tuesdays at noon sharp": ("0 12 * * 2", HOME),
    "first thing monday": ("0 9 * * 1", HOME),
    "fridays cob": ("0 17 * * 5", HOME),
    "every lunchtime": ("0 12 * * *", HOME),
    "each morning at 7": ("0 7 * * *", HOME),
    "nightly": ("0 21 * * *", HOME),
    "every night at 10": ("0 22 * * *", HOME),
    "daily 2 at night": ("0 2 * * *", HOME),
    "weekdays 9am ET": ("0 9 * * 1-5", "America/New_York"),
    "weekdays 9 eastern": ("0 9 * * 1-5", "America/New_York"),
    "monday morning at 8": ("0 8 * * 1", HOME),
    "friday afternoon 3:30": ("30 15 * * 5", HOME),
    "fridays 6 in the evening": ("0 18 * * 5", HOME),
    "fridays 11:45 in the morning": ("45 11 * * 5", HOME),
    "every evening": ("0 18 * * *", HOME),
    "every friday end of day": ("0 17 * * 5", HOME),
    "weekdays at lunchtime": ("0 12 * * 1-5", HOME),
    "day 15 of every month": ("0 9 15 * *", HOME),
    "on day 15": ("0 9 15 * *", HOME),
    "monthly day 3 at 10": ("0 10 3 * *", HOME),
    "every 3rd day of the month": ("0 9 3 * *", HOME),
    "once a week 9:00": ("0 9 * * 1", HOME),
    "first of the month 9am": ("0 9 1 * *", HOME),
    "1st and 15th 9:00": ("0 9 1,15 * *", HOME),
    "on the 15th, 1st and last day of the month 9:00": ("0 9 1,15,L * *", HOME),
    "last day of the month 17:00": ("0 17 L * *", HOME),
    "monthly on the 31st 9:00": ("0 9 31 * *", HOME),
    "every month on the 2nd 9:00": ("0 9 2 * *", HOME),
    "monthly on 15 at 9": ("0 9 15 * *", HOME),
    "monthly 9:00": ("0 9 1 * *", HOME),
    "monthly": ("0 9 1 * *", HOME),
    "first monday of the month 9:00": ("0 9 * * 1#1", HOME),
    "every second monday of the month 9:00": ("0 9 * * 1#2", HOME),
    "monthly on the last friday 17:00": ("0 17 * * 5L", HOME),
    "first and third tuesday of each month": ("0 9 * * 2#1,2#3", HOME),
    "first monday 9am": ("0 9 * * 1#1", HOME),
    "on the 2nd monday 9:00": ("0 9 * * 1#2", HOME),
    "last friday 16:00": ("0 16 * * 5L", HOME),
    "last weekday of the month 17:00": ("0 17 LW * *", HOME),
    "last working day of the month": ("0 9 LW * *", HOME),
    "cron 0 9 * * mon#2": ("0 9 * * 1#2", HOME),
    "cron 0 9 * * friL": ("0 9 * * 5L", HOME),
    "cron 0 9 1 january,july monday": ("0 9 1 1,7 1", HOME),
    "cron 0 9 * * 1": ("0 9 * * 1", HOME),
    "cron: 0 9 * * MON-FRI Europe/Berlin": ("0 9 * * 1-5", "Europe/Berlin"),
    "0 9 * * 1": ("0 9 * * 1", HOME),
    "`0 9 1,15 * *` asia/tokyo": ("0 9 1,15 * *", "Asia/Tokyo"),
    "0 */6 * * * UTC": ("0 */6 * * *", "UTC"),
    "every monday at half past nine": ("30 9 * * 1", HOME),
    "half past 9 every monday": ("30 9 * * 1", HOME),
    "mondays quarter to ten": ("45 9 * * 1", HOME),
    "mondays at a quarter past eight pm": ("15 20 * * 1", HOME),
    "every monday ten to nine": ("50 8 * * 1", HOME),
    "fridays twenty-five minutes past four in the afternoon": ("25 16 * * 5", HOME),
    "daily quarter to one": ("45 12 * * *", HOME),
    "daily quarter to twelve pm": ("45 11 * * *", HOME),
    "daily a quarter to twelve a.m.": ("45 23 * * *", HOME),
    "daily half past twelve pm": ("30 12 * * *", HOME),
    "weekdays at nine": ("0 9 * * 1-5", HOME),
    "weekdays nine thirty am": ("30 9 * * 1-5", HOME),
    "weekdays at five o'clock": ("0 5 * * 1-5", HOME),
    "m-f 9": ("0 9 * * 1-5", HOME),
    "every m–f at 8:30": ("30 8 * * 1-5", HOME),
    "mo-fr 9:00": ("0 9 * * 1-5", HOME),
    "mo - do 9 Uhr": ("0 9 * * 1,2,3,4", HOME),
    "su-th 9am": ("0 9 * * 0,1,2,3,4", HOME),
    "mo,we,fr 9:00": ("0 9 * * 1,3,5", HOME),
    "Mo, Mi, Fr 8:00": ("0 8 * * 1,3,5", HOME),
    "tu/th 10": ("0 10 * * 2,4", HOME),
    "mwf 9am": ("0 9 * * 1,3,5", HOME),
    "every weekday except friday 9:00": ("0 9 * * 1,2,3,4", HOME),
    "daily mon-fri 9am": ("0 9 * * 1-5", HOME),
    "every day on weekdays": ("0 9 * * 1-5", HOME),
    "every 29th": ("0 9 29 * *", HOME),
    "every monday about nine": ("0 9 * * 1", HOME),
    "1st and 15th": ("0 9 1,15 * *", HOME),
    "eom 17:00": ("0 17 L * *", HOME),
    "at eoq": ("0 9 L 3,6,9,12 *", HOME),
    "every monday at 9 sharp": ("0 9 * * 1", HOME),
    "every monday at around 9:30am": ("30 9 * * 1", HOME),
}


@pytest.mark.parametrize("words", READ)
def test_words_are_read_as_cron_in_a_zone(words: str):
    assert read_schedule(words, zone=HOME) == Schedule(*READ[words])
    assert read_schedule(words.split(), zone=HOME.lower()) == Schedule(*READ[words])


@pytest.mark.parametrize(
    ("words", "says", "suggests"),
    [
        ("every monday 9:00 Europe/Berln", "a time zone “Europe/Berln”", "every monday 9:00 Europe/Berlin"),
        ("every monday 9:00 berln", "a time zone “berln”", "every monday 9:00 Europe/Berlin"),
        ("every monday 9:00 GMT", "“GMT” is short for more than one clock", "every monday 9:00 Europe/London"),
        ("every monday 9:00 EST", "“EST” is short for more than one clock", "every monday 9:00 America/New_York"),
        ("every monday 9:00 mst", "“mst” is short for more than one clock", "every monday 9:00 America/Phoenix"),
        ("every monday 9:00 IST", "“IST” is short for more than one clock", "every monday 9:00 Asia/Kolkata"),
        ("cron 0 9 * * 1 CEST", "“CEST” is short for more than one clock", "cron 0 9 * * 1 Europe/Berlin"),
        ("every monday 9:00 San Jose", "more than one “San Jose”", "every monday 9:00 America/Costa_Rica"),
        ("every monday 9:00 Texas", "“Texas” has more than one time zone", "every monday 9:00 America/Denver"),
        ("every monday 9:00 the USA", "has more than one time zone", "every monday 9:00 America/New_York"),
        ("every monday 9:00 us time", "has more than one time zone", "every monday 9:00 America/Los_Angeles"),
        ("every monday 9:00 in hyderabad", "more than one “hyderabad”", "every monday 9:00 Asia/Kolkata"),
        ("every monday 25:00", "“25:00” isn't a time of day", "weekdays 8:30"),
        ("every monday 24:00", "“24:00” isn't a time of day", "weekdays 8:30"),
        ("daily 9:60", "“9:60” isn't a time of day", "weekdays 8:30"),
        ("daily 9:00:00", "“9:00:00” isn't a time of day", "weekdays 8:30"),
        ("daily 13pm", "“13pm” isn't a time of day", "weekdays 8:30"),
        ("daily 0am", "“0am” isn't a time of day", "weekdays 8:30"),
        ("daily at 99", "“at 99” isn't a time of day", "weekdays 8:30"),
        ("9:00", "not on which days", "every Monday 9:00"),
        ("9:00 Europe/Berlin", "not on which days", "daily 9:00 Europe/Berlin"),
        ("every 5 minutes", "too often", "daily 9:00"),
        ("every minute", "too often", "daily 9:00"),
        ("every second", "too often", "daily 9:00"),
        ("hourly", "in words, name days", "cron 0 * * * *"),
        ("bimonthly", "read in two ways", "every 2 months 9:00"),
        ("every third monday", "read in two ways", "every 3 weeks on Monday 9:00"),
        ("every 3rd fri 9:00", "read in two ways", "third Friday of the month 9:00"),
        ("every 5 months", "months go by", "quarterly 9:00"),
        ("every other day", "isn't a rhythm", "every Monday, Wednesday and Friday 9:00"),
        ("every ten days", "isn't a rhythm", "every 2 weeks on Monday 9:00"),
        ("second to last friday of the month", "isn't a rhythm", "last Friday of the month 9:00"),
        ("every fourth monday", "read in two ways", "every 4 weeks on Monday 9:00"),
        ("every 5th fri 9:00", "read in two ways", "fifth Friday of the month 9:00"),
        ("every month on a tuesday", "read in two ways", "first Tuesday of the month 9:00"),
        ("every five minutes", "too often", "daily 9:00"),
        ("fridays at 3", "in the night or in the afternoon", "fridays 15:00"),
        ("fridays at three", "in the night or in the afternoon", "fridays 3:00"),
        ("21st working day of the month", "isn't a rhythm", "first working day of the month 9:00"),
        ("5th and 10th working day of the month", "“5th and 10th working day of the month” isn't", "first working day of the month 9:00"),
        ("twenty-first working day of the month", "isn't a rhythm", "first working day of the month 9:00"),
        ("penultimate friday of the month", "isn't a rhythm", "last Friday of the month 9:00"),
        ("last-but-one friday of the month", "isn't a rhythm", "last Friday of the month 9:00"),
        ("twice a quarter", "isn't a rhythm", "first Monday of the quarter 9:00"),
        ("antepenultimate day of the month", "isn't a rhythm", "last day of the month 9:00"),
        ("first business day of each week", "can't read", "every Monday 9:00"),
        ("last but one working day", "isn't a rhythm", "last weekday of the month 9:00"),
        ("second-to-last monday", "isn't a rhythm", "last day of the month 9:00"),
        ("every other weekday", "isn't a rhythm", "every Monday, Wednesday and Friday 9:00"),
        ("tenth tuesday of the month", "No month has a “tenth tuesday of the month”", "first Tuesday of the month 9:00"),
        ("second to last working day", "isn't a rhythm", "last weekday of the month 9:00"),
        ("once a quarter on a friday", "read in two ways", "last Friday of the quarter 9:00"),
        ("three times a week", "isn't a rhythm", "every Monday, Wednesday and Friday 9:00"),
        ("twice a week 10:00", "isn't a rhythm", "every Monday and Thursday 9:00"),
        ("cron 0 9 FW21 * *", "can't read the", "every Monday 9:00"),
        ("every 60 weeks", "isn't a rhythm", "every Monday 9:00"),
        ("cron 0 9 * * 1%1", "can't read the", "every Monday 9:00"),
        ("cron 0 9 * * 1%2+2", "can't read the", "every Monday 9:00"),
        ("cron 0 9 FW * 1", "can't read the", "every Monday 9:00"),
        ("every 2 hours", "in words, name days", "cron 0 * * * *"),
        ("twice a day", "in words, name days", "cron 0 9,17 * * *"),
        ("* * * * *", "more often than once an hour", "cron 0 * * * *"),
        ("cron 0 0 9 * * 1", "6 fields", "cron 0 9 * * 1"),
        ("0 0 9 * * 1", "6 fields", "cron 0 9 * * 1"),
        ("cron 0 9 * *", "4 of the five", "cron 0 9 * * 1"),
        ("@reboot", "nicknames", "every Monday 9:00"),
        ("cron @weekly", "nicknames", "every Monday 9:00"),
        ("0 9 30 2 *", "never happens: no such month", "last day of the month 9:00"),
        ("0 0 */10 * 0#4", "never happens: none of those days of the month", "cron 0 0 * * 0#4"),
        ("32nd of the month 9:00", "No month has", "last day of the month 9:00"),
        ("monday 9:00 and friday 17:00", "can't read “and friday 17:00”", "monday 9:00"),
        ("every weekday sometime", "can't read “sometime”", "every weekday"),
        ("whenever", "can't read “whenever”", "weekdays 8:30"),
        ("so, we", "can't read “so, we”", "weekdays 8:30"),
        ("", "a schedule", "weekdays 8:30"),
        ("x" * 5000, "can't read “xxx", "weekdays 8:30"),
    ],
)
def test_words_that_are_no_schedule_are_answered_with_some_that_are(words: str, says: str, suggests: str):
    with pytest.raises(BadSchedule, match=says.replace("*", r"\*")) as refused:
        read_schedule(words, zone=HOME)
    assert refused.value.remedy
    assert suggests in refused.value.suggestions
    assert len(str(refused.value)) < 400
    for suggestion in refused.value.suggestions:
        read_schedule(suggestion, zone=HOME)


def test_an_offset_is_no_zone_and_the_zones_that_have_it_in_a_part_of_the_year_are_offered():
    for offset, zone in (("UTC+2", "Europe/Berlin"), ("+02:00", "Europe/Berlin"), ("gmt+1", "Europe/London"), ("-5", "America/New_York")):
        with pytest.raises(BadSchedule, match="is an offset") as refused:
            read_schedule(f"every monday 9:00 {offset}", zone=HOME)
        assert any(suggested.endswith(zone) for suggested in refused.value.suggestions)


def test_the_zone_that_is_not_in_the_words_is_checked_as_well():
    with pytest.raises(BadSchedule, match="Europe/Atlantis"):
        read_schedule("every monday 9:00", zone="Europe/Atlantis")


@pytest.mark.parametrize(
    ("text", "cron", "rest"),
    [
        ("acme every monday 9:00 Europe/Berlin in #marketing", "0 9 * * 1", "acme Europe/Berlin in #marketing"),
        ("every monday 9:00 acme beta", "0 9 * * 1", "acme beta"),
        ("acme beta monthly on the 31st 9:00", "0 9 31 * *", "acme beta"),
        ("acme weekly in #x", "0 9 * * 1", "acme in #x"),
        ("acme first of the month 9am csv", "0 9 1 * *", "acme csv"),
        ("acme 0 9 * * 1 Europe/Berlin #m", "0 9 * * 1", "acme Europe/Berlin #m"),
        ("acme cron 0 9 * * 1", "0 9 * * 1", "acme"),
        ("The Sun weekdays 8:30", "30 8 * * 1-5", "The Sun"),
        ("Monday Motors every friday 9:00", "0 9 * * 5", "Monday Motors"),
        ("Quarterly Review every friday 9:00", "0 9 * * 5", "Quarterly Review"),
        ("Cron Ltd daily 9am", "0 9 * * *", "Cron Ltd"),
        ("every monday 9:00, in <#C123|marketing>", "0 9 * * 1", "in <#C123|marketing>"),
        ("every tuesday in #marketing at 9 PM", "0 21 * * 2", "in #marketing"),
        ("every monday for acme at 9", "0 9 * * 1", "for acme"),
        ("9:00 acme every monday", "0 9 * * 1", "acme"),
        ("9.30 Uhr acme weekdays", "30 9 * * 1-5", "acme"),
        ("weekly report on mondays", "0 9 * * 1", "report"),
        ("report for acme on fridays weekly", "0 9 * * 5", "report for acme"),
        ("biweekly summary on fridays at 16:00", "0 16 * * 5%2", "summary"),
        ("every 2 weeks the figures of acme on tuesdays", "0 9 * * 2%2", "the figures of acme"),
        ("fourth friday monthly 9:30", "30 9 * * 5#4", ""),
        ("acme first working day quarterly at 8:00", "0 8 FW 1,4,7,10 *", "acme"),
        ("weekly report at 9am on mondays", "0 9 * * 1", "report"),
        ("monthly report on the 15th", "0 9 15 * *", "report"),
        ("quarterly acme figures on the first monday at 10", "0 10 * 1,4,7,10 1#1", "acme figures"),
        ("daily acme report on weekdays 8:00", "0 8 * * 1-5", "acme report"),
    ],
)
def test_a_schedule_is_cut_out_of_a_longer_text(text: str, cron: str, rest: str):
    """Its days and its time are together or apart; the zone is left for the caller."""
    words = text.split()
    found = find_schedule(words)
    assert found is not None
    assert found.cron == cron
    assert " ".join(word for at, word in enumerate(words) if not any(start <= at < end for start, end in found.spans)) == rest


@pytest.mark.parametrize(
    "words", [(), ("acme",), ("Sun", "Media", "in", "#x"), ("2nd", "Street"), ('"Monday 9:00"',), ('"daily"', "planet"), ("7d",)]
)
def test_words_that_could_be_anybodys_are_no_schedule(words: tuple[str, ...]):
    assert find_schedule(words) is None


def test_a_quoted_name_is_never_a_part_of_the_schedule():
    assert find_schedule(('"Monday Motors"', "every", "friday", "9:00")) == FoundSchedule(((1, 4),), "0 9 * * 5")


@pytest.mark.parametrize(
    ("text", "cron"),
    [
        ("fridays", "? ? * * 5"),
        ("10:00", "0 10 ? ? ?"),
        ("to 10 am", "0 10 ? ? ?"),
        ("every friday at 10:00", "0 10 * * 5"),
        ("cron 0 10 * * 5", "0 10 * * 5"),
        ("weekdays", "? ? * * 1-5"),
    ],
)
def test_a_half_of_a_schedule_says_what_was_not_said(text: str, cron: str):
    found = find_schedule(text.split(), halves=True)
    assert found is not None
    assert found.cron == cron
    assert is_half(cron) is ("?" in cron)
    stands = "30 17 1 1,7 *"
    assert completed(cron, stands).split() == [old if new == "?" else new for new, old in zip(cron.split(), stands.split(), strict=True)]


@pytest.mark.parametrize(
    ("text", "says", "suggests"),
    [
        ("acme monday 9:00 and friday 17:00", "two schedules", "friday 17:00"),
        ("every monday and first of the month", "two schedules", "first of the month"),
        ("daily 9:00 and 17:00 acme", "“9:00” and “17:00” are two", "cron 0 9,17 * * *"),
        ("every monday 9:00, 9:30", "“9:00” and “9:30” are two", "every monday 9:30"),
        ("cron 0 9 * * 1 at 17:00", "two schedules", "cron 0 9 * * 1"),
        ("acme 9:00 Europe/Berlin", "not on which days", "daily 9:00"),
        ("acme every monday 26:00", "isn't a time of day", "weekdays 8:30"),
        ("acme 26:00", "isn't a time of day", "weekdays 8:30"),
        ("acme every other day 9:00", "isn't a rhythm", "daily 9:00"),
        ("acme 22nd weekday of the month 9:00", "isn't a rhythm", "last weekday of the month 9:00"),
        ("acme every third monday 9:00", "read in two ways", "third Monday of the month 9:00"),
        ("acme every 10 minutes", "too often", "daily 9:00"),
        ("acme cron 0 0 9 * * 1", "6 fields", "every Monday 9:00"),
        ("acme @hourly", "nicknames", "every Monday 9:00"),
    ],
)
def test_what_was_meant_as_a_schedule_and_is_none_is_said(text: str, says: str, suggests: str):
    with pytest.raises(BadSchedule, match=says) as refused:
        find_schedule(text.split())
    assert suggests in refused.value.suggestions


@pytest.mark.parametrize("words", [words for words, (cron, zone) in READ.items() if "%" in cron or "FW" in cron or " 1,4,7,10 " in cron])
def test_a_rhythm_is_found_within_other_words(words: str):
    cron = READ[words][0]
    found = find_schedule(["acme", *words.split()])
    assert found is not None
    assert found.cron == cron
    assert found.spans == ((1, 1 + len(words.split())),)


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 9 * * 1", "every Monday 9:00 UTC"),
        ("30 8 * * 1-5", "weekdays 8:30 UTC"),
        ("0 9 * * 0,6", "weekends 9:00 UTC"),
        ("5 0 * * *", "every day 0:05 UTC"),
        ("0 9 * * 0,1,3", "every Monday, Wednesday and Sunday 9:00 UTC"),
        ("0 9 1 * *", "on the 1st of the month 9:00 UTC"),
        ("0 9 2,3,11,22 * *", "on the 2nd, 3rd, 11th and 22nd of the month 9:00 UTC"),
        ("0 9 L * *", "on the last day of the month 9:00 UTC"),
        ("0 9 15,L * *", "on the 15th and last day of the month 9:00 UTC"),
        ("0 9 * * 1#1,1#3", "on the 1st and 3rd Monday of the month 9:00 UTC"),
        ("0 9 * * 5L", "on the last Friday of the month 9:00 UTC"),
        ("0 9,17 * * *", "cron 0 9,17 * * * UTC"),
        ("0 9 1 1,4,7,10 *", "on the 1st of the quarter 9:00 UTC"),
        ("0 9 FW * *", "on the first weekday of the month 9:00 UTC"),
        ("0 9 FW12 * *", "on the 12th weekday of the month 9:00 UTC"),
        ("0 9 FW 1,4,7,10 *", "on the first weekday of the quarter 9:00 UTC"),
        ("0 9 L 3,6,9,12 *", "on the last day of the quarter 9:00 UTC"),
        ("0 9 * 3,6,9,12 5L", "on the last Friday of the quarter 9:00 UTC"),
        ("0 9 1 1,7 *", "on the 1st of the half-year 9:00 UTC"),
        ("0 9 1 1 *", "on the 1st of the year 9:00 UTC"),
        ("0 9 15 1,3,5,7,9,11 *", "every 2 months on the 15th 9:00 UTC"),
        ("0 9 1 2,5,8,11 *", "every 3 months on 1 February 9:00 UTC"),
        ("0 9 * * 5%2+1", "every 2 weeks on Friday 9:00 UTC"),
        ("0 9 * * 1,4%3", "every 3 weeks on Monday and Thursday 9:00 UTC"),
        ("0 9 * * 1-5%2+1", "every 2 weeks on Monday to Friday 9:00 UTC"),
        ("0 9 13 * 5", "cron 0 9 13 * 5 UTC"),
        ("0 9 LW * *", "on the last weekday of the month 9:00 UTC"),
        ("0 9 * * 1#1,2#1", "cron 0 9 * * 1#1,2#1 UTC"),
    ],
)
def test_a_schedule_is_said_in_words(cron: str, words: str):
    assert describe(Schedule(cron, "UTC")) == words


_MONTH_DAYS = st.lists(st.integers(1, 31).map(str), min_size=1, max_size=4).map(",".join)
_WEEKDAYS = st.lists(st.integers(0, 7).map(str), min_size=1, max_size=7).map(",".join)
_NTHS = st.lists(
    st.tuples(st.integers(0, 7), st.sampled_from(("L", "#1", "#2", "#3", "#4", "#5"))).map(lambda item: f"{item[0]}{item[1]}"),
    min_size=1,
    max_size=3,
).map(",".join)


def _has_a_day(cron: str) -> bool:
    """A day of the month that begins with a star must be a day of the week as well: the 1st, 11th, 21st and 31st are never a fourth."""
    _, _, day, _, weekday = cron.split()
    return day != "*/10" or {item[1:] for item in weekday.split(",")} != {"#4"}


_CRON = st.builds(
    "{} {} {} {} {}".format,
    st.integers(0, 59),
    st.one_of(st.integers(0, 23).map(str), st.sampled_from(("9,17", "*/6", "*"))),
    st.one_of(st.just("*"), _MONTH_DAYS, st.sampled_from(("L", "LW", "L,1", "1-7", "*/10"))),
    st.sampled_from(("*", "*", "1,7", "1-6", "*/3", "1,4,7,10", "3,6,9,12", "1,3,5,7,9,11", "1", "12")),
    st.one_of(st.just("*"), _WEEKDAYS, _NTHS, st.sampled_from(("1-5", "MON-FRI", "sat,sun", "*/2", "5-7"))),
).filter(_has_a_day)


@given(
    st.sampled_from(("1", "0", "2,4", "1-5", "0,6")),
    st.integers(2, 52),
    st.integers(0, 51),
    st.datetimes(datetime(2020, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis adds the zone
)
def test_a_rhythm_of_weeks_is_read_back_and_keeps_its_weeks_where_it_stands(days: str, every: int, week: int, now: datetime):
    schedule = schedule_of(f"0 9 * * {days}%{every}+{week % every}", "Europe/Berlin")
    read = read_schedule(describe(schedule), zone="Antarctica/Troll")
    assert anchored(read, now, like=schedule.cron) == schedule


@given(cron=_CRON, zone=st.sampled_from(sorted(available_timezones() - {"Factory", "localtime", "EST", "MST", "GMT"})))
def test_every_schedule_is_read_back_from_its_words(cron: str, zone: str):
    schedule = schedule_of(cron, zone)
    assert read_schedule(describe(schedule), zone="Antarctica/Troll") == schedule


_WORDS = tuple(
    """
    every each on the monday mon-fri 1st last first second day days of month at 9 9:00 25:00 9am in Europe/Berlin utc PST
    cron 0 * 1 weekly monthly daily and , · acme #x @daily other 2 weeks noon L 1#1 +2
    """.split()  # noqa: SIM905  # a list of words reads better as words
)


@example(["every", "days"])
@example(["dailyish"])
@given(st.lists(st.sampled_from(_WORDS), max_size=9))
def test_any_words_are_a_schedule_or_refused_and_what_is_found_reads_the_same_alone(words: list[str]):
    try:
        found = find_schedule(words)
    except BadSchedule:
        return
    if found is not None:
        schedule = read_schedule([word for start, end in found.spans for word in words[start:end]], zone=HOME)
        assert schedule == Schedule(found.cron, HOME)
        assert next_after(schedule, datetime(2026, 1, 1, tzinfo=UTC)) is not None


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str):
    """A schedule that comes again, or the one error with what was wrong."""
    try:
        found: Schedule | BadSchedule = read_schedule(text, zone=HOME)
    except BadSchedule as error:
        found = error
    if isinstance(found, BadSchedule):
        assert found.sentence
        assert found.remedy or found.suggestions
    else:
        assert next_after(found, datetime(2026, 1, 1, tzinfo=UTC)) is not None
    with suppress(BadSchedule):
        find_schedule(text.split())


@pytest.mark.parametrize(
    ("cron", "says", "meant"),
    [
        ("0 8 1-7 * 1", "days 1-7 of the month, and also every Monday", "first Monday of the month 8:00"),
        ("30 9 15-21 * 5", "days 15-21 of the month, and also every Friday", "third Friday of the month 9:30"),
        ("0 9 13 * 5", "day 13 of the month, and also every Friday", ""),
        ("0 9 1-7 * 1-5", "days 1-7 of the month, and also weekdays", ""),
        ("0 9 L * 5", "this comes on the last day of the month, and also every Friday", ""),
        ("0 9 1 * 1", "this comes on day 1 of the month, and also every Monday", ""),
    ],
)
def test_cron_with_both_days_says_that_either_is_enough(cron: str, says: str, meant: str):
    either = either_of(cron)
    assert either is not None
    assert says in either[0]
    assert either[1] == meant
    if meant:
        assert read_schedule(meant, zone=HOME).cron.split()[:3] == [*cron.split()[:2], "*"]


@pytest.mark.parametrize("cron", ["0 9 * * 1", "0 9 1 * *", "0 9 */2 * 1", "0 9 1-7 * *", "0 9 * * 1%2+1", "0 9 FW * *"])
def test_cron_with_one_of_them_says_nothing(cron: str):
    assert either_of(cron) is None


def test_zones_that_are_equally_near_stand_in_the_same_order_in_each_process():
    asks = "from bot.schedules.timezones import near_zones; print(near_zones('Europe/Berln'))"
    said = {
        subprocess.run([sys.executable, "-c", asks], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1
    assert b"Europe/Berlin" in said.pop()
