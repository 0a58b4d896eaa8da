"""Connections, posts and a connection's test; fields may be missing, and any bytes give a value or one StatisticsError."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from itertools import islice
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlencode

from msgspec import Struct

from bot.errors import ClientUnknown, NotTheApi
from bot.ops.tasks import run_together
from bot.postpost.transport import CallLimiter, RetryPolicy
from bot.postpost.wire import ApiCall, ApiResponse, read_object
from bot.postpost.wire_errors import refusal
from bot.statistics.posts import PostFormat, PostKind, PostRef
from bot.statistics.reports import PLATFORM_PREFIX, Account, TokenStatus, split_client, with_client

CONNECTIONS: Final = "platform-connections"
#: The statuses of groups that were not published, or not with all their accounts, and of such an account (PostPost's documentation).
FAILED, PARTLY_PUBLISHED = "failed", "partially_published"
#: How far back the list is read at first; a question about an earlier period reads on.
LISTED_FOR: Final = timedelta(days=90)
#: The most posts one page of a list holds (PostPost's documentation).
PAGE_SIZE: Final = 100
#: The most accounts that are read from a list, and the most posts of one group (one for each account it was published with).
MOST_ACCOUNTS: Final = 10_000
MOST_PUBLISHED: Final = 1_000
#: Characters of one text of the service; LinkedIn's limit for a post is 3,000.
LONGEST_FIELD: Final = 3_000
#: The permission LinkedIn grants for reading a member's statistics (PostPost's documentation).
STATISTICS_PERMISSION: Final = "r_member_postAnalytics"
#: The most pages of 100 posts read of each status.
MOST_PAGES: Final = 50
#: Before every post.
BEGINNING: Final = datetime.min.replace(tzinfo=UTC)
#: Seconds for one of these requests: a person may be waiting for the list of accounts.
DEADLINE: Final = 10.0

_POSTED = re.compile(r"(?:urn:li:(share|ugcPost):)?([0-9]{1,20})", re.IGNORECASE)

#: The endings of media, the format first that a post with several kinds of them has.
_ENDINGS: Final[Mapping[PostFormat, frozenset[str]]] = {
    PostFormat.DOCUMENT: frozenset({"pdf", "doc", "docx", "ppt", "pptx"}),
    PostFormat.VIDEO: frozenset({"mp4", "mov", "m4v", "webm", "avi"}),
    PostFormat.PICTURE: frozenset({"jpg", "jpeg", "png", "gif", "webp", "heic"}),
}

T = TypeVar("T")


class ConnectionGroup(Struct, frozen=True):
    """A post made through the service, for one or more accounts: ``content`` is foreign text; ``made_at`` is aware (UTC) or None.

    ``platform_ids`` are the LinkedIn accounts among them, ``failed`` those with which it was not published though it was with others;
    ``format`` is None where the list does not say it.
    """

    id: str
    content: str
    made_at: datetime | None
    platform_ids: tuple[str, ...] = ()
    format: PostFormat | None = None
    failed: tuple[str, ...] = ()


class PostPage(Struct, frozen=True):
    """One page of posts, those with a LinkedIn account only; ``more`` says whether another page follows."""

    groups: tuple[ConnectionGroup, ...]
    more: bool


class PublishedPost(Struct, frozen=True):
    """A post on LinkedIn and the account that published it; ``content`` is foreign text or ""."""

    post: PostRef
    platform_id: str
    content: str


class ConnectionTest(Struct, frozen=True):
    """A connection's test: ``message`` and ``expires_in`` are the service's texts (foreign) or ""."""

    works: bool
    message: str
    permissions: frozenset[str]
    expires_in: str

    @property
    def may_read_statistics(self) -> bool:
        return STATISTICS_PERMISSION in self.permissions


def read_connections(answer: ApiResponse, client: str = "") -> tuple[Account, ...]:
    """The LinkedIn accounts of an answer, each id once, the first ``MOST_ACCOUNTS`` of them."""
    entries = _entries(_document(answer, "connections"), "connections", None)
    accounts = (account for entry in entries if (account := _account(entry, client)))
    return tuple(islice({account.platform_id: account for account in accounts}.values(), MOST_ACCOUNTS))


def read_posts(answer: ApiResponse, client: str = "") -> PostPage:
    document = _document(answer, "posts")
    pagination = document.get("pagination")
    return PostPage(
        tuple(group for entry in _entries(document, "posts", PAGE_SIZE) if (group := _group(entry, client))),
        more=isinstance(pagination, dict) and pagination.get("hasNextPage") is True,
    )


def read_group(answer: ApiResponse, client: str = "") -> tuple[PublishedPost, ...]:
    entries = _entries(_document(answer, "posts"), "posts", MOST_PUBLISHED)
    return tuple(post for entry in entries if (post := _published(entry, client)))


def read_test(answer: ApiResponse) -> ConnectionTest:
    document = _document(answer, "status")
    granted = document.get("permissions")
    return ConnectionTest(
        works=document["status"] == "ok",
        message=_text(document, "message"),
        permissions=frozenset(name for name in granted if isinstance(name, str)) if isinstance(granted, list) else frozenset(),
        expires_in=_text(document, "tokenExpiresIn"),
    )


def _document(answer: ApiResponse, holding: str) -> Mapping[str, Any]:
    """The body of a success with this field; else raises the response's error."""
    document = read_object(answer.body)
    if answer.status == HTTPStatus.OK and document is not None and holding in document:
        return document
    if answer.status == HTTPStatus.OK and document is not None and not document.get("error"):
        raise NotTheApi(f"no {holding} in the answer", status=answer.status)
    raise refusal(answer.status, answer.body, document, answer.at, retry_after=answer.retry_after, about_post=False)


