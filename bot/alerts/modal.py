"""The form that creates or changes an alert: its first view, and two more on top of it, about when it checks and about what is rarer."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from bot.alerts.rule import ALERT, ENGAGEMENT, MOST_MENTIONS, MOST_TITLE, Condition
from bot.management import form_fields as forms
from bot.management.forms import FormState, form_metadata, read_form
from bot.parsing.vocabulary import METRIC_NAMES
from bot.slack.builders import OPTIONS_LIMIT, Block, Element, actions, button, context, option, section
from bot.slack.interactive import View, build_modal, build_notice_view, build_trouble, input_block
from bot.statistics.metrics import NAMES
from bot.statistics.reports import Account
from bot.subscriptions.subscription import SubscriptionKind

TITLE_NEW, TITLE_EDIT, TITLE_TIMES, TITLE_MORE = "New alert", "Edit alert", "When it checks", "More options"
SAVE_NEW, SAVE_EDIT, SAVE_TIMES, SAVE_MORE = "Create Alert", "Save Changes", "Apply Times", "Apply Options"
ABOUT = "A message in a channel when a figure moves a lot, crosses a limit or is unusual, and a reply there when it is back to normal."
AMOUNT_HINT = "A change in percent, or the limit. An unusual figure needs none."
WINDOW_HINT = "Without one, a change is over 7 days and a limit over one day."
MINIMUM_HINT = "Changes and rates from fewer are ignored. Left empty, the figure's usual minimum; 0 for none."
COOLDOWN_HINT = "Days without a second message. Left empty, as many days as the figure covers."
TITLE_HINT = "The alert's message begins with it."
TITLE_EXAMPLE = "Spring launch"
PEOPLE_HINT = "They are mentioned when it fires. User groups can be named in words: alert edit … for @growth"
STAYS = "The account that it watches can't be shown here; without a choice it stays."
WHO, FIGURE, RULE, AMOUNT, WINDOW, PEOPLE, CARD = "who", "figure", "rule", "amount", "window", "people", "card"
MINIMUM, COOLDOWN = "minimum", "cooldown"
#: The callback ids of the form and of its two further views, and the id of the button for a preview.
FORM, FORM_TIMES, FORM_MORE, FORM_PREVIEW = (f"{ALERT}.{name}" for name in ("form", "times", "options", "look"))
LABELS: Final = {
    WHO: "Account or team",
    FIGURE: "Figure",
    RULE: "Tell when it",
    AMOUNT: "Amount",
    WINDOW: "Over",
    forms.CHANNEL: "Channel",
    forms.DAYS: "Check on",
    forms.TIME: "Time",
    forms.ZONE: "Time zone",
    forms.QUIET: forms.QUIET_LABEL,
    MINIMUM: "Minimum",
    COOLDOWN: "Cool-down",
    PEOPLE: "Mention",
    forms.TITLE: "Title",
    CARD: "Also post",
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


class AlertFormState(FormState, frozen=True, forbid_unknown_fields=True):
    """What the form was opened for."""

    cron: str = ""
    #: The ids of the user groups that it mentions: the form cannot choose them.
    groups: tuple[str, ...] = ()


class AlertFormValues(Struct, frozen=True):
    """The entries of the form and of the views on top of it, by the names of the fields."""

    #: A value of `bot.management.form_fields.who_options`; "" is none.
    who: str = ""
    figure: str = ""
    rule: str = ""
    amount: str = ""
    window: str = ""
    channel: str = ""
    days: tuple[str, ...] = ()
    #: "09:00"; "" is none.
    time: str = ""
    timezone: str = ""
    people: tuple[str, ...] = ()
    title: str = ""
    #: ("card",) for the card in the thread.
    card: tuple[str, ...] = ()
    minimum: str = ""
    cooldown: str = ""
    quiet: str = ""


def build_form(
    state: AlertFormState, values: AlertFormValues, accounts: Sequence[Account], groups: Iterable[str], *, trouble: str = ""
) -> View:
    """The form with these entries; ``trouble`` (mrkdwn) says what was wrong with the last ones."""
    if not accounts:
        return build_notice_view(TITLE_NEW, forms.NO_ACCOUNTS)
    figures = [option(NAMES[metric], word) for metric, word in METRIC_NAMES.items()] + [option("Engagement rate", ENGAGEMENT)]
    conditions = [option(label, condition.value) for condition, label in CONDITIONS.items()]
    windows = [option(label, window) for window, label in {"day": "one day", "week": "7 days", "month": "4 weeks"}.items()]
    watched = forms.who_options(accounts, groups, [values.who])
    further = ((FORM_PREVIEW, forms.PREVIEW_LABEL), (FORM_TIMES, "When It Checks"), (FORM_MORE, forms.MORE_LABEL))
    blocks: list[Block] = [
        build_trouble(trouble) if trouble else section(ABOUT),
        _input(WHO, forms.choice_menu(WHO, watched, values.who), hint=STAYS if state.stays else "", optional=state.stays),
        _input(FIGURE, forms.choice_menu(FIGURE, figures, values.figure)),
        _input(RULE, forms.choice_menu(RULE, conditions, values.rule)),
        _input(AMOUNT, forms.text_input(AMOUNT, values.amount, "50", 20), hint=AMOUNT_HINT, optional=True),
        _input(WINDOW, forms.choice_menu(WINDOW, windows, values.window), hint=WINDOW_HINT, optional=True),
        _input(forms.CHANNEL, forms.channel_menu(values.channel)),
        actions([button(own_id, label, label.lower()) for own_id, label in further]),
    ]
    if len(accounts) > len(watched):
        blocks.append(context(forms.ONLY_SOME.format(most=OPTIONS_LIMIT)))
    title, save = (TITLE_EDIT, SAVE_EDIT) if state.which else (TITLE_NEW, SAVE_NEW)
    return build_modal(title, blocks, submit=save, callback_id=FORM, metadata=form_metadata(state, values))


def build_times(state: AlertFormState, values: AlertFormValues) -> View:
    """The view on top of a form with these entries: when it checks, and in which hours it is quiet."""
    days = [option(label, day) for day, label in forms.WEEKDAY_CHOICES.items()]
    blocks = [
        _input(forms.DAYS, forms.several_menu("multi_static_select", forms.DAYS, days, values.days)),
        _input(forms.TIME, forms.time_picker(values.time)),
        _input(forms.ZONE, forms.zone_menu(values.timezone), hint=forms.ZONE_HINT),
        forms.quiet_input(values.quiet),
    ]
    return build_modal(TITLE_TIMES, blocks, submit=SAVE_TIMES, callback_id=FORM_TIMES, metadata=form_metadata(state, values))


def build_options(state: AlertFormState, values: AlertFormValues) -> View:
    """The view on top of a form with these entries: from which figures on and how often it fires, and what its message has."""
    people = {"type": "multi_users_select", "action_id": PEOPLE, "max_selected_items": MOST_MENTIONS}
    people |= {"initial_users": list(values.people)} if values.people else {}
    card = forms.several_menu("checkboxes", CARD, [option("The account's card in the thread when it fires", CARD)], values.card)
    blocks = [
        _input(MINIMUM, forms.text_input(MINIMUM, values.minimum, "500", 20), hint=MINIMUM_HINT, optional=True),
        _input(COOLDOWN, forms.text_input(COOLDOWN, values.cooldown, "7", 20), hint=COOLDOWN_HINT, optional=True),
        _input(PEOPLE, people, hint=PEOPLE_HINT, optional=True),
        _input(forms.TITLE, forms.text_input(forms.TITLE, values.title, TITLE_EXAMPLE, MOST_TITLE), hint=TITLE_HINT, optional=True),
        _input(CARD, card, optional=True),
    ]
    if state.groups:
        groups = ", ".join(f"<!subteam^{one}>" for one in state.groups)
        blocks.append(context(f"It also mentions {groups}. Words change that: `alert edit {state.which[:8]} no mentions`."))
    return build_modal(TITLE_MORE, blocks, submit=SAVE_MORE, callback_id=FORM_MORE, metadata=form_metadata(state, values))


def read(view: Mapping[str, Any]) -> tuple[AlertFormState, AlertFormValues]:
    return read_form(view, SubscriptionKind.ALERT, AlertFormState, AlertFormValues)


def _input(name: str, element: Element, *, hint: str = "", optional: bool = False) -> Block:
    return input_block(name, LABELS[name], element, hint=hint, optional=optional)
