"""Decides who is notified of an occurrence's outcome: once, in the transaction that stores the final outcome.

A digest that fails for the same reason week after week causes one notice, and one more when it is paused. Who resumed or changed it,
or pressed a button, is notified again. Failures of one owner's digests with the same cause are one message (``bot.storage.follow_ups``):
``gather`` finds the notices that it covers, and the message that was posted for it, if any.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.post import CallFailed, read_pages
from bot.ops.tasks import TtlCache
from bot.slack.web_api import SlackErrorClass, error_class
from bot.storage.delivery_log import DeliveryLog
from bot.storage.installations import InstallationRepository
from bot.storage.subscriptions import SubscriptionRepository
from bot.subscriptions import follow_up_state
from bot.subscriptions.delivery_state import Delivery, DeliveryState
from bot.subscriptions.follow_up_state import AffectedDelivery, Cause, FollowUp, Incident, Planned, PlannedNotice
from bot.subscriptions.subscription import SILENT_SKIPS, WELL_SKIPS, InstallationState, SkipReason, Subscription, SubscriptionStatus

#: The name under which the record of changes has a pause after too many failures.
BY_ITSELF = "the bot"

logger = logging.getLogger(__name__)

CAUSES = {
    SlackErrorClass.NOT_IN_CHANNEL: Cause.NOT_IN_CHANNEL,
    SlackErrorClass.CHANNEL_GONE: Cause.CHANNEL_GONE,
    SlackErrorClass.CHANNEL_UNSEEN: Cause.CHANNEL_UNSEEN,
    SlackErrorClass.CHANNEL_SHARED: Cause.CHANNEL_SHARED,
    SlackErrorClass.NOT_ALLOWED: Cause.NOT_ALLOWED,
    SlackErrorClass.OUR_FAULT: Cause.OUR_FAULT,
    SlackErrorClass.UNKNOWN: Cause.OUR_FAULT,
}

#: In place of a Slack user id: the workspace's administrators, whom Slack is asked for when the notice is sent.
ADMINISTRATORS = "administrators"
#: Skipped because a person asked for it, or not evaluated: neither a failure nor a recovery.
_NEITHER = frozenset({SkipReason.PAUSED, SkipReason.DELETED, SkipReason.CHANGED, SkipReason.ASKED, SkipReason.LEFT, SkipReason.QUIET_HOURS})
#: How long the list of administrators is cached: one request serves a whole run.
FRESH: Final = timedelta(minutes=10)
MOST_LISTS: Final = 1_000
#: Administrators notified at most, in order of their rank; a large company may have dozens.
MOST_NOTIFIED: Final = 5
#: A notice, with its delivery and its digest.
CoveredNotice = tuple[FollowUp, Delivery, Subscription]


class OwnerNotice(Struct, frozen=True):
    """What a notice is about; stored as the follow-up's payload."""

    #: A Slack user id, or ``ADMINISTRATORS``.
    to: str
    cause: Cause
    detail: str = ""
    failures: int = 0
    #: True when the person is notified as an administrator, not as the owner: there is no further substitute.
    stands_in: bool = False
    #: The part that notices of the same cause share: a sentence, or Slack's error code.
    shared: str = ""
    #: The key of that part: notices of one person with the same key are one message.
    key: str = ""

    @classmethod
    def from_json(cls, text: str) -> "OwnerNotice":
        return msgspec.json.decode(text, type=cls)

    def planned(self, name: str, *, only_edits: bool = False) -> PlannedNotice:
        """The notice under its follow-up's name; one to the administrators is replaced before it is sent."""
        return PlannedNotice(name, msgspec.json.encode(self).decode(), "" if self.to == ADMINISTRATORS else self.to, self.key, only_edits)


