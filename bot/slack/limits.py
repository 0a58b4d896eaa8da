"""Slack's limits on what this bot sends, in one table: how much, on which page of Slack's documentation, and when it was read there.

Where Slack's pages disagree, this table has the lower number, so that nothing is refused, and ``others`` the higher one. Which is right is
settled by Slack itself: ``linkedin-stats-bot check --blocks``. Below it are the types that the validator is made of: msgspec reads a
message into them, in a fifth of the time that functions of our own took, and says what does not fit.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache, reduce
from itertools import chain
from operator import or_
from typing import Annotated, Any, Final, Literal

import orjson
from msgspec import UNSET, Meta, Struct, UnsetType, ValidationError, defstruct, field
from msgspec.json import Decoder
from msgspec.structs import replace


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


#: What must hold of an object's properties together.
Rule = Callable[[Any], Iterator[BlockProblem]]
#: A type as msgspec reads one.
Type = Any

boolean: Final[Type] = bool
#: No rule: Slack keeps it as it is.
anything: Final[Type] = Any
_NAMED = re.compile(r"Object (?:missing required|contains unknown) field `(\w+)`")
_PLACE = re.compile(r"\w+")


def refused(value: Any, kind: Decoder[Any], place: str) -> tuple[BlockProblem, ...]:
    """The first thing that keeps a value from being of this kind, at a pointer below ``place``; nothing for nearly all values."""
    try:
        # As JSON: msgspec's function for values looks through the type again each time.
        kind.decode(orjson.dumps(value))
    except ValidationError as error:
        sentence, _, path = str(error).partition(" - at `$")
        below, _, own = sentence.partition(": ") if sentence.startswith("/") else ("", "", sentence)
        if named := _NAMED.fullmatch(own):
            below = f"/{named[1]}"
        return (BlockProblem("/".join((place, *_PLACE.findall(path))) + below.rstrip("/"), own),)
    except TypeError as error:
        return (BlockProblem(place, str(error)),)
    return ()


def _most(limit: int | str) -> int:
    """A number, or that of the limit of this name."""
    return limit if isinstance(limit, int) else LIMITS[limit].most


@cache
def string(limit: int | str, least: int = 1) -> Type:
    return Annotated[str, Meta(min_length=least, max_length=_most(limit))]


def number(*, above: int | None = None) -> Type:
    """A finite number."""
    whole = int if above is None else Annotated[int, Meta(gt=above)]
    return whole | Annotated[float, Meta(gt=-sys.float_info.max if above is None else above, le=sys.float_info.max)]


def whole(least: int, limit: int | str) -> Type:
    return Annotated[int, Meta(ge=least, le=_most(limit))]


def one_of(*allowed: str) -> Type:
    return Literal[allowed]


@cache
def url() -> Type:
    """An http or https address."""
    return Annotated[str, Meta(max_length=_most("address"), pattern=r"\A[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#@:]\S*\Z")]


def array(kind: Type, limit: str, least: int = 1) -> Type:
    """A list of ``least`` values, or more up to the limit, each of this kind."""
    return Annotated[list[kind], Meta(min_length=least, max_length=_most(limit))]


class Typed(Struct, frozen=True, eq=False):
    """The properties of an object beside its ``type``, and their rules."""

    required: Mapping[str, Type]
    optional: Mapping[str, Type]
    rules: Sequence[Rule] = ()
    #: The types made of it.
    made: dict[tuple[str, bool], Type] = field(default_factory=dict)

    def of_type(self, tag: str, *, alone: bool) -> Type:
        """The type of the object with this tag; ``alone``: where no other can stand."""
        if (tag, alone) not in self.made:
            own = {"type": Literal[tag], **self.required} if alone else self.required
            self.made[tag, alone] = _object(own, self.optional, self.rules, **({} if alone else {"tag": tag, "tag_field": "type"}))
        return self.made[tag, alone]


def _object(required: Mapping[str, Type], optional: Mapping[str, Type], rules: Sequence[Rule] = (), **options: Any) -> Type:
    def obey(self: Any) -> None:
        for rule in rules:
            for problem in rule(self):
                raise ValueError(str(problem))

    fields: list[Any] = [*required.items(), *((name, kind if kind is Any else kind | UnsetType, UNSET) for name, kind in optional.items())]
    namespace = {"__post_init__": obey} if rules else {}
    return defstruct("BlockPart", fields, forbid_unknown_fields=True, frozen=True, namespace=namespace, **options)


def record(required: Mapping[str, Type], optional: Mapping[str, Type] | None = None) -> Type:
    """An object without a ``type``."""
    return _object(required, optional or {})


def typed(required: Mapping[str, Type], optional: Mapping[str, Type] | None = None) -> Typed:
    return Typed(required, optional or {})


def every(kind: Typed, *rules: Rule) -> Typed:
    return replace(kind, rules=(*kind.rules, *rules), made={})


def tagged(kinds: Mapping[str, Typed]) -> Type:
    """An object of one of these kinds, by its ``type``."""
    return reduce(or_, (kind.of_type(tag, alone=len(kinds) == 1) for tag, kind in kinds.items()))


def exactly_one(*names: str) -> Rule:
    def check(value: Any) -> Iterator[BlockProblem]:
        if _number_of(names, value) != 1:
            yield BlockProblem("", f"must have exactly one of {', '.join(names)}")

    return check


def any_of(*names: str) -> Rule:
    def check(value: Any) -> Iterator[BlockProblem]:
        if not _number_of(names, value):
            yield BlockProblem("", f"must have at least one of {', '.join(names)}")

    return check


def _number_of(names: Sequence[str], value: Any) -> int:
    """How many of these properties an object has."""
    return sum(getattr(value, name) is not UNSET for name in names)


def repeated(values: Sequence[Any]) -> list[Any]:
    """Those values that occur more than once, each once, in order."""
    once = set(values)
    return [] if len(once) == len(values) else [value for value in dict.fromkeys(values) if values.count(value) > 1]


ID = string("id")

#: The property that a text object of each kind may have beside its text.
OWN_OF_TEXT: Final = {"mrkdwn": "verbatim", "plain_text": "emoji"}


def _texts(size: str, *kinds: str) -> Type:
    """A text object of these kinds."""
    return tagged({kind: typed({"text": string(size)}, {OWN_OF_TEXT[kind]: boolean}) for kind in kinds})


@cache
def plain(size: str) -> Type:
    return _texts(size, "plain_text")


@cache
def text(size: str) -> Type:
    return _texts(size, "plain_text", "mrkdwn")


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


def element(kind: Mapping[str, Type], optional: Mapping[str, Type] | None = None) -> Typed:
    """An interactive element: its own properties beside the ones that all share."""
    return typed({"action_id": ID, **kind}, {"confirm": CONFIRM, "focus_on_load": boolean, **(optional or {})})


def _offered(value: Any) -> list[Any]:
    return [*(value.options or ()), *chain.from_iterable(group.options for group in getattr(value, "option_groups", None) or ())]


def distinct_values(value: Any) -> Iterator[BlockProblem]:
    """No two choices of a menu mean the same."""
    for twice in repeated([option.value for option in _offered(value)]):
        yield BlockProblem("", f"has two options of value {twice!r:.60}")


def initial_is_an_option(value: Any) -> Iterator[BlockProblem]:
    """What is chosen at first is, to the letter, one of the choices."""
    if value.initial_option is not UNSET and value.initial_option not in _offered(value):
        yield BlockProblem("/initial_option", "must be exactly one of the options")
