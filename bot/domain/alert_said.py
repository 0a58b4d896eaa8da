"""A text about alerts with what would not survive cutting it into words taken out: the channel, names in quotes, Slack's signs."""

import re
from dataclasses import dataclass

from bot.domain.account_names import FULL_ID
from bot.domain.markup import without_channels
from bot.domain.words import DIGEST_SAID_TWO_CHANNELS, ONE_EACH
from bot.errors import NotUnderstood

_NAME = re.compile(rf"\"[^\"]+\"|(?<!\S){FULL_ID.pattern}(?!\S)")
#: Other spellings of a sign.
_SIGNS = {
    "≥": ">=",
    "≤": "<=",
    "=>": ">=",
    "=<": "<=",
    "−": "-",
    "–": "-",
    "“": '"',
    "”": '"',
    "„": '"',
}


@dataclass(frozen=True, slots=True)
class AlertSaid:
    """A text and what stood in it."""

    #: The whole of it with plain signs, for suggestions.
    whole: str
    #: What is left without channel and names, one line.
    text: str
    #: Names in their quotes, and ids in full.
    names: tuple[str, ...]
    #: A Slack channel id, or "".
    channel: str

    @classmethod
    def of(cls, text: str) -> "AlertSaid":
        """The text taken apart; raises NotUnderstood for two channels."""
        channels, plain = without_channels(text)
        if len(channels) > 1:
            raise NotUnderstood(DIGEST_SAID_TWO_CHANNELS.format(n=len(channels)), remedy=ONE_EACH)
        for sign, meant in _SIGNS.items():
            plain = plain.replace(sign, meant)
        plain = " ".join(plain.split())
        names = tuple(_NAME.findall(plain))
        return cls(plain, " ".join(_NAME.sub(" ", plain).split()), names, channels[0] if channels else "")
