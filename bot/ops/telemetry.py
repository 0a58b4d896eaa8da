"""Logs one line a request, with an id, and counts; without secrets.

Every request gets a reference id: the person sees it with an error, and every log line of the request has it.
People's texts are never logged (a pasted link can identify a member); tokens and keys are removed from every line, also of libraries.
"""

import json
import logging
import random
import re
import sys
import time
import traceback
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.ops.tasks import Inside

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

logger = logging.getLogger(__name__)

_references: ContextVar[Collection[str]] = ContextVar("references", default=())
_workspace: ContextVar[str] = ContextVar("workspace", default="")
#: What a LogRecord has anyway, at first; everything else was added with ``extra`` and is printed.
_OWN = len(logging.makeLogRecord({}).__dict__)
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
#: Slack's tokens, and those that this bot gives assistants, wherever they turn up: in a URL, a header, another library's message.
_TOKEN = re.compile(r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]+|x(?:app|wfp)-[A-Za-z0-9-]+|lsb_[A-Za-z0-9_-]{43}")

REDACTED: Final = "•••"
#: Anything shorter would remove ordinary words, and is no secret worth the name.
SHORTEST_SECRET: Final = 6


def reference() -> str:
    """The id of the request being answered in this task; "" without one, several (with blanks between) in work that requests share."""
    return " ".join(filter(None, _references.get()))


def shared_by(references: Collection[str]) -> Inside[Collection[str]]:
    """Logs everything inside under these ids, read for each line: those of the requests that wait for the same work."""
    return Inside(_references, references)


def of_workspace(team: str) -> Inside[str]:
    """Names the workspace (Slack's id) in every line that is logged inside; "" names none."""
    return Inside(_workspace, team)


tracer: "Tracer | None" = None
redact: Callable[[str], str] = str


def span(name: str, **about: str | float) -> AbstractContextManager[dict[str, str]]:
    return nullcontext({}) if tracer is None else _span(tracer, name, about)


@contextmanager
def _span(opener: "Tracer", name: str, about: Mapping[str, str | float]) -> Iterator[dict[str, str]]:
    from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415  # an extra

    more: dict[str, str] = {}
    with opener.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as current:
        try:
            yield more
        except BaseException as error:
            current.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise
        finally:
            for key, value in {**about, **more}.items():
                current.set_attribute(key, redact(value) if isinstance(value, str) else value)


