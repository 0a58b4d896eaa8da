"""A small real Bolt app that uses what the page must draw: cards with a chart and a table, buttons, a modal, the Home tab, threads."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

MANIFEST = {
    "display_information": {"name": "LinkedIn Stats"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "bot_user": {"display_name": "LinkedIn Stats"},
        "slash_commands": [{"command": "/linkedin-stats", "description": "Figures of a post", "usage_hint": "<post link> or help"}],
        "shortcuts": [{"name": "Figures of this post", "type": "message", "callback_id": "figures", "description": "Of the link here"}],
    },
    "oauth_config": {
        "scopes": {"bot": ["commands", "app_mentions:read", "chat:write", "channels:read", "im:history", "im:write", "users:read"]}
    },
    "settings": {
        "interactivity": {"is_enabled": True},
        "event_subscriptions": {"bot_events": ["app_mention", "app_home_opened"]},
        "socket_mode_enabled": True,
    },
}
DAYS = ("Mon", "Tue", "Wed")
FORM = {
    "type": "modal",
    "callback_id": "digest",
    "title": {"type": "plain_text", "text": "Set up a digest"},
    "submit": {"type": "plain_text", "text": "Save"},
    "blocks": [
        {
            "type": "input",
            "block_id": "name",
            "label": {"type": "plain_text", "text": "Name"},
            "element": {"type": "plain_text_input", "action_id": "name"},
        },
        {
            "type": "input",
            "block_id": "accounts",
            "label": {"type": "plain_text", "text": "Accounts"},
            "element": {
                "type": "multi_static_select",
                "action_id": "accounts",
                "options": [{"text": {"type": "plain_text", "text": name}, "value": name.lower()} for name in ("Acme", "Ann", "Bob")],
            },
        },
    ],
}


def build_card(headline: str) -> list[dict[str, Any]]:
    """A card as apps send them."""
    points = [{"label": day, "value": 1000 * (place + 1)} for place, day in enumerate(DAYS)]
    rows: list[list[str | int]] = [["Account", "Impressions"], ["Acme", 300], ["Bob", 7], ["Zoe", 40]]
    return [
        {"type": "header", "text": {"type": "plain_text", "text": headline}},
        {
            "type": "section",
            "fields": [{"type": "mrkdwn", "text": "*Impressions*\n15,420"}, {"type": "mrkdwn", "text": "*Reactions*\n456"}],
        },
        {
            "type": "data_visualization",
            "title": "Impressions by day",
            "chart": {"type": "bar", "series": [{"name": "this week", "data": points}], "axis_config": {"categories": list(DAYS)}},
        },
        {"type": "data_table", "caption": "Accounts", "rows": [[_cell(value) for value in row] for row in rows]},
        {"type": "actions", "elements": [_button("refresh", "Refresh"), _button("form", "Make it weekly"), _button("silent", "Compare")]},
    ]


def _cell(value: str | int) -> dict[str, Any]:
    return {"type": "raw_number", "value": value} if isinstance(value, int) else {"type": "raw_text", "text": value}


def _button(action_id: str, text: str) -> dict[str, Any]:
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": text}}


def build_app(client: AsyncWebClient) -> AsyncApp:
    """The app; `Compare` is never acknowledged."""
    app = AsyncApp(client=client, signing_secret="not used over Socket Mode", process_before_response=True)
    app.command("/linkedin-stats")(_answer_command)
    app.action("refresh")(_refresh)
    app.action("form")(_open_form)
    app.view("digest")(_save_form)
    app.event("app_mention")(_answer_mention)
    app.event("app_home_opened")(_publish_home)
    app.shortcut("figures")(_answer_shortcut)
    return app


async def _answer_command(ack: Any, command: dict[str, Any]) -> None:
    headline = f"Figures of {command['text']}"
    await ack(text=headline, blocks=build_card(headline))


async def _refresh(ack: Any, respond: Any) -> None:
    await ack()
    await respond(text="Fresh figures", blocks=build_card("Fresh figures"), replace_original=True)


async def _open_form(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
    await ack()
    await client.views_open(trigger_id=body["trigger_id"], view=FORM)


async def _save_form(ack: Any, view: dict[str, Any], client: AsyncWebClient) -> None:
    values = view["state"]["values"]
    name, chosen = values["name"]["name"]["value"], values["accounts"]["accounts"]["selected_options"]
    if name == "taken":
        await ack(response_action="errors", errors={"name": "There is a digest of that name."})
        return
    await ack()
    accounts = ", ".join(option["text"]["text"] for option in chosen)
    await client.chat_postMessage(channel="#marketing", text=f"Digest {name} is set for {accounts}")


async def _answer_mention(event: dict[str, Any], say: Any) -> None:
    await say(text="Here they are: *15,420* impressions", thread_ts=event.get("thread_ts") or event["ts"])


async def _publish_home(event: dict[str, Any], client: AsyncWebClient) -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "*Your digests*: none yet"}}
    await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [block]})


async def _answer_shortcut(ack: Any, respond: Any) -> None:
    await ack()
    await respond(text="Figures by shortcut")
