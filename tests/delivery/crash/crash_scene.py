"""What the crash matrix runs on: the bot as real processes (`python -m bot run`) between the sandbox's servers, and the oracle.

The oracle compares what Slack accepted with what the ledger says: per occurrence at most one main message, and every occurrence at its end,
or waiting for a person.
"""

import asyncio
import json
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from msgspec.structs import asdict, replace
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import insert

from bot.alerts.evaluate import AlertNotice
from bot.alerts.rule import AlertRule, Condition
from bot.delivery.post import EVENT_TYPE
from bot.sandbox.servers import Servers, open_servers
from bot.statistics.metrics import Metric
from bot.statistics.posts import KnownPost, PostKind, PostRef
from bot.storage.database import Database, open_database
from bot.storage.delivery_log import DeliveryLog
from bot.storage.follow_ups import FollowUpRepository
from bot.storage.occurrences import OccurrenceRepository
from bot.storage.subscriptions import SubscriptionRepository
from bot.storage.tables import deliveries as table
from bot.subscriptions.delivery_state import FILE, FINAL, DeliveryState
from bot.subscriptions.subscription import SHORT_ID, Subscription, SubscriptionKind, SubscriptionStatus, occurrence
from bot.watches.rule import WatchRule, went_live
from tests.fixtures.processes import BotProcess, start_bot

TEAM = "T0SANDBOX1"
CHANNELS = ("#general", "#marketing", "#leadership")
READY = b"Answering Slack"
PATIENCE = 150.0
#: Short times, so that a dead worker's claim is over soon, and of which a busy machine builds a message within four: seconds.
TIMES = {"DELIVERY_TIMEOUT": "1", "DELIVERY_LEASE": "6", "DELIVERY_SETTLE": "1", "SHUTDOWN_GRACE": "1", "STATISTICS_DEADLINE": "20"}


@dataclass
class Worker:
    """One process of the bot."""

    process: BotProcess

    def send(self, number: int) -> None:
        if self.process.returncode is None:
            self.process.send_signal(number)

    async def kill(self) -> None:
        """No goodbye: kill -9."""
        self.send(signal.SIGKILL)
        await self.process.wait()

    async def gone(self) -> int:
        return await asyncio.wait_for(self.process.wait(), PATIENCE)