class OwnerNotifier:
    """Decides who is notified (``administrators``, Slack ids, or the workspace's, without an owner); pauses what keeps failing.

    Every method raises StoreError.
    """

    def __init__(
        self, deliveries: DeliveryLog, digests: SubscriptionRepository, workspaces: InstallationRepository, administrators: Sequence[str]
    ) -> None:
        self._deliveries, self._digests, self._workspaces = deliveries, digests, workspaces
        self._administrators = tuple(administrators) or (ADMINISTRATORS,)

    async def failed(self, digest: Subscription, delivery: Delivery, cause: Cause, detail: str, shared: str | None) -> Planned:
        failures = 1 + await self._deliveries.failures_in_a_row(digest.id, version=digest.version)
        before = await self._before(delivery)
        # Rows of older versions store only the kind of cause.
        known = (None, shared)
        same = before is not None and before.state is DeliveryState.FAILED and cause_of(before) is cause and before.cause in known
        # Notified again: after a button press, after a change of the digest, and when it is paused.
        already_notified = same and not delivery.click and 1 < failures < follow_up_state.MOST_FAILURES
        return () if already_notified else self._to_all(digest, delivery, cause, detail, shared or detail, failures=failures)

    async def skipped_late(self, digest: Subscription, delivery: Delivery) -> Planned:
        before = await self._before(delivery)
        already_notified = before is not None and before.state is DeliveryState.SKIPPED and before.reason not in SILENT_SKIPS
        error = delivery.last_error or ""
        shared = SlackErrorClass.TOKEN_GONE.value if await self._token_gone_since(delivery) else delivery.cause or error
        return () if already_notified else self._to_all(digest, delivery, Cause.LATE, error, shared)

    def uncertain(self, digest: Subscription, delivery: Delivery, code: str) -> Planned:
        return self._to_all(digest, delivery, Cause.UNCERTAIN, code, code)

    async def sent(self, digest: Subscription | None, delivery: Delivery) -> Planned:
        """The notices after a post: that the problem is over, if there was one."""
        if digest is None:
            return ()
        gone = await self._token_gone_since(delivery)
        if gone:
            return self._to_all(digest, delivery, Cause.RECOVERED, "", f"{SlackErrorClass.TOKEN_GONE} {gone}")
        return self._to_all(digest, delivery, Cause.RECOVERED, "", "") if await self._had_trouble(delivery) else ()

    async def well(self, digest: Subscription, delivery: Delivery) -> Planned:
        """The notices after an evaluation with nothing to post: a message about a problem is edited to say that it is over."""
        if not await self._had_trouble(delivery):
            return ()
        return self._to_all(digest, delivery, Cause.RECOVERED, "", "", only_edits=True)

    async def _had_trouble(self, delivery: Delivery) -> bool:
        before = await self._before(delivery)
        return before is not None and before.state is not DeliveryState.SENT and before.reason not in WELL_SKIPS

    async def _token_gone_since(self, delivery: Delivery) -> str:
        """Why the app or its token was missing when this was due; "" when both were there."""
        known = await self._workspaces.installation(delivery.team)
        was_away = known is not None and known.state is InstallationState.ACTIVE and known.since > delivery.due
        if not was_away and error_class(delivery.last_error or "") is not SlackErrorClass.TOKEN_GONE:
            return ""
        return known.since.isoformat() if known else "unknown"

    def for_administrators(self, part: FollowUp) -> Planned:
        """The notices to administrators when this is one that cannot reach its person; none where it is to an administrator already."""
        if not part.is_notice:
            return ()
        notice = OwnerNotice.from_json(part.payload)
        return () if notice.stands_in else self.to_each(part, [one for one in self._administrators if one != notice.to])

    def to_each(self, part: FollowUp, people: Sequence[str]) -> Planned:
        notice = OwnerNotice.from_json(part.payload)
        name = part.name.removesuffix(notice.to)
        return tuple(replace(notice, to=person, stands_in=True).planned(f"{name}{person}") for person in people)

    async def pause_if_hopeless(self, digest: Subscription, now: datetime) -> None:
        """Pauses a digest after too many failures in a row since its last change. Digests are never deleted for that."""
        current = await self._digests.digest(digest.id)
        if current is None or current.status is not SubscriptionStatus.ACTIVE:
            return
        if await self._deliveries.failures_in_a_row(digest.id, version=current.version) >= follow_up_state.MOST_FAILURES:
            logger.warning("a digest is paused after failing again and again", extra={"digest": digest.id, "team": digest.team})
            await self._digests.update(
                digest.id, current.version, lambda one: replace(one, status=SubscriptionStatus.PAUSED), by=BY_ITSELF, at=now
            )

    async def _before(self, delivery: Delivery) -> Delivery | None:
        """The last occurrence before this one that ended without a person asking for that end."""
        return await self._deliveries.ended_before(delivery, apart_from=_NEITHER)

    def _to_all(
        self,
        digest: Subscription,
        delivery: Delivery,
        cause: Cause,
        detail: str,
        shared: str,
        *,
        failures: int = 0,
        only_edits: bool = False,
    ) -> Planned:
        people = (digest.owner,) if digest.owner else self._administrators
        key = f"{cause} {delivery.channel if cause in follow_up_state.OF_ONE_CHANNEL else ''} {shared}"
        tellings = [OwnerNotice(person, cause, detail, failures, not digest.owner, shared, key) for person in people]
        return tuple(one.planned(f"{follow_up_state.NOTICE}{cause} {delivery.attempt} {one.to}", only_edits=only_edits) for one in tellings)


