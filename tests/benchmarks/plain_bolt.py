"""Two bots with Bolt, with which the project compares itself.

One is as Bolt's and httpx's own pages show it, every default kept: acknowledge, ask, respond. The other (``lean``) leaves out what costs
most: the wait for the acknowledgement, middleware that is not needed, and a new session for each answer.
"""

import asyncio
import os
import sys
from typing import Any

import aiohttp
import httpx
import uvloop
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from tests.benchmarks.answers import (
    API_HEADERS,
    APP_TOKEN,
    PORT,
    POST_STATISTICS_URL,
    SIGNING_SECRET,
    card_message,
    help_message,
    statistics_request,
)


class PlainBot:
    """One listener and one HTTP client."""

    def __init__(self) -> None:
        client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
        self.app = AsyncApp(client=client, signing_secret=SIGNING_SECRET)
        self.app.command("/linkedin-stats")(self.handle_statistics)
        self._http = httpx.AsyncClient(headers=API_HEADERS, timeout=30)

    async def handle_statistics(self, ack: AsyncAck, command: dict[str, Any], respond: AsyncRespond) -> None:
        """``help`` is answered in the acknowledgement; a post by a card at the ``response_url``."""
        if command["text"] == "help":
            await ack(**help_message())
            return
        await ack()
        answer = await self._http.post(POST_STATISTICS_URL, json=statistics_request(command["text"]))
        answer.raise_for_status()
        await respond(**card_message(command["text"], answer.json()["metrics"]))


class LeanBot:
    """The same with one aiohttp session for everything, on uvloop."""

    def __init__(self) -> None:
        client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
        self.app = AsyncApp(
            client=client,
            signing_secret=SIGNING_SECRET,
            process_before_response=True,
            ssl_check_enabled=False,
            ignoring_self_events_enabled=False,
            url_verification_enabled=False,
            attaching_function_token_enabled=False,
        )
        self.app.command("/linkedin-stats")(self.handle_statistics)
        self._http: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def handle_statistics(self, ack: AsyncAck, command: dict[str, Any]) -> None:
        """As above; the question goes on after the acknowledgement."""
        if command["text"] == "help":
            await ack(**help_message())
            return
        await ack()
        task = asyncio.create_task(self._report(command["text"], command["response_url"]))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _report(self, post: str, response_url: str) -> None:
        self._http = self._http or aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        async with self._http.post(POST_STATISTICS_URL, json=statistics_request(post), headers=API_HEADERS) as answer:
            metrics = (await answer.json())["metrics"]
        async with self._http.post(response_url, json=card_message(post, metrics)) as taken:
            await taken.read()


async def connect(make: type[PlainBot | LeanBot]) -> None:
    """Serve over Socket Mode until ended."""
    await AsyncSocketModeHandler(make().app, APP_TOKEN).start_async()


if __name__ == "__main__":
    bot: type[PlainBot | LeanBot] = LeanBot if "lean" in sys.argv else PlainBot
    if bot is LeanBot:
        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    if APP_TOKEN:
        asyncio.run(connect(bot))
    else:
        bot().app.start(port=PORT, host="127.0.0.1")
