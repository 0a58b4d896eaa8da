"""Buttons on cards: state in the button, so they work after a restart; a second press does no harm."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import open_bot
from bot.reports.help_blocks import HELP_TITLE, TOPICS
from bot.sandbox.limits import surfaces
from bot.sandbox.world_accounts import Trouble
from bot.slack.builders import actions, button, option
from bot.slack.interactive import help_id
from bot.slack.validator import check_view


async def press(scene, message, which, who="ann", **chosen):
    await scene.slack.person(who).press(message, which, **chosen)
    await scene.settle()


async def test_refresh_replaces_the_card_with_fresh_figures(scene):
    card = await scene.ask("urn:li:share:7123456789012345678")
    await press(scene, card, "refresh")
    fetched = [request for request in scene.statistics.requests if request.path.endswith("linkedin-post-statistics")]
    assert len(fetched) == 2
    (renewed,) = scene.slack.person("ann").sees("#marketing")
    assert "PostPost answered from its cache, so the figures may be the same as before." in renewed["text"]
    assert "By <!date^1795426320^{time}|09:32 UTC> it usually has new ones." in str(renewed["blocks"])
    scene.clock.go_on(minutes=31)
    await press(scene, renewed, "refresh")
    assert "cache" not in scene.slack.person("ann").sees("#marketing")[0]["text"]
    assert len(scene.slack.person("ann").sees("#marketing")) == 1


@pytest.mark.parametrize("words", ["urn:li:share:7123456789012345678", "team last week"])
async def test_share_posts_once_and_says_who(scene, words):
    """Two presses are one share; the private card says who shared it and when, and nothing on it can be pressed any more."""
    card = await scene.ask(words)
    await asyncio.gather(press(scene, card, "share"), press(scene, card, "share"))
    seen = scene.slack.person("bob").sees("#marketing")
    assert len(seen) == 1
    assert "Shared by" in str(seen[0]["blocks"])
    private = scene.slack.person("ann").sees("#marketing")[0]
    assert private["ephemeral"]
    assert "Shared by <@U0ANN00001>, <!date^1795424520^{time}|09:02 UTC>" in str(private["blocks"])
    assert "action_id" not in str(private["blocks"])
    assert "refresh" in str(seen[0]["blocks"])


async def test_what_was_shared_where_slack_takes_no_tables_says_so_in_text(open_scene, monkeypatch):
    taken = tuple(kind for kind in surfaces.SURFACES["message"] if kind != "data_table")
    monkeypatch.setitem(surfaces.SURFACES, "message", taken)
    async with open_scene() as scene:
        await press(scene, await scene.ask("urn:li:share:7123456789012345678 urn:li:share:7434685316856377344"), "share")
        private = str(scene.slack.person("ann").sees("#marketing")[0]["blocks"])
        assert "Shared by <@U0ANN00001>" in private
        assert "7123456789012345678/|Open>" in private


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
        assert "Nov 16–22" in (await again.ask(press_body["value"]))["text"]


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
    assert "Oct 26–Nov 22" in seen[0]["text"]


async def test_trouble_at_a_press_leaves_the_card_standing(open_scene):
    """Nothing is lost: the card stays, the sentence comes beside it."""
    async with open_scene(statistics_deadline=1.0) as scene:
        card = await scene.ask("urn:li:share:7123456789012345678")
        scene.statistics.switches.latency_ms = 5_000
        await press(scene, card, "refresh")
        seen = scene.slack.person("ann").sees("#marketing")
        assert "15,420" in seen[0]["text"]
        assert "be reached right now" in seen[-1]["text"] + str(seen[-1]["blocks"])


async def test_refresh_leaves_a_shared_card_shared(scene):
    """Everybody goes on seeing it, it offers no sharing, and a thread under it still knows what it is about."""
    await scene.slack.person("ann").mention("urn:li:share:7123456789012345678 share", channel="#marketing")
    await scene.settle()
    shared = scene.slack.person("bob").sees("#marketing")[-1]
    await press(scene, shared, "refresh", who="bob")
    seen = scene.slack.person("ann").sees("#marketing")[-1]
    assert (seen["ts"], seen.get("ephemeral")) == (shared["ts"], None)
    assert "Share to Channel" not in str(seen["blocks"])
    assert seen["metadata"]["event_payload"]["words"].startswith("urn:li:share:7123456789012345678")


def all_text(message):
    """A message's blocks without the ids that Slack gives."""
    return [{name: value for name, value in block.items() if name != "block_id"} for block in message["blocks"]]


