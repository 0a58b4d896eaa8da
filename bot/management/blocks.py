"""Parts that cards about digests and alerts share: outcomes, owners, the next time, the invitation of the bot."""

from collections.abc import Mapping
from typing import Final

from bot.blockkit.builders import Block, channel_words, code, escape, moment, one_line, section
from bot.management.actions import LABELS, SubscriptionAction, join_button
from bot.slack.channels import KnownChannel
from bot.subscriptions.delivery_state import Delivery, DeliveryState
from bot.subscriptions.subscription import SkipReason, Subscription, SubscriptionStatus

LAST = "last: {outcome}"
OWNER = "owner {owner}"

INVITE = "/invite @LinkedIn Stats"
IS_ACTIVE = "{schedule} · next {next}"
NO_NEXT = "{schedule} · no next time"
IS_PAUSED = "{schedule} · paused"
IS_DELETED = "{schedule} · deleted"
NEVER = "never"
ADMINISTRATORS = "the administrators"
NOT_A_MEMBER = ":warning: I'm not a member of {channel} yet, so I couldn't post anything there."
HOW_TO_INVITE = "Press *{invite}*, or send {line} there."
HOW_TO_INVITE_PRIVATELY = "Send {line} there."
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
BY_HAND = "sent by hand"


def outcome(delivery: Delivery) -> str:
    """A delivery's outcome in words, with the reason where there is one."""
    parts = [OUTCOMES[delivery.state]]
    if delivery.state in (DeliveryState.FAILED, DeliveryState.SKIPPED) and delivery.reason:
        known = REASONS.get(delivery.reason)
        parts.append(f"({known or code(one_line(delivery.reason, 60))})")
    if delivery.click:
        parts.append(f"({BY_HAND})")
    return " ".join(parts)


def when_words(schedule: str, subscription: Subscription) -> str:
    """The schedule (not escaped), and when the next one comes; or that it is paused."""
    schedule = escape(schedule)
    if subscription.status is SubscriptionStatus.PAUSED:
        return IS_PAUSED.format(schedule=schedule)
    if subscription.status is SubscriptionStatus.DELETED:
        return IS_DELETED.format(schedule=schedule)
    if subscription.next_run_at is None:
        return NO_NEXT.format(schedule=schedule)
    return IS_ACTIVE.format(schedule=schedule, next=moment(subscription.next_run_at))


def next_time(subscription: Subscription) -> str:
    """The next occurrence's time, in each reader's own zone; "never" when there is none."""
    return moment(subscription.next_run_at) if subscription.next_run_at else NEVER


def owner_words(subscription: Subscription) -> str:
    """The owner as a mention, or "the administrators"."""
    return f"<@{subscription.owner}>" if subscription.owner else ADMINISTRATORS


def invitation(channel: KnownChannel | None) -> list[Block]:
    """The blocks that say that the bot is not a member of the channel, and how to invite it; none where it may post already."""
    if channel is None or channel.is_member or channel.is_direct:
        return []
    how = HOW_TO_INVITE_PRIVATELY if channel.is_private else HOW_TO_INVITE
    remedy = how.format(invite=LABELS[SubscriptionAction.JOIN], line=code(INVITE))
    text = f"{NOT_A_MEMBER.format(channel=channel_words(channel.id))} {remedy}"
    return [section(text, None if channel.is_private else join_button(channel.id))]
