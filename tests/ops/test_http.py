"""HTTP: the guard before Bolt, the health paths, and what Slack delivers twice."""

import hashlib
import hmac
import io
import sqlite3
import time
from urllib.parse import urlencode

import aiohttp
import pytest

COMMAND = {
    "command": "/linkedin-stats",
    "text": "help",
    "team_id": "T0SANDBOX1",
    "channel_id": "C0MARKETING",
    "user_id": "U0ANN",
    "trigger_id": "1.2.same",
    "response_url": "http://127.0.0.1:9/nowhere",
}


@pytest.fixture
async def http(open_scene):
    async with open_scene(transport="http") as scene:
        yield scene


def signed(scene, body, *, at=None, secret=None):
    stamp = str(int(time.time() if at is None else at))
    key = (secret or scene.slack.signing_secret).encode()
    digest = hmac.new(key, f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}", "Content-Type": "application/x-www-form-urlencoded"}


async def send(scene, body, headers, path="/slack/events", method="POST"):
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"http://127.0.0.1:{scene.port}{path}", data=body and io.BytesIO(body), headers=headers) as response,
    ):
        return response.status, await response.text()


async def test_a_signed_command_is_answered_inside_the_acknowledgement(http):
    body = urlencode(COMMAND).encode()
    status, text = await send(http, body, signed(http, body))
    assert status == 200
    assert '"response_type":"ephemeral"' in text.replace(" ", "")


async def test_the_same_command_delivered_twice_is_answered_once(http):
    """A trigger belongs to one typing of the command; the second delivery is acknowledged and nothing more."""
    body = urlencode(COMMAND).encode()
    await send(http, body, signed(http, body))
    status, text = await send(http, body, signed(http, body))
    assert (status, text) == (200, "")
    assert http.asked_count("command", "answered") == 1


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ("no timestamp", 401),
        ("timestamp in words", 401),
        ("timestamp beyond ASCII", 401),
        ("no signature", 401),
        ("short signature", 401),
        ("signature beyond ASCII", 401),
        ("wrong signature", 401),
        ("old request", 401),
        ("too large", 400),
        ("not UTF-8", 400),
        ("payload no JSON", 400),
        ("JSON that breaks off", 400),
        ("JSON that is a list", 400),
    ],
)
async def test_what_cannot_come_from_slack_is_refused_before_bolt(http, case, status):
    """400 or 401 with a sentence, never 500, and counted."""
    body, headers = _broken(http, case)
    got, text = await send(http, body, headers)
    assert got == status
    assert "Traceback" not in text


def _broken(scene, case):
    body = urlencode(COMMAND).encode()
    as_json = {"Content-Type": "application/json"}
    if case == "too large":
        body = b"text=" + b"x" * 1_100_000
    elif case == "not UTF-8":
        body = b"text=\xff\xfe"
    elif case == "payload no JSON":
        body = b"payload=%7Bbroken"
    elif case == "JSON that breaks off":
        body = b'{"type": "event_callback", '
    elif case == "JSON that is a list":
        body = b"[1, 2]"
    headers = signed(
        scene, body, at=time.time() - 400 if case == "old request" else None, secret="x" if case == "wrong signature" else None
    )
    wrong = {
        "timestamp in words": {"X-Slack-Request-Timestamp": "yesterday"},
        "timestamp beyond ASCII": {"X-Slack-Request-Timestamp": "１７"},
        "short signature": {"X-Slack-Signature": "v0=abc"},
        "signature beyond ASCII": {"X-Slack-Signature": "v0=" + "é" * 64},
        "JSON that breaks off": as_json,
        "JSON that is a list": as_json,
    }
    headers |= wrong.get(case, {})
    for name in {"no timestamp": ["X-Slack-Request-Timestamp"], "no signature": ["X-Slack-Signature"]}.get(case, []):
        del headers[name]
    return body, headers


async def test_slacks_address_check_is_answered(http):
    """Setting the request URL in Slack sends a challenge, signed like everything else."""
    body = b'{"type": "url_verification", "challenge": "abc", "token": "x"}'
    headers = signed(http, body) | {"Content-Type": "application/json"}
    status, text = await send(http, body, headers)
    assert status == 200
    assert "abc" in text


async def test_an_event_nobody_listens_to_is_acknowledged(http):
    """Slack delivers again whatever is not acknowledged."""
    body = b'{"type": "event_callback", "team_id": "T0SANDBOX1", "event_id": "Ev1", "event": {"type": "team_join", "user": "U1"}}'
    headers = signed(http, body) | {"Content-Type": "application/json"}
    status, _ = await send(http, body, headers)
    assert status == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
async def test_health_paths_answer(http, path):
    status, text = await send(http, None, {}, path, "GET")
    assert status == 200
    assert ("linkedin_stats_asks" in text) == (path == "/metrics")


async def test_not_ready_while_the_database_belongs_to_a_newer_program(http, tmp_path):
    """Readiness asks the database, and says which part is unwell."""
    with sqlite3.connect(tmp_path / "bot.sqlite3") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    status, text = await send(http, None, {}, "/readyz", "GET")
    assert status == 503
    assert "store" in text


@pytest.mark.parametrize(("path", "method", "status"), [("/", "GET", 404), ("/slack/events", "GET", 405), ("/metrics", "POST", 405)])
async def test_other_paths_and_methods_are_refused(http, path, method, status):
    assert (await send(http, None, {}, path, method))[0] == status
