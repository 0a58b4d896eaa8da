"""PostPost's webhook, as PostPost sends it: it only makes a watch sooner, and is taken from PostPost alone."""

import hashlib
import hmac
import io
import json
from datetime import timedelta

import aiohttp
import pytest

from bot.ops.request_checks import LARGEST_BODY
from tests.watches.test_watches_delivered import about, posts_of, until

SECRET = "whsec-of-the-webhook"


def event(digesting, name="post.published", *, ago=0, **over):
    """An event of this moment, as its raw bytes."""
    at = (digesting.scene.clock() - timedelta(seconds=ago)).isoformat().replace("+00:00", "Z")
    return json.dumps(
        {"version": "1", "event": name, "timestamp": at, "data": {"postGroupId": "65f8", "platform": "linkedin"}, **over}
    ).encode()


async def send(digesting, body, *, header="X-Publora-Signature", signature=None, method="POST", **headers):
    """The status of the answer to this body, signed as PostPost signs unless a signature is given."""
    signed = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest() if signature is None else signature
    headers = {"Content-Type": "application/json", header: signed, **headers}
    address = f"http://127.0.0.1:{digesting.scene.port}/postpost/events"
    async with aiohttp.ClientSession() as session, session.request(method, address, data=io.BytesIO(body), headers=headers) as response:
        assert "Traceback" not in await response.text()
        return response.status


@pytest.fixture
async def hooked(open_digesting):
    async with open_digesting(transport="http", postpost_webhook_secret=SECRET) as digesting:
        yield digesting


@pytest.mark.parametrize("header", ["X-Publora-Signature", "X-PostPost-Signature"])
async def test_a_post_is_announced_at_once_when_the_service_says_that_it_went_live(hooked, header):
    """And without that word only at the next look, within five minutes; an event that is not about that changes nothing."""
    await hooked.scene.ask("watch acme in #marketing")
    post = posts_of(hooked, 8)[0]
    await until(hooked, post.published - timedelta(seconds=60), rounds=1)
    hooked.scene.clock.go_on(seconds=60)
    assert await send(hooked, event(hooked, "post.scheduled")) == 200
    await hooked.tick(rounds=2, seconds=1)
    assert about(hooked, post) == []
    assert await send(hooked, event(hooked), header=header) == 200
    await hooked.tick(rounds=2, seconds=1)
    assert len(about(hooked, post)) == 1


async def test_what_is_not_postposts_or_not_of_now_is_refused_and_what_is_unknown_ignored(hooked):
    """By the signature over the raw bytes, the time in them, the form and the size; nothing is looked for then."""
    await hooked.scene.ask("watch acme in #marketing")
    await hooked.tick(rounds=2, seconds=1)
    before = len(hooked.scene.statistics.requests)
    cases: list[tuple[bytes, str | None, int]] = [
        *((event(hooked), forged, 401) for forged in ("0" * 64, "", "ü" * 64, "short")),
        (event(hooked, ago=301), None, 401),
        (event(hooked, ago=-301), None, 401),
        (event(hooked, timestamp="yesterday"), None, 400),
        (event(hooked, timestamp=None), None, 400),
        (event(hooked, data="x" * LARGEST_BODY), None, 400),
        *((body, None, 400) for body in (b"[]", b"null", b"{", b'"text"', b"\xff", b"[" * 100_000)),
        (event(hooked, ["post.published"]), None, 200),
        (event(hooked, "token.expiring"), None, 200),
    ]
    answers = [(await send(hooked, body, signature=signature), body[:40]) for body, signature, _ in cases]
    assert answers == [(status, body[:40]) for body, _, status in cases]
    await hooked.tick(rounds=2, seconds=1)
    assert len(hooked.scene.statistics.requests) == before


async def test_the_same_bytes_are_taken_once_and_the_signature_is_over_them(hooked):
    body = event(hooked)
    assert await send(hooked, body) == 200
    assert await send(hooked, body) == 401
    # Another spelling of the same event is not what was signed.
    spaced = json.dumps(json.loads(event(hooked, version="2")), indent=1).encode()
    signature = hmac.new(SECRET.encode(), event(hooked, version="2"), hashlib.sha256).hexdigest()
    assert await send(hooked, spaced, signature=signature) == 401
    assert await send(hooked, event(hooked, version="3"), **{"Content-Encoding": "gzip"}) == 400
    assert await send(hooked, b"", method="GET") == 405


async def test_without_its_secret_there_is_no_webhook(open_digesting):
    async with open_digesting(transport="http") as digesting:
        assert await send(digesting, event(digesting)) == 404
