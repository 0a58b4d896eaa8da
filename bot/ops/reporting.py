"""What the bot reports: that it is alive, to systemd (sd_notify(3)) and a heartbeat address; traces to OpenTelemetry; errors to Sentry.

The last two are extras without secrets: a span or a report has names, ids, counts and kinds of failures, never what people wrote, a figure,
or the text of a failure, which may quote either. Secrets are removed from all texts that remain.
"""

import asyncio
import contextlib
import logging
import os
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import aiohttp

from bot import __version__
from bot.errors import SettingsError
from bot.ops import telemetry
from bot.ops.tasks import BackgroundTasks

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from sentry_sdk.transport import Transport

NAME: Final = "linkedin-stats-bot"
#: Seconds that the last reports may take at the end.
FLUSH_WITHIN: Final = 2.0

NOT_INSTALLED = "{setting} is set, but the packages for it aren't installed."
NOT_INSTALLED_REMEDY = "Install them: `pip install 'linkedin-stats-bot[{extra}]'`, or leave the setting out."


Redact = Callable[[str], str]


@contextmanager
def traced(endpoint: str, redact: Redact, *, exporter: "SpanExporter | None" = None) -> Iterator[None]:
    """Sends traces to ``endpoint`` (OTLP over HTTP), or to ``exporter``, until left. Raises SettingsError: the extra is not installed."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  # an extra
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        raise _missing("OTEL_EXPORTER_OTLP_ENDPOINT", "otel") from None
    provider = TracerProvider(resource=Resource({"service.name": NAME, "service.version": __version__}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=FLUSH_WITHIN)))
    # One process, one destination.
    telemetry.tracer, telemetry.redact = provider.get_tracer(NAME, __version__), redact
    try:
        yield
    finally:
        telemetry.tracer, telemetry.redact = None, str
        with suppress(Exception):
            provider.shutdown()


@contextmanager
def errors_reported(dsn: str, redact: Redact, *, transport: "Transport | None" = None) -> Iterator[None]:
    """Reports logged errors to the Sentry project of ``dsn`` until left. Raises SettingsError: no extra, or the DSN is none."""
    try:
        import sentry_sdk  # noqa: PLC0415  # an extra
        from sentry_sdk.integrations.logging import LoggingIntegration  # noqa: PLC0415
        from sentry_sdk.utils import BadDsn  # noqa: PLC0415
    except ImportError:
        raise _missing("SENTRY_DSN", "sentry") from None
    try:
        sentry_sdk.init(
            dsn=dsn,
            release=__version__,
            transport=transport,
            # What is not asked for here is not sent: no local variables, no requests, no machine's name, no earlier log lines.
            default_integrations=False,
            auto_enabling_integrations=False,
            integrations=[LoggingIntegration(level=None, event_level=logging.ERROR, sentry_logs_level=None)],
            include_local_variables=False,
            include_source_context=False,
            server_name="",
            max_breadcrumbs=0,
            before_send=lambda event, _hint: _reportable(event, redact),
        )
    except BadDsn:
        raise SettingsError("SENTRY_DSN isn't a Sentry DSN.", remedy="Copy it from the project's settings: Client Keys (DSN).") from None
    try:
        yield
    finally:
        sentry_sdk.get_client().close(timeout=FLUSH_WITHIN)
        sentry_sdk.get_global_scope().set_client(None)


def _reportable(event: Any, redact: Redact) -> Any:
    """Removes secrets and exception messages from a report."""
    for found in event.get("exception", {}).get("values", ()):
        found["value"] = ""
    return _redacted(event, redact)


def _redacted(value: Any, redact: Redact) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {key: _redacted(one, redact) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(one, redact) for one in value]
    return value


def _missing(setting: str, extra: str) -> SettingsError:
    return SettingsError(NOT_INSTALLED.format(setting=setting), remedy=NOT_INSTALLED_REMEDY.format(extra=extra))


@contextmanager
def reported(*, otlp_endpoint: str | None, sentry_dsn: str | None, redact: Redact) -> Iterator[None]:
    """Sends errors and traces, as configured, while the context is open. Raises SettingsError."""
    with ExitStack() as stack:
        if sentry_dsn:
            stack.enter_context(errors_reported(sentry_dsn, redact))
        if otlp_endpoint:
            stack.enter_context(traced(otlp_endpoint, redact))
        yield


logger = logging.getLogger(__name__)

#: Answers within each watchdog interval.
ANSWERS_A_WATCHDOG: Final = 3


def _send(address: str, state: str) -> None:
    # An address that begins with @ is in Linux' abstract namespace, which is written with a zero byte.
    target = "\0" + address[1:] if address.startswith("@") else address
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
        sender.sendto(state.encode(), target)


async def _answer_watchdog(address: str, seconds: float) -> None:
    while True:
        _send(address, "WATCHDOG=1")
        await asyncio.sleep(seconds)


def systemd_status(text: str, environment: Mapping[str, str] = os.environ) -> None:
    if address := environment.get("NOTIFY_SOCKET", ""):
        _send(address, f"STATUS={text}")


@asynccontextmanager
async def systemd_notified(environment: Mapping[str, str] = os.environ) -> AsyncIterator[None]:
    """Sends READY=1 (enter it once the bot answers), STOPPING=1, and answers the watchdog; nothing without ``NOTIFY_SOCKET``."""
    address = environment.get("NOTIFY_SOCKET", "")
    if not address:
        yield
        return
    _send(address, "READY=1")
    microseconds = int(environment.get("WATCHDOG_USEC") or 0)
    watchdog = asyncio.create_task(_answer_watchdog(address, microseconds / 1e6 / ANSWERS_A_WATCHDOG)) if microseconds else None
    try:
        yield
    finally:
        _send(address, "STOPPING=1")
        if watchdog:
            watchdog.cancel()


#: Seconds between two pings at least, and how long one may take.
PING_EVERY: Final = 30.0
PING_WITHIN: Final = 5.0


class Heartbeat:
    """Pings an address (``url``, a secret: never logged; "" for none) after successful ticks, so that a monitor notices missing ones."""

    def __init__(self, url: str, tasks: BackgroundTasks) -> None:
        self._url, self._tasks = url, tasks
        self._last: float | None = None
        self._under_way = self._troubled = False

    def ticked(self) -> None:
        """Starts a ping in the background, unless one is running or was just sent."""
        now = time.monotonic()
        if not self._url or self._under_way or (self._last is not None and now - self._last < PING_EVERY):
            return
        self._last, self._under_way = now, True
        self._tasks.start(self._ping(), name="heartbeat")

    async def _ping(self) -> None:
        trouble = ""
        try:
            timeout = aiohttp.ClientTimeout(total=PING_WITHIN)
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(self._url, allow_redirects=False) as answer:
                trouble = "" if answer.ok else f"status {answer.status}"
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            # Its text may quote the address.
            trouble = type(error).__name__
        finally:
            self._under_way = False
        if trouble and not self._troubled:
            logger.warning("the heartbeat is not received", extra={"failure": trouble})
        elif not trouble and self._troubled:
            logger.warning("the heartbeat is received again")
        self._troubled = bool(trouble)
