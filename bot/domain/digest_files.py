"""Digests in a file, so that they can live in a repository: a JSON list read, compared with what there is, and written.

::

    [{"channel": "C…", "accounts": ["linkedin-…"], "cron": "0 9 * * 1", "zone": "Europe/Berlin", "owner": "U…" or absent}]

    text ─ read_entries ─→ Entries ─ decide, with the digests there are ─→ Revision      digests ─ write_entries ─→ text
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid5

from bot.domain.account_names import FULL_ID
from bot.domain.digests import Digest, DigestStatus, NextRun, OnUncertain
from bot.domain.schedules import schedule_of
from bot.domain.words import (
    BAD_ACCOUNT,
    BAD_ACCOUNTS,
    BAD_CHANNEL,
    BAD_ENTRIES,
    BAD_OWNER,
    DIGEST_FILES_SAME,
    ENTRY,
    FORM_REMEDY,
    LACKS,
    NO_TEXT,
    NOT_A_LIST,
    NOT_AN_OBJECT,
    NOT_JSON,
    TWICE,
    UNKNOWN_KEY,
)
from bot.errors import BadDigestFile, BadSchedule

_FIELDS: Final = ("channel", "accounts", "cron", "zone", "owner")
_NEEDED: Final = _FIELDS[:-1]
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{2,}")
_OWNER = re.compile(r"[UW][A-Z0-9]{2,}")
#: The namespace of imported digests' ids (RFC 9562, version 5): importing the same in two processes makes one digest.
_IMPORTED = UUID("2c4d1c52-43a1-5f0c-9e0c-4c7e4f2d9b10")
_MOST_QUOTED = 60

Key = tuple[str, frozenset[str], str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One digest of a file, checked; ``owner`` None means the administrators."""

    channel: str
    accounts: tuple[str, ...]
    cron: str
    zone: str
    owner: str | None = None

    @property
    def key(self) -> Key:
        """What makes two digests the same."""
        return self.channel, frozenset(self.accounts), self.cron, self.zone


def key_of(digest: Digest) -> Key:
    """What makes two digests the same: channel, accounts in any order, cron and zone."""
    return digest.channel, frozenset(digest.accounts), digest.cron, digest.zone


def read_entries(text: str) -> tuple[Entry, ...]:
    """The digests of a file.

    Raises:
        BadDigestFile: it is no such list, or some of its entries cannot be used; the sentence names every one of them.
    """
    try:
        given = json.loads(text)
    except ValueError as error:
        raise BadDigestFile(NOT_JSON.format(what=error), remedy=FORM_REMEDY) from None
    if not isinstance(given, list):
        raise BadDigestFile(NOT_A_LIST, remedy=FORM_REMEDY)
    read = [_read(one) for one in given]
    problems = [ENTRY.format(place=place, what="; ".join(one)) for place, one in enumerate(read, 1) if isinstance(one, list)]
    problems += _twice(read)
    if problems:
        said = BAD_ENTRIES.format(n=len(problems), total=len(given))
        raise BadDigestFile("\n".join([said, *(f"  {problem}" for problem in problems)]), remedy=FORM_REMEDY)
    return tuple(one for one in read if isinstance(one, Entry))


def _read(given: Any) -> Entry | list[str]:
    """The entry, or everything that is wrong with it."""
    if not isinstance(given, dict):
        return [NOT_AN_OBJECT]
    wrong = [UNKNOWN_KEY.format(what=_shown(key)) for key in given if key not in _FIELDS]
    if lacking := [name for name in _NEEDED if given.get(name) is None]:
        return [*wrong, LACKS.format(what=", ".join(lacking))]
    channel, accounts, owner = given["channel"], given["accounts"], given.get("owner")
    if not isinstance(channel, str) or not _CHANNEL.fullmatch(channel):
        wrong.append(BAD_CHANNEL.format(what=_shown(channel)))
    wrong += _wrong_accounts(accounts)
    if owner is not None and not (isinstance(owner, str) and _OWNER.fullmatch(owner)):
        wrong.append(BAD_OWNER.format(what=_shown(owner)))
    wrong += [NO_TEXT.format(name=name) for name in ("cron", "zone") if not isinstance(given[name], str)]
    if wrong:
        return wrong
    try:
        schedule = schedule_of(given["cron"], given["zone"])
    except BadSchedule as error:
        return [str(error)]
    return Entry(channel, tuple(accounts), schedule.cron, schedule.zone, owner)


def _wrong_accounts(given: Any) -> list[str]:
    if not isinstance(given, list) or not given:
        return [BAD_ACCOUNTS]
    bad = [BAD_ACCOUNT.format(what=_shown(one)) for one in given if not (isinstance(one, str) and FULL_ID.fullmatch(one))]
    return bad or [TWICE.format(what=one) for one in dict.fromkeys(given) if given.count(one) > 1]


def _twice(read: Sequence[Entry | list[str]]) -> list[str]:
    first: dict[Key, int] = {}
    found = []
    for place, one in enumerate(read, 1):
        if isinstance(one, Entry) and first.setdefault(one.key, place) != place:
            found.append(ENTRY.format(place=place, what=DIGEST_FILES_SAME.format(other=first[one.key])))
    return found


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST_QUOTED else f"{text[: _MOST_QUOTED - 1]}…"


def write_entries(digests: Iterable[Digest]) -> str:
    """The digests as the text of a file, which ``read_entries`` reads back; an absent owner means the administrators.

    What makes a digest the same stands there once, and in one order, whichever database it comes from.
    """
    each = {key_of(one): one for one in reversed(list(digests))}.values()
    entries = [
        {"channel": one.channel, "accounts": list(one.accounts), "cron": one.cron, "zone": one.zone}
        | ({"owner": one.owner} if one.owner else {})
        for one in sorted(each, key=lambda one: (one.channel, one.cron, one.zone, sorted(one.accounts)))
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
            team=there.team if there else "",
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
