"""Digests as a JSON file: parsed with all errors at once, compared with the stored digests, and written.

::

    [{"channel": "C…", "accounts": ["linkedin-…"], "cron": "0 9 * * 1", "zone": "Europe/Berlin", "owner": "U…" or absent,
      "dates": "from 2026-12-01 until 2026-12-31 except 2026-12-25" or absent, "title": "Weekly numbers" or absent,
      "intro": "Good morning!" or absent, "only_headline": true or absent, "skip_unchanged": true or absent}]

    text ─ read_entries ─→ entries ─ decide, with the stored digests ─→ Revision      digests ─ write_entries ─→ text
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, Final
from uuid import UUID, uuid5

from bot.digests.options import SWITCHES, DigestOptions, OptionChanges, checked_part, options_of
from bot.errors import BadDigestFile, BadSchedule, NotUnderstood
from bot.parsing.account_names import FULL_ID
from bot.schedules.dates import dates_of
from bot.schedules.schedule import schedule_of
from bot.schedules.timezones import checked_zone
from bot.subscriptions.subscription import NextRun, OnUncertain, Subscription, SubscriptionStatus

NOT_JSON = "This isn't JSON: {what}."
TOO_DEEP = "This isn't a list of digests: it is nested too deeply."
NOT_A_LIST = "This isn't a list of digests."
FORM_REMEDY = (
    'Write a JSON list of objects like {"channel": "C0123456789", "accounts": ["linkedin-ABC"], "cron": "0 9 * * 1", '
    '"zone": "Europe/Berlin", "owner": "U0123456789"}; you can leave out the owner and "dates": "from 2026-12-01 except 2026-12-25".'
)
BAD_ENTRIES = "{n} of {total} entries can't be used, so nothing was changed:"
ENTRY = "entry {place}: {what}"
NOT_AN_OBJECT = "isn't an object"
LACKS = "lacks {what}"
UNKNOWN_KEY = "has an unknown field {what}"
KEY_TWICE = "has the field {what} twice"
BAD_CHANNEL = "the channel {what} isn't a Slack channel id (C…, G… or D…)"
BAD_ACCOUNTS = "the accounts aren't a list of one or more ids (linkedin-…)"
BAD_ACCOUNT = "the account {what} isn't an id (linkedin-…)"
TWICE = "the account {what} is in it twice"
BAD_DATES = "the dates {what} aren't like “from 2026-12-01 until 2026-12-31 except 2026-12-25, 2026-12-26”"
BAD_OWNER = "the owner {what} isn't a Slack user id (U… or W…)"
NO_TEXT = "the {name} isn't text"
NO_SWITCH = "{name} is neither true nor false"
BAD_HEADING = "the {part} has a line break, double quotes or signs that can't be seen"
DIGEST_FILES_SAME = "is the same digest as entry {other}"


_OPTIONS: Final = tuple(one.name for one in fields(DigestOptions))
_FIELDS: Final = ("channel", "accounts", "cron", "zone", "owner", "dates", *_OPTIONS)
_NEEDED: Final = _FIELDS[:4]
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{2,}")
_OWNER = re.compile(r"[UW][A-Z0-9]{2,}")
_MOST_QUOTED = 60

Key = tuple[str, frozenset[str], str, str, str]


@dataclass(frozen=True, slots=True)
class DigestEntry:
    """One digest of a file, checked; ``owner`` None means the administrators."""

    channel: str
    accounts: tuple[str, ...]
    cron: str
    zone: str
    owner: str | None = None
    dates: str = ""
    #: The options to set; others stay as they are.
    options: OptionChanges = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """The identity of a digest."""
        return self.channel, frozenset(self.accounts), self.cron, self.zone, self.dates


def read_entries(text: str) -> tuple[DigestEntry, ...]:
    """The digests of a file.

    Raises:
        BadDigestFile: it is not such a list, or some entries are wrong; the sentence names all of them.
    """
    try:
        return _entries(json.loads(text, object_pairs_hook=_Object))
    except RecursionError:
        raise BadDigestFile(TOO_DEEP, remedy=FORM_REMEDY) from None
    except ValueError as error:
        raise BadDigestFile(NOT_JSON.format(what=error), remedy=FORM_REMEDY) from None


class _Object(dict[str, Any]):
    """A JSON object that knows its duplicate keys, which are errors."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        times = Counter(key for key, _ in pairs)
        self.twice = [key for key in self if times[key] > 1]


