"""The floor: an aiohttp handler that checks the signature and does the two calls, with no framework, no help and no care at all.

It shows what the language and the HTTP library cost by themselves.
"""

import asyncio
import hmac
import time
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web

from tests.benchmarks.answers import (
    API_HEADERS,
    APP_TOKEN,
    PORT,
    POST_STATISTICS_URL,
    SIGNING_SECRET,
    SLACK_API_URL,
    card_message,
    help_message,
    statistics_request,
)

#: Seconds a signed request may be old (Slack's documentation: "Verifying requests from Slack").
SIGNATURE_LIFE = 300


def signed_by_slack(timestamp: str, signature: str, body: bytes) -> bool:
    """Whether the request is fresh and carries the right signature."""
    expected = "v0=" + hmac.digest(SIGNING_SECRET.encode(), b"v0:" + timestamp.encode() + b":" + body, "sha256").hex()
    return abs(time.time() - int(timestamp)) <= SIGNATURE_LIFE and hmac.compare_digest(expected, signature)


class Floor:
    """One handler and one HTTP session."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self, _: web.Application | None = None) -> None:
        """Make the session, once the loop runs."""
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def handle(self, request: web.Request) -> web.Response:
        """``help`` is answered in the 200; a post by a card at the ``response_url``."""
        body = await request.read()
        if not signed_by_slack(request.headers["X-Slack-Request-Timestamp"], request.headers["X-Slack-Signature"], body):
            return web.Response(status=401)
        form = dict(parse_qsl(body.decode()))
        if form["text"] == "help":
            return web.json_response(help_message())
        self._start_report(form)
        return web.Response()

    async def connect(self) -> None:
        """The same over Socket Mode: an envelope is acknowledged with its id, and with the answer to ``help``."""
        await self.open()
        authorization = {"Authorization": f"Bearer {APP_TOKEN}"}
        async with self._session.post(f"{SLACK_API_URL}apps.connections.open", headers=authorization) as opened:
            url = (await opened.json())["url"]
        async with self._session.ws_connect(url) as socket:
            async for message in socket:
                envelope = message.json()
                if "envelope_id" not in envelope:
                    continue
                form, answer = envelope["payload"], {"envelope_id": envelope["envelope_id"]}
                await socket.send_json(answer | {"payload": help_message()} if form["text"] == "help" else answer)
                if form["text"] != "help":
                    self._start_report(form)
        # The generator has ended; whoever started this process ends it too.
        await asyncio.Event().wait()

    def _start_report(self, form: dict[str, str]) -> None:
        task = asyncio.create_task(self._report(form["text"], form["response_url"]))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _report(self, post: str, response_url: str) -> None:
        async with self._session.post(POST_STATISTICS_URL, json=statistics_request(post), headers=API_HEADERS) as answer:
            metrics = (await answer.json())["metrics"]
        async with self._session.post(response_url, json=card_message(post, metrics)) as taken:
            await taken.read()


def main() -> None:
    """Serve until ended."""
    floor, app = Floor(), web.Application()
    if APP_TOKEN:
        asyncio.run(floor.connect())
        return
    app.router.add_post("/slack/events", floor.handle)
    app.on_startup.append(floor.open)
    web.run_app(app, host="127.0.0.1", port=PORT, access_log=None, print=None)


if __name__ == "__main__":
    main()
