"""Digests in a file, so that they can live in a repository: its entries compared with what there is, and written.

::

    text ─ read_entries ─→ Entries ─ decide, with the digests there are ─→ Revision      digests ─ write_entries ─→ text
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID, uuid5

from bot.domain.digest_entries import Entry, Key
from bot.domain.digests import Digest, DigestStatus, NextRun, OnUncertain
from bot.domain.schedules import schedule_of
from bot.errors import BadSchedule

#: The namespace of imported digests' ids (RFC 9562, version 5): importing the same in two processes makes one digest.
_IMPORTED = UUID("2c4d1c52-43a1-5f0c-9e0c-4c7e4f2d9b10")


def key_of(digest: Digest) -> Key:
    """What makes two digests the same: channel, accounts in any order, cron and zone."""
    return digest.channel, frozenset(digest.accounts), _spelled(digest.cron), digest.zone


@lru_cache(maxsize=1024)
def _spelled(cron: str) -> str:
    """The fields as they are spelled now: what an older version took as it was typed stands in the database."""
    try:
        return schedule_of(cron, "UTC").cron
    except BadSchedule:
        return cron


def write_entries(digests: Iterable[Digest]) -> str:
    """The digests as the text of a file, which ``read_entries`` reads back; an absent owner means the administrators.

    What makes a digest the same stands there once, and in one order, whichever database it comes from.
    """
    each = {key_of(one): one for one in reversed(list(digests))}.values()
    entries = [
        {"channel": one.channel, "accounts": list(one.accounts), "cron": _spelled(one.cron), "zone": one.zone}
        | ({"owner": one.owner} if one.owner else {})
        for one in sorted(each, key=lambda one: (one.channel, _spelled(one.cron), one.zone, sorted(one.accounts)))
    ]
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class Revision:
    """What an import does: digests as they shall be."""

    added: tuple[Digest, ...]
    changed: tuple[Digest, ...]
    deleted: tuple[Digest, ...]
    unchanged: int

    @property
    def digests(self) -> tuple[Digest, ...]:
        """Everything that is new or different."""
        return (*self.added, *self.changed, *self.deleted)


@dataclass(frozen=True, slots=True)
class Importing:
    """How new digests are made: how late they may be, from when on they are due.

    They belong to no workspace yet: whose the token is, the bot finds out when it runs.
    """

    grace: int
    next_run: NextRun
    now: datetime

    def added(self, entry: Entry, taken: Callable[[str], Digest | None]) -> Digest:
        """The new digest of this entry; one of the same id that was deleted comes back, with its history."""
        number, identity = 0, _identity(entry, 0)
        while (there := taken(identity)) is not None and there.status is not DigestStatus.DELETED:
            number += 1
            identity = _identity(entry, number)
        digest = Digest(
            id=identity,
            team="",
            channel=entry.channel,
            accounts=entry.accounts,
            content=(),
            cron=entry.cron,
            zone=entry.zone,
            status=DigestStatus.ACTIVE,
            next_run_at=None,
            grace=self.grace,
            on_uncertain=OnUncertain.HOLD,
            owner=entry.owner,
        )
        return replace(digest, next_run_at=self.next_run(digest, self.now))


def decide(entries: Sequence[Entry], existing: Sequence[Digest], importing: Importing, *, prune: bool) -> Revision:
    """What is to be done so that every entry is there; with ``prune``, so that nothing else is.

    An entry that is there already has its owner brought up to date; whether it is paused, and what it shows, stays as people left it.
    """
    live = [digest for digest in existing if digest.status is not DigestStatus.DELETED]
    by_key = {key_of(digest): digest for digest in reversed(live)}
    by_id = {digest.id: digest for digest in existing}
    found = [(entry, by_key.get(entry.key)) for entry in entries]
    wanted, keys = {digest.id for _, digest in found if digest}, {entry.key for entry in entries}
    changed = tuple(replace(digest, owner=entry.owner) for entry, digest in found if digest and digest.owner != entry.owner)
    deleted = [replace(digest, status=DigestStatus.DELETED, next_run_at=None) for digest in live if key_of(digest) not in keys]
    return Revision(
        added=tuple(importing.added(entry, by_id.get) for entry, digest in found if digest is None),
        changed=changed,
        deleted=tuple(deleted) if prune else (),
        unchanged=len(wanted) - len(changed),
    )


def _identity(entry: Entry, number: int) -> str:
    accounts = " ".join(sorted(entry.accounts))
    return str(uuid5(_IMPORTED, f"{entry.channel} {accounts} {entry.cron} {entry.zone} {number}"))
