"""A bot as Bolt's and httpx's own pages show one, every default kept: acknowledge, ask, respond. What the project compares itself with."""

import os
from typing import Any

import httpx
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from tests.benchmarks.answers import API_HEADERS, PORT, POST_STATISTICS_URL, SIGNING_SECRET, card_message, help_message, statistics_request


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


if __name__ == "__main__":
    PlainBot().app.start(port=PORT, host="127.0.0.1")
