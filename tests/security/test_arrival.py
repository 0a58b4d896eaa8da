"""What comes without Slack's signature costs nothing and provokes nothing; what is signed and wrong is refused in one line."""

import asyncio
import gzip
import hashlib
import hmac
import io
import json
import logging
import random
import time
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web

from bot.ops.request_checks import DEEPEST, LARGEST_BODY, MOST_FIELDS

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
COMMAND: dict[str, Any] = {
    "command": "/linkedin-stats",
    "text": "help",
    "team_id": "T0SANDBOX1",
    "channel_id": "C0MARKETING",
    "channel_name": "marketing",
    "user_id": "U0ANN00001",
    "trigger_id": "1.2.fuzz",
    "response_url": "http://127.0.0.1:9/nowhere",
}
EVENT: dict[str, Any] = {
    "type": "event_callback",
    "team_id": "T0SANDBOX1",
    "api_app_id": "A1",
    "event_id": "Ev1",
    "event_time": 1,
    "authorizations": [{"team_id": "T0SANDBOX1", "enterprise_id": None, "user_id": "U1", "is_bot": True, "is_enterprise_install": False}],
    "event": {"type": "app_mention", "user": "U0ANN00001", "text": "help", "ts": "1700000000.000100", "channel": "C0MARKETING"},
}
PRESS: dict[str, Any] = {
    "type": "block_actions",
    "team": {"id": "T0SANDBOX1", "domain": "x"},
    "user": {"id": "U0ANN00001", "team_id": "T0SANDBOX1"},
    "channel": {"id": "C0MARKETING", "name": "marketing"},
    "container": {"type": "message", "message_ts": "1700000000.000100", "channel_id": "C0MARKETING", "is_ephemeral": True},
    "message": {"ts": "1700000000.000100", "blocks": []},
    "trigger_id": "1.2.press",
    "response_url": "http://127.0.0.1:9/nowhere",
    "actions": [{"type": "button", "action_id": "refresh", "block_id": "b", "value": "help", "action_ts": "1700000000.1"}],
}
FORM_SENT: dict[str, Any] = {
    "type": "view_submission",
    "team": {"id": "T0SANDBOX1"},
    "user": {"id": "U0ANN00001", "team_id": "T0SANDBOX1"},
    "trigger_id": "1.2.view",
    "view": {
        "id": "V1",
        "type": "modal",
        "callback_id": "digest.form",
        "hash": "h",
        "private_metadata": "{}",
        "app_installed_team_id": "T0SANDBOX1",
        "state": {"values": {"accounts": {"accounts": {"type": "multi_static_select", "selected_options": [{"value": "linkedin-ABC"}]}}}},
    },
}
SHORTCUT: dict[str, Any] = {
    "type": "message_action",
    "team": {"id": "T0SANDBOX1"},
    "user": {"id": "U0ANN00001", "team_id": "T0SANDBOX1"},
    "channel": {"id": "C0MARKETING", "name": "marketing"},
    "callback_id": "linkedin_stats_message",
    "trigger_id": "1.2.shortcut",
    "message": {"ts": "1700000000.000100", "text": "hello"},
    "response_url": "http://127.0.0.1:9/nowhere",
}
STEP: dict[str, Any] = {
    **EVENT,
    "event": {
        "type": "function_executed",
        "function": {"callback_id": "linkedin_statistics"},
        "inputs": {"user_id": "U0ANN00001"},
        "function_execution_id": "Fx1",
        "bot_access_token": "xwfp-1",
    },
}
LINK: dict[str, Any] = {
    **EVENT,
    "event": {
        "type": "link_shared",
        "user": "U1",
        "channel": "C1",
        "message_ts": "1.1",
        "links": [{"url": "https://a.example", "domain": "a"}],
    },
}
HOME = {**EVENT, "event": {"type": "app_home_opened", "user": "U0ANN00001", "channel": "D1", "tab": "home", "event_ts": "1.1"}}
DIRECT = {**EVENT, "event": {**EVENT["event"], "type": "message", "channel_type": "im"}}
INTERACTIONS, EVENTS = (PRESS, FORM_SENT, SHORTCUT), (EVENT, STEP, LINK, HOME, DIRECT)
WRONG: tuple[Any, ...] = (5, 1.5, True, [], {}, [5], [[]], {"id": 5}, {"id": []}, "", "x" * 300, None, [None], {"": {}}, -1)


@pytest.fixture
async def http(open_scene):
    async with open_scene(transport="http", acknowledge_within=0.2) as scene:
        yield scene


