"""Modals: the form that sets a digest up or changes it, what stands there while it is made ready, and what it ends with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from bot.blockkit.builders import (
    OPTION_VALUE_LIMIT,
    OPTIONS_LIMIT,
    Block,
    Element,
    actions,
    button,
    context,
    option,
    plain,
    section,
    shorten,
)
from bot.digests.manage_blocks import PREFIX
from bot.digests.reports import ALL_PARTS, DigestSection, shown
from bot.errors import BadSchedule
from bot.reports.card_parts import account_name
from bot.schedules.dates import dates_of
from bot.statistics.reports import Account

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
TITLE_NEW = "LinkedIn digest"
TITLE_EDIT = "Change the digest"
VIEWS_LOADING = ":hourglass_flowing_sand: One moment …"
SAVING = ":hourglass_flowing_sand: One moment, it is being saved …"
VIEWS_INTRO = "A summary of LinkedIn accounts, posted to a channel on a schedule, each against the period before."
WORDS_HINT = "When this is filled in, it counts instead of days and time: “first monday of the month 9am”, “cron 0 9 * * 1-5”."
ZONE_HINT = "An IANA name such as Europe/Berlin. Local time is kept when the clocks change."
SHOW_HINT = "The figures and every warning are always shown."
PARTS: Final = {
    DigestSection.CHART: "The chart by day",
    DigestSection.ACCOUNTS: "A row for each account",
    DigestSection.BEST: "The best posts",
    DigestSection.FOLLOWERS: "New followers",
    DigestSection.GOALS: "How far the goals are",
    DigestSection.DETAILS: "The table by day, in the thread",
}
DATES_NOTE = "It comes {dates}. The form cannot change that; words can: `digest edit 3f2a until 31 dec`, `… except 25 dec`, `… always`."
PREVIEW_LABEL = "Preview, only for me"
ONLY_SOME = "The first {most} accounts are in the menu; any other can be named in words."
NO_ACCOUNTS = "No LinkedIn account is connected yet. Connect one in PostPost, or ask the person who runs this bot to name one."
View = dict[str, Any]
#: The form's callback id: its submission comes back with it.
FORM: Final = f"{PREFIX}.form"
#: The button in the form that shows what would be posted.
FORM_PREVIEW: Final = f"{PREFIX}.look"
#: The form's fields, by block id and action id alike.
ACCOUNTS, DAYS, TIME, ZONE, WORDS, CHANNEL, SHOW = "accounts", "days", "time", "zone", "words", "channel", "show"
SAVE_NEW, SAVE_EDIT, CLOSE = "Set it up", "Save", "Close"
LABELS: Final = {
    ACCOUNTS: "Accounts",
    DAYS: "Days",
    TIME: "Time",
    ZONE: "Time zone",
    WORDS: "Or the schedule in your own words",
    CHANNEL: "Channel",
    SHOW: "What to show",
}
_NAME_LIMIT = 70
#: Slack's documentation, multi_static_select: at most 100 options, which are all shown at once.
_MOST_ACCOUNTS = OPTIONS_LIMIT


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


@dataclass(frozen=True, slots=True)
class FormState:
    """What stands in the form, and where it was opened. It comes back with the submission in ``private_metadata``."""

    #: The digest that is changed, with the version the person saw; "" and 0 for a new one.
    digest: str = ""
    version: int = 0
    #: Where it was opened: previews are shown there.
    asked_in: str = ""
    #: Between which days it comes, which the form shows and cannot change.
    dates: str = ""


@dataclass(frozen=True, slots=True)
class FormValues:
    """The entries of the form, as they are shown and as they come back."""

    accounts: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    #: "09:00"; "" is none.
    time: str = ""
    zone: str = ""
    words: str = ""
    channel: str = ""
    content: tuple[str, ...] = ()


def build_form(state: FormState, values: FormValues, accounts: Sequence[Account], *, trouble: str = "", said: str = "") -> View:
    """The form with these entries; ``trouble`` (mrkdwn) says what was wrong with the last ones, ``said`` what was done meanwhile."""
    if not accounts:
        return build_notice(NO_ACCOUNTS)
    blocks: list[Block] = [section(f":warning: {trouble}" if trouble else VIEWS_INTRO)]
    blocks += [
        _input(ACCOUNTS, _account_menu(accounts, values.accounts)),
        _input(
            DAYS, _many("multi_static_select", DAYS, [option(label, day) for day, label in DAY_CHOICES.items()], values.days), optional=True
        ),
        _input(TIME, {"type": "timepicker", "action_id": TIME} | ({"initial_time": values.time} if values.time else {}), optional=True),
        _input(ZONE, _text(ZONE, values.zone), hint=ZONE_HINT),
        _input(WORDS, _text(WORDS, values.words), hint=WORDS_HINT, optional=True),
        _input(CHANNEL, _channel_menu(values.channel)),
        _input(SHOW, _part_boxes(values.content), hint=SHOW_HINT, optional=True),
        actions([button(FORM_PREVIEW, PREVIEW_LABEL, "preview")]),
    ]
    spoken = dates_of(state.dates).spoken
    notes = [
        *([said] if said else []),
        *([DATES_NOTE.format(dates=spoken)] if spoken else []),
        *([ONLY_SOME.format(most=_MOST_ACCOUNTS)] if len(accounts) > _MOST_ACCOUNTS else []),
    ]
    blocks += [context(note) for note in notes]
    title, save = (TITLE_EDIT, SAVE_EDIT) if state.digest else (TITLE_NEW, SAVE_NEW)
    return _modal(title, blocks) | {"submit": plain(save), "callback_id": FORM, "private_metadata": _written(state)}


def build_notice(text: str, *, title: str = TITLE_NEW) -> View:
    """A modal that says one thing (mrkdwn) and can only be closed."""
    return _modal(title, [section(text)])


def build_loading() -> View:
    """What stands there until the form is ready."""
    return build_notice(VIEWS_LOADING)


def build_saving() -> View:
    """What stands there until it is known what became of the form."""
    return build_notice(SAVING)


def read_state(view: Mapping[str, Any]) -> FormState:
    """What the form was opened for; nothing in it is a right: that is checked again."""
    try:
        kept = orjson.loads(view.get("private_metadata") or "{}")
        dates = dates_of(str(kept.get("dates", ""))).words
        return FormState(str(kept.get("digest", "")), int(kept.get("version", 0)), str(kept.get("asked_in", "")), dates)
    except (orjson.JSONDecodeError, AttributeError, TypeError, ValueError):
        return FormState()


def read_values(view: Mapping[str, Any]) -> FormValues:
    """The entries of a submitted form (Slack's documentation: "view_submission", state.values)."""
    values = (view.get("state") or {}).get("values") or {}

    def entry(name: str) -> Mapping[str, Any]:
        return (values.get(name) or {}).get(name) or {}

    def chosen(name: str) -> tuple[str, ...]:
        return tuple(str(each["value"]) for each in entry(name).get("selected_options") or ())

    return FormValues(
        accounts=chosen(ACCOUNTS),
        days=chosen(DAYS),
        time=str(entry(TIME).get("selected_time") or ""),
        zone=str(entry(ZONE).get("value") or "").strip(),
        words=str(entry(WORDS).get("value") or "").strip(),
        channel=str(entry(CHANNEL).get("selected_conversation") or ""),
        content=chosen(SHOW),
    )


def read_offered(view: Mapping[str, Any]) -> frozenset[str]:
    """The accounts (platform ids) that the form offers; it cannot tell of others whether they were meant to stay."""
    elements = (block["element"] for block in view.get("blocks") or () if block.get("block_id") == ACCOUNTS)
    return frozenset(str(each["value"]) for element in elements for each in element.get("options") or ())


def _modal(title: str, blocks: list[Block]) -> View:
    return {"type": "modal", "title": plain(title), "close": plain(CLOSE), "blocks": blocks}


def _written(state: FormState) -> str:
    kept = {"digest": state.digest, "version": state.version, "asked_in": state.asked_in, "dates": state.dates}
    return orjson.dumps(kept).decode()


def _input(name: str, element: Element, *, hint: str = "", optional: bool = False) -> Block:
    block: Block = {"type": "input", "block_id": name, "label": plain(LABELS[name]), "element": element, "optional": optional}
    return block | ({"hint": plain(hint)} if hint else {})


def _text(name: str, value: str) -> Element:
    return {"type": "plain_text_input", "action_id": name, "max_length": 200} | ({"initial_value": value[:200]} if value else {})


def _many(kind: str, name: str, options: Sequence[Element], chosen: Sequence[str]) -> Element:
    first = [each for each in options if each["value"] in chosen]
    return {"type": kind, "action_id": name, "options": list(options)} | ({"initial_options": first} if first else {})


def _account_menu(accounts: Sequence[Account], chosen: Sequence[str]) -> Element:
    """The accounts to choose from, those chosen already first."""
    offered = [account for account in accounts if len(account.platform_id) <= OPTION_VALUE_LIMIT]
    offered.sort(key=lambda account: account.platform_id not in chosen)
    options = [option(shorten(account_name(account), _NAME_LIMIT), account.platform_id) for account in offered[:_MOST_ACCOUNTS]]
    return _many("multi_static_select", ACCOUNTS, options, chosen)


def _channel_menu(channel: str) -> Element:
    kinds = {"include": ["public", "private", "im"], "exclude_bot_users": False}
    return {"type": "conversations_select", "action_id": CHANNEL, "filter": kinds} | ({"initial_conversation": channel} if channel else {})


def _part_boxes(content: Sequence[str]) -> Element:
    options = [option(PARTS[part], part.value) for part in ALL_PARTS]
    return _many("checkboxes", SHOW, options, [part.value for part in shown(content)])