class Metrics:
    """The bot's counters, in a registry of their own; with ``by_workspace`` requests have the label ``workspace`` (Slack's id)."""

    def __init__(self, *, by_workspace: bool = False) -> None:
        self._by_workspace, self.registry = by_workspace, CollectorRegistry()
        counter, gauge = partial(Counter, registry=self.registry), partial(Gauge, registry=self.registry)
        histogram = partial(Histogram, registry=self.registry)
        of = ("workspace",) if by_workspace else ()
        about = "Questions answered, by where they came from (the label source) and outcome."
        self.asks = counter("linkedin_stats_asks", about, ("source", "outcome", *of))
        self.ask_seconds = histogram("linkedin_stats_ask_seconds", "Seconds from question to answer.", ("source",))
        self.requests = counter("linkedin_stats_api_requests", "Requests to the statistics API.", ("endpoint", "outcome", *of))
        about = "Seconds a request to the statistics API took."
        self.request_seconds = histogram("linkedin_stats_api_request_seconds", about, ("endpoint",))
        about = "Metrics fetched from LinkedIn, not from a cache."
        self.linkedin_calls = counter("linkedin_stats_linkedin_calls", about, ("endpoint", "metric", *of))
        self.refused = counter("linkedin_stats_refused_requests", "Requests refused before Bolt.", ("reason",))
        self.deliveries = gauge("linkedin_stats_deliveries", "Digests' deliveries in the ledger, by state.", ("state",))
        self.tick_age = gauge("linkedin_stats_tick_age_seconds", "Seconds since the scheduler last ran.")
        self.stopped = gauge("linkedin_stats_stopped_workspaces", "Workspaces whose token no longer works.")
        self.connected = gauge("linkedin_stats_slack_connected", "1 while Slack can reach the bot.")
        about, buckets = "Seconds until Slack's request was acknowledged; Slack waits 3.", (0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 5)
        self.acknowledge_seconds = histogram("linkedin_stats_acknowledge_seconds", about, ("transport",), buckets=buckets)
        about = "Seconds from the moment a post was due until Slack took it; of those that the clock brings."
        buckets = (1.0, 2, 5, 10, 30, 60, 300, 900, 3_600, 21_600)
        self.lateness = histogram("linkedin_stats_delivery_lateness_seconds", about, buckets=buckets)
        self.overdue = gauge("linkedin_stats_overdue_seconds", "Seconds that the longest due post has waited; 0 when none waits.")
        self.queue_length = gauge("linkedin_stats_queue_length", "Posts, and parts of threads, that are due and not done.")
        self.database_up = gauge("linkedin_stats_database_up", "1 while the database answers.")
        about = "Seconds since the service's list of posts was read, or since the start."
        self.post_list_age = gauge("linkedin_stats_post_list_age_seconds", about)
        self.low_quota = gauge("linkedin_stats_low_quota_accounts", "Accounts whose LinkedIn calls of this hour are nearly used up.")

        #: A counter of these labels, made once: to look one up takes longer than to count.
        self._ask, self._ask_seconds = cache(self.asks.labels), cache(self.ask_seconds.labels)
        self._request, self._request_seconds = cache(self.requests.labels), cache(self.request_seconds.labels)
        self._linkedin_call, self._acknowledged = cache(self.linkedin_calls.labels), cache(self.acknowledge_seconds.labels)

    def observe_acknowledgement(self, transport: str, seconds: float) -> None:
        self._acknowledged(transport).observe(seconds)

    def observe_answer(self, source: str, outcome: str, seconds: float) -> None:
        self._ask(source, outcome, *self._of()).inc()
        self._ask_seconds(source).observe(seconds)

    def observe_request(self, endpoint: str, outcome: str, seconds: float) -> None:
        self._request(endpoint, outcome, *self._of()).inc()
        self._request_seconds(endpoint).observe(seconds)

    def observe_linkedin_calls(self, endpoint: str, metrics: Iterable[str]) -> None:
        of = self._of()
        for metric in metrics:
            self._linkedin_call(endpoint, metric, *of).inc()

    def _of(self) -> tuple[str, ...]:
        return (_workspace.get(),) if self._by_workspace else ()

    def digests_clock(self) -> dict[str, Any]:
        """How long ago the scheduler ran (seconds), and how many deliveries are in each state, as last counted."""
        states = {sample.labels["state"]: int(sample.value) for metric in self.deliveries.collect() for sample in metric.samples}
        (age,) = (sample.value for metric in self.tick_age.collect() for sample in metric.samples)
        return {"tick_age_seconds": round(age, 3), "deliveries": states}

    def exposition(self) -> bytes:
        return generate_latest(self.registry)


class RequestRecord(Struct):
    """The fields of one request's log line; the router fills them in."""

    reference: str
    kind: str = ""
    outcome: str = ""


@contextmanager
def request_line(metrics: Metrics, source: str, **who: str) -> Iterator[RequestRecord]:
    """Gives a request a reference id, measures and counts it, and logs its line at the end."""
    record, started = RequestRecord(f"{random.getrandbits(32):08x}"), time.perf_counter()
    token = _references.set((record.reference,))
    try:
        with span("question", source=source, reference=record.reference) as about:
            try:
                yield record
            finally:
                about.update(kind=record.kind, outcome=record.outcome)
    finally:
        seconds = time.perf_counter() - started
        metrics.observe_answer(source, record.outcome, seconds)
        logger.info(
            "asked", extra={"source": source, "kind": record.kind, "outcome": record.outcome, "ms": round(seconds * 1000, 1), **who}
        )
        _references.reset(token)


#: The innermost frames of a traceback that are logged.
FRAMES: Final = 6


def cause(error: BaseException) -> str:
    """A failure in one line: what it was, and where, the innermost place first."""
    frames = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    what = " ".join(str(error).split())
    return f"{type(error).__name__}: {what} @ {' < '.join(reversed(frames[-FRAMES:]))}"


