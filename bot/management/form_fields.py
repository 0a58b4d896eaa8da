"""The fields that the forms of digests, alerts and watches share: built for the view, and read from its submission.

A field has one name: its block id and its action id.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from bot.errors import BadSchedule, NotAllowed, NotUnderstood, UsageError
from bot.management.authorization import Authorization
from bot.reports.card_parts import account_name
from bot.schedules.timezones import checked_zone
from bot.schedules.tokens import read_quiet
from bot.slack.builders import OPTION_VALUE_LIMIT, OPTIONS_LIMIT, Block, Element, option, plain, shorten
from bot.slack.interactive import BadFieldsError, entry, input_block
from bot.slack.request import RequestContext
from bot.statistics.reports import TEAM, Account
from bot.subscriptions.subscription import Subscription

#: The fields, by block id and action id alike.
CHANNEL, DAYS, TIME, ZONE, TITLE, QUIET = "channel", "days", "time", "timezone", "title", "quiet"

#: The days a form offers, by the value of the choice, with its label.
WEEKDAY_CHOICES: Final = {"1": "Monday", "2": "Tuesday", "3": "Wednesday", "4": "Thursday", "5": "Friday", "6": "Saturday", "0": "Sunday"}
MONTH_CHOICES: Final = {"d1": "First day of the month", "d15": "15th of the month", "dL": "Last day of the month"}
DAY_CHOICES: Final = WEEKDAY_CHOICES | MONTH_CHOICES

#: What a new digest's form starts with: Mondays at nine.
USUAL_DAYS: Final = ("1",)
USUAL_TIME: Final = "09:00"

ZONE_HINT = "Type a city, a time zone or its abbreviation. Local time is kept when the clocks change."
ONLY_SOME = "The first {most} accounts are in the menu; any other can be named in words."
NO_ACCOUNTS = "No LinkedIn account is connected yet. Connect one in PostPost, or ask the person who runs this bot to name one."
NO_CHANNEL_CHOSEN = "Choose a channel."
NO_ZONE_CHOSEN = "Choose a time zone."
EVERYBODY = "All accounts together"
PREVIEW_LABEL, MORE_LABEL = "Preview", "More Options"
QUIET_LABEL, QUIET_EXAMPLE = "Quiet hours", "20:00-8:00"
QUIET_HINT = "Nothing is posted in these hours: it comes at their end."
#: So many letters are typed before zones are searched: abbreviations have two.
ZONE_LETTERS: Final = 2
#: Slack's documentation, static_select and multi_static_select: at most 100 options, which are all shown at once.
MOST_ACCOUNTS: Final = OPTIONS_LIMIT
_NAME_LIMIT = 70
_EVERY_DAY = len(WEEKDAY_CHOICES)
_WORKDAYS = "1,2,3,4,5"


def missing(*needed: tuple[str, object, str]) -> dict[str, str]:
    """The errors of the fields without an entry; each field comes with its entry and its error."""
    return {field: text for field, entry, text in needed if not entry}


def day_errors(days: Sequence[str], time: str) -> dict[str, str]:
    hour, colon, minute = time.partition(":")
    errors = {} if colon and hour.isdigit() and minute.isdigit() else {TIME: "Choose a time."}
    of_week, of_month = (any(day in choices for day in days) for choices in (WEEKDAY_CHOICES, MONTH_CHOICES))
    if of_week == of_month:
        errors[DAYS] = "Choose days of the week or days of the month, not both." if of_week else "Choose at least one day."
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


def field_sentence(error: UsageError) -> str:
    """The error in plain text, for a field's error."""
    return " ".join(filter(None, (error.sentence, error.remedy, ", ".join(error.suggestions)))).replace("`", "")


def quiet_of(typed: str, errors: dict[str, str]) -> str:
    """The quiet hours that were typed, "" for none; what is wrong with them is added to the ``errors``."""
    try:
        return read_quiet(typed)
    except NotUnderstood as error:
        errors[QUIET] = field_sentence(error)
        return ""


def zone_of(typed: str, errors: dict[str, str]) -> str:
    """The zone that was chosen or typed, "" for none; the same."""
    try:
        return checked_zone(typed) if typed else ""
    except BadSchedule as error:
        errors[ZONE] = field_sentence(error)
        return ""


async def check_channels(authorization: Authorization, channels: Iterable[str], context: RequestContext) -> None:
    """Raises BadFieldsError where this person may not have something posted in one of these channels, StoreError."""
    try:
        for channel in channels:
            await authorization.may_set_up(channel, (), context)
    except NotAllowed as error:
        raise BadFieldsError({CHANNEL: f"{error.sentence} {error.remedy}".strip()}) from error


def quiet_input(value: str) -> Block:
    return input_block(QUIET, QUIET_LABEL, text_input(QUIET, value, QUIET_EXAMPLE, 40), hint=QUIET_HINT, optional=True)


def text_input(name: str, value: str, example: str, longest: int = 200) -> Element:
    element = {"type": "plain_text_input", "action_id": name, "max_length": longest, "placeholder": plain(example)}
    return element | ({"initial_value": value[:longest]} if value else {})


def choice_menu(name: str, options: Sequence[Element], first_chosen: str) -> Element:
    first = next((each for each in options if each["value"] == first_chosen), None)
    return {"type": "static_select", "action_id": name, "options": list(options)} | ({"initial_option": first} if first else {})


