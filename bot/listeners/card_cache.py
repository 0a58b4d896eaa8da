"""The cards that were shown lately, so that one which is being renewed can say so and, should that fail, stand again as it was.

Slack gives nobody a private message back: a press on it brings no more than the id of the block that was pressed. This memory is a comfort
of one process; without it nothing is lost but that line.
"""

from collections import OrderedDict
from dataclasses import replace
from typing import Final

from bot.blockkit.builders import Block, Message

#: So many cards are remembered, the latest shown.
MOST: Final = 300


class CardCache:
    """Remembers messages by the ids it gives to their blocks."""

    def __init__(self) -> None:
        self._cards: OrderedDict[str, Message] = OrderedDict()

    def kept(self, message: Message, reference: str) -> Message:
        """The message with ids on whatever can be pressed, remembered under ``reference``; itself when nothing can be."""
        blocks = tuple(_named(block, f"{reference}.{number}") for number, block in enumerate(message.blocks))
        if blocks == message.blocks:
            return message
        card = self._cards[reference] = replace(message, blocks=blocks)
        if len(self._cards) > MOST:
            self._cards.popitem(last=False)
        return card

    def recalled(self, block_id: str) -> Message | None:
        """The message that this block stands on; None when it was shown by another process, or long ago."""
        return self._cards.get(block_id.rpartition(".")[0])


def _named(block: Block, name: str) -> Block:
    pressed = block["type"] == "actions" or "accessory" in block
    return {**block, "block_id": name} if pressed and "block_id" not in block else block
