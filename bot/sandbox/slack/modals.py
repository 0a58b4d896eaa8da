"""Submits and closes modals, and applies the app's acknowledgement to them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.sandbox.slack.acts import Acknowledgement, Acts
from bot.sandbox.slack.payloads import interaction
from bot.sandbox.slack.refusals import PersonRefusalError, SlackRefusalError
from bot.sandbox.slack.views import SlackView


class Modals(Acts):
    """View submissions and closures."""

    async def submit(self, user: str, view_id: str, values: Mapping[str, Any]) -> Acknowledgement:
        """Submits a modal with `state.values`; returns errors of its fields in `errors`.

        Raises:
            PersonRefusalError: `view_not_found`, or `validation` when a field that must be filled is empty.
        """
        person, view = self.person(user), self._open(user, view_id)
        empty = dict.fromkeys(_required(view, values), "Please complete this required field.")
        if empty:
            raise PersonRefusalError("validation", "Some fields are empty.", errors=empty)
        filled = self.parts.views.fill(view, values)
        trigger = self.parts.triggers.issue(person.id, view.id)
        body = interaction("view_submission", token=self.token, person=person, trigger_id=trigger)
        body |= {"view": filled.as_slack(), "response_urls": []}
        reply = await self.ask("interactive", body, f"submit {view.body.get('callback_id', view.id)}")
        outcome = self.outcome(reply)
        return self._applied(outcome, filled) if outcome.ok else outcome

    def _open(self, user: str, view_id: str) -> SlackView:
        view = self.parts.views.find(view_id)
        if view is None or view.user != self.person(user).id or view.body["type"] != "modal":
            raise PersonRefusalError("view_not_found", "That modal is closed.", status=404)
        return view

    def _applied(self, outcome: Acknowledgement, view: SlackView) -> Acknowledgement:
        answer = outcome.body if isinstance(outcome.body, Mapping) else {}
        try:
            return self._act(str(answer.get("response_action", "")), answer, outcome, view)
        except SlackRefusalError as refusal:
            message = f"Slack refused the view the app answered with: {refusal.code}."
            return replace(outcome, ok=False, error=refusal.code, message=message)

    def _act(self, action: str, answer: Mapping[str, Any], outcome: Acknowledgement, view: SlackView) -> Acknowledgement:
        if action == "errors":
            return self._marked(answer.get("errors"), outcome, view)
        if action == "update":
            self.parts.views.update(view, answer.get("view"), "ack")
        elif action == "push":
            self.parts.views.push(view.user, answer.get("view"), "ack")
        elif action in {"", "clear"}:
            self.parts.views.close(view, everything=action == "clear" or bool(view.body.get("clear_on_close")))
        else:
            raise SlackRefusalError("invalid_response_action")
        return outcome

    def _marked(self, errors: Any, outcome: Acknowledgement, view: SlackView) -> Acknowledgement:
        inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
        if not isinstance(errors, Mapping) or not errors or not set(errors) <= inputs:
            raise SlackRefusalError("invalid_errors")
        return replace(outcome, ok=False, error="validation", message="Some fields need another look.", errors=errors)

    async def close(self, user: str, view_id: str) -> Acknowledgement:
        """Closes a modal; the app gets an event when the view has `notify_on_close`."""
        view = self._open(user, view_id)
        everything = bool(view.body.get("clear_on_close"))
        gone = self.parts.views.close(view, everything=everything)
        outcome = Acknowledgement(ok=True, status=200, ms=0.0, body=None)
        for one in gone:
            if one.body.get("notify_on_close"):
                outcome = await self._tell(one, cleared=everything)
        return outcome

    async def _tell(self, view: SlackView, *, cleared: bool) -> Acknowledgement:
        body = interaction("view_closed", token=self.token, person=self.person(view.user), trigger_id="")
        body |= {"view": view.as_slack(), "is_cleared": cleared}
        return self.outcome(await self.ask("interactive", body, "view closed"))


def _required(view: SlackView, values: Mapping[str, Any]) -> list[str]:
    entered = {**view.values, **values}
    inputs = [block for block in view.body["blocks"] if block["type"] == "input" and not block.get("optional")]
    return [block["block_id"] for block in inputs if not _filled(entered.get(block["block_id"], {}))]


def _filled(given: Mapping[str, Mapping[str, Any]]) -> bool:
    return any(value for entry in given.values() for name, value in entry.items() if name != "type")
