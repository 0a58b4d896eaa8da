"""Known posts sorted by their creation, all and by account, so that a range of time is found by bisection.

A LinkedIn id above its 22 low bits is Unix milliseconds: sorting ids sorts posts by time.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Final

from bot.statistics.posts import PostRef

TIME_BITS: Final = 22

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def first_number(moment: int) -> int:
    """The smallest post id of this Unix millisecond."""
    return moment << TIME_BITS


def first_of_day(day: date) -> int:
    return first_number(round((datetime(day.year, day.month, day.day, tzinfo=UTC) - _EPOCH).total_seconds() * 1000))


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


def _number(post: PostRef) -> int:
    return post.number


def _take(posts: list[PostRef], post: PostRef) -> None:
    del posts[posts.index(post, bisect_left(posts, post.number, key=_number))]
