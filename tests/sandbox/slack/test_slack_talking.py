"""People writing to a real Bolt app: commands, mentions and messages, over Socket Mode and signed HTTP."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp

from bot.sandbox.slack.refusals import PersonRefusalError
from bot.sandbox.slack.server import SlackServer

Connect = Callable[..., Awaitable[AsyncApp]]


async def test_a_command_is_answered_inside_its_acknowledgement_for_the_asker_alone(talking: SlackServer) -> None:
    interaction = await talking.person("ann").command("acme")
    assert (interaction.ok, interaction.status) == (True, 200)
    assert interaction.body in ({"text": "ack: acme"}, "ack: acme")
    answer = await interaction.answer()
    assert (answer["text"], answer["ephemeral"]) == ("ack: acme", True)
    assert talking.person("bob").sees("#marketing") == []
    assert (talking.accepted[0].via, talking.accepted[0].kind) == ("ack", "ephemeral")


async def test_a_command_is_answered_later_through_its_response_url(talking: SlackServer) -> None:
    interaction = await talking.person("ann").command("later acme", channel="#random")
    assert [one["text"] for one in await interaction.answers()] == ["respond: later acme"]
    assert talking.accepted[0].via == "response_url"


async def test_a_mention_is_delivered_and_answered_in_its_thread(talking: SlackServer) -> None:
    interaction = await talking.person("bob").mention("acme")
    answer = await interaction.answer()
    assert answer["text"] == "mention: <@U0LINKSTATS> acme"
    assert answer["thread_ts"] == interaction.ts
    assert talking.person("ann").sees("#marketing")[0]["reply_count"] == 1


async def test_the_bots_name_typed_out_is_a_mention(talking: SlackServer) -> None:
    interaction = await talking.person("bob").say("hey @LinkedIn Stats, acme?", channel="#marketing")
    assert (await interaction.answer())["text"] == "mention: hey <@U0LINKSTATS>, acme?"


async def test_a_direct_message_is_delivered(talking: SlackServer) -> None:
    interaction = await talking.person("ann").say("acme")
    assert (await interaction.answer())["text"] == "message: acme"


async def test_a_mention_where_the_bot_is_not_reaches_nobody(talking: SlackServer) -> None:
    interaction = await talking.person("ann").mention("acme", channel="#random")
    await asyncio.sleep(0)
    assert (interaction.seen(), talking.events) == ([], [])


async def test_an_event_not_subscribed_to_is_not_sent(manifest: dict[str, Any], open_slack: Callable[..., Any]) -> None:
    manifest["settings"]["event_subscriptions"]["bot_events"] = ["app_mention"]
    async with open_slack() as slack:
        await slack.person("ann").say("hello")
        await slack.person("ann").mention("hello")
        assert [one["event"]["type"] for one in slack.events] == ["app_mention"]


async def test_an_event_without_its_scope_is_not_sent(manifest: dict[str, Any], open_slack: Callable[..., Any]) -> None:
    manifest["oauth_config"]["scopes"] = {"bot": ["chat:write", "app_mentions:read"]}
    async with open_slack() as slack:
        await slack.person("ann").say("hello")
        await slack.person("ann").mention("hello")
        assert [one["event"]["type"] for one in slack.events] == ["app_mention"]


async def test_the_bots_own_messages_come_back_as_events_where_subscribed(talking: SlackServer) -> None:
    interaction = await talking.person("ann").say("acme")
    await interaction.answers()
    own = [one["event"] for one in talking.events if one["event"].get("bot_id")]
    assert [(one["text"], one["channel_type"]) for one in own] == [("message: acme", "im")]


async def test_a_shared_link_and_a_changed_message_are_told_where_subscribed(slack: SlackServer) -> None:
    posted = await slack.person("ann").say("https://www.linkedin.com/feed/update/x?a=1&b=2 https://other.example/", channel="#marketing")
    shared = next(one["event"] for one in slack.events if one["event"]["type"] == "link_shared")
    assert shared["links"] == [{"url": "https://www.linkedin.com/feed/update/x?a=1&b=2", "domain": "linkedin.com"}]
    assert shared["message_ts"] == posted.ts


@pytest.mark.parametrize("channel", ["#partners", "#marketing"])
async def test_an_event_says_whether_its_channel_is_shared(channel: str, slack: SlackServer) -> None:
    await slack.person("ann").mention("x", channel=channel)
    assert slack.events[0]["is_ext_shared_channel"] is (channel == "#partners")


@pytest.mark.parametrize(
    ("name", "channel", "command", "code"),
    [
        ("ann", "#marketing", "/other", "unknown_command"),
        ("ann", "#old", "/linkedin-stats", "is_archived"),
        ("gus", "#general", "/linkedin-stats", "channel_not_found"),
        ("yuki", "#leadership", "/linkedin-stats", "channel_not_found"),
    ],
)
async def test_what_slack_refuses_a_person_never_reaches_the_app(
    name: str, channel: str, command: str, code: str, slack: SlackServer
) -> None:
    with pytest.raises(PersonRefusalError) as caught:
        await slack.person(name).command("x", channel=channel, command=command)
    assert caught.value.code == code


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_a_late_acknowledgement_is_an_operation_timeout(transport: str, open_slack: Callable[..., Any], connect: Connect) -> None:
    async with open_slack(ack_timeout=0.15) as slack:
        app = await connect(slack, transport)

        @app.middleware
        async def dawdle(next: Callable[[], Awaitable[None]]) -> None:  # noqa: A002 - Bolt's own name for it
            await asyncio.sleep(0.3)
            await next()

        interaction = await slack.person("ann").command("acme")
        assert (interaction.ok, interaction.error, interaction.seen()) == (False, "operation_timeout", [])
        await asyncio.sleep(0.2)


async def test_without_an_app_a_command_says_so(slack: SlackServer) -> None:
    interaction = await slack.person("ann").command("acme")
    assert (interaction.error, interaction.acknowledgement.message) == (
        "app_not_connected",
        "The app isn't connected: start it, or tell the sandbox where it listens.",
    )


async def test_blocks_slack_refuses_inside_an_acknowledgement_show_nothing(slack: SlackServer, connect: Connect) -> None:
    app = AsyncApp(token=slack.bot_token, signing_secret=slack.signing_secret, process_before_response=True)
    app.client.base_url = slack.api_url

    @app.command("/linkedin-stats")
    async def handle(ack: Any) -> None:
        await ack(text="x", blocks=[{"type": "sparkle"}])

    await connect(slack, app=app)
    interaction = await slack.person("ann").command("acme")
    assert (interaction.ok, interaction.error, interaction.seen()) == (False, "invalid_blocks", [])


async def test_an_answer_in_the_channel_is_seen_by_everyone(slack: SlackServer, connect: Connect) -> None:
    app = AsyncApp(token=slack.bot_token, signing_secret=slack.signing_secret, process_before_response=True)
    app.client.base_url = slack.api_url

    @app.command("/linkedin-stats")
    async def handle(ack: Any) -> None:
        await ack(text="for all", response_type="in_channel")

    await connect(slack, app=app)
    await slack.person("ann").command("acme")
    assert [one["text"] for one in slack.person("bob").sees("#marketing")] == ["for all"]


async def test_a_removed_app_is_told_so_and_nothing_more(slack: SlackServer) -> None:
    await slack.switches.uninstall()
    assert [one["event"]["type"] for one in slack.events] == ["tokens_revoked", "app_uninstalled"]
    assert (await slack.person("ann").command("acme")).error == "app_not_installed"
    await slack.person("ann").mention("acme")
    assert len(slack.events) == 2
