"""The Web API through Slack's own SDK: what is answered, and each refusal."""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.server import SlackServer

Refused = Callable[[Awaitable[Any]], Awaitable[dict[str, Any]]]
Client = Callable[[AsyncWebClient], Awaitable[Any]]
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}
META = {"event_type": "digest", "event_payload": {"delivery": "d1"}}


async def test_a_message_is_posted_read_back_with_its_metadata_changed_and_deleted(slack: SlackServer, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="#marketing", text="one", blocks=[SECTION], metadata=META)
    channel, ts = posted["channel"], posted["ts"]
    assert channel == slack.channel_id("marketing")
    assert posted["message"]["blocks"][0]["block_id"]
    read = await client.conversations_history(channel=channel, include_all_metadata=True)
    assert read["messages"][0]["metadata"] == META
    assert "metadata" not in (await client.conversations_history(channel=channel))["messages"][0]
    await client.chat_update(channel=channel, ts=ts, text="two")
    changed = (await client.conversations_history(channel=channel, include_all_metadata=True))["messages"][0]
    assert (changed["text"], changed["metadata"], changed["blocks"][0]["text"]["text"]) == ("two", META, "hello")
    await client.chat_delete(channel=channel, ts=ts)
    assert (await client.conversations_history(channel=channel))["messages"] == []
    assert [one.kind for one in slack.accepted] == ["message", "update", "delete"]
    assert slack.accepted[0].metadata == META


async def test_blocks_given_as_an_empty_list_are_taken_away(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="#marketing", text="one", blocks=[SECTION])
    changed = await client.chat_update(channel=posted["channel"], ts=posted["ts"], text="one", blocks=[])
    assert "blocks" not in changed["message"]


async def test_every_ts_is_later_than_the_one_before_though_the_clock_stands_still(client: AsyncWebClient) -> None:
    stamps = [(await client.chat_postMessage(channel="#marketing", text="x"))["ts"] for _ in range(3)]
    assert stamps == sorted(set(stamps))


