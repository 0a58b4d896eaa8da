"""Debian's Chromium, without a window, as every test and every picture of the page uses it."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

NO_BROWSER = "No Chromium on this machine: install Debian's package with `apt-get install chromium`."

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@asynccontextmanager
async def open_chromium() -> AsyncIterator[Browser]:
    """The browser, with a profile of its own. Raises FileNotFoundError, saying how to install it."""
    program = shutil.which("chromium")
    if program is None:
        raise FileNotFoundError(NO_BROWSER)
    with tempfile.TemporaryDirectory(prefix="page-test-") as folder:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=program, args=[*FLAGS, f"--crash-dumps-dir={folder}"])
            yield browser
            await browser.close()
