"""The pool in which the best posts are looked for: the same for `top` and for digests, so that the two cannot disagree."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from bot.domain.periods import Period
from bot.domain.refs import PostRef

#: Known posts asked for to find the best, the newest first: each is a question to LinkedIn.
MOST_CANDIDATES: Final = 50


class KnownPosts(Protocol):
    """Which posts were published when; kept in memory, never waits."""

    def published(self, platform_id: str, period: Period) -> tuple[PostRef, ...]:
        """The account's known posts of these UTC days, the newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Pool:
    """The posts to ask for, each with its account's platform id, the newest first; ``known`` is how many there are in all."""

    posts: tuple[tuple[PostRef, str], ...]
    known: int


def newest_known(posts: KnownPosts, accounts: Sequence[str], period: Period) -> Pool:
    """The newest of all the posts that these accounts (platform ids) are known to have published in the period."""
    known = sorted(
        ((post, account) for account in accounts for post in posts.published(account, period)),
        key=lambda pair: -pair[0].number,
    )
    return Pool(tuple(known[:MOST_CANDIDATES]), len(known))
