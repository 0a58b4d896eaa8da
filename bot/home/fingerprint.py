"""A value that changes when a Home tab would show something else: digests, their deliveries, accounts and their tokens."""

from collections.abc import Collection, Hashable, Mapping
from typing import Final

from bot.postpost.directory import AccountDirectory
from bot.storage.delivery_log import DeliveryLog
from bot.storage.subscriptions import SubscriptionRepository
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.subscription import Subscription

#: Deliveries that are compared, the latest ones. Where more changed at once, the tab shows them when it is opened again.
LAST: Final = 200


class HomeFingerprint:
    """Computes fingerprints of Home tabs."""

    def __init__(self, digests: SubscriptionRepository, deliveries: DeliveryLog, accounts: AccountDirectory) -> None:
        self._digests, self._deliveries, self._accounts = digests, deliveries, accounts

    async def of(self, users: Collection[str]) -> Mapping[str, Hashable]:
        """The fingerprint of each person's tab, by Slack id. Raises StoreError."""
        accounts = tuple((account.platform_id, account.name, account.token) for account in self._accounts.known().accounts)
        mine = [digest for digest in await self._digests.digests() if digest.owner in users]
        last = await self._deliveries.history(limit=LAST) if mine else ()
        return {user: (accounts, _digest_states([digest for digest in mine if digest.owner == user], last)) for user in users}


def _digest_states(digests: Collection[Subscription], last: Collection[Delivery]) -> Hashable:
    ids = {digest.id for digest in digests}
    states = tuple((delivery.id, delivery.state) for delivery in last if delivery.digest in ids)
    return tuple((digest.id, digest.version, digest.status, digest.next_run_at) for digest in digests), states
