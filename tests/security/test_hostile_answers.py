"""A statistics service that sends too much, too deep, too many or too slowly: one error or a bounded list, never all of it in memory."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from functools import lru_cache

import orjson
import pytest

from bot.errors import NotTheApi, StatisticsError, Unreachable
from bot.postpost.client import LARGEST_ANSWER
from bot.postpost.connections import MOST_ACCOUNTS, MOST_PUBLISHED, PAGE_SIZE
from bot.statistics.posts import PostKind, PostRef
from tests.postpost.conftest import moment, observed, open_client, scripted, scripted_client  # noqa: F401  # fixtures

ACME = "linkedin-Tz9W5i6ZYG"
SAMPLE = PostRef(PostKind.SHARE, 7123456789012345678)


def once(data: bytes) -> bytes:
    return gzip.compress(data, 9)


@lru_cache
def bomb(pack: Callable[[bytes], bytes]) -> bytes:
    """Much more than an answer may be, packed: made when a test asks for it, since it takes a second."""
    return pack(b" " * (200 * LARGEST_ANSWER // 8))


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", lambda: bomb(once)),
        ("deflate", lambda: bomb(zlib.compress)),
        ("gzip, gzip", lambda: once(bomb(once))),
        ("deflate, gzip", lambda: once(bomb(zlib.compress))),
    ],
    ids=["gzip", "deflate", "gzip twice", "deflate in gzip"],
)
async def test_an_answer_is_cut_by_its_size_after_inflating(scripted, scripted_client, encoding, pack):  # noqa: F811
    scripted.say(200, pack(), Content_Encoding=encoding)
    tracemalloc.start()
    try:
        with pytest.raises(NotTheApi):
            await scripted_client.post_statistics(ACME, SAMPLE)
        assert tracemalloc.get_traced_memory()[1] < 4 * LARGEST_ANSWER
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "deflate", "GZIP"])
async def test_a_compressed_answer_is_read(scripted, scripted_client, encoding):  # noqa: F811
    body = orjson.dumps({"success": True, "connections": [{"platformId": ACME, "displayName": "Acme"}]})
    scripted.say(200, zlib.compress(body) if encoding == "deflate" else once(body), Content_Encoding=encoding)
    assert [account.name for account in await scripted_client.connections.connections()] == ["Acme"]


@pytest.mark.parametrize("cut", [1, 20, -1])
async def test_a_compressed_answer_that_breaks_off_is_no_answer(scripted, scripted_client, cut):  # noqa: F811
    scripted.say(200, once(orjson.dumps({"connections": []}))[:cut], Content_Encoding="gzip")
    with pytest.raises(StatisticsError):
        await scripted_client.connections.connections()


def nested(depth: int, inner: object = 1) -> bytes:
    return b'{"a":' * depth + orjson.dumps(inner) + b"}" * depth


@pytest.mark.parametrize("depth", [30, 300, 900, 1_020, 100_000])
@pytest.mark.parametrize("field", ["metrics", "errors", "connections", "error"])
async def test_an_answer_nested_deeply_is_not_the_apis(scripted, scripted_client, depth, field):  # noqa: F811
    entry = b'{"metric":"IMPRESSION","error":%b}' % nested(depth)
    scripted.say(200, b'{"metrics":{},"%b":[%b]}' % (field.encode(), entry))
    for ask in (scripted_client.post_statistics(ACME, SAMPLE), scripted_client.connections.connections()):
        with pytest.raises(NotTheApi):
            await ask


@pytest.mark.parametrize("piece", [b"[]", b"{}", b"1", b'""', b"null", b"[[],[]]"])
async def test_an_answer_with_millions_of_entries_is_not_the_apis(scripted, scripted_client, piece):  # noqa: F811
    scripted.say(200, b'{"connections":[' + b",".join([piece] * (LARGEST_ANSWER // (len(piece) + 1) - 10)) + b"]}")
    with pytest.raises(NotTheApi):
        await scripted_client.connections.connections()


async def test_accounts_beyond_what_a_bot_can_show_are_left_out(scripted, scripted_client):  # noqa: F811
    scripted.say(200, {"connections": [{"platformId": f"linkedin-{number}"} for number in range(MOST_ACCOUNTS + 500)]})
    accounts = await scripted_client.connections.connections()
    assert (len(accounts), accounts[-1].platform_id) == (MOST_ACCOUNTS, f"linkedin-{MOST_ACCOUNTS - 1}")


async def test_a_page_holds_no_more_posts_than_were_asked_for(scripted, scripted_client):  # noqa: F811
    target = [{"platformId": ACME}]
    scripted.say(200, {"posts": [{"postGroupId": str(number), "platforms": target * 20} for number in range(2_000)]})
    assert len((await scripted_client.connections.posts("published", 1)).groups) == PAGE_SIZE


async def test_a_group_holds_a_bounded_number_of_posts(scripted, scripted_client):  # noqa: F811
    scripted.say(200, {"posts": [{"postedId": str(number + 1), "platformId": "Tz9W5i6ZYG"} for number in range(20_000)]})
    assert len(await scripted_client.connections.group("1")) == MOST_PUBLISHED


async def test_texts_of_the_service_are_kept_shortened(scripted, scripted_client):  # noqa: F811
    long = "a" * 1_000_000
    scripted.say(200, {"connections": [{"platformId": ACME, "displayName": long, "username": long, "tokenExpiresIn": long}]})
    (account,) = await scripted_client.connections.connections()
    assert max(len(account.name), len(account.username), len(account.expires_in)) <= 3_000
    scripted.say(200, {"posts": [{"postedId": "1", "platformId": "Tz9W5i6ZYG", "content": long}]})
    scripted.answers.pop(0)
    (post,) = await scripted_client.connections.group("1")
    assert len(post.content) <= 3_000


async def test_half_an_emoji_does_not_make_a_list_unreadable(scripted, scripted_client):  # noqa: F811
    """JavaScript cuts texts inside an emoji, and writes the half that is left as an escape; whole ones, and what only looks so, stay."""
    scripted.say(200, rb'{"connections": [{"platformId": "linkedin-A", "displayName": "Ann \ud83d\ude80 \\ud83d \ud83d"}]}')
    assert [one.name for one in await scripted_client.connections.connections()] == ["Ann \U0001f680 \\ud83d"]
    scripted.say(200, rb'{"posts": [{"postedId": "1", "platformId": "A", "content": "\udE80We moved \uD83d"}]}')
    scripted.answers.pop(0)
    assert [one.content for one in await scripted_client.connections.group("1")] == ["We moved"]


async def test_a_null_character_is_left_out(scripted, scripted_client):  # noqa: F811
    """PostgreSQL stores none: with one in a title no list of posts could be kept."""
    scripted.say(200, {"posts": [{"postGroupId": "1", "platforms": [{"platformId": ACME}], "content": "We\0 moved\0"}]})
    (group,) = (await scripted_client.connections.posts("published", 1)).groups
    assert group.content == "We moved"


@pytest.mark.parametrize("part", ["head", "body"])
async def test_a_slow_drip_ends_at_the_deadline(open_client, part):  # noqa: F811
    """The server sends a byte at a time and never ends."""
    stopped = asyncio.Event()

    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX-A: " if part == "head" else b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        try:
            while True:
                writer.write(b"a" if part == "head" else b" ")
                await writer.drain()
                await asyncio.sleep(0.01)
        except ConnectionError:
            stopped.set()
        finally:
            writer.close()

    listening = await asyncio.start_server(drip, "127.0.0.1", 0)
    async with listening:
        base_url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/api/v1"
        async with open_client(base_url, deadline=0.3, retries=0) as client:
            with pytest.raises(Unreachable):
                await client.post_statistics(ACME, SAMPLE)
        async with asyncio.timeout(60):
            await stopped.wait()
