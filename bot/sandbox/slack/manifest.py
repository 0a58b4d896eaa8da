"""Reads the app's manifest: its commands, events, scopes and steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command of the manifest."""

    command: str
    """With its slash."""
    description: str
    usage_hint: str
    should_escape: bool
    """Whether `#channel`, `@person` and links arrive in Slack's own notation."""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A global or message shortcut of the manifest."""

    name: str
    type: str
    """`global` or `message`."""
    callback_id: str
    description: str


@dataclass(frozen=True, slots=True)
class AppManifest:
    """The manifest's parts that the sandbox enforces."""

    name: str
    bot_name: str
    commands: Mapping[str, Command]
    shortcuts: Mapping[str, Shortcut]
    """By `callback_id`."""
    events: frozenset[str]
    """The bot events subscribed to."""
    scopes: frozenset[str]
    optional_scopes: frozenset[str]
    """Scopes the person who installs may decline."""
    interactive: bool
    socket_mode: bool
    token_rotation: bool
    answers_options: bool
    """Whether the app can be asked for the options of an external select: over Socket Mode, or at an address of its own."""
    home_tab: bool
    messages_tab: bool
    messages_read_only: bool
    suggested_prompts: tuple[Mapping[str, str], ...]
    unfurl_domains: tuple[str, ...]
    entity_types: tuple[str, ...]
    """Of the Work Objects that the app may show."""
    functions: Mapping[str, Mapping[str, Any]]
    """Workflow steps by `callback_id`."""


def read_manifest(source: Mapping[str, Any] | Path) -> AppManifest:
    """The manifest from its file (YAML or JSON) or from a mapping already read.

    Raises:
        ValueError: it is not a mapping or has no `display_information.name`; the message says which.
    """
    raw = _parsed(source.read_text(encoding="utf-8")) if isinstance(source, Path) else source
    if not isinstance(raw, Mapping):
        raise ValueError(  # noqa: TRY004 - a file with wrong content, not a wrong argument
            f"the manifest is a {type(raw).__name__}, not a mapping: {source}"
        )
    name = _at(raw, "display_information").get("name")
    if not name:
        raise ValueError("the manifest has no display_information.name: Slack makes no app without a name")
    return _build(str(name), raw)


@cache
def _parsed(text: str) -> Any:
    # Kept, because reading YAML takes a third of a server's start, and nothing changes what was read.
    return yaml.safe_load(text)


def _build(name: str, raw: Mapping[str, Any]) -> AppManifest:
    features, settings = _at(raw, "features"), _at(raw, "settings")
    scopes, home = _at(_at(raw, "oauth_config"), "scopes"), _at(features, "app_home")
    objects = _at(features, "rich_previews")
    view = _at(features, "agent_view") or _at(features, "assistant_view")
    return AppManifest(
        name=name,
        bot_name=str(_at(features, "bot_user").get("display_name", name)),
        commands={item["command"]: _command(item) for item in features.get("slash_commands", ())},
        shortcuts={item["callback_id"]: Shortcut(**item) for item in features.get("shortcuts", ())},
        events=frozenset(_at(settings, "event_subscriptions").get("bot_events", ())),
        scopes=frozenset(scopes.get("bot", ())) - frozenset(scopes.get("bot_optional", ())),
        optional_scopes=frozenset(scopes.get("bot_optional", ())),
        interactive=bool(_at(settings, "interactivity").get("is_enabled", False)),
        socket_mode=bool(settings.get("socket_mode_enabled", False)),
        token_rotation=bool(settings.get("token_rotation_enabled", False)),
        answers_options=bool(settings.get("socket_mode_enabled") or _at(settings, "interactivity").get("message_menu_options_url")),
        home_tab=bool(home.get("home_tab_enabled", False)),
        messages_tab=bool(home.get("messages_tab_enabled", False)),
        messages_read_only=bool(home.get("messages_tab_read_only_enabled", False)),
        suggested_prompts=tuple(view.get("suggested_prompts", ())),
        unfurl_domains=tuple(features.get("unfurl_domains", ())),
        entity_types=tuple(objects.get("entity_types", ())) if objects.get("is_active") else (),
        functions=dict(_at(raw, "functions")),
    )


def _command(item: Mapping[str, Any]) -> Command:
    return Command(
        command=item["command"],
        description=item["description"],
        usage_hint=item.get("usage_hint", ""),
        should_escape=bool(item.get("should_escape", False)),
    )


def _at(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = raw.get(key)
    return part if isinstance(part, Mapping) else {}
