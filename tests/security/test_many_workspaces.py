"""Two workspaces share one bot: each is installed by the link, gives its own key, and sees nothing of the other."""

import asyncio
import dataclasses
import json
import logging
import re
from contextlib import asynccontextmanager
from datetime import timedelta
from io import StringIO
from typing import Any

import aiohttp
import pytest
from msgspec.structs import replace
from sqlalchemy import text, update

from bot.app import open_bot
from bot.bootstrap.check import check
from bot.bootstrap.workspace import open_workspace
from bot.delivery.scheduler import SHARE
from bot.errors import SettingsError, StoreError
from bot.ops.manifest import read_manifest
from bot.ops.telemetry import configure_logging
from bot.sandbox.servers import DEMO_KEY
from bot.sandbox.world_accounts import Trouble
from bot.settings import given_settings
from bot.storage.column_types import new_key
from bot.storage.tables import digests
from tests.fixtures.workspaces import KEYS, OTHER, OTHER_ACCOUNT, OTHER_KEY, modal

FIRST, SECOND = "T0SANDBOX1", OTHER.id
ACCOUNT = {FIRST: "linkedin-ABC", SECOND: "linkedin-Crowd0"}
NOT_YET = "isn't connected to PostPost yet"


async def test_a_workspace_installs_the_app_gives_its_key_and_is_answered(open_several):
    async with open_several() as several:
        refused = await several.first.person("ann").command("last week")
        assert "isn't installed in this workspace" in json.dumps(refused.body)
        status, page = await several.install(FIRST)
        assert status == 200, page
        assert NOT_YET in (await several.ask(FIRST, "last week"))["text"]
        assert "shows how" in (await several.ask(FIRST, "help"))["text"] or "linkedin-stats" in (await several.ask(FIRST, "help"))["text"]
        assert "An administrator of this workspace can connect me" in json.dumps(await several.home(FIRST, "bob"))
        chosen = await several.connect(FIRST)
        sent = await several.first.person("ann").submit_view(chosen, {"account": "linkedin-ABC"})
        await several.settle()
        assert "Saved" in json.dumps(modal(sent))
        assert "Ann Lee" in json.dumps(await several.ask(FIRST, "last week"))
        assert several.first.calls[0].method == "api.test"
        assert [call.method for call in several.first.calls].count("auth.test") == 1, "only Bolt's own, when it was installed"
        checked = [str(line) async for line in check(several.bot.settings)]
        assert {
            "workspaces: OK (1 installed, their tokens and keys can be decrypted)",
            "Slack app: OK (Slack takes its ID and secret)",
            "statistics API: OK (it answers; each workspace has its own key)",
        } <= set(checked), checked
        assert not [line for line in checked if "FAILED" in line and not line.startswith("clock:")]


async def test_a_key_is_checked_and_only_administrators_give_replace_and_remove_it(open_several):
    async with open_several() as several:
        await several.install(FIRST)
        home = await several.home(FIRST)
        for wrong, sentence in (("wrong-key", "doesn't accept this key"), ("two words", "one word")):
            assert sentence in json.dumps(await several.give_key(FIRST, home, wrong))
        assert NOT_YET in (await several.ask(FIRST, "last week"))["text"]
        assert "connection.key" not in json.dumps(await several.home(FIRST, "bob"))
        people, ann = several.first.parts.workspace.people, several.first.person("ann").id
        rights, people[ann] = people[ann], dataclasses.replace(people[ann], is_admin=False)
        several.clock.go_on(minutes=6)
        pressed = await several.first.person("ann").press(home, "connection.key")
        await several.settle()
        assert "Only an administrator" in json.dumps(modal(pressed))
        people[ann] = rights
        several.clock.go_on(minutes=6)
        await several.give_key(FIRST, home, KEYS[FIRST])
        assert "Acme Robotics" in json.dumps(await several.ask(FIRST, "accounts"))
        connected = await several.home(FIRST)
        assert "connected, " in json.dumps(connected)
        await several.give_key(FIRST, connected, OTHER_KEY)
        notice = json.dumps(await several.ask(FIRST, "accounts"))
        assert OTHER_ACCOUNT in notice
        assert "Acme Robotics" not in notice
        pressed = await several.first.person("ann").press(await several.home(FIRST), "connection.remove")
        await several.settle()
        assert "removed" in json.dumps(modal(pressed))
        assert NOT_YET in (await several.ask(FIRST, "accounts"))["text"]
        async with several.bot.database.read() as connection:
            rows = (await connection.execute(text("SELECT before, after FROM changes WHERE kind = 'postpost_key' ORDER BY id"))).all()
        assert [tuple(row) for row in rows] == [(None, "connected"), ("connected", "connected"), ("connected", None)]


