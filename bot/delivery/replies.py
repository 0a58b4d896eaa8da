"""Builds the replies in a thread when they are due; one whose subscription has ended, or that has nothing to say, is skipped."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.delivery.builders import BuildReply
from bot.delivery.post import PostRefused
from bot.delivery.reconcile import A_DAY, FoundMessage, MessageSearch, search
from bot.delivery.recorder import WorkerContext
from bot.delivery.timing import Lease, back_off
from bot.errors import StatisticsError
from bot.slack.builders import Message
from bot.subscriptions.delivery_state import LATER, Delivery, event_payload
from bot.subscriptions.follow_up_state import FollowUp
from bot.subscriptions.subscription import SkipReason, SubscriptionKind, SubscriptionStatus

logger = logging.getLogger(__name__)

#: A reply, the reason why there is none, or the time (aware) before which it must not be posted.
BuiltReply = Message | SkipReason | PostRefused | datetime


class ReplyBuilder:
    """Builds the replies of deliveries that are due."""

    def __init__(self, context: WorkerContext, build: Mapping[SubscriptionKind, BuildReply]) -> None:
        self._context, self._clock, self._timing, self._build = context, context.clock, context.timing, build

    async def build(self, part: FollowUp, due: datetime, delivery: Delivery, lease: Lease) -> BuiltReply:
        """What to post now, with time left in the lease to post it."""
        if self._clock() < due:
            # After a restore, or where a clock was set wrong, it may be taken up too early.
            return due
        try:
            async with asyncio.timeout(max(lease.for_building - self._timing.timeout, 0)):
                return await self._wanted(part, delivery)
        except TimeoutError:
            return self._clock() + back_off(part.attempt)
        except StatisticsError as error:
            logger.info("a reply waits for its figures", extra={"delivery": part.delivery, "part": part.name, "error": error.sentence})
            after = self._clock() + back_off(part.attempt)
            return max(after, error.retry_at or after)

    async def _wanted(self, part: FollowUp, delivery: Delivery) -> BuiltReply:
        own = await self._context.stores.digests.digest(delivery.digest)
        subscription = await self._context.subscription_of(own, delivery)
        if subscription is None or subscription.status is SubscriptionStatus.DELETED:
            return SkipReason.DELETED
        if subscription.status is SubscriptionStatus.PAUSED:
            return SkipReason.PAUSED
        if refused := await self._context.refusal(delivery.team, delivery.channel):
            return refused

        async def earlier(name: str) -> Mapping[str, Any] | None:
            mark, since = {"delivery": delivery.id, "part": f"{LATER}{name}"}, delivery.intent_at or delivery.due
            read = self._context.slack.conversations_replies
            wanted = MessageSearch(read, {"channel": delivery.channel, "ts": delivery.thread}, mark, since, margin=A_DAY)
            seen = await search(wanted, now=self._clock(), seconds=self._timing.timeout, time_left=lambda: True)
            return event_payload(seen.message) if isinstance(seen, FoundMessage) else None

        return await self._build[subscription.kind](subscription, delivery, part.name.removeprefix(LATER), earlier)
