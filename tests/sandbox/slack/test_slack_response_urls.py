"""`response_url`s: five answers in thirty minutes, ephemeral and new by themselves."""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.server import SlackServer

Respond = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
async def url(slack: SlackServer) -> str:
    """The `response_url` of a command that ann gave in #random, where the bot is not."""
    hook = slack.parts.hooks.issue(slack.channel_id("random"), slack.person("ann").id)
    return f"{slack.parts.address.url}/actions/{hook.name}"


@pytest.fixture
async def respond(url: str, http: aiohttp.ClientSession) -> Respond:
    async def responded(**payload: Any) -> tuple[int, str]:
        async with http.post(url, json=payload) as answer:
            return answer.status, await answer.text()

    return responded


async def test_an_answer_is_ephemeral_and_needs_no_membership(slack: SlackServer, respond: Respond) -> None:
    assert await respond(text="hello") == (200, "ok")
    assert [one["text"] for one in slack.person("ann").sees("#random")] == ["hello"]
    assert slack.person("bob").sees("#random") == []


async def test_an_answer_in_the_channel_is_seen_by_everyone(slack: SlackServer, respond: Respond) -> None:
    await respond(text="hello", response_type="in_channel")
    assert [one["text"] for one in slack.person("bob").sees("#random")] == ["hello"]


async def test_the_sixth_answer_is_refused(respond: Respond) -> None:
    for _ in range(5):
        assert (await respond(text="x"))[0] == 200
    assert await respond(text="x") == (404, "used_url")


async def test_a_refused_answer_uses_none_up(respond: Respond) -> None:
    for _ in range(6):
        assert await respond(text="") == (400, "no_text")
    assert (await respond(text="x"))[0] == 200


async def test_after_thirty_minutes_it_is_expired(slack_clock: Any, respond: Respond) -> None:
    slack_clock.go_on(seconds=1800)
    assert await respond(text="x") == (200, "ok")
    slack_clock.go_on(seconds=1)
    assert await respond(text="x") == (404, "expired_url")


async def test_blocks_beyond_slacks_limits_are_refused(slack: SlackServer, respond: Respond) -> None:
    assert await respond(text="x", blocks=[{"type": "sparkle"}]) == (400, "invalid_blocks")
    assert not slack.accepted


async def test_what_is_no_json_object_or_no_such_address_is_refused(url: str, http: aiohttp.ClientSession) -> None:
    async with http.post(url, data="[]") as answer:
        assert (answer.status, await answer.text()) == (400, "invalid_payload")
    async with http.post(f"{url}x", json={"text": "x"}) as answer:
        assert (answer.status, await answer.text()) == (404, "invalid_url")


async def test_a_replacement_takes_the_place_of_what_was_answered_before(slack: SlackServer, respond: Respond) -> None:
    await respond(text="working")
    await respond(text="done", replace_original=True)
    assert [one["text"] for one in slack.person("ann").sees("#random")] == ["done"]
    await respond(delete_original=True)
    assert slack.person("ann").sees("#random") == []


async def test_without_replace_original_a_new_message_comes(slack: SlackServer, respond: Respond) -> None:
    await respond(text="one")
    await respond(text="two", replace_original=False)
    assert [one["text"] for one in slack.person("ann").sees("#random")] == ["one", "two"]


@pytest.mark.parametrize("ephemeral", [True, False])
async def test_the_url_of_a_press_replaces_the_message_pressed(
    ephemeral: bool, slack: SlackServer, connect: Callable[..., Awaitable[AsyncApp]], client: AsyncWebClient, button: Callable[..., Any]
) -> None:
    app = AsyncApp(client=client, signing_secret=slack.signing_secret, process_before_response=True)

    @app.action("press")
    async def handle(ack: Any, respond: Any) -> None:
        await ack()
        await respond(text="pressed", replace_original=True)

    await connect(slack, app=app)
    ann = slack.person("ann")
    if ephemeral:
        await client.chat_postEphemeral(channel="#marketing", user=ann.id, text="x", blocks=[button()])
    else:
        await client.chat_postMessage(channel="#marketing", text="x", blocks=[button()])
    interaction = await ann.press(ann.sees("#marketing")[0], "Press")
    assert [one["text"] for one in await interaction.answers()] == ["pressed"]
    assert [one["text"] for one in ann.sees("#marketing")] == ["pressed"]


async def test_trouble_on_order_strikes_it_too(slack: SlackServer, respond: Respond) -> None:
    slack.faults.add(method="response_url", kind="status", status=500)
    assert (await respond(text="x"))[0] == 500
    slack.faults.add(method="response_url", kind="reset_after")
    with pytest.raises(aiohttp.ClientConnectionError):
        await respond(text="x")
    assert len(slack.accepted) == 1