async def test_the_callback_is_good_once_and_only_in_the_browser_that_began(open_several):
    async with open_several() as several:
        jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=f"http://127.0.0.1:{several.port}")
        async with aiohttp.ClientSession(cookie_jar=jar) as session, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as stranger:
            _, page = await several.page("/slack/install", session)
            (state,) = re.findall(r"state=([\w-]+)", page)
            own, callback = {"Cookie": f"slack-app-oauth-state={state}"}, f"/slack/oauth_redirect?code=not-a-code&state={state}"
            assert (await several.page(callback, stranger))[0] == 400, "another browser"
            assert (await several.page(callback, session))[0] == 401, "no code of Slack's"
            allow = f"{several.first.api_url.removesuffix('/api/')}/oauth/v2/allow/{FIRST}?state={state}"
            async with session.get(allow, allow_redirects=False) as sent_back:
                good = sent_back.headers["Location"]
            async with stranger.get(good, headers=own) as replayed:
                assert replayed.status == 401, "the state was used up"
            assert (await several.page("/slack/oauth_redirect?error=access_denied", session))[0] == 200
            async with session.post(f"http://127.0.0.1:{several.port}/slack/install") as posted:
                assert posted.status == 405
        async with several.bot.database.read() as connection:
            assert (await connection.execute(text("SELECT count(*) FROM slack_installations"))).scalar() == 0


async def test_a_workspace_that_leaves_stops_at_once_comes_back_whole_and_is_deleted_in_time(open_several):
    async with open_several(ready=True) as several:
        await several.ask(FIRST, "default linkedin-ABC")
        await several.first.switches.uninstall()
        await several.settle()
        assert list(several.bot.bolt._open) == [SECOND], "nothing of it goes on"
        # What was on its way when the app was removed.
        several.first.parts.installation.restore()
        assert "isn't installed in this workspace" in json.dumps((await several.first.person("ann").command("last week")).body)
        assert OTHER_ACCOUNT in json.dumps(await several.ask(SECOND, "accounts"))
        assert await several.bot.problems() == {}
        await several.install(FIRST)
        assert "Ann Lee" in json.dumps(await several.ask(FIRST, "last week")), "with its key and its channel's default account"
        await several.first.switches.uninstall()
        await several.settle()
        several.clock.go_on(days=30, minutes=1)
        await several.bot.scheduling.runner.tick()
        await several.settle()
        async with several.bot.database.read() as connection:
            for table in ("slack_installations", "workspace_keys", "workspace_posts", "channel_defaults"):
                teams = (await connection.execute(text(f"SELECT DISTINCT team FROM {table}"))).scalars().all()  # noqa: S608 - these
                assert FIRST not in teams
        await several.install(FIRST)
        assert NOT_YET in (await several.ask(FIRST, "last week"))["text"]


async def test_what_is_due_in_a_workspace_that_did_not_install_the_app_here_waits_without_being_looked_at(open_several):
    """As after a change from one workspace to many: its rows are there, its installation is not yet."""
    async with open_several(ready=True) as several:
        stores, posted = several.bot.scheduling.stores, several.first.calls
        for words in (f"digest {ACCOUNT[FIRST]} every day 9:00 here", f"digest {ACCOUNT[FIRST]} every day 11:10 here"):
            await several.first.person("ann").press(await several.ask(FIRST, words), "digest.create")
            await several.settle()
        several.clock.go_on(hours=24)
        # The first one's delivery has been made when the app is gone, the second one's has not.
        await stores.occurrences.claim_due(several.clock(), limit=1)
        async with several.bot.database.write() as connection:
            await connection.execute(text("DELETE FROM slack_installations WHERE team = :team"), {"team": FIRST})
        for _ in range(2):
            await several.bot.scheduling.runner.tick()
            await several.settle()
            several.clock.go_on(seconds=2)
        assert await stores.history.due_deliveries(several.clock()) == ()
        assert await stores.history.backlog(several.clock()) == (0, 0.0)
        before = [call.method for call in posted].count("chat.postMessage")
        await several.install(FIRST)
        for _ in range(4):
            await several.bot.scheduling.runner.tick()
            await several.settle()
            several.clock.go_on(seconds=2)
        assert [call.method for call in posted].count("chat.postMessage") >= before + 2


