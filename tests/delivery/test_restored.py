"""Backup, loss, restore: the same digests go on, what was posted since the copy is found, and what was missed follows the rules."""

import asyncio
import dataclasses
import shutil
import subprocess
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from msgspec.structs import replace
from sqlalchemy import text, update

from bot.app import open_bot
from bot.cli import FINDING, WELL, main
from bot.settings import given_settings
from bot.storage.database import open_database
from bot.storage.tables import bot_state
from bot.subscriptions.delivery_state import DeliveryState, Settlement
from bot.subscriptions.subscription import SkipReason, SubscriptionKind
from tests.alerts.test_alerts_resolved import fire, tell
from tests.fixtures.deliveries import DUE, TEAM, TIMING, Digesting
from tests.postgresql import _programs

SENT, SKIPPED = DeliveryState.SENT, DeliveryState.SKIPPED


@asynccontextmanager
async def life(scene, url):
    """One process of the bot on the database of this URL, in the same Slack as all others."""
    values = scene.bot.settings.model_dump(exclude={"acknowledge_within"}) | {"database_url": url}
    async with open_bot(given_settings(**values), scene.clock) as bot, bot.scheduling.queue.working(bot.work):
        yield Digesting(dataclasses.replace(scene, bot=bot))
        await bot.tasks.idle()


def command(monkeypatch, tmp_path, url, *arguments):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)
    return asyncio.to_thread(main, [str(one) for one in arguments])


def _file(url):
    return Path(url.removeprefix("sqlite:///"))


