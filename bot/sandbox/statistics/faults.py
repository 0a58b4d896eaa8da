"""Trouble: what each kind of it answers or breaks, and the queue of faults that the next requests will meet."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.sandbox.statistics.switches import StatisticsSwitches
from bot.sandbox.statistics.wire import Manner, SandboxAnswer
from bot.sandbox.world_accounts import Trouble
from bot.sandbox.world_figures import METRICS

FORBIDDEN = "Not enough permissions to access: memberCreatorPostAnalytics"
RANGE_REFUSED = "Invalid dateRange for LinkedIn"
SIGN_IN_PAGE = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Guest Wi-Fi</h1></body></html>"
GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of a trouble on single metrics of a response."""

    failed: frozenset[str] = frozenset()  # null with an `errors` entry
    unavailable: frozenset[str] = frozenset()  # null without one: LinkedIn's -1


NO_EFFECT = Effect()
#: The followers endpoint's one metric.
FOLLOWERS = "FOLLOWERS"
_REACH_AND_RESHARES = frozenset({"MEMBERS_REACHED", "RESHARE"})  # those that fail in PostPost's own sample
EFFECTS: Mapping[Trouble, Effect] = {
    Trouble.PARTIAL: Effect(failed=_REACH_AND_RESHARES),
    Trouble.ALL_FAILED: Effect(failed=frozenset(METRICS)),
    Trouble.UNAVAILABLE: Effect(unavailable=_REACH_AND_RESHARES),
    Trouble.NOTHING_AVAILABLE: Effect(unavailable=frozenset({*METRICS, FOLLOWERS})),
    Trouble.MIXED: Effect(failed=frozenset({"RESHARE"}), unavailable=frozenset({"MEMBERS_REACHED"})),
}


@dataclass(slots=True)
class StatisticsFault:
    """A failure for the next requests."""

    met: Trouble | SandboxAnswer
    times: int = 1  # requests still to meet it
    path: str = ""  # only those whose path holds this

    def strikes(self, path: str) -> bool:
        """Whether it applies to a request to `path`; trouble with metrics waits for a request for metrics."""
        fits = not isinstance(self.met, Trouble) or self.met not in EFFECTS or path.endswith("-statistics")
        return self.times > 0 and self.path in path and fits


class StatisticsFaults:
    """The ordered faults, the first one first; each applies to as many requests as its `times`."""

    def __init__(self) -> None:
        self._queue: list[StatisticsFault] = []

    def add(self, fault: StatisticsFault) -> None:
        """Makes the next `fault.times` requests to its path fail."""
        self._queue.append(fault)

    def clear(self) -> None:
        """Removes the faults that are left."""
        self._queue.clear()

    def __len__(self) -> int:
        return sum(fault.times for fault in self._queue)

    def take(self, path: str) -> Trouble | SandboxAnswer | None:
        """The fault for a valid request to `path`, or None."""
        fault = next((fault for fault in self._queue if fault.strikes(path)), None)
        if fault is None:
            return None
        fault.times -= 1
        if not fault.times:
            self._queue.remove(fault)
        return fault.met


# Answers that never reach the service's own code, or never leave it.
_BROKEN = {
    Trouble.BAD_GATEWAY: SandboxAnswer(502, html=GATEWAY_PAGE),
    Trouble.HTML: SandboxAnswer(200, html=SIGN_IN_PAGE),
    Trouble.HANG: SandboxAnswer(0, manner=Manner.HANG),
    Trouble.RESET: SandboxAnswer(0, manner=Manner.RESET),
}
# Words of PostPost's documentation, but for the 403 of LinkedIn itself, which it forwards without naming them.
_FORWARDED = {
    Trouble.TOKEN_EXPIRED: (401, "LINKEDIN_TOKEN_EXPIRED"),
    Trouble.FORBIDDEN: (403, FORBIDDEN),
    Trouble.PLAN: (403, "ANALYTICS_PLAN_REQUIRED"),
    Trouble.TIMEOUT: (504, "LINKEDIN_REQUEST_TIMEOUT"),
}


def trouble_answer(trouble: Trouble, switches: StatisticsSwitches, catch_all: str) -> SandboxAnswer | None:
    """The answer `trouble` gives instead of figures; None when figures are given (late, cut short, or only some).

    `catch_all` is the sentence of the endpoint's own 500.
    """
    if trouble in _BROKEN:
        return _BROKEN[trouble]
    if trouble is Trouble.RATE_LIMITED:
        return _rate_limited(switches)
    if trouble is Trouble.SERVER_ERROR:
        return SandboxAnswer(500, {"error": catch_all}, linkedin_calls=1)
    if trouble in _FORWARDED:
        status, error = _FORWARDED[trouble]
        return SandboxAnswer(status, {"error": error}, linkedin_calls=1)
    return None


def _rate_limited(switches: StatisticsSwitches) -> SandboxAnswer:
    body: dict[str, object] = {"error": "LINKEDIN_RATE_LIMITED"}
    if switches.retry_after_in in {"body", "both"}:
        body["retryAfter"] = switches.retry_after
    named = switches.retry_after_in in {"header", "both"}
    return SandboxAnswer(429, body, headers={"Retry-After": str(switches.retry_after)} if named else {}, linkedin_calls=1)
