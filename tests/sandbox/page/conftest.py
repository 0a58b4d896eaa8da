"""A real browser on the sandbox's Slack, behind which a small real Bolt app answers over Socket Mode."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.demo import Playground, open_playground
from bot.sandbox.slack.server import SlackServer
from tests.sandbox.page.bolt_app import MANIFEST, build_app
from tests.sandbox.page.chromium import open_chromium

PATIENCE = 30_000
"""Milliseconds the browser waits for what a test expects."""
expect.set_options(timeout=PATIENCE)

WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}

Visit = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, with a profile of its own."""
    async with open_chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def slack() -> AsyncIterator[SlackServer]:
    """The sandbox's Slack on a free port, with an impatient three seconds and a connected app."""
    server = SlackServer(MANIFEST, clock=lambda: datetime.now(UTC), ack_timeout=1.5, rate_limits=False)
    server.page_api.examples = [{"label": "A post", "text": "/linkedin-stats a post"}]
    async with server:
        client = AsyncWebClient(token=server.bot_token, base_url=server.api_url)
        handler = AsyncSocketModeHandler(build_app(client), server.app_token, web_client=client)
        await handler.connect_async()
        await server.connected()
        yield server
        await handler.close_async()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def blank(browser: Browser) -> AsyncIterator[Page]:
    """The page on a Slack without an app, for what needs the renderer alone."""
    async with SlackServer(MANIFEST, clock=lambda: datetime.now(UTC)) as server:
        page = await browser.new_page()
        await page.goto(server.page_url)
        await page.wait_for_selector("body[data-ready]")
        yield page
        await page.close()


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser, slack: SlackServer) -> AsyncIterator[Visit]:
    """`await visit(user="bob", channel="general", color_scheme="dark")`: the page, ready; its errors fail the test."""
    troubles: list[str] = []

    async def open_page(user: str = "ann", channel: str = "marketing", **context: Any) -> Page:
        place = await browser.new_context(**context)
        place.set_default_timeout(PATIENCE)
        page = await place.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        await page.goto(f"{slack.page_url}?user={user}#{slack.channel_id(channel)}")
        await page.wait_for_selector("body[data-ready]")
        return page

    yield open_page
    for place in browser.contexts:
        await place.close()
    assert troubles == []


@pytest_asyncio.fixture(loop_scope="module")
async def playground(no_back_off: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Playground]:
    """The demo: both servers and the real bot, whose scheduler looks more often, so that nobody waits for it."""
    monkeypatch.setattr("bot.delivery.scheduler.TICK", 0.2)
    async with open_playground() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def enter(browser: Browser, playground: Playground) -> AsyncIterator[Visit]:
    """`await enter("bob")`: the playground's page, ready; its errors fail the test."""
    troubles: list[str] = []

    async def open_page(user: str = "ann", **context: Any) -> Page:
        place = await browser.new_context(**{"viewport": WIDE, **context})
        place.set_default_timeout(PATIENCE)
        page = await place.new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        await page.goto(f"{playground.page_url}?user={user}")
        await page.wait_for_selector("body[data-ready]")
        return page

    yield open_page
    for place in browser.contexts:
        await place.close()
    assert troubles == []
