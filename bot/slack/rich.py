"""Tables, rich text and cards side by side, as plain dicts."""

from collections.abc import Iterable, Sequence

from bot.slack.builders import Block, Element, plain, shorten
from bot.slack.limits import most


def data_table(caption: str, rows: list[list[Element]], page_size: int) -> Block:
    """A native table; the first row is its header, the first column says what a row is about. One a message."""
    return {"type": "data_table", "caption": caption, "rows": rows, "page_size": page_size, "row_header_column_index": 0}


def raw_text(text: str) -> Element:
    return {"type": "raw_text", "text": text}


def raw_number(value: float, text: str) -> Element:
    """A cell that sorts as a number and reads as ``text``."""
    return {"type": "raw_number", "value": value, "text": text}


def action_cell(press: Element, fallback: str) -> Element:
    return {"type": "action_cell", "element": press, "fallback": raw_text(fallback)}


def rich_text(*elements: Element) -> Block:
    return {"type": "rich_text", "elements": list(elements)}


def bullets(items: Iterable[list[Element]]) -> Element:
    sections = [{"type": "rich_text_section", "elements": item} for item in items]
    return {"type": "rich_text_list", "style": "bullet", "elements": sections}


def preformatted(text: str) -> Element:
    return {"type": "rich_text_preformatted", "elements": [styled(text)]}


def styled(text: str, *styles: str) -> Element:
    """A run of rich text; ``styles`` are Slack's: "bold", "italic", "strike", "code"."""
    element: Element = {"type": "text", "text": text}
    if styles:
        element["style"] = dict.fromkeys(styles, True)
    return element


def carousel(cards: Sequence[Block]) -> Block:
    return {"type": "carousel", "elements": list(cards)}


def card(title: str, subtitle: str, body: str, *buttons: Element) -> Block:
    """One card: texts in which nothing is parsed (foreign text is welcome), and up to three buttons."""
    texts = {"title": (title, most("card title")), "subtitle": (subtitle, most("card title")), "body": (body, most("card body"))}
    return {
        "type": "card",
        **{name: plain(shorten(text, limit)) for name, (text, limit) in texts.items() if text},
        "actions": list(buttons),
    }