class Restoring:
    """A database that is copied, lost and put back, by one of the ways in which people do it."""

    def __init__(self, way, monkeypatch, tmp_path, postgresql, made_databases):
        self.way, self._monkeypatch, self._tmp_path, self._server = way, monkeypatch, tmp_path, postgresql
        self.url = (
            f"sqlite:///{tmp_path / 'kept' / 'bot.sqlite3'}" if postgresql is None else postgresql.make_current_database(posts_known=True)
        )
        if postgresql is None:
            _file(self.url).parent.mkdir(mode=0o700)
            shutil.copy(made_databases.posts_known, _file(self.url))
        self.copy = tmp_path / "copy"

    def _run(self, *arguments):
        return command(self._monkeypatch, self._tmp_path, self.url, *arguments)

    def _admin(self, statement):
        with psycopg.connect(self._server.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _program(self, name, *arguments):
        subprocess.run([_programs() / name, *arguments], check=True, capture_output=True)

    async def back_up(self):
        if self._server is None:
            assert await self._run("backup", self.copy) == WELL
        elif self.way == "a copied database":
            self._admin(f"CREATE DATABASE {self._name}_copy TEMPLATE {self._name}")
        else:
            self._program("pg_dump", "--format=custom", f"--file={self.copy}", self.url)

    @property
    def _name(self):
        return self.url.rpartition("/")[2]

    async def restore(self):
        if self.way == "restore":
            assert await self._run("restore", self.copy) == WELL
        elif self.way == "a new disk":
            shutil.rmtree(_file(self.url).parent)
            assert await self._run("restore", self.copy) == WELL
        elif self.way == "copied over":
            shutil.copyfile(self.copy, _file(self.url))
        elif self.way == "a copied database":
            self._admin(f"DROP DATABASE {self._name}")
            self._admin(f"ALTER DATABASE {self._name}_copy RENAME TO {self._name}")
        elif self.way == "pg_restore":
            self._admin(f"DROP DATABASE {self._name}")
            self._admin(f"CREATE DATABASE {self._name}")
            self._program("pg_restore", f"--dbname={self.url}", self.copy)
        else:
            # What the database itself cannot tell from a long stop, such as a volume's snapshot: the command says it.
            with psycopg.connect(self.url, autocommit=True) as connection:
                for table in ("parts", "delivery_attempts", "deliveries", "digests", "changes", "installations", "bot_state"):
                    connection.execute(f"DELETE FROM {table}".encode())  # noqa: S608 - these names
                stored = connection.execute("SELECT oid FROM pg_class WHERE relname = 'bot_state'").fetchone()
            self._program("pg_restore", "--data-only", "--disable-triggers", f"--dbname={self.url}", *self._data, self.copy)
            with psycopg.connect(self.url) as connection:
                assert connection.execute("SELECT oid FROM pg_class WHERE relname = 'bot_state'").fetchone() == stored
            assert await self._run("restored") == WELL

    _data = tuple(
        f"--table={name}" for name in ("digests", "deliveries", "delivery_attempts", "parts", "changes", "installations", "bot_state")
    )


SQLITE_WAYS = ("restore", "a new disk", "copied over")
POSTGRESQL_WAYS = ("pg_restore", "a copied database", "restored")


@pytest.fixture(autouse=True)
def commands_go_by_the_same_clock(monkeypatch, clock):
    monkeypatch.setattr("bot.ops.tasks.utc_now", clock)


@pytest.fixture(params=[*SQLITE_WAYS, *POSTGRESQL_WAYS])
def restoring(request, monkeypatch, tmp_path, made_databases):
    server = request.getfixturevalue("postgresql") if request.param in POSTGRESQL_WAYS else None
    return Restoring(request.param, monkeypatch, tmp_path, server, made_databases)


@pytest.fixture(params=["restore", "pg_restore"])
def either(request, monkeypatch, tmp_path, made_databases):
    """Each database by its usual way."""
    server = request.getfixturevalue("postgresql") if request.param in POSTGRESQL_WAYS else None
    return Restoring(request.param, monkeypatch, tmp_path, server, made_databases)


@pytest.fixture
def by_command(monkeypatch, tmp_path, made_databases):
    """SQLite by the bot's own two commands."""
    return Restoring("restore", monkeypatch, tmp_path, None, made_databases)


@pytest.fixture
async def scene(open_scene):
    async with open_scene(**TIMING) as opened:
        yield opened


async def test_backup_loss_restore_and_nothing_twice(scene, restoring, monkeypatch):
    """Posted on the first Monday, copied; posted on the second, lost; put back on the second, missed on the third, posted on the fourth."""
    monkeypatch.setattr("bot.delivery.reconcile.KEPT", 0.0)
    async with life(scene, restoring.url) as first:
        digest = await first.digest(accounts=first.accounts(3))
        await first.tick(rounds=4, seconds=2)
        assert await first.states() == [SENT]
    await restoring.back_up()
    async with life(scene, restoring.url) as lost:
        await lost.tick(rounds=4, seconds=2)
        await lost.tick(days=7)
        await lost.tick(rounds=4, seconds=12)
        assert await lost.states() == [SENT, SENT]
        second = await lost.the_delivery_of(1)
        shown = len(lost.posted()), len(lost.replies()), len(lost.files())
    await restoring.restore()
    async with life(scene, restoring.url) as restored:
        await restored.tick(rounds=8, seconds=3)
        assert await restored.states() == [SENT, SENT]
        found = await restored.the_delivery_of(1)
        assert (found.id, found.ts, found.settled) == (second.id, second.ts, Settlement.HISTORY)
        assert (len(restored.posted()), len(restored.replies()), len(restored.files())) == shown
        assert restored.owner_messages() == []
        (stored,) = await restored.stores.digests.digests(team=TEAM)
        assert replace(stored, next_run_at=None) == replace(digest, next_run_at=None)
        scene.clock.go_on(days=7, hours=8)
        await restored.tick(rounds=4, seconds=2)
        assert [(one.state, one.reason) for one in await restored.deliveries()][2:] == [(SKIPPED, SkipReason.LATE.value)]
        scene.clock.go_on(days=6, hours=17)
        await restored.tick(rounds=4, seconds=2)
        assert (await restored.states())[3:] == [SENT]
        assert len(restored.posted()) == shown[0] + 1
        assert restored.scene.bot.work.process.__self__._restored._read == {}, "what was read of channels is kept for ever"


async def test_a_reply_in_the_thread_of_an_earlier_message_is_found(scene, by_command):
    """An alert fired before the copy, and was answered in its thread after it."""
    async with life(scene, by_command.url) as first:
        await fire(first)
    await by_command.back_up()
    async with life(scene, by_command.url) as lost:
        await tell(lost, rounds=2, seconds=2)
        (reply,) = lost.replies()
    await by_command.restore()
    async with life(scene, by_command.url) as restored:
        await restored.tick(rounds=8, seconds=3)
        found = (await restored.deliveries("alert-1"))[-1]
        assert (found.ts, found.settled, found.reply_to) == (reply.ts, Settlement.HISTORY, reply.thread_ts)
        assert (len(restored.posted()), len(restored.replies())) == (1, 1)


async def test_what_was_missed_and_not_posted_comes_late_once(scene, either):
    async with life(scene, either.url) as first:
        await first.digest()
        await first.digest(id="digest-2", cron="0 */8 * * *")
        await first.tick(rounds=4, seconds=2)
    await either.back_up()
    shown = len(first.posted())
    scene.clock.go_on(days=7)
    await either.restore()
    async with life(scene, either.url) as restored:
        await restored.tick(rounds=30, seconds=3)
        weekly = (await restored.deliveries())[1:]
        assert [(one.state, one.settled) for one in weekly] == [(SENT, Settlement.ANSWER)]
        assert len(restored.posted()) == shown + 2
        assert restored.owner_messages() == []


async def test_what_waited_at_the_copy_and_was_posted_since_is_found(scene, either):
    """Slack limited the post when the copy was made; and a part of the thread waited."""
    async with life(scene, either.url) as first:
        await first.digest(accounts=first.accounts(3))
        scene.slack.faults.add(method="chat.postMessage", kind="error", error="ratelimited", retry_after=60)
        await first.tick()
        assert await first.states() == [DeliveryState.PENDING]
        await first.digest(id="digest-2", accounts=first.accounts(3))
        scene.slack.faults.add(method="files.getUploadURLExternal", kind="error", error="ratelimited", retry_after=120)
        await first.tick(rounds=2, seconds=61)
    await either.back_up()
    async with life(scene, either.url) as lost:
        await lost.tick(rounds=20, seconds=31)
        assert await lost.states() == await lost.states("digest-2") == [SENT]
        shown = len(lost.posted()), len(lost.files())
        assert shown == (2, 2)
    await either.restore()
    async with life(scene, either.url) as restored:
        await restored.tick(rounds=20, seconds=5)
        assert await restored.states() == await restored.states("digest-2") == [SENT]
        assert (len(restored.posted()), len(restored.files())) == shown
        assert restored.owner_messages() == []


async def test_a_watched_post_announced_since_the_copy_is_found_and_so_are_its_replies(scene, by_command):
    """The watch is in the copy; the message and its first figures are not: neither comes again, and the later figures follow."""
    async with life(scene, by_command.url) as first:
        await first.watch()
    await by_command.back_up()
    async with life(scene, by_command.url) as lost:
        await lost.tick(rounds=3, hours=8)
        await lost.tick(rounds=8, hours=4)
        shown = len(lost.posted()), len(lost.replies())
        assert shown[1] > 0
    await by_command.restore()
    async with life(scene, by_command.url) as restored:
        await restored.tick(rounds=12, seconds=61)
        assert (len(restored.posted()), len(restored.replies())) == shown
        await restored.tick(rounds=12, hours=6)
        assert len(restored.replies()) > shown[1]
        marks = [str(one.metadata["event_payload"]["delivery"]) + one.metadata["event_payload"]["part"] for one in restored.replies()]
        assert len(marks) == len(set(marks))


async def test_figures_that_were_not_due_at_the_restore_follow_though_no_thread_can_be_read(open_scene, by_command):
    """Nobody can have posted them before: there is nothing to look for."""
    async with open_scene(knobs={"scopes_optional": False}, **TIMING) as scene:
        async with life(scene, by_command.url) as first:
            await first.watch()
            while not first.posted():
                await first.tick(rounds=2, hours=1)
        await by_command.back_up()
        await by_command.restore()
        async with life(scene, by_command.url) as restored:
            await restored.tick(rounds=14, hours=2)
            assert restored.posted()[0].ts in [one.thread_ts for one in restored.replies()]


async def test_where_the_history_cannot_be_read_a_person_is_asked(open_scene, either):
    knobs = {"scopes_optional": False}
    async with open_scene(knobs=knobs, **TIMING) as scene:
        async with life(scene, either.url) as first:
            await first.digest(cron="0 11 * * 1", next_run_at=DUE + timedelta(hours=2))
            await first.tick()
        await either.back_up()
        async with life(scene, either.url) as lost:
            await lost.tick(hours=1)
            await lost.tick(rounds=4, seconds=2)
            assert len(lost.posted()) == 1
        await either.restore()
        async with life(scene, either.url) as restored:
            await restored.tick(rounds=8, seconds=3)
            assert await restored.states() == [DeliveryState.UNCERTAIN]
            assert len(restored.posted()) == 1
            assert len(restored.owner_messages()) == 1


async def test_a_goal_that_was_said_in_the_lost_time_is_not_said_again(scene, by_command):
    async with life(scene, by_command.url) as first:
        await first.tick()
        await first.stores.digests.create(await a_goal(scene), by="test", at=scene.clock())
    await by_command.back_up()
    async with life(scene, by_command.url) as lost:
        for _ in range(3):
            await lost.tick(days=1)
            await lost.tick(rounds=2, seconds=2)
        assert len(lost.posted()) == 1
    await by_command.restore()
    async with life(scene, by_command.url) as restored:
        for _ in range(3):
            await restored.tick(rounds=8, seconds=3)
            scene.clock.go_on(days=1)
        assert len(restored.posted()) == 1
        assert [one.state for one in await restored.stores.history.history(digest="goal-1", limit=9)] == [SENT]


async def a_goal(scene):
    """A goal of one impression a month, as the command sets it up."""
    await scene.ask("goal impressions 1 month in #marketing")
    (goal,) = await scene.bot.scheduling.stores.digests.digests(team=TEAM, kind=SubscriptionKind.GOAL)
    await scene.carry_out("goal delete impressions month in #marketing")
    return replace(goal, id="goal-1")


async def test_a_failover_that_loses_the_last_writes_is_noticed_by_a_running_bot(scene, postgresql):
    """A replica that was a little behind took over: the database's number of beats is smaller than this process' own."""
    url = postgresql.make_database()
    async with life(scene, url) as running:
        await running.digest()
        await running.tick(rounds=4, seconds=12)
        assert await running.states() == [SENT]
        async with running.scene.bot.database.write() as connection:
            await connection.execute(text("DELETE FROM delivery_attempts"))
            await connection.execute(
                text("UPDATE deliveries SET state = 'pending', ts = NULL, payload = NULL, intent_at = NULL, attempt = 0")
            )
            await connection.execute(update(bot_state).values(beats=bot_state.c.beats - 1))
        await running.tick(rounds=6, seconds=3)
        assert await running.states() == [SENT]
        assert len(running.posted()) == 1


async def test_a_restart_or_a_long_stop_reads_no_history(scene, tmp_path):
    url = f"sqlite:///{tmp_path / 'kept.sqlite3'}"
    async with life(scene, url) as first:
        await first.digest()
        await first.tick(rounds=4, seconds=2)
    scene.clock.go_on(days=7)
    async with life(scene, url) as second:
        await second.tick(rounds=4, seconds=2)
        assert len(second.posted()) == 2
        assert second.calls("conversations.history") == []


async def test_restore_is_refused_while_a_bot_runs(scene, by_command, monkeypatch, tmp_path, capsys):
    async with life(scene, by_command.url) as running:
        await running.digest()
        await by_command.back_up()
        assert await command(monkeypatch, tmp_path, by_command.url, "restore", by_command.copy) == FINDING
        assert "Stop every process of the bot" in capsys.readouterr().err
        await running.tick(rounds=4, seconds=2)
        assert await running.states() == [SENT]
    assert sorted(path.name for path in _file(by_command.url).parent.iterdir()) == ["bot.sqlite3", "bot.sqlite3-beat"]


async def test_the_replaced_database_is_kept(scene, by_command, capsys):
    async with life(scene, by_command.url) as first:
        await first.tick()
    await by_command.back_up()
    async with life(scene, by_command.url) as later:
        await later.digest()
    await by_command.restore()
    notice = capsys.readouterr().out
    assert "The one before is kept: " in notice
    stored = Path(notice.rpartition("kept: ")[2].strip())
    for url, digests in ((f"sqlite:///{stored}", 1), (by_command.url, 0)):
        async with open_database(url) as database, database.read() as connection:
            assert await connection.scalar(text("SELECT count(*) FROM digests")) == digests
