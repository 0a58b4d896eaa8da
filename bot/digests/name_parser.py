"""What is left of words about digests once days, time and parts are taken out: accounts, a city for its zone, here or me.

::

    words ─ joining words out ─ the longest that ┬ names an account ──────────→ names, before or after "accounts"
                                                 ├ says where ("here", "to me") → place
                                                 ├ follows and is a city ──────→ zone, or what is no zone and was meant as one
                                                 └ means nothing ──────────────→ unknown
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.digests.command import CHANNEL, ZONE
from bot.errors import NotUnderstood
from bot.management.messages import NO_CHANNEL_ID
from bot.parsing.account_names import FULL_ID, folded, longest_name, matching
from bot.parsing.vocabulary import ACCOUNT, ACCOUNTS, COMMA, is_quoted
from bot.schedules.days import read_days
from bot.schedules.timezones import MOST_ZONE_WORDS, is_city, meant_as_zone, near_zones, zone_of_place
from bot.statistics.accounts import Directory

DIGEST_WORDS_CHANNEL_REMEDY = "Type # and choose the channel from Slack's list, or set the digest up with the form: `digest`."


#: Stands in the place of words that were taken out as days and time: no name goes across it.
TAKEN: Final = ""
#: Where a digest goes, said without a channel's name: where it is asked for, or to the person alone.
HERE, ME = "here", "me"
EVERYBODY = frozenset({"all", "everyone", "everybody"})
ZONE_WORDS = frozenset({ZONE, "tz", "timezone"})

#: Said around the names of accounts.
_JOINING = frozenset({CHANNEL, COMMA, "into", "to", "and", "for", "of", "with", "at", "on", "the", "please", "time"}) | ZONE_WORDS
_PLACES = {("here",): HERE, ("this", "channel"): HERE, ("me",): ME, ("myself",): ME}
#: Longer names are put in quotes.
_MOST_NAME_WORDS = 12
_LISTING = frozenset({COMMA, "and", "&", "+"})
#: A zone follows these.
_LEADS = ZONE_WORDS | {CHANNEL}


@dataclass(slots=True)
class FoundNames:
    """What was found; words as they were typed."""

    #: The words of each account's name; one of EVERYBODY for all of them.
    accounts: list[str] = field(default_factory=list)
    #: How many of them stand before the word "accounts"; None where it is not said.
    border: int | None = None
    #: The words of each zone.
    zones: list[str] = field(default_factory=list)
    #: What was meant as a zone and is none, or "".
    no_zone: str = ""
    #: HERE, ME or "".
    place: str = ""
    #: The first words that mean nothing, and how many accounts stand before them.
    unknown: str = ""
    unknown_at: int = 0


@dataclass(frozen=True, slots=True)
class _Word:
    """A word, and what stands before it."""

    text: str
    #: Days or a time.
    follows: bool
    #: "in" or "zone".
    led: bool
    #: A comma or "and": one more of the same.
    listed: bool


def names_in(words: Sequence[str], directory: Directory, around: frozenset[str] = frozenset()) -> FoundNames:
    """The names among these words, which have TAKEN where something was taken out; ``around`` are more words that mean nothing here.

    Raises:
        NotUnderstood: a channel that is not one of Slack's own mentions.
    """
    finder = _Finder(directory)
    for run in _runs(words, _JOINING | around):
        finder.read(run)
    return finder.found


def _runs(words: Sequence[str], around: frozenset[str]) -> Iterator[list[_Word]]:
    run: list[_Word] = []
    follows = led = listed = False
    for word in words:
        lower = word.lower()
        if word == TAKEN:
            yield run
            run, follows = [], True
        elif lower not in around:
            run.append(_Word(word, follows, led, listed))
        led, listed = lower in _LEADS, lower in _LISTING
    yield run


class _Finder:
    """Goes through the runs once, from left to right."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self.found = FoundNames()

    def read(self, run: Sequence[_Word]) -> None:
        """Give every word of a run its meaning."""
        at = 0
        while at < len(run):
            at += self._take(run[at : at + _MOST_NAME_WORDS])

    def _take(self, run: Sequence[_Word]) -> int:
        """How many of the first words were taken together."""
        found, texts = self.found, [word.text for word in run]
        lower = texts[0].lower()
        if length := self._account(texts, fewest=2):
            return self._keep(texts[:length])
        for said, place in _PLACES.items():
            if tuple(text.lower() for text in texts[: len(said)]) == said:
                found.place = place
                return len(said)
        if lower in (ACCOUNT, ACCOUNTS):
            found.border = len(found.accounts) if found.border is None else found.border
            return 1
        if lower in EVERYBODY and not found.accounts[found.border or 0 :]:
            return self._keep(texts[:1])
        return self._zone_or_account(run, texts)

    def _zone_or_account(self, run: Sequence[_Word], texts: Sequence[str]) -> int:
        # What stands in a list of accounts is none, not a city.
        follows = run[0].follows or run[0].led or (bool(self.found.accounts) and not run[0].listed)
        zone = self._zone(texts) if follows else 0
        account = self._account(texts, fewest=1)
        if zone and (zone > account or run[0].led or texts[0] in self.found.accounts):
            self.found.zones.append(" ".join(texts[:zone]))
            return zone
        if account:
            return self._keep(texts[:account])
        if texts[0].startswith("#"):
            raise NotUnderstood(NO_CHANNEL_ID.format(name=texts[0]), remedy=DIGEST_WORDS_CHANNEL_REMEDY)
        return self._strange(texts, follows=follows)

    def _account(self, texts: Sequence[str], *, fewest: int) -> int:
        """How many of the first words name accounts, the most; 0 when none do. A quoted word is a whole name."""
        if is_quoted(texts[0]) or FULL_ID.fullmatch(texts[0]):
            return 1 if fewest == 1 and (not is_quoted(texts[0]) or matching(texts[0], self._directory)) else 0
        if fewest == 1 and self._is_day(texts[0]):
            return 0
        longest = min(len(texts), _MOST_NAME_WORDS, longest_name(self._directory))
        most = next((at for at, text in enumerate(texts[:longest]) if is_quoted(text)), longest)
        return next((length for length in range(most, fewest - 1, -1) if matching(" ".join(texts[:length]), self._directory)), 0)

    def _is_day(self, text: str) -> bool:
        """Whether a word is a day ("mon") and no whole word of a name: it is no beginning of one ("Monday Motors")."""
        days, word = read_days(text, 0), f" {folded(text)} "
        is_day = days is not None and days.end == len(text)
        return is_day and not any(word in f" {folded(account.name)} " for account in matching(text, self._directory))

    def _keep(self, texts: Sequence[str]) -> int:
        self.found.accounts.append(" ".join(texts))
        return len(texts)

    @staticmethod
    def _zone(texts: Sequence[str]) -> int:
        """How many of the first words name one zone."""
        lengths = range(min(MOST_ZONE_WORDS, len(texts)), 0, -1)
        return next((length for length in lengths if zone_of_place(" ".join(texts[:length]))), 0)

    def _strange(self, texts: Sequence[str], *, follows: bool) -> int:
        """Words that name nothing: meant as a zone, or unknown."""
        found = self.found
        for length in range(min(MOST_ZONE_WORDS, len(texts)), 0, -1) if follows and not found.no_zone else ():
            said = " ".join(texts[:length])
            if is_city(said) or (length == 1 and (meant_as_zone(said) or ("/" in said and near_zones(said)))):
                found.no_zone = said
                return length
        if not found.unknown:
            found.unknown, found.unknown_at = texts[0], len(found.accounts)
        elif found.unknown_at == len(found.accounts):
            found.unknown += f" {texts[0]}"
        return 1
