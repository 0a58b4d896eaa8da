"""In the browser, with the real bot: a posted link with its preview, and the workflow step."""

import pytest
from playwright.async_api import expect

from tests.sandbox.page.axe import serious_findings
from tests.sandbox.page.conftest import Visit
from tests.sandbox.page.page_steps import latest, say

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser for all

LINK = "https://www.linkedin.com/feed/update/urn:li:share:7123456789012345678/"


async def test_a_posted_link_gets_its_preview_once_it_is_switched_on(enter: Visit):
    page = await enter("ann")
    await say(page, "/linkedin-stats unfurl on")
    await expect(latest(page)).to_contain_text("are previewed in this workspace")
    await say(page, f"/linkedin-stats {LINK}")
    await expect(latest(page)).to_contain_text("15,420")
    await say(page, f"have a look: {LINK}")
    posted = page.locator("#main .message:not(.ephemeral)").filter(has_text="have a look")
    await expect(posted).to_contain_text("15,420 impressions, 3.68% engaged")
    await posted.get_by_role("button", name="Open Card").click()
    await expect(latest(page).get_by_text("Only visible to you")).to_be_visible()
    await expect(latest(page)).to_contain_text("Share to Channel")


async def test_the_workflow_step_is_run_from_the_composers_menu(enter: Visit):
    page = await enter("ann")
    await page.get_by_role("button", name="Shortcuts").first.click()
    await page.get_by_role("menuitem", name="Get LinkedIn statistics").click()
    form = page.get_by_role("dialog", name="Get LinkedIn statistics")
    await form.get_by_label("Post or account").fill(LINK)
    await form.get_by_role("button", name="Run the step").click()
    await expect(form.get_by_role("row", name="impressions 15,420")).to_be_visible()
    await expect(form.get_by_role("row", name="engagement_rate 3.68")).to_be_visible()
    assert await serious_findings(page) == []
    await form.get_by_label("Post or account").fill("team")
    await form.get_by_role("button", name="Run the step").click()
    await expect(form.get_by_role("alert")).to_contain_text("one post or one account")
    await form.get_by_role("button", name="Close").click()
    await expect(form).to_be_hidden()
