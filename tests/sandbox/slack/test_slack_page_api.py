"""The client API, as the page speaks it: what it boots with, does, and gets on its stream."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from yarl import URL

from bot.sandbox.slack.server import SlackServer

Ask = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]


@pytest.fixture
async def ask(slack: SlackServer, http: aiohttp.ClientSession) -> Ask:
    """`status, body = await ask("message", user="ann", …)`; `ask("boot", "GET", user="ann")`."""

    async def asked(name: str, method: str = "POST", /, **body: Any) -> tuple[int, dict[str, Any]]:
        url, how = f"{slack.page_url}client/{name}", {"json": body} if method == "POST" else {"params": body}
        async with http.request(method, url, **how) as answer:  # type: ignore[arg-type]  # one of two ways to send a body
            return answer.status, await answer.json()

    return asked


async def follow(http: aiohttp.ClientSession, slack: SlackServer, user: str, since: int, messages: int) -> list[dict[str, Any]]:
    """What the stream says until so many messages came."""
    received: list[dict[str, Any]] = []
    async with http.get(f"{slack.page_url}client/stream", params={"user": user, "since": since}) as stream:
        assert stream.content_type == "text/event-stream"
        while sum(one["type"] == "message" for one in received) < messages:
            line = await stream.content.readline()
            if line.startswith(b"data:"):
                received.append(json.loads(line[5:]))
    return received


async def test_the_page_boots_with_everything_it_draws(slack: SlackServer, ask: Ask) -> None:
    slack.page_api.examples.append({"label": "A post", "text": "/linkedin-stats x"})
    _, boot = await ask("boot", "GET", user="U0ANN00001")
    assert boot["me"]["is_admin"]
    assert boot["app"]["commands"][0]["command"] == "/linkedin-stats"
    assert boot["app"]["suggested_prompts"][0].keys() == {"title", "message"}
    kinds = {one["name"]: (one["kind"], one["is_member"], one["is_archived"], one["is_shared"]) for one in boot["channels"]}
    assert kinds["random"] == ("public", False, False, False)
    assert kinds["partners"] == ("public", True, False, True)
    assert kinds["LinkedIn Stats"] == ("im", True, False, False)
    assert boot["now"] == slack.parts.clock().timestamp()
    assert boot["examples"] == [{"label": "A post", "text": "/linkedin-stats x"}]
    _, guest = await ask("boot", "GET", user="gus")
    assert {one["name"] for one in guest["channels"]} == {"marketing", "LinkedIn Stats"}


async def test_a_message_written_on_the_page_is_read_there_and_counts_as_unread_for_others(ask: Ask) -> None:
    _, sent = await ask("message", user="ann", channel="C0MARKETING", text="hello #general")
    _, reply = await ask("message", user="bob", channel="C0MARKETING", text="hi", thread_ts=sent["ts"])
    _, boot = await ask("boot", "GET", user="bob")
    assert next(one["unread"] for one in boot["channels"] if one["name"] == "marketing") == 1
    _, read = await ask("messages", "GET", user="bob", channel="C0MARKETING")
    assert [(one["text"], one["reply_count"]) for one in read["messages"]] == [("hello <#C0GENERAL0|general>", 1)]
    _, thread = await ask("messages", "GET", user="ann", channel="C0MARKETING", thread_ts=sent["ts"])
    assert [one["ts"] for one in thread["messages"]] == [sent["ts"], reply["ts"]]
    _, boot = await ask("boot", "GET", user="bob")
    assert next(one["unread"] for one in boot["channels"] if one["name"] == "marketing") == 0


async def test_a_command_is_acknowledged_and_its_answer_comes_on_the_stream(
    talking: SlackServer, ask: Ask, http: aiohttp.ClientSession
) -> None:
    since = talking.parts.stream.seq
    assert (await ask("command", user="ann", channel="C0MARKETING", command="/linkedin-stats", text="acme"))[1]["ok"]
    received = await follow(http, talking, "ann", since, 1)
    message = next(one["message"] for one in received if one["type"] == "message")
    assert (message["text"], message["ephemeral"], message["channel"]) == ("ack: acme", True, "C0MARKETING")
    trace = next(one["entry"] for one in received if one["type"] == "trace" and one["entry"]["kind"] == "to_app")
    assert (trace["kind"], trace["ok"], trace["request"]["command"]) == ("to_app", True, "/linkedin-stats")
    assert trace["request"]["token"] == "…"
    unseen = [one for one in talking.parts.stream.since(since) if not one.seen_by("U0BOB00001")]
    assert [one.type for one in unseen] == ["message"]


async def test_the_stream_catches_up_and_then_goes_on(slack: SlackServer, ask: Ask, http: aiohttp.ClientSession) -> None:
    await ask("message", user="ann", channel="C0MARKETING", text="before")
    listening = asyncio.create_task(follow(http, slack, "bob", 0, 2))
    while not slack.parts.stream._changed._waiters:  # noqa: ASYNC110 - the server cannot tell that a page began to listen
        await asyncio.sleep(0.005)
    await ask("message", user="ann", channel="C0MARKETING", text="after")
    texts = [one["message"]["text"] for one in await listening if one["type"] == "message"]
    assert texts == ["before", "after"]


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("command", {"user": "ann", "channel": "C0MARKETING", "command": "/other"}, "unknown_command"),
        ("command", {"user": "ann", "channel": "C0MARKETING", "command": "/linkedin-stats"}, "app_not_connected"),
        ("command", {"user": "nobody", "channel": "C0MARKETING", "command": "/linkedin-stats"}, "user_not_found"),
        ("command", {"user": "ann", "command": "/linkedin-stats"}, "invalid_arguments"),
        ("message", {"user": "ann", "channel": "C0OLD00000", "text": "x"}, "is_archived"),
        ("message", {"user": "ann", "channel": "C0MARKETING", "text": " "}, "no_text"),
        ("message", {"user": "ann", "channel": "C0MARKETING", "text": "x", "thread_ts": "1.0"}, "thread_not_found"),
        ("action", {"user": "ann", "container": {"type": "message"}, "action": {}}, "channel_not_found"),
        ("view_submit", {"user": "ann", "view_id": "V0", "state": {}}, "view_not_found"),
        ("shortcut", {"user": "ann", "callback_id": "none"}, "unknown_shortcut"),
        ("faults", {"method": "chat.postMessage", "kind": "flood"}, "invalid_fault"),
        ("faults", {"what": "is this"}, "invalid_fault"),
        ("channel", {"channel": "C0NOWHERE"}, "channel_not_found"),
        ("app", {"installed": "maybe"}, "invalid_arguments"),
    ],
)
async def test_what_cannot_be_done_is_said_in_a_sentence(name: str, body: dict[str, Any], code: str, ask: Ask) -> None:
    status, answer = await ask(name, **body)
    assert 400 <= status < 500
    assert (answer["ok"], answer["error"]) == (False, code)
    assert answer["message"].endswith((".", "}.")) or "{" in answer["message"]


@pytest.mark.parametrize("body", ["{", "[]", "3"])
async def test_a_body_that_is_no_json_object_is_refused(body: str, slack: SlackServer, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{slack.page_url}client/message", data=body) as answer:
        assert (answer.status, (await answer.json())["error"]) == (400, "invalid_json")


PLAIN_OPTIONS = [{"text": {"type": "plain_text", "text": name}, "value": name} for name in ("week", "month")]
CHOICES = {
    "type": "actions",
    "block_id": "choices",
    "elements": [
        {"type": "static_select", "action_id": "period", "options": PLAIN_OPTIONS},
        {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}},
    ],
}
CHOSEN = {"period": {"type": "static_select", "selected_option": PLAIN_OPTIONS[1]}}


async def test_a_press_brings_along_what_the_other_fields_hold(slack: SlackServer, ask: Ask, client: Any) -> None:
    posted = await client.chat_postMessage(channel="C0MARKETING", text="x", blocks=[CHOICES])
    state = {"values": {"choices": CHOSEN, "elsewhere": {"x": {"type": "plain_text_input", "value": "y"}}}}
    container = {"type": "message", "channel": "C0MARKETING", "message_ts": posted["ts"]}
    await ask("action", user="ann", container=container, action={"action_id": "go", "block_id": "choices"}, state=state)
    pressed = slack.trace.after(0)[-1]["request"]
    assert pressed["actions"][0]["action_id"] == "go"
    assert pressed["state"] == {"values": {"choices": CHOSEN}}


async def test_a_choice_in_a_modal_keeps_what_was_entered_beside_it(slack: SlackServer, ask: Ask) -> None:
    title = {"type": "plain_text", "text": "Form"}
    view = slack.parts.views.open("U0ANN00001", {"type": "modal", "title": title, "blocks": [CHOICES]}, "test")
    container = {"type": "view", "view_id": view.id}
    await ask("action", user="ann", container=container, action={"action_id": "go"}, state={"values": {"choices": CHOSEN}})
    assert slack.trace.after(0)[-1]["request"]["view"]["state"]["values"] == {"choices": CHOSEN}
    chosen = {"type": "static_select", "selected_option": PLAIN_OPTIONS[0]}
    await ask("action", user="ann", container=container, action={"action_id": "period", **chosen}, state={"values": {"choices": CHOSEN}})
    assert slack.trace.after(0)[-1]["request"]["view"]["state"]["values"] == {"choices": {"period": chosen}}


async def test_trouble_is_ordered_listed_and_called_off_on_the_page(slack: SlackServer, ask: Ask, http: aiohttp.ClientSession) -> None:
    _, made = await ask("faults", method="chat.postMessage", kind="hang", times=3)
    _, listed = await ask("faults", "GET")
    assert [(one["id"], one["times"]) for one in listed["faults"]] == [(made["id"], 3)]
    async with http.delete(f"{slack.page_url}client/faults/{made['id']}") as answer:
        assert answer.status == 200
    async with http.delete(f"{slack.page_url}client/faults/{made['id']}") as answer:
        assert answer.status == 404


async def test_channels_and_the_app_are_switched_on_the_page(slack: SlackServer, ask: Ask) -> None:
    _, changed = await ask("channel", channel="C0MARKETING", archived=True, shared=True, bot_member=False)
    assert (changed["channel"]["is_archived"], changed["channel"]["is_shared"], changed["channel"]["is_member"]) == (True, True, False)
    assert slack.events[-1]["event"]["type"] == "channel_left"
    assert (await ask("app", installed=False))[1]["ok"]
    assert not slack.parts.installation.installed
    assert (await ask("app", installed=True))[1]["ok"]
    assert slack.parts.installation.installed


async def test_the_trace_shows_every_web_api_call_without_its_token(slack: SlackServer, ask: Ask, client: Any) -> None:
    await client.auth_test()
    _, trace = await ask("trace", "GET", after=0)
    assert [(one["kind"], one["title"], one["outcome"]) for one in trace["entries"]] == [("web_api", "auth.test", "accepted")]
    assert slack.bot_token not in json.dumps(trace)
    assert (await ask("trace", "GET", after=trace["entries"][-1]["n"]))[1]["entries"] == []


@pytest.mark.parametrize("path", ["page/..%2Fslack%2Fserver.py", "page/%2Fetc%2Fhostname", "page/none.js"])
async def test_only_the_pages_own_files_are_served(path: str, slack: SlackServer, http: aiohttp.ClientSession) -> None:
    async with http.get(URL(f"{slack.page_url}{path}", encoded=True)) as answer:
        assert answer.status == 404


async def test_the_page_is_served_uncached(slack: SlackServer, http: aiohttp.ClientSession) -> None:
    async with http.get(slack.page_url) as answer:
        assert (answer.status, answer.content_type, answer.headers["Cache-Control"]) == (200, "text/html", "no-store")