def several_menu(kind: str, name: str, options: Sequence[Element], first_chosen: Sequence[str]) -> Element:
    """A menu, or check boxes (``kind`` is Slack's name of the element), of which several options are chosen."""
    first = [each for each in options if each["value"] in first_chosen]
    return {"type": kind, "action_id": name, "options": list(options)} | ({"initial_options": first} if first else {})


def time_picker(value: str) -> Element:
    return {"type": "timepicker", "action_id": TIME} | ({"initial_time": value} if value else {})


def zone_menu(zone: str) -> Element:
    """The zones are searched as they are typed (`bot.schedules.timezones.search_zones`)."""
    menu = {"type": "external_select", "action_id": ZONE, "min_query_length": ZONE_LETTERS, "placeholder": plain("Berlin")}
    return menu | ({"initial_option": option(zone, zone)} if zone else {})


#: The elements of which several values are chosen.
_SEVERAL: Final = frozenset({"multi_static_select", "multi_users_select", "multi_conversations_select", "checkboxes"})
#: The channels and direct messages.
_POSTABLE: Final = {"include": ["public", "private", "im"], "exclude_bot_users": False}


def channel_menu(channel: str) -> Element:
    menu = {"type": "conversations_select", "action_id": CHANNEL, "filter": _POSTABLE}
    return menu | ({"initial_conversation": channel} if channel else {})


def channels_menu(channels: Sequence[str], most: int) -> Element:
    menu = {"type": "multi_conversations_select", "action_id": CHANNEL, "filter": _POSTABLE, "max_selected_items": most}
    return menu | ({"initial_conversations": list(channels)} if channels else {})


def account_options(accounts: Sequence[Account], first_chosen: Sequence[str], most: int = MOST_ACCOUNTS) -> list[Element]:
    """The accounts to choose from, those chosen already first."""
    offered = [account for account in accounts if len(account.platform_id) <= OPTION_VALUE_LIMIT]
    offered.sort(key=lambda account: account.platform_id not in first_chosen)
    return [option(shorten(account_name(account), _NAME_LIMIT), account.platform_id) for account in offered[:most]]


#: The value of the choice of all accounts, and how that of a group begins; any other is a platform id.
TEAM_VALUE, GROUP_PREFIX = f"{TEAM}:", "group:"


def who_options(accounts: Sequence[Account], groups: Iterable[str], first_chosen: Sequence[str]) -> list[Element]:
    """The accounts to choose from, those chosen already first, then all together and the groups."""
    named = [(shorten(f"Group {name}", _NAME_LIMIT), f"{GROUP_PREFIX}{name}") for name in sorted(groups)]
    together = [option(EVERYBODY, TEAM_VALUE), *(option(label, value) for label, value in named if len(value) <= OPTION_VALUE_LIMIT)]
    return [*account_options(accounts, first_chosen, max(OPTIONS_LIMIT - len(together), 1)), *together][:OPTIONS_LIMIT]


def who_value(group: str) -> str:
    """The value of the choice of a group ("team" for all accounts)."""
    return TEAM_VALUE if group == TEAM else f"{GROUP_PREFIX}{group}"


def chosen_group(value: str) -> str:
    """The group that this value chooses, "team" for all accounts; "" for an account's."""
    return TEAM if value == TEAM_VALUE else value.removeprefix(GROUP_PREFIX) if value.startswith(GROUP_PREFIX) else ""


def has_field(view: Mapping[str, Any], name: str) -> bool:
    return any(block.get("block_id") == name for block in view.get("blocks") or ())


def entered(view: Mapping[str, Any]) -> dict[str, Any]:
    """The entries of all fields in the view, by name: a text, or the values of several choices."""
    inputs = {str(block["block_id"]): block for block in view.get("blocks") or () if block.get("type") == "input"}
    return {name: _entry_value(entry(view, name), block) for name, block in inputs.items()}


def _entry_value(given: Mapping[str, Any], block: Mapping[str, Any]) -> str | tuple[str, ...]:
    if block["element"]["type"] in _SEVERAL:
        chosen = given.get("selected_options") or given.get("selected_users") or given.get("selected_conversations") or ()
        return tuple(str(one["value"]) if isinstance(one, Mapping) else str(one) for one in chosen)
    chosen = given.get("selected_option") or {}
    text = chosen.get("value") or given.get("value") or given.get("selected_time") or given.get("selected_conversation") or ""
    return str(text).strip()


def not_offered(one: Subscription, chosen: Collection[str], view: Mapping[str, Any], name: str) -> list[str]:
    """The accounts that stay in a changed subscription, in their order: those chosen, and those that the menu could not offer."""
    elements = (block["element"] for block in view.get("blocks") or () if block.get("block_id") == name)
    offered = {str(each["value"]) for element in elements for each in element.get("options") or ()}
    return [account for account in one.accounts if account in chosen or account not in offered]


def errors_of_fields(view: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, str]:
    """The errors whose fields are in the view, by block id, in plain text; Slack marks no others, and renders no mentions there."""
    named = {field: text.replace("`", "") for field, text in errors.items() if "<" not in text}
    return {block: text for block, text in named.items() if has_field(view, block)}