async def shared_by_a_press(scene, words):
    """A card that ann shared from her private one."""
    await press(scene, await scene.ask(words), "share")
    return scene.slack.person("bob").sees("#marketing")[-1]


async def test_a_refresh_by_somebody_else_keeps_who_shared_it(scene):
    """As often as it is pressed, and by whomever."""
    card = await shared_by_a_press(scene, "last week")
    ids = {block["block_id"] for block in card["blocks"]}
    for who in ("bob", "ann", "bob"):
        await press(scene, card, "refresh", who=who)
        card = scene.slack.person("bob").sees("#marketing")[-1]
        assert str(card["blocks"]).count("Shared by <@U0ANN00001>, <!date^1795424520^{time}|09:02 UTC>") == 1
        assert "U0BOB" not in str(card["blocks"])
        renewed = {block["block_id"] for block in card["blocks"]}
        assert not ids & renewed
        ids |= renewed


async def test_a_file_of_a_shared_card_leaves_the_card_as_it_is(open_scene):
    """Also minutes later, when the figures could have changed: the file comes into its thread and says when it was fetched."""
    async with open_scene(acknowledge_within=0.2) as scene:
        card = await shared_by_a_press(scene, "last week")
        scene.clock.go_on(minutes=5)
        await press(scene, card, "csv", who="bob")
        after = next(one for one in scene.slack.person("bob").sees("#marketing") if one["ts"] == card["ts"])
        assert after["blocks"] == card["blocks"]
        assert scene.slack.accepted[-1].thread_ts == card["ts"]


async def test_a_slow_refresh_says_so_on_the_card_and_leaves_nothing_beside_it(open_scene):
    """The card stands all the while; the line is gone when the figures are there."""
    async with open_scene(acknowledge_within=0.05) as scene:
        scene.statistics.switches.latency_ms = 300
        await scene.ask("last week")
        (card,) = scene.slack.person("ann").sees("#marketing")
        before = len(scene.slack.accepted)
        await press(scene, card, "refresh")
        (after,) = scene.slack.person("ann").sees("#marketing")
        assert "Fetching" not in str(after["blocks"])
        announced, renewed = scene.slack.accepted[before:]
        ids = [{block["block_id"] for block in one["blocks"]} for one in (card, {"blocks": announced.blocks}, after)]
        assert not ids[0] & ids[1]
        assert not ids[1] & ids[2]
        assert "Fetching" in str(announced.blocks)
        assert "Nov 16–22" in announced.text
        assert "Fetching" not in str(renewed.blocks)


async def test_a_slow_refresh_that_fails_leaves_the_card_as_it_was(open_scene):
    async with open_scene(acknowledge_within=0.05, statistics_deadline=1.0) as scene:
        await scene.ask("urn:li:share:7123456789012345678")
        (card,) = scene.slack.person("ann").sees("#marketing")
        scene.statistics.switches.latency_ms = 5_000
        await press(scene, card, "refresh")
        standing, trouble = scene.slack.person("ann").sees("#marketing")
        assert all_text(standing) == all_text(card)
        assert "be reached right now" in trouble["text"] + str(trouble["blocks"])


@asynccontextmanager
async def another_process(scene):
    """A second bot on the same store; from here on Slack sends everything to it."""
    async with open_bot(scene.bot.settings, scene.bot_clock) as other, other.serving() as port:
        await scene.slack.deliver_over_sockets()
        scene.slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        yield replace(scene, bot=other)


async def test_a_slow_refresh_at_another_process_still_renews_the_card(open_scene):
    """It does not remember the card, and announces beside it."""
    async with open_scene(transport="http", acknowledge_within=0.05) as first:
        await first.ask("last week")
        (card,) = first.slack.person("ann").sees("#marketing")
        async with another_process(first) as scene:
            scene.statistics.switches.latency_ms = 300
            await press(scene, card, "refresh")
            renewed = scene.slack.accepted[-1]
            assert (renewed.ts, "Nov 16–22" in renewed.text) == (card["ts"], True)


