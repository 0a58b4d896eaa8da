"""Messages about one figure: which alerts are due together, which message of the day a later one joins, and what is edited.

Each message's metadata says which figure it is about, of which alerts it tells, and with which lines it edited earlier messages. So
everything is read back from the ledger: an edit that is made again is the same.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.alerts.blocks import build_edited
from bot.alerts.rule import AlertRule
from bot.delivery.builders import MessageEdit
from bot.schedules.timezones import zone_of
from bot.storage.delivery_log import DeliveryLog
from bot.subscriptions.delivery_state import FINAL, Delivery, DeliveryState
from bot.subscriptions.subscription import Subscription, SubscriptionKind, skip_reason

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DueAlert:
    """An alert with its occurrence."""

    alert: Subscription
    rule: AlertRule
    delivery: Delivery


def figure_of(rule: AlertRule, alert: Subscription) -> str:
    """What an alert watches, whatever its condition: "IMPRESSION linkedin-ABC", "rate team"."""
    return f"{rule.metric or 'rate'} {rule.who or ','.join(sorted(alert.accounts))}"


def event_of(delivery: Delivery) -> dict[str, Any]:
    """The metadata of a delivery's message."""
    stored: dict[str, Any] = json.loads(delivery.payload or "{}").get("metadata") or {}
    return dict(stored.get("event_payload") or {})


class EarlierMessages:
    """Reads the alerts' messages from the ledger; every method raises StoreError."""

    def __init__(self, log: DeliveryLog) -> None:
        self._log = log

    async def due_beside(self, due: DueAlert) -> tuple[DueAlert, ...]:
        """The other alerts on its figure in its channel that are due at the same moment; none for one that a person asked for."""
        if due.delivery.click:
            return ()
        figure, every = figure_of(due.rule, due.alert), await self._log.due_beside(due.delivery, SubscriptionKind.ALERT)
        read = [(alert, AlertRule.from_json(alert.rule), delivery) for alert, delivery in every]
        found = [DueAlert(alert, rule, delivery) for alert, rule, delivery in read if rule and figure_of(rule, alert) == figure]
        return tuple(one for one in found if one.delivery.state in FINAL or skip_reason(one.delivery, one.alert) is None)

    async def of_the_day(self, due: DueAlert) -> Delivery | None:
        """The message of this day that another alert on its figure began in its channel."""
        zone, delivery = zone_of(due.alert.zone), due.delivery
        day, figure = delivery.due.astimezone(zone).date(), figure_of(due.rule, due.alert)
        for one in await self._posted_in(delivery.channel, delivery, delivery.due - _DAY):
            event = event_of(one)
            begun = one.state is DeliveryState.SENT and one.ts and not one.reply_to and event.get("fires")
            if begun and one.digest != due.alert.id and event.get("figure") == figure and one.due.astimezone(zone).date() == day:
                return one
        return None

    async def edit(self, one: Delivery, lines: Sequence[str], by: Delivery) -> MessageEdit | None:
        """The edit, by the delivery ``by``, that adds these lines to the message that ``one`` posted or replied to; None without one."""
        stored = await self._log.posted_as(by.team, one.channel, one.thread or "")
        base = next((other for other in stored if not other.reply_to), None)
        if base is None or not base.ts:
            return None
        posted = await self._posted_in(one.channel, by, base.due)
        before = {line: None for other in reversed(posted) for line in event_of(other).get("edits", {}).get(base.ts, ())}
        return MessageEdit(base.channel, base.ts, build_edited(base.payload or "", [*before, *lines]))

    async def _posted_in(self, channel: str, by: Delivery, since: datetime) -> tuple[Delivery, ...]:
        posted = await self._log.posted_in(by.team, channel, SubscriptionKind.ALERT, since=since, until=by.due)
        return tuple(one for one in posted if one.id != by.id)


def posted_with(due: DueAlert, beside: Sequence[DueAlert]) -> Delivery | None:
    """The delivery whose message also reports this alert; None without one."""
    sent = (one.delivery for one in beside if one.delivery.state is DeliveryState.SENT)
    return next((one for one in sent if due.delivery.id in event_of(one).get("deliveries", ())), None)


def waits(due: DueAlert, beside: Sequence[DueAlert]) -> bool:
    """Whether another delivery must end before this one is built, because its message may also report this alert.

    What a person is asked about is not built for others again, so that its message as it is decides.
    """
    before = (one.delivery for one in beside if one.delivery.state not in FINAL and one.delivery.id < due.delivery.id)
    return any(one.state is not DeliveryState.UNCERTAIN or due.delivery.id in event_of(one).get("deliveries", ()) for one in before)
