"""The form that creates or changes an alert."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import orjson

from bot.alerts.rule import ALERT, ENGAGEMENT, AlertRule, Condition
from bot.alerts.rule_parts import MOST_MENTIONS, MOST_TITLE
from bot.blockkit.builders import OPTION_VALUE_LIMIT, OPTIONS_LIMIT, Block, context, option, section, shorten
from bot.blockkit.views import View, build_modal, build_notice_view, build_trouble
from bot.management.form_fields import (
    CHANNEL,
    DAYS,
    NO_ACCOUNTS,
    ONLY_SOME,
    TIME,
    TITLE,
    WEEKDAY_CHOICES,
    ZONE,
    ZONE_HINT,
    account_options,
    channel_menu,
    choice_menu,
    chosen_channel,
    chosen_option,
    chosen_options,
    chosen_time,
    entry,
    input_block,
    several_menu,
    text_input,
    time_picker,
    typed_text,
    zone_menu,
)
from bot.parsing.vocabulary import METRIC_NAMES, TEAM
from bot.statistics.metrics import NAMES, Metric
from bot.statistics.reports import Account

TITLE_NEW, TITLE_EDIT = "New alert", "Edit alert"
SAVE_NEW, SAVE_EDIT = "Create Alert", "Save Changes"
ABOUT = "A message in a channel when a figure moves a lot, crosses a limit or is unusual, and a reply there when it is back to normal."
EVERYBODY = "All accounts together"
GROUP = "Group {name}"
AMOUNT_HINT = "A change in percent, or the limit. An unusual figure needs none."
AMOUNT_EXAMPLE = "50"
WINDOW_HINT = "Without one, a change is over 7 days and a limit over one day."
TITLE_HINT = "The alert's message begins with it."
TITLE_EXAMPLE = "Spring launch"
PEOPLE_HINT = "They are mentioned when it fires. User groups can be named in words: `alert edit … for @growth`."
KEPT = "It keeps {parts}. Words change that: `alert edit {id} min 500`."
STAYS = "The account that it watches can't be shown here; without a choice it stays."
CARD_LABEL = "The account's card in the thread when it fires"
WHO, FIGURE, RULE, AMOUNT, WINDOW, PEOPLE, CARD = "who", "figure", "rule", "amount", "window", "people", "card"
#: The callback id of the form.
FORM: Final = f"{ALERT}.form"
LABELS: Final = {
    WHO: "Account or team",
    FIGURE: "Figure",
    RULE: "Tell when it",
    AMOUNT: "Amount",
    WINDOW: "Over",
    CHANNEL: "Channel",
    DAYS: "Check on",
    TIME: "Time",
    ZONE: "Time zone",
    PEOPLE: "Mention",
    TITLE: "Title",
    CARD: "Then post",
}
CONDITIONS: Final = {
    Condition.UP: "rises by so many percent or more",
    Condition.DOWN: "falls by so many percent or more",
    Condition.ABOVE: "is more than",
    Condition.AT_LEAST: "is at least",
    Condition.BELOW: "is less than",
    Condition.AT_MOST: "is at most",
    Condition.UNUSUAL: "is unusual for the day of the week",
    Condition.UNUSUALLY_HIGH: "is unusually high",
    Condition.UNUSUALLY_LOW: "is unusually low",
}
WINDOW_LABELS: Final = {"day": "one day", "week": "7 days", "month": "4 weeks"}
RATE_LABEL = "Engagement rate"
#: The value of a choice: a platform id, or one of these.
TEAM_VALUE, GROUP_PREFIX = f"{TEAM}:", "group:"
_NAME_LIMIT = 70


@dataclass(frozen=True, slots=True)
class AlertFormState:
    """What the form was opened for; it comes back with the submission in ``private_metadata``."""

    #: The alert that is changed, with the version that the person saw; "" and 0 for a new one.
    alert: str = ""
    version: int = 0
    #: The conversation it was opened in: the result is posted there.
    asked_in: str = ""
    #: The rule before the change, as JSON: the parts that the form does not show stay.
    rule: str = ""
    cron: str = ""
    #: The parts that the form does not show, in words.
    kept: str = ""
    #: Whether the account can be left as it is, because the form cannot offer it.
    stays: bool = False


@dataclass(frozen=True, slots=True)
class AlertFormValues:
    """The entries of the form."""

    #: A platform id, or a team's or group's value; "" is none.
    who: str = ""
    figure: str = ""
    rule: str = ""
    amount: str = ""
    window: str = ""
    channel: str = ""
    days: tuple[str, ...] = ()
    #: "09:00"; "" is none.
    time: str = ""
    zone: str = ""
    people: tuple[str, ...] = ()
    title: str = ""
    card: bool = False


@dataclass(frozen=True, slots=True)
class AlertChoices:
    """The accounts, teams and groups that an alert can watch."""

    accounts: Sequence[Account] = ()
    groups: Sequence[str] = field(default=())


def build_form(state: AlertFormState, values: AlertFormValues, choices: AlertChoices, *, trouble: str = "") -> View:
    """The form with these entries; ``trouble`` (mrkdwn) says what was wrong with the last ones."""
    if not choices.accounts:
        return build_notice_view(TITLE_NEW, NO_ACCOUNTS)
    figures = [option(NAMES[metric], word) for metric, word in METRIC_NAMES.items()] + [option(RATE_LABEL, ENGAGEMENT)]
    conditions = [option(label, condition.value) for condition, label in CONDITIONS.items()]
    windows = [option(label, window) for window, label in WINDOW_LABELS.items()]
    days = [option(label, day) for day, label in WEEKDAY_CHOICES.items()]
    people = {"type": "multi_users_select", "action_id": PEOPLE, "max_selected_items": MOST_MENTIONS}
    people |= {"initial_users": list(values.people)} if values.people else {}
    card = several_menu("checkboxes", CARD, [option(CARD_LABEL, CARD)], [CARD] if values.card else [])
    watched = _watched(choices, values.who)
    blocks: list[Block] = [
        build_trouble(trouble) if trouble else section(ABOUT),
        _input(WHO, choice_menu(WHO, watched, values.who), hint=STAYS if state.stays else "", optional=state.stays),
        _input(FIGURE, choice_menu(FIGURE, figures, values.figure)),
        _input(RULE, choice_menu(RULE, conditions, values.rule)),
        _input(AMOUNT, text_input(AMOUNT, values.amount, AMOUNT_EXAMPLE, 20), hint=AMOUNT_HINT, optional=True),
        _input(WINDOW, choice_menu(WINDOW, windows, values.window), hint=WINDOW_HINT, optional=True),
        _input(CHANNEL, channel_menu(values.channel)),
        _input(DAYS, several_menu("multi_static_select", DAYS, days, values.days)),
        _input(TIME, time_picker(values.time)),
        _input(ZONE, zone_menu(values.zone), hint=ZONE_HINT),
        _input(PEOPLE, people, hint=PEOPLE_HINT, optional=True),
        _input(TITLE, text_input(TITLE, values.title, TITLE_EXAMPLE, MOST_TITLE), hint=TITLE_HINT, optional=True),
        _input(CARD, card, optional=True),
    ]
    if len(choices.accounts) > len(watched):
        blocks.append(context(ONLY_SOME.format(most=OPTIONS_LIMIT)))
    if state.kept:
        blocks.append(context(state.kept))
    title, save = (TITLE_EDIT, SAVE_EDIT) if state.alert else (TITLE_NEW, SAVE_NEW)
    return build_modal(title, blocks, submit=save, callback_id=FORM, metadata=orjson.dumps(asdict(state)).decode())


def read_state(view: Mapping[str, Any]) -> AlertFormState:
    """What the form was opened for; nothing in it is a permission, so it is checked again."""
    try:
        stored = orjson.loads(view.get("private_metadata") or "{}")
        texts = {name: str(stored.get(name) or "") for name in ("alert", "asked_in", "rule", "cron", "kept")}
        return AlertFormState(version=int(stored.get("version", 0)), stays=bool(stored.get("stays")), **texts)
    except (orjson.JSONDecodeError, AttributeError, TypeError, ValueError):
        return AlertFormState()


def read_values(view: Mapping[str, Any]) -> AlertFormValues:
    """The entries of a submitted form (Slack's documentation: "view_submission", state.values)."""
    return AlertFormValues(
        who=chosen_option(view, WHO),
        figure=chosen_option(view, FIGURE),
        rule=chosen_option(view, RULE),
        amount=typed_text(view, AMOUNT),
        window=chosen_option(view, WINDOW),
        channel=chosen_channel(view),
        days=chosen_options(view, DAYS),
        time=chosen_time(view),
        zone=chosen_option(view, ZONE),
        people=tuple(map(str, entry(view, PEOPLE).get("selected_users") or ())),
        title=typed_text(view, TITLE),
        card=CARD in chosen_options(view, CARD),
    )


def figure_value(rule: AlertRule) -> str:
    """The value of the choice of a rule's figure."""
    return METRIC_NAMES[rule.metric] if rule.metric else ENGAGEMENT


def metric_of(value: str) -> Metric | None:
    """The metric of a choice; None is the engagement rate."""
    return next((metric for metric, word in METRIC_NAMES.items() if word == value), None)


def _watched(choices: AlertChoices, first_chosen: str) -> list[dict[str, Any]]:
    groups = [(shorten(GROUP.format(name=name), _NAME_LIMIT), f"{GROUP_PREFIX}{name}") for name in choices.groups]
    together = [option(EVERYBODY, TEAM_VALUE), *(option(label, value) for label, value in groups if len(value) <= OPTION_VALUE_LIMIT)]
    accounts = account_options(choices.accounts, [first_chosen], max(OPTIONS_LIMIT - len(together), 1))
    return [*accounts, *together][:OPTIONS_LIMIT]


def _input(name: str, element: dict[str, Any], *, hint: str = "", optional: bool = False) -> Block:
    return input_block(name, LABELS[name], element, hint=hint, optional=optional)
