"""The text and the blocks this bot sends: escaping, builders of blocks as plain dicts, and the Message they make up.

Foreign text (names, post texts, the service's errors) goes into ``plain_text``, ``rich_text`` and ``raw_text``, which parse nothing. Where
it must stand in mrkdwn it is escaped, exactly ``&``, ``<`` and ``>`` (Slack's documentation: "Escaping text").

slack_sdk has no class for the native data blocks, so nothing here uses its classes. The limits are Slack's (documentation: "Block Kit",
each block's and element's page); a builder shortens shown texts (a header, a label) and leaves a ``value`` unchanged.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from msgspec import Struct
from msgspec.structs import force_setattr, replace

from bot.slack.limits import most
from bot.slack.numbers import NumberFormat, count, current_format, use_number_format

#: What ends a shortened text.
ELLIPSIS = "…"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+")
#: A sign that begins no mention, link or date: "<0.01%".
_LESS_THAN = re.compile(r"<(?![@#!a-zA-Z])")
_QUOTABLE = re.compile(r'^[^"“”„`\\]+$')
Block = dict[str, Any]
Element = dict[str, Any]
HEADER_LIMIT = most("header")
TEXT_LIMIT = most("section text")
MESSAGE_LIMIT = 2_900
FIELD_LIMIT = most("section field")
BUTTON_TEXT_LIMIT = most("button text")
BUTTON_VALUE_LIMIT = most("button value")
LABEL_LIMIT = most("accessibility label")
OPTION_TEXT_LIMIT = most("option text")
OPTION_VALUE_LIMIT = most("option value")
OPTIONS_LIMIT = most("options")
CHART_LABEL_LIMIT = most("chart label")
#: The properties of blocks that hold what a person reads.
_TEXT_KEYS = frozenset({"text", "title", "caption", "label", "name", "alt_text", "fallback"})
#: How the lines that did not fit are counted.
MORE_LINES = "… and {n} more"
#: The block types that older clients cannot draw and a workspace may refuse.
NATIVE_TYPES = frozenset({"data_visualization", "data_table", "carousel"})
_TYPE = itemgetter("type")
#: The texts of a card, in their order.
_CARD_TEXTS = ("title", "subtitle", "body")
#: Under Slack's 3,000 characters of a section, with room for the line that counts the rest.
_ROOM = 2_950


def escape(text: str) -> str:
    """Escapes foreign text for mrkdwn, so that it cannot contain a mention, link or broadcast."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text: str, limit: int) -> str:
    """Plain text of at most ``limit`` characters; what was cut is marked by an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS


def shorten_mrkdwn(text: str, limit: int) -> str:
    """Escaped mrkdwn of at most ``limit`` characters, cut before an entity or a ``<…>`` token rather than inside it."""
    if len(text := _less_than_escaped(text)) <= limit:
        return text
    cut = text[: limit - 1]
    for opening, closing in ("&;", "<>"):
        start = cut.rfind(opening)
        if start > cut.rfind(closing):
            cut = cut[:start]
    return cut.rstrip() + ELLIPSIS


def _less_than_escaped(text: str) -> str:
    return _LESS_THAN.sub("&lt;", text) if "<" in text else text


def one_line(text: str, limit: int) -> str:
    """Foreign text on one line, at most ``limit`` characters, without controls, halves of emojis, and marks that turn its direction."""
    if len(text) <= limit and text.isprintable():
        return text
    return shorten(" ".join(_CONTROLS.sub(" ", text).split()), limit)


def code(text: str) -> str:
    """Our words or a URN as code, so that no workspace emoji replaces ``:li:`` in it."""
    return "`" + escape(text.replace("`", "'")) + "`"


def channel_words(channel: str) -> str:
    """A conversation by its id in words: Slack shows a channel's name to those who may see it, but not of direct messages."""
    return "direct messages with me" if channel.startswith("D") else f"<#{channel}>"


def moment(at: datetime) -> str:
    """Slack's date token: each reader sees the moment in their own zone; without Slack it reads in UTC. ``at``: an aware moment."""
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    # strftime costs more than the rest of a card's footer.
    fallback = f"{utc.year}-{utc.month:02}-{utc.day:02} {utc.hour:02}:{utc.minute:02}"
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{fallback} UTC>"


def moment_day(at: datetime, fallback: str) -> str:
    """The day of an aware time in each reader's zone; ``fallback`` is shown where Slack draws no tokens."""
    return f"<!date^{int(at.timestamp())}^{{date_short}}|{fallback}>"


def quoted(name: str) -> str | None:
    """A name in straight quotes as commands take it; None when it has characters that a quoted name cannot have."""
    return f'"{name}"' if name.strip() and name.isprintable() and _QUOTABLE.match(name) else None


def message_text(text: str) -> str:
    """Escaped mrkdwn as a message's text: under 3,000 characters, with room for a note before it."""
    return shorten_mrkdwn(text, MESSAGE_LIMIT)


