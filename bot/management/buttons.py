"""The buttons that manage a digest: each carries the words of what it does, so that it works after a restart and on another process."""

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from bot.blockkit.builders import Element, button, fits, plain
from bot.management.command import DigestAction, DigestCommand, DigestDraft, deed_words, digest_words, skip_words
from bot.subscriptions.subscription import Subscription, SubscriptionStatus

DIGEST_BUTTONS_LABELS: Final = {
    DigestAction.NEW: "Set up a digest",
    DigestAction.CREATE: "Set it up",
    DigestAction.LIST: "All digests",
    DigestAction.SHOW: "Manage",
    DigestAction.PREVIEW: "Preview",
    DigestAction.EDIT: "Edit",
    DigestAction.MOVE: "Move",
    DigestAction.PAUSE: "Pause",
    DigestAction.RESUME: "Resume",
    DigestAction.SKIP: "Skip next",
    DigestAction.NOW: "Send now",
    DigestAction.DELETE: "Delete",
    DigestAction.HISTORY: "History",
    DigestAction.JOIN: "Invite me",
    DigestAction.RETRY: "Retry",
    DigestAction.ARRIVED: "It arrived",
    DigestAction.AGAIN: "Post again",
    DigestAction.LEAVE: "Leave it",
}
WEEKLY = "Make it weekly"
DIGEST_BUTTONS_DELETE_TITLE = "Delete this digest?"
DIGEST_BUTTONS_DELETE_TEXT = "Nothing more will be posted. What was posted stays in the channel, and its history is kept."
DELETE_YES = "Delete it"
DELETE_NO = "Keep it"
DIGEST_CARDS_CHANGE = "Change it in the form"


#: Every id of a digest's button begins with this; the deed follows, and a number where several of one deed stand in a message.
PREFIX: Final = "digest"


def action_id(deed: DigestAction, number: int = 0) -> str:
    """The id of a button for this deed; ``number`` tells several of a message apart."""
    return f"{PREFIX}.{deed.value}.{number}" if number else f"{PREFIX}.{deed.value}"


def deed_button(deed: DigestAction, which: str, *, primary: bool = False, number: int = 0, label: str = "") -> Element:
    """A button that does this to the digest or delivery of this id; deleting asks first."""
    pressed = button(action_id(deed, number), label or DIGEST_BUTTONS_LABELS[deed], deed_words(deed, which), primary=primary)
    if deed is DigestAction.DELETE:
        pressed |= {"style": "danger", "confirm": sure(DIGEST_BUTTONS_DELETE_TITLE, DIGEST_BUTTONS_DELETE_TEXT)}
    return pressed


def ask_button(ask: DigestCommand, *, primary: bool = False, label: str = "") -> Element:
    """A button that asks a whole question, a draft and all."""
    return button(action_id(ask.deed), label or DIGEST_BUTTONS_LABELS[ask.deed], digest_words(ask), primary=primary)


def plan_buttons(draft: DigestDraft, everybody: Collection[str]) -> list[Element]:
    """Under a preview: set it up, or change it in the form.

    Where the ids of so many accounts do not fit into a button they are "all", when they are ``everybody``; else the form alone is left,
    in which they are chosen.
    """
    create, form = DigestCommand(DigestAction.CREATE, draft=draft), DigestCommand(DigestAction.NEW, draft=draft)
    for every in ((), everybody):
        words, change = digest_words(create, every), digest_words(form, every)
        if fits(words) and fits(change):
            set_up = button(action_id(DigestAction.CREATE), DIGEST_BUTTONS_LABELS[DigestAction.CREATE], words, primary=True)
            return [set_up, button(action_id(DigestAction.NEW), DIGEST_CARDS_CHANGE, change)]
    return [form_button(draft)]


def form_button(draft: DigestDraft) -> Element:
    """The form, with what was said already; without the accounts where so many do not fit into a button."""
    words = [digest_words(DigestCommand(DigestAction.NEW, draft=each)) for each in (draft, replace(draft, accounts=()))]
    return button(action_id(DigestAction.NEW), DIGEST_BUTTONS_LABELS[DigestAction.NEW], next(filter(fits, words), ""), primary=True)


def weekly_choice(platform_id: str) -> list[Element]:
    """Under an account's card: the form for a digest of this account, on the usual day; none when its id does not fit into a button."""
    ask = DigestCommand(DigestAction.NEW, draft=DigestDraft(accounts=(platform_id,)))
    return [ask_button(ask, label=WEEKLY)] if fits(digest_words(ask)) else []


def digest_buttons(digest: Subscription) -> list[Element]:
    """What stands under a digest in its channel."""
    return [deed_button(DigestAction.EDIT, digest.id), *_clock_buttons(digest), deed_button(DigestAction.SHOW, digest.id)]


def manage_buttons(digest: Subscription) -> list[Element]:
    """Everything that can be done to a digest."""
    others = (DigestAction.NOW, DigestAction.PREVIEW, DigestAction.MOVE, DigestAction.HISTORY, DigestAction.DELETE)
    return [deed_button(DigestAction.EDIT, digest.id), *_clock_buttons(digest), *(deed_button(deed, digest.id) for deed in others)]


def _clock_buttons(digest: Subscription) -> list[Element]:
    if digest.status is SubscriptionStatus.PAUSED:
        return [deed_button(DigestAction.RESUME, digest.id)]
    skip = skip_words(digest.id, digest.next_run_at) if digest.next_run_at else deed_words(DigestAction.SKIP, digest.id)
    return [
        deed_button(DigestAction.PAUSE, digest.id),
        button(action_id(DigestAction.SKIP), DIGEST_BUTTONS_LABELS[DigestAction.SKIP], skip),
    ]


def sure(title: str, text: str) -> Element:
    """The question that is asked before something is deleted."""
    return {
        "title": plain(title),
        "text": plain(text),
        "confirm": plain(DELETE_YES),
        "deny": plain(DELETE_NO),
        "style": "danger",
    }
