"""What Slack refuses ends as an answer in plain text at every entry point, never as a notice that stays."""

import asyncio

import pytest

from bot.queries.modals import MESSAGE_SHORTCUT

#: More refusals than any one answer takes: the card, and the card without its chart.
CARD_REFUSED = 2


def refuse(scene, method, *, times=CARD_REFUSED, error="invalid_blocks"):
    scene.slack.faults.add(method=method, kind="error", error=error, times=times)


def assert_plain(message, *parts):
    assert not message.get("blocks")
    assert "Reference" in message["text"]
    for part in parts:
        assert part in message["text"]


@pytest.mark.parametrize(
    "words",
    ['team "Acme Robotics" "Kofi Mensah" 7d impressions', 'team "Acme Robotics" 7d', 'team "Acme Robotics" 7d impressions'],
)
async def test_a_team_without_any_note_is_answered(open_scene, words):
    """No block is empty where there is nothing to note."""
    async with open_scene(acknowledge_within=0.01) as scene:
        scene.statistics.switches.latency_ms = 60
        card = await scene.ask(words)
        assert "impressions" in card["text"]
        assert card["blocks"]


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long", "invalid_metadata_format"])
async def test_a_refused_command_is_answered_in_plain_text(open_scene, error):
    async with open_scene(acknowledge_within=0.05) as scene:
        scene.statistics.switches.latency_ms = 150
        refuse(scene, "response_url", error=error)
        interaction = await scene.slack.person("ann").command("last week", channel="#marketing")
        assert interaction.ok
        await scene.settle()
        (message,) = scene.slack.person("ann").sees("#marketing")
        assert_plain(message, "impressions")


async def test_what_slack_takes_in_no_form_at_all_reaches_the_person_directly(open_scene):
    async with open_scene(acknowledge_within=0.05) as scene:
        scene.statistics.switches.latency_ms = 150
        refuse(scene, "response_url", times=9, error="channel_is_archived")
        await scene.slack.person("ann").command("last week", channel="#marketing")
        await scene.settle()
        assert "impressions" in scene.slack.person("ann").sees("dm")[-1]["text"]


async def test_a_refused_answer_in_direct_messages_takes_the_place_of_its_notice(open_scene):
    async with open_scene(acknowledge_within=0.05) as scene:
        scene.statistics.switches.latency_ms = 150
        refuse(scene, "chat.update")
        await scene.slack.person("ann").say("acme 7d", channel="dm")
        await scene.settle()
        assert_plain(scene.slack.person("ann").sees("dm")[-1], "impressions")


async def test_a_message_that_cannot_be_updated_is_followed_by_the_answer(open_scene):
    async with open_scene(acknowledge_within=0.05) as scene:
        scene.statistics.switches.latency_ms = 150
        refuse(scene, "chat.update", error="message_not_found", times=9)
        await scene.slack.person("ann").say("acme 7d", channel="dm")
        await scene.settle()
        assert "impressions" in scene.slack.person("ann").sees("dm")[-1]["text"]


async def test_a_refused_answer_to_a_mention_is_plain_text(scene):
    refuse(scene, "chat.postEphemeral")
    await scene.slack.person("ann").mention("acme 7d", channel="#marketing")
    await scene.settle()
    assert_plain(scene.slack.person("ann").sees("#marketing")[-1], "impressions")


async def test_a_shared_answer_that_the_channel_does_not_take_reaches_its_author(scene):
    refuse(scene, "chat.postMessage", error="restricted_action", times=1)
    await scene.slack.person("ann").mention("acme 7d share", channel="#marketing")
    await scene.settle()
    seen = scene.slack.person("ann").sees("#marketing")[-1]
    assert seen["ephemeral"]
    assert "impressions" in seen["text"]


async def test_a_refused_refresh_is_plain_text(scene):
    card = await scene.ask("last week")
    refuse(scene, "response_url")
    await scene.slack.person("ann").press(card, "refresh")
    await scene.settle()
    assert_plain(scene.slack.person("ann").sees("#marketing")[-1], "impressions")


async def test_a_refused_view_of_the_shortcut_shows_the_figures_as_text(scene):
    posted = await scene.slack.person("bob").say(
        "https://www.linkedin.com/feed/update/urn:li:share:7123456789012345678/", channel="#marketing"
    )
    refuse(scene, "views.update", error="invalid_arguments", times=1)
    interaction = await scene.slack.person("ann").shortcut(MESSAGE_SHORTCUT, {"channel": posted.channel, "ts": posted.ts})
    await scene.settle()
    view = str((await interaction.view())["blocks"])
    assert "15,420" in view
    assert "Reference" in view


async def test_a_refused_home_tab_shows_its_figures_as_text(scene):
    """The tab itself, then without buttons in its table, then without charts and tables: what is refused three times is text."""
    person = scene.slack.person("ann")
    await (await person.open_home()).view()
    await scene.settle()
    refuse(scene, "views.publish", error="invalid_arguments", times=3)
    await person.open_home()

    def blocks():
        return str(scene.slack.parts.views.home(person.id).body["blocks"])

    async with asyncio.timeout(60):
        while "Reference" not in blocks():  # noqa: ASYNC110  # the sandbox has no event for a published tab
            await asyncio.sleep(0.02)
    assert "impressions" in blocks()
