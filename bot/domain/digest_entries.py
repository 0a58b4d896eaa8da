"""The digests of a JSON file, each checked: everything that is wrong with every one of them is told at once.

::

    [{"channel": "C…", "accounts": ["linkedin-…"], "cron": "0 9 * * 1", "zone": "Europe/Berlin", "owner": "U…" or absent}]
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.domain.account_names import FULL_ID
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
    KEY_TWICE,
    LACKS,
    NO_TEXT,
    NOT_A_LIST,
    NOT_AN_OBJECT,
    NOT_JSON,
    TOO_DEEP,
    TWICE,
    UNKNOWN_KEY,
)
from bot.domain.zones import checked_zone
from bot.errors import BadDigestFile, BadSchedule

_FIELDS: Final = ("channel", "accounts", "cron", "zone", "owner")
_NEEDED: Final = _FIELDS[:-1]
_CHANNEL = re.compile(r"[CGD][A-Z0-9]{2,}")
_OWNER = re.compile(r"[UW][A-Z0-9]{2,}")
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


def read_entries(text: str) -> tuple[Entry, ...]:
    """The digests of a file.

    Raises:
        BadDigestFile: it is no such list, or some of its entries cannot be used; the sentence names every one of them.
    """
    try:
        return _entries(json.loads(text, object_pairs_hook=_Object))
    except RecursionError:
        raise BadDigestFile(TOO_DEEP, remedy=FORM_REMEDY) from None
    except ValueError as error:
        raise BadDigestFile(NOT_JSON.format(what=error), remedy=FORM_REMEDY) from None


class _Object(dict[str, Any]):
    """A JSON object that knows which of its keys were written twice: of two channels neither is meant more."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        keys = [key for key, _ in pairs]
        self.twice = [key for key in self if keys.count(key) > 1]


def _entries(given: Any) -> tuple[Entry, ...]:
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
    return Entry(given["channel"], tuple(given["accounts"]), schedule.cron, schedule.zone, given.get("owner"))


def _wrong_channel(given: Any) -> list[str]:
    return [] if isinstance(given, str) and _CHANNEL.fullmatch(given) else [BAD_CHANNEL.format(what=_shown(given))]


def _wrong_owner(given: Any) -> list[str]:
    return [] if isinstance(given, str) and _OWNER.fullmatch(given) else [BAD_OWNER.format(what=_shown(given))]


def _wrong_cron(given: Any) -> list[str]:
    return _wrong_text("cron", given, lambda: schedule_of(given, "UTC"))


def _wrong_zone(given: Any) -> list[str]:
    return _wrong_text("zone", given, lambda: checked_zone(given))


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


#: A field's value → everything that is wrong with it.
_CHECKS: Final[dict[str, Callable[[Any], list[str]]]] = {
    "channel": _wrong_channel,
    "accounts": _wrong_accounts,
    "cron": _wrong_cron,
    "zone": _wrong_zone,
    "owner": _wrong_owner,
}


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
