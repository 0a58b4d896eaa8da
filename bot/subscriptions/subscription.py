"""Subscriptions (digests, alerts, goals, watches): where and when they are due, never raising; their kind's builder says what."""

import json
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from bot.errors import BadSchedule
from bot.schedules.dates import ScheduleDates, dates_of
from bot.schedules.schedule import Schedule, describe, next_after
from bot.schedules.timezones import zone_of
from bot.subscriptions.delivery_state import Delivery, DeliveryState

#: How many characters of an id are shown to people; any unambiguous beginning of an id is understood.
SHORT_ID = 8

#: The namespace of occurrences' ids (RFC 9562, version 5): the same digest and time give the same id in every process.
_OCCURRENCES = UUID("5a0e6f0a-6d0f-5c53-9a6e-0d1b7c2f4e91")
#: How far back missed occurrences are listed: longer than the longest month.
_CATCH_UP = timedelta(days=40)
#: The most by which new rules of a time zone move a due time: places have changed sides of the date line.
_ZONE_CHANGE = timedelta(days=1)


class SubscriptionStatus(StrEnum):
    """Whether the scheduler plans occurrences."""

    ACTIVE = "active"
    PAUSED = "paused"
    #: Not shown any more; its history stays.
    DELETED = "deleted"


class SubscriptionKind(StrEnum):
    """The kinds of scheduled messages."""

    #: A summary, each time.
    DIGEST = "digest"
    #: A message when a figure meets a rule, and only then.
    ALERT = "alert"
    #: One message when a goal is reached.
    GOAL = "goal"
    #: A message when a post of an account goes live, and its figures in the thread.
    WATCH = "watch"


#: Kinds whose messages may be replies in the thread of an earlier one.
REPLYING = frozenset({SubscriptionKind.ALERT})
#: How a delivery's ``click`` begins that repeats the failed one of an id, or that is posted again: what it was before follows.
RETRY, AGAIN = "retry ", "again "


class SkipReason(StrEnum):
    """Why an occurrence was not posted."""

    LATE = "late"
    PAUSED = "paused"
    DELETED = "deleted"
    CHANGED = "changed"
    #: A person asked to skip it.
    ASKED = "asked"
    #: A person answered that an uncertain delivery need not be posted again; the value is the word of earlier versions.
    LEFT = "let_go"
    #: It was evaluated, and there was nothing to post.
    QUIET = "quiet"
    #: No figure had changed, and its digest is skipped then.
    UNCHANGED = "unchanged"
    #: It was due in hours without posts; the same figures are evaluated next time.
    QUIET_HOURS = "resting"


#: Reasons that say that everything works.
WELL_SKIPS = frozenset({SkipReason.QUIET, SkipReason.UNCHANGED})
#: Reasons that lists of deliveries leave out.
SILENT_SKIPS = frozenset({SkipReason.QUIET, SkipReason.QUIET_HOURS})


class Subscription(Struct, frozen=True):
    """What is posted unasked: a digest, an alert, a goal or a watch."""

    id: str
    team: str
    #: The channel's id, which stays when the channel is renamed.
    channel: str
    #: Platform ids, in the order they are shown.
    accounts: tuple[str, ...]
    #: Names of the parts to show, in their order.
    content: tuple[str, ...]
    #: Five fields of cron, on the clock of ``zone``; "" for a watch, which no clock makes due.
    cron: str
    #: An IANA zone.
    zone: str
    status: SubscriptionStatus
    #: The next due moment (aware, UTC); None when there is none.
    next_run_at: datetime | None
    #: Seconds a missed run may be late and still be posted.
    grace: int
    #: A Slack user id; None means the administrators.
    owner: str | None
    #: Increases with every change a person makes; a new ``next_run_at`` is none.
    version: int = 1
    kind: SubscriptionKind = SubscriptionKind.DIGEST
    #: The rule of an alert, goal or watch as JSON; of a digest its own title and intro line as JSON, "" where it has neither.
    rule: str = ""
    #: Between which days it comes, and on which it does not, in the words of ``bot.schedules.dates``; "" is always.
    dates: str = ""
    #: Digests of one group post the same, each in a channel of its own, and are changed together; "" for one alone.
    group_id: str = ""

    @property
    def short_id(self) -> str:
        return self.id[:SHORT_ID]

    @property
    def schedule(self) -> Schedule:
        return Schedule(self.cron, self.zone)

    @property
    def schedule_words(self) -> str:
        return describe(self.schedule)

    @property
    def schedule_dates(self) -> ScheduleDates:
        return dates_of(self.dates)

    @property
    def when_words(self) -> str:
        return ", ".join(filter(None, (self.schedule_words, self.schedule_dates.text)))


