"""A real browser on the sandbox's Slack, behind which a small real Bolt app answers over Socket Mode."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.demo import Playground, open_playground
from bot.sandbox.slack.bounds import Bounds
from bot.sandbox.slack.server import SlackServer
from tests.sandbox.page.bolt_app import MANIFEST, build_app
from tests.sandbox.page.chromium import open_chromium

PATIENCE = 30_000
"""Milliseconds the browser waits for what a test expects."""
expect.set_options(timeout=PATIENCE)

WIDE: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}

#: Playwright's own, on which what is in view depends.
USUAL: ViewportSize = {"width": 1280, "height": 720}

Visit = Callable[..., Awaitable[Page]]


class Windows:
    """The browser's windows, each of a person of its own. A test leaves them empty: to open one takes longer than most tests' own steps."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: list[Page] = []
        self._used: list[Page] = []
        self._seen: dict[Page, set[str]] = {}
        #: Errors of the pages' scripts.
        self.troubles: list[str] = []

    async def open(self, address: str, *, viewport: ViewportSize, color_scheme: Literal["light", "dark"] = "light") -> Page:
        """The page at this address, ready."""
        page = self._free.pop(0) if self._free else await self._new()
        self._used.append(page)
        await page.set_viewport_size(viewport)
        await page.emulate_media(color_scheme=color_scheme)
        await page.goto(address)
        await page.wait_for_selector("body[data-ready]")
        return page

    async def _new(self) -> Page:
        place = await self._browser.new_context()
        place.set_default_timeout(PATIENCE)
        page, seen = await place.new_page(), set[str]()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("framenavigated", lambda frame: seen.add(urlsplit(frame.url).netloc))
        self._seen[page] = seen
        return page

    async def leave(self) -> None:
        """Empties the windows in use: no page, nothing stored, no mouse. One that was at two addresses, or opened another, is closed."""
        troubles, self.troubles = self.troubles, []
        used, self._used = self._used, []
        for page in used:
            if len(self._seen[page]) > 1 or page.context.pages != [page]:
                del self._seen[page]
                await page.context.close()
                continue
            await page.evaluate("localStorage.clear(), sessionStorage.clear()")
            await page.goto("about:blank")
            await page.mouse.move(-1, -1)
            self._seen[page].clear()
            self._free.append(page)
        assert troubles == []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium, with a profile of its own: one for all files, since its start takes seconds."""
    async with open_chromium() as browser:
        yield browser


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def all_windows(browser: Browser) -> Windows:
    return Windows(browser)


@pytest_asyncio.fixture(loop_scope="session")
async def windows(all_windows: Windows) -> AsyncIterator[Windows]:
    """The browser's windows, empty; the pages' errors fail the test. Asked for after the server, so that they are left before it closes."""
    yield all_windows
    await all_windows.leave()


@pytest_asyncio.fixture(loop_scope="session")
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


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def blank(browser: Browser) -> AsyncIterator[Page]:
    """The page on a Slack without an app, for what needs the renderer alone."""
    async with SlackServer(MANIFEST, clock=lambda: datetime.now(UTC)) as server:
        page = await browser.new_page()
        await page.goto(server.page_url)
        await page.wait_for_selector("body[data-ready]")
        yield page
        await page.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visit(slack: SlackServer, windows: Windows) -> Visit:
    """`await visit(user="bob", channel="general", color_scheme="dark")`: the page, ready; its errors fail the test."""

    async def open_page(user: str = "ann", channel: str = "marketing", viewport: ViewportSize = USUAL, **look: Any) -> Page:
        return await windows.open(f"{slack.page_url}?user={user}#{slack.channel_id(channel)}", viewport=viewport, **look)

    return open_page


@pytest_asyncio.fixture(loop_scope="session")
async def playground(no_back_off: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Playground]:
    """The demo, in which a busy machine may be late: both servers and the real bot, whose scheduler looks more often than usual."""
    monkeypatch.setattr("bot.delivery.scheduler.TICK", 0.2)
    async with open_playground(bounds=Bounds(ack_timeout=60.0)) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def enter(playground: Playground, windows: Windows) -> Visit:
    """`await enter("bob")`: the playground's page, ready; its errors fail the test."""

    async def open_page(user: str = "ann", viewport: ViewportSize = WIDE, **look: Any) -> Page:
        return await windows.open(f"{playground.page_url}?user={user}", viewport=viewport, **look)

    return open_page