def _entries(document: Mapping[str, Any], name: str, most: int | None) -> Sequence[Mapping[str, Any]]:
    """The objects among the first ``most`` entries of this list, or among all (None)."""
    entries = document[name]
    return [entry for entry in entries[:most] if isinstance(entry, dict)] if isinstance(entries, list) else ()


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    return value[:LONGEST_FIELD].replace("\0", "").strip() if isinstance(value, str) else ""


def _account(entry: Mapping[str, Any], client: str) -> Account | None:
    platform_id, username = _text(entry, "platformId"), _text(entry, "username")
    if not platform_id.startswith(PLATFORM_PREFIX) or platform_id == PLATFORM_PREFIX:
        return None
    status = _text(entry, "tokenStatus")
    return Account(
        with_client(platform_id, client),
        _text(entry, "displayName") or username or platform_id,
        username=username,
        token=TokenStatus(status) if status in set(TokenStatus) else TokenStatus.UNKNOWN,
        expires_in=_text(entry, "tokenExpiresIn"),
        expires_on=expires.date().isoformat() if (expires := _moment(entry.get("accessTokenExpiresAt"))) else "",
    )


def _group(entry: Mapping[str, Any], client: str) -> ConnectionGroup | None:
    group_id = _text(entry, "postGroupId")
    linkedin = {name: target for target in _targets(entry) if (name := _text(target, "platformId")).startswith(PLATFORM_PREFIX)}
    targets = {with_client(name, client): target for name, target in linkedin.items()}
    platform_ids, failed = tuple(targets), tuple(name for name, target in targets.items() if target.get("status") == FAILED)
    if not group_id or not platform_ids:
        return None
    moments = [moment for name in ("scheduledTime", "createdAt") if (moment := _moment(entry.get(name))) is not None]
    content, made_at = _text(entry, "content"), max(moments, default=None)
    return ConnectionGroup(with_client(group_id, client), content, made_at, platform_ids, _format(entry.get("mediaUrls")), failed)


def _format(media: object) -> PostFormat | None:
    """The format that a post's media have, by the endings of their addresses; without any it is text. None for what cannot be told."""
    if not isinstance(media, list):
        return None
    paths = (url.partition("?")[0].partition("#")[0].rstrip("/") for url in media if isinstance(url, str))
    endings = {path.rpartition(".")[2].lower() for path in paths}
    found = (kind for kind, known in _ENDINGS.items() if endings & known)
    return next(found, None) if media else PostFormat.TEXT


