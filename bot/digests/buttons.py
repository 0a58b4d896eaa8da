"""Buttons of digests that carry more than an id: a draft, or the time of the occurrence to skip."""

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import Final

from bot.blockkit.builders import Element, button, fits
from bot.digests.command import DigestCommand, DigestDraft, digest_words, skip_words
from bot.management.actions import LABELS, SubscriptionAction, action_button, action_id, action_words
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus

CHANGE_IN_FORM = "Change it in the form"

#: What every action id of a digest's button begins with.
PREFIX: Final = SubscriptionKind.DIGEST.value

digest_button = partial(action_button, SubscriptionKind.DIGEST)
_action_id = partial(action_id, SubscriptionKind.DIGEST)


def plan_buttons(draft: DigestDraft, everybody: Collection[str]) -> list[Element]:
    """Under a preview: set it up, or change it in the form.

    Where the ids of so many accounts do not fit into a button they are "all", when they are ``everybody``; else the form alone is left,
    in which they are chosen.
    """
    create, form = DigestCommand(SubscriptionAction.CREATE, draft=draft), DigestCommand(SubscriptionAction.NEW, draft=draft)
    for every in ((), everybody):
        words, change = digest_words(create, every), digest_words(form, every)
        if fits(words) and fits(change):
            set_up = button(_action_id(SubscriptionAction.CREATE), LABELS[SubscriptionAction.CREATE], words, primary=True)
            return [set_up, button(_action_id(SubscriptionAction.NEW), CHANGE_IN_FORM, change)]
    return [form_button(draft)]


def form_button(draft: DigestDraft) -> Element:
    """Opens the form with the draft's entries; without the accounts where so many do not fit into a button."""
    words = [digest_words(DigestCommand(SubscriptionAction.NEW, draft=each)) for each in (draft, replace(draft, accounts=()))]
    return button(_action_id(SubscriptionAction.NEW), LABELS[SubscriptionAction.NEW], next(filter(fits, words), ""), primary=True)


def digest_buttons(digest: Subscription) -> list[Element]:
    """What stands under a digest in its channel."""
    return [digest_button(SubscriptionAction.EDIT, digest.id), *_clock_buttons(digest), digest_button(SubscriptionAction.SHOW, digest.id)]


def manage_buttons(digest: Subscription) -> list[Element]:
    """Everything that can be done to a digest."""
    others = (
        SubscriptionAction.NOW,
        SubscriptionAction.PREVIEW,
        SubscriptionAction.MOVE,
        SubscriptionAction.HISTORY,
        SubscriptionAction.DELETE,
    )
    return [
        digest_button(SubscriptionAction.EDIT, digest.id),
        *_clock_buttons(digest),
        *(digest_button(action, digest.id) for action in others),
    ]


def _clock_buttons(digest: Subscription) -> list[Element]:
    if digest.status is SubscriptionStatus.PAUSED:
        return [digest_button(SubscriptionAction.RESUME, digest.id)]
    skip = (
        skip_words(digest.id, digest.next_run_at)
        if digest.next_run_at
        else action_words(SubscriptionKind.DIGEST, SubscriptionAction.SKIP, digest.id)
    )
    return [
        digest_button(SubscriptionAction.PAUSE, digest.id),
        button(_action_id(SubscriptionAction.SKIP), LABELS[SubscriptionAction.SKIP], skip),
    ]
