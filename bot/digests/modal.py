"""The form that creates or changes a digest: its first view, and a second one with rarer options."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from bot.digests.command import DIGEST, MOST_CHANNELS, MOST_INTRO, MOST_TITLE, SWITCHES
from bot.digests.reports import ALL_PARTS, DigestSection, chosen, shown
from bot.management import form_fields as forms
from bot.management.forms import FormState, form_metadata, read_form
from bot.schedules.dates import dates_of
from bot.slack.builders import Block, Element, actions, button, code, context, option, section
from bot.slack.interactive import View, build_modal, build_notice_view, build_trouble, input_block
from bot.slack.limits import most
from bot.statistics.reports import Account
from bot.subscriptions.subscription import SubscriptionKind

TITLE_NEW, TITLE_EDIT, TITLE_MORE = "New digest", "Edit digest", "More options"
GONE = "One of these accounts can't be shown here any more. Choose others."
VIEWS_INTRO = "A summary of LinkedIn accounts, posted to a channel on a schedule, with the change since the period before."
WORDS_HINT = "It replaces days and time. Leave it empty to choose those instead."
IN_WORDS = "*Days and time*\nIn your own words: {words}. Empty that field in *{more}* to choose days and time here."
TITLE_HINT = "It stands instead of “LinkedIn” in the headline."
TITLE_EXAMPLE = "Weekly numbers"
INTRO_HINT = "It stands below the headline, every time."
INTRO_EXAMPLE = "Good morning! Here is how last week went."
SWITCH_LABELS: Final = {
    "only_headline": "Only the headline, everything else in its thread",
    "skip_unchanged": "Skip it when no figure has changed",
}
UNCHANGED_HINT = "It is skipped if each figure is as in the period before, nobody new follows, nothing was posted and nothing failed."
SHOW_HINT = "The figures and every warning are always shown."
PARTS: Final = {
    DigestSection.CHART: "The chart by day",
    DigestSection.ACCOUNTS: "A row for each account",
    DigestSection.BEST: "The best posts",
    DigestSection.FOLLOWERS: "New followers",
    DigestSection.GOALS: "How far the goals are",
    DigestSection.DETAILS: "The table by day, in the thread",
    DigestSection.BOARD: "A board that congratulates the first",
    DigestSection.SCHEDULED: "Posts scheduled for the next 7 days",
}
DATES_NOTE = "It comes {dates}. The form can't change that; words can: `digest edit 3f2a until 31 dec`, `… except 25 dec`, `… always`."
#: The callback ids of the form and of its second view: their submissions come back with them.
FORM: Final = f"{DIGEST}.form"
FORM_OPTIONS: Final = f"{DIGEST}.options"
#: The buttons in the form that show what would be posted and open the second view.
FORM_PREVIEW: Final = f"{DIGEST}.look"
FORM_MORE: Final = f"{DIGEST}.options"
#: The form's fields, by block id and action id alike. Forms of earlier versions have ``ZONE_TYPED``, a text, and the second view's fields.
ACCOUNTS: Final = "accounts"
ZONE_TYPED: Final = "zone"
WORDS, SHOW, INTRO, POSTED = "words", "show", "intro", "posted"
SAVE_NEW, SAVE_EDIT, SAVE_MORE = "Create Digest", "Save Changes", "Apply Options"
LABELS: Final = {
    ACCOUNTS: "Accounts",
    forms.CHANNEL: "Channels",
    forms.DAYS: "Days",
    forms.TIME: "Time",
    forms.ZONE: "Time zone",
    WORDS: "Days and time in your own words",
    SHOW: "Parts to show",
    POSTED: "How it is posted",
    forms.TITLE: "Title",
    INTRO: "Intro line",
}


class DigestFormState(FormState, frozen=True, forbid_unknown_fields=True):
    """What the form was opened for."""

    #: The digest's dates, which the form shows and cannot change.
    dates: str = ""


class FormValues(Struct, frozen=True):
    """The entries of the form and of its second view, by the names of the fields."""

    accounts: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    #: "09:00"; "" is none.
    time: str = ""
    timezone: str = ""
    #: What was typed as the zone in a form of an earlier version.
    zone: str = ""
    #: The schedule in words, "" where days and time are chosen.
    words: str = ""
    channel: tuple[str, ...] = ()
    #: The names of the digest's parts, () for the usual ones, until others are chosen in ``show``.
    content: tuple[str, ...] = ()
    show: tuple[str, ...] | None = None
    title: str = ""
    intro: str = ""
    #: The names of the options that are switched on.
    posted: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the parts to show; () is the usual ones."""
        if self.show is None:
            return self.content
        return chosen(DigestSection(name) for name in self.show if name in set(DigestSection))


