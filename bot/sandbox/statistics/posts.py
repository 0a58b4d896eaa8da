"""The service's endpoints about posts made through it: the list, page by page, and one post with its URN.

Shapes, sentences and traps from PostPost's public documentation of both endpoints.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from re import fullmatch
from typing import Any

from bot.sandbox.statistics.linkedin import LinkedIn
from bot.sandbox.statistics.service import timestamp
from bot.sandbox.statistics.wire import RefusedError, SandboxAnswer
from bot.sandbox.world import Plan, Post

GROUP_CATCH_ALL = "Failed to fetch post group"

_DEFAULT_LIMIT, _MOST = 20, 100

Query = Mapping[str, str]


class WorldPosts:
    """Answers the endpoints about posts. Methods raise RefusedError for a request that is not in order."""

    def __init__(self, linkedin: LinkedIn) -> None:
        self._world, self._clock = linkedin.world, linkedin.clock
        self._known: tuple[object, dict[str, Post | Plan]] = (None, {})

    def list_posts(self, query: Query) -> SandboxAnswer:
        """GET /list-posts: no URN, no filter by account; pages and limits out of range are clamped in silence."""
        wanted = _wanted(query)
        rows = [row for row in map(_row, self._all().values()) if wanted(row)]
        sort = query.get("sortBy", "createdAt")
        rows.sort(key=lambda row: row[sort] or "", reverse=query.get("sortOrder", "desc") != "asc")
        return SandboxAnswer(200, {"success": True, **_page(rows, query)})

    def get_post(self, group_id: str) -> SandboxAnswer:
        """GET /get-post/{postGroupId}: `platformId` comes without its prefix, permalinks are null."""
        if not fullmatch(r"[0-9a-fA-F]{24}", group_id):
            raise RefusedError(500, GROUP_CATCH_ALL)
        found = self._all().get(group_id.lower())
        if found is None:
            raise RefusedError(404, "Post group not found")
        row = _row(found)
        return SandboxAnswer(
            200,
            {
                "success": True,
                "postGroupId": group_id,
                "status": found.status,
                "scheduledTime": row["scheduledTime"],
                "platforms": [leg["platformId"] for leg in row["platforms"]],
                "platformSettings": {},
                "posts": [_leg(found, leg) for leg in row["platforms"]],
            },
        )

    def _all(self) -> dict[str, Post | Plan]:
        """The posts by their group at this moment; cached while the clock does not move, since a bot asks for each at its start."""
        now, accounts = self._clock(), self._world.accounts
        if self._known[0] != (now, accounts):
            names = (account.platform_id for account in accounts if account.listed)
            posts: list[Post | Plan] = [*self._world.plans(now), *(post for name in names for post in self._world.posts(name, now))]
            self._known = (now, accounts), {post.group_id: post for post in posts}
        return self._known[1]


@lru_cache(maxsize=20_000)
def _row(post: Post | Plan) -> dict[str, Any]:
    # Kept, because each page of a list takes all rows; nobody changes one.
    partial = post.status == "partially_published"
    here, elsewhere = ("published", "failed") if isinstance(post, Post) else ("failed", "published")
    leg = {"platformId": post.platform_id, "platform": "linkedin", "status": here if partial else post.status}
    return {
        "postGroupId": post.group_id,
        "content": post.content,
        "status": post.status,
        "scheduledTime": timestamp(post.scheduled) if post.scheduled else None,
        "createdAt": timestamp(post.created),
        "updatedAt": timestamp(post.scheduled if isinstance(post, Post) else post.created),
        "platforms": [leg, {"platformId": "twitter-123456789", "platform": "twitter", "status": elsewhere}] if partial else [leg],
        "mediaUrls": list(post.media) if isinstance(post, Post) else [],
    }


def _leg(post: Post | Plan, leg: Mapping[str, str]) -> dict[str, Any]:
    platform, _, raw_id = leg["platformId"].partition("-")
    return {
        "_id": post.group_id[::-1],
        "platform": platform,
        "platformId": raw_id,
        "content": post.content,
        "status": leg["status"],
        "postedId": post.urn if isinstance(post, Post) and platform == "linkedin" else None,
        "permalink": None,
    }


def _page(rows: list[dict[str, Any]], query: Query) -> dict[str, Any]:
    page = max(_number(query.get("page"), 1), 1)
    limit = min(max(_number(query.get("limit"), _DEFAULT_LIMIT), 1), _MOST)
    pages = -(-len(rows) // limit)
    return {
        "posts": rows[(page - 1) * limit : page * limit],
        "pagination": {
            "page": page,
            "limit": limit,
            "totalItems": len(rows),
            "totalPages": pages,
            "hasNextPage": page < pages,
            "hasPrevPage": page > 1,
        },
    }


def _number(text: str | None, default: int) -> int:
    return int(text) if text and fullmatch("-?[0-9]{1,9}", text) else default


def _wanted(query: Query) -> Callable[[dict[str, Any]], bool]:
    """The filter a query asks for. Raises RefusedError for an unknown status or sort, or a date that is none."""
    status, platform = query.get("status"), query.get("platform", "").lower()
    if status and status not in ("draft", "scheduled", "published", "failed", "partially_published"):
        raise RefusedError(400, "Invalid status. Must be one of: draft, scheduled, published, failed, partially_published")
    if query.get("sortBy", "createdAt") not in ("createdAt", "updatedAt", "scheduledTime"):
        raise RefusedError(400, "Invalid sortBy. Must be one of: createdAt, updatedAt, scheduledTime")
    first, last = _moment(query, "fromDate"), _moment(query, "toDate")

    def fits(row: dict[str, Any]) -> bool:
        at_platform = any(leg["platform"].startswith(platform) for leg in row["platforms"])
        return at_platform and status in {None, "", row["status"]} and _lies_between(row, first, last)

    return fits


def _lies_between(row: dict[str, Any], first: str | None, last: str | None) -> bool:
    moment = row["scheduledTime"]
    if moment is None:
        return first is None and last is None
    return (first is None or moment >= first) and (last is None or moment <= last)


def _moment(query: Query, name: str) -> str | None:
    if not (text := query.get(name)):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise RefusedError(400, f"Invalid {name} format") from None
    return timestamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
