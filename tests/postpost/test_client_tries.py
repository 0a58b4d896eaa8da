"""Tries, waits and the deadline, with clocks that only the waits turn."""

import asyncio
import gzip
import time
from datetime import timedelta
from email.utils import format_datetime

import orjson
import pytest

from bot import errors
from bot.postpost.client import open_statistics
from bot.statistics.metrics import Metric, Value
from bot.statistics.posts import PostKind, PostRef

POST = PostRef(PostKind.SHARE, 7123456789012345678)
GOOD = {"success": True, "metrics": {"IMPRESSION": 7}}


async def ask(client, **options):
    return await client.post_statistics("linkedin-A", POST, [Metric.IMPRESSION], **options)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_passing_fault_is_tried_again_until_it_passes(scripted, scripted_client, moment, status):
    scripted.say(status, {"error": "later"})
    scripted.say(status, "<html>gateway</html>")
    scripted.say(200, GOOD)
    assert (await ask(scripted_client)).figures == {Metric.IMPRESSION: Value(7)}
    assert len(scripted.requests) == 3
    assert 0.125 <= moment.waits[0] <= 0.375
    assert 0.25 <= moment.waits[1] <= 0.75


async def test_a_fault_that_does_not_pass_is_told_after_the_last_try(scripted, scripted_client, observed):
    scripted.say(503, {"error": "maintenance"})
    with pytest.raises(errors.Unreachable) as caught:
        await ask(scripted_client)
    assert (caught.value.reported, len(scripted.requests)) == ("maintenance", 4)
    assert observed == [("linkedin-post-statistics", "Unreachable")] * 4


async def test_the_number_of_retries_is_a_setting(scripted, open_client):
    scripted.say(503, {"error": "maintenance"})
    async with open_client(scripted.base_url, retries=0) as client:
        with pytest.raises(errors.Unreachable):
            await ask(client)
    assert len(scripted.requests) == 1


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404])
async def test_a_page_in_the_apis_place_is_not_tried_again_nor_followed(scripted, scripted_client, status):
    scripted.say(status, "<html>sign in</html>", Location=scripted.base_url)
    with pytest.raises(errors.NotTheApi):
        await ask(scripted_client)
    assert len(scripted.requests) == 1


async def test_a_429_is_waited_for_when_its_wait_is_inside_the_deadline(scripted, scripted_client, moment):
    scripted.say(429, {"error": "LINKEDIN_RATE_LIMITED"}, Retry_After="8")
    scripted.say(200, GOOD)
    assert (await ask(scripted_client)).figures == {Metric.IMPRESSION: Value(7)}
    assert moment.waits == [8.0]


async def test_a_429_beyond_the_deadline_says_when_to_ask_again_and_waits_for_nothing(scripted, scripted_client, moment):
    scripted.say(429, {"error": "LINKEDIN_RATE_LIMITED", "retryAfter": 60})
    with pytest.raises(errors.RateLimited) as caught:
        await ask(scripted_client)
    assert caught.value.retry_at == moment.now + timedelta(seconds=60)
    assert (moment.waits, len(scripted.requests)) == ([], 1)


async def test_a_retry_after_may_be_a_date(scripted, scripted_client, moment):
    scripted.say(429, "<html>slow down</html>", Retry_After=format_datetime(moment.now + timedelta(seconds=5), usegmt=True))
    scripted.say(200, GOOD)
    await ask(scripted_client)
    assert moment.waits == [5.0]


async def test_a_429_that_says_nothing_is_tried_with_back_off_and_then_names_a_minute(scripted, scripted_client, moment):
    scripted.say(429, {"error": "LINKEDIN_RATE_LIMITED"})
    with pytest.raises(errors.RateLimited) as caught:
        await ask(scripted_client)
    assert len(scripted.requests) == 4
    assert caught.value.retry_at == moment.now + timedelta(seconds=60)


async def test_all_waits_together_stay_inside_the_deadline(scripted, open_client, moment):
    scripted.say(429, {"error": "LINKEDIN_RATE_LIMITED"}, Retry_After="4")
    async with open_client(scripted.base_url, deadline=10, retries=99) as client:
        with pytest.raises(errors.RateLimited):
            await ask(client)
    assert moment.waits == [4.0, 4.0]


async def test_an_answer_that_never_comes_ends_at_the_deadline(scripted, moment):
    scripted.hang()
    started = time.monotonic()
    async with open_statistics(base_url=scripted.base_url, api_key="k", clock=moment, deadline=0.2) as client:
        with pytest.raises(errors.Unreachable) as caught:
            await ask(client)
    assert caught.value.reported == "no answer in time"
    assert time.monotonic() - started < 20, "the usual deadline is 25 s"


async def test_a_read_time_out_is_tried_again_inside_the_deadline(scripted, open_client):
    scripted.hang()
    scripted.say(200, GOOD)
    async with open_client(scripted.base_url, read_timeout=0.1) as client:
        assert (await ask(client)).figures == {Metric.IMPRESSION: Value(7)}
    assert len(scripted.requests) == 2


@pytest.mark.parametrize(
    "sent",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", b"\x00\xff nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Le"],
    ids=["closed", "cut short", "not HTTP", "half a header"],
)
async def test_a_connection_that_breaks_is_tried_again(scripted, scripted_client, sent):
    scripted.break_off(sent)
    scripted.say(200, GOOD)
    assert (await ask(scripted_client)).figures == {Metric.IMPRESSION: Value(7)}
    assert len(scripted.requests) == 2


async def test_nobody_listening_is_unreachable(open_client):
    listening = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    listening.close()
    await listening.wait_closed()
    async with open_client(f"http://127.0.0.1:{port}/api/v1") as client:
        with pytest.raises(errors.Unreachable):
            await ask(client)


async def test_a_compressed_answer_is_read(scripted, scripted_client):
    scripted.say(200, gzip.compress(orjson.dumps(GOOD)), Content_Encoding="gzip")
    assert (await ask(scripted_client)).figures == {Metric.IMPRESSION: Value(7)}


async def test_broken_compression_is_a_passing_fault(scripted, scripted_client):
    scripted.say(200, b"not gzip", Content_Encoding="gzip")
    scripted.say(200, GOOD)
    assert (await ask(scripted_client)).figures == {Metric.IMPRESSION: Value(7)}


async def test_an_endless_answer_is_not_the_api(scripted, scripted_client):
    scripted.say(200, b" " * (17 * 1024 * 1024))
    with pytest.raises(errors.NotTheApi):
        await ask(scripted_client)
    assert len(scripted.requests) == 1


async def test_what_goes_out_is_json_with_the_key_in_its_header(scripted, scripted_client):
    scripted.say(200, GOOD)
    await ask(scripted_client)
    line, headers, body = scripted.requests[0]
    assert line == "POST /api/v1/linkedin-post-statistics"
    assert (headers["x-api-key"], headers["content-type"]) == ("YOUR_API_KEY", "application/json")
    assert body == {"postedId": POST.urn, "platformId": "linkedin-A", "queryTypes": ["IMPRESSION"]}


async def test_cookies_are_not_kept(scripted, open_client):
    scripted.say(200, GOOD, Set_Cookie="session=1")
    scripted.say(200, GOOD)
    # By name: no library keeps the cookies of a bare address, whatever it is told.
    async with open_client(scripted.base_url.replace("127.0.0.1", "localhost")) as client:
        await ask(client, fresh=True)
        await ask(client, fresh=True)
    assert "cookie" not in scripted.requests[1][1]
