"""What is told one person: a post that failed to publish (PostPost gives no reason), and an access that ends in less than 7 days."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from bot.delivery.builders import Built
from bot.errors import StatisticsError
from bot.postpost import connections as posts
from bot.postpost.connections import LISTED_FOR, ConnectionGroup, ConnectionsApi, list_groups
from bot.reports.card_parts import account_name
from bot.slack.builders import Message, code, context, escape, moment, one_line, section
from bot.statistics.reports import Account, TokenStatus
from bot.storage.workspace_settings import GroupRepository
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.subscription import SkipReason, Subscription
from bot.watches.rule import MOST_LATE, WATCH_ID, WatchRule

logger = logging.getLogger(__name__)

ACCESS_ENDED = "PostPost's access to {name} on LinkedIn has ended: reconnect the account in PostPost first."
ACCESS_ENDS = ":warning: PostPost's access to {name} on LinkedIn ends in less than a week{left}"
RECONNECT = "Reconnect the account in PostPost before that. Without it no post of it is published, and no figures can be fetched."

FAILED, ACCESS = "failed", "access"
_TITLE_LIMIT = 120
_TIME_LIMIT = 40
#: A message about an access is looked for so far back before it is posted: it can have been sent at any time since its status changed.
_ACCESS_SINCE: Final = timedelta(days=30)


class Reader(StrEnum):
    """Who gets a direct message about an account."""

    LINKED = "linked"
    OWNER = "owner"
    ADMINISTRATOR = "administrator"


WHY: Final = {
    Reader.LINKED: "You get this because the account is linked to you",
    Reader.OWNER: "You get this because you watch the account's posts",
    Reader.ADMINISTRATOR: "You get this as an administrator: whoever set this watch up can't be reached any more",
}


class Trouble(Struct, frozen=True):
    """Something to tell one person, once for each ``event``; ``subject`` is the failed post, if any, and the account."""

    kind: str
    event: str
    subject: str
    #: The Slack user id of whom the account is linked to; "" for nobody.
    linked: str
    #: When it happened (aware, UTC).
    at: datetime

    def about(self, reader: Reader) -> str:
        return f"{self.kind}:{reader} {self.subject}"


class WatchTroubles:
    """Finds troubles of watched accounts, and builds the direct messages about them."""

    def __init__(self, listings: ConnectionsApi, groups: GroupRepository, clock: Callable[[], datetime]) -> None:
        self._listings, self._groups, self._clock = listings, groups, clock
        self._failed: Mapping[str, ConnectionGroup] = {}

    async def refresh(self) -> None:
        """Reads which posts failed to publish lately; what is known stays where the list cannot be read."""
        try:
            # A post can have been made long before the day it was due.
            failed, _ = await list_groups(self._listings, posts.FAILED, self._clock() - LISTED_FOR)
            partly, _ = await list_groups(self._listings, posts.PARTLY_PUBLISHED, self._clock() - LISTED_FOR)
            some = [replace(group, platform_ids=group.failed) for group in partly if group.failed]
            self._failed = {group.id: group for group in [*failed, *some]}
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
            name, linked = account.platform_id, links.get(account.platform_id, "")
            found += [
                Trouble(FAILED, f"{FAILED} {group.id} {name}", f"{group.id} {name}", linked, group.made_at)
                for group in self._failed.values()
                if name in group.platform_ids and group.made_at is not None and since < group.made_at <= now
            ]
            if account.token is TokenStatus.EXPIRING_SOON:
                found.append(Trouble(ACCESS, f"{ACCESS} {account.expires_on} {name}", name, linked, now - _ACCESS_SINCE))
        return tuple(found)

    async def build(self, watch: Subscription, delivery: Delivery, about: str, accounts: tuple[Account, ...]) -> Built | SkipReason:
        """The direct message about what a delivery's ``click`` names; or that there is nothing to say any more."""
        what, _, rest = about.partition(" ")
        kind, _, given = what.partition(":")
        group_id, _, name = rest.partition(" ") if kind == FAILED else ("", "", rest)
        account = next((one for one in accounts if one.platform_id == name), None)
        if account is None:
            return SkipReason.QUIET
        # Earlier versions did not store who reads it.
        known = given or (Reader.LINKED if name in await self._groups.links(watch.team) else Reader.OWNER)
        reader = Reader(known)
        if kind == ACCESS:
            soon = account.token is TokenStatus.EXPIRING_SOON
            return Built(build_access_ends(account, watch, reader)) if soon else SkipReason.QUIET
        if group_id not in self._failed:
            await self.refresh()
        group = self._failed.get(group_id)
        if group is None or self._clock() - delivery.due > MOST_LATE:
            return SkipReason.QUIET
        return Built(build_not_published(account, group.content, group.made_at or delivery.due, watch, reader))


def build_not_published(account: Account, content: str, due: datetime, watch: Subscription, reader: Reader) -> Message:
    """That a post failed to publish, with its first words (foreign text), and what to do."""
    lines = [f"> {escape(one_line(content, _TITLE_LIMIT))}"] if content.strip() else []
    lines.append(f"It was due {moment(due)}. PostPost says that it failed, and not why: open it there, correct it and publish it again.")
    if account.token is TokenStatus.EXPIRED:
        lines.append(ACCESS_ENDED.format(name=escape(account_name(account))))
    return _trouble(f":warning: A post of {escape(account_name(account))} wasn't published on LinkedIn", lines, watch, reader)


def build_access_ends(account: Account, watch: Subscription, reader: Reader) -> Message:
    """That PostPost's access to the account ends within a week, and what to do."""
    left = f" ({escape(one_line(account.expires_in, _TIME_LIMIT))} left)" if account.expires_in else ""
    return _trouble(ACCESS_ENDS.format(name=escape(account_name(account)), left=left), [RECONNECT], watch, reader)


def _trouble(headline: str, lines: list[str], watch: Subscription, reader: Reader) -> Message:
    small = f"{WHY[reader]} · {WATCH_ID.format(id=code(watch.short_id))}"
    blocks = (section("\n".join([f"*{headline}*", *lines])), context(small))
    return Message(" ".join([f"{headline}.", *(line.removeprefix("> ") for line in lines)]), blocks)