def _entries(given: Any) -> tuple[DigestEntry, ...]:
    if not isinstance(given, list):
        raise BadDigestFile(NOT_A_LIST, remedy=FORM_REMEDY)
    read = [_read(one) for one in given]
    problems = [ENTRY.format(place=place, what="; ".join(one)) for place, one in enumerate(read, 1) if isinstance(one, list)]
    problems += _twice(read)
    if problems:
        sentence = BAD_ENTRIES.format(n=len(problems), total=len(given))
        raise BadDigestFile("\n".join([sentence, *(f"  {problem}" for problem in problems)]), remedy=FORM_REMEDY)
    return tuple(one for one in read if isinstance(one, DigestEntry))


def _read(given: Any) -> DigestEntry | list[str]:
    """The entry, or all its errors."""
    if not isinstance(given, _Object):
        return [NOT_AN_OBJECT]
    wrong = [UNKNOWN_KEY.format(what=_shown(key)) for key in given if key not in _FIELDS]
    wrong += [KEY_TWICE.format(what=_shown(key)) for key in given.twice]
    if lacking := [name for name in _NEEDED if given.get(name) is None]:
        wrong.append(LACKS.format(what=", ".join(lacking)))
    wrong += [problem for name, check in _CHECKS.items() if given.get(name) is not None for problem in check(given[name])]
    if wrong:
        return wrong
    schedule = schedule_of(given["cron"], given["zone"])
    dates = dates_of(given.get("dates") or "").words
    options = {name: given[name] for name in _OPTIONS if given.get(name) is not None}
    return DigestEntry(given["channel"], tuple(given["accounts"]), schedule.cron, schedule.zone, given.get("owner"), dates, options)


def _wrong_channel(given: Any) -> list[str]:
    return [] if isinstance(given, str) and _CHANNEL.fullmatch(given) else [BAD_CHANNEL.format(what=_shown(given))]


def _wrong_owner(given: Any) -> list[str]:
    return [] if isinstance(given, str) and _OWNER.fullmatch(given) else [BAD_OWNER.format(what=_shown(given))]


def _wrong_cron(given: Any) -> list[str]:
    return _wrong_text("cron", given, lambda: schedule_of(given, "UTC"))


def _wrong_zone(given: Any) -> list[str]:
    return _wrong_text("zone", given, lambda: checked_zone(given))


def _wrong_dates(given: Any) -> list[str]:
    if not isinstance(given, str):
        return [NO_TEXT.format(name="dates")]
    return [] if dates_of(given).words == given else [BAD_DATES.format(what=_shown(given))]


def _wrong_heading(part: str, given: Any) -> list[str]:
    if not isinstance(given, str):
        return [NO_TEXT.format(name=part)]
    try:
        return [] if checked_part(part, given) == given else [BAD_HEADING.format(part=part)]
    except NotUnderstood as error:
        return [error.sentence]


def _wrong_switch(name: str, given: Any) -> list[str]:
    return [] if isinstance(given, bool) else [NO_SWITCH.format(name=name)]


def _wrong_text(name: str, given: Any, check: Callable[[], object]) -> list[str]:
    if not isinstance(given, str):
        return [NO_TEXT.format(name=name)]
    try:
        check()
    except BadSchedule as error:
        return [str(error)]
    return []


def _wrong_accounts(given: Any) -> list[str]:
    if not isinstance(given, list) or not given:
        return [BAD_ACCOUNTS]
    bad = [BAD_ACCOUNT.format(what=_shown(one)) for one in given if not (isinstance(one, str) and FULL_ID.fullmatch(one))]
    return bad or [TWICE.format(what=one) for one in dict.fromkeys(given) if given.count(one) > 1]


