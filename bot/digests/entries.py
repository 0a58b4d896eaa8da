"""The JSON file of digests: read, with all errors at once, and written.

::

    [{"channel": "C…" (or "channels": ["C…", "C…"]), "accounts": ["linkedin-…"], "cron": "0 9 * * 1", "zone": "Europe/Berlin",
      "owner": "U…" or absent, "dates": "from 2026-12-01 until 2026-12-31 except 2026-12-25" or absent, "title": "Weekly numbers" or absent,
      "intro": "Good morning!" or absent, "only_headline": true or absent, "skip_unchanged": true or absent,
      "parts": ["chart", "best", "board"] or absent}]
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, Final

from bot.digests.command import SWITCHES, DigestDraft, DigestOptions, checked_part, options_of
from bot.digests.reports import ALL_PARTS, FIGURES_ALONE, chosen
from bot.errors import BadDigestFile, BadSchedule, NotUnderstood
from bot.lazy_regex import lazy_regex
from bot.schedules.dates import dates_of
from bot.schedules.schedule import schedule_of
from bot.schedules.timezones import checked_zone
from bot.statistics.reports import FULL_ID
from bot.subscriptions.subscription import Subscription

FORM_REMEDY = (
    'Write a JSON list of objects like {"channel": "C0123456789", "accounts": ["linkedin-ABC"], "cron": "0 9 * * 1", '
    '"zone": "Europe/Berlin", "owner": "U0123456789"}; you can leave out the owner and "dates": "from 2026-12-01 except 2026-12-25".'
)
ENTRY = "entry {place}: {what}"
BAD_CHANNEL = "the channel {what} isn't a Slack channel id (C…, G… or D…)"
CHANNEL_TWICE = "the channel {what} is in it twice"
BAD_ACCOUNT = "the account {what} isn't an id (linkedin-…)"
TWICE = "the account {what} is in it twice"
BAD_DATES = "the dates {what} aren't like “from 2026-12-01 until 2026-12-31 except 2026-12-25, 2026-12-26”"
NO_TEXT = "the {name} isn't text"
BAD_PARTS = "the parts aren't a list of some of these: {known}"

_OPTIONS: Final = DigestOptions.__struct_fields__
_NEEDED: Final = ("channel", "accounts", "cron", "zone")
_FIELDS: Final = (*_NEEDED, "channels", "owner", "dates", "parts", *_OPTIONS)
_CHANNEL = lazy_regex(r"[CGD][A-Z0-9]{2,}")
_OWNER = lazy_regex(r"[UW][A-Z0-9]{2,}")
_MOST_QUOTED = 60

#: The identity of a digest: channel, accounts in any order, cron, zone and dates.
Key = tuple[str, frozenset[str], str, str, str]


class DigestEntry(DigestDraft, frozen=True):
    """An object of a file, checked: a digest in each of its channels. Options and content that it does not have stay as they are."""

    #: None means the administrators.
    owner: str | None = None

    @property
    def keys(self) -> Mapping[str, Key]:
        return {channel: (channel, frozenset(self.accounts), self.cron, self.zone, self.dates) for channel in self.channels}


def read_entries(text: str) -> tuple[DigestEntry, ...]:
    """The digests of a file. Raises BadDigestFile: it is not such a list, or some entries are wrong; the sentence names all of them."""
    try:
        return _entries(json.loads(text, object_pairs_hook=_Object))
    except RecursionError:
        raise BadDigestFile("This isn't a list of digests: it is nested too deeply.", remedy=FORM_REMEDY) from None
    except ValueError as error:
        raise BadDigestFile(f"This isn't JSON: {error}.", remedy=FORM_REMEDY) from None


class _Object(dict[str, Any]):
    """A JSON object that knows its duplicate keys, which are errors."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        times = Counter(key for key, _ in pairs)
        self.twice = [key for key in self if times[key] > 1]


def _entries(given: Any) -> tuple[DigestEntry, ...]:
    if not isinstance(given, list):
        raise BadDigestFile("This isn't a list of digests.", remedy=FORM_REMEDY)
    read = [_read(one) for one in given]
    problems = [ENTRY.format(place=place, what="; ".join(one)) for place, one in enumerate(read, 1) if isinstance(one, list)]
    problems += _twice(read)
    if problems:
        sentence = f"{len(problems)} of {len(given)} entries can't be used, so nothing was changed:"
        raise BadDigestFile("\n".join([sentence, *(f"  {problem}" for problem in problems)]), remedy=FORM_REMEDY)
    return tuple(entry for entry in read if isinstance(entry, DigestEntry))


