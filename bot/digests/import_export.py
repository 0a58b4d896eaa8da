"""The stored digests for whoever looks after them without Slack, and as a JSON file (``bot.digests.entries``)."""

import json
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from bot.digests.command import DigestOptions, options_of
from bot.digests.entries import DigestEntry, Key
from bot.errors import BadSchedule, NotUnderstood
from bot.schedules.schedule import schedule_of
from bot.storage.database import Database
from bot.storage.delivery_log import DeliveryLog
from bot.storage.follow_ups import FollowUpRepository
from bot.storage.subscriptions import SubscriptionRepository
from bot.storage.workspace_settings import GroupRepository
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.follow_up_state import FollowUp
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus, next_run

#: The namespace of imported digests' ids (RFC 9562, version 5): importing the same in two processes makes one digest.
_IMPORTED = UUID("2c4d1c52-43a1-5f0c-9e0c-4c7e4f2d9b10")
#: The name in the record of changes.
BY = "digest import"


def key_of(digest: Subscription) -> Key:
    """The identity of a digest: channel, accounts in any order, cron, zone and dates."""
    return digest.channel, frozenset(digest.accounts), _spelled(digest.cron), digest.zone, digest.dates


@lru_cache(maxsize=1024)
def _spelled(cron: str) -> str:
    """The fields in their normal form: older versions stored them as typed."""
    try:
        return schedule_of(cron, "UTC").cron
    except BadSchedule:
        return cron


def write_entries(digests: Iterable[Subscription]) -> str:
    """The digests as a file's text, which ``read_entries`` parses: equal ones once, those of a group as one, in a stable order."""
    each = {key_of(one): one for one in reversed(list(digests))}.values()
    groups: dict[Hashable, list[Subscription]] = {}
    for one in sorted(each, key=lambda one: (one.channel, _spelled(one.cron), one.zone, sorted(one.accounts), one.dates)):
        groups.setdefault((one.group_id or one.id, key_of(one)[1:], one.owner, one.rule, one.content), []).append(one)
    entries = [
        ({"channels": [each.channel for each in group]} if len(group) > 1 else {"channel": one.channel})
        | {"accounts": list(one.accounts), "cron": _spelled(one.cron), "zone": one.zone}
        | ({"owner": one.owner} if one.owner else {})
        | ({"dates": one.dates} if one.dates else {})
        | ({"parts": list(one.content)} if one.content else {})
        | options_of(one.rule).given
        for group in groups.values()
        for one in group[:1]
    ]
    return json.dumps(entries, indent=2, ensure_ascii=False) + "\n"


class Revision(Struct, frozen=True):
    """The changes that an import makes."""

    added: tuple[Subscription, ...]
    changed: tuple[Subscription, ...]
    deleted: tuple[Subscription, ...]
    unchanged: int

    @property
    def digests(self) -> tuple[Subscription, ...]:
        return (*self.added, *self.changed, *self.deleted)


class DigestImporter(Struct, frozen=True):
    """Creates the digests of an import; without a ``team`` they have no workspace yet: the running bot learns it from Slack."""

    grace: int
    now: datetime
    team: str = ""

    def added(self, entry: DigestEntry, group_id: str, taken: Callable[[str], Subscription | None]) -> Subscription:
        """The new digest of this entry; one of the same id that was deleted comes back, with its history."""
        number, identity = 0, _identity(entry, 0, self.team)
        while (there := taken(identity)) is not None and there.status is not SubscriptionStatus.DELETED:
            number += 1
            identity = _identity(entry, number, self.team)
        digest = Subscription(
            id=identity,
            team=self.team,
            channel=entry.channel,
            accounts=entry.accounts,
            content=entry.content or (),
            cron=entry.cron,
            zone=entry.zone,
            status=SubscriptionStatus.ACTIVE,
            next_run_at=None,
            grace=self.grace,
            owner=entry.owner,
            dates=entry.dates,
            rule=DigestOptions().changed(entry.options).as_json,
            group_id=group_id,
        )
        return replace(digest, next_run_at=next_run(digest, self.now))


def decide(entries: Sequence[DigestEntry], existing: Sequence[Subscription], importing: DigestImporter, *, prune: bool) -> Revision:
    """The changes after which every entry exists, and with ``prune`` nothing else; the status of existing digests stays."""
    live = [digest for digest in existing if digest.status is not SubscriptionStatus.DELETED]
    by_key = {key_of(digest): digest for digest in reversed(live)}
    by_id = {digest.id: digest for digest in existing}
    found = [(entry, by_key.get(entry.key)) for entry in entries]
    wanted, keys = {digest.id for _, digest in found if digest}, {entry.key for entry in entries}
    groups = _groups(found)
    renewed = ((digest, _renewed(digest, entry, groups[_object_of(entry)])) for entry, digest in found if digest)
    changed = tuple(after for before, after in renewed if after != before)
    deleted = [replace(digest, status=SubscriptionStatus.DELETED, next_run_at=None) for digest in live if key_of(digest) not in keys]
    return Revision(
        added=tuple(importing.added(entry, groups[_object_of(entry)], by_id.get) for entry, digest in found if digest is None),
        changed=changed,
        deleted=tuple(deleted) if prune else (),
        unchanged=len(wanted) - len(changed),
    )