def build_form(state: DigestFormState, values: FormValues, accounts: Sequence[Account], *, trouble: str = "") -> View:
    """The form with these entries; ``trouble`` (mrkdwn) says what was wrong with the last ones."""
    if not accounts:
        return build_notice_view(TITLE_NEW, forms.NO_ACCOUNTS)
    days, offered = [option(label, day) for day, label in forms.DAY_CHOICES.items()], forms.account_options(accounts, values.accounts)
    when = [
        _input(forms.DAYS, forms.several_menu("multi_static_select", forms.DAYS, days, values.days)),
        _input(forms.TIME, forms.time_picker(values.time)),
    ]
    blocks: list[Block] = [
        build_trouble(trouble) if trouble else section(VIEWS_INTRO),
        _input(ACCOUNTS, forms.several_menu("multi_static_select", ACCOUNTS, offered, values.accounts)),
        _input(forms.CHANNEL, forms.channels_menu(values.channel, MOST_CHANNELS)),
        *([section(IN_WORDS.format(words=code(values.words), more=forms.MORE_LABEL))] if values.words else when),
        _input(forms.ZONE, forms.zone_menu(values.timezone), hint=forms.ZONE_HINT),
        actions([button(FORM_PREVIEW, forms.PREVIEW_LABEL, "preview"), button(FORM_MORE, forms.MORE_LABEL, "more")]),
    ]
    dates = dates_of(state.dates).text
    notes = [
        *([DATES_NOTE.format(dates=dates)] if dates else []),
        *([forms.ONLY_SOME.format(most=forms.MOST_ACCOUNTS)] if len(accounts) > forms.MOST_ACCOUNTS else []),
    ]
    blocks += [context(note) for note in notes]
    title, save = (TITLE_EDIT, SAVE_EDIT) if state.which else (TITLE_NEW, SAVE_NEW)
    return build_modal(title, blocks, submit=save, callback_id=FORM, metadata=form_metadata(state, replace(values, accounts=())))


def build_options(state: DigestFormState, values: FormValues) -> View:
    """The second view, on top of a form with these entries: title, intro, sections, how it is posted, and the schedule in words."""
    switches = [option(label, name) for name, label in SWITCH_LABELS.items()]
    parts, given = [option(PARTS[part], part.value) for part in ALL_PARTS], [part.value for part in shown(values.parts)]
    blocks = [
        _input(forms.TITLE, forms.text_input(forms.TITLE, values.title, TITLE_EXAMPLE, MOST_TITLE), hint=TITLE_HINT, optional=True),
        _input(INTRO, forms.text_input(INTRO, values.intro, INTRO_EXAMPLE, MOST_INTRO), hint=INTRO_HINT, optional=True),
        _input(SHOW, forms.several_menu("checkboxes", SHOW, parts, given), hint=SHOW_HINT, optional=True),
        _input(POSTED, forms.several_menu("checkboxes", POSTED, switches, values.posted), hint=UNCHANGED_HINT, optional=True),
        _input(WORDS, forms.text_input(WORDS, values.words, "first monday of the month 9am"), hint=WORDS_HINT, optional=True),
    ]
    metadata = form_metadata(state, values)
    if len(metadata) > most("private_metadata"):
        # The accounts are in the form below.
        metadata = form_metadata(state, replace(values, accounts=()))
    return build_modal(TITLE_MORE, blocks, submit=SAVE_MORE, callback_id=FORM_OPTIONS, metadata=metadata)


def errors_in_view(view: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, str]:
    """The errors whose fields are in the view, also in one that an earlier version opened."""
    zone = {ZONE_TYPED: errors[forms.ZONE]} if forms.ZONE in errors and forms.has_field(view, ZONE_TYPED) else {}
    return forms.errors_of_fields(view, {**errors, **zone})


def read(view: Mapping[str, Any]) -> tuple[DigestFormState, FormValues]:
    state, values = read_form(view, SubscriptionKind.DIGEST, DigestFormState, FormValues, _of_earlier)
    if view.get("callback_id") == FORM_OPTIONS and not values.words:
        # These fields were not in the form while it had a schedule in words.
        values = replace(values, days=values.days or forms.USUAL_DAYS, time=values.time or forms.USUAL_TIME)
    return state, values


def _of_earlier(stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """The metadata of a form of an earlier version as it is now; that of this version stays."""
    state, values = stored.get("state", stored), stored.get("values", {})
    if forms.ZONE in values:
        return stored
    given = {**state, **values}
    # At first title and intro were beside the others.
    options = given.get("options") or given
    texts = {new: given.get(old) or "" for new, old in (("time", "time"), (forms.ZONE, "zone"), (WORDS, WORDS))}
    lists = {name: given.get(name) or () for name in (ACCOUNTS, forms.DAYS, "content")}
    return {
        "state": {name: state[name] for name in (SubscriptionKind.DIGEST, "version", "asked_in", "dates") if name in state},
        "values": {
            **texts,
            **lists,
            forms.CHANNEL: given.get("channels") or tuple(filter(None, [given.get("channel")])),
            **{name: options.get(name) or "" for name in (forms.TITLE, INTRO)},
            POSTED: [name for name in SWITCHES if options.get(name)],
        },
    }


def _input(name: str, element: Element, *, hint: str = "", optional: bool = False) -> Block:
    return input_block(name, LABELS[name], element, hint=hint, optional=optional)