async def test_check_names_a_workspace_that_did_not_grant_what_the_app_needs(open_several):
    async with open_several() as several:
        several.first.parts.installation.scopes -= {"users:read"}
        await several.install(FIRST)
        lines = [str(line) async for line in check(several.bot.settings)]
        assert f"workspace {FIRST}: FAILED: missing users:read. Install the app there again by the link." in lines, lines


async def test_no_line_of_the_log_and_no_page_holds_a_secret(open_several, caplog):
    with caplog.at_level(logging.DEBUG, "bot"):
        async with open_several(ready=True) as several:
            tokens = [slack.bot_token for slack in several.slack.values()]
            await several.ask(FIRST, "status")
            secrets = [*tokens, *KEYS.values(), several.settings["encryption_keys"], several.settings["slack_client_secret"]]
            async with aiohttp.ClientSession() as session:
                shown = "".join([(await several.page(path, session))[1] for path in ("/readyz", "/metrics", "/slack/install")])
            logged = "\n".join(str(record.__dict__) for record in caplog.records if record.name.startswith("bot"))
            assert not [one for one in secrets if one in shown or (one != "demo" and one in logged)]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"encryption_keys": None}, "ENCRYPTION_KEYS.*keys new"),
        ({"slack_client_secret": None}, "SLACK_CLIENT_SECRET"),
        ({"slack_signing_secret": None}, "SLACK_SIGNING_SECRET"),
        ({"slack_bot_token": "xoxb-1-2-3", "administrators": "U0ANN00001"}, "for one: SLACK_BOT_TOKEN, ADMINISTRATORS"),
    ],
)
async def test_settings_that_cannot_serve_many_are_refused_in_words(tmp_path, given, sentence):
    values = {
        "slack_client_id": "1.2", "slack_client_secret": "c" * 32, "slack_signing_secret": "0" * 32, "encryption_keys": new_key(),
        "database_url": f"sqlite:///{tmp_path / 'none.sqlite3'}",
    }  # fmt: skip
    with pytest.raises(SettingsError) as refused:
        async with open_bot(given_settings(**(values | given))):
            pass
    assert re.search(sentence, str(refused.value), re.DOTALL)


async def test_a_bot_with_another_key_does_not_start(open_several):
    async with open_several(ready=True) as several:
        pass
    with pytest.raises(StoreError, match=r"T0SANDBOX1.*ENCRYPTION_KEYS"):
        async with open_bot(given_settings(**(several.settings | {"encryption_keys": new_key()}))):
            pass


async def test_in_trouble_people_are_told_what_they_can_do(open_several):
    """None can set anything of the bot's: the fixture finds no setting's name in all that was sent. The log names the workspace."""
    written = StringIO()
    configure_logging(level="INFO", as_json=True, stream=written)
    async with open_several(ready=True, statistics_deadline=3.0) as several:
        home, service = await several.home(FIRST), several.statistics[FIRST]
        for trouble, remedy in ((Trouble.HTML, "tell the person who runs"), (Trouble.PLAN, "plan")):
            service.fail_next(trouble, times=50)
            assert remedy in (await several.ask(FIRST, f"{ACCOUNT[FIRST]} 7d"))["text"]
            assert remedy in json.dumps(await several.give_key(FIRST, home, KEYS[FIRST]))
            await several.ask(FIRST, "status")
            service._faults.clear()
        async with several.bot.database.write() as connection:
            await connection.execute(text(f"UPDATE workspace_keys SET api_key = 'v1.other.x' WHERE team = '{FIRST}'"))  # noqa: S608 - ours
        shown = await several.first.person("ann").command("last week")
        assert "tell the person who runs this bot" in json.dumps(shown.body)
        lines = [json.loads(line) for line in written.getvalue().splitlines()]
        assert {line["team"] for line in lines if line["event"] == "the statistics service gave no answer"} == {FIRST}
        assert OTHER_ACCOUNT in json.dumps(await several.ask(SECOND, "accounts"))


