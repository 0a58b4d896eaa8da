"""The known posts: those made through the service, and those asked for here that have figures; sorted by their creation.

They are in memory and in the database. The service's list is read in the background, newest first; ``coverage`` says how far back it is
complete. A LinkedIn id above its 22 low bits is Unix milliseconds: sorting ids sorts posts by time.
"""

import asyncio
import logging
from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from operator import attrgetter
from time import monotonic
from typing import Final, Protocol

from bot.errors import ClientUnknown, ConnectionUnknown, RequestRefused, StatisticsError, StoreError
from bot.ops.tasks import run_together, stop
from bot.postpost.connections import BEGINNING, LISTED_FOR, PARTLY_PUBLISHED, ConnectionGroup, ConnectionsApi, PublishedPost, list_groups
from bot.statistics.posts import Coverage, KnownPost, PostFormat, PostKind, PostRef
from bot.statistics.reports import Period

logger = logging.getLogger(__name__)

#: "published" leaves out groups that failed elsewhere but are on LinkedIn (PostPost's documentation).
STATUSES: Final = ("published", PARTLY_PUBLISHED)
#: Groups looked up in a row, and the pause until the next ones, so that a long list does not overload the service.
MOST_GROUPS: Final = 100
PAUSE: Final = 1.0
GROUPS_AT_ONCE: Final = 4
#: The most posts stored: those made through the service, and those asked for here.
MOST_LISTED, MOST_NOTED = 10_000, 2_048
LONGEST_TITLE: Final = 120
#: An activity's id is made just after its post's (LinkedIn): in ms.
ACTIVITY_LAG: Final = 10_000
#: How long a read list counts as current, and how long a failed read is not repeated.
CURRENT_FOR, FAILURE_FOR = timedelta(minutes=15), timedelta(seconds=60)
#: How much later than due a post may be published.
DELAY: Final = timedelta(days=1)
#: The low bits of a LinkedIn id, below its time.
TIME_BITS: Final = 22


class PostStore(Protocol):
    """Stores known posts. Both methods raise StoreError when the database cannot be used."""

    async def load(self, most: int) -> tuple[KnownPost, ...]: ...

    async def save(self, posts: Sequence[KnownPost], most: int) -> None: ...


