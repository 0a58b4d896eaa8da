"""Trouble switched on in the page: of the statistics service and of Slack; what the bot says and does then, as the person sees it."""

import pytest
from playwright.async_api import Locator, Page, expect

from bot.sandbox.demo import Playground
from tests.sandbox.page.conftest import Visit
from tests.sandbox.page.page_steps import (
    TICK_TIMEOUT,
    digests,
    go_to,
    latest,
    make_it_monday,
    move_clock,
    open_switches,
    say,
    set_up_digest,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser for all

SERVICE = "The statistics service"
REACHED = "LinkedIn's figures can't be reached right now"
SOMETHING_ELSE = "Something else answered in place of the statistics service"

#: Each trouble by its label in the page, and what the next question's answer says.
SAID = {
    "Down: connections break off": REACHED,
    "Down: a gateway answers in its place (502)": REACHED,
    "It answers with an error of its own (500)": REACHED,
    "LinkedIn answers too late (504)": REACHED,
    "LinkedIn is limiting requests (429)": "LinkedIn is limiting requests right now.",
    "The account's LinkedIn connection has expired (401)": "Reconnect the account in PostPost, then ask again.",
    "The account may not read these figures (403)": "Reconnect the account in PostPost with permission to read its statistics",
    "The plan has no analytics (403)": "The PostPost plan behind this bot doesn't include the statistics API.",
    "A sign-in page answers in its place": SOMETHING_ELSE,
    "Answers break off halfway": SOMETHING_ELSE,
}

#: Those that leave a card: what it says of one figure that came and of one that did not, by the figures' names.
SHOWN = {
    "Partial: two of the five figures fail": ("Members reached", "couldn't be fetched"),
    "LinkedIn has no figure for two of the five": ("Members reached", "n/a: LinkedIn has no figure"),
    "One figure fails, one is unavailable": ("Reshares", "couldn't be fetched"),
    "Every figure fails": ("Reactions", "couldn't be fetched"),
    "LinkedIn has no figures at all": ("Reactions", "n/a: LinkedIn has no figure"),
}


async def ask_again(page: Page) -> Locator:
    """Ask for the week once more; the answer, which is one message further down."""
    await expect(latest(page)).to_be_visible()
    before = await page.locator("#main .message").count()
    await say(page, "/linkedin-stats last week")
    await expect(page.locator("#main .message")).to_have_count(before + 1)
    return latest(page)


async def test_each_trouble_of_the_service_is_told_in_plain_words_and_ends_when_it_is_switched_off(enter: Visit):
    page = await enter()
    await open_switches(page)
    for label, text in SAID.items():
        await page.get_by_label(SERVICE).select_option(label)
        answer = await ask_again(page)
        await expect(answer.locator(".blocks"), label).to_contain_text(text)
        await expect(answer.get_by_text("Only visible to you")).to_be_visible()
    await page.get_by_label(SERVICE).select_option("Down: connections break off")
    answer = await ask_again(page)
    await expect(answer).to_contain_text(REACHED)
    await page.get_by_label(SERVICE).select_option("No trouble")
    await answer.get_by_role("button", name="Retry").click()
    await expect(latest(page)).to_contain_text("Engagement rate")


async def test_a_figure_that_is_missing_is_never_shown_as_nought(enter: Visit):
    page = await enter()
    await open_switches(page)
    for label, (figure, text) in SHOWN.items():
        await page.get_by_label(SERVICE).select_option(label)
        answer = await ask_again(page)
        await expect(answer.locator(".field").filter(has_text=figure).first, label).to_contain_text(text)


async def test_while_the_service_is_slow_the_person_sees_that_the_bot_is_at_work(enter: Visit):
    page = await enter()
    await open_switches(page)
    await page.get_by_label(SERVICE).select_option("Slow: an answer takes three seconds")
    answer = await ask_again(page)
    await expect(answer).not_to_contain_text("Engagement rate", timeout=1)
    await expect(answer).to_contain_text("Engagement rate")


@pytest.mark.full
async def test_a_digest_waits_for_a_service_that_is_down_and_its_owner_is_told_when_it_is_given_up(enter: Visit):
    page = await enter()
    await open_switches(page)
    await set_up_digest(page)
    await page.get_by_label(SERVICE).select_option("Down: connections break off")
    await make_it_monday(page)
    await move_clock(page, "A day later")
    await page.keyboard.press("Escape")
    await go_to(page, "LinkedIn Stats")
    await expect(latest(page)).to_contain_text("was skipped: it couldn't be posted in time", timeout=TICK_TIMEOUT)
    await page.get_by_label(SERVICE).select_option("No trouble")
    await latest(page).get_by_role("button", name="Retry").click()
    await go_to(page, "marketing")
    await expect(digests(page)).to_have_count(1, timeout=TICK_TIMEOUT)


async def test_a_slack_that_asks_to_slow_down_gets_the_digest_a_little_later(enter: Visit):
    page = await enter()
    await open_switches(page)
    await set_up_digest(page)
    await page.get_by_role("button", name="Slack asks to slow down").click()
    await make_it_monday(page)
    await expect(digests(page)).to_have_count(1, timeout=TICK_TIMEOUT)
    await expect(page.locator(".trace li.failed").filter(has_text="chat.postMessage")).to_have_count(1)


async def test_when_the_reply_is_lost_the_digest_is_looked_for_and_not_posted_twice(enter: Visit, playground: Playground):
    page = await enter()
    await open_switches(page)
    await set_up_digest(page)
    await page.get_by_role("button", name="Posted, but the reply is lost").click()
    await make_it_monday(page)
    await expect(digests(page)).to_have_count(1, timeout=TICK_TIMEOUT)
    await expect(page.locator(".trace li").filter(has_text="conversations.history")).not_to_have_count(0, timeout=TICK_TIMEOUT)
    await expect(digests(page).get_by_role("button", name="replies")).to_be_visible(timeout=TICK_TIMEOUT)
    await playground.bot.tasks.idle()
    await expect(digests(page)).to_have_count(1)


@pytest.mark.full
async def test_a_digest_without_native_blocks_comes_when_slack_refuses_them(enter: Visit):
    page = await enter()
    await open_switches(page)
    await set_up_digest(page)
    # It is tried without the buttons in its table first.
    for _ in range(2):
        await page.get_by_role("button", name="Slack refuses the blocks").click()
    await make_it_monday(page)
    await expect(digests(page)).to_have_count(1, timeout=TICK_TIMEOUT)
    await expect(digests(page).get_by_role("figure")).to_have_count(0)


async def test_the_owner_of_a_digest_is_told_that_the_channel_is_archived_and_moves_it(enter: Visit):
    page = await enter()
    await open_switches(page)
    await set_up_digest(page)
    await page.get_by_label("#marketing is archived").check()
    await make_it_monday(page)
    await go_to(page, "LinkedIn Stats")
    await expect(latest(page)).to_contain_text("the channel is archived, or it no longer exists", timeout=TICK_TIMEOUT)
    await latest(page).get_by_role("button", name="Move").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Channel")


async def test_a_bot_that_was_removed_is_invited_back_by_the_owners_button(enter: Visit):
    page = await enter()
    await open_switches(page)
    await set_up_digest(page)
    await page.get_by_label("The app is a member of #marketing").uncheck()
    await make_it_monday(page)
    await go_to(page, "LinkedIn Stats")
    await expect(latest(page)).to_contain_text("I'm not a member of that channel", timeout=TICK_TIMEOUT)
    notice = page.locator("#main .message").filter(has_text="I'm not a member")
    await notice.get_by_role("button", name="Invite Me").click()
    await expect(page.locator("#main .message")).to_have_count(2)
    await notice.get_by_role("button", name="Retry").click()
    await go_to(page, "marketing")
    await expect(page.get_by_label("The app is a member of #marketing")).to_be_checked()
    await expect(digests(page)).to_have_count(1, timeout=TICK_TIMEOUT)


@pytest.mark.full
async def test_a_form_slack_refuses_leaves_a_button_to_try_again(enter: Visit):
    page = await enter()
    await open_switches(page)
    await page.get_by_role("button", name="Slack refuses a form").click()
    await say(page, "/linkedin-stats digest")
    await latest(page).get_by_role("button", name="Set Up a Digest").click()
    await expect(page.get_by_role("dialog", name="New digest")).to_be_visible()


async def test_a_removed_app_answers_nobody_until_it_is_back(enter: Visit):
    page = await enter()
    await open_switches(page)
    await page.get_by_label("The app is installed").uncheck()
    await expect(page.get_by_text("App removed")).to_be_visible()
    await say(page, "/linkedin-stats help")
    await expect(page.locator("#main").get_by_role("alert").filter(has_text="isn't installed in this workspace")).to_be_visible()
    await page.get_by_label("The app is installed").check()
    await expect(page.get_by_text("App connected · Socket Mode")).to_be_visible()
    await ask_again(page)
