"""The posts that are known: those made through the service, and those asked for here that gave figures.

Kept in memory. ``refresh`` reads the service's own list in the background (a timer calls it); everything else answers at once.
"""

import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from bot.errors import ConnectionUnknown, RequestRefused, StatisticsError
from bot.ops.tasks import run_together
from bot.postpost.connections import ConnectionGroup, PostPage, PublishedPost
from bot.postpost.post_index import TIME_BITS, PostIndex, first_number, first_of_day
from bot.statistics.periods import Period
from bot.statistics.posts import PostKind, PostRef

logger = logging.getLogger(__name__)

#: "published" leaves out the groups that failed elsewhere but stand on LinkedIn (PostPost's documentation).
STATUSES: Final = ("published", "partially_published")

#: How far back posts are listed.
LISTED_FOR: Final = timedelta(days=90)

#: The most pages of 100 posts read of each status.
MOST_PAGES: Final = 10

#: The most groups looked up at one refresh, so that the first one after a start does not use up the service's patience; the rest follow.
MOST_GROUPS: Final = 100
GROUPS_AT_ONCE: Final = 4

#: How many posts are remembered: those made through the service, and those asked for here.
MOST_LISTED: Final = 10_000
MOST_NOTED: Final = 2048

LONGEST_TITLE: Final = 120

#: An activity's id is made just after its post's (LinkedIn): in ms.
ACTIVITY_LAG: Final = 10_000

K = TypeVar("K")
V = TypeVar("V")


class PostSource(Protocol):
    """Where posts are listed. Both methods raise a StatisticsError."""

    async def posts(self, status: str, page: int) -> PostPage:
        """One page of the posts of this status, newest first."""
        ...

    async def group(self, group_id: str) -> tuple[PublishedPost, ...]:
        """What a group became on LinkedIn."""
        ...


class PostCatalog:
    """Known posts. Only ``refresh`` waits; nothing here raises."""

    def __init__(self, listings: PostSource, *, clock: Callable[[], datetime]) -> None:
        self._listings = listings
        self._clock = clock
        self._listed: OrderedDict[PostRef, PublishedPost] = OrderedDict()
        self._noted: OrderedDict[PostRef, str] = OrderedDict()
        self._shelf = PostIndex()
        self._read: OrderedDict[str, None] = OrderedDict()
        self._failed: set[str] = set()
        self._refreshing = False

    def owner(self, post: PostRef) -> str | None:
        """The platform id of the account that published it, when known."""
        listed = self._listed.get(post)
        return self._noted.get(post) if listed is None else listed.platform_id

    def title(self, post: PostRef) -> str:
        """The first line of the post (foreign text), shortened, or ""."""
        listed = self._listed.get(post)
        lines = (" ".join(line.split()) for line in (listed.content if listed else "").splitlines())
        first = next((line for line in lines if line), "")
        return first if len(first) <= LONGEST_TITLE else first[: LONGEST_TITLE - 1].rstrip() + "…"

    def published(self, platform_id: str, period: Period) -> tuple[PostRef, ...]:
        """The account's known posts whose ids say that they were made on these UTC days, the newest first."""
        made = self._shelf.between(first_of_day(period.first), first_of_day(period.last + timedelta(days=1)), platform_id)
        return tuple(post for post in made if post.published_at is not None)

    def match_activity(self, activity: PostRef, platform_id: str | None) -> PostRef | None:
        """The one known post (of this account, when one is given) whose id is 0 to 10 s older; None when none or several are."""
        moment = activity.number >> TIME_BITS
        near = list(self._shelf.between(first_number(moment - ACTIVITY_LAG), first_number(moment + 1), platform_id))
        return near[0] if len(near) == 1 else None

    def note(self, post: PostRef, platform_id: str) -> None:
        """Remember that this account gave figures for this post."""
        if post.kind is PostKind.ACTIVITY:
            return
        self._shelve(post, _keep(self._noted, post, platform_id, MOST_NOTED))

    async def refresh(self) -> None:
        """Read what the service published lately; a failure leaves what is known. One at a time: a second one returns at once."""
        if self._refreshing:
            return
        self._refreshing = True
        try:
            groups = [group async for group in self._groups()]
            await self._look_up(groups)
        except StatisticsError as error:
            logger.warning("posts could not be listed", extra={"failure": type(error).__name__, "reported": error.reported})
        finally:
            self._refreshing = False

    async def _groups(self) -> AsyncIterator[ConnectionGroup]:
        """The groups not looked up yet, newest first of each status, down to the age that is listed."""
        oldest = self._clock() - LISTED_FOR
        for status in STATUSES:
            for number in range(1, MOST_PAGES + 1):
                page = await self._listings.posts(status, number)
                for group in page.groups:
                    if group.id not in self._read and (group.made_at is None or group.made_at >= oldest):
                        yield group
                if not page.more or _is_older(page, oldest):
                    break

    async def _look_up(self, groups: list[ConnectionGroup]) -> None:
        """Each group once, a few at a time, those that failed before last."""
        waiting = iter(sorted(groups, key=lambda group: group.id in self._failed)[:MOST_GROUPS])
        await run_together(self._work(waiting) for _ in range(GROUPS_AT_ONCE))

    async def _work(self, waiting: Iterator[ConnectionGroup]) -> None:
        """Look up groups until there are none or one fails: the next one would most likely fail alike."""
        for group in waiting:
            try:
                self._enter(group, await self._listings.group(group.id))
            except (ConnectionUnknown, RequestRefused):
                self._enter(group, ())  # the service no longer knows it
            except StatisticsError as error:
                self._failed.add(group.id)
                logger.warning("a post could not be looked up", extra={"failure": type(error).__name__, "reported": error.reported})
                return

    def _enter(self, group: ConnectionGroup, posts: tuple[PublishedPost, ...]) -> None:
        for post in posts:
            entry = post if post.content else replace(post, content=group.content)
            self._shelve(post.post, _keep(self._listed, post.post, entry, MOST_LISTED))
        _keep(self._read, group.id, None, MOST_LISTED)
        self._failed.discard(group.id)

    def _shelve(self, entered: PostRef, gone: Sequence[PostRef]) -> None:
        for post in (entered, *gone):
            self._shelf.put(post, self.owner(post))


def _is_older(page: PostPage, oldest: datetime) -> bool:
    """Whether everything on the page, and so on every page after it, was made before ``oldest``."""
    return bool(page.groups) and all(group.made_at is not None and group.made_at < oldest for group in page.groups)


def _keep(kept: OrderedDict[K, V], key: K, value: V, most: int) -> list[K]:
    """Put it in as the newest, and let go of the oldest beyond ``most``: which these were."""
    kept[key] = value
    kept.move_to_end(key)
    return [kept.popitem(last=False)[0] for _ in range(len(kept) - most)]
