"""Every button of every card that is kept as a snapshot; those of a whole conversation are walked in `tests/cli/test_check_blocks.py`."""

import json
from pathlib import Path

import pytest

from tests.fixtures.buttons import faults

SNAPSHOTS = Path(__file__).parents[1] / "reports" / "snapshots"
BUTTON = {"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "Open Card"}, "value": "acme 7d"}


def test_every_button_of_every_card_is_as_slack_wants_buttons():
    """Title Case, one primary, nothing deleted without a question, at most four in a row, none that sounds like another."""
    every = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(SNAPSHOTS.glob("*.json"))}
    assert {name: found for name, payload in every.items() if payload.get("blocks") and (found := faults(payload))} == {}


@pytest.mark.parametrize(
    ("elements", "expected"),
    [
        ([BUTTON], []),
        ([BUTTON | {"text": {"text": "Open card"}}], ["'Open card' is not in title case"]),
        ([BUTTON | {"text": {"text": "last week"}, "value": "last week"}], []),
        ([BUTTON | {"text": {"text": "Delete"}}], ["'Delete' asks nothing before it is done"]),
        ([BUTTON | {"style": "danger"}], ["'Open Card' asks nothing before it is done"]),
        ([BUTTON | {"text": {"text": "🎯 Goal"}}], ["'🎯 Goal' has an emoji"]),
        ([BUTTON, BUTTON], ["'Open Card' may be pressed 2 times and sounds the same"]),
        ([BUTTON | {"style": "primary", "accessibility_label": str(n)} for n in range(2)], ["2 primary buttons"]),
        ([BUTTON | {"accessibility_label": str(n)} for n in range(5)], ["5 in a row"]),
        ([{"type": "overflow", "options": [{"text": {"text": "Skip Next"}}]}], ["option 'Skip Next' is not in sentence case"]),
        ([{"type": "overflow", "options": [{"text": {"text": "Delete"}}]}], ["option 'Delete' does not say that it asks first"]),
    ],
)
def test_a_button_that_is_not_is_named(elements, expected):
    assert faults({"blocks": [{"type": "actions", "elements": elements}]}) == expected