@dataclass
class CrashScene:
    """Servers, database and processes of one crash."""

    servers: Servers
    url: str
    folder: Path
    database: Database
    workers: list[Worker] = field(default_factory=list)
    #: How many occurrences there are to be.
    occurrences: int = 0
    #: Slack's id of the message of an alert that is to be resolved.
    fired: str = ""
    #: How many messages there are to be; None where each occurrence has its own.
    messages: int | None = None

    async def start(self) -> Worker:
        """One more process; returns when it serves."""
        environment = {
            "DATABASE_URL": self.url,
            "SECRETS_DIR": str(self.folder),
            **self.servers.environment(),
            **TIMES,
        }
        path = self.folder / f"log-{uuid4().hex}"
        process = await start_bot("run", cwd=self.folder, env=environment, log=path)
        worker = Worker(process)
        self.workers.append(worker)
        line = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
        assert line.startswith(READY), (line, path.read_text())
        return worker

    async def digest(self, number: int = 0, **over: Any) -> None:
        """A digest that is due just now, by the machine's own clock."""
        due = datetime.now(UTC).replace(microsecond=0)
        slack, accounts = self.servers.slack, self.servers.statistics.world.accounts
        values: dict[str, Any] = {
            "id": f"digest-{number}",
            "team": TEAM,
            "channel": slack.channel_id(CHANNELS[number % len(CHANNELS)]),
            "accounts": (accounts[0].platform_id, accounts[1].platform_id),
            "content": (),
            # Once a year, so that the minute of the test is the only one.
            "cron": f"{due.minute} {due.hour} {due.day} {due.month} *",
            "zone": "UTC",
            "status": SubscriptionStatus.ACTIVE,
            "next_run_at": due,
            "grace": 21_600,
            "owner": slack.person("ann").id,
        }
        self.occurrences += 1
        await SubscriptionRepository(self.database).create(Subscription(**(values | over)), by="test", at=due)

    async def alert(self) -> None:
        """An alert that is due just now and fired the day before; its figure is back to normal."""
        rule = AlertRule(Metric.IMPRESSION, Condition.ABOVE, 10**9, "day")
        accounts = (self.servers.statistics.world.accounts[0].platform_id,)
        await self.digest(id="alert", kind=SubscriptionKind.ALERT, rule=rule.as_json(), accounts=accounts)
        alert, before = await SubscriptionRepository(self.database).digest("alert"), datetime.now(UTC) - timedelta(days=1)
        assert alert is not None
        notice = AlertNotice(alarm=True, fired=before.date(), since=before.date() - timedelta(days=2))
        payload = {"delivery": "earlier", "alert": notice.as_payload()}
        shown: dict[str, Any] = {"text": "Fired", "blocks": [], "metadata": {"event_type": EVENT_TYPE, "event_payload": payload}}
        where, environment = alert.channel, self.servers.environment()
        slack = AsyncWebClient(environment["SLACK_BOT_TOKEN"], base_url=environment["SLACK_API_URL"])
        self.fired = str((await slack.chat_postMessage(channel=where, **shown))["ts"])
        sent = replace(
            occurrence(alert, before), id="earlier", state=DeliveryState.SENT, payload=json.dumps(shown), ts=self.fired, ended_at=before
        )
        async with self.database.write() as connection:
            await connection.execute(insert(table).values(asdict(sent)))
        self.occurrences += 1

    async def alerts_together(self) -> None:
        """Two alerts on one figure that are due just now and fire."""
        accounts = (self.servers.statistics.world.accounts[0].platform_id,)
        for limit in (0, 1):
            rule = AlertRule(Metric.IMPRESSION, Condition.ABOVE, limit, "day")
            await self.digest(id=f"alert-{limit}", kind=SubscriptionKind.ALERT, rule=rule.as_json(), accounts=accounts)
        self.messages = 1

    async def watch(self) -> None:
        """A watched post of five days ago that is announced now: the figures after 24 hours are left out, those after 72 hours are due."""
        now, account = datetime.now(UTC), self.servers.statistics.world.accounts[0].platform_id
        watch: dict[str, Any] = {
            "kind": SubscriptionKind.WATCH,
            "rule": WatchRule(now).as_json(),
            "cron": "",
            "next_run_at": None,
            "grace": 604_800,
        }
        await self.digest(id="watch", accounts=(account,), **watch)
        stored = await SubscriptionRepository(self.database).digest("watch")
        number = int((now - timedelta(days=5)).timestamp() * 1000) << 22
        assert stored is not None
        announced = went_live(stored, KnownPost(PostRef(PostKind.SHARE, number), account, group_id="group"))
        assert announced is not None
        await OccurrenceRepository(self.database).happened(stored, [announced], now)

    async def until(self, holds: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait for something to happen in the sandbox."""
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110 - what is waited for happens in another process
                await asyncio.sleep(0.01)

    async def end(self, seconds: float = PATIENCE) -> None:
        """Wait until every occurrence has come to its end, or waits for a person; parts too."""
        history, parts = DeliveryLog(self.database), FollowUpRepository(self.database)
        async with asyncio.timeout(seconds):
            while True:
                deliveries = await history.history(limit=1_000)
                ended = all(one.state in FINAL or one.state is DeliveryState.UNCERTAIN for one in deliveries)
                done = ended and len(deliveries) >= self.occurrences
                tomorrow = datetime.now(UTC) + timedelta(days=1)
                every = [part for one in deliveries for part in await parts.parts(one.id)] if done else []
                if done and all(part.state in FINAL or part.not_before > tomorrow for part in every):
                    return
                await asyncio.sleep(0.1)

    async def check(self) -> None:
        """The oracle."""
        deliveries = await DeliveryLog(self.database).history(limit=1_000)
        assert len(deliveries) == self.occurrences
        standing = self.standing()
        for delivery in deliveries:
            assert delivery.state in FINAL or delivery.state is DeliveryState.UNCERTAIN
            assert standing[delivery.id, ""] <= 1, "posted twice"
            if delivery.state is DeliveryState.SENT:
                # One message may tell of several.
                result = [standing[one.id, ""] for one in deliveries if (one.channel, one.ts) == (delivery.channel, delivery.ts)]
                assert sum(result) == 1, "counted as sent, and not there"
            for part in await FollowUpRepository(self.database).parts(delivery.id):
                known = (delivery.id[:SHORT_ID], FILE) if part.is_file else (delivery.id, part.name)
                assert standing[known] <= 1, "a reply posted twice"
                assert standing[known] == (part.state is DeliveryState.SENT), "a reply counted as sent, and not there"
        assert sum(one.state is DeliveryState.SENT for one in deliveries) == self.occurrences
        if self.messages is not None:
            assert sum(number for (_, part), number in standing.items() if not part) == self.messages
        if self.fired:
            (resolved,) = [one for one in deliveries if one.id != "earlier"]
            assert resolved.reply_to == self.fired
            message = self.servers.slack.parts.workspace.find(resolved.channel, self.fired)
            assert message is not None
            assert "Resolved after 2 days" in message.content.text

    def standing(self) -> Counter[tuple[str, str]]:
        """How many messages stand in Slack, by delivery and part ("" is the main one); files by the beginning of its id."""
        accepted = self.servers.slack.accepted
        gone = {(one.channel, one.ts) for one in accepted if one.kind == "delete"}
        there = [one for one in accepted if one.kind == "message" and (one.channel, one.ts) not in gone]
        posted = [one for one in there if one.metadata]
        files = [file["name"].split(".")[-2] for one in there for file in one.files]
        payloads = [dict(one.metadata or {}).get("event_payload", {}) for one in posted]
        shown = [(payload.get("delivery", ""), payload.get("part", "")) for payload in payloads]
        return Counter([*shown, *((name, FILE) for name in files)])

    # ── the points at which something happens ────────────────────────────────────────────────────────────────────────

    def on_posted(self, interaction: Callable[[], object], *, number: int = 1, file: bool = False) -> None:
        """Do it at the very moment Slack has accepted the bot's message (or file) of this number, before Slack answers."""
        seen = [0]

        def announce(what: str, message: Any) -> None:
            if what == "posted" and message.by_bot and (message.files or not file):
                seen[0] += 1
                if seen[0] == number:
                    interaction()

        self.servers.slack.parts.posting.announce.append(announce)

    def hang(self, method: str, **more: Any) -> Callable[[], bool]:
        """Let the next call of this method hang; what is returned tells whether it does."""
        fault = self.servers.slack.faults.add(method=method, kind="hang", **more)
        return lambda: fault.id not in {one["id"] for one in self.servers.slack.faults.waiting()}

    def asked_for_figures(self) -> bool:
        """Whether the statistics service was asked."""
        return any(one.path.endswith("-statistics") for one in self.servers.statistics.requests)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Another program holds what everybody must write: the SQLite file, or PostgreSQL's tables of digests and deliveries."""
        if self.url.startswith("sqlite"):
            connection: Any = sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=10, isolation_level=None)
            statement = "BEGIN IMMEDIATE"
        else:
            connection, statement = psycopg.connect(self.url), "LOCK TABLE digests, deliveries IN ACCESS EXCLUSIVE MODE"
        try:
            connection.execute(statement)
            yield
        finally:
            connection.close()

    @contextmanager
    def gone(self) -> Iterator[None]:
        """PostgreSQL throws everybody out of the database, and lets nobody in."""
        server, _, name = self.url.rpartition("/")
        with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            try:
                yield
            finally:
                admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())


@asynccontextmanager
async def open_crash_scene(folder: Path, url: str | None = None) -> AsyncIterator[CrashScene]:
    """Both servers, the database; every process is ended at the end."""
    where = url or f"sqlite:///{folder / 'bot.sqlite3'}"
    async with open_servers() as servers, open_database(where) as database:
        scene = CrashScene(servers, where, folder, database)
        try:
            yield scene
        finally:
            for worker in scene.workers:
                worker.send(signal.SIGCONT)
                await worker.kill()
