"""The statistics server's own switchboard over HTTP, for the playground: switches, faults to come, requests seen.

    GET    /_sandbox/switches   positions, what each does, troubles, faults nobody met yet
    POST   /_sandbox/switches   {"latency_ms": 200, "fail_next": {"trouble": "rate-limited", "times": 2}}
    DELETE /_sandbox/switches   everything neutral again, the cache empty
    GET    /_sandbox/requests   the latest requests, oldest first
    DELETE /_sandbox/requests   forget them

Loopback only, no key: it is no part of PostPost's API.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.sandbox.statistics.faults import StatisticsFault, StatisticsFaults
from bot.sandbox.statistics.linkedin import LinkedIn
from bot.sandbox.statistics.switches import STATUSES, StatisticsSwitches, described, read_trouble
from bot.sandbox.statistics.wire import SandboxAnswer, no_such_route, read_json
from bot.sandbox.world_accounts import Trouble

CONTROL_PATH = "/_sandbox/"
FAULT_KEYS = ("trouble", "status", "body", "headers", "html", "times", "path")
FAULT_NEEDS = 'A fault needs "trouble" or a "status" from 200 to 599, and "times" as a whole number from 1.'
NOT_AN_OBJECT = 'Send a JSON object with the content type application/json, such as {"latency_ms": 200}.'


@dataclass(slots=True)
class RequestSeen:
    """One request that the server received."""

    n: int  # counted from 1
    at: datetime  # by the server's clock
    method: str
    path: str  # with its query
    body: Any  # the JSON sent, or None
    status: int  # 0 when the connection hung or was reset
    linkedin_calls: int  # metrics fetched for it, cached ones not counted
    user: str = ""  # the managed user that it named
    ms: float | None = None  # from its arrival to the answer's leaving; None while it lasts

    def as_json(self) -> dict[str, Any]:
        """The request as the switchboard shows it."""
        return {
            "n": self.n,
            "at": self.at.isoformat(),
            "method": self.method,
            "path": self.path,
            "user": self.user,
            "body": self.body,
            "status": self.status,
            "linkedin_calls": self.linkedin_calls,
            "ms": self.ms,
        }


class Control:
    """Answers the switchboard's requests."""

    def __init__(self, linkedin: LinkedIn, faults: StatisticsFaults, requests: deque[RequestSeen]) -> None:
        self._linkedin, self._faults, self._requests = linkedin, faults, requests

    def answer(self, method: str, path: str, content_type: str, raw: bytes) -> SandboxAnswer:
        """The switchboard's answer; an unknown switch or value is refused with a sentence (400)."""
        match method, path.removeprefix(CONTROL_PATH):
            case "GET", "switches":
                return self._shown()
            case "POST", "switches":
                return self._turned(content_type, raw)
            case "DELETE", "switches":
                self._linkedin.switches.set(StatisticsSwitches().as_json())
                self._linkedin.forget()
                self._faults.clear()
                return self._shown()
            case "GET", "requests":
                return SandboxAnswer(200, {"requests": [request.as_json() for request in self._requests]})
            case "DELETE", "requests":
                self._requests.clear()
                return SandboxAnswer(200, {"requests": []})
            case _:
                return no_such_route(method, path)

    def _shown(self) -> SandboxAnswer:
        return SandboxAnswer(
            200,
            {
                "switches": self._linkedin.switches.as_json(),
                "described": described(),
                "troubles": [trouble.value for trouble in Trouble],
                "faults_left": len(self._faults),
            },
        )

    def _turned(self, content_type: str, raw: bytes) -> SandboxAnswer:
        try:
            changes = read_json(content_type, raw)
            if not changes:
                raise ValueError(NOT_AN_OBJECT)  # noqa: TRY301 - one place says what was wrong
            fault = read_fault(changes.pop("fail_next")) if "fail_next" in changes else None
            self._linkedin.switches.set(changes)
        except ValueError as error:
            return SandboxAnswer(400, {"error": str(error)})
        if fault is not None:
            self._faults.add(fault)
        return self._shown()


def read_fault(given: Any) -> StatisticsFault:
    """A fault from JSON: a named trouble, or an answer of one's own. Raises ValueError saying what was wrong."""
    if not isinstance(given, dict):
        raise ValueError(FAULT_NEEDS)  # noqa: TRY004 - one kind of error for whatever was wrong
    if unknown := next((name for name in given if name not in FAULT_KEYS), None):
        raise ValueError(f"There is no {unknown!r} in a fault. It may have: {', '.join(FAULT_KEYS)}.")
    headers, times = given.get("headers", {}), given.get("times", 1)
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        raise ValueError('The "headers" of a fault is an object of texts, such as {"Retry-After": "5"}.')
    if type(times) is not int or times < 1:
        raise ValueError(FAULT_NEEDS)
    return StatisticsFault(_met(given, headers), times, str(given.get("path", "")))


def _met(given: dict[str, Any], headers: dict[str, str]) -> Trouble | SandboxAnswer:
    if "trouble" in given:
        return read_trouble(given["trouble"])
    status, html = given.get("status"), given.get("html")
    if type(status) is not int or status not in STATUSES:
        raise ValueError(FAULT_NEEDS)
    return SandboxAnswer(status, given.get("body", {}), None if html is None else str(html), headers)
