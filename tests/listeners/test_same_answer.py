"""The same text gives the same card, whether it came by command, mention, direct message, thread or button."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.listeners.steps import STEP
from bot.queries.answers_as_data import NUMBERS
from bot.queries.modals import MESSAGE_SHORTCUT
from bot.statistics.metrics import NAMES

POST = "urn:li:share:7123456789012345678"
WEEK = "linkedin-ABC last week"


async def by_command(scene: Any, words: str) -> list[dict[str, Any]]:
    return list((await scene.ask(words))["blocks"])


async def by_mention(scene: Any, words: str) -> list[dict[str, Any]]:
    await scene.slack.person("ann").mention(words, channel="#marketing")
    await scene.settle()
    return list(scene.slack.accepted[-1].blocks)


async def by_direct_message(scene: Any, words: str) -> list[dict[str, Any]]:
    await scene.slack.person("ann").say(words, channel="dm")
    await scene.settle()
    return list(scene.slack.accepted[-1].blocks)


async def by_thread(scene: Any, words: str) -> list[dict[str, Any]]:
    """Without words of its own: what the thread is about is asked."""
    await scene.slack.person("ann").mention(f"{words} share", channel="#marketing")
    await scene.settle()
    card = scene.slack.accepted[-1]
    await scene.slack.person("ann").mention("", channel="#marketing", thread_ts=card.ts)
    await scene.settle()
    return list(scene.slack.accepted[-1].blocks)


async def by_button(scene: Any, words: str) -> list[dict[str, Any]]:
    card = await scene.ask(words)
    await scene.slack.person("ann").press(card, "refresh")
    await scene.settle()
    return list(scene.slack.person("ann").sees("#marketing")[-1]["blocks"])


WAYS: dict[str, Callable[[Any, str], Any]] = {
    "mention": by_mention,
    "direct message": by_direct_message,
    "thread": by_thread,
    "button": by_button,
}


def content(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a card tells: everything but its buttons, the ids that Slack gives, and when it was fetched."""
    shown = [block for block in blocks if block["type"] not in ("actions", "context")]
    return [{name: value for name, value in block.items() if name != "block_id"} for block in shown]


#: A thread says which post, account and period is meant, no more; the list of accounts is no card to go on from.
ROWS = [
    (POST, tuple(WAYS)),
    (WEEK, tuple(WAYS)),
    (f"{POST} impressions comments", ("mention", "direct message", "button")),
    ("accounts", ("mention", "direct message")),
]


@pytest.mark.parametrize(("words", "ways"), ROWS)
async def test_the_same_text_gives_the_same_card_whichever_way_it_came(open_scene, words, ways):
    async with open_scene() as scene:
        card = content(await by_command(scene, words))
        assert card
        for name in ways:
            assert content(await WAYS[name](scene, words)) == card, name


async def test_the_shortcut_shows_the_card_as_far_as_a_view_can(open_scene):
    """The same headline and figures; the chart written out, for a view draws none."""
    async with open_scene() as scene:
        card = content(await by_command(scene, POST))
        posted = await scene.slack.person("bob").say(POST, channel="#marketing")
        interaction = await scene.slack.person("ann").shortcut(MESSAGE_SHORTCUT, {"channel": posted.channel, "ts": posted.ts})
        await scene.settle()
        view = content(list((await interaction.view())["blocks"]))
        assert len(view) == len(card)
        assert [block for block in view if block in card] == [block for block in card if block["type"] != "data_visualization"]


@pytest.mark.parametrize("words", [POST, WEEK, f"{POST} impressions comments"])
async def test_the_workflow_step_gives_the_cards_figures(open_scene, words):
    """The first line and the story to the letter, and every number that the card shows."""
    async with open_scene() as scene:
        card = await scene.ask(words)
        running = await scene.slack.switches.execute_step(STEP, {"question": words}, "U0ANN00001")
        await scene.settle()
        outputs = running.outputs
        assert outputs["first_line"] == card["blocks"][0]["text"]["text"]
        assert outputs["summary"] == card["text"]
        figures = next(block for block in card["blocks"] if "fields" in block)
        shown = " ".join(field["text"] for field in (*([figures["text"]] if "text" in figures else ()), *figures["fields"]))
        numbers = {NUMBERS[metric]: f"*{NAMES[metric]}*\n{outputs[NUMBERS[metric]]:,}" for metric in NUMBERS if NUMBERS[metric] in outputs}
        assert numbers
        assert [line for line in numbers.values() if line not in shown] == []
        assert shown.count("*\n") == len(numbers) + ("engagement_rate" in outputs)
        assert ("engagement_rate" in outputs) == (f"{outputs.get('engagement_rate', -1):.2f}%" in shown)


async def test_make_it_weekly_opens_the_form_for_the_cards_account(open_scene):
    async with open_scene() as scene:
        card = await scene.ask(WEEK)
        interaction = await scene.slack.person("ann").press(card, "digest.new")
        await scene.settle()
        form = await interaction.view()
        accounts = next(block["element"] for block in form["blocks"] if block.get("block_id") == "accounts")
        assert [option["value"] for option in accounts["initial_options"]] == ["linkedin-ABC"]