#: The check of each field: its value → its errors.
_CHECKS: Final[dict[str, Callable[[Any], list[str]]]] = {
    "channel": _wrong_channel,
    "accounts": _wrong_accounts,
    "cron": _wrong_cron,
    "zone": _wrong_zone,
    "owner": _wrong_owner,
    "dates": _wrong_dates,
    "title": partial(_wrong_heading, "title"),
    "intro": partial(_wrong_heading, "intro"),
    **{name: partial(_wrong_switch, name) for name in SWITCHES},
}


def _twice(read: Sequence[DigestEntry | list[str]]) -> list[str]:
    first: dict[Key, int] = {}
    found = []
    for place, one in enumerate(read, 1):
        if isinstance(one, DigestEntry) and first.setdefault(one.key, place) != place:
            found.append(ENTRY.format(place=place, what=DIGEST_FILES_SAME.format(other=first[one.key])))
    return found


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST_QUOTED else f"{text[: _MOST_QUOTED - 1]}…"


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

    Digests of the same identity are written once, in an order that does not depend on the database.
    """
    each = {key_of(one): one for one in reversed(list(digests))}.values()
    entries = [
        {"channel": one.channel, "accounts": list(one.accounts), "cron": _spelled(one.cron), "zone": one.zone}
        | ({"owner": one.owner} if one.owner else {})
        | ({"dates": one.dates} if one.dates else {})
        | options_of(one.rule).given
        for one in sorted(each, key=lambda one: (one.channel, _spelled(one.cron), one.zone, sorted(one.accounts), one.dates))
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

    def added(self, entry: DigestEntry, taken: Callable[[str], Subscription | None]) -> Subscription:
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
            content=(),
            cron=entry.cron,
            zone=entry.zone,
            status=SubscriptionStatus.ACTIVE,
            next_run_at=None,
            grace=self.grace,
            on_uncertain=OnUncertain.HOLD,
            owner=entry.owner,
            dates=entry.dates,
            rule=DigestOptions().changed(entry.options).as_json,
        )
        return replace(digest, next_run_at=self.next_run(digest, self.now))


def decide(entries: Sequence[DigestEntry], existing: Sequence[Subscription], importing: DigestImporter, *, prune: bool) -> Revision:
    """The changes after which every entry exists; with ``prune``, and nothing else.

    An existing digest gets the entry's owner and options; its status and its sections stay unchanged.
    """
    live = [digest for digest in existing if digest.status is not SubscriptionStatus.DELETED]
    by_key = {key_of(digest): digest for digest in reversed(live)}
    by_id = {digest.id: digest for digest in existing}
    found = [(entry, by_key.get(entry.key)) for entry in entries]
    wanted, keys = {digest.id for _, digest in found if digest}, {entry.key for entry in entries}
    renewed = ((digest, _renewed(digest, entry)) for entry, digest in found if digest)
    changed = tuple(after for before, after in renewed if after != before)
    deleted = [replace(digest, status=SubscriptionStatus.DELETED, next_run_at=None) for digest in live if key_of(digest) not in keys]
    return Revision(
        added=tuple(importing.added(entry, by_id.get) for entry, digest in found if digest is None),
        changed=changed,
        deleted=tuple(deleted) if prune else (),
        unchanged=len(wanted) - len(changed),
    )


def _renewed(digest: Subscription, entry: DigestEntry) -> Subscription:
    return replace(digest, owner=entry.owner, rule=options_of(digest.rule).changed(entry.options).as_json)


def _identity(entry: DigestEntry, number: int) -> str:
    accounts = " ".join(sorted(entry.accounts))
    dates = f" {entry.dates}" if entry.dates else ""
    return str(uuid5(_IMPORTED, f"{entry.channel} {accounts} {entry.cron} {entry.zone}{dates} {number}"))
