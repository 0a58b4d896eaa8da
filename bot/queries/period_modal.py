"""The view to enter the dates of an account's card."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final

import orjson

from bot.slack.builders import Block
from bot.slack.numbers import count, long_day
from bot.slack.views import View, build_modal, entry, input_block
from bot.statistics.reports import MOST_DAYS, Period, last_days, period_text

TITLE = "Own dates"
SHOW = "Show Figures"
FIRST_LABEL, LAST_LABEL = "First day", "Last day"
HINT = "LinkedIn counts days in UTC. The last day that is over there is {day}."
NO_DAY = "Choose a day."
NOT_OVER = "This day isn't over yet (UTC). Choose {day} or an earlier one."
BEFORE_FIRST = "This is before the first day. Choose the same day or a later one."
TOO_LONG = "That would be {days} days, and one card shows up to {most}. Choose a later first day."

#: The view's callback id.
PERIOD_VIEW: Final = "period.dates"
#: The fields' block ids and action ids.
FIRST, LAST = "first", "last"
_DEFAULT_DAYS: Final = 28


@dataclass(frozen=True, slots=True)
class PeriodState:
    """The view's ``private_metadata``: the question without its period, and the place of the card."""

    words: str
    channel: str
    thread_ts: str = ""
    direct: bool = False
    #: The URL for the answer, valid for half an hour after the press (Slack's documentation: "Handling user interaction").
    response_url: str = ""
    replace: bool = False
    block: str = ""


def build_dates(state: PeriodState, shown: Period | None, today: date) -> View:
    period = shown or last_days(_DEFAULT_DAYS, today)
    hint = HINT.format(day=long_day(today - timedelta(days=1)))
    blocks = [_input(FIRST, FIRST_LABEL, period.first), _input(LAST, LAST_LABEL, period.last, hint)]
    return build_modal(TITLE, blocks, submit=SHOW, callback_id=PERIOD_VIEW, metadata=orjson.dumps(asdict(state)).decode())


def _input(name: str, label: str, day: date, hint: str = "") -> Block:
    element = {"type": "datepicker", "action_id": name, "initial_date": day.isoformat()}
    return input_block(name, label, element, hint=hint)


def read_period_state(view: Mapping[str, Any]) -> PeriodState | None:
    """The state of a submitted view; None when it cannot be parsed. It grants nothing: permissions are checked again."""
    try:
        return PeriodState(**orjson.loads(view.get("private_metadata") or ""))
    except (orjson.JSONDecodeError, TypeError):
        return None


def read_dates(view: Mapping[str, Any], today: date) -> tuple[Period | None, dict[str, str]]:
    """The chosen days, or None and the errors by block id."""
    first, last = (_day(view, name) for name in (FIRST, LAST))
    yesterday = today - timedelta(days=1)
    errors = {name: NO_DAY for name, day in ((FIRST, first), (LAST, last)) if day is None}
    for name, day in ((FIRST, first), (LAST, last)):
        if day and day > yesterday:
            errors[name] = NOT_OVER.format(day=long_day(yesterday))
    if errors or first is None or last is None:
        return None, errors
    if last < first:
        return None, {LAST: BEFORE_FIRST}
    period = Period(first, last)
    if period.days > MOST_DAYS:
        return None, {FIRST: TOO_LONG.format(days=count(period.days), most=MOST_DAYS)}
    return period, {}


def _day(view: Mapping[str, Any], name: str) -> date | None:
    chosen = entry(view, name).get("selected_date")
    try:
        return date.fromisoformat(chosen) if chosen else None
    except ValueError:
        return None


def dated_words(state: PeriodState, period: Period) -> str:
    return f"{state.words} {period_text(period)}"
