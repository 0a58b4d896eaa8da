"""The messages about what commands did to digests, and the digests on the Home tab."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from bot.digests import results
from bot.digests.manage_blocks import (
    NONE_HERE,
    build_digest_card,
    build_digest_history,
    build_digest_list,
    build_digest_plan,
    build_digest_preview,
    digest_button,
    digest_place,
    form_button,
    invitations,
    last_words,
    places_of,
    row_actions,
    show_button,
)
from bot.management.actions import CREATED_ALREADY, DONE_BEFORE, SubscriptionAction, SubscriptionChange, build_question, menu_choice
from bot.management.blocks import next_time, outcome, when_words, with_before
from bot.reports.figures import listed
from bot.schedules.dates import say_day
from bot.slack.builders import Block, Message, actions, build_notice, channel_words, context, message_text, moment, section
from bot.slack.interactive import example, with_more
from bot.subscriptions.delivery_state import DeliveryState
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
SET_UP = "Set Up a Digest"
#: Digests that have a row: two blocks each, of the hundred that the tab takes.
MOST_ROWS: Final = 8

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


def build_digest_result(result: results.DigestResult) -> Message:
    return _BUILDERS[type(result)](result)


def _build_shown(result: results.DigestShown) -> Message:
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


def _build_skipped(result: results.OccurrenceSkipped) -> Message:
    due = moment(result.due) if result.due else ""
    if result.is_skipped:
        done = f":fast_forward: The one {due} is skipped."
    elif result.due is None:
        done = "There's nothing to skip."
    elif result.there is None:
        done = f"The one {due} isn't coming anyway."
    elif result.there.state is DeliveryState.SKIPPED:
        done = f"You already skipped the one {due}."
    else:
        done = f"It's too late to skip the one {due}: {outcome(result.there)}."
    return build_digest_card(result.view, done=f"{done} {_what_follows(result.view.digest)}")


def _build_sending(result: results.Sending) -> Message:
    subscription, delivery = result.subscription, result.delivery
    if result.is_first:
        channels = result.channels or [(delivery or subscription).channel]
        return build_notice(f":outbox_tray: It is on its way to {listed(map(channel_words, channels))}.")
    sentence = f"Somebody pressed that button before: {outcome(delivery) if delivery else GONE}."
    another = f"To send another, write `digest now {subscription.short_id}`." if subscription.kind is SubscriptionKind.DIGEST else ""
    return build_notice(f"{sentence} {another}".strip())


def _build_confirmed(result: results.Confirmed) -> Message:
    return build_notice(CONFIRMED[result.action] if result.is_first else f"Somebody already answered that: {outcome(result.delivery)}.")


def _build_joined(result: results.ChannelJoined) -> Message:
    return build_notice(f":white_check_mark: I'm in {listed(map(channel_words, result.channels))} now.")


def _build_form(result: results.FormOffered) -> Message:
    if result.digest:
        return build_notice("Change this digest in the form.", [digest_button(SubscriptionAction.EDIT, result.digest.id, primary=True)])
    return build_notice(FORM, [form_button(result.draft), digest_button(SubscriptionAction.LIST)])


#: How each kind of result becomes a message.
_BUILDERS: Final[Mapping[type[results.DigestResult], Callable[[Any], Message]]] = {
    results.DigestShown: _build_shown,
    results.DigestPlan: build_digest_plan,
    results.DigestPreview: build_digest_preview,
    results.DigestList: build_digest_list,
    results.DigestHistory: build_digest_history,
    results.OccurrenceSkipped: _build_skipped,
    results.Sending: _build_sending,
    results.Confirmed: _build_confirmed,
    results.ChannelJoined: _build_joined,
    results.FormOffered: _build_form,
}


def _what_follows(digest: Subscription) -> str:
    return STAYS_PAUSED if digest.status is SubscriptionStatus.PAUSED else f"The next one comes {next_time(digest)}."


def build_home_digests(found: results.DigestList) -> Message:
    """A person's digests on the Home tab, each with its next run, a button and a menu; without one, what a digest is and how to begin."""
    every, more = found.digests, found.more
    if not every:
        text = f"{NONE_HERE}\nFor example: every Monday at 9:00, in the channel you choose. You see a preview before anything is posted."
        return Message(text, (section(text), actions([digest_button(SubscriptionAction.NEW, label=SET_UP)])))
    blocks: list[Block] = []
    for number, shown in enumerate(every[:MOST_ROWS], start=1):
        last = f" · {last_words(shown)}" if shown.last else ""
        blocks.append(section(f"*{digest_place(shown)}*\n{when_words(shown.digest)}{last}"))
        blocks.append(actions(with_more([show_button(shown, number)], map(menu_choice, row_actions(shown.digest)), number)))
    if (left := more + max(len(every) - MOST_ROWS, 0)) > 0:
        blocks.append(context(f"… and {left} more: {example('digest list')}"))
    blocks.append(actions([digest_button(SubscriptionAction.NEW, label=SET_UP), digest_button(SubscriptionAction.HISTORY)]))
    lines = [f"{digest_place(shown)}: {when_words(shown.digest)}" for shown in every[:MOST_ROWS]]
    return Message(message_text("\n".join(lines)), tuple(blocks))
