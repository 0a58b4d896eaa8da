"""Remembers the cards that were shown lately: one that is being refreshed can say so, and is restored when the refresh fails.

Slack does not send the contents of an ephemeral message with a button press, only the id of the block. A card that another process showed
is not found here, and is refreshed without that line.
"""

from collections import OrderedDict
from dataclasses import replace
from typing import Final

from bot.blockkit.builders import Block, Message

#: Cards remembered at most, the latest ones.
MOST: Final = 300


class CardCache:
    """Remembers messages by the ids that it gives to their blocks."""

    def __init__(self) -> None:
        self._cards: OrderedDict[str, Message] = OrderedDict()

    def remember(self, message: Message, reference: str) -> Message:
        """The message with ids on its blocks with buttons, remembered under ``reference``; unchanged when it has none."""
        blocks = tuple(_named(block, f"{reference}.{number}") for number, block in enumerate(message.blocks))
        if blocks == message.blocks:
            return message
        card = self._cards[reference] = replace(message, blocks=blocks)
        if len(self._cards) > MOST:
            self._cards.popitem(last=False)
        return card

    def find(self, block_id: str) -> Message | None:
        """The message with this block; None when another process showed it, or long ago."""
        return self._cards.get(block_id.rpartition(".")[0])


def _named(block: Block, name: str) -> Block:
    pressed = block["type"] == "actions" or "accessory" in block
    return {**block, "block_id": name} if pressed and "block_id" not in block else block
