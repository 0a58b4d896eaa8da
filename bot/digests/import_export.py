"""Digests as a JSON file (``bot.digests.entries``): compared with the stored digests, and written.

::

    entries ─ decide, with the stored digests ─→ Revision      digests ─ write_entries ─→ text
"""

import json
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID, uuid5

from bot.digests.entries import DigestEntry, Key
from bot.digests.options import DigestOptions, options_of
from bot.errors import BadSchedule
from bot.schedules.schedule import schedule_of
from bot.subscriptions.subscription import NextRun, OnUncertain, Subscription, SubscriptionStatus

#: The namespace of imported digests' ids (RFC 9562, version 5): importing the same in two processes makes one digest.
_IMPORTED = UUID("2c4d1c52-43a1-5f0c-9e0c-4c7e4f2d9b10")


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
    """The digests as the text of a file, which ``read_entries`` parses; a missing owner means the administrators.

    Digests of the same identity are written once, those of a group as one, in an order that does not depend on the database.
    """
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


@dataclass(frozen=True, slots=True)
class Revision:
    """The changes that an import makes."""

    added: tuple[Subscription, ...]
    changed: tuple[Subscription, ...]
    deleted: tuple[Subscription, ...]
    unchanged: int

    @property
    def digests(self) -> tuple[Subscription, ...]:
        """Everything that is new or different."""
        return (*self.added, *self.changed, *self.deleted)


@dataclass(frozen=True, slots=True)
class DigestImporter:
    """Creates the digests of an import.

    They have no workspace yet: the running bot learns it from Slack.
    """

    grace: int
    next_run: NextRun
    now: datetime

    def added(self, entry: DigestEntry, group_id: str, taken: Callable[[str], Subscription | None]) -> Subscription:
        """The new digest of this entry; one of the same id that was deleted comes back, with its history."""
        number, identity = 0, _identity(entry, 0)
        while (there := taken(identity)) is not None and there.status is not SubscriptionStatus.DELETED:
            number += 1
            identity = _identity(entry, number)
        digest = Subscription(
            id=identity,
            team="",
            channel=entry.channel,
            accounts=entry.accounts,
            content=entry.content or (),
            cron=entry.cron,
            zone=entry.zone,
            status=SubscriptionStatus.ACTIVE,
            next_run_at=None,
            grace=self.grace,
            on_uncertain=OnUncertain.HOLD,
            owner=entry.owner,
            dates=entry.dates,
            rule=DigestOptions().changed(entry.options).as_json,
            group_id=group_id,
        )
        return replace(digest, next_run_at=self.next_run(digest, self.now))


def decide(entries: Sequence[DigestEntry], existing: Sequence[Subscription], importing: DigestImporter, *, prune: bool) -> Revision:
    """The changes after which every entry exists; with ``prune``, and nothing else.

    An existing digest gets the entry's owner, and the options and sections that it names; its status stays unchanged.
    """
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
    """What the entries of one object of the file have in common."""
    return entry.channels, entry.key[1:]


def _groups(found: Sequence[tuple[DigestEntry, Subscription | None]]) -> dict[Hashable, str]:
    """The group of each object: that of the first digest that has one, or a new one where it has several channels."""
    groups: dict[Hashable, str] = {}
    for entry, digest in found:
        known = groups.get(_object_of(entry)) or (digest.group_id if digest else "")
        groups[_object_of(entry)] = known
    return {_object_of(entry): groups[_object_of(entry)] or _new_group(entry) for entry, _ in reversed(found)}


def _new_group(entry: DigestEntry) -> str:
    return _identity(entry, "group") if len(entry.channels) > 1 else ""


def _renewed(digest: Subscription, entry: DigestEntry, group_id: str) -> Subscription:
    content, rule = digest.content if entry.content is None else entry.content, options_of(digest.rule).changed(entry.options).as_json
    return replace(digest, owner=entry.owner, rule=rule, group_id=group_id, content=content)


def _identity(entry: DigestEntry, number: int | str) -> str:
    accounts = " ".join(sorted(entry.accounts))
    dates = f" {entry.dates}" if entry.dates else ""
    return str(uuid5(_IMPORTED, f"{entry.channel} {accounts} {entry.cron} {entry.zone}{dates} {number}"))
