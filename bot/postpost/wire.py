"""The statistics API's bodies on their way out; no I/O.

A :class:`ApiCall` is any request, a :class:`ApiRequest` one to the two statistics endpoints, an :class:`ApiResponse` what came back,
whatever its
status. ``wire_readings`` reads answers, ``wire_refusals`` says what one without results means, ``wire_listings`` holds the other endpoints.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

import orjson

from bot.statistics.metrics import ALL_METRICS, Metric
from bot.statistics.periods import Period
from bot.statistics.posts import PostRef

POST_STATISTICS: Final = "linkedin-post-statistics"
ACCOUNT_STATISTICS: Final = "linkedin-account-statistics"

#: The longest range of one request, in days (LinkedIn's limit, as PostPost's documentation passes it on).
LONGEST_RANGE: Final = 365

DAILY_REACH = "LinkedIn has no reach by day: ask for MEMBERS_REACHED with account_totals."
NO_METRICS = "Name at least one metric."
TOO_LONG = f"One request holds at most {LONGEST_RANGE} days."


@dataclass(frozen=True, slots=True)
class ApiCall:
    """One HTTP request below the base URL, without the key.

    ``endpoint`` is the first segment of ``path`` (for counters: it never holds an id); an empty ``body`` sends none.
    """

    path: str
    body: bytes = b""
    method: str = "POST"
    platform_id: str | None = field(default=None, compare=False)

    @property
    def endpoint(self) -> str:
        """The endpoint's name, the same for every account and post."""
        return self.path.partition("?")[0].partition("/")[0]


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """What came back: ``at`` is the moment it was complete (aware, UTC), ``retry_after`` the header as sent, or None."""

    status: int
    body: bytes
    at: datetime
    retry_after: str | None = None


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A call to one of the two statistics endpoints and what is expected back.

    Two questions are equal when the service would see the same request. ``window`` is the asked days, or None for the lifetime.
    """

    call: ApiCall
    metrics: tuple[Metric, ...] = field(compare=False)
    window: Period | None = field(default=None, compare=False)


def post_question(platform_id: str, post: PostRef, metrics: Sequence[Metric]) -> ApiRequest:
    """A post's lifetime figures. Raises ValueError without any metric."""
    asked = in_card_order(metrics)
    body = {"postedId": post.urn, "platformId": platform_id, "queryTypes": _query_types(asked)}
    return ApiRequest(_call(POST_STATISTICS, body), asked)


def totals_question(platform_id: str, period: Period | None, metrics: Sequence[Metric]) -> ApiRequest:
    """An account's totals over a period, or over its lifetime. Raises ValueError without any metric or beyond 365 days."""
    asked = in_card_order(metrics)
    body = {"platformId": platform_id, "queryTypes": _query_types(asked), "aggregation": "TOTAL", **_date_range(period)}
    return ApiRequest(_call(ACCOUNT_STATISTICS, body), asked, period)


def daily_question(platform_id: str, period: Period, metrics: Sequence[Metric]) -> ApiRequest:
    """An account's days. Raises ValueError for reach, without any metric or beyond 365 days."""
    asked = _without_reach(in_card_order(metrics))
    body = {"platformId": platform_id, "queryTypes": [*asked], "aggregation": "DAILY", **_date_range(period)}
    return ApiRequest(_call(ACCOUNT_STATISTICS, body), asked, period)


def post_metric_question(platform_id: str, post: PostRef, metric: Metric) -> ApiRequest:
    """One metric of a post in the single shape (``queryType`` → ``count``)."""
    return ApiRequest(_call(POST_STATISTICS, {"postedId": post.urn, "platformId": platform_id, "queryType": metric}), (metric,))


def account_metric_question(platform_id: str, period: Period | None, metric: Metric) -> ApiRequest:
    """One metric of an account in totals, in the single shape (``queryType`` → ``data``, a number). Raises ValueError beyond 365 days."""
    body = {"platformId": platform_id, "queryType": metric, "aggregation": "TOTAL", **_date_range(period)}
    return ApiRequest(_call(ACCOUNT_STATISTICS, body), (metric,), period)


def account_metric_daily_question(platform_id: str, period: Period, metric: Metric) -> ApiRequest:
    """One metric of an account by day, in the single shape (``queryType`` → ``data``, a list). Raises ValueError as daily_question does."""
    (asked,) = _without_reach((metric,))
    body = {"platformId": platform_id, "queryType": asked, "aggregation": "DAILY", **_date_range(period)}
    return ApiRequest(_call(ACCOUNT_STATISTICS, body), (asked,), period)


def alone(question: ApiRequest, metric: Metric) -> ApiRequest:
    """The same question about one metric only, in the shape the rest of the product uses."""
    body = orjson.loads(question.call.body)
    body.pop("queryType", None)
    body["queryTypes"] = [metric]
    return ApiRequest(_call(question.call.path, body), (metric,), question.window)


def in_card_order(metrics: Sequence[Metric]) -> tuple[Metric, ...]:
    """The metrics each once, in one order, so that the same question is the same request. Raises ValueError when there is none."""
    if metrics is ALL_METRICS:
        return ALL_METRICS
    asked = tuple(metric for metric in ALL_METRICS if metric in metrics)
    if not asked:
        raise ValueError(NO_METRICS)
    return asked


def _query_types(metrics: tuple[Metric, ...]) -> str | list[Metric]:
    return "ALL" if metrics == ALL_METRICS else [*metrics]


def _without_reach(metrics: tuple[Metric, ...]) -> tuple[Metric, ...]:
    if Metric.MEMBERS_REACHED in metrics:
        raise ValueError(DAILY_REACH)
    return metrics


def _call(endpoint: str, body: Mapping[str, Any]) -> ApiCall:
    return ApiCall(endpoint, orjson.dumps(body), platform_id=body["platformId"])


def _date_range(period: Period | None) -> dict[str, Any]:
    return {} if period is None else {"dateRange": date_range(period)}


def date_range(period: Period) -> dict[str, Any]:
    """A period as the service's ``dateRange``, whose end is the day after the last. Raises ValueError beyond 365 days."""
    if period.days > LONGEST_RANGE:
        raise ValueError(TOO_LONG)
    return {"start": _parts(period.first), "end": _parts(period.last + timedelta(days=1))}


def _parts(day: date) -> dict[str, int]:
    return {"year": day.year, "month": day.month, "day": day.day}


def parts_of(period: Period) -> tuple[Period, ...]:
    """The period cut into adjoining ones of at most 365 days, in order."""
    starts = [period.first + timedelta(days=skipped) for skipped in range(0, period.days, LONGEST_RANGE)]
    return tuple(Period(start, min(start + timedelta(days=LONGEST_RANGE - 1), period.last)) for start in starts)
