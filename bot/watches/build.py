"""What a watch posts: which posts went live, the message about each, and its figures in the thread.

::

    every few minutes ─ the list of posts ─ of the watched accounts, after the watch was set up ─→ one delivery a post ─→ a message
    24 hours, 72 hours, 7 days after ─ the post's figures, and those of the reply before ─→ a reply in its thread

The reply before is read back from the thread, by the metadata of the bot's own message.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from msgspec.structs import replace

from bot.delivery.builders import Built, ReadReply
from bot.delivery.post import PostRefused, PostUnclear, SlackNotReached, call_slack
from bot.delivery.recorder import Repositories, WorkerContext
from bot.delivery.timing import Throttle
from bot.errors import BotError, StatisticsError
from bot.slack.builders import Message
from bot.subscriptions.delivery_state import Delivery, DeliveryState, LaterReply
from bot.subscriptions.subscription import AGAIN, RETRY, SkipReason, Subscription, SubscriptionKind, SubscriptionStatus, event_delivery
from bot.watches.blocks import SAYS_LATE, EarlierPoint, build_live, build_point, build_point_failed
from bot.watches.fetch import WatchFetcher
from bot.watches.rule import MOST_LATE, POINTS, LivePost, WatchRule, live_post
from bot.watches.troubles import ACCESS, FAILED, Reader, Trouble

logger = logging.getLogger(__name__)

#: How often the list of posts is read for watches.
LOOK_EVERY: Final = timedelta(minutes=5)
#: How long figures wait while the account's LinkedIn calls are kept for people's questions.
QUOTA_WAIT: Final = timedelta(minutes=15)
#: How long what is due waits where a newer version stored the rule: that version may run again.
NEWER_WAIT: Final = timedelta(minutes=15)
#: Seconds that opening a conversation may take.
OPENING: Final = 10.0
#: Slack's codes for a person who has left, or whom the bot cannot write to.
GONE: Final = frozenset({"user_disabled", "user_not_found", "user_not_visible", "is_inactive", "cannot_dm_bot"})


class WatchBuilder:
    """Builds the messages of watches and the replies below them; ``stores`` has deliveries of which one may repeat another."""

    def __init__(self, fetcher: WatchFetcher, stores: Repositories, clock: Callable[[], datetime]) -> None:
        self._fetcher, self._watches, self._log, self._clock = fetcher, stores.digests, stores.history, clock

    async def subscription_of(self, watch: Subscription | None, delivery: Delivery) -> Subscription | None:
        """The watch of a delivery: its own, or another one that announces the post there, where its own has ended. Raises StoreError."""
        live = live_post(delivery.click) if watch is not None and watch.kind is SubscriptionKind.WATCH else None
        if watch is None or live is None or await self._announces(watch, live, delivery.channel):
            return watch
        for other in await self._watches.digests(team=delivery.team, channel=delivery.channel, kind=SubscriptionKind.WATCH):
            rule = WatchRule.from_json(other.rule)
            if rule is not None and rule.since < live.published and await self._announces(other, live, delivery.channel):
                return other
        return watch

    async def _announces(self, watch: Subscription, live: LivePost, channel: str) -> bool:
        return watch.status is SubscriptionStatus.ACTIVE and await self._is_watched(watch, live, channel)

    async def build(self, watch: Subscription, delivery: Delivery, late: timedelta | None) -> Built | SkipReason | datetime:  # noqa: ARG002  # a kind's builder takes all three
        """The message about a post, and when its figures follow; or why not, or when the quiet hours end. Raises StoreError."""
        if not delivery.click.startswith((RETRY, AGAIN)):
            if watch.status is SubscriptionStatus.PAUSED:
                return SkipReason.PAUSED
            if end := _waits_until(watch, self._clock()):
                return end
        about = await self._about(delivery)
        if about.startswith((FAILED, ACCESS)):
            return await self._fetcher.troubles.build(watch, delivery, about, await self._fetcher.watched(watch))
        live = live_post(about)
        if live is None or not await self._is_watched(watch, live, delivery.channel):
            return SkipReason.QUIET
        if self._clock() - live.published > MOST_LATE:
            return SkipReason.LATE
        account, title = self._fetcher.account(live.platform_id), self._fetcher.title(live.post)
        later = tuple(LaterReply(name, live.published + age) for name, age in POINTS.items())
        return Built(build_live(live, account, title, watch), later)

    async def reply(self, watch: Subscription, delivery: Delivery, name: str, read: ReadReply) -> Message | SkipReason | datetime:
        """The post's figures now against the reply before, of several due replies the last; or why not, or until when it waits.

        What cannot be fetched for good is said once. Raises StatisticsError: the figures cannot be fetched just now.
        """
        live, now = live_post(await self._about(delivery)), self._clock()
        if end := _waits_until(watch, now):
            return end
        if live is None or not await self._is_watched(watch, live, delivery.channel):
            return SkipReason.QUIET
        due = live.published + POINTS[name]
        if now >= min((live.published + age for age in POINTS.values() if age > POINTS[name]), default=due + MOST_LATE):
            return SkipReason.LATE
        if self._fetcher.quota_is_low(live.platform_id):
            return now + QUOTA_WAIT
        failed, before = await self._before(name, read)
        title = self._fetcher.title(live.post)
        try:
            report = await self._fetcher.report(live)
        except StatisticsError as error:
            if error.passing:
                raise
            return SkipReason.QUIET if failed == type(error).__name__ else build_point_failed(name, error)
        usual = await self._fetcher.usual(watch.team, report, name) if now - due < SAYS_LATE else None
        return build_point(name, report, before, title=title, late=now - due, quiet=_waits_until(watch, due) is not None, usual=usual)

    async def _before(self, name: str, read: ReadReply) -> tuple[str, EarlierPoint | None]:
        """Why the last reply before this one has no figures ("" where it has), and the last figures in the thread."""
        failed = None
        for one in reversed([one for one, age in POINTS.items() if age < POINTS[name]]):
            if payload := await read(one):
                failed = str(payload.get("failed", "")) if failed is None else failed
                if point := EarlierPoint.of(payload):
                    return failed, point
        return failed or "", None

    async def _is_watched(self, watch: Subscription, live: LivePost, channel: str) -> bool:
        """Whether it is a post of the watch's, for what everybody in this channel may see: the watch may have been moved since."""
        return live.platform_id in {account.platform_id for account in await self._fetcher.watched(replace(watch, channel=channel))}

    async def _about(self, delivery: Delivery) -> str:
        """What the delivery is about, or the failed one that it repeats."""
        about = delivery.click.removeprefix(AGAIN)
        while about.startswith(RETRY):
            first = await self._log.delivery(about.split()[1])
            about = first.click.removeprefix(AGAIN) if first else ""
        return about


