"""The word that the bot is no member of a channel yet, where it is about to post, and how it becomes one."""

from bot.blocks import digest_cards as cards
from bot.blocks.kit import Block
from bot.desk.ports import Place
from bot.domain.digest_asks import Deed, DigestAsk, Draft


def invitation(place: Place | None) -> list[Block]:
    """The blocks that say so; none where it may post already."""
    if place is None or place.is_member or place.is_direct:
        return []
    return cards.invite_blocks(place.id, DigestAsk(Deed.JOIN, draft=Draft(channel=place.id)), public=not place.is_private)
