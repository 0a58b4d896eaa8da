"""Open modals, at most three in a stack, and the Home tab."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.sandbox.limits.surfaces import check_view
from bot.sandbox.slack.composing import read_json, refuse_findings, with_ids
from bot.sandbox.slack.entering import initial_values
from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.people import APP_ID, BOT_ID, TEAM_ID
from bot.sandbox.slack.posting import Posting
from bot.sandbox.slack.refusals import SlackRefusalError
from bot.sandbox.slack.stream import Stream

STACK = 3
"""How many modals may lie on each other; Slack's documentation, "Modals"."""
_KEPT = (
    "callback_id",
    "private_metadata",
    "external_id",
    "title",
    "submit",
    "close",
    "clear_on_close",
    "notify_on_close",
    "submit_disabled",
)
_EMPTY = {"callback_id": "", "private_metadata": "", "external_id": "", "title": None, "submit": None, "close": None}


@dataclass(frozen=True, slots=True)
class SlackView:
    """One view that one person sees."""

    id: str
    user: str
    hash: str
    body: Mapping[str, Any]
    """As the app sent it, with ids filled in."""
    root_id: str
    previous_id: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    """What the person entered, or found entered at first: `state.values`."""

    def as_slack(self) -> dict[str, Any]:
        """The view object of payloads and answers."""
        return {
            "id": self.id,
            "team_id": TEAM_ID,
            "type": self.body["type"],
            "blocks": list(self.body["blocks"]),
            **_EMPTY,
            "clear_on_close": False,
            "notify_on_close": False,
            **{name: self.body[name] for name in _KEPT if self.body.get(name) is not None},
            "state": {"values": self.values},
            "hash": self.hash,
            "root_view_id": self.root_id,
            "previous_view_id": self.previous_id,
            "app_id": APP_ID,
            "app_installed_team_id": TEAM_ID,
            "bot_id": BOT_ID,
        }