class Message(Struct, frozen=True):
    """A message to Slack without its address.

    ``text`` is mrkdwn, escaped, under 3,000 characters, and tells the whole story alone: it is what notifications and screen readers get
    (Slack's documentation: "chat.postMessage", text). ``metadata`` is Slack's message metadata, None if it is never read again.
    """

    text: str
    blocks: tuple[Block, ...]
    metadata: Mapping[str, Any] | None = None
    #: The number format of charts that are written out as text: that of the message.
    number_format: NumberFormat | None = None

    def __post_init__(self) -> None:
        force_setattr(self, "text", _less_than_escaped(self.text))
        if self.has_native and self.number_format is None:
            force_setattr(self, "number_format", current_format())

    @property
    def has_native(self) -> bool:
        """True when a block is one that older clients cannot draw."""
        return not NATIVE_TYPES.isdisjoint(map(_TYPE, self.blocks))

    def without_native(self) -> "Message":
        """The same message with charts and tables written out as text, for a workspace that refuses them; itself when it has none."""
        if self.number_format is None:
            return self
        with use_number_format(self.number_format):
            return replace(self, blocks=tuple(block if (text := written_out(block)) is None else section(text) for block in self.blocks))

    def plain_cells(self) -> tuple[Block, ...]:
        """Its blocks, with links in the place of the buttons in tables."""
        return tuple(without_buttons(block) for block in self.blocks)

    def simpler(self) -> "Iterator[Message]":
        """Simpler forms for when Slack refuses this: tables without buttons, then charts and tables written out as text."""
        if (plain_cells := self.plain_cells()) != self.blocks:
            yield replace(self, blocks=plain_cells)
        if self.has_native:
            yield self.without_native()

    def as_text(self, note: str) -> "Message":
        """The text alone, without blocks and metadata, below the note, for when Slack refuses the blocks."""
        return Message(f"{note}\n{self.text}", ())

    @property
    def event(self) -> dict[str, Any]:
        """The payload of its metadata."""
        return dict((self.metadata or {}).get("event_payload", {}))

    def with_event(self, event_type: str, **payload: Any) -> "Message":
        """The message with these fields in the payload of its metadata, which is of this type where it has none."""
        return replace(self, metadata={"event_type": event_type, **(self.metadata or {}), "event_payload": {**self.event, **payload}})

    def payload(self) -> dict[str, Any]:
        """The arguments of Slack's ``chat.postMessage`` that are the message's own: text, blocks, and metadata when there is any."""
        # An empty list takes the blocks of an updated message away; without one Slack keeps them (chat.update).
        body: dict[str, Any] = {"text": self.text, "blocks": list(self.blocks)}
        if self.metadata is not None:
            body["metadata"] = self.metadata
        return body


def text_size(blocks: Any) -> int:
    """The characters of everything in these blocks that a person reads: Slack takes some 11,000 in a message."""
    size = 0
    waiting = [blocks]
    for value in waiting:
        if isinstance(value, dict):
            size += sum(len(entry) for key, entry in value.items() if key in _TEXT_KEYS and isinstance(entry, str))
            waiting += [entry for entry in value.values() if not isinstance(entry, str)]
        elif isinstance(value, (list, tuple)):
            waiting += value
    return size


def cell_text(table: Mapping[str, Any]) -> int:
    """The characters in all cells of a table."""
    return sum(len(cell.get("text", "")) for row in table["rows"] for cell in row)


def plain(text: str) -> Element:
    """A plain_text object: parses nothing, and turns no ``:word:`` into an emoji."""
    return {"type": "plain_text", "text": text, "emoji": False}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(shorten(text, HEADER_LIMIT))}


def section(text: str, accessory: Element | None = None) -> Block:
    """A paragraph of mrkdwn (escaped by the caller), with a button beside it when one is given."""
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": shorten_mrkdwn(text, TEXT_LIMIT)}}
    if accessory is not None:
        block["accessory"] = accessory
    return block


def fields(texts: Iterable[str]) -> Block:
    shown = [{"type": "mrkdwn", "text": shorten_mrkdwn(text, FIELD_LIMIT)} for text in texts]
    above = {"text": shown.pop(0)} if len(shown) % 2 else {}
    return {"type": "section", **above, **({"fields": shown} if shown else {})}


