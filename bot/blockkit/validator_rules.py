"""The grammar of the checker: small rules that read a value at a JSON pointer and yield what Slack would refuse."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.blockkit.limits import most as most_of


@dataclass(frozen=True, slots=True)
class BlockProblem:
    """One thing Slack would refuse: where (a JSON pointer) and why."""

    pointer: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.sentence}"


BlockRule = Callable[[Any, str], Iterator[BlockProblem]]


def string(most: int, least: int = 1) -> BlockRule:
    def check(value: Any, at: str) -> Iterator[BlockProblem]:
        if not isinstance(value, str):
            yield BlockProblem(at, f"must be a string, not {_kind(value)}")
        elif not least <= len(value) <= most:
            yield BlockProblem(at, f"must have {least} to {most:,} characters, has {len(value):,}")

    return check


def number(*, above: float | None = None) -> BlockRule:
    """A finite number, ``above`` a bound when one is given."""

    def check(value: Any, at: str) -> Iterator[BlockProblem]:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124  # not a number is the one value unequal to itself
            yield BlockProblem(at, f"must be a finite number, not {_kind(value)}")
        elif above is not None and value <= above:
            yield BlockProblem(at, f"must be above {above}, is {value}")

    return check


def whole(least: int, most: int) -> BlockRule:
    def check(value: Any, at: str) -> Iterator[BlockProblem]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield BlockProblem(at, f"must be a whole number, not {_kind(value)}")
        elif not least <= value <= most:
            yield BlockProblem(at, f"must be {least} to {most:,}, is {value:,}")

    return check


def boolean(value: Any, at: str) -> Iterator[BlockProblem]:
    if not isinstance(value, bool):
        yield BlockProblem(at, f"must be true or false, not {_kind(value)}")


def anything(_value: Any, _at: str) -> Iterator[BlockProblem]:
    """No rule: Slack keeps it as it is."""
    return iter(())


def one_of(*allowed: str) -> BlockRule:
    def check(value: Any, at: str) -> Iterator[BlockProblem]:
        if value not in allowed:
            yield BlockProblem(at, f"must be one of {', '.join(allowed)}, is {value!r:.60}")

    return check


def url() -> BlockRule:
    text = string(most_of("address"))

    def check(value: Any, at: str) -> Iterator[BlockProblem]:
        findings = list(text(value, at))
        yield from findings
        if not findings and not _is_address(value):
            yield BlockProblem(at, f"must be an http or https address, is {value!r:.60}")

    return check


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(letter.isspace() for letter in value)
    except ValueError:
        return False


def array(rule: BlockRule, least: int, most: int) -> BlockRule:
    """A list of ``least`` to ``most`` values, each by ``rule``."""

    def check(value: Any, at: str) -> Iterator[BlockProblem]:
        if not isinstance(value, (list, tuple)):
            yield BlockProblem(at, f"must be a list, not {_kind(value)}")
            return
        if not least <= len(value) <= most:
            yield BlockProblem(at, f"must have {least} to {most} entries, has {len(value)}")
        for number_, entry in enumerate(value):
            yield from rule(entry, f"{at}/{number_}")

    return check


def record(required: Mapping[str, BlockRule], optional: Mapping[str, BlockRule] | None = None) -> BlockRule:
    """An object with these properties and no other."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str) -> Iterator[BlockProblem]:
        if not isinstance(value, dict):
            yield BlockProblem(at, f"must be an object, not {_kind(value)}")
            return
        yield from (BlockProblem(f"{at}/{name}", "is required") for name in required if name not in value)
        for name, entry in value.items():
            rule = known.get(name)
            if rule is None:
                yield BlockProblem(f"{at}/{name}", "is not a property of this object")
            elif rule is not anything:
                yield from rule(entry, f"{at}/{name}")

    return check


def tagged(kinds: Mapping[str, BlockRule], where: str) -> BlockRule:
    """An object whose ``type`` chooses its rule; a type that is not in ``kinds`` is refused; ``where`` names the place."""

    def check(value: Any, at: str) -> Iterator[BlockProblem]:
        kind = value.get("type") if isinstance(value, dict) else None
        rule = kinds.get(kind) if isinstance(kind, str) else None
        if rule is None:
            yield BlockProblem(f"{at}/type", f"{kind!r:.60} is not a type that can stand in {where}")
        else:
            yield from rule(value, at)

    return check


def every(*rules: BlockRule) -> BlockRule:
    def check(value: Any, at: str) -> Iterator[BlockProblem]:
        for rule in rules:
            yield from rule(value, at)

    return check


def exactly_one(*names: str) -> BlockRule:
    def check(value: Any, at: str) -> Iterator[BlockProblem]:
        if isinstance(value, dict) and sum(name in value for name in names) != 1:
            yield BlockProblem(at, f"must have exactly one of {', '.join(names)}")

    return check


def any_of(*names: str) -> BlockRule:
    def check(value: Any, at: str) -> Iterator[BlockProblem]:
        if isinstance(value, dict) and not any(name in value for name in names):
            yield BlockProblem(at, f"must have at least one of {', '.join(names)}")

    return check


def repeated(values: Collection[Any]) -> list[Any]:
    """Those values that occur more than once, each once, in order."""
    seen: set[Any] = set()
    return list(dict.fromkeys(value for value in values if value in seen or seen.add(value)))  # type: ignore[func-returns-value]  # add is asked for its effect


def _kind(value: Any) -> str:
    return "nothing" if value is None else type(value).__name__
