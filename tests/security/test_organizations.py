"""An organization (Enterprise Grid) installs the app once: each of its workspaces that has it is served as one of its own."""

import asyncio
import json

import pytest
from msgspec.structs import replace
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy import text

from bot.ops.manifest import read_manifest
from bot.sandbox.servers import DEMO_KEY
from tests.fixtures.workspaces import OTHER, OTHER_ACCOUNT

FIRST, SECOND, GLOBEX = "T0SANDBOX1", OTHER.id, "E0GLOBEX01"
NOT_INSTALLED = "isn't installed in this workspace"


async def rows(several, statement):
    async with several.bot.database.read() as connection:
        return [tuple(row) for row in await connection.execute(text(statement))]


async def refused(several, team):
    sent = await several.slack[team].person("ann").command("last week")
    await several.settle()
    return NOT_INSTALLED in json.dumps(sent.body)


async def organized(several, *teams):
    """The organization with the app in these workspaces, each with its own key."""
    globex = several.first.oauth.organize(GLOBEX, "Globex")
    assert (await several.install(GLOBEX))[0] == 200
    for team in teams:
        await globex.grant(team)
        await several.connect(team)
    return globex


def refusals(several):
    calls = [call for slack in several.slack.values() for call in slack.calls]
    return [(call.method, call.answer["error"]) for call in calls if not call.answer.get("ok")]


async def test_each_workspace_of_an_organization_has_its_own_key_and_sees_nothing_of_the_other(open_several):
    async with open_several() as several:
        globex = await organized(several)
        assert await refused(several, FIRST)
        await globex.grant(FIRST)
        # Its first request says it where the event was lost.
        await globex.grant(SECOND, told=False)
        assert "isn't connected to PostPost yet" in (await several.ask(SECOND, "last week"))["text"]
        for team in (FIRST, SECOND):
            await several.connect(team)
        assert await rows(several, "SELECT team, is_enterprise FROM slack_installations") == [(GLOBEX, 1)]
        assert await rows(several, "SELECT team, enterprise FROM enterprise_workspaces ORDER BY team") == [
            (FIRST, GLOBEX),
            (SECOND, GLOBEX),
        ]
        for team, own, others in ((FIRST, "Acme Robotics", OTHER_ACCOUNT), (SECOND, OTHER_ACCOUNT, "Acme Robotics")):
            told = json.dumps(await several.ask(team, "accounts"))
            assert own in told
            assert others not in told
            asked = await several.ask(team, f"digest {'linkedin-ABC' if team == FIRST else 'linkedin-Crowd0'} every day 9:00 here")
            await several.slack[team].person("ann").press(asked, "digest.create")
            await several.settle()
        several.clock.go_on(hours=24)
        for _ in range(3):
            await several.bot.scheduling.runner.tick()
            await several.settle()
            several.clock.go_on(seconds=2)
        for team, account in ((FIRST, "linkedin-ABC"), (SECOND, "linkedin-Crowd0")):
            posted = [call for call in several.slack[team].calls if call.method == "chat.postMessage" and call.answer["ok"]]
            assert posted
            assert await rows(several, f"SELECT DISTINCT state FROM deliveries WHERE team = '{team}'") == [("sent",)], account  # noqa: S608
        assert refusals(several) == []


async def test_a_workspace_that_loses_the_app_stops_at_once_comes_back_whole_and_is_deleted_in_time(open_several):
    async with open_several() as several:
        globex = await organized(several, FIRST, SECOND)
        for back in (True, False):
            await globex.revoke(FIRST)
            # What was on its way.
            globex.granted.add(FIRST)
            assert await refused(several, FIRST)
            globex.granted.discard(FIRST)
            assert OTHER_ACCOUNT in json.dumps(await several.ask(SECOND, "accounts"))
            if back:
                await globex.grant(FIRST)
                assert "Acme Robotics" in json.dumps(await several.ask(FIRST, "accounts")), "with its key"
        several.clock.go_on(days=30, minutes=1)
        await several.bot.scheduling.runner.tick()
        await several.settle()
        for table in ("workspace_keys", "enterprise_workspaces"):
            assert await rows(several, f"SELECT team FROM {table}") == [(SECOND,)]  # noqa: S608 - these
        assert OTHER_ACCOUNT in json.dumps(await several.ask(SECOND, "accounts"))


async def test_an_organization_that_removes_the_app_and_installs_it_again_goes_on_where_it_has_it(open_several):
    async with open_several() as several:
        globex = await organized(several, FIRST, SECOND)
        await globex.uninstall()
        globex.granted.update((FIRST, SECOND))
        assert await refused(several, FIRST)
        assert await refused(several, SECOND)
        globex.granted.discard(SECOND)
        await several.install(GLOBEX)
        assert "Acme Robotics" in json.dumps(await several.ask(FIRST, "accounts"))
        assert await refused(several, SECOND)
        await globex.grant(SECOND)
        assert OTHER_ACCOUNT in json.dumps(await several.ask(SECOND, "accounts"))


