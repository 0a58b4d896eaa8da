"""The playground as a newcomer meets it: the real bot, the examples, the clock, trouble, both transports, and behind the scenes."""

import re
from datetime import timedelta

import pytest
from playwright.async_api import ViewportSize, expect

from bot.sandbox.demo import Playground
from tests.sandbox.page.axe import serious_findings
from tests.sandbox.page.conftest import PHONE, WIDE, Visit
from tests.sandbox.page.page_steps import latest, open_switches, say

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser for all

#: How far the channel is scrolled, once what was drawn has been laid out.
SCROLLED = """new Promise((tell) => requestAnimationFrame(() => requestAnimationFrame(() =>
  tell(document.querySelector("#main [data-part=scroller]").scrollTop))))"""

LIMITED = "LinkedIn is limiting requests (429)"


async def test_a_post_is_asked_for_with_one_click_and_its_card_refreshed(enter: Visit):
    page = await enter()
    await page.get_by_role("button", name="How did a post do?").click()
    await expect(latest(page).get_by_text("Impressions", exact=True)).to_be_visible()
    await expect(latest(page).get_by_text("Only visible to you")).to_be_visible()
    await latest(page).get_by_role("button", name="Share to Channel").click()
    await expect(page.locator("#main .message:not(.ephemeral)").filter(has_text="rate =")).to_be_visible()


async def test_a_post_is_compared_with_others_chosen_in_a_form(enter: Visit):
    page = await enter()
    await page.get_by_role("button", name="How did a post do?").click()
    await latest(page).get_by_role("button", name="More options").click()
    await page.get_by_role("menuitem", name="Compare with other posts").click()
    form = page.get_by_role("dialog", name="Compare posts")
    for _ in range(2):
        await form.get_by_role("combobox").click()
        await form.get_by_role("option", checked=False).first.click()
    await page.keyboard.press("Escape")
    assert await serious_findings(page) == []
    await form.get_by_role("button", name="Compare").click()
    await expect(latest(page).locator(".data-table tbody tr")).to_have_count(3)


async def test_a_colleagues_thread_is_asked_in_with_one_click_and_a_reload_keeps_it(enter: Visit):
    page = await enter()
    await page.get_by_role("button", name="Ask in a colleague's thread").click()
    await expect(page.locator("#thread .message").last).to_contain_text("Engagement rate")
    await expect(page.locator("#thread .message").first).to_contain_text("Bob Baker")
    shown = await page.locator("#thread .message").all_inner_texts()
    await page.reload()
    await expect(page.locator("#thread .message")).to_have_count(len(shown))
    await expect(page.locator("#thread .message").last).to_contain_text("Engagement rate")


async def test_it_is_monday_nine_in_every_window_and_last_week_is_another(enter: Visit, playground: Playground):
    ann, bob = await enter("ann"), await enter("bob")
    await say(ann, "/linkedin-stats last week")
    heading = latest(ann).get_by_role("heading").first
    await expect(heading).to_contain_text("impressions")
    before, began = await heading.inner_text(), playground.clock()
    await ann.get_by_role("button", name="The playground's clock").click()
    await ann.get_by_role("button", name="It is Monday 9:00").click()
    # Ann's zone is Berlin's, Bob's is London's.
    await expect(ann.locator("#clock")).to_contain_text(re.compile(r"^\s*Mon, .*, 09:0\d"))
    await expect(bob.locator("#clock")).to_contain_text(re.compile(r"^\s*Mon, .*, 08:0\d"))
    await ann.keyboard.press("Escape")
    await expect(ann.get_by_role("dialog", name="The playground's clock")).to_be_hidden()
    await say(ann, "/linkedin-stats last week")
    await expect(ann.locator("#main .message")).to_have_count(3)
    await expect(heading).to_contain_text("impressions")
    # On a Monday before nine it is the same week's Monday.
    if playground.clock() - began > timedelta(days=1):
        await expect(heading).not_to_have_text(before)
    assert playground.clock().weekday() == 0


