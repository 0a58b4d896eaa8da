"""The playground's page in a real browser: what a person does there reaches the app, and what the app answers is drawn."""

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from bot.sandbox.servers import open_servers
from bot.sandbox.slack.server import SlackServer
from tests.sandbox.page.axe import serious_findings
from tests.sandbox.page.conftest import PHONE, WIDE, Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser for all

BOX = "Message #marketing"


async def ask(page: Page, words: str) -> None:
    """Type into the channel's box and press Enter."""
    await page.get_by_label(BOX).fill(words)
    await page.get_by_label(BOX).press("Enter")


async def test_an_example_on_the_first_screen_asks_with_one_click(visit: Visit):
    page = await visit()
    await page.get_by_role("button", name="A post").click()
    card = page.locator("#main .message")
    await expect(card.get_by_role("heading", name="Figures of a post")).to_be_visible()
    await expect(card.get_by_text("Only visible to you")).to_be_visible()


async def test_a_card_is_drawn_with_its_fields_chart_and_table(visit: Visit):
    page = await visit()
    await ask(page, "/linkedin-stats a post")
    await expect(page.locator(".field").first).to_have_text("Impressions15,420", use_inner_text=False)
    await expect(page.get_by_role("img", name="Bar chart: Impressions by day")).to_be_visible()
    await expect(page.locator(".bar")).to_have_count(3)
    heights = await page.locator(".bar").evaluate_all("bars => bars.map(bar => Number(bar.getAttribute('height')))")
    assert heights == pytest.approx([heights[0], 2 * heights[0], 3 * heights[0]])
    await expect(page.get_by_role("table", name="Accounts")).to_be_visible()


async def test_a_chart_reads_as_a_table_and_a_table_sorts_numbers_as_numbers(visit: Visit):
    page = await visit()
    await ask(page, "/linkedin-stats a post")
    await page.get_by_role("button", name="Show Impressions by day as a table").click()
    await expect(page.get_by_role("row", name="Tue 2,000")).to_be_visible()
    await page.locator(".sort-button").filter(has_text="Impressions").click()
    await expect(page.locator(".data-table tbody th")).to_have_text(["Bob", "Zoe", "Acme"])


async def test_the_keyboard_alone_finds_the_command_and_its_usage(visit: Visit):
    page = await visit()
    await page.get_by_label(BOX).focus()
    await page.keyboard.type("/lin")
    await expect(page.get_by_role("option", name="/linkedin-stats")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.locator("#main .usage")).to_contain_text("<post link> or help")
    await page.keyboard.type("it")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Figures of it")).to_be_visible()
    await expect(page.get_by_label(BOX)).to_have_value("")


async def test_what_slack_refuses_is_said_and_stays_in_the_box(visit: Visit):
    page = await visit()
    await ask(page, "/unknown words")
    await expect(page.locator("#main").get_by_role("alert").filter(has_text="/unknown")).to_be_visible()
    await expect(page.get_by_label(BOX)).to_have_value("/unknown words")


async def test_a_button_replaces_the_card_and_keeps_the_keyboard_on_it(visit: Visit):
    page = await visit()
    await ask(page, "/linkedin-stats a post")
    await page.get_by_role("button", name="Refresh").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Fresh figures")).to_be_visible()
    await expect(page.get_by_role("button", name="Refresh")).to_be_focused()
    await expect(page.locator("#main .message")).to_have_count(1)


async def test_a_click_the_app_does_not_answer_says_so_on_the_card(visit: Visit):
    page = await visit()
    await ask(page, "/linkedin-stats a post")
    button = page.get_by_role("button", name="Compare")
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    await expect(page.locator(".block").get_by_role("alert")).to_be_visible()


async def test_a_form_shows_the_apps_objection_and_then_saves(visit: Visit):
    page = await visit()
    await ask(page, "/linkedin-stats a post")
    await page.get_by_role("button", name="Make it weekly").click()
    form = page.get_by_role("dialog", name="Set up a digest")
    await form.get_by_label("Name").fill("taken")
    await form.get_by_role("combobox", name="Accounts").click()
    await form.get_by_role("option", name="Acme").click()
    await form.get_by_role("option", name="Bob").click()
    await page.keyboard.press("Escape")
    await form.get_by_role("button", name="Save").click()
    await expect(form.get_by_text("There is a digest of that name.")).to_be_visible()
    await expect(form.get_by_label("Name")).to_be_focused()
    await form.get_by_label("Name").fill("Mondays")
    await form.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Digest Mondays is set for Acme, Bob").first).to_be_visible()
    await expect(form).to_be_hidden()


async def test_a_mention_is_answered_in_its_thread_and_a_reload_keeps_it_open(visit: Visit):
    page = await visit()
    await ask(page, "@LinkedIn Stats how was it?")
    await page.get_by_role("button", name="1 reply").click()
    await expect(page.locator("#thread strong").filter(has_text="15,420")).to_be_visible()
    await page.reload()
    await expect(page.locator("#thread .message")).to_have_count(2)
    await expect(page.locator("#main .mention").filter(has_text="@LinkedIn Stats")).to_be_visible()


