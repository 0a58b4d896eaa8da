"""Maps a response without results, for any status and bytes, to one StatisticsError: by its codes and sentences, then its status."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

from bot import errors

#: Characters of the service's text that are read (it is shortened further where it is shown, after the key was removed).
LONGEST_TEXT: Final = 10_000
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


def refusal(
    status: int,
    body: bytes,
    document: Mapping[str, Any] | None,
    at: datetime,
    *,
    retry_after: str | None = None,
    platform_id: str | None = None,
    about_post: bool = True,
) -> errors.StatisticsError:
    """The error of a response that came ``at`` (aware, UTC); ``retry_after`` is the header; ``about_post`` False: an account's figures.

    ``document`` is the body as read; None where it is no JSON object.
    """
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
        no_plan = status == HTTPStatus.FORBIDDEN and any("access is not enabled" in word for word in texts)
        return errors.PlanWithoutApi if no_plan else _BY_STATUS.get(status, errors.RequestRefused)
    if failure := next((_FAILURES[word] for word in texts if word in _FAILURES), None):
        return failure
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return errors.Unreachable
    return (
        errors.ServiceFailed if status < HTTPStatus.MULTIPLE_CHOICES and (texts or document.get("success") is False) else errors.NotTheApi
    )


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
