"""How smoothly a hundred cards scroll in the playground's page, beside a plain page of the same height.

    python -m tests.benchmarks.scrolling                 three rounds, about a minute
    python -m tests.benchmarks.scrolling --rounds 10

Needs Debian's chromium. Loopback only. See README.md beside this file for the method.
"""

import argparse
import asyncio
import itertools
import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.async_api import Browser, Page, ViewportSize
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.servers import manifest_file
from bot.sandbox.slack.server import SlackServer
from tests.sandbox.page.chromium import open_chromium

CARDS = Path(__file__).parents[1] / "reports" / "snapshots"

#: The cards that a busy channel is full of: charts, tables, buttons, long and short.
KINDS = ("account", "account_28_days", "post", "digest_one_account", "account_daily", "digest_several_accounts")

#: Turns of the wheel, pixels each, milliseconds apart: through half of the channel at a brisk pace.
TURNS, STEP, PAUSE = 160, 240, 16

WINDOW: ViewportSize = {"width": 1280, "height": 800}

#: Milliseconds of a frame on a screen of sixty hertz; one that took longer than two was seen to be late.
FRAME = 1000 / 60

WATCH = """() => {
  window.moments = [];
  const tick = (moment) => { window.moments.push(moment); window.ticking = requestAnimationFrame(tick); };
  window.ticking = requestAnimationFrame(tick);
}"""
SEEN = "() => { cancelAnimationFrame(window.ticking); return window.moments; }"

PLAIN = """<!doctype html><style>
  body {{ margin: 0; font: 15px/1.466 sans-serif }} .scroller {{ height: 100vh; overflow-y: auto }} p {{ margin: 0 }}
</style><div class="scroller">{}</div>"""


@dataclass(frozen=True, slots=True)
class Scrolled:
    """What one person's scrolling through one page was like; all times in milliseconds."""

    frames: Sequence[float]
    """From each frame to the next."""
    busy: float
    """The page's own thread at work (layout, styles, scripts, painting), in its processor time."""
    pixels: float
    """How far it went."""

    @property
    def typical(self) -> float:
        """The median frame."""
        return median(self.frames)

    @property
    def slowest_twentieth(self) -> float:
        """Nineteen of twenty frames were quicker."""
        return quantiles(self.frames, n=20)[-1]

    @property
    def late(self) -> float:
        """The share of frames that took longer than two of a screen's."""
        return sum(frame > 2 * FRAME + 1 for frame in self.frames) / len(self.frames)


@asynccontextmanager
async def full_channel(count: int = 100) -> AsyncIterator[SlackServer]:
    """The sandbox's Slack with so many cards in #marketing, the bot's own, sent as the bot sends them."""
    async with SlackServer(manifest_file(), clock=lambda: datetime.now(UTC), rate_limits=False) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        for card in itertools.islice(itertools.cycle(_cards()), count):
            await client.chat_postMessage(channel=slack.channel_id("marketing"), text=card["text"], blocks=card["blocks"])
        yield slack


def _cards() -> Sequence[Mapping[str, Any]]:
    return [json.loads((CARDS / f"{kind}.json").read_text()) for kind in KINDS]


async def open_page(browser: Browser, slack: SlackServer) -> Page:
    """The playground's page at the end of the full channel, nothing above it seen yet."""
    page = await browser.new_page(viewport=WINDOW)
    await page.goto(f"{slack.page_url}?user=ann#{slack.channel_id('marketing')}")
    await page.wait_for_selector("body[data-ready]")
    return page


async def open_plain(browser: Browser, heights: Sequence[float]) -> Page:
    """As many lines of text in boxes of these heights, and nothing else; at its end as well."""
    page = await browser.new_page(viewport=WINDOW)
    lines = (f'<p style="height: {height}px">Message {number}</p>' for number, height in enumerate(heights))
    await page.set_content(PLAIN.format("".join(lines)))
    await page.evaluate("document.querySelector('.scroller').scrollTop = 1e9")
    return page


async def scroll(page: Page) -> Scrolled:
    """Turn the wheel upwards over the page."""
    session = await page.context.new_cdp_session(page)
    await session.send("Performance.enable", {"timeDomain": "threadTicks"})
    await page.mouse.move(WINDOW["width"] / 2, WINDOW["height"] / 2)
    before, top = await _busy(session), await _top(page)
    await page.evaluate(WATCH)
    for _ in range(TURNS):
        await page.mouse.wheel(0, -STEP)
        await asyncio.sleep(PAUSE / 1000)
    moments = await page.evaluate(SEEN)
    frames = [later - earlier for earlier, later in itertools.pairwise(moments)]
    return Scrolled(frames, await _busy(session) - before, top - await _top(page))


async def _busy(session: Any) -> float:
    found = {one["name"]: one["value"] for one in (await session.send("Performance.getMetrics"))["metrics"]}
    return 1000 * float(found["TaskDuration"])


async def _top(page: Page) -> float:
    return float(await page.evaluate("document.querySelector('.scroller').scrollTop"))


async def heights_of(page: Page) -> list[float]:
    """How tall each message stands."""
    found = await page.evaluate("[...document.querySelectorAll('#main .message')].map((one) => one.getBoundingClientRect().height)")
    return [float(height) for height in found]


async def one_round(browser: Browser, slack: SlackServer) -> tuple[Scrolled, Scrolled]:
    """The playground's page and the plain one, each opened anew and scrolled through, one after the other."""
    ours = await open_page(browser, slack)
    plain = await open_plain(browser, await heights_of(ours))
    found = []
    for page in (ours, plain):
        await page.bring_to_front()
        found.append(await scroll(page))
    for page in (ours, plain):
        await page.close()
    return found[0], found[1]


async def measure(rounds: int) -> list[tuple[Scrolled, Scrolled]]:
    """So many rounds in one browser."""
    async with full_channel() as slack, open_chromium() as browser:
        return [await one_round(browser, slack) for _ in range(rounds)]


def table(rounds: Sequence[tuple[Scrolled, Scrolled]]) -> str:
    """The medians of the rounds as a Markdown table."""
    rows = [("page", "median frame ms", "slowest twentieth ms", "late frames", "thread CPU ms", "pixels"), ("---",) * 6]
    for name, runs in zip(("a hundred cards", "a hundred lines"), zip(*rounds, strict=True), strict=True):
        rows.append(
            (
                name,
                f"{median(run.typical for run in runs):.1f}",
                f"{median(run.slowest_twentieth for run in runs):.1f}",
                f"{median(run.late for run in runs):.1%}",
                f"{median(run.busy for run in runs):,.0f}",
                f"{median(run.pixels for run in runs):,.0f}",
            )
        )
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How smoothly a hundred cards scroll.")
    parser.add_argument("--rounds", type=int, default=3, help="how often both pages are scrolled through (default: 3)")
    print(table(asyncio.run(measure(parser.parse_args(arguments).rounds))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
