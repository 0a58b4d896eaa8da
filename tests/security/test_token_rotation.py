"""With token rotation a workspace's token ends after twelve hours: it is renewed in time, once, and what cannot be renewed is said."""

import asyncio
import json

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from tests.fixtures.workspaces import OTHER

FIRST = "T0SANDBOX1"
#: Nothing listens to it: what it takes is finding its workspace.
HEARD = {"type": "event_callback", "team_id": FIRST, "event": {"type": "emoji_changed"}, "event_id": "Ev1"}


def renewals(several, but=OTHER.id):
    """What Slack answered, without what it answered for the other workspace."""
    calls = [call for call in several.first.calls if call.arguments.get("grant_type") == "refresh_token"]
    return [call.answer.get("error", "ok") for call in calls if call.answer.get("team", {}).get("id") != but]


def expired(several):
    return [call.method for slack in several.slack.values() for call in slack.calls if call.answer.get("error") == "token_expired"]


def posts(slack):
    return [call for call in slack.calls if call.method == "chat.postMessage" and call.answer.get("ok")]


async def set_up(several):
    asked = await several.ask(FIRST, "digest linkedin-ABC every day 9:00 here")
    await several.first.person("ann").press(asked, "digest.create")
    await several.settle()


async def used_by(bot):
    return {client.token for client in (await bot.bolt.of(FIRST)).clients}


async def tick(several, rounds=3):
    for _ in range(rounds):
        await several.bot.scheduling.runner.tick()
        await several.settle()
        several.clock.go_on(seconds=2)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_of_a_thousand_requests_to_two_processes_at_its_end_one_renews_a_token(open_several, request, kind):
    where = {"database_url": request.getfixturevalue("postgresql").make_current_database()} if kind == "postgresql" else {}
    async with open_several(**where) as several, several.beside() as second:
        await several.install(FIRST)
        several.clock.go_on(hours=12)
        bots = [bot.bolt for bot in (several.bot, second) for _ in range(500)]
        received = await asyncio.gather(*(bot.async_dispatch(AsyncBoltRequest(body=dict(HEARD), mode="socket_mode")) for bot in bots))
        assert {answer.status for answer in received} == {200}
        assert renewals(several) == ["ok"]
        several.clock.go_on(hours=10, minutes=1)
        async with asyncio.timeout(90):
            # Before it ends nobody waits for the new one.
            while len(renewals(several)) < 2 or {*await used_by(several.bot), *await used_by(second)} != {several.first.bot_token}:  # noqa: ASYNC110 - no part of it tells
                await asyncio.sleep(0.01)
        assert renewals(several) == ["ok", "ok"]
        await several.home(FIRST)
        assert expired(several) == []


async def test_what_the_clock_posts_is_posted_with_a_token_that_works(open_several):
    async with open_several(ready=True) as several:
        await set_up(several)
        await several.ask(FIRST, "alert linkedin-ABC impressions +1% day")
        tokens = {several.first.bot_token}
        for day in range(1, 3):
            several.clock.go_on(hours=24)
            await tick(several)
            assert len(posts(several.first)) >= day
            tokens.add(several.first.bot_token)
        assert len(tokens) == 3
        assert expired(several) == []


@pytest.mark.parametrize(
    ("fault", "text"),
    [({"kind": "status"}, "HTTP 503"), ({"kind": "error", "error": "bad_client_secret"}, "bad_client_secret")],
)
async def test_while_a_token_cannot_be_renewed_what_is_due_waits_and_nothing_is_stopped(open_several, caplog, fault, text):
    async with open_several(ready=True) as several:
        await set_up(several)
        before = len(posts(several.first))
        refused = several.first.faults.add(method="oauth.v2.access", times=99, **fault)
        several.clock.go_on(hours=24)
        await tick(several, rounds=5)
        assert len(posts(several.first)) == before
        assert expired(several) == []
        assert len(renewals(several)) <= 2, "it is not tried at each tick"
        assert [record for record in caplog.records if text in str(record.__dict__.get("slack_error"))]
        assert "Slack didn't tell me who you are" in (await several.ask(FIRST, "accounts"))["text"]
        assert await several.bot.scheduling.stores.installations.stopped() == ()
        several.first.faults.remove(refused.id)
        several.clock.go_on(minutes=1)
        await tick(several)
        assert len(posts(several.first)) > before


async def test_a_workspace_whose_refresh_token_is_refused_is_served_until_its_token_ends_and_again_once_installed(open_several, caplog):
    async with open_several(ready=True) as several:
        several.first.parts.installation.refresh_token = "xoxe-1-used-elsewhere"
        several.clock.go_on(hours=10, minutes=1)
        await tick(several)
        assert "Acme Robotics" in json.dumps(await several.ask(FIRST, "accounts"))
        assert sorted(renewals(several, but="")) == ["invalid_refresh_token", "ok"], "the other workspace's was renewed"
        assert [record for record in caplog.records if record.__dict__.get("slack_error") == "invalid_refresh_token"]
        several.clock.go_on(hours=2)
        await tick(several)
        assert "isn't installed" in json.dumps((await several.first.person("ann").command("accounts")).body)
        (stopped,) = await several.bot.scheduling.stores.installations.stopped()
        assert (stopped.team, stopped.state.value) == (FIRST, "token_revoked")
        assert "Umbra" in json.dumps(await several.ask(OTHER.id, "accounts"))
        await several.install(FIRST)
        assert "Acme Robotics" in json.dumps(await several.ask(FIRST, "accounts"))
        assert expired(several) == []