async def test_the_clock_goes_to_a_moment_and_never_back(enter: Visit, playground: Playground):
    page = await enter()
    await page.get_by_role("button", name="The playground's clock").click()
    box = page.get_by_label("Or go to")
    await expect(box).not_to_have_value("")
    wanted = (playground.clock() + timedelta(days=30)).strftime("%Y-%m-%dT18:00")
    await box.fill(wanted)
    await page.get_by_role("button", name="Go", exact=True).click()
    await expect(page.locator("#clock")).to_contain_text("18:00")
    await box.evaluate("box => { box.removeAttribute('min'); box.value = '2026-01-01T09:00'; }")
    await page.get_by_role("button", name="Go", exact=True).click()
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Time only goes forward here")


async def test_the_services_trouble_is_switched_and_the_bot_says_what_it_is(enter: Visit):
    ann, bob = await enter("ann"), await enter("bob")
    await open_switches(bob)
    await open_switches(ann)
    await ann.get_by_label("The statistics service").select_option(LIMITED)
    await expect(bob.get_by_label("The statistics service")).to_have_value("rate-limited")
    await say(ann, "/linkedin-stats last week")
    await expect(latest(ann)).to_contain_text("LinkedIn is limiting requests")
    await ann.get_by_label("The statistics service").select_option("No trouble")
    await latest(ann).get_by_role("button", name="Retry").click()
    await expect(latest(ann)).to_contain_text("Engagement rate")


async def test_slacks_troubles_are_switched_too(enter: Visit):
    page = await enter()
    await open_switches(page)
    await page.get_by_label("The app is a member of #marketing").uncheck()
    await page.get_by_role("button", name="Posted, but the reply is lost").click()
    await expect(page.get_by_label("Troubles that will happen")).to_contain_text(
        "Posted, but the reply is lost. Waits until the app next calls chat.postMessage"
    )
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_label("Troubles that will happen").get_by_role("listitem")).to_have_count(0)
    await page.get_by_label("#marketing is archived").check()
    await expect(page.get_by_placeholder("This channel is archived")).to_be_disabled()
    await page.get_by_label("#marketing is archived").uncheck()
    await expect(page.get_by_role("textbox", name="Message #marketing")).to_be_enabled()


async def test_the_bot_is_reached_over_http_and_over_socket_mode_again(enter: Visit, playground: Playground):
    page = await enter()
    await open_switches(page)
    await page.get_by_label("HTTP").click()
    await expect(page.get_by_text("App connected · HTTP")).to_be_visible()
    await expect(page.get_by_text("Restarting the app")).to_be_hidden()
    await say(page, "/linkedin-stats last week")
    await expect(latest(page)).to_contain_text("Engagement rate")
    assert not playground.bot.settings.socket_mode
    await page.get_by_label("Socket Mode").first.click()
    await expect(page.get_by_text("App connected · Socket Mode")).to_be_visible()
    await expect(page.get_by_text("Restarting the app")).to_be_hidden()
    await say(page, "/linkedin-stats yesterday")
    await expect(page.locator("#main .message")).to_have_count(3)
    assert playground.bot.settings.socket_mode


async def test_what_the_bot_sent_carries_what_the_checkers_found(enter: Visit):
    page = await enter()
    await say(page, "/linkedin-stats last week")
    await expect(latest(page)).to_contain_text("Engagement rate")
    await page.get_by_role("button", name="Behind the scenes").click()
    entry = page.locator(".trace li").filter(has_text="response_url").first
    await entry.locator("summary").click()
    await expect(entry.get_by_label("Checked")).to_contain_text("Slack would accept it (the sandbox's reading of Slack's limits)")
    await expect(entry.get_by_role("button", name="Copy Block Kit JSON")).to_be_visible()


@pytest.mark.parametrize(("scheme", "viewport"), [("light", WIDE), ("dark", PHONE)], ids=["light", "dark-phone"])
async def test_everybody_can_use_the_clock_the_switches_and_the_cards(enter: Visit, scheme: str, viewport: ViewportSize):
    """axe finds nothing serious with a card shown, the clock's panel open, and the switches open; nothing is wider than the window."""
    page = await enter(color_scheme=scheme, viewport=viewport)
    assert await page.evaluate(SCROLLED) == 0, "a first visit does not begin with what this is"
    await say(page, "/linkedin-stats last week")
    await expect(latest(page)).to_contain_text("Engagement rate")
    await page.get_by_role("button", name="The playground's clock").click()
    assert await serious_findings(page) == []
    await page.keyboard.press("Escape")
    await open_switches(page)
    assert await serious_findings(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
