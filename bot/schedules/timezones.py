"""The zones of the tz database by name, city and abbreviation, and suggestions for words that are none."""

import re
from datetime import datetime, timedelta
from functools import cache, lru_cache
from string import capwords
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.errors import BadSchedule
from bot.lazy_regex import any_case
from bot.parsing.dates import HOLIDAYS
from bot.parsing.text import near_words
from bot.schedules.cities import MOST_NEAR, SHORTEST_CITY, cities_with, is_area, plain_name, zones_of_name

UNKNOWN = "I don't know a time zone “{word}”."
UNKNOWN_REMEDY = "Name a zone of the tz database, such as `Europe/Berlin`, `America/New_York` or `UTC`."
ABBREVIATION = "“{word}” is short for more than one clock, and I keep a place's local time, summer and winter."
SEVERAL_ZONES = "There is more than one “{word}”, in different time zones."
OFFSET = "“{word}” is an offset, not a time zone: it wouldn't follow the clock changes."

MOST_QUOTED = 60
#: The most words of a zone's name whose underscores are written as blanks ("america new york").
MOST_ZONE_WORDS = 4

#: Names without a slash that are zones even in the middle of a sentence; others ("Japan", "Cuba") may be accounts.
#: Lower case.
PLAIN_NAMES = frozenset(
    {"utc", "uct", "gmt", "zulu", "cet", "eet", "wet", "met", "est", "mst", "hst", "est5edt", "cst6cdt", "mst7mdt", "pst8pdt"}
)

