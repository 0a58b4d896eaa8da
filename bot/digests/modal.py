"""The form that creates or changes a digest: its first view, and a second one with rarer options."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import orjson

from bot.blockkit.builders import (
    OPTION_VALUE_LIMIT,
    OPTIONS_LIMIT,
    Block,
    Element,
    Message,
    actions,
    button,
    code,
    context,
    option,
    plain,
    section,
    shorten,
)
from bot.blockkit.limits import most
from bot.blockkit.views import View, build_modal, build_notice_view, build_trouble, in_view
from bot.digests.day_choices import DAY_CHOICES, DAYS, TIME, USUAL_DAYS, USUAL_TIME
from bot.digests.heading import MOST_INTRO, MOST_TITLE
from bot.digests.manage_blocks import PREFIX
from bot.digests.reports import ALL_PARTS, DigestSection, chosen, shown
from bot.reports.card_parts import account_name
from bot.schedules.dates import dates_of
from bot.statistics.reports import Account

TITLE_NEW, TITLE_EDIT, TITLE_MORE, TITLE_PREVIEW = "New digest", "Edit digest", "More options", "Digest preview"
SAVING = ":hourglass_flowing_sand: One moment, it is being saved …"
VIEWS_INTRO = "A summary of LinkedIn accounts, posted to a channel on a schedule, with the change since the period before."
ZONE_HINT = "Type a city, a time zone or its abbreviation. Local time is kept when the clocks change."
ZONE_EXAMPLE = "Berlin"
WORDS_HINT = "It replaces days and time. Leave it empty to choose those instead."
WORDS_EXAMPLE = "first monday of the month 9am"
IN_WORDS = "*Days and time*\nIn your own words: {words}. Empty that field in *{more}* to choose days and time here."
TITLE_HINT = "It stands instead of “LinkedIn” in the headline."
TITLE_EXAMPLE = "Weekly numbers"
INTRO_HINT = "It stands below the headline, every time."
INTRO_EXAMPLE = "Good morning! Here is how last week went."
SHOW_HINT = "The figures and every warning are always shown."
PARTS: Final = {
    DigestSection.CHART: "The chart by day",
    DigestSection.ACCOUNTS: "A row for each account",
    DigestSection.BEST: "The best posts",
    DigestSection.FOLLOWERS: "New followers",
    DigestSection.GOALS: "How far the goals are",
    DigestSection.DETAILS: "The table by day, in the thread",
}
DATES_NOTE = "It comes {dates}. The form can't change that; words can: `digest edit 3f2a until 31 dec`, `… except 25 dec`, `… always`."
PREVIEW_LABEL, MORE_LABEL = "Preview", "More Options"
ONLY_SOME = "The first {most} accounts are in the menu; any other can be named in words."
NO_ACCOUNTS = "No LinkedIn account is connected yet. Connect one in PostPost, or ask the person who runs this bot to name one."
MEND_FIRST = ":warning: *There is no preview yet.* Close this and fix the form first:"
#: The callback ids of the form and of its second view: their submissions come back with them.
FORM: Final = f"{PREFIX}.form"
FORM_OPTIONS: Final = f"{PREFIX}.options"
#: The buttons in the form that show what would be posted and open the second view.
FORM_PREVIEW: Final = f"{PREFIX}.look"
FORM_MORE: Final = f"{PREFIX}.options"
#: The form's fields, by block id and action id alike. Forms of earlier versions have ``ZONE_TYPED``, a text, and the second view's fields.
ACCOUNTS, CHANNEL, ZONE = "accounts", "channel", "timezone"
ZONE_TYPED: Final = "zone"
WORDS, SHOW, TITLE, INTRO = "words", "show", "title", "intro"
SAVE_NEW, SAVE_EDIT, SAVE_MORE = "Create Digest", "Save Changes", "Apply Options"
LABELS: Final = {
    ACCOUNTS: "Accounts",
    CHANNEL: "Channel",
    DAYS: "Days",
    TIME: "Time",
    ZONE: "Time zone",
    WORDS: "Days and time in your own words",
    SHOW: "Parts to show",
    TITLE: "Title",
    INTRO: "Intro line",
}
#: Letters typed before zones are searched: abbreviations have two.
ZONE_LETTERS: Final = 2
_NAME_LIMIT = 70
#: Slack's documentation, multi_static_select: at most 100 options, which are all shown at once.
_MOST_ACCOUNTS = OPTIONS_LIMIT


@dataclass(frozen=True, slots=True)
class FormState:
    """What the form was opened for, and the entries of its second view; kept in ``private_metadata``."""

    #: The digest that is changed, with the version the person saw; "" and 0 for a new one.
    digest: str = ""
    version: int = 0
    #: The channel where it was opened, which gets the confirmation.
    asked_in: str = ""
    #: The digest's dates, which the form shows and cannot change.
    dates: str = ""
    #: The schedule in words, "" where days and time are chosen.
    words: str = ""
    #: The names of the parts to show; () is every part.
    content: tuple[str, ...] = ()
    title: str = ""
    intro: str = ""


@dataclass(frozen=True, slots=True)
class FormValues:
    """The entries of the form and of its second view."""

    accounts: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    #: "09:00"; "" is none.
    time: str = ""
    zone: str = ""
    words: str = ""
    channel: str = ""
    content: tuple[str, ...] = ()
    title: str = ""
    intro: str = ""


def build_form(state: FormState, values: FormValues, accounts: Sequence[Account], *, trouble: str = "") -> View:
    """The form with these entries; ``trouble`` (mrkdwn) says what was wrong with the last ones."""
    if not accounts:
        return build_notice_view(TITLE_NEW, NO_ACCOUNTS)
    days = [option(label, day) for day, label in DAY_CHOICES.items()]
    when = [
        _input(DAYS, _many("multi_static_select", DAYS, days, values.days)),
        _input(TIME, {"type": "timepicker", "action_id": TIME} | ({"initial_time": values.time} if values.time else {})),
    ]
    blocks: list[Block] = [
        build_trouble(trouble) if trouble else section(VIEWS_INTRO),
        _input(ACCOUNTS, _account_menu(accounts, values.accounts)),
        _input(CHANNEL, _channel_menu(values.channel)),
        *([section(IN_WORDS.format(words=code(values.words), more=MORE_LABEL))] if values.words else when),
        _input(ZONE, _zone_menu(values.zone), hint=ZONE_HINT),
        actions([button(FORM_PREVIEW, PREVIEW_LABEL, "preview"), button(FORM_MORE, MORE_LABEL, "more")]),
    ]
    dates = dates_of(state.dates).text
    notes = [
        *([DATES_NOTE.format(dates=dates)] if dates else []),
        *([ONLY_SOME.format(most=_MOST_ACCOUNTS)] if len(accounts) > _MOST_ACCOUNTS else []),
    ]
    blocks += [context(note) for note in notes]
    title, save = (TITLE_EDIT, SAVE_EDIT) if state.digest else (TITLE_NEW, SAVE_NEW)
    options = replace(state, words=values.words, content=values.content, title=values.title, intro=values.intro)
    return build_modal(title, blocks, submit=save, callback_id=FORM, metadata=_written(options))


def build_options(state: FormState, values: FormValues) -> View:
    """The second view, on top of a form with these entries: title, intro, sections, and the schedule in words."""
    blocks = [
        _input(TITLE, _text(TITLE, values.title, TITLE_EXAMPLE, MOST_TITLE), hint=TITLE_HINT, optional=True),
        _input(INTRO, _text(INTRO, values.intro, INTRO_EXAMPLE, MOST_INTRO), hint=INTRO_HINT, optional=True),
        _input(SHOW, _part_boxes(values.content), hint=SHOW_HINT, optional=True),
        _input(WORDS, _text(WORDS, values.words, WORDS_EXAMPLE), hint=WORDS_HINT, optional=True),
    ]
    metadata = orjson.dumps({"state": asdict(state), "values": asdict(values)}).decode()
    if len(metadata) > most("private_metadata"):
        # The accounts are in the form below.
        metadata = orjson.dumps({"state": asdict(state), "values": asdict(replace(values, accounts=()))}).decode()
    return build_modal(TITLE_MORE, blocks, submit=SAVE_MORE, callback_id=FORM_OPTIONS, metadata=metadata)


def errors_of_fields(view: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, str]:
    """The errors of fields in this view, by block id, in plain text: Slack ignores others, and shows no mentions in them."""
    blocks = {ZONE: ZONE_TYPED} if _has(view, ZONE_TYPED) else {}
    named = {blocks.get(field, field): text.replace("`", "") for field, text in errors.items() if "<" not in text}
    return {block: text for block, text in named.items() if _has(view, block)}


def build_preview(message: Message) -> View:
    """What the digest would post, on top of the form."""
    return build_modal(TITLE_PREVIEW, in_view(message.without_native()))


def build_errors(errors: Mapping[str, str]) -> View:
    """The view with the errors, by label, in place of a preview."""
    return build_notice_view(TITLE_PREVIEW, "\n".join([MEND_FIRST, *(f"• *{LABELS[field]}:* {text}" for field, text in errors.items())]))


def read_state(view: Mapping[str, Any]) -> FormState:
    """The form's state; it grants nothing: permissions are checked again."""
    try:
        return _state(orjson.loads(view.get("private_metadata") or "{}"))
    except (orjson.JSONDecodeError, AttributeError, TypeError, ValueError):
        return FormState()


