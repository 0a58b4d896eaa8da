"""Reads the time that a person moves the clock to: "monday 9:00", an hour or a day later, a date."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox.slack.refusals import PersonRefusalError

FURTHEST = timedelta(days=366)
"""How far the clock may be moved at once: every day in between has to be made up."""

HOW = 'Say {"to": "monday-9"}, {"hours": 1}, {"days": 7} or {"moment": "2026-11-30T09:00"} (in your zone).'
BACKWARDS = "Time only goes forward here: choose a moment after {now}."


def moment_meant(body: Mapping[str, Any], now: datetime, zone: str) -> datetime:
    """The time (UTC) that `body` asks for, at `now` (aware) for a person in `zone` (IANA).

    Days and dates keep the wall clock of the zone, also over a change of its offset.

    Raises:
        PersonRefusalError: `invalid_moment`: it says no moment, or one that is past or too far off.
    """
    local = now.astimezone(ZoneInfo(zone))
    meant = _meant(body, local).astimezone(UTC)
    if meant <= now:
        raise PersonRefusalError("invalid_moment", BACKWARDS.format(now=f"{local:%A, %b} {local.day}, {local:%Y, %H:%M}"))
    if meant - now > FURTHEST:
        raise PersonRefusalError("invalid_moment", "That is too far: a year at once is the most.")
    return meant


def _meant(body: Mapping[str, Any], local: datetime) -> datetime:
    try:
        if body.get("to") == "monday-9":
            return next_monday_at_nine(local)
        if "hours" in body:
            return local.astimezone(UTC) + timedelta(hours=float(body["hours"]))
        if "days" in body:
            return local + timedelta(days=int(body["days"]))
        return datetime.fromisoformat(body["moment"]).replace(tzinfo=local.tzinfo)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise PersonRefusalError("invalid_moment", HOW) from None


def next_monday_at_nine(local: datetime) -> datetime:
    """The first Monday, nine o'clock, after `local`, in its zone."""
    today_at_nine = local.replace(hour=9, minute=0, second=0, microsecond=0, fold=0)
    found = today_at_nine + timedelta(days=-local.weekday() % 7)
    return found if found > local else found + timedelta(days=7)