def _read(given: Any) -> DigestEntry | list[str]:
    if not isinstance(given, _Object):
        return ["isn't an object"]
    wrong = [f"has an unknown field {_shown(key)}" for key in given if key not in _FIELDS]
    wrong += [f"has the field {_shown(key)} twice" for key in given.twice]
    several = given.get("channels") is not None
    if lacking := [name for name in _NEEDED[several:] if given.get(name) is None]:
        wrong.append(f"lacks {', '.join(lacking)}")
    wrong += ["has channel and channels: one of them is enough"] if several and given.get("channel") is not None else []
    wrong += [problem for name, check in _CHECKS.items() if given.get(name) is not None for problem in check(given[name])]
    if wrong:
        return wrong
    schedule, parts = schedule_of(given["cron"], given["zone"]), given.get("parts")
    return DigestEntry(
        accounts=tuple(given["accounts"]),
        cron=schedule.cron,
        zone=schedule.zone,
        channels=tuple(given["channels"]) if several else (given["channel"],),
        content=None if parts is None else chosen(part for part in ALL_PARTS if part in parts),
        dates=dates_of(given.get("dates") or "").words,
        options={name: given[name] for name in _OPTIONS if given.get(name) is not None},
        owner=given.get("owner"),
    )


def _wrong_id(form: re.Pattern[str], sentence: str, given: Any) -> list[str]:
    return [] if isinstance(given, str) and form.fullmatch(given) else [sentence.format(what=_shown(given))]


def _wrong_ids(form: re.Pattern[str], sentence: str, no_list: str, twice: str, given: Any) -> list[str]:
    if not isinstance(given, list) or not given:
        return [no_list]
    wrong = [problem for one in given for problem in _wrong_id(form, sentence, one)]
    return wrong or [twice.format(what=one) for one in dict.fromkeys(given) if given.count(one) > 1]


def _wrong_dates(given: Any) -> list[str]:
    if not isinstance(given, str):
        return [NO_TEXT.format(name="dates")]
    return [] if dates_of(given).words == given else [BAD_DATES.format(what=_shown(given))]


def _wrong_heading(part: str, given: Any) -> list[str]:
    if not isinstance(given, str):
        return [NO_TEXT.format(name=part)]
    try:
        return [] if checked_part(part, given) == given else [f"the {part} has a line break, double quotes or signs that can't be seen"]
    except NotUnderstood as error:
        return [error.sentence]


def _wrong_parts(given: Any) -> list[str]:
    known = (*ALL_PARTS, FIGURES_ALONE)
    return [] if isinstance(given, list) and all(one in known for one in given) else [BAD_PARTS.format(known=", ".join(known))]


def _wrong_switch(name: str, given: Any) -> list[str]:
    return [] if isinstance(given, bool) else [f"{name} is neither true nor false"]


def _wrong_text(name: str, check: Callable[[str], object], given: Any) -> list[str]:
    if not isinstance(given, str):
        return [NO_TEXT.format(name=name)]
    try:
        check(given)
    except BadSchedule as error:
        return [str(error)]
    return []


#: The check of each field: its value → its errors.
_CHECKS: Final[dict[str, Callable[[Any], list[str]]]] = {
    "channel": partial(_wrong_id, _CHANNEL, BAD_CHANNEL),
    "channels": partial(_wrong_ids, _CHANNEL, BAD_CHANNEL, "the channels aren't a list of one or more ids (C…, G… or D…)", CHANNEL_TWICE),
    "accounts": partial(_wrong_ids, FULL_ID, BAD_ACCOUNT, "the accounts aren't a list of one or more ids (linkedin-…)", TWICE),
    "cron": partial(_wrong_text, "cron", lambda cron: schedule_of(cron, "UTC")),
    "zone": partial(_wrong_text, "zone", checked_zone),
    "owner": partial(_wrong_id, _OWNER, "the owner {what} isn't a Slack user id (U… or W…)"),
    "dates": _wrong_dates,
    "parts": _wrong_parts,
    "title": partial(_wrong_heading, "title"),
    "intro": partial(_wrong_heading, "intro"),
    **{name: partial(_wrong_switch, name) for name in SWITCHES},
}


def _twice(read: Sequence[DigestEntry | list[str]]) -> list[str]:
    first: dict[Key, int] = {}
    found = []
    for place, entry in enumerate(read, 1):
        others = [first.setdefault(key, place) for key in entry.keys.values()] if isinstance(entry, DigestEntry) else []
        if other := next((other for other in others if other != place), 0):
            found.append(ENTRY.format(place=place, what=f"is the same digest as entry {other}"))
    return found


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST_QUOTED else f"{text[: _MOST_QUOTED - 1]}…"


def key_of(digest: Subscription) -> Key:
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
