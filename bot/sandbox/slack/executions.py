"""Runs of the app's workflow steps, with the inputs and outputs that the manifest declares.

Slack's documentation, "function_executed", "functions.completeSuccess" and "functions.completeError".
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.installation import SlackInstallation
from bot.sandbox.slack.refusals import PersonRefusalError, SlackRefusalError

Json = Mapping[str, Any]
USER = "slack#/types/user_id"
CHANNEL = "slack#/types/channel_id"
TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "number": (int, float),
    "integer": int,
    "boolean": bool,
    USER: str,
    CHANNEL: str,
}
"""How a value of each type arrives; other types are taken as they come."""


@dataclass(slots=True)
class Execution:
    """One run of a step."""

    name: str
    """`function_execution_id`."""
    callback_id: str
    inputs: Json
    token: str
    """Stands for the app while the step runs, and no longer."""
    state: str = "running"
    """Then `succeeded` or `failed`."""
    outputs: Json = field(default_factory=dict)
    error: str = ""
    """The sentence for the person, when it failed."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Executions:
    """Every run, with the manifest's declarations of the steps."""

    def __init__(self, functions: Mapping[str, Json], installation: SlackInstallation, ids: Ids) -> None:
        self._functions = functions
        self._installation = installation
        self._ids = ids
        self._runs: dict[str, Execution] = {}

    def __getitem__(self, name: str) -> Execution:
        return self._runs[name]

    def begin(self, callback_id: str, inputs: Json, user: str) -> Execution:
        """Starts a run; the input for a person is by default the one who started the workflow.

        Raises:
            PersonRefusalError: `unknown_function`, or `invalid_inputs` where Workflow Builder would not let it start.
        """
        function = self._functions.get(callback_id)
        if function is None:
            raise PersonRefusalError("unknown_function", f"The app has no workflow step {callback_id!r}.", status=404)
        declared = function.get("input_parameters") or {}
        starter = {name: user for name, one in declared.items() if one.get("type") == USER}
        given = starter | {name: value for name, value in inputs.items() if value not in (None, "")}
        if wrong := list(_wrong(declared, given)):
            raise PersonRefusalError("invalid_inputs", " ".join(wrong))
        run = Execution(self._ids.code("Fx"), callback_id, given, f"xwfp-{self._ids.secret(40)}")
        self._runs[run.name] = run
        self._installation.step_tokens.add(run.token)
        return run

    def described(self, callback_id: str) -> dict[str, Any]:
        """The step as the event names it."""
        function = self._functions[callback_id]
        return {
            "id": "Fn0SANDBOX1",
            "callback_id": callback_id,
            "title": function.get("title", ""),
            "description": function.get("description", ""),
            "type": "app",
            "input_parameters": listed(function.get("input_parameters") or {}),
            "output_parameters": listed(function.get("output_parameters") or {}),
        }

    def succeed(self, name: str, outputs: Json) -> None:
        """Ends the run with success.

        Raises:
            SlackRefusalError: `parameter_validation_failed`, or as in `fail`.
        """
        run = self._running(name)
        wrong = list(_wrong(self._functions[run.callback_id].get("output_parameters") or {}, outputs))
        if wrong:
            raise SlackRefusalError("parameter_validation_failed", response_metadata={"messages": wrong})
        run.outputs = dict(outputs)
        self._end(run, "succeeded")

    def fail(self, name: str, error: str) -> None:
        """Ends the run with the app's error.

        Raises:
            SlackRefusalError: `function_execution_not_found`, or `execution_not_in_running_state`.
        """
        run = self._running(name)
        run.error = error
        self._end(run, "failed")

    def _running(self, name: str) -> Execution:
        run = self._runs.get(name)
        if run is None:
            raise SlackRefusalError("function_execution_not_found")
        if run.state != "running":
            raise SlackRefusalError("execution_not_in_running_state")
        return run

    def _end(self, run: Execution, state: str) -> None:
        run.state = state
        self._installation.step_tokens.discard(run.token)
        run.ended.set()


def listed(parameters: Mapping[str, Json]) -> list[dict[str, Any]]:
    """Parameters as the event lists them."""
    return [{"name": name, **one, "is_required": bool(one.get("is_required"))} for name, one in parameters.items()]


def _wrong(declared: Mapping[str, Json], given: Json) -> Iterator[str]:
    """The differences from the declaration: unknown names, wrong types, missing ones."""
    for name, value in given.items():
        if name not in declared:
            yield f"{name} isn't declared."
        elif not _is_of(str(declared[name].get("type")), value):
            yield f"{name} must be of the type {declared[name].get('type')}, and is {value!r}."
    for name, one in declared.items():
        if one.get("is_required") and given.get(name) is None:
            yield f"{name} is missing."


def _is_of(kind: str, value: Any) -> bool:
    wanted = TYPES.get(kind)
    if wanted is None:
        return True
    return isinstance(value, wanted) and (kind == "boolean" or not isinstance(value, bool))
