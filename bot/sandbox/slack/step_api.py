"""The part of the client API for workflow steps: lists the app's steps, and runs one."""

import asyncio
from typing import Any

from aiohttp import web

from bot.sandbox.slack.executions import CHANNEL, USER, listed
from bot.sandbox.slack.page_endpoints import Json, part_in, reading, text_in, writing
from bot.sandbox.slack.parts import SlackParts
from bot.sandbox.slack.refusals import PersonRefusalError
from bot.sandbox.slack.switches import SlackSwitches
from bot.sandbox.slack.talking import Talking

PATIENCE = 60.0
"""Seconds until the page gets the answer that a run has not ended."""


class StepApi:
    """`GET /client/steps` and `POST /client/step`."""

    def __init__(self, parts: SlackParts, talking: Talking, switches: SlackSwitches) -> None:
        self._parts = parts
        self._talking = talking
        self._switches = switches

    def routes(self) -> list[web.RouteDef]:
        """The routes."""
        return [reading("steps", self._steps), writing("step", self._run)]

    async def _steps(self, _query: Json) -> Json:
        functions = self._parts.manifest.functions
        return {"steps": [_described(name, dict(function)) for name, function in functions.items()]}

    async def _run(self, body: Json) -> Json:
        """Runs a step for a person; the input for a channel is by default the one they look at."""
        person = self._talking.person(text_in(body, "user"))
        channel = self._talking.place(person, text_in(body, "channel"))
        name = text_in(body, "callback_id")
        declared = self._parts.manifest.functions.get(name, {}).get("input_parameters") or {}
        here = {key: channel.id for key, one in declared.items() if one.get("type") == CHANNEL and channel.kind != "im"}
        run = await self._switches.execute_step(name, here | part_in(body, "inputs"), person.id)
        try:
            async with asyncio.timeout(PATIENCE):
                await run.ended.wait()
        except TimeoutError:
            raise PersonRefusalError("step_not_ended", f"The app hasn't ended the step within {PATIENCE:g} seconds.") from None
        return {"state": run.state, "outputs": dict(run.outputs), "failure": run.error}


def _described(name: str, function: dict[str, Any]) -> Json:
    """A step for the page, with the inputs that a person types."""
    typed = [one for one in listed(function.get("input_parameters") or {}) if one.get("type") not in {USER, CHANNEL}]
    return {"callback_id": name, "title": function.get("title", name), "description": function.get("description", ""), "inputs": typed}
