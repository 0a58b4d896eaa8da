"""The accounts without waiting: the service's list, cached for minutes and renewed in the background, and the configured ones."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.errors import StatisticsError
from bot.ops import telemetry
from bot.ops.tasks import stop
from bot.postpost.connections import MOST_ACCOUNTS
from bot.statistics.reports import Account, Directory

logger = logging.getLogger(__name__)

#: How long a list is current: people connect accounts a few times a year.
FRESH_FOR: Final = timedelta(minutes=5)

#: How long a failed read is not repeated, so that no other question waits for it.
FAILURE_FOR: Final = timedelta(seconds=60)


class AccountDirectory:
    """The accounts. Neither ``accounts`` nor ``known`` ever raises.

    ``configured`` names accounts by platform id; a name that equals its id is no name. ``clock`` gives aware UTC moments.
    ``clients`` are the clients whose accounts belong to the list: with a new one it is read anew.
    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[tuple[Account, ...]]],
        configured: Mapping[str, str],
        *,
        clock: Callable[[], datetime],
        clients: Callable[[], frozenset[str]] = frozenset,
    ) -> None:
        self._fetch = fetch
        self._configured = dict(configured)
        self._clock = clock
        self._clients, self._read_for = clients, frozenset[str]()
        self._read_at: datetime | None = None
        self._failed_at: datetime | None = None
        self._trouble: StatisticsError | None = None
        self._known = self._merged(())
        self._renewal: asyncio.Task[None] | None = None

    @property
    def trouble(self) -> StatisticsError | None:
        """The error of the last read of the service's list; None after a success or before the first read."""
        return self._trouble

    def known(self) -> Directory:
        return self._known

    async def accounts(self) -> Directory:
        """The accounts; waits only while none, or not a client's, are known and the service did not just fail. Old ones are renewed."""
        # A read that runs may have begun without a client: then another one follows.
        for _ in range(2):
            lacking = self._read_at is None or not self._clients() <= self._read_for
            if self._is_recent(self._failed_at, FAILURE_FOR) or (not lacking and self._is_recent(self._read_at, FRESH_FOR)):
                break
            renewal = self._renew()
            if not lacking or (self._failed_at and self._known.accounts):
                break
            # Shielded: a cancelled caller must not cancel the read for the others.
            await asyncio.shield(renewal)
        return self._known

    async def close(self) -> None:
        await stop(self._renewal)

    def _renew(self) -> asyncio.Task[None]:
        if self._renewal is None or self._renewal.done():
            # Its log lines belong to no single request.
            with telemetry.shared_by(()):
                self._renewal = asyncio.create_task(self._read(), name="accounts")
        return self._renewal

    async def _read(self) -> None:
        clients = self._clients()
        try:
            connected = await self._fetch()
        except StatisticsError as error:
            self._failed_at, self._trouble = self._clock(), error
            self._known = replace(self._known, complete=False)
            logger.warning("accounts could not be listed", extra={"failure": type(error).__name__, "reported": error.reported})
        else:
            self._read_at, self._failed_at, self._trouble, self._read_for = self._clock(), None, None, clients
            self._known = replace(self._merged(connected), complete=True, cut=len(connected) >= MOST_ACCOUNTS)

    def _merged(self, connected: tuple[Account, ...]) -> Directory:
        """Connected accounts under their configured names, then the configured ones the service does not list."""
        listed = {account.platform_id for account in connected}
        named = tuple(replace(account, name=self._name(account)) for account in connected)
        rest = tuple(Account(platform_id, name) for platform_id, name in self._configured.items() if platform_id not in listed)
        return Directory((*named, *rest), complete=False)

    def _name(self, account: Account) -> str:
        name = self._configured.get(account.platform_id, "")
        return name if name and name != account.platform_id else account.name

    def _is_recent(self, moment: datetime | None, age: timedelta) -> bool:
        # A clock that was set back must not make an old list current.
        return moment is not None and timedelta() <= self._clock() - moment < age