async def test_a_persons_one_home_tab_shows_the_workspace_in_which_it_was_opened_last(open_several):
    async with open_several() as several:
        await organized(several, FIRST, SECOND)
        for team in (FIRST, SECOND):
            await several.home(team)
        before = {team: [call.method for call in several.slack[team].calls].count("views.publish") for team in (FIRST, SECOND)}
        for team, account in ((FIRST, "linkedin-ABC"), (SECOND, "linkedin-Crowd0")):
            await several.slack[team].person("ann").press(await several.ask(team, f"digest {account} every day 9:00 here"), "digest.create")
            await several.settle()
        await several.bot.scheduling.runner.tick()
        await several.settle()
        after = {team: [call.method for call in several.slack[team].calls].count("views.publish") for team in (FIRST, SECOND)}
        assert after[SECOND] > before[SECOND]
        assert after[FIRST] == before[FIRST]


async def test_an_organizations_token_is_renewed_once_for_all_its_workspaces(open_several):
    async with open_several() as several, several.beside() as second:
        await organized(several, FIRST, SECOND)
        several.clock.go_on(hours=12)
        received = [
            {"type": "event_callback", "team_id": team, "event": {"type": "emoji_changed"}, "enterprise_id": GLOBEX}
            for team in (FIRST, SECOND)
        ]
        requests = [(bot, body) for bot in (several.bot, second) for body in received for _ in range(5)]
        await asyncio.gather(*(bot.bolt.async_dispatch(AsyncBoltRequest(body=dict(body), mode="socket_mode")) for bot, body in requests))
        assert [call.answer["ok"] for call in several.first.calls if call.arguments.get("grant_type") == "refresh_token"] == [True]
        for team, own in ((FIRST, "Acme Robotics"), (SECOND, OTHER_ACCOUNT)):
            assert own in json.dumps(await several.ask(team, "accounts"))
        assert refusals(several) == []


@pytest.mark.parametrize("told", [True, False])
async def test_a_workspace_that_had_the_app_before_its_organization_keeps_what_it_has(open_several, told):
    async with open_several(ready=True) as several:
        globex = await organized(several)
        await globex.grant(FIRST, told=told)
        assert "Acme Robotics" in json.dumps(await several.ask(FIRST, "accounts"))
        assert OTHER_ACCOUNT in json.dumps(await several.ask(SECOND, "accounts"))


async def test_an_event_of_an_installation_before_this_one_stops_nothing(open_several):
    async with open_several(ready=True) as several:
        await several.first.switches.uninstall()
        await several.settle()
        several.clock.go_on(seconds=30)
        await several.install(FIRST)
        for event in several.first.events[-2:]:
            assert event["event"]["type"] in ("app_uninstalled", "tokens_revoked")
            await several.first.redeliver(event)
        assert "Acme Robotics" in json.dumps(await several.ask(FIRST, "accounts"))


async def test_the_token_of_an_organization_serves_its_workspaces_without_oauth_too(open_several):
    """Slack must be told which workspace is meant; digests that were imported for nobody in particular wait for their operator."""
    async with open_several(manifest=read_manifest("https://bot.example.com")) as several:
        globex = several.first.oauth.organize(GLOBEX, "Globex")
        await globex.grant(FIRST)
        common = ("slack_api_url", "slack_signing_secret", "postpost_base_url", "database_url", "shutdown_grace", "port")
        one = {name: several.settings[name] for name in common}
        await several.start(**one, slack_bot_token=globex.installation.bot_token, postpost_api_key=DEMO_KEY)
        ann = several.first.person("ann")
        await ann.press(await several.ask(FIRST, "digest linkedin-ABC every day 9:00 here"), "digest.create")
        await several.settle()
        (digest,) = await several.bot.scheduling.stores.digests.digests()
        nobodys = replace(digest, id="imported", team="", channel="C0GENERAL0", owner=None)
        await several.bot.scheduling.stores.digests.create(nobodys, by="digest import", at=several.clock())
        await several.ask(FIRST, "digest list")
        # One without an owner that cannot be posted: the administrators are told.
        await several.bot.scheduling.stores.digests.create(
            replace(digest, id="hopeless", channel="C0GONE0000", owner=None), by="digest import", at=several.clock()
        )
        several.clock.go_on(hours=24)
        for _ in range(4):
            await several.bot.scheduling.runner.tick()
            await several.settle()
            several.clock.go_on(seconds=61)
        states = dict(await rows(several, "SELECT digest, state FROM deliveries WHERE click = ''"))
        assert states == {digest.id: "sent", "hopeless": "failed"}
        assert await rows(several, "SELECT team FROM digests WHERE id = 'imported'") == [("",)]
        told = [call for call in several.first.calls if call.method == "chat.postMessage" and str(call.arguments["channel"])[0] == "D"]
        assert len(told) == 1
        assert [one for one in refusals(several) if one[1] != "channel_not_found"] == []
