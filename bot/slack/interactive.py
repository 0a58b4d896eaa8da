"""Buttons and menus by their ids, each once in a message, whose ``value`` holds canonical words; tables and rich text; and all modals."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from bot.slack.builders import NATIVE_TYPES, Block, Element, Message, button, code, plain, section, shorten
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


#: Post this answer in the channel; ``value`` is the question's words.
SHARE: Final = "share"
#: Ask the same again, without remembered figures.
REFRESH: Final = "refresh"
#: Ask again because a figure, or all of it, could not be fetched.
RETRY: Final = "retry"
#: What the id of its block begins with on a message that says nothing but a failure.
FAILED: Final = "failed."
#: A choice of another period; the option's value is the whole question with that period.
PERIOD: Final = "period"
#: A link to LinkedIn: Slack reports the press, which is only acknowledged.
OPEN: Final = "open"
#: A choice of the account a question is about; the option's value is the whole question with that account.
ACCOUNT: Final = "account"
#: Choose posts to compare this one with; ``value`` is the card's words.
COMPARE: Final = "compare"
#: An example to try; several stand in one message, so each adds ".1", ".2", … (`example_id`).
EXAMPLE: Final = "example"
#: Share a card of a view in the thread that the view is about; several stand in one view. ``value`` is the question's words.
SHARE_FROM_VIEW: Final = "to_thread"
#: A page of the help, in place of the page that is shown; several stand in one message (`help_id`). ``value`` is "help" and its topic.
HELP: Final = "help"
#: Send the figures as a file; ``value`` is the question's words, the id says which kind of file.
CSV: Final = "csv"
XLSX: Final = "xlsx"
#: The menu of a card's other actions. An option's value is a button's action id and words.
MORE: Final = "more"
#: After a dot: send a file alone that could not be sent, the message standing as it is.
AGAIN: Final = "again"

DELETE_YES, RETRY_LABEL, OPEN_ON_LINKEDIN, OPEN_CARD = "Delete It", "Retry", "Open on LinkedIn", "Open Card"
#: In the value of a choice: the days are to be chosen; the card's days follow it.
OWN_DATES: Final = "own dates"
#: The slash command, as the manifest registers it.
COMMAND: Final = "/linkedin-stats"


def example(words: str) -> str:
    """Words as a command that can be pasted, in code."""
    return code(f"{COMMAND} {words}")


def example_id(number: int) -> str:
    return f"{EXAMPLE}.{number}"


def share_from_view_id(number: int) -> str:
    return f"{SHARE_FROM_VIEW}.{number}"


def help_id(number: int) -> str:
    return f"{HELP}.{number}"


def open_button(number: int, url: str, about: str, label: str = OPEN_ON_LINKEDIN) -> Element:
    """A link to LinkedIn, one of several: screen readers say of what."""
    return button(f"{OPEN}.{number}", label, url=url, accessibility_label=numbered(OPEN_ON_LINKEDIN, number + 1, about))


def period_id(days: int) -> str:
    return f"{PERIOD}.{days}"


def numbered(label: str, number: int, about: str = "") -> str:
    """What screen readers say of one of several buttons with the same label: "Manage 2: Acme, every Monday 9:00"."""
    return ": ".join(filter(None, (f"{label} {number}", about)))


def asks_first(press: Element, title: str, text: str, yes: str = DELETE_YES, no: str = "Keep It") -> Element:
    """A button that deletes, or does what ``yes`` says, with the question that Slack asks before it is done."""
    answers = {"confirm": plain(yes), "deny": plain(no), "style": "danger" if yes == DELETE_YES else "primary"}
    return {**press, "confirm": {"title": plain(title), "text": plain(text), **answers}}


def chosen_button(value: str) -> tuple[str, str]:
    action_id, _, words = value.partition(" ")
    return action_id, words


LOADING: Final = ":hourglass_flowing_sand: One moment …"
DONE: Final = "Done"

View = dict[str, Any]


class ModalState(Struct, frozen=True):
    """A view's ``private_metadata``: the canonical command of its card and the place of that; ``thread_ts`` is "" outside of a thread."""

    words: str = ""
    channel: str = ""
    thread_ts: str = ""
    direct: bool = False

    def dumped(self) -> str:
        return msgspec.json.encode(self).decode()


S = TypeVar("S", bound=ModalState)


def read_state(view: Mapping[str, Any], kind: type[S]) -> S | None:
    """The state of a submitted view; None when it cannot be read. It grants nothing: permissions are checked again."""
    try:
        return msgspec.json.decode(view.get("private_metadata") or "", type=kind)
    except msgspec.DecodeError:
        return None


def build_modal(title: str, blocks: Sequence[Block], *, submit: str = "", callback_id: str = "", metadata: str = "") -> View:
    """A modal; with ``submit``, a verb, it can be sent off and comes back under ``callback_id`` with ``metadata``."""
    view = {"type": "modal", "title": plain(title), "close": plain("Cancel" if submit else DONE), "blocks": list(blocks)}
    if submit:
        view |= {"submit": plain(submit)}
    return view | ({"callback_id": callback_id} if callback_id else {}) | ({"private_metadata": metadata} if metadata else {})


def build_notice_view(title: str, text: str = LOADING) -> View:
    """A modal with one text (mrkdwn) that can only be closed; without ``text`` a loading view."""
    return build_modal(title, [section(text)])


def input_block(name: str, label: str, element: Element, *, hint: str = "", optional: bool = False) -> Block:
    """A field of a form: ``name`` is its block id, and the action id of its element."""
    block: Block = {"type": "input", "block_id": name, "label": plain(label), "element": element}
    return block | ({"hint": plain(hint)} if hint else {}) | ({"optional": True} if optional else {})


def entry(view: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What was entered in a field (Slack's documentation: "view_submission", state.values)."""
    values = (view.get("state") or {}).get("values") or {}
    return (values.get(name) or {}).get(name) or {}


def build_trouble(text: str) -> Block:
    """The block at the top of a form about a problem of the whole form (mrkdwn)."""
    if len(text) <= most("alert text"):
        return {"type": "alert", "level": "error", "text": {"type": "mrkdwn", "text": text}}
    return section(f":warning: {text}")


def in_view(message: Message, keep: Callable[[Element], bool] = lambda _: False) -> list[Block]:
    """A message's blocks for a view: without charts, tables, and the buttons or menus that ``keep`` does not want."""
    shown = (_with_kept(block, keep) for block in message.blocks if block["type"] not in NATIVE_TYPES)
    return [block for block in shown if block is not None]


def _with_kept(block: Block, keep: Callable[[Element], bool]) -> Block | None:
    if block["type"] == "actions":
        elements = [element for element in block["elements"] if keep(element)]
        return {**block, "elements": elements} if elements else None
    if "accessory" in block and not keep(block["accessory"]):
        return {name: value for name, value in block.items() if name != "accessory"}
    return block


class BadFieldsError(Exception):
    """Wrong entries: a sentence with the remedy for each field, by its name."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors
