"""Takes the README's pictures from the playground: `python -m tests.papers.take_pictures` (needs Debian's chromium).

With Debian's pngquant installed the files come out a third of the size; without it they are as sharp and as true.
"""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Locator, Page, ViewportSize

from bot.sandbox.demo import open_playground
from tests.sandbox.page.chromium import open_chromium

FOLDER = Path(__file__).parents[2] / ".github" / "pictures"

#: Tall enough for the whole Home tab: what a window cuts off is not in the picture.
WINDOW: ViewportSize = {"width": 980, "height": 3000}

#: Milliseconds until the scheduler has ticked.
PATIENCE = 15_000

QUALITY = "75-95"


async def ask(page: Page, typed: str) -> Locator:
    """Type one command as a person would; the card that answers."""
    box = page.get_by_role("textbox").first
    await box.fill(typed)
    await box.press("Enter")
    card = page.locator("#main .message").last
    await card.get_by_text("rate = ").wait_for()
    return card


async def post(page: Page) -> Locator:
    """Click the first example; the card of the post."""
    await page.get_by_role("button", name="How did a post do?").click()
    card = page.locator("#main .message").last
    await card.get_by_text("rate = ").wait_for()
    return card


async def set_up(page: Page) -> None:
    """Set up the example's digest."""
    await page.get_by_role("button", name="A digest every Monday").click()
    await page.get_by_role("button", name="Set It Up", exact=True).click()
    await page.locator("#main").get_by_text("Set up.").wait_for()


async def digest(page: Page) -> Locator:
    """Set up the example's digest and make it Monday, nine o'clock; the digest that comes."""
    await set_up(page)
    await page.get_by_role("button", name="The playground's clock").click()
    await page.get_by_role("button", name="It is Monday 9:00").click()
    await page.keyboard.press("Escape")
    come = page.locator("#main .message:not(.ephemeral)").filter(has=page.get_by_role("figure"))
    await come.get_by_text("4 replies").wait_for()
    return come


async def home(page: Page) -> Locator:
    """Set up the example's digest and open the app's Home tab; what it publishes there."""
    await set_up(page)
    await page.get_by_role("navigation").get_by_role("button", name="LinkedIn Stats", exact=True).click()
    await page.get_by_role("tab", name="Home").click()
    shown = page.locator(".home-view")
    await shown.get_by_text("every Monday 9:00").first.wait_for()
    return shown


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture."""

    name: str
    shown: Callable[[Page], Awaitable[Locator]]
    """Does what a person would do; what is to be seen in the picture."""
    look: Literal["light", "dark"]
    scale: float = 2
    """Pixels of the file for one of the page: enough for the width at which the README shows it."""


ACCOUNT = partial(ask, typed="/linkedin-stats last week")
PICTURES = (
    Picture("post-card", post, "light"),
    Picture("post-card-dark", post, "dark"),
    Picture("account-card", ACCOUNT, "light"),
    Picture("account-card-dark", ACCOUNT, "dark"),
    Picture("digest", digest, "light"),
    Picture("digest-dark", digest, "dark"),
    Picture("home", home, "light", 1.4),
    Picture("home-dark", home, "dark", 1.4),
)


async def take(browser: Browser, address: str, picture: Picture) -> None:
    """Keep one picture."""
    page = await browser.new_page(viewport=WINDOW, device_scale_factor=picture.scale, color_scheme=picture.look)
    page.set_default_timeout(PATIENCE)
    await page.goto(address)
    await page.wait_for_selector("body[data-ready]")
    shown = await picture.shown(page)
    await page.mouse.move(0, 0)  # the tools of a message appear under the pointer
    await page.add_style_tag(content=".composer-root { visibility: hidden }")  # its edge would show below the message
    await shown.screenshot(path=FOLDER / f"{picture.name}.png", animations="disabled")
    await page.close()


def make_small(files: list[Path]) -> None:
    """Fewer colours, where the program for it is installed."""
    program = shutil.which("pngquant")
    if program is not None:
        subprocess.run([program, "--quality", QUALITY, "--strip", "--force", "--ext", ".png", "--", *files], check=True)


async def main() -> int:
    """Every picture, each from a playground of its own."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with open_chromium() as browser:
        for picture in PICTURES:
            async with open_playground() as playground:
                await take(browser, playground.page_url, picture)
    make_small([FOLDER / f"{picture.name}.png" for picture in PICTURES])
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