async def test_two_windows_stay_in_step_and_private_answers_stay_private(visit: Visit):
    ann, bob = await visit("ann"), await visit("bob")
    await ask(ann, "/linkedin-stats a post")
    await expect(ann.get_by_role("heading", name="Figures of a post")).to_be_visible()
    await ask(ann, "Good morning")
    await expect(bob.locator("#main .message").filter(has_text="Good morning")).to_be_visible()
    await expect(bob.locator("#main .message")).to_have_count(1)


async def test_a_message_shortcut_is_in_the_messages_menu(visit: Visit):
    page = await visit()
    await ask(page, "A post of ours")
    await page.locator("#main .message").hover()
    await page.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Figures of this post").click()
    await expect(page.get_by_text("Figures by shortcut").first).to_be_visible()


async def test_the_home_tab_shows_what_the_app_publishes(visit: Visit, slack: SlackServer):
    page = await visit()
    await page.get_by_role("navigation").get_by_role("button", name="LinkedIn Stats", exact=True).click()
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_text("Your digests")).to_be_visible()
    assert [call.method for call in slack.calls if call.method == "views.publish"] == ["views.publish"]


async def test_what_happens_behind_the_scenes_can_be_read(visit: Visit):
    page = await visit()
    await ask(page, "/linkedin-stats a post")
    await page.get_by_role("button", name="Behind the scenes").click()
    entry = page.locator(".trace li").filter(has_text="/linkedin-stats").first
    await expect(entry.locator(".ms")).to_contain_text("ms")
    await entry.locator("summary").click()
    await expect(entry.get_by_role("button", name="Copy Block Kit JSON")).to_be_visible()
    await expect(entry.get_by_label("Response to")).to_contain_text("data_visualization")


@pytest.mark.parametrize(("scheme", "viewport"), [("light", WIDE), ("dark", PHONE)], ids=["light", "dark-phone"])
async def test_everybody_can_use_it(visit: Visit, scheme: str, viewport: ViewportSize):
    """axe finds nothing serious, and nothing is wider than the window."""
    page = await visit(color_scheme=scheme, viewport=viewport)
    await ask(page, "/linkedin-stats a post")
    await expect(page.get_by_role("heading", name="Figures of a post")).to_be_visible()
    assert await serious_findings(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    ground = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") == (scheme == "light")


async def test_a_long_conversation_opens_at_its_end_and_goes_there_with_what_one_asks(visit: Visit, slack: SlackServer):
    """What others write leaves the view where it is."""
    bob = slack.person("bob")
    for number in range(120):
        await bob.say(f"Message {number}", channel="#marketing")
    page = await visit()
    await expect(page.get_by_text("Message 119", exact=True)).to_be_in_viewport()
    await expect(page.locator("#main .message")).to_have_count(120)
    await page.get_by_text("Message 3", exact=True).scroll_into_view_if_needed()
    await expect(page.get_by_text("Message 3", exact=True)).to_be_in_viewport()
    await expect(page.get_by_text("Message 119", exact=True)).not_to_be_in_viewport()
    await bob.say("Message 120", channel="#marketing")
    await expect(page.get_by_role("button", name="New messages")).to_be_visible()
    await expect(page.get_by_text("Message 3", exact=True)).to_be_in_viewport()
    await ask(page, "/linkedin-stats a post")
    await expect(page.get_by_role("button", name="Refresh")).to_be_in_viewport()
    await page.get_by_text("Message 3", exact=True).scroll_into_view_if_needed()
    await expect(page.get_by_role("button", name="Refresh")).not_to_be_in_viewport()
    await bob.say("Message 121", channel="#marketing")
    await expect(page.get_by_role("button", name="New messages")).to_be_visible()
    await expect(page.get_by_text("Message 3", exact=True)).to_be_in_viewport()


async def test_the_sandbox_offers_examples_made_of_its_own_accounts(browser: Browser):
    async with open_servers() as servers:
        page = await browser.new_page()
        await page.goto(servers.slack.page_url)
        await expect(page.locator(".example code")).to_have_count(3)
        await expect(page.locator(".example small")).to_have_count(3)
        await expect(page.locator(".welcome")).to_contain_text("The people, accounts and figures are made up.")
        text = await page.locator(".example code").all_inner_texts()
        await expect(page.locator("#main .message").filter(has_text="Bob Baker")).to_contain_text(
            "https://www.linkedin.com/feed/update/urn:li:"
        )
        await page.close()
        assert "https://www.linkedin.com/feed/update/urn:li:" in text[0]
        assert all(account.display_name in text[1] for account in servers.statistics.world.accounts[:2])
        assert text[2] == "@LinkedIn Stats"
