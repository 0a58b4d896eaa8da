"""Builds modals: loading views, notices, and messages in a view.

Slack's design reference: a title of at most 24 characters in sentence case, "Cancel" beside something to send off, "Done" where a view only
shows. Every modal of this bot is built here.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from bot.slack.builders import NATIVE_TYPES, Block, Element, Message, plain, section
from bot.slack.limits import most

LOADING: Final = ":hourglass_flowing_sand: One moment …"
CANCEL: Final = "Cancel"
DONE: Final = "Done"

View = dict[str, Any]


def build_modal(title: str, blocks: Sequence[Block], *, submit: str = "", callback_id: str = "", metadata: str = "") -> View:
    """A modal; with ``submit``, a verb, it can be sent off and comes back under ``callback_id`` with ``metadata``."""
    view = {"type": "modal", "title": plain(title), "close": plain(CANCEL if submit else DONE), "blocks": list(blocks)}
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
    """A message's blocks for a view: without blocks that views do not take, and buttons that would answer elsewhere.

    Charts and tables are left out, and so is every button or menu that ``keep`` does not want.
    """
    shown = (_with_kept(block, keep) for block in message.blocks if block["type"] not in NATIVE_TYPES)
    return [block for block in shown if block is not None]


def _with_kept(block: Block, keep: Callable[[Element], bool]) -> Block | None:
    if block["type"] == "actions":
        elements = [element for element in block["elements"] if keep(element)]
        return {**block, "elements": elements} if elements else None
    if "accessory" in block and not keep(block["accessory"]):
        return {name: value for name, value in block.items() if name != "accessory"}
    return block
