"""Work Objects: what an app may say of one, who opened which, and what each viewer's pane shows.

Slack's documentation: "Implementing Work Objects", "entity_details_requested", "entity.presentDetails". How long a trigger of a pane lives
is not documented; here it is good once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.refusals import SlackRefusalError

ENTITY_TYPES = frozenset(f"slack#/entities/{name}" for name in ("task", "file", "item", "incident", "content_item"))
FIELD_TYPES = frozenset(
    {"integer", "string", "array", "boolean"}
    | {f"slack#/types/{name}" for name in ("date", "timestamp", "image", "channel_id", "user", "entity_ref", "link", "email")}
)


def check_entity(entity: Any, allowed: tuple[str, ...]) -> dict[str, Any]:
    """The entity as given.

    Raises:
        SlackRefusalError: `invalid_metadata` for what is no entity of a type that the app's manifest names.
    """
    payload = entity.get("entity_payload") if isinstance(entity, Mapping) else None
    attributes = payload.get("attributes") if isinstance(payload, Mapping) else None
    reference = entity.get("external_ref") if isinstance(entity, Mapping) else None
    if not isinstance(entity, Mapping) or not isinstance(payload, Mapping) or not isinstance(attributes, Mapping):
        raise SlackRefusalError("invalid_metadata")
    if not isinstance(reference, Mapping) or not reference.get("id") or not str(entity.get("url", "")).startswith("https://"):
        raise SlackRefusalError("invalid_metadata")
    if entity.get("entity_type") not in ENTITY_TYPES.intersection(allowed) or not (attributes.get("title") or {}).get("text"):
        raise SlackRefusalError("invalid_metadata")
    fields = payload.get("custom_fields") or []
    named = all(one.get("key") and one.get("label") and one.get("type") in FIELD_TYPES and "value" in one for one in fields)
    if not named or not {one["key"] for one in fields}.issuperset(payload.get("display_order") or ()):
        raise SlackRefusalError("invalid_metadata")
    return dict(entity)


def as_blocks(entity: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the page shows of it."""
    payload = entity["entity_payload"]
    lines = [f"{one['label']}: {one['value']}" for one in payload.get("custom_fields") or ()]
    title = {"type": "section", "text": {"type": "plain_text", "text": payload["attributes"]["title"]["text"]}}
    return [title, *({"type": "context", "elements": [{"type": "plain_text", "text": line}]} for line in lines)]


@dataclass(frozen=True, slots=True)
class OpenedEntity:
    """Who opened which Work Object, by the id of its reference."""

    user: str
    reference: str


class Entities:
    """The panes: each viewer's own, and the triggers that fill them."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._opened: dict[str, OpenedEntity] = {}
        self.panes: dict[str, Mapping[str, Any]] = {}
        """What the last pane of each person shows: `metadata` or `error`."""

    def open(self, user: str, reference: str) -> str:
        """The trigger with which the app fills this person's pane."""
        name = f"{self._ids.digits(13)}.{self._ids.digits(12)}.{self._ids.hexadecimal(32)}"
        self._opened[name] = OpenedEntity(user, reference)
        self.panes.pop(user, None)
        return name

    def present(self, trigger: str, metadata: Any, error: Any, allowed: tuple[str, ...]) -> None:
        """Fills the pane.

        Raises:
            SlackRefusalError: `invalid_trigger_id`, `invalid_metadata` or `entity_metadata_does_not_match_trigger`.
        """
        opened = self._opened.pop(trigger, None)
        if opened is None:
            raise SlackRefusalError("invalid_trigger_id")
        if error is not None:
            if not isinstance(error, Mapping) or not error.get("status"):
                raise SlackRefusalError("invalid_arguments")
            self.panes[opened.user] = {"error": error}
            return
        entity = check_entity(metadata, allowed)
        if entity["external_ref"]["id"] != opened.reference:
            raise SlackRefusalError("entity_metadata_does_not_match_trigger")
        self.panes[opened.user] = {"metadata": entity}
