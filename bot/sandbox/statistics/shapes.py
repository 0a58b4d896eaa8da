"""The shapes of the statistics endpoints' answers: one metric or several, a total or days, all or some of them failed.

"LinkedIn Statistics" (PostPost's documentation): Response (Single Metric), Response (Multiple Metrics), Partial Failure.
"""

from dataclasses import dataclass
from typing import Any

from bot.sandbox.statistics.linkedin import LinkedInReading
from bot.sandbox.statistics.switches import StatisticsSwitches
from bot.sandbox.statistics.wire import SandboxAnswer

METRIC_FAILED = "Failed to fetch metric from LinkedIn"


@dataclass(frozen=True, slots=True)
class Form:
    """What differs between the two endpoints' shapes."""

    single_field: str  # "count" on a post, "data" on an account
    aggregation: str | None = None  # echoed by the account's


def shape(readings: list[LinkedInReading], form: Form, switches: StatisticsSwitches, *, single: bool) -> SandboxAnswer:
    """The readings in the documented shape, with the number of LinkedIn calls they took."""
    answer = _one(readings[0], form, switches) if single else _several(readings, form, switches)
    return answer.after(sum(not reading.cached for reading in readings))


def _one(reading: LinkedInReading, form: Form, switches: StatisticsSwitches) -> SandboxAnswer:
    if reading.failed:
        return SandboxAnswer(500, {"error": METRIC_FAILED})
    body = {"success": True, form.single_field: _figure(reading, switches), **_aggregation(form)}
    return SandboxAnswer(200, body if switches.omit_cached else {**body, "cached": reading.cached})


def _several(readings: list[LinkedInReading], form: Form, switches: StatisticsSwitches) -> SandboxAnswer:
    failed = [reading.metric for reading in readings if reading.failed]
    body: dict[str, Any] = {
        "success": not failed,
        "metrics": {reading.metric: _figure(reading, switches) for reading in readings},
        **_aggregation(form),
    }
    if failed:
        body["errors"] = [{"metric": metric, "error": METRIC_FAILED} for metric in failed]
    if not switches.omit_cached:
        cached = [reading.metric for reading in readings if reading.cached]
        body |= {"cachedMetrics": cached, "cached": True} if cached else {"cached": False}
    status = switches.all_failed_status if len(failed) == len(readings) else switches.partial_status
    return SandboxAnswer(status if failed else 200, body)


def _aggregation(form: Form) -> dict[str, str]:
    return {"aggregation": form.aggregation} if form.aggregation else {}


def _figure(reading: LinkedInReading, switches: StatisticsSwitches) -> Any:
    if reading.value is None:
        return -1 if switches.minus_one and not reading.failed else None
    if not switches.digit_strings:
        return reading.value
    points = reading.value
    return [{**point, "count": str(point["count"])} for point in points] if isinstance(points, list) else str(points)
