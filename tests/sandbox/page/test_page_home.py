"""The real bot's Home tab in a browser: what stands there, what its buttons do, and that it keeps up with what happens elsewhere."""

import re

import pytest
from playwright.async_api import Locator, Page, ViewportSize, expect

from tests.sandbox.page.axe import serious_findings
from tests.sandbox.page.conftest import PHONE, WIDE, Visit
from tests.sandbox.page.page_steps import SCHEDULE, latest, open_home, set_up_digest

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser for all

ACCOUNTS = ("Acme Robotics", "Ann Lee", "Elena Petrova")


async def filled(page: Page) -> Locator:
    """The tab with its figures."""
    home = await open_home(page)
    await expect(home.get_by_text("All accounts")).to_be_visible()
    return home


async def test_it_opens_with_the_accounts_their_state_and_the_week(enter: Visit):
    home = await filled(await enter())
    for name in ACCOUNTS:
        await expect(home.get_by_text(name).first).to_be_visible()
    await expect(home).to_contain_text("access has ended: reconnect it in PostPost")
    await expect(home.locator(".field").filter(has_text="Impressions").first).to_contain_text("%")
    await expect(home.get_by_role("figure")).to_be_visible()
    await expect(home.locator(".carousel .card").first).to_be_visible()
    await expect(home.locator(".data-table-block").get_by_role("button", name=re.compile(r"^Open \d+: Ann Lee"))).to_be_visible()


async def test_a_digest_made_in_a_channel_appears_by_itself(enter: Visit):
    """One window stands on the tab while the same person sets one up in the other; nothing is pressed or loaded again."""
    there, here = await enter(), await enter()
    home = await filled(there)
    await expect(home.get_by_text(SCHEDULE)).to_have_count(0)
    await set_up_digest(here)
    await expect(home.get_by_text(SCHEDULE)).to_be_visible()


async def test_a_digest_is_managed_from_there_and_the_tab_of_the_messages_says_that_something_came(enter: Visit):
    page = await enter()
    await set_up_digest(page)
    home = await filled(page)
    await home.get_by_role("button", name="Manage").click()
    await page.get_by_role("tab", name="Messages new").click()
    await latest(page).get_by_role("button", name="Pause").click()
    await expect(latest(page)).to_contain_text("Paused")
    await page.get_by_role("tab", name="Home").click()
    await expect(home).to_contain_text("paused")


async def test_a_digest_is_set_up_from_there_in_the_form(enter: Visit):
    page = await enter()
    home = await filled(page)
    await home.get_by_role("button", name="Set Up a Digest").click()
    form = page.get_by_role("dialog", name="New digest")
    await form.get_by_role("combobox", name="Channel").fill("market")
    await form.get_by_role("option", name="#marketing").click()
    await form.get_by_role("button", name="Create Digest").click()
    await expect(form).to_contain_text(SCHEDULE)
    await form.get_by_role("button", name="Done").click()
    await expect(home.get_by_text(SCHEDULE)).to_be_visible()


async def test_the_welcome_goes_and_a_row_is_answered_in_the_direct_messages(enter: Visit):
    page = await enter()
    home = await filled(page)
    await home.get_by_role("button", name="Hide This").click()
    await expect(home.get_by_text("LinkedIn figures in Slack")).to_have_count(0)
    await home.get_by_role("button", name=re.compile(r"^Open \d+: Ann Lee")).click()
    await page.get_by_role("tab", name="Messages new").click()
    await expect(latest(page)).to_contain_text("Ann Lee")
    await expect(latest(page)).to_contain_text("Engagement rate")


@pytest.mark.parametrize(("scheme", "viewport"), [("light", WIDE), ("dark", PHONE)], ids=["light", "dark-phone"])
async def test_everybody_can_use_it(enter: Visit, scheme: str, viewport: ViewportSize):
    """axe finds nothing serious in the tab, and nothing is wider than the window."""
    page = await enter(color_scheme=scheme, viewport=viewport)
    await set_up_digest(page)
    if viewport == PHONE:
        await page.get_by_role("button", name="Channels").click()
    await filled(page)
    assert await serious_findings(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
