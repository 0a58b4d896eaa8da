"""What a Home tab shows that others and the clock can change: digests and what became of them, accounts and their tokens."""

from collections.abc import Collection, Hashable, Mapping
from typing import Final, Protocol

from bot.statistics.accounts import Directory
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.subscription import Subscription

#: So many of the last occurrences are looked at; of more at one moment each shows at the next opening.
LAST: Final = 200


class HomeSubscriptions(Protocol):
    """The digests. Raises StoreError when the database cannot be used."""

    async def digests(self) -> tuple[Subscription, ...]:
        """All that there are."""
        ...


class HomeDeliveries(Protocol):
    """What became of them. Raises StoreError when the database cannot be used."""

    async def history(self, *, limit: int) -> tuple[Delivery, ...]:
        """The last occurrences, the newest first."""
        ...


class HomeAccounts(Protocol):
    """The connected accounts. Does not raise."""

    def known(self) -> Directory:
        """The accounts known right now, without waiting."""
        ...


class HomeFingerprint:
    """Tells by a value that changes when a tab would read differently."""

    def __init__(self, digests: HomeSubscriptions, deliveries: HomeDeliveries, accounts: HomeAccounts) -> None:
        self._digests, self._deliveries, self._accounts = digests, deliveries, accounts

    async def of(self, users: Collection[str]) -> Mapping[str, Hashable]:
        """Each person's (Slack ids) sign; raises StoreError."""
        accounts = tuple((account.platform_id, account.name, account.token) for account in self._accounts.known().accounts)
        mine = [digest for digest in await self._digests.digests() if digest.owner in users]
        last = await self._deliveries.history(limit=LAST) if mine else ()
        return {user: (accounts, _sign([digest for digest in mine if digest.owner == user], last)) for user in users}


def _sign(digests: Collection[Subscription], last: Collection[Delivery]) -> Hashable:
    ids = {digest.id for digest in digests}
    states = tuple((delivery.id, delivery.state) for delivery in last if delivery.digest in ids)
    return tuple((digest.id, digest.version, digest.status, digest.next_run_at) for digest in digests), states
