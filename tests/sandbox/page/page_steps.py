"""What a visitor of the playground does again and again, and where they look."""

import re

from playwright.async_api import Locator, Page, expect

#: Milliseconds until the scheduler has ticked on a busy machine.
TICK_TIMEOUT = 15_000

SCHEDULE = "every Monday 9:00 Europe/Berlin"


async def say(page: Page, words: str) -> None:
    """Type into the channel's box and press Enter."""
    box = page.get_by_role("textbox", name="Message #marketing")
    await box.fill(words)
    await box.press("Enter")


def latest(page: Page) -> Locator:
    """The newest message of the channel."""
    return page.locator("#main .message").last


def digests(page: Page) -> Locator:
    """The digests that everybody sees in the channel."""
    return page.locator("#main .message:not(.ephemeral)").filter(has_text=SCHEDULE)


async def go_to(page: Page, name: str) -> None:
    """Choose a channel or a direct message in the sidebar, whether something new is in it or not."""
    await page.get_by_role("navigation").get_by_role("button", name=re.compile(rf"^{re.escape(name)}( \d+ unread)?$")).click()


async def open_home(page: Page) -> Locator:
    """The app's Home tab, once it is shown."""
    await go_to(page, "LinkedIn Stats")
    await page.get_by_role("tab", name="Home").click()
    shown = page.locator(".home-view")
    await expect(shown).to_be_visible()
    return shown


async def open_switches(page: Page) -> None:
    """Open the panel behind the scenes and the switches in it."""
    await page.get_by_role("button", name="Behind the scenes").click()
    await page.locator("#trouble > summary").click()
    await expect(page.get_by_label("The statistics service")).to_be_visible()


async def set_up_digest(page: Page) -> None:
    """Set up the guided minute's digest with two clicks."""
    await page.get_by_role("button", name="A digest every Monday").click()
    await page.get_by_role("button", name="Set It Up", exact=True).click()
    await expect(latest(page)).to_contain_text("Set up.")


async def move_clock(page: Page, jump: str) -> None:
    """Move the clock by one of the panel's buttons."""
    await page.get_by_role("button", name="The playground's clock").click()
    await page.get_by_role("button", name=jump).click()


async def make_it_monday(page: Page) -> None:
    """Move the clock to Monday, nine o'clock."""
    await move_clock(page, "It is Monday 9:00")
    await expect(page.locator("#clock")).to_contain_text(re.compile(r"Mon, .*, 09:0\d"))
    await page.keyboard.press("Escape")
