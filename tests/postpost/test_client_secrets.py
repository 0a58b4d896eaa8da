"""The key is in no error, no log line and no text about either; what cannot be a key or an address is refused with the mend."""

import logging
import traceback

import pytest

from bot import errors
from bot.statistics.posts import PostKind, PostRef

KEY = "sk_secret123.abcdef"
POST = PostRef(PostKind.SHARE, 7123456789012345678)


def all_about(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)) + repr(error) + str(vars(error))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {"error": f"Invalid API key {KEY}"}),
        (200, {"success": False, "error": f"who is {KEY}?"}),
        (404, f"<pre>no {KEY} here</pre>"),
        (500, {"message": KEY}),
        (400, {"error": "x" * 495 + KEY}),
    ],
)
async def test_a_service_that_repeats_the_key_does_not_make_us_repeat_it(scripted, open_client, caplog, status, body):
    scripted.say(status, body)
    with caplog.at_level(logging.DEBUG):
        async with open_client(scripted.base_url, api_key=KEY) as client:
            with pytest.raises(errors.StatisticsError) as caught:
                await client.post_statistics("linkedin-A", POST)
    assert KEY[:6] not in all_about(caught.value)
    assert KEY[:6] not in caplog.text
    assert 0 < len(caught.value.reported) <= 500


@pytest.mark.parametrize("sent", [b"", b"\x00 nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"])
async def test_a_broken_connection_does_not_repeat_the_key_either(scripted, open_client, caplog, sent):
    scripted.break_off(sent)
    with caplog.at_level(logging.DEBUG):
        async with open_client(scripted.base_url, api_key=KEY) as client:
            with pytest.raises(errors.Unreachable) as caught:
                await client.post_statistics("linkedin-A", POST)
    assert KEY not in all_about(caught.value) + caplog.text


@pytest.mark.parametrize("key", ["sk_line\nbreak", "sk_“quoted”", "two words", "tab\tbed"])
async def test_what_cannot_be_a_key_is_refused_without_being_repeated(open_client, key):
    with pytest.raises(errors.SettingsError) as caught:
        async with open_client("http://127.0.0.1:1/api/v1", api_key=key):
            pass
    assert key not in all_about(caught.value)
    assert "POSTPOST_API_KEY" in str(caught.value)


async def test_spaces_around_a_pasted_key_do_no_harm(scripted, open_client):
    scripted.say(200, {"metrics": {"IMPRESSION": 1}})
    async with open_client(scripted.base_url, api_key=f" {KEY}\n") as client:
        await client.post_statistics("linkedin-A", POST)
    assert scripted.requests[0][1]["x-api-key"] == KEY


@pytest.mark.parametrize(
    "address", ["", "api.postpost.dev", "ftp://x/api", "https://", "https://user:word@x/api", "https://x/api?key=1", "http://x:port"]
)
async def test_what_cannot_be_the_address_is_refused_with_the_mend(open_client, address):
    with pytest.raises(errors.SettingsError, match=r"POSTPOST_BASE_URL.*https://api\.postpost\.dev/api/v1"):
        async with open_client(address):
            pass


async def test_the_environments_proxy_is_not_used_for_this_machine(scripted, open_client, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    scripted.say(200, {"metrics": {"IMPRESSION": 1}})
    async with open_client(scripted.base_url) as client:
        await client.post_statistics("linkedin-A", POST)
    assert len(scripted.requests) > 0


async def test_the_environments_proxy_is_used_for_the_rest(scripted, open_client, monkeypatch):
    monkeypatch.setenv("http_proxy", scripted.base_url.removesuffix("/api/v1"))
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    scripted.say(200, {"metrics": {"IMPRESSION": 1, "MEMBERS_REACHED": 1, "REACTION": 1, "COMMENT": 1, "RESHARE": 1}})
    async with open_client("http://statistics.invalid/api/v1") as client:
        await client.post_statistics("linkedin-A", POST)
    assert scripted.requests[0][0] == "POST http://statistics.invalid/api/v1/linkedin-post-statistics"
