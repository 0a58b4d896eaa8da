"""The payloads that Slack sends to an app."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.sandbox.slack.messages import SlackMessage
from bot.sandbox.slack.people import APP_ID, BOT_ID, BOT_USER_ID, TEAM_DOMAIN, TEAM_ID, Channel, SlackPerson

Json = dict[str, Any]


def command_payload(
    *, token: str, person: SlackPerson, channel: Channel, command: str, text: str, response_url: str, trigger_id: str
) -> Json:
    """A slash command; Slack's documentation, "Slash commands"."""
    return {
        "token": token,
        "team_id": TEAM_ID,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": channel.payload_name,
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def interaction(kind: str, *, token: str, person: SlackPerson, trigger_id: str) -> Json:
    """What every interaction has: a type, who, where from; Slack's documentation, "Interaction payloads"."""
    user = {"id": person.id, "username": person.name, "name": person.name, "team_id": TEAM_ID}
    body: Json = {
        "type": kind,
        "user": user,
        "api_app_id": APP_ID,
        "token": token,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }
    return body | ({"trigger_id": trigger_id} if trigger_id else {})


def message_container(message: SlackMessage) -> Json:
    """The `container` of an action in a message."""
    body: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    return body | ({"thread_ts": message.thread_ts} if message.thread_ts else {})


def event_envelope(*, token: str, event_id: str, event: Mapping[str, Any], now: datetime, shared: bool) -> Json:
    """The wrapper of an event; Slack's documentation, "Events API"."""
    return {
        "token": token,
        "team_id": TEAM_ID,
        "context_team_id": TEAM_ID,
        "context_enterprise_id": None,
        "api_app_id": APP_ID,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(now.timestamp()),
        "authorizations": [
            {"enterprise_id": None, "team_id": TEAM_ID, "user_id": BOT_USER_ID, "is_bot": True, "is_enterprise_install": False}
        ],
        "is_ext_shared_channel": shared,
        "event_context": f"4-{event_id}",
    }


def message_event(message: SlackMessage, channel: Channel) -> Json:
    """A `message` event for a message just posted."""
    return message.as_slack() | {"channel": channel.id, "channel_type": channel.event_kind, "event_ts": message.ts}


def changed_event(message: SlackMessage, channel: Channel, stamp: str) -> Json:
    """A `message` event with subtype `message_changed`."""
    body = {"type": "message", "subtype": "message_changed", "hidden": True, "ts": stamp, "event_ts": stamp}
    return body | {"channel": channel.id, "channel_type": channel.event_kind, "message": message.as_slack()}


def deleted_event(message: SlackMessage, channel: Channel, stamp: str) -> Json:
    """A `message` event with subtype `message_deleted`."""
    body = {"type": "message", "subtype": "message_deleted", "hidden": True, "ts": stamp, "event_ts": stamp}
    body |= {"channel": channel.id, "channel_type": channel.event_kind, "deleted_ts": message.ts}
    return body | {"previous_message": message.as_slack()}


def mention_event(message: SlackMessage) -> Json:
    """An `app_mention` event."""
    body = message.as_slack() | {"type": "app_mention", "channel": message.channel, "event_ts": message.ts}
    return {key: value for key, value in body.items() if key not in {"subtype", "bot_profile"}} | (
        {"bot_id": BOT_ID} if message.by_bot else {}
    )