def _state(stored: Mapping[str, Any]) -> FormState:
    dates = dates_of(str(stored.get("dates", ""))).words
    content = tuple(str(name) for name in stored.get("content") or ())
    words, title, intro = (str(stored.get(name) or "") for name in (WORDS, TITLE, INTRO))
    digest, version, asked_in = str(stored.get("digest", "")), int(stored.get("version", 0)), str(stored.get("asked_in", ""))
    return FormState(digest, version, asked_in, dates, words, content, title, intro)


def read_values(view: Mapping[str, Any]) -> FormValues:
    """The entries of a submitted form (Slack's documentation: "view_submission", state.values), also of one of an earlier version."""
    stored = read_state(view)
    zone = (_entry(view, ZONE).get("selected_option") or {}).get("value") or _entry(view, ZONE_TYPED).get("value")
    return FormValues(
        accounts=_chosen(view, ACCOUNTS),
        days=_chosen(view, DAYS),
        time=str(_entry(view, TIME).get("selected_time") or ""),
        zone=str(zone or "").strip(),
        words=_typed(view, WORDS, stored.words),
        channel=str(_entry(view, CHANNEL).get("selected_conversation") or ""),
        content=_chosen_parts(view) if _has(view, SHOW) else stored.content,
        title=_typed(view, TITLE, stored.title),
        intro=_typed(view, INTRO, stored.intro),
    )


