"""The statistics API's answers as readings; no I/O.

An answer is judged by its body: a dict with ``metrics`` is a result, even beside an error status or ``success: false`` (a partial failure).
Every reader here returns a reading or raises one StatisticsError, for any bytes at all.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from bot.postpost.wire import ApiRequest, ApiResponse
from bot.postpost.wire_errors import read_object, refusal
from bot.statistics.metrics import Failed, Figure, Metric, Unavailable, Value
from bot.statistics.periods import Period
from bot.statistics.reports import DailyMetricsResponse, MetricsResponse, Series

_DIGITS = re.compile(r"-?[0-9]{1,18}")
_LARGEST_EXACT_FLOAT = 2**53
_ABSENT: Final = object()


def read_totals(answer: ApiResponse, question: ApiRequest) -> MetricsResponse:
    """The figures of an answer in totals. Raises the one StatisticsError the answer means when it holds none."""
    body, results = _results(answer, question)
    failed = _named_failed(body)
    figures = {metric: _figure(results.get(metric.value, _ABSENT), failed=metric in failed) for metric in question.metrics}
    return MetricsResponse(figures, _cached(body, question.metrics), answer.at)


def read_daily(answer: ApiResponse, question: ApiRequest) -> DailyMetricsResponse:
    """The days of an answer by day. Raises the one StatisticsError the answer means when it holds none."""
    body, results = _results(answer, question)
    failed = _named_failed(body)
    series = {metric: _series(results.get(metric.value, _ABSENT), question.window, failed=metric in failed) for metric in question.metrics}
    return DailyMetricsResponse(series, _cached(body, question.metrics), answer.at)


def _results(answer: ApiResponse, question: ApiRequest) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The body and what it holds for each metric, whichever of the two shapes it has."""
    body = read_object(answer.body)
    if body is not None:
        metrics = body.get("metrics")
        if isinstance(metrics, dict):
            return body, metrics
        if len(question.metrics) == 1 and not isinstance(body.get("error"), str):
            for name in ("count", "data"):
                if name in body:
                    return body, {question.metrics[0].value: body[name]}
    raise refusal(answer.status, answer.body, answer.at, retry_after=answer.retry_after, platform_id=question.call.platform_id)


def _named_failed(body: Mapping[str, Any]) -> frozenset[str]:
    errors = body.get("errors")
    if not isinstance(errors, list):
        return frozenset()
    return frozenset(entry["metric"].upper() for entry in errors if isinstance(entry, dict) and isinstance(entry.get("metric"), str))


def _figure(raw: object, *, failed: bool) -> Figure:
    """The state of one figure.

    A null is unavailable, or failed when ``errors`` names it. A metric that was left out is failed, not unavailable: PostPost's
    documentation says neither kind of null is ever omitted, so the answer is incomplete, and asking again may mend it. So is a value that
    is no number.
    """
    if raw is None:
        return Failed() if failed else Unavailable()
    amount = count(raw)
    if amount is None:
        return Failed()
    if amount < 0:
        return Failed() if failed else Unavailable()
    return Value(amount)


def count(raw: object) -> int | None:
    """A number as the service may write it (a number, or digits in a string), or None when it is not a whole one."""
    if type(raw) is int:
        return raw
    if isinstance(raw, str):
        return int(raw) if _DIGITS.fullmatch(raw) else None
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < _LARGEST_EXACT_FLOAT:
        return int(raw)
    return None


def _series(raw: object, window: Period | None, *, failed: bool) -> Series:
    if raw is None:
        return Failed() if failed else Unavailable()
    if not isinstance(raw, list):
        return Failed()
    return _days(raw, window)


def _days(points: Sequence[object], window: Period | None) -> dict[date, int]:
    """The counts by day: only days inside the window (whichever way the service reads its end), and only those that were reported.

    Of two points of one day the later one stands: adding them up would count the day twice.
    """
    days: dict[date, int] = {}
    for point in points:
        if not isinstance(point, dict):
            continue
        day, amount = _start_of(point), count(point.get("count"))
        if day is not None and amount is not None and amount >= 0 and (window is None or day in window):
            days[day] = amount
    return dict(sorted(days.items()))


def _start_of(point: Mapping[str, Any]) -> date | None:
    reach = point.get("dateRange")
    start = reach.get("start") if isinstance(reach, dict) else None
    if not isinstance(start, dict):
        return None
    year, month, day = (count(start.get(part)) for part in ("year", "month", "day"))
    if year is None or month is None or day is None:
        return None
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def _cached(body: Mapping[str, Any], asked: tuple[Metric, ...]) -> frozenset[Metric]:
    """The metrics served from cache.

    ``cached: true`` without a list says that some were, not which: all of them count as cached then, for calling an old figure live is the
    worse mistake.
    """
    listed = body.get("cachedMetrics")
    if isinstance(listed, list) and listed:
        names = {name.upper() for name in listed if isinstance(name, str)}
        return frozenset(metric for metric in asked if metric.value in names)
    return frozenset(asked) if body.get("cached") is True else frozenset()
