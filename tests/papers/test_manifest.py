"""The manifest holds together: scopes for every event and method, a listener for every command and event, within Slack's limits."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.errors import SettingsError
from bot.listeners.commands import COMMAND
from bot.listeners.steps import STEP
from bot.ops.manifest import creation_link, read_manifest, to_json
from bot.queries.modals import DIGEST_SHORTCUT, MESSAGE_SHORTCUT

#: The scope each event needs (Slack's documentation, each event's page).
SCOPE_OF_EVENT = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "link_shared": "links:read",
    "entity_details_requested": None,
    "function_executed": None,
    "app_uninstalled": None,
    "tokens_revoked": None,
    "app_home_opened": None,
}

#: The scope each Web API method needs that the bot calls; None where it needs none.
SCOPE_OF_METHOD = {
    "conversations_history": "channels:history",
    "chat_postMessage": "chat:write",
    "chat_postEphemeral": "chat:write",
    "chat_update": "chat:write",
    "chat_unfurl": "links:write",
    "entity_presentDetails": None,
    "auth_test": None,
    "functions_completeError": None,
    "functions_completeSuccess": None,
    "conversations_open": "im:write",
    "files_getUploadURLExternal": "files:write",
    "files_completeUploadExternal": "files:write",
    "conversations_replies": "channels:history",
    "conversations_info": "channels:read",
    "conversations_members": "channels:read",
    "conversations_join": "channels:join",
    "users_info": "users:read",
    "views_open": None,
    "views_publish": None,
    "views_push": None,
    "views_update": None,
}

BOT = Path(__file__).parents[2] / "bot"


@pytest.fixture(scope="module")
def manifest():
    return read_manifest()


def granted(manifest) -> set[str]:
    scopes = manifest["oauth_config"]["scopes"]
    return {*scopes["bot"], *scopes.get("bot_optional", [])}


def test_every_event_has_its_scope(manifest):
    for event in manifest["settings"]["event_subscriptions"]["bot_events"]:
        assert event in SCOPE_OF_EVENT
        assert SCOPE_OF_EVENT[event] is None or SCOPE_OF_EVENT[event] in granted(manifest)


def test_every_method_the_bot_calls_has_its_scope(manifest):
    called = set()
    for file in (*(BOT / "listeners").glob("*.py"), *(BOT / "slack").glob("*.py")):
        called |= set(re.findall(r"client\.([a-z]+_\w+)\b", file.read_text()))
    assert called == set(SCOPE_OF_METHOD)
    assert {scope for scope in SCOPE_OF_METHOD.values() if scope} <= granted(manifest)


def test_the_command_is_the_one_that_is_listened_to(manifest):
    commands = manifest["features"]["slash_commands"]
    assert [command["command"] for command in commands] == [COMMAND]
    assert all(command["should_escape"] for command in commands)


def test_texts_are_within_slacks_limits(manifest):
    display = manifest["display_information"]
    assert len(display["name"]) <= 35
    assert len(display["description"]) <= 140
    assert 175 <= len(display["long_description"]) <= 4000


def test_optional_scopes_mark_scopes_that_are_asked_for(manifest):
    scopes = manifest["oauth_config"]["scopes"]
    assert set(scopes["bot_optional"]) < set(scopes["bot"])


def test_the_link_holds_the_whole_manifest(manifest):
    query = parse_qs(urlsplit(creation_link(manifest)).query)
    assert query["new_app"] == ["1"]
    assert json.loads(query["manifest_json"][0]) == manifest


def test_over_http_every_request_goes_to_the_given_address():
    changed = read_manifest("https://bot.example.com")
    url = "https://bot.example.com/slack/events"
    assert changed["settings"]["socket_mode_enabled"] is False
    assert changed["settings"]["event_subscriptions"]["request_url"] == url
    assert changed["settings"]["interactivity"]["request_url"] == changed["settings"]["interactivity"]["message_menu_options_url"] == url
    assert {command["url"] for command in changed["features"]["slash_commands"]} == {url}
    assert json.loads(to_json(changed)) == changed


def test_the_distributed_form_is_the_single_one_with_what_installing_by_a_link_needs(manifest):
    single, distributed = read_manifest("https://bot.example.com"), read_manifest("https://bot.example.com", distributed=True)
    assert manifest["settings"]["token_rotation_enabled"] is single["settings"]["token_rotation_enabled"] is False
    assert "redirect_urls" not in single["oauth_config"]
    assert distributed["oauth_config"].pop("redirect_urls") == ["https://bot.example.com/slack/oauth_redirect"]
    events = distributed["settings"]["event_subscriptions"]["bot_events"]
    added = [event for event in events if event not in single["settings"]["event_subscriptions"]["bot_events"]]
    assert added == ["team_access_granted", "team_access_revoked"]
    single["settings"]["event_subscriptions"]["bot_events"] += added
    single["settings"] |= {"token_rotation_enabled": True, "org_deploy_enabled": True}
    assert distributed == single


def test_an_address_without_https_is_refused():
    with pytest.raises(SettingsError, match="https"):
        read_manifest("http://bot.example.com")


def test_every_shortcut_is_listened_to(manifest):
    shortcuts = manifest["features"]["shortcuts"]
    assert {(one["callback_id"], one["type"]) for one in shortcuts} == {(MESSAGE_SHORTCUT, "message"), (DIGEST_SHORTCUT, "global")}
    assert all(len(one["name"]) <= 24 for one in shortcuts)


def test_every_step_is_listened_to_and_within_slacks_limits(manifest):
    assert set(manifest["functions"]) == {STEP}
    assert manifest["settings"]["function_runtime"] == "remote"
    assert manifest["settings"]["org_deploy_enabled"]
    for function in manifest["functions"].values():
        for parameters in (function["input_parameters"], function["output_parameters"]):
            assert 0 < len(parameters) <= 50
            assert all({"type", "title", "description", "is_required"} == set(one) for one in parameters.values())


def test_previews_are_for_linkedin_alone(manifest):
    assert manifest["features"]["unfurl_domains"] == ["linkedin.com"]


def test_slackbot_asks_at_the_same_address_only_where_that_is_wanted(manifest):
    changed = read_manifest("https://bot.example.com", mcp=True)
    server = {"url": "https://bot.example.com/mcp", "auth_type": "slack_identity_auth"}
    assert changed["mcp_servers"] == {"linkedin_stats": server}
    assert granted(changed) - granted(manifest) == {"mcp:connect"}
    assert "mcp_servers" not in read_manifest("https://bot.example.com")
    with pytest.raises(SettingsError, match="--request-url"):
        read_manifest(mcp=True)