#: Libraries that log requests and answers with their bodies: below a warning nothing of theirs is printed, whatever they set themselves.
FOREIGN: Final = """
    httpx httpcore aiohttp aiosqlite alembic slack_bolt slack_sdk procrastinate psycopg mcp asyncio
    """.split()  # noqa: SIM905  # a list of words reads better as words
#: Characters of a foreign line, and of any line.
LONGEST_FOREIGN: Final = 300
LONGEST_LINE: Final = 4_000
#: Control characters, and what ends a line for some reader: written as escapes, so that no line can be forged.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def one_line(text: str) -> str:
    """The text with every control character escaped, at most ``LONGEST_LINE`` characters."""
    shown = text if text.isprintable() else _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return shown if len(shown) <= LONGEST_LINE else f"{shown[: LONGEST_LINE - 1]}…"


@cache
def _is_foreign(name: str) -> bool:
    return name.partition(".")[0] in FOREIGN


class RareFailures(logging.Filter):
    """Passes a repeated failure on at once and then more and more rarely, after ``first`` up to ``longest`` seconds, until ``reset``."""

    def __init__(self, first: float, longest: float) -> None:
        super().__init__()
        self._first, self._longest = first, longest
        self.reset()

    def reset(self) -> None:
        self._due, self._pause = 0.0, self._first

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        now = time.monotonic()
        if now < self._due:
            return False
        self._pause = min(2 * self._pause, self._longest)
        self._due = now + self._pause
        return True


class _Redact(logging.Filter):
    """Adds the reference id to every line, and drops libraries' lines below a warning."""

    def __init__(self, hidden: Iterable[str]) -> None:
        super().__init__()
        exact = "|".join(re.escape(secret) for secret in hidden if len(secret) >= SHORTEST_SECRET)
        self._secrets = re.compile(f"{exact}|{_TOKEN.pattern}" if exact else _TOKEN.pattern)

    def redact(self, text: str) -> str:
        return self._secrets.sub(REDACTED, text)

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING and _is_foreign(record.name):
            return False
        if shown := reference():
            record.reference = shown
        if (team := _workspace.get()) and "team" not in record.__dict__:
            record.team = team
        return True


class _LineFormatter(logging.Formatter):
    """One event, one line: as words and key=value, or as JSON."""

    def __init__(self, *, as_json: bool, redact: Callable[[str], str]) -> None:
        super().__init__()
        self._as_json = as_json
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        event = record.getMessage()[: LONGEST_FOREIGN if _is_foreign(record.name) else LONGEST_LINE]
        more = {name: value for name, value in islice(record.__dict__.items(), _OWN, None) if name not in _STANDARD}
        if record.exc_info and record.exc_info[1]:
            more["cause"] = cause(record.exc_info[1])
        level = record.levelname.lower()
        if not self._as_json:
            words = " ".join([f"{name}={value}" for name, value in more.items()])
            return one_line(self._redact(f"{at} {level:7} {record.name}: {event} {words}".rstrip()))
        fields = {"at": at, "level": level, "logger": record.name, "event": event, **more}
        short = {name: one_line(value) if isinstance(value, str) else value for name, value in fields.items()}
        return self._redact(json.dumps(short, default=lambda value: one_line(str(value)), ensure_ascii=False))


def redactor(hidden: Iterable[str]) -> Callable[[str], str]:
    return _Redact(hidden).redact


def configure_logging(*, level: str, as_json: bool, hidden: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Send every library's lines through one handler that knows what must never be printed."""
    redact = _Redact(hidden)
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.addFilter(redact)
    handler.setFormatter(_LineFormatter(as_json=as_json, redact=redact.redact))
    # None of it is printed, and each costs time on every line (Python's documentation: "Logging HOWTO", "Optimization").
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # noqa: SLF001
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for chatty in FOREIGN:
        # The filter decides; this avoids creating records that it would drop.
        logging.getLogger(chatty).setLevel(max(logging.getLevelNamesMapping()[level], logging.WARNING))