def _waits_until(watch: Subscription, moment: datetime) -> datetime | None:
    """When the quiet hours end that the moment is in, or when to look again where a newer version stored the rule; None for neither."""
    rule = WatchRule.from_json(watch.rule)
    return rule.quiet_until(watch.zone, moment) if rule else moment + NEWER_WAIT


class WatchPoller:
    """Looks for posts that went live; administrators hear what nobody else can. ``team``: the workspace, "" for all."""

    def __init__(self, context: WorkerContext, fetcher: WatchFetcher, wake: Callable[[], None], team: str) -> None:
        self._fetcher, self._slack, self._stores, self._clock = fetcher, context.slack, context.stores, context.clock
        self._tasks, self._administrators, self._wake, self._team = context.outcomes.tasks, context.administrators, wake, team
        self._pause, self._is_looking, self._wanted = Throttle(context.clock, LOOK_EVERY), False, False
        #: The ids of the conversations with people.
        self._direct: dict[str, str] = {}

    def look_soon(self) -> None:
        """Lets the next tick, which comes at once, start a look; while one goes on, another one follows it."""
        self._wanted = True
        self._wake()

    async def check(self) -> None:
        """Starts a look when it is time for one; called at each tick, it does not wait for it."""
        if not self._is_looking and (self._pause.over() or self._wanted):
            self._is_looking, self._wanted = True, False
            self._tasks.start(self._look(), name="look for posts that went live")

    async def _look(self) -> None:
        try:
            if await self.look():
                self._wake()
        except BotError as error:
            logger.warning("posts that went live are not known", extra={"said": error.sentence})
        finally:
            self._is_looking = False

    async def look(self) -> int:
        """Reads the list of posts, and makes the deliveries of those that went live; how many are new. Raises StoreError."""
        active = [watch for watch in await self._stores.digests.active(SubscriptionKind.WATCH) if self._team in ("", watch.team)]
        if not active:
            return 0
        await self._fetcher.refresh()
        await self._fetcher.troubles.refresh()
        found = 0
        for watch in active:
            events = (*await self._fetcher.live(watch), *await self._told(watch))
            found += await self._stores.occurrences.happened(watch, events, self._clock())
        return found

    async def _told(self, watch: Subscription) -> list[Delivery]:
        """The deliveries that tell people of troubles, each in its direct conversation."""
        troubles = await self._fetcher.troubles.of(watch, await self._fetcher.watched(watch))
        return [one for trouble in troubles for one in await self._to_somebody(watch, trouble)]

    async def _to_somebody(self, watch: Subscription, trouble: Trouble) -> list[Delivery]:
        """To the first who is still there: whom the account is linked to, who set the watch up, the administrators."""
        for reader, person in ((Reader.LINKED, trouble.linked), (Reader.OWNER, watch.owner)):
            if person and (deliveries := await self._to(person, reader, watch, trouble)) is not None:
                return deliveries
        every = [await self._to(person, Reader.ADMINISTRATOR, watch, trouble) for person in await self._administrators.known(watch.team)]
        return [one for deliveries in every for one in deliveries or ()]

    async def _to(self, person: str, reader: Reader, watch: Subscription, trouble: Trouble) -> list[Delivery] | None:
        """The delivery to this person; none where Slack cannot be asked just now, None for a person who is gone."""
        channel = await self._conversation(person)
        if not channel:
            return None if channel is None else []
        delivery = event_delivery(replace(watch, channel=channel), trouble.event, trouble.about(reader), trouble.at)
        before = await self._stores.history.delivery(delivery.id)
        return None if before is not None and before.state is DeliveryState.FAILED and before.reason in GONE else [delivery]

    async def _conversation(self, person: str) -> str | None:
        """The id of the direct conversation with this person; "" where Slack does not open it just now, None for one who is gone."""
        if person not in self._direct:
            opened = await call_slack(self._slack.conversations_open, {"users": person}, seconds=OPENING)
            if isinstance(opened, PostRefused) and opened.code in GONE:
                return None
            channel = None if isinstance(opened, (PostRefused, SlackNotReached, PostUnclear)) else opened.get("channel")
            if not isinstance(channel, dict) or not channel.get("id"):
                return ""
            self._direct[person] = str(channel["id"])
        return self._direct[person]
