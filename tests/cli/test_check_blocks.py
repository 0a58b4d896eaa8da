"""`check --blocks`: every card of the bot is held to Slack's own check; the sandbox's Slack stands in for the live one."""

import asyncio

import pytest

from bot.bootstrap.check import compare_blocks
from bot.cli import main
from bot.sandbox.every_card import PRESSED
from bot.sandbox.slack.checks import sent_in
from tests.fixtures.buttons import faults

#: In what the bot posts by itself: a digest, a fired alert, a goal, a watched post, its figures in the thread, and what failed.
POSTED = {"LinkedIn, ", ", above 1", "Goal reached: ", "posted on LinkedIn*", "*After ", "wasn't published", " skipped: "}

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
HEADER = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}
HOME = {"type": "home", "blocks": [SECTION]}


async def cards(*payloads):
    for number, payload in enumerate(payloads):
        yield f"card {number}", payload


async def test_every_card_is_taken_by_slack_as_by_the_bot(open_scene, monkeypatch, capsys):
    """Through the command line: answers, lists, previews, forms, the Home tab, its settings, and what is posted by itself.

    The buttons of them all are as Slack wants buttons.
    """
    async with open_scene() as scene:
        monkeypatch.setenv("SLACK_API_URL", scene.slack.api_url)
        code = await asyncio.to_thread(main, ["check", "--blocks"])
        cards = [sent for entry in scene.slack.trace.after(0) for sent in sent_in(entry)]
    out = capsys.readouterr().out
    assert code == 0, out
    named = {line.rpartition(": ")[0] for line in out.splitlines()}
    assert named >= {
        "/linkedin-stats top team 28d",
        "the Home tab",
        "a digest in its channel",
        *(f"the button {action}" for action in PRESSED),
    }
    assert len(out.splitlines()) == len(cards) > 50
    by_itself = str(cards)
    assert {kind for kind in POSTED if kind not in by_itself} == set()
    assert [(found, card["blocks"][0]) for card in cards if (found := faults(card))] == []


@pytest.mark.parametrize(
    ("payload", "fault", "expected"),
    [
        ({"blocks": [SECTION], "text": "x"}, "", ": OK"),
        (HOME, "", ": OK"),
        ({"blocks": [HEADER], "text": "x"}, "", "REFUSED by Slack and by the bot's own checker: /0/text/text"),
        ({"blocks": [SECTION], "text": "x"}, "invalid_blocks", "DIFFERS: Slack refuses what the bot's own checker takes"),
        (HOME, "invalid_view", "DIFFERS: Slack refuses what the bot's own checker takes"),
        ({"blocks": [SECTION], "text": "x" * 3_000}, "", "DIFFERS: the bot's own checker refuses what Slack takes: /text"),
        (HOME, "internal_error", "NOT ASKED"),
    ],
)
async def test_what_differs_is_told(open_scene, payload, fault, expected):
    async with open_scene() as scene:
        if fault:
            scene.slack.faults.add(method="blocks.validate", kind="error", error=fault, times=1)
        (check,) = [check async for check in compare_blocks(cards(payload), scene.slack.api_url)]
        assert expected in check.line
        assert (check.agrees, check.asked) == (expected == ": OK", expected != "NOT ASKED")


async def test_without_a_network_it_ends_at_the_first_card_with_a_sentence(monkeypatch, capsys, unused_tcp_port):
    monkeypatch.setenv("SLACK_API_URL", f"http://127.0.0.1:{unused_tcp_port}/api/")
    assert await asyncio.to_thread(main, ["check", "--blocks"]) == 2
    assert len(capsys.readouterr().out.splitlines()) == 1