def _object_of(entry: DigestEntry) -> Hashable:
    return entry.channels, entry.key[1:]


def _groups(found: Sequence[tuple[DigestEntry, Subscription | None]]) -> dict[Hashable, str]:
    """The group of each object: that of the first digest that has one, or a new one where it has several channels."""
    groups: dict[Hashable, str] = {}
    for entry, digest in found:
        known = groups.get(_object_of(entry)) or (digest.group_id if digest else "")
        groups[_object_of(entry)] = known
    new = {_object_of(entry): _identity(entry, "group") if len(entry.channels) > 1 else "" for entry, _ in reversed(found)}
    return {one: groups[one] or group_id for one, group_id in new.items()}


def _renewed(digest: Subscription, entry: DigestEntry, group_id: str) -> Subscription:
    content, rule = digest.content if entry.content is None else entry.content, options_of(digest.rule).changed(entry.options).as_json
    return replace(digest, owner=entry.owner, rule=rule, group_id=group_id, content=content)


def _identity(entry: DigestEntry, number: int | str, team: str = "") -> str:
    accounts = " ".join(sorted(entry.accounts))
    dates = f" {entry.dates}" if entry.dates else ""
    # Two workspaces can have one channel in common.
    of = f"{team} " if team else ""
    return str(uuid5(_IMPORTED, f"{of}{entry.channel} {accounts} {entry.cron} {entry.zone}{dates} {number}"))


class StoredDigests:
    """The digests in the database, of all workspaces or of ``team``. Every method raises StoreError."""

    def __init__(self, database: Database, team: str | None = None) -> None:
        self._team = team
        self._digests, self._groups = SubscriptionRepository(database), GroupRepository(database)
        self._log, self._follow_ups = DeliveryLog(database), FollowUpRepository(database)

    async def has_several_workspaces(self) -> bool:
        return len({digest.team for digest in await self._digests.digests()} - {""}) > 1

    async def every(self, *, with_opted_out: bool) -> tuple[tuple[Subscription, ...], int]:
        """The digests, without accounts that opted out unless ``with_opted_out``, and the number of these."""
        digests = await self._digests.digests(self._team)
        if with_opted_out:
            return digests, 0
        out = {team: frozenset(await self._groups.opted_out(team)) for team in {digest.team for digest in digests}}
        shown = [replace(one, accounts=tuple(account for account in one.accounts if account not in out[one.team])) for one in digests]
        left = sum(len(before.accounts) - len(after.accounts) for before, after in zip(digests, shown, strict=True))
        return tuple(after for before, after in zip(digests, shown, strict=True) if after.accounts or not before.accounts), left

    async def revise(self, entries: Sequence[DigestEntry], importer: DigestImporter, *, prune: bool, dry_run: bool) -> tuple[Revision, int]:
        """Imports the entries in one transaction; returns what changed, with ``dry_run`` would change, and the number of other digests."""
        done: list[tuple[Revision, int]] = []

        def revised(existing: tuple[Subscription, ...]) -> tuple[Subscription, ...]:
            revision = decide(entries, existing, importer, prune=prune)
            live = sum(digest.status is not SubscriptionStatus.DELETED for digest in existing)
            done[:] = [(revision, live - revision.unchanged - len(revision.changed))]
            return () if dry_run else revision.digests

        if self._team and not dry_run:
            await self._digests.adopt(self._team)
        await self._digests.revise(revised, by=BY, at=importer.now, team=self._team)
        return done[0]

    async def history(self, which: str, limit: int) -> tuple[Sequence[Delivery], Sequence[FollowUp]]:
        """The last deliveries of the digest whose id begins with ``which``, of all for "", and the parts of their threads that failed."""
        digest = await self._one(which) if which else None
        past = await self._log.history(team=self._team, digest=digest, kind=SubscriptionKind.DIGEST, limit=limit)
        return past, await self._follow_ups.failed_parts([delivery.id for delivery in past])

    async def _one(self, which: str) -> str:
        """The id that begins with ``which``; a deleted digest needs its whole id."""
        exact = await self._digests.digest(which)
        found = [exact] if exact else [digest for digest in await self._digests.digests() if digest.id.startswith(which.lower())]
        if len(found) == 1:
            return found[0].id
        sentence = f"The ids of {len(found)} digests begin with {which}." if found else f"No digest's id begins with {which}."
        raise NotUnderstood(sentence, remedy="`linkedin-stats-bot digest list` shows them.")
