"""Optional reporting: OpenTelemetry traces, and errors to Sentry. Each is an extra; neither contains secrets.

A span or a report has names, ids, counts and kinds of failures: never what people wrote, a figure, or the text of a failure, which may
quote either. Secrets are removed from all texts that remain.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any, Final

from bot import __version__
from bot.errors import SettingsError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Tracer
    from sentry_sdk.transport import Transport

NAME: Final = "linkedin-stats-bot"
#: Seconds that the last reports may take at the end.
FLUSH_WITHIN: Final = 2.0

NOT_INSTALLED = "{setting} is set, but the packages for it aren't installed."
NOT_INSTALLED_REMEDY = "Install them: `pip install 'linkedin-stats-bot[{extra}]'`, or leave the setting out."

NO_DSN = "SENTRY_DSN isn't a Sentry DSN."
NO_DSN_REMEDY = "Copy it from the project's settings: Client Keys (DSN)."

Redact = Callable[[str], str]

_tracer: "Tracer | None" = None
_redact: Redact = str


def span(name: str, **about: str | float) -> AbstractContextManager[dict[str, str]]:
    return nullcontext({}) if _tracer is None else _span(_tracer, name, about)


@contextmanager
def _span(tracer: "Tracer", name: str, about: Mapping[str, str | float]) -> Iterator[dict[str, str]]:
    from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415  # an extra

    more: dict[str, str] = {}
    with tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as current:
        try:
            yield more
        except BaseException as error:
            current.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise
        finally:
            for key, value in {**about, **more}.items():
                current.set_attribute(key, _redact(value) if isinstance(value, str) else value)


@contextmanager
def traced(endpoint: str, redact: Redact, *, exporter: "SpanExporter | None" = None) -> Iterator[None]:
    """Sends traces to ``endpoint`` (OTLP over HTTP), or to ``exporter``, until left. Raises SettingsError: the extra is not installed."""
    global _tracer, _redact  # one process, one destination
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  # an extra
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ImportError:
        raise _missing("OTEL_EXPORTER_OTLP_ENDPOINT", "otel") from None
    provider = TracerProvider(resource=Resource({"service.name": NAME, "service.version": __version__}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter or OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=FLUSH_WITHIN)))
    _tracer, _redact = provider.get_tracer(NAME, __version__), redact
    try:
        yield
    finally:
        _tracer, _redact = None, str
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
        raise SettingsError(NO_DSN, remedy=NO_DSN_REMEDY) from None
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