async def test_every_button_of_a_card_works_at_another_process(open_scene):
    """Two bots on one store: what the one showed the other renews, shares, compares, sends as a file and makes weekly."""
    async with open_scene(transport="http") as first:
        week, post = await first.ask("last week"), await first.ask("urn:li:share:7123456789012345678", channel="#general")
        async with another_process(first) as scene:
            ann = scene.slack.person("ann")
            await press(scene, week, "refresh")
            assert scene.asked_count("button", "answered") == 1
            await press(scene, week, "csv")
            assert any(file.shared for file in scene.slack.parts.files._files.values())
            interaction = await ann.press(post, "compare")
            await scene.settle()
            assert "Compare posts" in str(await interaction.view())
            await press(scene, post, "share")
            assert "15,420" in scene.slack.person("bob").sees("#general")[-1]["text"]
            await press(scene, week, "Make it weekly")
            assert scene.asked_count("button", "answered") == 3


async def test_what_is_no_longer_allowed_is_refused_at_the_press(open_scene):
    """A guest's card from when it was allowed: each button is refused, privately, and the card stands."""
    async with open_scene() as scene:
        await scene.ask("allow @gus")
        card = await scene.ask("urn:li:share:7123456789012345678", who="gus")
        await scene.ask("forbid @gus")
        for which in ("refresh", "share", "csv"):
            await press(scene, card, which, who="gus")
            refused = scene.slack.person("gus").sees("#marketing")[-1]
            assert refused["ephemeral"]
            assert "don't answer guests" in refused["text"] + str(refused["blocks"])
        assert scene.slack.person("bob").sees("#marketing") == []
        assert scene.asked_count("button", "refused") == 3


async def test_a_press_whose_address_is_spent_is_answered_in_the_direct_messages(open_scene):
    """Half an hour later Slack takes nothing through the press's address any more."""
    async with open_scene() as scene:
        card = await scene.ask("last week")
        scene.slack.faults.add(method="response_url", kind="error", error="expired_url", times=9)
        await press(scene, card, "refresh")
        assert "Nov 16–22" in scene.slack.person("ann").sees("dm")[-1]["text"]


async def test_a_share_that_slack_refuses_can_be_pressed_again(open_scene):
    """Nobody else has seen it: the private card keeps its buttons and does not say that it was shared."""
    async with open_scene() as scene:
        card = await scene.ask("last week")
        scene.slack.faults.add(method="response_url", kind="error", error="expired_url")
        await press(scene, card, "share")
        (private,) = scene.slack.person("ann").sees("#marketing")
        assert "Shared by" not in str(private["blocks"])
        await press(scene, private, "share")
        assert "Shared by" in str(scene.slack.person("bob").sees("#marketing"))


async def test_a_topic_of_the_help_opens_in_its_place_and_leads_back(open_scene):
    async with open_scene() as scene:
        menu = await scene.ask("help")
        assert [topic for topic in TOPICS.values() if topic.title not in str(menu["blocks"])] == []
        for number, topic in enumerate(TOPICS.values(), start=1):
            await press(scene, menu, help_id(number))
            (page,) = scene.slack.person("ann").sees("#marketing")
            assert page["blocks"][0]["text"]["text"] == topic.title
            await press(scene, page, "All Topics")
            (menu,) = scene.slack.person("ann").sees("#marketing")
            assert HELP_TITLE in str(menu["blocks"])


async def test_a_question_about_nothing_shows_figures_and_three_buttons_that_answer(open_scene):
    """The channel's account; where it has none the person's own; a choice where that is unknown too."""
    async with open_scene() as scene:
        first = await scene.ask("")
        assert "impressions" in first["blocks"][0]["text"]["text"]
        assert "Acme Robotics" in first["blocks"][0]["text"]["text"]
        assert "fields" in first["blocks"][2]
        (row,) = [block["elements"] for block in first["blocks"] if block["type"] == "actions"]
        assert [element["text"]["text"] for element in row] == ["Open Card", "Best Posts", "Help"]
        for element, says in zip(row, ("reactions", "post", HELP_TITLE), strict=True):
            await press(scene, first, element["action_id"])
            assert says in str(scene.slack.person("ann").sees("#marketing")[-1])
    async with open_scene(postpost_platform_id=None, administrators="U0ANN00001") as scene:
        choice = await scene.ask("")
        assert choice["blocks"][1]["accessory"]["action_id"] == "account"
        await scene.ask(f"link <@{scene.slack.person('ann').id}> ann lee")
        assert "Ann Lee" in (await scene.ask(""))["blocks"][0]["text"]["text"]
        assert "accessory" in str((await scene.ask("", who="bob"))["blocks"])


async def test_a_first_screen_without_a_single_figure_says_that_it_could_not_be_fetched(open_scene):
    async with open_scene() as scene:
        scene.statistics.fail_next(Trouble.ALL_FAILED, times=9, path="account-statistics")
        assert "Acme Robotics's week couldn't be fetched this time." in (await scene.ask(""))["text"]


