"""What is reported to OpenTelemetry and to Sentry when it is asked for: what happened, and no secret, no word, no figure."""

import logging
import sys
from typing import Any

import pytest
import sentry_sdk
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sentry_sdk.transport import Transport

from bot.errors import SettingsError
from bot.ops import telemetry
from bot.ops.reporting import errors_reported, reported, traced
from bot.ops.telemetry import REDACTED, redactor, span

KEY, TOKEN = "the-key-of-the-service", "xoxb-1-the-bots-token"
DSN = "https://the-dsns-own-secret@sentry.example.com/1"
STRIKE = redactor([KEY])


class Kept(Transport):
    """Keeps what would be sent."""

    def __init__(self):
        super().__init__()
        self.events = []

    def capture_envelope(self, envelope):
        self.events.append(envelope.get_event())


@pytest.fixture
def spans():
    exporter = InMemorySpanExporter()
    with traced("http://127.0.0.1:9", STRIKE, exporter=exporter):
        yield exporter


def finished(exporter):
    tracer: Any = telemetry.tracer
    tracer.span_processor.force_flush()
    return exporter.get_finished_spans()


async def test_a_question_and_its_requests_are_one_trace(open_scene, spans):
    async with open_scene() as scene:
        await scene.ask("acme last week")
    found = finished(spans)
    (question,) = [one for one in found if one.name == "question"]
    assert question.attributes["outcome"] == "answered"
    requests = [one for one in found if one.name == "statistics request" and one.parent]
    assert requests
    shown = str([(one.name, dict(one.attributes), [event.attributes for event in one.events]) for one in found])
    assert "acme" not in shown.lower()
    assert "last week" not in shown


async def test_a_delivery_is_traced(open_digesting, spans):
    async with open_digesting() as digesting:
        await digesting.digest()
        await digesting.tick(rounds=3, seconds=2)
        delivery = await digesting.the_delivery()
    assert delivery.id in {one.attributes["delivery"] for one in finished(spans) if one.name == "delivery"}


def test_a_span_has_no_secret_and_no_text_of_its_failure(spans):
    with pytest.raises(RuntimeError), span("work", about=f"with {KEY} and {TOKEN}", count=3):
        raise RuntimeError(f"somebody's words, {KEY}")
    (one,) = finished(spans)
    assert dict(one.attributes) == {"about": f"with {REDACTED} and {REDACTED}", "count": 3}
    assert (one.status.description, one.events) == ("RuntimeError", ())


def test_an_error_in_the_log_is_reported_without_secrets_and_words():
    stored = Kept()

    def fails(local_secret):
        raise RuntimeError(f"somebody's words, {KEY}, {local_secret}")

    with errors_reported(DSN, STRIKE, transport=stored):
        try:
            fails(TOKEN)
        except RuntimeError:
            logging.getLogger("bot.somewhere").exception("it failed with %s", KEY, extra={"token": TOKEN, "delivery": "d1"})
        logging.getLogger("bot.somewhere").warning("not reported")
    (event,) = stored.events
    assert event["logentry"]["formatted" if "formatted" in event["logentry"] else "message"] == f"it failed with {REDACTED}"
    assert event["exception"]["values"][0]["type"] == "RuntimeError"
    assert event["exception"]["values"][0]["stacktrace"]["frames"]
    assert event["extra"]["delivery"] == "d1"
    for secret in (KEY, TOKEN, "somebody's words", "the-dsns-own-secret"):
        assert secret not in str(event)


def test_without_settings_nothing_is_reported_nor_loaded():
    with reported(otlp_endpoint=None, sentry_dsn=None, redact=STRIKE), span("work", about="x") as more:
        more["kind"] = "y"
        assert telemetry.tracer is None
        assert not sentry_sdk.get_client().is_active()


@pytest.mark.parametrize(
    ("package", "given", "extra"),
    [
        ("opentelemetry.sdk.trace", {"otlp_endpoint": "http://127.0.0.1:9", "sentry_dsn": None}, "otel"),
        ("sentry_sdk", {"otlp_endpoint": None, "sentry_dsn": DSN}, "sentry"),
    ],
)
def test_an_extra_that_is_not_installed_is_named(monkeypatch, package, given, extra):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(SettingsError) as missing, reported(**given, redact=STRIKE):
        pass
    assert f"linkedin-stats-bot[{extra}]" in missing.value.remedy


def test_a_dsn_that_is_none_is_said_without_being_repeated():
    with pytest.raises(SettingsError, match="SENTRY_DSN") as wrong, errors_reported("https://sentry.example.com/1", STRIKE):
        pass
    assert "sentry.example.com" not in str(wrong.value)
