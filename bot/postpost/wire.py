"""Builds and parses the bodies of the endpoints that give figures, without I/O.

An :class:`ApiCall` is any request to the service, an :class:`ApiRequest` one for figures, an :class:`ApiResponse` what
came back, with any status. ``wire_errors`` maps a response without results to an error, ``connections`` has the other endpoints.

A response whose body has ``metrics`` is a result, even with an error status or ``success: false`` (a partial failure). Every reader
returns figures or raises one StatisticsError, for any bytes at all.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import orjson
from msgspec import Struct

from bot.errors import StatisticsError
from bot.ops.request_checks import parse_json
from bot.postpost.wire_errors import refusal
from bot.statistics.metrics import POST_METRICS, Failed, Figure, Metric, Unavailable, Value
from bot.statistics.posts import PostRef
from bot.statistics.reports import DailyMetricsResponse, MetricsResponse, Period, Series, split_client

logger = logging.getLogger(__name__)

POST_STATISTICS: Final = "linkedin-post-statistics"
ACCOUNT_STATISTICS: Final = "linkedin-account-statistics"
#: Gives the metrics that posts do not have, one metric a request (PostPost's documentation).
FOLLOWERS: Final = "linkedin-followers"
#: The longest range of one request, in days (LinkedIn's limit, as PostPost's documentation passes it on).
LONGEST_RANGE: Final = 365
#: The most objects and lists in each other; an answer by day has six.
DEEPEST: Final = 20
#: The most objects and lists of an answer (a year by day of four metrics has 6,000, 10,000 accounts as many), and the most commas.
MOST_CONTAINERS: Final = 100_000
MOST_VALUES: Final = 500_000
#: Characters of one ``errors`` entry in the log.
LONGEST_TEXT_LOGGED: Final = 200

TOO_LONG = f"One request covers at most {LONGEST_RANGE} days."


class ApiCall(Struct, frozen=True):
    """One HTTP request below the base URL, without the key.

    ``endpoint`` is the first segment of ``path`` (for counters, without ids); an empty ``body`` sends none. ``client`` is the managed user
    on whose behalf it is made, "" for the key's owner.
    """

    path: str
    body: bytes = b""
    method: str = "POST"
    platform_id: str | None = None
    client: str = ""

    @property
    def endpoint(self) -> str:
        return self.path.partition("?")[0].partition("/")[0]


class ApiResponse(Struct, frozen=True):
    """A response: ``at`` is when it was complete (aware, UTC), ``retry_after`` the header as sent, or None."""

    status: int
    body: bytes
    at: datetime
    retry_after: str | None = None


class ApiRequest(Struct, frozen=True, cache_hash=True):
    """A call for these metrics; ``window`` are the days, None for the lifetime. The call names both to the service."""

    call: ApiCall
    metrics: tuple[Metric, ...]
    window: Period | None = None


@lru_cache(maxsize=256)
def post_question(platform_id: str, post: PostRef, metrics: tuple[Metric, ...]) -> ApiRequest:
    """The request for a post's lifetime figures. Raises ValueError without any metric."""
    asked = in_card_order(metrics)
    body = {"postedId": post.urn, "platformId": platform_id, "queryTypes": [*asked]}
    return ApiRequest(_call(POST_STATISTICS, body), asked)


def totals_question(platform_id: str, period: Period | None, metrics: Sequence[Metric]) -> ApiRequest:
    """An account's totals over a period, or over its lifetime. Raises ValueError without any metric or beyond 365 days."""
    asked = in_card_order(metrics)
    if _is_of_accounts(asked):
        return ApiRequest(_call(FOLLOWERS, {"platformId": platform_id, "period": "lifetime"}), asked)
    body = {"platformId": platform_id, "queryTypes": [*asked], "aggregation": "TOTAL", **_date_range(period)}
    return ApiRequest(_call(ACCOUNT_STATISTICS, body), asked, period)


def daily_question(platform_id: str, period: Period, metrics: Sequence[Metric]) -> ApiRequest:
    """An account's days. Raises ValueError for reach, without any metric or beyond 365 days."""
    asked = in_card_order(metrics)
    if any(not metric.definition.by_day for metric in asked):
        raise ValueError("LinkedIn has no reach by day: ask for MEMBERS_REACHED with account_totals.")
    if _is_of_accounts(asked):
        return ApiRequest(_call(FOLLOWERS, {"platformId": platform_id, "period": "daily", **_date_range(period)}), asked, period)
    body = {"platformId": platform_id, "queryTypes": [*asked], "aggregation": "DAILY", **_date_range(period)}
    return ApiRequest(_call(ACCOUNT_STATISTICS, body), asked, period)


