"""Maps a response without results, for any status and bytes, to one StatisticsError: by its codes and sentences, then its status."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

import orjson

from bot import errors

#: Characters of the service's text that are read (it is shortened further where it is shown, after the key was removed).
LONGEST_TEXT: Final = 10_000
#: The most objects and lists in each other; an answer by day has six.
DEEPEST: Final = 20
#: The most objects and lists of an answer (a year by day of four metrics has 6,000, 10,000 accounts as many), and the most commas.
MOST_CONTAINERS: Final = 100_000
MOST_VALUES: Final = 500_000
#: The longest wait that is believed: LinkedIn's daily limits are reset within a day.
LONGEST_WAIT: Final = timedelta(days=1)

#: Codes and sentences with one meaning at any status (the vendor's documentation).
_SURE: Mapping[str, type[errors.StatisticsError]] = {
    "api key is required": errors.ApiKeyMissing,
    "invalid api key": errors.ApiKeyInvalid,
    "invalid api key owner": errors.ApiKeyOwnerUnknown,
    "api access is not enabled for this account": errors.PlanWithoutApi,
    "analytics_plan_required": errors.PlanWithoutApi,
    "invalid x-postpost-user-id": errors.ClientUnknown,
    "invalid x-publora-user-id": errors.ClientUnknown,
    "user is not managed by key": errors.ClientUnknown,
    "workspace access is not enabled for this key": errors.ClientUnknown,
    "linkedin_token_expired": errors.TokenExpired,
    "linkedin_rate_limited": errors.RateLimited,
    "linkedin_request_timeout": errors.Unreachable,
    "linkedin connection not found": errors.ConnectionUnknown,
}

#: The service's own failures; with a status below 500 it is LinkedIn's, forwarded, and says more.
_FAILURES: Mapping[str, type[errors.StatisticsError]] = {
    "failed to fetch metric from linkedin": errors.MetricFailed,
    "failed to fetch linkedin post statistics": errors.ServiceFailed,
    "failed to fetch linkedin account statistics": errors.ServiceFailed,
}

_BY_STATUS: Mapping[int, type[errors.StatisticsError]] = {
    HTTPStatus.UNAUTHORIZED: errors.ApiKeyError,
    HTTPStatus.PAYMENT_REQUIRED: errors.PlanWithoutApi,
    HTTPStatus.FORBIDDEN: errors.NotPermitted,
    HTTPStatus.NOT_FOUND: errors.ConnectionUnknown,
    HTTPStatus.REQUEST_TIMEOUT: errors.Unreachable,
    HTTPStatus.TOO_MANY_REQUESTS: errors.RateLimited,
}

#: The statuses whose Retry-After is believed.
_WAITING = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})

_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")


def read_object(body: bytes) -> dict[str, Any] | None:
    """The body as a JSON object; None for anything else, and for one deeper or with more values than any real response."""
    containers = body.count(b"{") + body.count(b"[")
    if containers > MOST_CONTAINERS or body.count(b",") > MOST_VALUES:
        return None
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(document, dict) or (containers > DEEPEST and _is_deep(document)):
        return None
    return document


def _is_deep(document: dict[str, Any]) -> bool:
    """Whether objects and lists stand in each other deeper than ``DEEPEST``: Python gives up writing some of those."""
    level: list[Any] = [document]
    for _ in range(DEEPEST):
        inner = (value for one in level for value in (one.values() if type(one) is dict else one))
        level = [value for value in inner if type(value) is dict or type(value) is list]
        if not level:
            return False
    return True


def refusal(
    status: int,
    body: bytes,
    at: datetime,
    *,
    retry_after: str | None = None,
    platform_id: str | None = None,
    about_post: bool = True,
) -> errors.StatisticsError:
    """The error of a response that came ``at`` (aware, UTC); ``retry_after`` is the header; ``about_post`` False: an account's figures."""
    document = read_object(body)
    words = () if document is None else tuple(_words(document))
    kind = _kind_of_page(status) if document is None else _kind(status, document, words)
    if kind is errors.NotPermitted and not about_post:
        kind = errors.AccountNotPermitted
    return kind(
        " ".join((" · ".join(words) or body[:LONGEST_TEXT].decode("utf-8", "replace")).split())[:LONGEST_TEXT],
        status=status,
        platform_id=platform_id,
        retry_at=_retry_at(document or {}, at, retry_after) if status in _WAITING or kind is errors.RateLimited else None,
    )


def _kind(status: int, document: Mapping[str, Any], words: tuple[str, ...]) -> type[errors.StatisticsError]:
    texts = [word.casefold().strip() for word in words]
    if sure := next((_SURE[word] for word in texts if word in _SURE), None):
        return sure
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _kind_of_client_error(status, texts)
    if failure := next((_FAILURES[word] for word in texts if word in _FAILURES), None):
        return failure
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return errors.Unreachable
    return (
        errors.ServiceFailed if status < HTTPStatus.MULTIPLE_CHOICES and (texts or document.get("success") is False) else errors.NotTheApi
    )


def _kind_of_client_error(status: int, texts: list[str]) -> type[errors.StatisticsError]:
    if status == HTTPStatus.FORBIDDEN and any("access is not enabled" in word for word in texts):
        return errors.PlanWithoutApi
    return _BY_STATUS.get(status, errors.RequestRefused)


def _kind_of_page(status: int) -> type[errors.StatisticsError]:
    """HTML, truncated JSON or a bare number: a gateway's temporary error by its status, else not the API."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return errors.Unreachable
    return errors.RateLimited if status == HTTPStatus.TOO_MANY_REQUESTS else errors.NotTheApi


def _words(document: Mapping[str, Any]) -> Iterator[str]:
    nested = document.get("error")
    for source in (document, nested if isinstance(nested, dict) else {}):
        for name in ("error", "code", "errorCode", "message"):
            if isinstance(text := source.get(name), str) and text.strip():
                yield text


def _retry_at(document: Mapping[str, Any], at: datetime, header: str | None) -> datetime | None:
    """The retry time: from the header (seconds or an HTTP date, RFC 9110), else the body's ``retryAfter`` in seconds, else None."""
    moment = _from_header(header, at) or _after(document.get("retryAfter"), at)
    return None if moment is None else min(max(moment, at), at + LONGEST_WAIT)


def _from_header(header: str | None, at: datetime) -> datetime | None:
    if header is None:
        return None
    if (moment := _after(header.strip(), at)) is not None:
        return moment
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _after(seconds: object, at: datetime) -> datetime | None:
    if isinstance(seconds, str):
        seconds = float(seconds) if _SECONDS.fullmatch(seconds) else None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
        return None
    return at + timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds()))
