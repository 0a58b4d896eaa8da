"""`top` is complete for its period, or says that it is not and how far back it knows; a restart forgets no post."""

import re

import pytest

from bot.sandbox.statistics.wire import SandboxAnswer

WORDS = "top team 28d"
NOT_COMPLETE = "still reading"


def titles(card):
    rows = next(block for block in card["blocks"] if block["type"] == "data_table")["rows"]
    return [row[0]["text"] for row in rows[1:]]


async def test_the_same_question_gives_the_same_complete_answer_from_the_start(open_scene):
    async with open_scene() as scene:
        first = await scene.ask(WORDS)
        assert NOT_COMPLETE not in first["text"]
        assert titles(await scene.ask(WORDS)) == titles(first)
        assert "lists 10 posts at most" not in str(first["blocks"])
        many = await scene.ask("top 20 reactions team 28d")
        assert len(titles(many)) == 10
        assert "lists 10 posts at most" in str(many["blocks"])


async def test_an_incomplete_list_is_said_with_a_button_that_asks_again(open_scene):
    async with open_scene() as scene:
        await scene.ask(WORDS)
        scene.clock.go_on(days=2)
        scene.statistics.fail_next(SandboxAnswer(403, {"error": "no"}), times=1, path="list-posts")
        card = await scene.ask(WORDS)
        assert NOT_COMPLETE in card["text"]
        assert NOT_COMPLETE in str(card["blocks"])
        scene.clock.go_on(minutes=2)
        await scene.slack.person("ann").press(card, "retry")
        await scene.settle()
        again = scene.slack.person("ann").sees("#marketing")[-1]
        assert NOT_COMPLETE not in again["text"]
        assert titles(again) == titles(await scene.ask(WORDS))


async def test_after_a_restart_the_posts_are_known_even_while_the_list_cannot_be_read(open_scene):
    async with open_scene() as scene:
        whole = await scene.ask(WORDS)
    async with open_scene() as scene:
        scene.statistics.switches.missing_paths = ("list-posts",)
        card = await scene.ask(WORDS)
        assert titles(card) == titles(whole)


async def test_what_is_ranked_is_said(open_scene):
    """By rate the posts with the most impressions, as far as not all have enough; a minimum that the question names replaces that."""
    async with open_scene(statistics_memory=0) as scene:
        most_seen = await scene.ask(WORDS)
        (least,) = re.findall(r"among the 10 posts with the most impressions \(([\d,]+) or more\) of 45; equal figures", most_seen["text"])
        assert min(seen_by(most_seen)) >= int(least.replace(",", ""))
        before = scene.statistics.calls_by_metric.total()
        scene.statistics.forget_cache()
        assert "among the 10 posts" in (await scene.ask("top 3 team 28d"))["text"]
        assert scene.statistics.calls_by_metric.total() - before <= 50 + 10 * 3 + 3
        assert "from 100 impressions up" in (await scene.ask("top acme 7d"))["text"]
        assert "mpressions up" not in (await scene.ask(f"{WORDS} impressions"))["text"]
        for words in (f"{WORDS} min 500", f"{WORDS} reactions min 500"):
            named = await scene.ask(words)
            assert "from 500 impressions up" in named["text"]
            assert min(seen_by(named)) >= 500
            assert re.search(r"\d+ of 50 couldn't be ranked", named["text"])


def seen_by(card):
    table = next(block for block in card["blocks"] if block["type"] == "data_table")["rows"]
    place = [cell["text"] for cell in table[0]].index("Impressions")
    return [int(row[place]["text"].replace(",", "")) for row in table[1:]]


@pytest.mark.parametrize(
    ("words", "whose"),
    [
        ("top all 28d", "all accounts"),
        ("best posts all last week", "all accounts"),
        ("top all", "all accounts"),
        ("top 3 all", "all accounts"),
        ("all top posts last week", "Acme Robotics"),
        ("top all posts last week", "Acme Robotics"),
        ("top last week", "Acme Robotics"),
    ],
)
async def test_all_after_top_means_all_accounts(open_scene, words, whose):
    async with open_scene(acknowledge_within=0.2) as scene:
        assert f"Best posts of {whose}" in (await scene.ask(words))["text"]
