"""Links of the app's domains: when the app is told of them, and what it may put below them."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.server import SlackServer
from tests.sandbox.slack.conftest import Refused

POST = "https://www.linkedin.com/feed/update/x"
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "15,420 impressions"}}
PREVIEW = {POST: {"blocks": [SECTION]}}
ENTITY: dict[str, Any] = {
    "entity_type": "slack#/entities/item",
    "url": POST,
    "app_unfurl_url": POST,
    "external_ref": {"id": "x", "type": "post"},
    "entity_payload": {
        "attributes": {"title": {"text": "A post"}},
        "custom_fields": [{"key": "account", "label": "Account", "value": "Acme", "type": "string"}],
        "display_order": ["account"],
    },
}


def received(slack: SlackServer) -> list[dict[str, Any]]:
    return [dict(one["event"]) for one in slack.events if one["event"]["type"] == "link_shared"]


async def test_the_app_is_told_of_its_domains_and_their_subdomains_alone(slack: SlackServer) -> None:
    await slack.person("ann").say(f"see {POST} and https://notlinkedin.com/x", channel="#marketing")
    (event,) = received(slack)
    assert event["links"] == [{"url": POST, "domain": "linkedin.com"}]
    assert (event["source"], event["channel"], event["is_bot_user_member"]) == ("conversations_history", "C0MARKETING", True)


async def test_it_is_told_of_public_channels_it_is_not_in_and_of_no_private_ones(slack: SlackServer) -> None:
    await slack.person("ann").say(POST, channel="#random")
    await slack.person("ann").say(POST, channel="#board")
    assert [(event["channel"], event["is_bot_user_member"]) for event in received(slack)] == [("C0RANDOM00", False)]


async def test_it_is_never_told_of_its_own_links(slack: SlackServer, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="#marketing", text=f"<{POST}>")
    assert received(slack) == []


async def test_what_is_being_written_has_no_channel_yet(slack: SlackServer, client: AsyncWebClient, refused: Refused) -> None:
    await slack.person("ann").draft(f"look at {POST}")
    (event,) = received(slack)
    assert (event["source"], event["channel"]) == ("composer", "COMPOSER")
    await client.chat_unfurl(unfurl_id=event["unfurl_id"], source="composer", unfurls=PREVIEW)
    by_ts = client.chat_unfurl(channel=event["channel"], ts=event["message_ts"], unfurls=PREVIEW)
    assert (await refused(by_ts))["error"] == "cannot_find_channel"


async def test_a_message_is_named_by_its_ts_or_by_the_events_id(slack: SlackServer, client: AsyncWebClient) -> None:
    posted = await slack.person("ann").say(POST, channel="#marketing")
    await client.chat_unfurl(channel=posted.channel, ts=posted.ts, unfurls=PREVIEW)
    await client.chat_unfurl(unfurl_id=received(slack)[0]["unfurl_id"], source="conversations_history", unfurls=PREVIEW)
    (shown,) = slack.person("ann").sees("#marketing")[-1]["unfurls"].values()
    assert shown["app_unfurl_url"] == POST
    assert [one.kind for one in slack.accepted] == ["unfurl", "unfurl"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"ts": None}, "missing_ts"),
        ({"channel": None}, "missing_channel"),
        ({"ts": "1.000000"}, "cannot_find_message"),
        ({"unfurls": {}}, "missing_unfurls"),
        ({"unfurls": {"https://www.linkedin.com/feed/update/y": {"blocks": [SECTION]}}}, "cannot_unfurl_url"),
        ({"unfurls": {POST: {"blocks": [{"type": "alert"}]}}}, "invalid_blocks"),
        ({"channel": None, "ts": None, "source": "conversations_history"}, "missing_unfurl_id"),
        ({"channel": None, "ts": None, "unfurl_id": "U1-x"}, "missing_source"),
        ({"channel": None, "ts": None, "unfurl_id": "U1-x", "source": "mail"}, "invalid_source"),
        ({"channel": None, "ts": None, "unfurl_id": "U1-x", "source": "composer"}, "invalid_unfurl_id"),
    ],
)
async def test_what_slack_would_refuse(slack: SlackServer, client: AsyncWebClient, refused: Refused, wrong: Any, code: str) -> None:
    posted = await slack.person("ann").say(POST, channel="#marketing")
    given = {"channel": posted.channel, "ts": posted.ts, "unfurls": PREVIEW, **wrong}
    assert (await refused(client.chat_unfurl(**given)))["error"] == code


async def test_a_domain_that_is_not_the_apps_gets_no_preview(slack: SlackServer, client: AsyncWebClient, refused: Refused) -> None:
    other = "https://example.com/x"
    posted = await slack.person("ann").say(other, channel="#marketing")
    given: dict[str, Any] = {other: {"blocks": [SECTION]}}
    assert (await refused(client.chat_unfurl(channel=posted.channel, ts=posted.ts, unfurls=given)))["error"] == "cannot_unfurl_url"


async def test_without_the_scopes_nothing_is_told_and_nothing_shown(slack: SlackServer, client: AsyncWebClient, refused: Refused) -> None:
    slack.parts.installation.scopes -= {"links:read", "links:write"}
    posted = await slack.person("ann").say(POST, channel="#marketing")
    assert received(slack) == []
    assert (await refused(client.chat_unfurl(channel=posted.channel, ts=posted.ts, unfurls=PREVIEW)))["error"] == "missing_scope"


async def test_previews_are_limited_to_fifty_a_minute(open_slack: Any, refused: Refused) -> None:
    async with open_slack(rate_limits=True, post_interval=0.0) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        posted = await slack.person("ann").say(POST, channel="#marketing")
        for _ in range(50):
            await client.chat_unfurl(channel=posted.channel, ts=posted.ts, unfurls=PREVIEW)
        assert (await refused(client.chat_unfurl(channel=posted.channel, ts=posted.ts, unfurls=PREVIEW)))["error"] == "ratelimited"


async def test_a_work_object_is_opened_by_a_person_whose_pane_the_app_fills_once(
    slack: SlackServer, client: AsyncWebClient, refused: Refused
) -> None:
    """Slack's documentation: "entity_details_requested", "entity.presentDetails"."""
    ann = slack.person("ann")
    posted = await ann.say(POST, channel="#marketing")
    await client.chat_unfurl(channel=posted.channel, ts=posted.ts, metadata={"entities": [ENTITY]})
    await ann.open_entity(posted, POST)
    event = next(one["event"] for one in slack.events if one["event"]["type"] == "entity_details_requested")
    assert (event["user"], event["external_ref"]) == (ann.id, ENTITY["external_ref"])
    assert event["entity_url"] == event["app_unfurl_url"] == POST
    mine = event["trigger_id"]
    assert (await refused(client.entity_presentDetails(trigger_id="1.2.3", metadata=ENTITY)))["error"] == "invalid_trigger_id"
    await client.entity_presentDetails(trigger_id=mine, metadata=ENTITY)
    assert ann.pane["metadata"]["entity_payload"] == ENTITY["entity_payload"]
    assert not slack.person("bob").pane
    assert (await refused(client.entity_presentDetails(trigger_id=mine, metadata=ENTITY)))["error"] == "invalid_trigger_id"
    other = ENTITY | {"external_ref": {"id": "y"}}
    trigger = slack.parts.entities.open(ann.id, "x")
    wrong = client.entity_presentDetails(trigger_id=trigger, metadata=other)
    assert (await refused(wrong))["error"] == "entity_metadata_does_not_match_trigger"
    await client.entity_presentDetails(
        trigger_id=slack.parts.entities.open(ann.id, "x"), error={"status": "custom", "custom_message": "No"}
    )
    assert ann.pane == {"error": {"status": "custom", "custom_message": "No"}}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"entity_type": "slack#/entities/task"}, "invalid_metadata"),
        ({"entity_type": "a post"}, "invalid_metadata"),
        ({"external_ref": {}}, "invalid_metadata"),
        ({"url": "x"}, "invalid_metadata"),
        ({"entity_payload": {"attributes": {}}}, "invalid_metadata"),
        ({"entity_payload": {"attributes": {"title": {"text": "A"}}, "custom_fields": [{"key": "a", "value": 1}]}}, "invalid_metadata"),
        ({"entity_payload": {"attributes": {"title": {"text": "A"}}, "display_order": ["a"]}}, "invalid_metadata"),
        ({"app_unfurl_url": "https://www.linkedin.com/feed/update/y"}, "cannot_unfurl_url"),
    ],
)
async def test_a_work_object_that_slack_would_refuse(
    slack: SlackServer, client: AsyncWebClient, refused: Refused, change: Any, code: str
) -> None:
    posted = await slack.person("ann").say(POST, channel="#marketing")
    given = client.chat_unfurl(channel=posted.channel, ts=posted.ts, metadata={"entities": [ENTITY | change]})
    assert (await refused(given))["error"] == code
