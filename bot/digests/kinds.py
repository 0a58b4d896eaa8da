"""What an occurrence says is its kind's to decide: each kind of digest has a builder of its own, and everything else is the same for all.

A kind plugs in with three things, and nothing in the delivery knows it by name:

- rows: a ``Digest`` of its ``Kind`` with its ``rule`` as JSON, kept by ``bot.store.digests`` (``digests(kind=…)`` lists them);
- a ``Builder``: what the occurrence posts, or a ``SkipReason`` when there is nothing to post (``QUIET``: it was looked at; ``RESTING``: it
  was not, and is to be looked at next time). It raises a StatisticsError when nothing could be fetched: that is tried again, then told;
- its place in the mapping that ``bot.digest_wiring`` hands to :class:`ByKind`.

What was said before is in the ledger, never in memory: ``History.said_before`` gives the messages that are in the channel or may be, with
the payload (metadata and all) that the builder gave them. So a restart or a second process changes nothing.
"""

from collections.abc import Mapping
from datetime import timedelta

from bot.digests.contracts import Builder, Built
from bot.domain.deliveries import Delivery
from bot.domain.digests import Digest, Kind, SkipReason


class ByKind:
    """Builds what a digest's kind says.

    Args:
        builders: each kind's own.
    """

    def __init__(self, builders: Mapping[Kind, Builder]) -> None:
        self._builders = builders

    async def build(self, digest: Digest, delivery: Delivery, late: timedelta | None) -> Built | SkipReason:
        """As :class:`bot.digests.contracts.Builder` says."""
        return await self._builders[digest.kind].build(digest, delivery, late)
