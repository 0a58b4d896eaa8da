"""A digest's schedule as a form shows it: days to tick and a time to choose, and back to cron."""

from collections.abc import Sequence
from typing import Final

from bot.errors import BadSchedule

#: The days a form offers, by the value of the choice, with its label.
WEEKDAY_CHOICES: Final = {
    "1": "Monday",
    "2": "Tuesday",
    "3": "Wednesday",
    "4": "Thursday",
    "5": "Friday",
    "6": "Saturday",
    "0": "Sunday",
}
WEEK_OR_MONTH = "Choose days of the week or days of the month, not both."
WHICH_DAYS = "Choose at least one day, or write the schedule in your own words."
WHAT_TIME = "Choose a time."


MONTH_CHOICES: Final = {"d1": "First day of the month", "d15": "15th of the month", "dL": "Last day of the month"}
DAY_CHOICES: Final = WEEKDAY_CHOICES | MONTH_CHOICES

#: What a new digest's form starts with: Mondays at nine.
USUAL_DAYS: Final = ("1",)
USUAL_TIME: Final = "09:00"


_EVERY_DAY = len(WEEKDAY_CHOICES)
_WORKDAYS = "1,2,3,4,5"


def cron_of(days: Sequence[str], time: str) -> str:
    """Five fields of cron for these choices and a time "09:00".

    Raises:
        BadSchedule: no days, or days of the week and of the month together, or no time.
    """
    hour, colon, minute = time.partition(":")
    if not (colon and hour.isdigit() and minute.isdigit()):
        raise BadSchedule(WHAT_TIME)
    weekdays = [day for day in WEEKDAY_CHOICES if day in days]
    month_days = [day.removeprefix("d") for day in MONTH_CHOICES if day in days]
    if not weekdays and not month_days:
        raise BadSchedule(WHICH_DAYS)
    if weekdays and month_days:
        raise BadSchedule(WEEK_OR_MONTH)
    at = f"{int(minute)} {int(hour)}"
    if month_days:
        return f"{at} {','.join(month_days)} * *"
    listed = ",".join(sorted(weekdays))
    return f"{at} * * {'*' if len(weekdays) == _EVERY_DAY else '1-5' if listed == _WORKDAYS else listed}"


def choices_of(cron: str) -> tuple[tuple[str, ...], str] | None:
    """The choices and the time that these fields are in the form; None when the form cannot say them."""
    minute, hour, day, month, weekday = cron.split()
    if month != "*" or not (minute.isdigit() and hour.isdigit()):
        return None
    time = f"{int(hour):02}:{int(minute):02}"
    if day == "*":
        days = tuple(WEEKDAY_CHOICES) if weekday == "*" else tuple(_WORKDAYS.split(",") if weekday == "1-5" else weekday.split(","))
        return (days, time) if all(choice in WEEKDAY_CHOICES for choice in days) else None
    days = tuple(f"d{item}" for item in day.split(","))
    return (days, time) if weekday == "*" and all(choice in MONTH_CHOICES for choice in days) else None
