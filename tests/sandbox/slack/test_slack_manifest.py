"""The manifest: what the sandbox reads from it, and that it would be refused where Slack refuses it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.sandbox.slack.manifest import read_manifest
from bot.sandbox.slack.methods import METHODS
from bot.sandbox.slack.scopes import EVENT_SCOPES

MANIFEST = Path(__file__).parents[3] / "manifest.yml"


def test_the_apps_own_manifest_says_what_the_app_needs() -> None:
    text = read_manifest(MANIFEST)
    assert text.name == text.bot_name == "LinkedIn Stats"
    assert text.commands["/linkedin-stats"].should_escape
    assert {"app_mention", "message.im", "app_uninstalled", "tokens_revoked"} <= text.events
    assert text.interactive
    assert text.socket_mode
    assert {"channels:history", "groups:history", "mpim:history"} <= text.optional_scopes
    assert not text.scopes & text.optional_scopes


#: Events of what an administrator may leave out altogether.
OPTIONAL = {"link_shared"}


def test_every_event_of_the_manifest_can_be_sent_with_a_scope_that_cannot_be_declined() -> None:
    text = read_manifest(MANIFEST)
    for event in text.events - OPTIONAL:
        assert not EVENT_SCOPES[event] or text.scopes.intersection(EVENT_SCOPES[event]), event


def test_every_scope_of_the_manifest_stands_with_its_reason() -> None:
    lines = [line.strip() for line in MANIFEST.read_text(encoding="utf-8").splitlines()]
    scopes = lines[lines.index("bot:") + 1 : lines.index("bot_optional:")]
    assert scopes
    assert [line for line in scopes if "  # " not in line] == []


def test_every_method_has_a_known_tier_and_token() -> None:
    assert {method.tier for method in METHODS.values()} <= {1, 2, 3, 4}
    assert {method.token for method in METHODS.values()} == {"", "app", "bot"}


@pytest.mark.parametrize(("raw", "text"), [([], "not a mapping"), ({"features": {}}, "display_information.name")])
def test_what_is_no_manifest_is_refused_with_the_reason(raw: Any, text: str, tmp_path: Path) -> None:
    file = tmp_path / "manifest.yml"
    file.write_text(yaml.safe_dump(raw), encoding="utf-8")
    with pytest.raises(ValueError, match=text):
        read_manifest(file)
