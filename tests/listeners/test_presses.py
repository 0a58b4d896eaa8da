"""Buttons on cards: state in the button, so they work after a restart; a second press does no harm."""

import asyncio


async def press(scene, message, which, who="ann", **chosen):
    await scene.slack.person(who).press(message, which, **chosen)
    await scene.settle()


async def test_refresh_replaces_the_card_with_fresh_figures(scene):
    card = await scene.ask("urn:li:share:7123456789012345678")
    await press(scene, card, "refresh")
    fetched = [request for request in scene.statistics.requests if request.path.endswith("linkedin-post-statistics")]
    assert len(fetched) == 2
    assert len(scene.slack.person("ann").sees("#marketing")) == 1


async def test_share_posts_once_and_says_who(scene):
    """Two presses are one share, and the private card no longer offers it."""
    card = await scene.ask("urn:li:share:7123456789012345678")
    await asyncio.gather(press(scene, card, "share"), press(scene, card, "share"))
    seen = scene.slack.person("bob").sees("#marketing")
    assert len(seen) == 1
    assert "Shared by" in str(seen[0]["blocks"])
    assert "Share to channel" not in str(scene.slack.person("ann").sees("#marketing")[0]["blocks"])


async def test_a_button_works_after_a_restart(open_scene):
    """The words are in the button: another process can answer it."""
    async with open_scene() as scene:
        card = await scene.ask("last week")
        press_body = next(
            element
            for block in card["blocks"]
            if block["type"] == "actions"
            for element in block["elements"]
            if element["action_id"] == "refresh"
        )
    assert press_body["value"].startswith("linkedin-")
    async with open_scene() as again:
        assert "16–22 Nov" in (await again.ask(press_body["value"]))["text"]


async def test_another_period_replaces_the_private_card(scene):
    card = await scene.ask("last week")
    options = next(
        element["options"]
        for block in card["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"].startswith("period")
    )
    month = next(option for option in options if "28" in option["text"]["text"])
    await press(scene, card, "period", selected_option=month)
    seen = scene.slack.person("ann").sees("#marketing")
    assert len(seen) == 1
    assert "26 Oct–22 Nov" in seen[0]["text"]


async def test_trouble_at_a_press_leaves_the_card_standing(open_scene):
    """Nothing is lost: the card stays, the sentence comes beside it."""
    async with open_scene(statistics_deadline=1.0) as scene:
        card = await scene.ask("urn:li:share:7123456789012345678")
        scene.statistics.switches.latency_ms = 5_000
        await press(scene, card, "refresh")
        seen = scene.slack.person("ann").sees("#marketing")
        assert "15,420" in seen[0]["text"]
        assert "could not be reached" in seen[-1]["text"] + str(seen[-1]["blocks"])


async def test_refresh_leaves_a_shared_card_shared(scene):
    """Everybody goes on seeing it, it offers no sharing, and a thread under it still knows what it is about."""
    await scene.slack.person("ann").mention("urn:li:share:7123456789012345678 share", channel="#marketing")
    await scene.settle()
    shared = scene.slack.person("bob").sees("#marketing")[-1]
    await press(scene, shared, "refresh", who="bob")
    seen = scene.slack.person("ann").sees("#marketing")[-1]
    assert (seen["ts"], seen.get("ephemeral")) == (shared["ts"], None)
    assert "Share to channel" not in str(seen["blocks"])
    assert seen["metadata"]["event_payload"]["words"].startswith("urn:li:share:7123456789012345678")
