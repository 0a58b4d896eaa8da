"""What goes wrong with watched accounts and is told one person: a post that failed to publish, an access that ends within a week.

Only what PostPost tells: its list of failed posts, which gives no reason, and the status of an account's token ("expiring_soon" is less
than 7 days).
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.delivery.builders import Built
from bot.errors import StatisticsError
from bot.postpost.connections import ConnectionGroup, ConnectionsApi
from bot.statistics.reports import Account, TokenStatus
from bot.storage.cached import CachedGroups
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.subscription import SkipReason, Subscription
from bot.watches.blocks import build_access_ends, build_not_published
from bot.watches.rule import MOST_LATE, WatchRule

logger = logging.getLogger(__name__)

FAILED, ACCESS = "failed", "access"
#: The status of posts that failed to publish, in the service's list (PostPost's documentation).
_STATUS: Final = "failed"
#: A message about an access is looked for so far back before it is posted: it can have been sent at any time since its status changed.
_ACCESS_SINCE: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something to tell one person (a Slack user id), once for each ``event``; ``about`` is what its builder needs to know."""

    person: str
    event: str
    about: str
    #: When it happened (aware, UTC).
    at: datetime


class WatchTroubles:
    """Finds troubles of watched accounts, and builds the direct messages about them.

    Args:
        listings: the service's list of posts.
        groups: whose account is whose.
        clock: the current time (aware, UTC).
    """

    def __init__(self, listings: ConnectionsApi, groups: CachedGroups, clock: Callable[[], datetime]) -> None:
        self._listings, self._groups, self._clock = listings, groups, clock
        self._failed: Mapping[str, ConnectionGroup] = {}

    async def refresh(self) -> None:
        """Reads which posts failed to publish lately; what is known stays where the list cannot be read."""
        try:
            self._failed = {group.id: group for group in (await self._listings.posts(_STATUS, 1)).groups}
        except StatisticsError as error:
            logger.info("posts that failed are not known", extra={"failure": type(error).__name__})

    async def of(self, watch: Subscription, accounts: tuple[Account, ...]) -> tuple[Trouble, ...]:
        """The troubles of a watch's accounts: posts that failed since it was set up, and each access that ends within a week."""
        rule, links, now = WatchRule.from_json(watch.rule), await self._groups.links(watch.team), self._clock()
        if rule is None:
            return ()
        since = max(rule.since, now - MOST_LATE)
        found: list[Trouble] = []
        for account in accounts:
            name, person = account.platform_id, links.get(account.platform_id) or watch.owner
            if not person:
                continue
            found += [
                Trouble(person, f"{FAILED} {group.id} {name}", f"{FAILED} {group.id} {name}", group.made_at)
                for group in self._failed.values()
                if name in group.platform_ids and group.made_at is not None and since < group.made_at <= now
            ]
            if account.token is TokenStatus.EXPIRING_SOON:
                found.append(Trouble(person, f"{ACCESS} {account.expires_on} {name}", f"{ACCESS} {name}", now - _ACCESS_SINCE))
        return tuple(found)

    async def build(self, watch: Subscription, delivery: Delivery, about: str, accounts: tuple[Account, ...]) -> Built | SkipReason:
        """The direct message about what a delivery's ``click`` names; or that there is nothing to say any more."""
        kind, _, rest = about.partition(" ")
        group_id, _, name = rest.partition(" ") if kind == FAILED else ("", "", rest)
        account = next((one for one in accounts if one.platform_id == name), None)
        if account is None:
            return SkipReason.QUIET
        linked = (await self._groups.links(watch.team)).get(name, "")
        if kind == ACCESS:
            soon = account.token is TokenStatus.EXPIRING_SOON
            return Built(build_access_ends(account, watch, linked=bool(linked))) if soon else SkipReason.QUIET
        if group_id not in self._failed:
            await self.refresh()
        group = self._failed.get(group_id)
        if group is None or self._clock() - delivery.due > MOST_LATE:
            return SkipReason.QUIET
        return Built(build_not_published(account, group.content, group.made_at or delivery.due, watch, linked=bool(linked)))