class PostCatalog:
    """The known posts. Only ``load``, ``refresh``, ``cover`` and ``close`` wait; nothing here raises."""

    def __init__(self, listings: ConnectionsApi, store: PostStore, *, clock: Callable[[], datetime]) -> None:
        self._listings, self._store, self._clock = listings, store, clock
        self._listed: OrderedDict[PostRef, KnownPost] = OrderedDict()
        self._noted: OrderedDict[PostRef, KnownPost] = OrderedDict()
        self._index = PostIndex()
        self._read: OrderedDict[str, None] = OrderedDict()
        self._failed: set[str] = set()
        #: The formats of the groups that the list has, by their ids.
        self._formats: dict[str, PostFormat] = {}
        self._unsaved: dict[PostRef, KnownPost] = {}
        self._reading: asyncio.Task[None] | None = None
        self._saving: asyncio.Task[None] | None = None
        #: The earliest time that a question was about.
        self._wanted: datetime | None = None
        #: Every post from ``_complete_from`` on that was listed at ``_listed_at`` is known.
        self._complete_from: datetime | None = None
        self._listed_at: datetime | None = None
        #: The clients whose posts the list has.
        self._clients: frozenset[str] = frozenset()
        #: The monotonic time of that, or of the start.
        self._read_at = monotonic()
        self._failed_at: datetime | None = None

    @property
    def age(self) -> float:
        return monotonic() - self._read_at

    def owner(self, post: PostRef) -> str | None:
        known = self._listed.get(post) or self._noted.get(post)
        return known.platform_id if known else None

    def title(self, post: PostRef) -> str:
        known = self._listed.get(post)
        return known.title if known else ""

    def format(self, post: PostRef) -> PostFormat | None:
        """What the post is made of; None where the service's list, as it was read last, does not say it."""
        known = self._listed.get(post)
        return self._formats.get(known.group_id) if known else None

    def published(self, platform_id: str, period: Period) -> tuple[PostRef, ...]:
        """The account's known posts made on these UTC days, by their ids, the newest first."""
        made = self._index.between(first_of_day(period.first), first_of_day(period.last + timedelta(days=1)), platform_id)
        return tuple(post for post in made if post.published_at is not None)

    def listed_since(self, platform_id: str, moment: datetime) -> tuple[KnownPost, ...]:
        """The account's posts of the service's list that were published after this moment (aware), the oldest first."""
        until, first = first_number(_milliseconds(self._clock()) + 1), first_number(_milliseconds(moment) + 1)
        found = (self._listed.get(post) for post in self._index.between(first, until, platform_id))
        return tuple(known for known in found if known is not None)[::-1]

    def match_activity(self, activity: PostRef, platform_id: str | None) -> PostRef | None:
        """The only known post (of this account if given) whose id is 0 to 10 s older; None for none or several."""
        moment = activity.number >> TIME_BITS
        near = list(self._index.between(first_number(moment - ACTIVITY_LAG), first_number(moment + 1), platform_id))
        return near[0] if len(near) == 1 else None

    def coverage(self, period: Period) -> Coverage:
        since, at = self._complete_from, self._listed_at
        if since is None or at is None or not self._listings.clients() <= self._clients:
            return Coverage(complete=False)
        needed = min(_start(period.last + timedelta(days=1)), self._clock() - CURRENT_FOR)
        if at < needed:
            return Coverage(complete=False)
        if since > _start(period.first) - DELAY:
            return Coverage(complete=False, since=(since + DELAY).date() + timedelta(days=1))
        return Coverage()

    def note(self, post: PostRef, platform_id: str) -> None:
        """Stores that this account has figures for this post; saved at the next refresh."""
        known = KnownPost(post, platform_id)
        if post.kind is PostKind.ACTIVITY or self._noted.get(post) == known:
            self._noted.move_to_end(post) if post in self._noted else None
            return
        self._noted[post] = known
        gone = [self._noted.popitem(last=False)[0] for _ in range(len(self._noted) - MOST_NOTED)]
        if post not in self._listed:
            self._unsaved[post] = known
        self._reindex(post, *gone)

    async def load(self) -> None:
        try:
            stored = await self._store.load(MOST_LISTED)
        except StoreError as error:
            logger.warning("known posts could not be loaded", extra={"failure": error.sentence})
            return
        for one in stored:
            if one.group_id:
                self._listed[one.post] = one
                self._read[one.group_id] = None
            else:
                self._noted[one.post] = one
            self._reindex(one.post)

    async def refresh(self) -> None:
        """Reads the list of recent posts, and back to the earliest question; a failure keeps what is known."""
        await asyncio.shield(self._start_reading())

    async def cover(self, period: Period, wait: float) -> Coverage:
        """The coverage of the period after reading the list that far, for at most ``wait`` seconds; reading continues behind."""
        begins = _start(period.first) - DELAY
        if self._wanted is None or begins < self._wanted:
            self._wanted = begins
        try:
            async with asyncio.timeout(wait):
                # A running read may have begun without this period: then another one follows.
                for _ in range(2):
                    if self.coverage(period).complete or self._failed_lately():
                        break
                    await asyncio.shield(self._start_reading())
        except TimeoutError:
            pass
        return self.coverage(period)

    async def close(self) -> None:
        await stop(self._reading)
        if self._saving is not None:
            await self._saving
        await self._save()

    def _failed_lately(self) -> bool:
        return self._failed_at is not None and timedelta() <= self._clock() - self._failed_at < FAILURE_FOR

    def _start_reading(self) -> asyncio.Task[None]:
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read_list(), name="read the list of posts")
        return self._reading

    async def _read_list(self) -> None:
        started, clients = self._clock(), self._listings.clients()
        oldest = min(started - LISTED_FOR, self._wanted or started)
        try:
            groups, back_to = await self._groups(oldest)
            self._failed_at, self._clients = None, clients
            self._formats = {group.id: group.format for group in groups if group.format}
            await self._look_up(groups, back_to, started)
        except StatisticsError as error:
            self._failed_at = self._clock()
            logger.warning("posts could not be listed", extra={"failure": type(error).__name__, "reported": error.reported})
        await self._save()

    async def _groups(self, oldest: datetime) -> tuple[list[ConnectionGroup], datetime]:
        """The groups made since ``oldest``, and the time since which the list is complete (earlier if it ended)."""
        found: list[ConnectionGroup] = []
        back_to = BEGINNING
        for status in STATUSES:
            groups, since = await list_groups(self._listings, status, oldest)
            found, back_to = found + groups, max(back_to, since or self._clock())
        return found, back_to

    async def _look_up(self, groups: list[ConnectionGroup], back_to: datetime, listed_at: datetime) -> None:
        """Looks up each unread group once, a few at a time, the newest first, those that failed before last."""
        ordered = sorted(groups, key=lambda group: group.made_at or listed_at, reverse=True)
        waiting = [group for group in ordered if group.id not in self._read]
        waiting.sort(key=lambda group: group.id in self._failed)
        self._covered(waiting, back_to, listed_at)
        while waiting:
            batch, waiting = waiting[:MOST_GROUPS], waiting[MOST_GROUPS:]
            handed = iter(batch)
            failed = await run_together(self._work(handed) for _ in range(GROUPS_AT_ONCE))
            left = [group for group in batch if group.id not in self._read]
            self._covered([*left, *waiting], back_to, listed_at)
            if any(failed):
                return
            if waiting:
                await self._save()
                await asyncio.sleep(PAUSE)

    def _covered(self, unread: Sequence[ConnectionGroup], back_to: datetime, listed_at: datetime) -> None:
        """Records that all posts newer than the newest unread group are known."""
        blocking = [group.made_at for group in unread if group.made_at is not None]
        self._complete_from = max([back_to, *(moment + timedelta(microseconds=1) for moment in blocking)])
        self._listed_at = listed_at
        self._read_at = monotonic()

    async def _work(self, waiting: Iterator[ConnectionGroup]) -> bool:
        """Looks up groups until none is left, or one fails: the next one would probably fail too. Returns whether one failed."""
        for group in waiting:
            try:
                self._enter(group, await self._listings.group(group.id))
            except (ClientUnknown, ConnectionUnknown, RequestRefused):
                self._enter(group, ())  # the service no longer knows it
            except StatisticsError as error:
                self._failed.add(group.id)
                logger.warning("a post could not be looked up", extra={"failure": type(error).__name__, "reported": error.reported})
                return True
        return False

    def _enter(self, group: ConnectionGroup, posts: tuple[PublishedPost, ...]) -> None:
        for one in posts:
            known = KnownPost(one.post, one.platform_id, _first_line(one.content or group.content), group.id)
            self._listed[one.post] = self._unsaved[one.post] = known
            self._reindex(one.post)
        while len(self._listed) > MOST_LISTED:
            oldest = min(self._listed, key=lambda post: post.number)
            del self._listed[oldest]
            self._reindex(oldest)
        self._read[group.id] = None
        while len(self._read) > 2 * MOST_LISTED:
            self._read.popitem(last=False)
        self._failed.discard(group.id)

    async def _save(self) -> None:
        self._saving = asyncio.create_task(self._write(), name="save known posts")
        # A cancelled write would lose the posts and leave the database locked in this process.
        await asyncio.shield(self._saving)

    async def _write(self) -> None:
        posts, self._unsaved = self._unsaved, {}
        try:
            await self._store.save(tuple(posts.values()), MOST_LISTED)
        except StoreError as error:
            self._unsaved = {**posts, **self._unsaved}
            logger.warning("known posts could not be saved", extra={"failure": error.sentence})

    def _reindex(self, *posts: PostRef) -> None:
        for post in posts:
            self._index.put(post, self.owner(post))