def alike(one: Subscription, other: Subscription) -> bool:
    """Whether two would post the same at the same times into the same channel; the order of their accounts makes no difference."""
    return _what(one) == _what(other)


def occurrence_id(digest: str, due: datetime) -> str:
    return str(uuid5(_OCCURRENCES, f"{digest} due {due.astimezone(UTC).isoformat()}"))


def click_id(digest: str, click: str) -> str:
    """The id of a "Send now": one for all presses that Slack reports for the same form or button."""
    return str(uuid5(_OCCURRENCES, f"{digest} click {click}"))


def event_delivery(subscription: Subscription, event: str, about: str, at: datetime) -> Delivery:
    """The delivery about an ``event`` at this moment (aware), one a channel; ``about``, kept as its ``click``, is for the builder."""
    identity = str(uuid5(_OCCURRENCES, f"{subscription.team} {subscription.channel} event {event}"))
    return _waiting(subscription, identity, at, click=about)


def occurrence(digest: Subscription, due: datetime) -> Delivery:
    return _waiting(digest, occurrence_id(digest.id, due), due, click="")


def send_now(digest: Subscription, click: str, now: datetime) -> Delivery:
    """The delivery that a person asks for now; raises ValueError without ``click``, which makes two presses one delivery."""
    if not click:
        raise ValueError("a send-now needs the id of the click")
    return _waiting(digest, click_id(digest.id, click), now, click=click)


def due_moments(digest: Subscription, first: datetime, now: datetime) -> tuple[datetime, ...]:
    """The due times from ``first`` to ``now``, in order; of a long time ``first`` and those of the last weeks."""
    moments, candidate = [first], next_run(digest, max(first, now - _CATCH_UP))
    while candidate is not None and candidate <= now:
        moments.append(candidate)
        candidate = next_run(digest, candidate)
    return tuple(moments)


def latest_due(digest: Subscription, first: datetime, now: datetime) -> datetime:
    """The last due time from ``first`` to ``now``: of several missed occurrences only this one is created."""
    return due_moments(digest, first, now)[-1]


def planned_moment(subscription: Subscription, now: datetime) -> datetime | None:
    """The next due time by the current schedule; ``next_run_at`` where that is a time of the schedule.

    A time that is none was computed with other rules of the time zone: the nearest one within a day replaces it. A digest's time that is
    later than the schedule's next was computed with a wrong clock; an alert's may be snoozed.
    """
    planned = subscription.next_run_at
    if planned is None:
        return None
    if next_run(subscription, planned - timedelta(seconds=1)) != planned:
        planned = _nearest(subscription, planned) or planned
    if subscription.kind is SubscriptionKind.DIGEST and (due := next_run(subscription, now)) and due < planned:
        return due
    return planned


def _nearest(subscription: Subscription, moment: datetime) -> datetime | None:
    """The schedule's time nearest to this one, at most a day away; None when there is none."""
    near, candidate = [], next_run(subscription, moment - _ZONE_CHANGE - timedelta(seconds=1))
    while candidate is not None and candidate <= moment + _ZONE_CHANGE:
        near.append(candidate)
        candidate = next_run(subscription, candidate)
    return min(near, key=lambda one: abs(one - moment), default=None)