def alone(question: ApiRequest, metric: Metric) -> ApiRequest:
    if not metric.definition.of_posts:
        return question
    body = orjson.loads(question.call.body)
    body |= {"platformId": question.call.platform_id, "queryTypes": [metric]}
    return ApiRequest(_call(question.call.path, body), (metric,), question.window)


def in_card_order(metrics: Sequence[Metric]) -> tuple[Metric, ...]:
    """The distinct metrics in a fixed order, so that the same question is the same request. Raises ValueError without any."""
    if metrics is POST_METRICS:
        return POST_METRICS
    asked = tuple(metric for metric in Metric if metric in metrics)
    if not asked:
        raise ValueError("Name at least one metric.")
    return asked


def _is_of_accounts(metrics: tuple[Metric, ...]) -> bool:
    """Whether it is a metric that posts do not have, whose endpoint gives no other beside it."""
    if len(metrics) > 1 and not all(metric.definition.of_posts for metric in metrics):
        raise ValueError("A metric of accounts alone comes from an endpoint of its own: ask for it by itself.")
    return not metrics[0].definition.of_posts


def _call(endpoint: str, body: Mapping[str, Any]) -> ApiCall:
    platform_id = body["platformId"]
    service_id, client = split_client(platform_id)
    # The bytes that orjson returns hold 4 KB each; requests are kept with their responses.
    small = bytes(memoryview(orjson.dumps({**body, "platformId": service_id})))
    return ApiCall(endpoint, small, platform_id=platform_id, client=client)


def _date_range(period: Period | None) -> dict[str, Any]:
    """A period as the service's ``dateRange``, whose end is the day after the last. Raises ValueError beyond 365 days."""
    if period is None:
        return {}
    if period.days > LONGEST_RANGE:
        raise ValueError(TOO_LONG)
    return {"dateRange": {"start": _parts(period.first), "end": _parts(period.last + timedelta(days=1))}}


def _parts(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}


def parts_of(period: Period) -> tuple[Period, ...]:
    """The period cut into adjoining ones of at most 365 days, in order."""
    starts = [period.first + timedelta(days=skipped) for skipped in range(0, period.days, LONGEST_RANGE)]
    return tuple(Period(start, min(start + timedelta(days=LONGEST_RANGE - 1), period.last)) for start in starts)


_DIGITS = re.compile(r"-?[0-9]{1,18}")
_LARGEST_EXACT_FLOAT = 2**53
_ABSENT: Final = object()


def read_totals(answer: ApiResponse, question: ApiRequest) -> MetricsResponse:
    if question.call.path == FOLLOWERS:
        body = _with_field(answer, question, "followersCount")
        (metric,) = question.metrics
        return MetricsResponse({metric: _figure(body["followersCount"], failed=False)}, _cached(body, question.metrics), answer.at)
    body, results = _results(answer, question)
    failed = _named_failed(body)
    figures = {metric: _figure(results.get(metric, _ABSENT), failed=metric in failed) for metric in question.metrics}
    return MetricsResponse(figures, _cached(body, question.metrics), answer.at)


def read_daily(answer: ApiResponse, question: ApiRequest) -> DailyMetricsResponse:
    if question.call.path == FOLLOWERS:
        body = _with_field(answer, question, "data")
        (metric,) = question.metrics
        return DailyMetricsResponse(
            {metric: _series(body["data"], question.window, failed=False)}, _cached(body, question.metrics), answer.at
        )
    body, results = _results(answer, question)
    failed = _named_failed(body)
    series = {metric: _series(results.get(metric.value, _ABSENT), question.window, failed=metric in failed) for metric in question.metrics}
    return DailyMetricsResponse(series, _cached(body, question.metrics), answer.at)


def read_object(body: bytes) -> dict[str, Any] | None:
    """The body as a JSON object; None for anything else, and for one deeper or with more values than any real response."""
    containers = body.count(b"{") + body.count(b"[")
    if containers > MOST_CONTAINERS or body.count(b",") > MOST_VALUES:
        return None
    try:
        document = parse_json(body)
    except ValueError:
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