class Views:
    """Every open modal and every person's Home tab."""

    def __init__(self, ids: Ids, stream: Stream, posting: Posting, *, home_enabled: bool) -> None:
        self._ids = ids
        self._stream = stream
        self._posting = posting
        self._home_enabled = home_enabled
        self._stacks: dict[str, list[SlackView]] = {}
        self._homes: dict[str, SlackView] = {}

    def find(self, view_id: str) -> SlackView | None:
        """The open view with this id, or None."""
        every = (*self._homes.values(), *(view for stack in self._stacks.values() for view in stack))
        return next((view for view in every if view.id == view_id), None)

    def top(self, user: str) -> SlackView | None:
        """The modal in front of a person, or None."""
        stack = self._stacks.get(user)
        return stack[-1] if stack else None

    def home(self, user: str) -> SlackView | None:
        """A person's Home tab as last published, or None."""
        return self._homes.get(user)

    def open(self, user: str, view: Any, via: str) -> SlackView:
        """Open a modal before a person, in place of any that were open."""
        body = self._read(view, "modal")
        return self._show(user, body, [], via)

    def push(self, user: str, view: Any, via: str) -> SlackView:
        """Puts a modal on top of the stack.

        Raises:
            SlackRefusalError: `push_limit_reached`, when three lie there already.
        """
        stack = self._stacks.get(user, [])
        if len(stack) >= STACK:
            raise SlackRefusalError("push_limit_reached")
        return self._show(user, self._read(view, "modal"), stack, via)

    def _show(self, user: str, body: Mapping[str, Any], below: list[SlackView], via: str) -> SlackView:
        name = self._ids.code("V")
        under = below[-1] if below else None
        root, previous = (under.root_id, under.id) if under else (name, None)
        view = SlackView(name, user, self._hash(), body, root, previous, initial_values(body["blocks"]))
        self._refuse_taken(view)
        self._stacks[user] = [*below, view]
        return self._tell("view_opened", view, via)

    def update(self, view: SlackView, body: Any, via: str, given_hash: str | None = None) -> SlackView:
        """Replaces the content of an open view; entries in blocks that remain stay.

        Raises:
            SlackRefusalError: `hash_conflict`, when the view changed since the app last saw it.
        """
        if given_hash and given_hash != view.hash:
            raise SlackRefusalError("hash_conflict")
        read = self._read(body, view.body["type"])
        kept = {block["block_id"] for block in read["blocks"]}
        entered = {name: value for name, value in view.values.items() if name in kept}
        values = initial_values(read["blocks"]) | entered
        return self._replace(replace(view, body=read, hash=self._hash(), values=values), via)

    def fill(self, view: SlackView, values: Mapping[str, Any]) -> SlackView:
        """The view with what the person entered so far; nothing is sent to the app."""
        filled = replace(view, values={**view.values, **values})
        return self._put(filled)

    def _replace(self, view: SlackView, via: str) -> SlackView:
        self._refuse_taken(view)
        return self._tell("home" if view.body["type"] == "home" else "view_updated", self._put(view), via)

    def _put(self, view: SlackView) -> SlackView:
        if view.body["type"] == "home":
            self._homes[view.user] = view
        else:
            self._stacks[view.user] = [view if one.id == view.id else one for one in self._stacks.get(view.user, [])]
        return view

    def publish(self, user: str, body: Any, via: str, given_hash: str | None = None) -> SlackView:
        """Sets the content of a person's Home tab.

        Raises:
            SlackRefusalError: `not_enabled`, when the manifest has no Home tab; `hash_conflict`.
        """
        if not self._home_enabled:
            raise SlackRefusalError("not_enabled")
        before = self._homes.get(user)
        if before is not None:
            return self.update(before, body, via, given_hash)
        name = self._ids.code("V")
        read = self._read(body, "home")
        view = SlackView(name, user, self._hash(), read, name, None, initial_values(read["blocks"]))
        return self._replace(view, via)

    def close(self, view: SlackView, *, everything: bool = False) -> list[SlackView]:
        """Closes a modal, or the whole stack; returns the closed views, the front one first."""
        stack = self._stacks.get(view.user, [])
        at = 0 if everything else next((place for place, one in enumerate(stack) if one.id == view.id), len(stack))
        gone, self._stacks[view.user] = stack[at:][::-1], stack[:at]
        for one in gone:
            self._stream.add("view_closed", {"view": one.as_slack()}, frozenset({view.user}))
        if gone and stack[:at]:
            self._stream.add("view_updated", {"view": stack[:at][-1].as_slack()}, frozenset({view.user}))
        return gone

    def by_external(self, external_id: str) -> SlackView | None:
        """The open view with this `external_id`, or None."""
        every = (*self._homes.values(), *(view for stack in self._stacks.values() for view in stack))
        return next((view for view in every if view.body.get("external_id") == external_id), None)

    def _read(self, view: Any, kind: str) -> Mapping[str, Any]:
        read = read_json(view, "invalid_arguments")
        if not isinstance(read, Mapping) or read.get("type") != kind:
            raise SlackRefusalError(
                "invalid_arguments", response_metadata={"messages": [f"[ERROR] must be a view of type {kind} [json-pointer:/view]"]}
            )
        findings = check_view(read)
        if any(finding.code == "view_too_large" for finding in findings):
            raise SlackRefusalError("view_too_large")
        refuse_findings([replace(one, pointer=f"/view{one.pointer}") for one in findings], "invalid_arguments")
        return {**read, "blocks": with_ids(list(read["blocks"]), self._ids)}

    def _refuse_taken(self, view: SlackView) -> None:
        name = view.body.get("external_id")
        other = self.by_external(name) if name else None
        if other is not None and other.id != view.id:
            raise SlackRefusalError("duplicate_external_id")

    def _tell(self, kind: str, view: SlackView, via: str) -> SlackView:
        self._stream.add(kind, {"view": view.as_slack()}, frozenset({view.user}))
        self._posting.note_view("home" if kind == "home" else "view", via, view.as_slack(), view.user)
        return view

    def _hash(self) -> str:
        return f"{self._ids.digits(10)}.{self._ids.secret(8)}"
