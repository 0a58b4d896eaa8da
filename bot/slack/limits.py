"""Slack's limits on what this bot sends, in one table: how much, on which page of Slack's documentation, and when it was read there.

Where Slack's pages disagree, this table has the lower number, so that nothing is refused, and ``others`` the higher one. Which is right is
settled by Slack itself: ``linkedin-stats-bot check --blocks``. Below it are the rules that the validator is made of: each reads a value and
returns what Slack would refuse.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import Struct


class Limit(Struct, frozen=True):
    """A limit, its source, and when it was read there."""

    most: int
    source: str
    seen: date = date(2026, 11, 28)
    #: What another page of Slack's says instead.
    others: str = ""


_DESIGN = "the design references of autumn 2026 say {n}"

LIMITS: Final[Mapping[str, Limit]] = {
    "blocks of a message": Limit(50, "Blocks"),
    "blocks of a view": Limit(100, "Blocks"),
    "bytes of a view": Limit(250_000, "Views"),
    "private_metadata": Limit(3_000, "Views"),
    "title or button of a view": Limit(24, "Views"),
    "text of a message": Limit(2_999, "chat.postMessage", others="4,000 characters are advised, 40,000 are cut"),
    "text in all blocks": Limit(9_999, "seen: msg_blocks_too_long came somewhere from 11,000 to 13,000"),
    "charts": Limit(2, "Data visualization block"),
    "data tables": Limit(1, "Data table block"),
    "carousels": Limit(1, "none: one is enough"),
    "id": Limit(255, "Blocks"),
    "address": Limit(3_000, "Block elements"),
    "confirmation title": Limit(100, "Confirmation dialog object"),
    "confirmation text": Limit(300, "Confirmation dialog object"),
    "confirmation button": Limit(30, "Confirmation dialog object"),
    "option text": Limit(75, "Option object"),
    "option value": Limit(150, "Option object"),
    "options": Limit(100, "Select menu element"),
    "option groups": Limit(100, "Select menu element"),
    "letters before options are asked for": Limit(1_000, "none: nobody types more"),
    "option group label": Limit(75, "Option group object"),
    "button text": Limit(75, "Button element"),
    "button value": Limit(2_000, "Button element"),
    "accessibility label": Limit(75, "Button element"),
    "overflow options": Limit(5, "Overflow menu element"),
    "checkboxes": Limit(10, "Checkbox group"),
    "placeholder": Limit(150, "Block elements"),
    "text input": Limit(3_000, "Plain-text input element"),
    "time zone": Limit(255, "Time picker element"),
    "header": Limit(150, "Header block"),
    "section text": Limit(3_000, "Section block"),
    "section fields": Limit(10, "Section block"),
    "section field": Limit(2_000, "Section block"),
    "context elements": Limit(10, "Context block"),
    "context text": Limit(3_000, "Context block"),
    "actions elements": Limit(25, "Actions block"),
    "input label or hint": Limit(2_000, "Input block"),
    "image text": Limit(2_000, "Image block"),
    "markdown": Limit(12_000, "Markdown block"),
    "rich text": Limit(3_000, "none: as a section's"),
    "rich text elements": Limit(1_000, "none: nobody reads more"),
    "rich text indent": Limit(8, "Rich text block"),
    "rich text offset": Limit(2**31, "Rich text block"),
    "timestamp": Limit(2**53, "Rich text block"),
    "chart title": Limit(50, "Data visualization block"),
    "chart label": Limit(20, "Data visualization block"),
    "chart axis label": Limit(50, "Data visualization block"),
    "chart series": Limit(6, "Data visualization block", others=_DESIGN.format(n=12)),
    "chart categories": Limit(20, "Data visualization block"),
    "table rows": Limit(101, "Data table block", others=_DESIGN.format(n="200 and the header")),
    "table columns": Limit(20, "Data table block"),
    "table characters": Limit(10_000, "Data table block", others=_DESIGN.format(n="20,000 a message")),
    "table caption": Limit(3_000, "none: as a section's"),
    "table page": Limit(100, "Data table block"),
    "carousel cards": Limit(10, "Carousel block"),
    "card title": Limit(150, "Card block"),
    "card body": Limit(200, "Card block"),
    "card buttons": Limit(3, "Card block"),
    "alert text": Limit(200, "Alert block"),
}

#: The native blocks of each surface. The pages of the blocks name messages alone, the design references of autumn 2026 the Home tab too:
#: what is refused there is sent again without them.
NATIVE: Final[Mapping[str, frozenset[str]]] = {
    "message": frozenset({"data_visualization", "data_table", "carousel", "markdown"}),
    "home": frozenset({"data_visualization", "data_table", "carousel"}),
    "modal": frozenset({"alert"}),
}


def most(name: str) -> int:
    return LIMITS[name].most


class BlockProblem(Struct, frozen=True):
    """One thing Slack would refuse: where (a JSON pointer) and why."""

    pointer: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.sentence}"


#: The problems of a value, at pointers below it. Nothing is put together for a value without any, as nearly all are.
BlockRule = Callable[[Any], Iterable[BlockProblem]]


def below(place: str | int, problems: Iterable[BlockProblem]) -> list[BlockProblem]:
    """The problems of the property or entry ``place``, at pointers below the value that has it."""
    return [BlockProblem(f"/{place}{problem.pointer}", problem.sentence) for problem in problems]


def _most(limit: int | str) -> int:
    """A number, or that of the limit of this name."""
    return limit if isinstance(limit, int) else LIMITS[limit].most


def _here(sentence: str) -> tuple[BlockProblem, ...]:
    return (BlockProblem("", sentence),)


def string(limit: int | str, least: int = 1) -> BlockRule:
    most = _most(limit)

    def check(value: Any) -> Iterable[BlockProblem]:
        if not isinstance(value, str):
            return _here(f"must be a string, not {_kind(value)}")
        return () if least <= len(value) <= most else _here(f"must have {least} to {most:,} characters, has {len(value):,}")

    return check


def number(*, above: float | None = None) -> BlockRule:
    def check(value: Any) -> Iterable[BlockProblem]:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124  # not a number is the one value unequal to itself
            return _here(f"must be a finite number, not {_kind(value)}")
        return _here(f"must be above {above}, is {value}") if above is not None and value <= above else ()

    return check


def whole(least: int, limit: int | str) -> BlockRule:
    most = _most(limit)

    def check(value: Any) -> Iterable[BlockProblem]:
        if isinstance(value, bool) or not isinstance(value, int):
            return _here(f"must be a whole number, not {_kind(value)}")
        return () if least <= value <= most else _here(f"must be {least} to {most:,}, is {value:,}")

    return check


def boolean(value: Any) -> Iterable[BlockProblem]:
    return () if isinstance(value, bool) else _here(f"must be true or false, not {_kind(value)}")


def anything(_value: Any) -> Iterable[BlockProblem]:
    """No rule: Slack keeps it as it is."""
    return ()


def one_of(*allowed: str) -> BlockRule:
    def check(value: Any) -> Iterable[BlockProblem]:
        return () if value in allowed else _here(f"must be one of {', '.join(allowed)}, is {value!r:.60}")

    return check


def url() -> BlockRule:
    text = string("address")

    def check(value: Any) -> Iterable[BlockProblem]:
        return text(value) or (() if _is_address(value) else _here(f"must be an http or https address, is {value!r:.60}"))

    return check


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and value.split() == [value]
    except ValueError:
        return False


def array(rule: BlockRule, limit: str, least: int = 1) -> BlockRule:
    """A list of ``least`` values, or more up to the limit, each by ``rule``."""
    most = _most(limit)

    def check(value: Any) -> Iterable[BlockProblem]:
        if not isinstance(value, (list, tuple)):
            return _here(f"must be a list, not {_kind(value)}")
        found = [*(() if least <= len(value) <= most else _here(f"must have {least} to {most} entries, has {len(value)}"))]
        for number_, entry in enumerate(value):
            if problems := rule(entry):
                found += below(number_, problems)
        return found

    return check


def record(required: Mapping[str, BlockRule], optional: Mapping[str, BlockRule] | None = None) -> BlockRule:
    known = {**required, **(optional or {})}

    def check(value: Any) -> Iterable[BlockProblem]:
        if not isinstance(value, dict):
            return _here(f"must be an object, not {_kind(value)}")
        whole = required.keys() <= value.keys()
        found = [] if whole else [BlockProblem(f"/{name}", "is required") for name in required if name not in value]
        for name, entry in value.items():
            if (rule := known.get(name)) is None:
                found.append(BlockProblem(f"/{name}", "is not a property of this object"))
            elif rule is not anything and (problems := rule(entry)):
                found += below(name, problems)
        return found

    return check


def tagged(kinds: Mapping[str, BlockRule], where: str) -> BlockRule:
    """An object whose ``type`` chooses its rule; a type that is not in ``kinds`` is refused; ``where`` names the place."""

    def check(value: Any) -> Iterable[BlockProblem]:
        kind = value.get("type") if isinstance(value, dict) else None
        rule = kinds.get(kind) if isinstance(kind, str) else None
        return rule(value) if rule else (BlockProblem("/type", f"{kind!r:.60} is not a type that can stand in {where}"),)

    return check


def every(*rules: BlockRule) -> BlockRule:
    return lambda value: [problem for rule in rules for problem in rule(value)]


def exactly_one(*names: str) -> BlockRule:
    return lambda value: _here(f"must have exactly one of {', '.join(names)}") if _number_of(names, value) != 1 else ()


def any_of(*names: str) -> BlockRule:
    return lambda value: () if _number_of(names, value) else _here(f"must have at least one of {', '.join(names)}")


def _number_of(names: Iterable[str], value: Any) -> int:
    """How many of these properties an object has; what is none has another problem."""
    return sum(name in value for name in names) if isinstance(value, dict) else 1


def repeated(values: Collection[Any]) -> list[Any]:
    """Those values that occur more than once, each once, in order."""
    seen: set[Any] = set()
    return list(dict.fromkeys(value for value in values if value in seen or seen.add(value)))  # type: ignore[func-returns-value]  # add is asked for its effect


def _kind(value: Any) -> str:
    return "nothing" if value is None else type(value).__name__


ID = string("id")


def typed(required: Mapping[str, BlockRule], optional: Mapping[str, BlockRule] | None = None) -> BlockRule:
    """A record with the ``type`` by which ``tagged`` has chosen it."""
    return record({"type": anything, **required}, optional)


#: The property that a text object of each kind may have beside its text.
OWN_OF_TEXT: Final = {"mrkdwn": "verbatim", "plain_text": "emoji"}


def texts(size: str, where: str, *kinds: str) -> BlockRule:
    """A text object of these kinds."""
    known = {
        "plain_text": typed({"text": string(size)}, {"emoji": boolean}),
        "mrkdwn": typed({"text": string(size)}, {"verbatim": boolean}),
    }
    return tagged({kind: known[kind] for kind in kinds}, where)


def plain(size: str) -> BlockRule:
    return texts(size, "a place for plain_text", "plain_text")


def text(size: str) -> BlockRule:
    return texts(size, "a place for text", "plain_text", "mrkdwn")


_ANSWER = plain("confirmation button")
CONFIRM = record(
    {"title": plain("confirmation title"), "text": text("confirmation text"), "confirm": _ANSWER, "deny": _ANSWER},
    {"style": one_of("primary", "danger")},
)
_OPTION_TEXT, _OPTION_VALUE = plain("option text"), string("option value")
OPTION = record({"text": _OPTION_TEXT, "value": _OPTION_VALUE}, {"description": _OPTION_TEXT})
RICH_OPTION = record({"text": text("option text"), "value": _OPTION_VALUE}, {"description": text("option text")})
OVERFLOW_OPTION = record({"text": _OPTION_TEXT, "value": _OPTION_VALUE}, {"description": _OPTION_TEXT, "url": url()})
GROUP = record({"label": plain("option group label"), "options": array(OPTION, "options")})


def objects(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, (list, tuple)) else []


def element(kind: Mapping[str, BlockRule], optional: Mapping[str, BlockRule] | None = None) -> BlockRule:
    """An interactive element: its own properties beside the ones that all share."""
    return typed({"action_id": ID, **kind}, {"confirm": CONFIRM, "focus_on_load": boolean, **(optional or {})})


def _offered(value: Any) -> list[Any]:
    groups = [group.get("options") or () for group in objects(value.get("option_groups"))]
    return [*(value.get("options") or ()), *chain.from_iterable(groups)]


def distinct_values(value: Any) -> Iterator[BlockProblem]:
    """No two choices of a menu mean the same."""
    values = [option.get("value") for option in objects(_offered(value))]
    yield from (BlockProblem("", f"has two options of value {twice!r:.60}") for twice in repeated(values))


def initial_is_an_option(value: Any) -> Iterator[BlockProblem]:
    """What is chosen at first is, to the letter, one of the choices."""
    chosen = value.get("initial_option")
    if chosen is not None and chosen not in _offered(value):
        yield BlockProblem("/initial_option", "must be exactly one of the options")
