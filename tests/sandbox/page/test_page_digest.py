"""A person's first digest in the playground: set up by words or in the form, the clock moved, seen to arrive, asked about in its thread."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from bot.sandbox.demo import Playground
from tests.sandbox.page.axe import serious_findings
from tests.sandbox.page.conftest import Visit

pytestmark = pytest.mark.asyncio(loop_scope="module")  # one browser for all

SCHEDULE = "every Monday 9:00 Europe/Berlin"

#: Milliseconds until the bot's clock has rung on a busy machine.
RINGS = 15_000


def digests(page: Page) -> Locator:
    """The digests that everybody sees in the channel."""
    return page.locator("#main .message:not(.ephemeral)").filter(has_text=SCHEDULE)


async def make_it_monday(page: Page) -> None:
    """Move the clock to Monday, nine o'clock."""
    await page.get_by_role("button", name="The sandbox's clock").click()
    await page.get_by_role("button", name="It is Monday 9:00").click()
    await expect(page.locator("#clock")).to_contain_text(re.compile(r"Mon .*, 09:0\d"))
    await page.keyboard.press("Escape")


async def test_a_digest_is_set_up_with_two_clicks_arrives_on_monday_and_answers_in_its_thread(enter: Visit):
    ann, bob = await enter("ann"), await enter("bob")
    await ann.get_by_role("button", name="A digest every Monday").click()
    await expect(ann.locator("#main .message").last).to_contain_text("Preview: nothing is set up yet")
    await ann.get_by_role("button", name="Set it up", exact=True).click()
    await expect(ann.locator("#main .message").last).to_contain_text("Set up")
    await expect(ann.get_by_role("log", name="New messages")).to_contain_text("✅ Set up. The first one comes")
    await expect(digests(bob)).to_have_count(0)
    await make_it_monday(ann)
    await expect(digests(bob)).to_have_count(1, timeout=RINGS)
    await expect(digests(ann).get_by_role("figure")).to_be_visible()
    assert await serious_findings(ann) == []
    await digests(ann).hover()
    await digests(ann).get_by_role("button", name="Reply in thread").click()
    await ann.get_by_role("textbox", name="Reply…").fill("@LinkedIn Stats Ann Lee last week")
    await ann.keyboard.press("Enter")
    await expect(ann.locator("#thread .message.ephemeral")).to_contain_text("Engagement rate")
    await ann.reload()
    await expect(digests(ann)).to_have_count(1)
    await expect(ann.locator("#thread .message.ephemeral")).to_contain_text("Engagement rate")


async def test_the_form_sets_up_a_digest_that_comes_every_week(enter: Visit, playground: Playground):
    page = await enter()
    box = page.get_by_role("textbox", name="Message #marketing")
    await box.fill("/linkedin-stats digest")
    await box.press("Enter")
    form = page.get_by_role("dialog", name="LinkedIn digest")
    await expect(form.get_by_role("combobox", name="Accounts")).to_be_visible()
    assert await serious_findings(page) == []
    await form.get_by_role("button", name="Set it up").click()
    await expect(form).to_contain_text(SCHEDULE)
    await form.get_by_role("button", name="Close").last.click()
    await expect(form).to_be_hidden()
    for arrived in (1, 2):
        await make_it_monday(page)
        await expect(digests(page)).to_have_count(arrived, timeout=RINGS)
    assert playground.clock().weekday() == 0