#: Abbreviations people write: several places share one, and half of them hold only half the year. Of these the tz database has "EST", "MST"
#: and "GMT", as clocks that know no summer time.
_ABBREVIATIONS = {
    "gmt": ("Europe/London", "UTC"),
    "est": ("America/New_York", "America/Toronto", "America/Panama"),
    "mst": ("America/Denver", "America/Phoenix"),
    **dict.fromkeys(("pst", "pdt", "pt"), ("America/Los_Angeles",)),
    **dict.fromkeys(("mdt", "mt"), ("America/Denver",)),
    "cst": ("America/Chicago", "Asia/Shanghai"),
    **dict.fromkeys(("cdt", "ct"), ("America/Chicago",)),
    **dict.fromkeys(("edt", "et"), ("America/New_York",)),
    **dict.fromkeys(("akst", "akdt"), ("America/Anchorage",)),
    "ast": ("America/Halifax", "America/Puerto_Rico"),
    "nst": ("America/St_Johns",),
    "brt": ("America/Sao_Paulo",),
    "bst": ("Europe/London",),
    "cest": ("Europe/Berlin", "Europe/Paris"),
    **dict.fromkeys(("mez", "mesz"), ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich")),
    "eest": ("Europe/Helsinki", "Europe/Athens"),
    "wat": ("Africa/Lagos",),
    "eat": ("Africa/Nairobi",),
    "sast": ("Africa/Johannesburg",),
    "msk": ("Europe/Moscow",),
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "sgt": ("Asia/Singapore",),
    "hkt": ("Asia/Hong_Kong",),
    "jst": ("Asia/Tokyo",),
    "kst": ("Asia/Seoul",),
    "pkt": ("Asia/Karachi",),
    "wib": ("Asia/Jakarta",),
    "gst": ("Asia/Dubai",),
    "awst": ("Australia/Perth",),
    "acst": ("Australia/Adelaide", "Australia/Darwin"),
    "acdt": ("Australia/Adelaide",),
    "aest": ("Australia/Sydney", "Australia/Brisbane"),
    "aedt": ("Australia/Sydney",),
    **dict.fromkeys(("nzst", "nzdt"), ("Pacific/Auckland",)),
}
#: Clocks as people call them before the word "time".
_CLOCKS = {
    **dict.fromkeys(("eastern", "us eastern", "new york", "et"), "America/New_York"),
    **dict.fromkeys(("central", "us central", "chicago", "ct"), "America/Chicago"),
    **dict.fromkeys(("mountain", "us mountain", "mt"), "America/Denver"),
    **dict.fromkeys(("pacific", "us pacific", "california", "pt"), "America/Los_Angeles"),
    **dict.fromkeys(("uk", "british", "london"), "Europe/London"),
    **dict.fromkeys(("central european", "german"), "Europe/Berlin"),
    **dict.fromkeys(("us", "american"), "USA"),
    "swiss": "Europe/Zurich",
    "dutch": "Europe/Amsterdam",
    "spanish": "Europe/Madrid",
    "italian": "Europe/Rome",
    "japanese": "Asia/Tokyo",
    **dict.fromkeys(("eastern european", "finnish"), "Europe/Helsinki"),
    "french": "Europe/Paris",
    **dict.fromkeys(("india", "indian"), "Asia/Kolkata"),
}
_CLOCK_TIME = any_case(
    rf"\b((?P<clock>{'|'.join(sorted(_CLOCKS, key=len, reverse=True))})( (standard|daylight|summer|local))? time"
    r"|((?<=\d )|(?<=[\dap]m ))(?P<short>eastern|central|mountain|pacific|[ECMP]T))(?![\w/-])"
)
_OFFSET = any_case(r"(utc|gmt|z)?[+-]\d{1,2}(:?\d{2})?")
#: Names in the tz database that are no places.
_NOT_ZONES = frozenset({"Factory", "localtime"})
#: Whose parts are no cities.
_NO_CITIES = ("Etc/", "SystemV/", "US/", "Brazil/", "Canada/", "Mexico/", "Chile/", "Antarctica/")
_NEAR = 0.65
_WINTER_AND_SUMMER = (datetime(2026, 1, 1), datetime(2026, 7, 1))  # noqa: DTZ001  # on the clock of any zone


@cache
def _names() -> dict[str, str]:
    return {name.casefold(): name for name in sorted(available_timezones() - _NOT_ZONES)}


@cache
def _places() -> dict[str, tuple[str, ...]]:
    """Each zone's last part ("berlin"), with the zones that end so; links of the same place under an old name stand last."""
    found: dict[str, tuple[str, ...]] = {}
    for name in sorted(_names().values(), key=lambda name: (name.startswith(_NO_CITIES), name)):
        place = name.rpartition("/")[2].casefold()
        found[place] = (*found.get(place, ()), name)
    return found


@cache
def _areas() -> frozenset[str]:
    return frozenset(name.partition("/")[0] for name in _names() if "/" in name)


def zone_named(word: str) -> str | None:
    """The zone of a name or an unambiguous abbreviation ("PST") as the tz database spells it; None for none, and for "EST"."""
    name = word.casefold()
    if zones := _ABBREVIATIONS.get(name):
        return zones[0] if len(zones) == 1 and len(name) >= SHORTEST_CITY else None
    return _names().get(name)


def with_zones(text: str) -> str:
    """The text with the zone's name in place of a clock's: "mondays 9:00 Pacific time"."""
    return _CLOCK_TIME.sub(lambda found: _CLOCKS[(found["clock"] or found["short"]).lower()], text)


def zone_of_place(words: str) -> str | None:
    """The only zone of a name or of a city ("Japan", "new york"); None when there is none or there are several."""
    key = "_".join(words.casefold().split())
    if name := zone_named(key) or zone_named(key.replace("_", "/", 1)):
        return name
    if key in HOLIDAYS:
        # "Christmas" is more likely the holiday than the island.
        return None
    zones = [name for name in _places().get(key, ()) if name.count("/") == 1 and not name.startswith(_NO_CITIES)]
    return zones[0] if len(zones) == 1 and len(_places()[key]) == 1 else None


def zone_of_city(words: str) -> str | None:
    """The zone of a big city ("Mumbai", "san francisco"); None when there is none, or several of that name in different zones."""
    zones = zones_of_city(words)
    return zones[0] if len(zones) == 1 else None


def zones_of_city(words: str) -> tuple[str, ...]:
    """The zones of the big cities of this name, without much smaller ones, or of the country or state: those of most people first."""
    return () if plain_name(words) in _ABBREVIATIONS else zones_of_name(words)


def is_city(words: str) -> bool:
    """Whether zones end in the name of this city."""
    if words.casefold() in HOLIDAYS:
        return False
    zones = _places().get("_".join(words.casefold().split()), ())
    return any(not name.startswith(_NO_CITIES) for name in zones)


def zone_of(name: str) -> ZoneInfo:
    """The zone of this name. Raises BadSchedule: the tz database of this machine has no such zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise unknown_zone(name) from error


def checked_zone(word: str) -> str:
    """The zone as the tz database spells it, also a stored one like "EST"; raises BadSchedule with the nearest ones."""
    name = _names().get(word.casefold())
    if name is None:
        raise unknown_zone(word)
    return name


def unknown_zone(word: str, before: str = "") -> BadSchedule:
    """The error for a word in the position of a zone; its suggestions are the words ``before`` it with the nearest zones."""
    is_short, of_city = word.casefold().rpartition("/")[2] in _ABBREVIATIONS, zones_of_city(word)
    several = ("“{word}” has more than one time zone." if is_area(word) else SEVERAL_ZONES) if len(of_city) > 1 else ""
    sentence = OFFSET if _OFFSET.fullmatch(word) else ABBREVIATION if is_short else several or UNKNOWN
    offset = _with_offset(word) if sentence == OFFSET else ()
    suggestions = tuple(f"{before} {name}".strip() for name in of_city or offset or near_zones(word))
    remedy = "Choose one:" if is_short or of_city or offset else UNKNOWN_REMEDY
    return BadSchedule(sentence.format(word=word[:MOST_QUOTED]), remedy=remedy, suggestions=suggestions)


def _with_offset(word: str) -> tuple[str, ...]:
    """The known zones whose clock is so far from UTC in winter or in summer."""
    digits = re.sub(r"\D", "", word)
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > len("12") else (int(digits), 0)
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if "-" in word else 1)
    zones = dict.fromkeys(zone for each in _ABBREVIATIONS.values() for zone in each)
    return tuple(zone for zone in zones if offset in {day.replace(tzinfo=zone_of(zone)).utcoffset() for day in _WINTER_AND_SUMMER})[
        :MOST_NEAR
    ]


def meant_as_zone(word: str) -> bool:
    """Whether a word that is no zone has the form of one: an area and a place, a known abbreviation, or an offset."""
    area, slash, _ = word.casefold().partition("/")
    return (bool(slash) and area in _areas()) or word.casefold() in _ABBREVIATIONS or _OFFSET.fullmatch(word) is not None


def near_zones(word: str) -> tuple[str, ...]:
    if _OFFSET.fullmatch(word):
        return ()
    typed = word[:MOST_QUOTED].casefold().replace(" ", "_")
    place = typed.rpartition("/")[2]
    if place in _ABBREVIATIONS or place in _places():
        return (_ABBREVIATIONS.get(place) or _places()[place])[:MOST_NEAR]
    whole = near_words(typed, _names(), most=MOST_NEAR, least=_NEAR)
    last = near_words(place, _places(), most=MOST_NEAR, least=_NEAR)
    scored = [(score, _names()[name]) for name, score in whole] + [(score, zone) for name, score in last for zone in _places()[name]]
    return tuple(dict.fromkeys(zone for _, zone in sorted(scored, key=lambda pair: -pair[0])))[:MOST_NEAR]


def search_zones(typed: str, now: datetime, most: int, *, with_cities: bool = True) -> tuple[tuple[str, str], ...]:
    """At most ``most`` zones that typed letters may mean, each with a label ("Mumbai · Asia/Kolkata, UTC+5:30"), the likeliest first.

    The letters are looked for in abbreviations, in names and offsets of zones and in big cities: at their beginning first, then anywhere,
    where the names of zones come before those of cities.

    Args:
        now: the moment (aware) whose offsets are shown and found.
        with_cities: whether cities that no zone is named after are looked for too, for which they are read once.
    """
    letters = " ".join(typed[:MOST_QUOTED].casefold().replace("_", " ").split())
    if not letters:
        return ()
    found: dict[str, str] = dict.fromkeys(_ABBREVIATIONS.get(letters, ()), letters.upper())
    begin, inside = [], []
    for zone, spelled, offset in _searched(now.replace(minute=0, second=0, microsecond=0)):
        at = spelled.find(letters)
        if at == 0 or (at > 0 and spelled[at - 1] in " /"):
            begin.append(zone)
        elif at > 0 or offset == letters.replace("gmt", "utc") or offset == f"utc{letters}":
            inside.append(zone)
    found |= {zone: "" for zone in begin if zone not in found}
    cities = list(cities_with(letters, most)) if with_cities else []
    for begins in (True, False):
        for city, zones in cities:
            if city.startswith(letters) == begins:
                found |= {zone: capwords(city) for zone in zones if zone not in found}
        found |= {zone: "" for zone in inside if zone not in found}
    return tuple((zone, _label(zone, city, now)) for zone, city in list(found.items())[:most])


@lru_cache(maxsize=2)
def _searched(now: datetime) -> tuple[tuple[str, str, str], ...]:
    """Each zone with its name in lower case and its offset, those that are no place's last; without old names of groups of zones."""
    names = [
        name for name in _names().values() if not name.startswith(_NO_CITIES) and (name == "UTC" or name.casefold() not in PLAIN_NAMES)
    ]
    names.sort(key=lambda name: ("/" not in name, name))
    return tuple((name, name.casefold().replace("_", " "), _offset(name, now).casefold()) for name in names)


def _offset(zone: str, now: datetime) -> str:
    """The zone's offset at this moment, as "UTC+5:30"."""
    minutes = round((now.astimezone(zone_of(zone)).utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"


def _label(zone: str, city: str, now: datetime) -> str:
    offset = _offset(zone, now)
    where = zone if offset == zone else f"{zone}, {offset}"
    return f"{city} · {where}" if city and city.casefold() not in zone.casefold().replace("_", " ") else where