@pytest.mark.parametrize("place", ["#marketing", "dm"])
async def test_a_failure_that_is_tried_again_stays_one_message(open_scene, place):
    post = "urn:li:share:7123456789012345678"
    async with open_scene(statistics_deadline=1.5) as scene:
        ann = scene.slack.person("ann")
        scene.statistics.fail_next(Trouble.SERVER_ERROR, times=50, path="statistics")
        await (scene.ask(post) if place == "#marketing" else ann.say(post))
        await scene.settle()
        before = len(ann.sees(place))
        for _ in range(2):
            assert "be reached right now" in ann.sees(place)[-1]["text"]
            await press(scene, ann.sees(place)[-1], "retry")
            assert len(ann.sees(place)) == before
        scene.statistics._faults.clear()
        await press(scene, ann.sees(place)[-1], "retry")
        assert len(ann.sees(place)) == before
        assert "impressions" in ann.sees(place)[-1]["text"]


async def test_own_dates_are_chosen_in_a_view_and_asked_for_in_the_cards_place(open_scene):
    """Wrong days are marked all at once; the days of the card are filled in."""
    async with open_scene() as scene:
        ann, card = scene.slack.person("ann"), await scene.ask("last week")
        interaction = await ann.press(card, "period", option="Own dates …")
        await scene.settle()
        view = await interaction.view()
        assert not check_view({name: view[name] for name in ("type", "title", "blocks", "submit", "close", "private_metadata")})
        assert [block["element"]["initial_date"] for block in view["blocks"]] == ["2026-11-16", "2026-11-22"]
        for first, last, wrong in (
            ("2026-11-23", "2026-12-01", {"first": "This day isn't over yet (UTC).", "last": "This day isn't over yet (UTC)."}),
            ("2026-11-10", "2026-11-09", {"last": "This is before the first day."}),
            ("2025-11-10", "2026-11-22", {"first": "That would be 378 days"}),
        ):
            errors = (await ann.submit_view(view, {"first": first, "last": last})).body["errors"]
            assert {name: sentence.startswith(wrong[name]) for name, sentence in errors.items()} == dict.fromkeys(wrong, True)
        await asyncio.gather(*(ann.submit_view(view, {"first": "2026-10-05", "last": "2026-10-30"}) for _ in range(2)))
        await scene.settle()
        (renewed,) = ann.sees("#marketing")
        assert "Oct 5–30" in renewed["text"]
        assert scene.asked_count("button", "answered") == 1


@pytest.mark.parametrize("kind", ["error", "reset_before"])
async def test_a_choice_of_own_dates_that_cannot_be_opened_says_so(open_scene, kind):
    """Slack refuses the view, or cannot be reached."""
    async with open_scene() as scene:
        card = await scene.ask("last week")
        scene.slack.faults.add(method="views.open", kind=kind, times=5)
        await press(scene, card, "period", option="Own dates …")
        assert "Choose *Own dates* once more." in scene.slack.person("ann").sees("#marketing")[-1]["text"]


async def test_buttons_that_became_choices_of_a_menu_work_on_old_cards(open_scene):
    """A card of an earlier version has them as buttons; a choice that stands for no button is only acknowledged."""
    post, account = "urn:li:share:7123456789012345678 linkedin-Tz9W5i6ZYG", "linkedin-Tz9W5i6ZYG"
    old = {"csv": post, "compare": post, "digest.new": f"digest new {account}", "period.28": f"{account} 28d"}
    row = actions([button(pressed, pressed, value) for pressed, value in old.items()])
    unknown = {"type": "overflow", "action_id": "more", "options": [option("Unknown", "unknown words")]}
    async with open_scene() as scene:
        ann, bots_own = scene.slack.person("ann"), AsyncWebClient(scene.slack.bot_token, base_url=scene.slack.api_url)
        card = await bots_own.chat_postMessage(channel="C0MARKETING", text="A card", blocks=[row, actions([unknown])])
        there = {"channel": card["channel"], "ts": card["ts"]}
        for pressed in old:
            interaction = await ann.press(there, pressed)
            await scene.settle()
            assert interaction.ok
            assert interaction.seen() or (await interaction.view())["blocks"], pressed
        ignored = await ann.press(there, "Unknown")
        await scene.settle()
        assert (ignored.ok, ignored.seen()) == (True, [])