def read_options(view: Mapping[str, Any]) -> tuple[FormState, FormValues]:
    """The form below a submitted second view: what it was opened for, and its entries with those of the second view."""
    entered = read_values(view)
    try:
        stored = orjson.loads(view.get("private_metadata") or "{}")
        state, below = _state(stored["state"]), {name: _as_kept(value) for name, value in stored["values"].items()}
        second = {name: getattr(entered, name) for name in ("words", "content", "title", "intro")}
        values = replace(FormValues(**below), **second)
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError):
        return FormState(), entered
    if not entered.words:
        # These fields were not in the form while it had a schedule in words.
        values = replace(values, days=values.days or USUAL_DAYS, time=values.time or USUAL_TIME)
    return state, values


def _as_kept(value: Any) -> Any:
    return tuple(map(str, value)) if isinstance(value, list) else str(value)


def read_offered(view: Mapping[str, Any]) -> frozenset[str]:
    """The accounts (platform ids) that the form offered; others stay unchanged."""
    elements = (block["element"] for block in view.get("blocks") or () if block.get("block_id") == ACCOUNTS)
    return frozenset(str(each["value"]) for element in elements for each in element.get("options") or ())


def _typed(view: Mapping[str, Any], name: str, stored: str) -> str:
    """What was typed into this field; ``kept`` where the view has none."""
    return str(_entry(view, name).get("value") or "").strip() if _has(view, name) else stored


def _has(view: Mapping[str, Any], name: str) -> bool:
    return any(block.get("block_id") == name for block in view.get("blocks") or ())


def _entry(view: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    values = (view.get("state") or {}).get("values") or {}
    return (values.get(name) or {}).get(name) or {}


def _chosen(view: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(str(each["value"]) for each in _entry(view, name).get("selected_options") or ())


def _chosen_parts(view: Mapping[str, Any]) -> tuple[str, ...]:
    return chosen(DigestSection(name) for name in _chosen(view, SHOW) if name in set(DigestSection))


def _written(state: FormState) -> str:
    return orjson.dumps(asdict(state)).decode()


def _input(name: str, element: Element, *, hint: str = "", optional: bool = False) -> Block:
    block: Block = {"type": "input", "block_id": name, "label": plain(LABELS[name]), "element": element, "optional": optional}
    return block | ({"hint": plain(hint)} if hint else {})


def _text(name: str, value: str, example: str, longest: int = 200) -> Element:
    element = {"type": "plain_text_input", "action_id": name, "max_length": longest, "placeholder": plain(example)}
    return element | ({"initial_value": value[:longest]} if value else {})


def _zone_menu(zone: str) -> Element:
    """The zones are searched as they are typed (`bot.schedules.timezones.search_zones`)."""
    menu = {"type": "external_select", "action_id": ZONE, "min_query_length": ZONE_LETTERS, "placeholder": plain(ZONE_EXAMPLE)}
    return menu | ({"initial_option": option(zone, zone)} if zone else {})


def _many(kind: str, name: str, options: Sequence[Element], first_chosen: Sequence[str]) -> Element:
    first = [each for each in options if each["value"] in first_chosen]
    return {"type": kind, "action_id": name, "options": list(options)} | ({"initial_options": first} if first else {})


def _account_menu(accounts: Sequence[Account], first_chosen: Sequence[str]) -> Element:
    """The accounts to choose from, those chosen already first."""
    offered = [account for account in accounts if len(account.platform_id) <= OPTION_VALUE_LIMIT]
    offered.sort(key=lambda account: account.platform_id not in first_chosen)
    options = [option(shorten(account_name(account), _NAME_LIMIT), account.platform_id) for account in offered[:_MOST_ACCOUNTS]]
    return _many("multi_static_select", ACCOUNTS, options, first_chosen)


def _channel_menu(channel: str) -> Element:
    kinds = {"include": ["public", "private", "im"], "exclude_bot_users": False}
    return {"type": "conversations_select", "action_id": CHANNEL, "filter": kinds} | ({"initial_conversation": channel} if channel else {})


def _part_boxes(content: Sequence[str]) -> Element:
    options = [option(PARTS[part], part.value) for part in ALL_PARTS]
    return _many("checkboxes", SHOW, options, [part.value for part in shown(content)])
