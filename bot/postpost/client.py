"""The statistics API over HTTP: the key, the connection pool, and network errors.

httpx's own pool loses connections when requests are cancelled, so requests go over aiohttp's (the transport of ``httpx-aiohttp``), and
directly to the transport: what httpx's client adds (redirects, cookies, authentication) is not needed here and costs more than the
request itself.
"""

import asyncio
import ipaddress
import ssl
import time
import urllib.request
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import Final, cast

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from bot.errors import ApiKeyMissing, NotTheApi, SettingsError, Unreachable
from bot.postpost.statistics import StatisticsClient
from bot.postpost.transport import Observe, RetryPolicy
from bot.postpost.wire import ACCOUNT_STATISTICS, POST_STATISTICS, ApiCall, ApiResponse
from bot.statistics.metrics import Metric

__all__ = ["StatisticsClient", "open_statistics"]

KEY_UNUSABLE = "POSTPOST_API_KEY has a character that no API key has (a line break, a space, or one outside ASCII)."
ADDRESS_UNUSABLE = "POSTPOST_BASE_URL isn't the address of a web service."
ADDRESS_REMEDY = "It looks like https://api.postpost.dev/api/v1, without a user, a query or a fragment."

TOO_LARGE = "an answer that is too large"
BROKEN = "an answer whose compression is broken"
#: Bytes, after inflating; a year by day of four metrics is some 200 thousand, 10,000 accounts some 3 million.
LARGEST_ANSWER: Final = 8 * 1024 * 1024
#: The most encodings of one response; a service needs one.
MOST_ENCODINGS: Final = 2
#: zlib's ``wbits`` of the encodings that are asked for (RFC 9110); 32 more means that zlib's and gzip's header are both known.
_INFLATED: Mapping[str, int] = dict.fromkeys(("gzip", "x-gzip", "deflate"), zlib.MAX_WBITS | 32)
#: Seconds an idle connection is kept: longer than a person's pause between two questions, shorter than most proxies keep theirs.
KEEP_ALIVE: Final = 30.0

MOST_CONNECTIONS: Final = 100
#: Names the managed user on whose behalf a request is made (PostPost's documentation).
CLIENT_HEADER: Final = "x-postpost-user-id"


def _unobserved(*_: object) -> None:
    """Without metrics nothing is counted."""


@asynccontextmanager
async def open_statistics(
    *,
    base_url: str,
    api_key: str,
    clock: Callable[[], datetime],
    key_header: str = "x-api-key",
    deadline: float = 25.0,
    connect_timeout: float = 5.0,
    read_timeout: float = 60.0,
    memory_seconds: float = 60.0,
    retries: int = 3,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    monotonic: Callable[[], float] = time.monotonic,
    observe: Observe = _unobserved,
    observe_calls: Callable[[str, Sequence[Metric]], None] = _unobserved,
    own_key: bool = False,
    clients: Callable[[], frozenset[str]] = frozenset,
) -> AsyncIterator[StatisticsClient]:
    """The statistics API, open for as long as the context lasts; all times in seconds.

    ``clock`` gives the moment (aware, UTC) of readings and of the memory; deadlines follow ``monotonic``, monotonic seconds. ``retries`` is
    how often a passing fault is tried again. ``observe`` gets each request's endpoint, "ok" or the error's class, and its seconds;
    ``observe_calls`` the endpoint and the metrics of LinkedIn calls (those not served from cache). ``own_key``: the key is a
    workspace's own, and may be "" as long as it has given none; then nothing is asked. ``clients`` are the managed users whose accounts and
    posts are listed besides the key's own. Raises SettingsError: the key or the address cannot be used.
    """
    address, key = _usable_address(base_url), _usable_key(api_key)
    # The sister brand's keys have a header of their own, and with it this one.
    client_header = {"x-publora-key": "x-publora-user-id"}.get(key_header.lower(), CLIENT_HEADER)
    async with _open_transport(address, _headers(key_header, key)) as transport:
        line = _RequestLine(transport, address, client_header, connect_timeout=connect_timeout, read_timeout=read_timeout, clock=clock)
        send = line.send if key or not own_key else _send_nothing
        retry = RetryPolicy(send, key, retries, clock, monotonic, sleep, observe, own_key)
        client = StatisticsClient(retry, deadline, memory_seconds, observe_calls, clients)
        try:
            yield client
        finally:
            await client.close()


async def _send_nothing(call: ApiCall, seconds: float) -> ApiResponse:  # noqa: ARG001  # as _RequestLine.send
    raise ApiKeyMissing


