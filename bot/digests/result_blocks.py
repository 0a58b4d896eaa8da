"""The messages about what commands did to digests, and the digests on the Home tab."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from bot.digests.command import DigestDraft
from bot.digests.manage_blocks import (
    NONE_HERE,
    build_digest_card,
    digest_button,
    digest_place,
    form_button,
    invitations,
    last_words,
    places_of,
    row_actions,
    show_button,
)
from bot.digests.results import DigestList, DigestShown, DigestView
from bot.management.actions import CREATED_ALREADY, DONE_BEFORE, SubscriptionAction, SubscriptionChange, build_question, menu_choice
from bot.management.blocks import next_time, outcome, when_words, with_before
from bot.reports.card_parts import with_more
from bot.reports.figures import listed
from bot.schedules.dates import say_day
from bot.slack.builders import Block, Message, actions, build_notice, channel_words, context, message_text, moment, section
from bot.slack.interactive import example
from bot.subscriptions.delivery_state import Delivery, DeliveryState
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus

FORM = "Set up a LinkedIn digest: a summary of your accounts, posted here on a schedule."
PAUSED = ":double_vertical_bar: Paused. Nothing is posted until you resume it."
CONFIRMED: Final[Mapping[SubscriptionAction, str]] = {
    SubscriptionAction.ARRIVED: ":white_check_mark: Thank you. I've marked it as sent.",
    SubscriptionAction.AGAIN: ":outbox_tray: I'm posting it again.",
    SubscriptionAction.LEAVE: "I left it as it is. The next one comes at its usual time.",
}
LEFT_OUT = "The one {due} isn't posted, because it was made before the change. `digest now {id}` posts one at once."
STAYS_PAUSED = "It is paused: nothing is posted until you resume it."
#: The text for a delivery that retention has deleted.
GONE = "that one is gone"

#: What was done to a digest.
DONE: Final[Mapping[SubscriptionChange, str]] = {
    **DONE_BEFORE,
    SubscriptionChange.CREATED: ":white_check_mark: Set up. The first one comes {next}.",
    SubscriptionChange.SAME: "That channel already has a digest of the same accounts at the same times, so nothing was added.",
    SubscriptionChange.CHANGED: ":white_check_mark: Changed. {then}",
    SubscriptionChange.MOVED: ":white_check_mark: Moved to {channel}.",
    SubscriptionChange.PAUSED: PAUSED,
    SubscriptionChange.PAUSED_UNTIL: ":double_vertical_bar: Paused until {day}. The next one comes {next}.",
    SubscriptionChange.RESUMED: ":arrow_forward: Running again. The next one comes {next}.",
    SubscriptionChange.DELETED: "The digest in {channel} is deleted. What was posted stays there, and its history is kept.",
}


def build_shown(result: DigestShown) -> Message:
    if result.view is None:
        return build_notice(CREATED_ALREADY, [digest_button(SubscriptionAction.LIST)])
    digest, first = result.view.digest, result.view.digest.schedule_dates.first
    if result.change is SubscriptionChange.ASKED:
        lines = [digest_place(result.view), when_words(digest)]
        return build_question(digest.kind, lines, digest_button(SubscriptionAction.DELETE, digest.id))
    words = {"next": next_time(digest), "then": _what_follows(digest), "channel": places_of((digest, *result.view.others))}
    done = DONE[result.change].format(**words, day=say_day(first) if first else "")
    if result.change is SubscriptionChange.DELETED:
        return build_notice(done, [digest_button(SubscriptionAction.HISTORY, digest.id), digest_button(SubscriptionAction.LIST)])
    if result.same_in:
        same_in = listed(map(channel_words, result.same_in))
        done = f"{done} Nothing was added in {same_in}, which already has a digest of the same accounts at the same times."
    done = with_before(done, result.was)
    if result.not_due:
        done = f"{done} It wouldn't have come on {result.not_due} anyway."
    if result.left_out:
        done = f"{done} {LEFT_OUT.format(due=', '.join(map(moment, result.left_out)), id=digest.short_id)}"
    return build_digest_card(result.view, done=done, invite=invitations(result.places))


def build_skipped(view: DigestView, due: datetime | None, there: Delivery | None, *, is_skipped: bool) -> Message:
    """The occurrence at this time is skipped; or ``there`` says what became of it, None when it does not come."""
    at = moment(due) if due else ""
    if is_skipped:
        done = f":fast_forward: The one {at} is skipped."
    elif due is None:
        done = "There's nothing to skip."
    elif there is None:
        done = f"The one {at} isn't coming anyway."
    elif there.state is DeliveryState.SKIPPED:
        done = f"You already skipped the one {at}."
    else:
        done = f"It's too late to skip the one {at}: {outcome(there)}."
    return build_digest_card(view, done=f"{done} {_what_follows(view.digest)}")


def build_sending(subscription: Subscription, delivery: Delivery | None, channels: Sequence[str]) -> Message:
    """One is being posted in these channels (Slack ids); in none of them where the button was pressed before."""
    if channels:
        return build_notice(f":outbox_tray: It is on its way to {listed(map(channel_words, channels))}.")
    sentence = f"Somebody pressed that button before: {outcome(delivery) if delivery else GONE}."
    another = f"To send another, write `digest now {subscription.short_id}`." if subscription.kind is SubscriptionKind.DIGEST else ""
    return build_notice(f"{sentence} {another}".strip())


def build_confirmed(action: SubscriptionAction, delivery: Delivery, *, is_first: bool) -> Message:
    return build_notice(CONFIRMED[action] if is_first else f"Somebody already answered that: {outcome(delivery)}.")


def build_joined(channels: Sequence[str]) -> Message:
    return build_notice(f":white_check_mark: I'm in {listed(map(channel_words, channels))} now.")


def build_form_offer(draft: DigestDraft, digest: Subscription | None = None) -> Message:
    """Offers the form for a new digest of this draft, or for a change of ``digest``."""
    if digest:
        return build_notice("Change this digest in the form.", [digest_button(SubscriptionAction.EDIT, digest.id, primary=True)])
    return build_notice(FORM, [form_button(draft), digest_button(SubscriptionAction.LIST)])


def _what_follows(digest: Subscription) -> str:
    return STAYS_PAUSED if digest.status is SubscriptionStatus.PAUSED else f"The next one comes {next_time(digest)}."


def build_home_digests(found: DigestList) -> Message:
    """A person's digests on the Home tab, each with its next run, a button and a menu; without one, what a digest is and how to begin."""
    every, more = found.digests, found.more
    if not every:
        text = f"{NONE_HERE}\nFor example: every Monday at 9:00, in the channel you choose. You see a preview before anything is posted."
        return Message(text, (section(text), actions([digest_button(SubscriptionAction.NEW)])))
    blocks: list[Block] = []
    for number, shown in enumerate(every, start=1):
        last = f" · {last_words(shown)}" if shown.last else ""
        blocks.append(section(f"*{digest_place(shown)}*\n{when_words(shown.digest)}{last}"))
        blocks.append(actions(with_more([show_button(shown, number)], map(menu_choice, row_actions(shown.digest)), number)))
    if more > 0:
        blocks.append(context(f"… and {more} more: {example('digest list')}"))
    blocks.append(actions([digest_button(SubscriptionAction.NEW), digest_button(SubscriptionAction.HISTORY)]))
    lines = [f"{digest_place(shown)}: {when_words(shown.digest)}" for shown in every]
    return Message(message_text("\n".join(lines)), tuple(blocks))