def _first_line(content: str) -> str:
    lines = (" ".join(line.split()) for line in content.splitlines())
    first = next((line for line in lines if line), "")
    return first if len(first) <= LONGEST_TITLE else first[: LONGEST_TITLE - 1].rstrip() + "…"


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000)


def _start(day: date) -> datetime:
    return datetime.combine(day, time(tzinfo=UTC))


def first_number(moment: int) -> int:
    """The smallest post id of this Unix millisecond."""
    return moment << TIME_BITS


def first_of_day(day: date) -> int:
    return first_number(_milliseconds(_start(day)))


class PostIndex:
    """Posts with the platform id of their account."""

    def __init__(self) -> None:
        self._owners: dict[PostRef, str] = {}
        self._all: list[PostRef] = []
        self._own: dict[str, list[PostRef]] = {}

    def put(self, post: PostRef, owner: str | None) -> None:
        before = self._owners.get(post)
        if before == owner:
            return
        if before is not None:
            _take(self._own[before], post)
        if owner is None:
            del self._owners[post]
            _take(self._all, post)
            return
        if before is None:
            insort(self._all, post, key=_number)
        self._owners[post] = owner
        insort(self._own.setdefault(owner, []), post, key=_number)

    def between(self, first: int, after: int, owner: str | None = None) -> Iterator[PostRef]:
        """The posts with ids from ``first`` on and below ``after``, the newest first; only the account's when one is given."""
        posts = self._all if owner is None else self._own.get(owner, [])
        start, end = bisect_left(posts, first, key=_number), bisect_left(posts, after, key=_number)
        return reversed(posts[start:end])


_number: Final[Callable[[PostRef], int]] = attrgetter("number")


def _take(posts: list[PostRef], post: PostRef) -> None:
    del posts[posts.index(post, bisect_left(posts, post.number, key=_number))]
