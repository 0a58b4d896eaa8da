"""Which requests for statistics are in order: the rows of PostPost's two error tables, in their order.

Each rule is one row: its status and its exact sentence come from "LinkedIn Statistics" (PostPost's documentation), Errors.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.statistics.switches import StatisticsSwitches
from bot.sandbox.statistics.wire import RefusedError
from bot.sandbox.world_figures import METRICS

INVALID_TYPES = f'Invalid queryTypes: {{}}. Must be one of: {", ".join(METRICS)}, or "ALL"'

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RequestedMetric:
    """The metrics a request asks for."""

    metrics: tuple[str, ...]  # each once, as sent
    single: bool  # asked as queryType: the answer is one figure


@dataclass(frozen=True, slots=True)
class PostQuery:
    """A request for a post's statistics that is in order."""

    platform_id: str
    posted_id: str
    wanted: RequestedMetric


@dataclass(frozen=True, slots=True)
class AccountQuery:
    """A request for an account's statistics that is in order."""

    platform_id: str
    wanted: RequestedMetric
    daily: bool
    date_range: Body | None  # its six fields are there, whatever they hold


def read_post_query(body: Body, switches: StatisticsSwitches) -> PostQuery:
    """The request in `body`. Raises RefusedError with the first row of the post's table that is broken."""
    posted_id, platform_id = body.get("postedId"), body.get("platformId")
    if _is_missing(posted_id) or _is_missing(platform_id):
        raise RefusedError(400, "postedId and platformId are required")
    if not isinstance(posted_id, str) or not isinstance(platform_id, str):
        raise RefusedError(400, "postedId and platformId must be strings")
    return PostQuery(platform_id, posted_id, _wanted(body, switches))


def read_account_query(body: Body, switches: StatisticsSwitches) -> AccountQuery:
    """The request in `body`. Raises RefusedError with the first row of the account's table that is broken."""
    platform_id = read_platform_id(body)
    wanted = _wanted(body, switches)
    daily = _is_daily(body)
    date_range = read_date_range(body) if "dateRange" in body else None
    if daily and "MEMBERS_REACHED" in wanted.metrics:
        raise RefusedError(400, "MEMBERS_REACHED with DAILY aggregation is not supported by LinkedIn API")
    return AccountQuery(platform_id, wanted, daily, date_range)


def read_platform_id(body: Body) -> str:
    """The connection asked for. Raises RefusedError when it is missing or not a text."""
    platform_id = body.get("platformId")
    if _is_missing(platform_id):
        raise RefusedError(400, "platformId is required")
    if not isinstance(platform_id, str):
        raise RefusedError(400, "platformId must be a string")
    return platform_id


def read_date_range(body: Body) -> Body:
    """The dateRange with all its fields. Raises RefusedError when one is missing; what they hold is LinkedIn's business."""
    date_range = body["dateRange"]
    if not isinstance(date_range, dict):
        raise RefusedError(400, "dateRange must be an object")
    ends = [end for end in (date_range.get("start"), date_range.get("end")) if isinstance(end, dict)]
    if len(ends) != len(("start", "end")):
        raise RefusedError(400, "dateRange must have both 'start' and 'end' objects")
    if any(end.get(part) is None for end in ends for part in ("year", "month", "day")):
        raise RefusedError(400, "dateRange.start and dateRange.end must have: year, month, day")
    return date_range


def _wanted(body: Body, switches: StatisticsSwitches) -> RequestedMetric:
    query_type, query_types = body.get("queryType"), body.get("queryTypes")
    one, several = not _is_missing(query_type), not _is_missing(query_types) and query_types != []
    if not one and not several:
        raise RefusedError(400, "queryType or queryTypes is required")
    if one and query_type not in METRICS:
        raise RefusedError(400, f"Invalid queryType. Must be one of: {', '.join(METRICS)}")
    if not several:
        return RequestedMetric((str(query_type),), single=True)
    wanted = RequestedMetric(_several(query_types, refuse_all=switches.refuse_all), single=False)
    if one and switches.refuse_both_query_types:
        raise RefusedError(400, "Use either queryType or queryTypes, not both")
    return wanted


def _is_missing(value: Any) -> bool:
    """True for what JavaScript counts as false; an empty object or array is not."""
    return value is None or value in ("", 0)


def _several(query_types: Any, *, refuse_all: bool) -> tuple[str, ...]:
    sent = query_types if isinstance(query_types, list) else [query_types]
    names = [name.upper() if isinstance(name, str) else None for name in sent]
    known = ({*METRICS} if isinstance(query_types, list) else set()) | (set() if refuse_all else {"ALL"})
    invalid = [_as_text(one) for one, name in zip(sent, names, strict=True) if name not in known]
    if invalid:
        raise RefusedError(400, INVALID_TYPES.format(", ".join(invalid)))
    return METRICS if "ALL" in names else tuple(dict.fromkeys(name for name in names if name))


def _is_daily(body: Body) -> bool:
    aggregation = body.get("aggregation", "TOTAL")
    if not isinstance(aggregation, str):
        raise RefusedError(400, "aggregation must be a string")
    if aggregation.upper() not in {"DAILY", "TOTAL"}:
        raise RefusedError(400, "Invalid aggregation. Must be one of: DAILY, TOTAL")
    return aggregation.upper() == "DAILY"


def _as_text(value: Any) -> str:
    """A JSON value as JavaScript writes it into a text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "[object Object]"
    if isinstance(value, list):
        return ",".join(_as_text(one) for one in value)
    return "" if value is None else str(value)
