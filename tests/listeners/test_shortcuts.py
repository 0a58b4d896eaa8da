"""Shortcuts: a view at once, figures when they come, errors where the person is."""

import asyncio

import pytest

from bot.digests import modal
from bot.listeners.modals import SHARED
from bot.queries.modals import DIGEST_SHORTCUT, MESSAGE_SHORTCUT
from bot.slack.interactive import LOADING
from bot.slack.validator import check_view

POST = "urn:li:share:7123456789012345678"
LINK = f"https://www.linkedin.com/feed/update/{POST}/"
OTHER = "https://www.linkedin.com/feed/update/urn:li:share:7434685316856377344/"


async def reached_for(scene, text, who="ann", channel="#marketing"):
    """Every view that came up when somebody used the shortcut on bob's message."""
    message = await scene.slack.person("bob" if channel != "#partners" else "pat").say(text, channel=channel)
    interaction = await scene.slack.person(who).shortcut(MESSAGE_SHORTCUT, {"channel": message.channel, "ts": message.ts})
    assert interaction.ok
    await scene.settle()
    shown = interaction._views()
    for view in shown:
        assert check_view({name: view[name] for name in ("type", "title", "close", "blocks")}) == ()
    return shown


async def test_a_message_with_a_post_gives_its_figures(scene):
    """Loading at once; then the card as a view can show it: each figure once, its link, and a button that shares it in the thread, once."""
    loading, card = await reached_for(scene, f"look at this: {LINK}")
    assert LOADING in str(loading["blocks"])
    figures = [block for block in card["blocks"] if "15,420" in str(block)]
    assert [block["type"] for block in figures if block["type"] != "header"] == ["section"]
    (row,) = [block["elements"] for block in card["blocks"] if block["type"] == "actions"]
    assert [element["text"]["text"].lower() for element in row] == ["share in thread", "open on linkedin"]
    ann = scene.slack.person("ann")
    message = ann.sees("#marketing")[-1]
    assert message["text"].startswith("look at")
    await asyncio.gather(*(ann.press(card, "to_thread.0") for _ in range(2)))
    await scene.settle()
    (shared,) = scene.slack.person("bob").sees("#marketing", thread_ts=message["ts"])[1:]
    assert "15,420" in str(shared["blocks"])
    assert "Shared by" in str(shared["blocks"])
    shown = str(scene.slack.parts.views.top(ann.id).body["blocks"])
    assert SHARED in shown
    assert "'to_thread.0'" not in shown


async def test_of_this_apps_own_card_it_shows_the_figures_again(open_scene):
    async with open_scene() as scene:
        await scene.slack.person("bob").mention("linkedin-ABC last week share", channel="#marketing")
        await scene.settle()
        card = scene.slack.accepted[-1]
        interaction = await scene.slack.person("ann").shortcut(MESSAGE_SHORTCUT, {"channel": card.channel, "ts": card.ts})
        await scene.settle()
        assert "Nov 16–22" in str(interaction._views()[-1]["blocks"])


@pytest.mark.parametrize(("code", "says"), [("not_in_channel", "/invite"), ("restricted_action", "reference")])
async def test_what_cannot_be_shared_from_the_view_is_said_there(open_scene, code, says):
    """The button stays, and works once it can."""
    async with open_scene() as scene:
        ann, card = scene.slack.person("ann"), (await reached_for(scene, LINK))[-1]
        message = ann.sees("#marketing")[-1]
        scene.slack.faults.add(method="chat.postMessage", kind="error", error=code, times=1)
        for posted in (0, 1):
            await ann.press(card, "to_thread.0")
            await scene.settle()
            assert len(scene.slack.person("bob").sees("#marketing", thread_ts=message["ts"])[1:]) == posted
            card = scene.slack.parts.views.top(ann.id).as_slack()
            assert (says in str(card["blocks"])) is not bool(posted)


async def test_the_view_opens_before_the_figures_are_there(open_scene):
    async with open_scene() as scene:
        scene.statistics.switches.latency_ms = 400
        message = await scene.slack.person("bob").say(LINK, channel="#marketing")
        interaction = await scene.slack.person("ann").shortcut(MESSAGE_SHORTCUT, {"channel": message.channel, "ts": message.ts})
        assert LOADING in str((await interaction.view())["blocks"])
        await scene.settle()
        assert "15,420" in str((await interaction.view())["blocks"])


async def test_several_posts_stand_one_below_the_other(open_scene):
    async with open_scene() as scene:
        card = (await reached_for(scene, f"{LINK} and {OTHER}"))[-1]
        assert "15,420" in str(card["blocks"])
        assert "urn:li:share:7434685316856377344" in str(card["blocks"])
        assert scene.asked_count("shortcut", "answered") == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [("good morning", "no link"), ("https://www.linkedin.com/in/jane-doe", "profile"), ("https://lnkd.in/p/dq6yaPTD", "short")],
)
async def test_a_message_without_a_post_is_explained_in_the_view(open_scene, text, says):
    async with open_scene() as scene:
        assert says in str((await reached_for(scene, text))[-1]["blocks"])


async def test_trouble_stands_in_the_view(open_scene):
    async with open_scene(statistics_deadline=0.5) as scene:
        scene.statistics.switches.latency_ms = 3_000
        assert "be reached right now" in str((await reached_for(scene, LINK))[-1]["blocks"])


@pytest.mark.parametrize(("who", "channel", "says"), [("gus", "#marketing", "guests"), ("ann", "#partners", "another company")])
async def test_who_may_not_ask_is_told_in_the_view_once(open_scene, who, channel, says):
    async with open_scene() as scene:
        shown = str((await reached_for(scene, f"{LINK} {OTHER}", who, channel))[-1]["blocks"])
        assert shown.count(says) == 1
        assert "15,420" not in shown


async def test_a_view_closed_too_soon_hurts_nobody(open_scene):
    async with open_scene() as scene:
        scene.slack.faults.add(method="views.update", kind="error", error="not_found")
        await reached_for(scene, LINK)
        assert "15,420" in (await scene.ask(POST))["text"]


async def test_the_global_shortcut_opens_the_digests_form(open_scene):
    """The same form as `digest` in words; what it says afterwards goes into the direct messages."""
    async with open_scene() as scene:
        interaction = await scene.slack.person("ann").shortcut(DIGEST_SHORTCUT)
        await scene.settle()
        form = await interaction.view()
        assert form["callback_id"] == modal.FORM
        channel = {"channel": scene.slack.channel_id("#marketing")}
        await scene.slack.person("ann").submit_view(form, channel)
        await scene.settle()
        assert [digest.channel for digest in await scene.bot.scheduling.stores.digests.digests()] == ["C0MARKETING"]
        assert scene.slack.person("ann").sees("dm")
