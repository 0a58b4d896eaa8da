"""A text about digests cut into words, with what would not survive the cutting beside them: the channel, and cron's stars."""

import re
from dataclasses import dataclass

from bot.digests.command import CHANNEL
from bot.digests.messages import TWO_CHANNELS_REMEDY
from bot.errors import NotUnderstood
from bot.management.messages import DIGEST_SAID_TWO_CHANNELS
from bot.parsing import vocabulary
from bot.parsing.text import without_channels
from bot.schedules.schedule import CRON, DAY_NAMES, MONTH_NAMES

_QUOTE = r"[\"“”„`'‘’]"
_ENDS = r"(?=[\s\"“”`'‘’,]|$)"
_NAMED = rf"(?:lw?|{MONTH_NAMES}|(?:{DAY_NAMES})(?:l|#\d)?)"
_FIELD = rf"(?:[\d*?][\w*/,#?-]*|{_NAMED}(?:[-,]{_NAMED})*{_ENDS})"
#: A minute or an hour: no digest's id, whose beginning has four characters at least, and no time ("9:00").
_SHORT = r"[\d*]{1,2}(?:[-/,][\d*]{1,2})*"
_MORE = rf"(?:\s+[\d*][\d*/,#?-]*{_ENDS})*"
_CRON = re.compile(
    rf"(?<!\S)(?:{CRON}:?\s+{_QUOTE}?(?P<named>{_FIELD}(?:\s+{_FIELD}){{0,4}}{_MORE})"
    rf"|{_QUOTE}?(?P<bare>{_SHORT}\s+{_SHORT}(?:(?:\s+{_FIELD}){{3}}{_MORE}|(?:\s+\*){{1,2}}))){_QUOTE}?,?(?=\s|$)",
    re.IGNORECASE,
)
_FIELDS = 5


@dataclass(frozen=True, slots=True)
class DigestTokens:
    """A text cut into words, with what would not survive the cutting beside it."""

    #: Commas are words of their own.
    words: tuple[str, ...]
    channel: str
    #: Fields of cron as they were typed: of each schedule that is said so.
    crons: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing stands beside the words."""
        return not (self.channel or self.crons)

    @property
    def in_channel(self) -> str:
        """The channel, in words that follow others."""
        return f" {CHANNEL} <#{self.channel}>" if self.channel else ""

    @property
    def in_cron(self) -> str:
        """What was said in cron, in words that follow others."""
        return "".join(f' {CRON} "{cron}"' for cron in self.crons)

    @classmethod
    def of(cls, text: str) -> "DigestTokens":
        """The text's words; raises NotUnderstood for two channels."""
        channels, plain = without_channels(text)
        if len(channels) > 1:
            raise NotUnderstood(DIGEST_SAID_TWO_CHANNELS.format(n=len(channels)), remedy=TWO_CHANNELS_REMEDY)
        crons = [cron for found in _CRON.finditer(plain) for cron in _parted((found["named"] or found["bare"]).rstrip(",").split())]
        return cls(vocabulary.tokenize(_CRON.sub(" ", plain), commas=True), channels[0] if channels else "", tuple(crons))


def _parted(fields: list[str]) -> list[str]:
    """The fields as one schedule, or as two where they are twice as many."""
    each = [fields[:_FIELDS], fields[_FIELDS:]] if len(fields) == 2 * _FIELDS else [fields]
    return [" ".join(some) for some in each]