async def digest_there(several, team):
    """Ann sets up a digest in #marketing, due every Monday at nine."""
    ann = several.slack[team].person("ann")
    await ann.press(await several.ask(team, f"digest {ACCOUNT[team]} every monday 9:00 here"), "digest.create")
    await several.settle()


def posted(slack):
    """The calls that posted."""
    return [call for call in slack.calls if call.method == "chat.postMessage"]


async def test_a_workspace_that_leaves_while_something_hangs_is_closed_in_time(open_several, monkeypatch, caplog):
    monkeypatch.setattr("bot.bootstrap.workspaces.CLOSED_WITHIN", 0.0)
    async with open_several(ready=True, shutdown_grace=0.1) as several:
        workspace = await several.bot.workspace(FIRST)
        hanging, session = workspace.tasks.start(asyncio.Event().wait(), name="hangs"), workspace.clients[0].session
        await several.first.switches.uninstall()
        async with asyncio.timeout(60):
            while not session.closed:  # noqa: ASYNC110 - the library's
                await asyncio.sleep(0.02)
        hanging.cancel()
        await several.settle()
    assert "a workspace is closed while something still uses it" in caplog.text


@pytest.mark.parametrize("trouble", ["hangs", "fails", "is damaged"])
async def test_a_workspace_that_cannot_be_opened_holds_up_no_other(open_several, monkeypatch, trouble):
    async with open_several(ready=True, shutdown_grace=0.1) as several:
        for team in several.slack:
            await digest_there(several, team)

        @asynccontextmanager
        async def troubled(process, own):
            if own.stored.team == FIRST:
                if trouble == "fails":
                    raise StoreError
                await asyncio.Event().wait()
            async with open_workspace(process, own) as workspace:
                yield workspace

        monkeypatch.setattr("bot.bootstrap.workspaces.open_workspace", troubled)
        async with several.bot.database.write() as connection:
            # Both were changed, so that both are opened anew.
            await connection.execute(text("UPDATE workspace_keys SET platform_id = 'linkedin-Crowd0'"))
            if trouble == "is damaged":
                await connection.execute(text(f"UPDATE workspace_keys SET api_key = 'v1.x' WHERE team = '{FIRST}'"))  # noqa: S608 - ours
        several.clock.go_on(days=7)
        async with asyncio.timeout(60):
            while not posted(several.other):
                await several.bot.scheduling.runner.tick()
                await asyncio.sleep(0.02)
        assert posted(several.first) == []


async def test_many_digests_of_one_workspace_do_not_hold_up_another_ones(open_several, monkeypatch):
    """Twenty are due a minute before it: it is begun as the second, beside no more than a workspace's share."""
    async with open_several(ready=True) as several:
        for team in several.slack:
            await digest_there(several, team)
        repository, queue = several.bot.scheduling.stores.digests, several.bot.scheduling.queue
        first, other = sorted(await repository.digests(), key=lambda one: one.team)
        for n in range(20):
            await repository.create(replace(first, id=f"{first.id}-{n}", channel=f"C0MANY{n:04d}"), by="U1", at=several.clock())
        later = update(digests).where(digests.c.id == other.id).values(next_run_at=other.next_run_at + timedelta(minutes=1))
        async with several.bot.database.write() as connection:
            await connection.execute(later)
        begun, submit = [], queue.submit

        async def submitted(deliveries, _parts):
            begun.append(deliveries)
            # The second alone is worked on: posting the others is not what this is about.
            await submit(deliveries[1:2], ())

        monkeypatch.setattr(queue, "submit", submitted)
        several.clock.go_on(days=7)
        for team in several.slack:
            # With a token that is renewed already: how long that takes would decide the order otherwise.
            await several.bot.bolt.of(team)
        await several.bot.scheduling.runner.tick()
        await several.settle()
        (theirs,) = await several.bot.scheduling.stores.history.history(team=SECOND)
        at_once = next(deliveries for deliveries in begun if deliveries)
        assert at_once[1] == theirs.id
        assert len(at_once) == SHARE + 1
        assert len(posted(several.other)) == 1


