"""A hundred cards in a channel: what makes them scroll smoothly, and that they do."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.server import SlackServer
from tests.benchmarks.scrolling import full_channel, heights_of, one_round, open_page, table

pytestmark = pytest.mark.asyncio(loop_scope="session")  # one browser for all

COUNT = 100
MARK = "document.querySelectorAll('#main .message').forEach((one) => { one.drawnBefore = true; })"
KEPT = "[...document.querySelectorAll('#main .message')].filter((one) => one.drawnBefore).length"
SEEN = "(one) => one.querySelector('.header-block').checkVisibility({ contentVisibilityAuto: true })"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def full() -> AsyncIterator[SlackServer]:
    """The sandbox's Slack with a hundred of the bot's cards in one channel."""
    async with full_channel(COUNT) as slack:
        yield slack


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, full: SlackServer) -> AsyncIterator[Page]:
    """The page at the end of that channel."""
    opened = await open_page(browser, full)
    yield opened
    await opened.close()


async def test_a_changed_message_is_drawn_anew_and_the_other_ninety_nine_are_left_alone(page: Page, full: SlackServer):
    posted = full.accepted[0]
    client = AsyncWebClient(token=full.bot_token, base_url=full.api_url)
    await page.evaluate(MARK)
    await client.chat_update(channel=posted.channel, ts=posted.ts, text="Changed", blocks=[dict(posted.blocks[0])])
    await expect(page.locator("#main .message").first.locator(".block")).to_have_count(1)
    assert await page.evaluate(KEPT) == COUNT - 1


async def test_a_reply_leaves_its_card_as_the_person_left_it(page: Page, full: SlackServer):
    """The table a person opened stays open; the card says that it has a reply."""
    card = page.locator("#main .message").last
    await card.get_by_role("button", name="as a table").first.click()
    await page.evaluate(MARK)
    await full.person("bob").say("And comments?", channel="marketing", thread_ts=await card.get_attribute("data-ts"))
    await expect(card.get_by_role("button", name="1 reply")).to_be_visible()
    await expect(card.get_by_role("rowheader", name="Mon").first).to_be_visible()
    assert await page.evaluate(KEPT) == COUNT


async def test_what_is_out_of_sight_is_neither_laid_out_nor_are_its_charts_drawn(page: Page):
    first, last = (page.locator("#main .message").nth(place) for place in (1, -1))
    assert await last.evaluate(SEEN)
    assert not await first.evaluate(SEEN)
    assert await first.locator(".chart-canvas").first.evaluate("picture => picture.childElementCount") == 0
    await first.scroll_into_view_if_needed()
    await expect(first.locator(".chart-canvas .line").first).to_be_visible()


async def test_the_scroll_bar_knows_how_long_the_channel_is_before_it_was_seen(page: Page):
    """What the page expects of a message and what it then takes differ by less than a fifth, all in all."""
    expected = sum(await heights_of(page))
    await page.add_style_tag(content=".message { content-visibility: visible !important }")
    true = sum(await heights_of(page))
    assert expected == pytest.approx(true, rel=0.2)


@pytest.mark.full
async def test_a_hundred_cards_scroll_like_a_hundred_lines_of_text(browser: Browser, full: SlackServer):
    """In the same minute on the same machine the usual frame is as short, and all of the wheel's way is gone."""
    ours, plain = await one_round(browser, full)
    shown = table([(ours, plain)])
    assert ours.typical < 1.5 * plain.typical, shown
    assert ours.late < plain.late + 0.15, shown
    assert ours.pixels >= 0.8 * plain.pixels, shown