def context(*texts: str) -> Block:
    """Small print in mrkdwn (escaped by the caller), up to ten pieces."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": shorten_mrkdwn(text, TEXT_LIMIT)} for text in texts]}


def foreign_context(text: str) -> Block:
    return {"type": "context", "elements": [plain(shorten(text, TEXT_LIMIT))]}


def actions(elements: list[Element]) -> Block:
    return {"type": "actions", "elements": elements}


def button(action_id: str, label: str, value: str = "", *, url: str = "", primary: bool = False, accessibility_label: str = "") -> Element:
    """A button; ``value`` comes back (see `fits`), ``url`` opens in the browser, screen readers say ``accessibility_label`` instead."""
    element: Element = {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": shorten(label, BUTTON_TEXT_LIMIT)}}
    if value:
        element["value"] = value
    if url:
        element["url"] = url
    if primary:
        element["style"] = "primary"
    if accessibility_label:
        element["accessibility_label"] = shorten(accessibility_label, LABEL_LIMIT)
    return element


def build_notice(text: str, buttons: Sequence[Element] = ()) -> Message:
    return Message(text, (section(text), *([actions(list(buttons))] if buttons else [])))


def fits(value: str) -> bool:
    return len(value) <= BUTTON_VALUE_LIMIT


def option(label: str, value: str) -> Element:
    """One choice of a menu. ``value`` comes back with the choice, at most 150 characters."""
    return {"text": plain(shorten(label, OPTION_TEXT_LIMIT)), "value": value}


def select(action_id: str, placeholder: str, options: Sequence[Element], chosen: Element | None = None) -> Element:
    """A menu of up to 100 choices; more stand in groups of 100, each named after its first and last choice."""
    element: Element = {"type": "static_select", "action_id": action_id, "placeholder": plain(placeholder)}
    if len(options) <= OPTIONS_LIMIT:
        element["options"] = list(options)
    else:
        element["option_groups"] = [_group(options[at : at + OPTIONS_LIMIT]) for at in range(0, len(options), OPTIONS_LIMIT)]
    if chosen is not None:
        element["initial_option"] = chosen
    return element


def _group(options: Sequence[Element]) -> Element:
    ends = (shorten(options[0]["text"]["text"], 35), shorten(options[-1]["text"]["text"], 35))
    return {"label": plain(" – ".join(ends)), "options": list(options)}


def without_buttons(block: Block) -> Block:
    """A table whose buttons are links, or where they lead to no page their fallbacks; any other block as it is."""
    if block["type"] != "data_table":
        return block
    return {**block, "rows": [[_plain_cell(cell) for cell in row] for row in block["rows"]]}


def _plain_cell(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    if cell["type"] != "action_cell":
        return cell
    press = cell["element"]
    if "url" not in press:
        return dict(cell["fallback"])
    link = {"type": "link", "url": press["url"], "text": press["text"]["text"]}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [link]}]}


def written_out(block: Mapping[str, Any]) -> str | None:
    """A native block as mrkdwn of under 3,000 characters; None for any other block."""
    if block["type"] == "data_visualization":
        return _fitting(block["title"], _chart_lines(block["chart"]))
    if block["type"] == "data_table":
        return _fitting(block["caption"], _table_lines(block["rows"]))
    if block["type"] == "carousel":
        return _fitting("", (_card_line(card) for card in block["elements"]))
    return None


def _chart_lines(chart: Mapping[str, Any]) -> Iterator[str]:
    series = chart["series"]
    if len(series) > 1:
        yield " / ".join(escape(one["name"]) for one in series)
    for points in zip(*(one["data"] for one in series), strict=True):
        yield f"{escape(points[0]['label'])}: " + " / ".join(count(point["value"]) for point in points)


def _table_lines(rows: Sequence[Sequence[Mapping[str, Any]]]) -> Iterator[str]:
    """The rows in mrkdwn: a button that leads to a page is a link; a column of others is left out, as its row begins with their words."""
    pressed = {place for row in rows for place, cell in enumerate(row) if cell["type"] == "action_cell" and "url" not in cell["element"]}
    return (" · ".join(filter(None, (_cell_text(cell) for place, cell in enumerate(row) if place not in pressed))) for row in rows)


def _cell_text(cell: Mapping[str, Any]) -> str:
    written = _plain_cell(cell)
    pieces = [piece for part in written.get("elements", ()) for piece in part["elements"]]
    return "".join(_link(piece["url"], piece["text"]) for piece in pieces) if pieces else escape(written["text"])


def _link(url: str, words: str) -> str:
    return f"<{url}|{escape(words)}>"


def _card_line(card: Mapping[str, Any]) -> str:
    """A card on one line: its texts, and its buttons that lead to a page."""
    texts = [escape(part["text"]) if part["type"] == "plain_text" else part["text"] for name in _CARD_TEXTS if (part := card.get(name))]
    return " · ".join([*texts, *(_link(press["url"], press["text"]["text"]) for press in card.get("actions", ()) if "url" in press)])


def _fitting(title: str, lines: Iterator[str]) -> str:
    shown = [f"*{escape(title)}*"] if title else []
    size = sum(map(len, shown))
    for line in lines:
        size += len(line) + 1
        if size > _ROOM:
            shown.append(MORE_LINES.format(n=1 + sum(1 for _ in lines)))
            break
        shown.append(line)
    return "\n".join(shown)
