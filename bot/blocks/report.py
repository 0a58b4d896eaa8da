"""A report becomes a card: the door to both kinds."""

from bot.blocks.account_card import build_account_card
from bot.blocks.post_card import build_post_card

__all__ = ["build_account_card", "build_post_card"]