@pytest.mark.parametrize("later", [timedelta(minutes=11), timedelta(days=31)])
async def test_a_workspace_whose_token_works_after_all_is_served_again_and_not_deleted(open_several, later):
    """Slack's word that the app was removed comes late, after it was installed again."""
    async with open_several(ready=True) as several:
        stamp = several.first.parts.workspace.stamps.next()
        await several.first.parts.events.send({"type": "app_uninstalled", "event_ts": stamp})
        await several.settle()
        assert "isn't installed in this workspace" in json.dumps((await several.first.person("ann").command("last week")).body)
        several.clock.go_on(seconds=later.total_seconds())
        await several.bot.scheduling.runner.tick()
        await several.settle()
        assert "Acme Robotics" in json.dumps(await several.ask(FIRST, "accounts"))


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"slack_client_secret": "0" * 32}, r"Slack app: FAILED: Slack doesn't accept SLACK_CLIENT_SECRET \(bad_client_secret\)"),
    ({"slack_client_id": "9.9"}, r"Slack app: FAILED: Slack doesn't accept SLACK_CLIENT_ID \(invalid_client_id\)"),
    ({"encryption_keys": new_key()}, "workspaces: FAILED: .*ENCRYPTION_KEYS"),
    ({"postpost_base_url": "http://127.0.0.1:9/api"}, "statistics API: FAILED: .*POSTPOST_BASE_URL"),
    ({"slack_api_url": "http://127.0.0.1:9/api/"}, "Slack: FAILED: Slack can't be reached"),
    ({}, f"workspace {FIRST}: FAILED: Slack doesn't renew its token .invalid_refresh_token., which ends at 2026-11-23 21:0[12] UTC"),
    ({}, f"workspace {SECOND}: note: the app has left it"),
)


async def test_check_says_what_is_wrong_with_a_setting_or_a_workspace(open_several):
    async with open_several() as several:
        for team in several.slack:
            await several.install(team)
        await several.other.switches.uninstall()
        several.first.parts.installation.refresh_token = "xoxe-1-used-elsewhere"
        several.clock.go_on(hours=10, minutes=1)
        async with asyncio.timeout(60):
            while not (await several.bot.bolt._store.workspace(FIRST)).refresh_error:
                await several.bot.bolt.of(FIRST)
                await asyncio.sleep(0.01)
        for given, said in WRONG:
            checked = [str(line) async for line in check(given_settings(**(several.settings | given)))]
            assert [line for line in checked if re.match(said, line)], (said, checked)


async def test_from_one_workspace_to_many_and_back_each_digest_waits_for_its_own_bot(open_several):
    """Without its PostPost key it waits; back with the token of one workspace the other's waits."""
    async with open_several(manifest=read_manifest("https://bot.example.com")) as several:
        many, common = (
            several.settings,
            ("slack_api_url", "slack_signing_secret", "postpost_base_url", "database_url", "shutdown_grace", "port"),
        )

        async def single() -> None:
            one = {name: many[name] for name in common}
            await several.start(**one, slack_bot_token=several.first.bot_token, postpost_api_key=DEMO_KEY)

        async def posted_in_a_week() -> list[str]:
            several.clock.go_on(days=7)
            before = {team: len(server.accepted) for team, server in several.slack.items()}
            for _ in range(3):
                await several.bot.scheduling.runner.tick()
                await several.settle()
                several.clock.go_on(seconds=2)
            return [team for team, server in several.slack.items() if len(server.accepted) > before[team]]

        async def set_up(team: str) -> None:
            asked = await several.ask(team, f"digest {ACCOUNT[team]} every monday 9:00 here")
            await several.slack[team].person("ann").press(asked, "digest.create")
            await several.settle()

        await single()
        await set_up(FIRST)
        assert await posted_in_a_week() == [FIRST]
        await several.start(**many)
        for team in several.slack:
            await several.install(team)
        await several.connect(SECOND)
        await set_up(SECOND)
        assert await posted_in_a_week() == [SECOND]
        await several.connect(FIRST)
        assert await posted_in_a_week() == [FIRST, SECOND]
        await single()
        assert await posted_in_a_week() == [FIRST]
        async with several.bot.database.read() as connection:
            states = (await connection.execute(text("SELECT DISTINCT state FROM deliveries"))).scalars().all()
        assert [one for one in states if one not in ("sent", "skipped")] == [], "nothing failed"
        await several.start(**many)
        assert await posted_in_a_week() == [FIRST, SECOND]