def _results(answer: ApiResponse, question: ApiRequest) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    body = _with_field(answer, question, "metrics")
    if isinstance(metrics := body["metrics"], dict):
        return body, metrics
    raise _refused(answer, question, body)


def _with_field(answer: ApiResponse, question: ApiRequest, name: str) -> Mapping[str, Any]:
    body = read_object(answer.body)
    if body is not None and name in body:
        return body
    raise _refused(answer, question, body)


def _refused(answer: ApiResponse, question: ApiRequest, body: Mapping[str, Any] | None) -> StatisticsError:
    of_post, whose = question.call.path == POST_STATISTICS, question.call.platform_id
    return refusal(answer.status, answer.body, body, answer.at, retry_after=answer.retry_after, platform_id=whose, about_post=of_post)


def _named_failed(body: Mapping[str, Any]) -> frozenset[str]:
    """The metrics named in ``errors``, whose texts are logged."""
    errors = body.get("errors")
    if not isinstance(errors, list):
        return frozenset()
    named = [entry for entry in errors if isinstance(entry, dict) and isinstance(entry.get("metric"), str)]
    if named:
        reported = [f"{entry['metric']}: {entry.get('error')}"[:LONGEST_TEXT_LOGGED] for entry in named[: len(POST_METRICS)]]
        logger.warning("metrics could not be fetched from LinkedIn", extra={"reported": reported})
    return frozenset(entry["metric"].upper() for entry in named)


def _figure(raw: object, *, failed: bool) -> Figure:
    """One figure with its state.

    A metric named in ``errors`` is failed, whatever its value; any other null (or -1) is unavailable. A missing metric
    is failed, not unavailable: PostPost's documentation says neither kind of null is ever omitted, so the answer is incomplete, and asking
    again may mend it. So is a value that is no number.
    """
    if failed:
        return Failed()
    if raw is None:
        return Unavailable()
    amount = count(raw)
    if amount is None:
        return Failed()
    return Unavailable() if amount < 0 else Value(amount)


def count(raw: object) -> int | None:
    """A number as the service may send it (a number, or digits in a string); None if it is not a whole one."""
    if type(raw) is int:
        return raw
    if isinstance(raw, str):
        return int(raw) if _DIGITS.fullmatch(raw) else None
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < _LARGEST_EXACT_FLOAT:
        return int(raw)
    return None


def _series(raw: object, window: Period | None, *, failed: bool) -> Series:
    if failed:
        return Failed()
    if raw is None:
        return Unavailable()
    if not isinstance(raw, list):
        return Failed()
    return _days(raw, window)


def _days(points: Sequence[object], window: Period | None) -> dict[date, int]:
    """The counts of reported days inside the window, however the service reads its end; of two points of a day the later one."""
    days: dict[date, int] = {}
    for point in points:
        if not isinstance(point, dict):
            continue
        day, amount = _start_of(point), count(point.get("count"))
        if day is not None and amount is not None and amount >= 0 and (window is None or day in window):
            days[day] = amount
    return dict(sorted(days.items()))


def _start_of(point: Mapping[str, Any]) -> date | None:
    """A point's day: the start of its range, or its ISO date where the endpoint writes that."""
    if isinstance(written := point.get("date"), str):
        try:
            return date.fromisoformat(written[:10])
        except ValueError:
            return None
    reach = point.get("dateRange")
    first, after = [_date(reach.get(end)) for end in ("start", "end")] if isinstance(reach, dict) else (None, None)
    # A count of several days is not the first one's.
    return None if first and after and after - first > timedelta(days=1) else first


def _date(parts: object) -> date | None:
    year, month, day = (count(parts.get(part)) if isinstance(parts, dict) else None for part in ("year", "month", "day"))
    if year is None or month is None or day is None:
        return None
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def _cached(body: Mapping[str, Any], asked: tuple[Metric, ...]) -> frozenset[Metric]:
    """The metrics served from cache: all where ``cached: true`` has no list, since calling an old figure live is the worse mistake."""
    listed = body.get("cachedMetrics")
    if isinstance(listed, list) and listed:
        names = {name.upper() for name in listed if isinstance(name, str)}
        return frozenset(metric for metric in asked if metric.value in names)
    return frozenset(asked) if body.get("cached") is True else frozenset()