REFUSALS: dict[str, tuple[Client, str]] = {
    "no such channel": (lambda c: c.chat_postMessage(channel="#nowhere", text="x"), "channel_not_found"),
    "a private channel without the bot": (lambda c: c.chat_postMessage(channel="C0BOARD000", text="x"), "channel_not_found"),
    "an archived channel": (lambda c: c.chat_postMessage(channel="#old", text="x"), "is_archived"),
    "nothing to say": (lambda c: c.api_call("chat.postMessage", params={"channel": "#marketing", "text": " "}), "no_text"),
    "too long": (lambda c: c.chat_postMessage(channel="#marketing", text="x" * 40_001), "msg_too_long"),
    "no thread": (lambda c: c.chat_postMessage(channel="#marketing", text="x", thread_ts="1.000001"), "thread_not_found"),
    "metadata without type": (
        lambda c: c.chat_postMessage(channel="#marketing", text="x", metadata={"event_payload": {}}),
        "invalid_metadata_schema",
    ),
    "metadata that is no JSON": (
        lambda c: c.api_call("chat.postMessage", params={"channel": "#marketing", "text": "x", "metadata": "{"}),
        "invalid_metadata_format",
    ),
    "blocks that are no JSON": (
        lambda c: c.api_call("chat.postMessage", params={"channel": "#marketing", "blocks": "["}),
        "invalid_blocks_format",
    ),
    "too much in blocks": (
        lambda c: c.chat_postMessage(
            channel="#marketing", text="x", blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}] * 4
        ),
        "msg_blocks_too_long",
    ),
    "nobody to see it": (lambda c: c.chat_postEphemeral(channel="#marketing", user="U0PARTNER1", text="x"), "user_not_in_channel"),
    "update of nothing": (lambda c: c.chat_update(channel="C0MARKETING", ts="1.000001", text="x"), "message_not_found"),
    "no such method": (lambda c: c.api_call("chat.shout"), "unknown_method"),
    "no such person": (lambda c: c.users_info(user="U0NOBODY"), "user_not_found"),
    "no such bot": (lambda c: c.bots_info(bot="B0NOBODY"), "bot_not_found"),
    "nobody to open": (lambda c: c.conversations_open(users=""), "users_list_not_supplied"),
    "joining a private channel": (lambda c: c.conversations_join(channel="C0LEADERS0"), "method_not_supported_for_channel_type"),
    "joining an archived channel": (lambda c: c.conversations_join(channel="#old"), "is_archived"),
    "reading where the bot is not": (lambda c: c.conversations_history(channel="#random"), "not_in_channel"),
    "a cursor made up": (lambda c: c.conversations_members(channel="#general", cursor="!"), "invalid_cursor"),
    "a limit of nothing": (lambda c: c.conversations_members(channel="#general", limit=-1), "invalid_limit"),
    "a type made up": (lambda c: c.conversations_list(types="rooms"), "invalid_types"),
    "a missing argument": (lambda c: c.api_call("users.info"), "invalid_arguments"),
    "a step nobody runs": (
        lambda c: c.functions_completeSuccess(function_execution_id="Fx1", outputs={}),
        "function_execution_not_found",
    ),
    "prompts without end": (
        lambda c: c.assistant_threads_setSuggestedPrompts(
            channel_id="D0ANN00001", thread_ts="1.0", prompts=[{"title": "t", "message": "m"}] * 5
        ),
        "invalid_arguments",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
async def test_slack_refuses(name: str, client: AsyncWebClient, refused: Refused, slack: SlackServer) -> None:
    call, code = REFUSALS[name]
    assert (await refused(call(client)))["error"] == code
    assert not slack.accepted
    assert slack.calls[-1].answer["error"] == code


async def test_invalid_blocks_name_their_places(client: AsyncWebClient, refused: Refused) -> None:
    wrong = [SECTION, {"type": "section", "text": {"type": "mrkdwn", "text": ""}}]
    answer = await refused(client.chat_postMessage(channel="#marketing", text="x", blocks=wrong))
    assert answer["error"] == "invalid_blocks"
    line = "must be more than 0 characters [json-pointer:/blocks/1/text/text]"
    assert answer["response_metadata"]["messages"] == [f"[ERROR] {line}"]
    assert answer["errors"] == [line]


async def test_chat_update_takes_4000_characters_and_the_bots_own_messages_only(
    slack: SlackServer, client: AsyncWebClient, refused: Refused
) -> None:
    posted = await client.chat_postMessage(channel="#marketing", text="x")
    where: dict[str, Any] = {"channel": posted["channel"], "ts": posted["ts"]}
    assert (await client.chat_update(**where, text="x" * 4000))["ok"]
    assert (await refused(client.chat_update(**where, text="x" * 4001)))["error"] == "msg_too_long"
    words = await slack.person("ann").say("hello", channel="#marketing")
    other: dict[str, Any] = {"channel": words.channel, "ts": words.ts}
    assert (await refused(client.chat_update(**other, text="x")))["error"] == "cant_update_message"
    assert (await refused(client.chat_delete(**other)))["error"] == "cant_delete_message"


async def test_an_ephemeral_message_is_seen_by_one_and_cannot_be_changed(
    slack: SlackServer, client: AsyncWebClient, refused: Refused
) -> None:
    shown = await client.chat_postEphemeral(channel="#marketing", user=slack.person("ann").id, text="psst")
    assert [one["text"] for one in slack.person("ann").sees("#marketing")] == ["psst"]
    assert slack.person("bob").sees("#marketing") == []
    assert (await client.conversations_history(channel="C0MARKETING"))["messages"] == []
    change = client.chat_update(channel="C0MARKETING", ts=shown["message_ts"], text="x")
    assert (await refused(change))["error"] == "message_not_found"


async def test_lists_come_in_pages(client: AsyncWebClient) -> None:
    names: list[str] = []
    cursor = ""
    for _ in range(4):
        page = await client.conversations_list(limit=2, cursor=cursor)
        names += [one["name"] for one in page["channels"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert names == ["general", "marketing", "random", "old", "partners"]


async def test_history_is_bounded_by_moments_and_leaves_replies_to_their_thread(client: AsyncWebClient) -> None:
    first = await client.chat_postMessage(channel="#marketing", text="first")
    await client.chat_postMessage(channel="#marketing", text="reply", thread_ts=first["ts"])
    second = await client.chat_postMessage(channel="#marketing", text="second")
    read = await client.conversations_history(channel=first["channel"])
    assert [one["text"] for one in read["messages"]] == ["second", "first"]
    assert read["messages"][1]["reply_count"] == 1
    later = await client.conversations_history(channel=first["channel"], oldest=first["ts"])
    assert [one["ts"] for one in later["messages"]] == [second["ts"]]
    both = await client.conversations_history(channel=first["channel"], oldest=first["ts"], inclusive=True)
    assert len(both["messages"]) == 2
    thread = await client.conversations_replies(channel=first["channel"], ts=first["ts"])
    assert [one["text"] for one in thread["messages"]] == ["first", "reply"]
    paged = await client.conversations_history(channel=first["channel"], limit=1)
    assert paged["has_more"]


async def test_channels_say_whether_the_bot_is_there_and_who_shares_them(client: AsyncWebClient) -> None:
    words = {name: (await client.conversations_info(channel=name))["channel"] for name in ("#random", "#old", "#partners")}
    assert [words["#random"]["is_member"], words["#old"]["is_archived"], words["#partners"]["is_ext_shared"]] == [False, True, True]


async def test_people_have_a_zone_and_a_locale(client: AsyncWebClient) -> None:
    yuki = (await client.users_info(user="U0YUKI0001", include_locale=True))["user"]
    assert (yuki["tz"], yuki["tz_offset"], yuki["locale"]) == ("Asia/Tokyo", 32_400, "ja-JP")
    assert "locale" not in (await client.users_info(user="U0YUKI0001"))["user"]


async def test_joining_makes_the_bot_a_member(client: AsyncWebClient) -> None:
    assert (await client.conversations_join(channel="C0RANDOM00"))["channel"]["is_member"]
    assert (await client.conversations_join(channel="C0RANDOM00"))["warning"] == "already_in_channel"


async def test_posting_to_a_person_reaches_their_direct_messages(slack: SlackServer, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel=slack.person("bob").id, text="hello bob")
    opened = await client.conversations_open(users=slack.person("bob").id)
    assert posted["channel"] == opened["channel"]["id"]
    assert [one["text"] for one in slack.person("bob").sees("dm")] == ["hello bob"]


async def test_a_file_is_announced_uploaded_and_shared(
    slack: SlackServer, client: AsyncWebClient, http: aiohttp.ClientSession, refused: Refused
) -> None:
    shared = await client.files_upload_v2(channel="C0MARKETING", filename="stats.csv", content="a,b\n1,2\n", initial_comment="here")
    file = shared["files"][0]
    async with http.get(file["url_private"]) as answer:
        assert await answer.text() == "a,b\n1,2\n"
    assert slack.accepted[-1].text == "here"
    assert (await client.files_delete(file=file["id"]))["ok"]
    assert [message.files for message in slack.parts.workspace.history("C0MARKETING")] == [()]
    assert (await refused(client.files_delete(file=file["id"])))["error"] == "file_not_found"
    announced = await client.files_getUploadURLExternal(filename="x.csv", length=3)
    unfinished = client.files_completeUploadExternal(files=[{"id": announced["file_id"]}])
    assert (await refused(unfinished))["error"] == "file_upload_not_completed"
    async with http.post(announced["upload_url"], data=b"toolong") as answer:
        assert answer.status == 400


async def test_blocks_are_validated_without_a_token(slack: SlackServer, http: aiohttp.ClientSession) -> None:
    async def validate(**body: Any) -> Any:
        async with http.post(f"{slack.api_url}blocks.validate", json=body) as answer:
            return await answer.json()

    assert await validate(blocks=[SECTION]) == {"ok": True}
    wrong = await validate(blocks=[{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}])
    assert (wrong["error"], wrong["errors"][0]["pointer"]) == ("invalid_blocks", "/0/text/text")
    assert (await validate(view={"type": "modal", "blocks": []}))["error"] == "invalid_view"
    assert (await validate(message={"blocks": [{"type": "alert"}]}))["error"] == "invalid_message"
    assert (await validate(blocks=[SECTION], message={}))["error"] == "invalid_arguments"


async def test_a_reaction_is_added_once(client: AsyncWebClient, refused: Refused) -> None:
    posted = await client.chat_postMessage(channel="#marketing", text="x")
    reaction = {"channel": posted["channel"], "timestamp": posted["ts"], "name": "eyes"}
    await client.reactions_add(**reaction)
    assert (await refused(client.reactions_add(**reaction)))["error"] == "already_reacted"


async def test_a_permalink_leads_to_the_message(client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="#marketing", text="x")
    link = await client.chat_getPermalink(channel=posted["channel"], message_ts=posted["ts"])
    assert link["permalink"].endswith(f"/archives/C0MARKETING/p{posted['ts'].replace('.', '')}")
