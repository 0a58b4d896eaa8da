"""Digests through the real door: the real bot and its clock, the sandbox's Slack, and the ledger beside what Slack accepted."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from bot.sandbox.slack.oracle import Accepted
from bot.storage.follow_ups import Parts
from bot.subscriptions.delivery_state import Delivery, State
from bot.subscriptions.subscription import Digest, DigestStatus, OnUncertain, next_run

TEAM = "T0SANDBOX1"
#: Monday, 23 November 2026, 9:00 in Berlin; the tests' clock begins an hour later.
DUE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@dataclass
class Digesting:
    """A scene, and what a test of digests does with it."""

    scene: Any

    @property
    def stores(self) -> Any:
        return self.scene.bot.digests.stores

    def accounts(self, how_many: int = 1) -> tuple[str, ...]:
        return tuple(account.platform_id for account in self.scene.statistics.world.accounts[:how_many])

    async def digest(self, **over: Any) -> Digest:
        """A weekly digest in #marketing, due on the Monday, Ann's."""
        values: dict[str, Any] = {
            "id": "digest-1",
            "team": TEAM,
            "channel": self.scene.slack.channel_id("#marketing"),
            "accounts": self.accounts(),
            "content": (),
            "cron": "0 9 * * 1",
            "zone": "Europe/Berlin",
            "status": DigestStatus.ACTIVE,
            "next_run_at": DUE,
            "grace": 21_600,
            "on_uncertain": OnUncertain.HOLD,
            "owner": self.scene.slack.person("ann").id,
        }
        digest = Digest(**(values | over))
        if "next_run_at" not in over:
            digest = replace(digest, next_run_at=DUE)
        await self.stores.digests.create(digest, by="test", at=self.scene.clock())
        return digest

    async def ring(self, rounds: int = 1, **by: float) -> None:
        """Let the time pass, ring the clock, and wait until the bot has nothing left to do; so many times."""
        for _ in range(rounds):
            if by:
                self.scene.clock.go_on(**by)
            await self.scene.bot.digests.runner.tick()
            await self.idle()

    async def idle(self) -> None:
        """Wait until the bot has nothing left to do, and no job waits in the queue where there is one."""
        await self.scene.settle()
        if self.scene.bot.settings.database_url.startswith("postgresql"):
            async with asyncio.timeout(20):
                while await self._jobs():  # noqa: ASYNC110 - the queue is another program's table
                    await asyncio.sleep(0.02)

    async def _jobs(self) -> int:
        async with self.scene.bot.database.read() as connection:
            return int(await connection.scalar(text("SELECT count(*) FROM procrastinate_jobs")))

    async def deliveries(self, digest: str = "digest-1") -> tuple[Delivery, ...]:
        return tuple(reversed(await self.stores.history.history(digest=digest, limit=100)))

    async def the_delivery(self, digest: str = "digest-1") -> Delivery:
        (delivery,) = await self.deliveries(digest)
        return delivery

    async def states(self, digest: str = "digest-1") -> list[State]:
        return [delivery.state for delivery in await self.deliveries(digest)]

    async def parts(self, delivery: str) -> Any:
        return await Parts(self.scene.bot.database).parts(delivery)

    def posted(self, channel: str = "#marketing") -> list[Accepted]:
        """The messages that stand in the channel, replies left out."""
        wanted = self.scene.slack.channel_id(channel)
        gone = {one.ts for one in self.scene.slack.accepted if one.kind == "delete"}
        return [
            one
            for one in self.scene.slack.accepted
            if one.kind == "message" and one.channel == wanted and one.thread_ts is None and one.ts not in gone
        ]

    def replies(self, channel: str = "#marketing") -> list[Accepted]:
        """The messages in the channel's threads, files left out."""
        return [one for one in self._in_threads(channel) if not one.files]

    def files(self, channel: str = "#marketing") -> list[Any]:
        """The files in the channel's threads, as Slack holds them."""
        every = [file["id"] for one in self._in_threads(channel) for file in one.files]
        return [file for id_ in every if (file := self.scene.slack.parts.files.find(id_))]

    def _in_threads(self, channel: str) -> list[Accepted]:
        wanted = self.scene.slack.channel_id(channel)
        return [one for one in self.scene.slack.accepted if one.kind == "message" and one.channel == wanted and one.thread_ts]

    def told(self, who: str = "ann") -> list[Accepted]:
        """The direct messages a person got."""
        direct = self.scene.slack.parts.workspace.direct(self.scene.slack.person(who).id)
        return [one for one in self.scene.slack.accepted if direct and one.kind == "message" and one.channel == direct.id]

    def calls(self, method: str) -> list[Any]:
        return [call for call in self.scene.slack.calls if call.method == method]

    def due_again(self, digest: Digest) -> datetime | None:
        return next_run(digest, self.scene.clock())


OpenDigesting = Callable[..., Any]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.full)])
def engine_url(request: pytest.FixtureRequest) -> dict[str, str]:
    """Both engines: the loop over SQLite, the job queue over PostgreSQL (the latter with `pytest -m full`)."""
    return {} if request.param == "sqlite" else {"database_url": request.getfixturevalue("postgresql").make_database()}


@pytest.fixture
def open_digesting(open_scene: Any, engine_url: dict[str, str]) -> OpenDigesting:
    @asynccontextmanager
    async def opened(*, knobs: dict[str, Any] | None = None, **settings: Any) -> AsyncIterator[Digesting]:
        short: dict[str, Any] = {"delivery_timeout": 0.5, "delivery_lease": 6.0, "delivery_settle": 3.0, **engine_url}
        bounds = {"post_interval": 0.0, **(knobs or {})}
        async with open_scene(knobs=bounds, **(short | settings)) as scene:
            opened = Digesting(scene)
            # What is done once is done: each test sets up what it means to find.
            await opened.ring()
            yield opened

    return opened


@pytest.fixture
async def digesting(open_digesting: OpenDigesting) -> AsyncIterator[Digesting]:
    async with open_digesting() as opened:
        yield opened
