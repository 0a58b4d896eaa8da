"""The days and times that the forms of digests and alerts offer, and their cron fields."""

from collections.abc import Sequence
from typing import Final

#: The fields, by block id and action id alike.
DAYS, TIME = "days", "time"

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
WHICH_DAYS = "Choose at least one day."
WHAT_TIME = "Choose a time."


MONTH_CHOICES: Final = {"d1": "First day of the month", "d15": "15th of the month", "dL": "Last day of the month"}
DAY_CHOICES: Final = WEEKDAY_CHOICES | MONTH_CHOICES

#: What a new digest's form starts with: Mondays at nine.
USUAL_DAYS: Final = ("1",)
USUAL_TIME: Final = "09:00"


_EVERY_DAY = len(WEEKDAY_CHOICES)
_WORKDAYS = "1,2,3,4,5"


def day_errors(days: Sequence[str], time: str) -> dict[str, str]:
    """The errors of these choices and this time, by field."""
    hour, colon, minute = time.partition(":")
    errors = {} if colon and hour.isdigit() and minute.isdigit() else {TIME: WHAT_TIME}
    of_week, of_month = (any(day in choices for day in days) for choices in (WEEKDAY_CHOICES, MONTH_CHOICES))
    if of_week == of_month:
        errors[DAYS] = WEEK_OR_MONTH if of_week else WHICH_DAYS
    return errors


def cron_of(days: Sequence[str], time: str) -> str:
    """The cron fields of valid choices and a valid time such as "09:00" (see `day_errors`)."""
    hour, _, minute = time.partition(":")
    weekdays = [day for day in WEEKDAY_CHOICES if day in days]
    month_days = [day.removeprefix("d") for day in MONTH_CHOICES if day in days]
    at = f"{int(minute)} {int(hour)}"
    if month_days:
        return f"{at} {','.join(month_days)} * *"
    listed = ",".join(sorted(weekdays))
    return f"{at} * * {'*' if len(weekdays) == _EVERY_DAY else '1-5' if listed == _WORKDAYS else listed}"


def choices_of(cron: str) -> tuple[tuple[str, ...], str] | None:
    """The choices and the time of these cron fields; None when the form cannot express them."""
    minute, hour, day, month, weekday = cron.split()
    if month != "*" or not (minute.isdigit() and hour.isdigit()):
        return None
    time = f"{int(hour):02}:{int(minute):02}"
    if day == "*":
        days = tuple(WEEKDAY_CHOICES) if weekday == "*" else tuple(_WORKDAYS.split(",") if weekday == "1-5" else weekday.split(","))
        return (days, time) if all(choice in WEEKDAY_CHOICES for choice in days) else None
    days = tuple(f"d{item}" for item in day.split(","))
    return (days, time) if weekday == "*" and all(choice in MONTH_CHOICES for choice in days) else None
