"""manifest.yml, which ships in the wheel: as data, as JSON, as the link that creates the app, with request URLs for HTTP."""

import copy
import json
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bot.errors import SettingsError
from bot.settings.values import MCP_PATH

FILE = "manifest.yml"
#: Slack's own page that opens a filled-in form (Slack's documentation: "Configuring apps with app manifests").
CREATE_APP = "https://api.slack.com/apps"

EVENTS_PATH = "/slack/events"
#: Where workspaces install the app by a link, and where Slack sends people back to.
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
#: The scope with which Slackbot asks as an assistant.
MCP_SCOPE = "mcp:connect"


def manifest_path() -> Path:
    """Where manifest.yml lies: in the installed package, else at the top of a checkout."""
    shipped = Path(str(resources.files("bot"))) / FILE
    return shipped if shipped.is_file() else shipped.parent.parent / FILE


def read_manifest(request_url: str | None = None, *, distributed: bool = False, mcp: bool = False) -> dict[str, Any]:
    """The manifest as data; with ``request_url`` (https://…) set up for HTTP instead of Socket Mode.

    With ``distributed`` workspaces can install the app by a link, from the page at that address; with ``mcp`` Slackbot asks there on behalf
    of people (Slack's documentation: "App manifest reference", MCP servers). Raises SettingsError: ``request_url`` is no https address, or
    missing though it is needed; or the file is missing from this installation.
    """
    if distributed and request_url is None:
        raise SettingsError("Slack must know where people are sent back to.", remedy="Add --request-url https://bot.example.com")
    if mcp and request_url is None:
        raise SettingsError("Slackbot must know where it asks.", remedy="Add --request-url https://bot.example.com")
    import yaml  # noqa: PLC0415  # no other command needs it

    try:
        manifest: dict[str, Any] = yaml.safe_load(manifest_path().read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{FILE} is missing from this installation.", remedy="Install the package again.") from error
    changed = manifest if request_url is None else _over_http(manifest, request_url)
    base = str(changed["settings"]["event_subscriptions"].get("request_url", "")).removesuffix(EVENTS_PATH)
    if distributed:
        changed["oauth_config"]["redirect_urls"] = [base + REDIRECT_PATH]
        settings = changed["settings"]
        settings["org_deploy_enabled"] = settings["token_rotation_enabled"] = True
        settings["event_subscriptions"]["bot_events"] += ["team_access_granted", "team_access_revoked"]
    if mcp:
        changed["oauth_config"]["scopes"]["bot"].append(MCP_SCOPE)
        changed["mcp_servers"] = {"linkedin_stats": {"url": base + MCP_PATH, "auth_type": "slack_identity_auth"}}
    return changed


def _over_http(manifest: dict[str, Any], request_url: str) -> dict[str, Any]:
    if not request_url.startswith("https://"):
        raise SettingsError("Slack sends requests to https addresses only.", remedy=f"Give one like https://bot.example.com{EVENTS_PATH}")
    url = request_url if request_url.rstrip("/").endswith(EVENTS_PATH) else request_url.rstrip("/") + EVENTS_PATH
    changed = copy.deepcopy(manifest)
    for command in changed["features"]["slash_commands"]:
        command["url"] = url
    settings = changed["settings"]
    settings["socket_mode_enabled"] = False
    settings["event_subscriptions"]["request_url"] = url
    settings["interactivity"]["request_url"] = url
    # The time zones of a digest's form are asked for there.
    settings["interactivity"]["message_menu_options_url"] = url
    return changed


def to_json(manifest: dict[str, Any]) -> str:
    return json.dumps(manifest, indent=2, ensure_ascii=False)


def creation_link(manifest: dict[str, Any]) -> str:
    return f"{CREATE_APP}?{urlencode({'new_app': 1, 'manifest_json': json.dumps(manifest, ensure_ascii=False)})}"