def _targets(entry: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    targets = entry.get("platforms")
    for target in targets if isinstance(targets, list) else ():
        if isinstance(target, dict):
            yield target
        elif isinstance(target, str):
            yield {"platformId": target}


def _published(entry: Mapping[str, Any], client: str) -> PublishedPost | None:
    """A LinkedIn post; its account comes without the prefix here, unlike everywhere else."""
    posted, account = _POSTED.fullmatch(_text(entry, "postedId")), _text(entry, "platformId").removeprefix(PLATFORM_PREFIX)
    if posted is None or not account or _text(entry, "platform") not in {"linkedin", ""}:
        return None
    kind = PostKind.UGC_POST if (posted[1] or "").casefold() == "ugcpost" else PostKind.SHARE
    return PublishedPost(PostRef(kind, int(posted[2])), with_client(PLATFORM_PREFIX + account, client), _text(entry, "content"))


def _moment(raw: object) -> datetime | None:
    if not isinstance(raw, str):
        return None
    try:
        moment = datetime.fromisoformat(raw)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


class ConnectionsApi:
    """The endpoints about accounts and posts, of the key and ``clients``, its managed users. Raises StatisticsError for nothing usable."""

    def __init__(
        self, retry: RetryPolicy, limiter: CallLimiter, clients: Callable[[], frozenset[str]] = frozenset, *, background: bool = False
    ) -> None:
        self._retry, self._limiter, self.clients, self._background = retry, limiter, clients, background

    def in_background(self) -> "ConnectionsApi":
        return ConnectionsApi(self._retry, self._limiter, self.clients, background=True)

    async def connections(self, client: str = "") -> tuple[Account, ...]:
        """The connected LinkedIn accounts of a client, or with "" of the key's owner."""
        return await self._ask(ApiCall(CONNECTIONS, method="GET", client=client), partial(read_connections, client=client))

    async def with_clients(self) -> tuple[Account, ...]:
        """The accounts of the key's owner and of its clients; of one that it no longer manages none."""
        listed = await run_together(self._of_client(client) for client in ("", *sorted(self.clients())))
        return tuple(account for accounts in listed for account in accounts)

    async def _of_client(self, client: str) -> tuple[Account, ...]:
        try:
            return await self.connections(client)
        except ClientUnknown:
            return ()

    async def posts(self, status: str, page: int, client: str = "") -> PostPage:
        """One page (from 1) of the posts of this status ("published", "partially_published") with a LinkedIn account, newest first."""
        # The service's filter by date goes by the scheduled time, which may be missing.
        asked = {"page": page, "limit": PAGE_SIZE, "status": status, "platform": "linkedin", "sortBy": "createdAt", "sortOrder": "desc"}
        call = ApiCall(f"list-posts?{urlencode(asked)}", method="GET", client=client)
        return await self._ask(call, partial(read_posts, client=client))

    async def group(self, group_id: str) -> tuple[PublishedPost, ...]:
        service_id, client = split_client(group_id)
        call = ApiCall(f"get-post/{quote(service_id, safe='')}", method="GET", client=client)
        return await self._ask(call, partial(read_group, client=client))

    async def test_connection(self, platform_id: str) -> ConnectionTest:
        """Tests an account's connection; a broken one is a result, not an error."""
        service_id, client = split_client(platform_id)
        call = ApiCall(f"test-connection/{quote(service_id, safe='')}", platform_id=platform_id, client=client)
        return await self._ask(call, read_test)

    async def _ask(self, call: ApiCall, read: Callable[[ApiResponse], T]) -> T:
        await self._limiter.take(background=self._background)
        try:
            return await self._retry.ask(call, read, ends=self._retry.ends(DEADLINE))
        finally:
            self._limiter.give_back(background=self._background)


async def list_groups(listings: ConnectionsApi, status: str, oldest: datetime) -> tuple[list[ConnectionGroup], datetime | None]:
    """The groups of this status made since ``oldest``, and since when the list is complete (None: unknown). Raises StatisticsError."""
    found: list[ConnectionGroup] = []
    since: datetime | None = BEGINNING
    for client in ("", *sorted(listings.clients())):
        try:
            groups, of_client = await _list_groups(listings, status, oldest, client)
        except ClientUnknown:
            continue
        found += groups
        since = max(since, of_client) if since and of_client else None
    return found, since


async def _list_groups(
    listings: ConnectionsApi, status: str, oldest: datetime, client: str
) -> tuple[list[ConnectionGroup], datetime | None]:
    found: list[ConnectionGroup] = []
    made: list[datetime] = []
    for number in range(1, MOST_PAGES + 1):
        page = await listings.posts(status, number, client)
        found += [group for group in page.groups if group.made_at is None or group.made_at >= oldest]
        made += [group.made_at for group in page.groups if group.made_at is not None]
        if not page.more:
            return found, BEGINNING
        # Then so is every page after it.
        if page.groups and all(group.made_at is not None and group.made_at < oldest for group in page.groups):
            return found, oldest
    return found, min(made, default=None)