def overtaken(before: Subscription, after: Subscription, now: datetime) -> SkipReason | None:
    """Why the occurrence that is due now is skipped by this change; None when none is due, or it is still due afterwards."""
    if before.status is not SubscriptionStatus.ACTIVE or before.next_run_at is None or before.next_run_at > now:
        return None
    if after.status is not SubscriptionStatus.ACTIVE:
        return SkipReason.DELETED if after.status is SubscriptionStatus.DELETED else SkipReason.PAUSED
    return None if after.next_run_at == before.next_run_at else SkipReason.CHANGED


def skip_reason(delivery: Delivery, digest: Subscription) -> SkipReason | None:
    """Why this delivery must not be posted any more, or None. A "Send now" of a paused digest is; a post also after its watch's change."""
    if digest.status is SubscriptionStatus.DELETED:
        return SkipReason.DELETED
    if digest.status is SubscriptionStatus.PAUSED and not delivery.click:
        return SkipReason.PAUSED
    return SkipReason.CHANGED if digest.version != delivery.version and digest.kind is not SubscriptionKind.WATCH else None


def late(delivery: Delivery, digest: Subscription, now: datetime) -> bool:
    """Whether it is later than the digest allows; a "Send now" never is."""
    return not delivery.click and now - delivery.due > timedelta(seconds=digest.grace)


def _what(digest: Subscription) -> tuple[str, str, SubscriptionKind, frozenset[str], str, str, str, str]:
    # A title does not make it another digest.
    rule = "" if digest.kind is SubscriptionKind.DIGEST else digest.rule
    if digest.kind is SubscriptionKind.WATCH and isinstance(stored := json.loads(rule), dict):
        # Only the group, where this version can read it: since when a watch runs makes it no other one.
        rule = str(stored.get("who", rule))
    return digest.team, digest.channel, digest.kind, frozenset(digest.accounts), digest.cron, digest.zone, rule, digest.dates


def _waiting(digest: Subscription, identity: str, due: datetime, *, click: str) -> Delivery:
    return Delivery(
        id=identity,
        digest=digest.id,
        version=digest.version,
        team=digest.team,
        channel=digest.channel,
        due=due.astimezone(UTC),
        due_local=_on_the_clock_of(digest.zone, due),
        click=click,
        state=DeliveryState.PENDING,
        attempt=0,
        not_before=due.astimezone(UTC),
    )


def _on_the_clock_of(zone: str, moment: datetime) -> str:
    try:
        return moment.astimezone(ZoneInfo(zone)).isoformat()
    except (ZoneInfoNotFoundError, ValueError):
        # Zones are renamed and dropped: a digest of such a zone must not block all others.
        return moment.astimezone(UTC).isoformat()


def next_run(digest: Subscription, moment: datetime) -> datetime | None:
    """The first due moment after this one (both aware; UTC), None without. A zone that was dropped is read as UTC: better than none."""
    for zone in (digest.zone, "UTC"):
        try:
            return _next_run(digest.cron, zone_of(zone), digest.dates, moment)
        except BadSchedule:
            continue
    return None


# A thousand digests with the same schedule are due at the same moment.
@lru_cache(maxsize=256)
def _next_run(cron: str, zone: ZoneInfo, dates: str, moment: datetime) -> datetime | None:
    """The first moment after this one at which the schedule is due on one of its days, by the clock of its zone."""
    schedule, days = Schedule(cron, zone.key), dates_of(dates)
    if days.first:
        moment = max(moment, datetime.combine(days.first, time(), zone).astimezone(UTC) - timedelta(microseconds=1))
    due = next_after(schedule, moment)
    while due is not None and due.astimezone(zone).date() in days.omitted:
        due = next_after(schedule, due)
    return None if due and days.last and due.astimezone(zone).date() > days.last else due


class InstallationState(StrEnum):
    """The state of the installation, from Slack's last events and answers."""

    ACTIVE = "active"
    #: The app was removed from the workspace (Slack's event ``app_uninstalled``).
    REMOVED = "removed"
    #: The token no longer works (Slack's event ``tokens_revoked``, or its error ``token_revoked``).
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the name of a state


class Installation(Struct, frozen=True):
    """The app in one workspace. ``since`` is when it came into this state (aware, UTC)."""

    team: str
    state: InstallationState
    since: datetime
