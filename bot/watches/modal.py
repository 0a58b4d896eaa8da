"""The form that creates or changes a watch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.management import form_fields as forms
from bot.slack.builders import OPTIONS_LIMIT, Block, actions, button, context, section
from bot.slack.views import View, build_modal, build_notice_view, build_trouble, input_block
from bot.statistics.reports import Account
from bot.watches.blocks import points_words
from bot.watches.rule import WATCH

TITLE_NEW, TITLE_EDIT = "New watch", "Edit watch"
SAVE_NEW, SAVE_EDIT = "Create Watch", "Save Changes"
ABOUT = "A message when a post goes live, and its figures in the thread after {points}. It sees posts made through PostPost."
WHO_HINT = "One or several accounts, or one group, or all."
STAYS = "Accounts that can't be shown here stay."
WHO: Final = "who"
#: The callback id of the form, and the id of the button for a preview.
FORM, FORM_PREVIEW = f"{WATCH}.form", f"{WATCH}.look"
LABELS: Final = {WHO: "Whose posts", forms.CHANNEL: "Channel", forms.QUIET: forms.QUIET_LABEL}


@dataclass(frozen=True, slots=True)
class WatchFormState:
    """What the form was opened for; it comes back with the submission in ``private_metadata``."""

    #: The watch that is changed, with the version that the person saw; "" and 0 for a new one.
    watch: str = ""
    version: int = 0
    #: The conversation it was opened in: the result is posted there.
    asked_in: str = ""
    #: Whether it has accounts that the form cannot offer.
    stays: bool = False


@dataclass(frozen=True, slots=True)
class WatchFormValues:
    """The entries of the form: platform ids, a group's value or the team's; the channel's id, and quiet hours."""

    who: tuple[str, ...] = ()
    channel: str = ""
    quiet: str = ""


def build_form(
    state: WatchFormState, values: WatchFormValues, accounts: Sequence[Account], groups: Iterable[str], *, trouble: str = ""
) -> View:
    """The form with these entries; ``trouble`` (mrkdwn) says what was wrong with the last ones."""
    if not accounts:
        return build_notice_view(TITLE_NEW, forms.NO_ACCOUNTS)
    watched = forms.who_options(accounts, groups, values.who)
    who = forms.several_menu("multi_static_select", WHO, watched, values.who)
    blocks: list[Block] = [
        build_trouble(trouble) if trouble else section(ABOUT.format(points=points_words())),
        input_block(WHO, LABELS[WHO], who, hint=f"{WHO_HINT} {STAYS}" if state.stays else WHO_HINT, optional=state.stays),
        input_block(forms.CHANNEL, LABELS[forms.CHANNEL], forms.channel_menu(values.channel)),
        forms.quiet_input(values.quiet),
        actions([button(FORM_PREVIEW, forms.PREVIEW_LABEL, "preview")]),
    ]
    if len(accounts) > len(watched):
        blocks.append(context(forms.ONLY_SOME.format(most=OPTIONS_LIMIT)))
    title, save = (TITLE_EDIT, SAVE_EDIT) if state.watch else (TITLE_NEW, SAVE_NEW)
    return build_modal(title, blocks, submit=save, callback_id=FORM, metadata=forms.form_metadata(state, replace(values, who=())))


def read(view: Mapping[str, Any]) -> tuple[WatchFormState, WatchFormValues]:
    """What the form was opened for, and its entries."""
    return forms.read_form(view, WatchFormState, WatchFormValues)
