"""Modals and the Home tab: triggers, stacks, hashes, submissions, and what people press, choose and type."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.refusals import PersonRefusalError
from bot.sandbox.slack.server import SlackServer

Refused = Callable[[Awaitable[Any]], Awaitable[dict[str, Any]]]


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def form(title: str = "Form", **more: Any) -> dict[str, Any]:
    menu = {
        "type": "static_select",
        "action_id": "day",
        "options": [{"text": plain(name), "value": name.lower()} for name in ("Monday", "Friday")],
        "initial_option": {"text": plain("Monday"), "value": "monday"},
    }
    blocks = [
        {"type": "input", "block_id": "name", "label": plain("Name"), "element": {"type": "plain_text_input", "action_id": "name"}},
        {"type": "input", "block_id": "day", "label": plain("Day"), "element": menu},
        {"type": "actions", "block_id": "more", "elements": [{"type": "button", "action_id": "push", "text": plain("More")}]},
    ]
    return {"type": "modal", "callback_id": "form", "title": plain(title), "submit": plain("Go"), "blocks": blocks, **more}


@pytest.fixture
async def app(slack: SlackServer, connect: Callable[..., Awaitable[AsyncApp]], client: AsyncWebClient) -> AsyncApp:
    """A Bolt app that opens the form on every command and global shortcut and pushes another on its button."""
    bolt = AsyncApp(client=client, signing_secret=slack.signing_secret, process_before_response=True)

    @bolt.shortcut("digest")
    async def handle_shortcut(ack: Any, shortcut: dict[str, Any]) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=form(notify_on_close=True))

    @bolt.command("/linkedin-stats")
    async def handle_command(ack: Any, command: dict[str, Any]) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=form())

    @bolt.action("push")
    async def handle_push(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        with suppress(SlackApiError):
            await client.views_push(trigger_id=body["trigger_id"], view=form("Second"))

    return await connect(slack, app=bolt)


def answer_with(app: AsyncApp, received: list[dict[str, Any]], **response: Any) -> None:
    @app.view("form")
    async def handle_form(ack: Any, view: dict[str, Any]) -> None:
        received.append(view)
        await ack(**response)

    @app.view_closed("form")
    async def handle_closed(ack: Any, body: dict[str, Any]) -> None:
        received.append(body)
        await ack()


async def test_a_form_is_opened_filled_in_and_sent_off(slack: SlackServer, app: AsyncApp) -> None:
    received: list[dict[str, Any]] = []
    answer_with(app, received)
    ann = slack.person("ann")
    view = await (await ann.command("x")).view()
    interaction = await ann.submit_view(view, {"name": "acme", "day": "Friday"})
    assert interaction.ok
    values = received[0]["state"]["values"]
    assert values["name"]["name"] == {"type": "plain_text_input", "value": "acme"}
    assert values["day"]["day"]["selected_option"]["value"] == "friday"
    assert slack.parts.views.top(ann.id) is None


async def test_what_stood_in_a_field_at_first_is_sent_along(slack: SlackServer, app: AsyncApp) -> None:
    received: list[dict[str, Any]] = []
    answer_with(app, received)
    ann = slack.person("ann")
    await ann.submit_view(await (await ann.command("x")).view(), {"name": "acme"})
    assert received[0]["state"]["values"]["day"]["day"]["selected_option"]["value"] == "monday"


async def test_an_empty_field_is_refused_before_the_app_is_told(slack: SlackServer, app: AsyncApp) -> None:
    received: list[dict[str, Any]] = []
    answer_with(app, received)
    ann = slack.person("ann")
    view = await (await ann.command("x")).view()
    with pytest.raises(PersonRefusalError) as caught:
        await ann.submit_view(view)
    assert caught.value.extra["errors"].keys() == {"name"}
    assert not received


async def test_the_app_marks_fields_and_the_form_stays(slack: SlackServer, app: AsyncApp) -> None:
    answer_with(app, [], response_action="errors", errors={"name": "No such account"})
    ann = slack.person("ann")
    view = await (await ann.command("x")).view()
    interaction = await ann.submit_view(view, {"name": "x"})
    assert (interaction.error, interaction.acknowledgement.errors) == ("validation", {"name": "No such account"})
    assert slack.parts.views.top(ann.id) is not None


@pytest.mark.parametrize(
    ("response", "error"),
    [
        ({"response_action": "errors", "errors": {"nowhere": "x"}}, "invalid_errors"),
        ({"response_action": "update", "view": {"type": "modal", "blocks": []}}, "invalid_arguments"),
        ({"response_action": "dance"}, "invalid_response_action"),
    ],
)
async def test_a_wrong_answer_to_a_submission_is_refused(response: dict[str, Any], error: str, slack: SlackServer, app: AsyncApp) -> None:
    answer_with(app, [], **response)
    ann = slack.person("ann")
    interaction = await ann.submit_view(await (await ann.command("x")).view(), {"name": "x"})
    assert (interaction.ok, interaction.error) == (False, error)


async def test_an_answer_may_update_the_view_or_push_another(slack: SlackServer, app: AsyncApp) -> None:
    answer_with(app, [], response_action="update", view=form("Changed"))
    ann = slack.person("ann")
    interaction = await ann.submit_view(await (await ann.command("x")).view(), {"name": "x"})
    assert (await interaction.view())["title"]["text"] == "Changed"


async def test_a_pushed_view_lies_on_the_first_and_three_is_the_most(slack: SlackServer, app: AsyncApp) -> None:
    ann = slack.person("ann")
    first = await (await ann.command("x")).view()
    second = await (await ann.press(first, "More")).view()
    assert (second["previous_view_id"], second["root_view_id"]) == (first["id"], first["id"])
    third = await (await ann.press(second, "push")).view()
    await ann.press(third, "push")
    assert slack.calls[-1].answer["error"] == "push_limit_reached"
    await ann.close_view(third)
    top = slack.parts.views.top(ann.id)
    assert top is not None
    assert top.id == second["id"]


async def test_a_closed_view_is_told_where_it_asked_for_it(slack: SlackServer, app: AsyncApp) -> None:
    received: list[dict[str, Any]] = []
    answer_with(app, received)
    ann = slack.person("ann")
    await ann.close_view(await (await ann.command("x")).view())
    assert received == []
    await ann.close_view(await (await ann.shortcut("digest")).view())
    assert (received[0]["type"], received[0]["is_cleared"]) == ("view_closed", False)


async def test_a_trigger_opens_one_view_within_three_seconds(
    slack: SlackServer, slack_clock: Any, client: AsyncWebClient, refused: Refused
) -> None:
    triggers, ann = slack.parts.triggers, slack.person("ann")
    once = triggers.issue(ann.id)
    await client.views_open(trigger_id=once, view=form())
    assert (await refused(client.views_open(trigger_id=once, view=form())))["error"] == "exchanged_trigger_id"
    late = triggers.issue(ann.id)
    slack_clock.go_on(seconds=3.001)
    assert (await refused(client.views_open(trigger_id=late, view=form())))["error"] == "expired_trigger_id"
    assert (await refused(client.views_open(trigger_id="1.2.x", view=form())))["error"] == "invalid_trigger_id"
    unviewed = client.views_push(trigger_id=triggers.issue(ann.id), view=form())
    assert (await refused(unviewed))["error"] == "not_found"


async def test_a_wrong_view_names_its_places(slack: SlackServer, client: AsyncWebClient, refused: Refused) -> None:
    trigger = slack.parts.triggers.issue(slack.person("ann").id)
    answer = await refused(client.views_open(trigger_id=trigger, view={**form(), "title": plain("x" * 25)}))
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"]


async def test_an_update_by_an_old_hash_conflicts(slack: SlackServer, client: AsyncWebClient, refused: Refused) -> None:
    trigger = slack.parts.triggers.issue(slack.person("ann").id)
    opened = (await client.views_open(trigger_id=trigger, view=form(external_id="mine")))["view"]
    await client.views_update(view_id=opened["id"], hash=opened["hash"], view=form("Two"))
    again = client.views_update(view_id=opened["id"], hash=opened["hash"], view=form("Three"))
    assert (await refused(again))["error"] == "hash_conflict"
    lost = client.views_update(view_id="V0GONE", view=form())
    assert (await refused(lost))["error"] == "not_found"


async def test_an_external_id_names_one_view(slack: SlackServer, client: AsyncWebClient, refused: Refused) -> None:
    issue = slack.parts.triggers.issue
    await client.views_open(trigger_id=issue(slack.person("ann").id), view=form(external_id="mine"))
    await client.views_update(external_id="mine", view=form("Two", external_id="mine"))
    taken = client.views_open(trigger_id=issue(slack.person("bob").id), view=form(external_id="mine"))
    assert (await refused(taken))["error"] == "duplicate_external_id"


async def test_the_home_tab_is_published_and_its_buttons_work(slack: SlackServer, app: AsyncApp, client: AsyncWebClient) -> None:
    received: list[str] = []

    @app.event("app_home_opened")
    async def handle_opened(event: dict[str, Any]) -> None:
        button = {"type": "button", "action_id": "hello", "text": plain("Hello")}
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [{"type": "actions", "elements": [button]}]})

    @app.action("hello")
    async def handle_hello(ack: Any, body: dict[str, Any]) -> None:
        received.append(body["view"]["type"])
        await ack()

    ann = slack.person("ann")
    home = await (await ann.open_home()).view()
    assert (await ann.press(home, "Hello")).ok
    assert received == ["home"]


async def test_without_a_home_tab_in_the_manifest_nothing_is_published(
    manifest: dict[str, Any], open_slack: Callable[..., Any], refused: Refused
) -> None:
    manifest["features"]["app_home"]["home_tab_enabled"] = False
    async with open_slack() as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        publish = client.views_publish(user_id="U0ANN00001", view={"type": "home", "blocks": []})
        assert (await refused(publish))["error"] == "not_enabled"
        with pytest.raises(PersonRefusalError, match="no Home tab"):
            await slack.person("ann").open_home()


async def test_a_press_tells_the_app_all_about_its_message(slack: SlackServer, app: AsyncApp, client: AsyncWebClient) -> None:
    received: list[dict[str, Any]] = []

    @app.action("pick")
    async def handle_pick(ack: Any, body: dict[str, Any]) -> None:
        received.append(body)
        await ack()

    menu = {"type": "static_select", "action_id": "pick", "options": [{"text": plain("Seven"), "value": "7"}]}
    section = {"type": "section", "block_id": "b", "text": {"type": "mrkdwn", "text": "x"}, "accessory": menu}
    meta = {"event_type": "card", "event_payload": {"account": "acme"}}
    posted = await client.chat_postMessage(channel="#marketing", text="x", blocks=[section], metadata=meta)
    interaction = await slack.person("bob").press({"channel": posted["channel"], "ts": posted["ts"]}, "pick", option="Seven")
    assert interaction.ok
    body = received[0]
    assert body["actions"][0]["selected_option"]["value"] == "7"
    assert (body["actions"][0]["block_id"], body["container"]["message_ts"]) == ("b", posted["ts"])
    assert (body["message"]["metadata"], body["container"]["is_ephemeral"]) == (meta, False)
    with pytest.raises(PersonRefusalError, match="pick"):
        await slack.person("bob").press({"channel": posted["channel"], "ts": posted["ts"]}, "other")


async def test_a_message_shortcut_brings_its_message(slack: SlackServer, app: AsyncApp) -> None:
    received: list[dict[str, Any]] = []

    @app.event("message")
    @app.event("link_shared")
    async def handle_event() -> None: ...

    @app.message_shortcut("stats")
    async def handle_stats(ack: Any, shortcut: dict[str, Any]) -> None:
        received.append(shortcut)
        await ack()

    ann = slack.person("ann")
    await ann.say("https://www.linkedin.com/feed/x", channel="#marketing")
    message = ann.sees("#marketing")[0]
    assert (await ann.shortcut("stats", message)).ok
    assert received[0]["message"]["text"] == "<https://www.linkedin.com/feed/x>"
    with pytest.raises(PersonRefusalError, match="no such shortcut"):
        await ann.shortcut("stats")


async def test_an_external_menu_is_filled_by_the_app(slack: SlackServer, app: AsyncApp, client: AsyncWebClient) -> None:
    @app.options("find")
    async def handle_options(ack: Any, payload: dict[str, Any]) -> None:
        await ack(options=[{"text": plain(payload["value"]), "value": "v"}])

    menu = {"type": "external_select", "action_id": "find", "min_query_length": 3}
    posted = await client.chat_postMessage(channel="#marketing", text="x", blocks=[{"type": "actions", "elements": [menu]}])
    where = {"channel": posted["channel"], "ts": posted["ts"]}
    with pytest.raises(PersonRefusalError, match="from 3 letters on"):
        await slack.person("ann").options(where, "find", "ac")
    refused = await slack.person("ann").options(where, "find", "x" * 76)
    assert (refused.ok, refused.error) == (False, "invalid_options")
    interaction = await slack.person("ann").options(where, "find", "acm")
    assert interaction.body["options"][0]["text"]["text"] == "acm"
