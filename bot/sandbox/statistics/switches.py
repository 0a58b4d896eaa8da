"""What can be switched about the statistics server: every point its documentation leaves open, and trouble on demand."""

from collections.abc import Callable, Mapping
from dataclasses import Field, asdict, dataclass, field, fields
from typing import Any

from bot.sandbox.world_accounts import Trouble

STATUSES = range(200, 600)
RETRY_AFTER_PLACES = ("body", "header", "both", "none")


def _switch(default: Any, tells: str) -> Any:
    return field(default=default, metadata={"tells": tells})


@dataclass(slots=True)
class StatisticsSwitches:
    """Every switch with its neutral position. Set one in the process, or over HTTP at `/_sandbox/switches`."""

    latency_ms: float = _switch(0.0, "Every answer takes this many milliseconds longer.")
    linkedin_latency_ms: float = _switch(0.0, "Every metric fetched from LinkedIn (not cached) takes this many more.")
    slow_ms: float = _switch(3_000.0, "How long the trouble `slow` takes, in milliseconds.")
    cache_minutes: float = _switch(30.0, "How long a fetched metric is served from cache; 0 switches the cache off.")
    partial_status: int = _switch(200, "HTTP status of an answer in which some metrics failed.")
    all_failed_status: int = _switch(200, "HTTP status of an answer in which every metric failed (502 is the other reading).")
    refuse_both_query_types: bool = _switch(default=False, tells="A body with queryType and queryTypes is refused (400).")
    refuse_all: bool = _switch(default=False, tells='"ALL" in queryTypes is refused (400): other papers of the service do not know it.')
    linkedin_limit: int = _switch(0, "LinkedIn calls an account may cause in an hour; more answer 429. 0: no limit.")
    inclusive_end: bool = _switch(default=False, tells="The end of a dateRange belongs to the range.")
    omit_zero_days: bool = _switch(default=False, tells="A DAILY answer leaves out the days whose count is 0.")
    refuse_odd_ranges: bool = _switch(default=False, tells="An impossible or reversed dateRange is refused (400).")
    foreign_forbidden: bool = _switch(default=False, tells="Another member's post or an activity URN: 403, not failed metrics.")
    omit_cached: bool = _switch(default=False, tells="Answers carry neither cached nor cachedMetrics.")
    digit_strings: bool = _switch(default=False, tells="Counts are strings of digits.")
    minus_one: bool = _switch(default=False, tells="A figure LinkedIn does not have is -1 instead of null.")
    list_troubled_accounts: bool = _switch(default=False, tells="GET /platform-connections names the troubled accounts too.")
    missing_paths: tuple[str, ...] = _switch((), 'These paths (say "platform-connections") answer 404 HTML.')
    key_header: str = _switch("x-api-key", "The header of the API key (the sister brand's is x-publora-key).")
    retry_after: int = _switch(60, "Seconds to wait that `rate-limited` names.")
    retry_after_in: str = _switch("body", "Where it names them: body, header, both or none.")
    trouble: Trouble | None = _switch(  # noqa: RUF009 - field() under another name
        None, "Every request for statistics or followers that is in order meets this trouble."
    )

    def set(self, changes: Mapping[str, Any]) -> None:
        """Turn the switches named in `changes` (JSON values), all or none. Raises ValueError saying what was wrong."""
        known = {spec.name: spec for spec in fields(self)}
        for name in changes:
            if name not in known:
                raise ValueError(f"There is no switch {name!r}. The switches are: {', '.join(known)}.")
        read = {name: _read(known[name], value) for name, value in changes.items()}
        for name, value in read.items():
            setattr(self, name, value)

    def as_json(self) -> dict[str, Any]:
        """The positions of all switches, as `set` takes them."""
        trouble = self.trouble.value if self.trouble else None
        return {**asdict(self), "missing_paths": list(self.missing_paths), "trouble": trouble}


def described() -> dict[str, str]:
    """Each switch's name and its sentence."""
    return {spec.name: spec.metadata["tells"] for spec in fields(StatisticsSwitches)}


def read_trouble(name: Any) -> Trouble:
    """The trouble of this name. Raises ValueError naming them all."""
    by_name = {trouble.value: trouble for trouble in Trouble}
    if not isinstance(name, str) or name not in by_name:
        raise ValueError(f"There is no trouble {name!r}. The troubles are: {', '.join(by_name)}.")
    return by_name[name]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _is_path_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(path, str) for path in value)


_KINDS: dict[type, tuple[str, Callable[[Any], bool], Callable[[Any], Any]]] = {
    bool: ("true or false", lambda value: isinstance(value, bool), bool),
    float: ("a number, 0 or more", _is_number, float),
    int: ("a whole number, 0 or more", lambda value: _is_number(value) and isinstance(value, int), int),
    str: ("a text", lambda value: isinstance(value, str) and value != "", str),
    tuple: ("a list of paths", _is_path_list, lambda value: tuple(path.strip("/") for path in value)),
}


def _read(spec: Field[Any], value: Any) -> Any:
    if spec.name == "trouble":
        return None if value is None else read_trouble(value)
    wanted, fits, convert = _KINDS[type(spec.default)]
    if spec.name == "retry_after_in":
        wanted = "one of " + ", ".join(RETRY_AFTER_PLACES)
        fits = RETRY_AFTER_PLACES.__contains__
    elif spec.name.endswith("_status"):
        wanted, fits = "an HTTP status from 200 to 599", lambda value: type(value) is int and value in STATUSES
    if not fits(value):
        raise ValueError(f"The switch {spec.name!r} takes {wanted}, not {value!r}.")
    return convert(value)
