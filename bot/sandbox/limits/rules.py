"""The elementary checks of a text, a number, a list or an object; the other modules combine them.

A check takes a value and its place (a JSON pointer) and yields what is wrong with it.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.limits.table import NUMBERS

Check = Callable[[Any, str], Iterator["LimitFinding"]]


@dataclass(frozen=True, slots=True)
class LimitFinding:
    """One thing Slack refuses, and where."""

    pointer: str
    """JSON pointer into what was sent."""
    problem: str
    code: str = "invalid_blocks"
    """The error code it is refused with."""

    def __str__(self) -> str:
        """As Slack's `response_metadata.messages` has it."""
        return f"[ERROR] {self.problem} [json-pointer:{self.pointer}]"


def text(least: int = 1, most: int | None = None, pattern: str | None = None) -> Check:
    """A string of `least` to `most` characters, wholly of a pattern where one is given."""
    form = re.compile(pattern) if pattern else None

    def check(value: Any, at: str) -> Iterator[LimitFinding]:
        if not isinstance(value, str):
            yield LimitFinding(at, "must be a string")
        elif len(value) < least:
            yield LimitFinding(at, f"must be more than {least - 1} characters")
        elif most is not None and len(value) > most:
            yield LimitFinding(at, f"must be less than {most + 1} characters")
        elif form and not form.fullmatch(value):
            yield LimitFinding(at, f"does not match the required format {form.pattern}")

    return check


def one_of(*allowed: str) -> Check:
    """One of these strings."""

    def check(value: Any, at: str) -> Iterator[LimitFinding]:
        if not isinstance(value, str) or value not in allowed:
            yield LimitFinding(at, f"must be one of: {', '.join(allowed)}")

    return check


def boolean(value: Any, at: str) -> Iterator[LimitFinding]:
    """True or false."""
    if not isinstance(value, bool):
        yield LimitFinding(at, "must be a boolean")


def integer(least: int | None = None, most: int | None = None) -> Check:
    """A whole number within bounds."""

    def check(value: Any, at: str) -> Iterator[LimitFinding]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield LimitFinding(at, "must be an integer")
        elif least is not None and value < least:
            yield LimitFinding(at, f"must be at least {least}")
        elif most is not None and value > most:
            yield LimitFinding(at, f"must be at most {most}")

    return check


def number(*, above: float | None = None) -> Check:
    """A finite number, above a bound where one is given."""

    def check(value: Any, at: str) -> Iterator[LimitFinding]:
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) == float("inf"):  # noqa: PLR0124 - only NaN differs from itself
            yield LimitFinding(at, "must be a number")
        elif above is not None and value <= above:
            yield LimitFinding(at, f"must be greater than {above:g}")

    return check


def web_address() -> Check:
    """An absolute http or https address."""
    size = text(1, NUMBERS["url"].number)

    def check(value: Any, at: str) -> Iterator[LimitFinding]:
        wrong = list(size(value, at))
        yield from wrong
        if not wrong and not re.fullmatch(r"https?://[^\s/?#<>|]+[^\s<>|]*", value):
            yield LimitFinding(at, "invalid_url")

    return check


def items(check_item: Check, least: int = 0, most: int | None = None) -> Check:
    """A list of `least` to `most` items that each pass a check."""

    def check(value: Any, at: str) -> Iterator[LimitFinding]:
        if not isinstance(value, list | tuple):
            yield LimitFinding(at, "must be an array")
            return
        if len(value) < least:
            yield LimitFinding(at, f"no less than {least} items allowed")
        if most is not None and len(value) > most:
            yield LimitFinding(at, f"no more than {most} items allowed")
        for place, item in enumerate(value):
            yield from check_item(item, f"{at}/{place}")

    return check


def thing(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None, *also: Check) -> Check:
    """An object with these properties and no others; `also` are checks of the whole, made when its parts are well."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str) -> Iterator[LimitFinding]:
        if not isinstance(value, dict):
            yield LimitFinding(at, "must be an object")
            return
        wrong = [LimitFinding(at, f"missing required field: {name}") for name in required if value.get(name) is None]
        for name, part in value.items():
            if name not in known:
                wrong.append(LimitFinding(f"{at}/{name}", "no such property is allowed"))
            elif part is not None and known[name] is not anything:
                wrong += known[name](part, f"{at}/{name}")
        yield from wrong
        if not wrong:
            yield from every(also, value, at)

    return check


def every(checks: Iterable[Check], value: Any, at: str) -> Iterator[LimitFinding]:
    """Combines several checks."""
    for check in checks:
        yield from check(value, at)


def by_type(kinds: Mapping[str, Check]) -> Check:
    """An object whose `type` says which check it must pass."""

    def check(value: Any, at: str) -> Iterator[LimitFinding]:
        if not isinstance(value, dict):
            yield LimitFinding(at, "must be an object")
        elif not isinstance(value.get("type"), str):
            yield LimitFinding(at, "missing required field: type")
        elif value["type"] not in kinds:
            yield LimitFinding(f"{at}/type", f"unsupported type: {value['type']}")
        else:
            yield from kinds[value["type"]](value, at)

    return check


def at_least_one(*names: str) -> Check:
    """Checks that an object has at least one of these properties."""

    def check(value: Any, at: str) -> Iterator[LimitFinding]:
        if not any(value.get(name) is not None for name in names):
            yield LimitFinding(at, f"must define one of: {', '.join(names)}")

    return check


def only_one(*names: str) -> Check:
    """Checks that an object has exactly one of these properties."""

    def check(value: Any, at: str) -> Iterator[LimitFinding]:
        if sum(value.get(name) is not None for name in names) != 1:
            yield LimitFinding(at, f"must define exactly one of: {', '.join(names)}")

    return check


def anything(_value: Any, _at: str) -> Iterator[LimitFinding]:
    """Accepts everything."""
    yield from ()
