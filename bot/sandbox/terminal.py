"""A message as a terminal shows it: Block Kit read once more, for people without a browser."""

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

WIDTH = 100
BAR = 40

_LINK = re.compile(r"<(?:https?://[^|>]+)\|([^>]*)>")
_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
_PLACE = re.compile(r"<[@#]([A-Z0-9]+)>")
_BARE = re.compile(r"<(https?://[^|>]+)>")
_MARKS = re.compile(r"(?<!\w)[*_~](?=\S)(.+?)(?<=\S)[*_~](?!\w)")


def words(mrkdwn: str) -> str:
    """Text of mrkdwn without its marks: links by their label, dates by their fallback."""
    text = _BARE.sub(r"\1", _LINK.sub(r"\1", _DATE.sub(r"\1", mrkdwn)))
    return _MARKS.sub(r"\1", text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def render(message: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """The message's text, then its blocks, as lines of text; people and channels by their ``names`` in place of their ids."""
    message = _named(message, names)
    parts = [words(str(message.get("text", ""))), *("\n".join(_block(block)) for block in message.get("blocks") or ())]
    return "\n\n".join(part for part in parts if part.strip())


def _named(part: Any, names: Mapping[str, str]) -> Any:
    match part:
        case str():
            return names.get(part) or _PLACE.sub(lambda place: names.get(place[1], place[0]), part)
        case list() | tuple():
            return [_named(one, names) for one in part]
        case dict():
            return {key: _named(one, names) for key, one in part.items()}
    return part


def _block(block: Mapping[str, Any]) -> Iterator[str]:
    match block.get("type"):
        case "header":
            title = words(block["text"]["text"])
            yield from (title, "=" * len(title))
        case "section":
            yield from _section(block)
        case "context":
            yield from _wrapped(" · ".join(words(element.get("text", "")) for element in block["elements"]))
        case "actions":
            yield "  ".join(_pressable(element) for element in block["elements"])
        case "data_visualization":
            yield from _chart(block)
        case "data_table":
            yield from _table(block)
        case "divider":
            yield "-" * BAR
        case "rich_text":
            yield from _wrapped(_rich(block))
        case "input":
            yield f"  {block['label']['text']:<36} {_entered(block['element'])}"
        case other:
            yield f"[{other}]"


def _section(block: Mapping[str, Any]) -> Iterator[str]:
    if "text" in block:
        yield from _wrapped(words(block["text"]["text"]))
    for field in block.get("fields", ()):
        name, *values = words(field["text"]).split("\n")
        yield f"  {name:<18} {', '.join(values)}"
    if "accessory" in block:
        yield _pressable(block["accessory"])


def _wrapped(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        yield from textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False) or [""]


def _entered(element: Mapping[str, Any]) -> str:
    """A form field's initial value."""
    first = next((element[name] for name in element if name.startswith("initial_")), "")
    chosen = first if isinstance(first, list) else [first]
    return ", ".join(one["text"]["text"] if isinstance(one, Mapping) else str(one) for one in chosen)


def _pressable(element: Mapping[str, Any]) -> str:
    if element["type"] == "overflow":
        return f"[ … {' | '.join(option['text']['text'] for option in element['options'])} ]"
    label = (element.get("text") or element.get("placeholder") or {}).get("text", element["type"])
    return f"[ {label} ]"


def _chart(block: Mapping[str, Any]) -> Iterator[str]:
    series: Sequence[Mapping[str, Any]] = block["chart"].get("series", ())
    top = max((point["value"] for one in series for point in one["data"]), default=0) or 1
    categories = block["chart"].get("axis_config", {}).get("categories", ())
    width = max(map(len, categories), default=0)
    yield block["title"]
    for index, category in enumerate(categories):
        for one in series:
            value = one["data"][index]["value"]
            yield f"  {category:<{width}}  {one['name']:<18} {'█' * round(BAR * value / top):<{BAR}} {value:,}"


def _table(block: Mapping[str, Any]) -> Iterator[str]:
    rows = [[_cell(cell) for cell in row] for row in block["rows"]]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    yield block.get("caption", "")
    for row in rows:
        yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))


def _cell(cell: Mapping[str, Any]) -> str:
    return _pressable(cell["element"]) if "element" in cell else str(cell.get("text") or cell.get("value", ""))


def _rich(block: Mapping[str, Any]) -> str:
    """The texts of a rich_text block, however deep they lie."""
    inner = block.get("elements")
    if inner is None:
        return str(block.get("text") or block.get("url") or "")
    joint = "\n" if block.get("type") in ("rich_text", "rich_text_list") else ""
    return joint.join(_rich(element) for element in inner)