class _RequestLine:
    """One request at a time over the transport; any number at once."""

    def __init__(
        self,
        transport: httpx.AsyncBaseTransport,
        address: httpx.URL,
        client_header: str,
        *,
        connect_timeout: float,
        read_timeout: float,
        clock: Callable[[], datetime],
    ) -> None:
        self._transport, self._client_header = transport, client_header
        self._base = str(address).rstrip("/") + "/"
        # The two addresses of nearly every request: building one takes a tenth of the whole request.
        self._urls = {path: httpx.URL(self._base + path) for path in (POST_STATISTICS, ACCOUNT_STATISTICS)}
        # Only the deadline limits the wait for a free connection: a busy minute is no error.
        self._extensions = {"timeout": {"connect": connect_timeout, "read": read_timeout, "write": read_timeout, "pool": None}}
        self._clock = clock

    async def send(self, call: ApiCall, seconds: float) -> ApiResponse:
        """The response to one request, with any status. Raises Unreachable without one in time, NotTheApi for a much too large one."""
        try:
            async with asyncio.timeout(seconds):
                return await self._exchange(call)
        except (TimeoutError, httpx.TimeoutException):
            raise Unreachable("no answer in time", platform_id=call.platform_id) from None
        except (httpx.HTTPError, aiohttp.ClientError, OSError) as error:
            # Only the class name: a library's text may quote the request.
            raise Unreachable(type(error).__name__, platform_id=call.platform_id) from None

    async def _exchange(self, call: ApiCall) -> ApiResponse:
        response = await self._transport.handle_async_request(self._request(call))
        stream = cast("httpx.AsyncByteStream", response.stream)
        try:
            body = await _whole(stream)
        finally:
            with suppress(httpx.HTTPError, aiohttp.ClientError, OSError):
                # Closing a partly read response may fail, which adds nothing to the known error.
                await stream.aclose()
        if encodings := response.headers.get("content-encoding"):
            body = _inflated(body, encodings)
        return ApiResponse(response.status_code, body, self._clock(), response.headers.get("retry-after"))

    def _request(self, call: ApiCall) -> httpx.Request:
        url = self._urls.get(call.path) or httpx.URL(self._base + call.path)
        headers = {self._client_header: call.client} if call.client else None
        # As a stream: aiohttp adds the headers of host and length itself, and httpx's own take two thirds of building the request.
        request = httpx.Request(call.method, url, stream=httpx.ByteStream(call.body), headers=headers, extensions=self._extensions)
        request.read()
        return request


async def _whole(stream: httpx.AsyncByteStream) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in stream:
        chunks.append(chunk)
        size += len(chunk)
        if size > LARGEST_ANSWER:
            raise NotTheApi(TOO_LARGE)
    return b"".join(chunks)


def _inflated(body: bytes, encodings: str) -> bytes:
    """The decoded body. Raises NotTheApi before more than any response is in memory; Unreachable: it is cut or damaged."""
    undone = [name.strip().lower() for name in encodings.split(",")]
    if len(undone) > MOST_ENCODINGS or not all(name in _INFLATED for name in undone):
        return body
    for name in reversed(undone):
        reader = zlib.decompressobj(_INFLATED[name])
        try:
            body = reader.decompress(body, LARGEST_ANSWER + 1)
        except zlib.error:
            raise Unreachable(BROKEN) from None
        if len(body) > LARGEST_ANSWER:
            raise NotTheApi(TOO_LARGE)
        if not reader.eof:
            raise Unreachable(BROKEN)
    return body


@asynccontextmanager
async def _open_transport(address: httpx.URL, headers: Mapping[str, str]) -> AsyncIterator[AiohttpTransport]:
    # Loading the certificate authorities takes 20 ms of every start; an address without TLS gets a context without any.
    trust = httpx.create_ssl_context() if address.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    connector = aiohttp.TCPConnector(limit=MOST_CONNECTIONS, keepalive_timeout=KEEP_ALIVE, ssl=trust)
    # The session has the key: no request or error object contains it, and constant headers are not converted for every request.
    session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), headers=headers)
    transport = AiohttpTransport(client=session, verify=trust, proxy=_proxy(address))
    try:
        yield transport
    finally:
        await transport.aclose()


def _headers(key_header: str, key: str) -> dict[str, str]:
    return {
        key_header: key,
        "content-type": "application/json",
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
        "user-agent": "linkedin-stats-bot",
    }


def _proxy(address: httpx.URL) -> httpx.Proxy | None:
    """The environment's proxy for this address (HTTPS_PROXY, NO_PROXY …); None for a local address."""
    if _is_loopback(address.host) or urllib.request.proxy_bypass(address.host):
        return None
    found = urllib.request.getproxies().get(address.scheme)
    return httpx.Proxy(found) if found else None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _usable_key(given: str) -> str:
    key = given.strip()
    if not all("!" <= character <= "~" for character in key):
        raise SettingsError(KEY_UNUSABLE, remedy="Copy the key from PostPost's settings again, without quotes or spaces.")
    return key


def _usable_address(given: str) -> httpx.URL:
    try:
        address = httpx.URL(given.strip())
    except httpx.InvalidURL:
        raise SettingsError(ADDRESS_UNUSABLE, remedy=ADDRESS_REMEDY) from None
    if address.scheme not in {"http", "https"} or not address.host or address.userinfo or address.query or address.fragment:
        raise SettingsError(ADDRESS_UNUSABLE, remedy=ADDRESS_REMEDY)
    return address
