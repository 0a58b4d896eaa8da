"""Parts that cards about digests and alerts share: outcomes, owners, the next time, the invitation of the bot."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from bot.management.actions import CREATED_ALREADY, INVITE, LABELS, SubscriptionAction, SubscriptionChange, build_question, join_button
from bot.management.rules import R, RuleResult, RuleView
from bot.slack.builders import (
    Block,
    Element,
    Message,
    actions,
    build_notice,
    channel_words,
    code,
    context,
    escape,
    header,
    message_text,
    moment,
    one_line,
    section,
)
from bot.slack.people import KnownChannel
from bot.subscriptions.delivery_state import Delivery, DeliveryState
from bot.subscriptions.subscription import SkipReason, Subscription, SubscriptionStatus

#: The lines of one, its small print, and its buttons.
Card = tuple[Sequence[str], str, Sequence[Element]]
LAST = "last: {outcome}"
MORE = "… and {n} more; each can be shown by its id."
LOST_GROUP = ":warning: That group was removed: it does nothing until there's a group of that name again."
UNREADABLE = ":warning: A newer version of this bot set it up. This version can't read it, so it posts nothing."

NEVER = "never"
#: Characters of the text beside the blocks of a message.
OUTCOMES: Final[Mapping[DeliveryState, str]] = {
    DeliveryState.PENDING: ":hourglass_flowing_sand: waits",
    DeliveryState.BUILDING: ":hourglass_flowing_sand: is being made",
    DeliveryState.SENDING: ":hourglass_flowing_sand: is on its way",
    DeliveryState.RECONCILING: ":hourglass_flowing_sand: checking whether it was posted",
    DeliveryState.UNCERTAIN: ":grey_question: needs you: did it arrive?",
    DeliveryState.SENT: ":white_check_mark: sent",
    DeliveryState.FAILED: ":x: failed",
    DeliveryState.SKIPPED: ":fast_forward: skipped",
}
REASONS: Final[Mapping[str, str]] = {
    SkipReason.LATE: "too late to be worth it",
    SkipReason.PAUSED: "it was paused",
    SkipReason.DELETED: "it was deleted",
    SkipReason.CHANGED: "it was changed in the meantime",
    SkipReason.ASKED: "somebody asked for it",
    SkipReason.LEFT: "left as it was",
    SkipReason.QUIET: "there was nothing to say",
    SkipReason.UNCHANGED: "no figure had changed since the period before",
    SkipReason.QUIET_HOURS: "it would have come in quiet hours",
}


def outcome(delivery: Delivery) -> str:
    parts = [OUTCOMES[delivery.state]]
    if delivery.state in (DeliveryState.FAILED, DeliveryState.SKIPPED) and delivery.reason:
        known = REASONS.get(delivery.reason)
        parts.append(f"({known or code(one_line(delivery.reason, 60))})")
    if delivery.click:
        parts.append("(sent by hand)")
    return " ".join(parts)


def when_words(subscription: Subscription, form: str = "{schedule}") -> str:
    """The schedule, and when the next one comes; or that it is paused."""
    schedule = escape(form.format(schedule=subscription.when_words))
    if subscription.status is SubscriptionStatus.PAUSED:
        return f"{schedule} · paused"
    if subscription.status is SubscriptionStatus.DELETED:
        return f"{schedule} · deleted"
    if subscription.next_run_at is None:
        return f"{schedule} · no next time"
    return f"{schedule} · next {moment(subscription.next_run_at)}"


def next_time(subscription: Subscription) -> str:
    return moment(subscription.next_run_at) if subscription.next_run_at else NEVER


def id_and_owner(subscription: Subscription) -> str:
    """The id as people see it, and the owner as a mention, or "the administrators"."""
    owner = f"<@{subscription.owner}>" if subscription.owner else "the administrators"
    return f"{subscription.kind} {code(subscription.short_id)} · owner {owner}"


def invitation(channel: KnownChannel | None) -> list[Block]:
    """The blocks that say that the bot is not a member of the channel, and how to invite it; none where it may post already."""
    if channel is None or channel.is_member or channel.is_direct:
        return []
    how = f"Send {code(INVITE)}" if channel.is_private else f"Press *{LABELS[SubscriptionAction.JOIN]}*, or send {code(INVITE)}"
    text = f":warning: I'm not a member of {channel_words(channel.id)} yet, so I couldn't post anything there. {how} there."
    return [section(text, None if channel.is_private else join_button(channel.id))]


def build_card(lines: Sequence[str], small: str, buttons: Sequence[Element], *, done: str = "", invite: Sequence[Block] = ()) -> Message:
    """The card of one subscription; ``done`` (mrkdwn) says what was just done."""
    blocks = [*([section(done)] if done else []), section("\n".join(lines)), *invite, context(small), actions(list(buttons))]
    return Message(message_text("\n".join(filter(None, [done, *lines]))), tuple(blocks))


def build_result(
    result: RuleResult[R], press: Callable[..., Element], done: Mapping[SubscriptionChange, str], card: Callable[[RuleView[R]], Card]
) -> Message:
    """What a command did: ``done`` has the sentence for each change, ``card`` gives the parts of a card, ``press`` the kind's buttons."""
    if result.view is None:
        return build_notice(CREATED_ALREADY, [press(SubscriptionAction.LIST)])
    one, (lines, small, buttons) = result.view.subscription, card(result.view)
    if result.change is SubscriptionChange.ASKED:
        return build_question(one.kind, lines, press(SubscriptionAction.DELETE, one.id))
    words = done[result.change].format(next=next_time(one), channel=channel_words(one.channel))
    if result.change is SubscriptionChange.DELETED:
        return build_notice(words, [press(SubscriptionAction.LIST)])
    return build_card(lines, small, buttons, done=with_before(words, result.was), invite=invitation(result.place))


def build_list(title: str, rows: Sequence[tuple[Sequence[str], str, Element]], more: int, buttons: Sequence[Element]) -> Message:
    """A row for each subscription: its lines, its small print, and the button that shows it. ``more`` are only counted."""
    shown = [section("\n".join([*lines, small]), show) for lines, small, show in rows]
    rest = [context(MORE.format(n=more))] if more else []
    text = "\n".join([title, *(" · ".join(lines) for lines, _, _ in rows)])
    return Message(message_text(text), (header(title), *shown, *rest, actions(list(buttons))))


def with_before(done: str, was: str) -> str:
    """What was done, and what it was before (plain text), where that is not ""."""
    return f"{done} Before: {escape(was)}." if was else done
