"""The switch to the playground's second workspace: the app is added there by its pages, and connected on the Home tab."""

import pytest
from playwright.async_api import expect

from bot.sandbox.servers import AGENCY_KEY
from tests.sandbox.page.conftest import PHONE

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_visitor_adds_the_app_to_the_second_workspace_and_connects_it(enter, playground):
    page = await enter()
    await page.select_option("#workspace", label="Northwind Agency")
    await page.wait_for_url(lambda url: not url.startswith(playground.page_url), timeout=30_000)
    await page.wait_for_selector("body[data-ready]")
    assert await page.locator("#who option").all_inner_texts() == ["Nora North (admin)", "Omar Okoye"]
    async with page.context.expect_page() as opened:
        await page.get_by_role("link", name="Add to Slack").click()
    pages = await opened.value
    await pages.get_by_role("link", name="Add to Slack").click()
    await pages.get_by_role("link", name="Install in Northwind Agency").click()
    await expect(pages.get_by_text("Thank you!")).to_be_visible()
    await expect(page.locator("#install")).to_contain_text("The app is installed")
    await page.locator(".channel", has_text="LinkedIn Stats").click()
    await page.get_by_role("tab", name="Home").click()
    await page.get_by_role("button", name="Connect PostPost").click()
    form = page.get_by_role("dialog")
    await form.get_by_role("textbox").fill(AGENCY_KEY)
    await form.get_by_role("button", name="Connect").click()
    await expect(form).to_contain_text("Connected: 2 accounts")
    await page.keyboard.press("Escape")
    await expect(page.locator("#home")).to_contain_text("Northwind Studio")
    await expect(page.locator("#home")).not_to_contain_text("Acme Robotics")

    await page.set_viewport_size(PHONE)
    assert await page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    await page.select_option("#workspace", label="Acme Marketing")
    await page.wait_for_url(lambda url: url.startswith(playground.page_url))
    await page.wait_for_selector("body[data-ready]")
    answer = await playground.ask("last week")
    assert answer.answered
    assert answer.message["text"].startswith("Acme Robotics"), "the first one is connected as before, with its default account"
