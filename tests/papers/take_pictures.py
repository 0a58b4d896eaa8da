"""Takes the README's pictures from the playground: `python tests/papers/take_pictures.py` (needs Debian's chromium)."""

import asyncio
import shutil
import sys
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bot.sandbox.demo import open_playground

FOLDER = Path(__file__).parents[2] / ".github" / "pictures"

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
).split()

#: Name of the picture, what is typed, light or dark.
PICTURES = (
    ("post-card", "/linkedin-stats urn:li:share:7123456789012345678", "light"),
    ("account-card", "/linkedin-stats last week", "light"),
    ("account-card-dark", "/linkedin-stats last week", "dark"),
)


async def take(browser: Browser, address: str, name: str, typed: str, look: str) -> None:
    """Type one command as a person would, and keep a picture of the message that answers."""
    page = await browser.new_page(viewport={"width": 900, "height": 1100}, device_scale_factor=2, color_scheme=look)  # type: ignore[arg-type]
    await page.goto(address)
    box = page.get_by_role("textbox").first
    await box.fill(typed)
    await box.press("Enter")
    message = page.locator("[data-ts]").last
    await message.get_by_text("rate = ").wait_for()
    await message.screenshot(path=FOLDER / f"{name}.png")
    await page.close()


async def main() -> int:
    """Every picture, each from a playground of its own."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("Chromium is missing: install Debian's package chromium.", file=sys.stderr)
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, typed, look in PICTURES:
            async with open_playground() as playground:
                await take(browser, playground.page_url, name, typed, look)
        await browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
