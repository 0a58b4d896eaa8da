"""Workflow steps: what the app is told of a run, and which end of it Slack takes."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.executions import Execution
from bot.sandbox.slack.refusals import PersonRefusalError
from bot.sandbox.slack.server import SlackServer
from tests.sandbox.slack.conftest import Refused, client_of

ANN = "U0ANN00001"
DONE = {"text": "done", "count": 3}


async def run(slack: SlackServer, **inputs: Any) -> Execution:
    return await slack.switches.execute_step("get_stats", {"post": "x", **inputs}, ANN)


async def test_the_app_is_told_the_inputs_and_gets_a_token_for_the_run(slack: SlackServer) -> None:
    running = await run(slack)
    event = slack.events[-1]["event"]
    assert event["function_execution_id"] == running.name
    assert event["inputs"] == {"post": "x", "user_id": ANN}
    assert event["function"]["output_parameters"][0] == {"name": "text", "type": "string", "is_required": True}
    assert event["bot_access_token"] == running.token


async def test_a_run_ends_once(slack: SlackServer, client: AsyncWebClient, refused: Refused) -> None:
    running = await run(slack)
    await client.functions_completeSuccess(function_execution_id=running.name, outputs=DONE)
    assert (running.state, running.outputs) == ("succeeded", DONE)
    for again in (
        client.functions_completeError(function_execution_id=running.name, error="x"),
        client.functions_completeSuccess(function_execution_id=running.name, outputs=DONE),
    ):
        assert (await refused(again))["error"] == "execution_not_in_running_state"


async def test_the_runs_token_stands_for_the_app_until_the_end(slack: SlackServer, refused: Refused) -> None:
    running = await run(slack)
    as_step = client_of(slack, running.token)
    await as_step.functions_completeError(function_execution_id=running.name, error="No account is called that.")
    assert (running.state, running.error) == ("failed", "No account is called that.")
    assert (await refused(as_step.auth_test()))["error"] == "token_expired"


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        ({"count": 3}, "text is missing"),
        ({"text": None}, "text must be of the type string"),
        ({"text": "x", "count": "3"}, "count must be of the type number"),
        ({"text": "x", "count": None}, "count must be of the type number"),
        ({"text": "x", "count": True}, "count must be of the type number"),
        ({"text": "x", "more": 1}, "more isn't declared"),
    ],
)
async def test_outputs_are_held_to_the_manifest(
    slack: SlackServer, client: AsyncWebClient, refused: Refused, outputs: Any, message: str
) -> None:
    running = await run(slack)
    answer = await refused(client.functions_completeSuccess(function_execution_id=running.name, outputs=outputs))
    assert answer["error"] == "parameter_validation_failed"
    assert message in answer["response_metadata"]["messages"][0]
    assert running.state == "running"


async def test_inputs_are_held_to_the_manifest_before_anything_starts(slack: SlackServer) -> None:
    for wrong in ({"post": ""}, {"count": 3}):
        with pytest.raises(PersonRefusalError):
            await run(slack, **wrong)
    with pytest.raises(PersonRefusalError):
        await slack.switches.execute_step("other", {}, ANN)
    assert [one for one in slack.events if one["event"]["type"] == "function_executed"] == []
