"""What other processes do with the same database: each begins when it is told to, so that several do it at the same moment."""

import asyncio
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any

from bot.storage.database import open_database
from bot.storage.ledger import DeliveryLedger
from bot.storage.occurrences import OccurrenceRepository
from tests.fixtures.deliveries import claim_delivery


@contextmanager
def every_warning() -> Iterator[None]:
    """Any warning, and an error that nobody could be told, ends the process with an error."""
    lost: list[Any] = []
    warnings.simplefilter("error")
    sys.unraisablehook = lost.append
    yield
    if lost:
        sys.exit(str(lost))


def open_when_told(told: Connection, url: str) -> None:
    """Opens the database, and sends whether alembic was loaded for it."""

    async def opened() -> None:
        async with open_database(url) as database:
            await database.ping()

    with every_warning():
        told.send("ready")
        told.recv()
        asyncio.run(opened())
    told.send("alembic" in sys.modules)


def claim_when_told(told: Connection, url: str, worker: str, now: datetime) -> None:
    """Makes deliveries of what is due and sends their ids, and then claims those that it is sent and sends which it got."""

    async def claimed() -> None:
        async with open_database(url) as database:
            occurrences, ledger, lease = OccurrenceRepository(database), DeliveryLedger(database), now + timedelta(minutes=1)
            told.send("ready")
            told.recv()
            made: list[str] = []
            while found := await occurrences.claim_due(now, limit=3):
                made += found
            told.send(made)
            ids: Sequence[str] = told.recv()
            told.send([one for one in ids if await claim_delivery(ledger, one, worker, lease, now)])

    with every_warning():
        asyncio.run(claimed())
