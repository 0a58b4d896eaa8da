"""A person's first digest in the playground: set up by words or in the form, the clock moved, seen to arrive, asked about in its thread."""

import re

import pytest
from playwright.async_api import expect

from bot.sandbox.demo import Playground
from tests.sandbox.page.axe import serious_findings
from tests.sandbox.page.conftest import Visit
from tests.sandbox.page.page_steps import SCHEDULE, TICK_TIMEOUT, digests, make_it_monday, say

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser for all


async def test_a_digest_is_set_up_with_two_clicks_arrives_on_monday_and_answers_in_its_thread(enter: Visit):
    ann, bob = await enter("ann"), await enter("bob")
    await ann.get_by_role("button", name="A digest every Monday").click()
    await expect(ann.locator("#main .message").last).to_contain_text("Preview: nothing is set up yet")
    await ann.get_by_role("button", name="Set It Up", exact=True).click()
    await expect(ann.locator("#main .message").last).to_contain_text("Set up")
    await expect(ann.get_by_role("log", name="New messages")).to_contain_text("✅ Set up. The first one comes")
    await expect(digests(bob)).to_have_count(0)
    await make_it_monday(ann)
    await expect(digests(bob)).to_have_count(1, timeout=TICK_TIMEOUT)
    await expect(digests(ann).get_by_role("figure")).to_be_visible()
    assert await serious_findings(ann) == []
    await digests(ann).hover()
    await digests(ann).get_by_role("button", name="Reply in thread").click()
    file = ann.locator("#thread .file-card").get_by_role("link")
    async with ann.expect_download() as download:
        await file.click(timeout=TICK_TIMEOUT)
    assert (await download.value).suggested_filename.endswith(".csv")
    await ann.get_by_role("textbox", name="Reply…").fill("@LinkedIn Stats Ann Lee last week")
    await ann.keyboard.press("Enter")
    await expect(ann.locator("#thread .message.ephemeral").last).to_contain_text("Engagement rate")
    await ann.reload()
    await expect(digests(ann)).to_have_count(1)
    await expect(ann.locator("#thread .message.ephemeral").last).to_contain_text("Engagement rate")


async def test_the_form_sets_up_a_digest_that_comes_every_week(enter: Visit, playground: Playground):
    page = await enter()
    await say(page, "/linkedin-stats digest")
    form = page.get_by_role("dialog", name="New digest")
    await expect(form.get_by_role("combobox", name="Accounts")).to_be_visible()
    assert await serious_findings(page) == []
    zone = form.get_by_role("combobox", name="Time zone")
    await zone.fill("erli")
    await expect(form.get_by_role("option", name="Europe/Berlin")).to_be_visible()
    await zone.press("ArrowDown")
    await zone.press("Enter")
    await expect(zone).to_have_value(re.compile("Europe/Berlin"))
    await form.get_by_role("button", name="Preview").click()
    preview = page.get_by_role("dialog", name="Digest preview")
    await expect(preview).to_contain_text("impressions")
    await preview.get_by_role("button", name="Done").click()
    await form.get_by_role("button", name="Create Digest").click()
    await expect(form).to_contain_text(SCHEDULE)
    await form.get_by_role("button", name="Done").click()
    await expect(form).to_be_hidden()
    for arrived in (1, 2):
        await make_it_monday(page)
        await expect(digests(page)).to_have_count(arrived, timeout=TICK_TIMEOUT)
    assert playground.clock().weekday() == 0
