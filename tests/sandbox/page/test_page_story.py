"""A person's whole first visit, in one go, over both ways in which Slack reaches the bot; a colleague looks on in another window."""

import pytest
from playwright.async_api import Page, expect

from bot.sandbox.demo import Playground
from tests.sandbox.page.conftest import Visit
from tests.sandbox.page.page_steps import SCHEDULE, TICK_TIMEOUT, digests, latest, make_it_monday, open_switches, say

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser for all

MENTION = "@LinkedIn Stats comments"


async def ask_and_share(page: Page) -> None:
    """A card only one person sees, then everybody."""
    await say(page, "/linkedin-stats last week")
    await expect(latest(page).get_by_text("Only visible to you")).to_be_visible()
    await latest(page).get_by_role("button", name="Share to Channel").click()
    await expect(page.locator("#main .message:not(.ephemeral)").filter(has_text="rate = ")).to_have_count(1)


async def set_up_in_the_form(page: Page) -> None:
    """The choice in a card's menu opens the form; it is sent as it stands."""
    await say(page, "/linkedin-stats last week")
    card = page.locator("#main .message.ephemeral").filter(has=page.get_by_role("figure")).last
    await card.get_by_role("button", name="More options").click()
    await page.get_by_role("menuitem", name="Make it weekly").click()
    form = page.get_by_role("dialog", name="New digest")
    await form.get_by_role("button", name="Create Digest").click()
    await expect(form).to_contain_text(SCHEDULE)
    await form.get_by_role("button", name="Done").click()


async def ask_in_its_thread(page: Page) -> None:
    """Mention the bot below the digest: the question is about the digest's account and days."""
    await digests(page).hover()
    await digests(page).get_by_role("button", name="Reply in thread").click()
    await page.get_by_role("textbox", name="Reply…").fill(MENTION)
    await page.keyboard.press("Enter")
    await expect(page.locator("#thread .message.ephemeral").last).to_contain_text("Comments")


@pytest.mark.parametrize("transport", ["Socket Mode", pytest.param("HTTP", marks=pytest.mark.full)])
async def test_a_first_visit(enter: Visit, playground: Playground, transport: str):
    """Ask, share, fill in the form, make it Monday, see the digest come, ask there; Bob sees what is everybody's; a reload keeps it."""
    ann, bob = await enter("ann"), await enter("bob")
    await open_switches(ann)
    await ann.get_by_label(transport).first.check()
    await expect(bob.get_by_text(f"App connected · {transport}")).to_be_visible()
    await expect(ann.get_by_text("Restarting the app")).to_be_hidden()
    assert playground.bot.settings.socket_mode == (transport == "Socket Mode")

    await ask_and_share(ann)
    await expect(bob.locator("#main .message").filter(has_text="rate = ")).to_have_count(1)
    await set_up_in_the_form(ann)
    await make_it_monday(ann)
    for window in (ann, bob):
        await expect(digests(window)).to_have_count(1, timeout=TICK_TIMEOUT)
    await expect(digests(bob).get_by_role("button", name="replies")).to_be_visible(timeout=TICK_TIMEOUT)
    await ask_in_its_thread(ann)
    await digests(bob).get_by_role("button", name="replies").click()
    await expect(bob.locator("#thread .message").filter(has_text=MENTION)).to_be_visible()
    await expect(bob.locator("#thread .message.ephemeral")).to_have_count(0)

    stored = [await ann.locator(place).all_inner_texts() for place in ("#main .message", "#thread .message")]
    await ann.reload()
    await expect(ann.locator("#thread .message.ephemeral").last).to_contain_text("Comments")
    assert [len(await ann.locator(place).all()) for place in ("#main .message", "#thread .message")] == [len(part) for part in stored]
