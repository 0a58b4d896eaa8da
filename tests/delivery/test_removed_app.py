"""The app was removed: everything about the workspace is deleted after a while, unless the app comes back before."""

from datetime import timedelta

from sqlalchemy import insert

from bot.sandbox.slack.people import TEAM_ID as TEAM
from bot.storage.tables import slack_installations
from bot.subscriptions.delivery_state import DeliveryState
from bot.subscriptions.subscription import InstallationState


async def stored(digesting):
    """What is still known: digests, occurrences, the channel's default, groups, the record of changes."""
    async with digesting.scene.bot.database.read() as connection:
        tables = ("digests", "deliveries", "delivery_attempts", "parts", "changes", "channel_defaults", "account_groups", "installations")
        return {name: len((await connection.exec_driver_sql(f"SELECT * FROM {name}")).all()) for name in tables}  # noqa: S608 - these names


async def settled(digesting):
    """A workspace in which something was set up and posted; then the app is removed."""
    await digesting.scene.ask("default linkedin-ABC")
    await digesting.scene.ask("group sales = linkedin-ABC")
    await digesting.digest()
    await digesting.tick(rounds=6, seconds=2)
    assert await digesting.states() == [DeliveryState.SENT]
    await digesting.scene.slack.switches.uninstall()
    await digesting.idle()


def forgotten(caplog):
    return [one for one in caplog.records if "is deleted" in one.message]


async def test_after_thirty_days_everything_is_deleted_once_and_said_so(digesting, caplog):
    await settled(digesting)
    before = await stored(digesting)
    assert all(before.values())
    await digesting.tick(days=29, hours=23)
    assert await stored(digesting) == before
    await digesting.tick(rounds=3, hours=1, minutes=1)
    assert not any((await stored(digesting)).values())
    (line,) = forgotten(caplog)
    assert (line.team, line.days) == (TEAM, 30)
    await digesting.scene.slack.switches.install()
    await digesting.digest(next_run_at=digesting.scene.clock())
    await digesting.tick(rounds=6, seconds=61)
    assert len(digesting.posted()) == 2


async def test_one_that_comes_back_before_keeps_everything(digesting, caplog):
    await settled(digesting)
    before = await stored(digesting)
    await digesting.tick(days=20)
    await digesting.scene.slack.switches.install()
    await digesting.tick(rounds=2, minutes=2)
    await digesting.tick(rounds=2, days=15)
    after = await stored(digesting)
    assert all(after[name] >= before[name] for name in before)
    assert forgotten(caplog) == []


async def test_a_bot_that_was_down_meanwhile_asks_before_it_deletes(digesting, caplog):
    """Its last word is that the app was removed; Slack says that it is back, or does not answer: nothing is deleted."""
    await settled(digesting)
    await digesting.scene.slack.switches.install()
    digesting.scene.slack.faults.add(method="auth.test", kind="status", times=2)
    await digesting.tick(days=40)
    assert (await digesting.stores.installations.installation(TEAM)).state is InstallationState.REMOVED
    await digesting.tick(rounds=3, minutes=2)
    assert (await digesting.stores.installations.installation(TEAM)).state is InstallationState.ACTIVE
    assert all((await stored(digesting)).values())
    assert forgotten(caplog) == []


async def test_how_long_it_is_kept_is_a_setting(open_digesting):
    async with open_digesting(retention_days=2) as digesting:
        await settled(digesting)
        await digesting.tick(rounds=2, days=1, minutes=1)
        assert not any((await stored(digesting)).values())


async def test_an_imported_digest_stops_with_its_workspace_and_resumes_with_it(digesting):
    """Who imports it without a running bot knows no workspace; the clock finds out before anything is due."""
    await digesting.digest(team="")
    await digesting.scene.slack.switches.uninstall()
    await digesting.tick(rounds=3, seconds=70)
    assert (digesting.posted(), await digesting.deliveries()) == ([], ())
    await digesting.scene.slack.switches.install()
    await digesting.tick(rounds=6, seconds=61)
    assert len(digesting.posted()) == 1
    assert (await digesting.stores.digests.digest("digest-1")).team == (await digesting.the_delivery()).team == TEAM
    assert await digesting.stores.installations.stopped() == ()


async def test_a_clock_that_was_set_wrong_deletes_nothing(digesting, caplog):
    """Forty days ahead of Slack's: how long the app was away is unknown."""
    await settled(digesting)
    clock = digesting.scene.clock
    digesting.scene.bot_clock._clock = lambda: clock() + timedelta(days=40)
    await digesting.tick(rounds=3, minutes=2)
    assert all((await stored(digesting)).values())
    assert forgotten(caplog) == []
    digesting.scene.bot_clock._clock = clock
    await digesting.tick(rounds=2, days=30)
    assert not any((await stored(digesting)).values())


async def test_one_that_left_while_the_bot_served_many_is_deleted_too(digesting, caplog):
    """Back with one workspace, whose own token works and whose digests go on."""
    await digesting.digest()
    database, clock = digesting.scene.bot.database, digesting.scene.clock
    async with database.write() as connection:
        await connection.execute(insert(slack_installations).values(team="T2", data="encrypted", installed_at=clock()))
    await digesting.stores.installations.note("T2", InstallationState.REMOVED, clock())
    await digesting.tick(days=29)
    assert (await digesting.stores.installations.installation("T2")).state is InstallationState.REMOVED
    await digesting.tick(rounds=2, days=1)
    assert [line.team for line in forgotten(caplog)] == ["T2"]
    assert await digesting.stores.installations.installation("T2") is None
    assert (await stored(digesting))["digests"] == 1
