"""A text about digests cut into words, with what would not survive the cutting beside them: the channel, and cron's stars."""

import re
from dataclasses import dataclass, replace

from bot.domain import vocabulary
from bot.domain.digest_asks import CHANNEL, CRON
from bot.domain.markup import without_channels
from bot.domain.schedules import schedule_of
from bot.domain.words import DIGEST_SAID_TWO_CHANNELS, TWO_CHANNELS_REMEDY
from bot.errors import BadSchedule, NotUnderstood

#: Any zone will do where only the fields are read.
ANY_ZONE = "UTC"

_FIELD = r"(?:[\d*?][\w*/,#?-]*|(?:lw?|[a-z]{3}(?:[-,][a-z]{3})*)(?=[\s\"“”`,]|$))"
#: A minute or an hour: no digest's id, whose beginning has four characters at least, and no time ("9:00").
_SHORT = r"[\d*]{1,2}(?:[-/,][\d*]{1,2})*"
_MORE = r"(?:\s+[\d*][\d*/,#?-]*(?=[\s\"“”`]|$))*"
_CRON = re.compile(
    rf"(?<!\S)(?:{CRON}:?\s+[\"“”„`]?(?P<named>{_FIELD}(?:\s+{_FIELD}){{0,4}}{_MORE})"
    rf"|[\"“”„`]?(?P<bare>{_SHORT}\s+{_SHORT}(?:(?:\s+{_FIELD}){{3}}{_MORE}|(?:\s+\*){{1,2}})))[\"“”`]?,?(?=\s|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A text cut into words, with what would not survive the cutting beside it."""

    words: tuple[str, ...]
    channel: str
    cron: str

    @property
    def empty(self) -> bool:
        """Whether nothing stands beside the words."""
        return not (self.channel or self.cron)

    @property
    def beside(self) -> str:
        """What stands beside the words, in words that follow them."""
        cron = f' {CRON} "{self.cron}"' if self.cron else ""
        return f"{cron} {CHANNEL} <#{self.channel}>" if self.channel else cron

    @classmethod
    def of(cls, text: str) -> "Said":
        """The text's words; raises NotUnderstood for two channels, BadSchedule for fields of cron that cannot be kept."""
        channels, plain = without_channels(text)
        if len(channels) > 1:
            raise NotUnderstood(DIGEST_SAID_TWO_CHANNELS.format(n=len(channels)), remedy=TWO_CHANNELS_REMEDY)
        said, cron = cls(vocabulary.cut(_CRON.sub(" ", plain)), channels[0] if channels else "", ""), _CRON.search(plain)
        return replace(said, cron=_fields(cron, said.beside)) if cron else said


def _fields(cron: "re.Match[str]", beside: str) -> str:
    """The five fields; what is wrong comes with the whole text put right."""
    try:
        return schedule_of(" ".join((cron["named"] or cron["bare"]).split()).rstrip(","), ANY_ZONE).cron
    except BadSchedule as error:
        before = " ".join(cron.string[: cron.start()].split())
        error.suggestions = tuple(f"{before} {suggestion}{beside}" for suggestion in error.suggestions)
        raise
