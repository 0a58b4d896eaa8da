"""The other side of a bot: as much of Slack and of the statistics API as one command needs, in the generator's own process.

One process holds both ends of every wait, so one clock measures them all. What it does not know it answers with 404, as a Slack or a
PostPost without those methods would: a bot must start and answer without the rest.
"""

import asyncio
from collections.abc import Callable
from typing import cast

from tests.benchmarks.http_wire import HttpMessage, MessageReader, http_answer

#: The figures of PostPost's own example ("LinkedIn statistics", response for multiple metrics).
POST_STATISTICS = (
    b'{"success":true,"metrics":{"IMPRESSION":15420,"MEMBERS_REACHED":8234,"RESHARE":23,"REACTION":456,"COMMENT":89},"cached":false}'
)
ACCOUNT_STATISTICS = (
    b'{"success":true,"metrics":{"IMPRESSION":45230,"MEMBERS_REACHED":22150,"RESHARE":89,"REACTION":1234,"COMMENT":256},'
    b'"aggregation":"TOTAL","cached":false}'
)
AUTH_TEST = (
    b'{"ok":true,"url":"https://example.slack.com/","team":"Example","user":"linkedinstats","team_id":"T0001","user_id":"U0BOT",'
    b'"bot_id":"B0BOT","is_enterprise_install":false}'
)

#: What every post's card must show: the impressions above, grouped.
EXPECTED_FIGURE = b"15,420"

STATISTICS = {
    b"/api/v1/linkedin-post-statistics": http_answer(200, POST_STATISTICS),
    b"/api/v1/linkedin-account-statistics": http_answer(200, ACCOUNT_STATISTICS),
}
RESPONSE_URLS = b"/r/"
OK = http_answer(200, b"ok", b"text/plain")
WHO_AM_I = http_answer(200, AUTH_TEST)
A_MEMBER = http_answer(200, b'{"ok":true,"user":{"id":"U2147483697","tz":"Europe/Berlin","locale":"en-US"}}')
UNKNOWN = http_answer(404, b"no such method", b"text/plain")


class MadeUpSide:
    """Slack and the statistics API on one port of the loopback.

    Args:
        api_seconds: how long a statistics answer takes.
        on_answer: called with a command's number and the body that came to its ``response_url``.
    """

    def __init__(self, api_seconds: float, on_answer: Callable[[int, bytes], None]) -> None:
        self._api_seconds = api_seconds
        self._on_answer = on_answer
        self.api_calls = 0
        self._slack = {b"/api/auth.test": WHO_AM_I, b"/api/users.info": A_MEMBER}

    async def listen(self) -> int:
        """Take a free port and give its number."""
        server = await asyncio.get_running_loop().create_server(lambda: _Connection(self), "127.0.0.1", 0, backlog=1024)
        return int(server.sockets[0].getsockname()[1])

    def offer_socket(self, url: str) -> None:
        """From now on ``apps.connections.open`` gives this address."""
        self._slack[b"/api/apps.connections.open"] = http_answer(200, b'{"ok":true,"url":"%b"}' % url.encode())

    def answer(self, request: HttpMessage, transport: asyncio.Transport) -> None:
        """Answer one request on the connection that it came by."""
        path = request.path
        if path in STATISTICS:
            self._give_statistics(STATISTICS[path], transport)
        elif path.startswith(RESPONSE_URLS):
            transport.write(OK)
            self._on_answer(int(path.removeprefix(RESPONSE_URLS)), request.body)
        else:
            transport.write(self._slack.get(path, UNKNOWN))

    def _give_statistics(self, answer: bytes, transport: asyncio.Transport) -> None:
        self.api_calls += 1
        if self._api_seconds:
            asyncio.get_running_loop().call_later(self._api_seconds, transport.write, answer)
        else:
            transport.write(answer)


class _Connection(asyncio.Protocol):
    """A keep-alive connection that the bot opened."""

    def __init__(self, side: MadeUpSide) -> None:
        self._side = side
        self._reader = MessageReader()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class is none of asyncio's

    def data_received(self, data: bytes) -> None:
        for request in self._reader.feed(data):
            self._side.answer(request, self._transport)