def cause_of(delivery: Delivery) -> Cause:
    """The cause of a failed delivery, from its reason: our word or Slack's code (lower case), or the name of a StatisticsError."""
    reason = delivery.reason or ""
    if reason == Cause.UNFORESEEN:
        return Cause.UNFORESEEN
    return CAUSES.get(error_class(reason), Cause.OUR_FAULT) if reason.islower() else Cause.NO_FIGURES


class Administrators:
    """Reads a workspace's administrators from Slack ("users.list", "User object"), when one must be notified; ``slack`` repeats no call."""

    def __init__(self, slack: AsyncWebClient, clock: Callable[[], datetime], seconds: float, named: Sequence[str]) -> None:
        self._slack, self._seconds, self._named = slack, seconds, tuple(named)
        self._known = TtlCache[str, tuple[str, ...]](age=FRESH, most=MOST_LISTS, clock=clock)
        self._asking = asyncio.Lock()

    async def to_notify(self, team: str) -> tuple[str, ...] | CallFailed:
        """Slack user ids, the primary owner's first, then the owners', at most ``MOST_NOTIFIED``; or why Slack does not tell."""
        async with self._asking:
            if (known := self._known.get(team, None)) is not None:
                return known
            # An organization's token is good for several workspaces.
            found, failed = await read_pages(self._slack.users_list, {"team_id": team}, "members", seconds=self._seconds)
            if failed:
                return failed
            ranked = sorted((rank, str(one.get("id"))) for one in found if (rank := _rank(one)) is not None)
            people = tuple(person for _, person in ranked[:MOST_NOTIFIED])
            self._known.put(team, people)
            return people

    async def known(self, team: str) -> tuple[str, ...]:
        """Those named in the settings, else the workspace's; none where Slack does not tell."""
        found = self._named or await self.to_notify(team)
        return found if isinstance(found, tuple) else ()


def _rank(member: dict[str, Any]) -> int | None:
    """0 for the primary owner, 1 for owners, 2 for administrators; None for all others and for deactivated people."""
    if member.get("deleted") or member.get("is_bot"):
        return None
    ranks = ("is_primary_owner", "is_owner", "is_admin")
    return next((rank for rank, name in enumerate(ranks) if member.get(name)), None)


class IncidentMessage(Struct, frozen=True):
    """One direct message about an incident, and the notices that it covers."""

    incident: Incident
    #: The notices that the message covers besides the one being processed.
    others: tuple[FollowUp, ...]
    #: The notice with which the message was posted; None while there is none.
    sent: FollowUp | None

    @property
    def ts(self) -> str:
        return (self.sent.ts if self.sent else None) or ""


def gather(notice: FollowUp, notices: Sequence[CoveredNotice]) -> IncidentMessage | None:
    """The message that covers this notice; None when no digest exists any more. ``notices``: all of its incident, in their order."""
    if not notices:
        return None
    troubles = [one for one in notices if not one[0].name.startswith(follow_up_state.RECOVERY)]
    ends = {digest.id: delivery.ended_at for part, delivery, digest in notices if part.name.startswith(follow_up_state.RECOVERY)}
    owner_notice = OwnerNotice.from_json((troubles or notices)[0][0].payload)
    affected = tuple(_affected(one, None if owner_notice.cause is Cause.RECOVERED else ends.get(one[2].id)) for one in troubles or notices)
    parts = [part for part, _, _ in notices]
    posted = next((one.ts for one in reversed(parts) if one.state is DeliveryState.SENT and one.ts), None)
    return IncidentMessage(
        Incident(owner_notice.cause, affected, owner_notice.shared),
        tuple(one for one in parts if (one.delivery, one.name) != (notice.delivery, notice.name)),
        next((one for one in parts if posted and one.ts == posted), None),
    )


def _affected(covered: CoveredNotice, well_since: datetime | None) -> AffectedDelivery:
    notice, delivery, digest = covered
    owner_notice = OwnerNotice.from_json(notice.payload)
    if well_since is None and owner_notice.cause is not Cause.RECOVERED and delivery.state is DeliveryState.SENT:
        # It was unknown whether it arrived; then a person saw it, or posted it again.
        well_since = delivery.ended_at
    paused = digest.status is SubscriptionStatus.PAUSED and owner_notice.failures >= follow_up_state.MOST_FAILURES
    return AffectedDelivery(digest, delivery, owner_notice.detail, owner_notice.failures, paused, well_since)