def signature(scene, body):
    stamp = str(int(time.time()))
    digest = hmac.new(scene.slack.signing_secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


FORGED = {"X-Slack-Request-Timestamp": "1700000000", "X-Slack-Signature": "v0=" + "0" * 64}


async def send(scene, session, body, kind, headers):
    url = f"http://127.0.0.1:{scene.port}/slack/events"
    async with session.post(url, data=io.BytesIO(body), headers={**headers, "Content-Type": kind}) as answer:
        return answer.status


UNSIGNED = {
    "a form that is broken JSON": (b"{bad", FORM),
    "an empty payload": (b"payload=", FORM),
    "two payloads": (b"payload=%7B%7D&payload=bad", FORM),
    "JSON a thousand deep": (b'{"a":' * 1000 + b"1" + b"}" * 1000, JSON),
    "authorizations that are a number": (b'{"authorizations":5}', JSON),
    "a user that is a number": (b'{"user":5}', JSON),
    "a form of very many fields": (b"a=1&" * 60_000, FORM),
    "nothing": (b"", FORM),
    "no UTF-8": (b"\xff\xfe", JSON),
}


@pytest.mark.parametrize("case", UNSIGNED)
async def test_what_is_not_signed_is_refused_whatever_it_is(http, caplog, case):
    body, kind = UNSIGNED[case]
    async with aiohttp.ClientSession() as session:
        assert await send(http, session, body, kind, FORGED) == 401
        assert await send(http, session, body, kind, {}) == 401
    assert [line for line in caplog.records if line.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("case", [case for case in UNSIGNED if case != "nothing"])
async def test_the_same_signed_is_refused_without_an_error(http, caplog, case):
    body, kind = UNSIGNED[case]
    async with aiohttp.ClientSession() as session:
        assert await send(http, session, body, kind, signature(http, body)) in (200, 400)
    assert [line for line in caplog.records if line.levelno >= logging.ERROR] == []


async def test_a_body_that_is_compressed_or_too_large_is_refused_unread(http):
    async with aiohttp.ClientSession() as session:
        packed = gzip.compress(b"payload=%7B%7D")
        assert await send(http, session, packed, FORM, {**FORGED, "Content-Encoding": "gzip"}) == 400
        assert await send(http, session, b"a" * (LARGEST_BODY + 1), FORM, FORGED) == 400
        at_most = urlencode({**COMMAND, "text": "help " + "x" * 200_000}).encode()
        assert await send(http, session, at_most, FORM, signature(http, at_most)) == 200


async def test_too_many_fields_and_too_deep_payloads_are_refused_though_signed(http):
    async with aiohttp.ClientSession() as session:
        for body, kind in (
            (b"a=1&" * (MOST_FIELDS + 2), FORM),
            (b'{"a":' * (DEEPEST + 2) + b"1" + b"}" * (DEEPEST + 2), JSON),
            (urlencode({"payload": "[" * 5_000}).encode(), FORM),
        ):
            assert await send(http, session, body, kind, signature(http, body)) == 400


async def test_slacks_look_at_the_certificate_is_answered_and_does_nothing(http):
    """Slack sends it from time to time, with nothing that says what to do; beside it nothing is done either."""
    async with aiohttp.ClientSession() as session:
        for body in (b"ssl_check=1&token=old", urlencode({**COMMAND, "ssl_check": "1"}).encode()):
            assert await send(http, session, body, FORM, signature(http, body)) == 200
            assert await send(http, session, body, FORM, FORGED) == 401
    await http.settle()
    assert http.slack.accepted == []
    assert http.asked_count("command", "answered") == 0


#: Texts that a person may type or press, and that look like parts of a request.
TYPED = ("payload", "payload=%7B%7D&payload=bad", "[" * 300, "{" * 300, '"[' * 200, "%5B" * 300, "\\" * 301 + "[" * 100, "&" * 300)


@pytest.mark.parametrize("typed", TYPED, ids=lambda typed: typed[:12])
async def test_what_people_type_is_no_structure_of_the_request(http, typed):
    """Brackets, quotes and the word "payload" in a text are text: the request is answered."""
    message = {**SHORTCUT, "message": {**SHORTCUT["message"], "text": typed}}
    async with aiohttp.ClientSession() as session:
        for payload in ({**COMMAND, "text": typed}, message, {**EVENT, "event": {**EVENT["event"], "text": typed}}):
            body, kind = as_request(payload)
            assert await send(http, session, body, kind, signature(http, body)) == 200
        await http.settle()


def mutated(payload, chance):
    """The payload with a value somewhere in it exchanged, removed or doubled."""
    copy = json.loads(json.dumps(payload))
    places = []

    def walk(node):
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            places.append((node, key))
            if isinstance(node[key], dict | list):
                walk(node[key])

    walk(copy)
    for node, key in chance.sample(places, chance.choice((1, 1, 1, 2, 3))):
        try:
            if isinstance(node, dict) and chance.random() < 0.2:
                node.pop(key)
            else:
                node[key] = chance.choice(WRONG)
        except (KeyError, IndexError):
            continue
    return copy


def as_request(payload):
    if "command" in payload:
        flat = {key: value if isinstance(value, str) else json.dumps(value) for key, value in payload.items()}
        return urlencode(flat).encode(), FORM
    if payload.get("type") == "event_callback" or "event" in payload or "authorizations" in payload:
        return json.dumps(payload).encode(), JSON
    return urlencode({"payload": json.dumps(payload)}).encode(), FORM


@asynccontextmanager
async def listening():
    """An address that takes every answer."""

    async def take(_):
        return web.Response(text="ok")

    runner = web.ServerRunner(web.Server(take))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/answer"
    await runner.cleanup()


async def fuzz(scene, caplog, seed, rounds):
    chance, provoked = random.Random(seed), []  # noqa: S311 - the same cases for the same seed
    async with listening() as url, aiohttp.ClientSession() as session:
        for number in range(rounds):
            kind = chance.choice((COMMAND, *INTERACTIONS, *EVENTS))
            payload = mutated({**kind, "response_url": url} if "response_url" in kind else kind, chance)
            body, kind = as_request(payload)
            status = await send(scene, session, body, kind, signature(scene, body))
            if status not in (200, 400, 401):
                provoked.append((number, status, payload))
        async with asyncio.timeout(60):
            await scene.settle()
    errors = [f"{line.getMessage()} {line.exc_info and line.exc_info[1]!r}" for line in caplog.records if line.levelno >= logging.ERROR]
    assert provoked == []
    assert errors == []


async def test_signed_payloads_with_wrong_types_end_in_200_or_400_and_no_error(http, caplog):
    await fuzz(http, caplog, seed=13, rounds=600)


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(4))
async def test_many_signed_payloads_with_wrong_types_end_in_200_or_400_and_no_error(http, caplog, seed):
    await fuzz(http, caplog, seed, rounds=5_000)


def to_slack(*lines):
    """The head of a request with a signature of just now."""
    signed = (f"X-Slack-Request-Timestamp: {int(time.time())}", f"X-Slack-Signature: {FORGED['X-Slack-Signature']}")
    return "\r\n".join(("POST /slack/events HTTP/1.1", "Host: x", *signed, *lines, "", "")).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /healthz?\x1b[31mforged HTTP/1.1\r\nA b: forged\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nContent-Length: forged\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\nHost: forged\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: forged\r\nX: " + b"a" * 9_000 + b"\r\n\r\n",
        (to_slack("Transfer-Encoding: chunked"), b"forged\r\n"),
        (to_slack("Content-Type: forged; charset=no such", "Content-Length: 2"), b"{}"),
    ],
    ids=["header", "length", "address", "long header", "chunk", "charset"],
)
async def test_what_is_no_http_is_refused_unquoted_and_is_no_error(http, caplog, monkeypatch, raw):
    monkeypatch.setattr("bot.ops.server.BODY_WITHIN", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", http.port)
    for part in raw if isinstance(raw, tuple) else (raw,):
        writer.write(part)
        await asyncio.sleep(0.05)
    async with asyncio.timeout(60):
        answer = await reader.read(2_000)
    writer.close()
    assert answer.split()[1] in (b"400", b"401", b"408"), answer
    assert b"forged" not in answer
    assert "forged" not in caplog.text
    assert [line for line in caplog.records if line.levelno >= logging.WARNING] == []


async def test_a_connection_that_sends_its_headers_too_slowly_is_closed(http, monkeypatch):
    monkeypatch.setattr("bot.ops.server.HEADERS_WITHIN", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", http.port)
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\n")
    async with asyncio.timeout(60):
        assert await reader.read() == b""
    writer.close()


async def test_a_body_that_comes_too_slowly_is_refused(http, monkeypatch):
    monkeypatch.setattr("bot.ops.server.BODY_WITHIN", 0.2)
    reader, writer = await asyncio.open_connection("127.0.0.1", http.port)
    head = "".join(f"{name}: {value}\r\n" for name, value in FORGED.items())
    writer.write(f"POST /slack/events HTTP/1.1\r\nHost: x\r\n{head}Content-Length: 1000\r\n\r\na=".encode())
    async with asyncio.timeout(60):
        assert b"408" in await reader.readline()
    writer.close()


async def test_connections_beyond_the_bound_are_closed_and_the_others_answered(http, monkeypatch):
    monkeypatch.setattr("bot.ops.server.MOST_CONNECTIONS", 3)
    opened = [await asyncio.open_connection("127.0.0.1", http.port) for _ in range(3)]
    reader, writer = await asyncio.open_connection("127.0.0.1", http.port)
    async with asyncio.timeout(60):
        assert await reader.read() == b""
    first_reader, first_writer = opened[0]
    first_writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    async with asyncio.timeout(60):
        assert b"200" in await first_reader.readline()
    for _, one in (*opened, (reader, writer)):
        one.close()
