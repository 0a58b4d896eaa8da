"""A request belongs to the workspace Slack names in it; what comes from elsewhere is refused, and an opt-out holds everywhere."""

import json
from urllib.parse import urlencode

import aiohttp
import pytest

from tests.security.test_arrival import COMMAND, EVENT, FORM, JSON, PRESS, send, signature

ANN = "linkedin-ABC"


@pytest.fixture
async def http(open_scene):
    async with open_scene(transport="http", administrators="U0BOB00001") as scene:
        yield scene


def press(scene, **changed):
    ann = scene.slack.person("ann").id
    body = {
        **PRESS,
        "user": {"id": ann, "team_id": "T0SANDBOX1"},
        "channel": {"id": scene.slack.channel_id("#marketing"), "name": "marketing"},
    }
    return {**body, "actions": [{**PRESS["actions"][0], "value": f"{ANN} last week"}], **changed}


async def answered(scene, payload, kind=FORM):
    """How many questions the bot answered because of this payload."""
    before = sum(value for value in counts(scene).values())
    body = urlencode({"payload": json.dumps(payload)}).encode() if kind == FORM else json.dumps(payload).encode()
    async with aiohttp.ClientSession() as session:
        assert await send(scene, session, body, kind, signature(scene, body)) == 200
    await scene.settle()
    return sum(value for value in counts(scene).values()) - before


def counts(scene):
    return {
        tuple(sample.labels.values()): sample.value
        for metric in scene.bot.metrics.registry.collect()
        for sample in metric.samples
        if sample.name == "linkedin_stats_asks_total"
    }


async def test_another_workspaces_press_is_not_answered(http):
    assert await answered(http, press(http)) == 1
    other = {"id": "T0OTHER001", "domain": "other"}
    assert await answered(http, press(http, team=other, trigger_id="2.2")) == 0
    assert await answered(http, press(http, team=None, user={"id": http.slack.person("ann").id, "team_id": "T0OTHER001"})) == 0


async def test_a_press_without_a_team_belongs_to_its_persons_workspace_and_the_opt_out_holds(http):
    """As organizations that install the app once send it; the account that opted out stays hidden."""
    await http.ask(f"opt out {ANN}", who="bob")
    before = dict(counts(http))
    assert await answered(http, press(http, team=None)) == 1
    new = {labels for labels, value in counts(http).items() if value != before.get(labels, 0)}
    assert new == {("button", "refused")}


async def test_an_organizations_press_belongs_to_one_of_its_workspaces(http):
    """An app that is installed for all of them is asked from each; a press that names none, or another organization, is refused."""
    installed, ann = await http.bot.installed.ask(), http.slack.person("ann").id
    installed["organization"] = "E0SANDBOX1"
    own = {"enterprise": {"id": "E0SANDBOX1", "name": "x"}, "team": None}
    assert await answered(http, press(http, **own, trigger_id="3.1")) == 1
    assert await answered(http, press(http, **own, trigger_id="3.2", user={"id": ann})) == 0
    assert await answered(http, press(http, **own, trigger_id="3.3", user={"id": ann, "team_id": ""})) == 0
    assert await answered(http, press(http, **(own | {"enterprise": {"id": "E0OTHER001", "name": "y"}}), trigger_id="3.4")) == 0


async def test_an_event_belongs_to_the_workspace_that_authorized_it(http):
    event = {**EVENT["event"], "user": http.slack.person("ann").id, "channel": http.slack.channel_id("#marketing"), "text": "help"}
    shared = {**EVENT, "team_id": "T0OTHER001", "event": event}
    assert await answered(http, shared, JSON) == 1
    foreign = [{**EVENT["authorizations"][0], "team_id": "T0OTHER001"}]
    assert (
        await answered(http, {**shared, "authorizations": foreign, "event_id": "Ev2", "event": {**event, "ts": "1700000001.1"}}, JSON) == 0
    )


async def test_another_workspaces_command_is_told_so(http):
    body = urlencode({**COMMAND, "team_id": "T0OTHER001", "text": "last week"}).encode()
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"http://127.0.0.1:{http.port}/slack/events", data=body, headers={**signature(http, body), "Content-Type": FORM}
        ) as response,
    ):
        assert "isn't installed in this workspace" in await response.text()
