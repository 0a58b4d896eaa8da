"""Finds in the words of a digest command: the sections to show, accounts, zones, places, and the day a pause ends.

::

    text ─ channel mentions, cron fields taken out ─→ DigestTokens
    words without sections, days and time ─ the longest words first ┬ name an account ───→ accounts, before or after "accounts"
                                                                    ├ "here", "to me" ───→ place
                                                                    ├ a city or a zone ──→ zones, or what looks like a zone and is none
                                                                    └ anything else ─────→ unknown
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct, field

from bot.digests.command import CHANNEL, MOST_CHANNELS, SHOWING, ZONE, in_channels
from bot.digests.reports import ADDED, ALL_PARTS, FIGURES_ALONE, TAKEN_AWAY, DigestSection, chosen
from bot.errors import NotUnderstood
from bot.lazy_regex import any_case
from bot.management.actions import NotPossible
from bot.parsing.account_names import EVERYBODY, folded, longest_name, matching
from bot.parsing.text import NO_CHANNEL_ID, without_channels
from bot.parsing.vocabulary import ACCOUNT, ACCOUNTS, COMMA, FILLERS, is_quoted, tokenize
from bot.schedules.days import read_days
from bot.schedules.schedule import CRON, DAY_NAMES, MONTH_NAMES
from bot.schedules.timezones import MOST_ZONE_WORDS, is_city, meant_as_zone, near_zones, zone_of_place, zones_of_city
from bot.statistics.reports import FULL_ID, TEAM, Directory

_PART_WORDS = {
    DigestSection.CHART: ("chart", "charts", "graph", "graphs"),
    DigestSection.ACCOUNTS: ("rows", "table"),
    DigestSection.BEST: ("best", "posts"),
    DigestSection.FOLLOWERS: ("followers",),
    DigestSection.GOALS: ("goals", "goal"),
    DigestSection.DETAILS: ("details", "days"),
    DigestSection.BOARD: ("board", "leaderboard"),
    DigestSection.SCHEDULED: ("scheduled", "upcoming"),
}
#: Every word for a section.
PARTS = {word: part for part, words in _PART_WORDS.items() for word in words}

_QUOTE = r"[\"“”„`'‘’]"
_ENDS = r"(?=[\s\"“”`'‘’,]|$)"
_NAMED = rf"(?:lw?|fw\d{{0,2}}|{MONTH_NAMES}|(?:{DAY_NAMES})(?:l|#\d)?)"
_FIELD = rf"(?:[\d*?][\w*/,#?%+-]*|{_NAMED}(?:[-,]{_NAMED})*{_ENDS})"
#: A minute or an hour in cron: neither a digest's id (four characters or more) nor a time ("9:00").
_SHORT = r"[\d*]{1,2}(?:[-/,][\d*]{1,2})*"
_MORE = rf"(?:\s+[\d*][\d*/,#?%+-]*{_ENDS})*"
_CRON = any_case(
    rf"(?<!\S)({CRON}(tab)?:?\s+{_QUOTE}?(?P<named>{_FIELD}(\s+{_FIELD}){{0,4}}{_MORE})"
    rf"|{_QUOTE}?(?P<bare>{_SHORT}\s+{_SHORT}((\s+{_FIELD}){{3}}{_MORE}|(\s+\*){{1,2}}))){_QUOTE}?,?(?=\s|$)"
)
_FIELDS = 5
CHOOSE_CHANNEL = "Type # and choose the channel from Slack's list, or set the digest up with the form: `digest`."
#: Replaces words of days and time; no name goes across it.
TAKEN: Final = ""
#: Places without a channel's name: the command's channel, or direct messages with the bot.
HERE, ME = "here", "me"
ZONE_WORDS = frozenset({ZONE, "tz", "timezone"})
#: Words around names that are ignored.
_JOINING = (FILLERS - {HERE, ME, "channel", "now"}) | ZONE_WORDS | {
    COMMA, "into", "digest", "update", "schedule", "make", "set", "up", "local", "time", "group", "subscribe", "remind", "reminder",
    "this", "that", "again", "ping", "together", "posted", "sent", "delivered", "regularly", "automatically", "share", "reports", "updates",
    "summaries", "digests", "automate",
    "come", "comes", "i'd", "we'd", "like", "want", "w/", "-", "–", "—", "let's",
}  # fmt: skip
_PLACES = {HERE: HERE, "channel": HERE, ME: ME, "myself": ME, "dm": ME, "dms": ME}
#: The most words of a name without quotes.
_MOST_NAME_WORDS = 12
_LISTING = frozenset({COMMA, "and", "&", "+"})
#: Words before a zone.
_LEADS = ZONE_WORDS | {CHANNEL}
_ONLY, _WITHOUT, _ALL = frozenset({SHOWING, "only", "just"}), frozenset({"without", "no", "remove", "drop", "exclude", "hide"}), "all"
_WITH = frozenset({"with", "plus", "add", "include"})
_LEADING_PARTS = _ONLY | _WITHOUT | _WITH
#: Words around those for sections.
_AROUND = frozenset({COMMA, "and", "&", "a", "the", "top", "posts"})


class DigestTokens(Struct, frozen=True):
    """The tokens of a digest command."""

    #: Commas are words of their own.
    words: tuple[str, ...]
    #: The ids of the channels that are mentioned.
    channels: tuple[str, ...]
    #: The five cron fields of each cron schedule, as typed.
    crons: tuple[str, ...]

    @property
    def words_only(self) -> bool:
        return not (self.channels or self.crons)

    @property
    def in_channel(self) -> str:
        return f" {words}" if (words := in_channels(self.channels)) else ""

    @property
    def in_cron(self) -> str:
        return "".join(f' {CRON} "{cron}"' for cron in self.crons)

    @classmethod
    def of(cls, text: str) -> "DigestTokens":
        """Tokenizes a text; raises NotUnderstood for too many channels."""
        channels, plain = without_channels(text)
        if len(channels) > MOST_CHANNELS:
            sentence = f"A digest goes to at most {MOST_CHANNELS} channels, and you named {len(channels)}."
            raise NotUnderstood(sentence, remedy="Set up two digests.")
        crons = [cron for found in _CRON.finditer(plain) for cron in _parted((found["named"] or found["bare"]).rstrip(",").split())]
        return cls(tokenize(_CRON.sub(" ", plain), commas=True), channels, tuple(crons))


def _parted(fields: list[str]) -> list[str]:
    """Ten fields as two schedules, any other number as one."""
    each = [fields[:_FIELDS], fields[_FIELDS:]] if len(fields) == 2 * _FIELDS else [fields]
    return [" ".join(some) for some in each]


class FoundNames(Struct):
    """What the words name, as typed."""

    #: Each account's name, or one of EVERYBODY.
    accounts: list[str] = field(default_factory=list)
    #: How many of them are before the word "accounts"; None without that word.
    border: int | None = None
    #: Whether that was said of several.
    every: bool = False
    #: The words of each zone.
    zones: list[str] = field(default_factory=list)
    #: Words in the form of a zone that are none, or "".
    no_zone: str = ""
    #: HERE, ME or "".
    place: str = ""
    #: The first unknown words, and the number of accounts before them.
    unknown: str = ""
    unknown_at: int = 0


class _Word(Struct, frozen=True):
    """A word, and what comes before it."""

    text: str
    #: Days or a time.
    follows: bool
    #: "in" or "zone".
    led: bool
    #: A comma or "and" comes before it.
    listed: bool


def names_in(words: Sequence[str], directory: Directory, around: frozenset[str] = frozenset()) -> FoundNames:
    """The named accounts, zones, places; TAKEN stands for days and time. Raises NotUnderstood: a channel that is no mention of Slack's."""
    finder = _Finder(directory)
    for run in _runs(words, _JOINING | around):
        finder.read(run)
    return finder.found


def _runs(words: Sequence[str], around: frozenset[str]) -> Iterator[list[_Word]]:
    run: list[_Word] = []
    follows = led = listed = False
    before = COMMA
    for word in words:
        lower = word.lower()
        if word == TAKEN:
            yield run
            run, follows = [], True
        elif lower not in around or (word == "US" and before in (TAKEN, CHANNEL)):
            run.append(_Word(word, follows, led, listed))
        led, listed, before = lower in _LEADS, lower in _LISTING, lower
    yield run


class _Finder:
    """Finds names from left to right."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self.found = FoundNames()

    def read(self, run: Sequence[_Word]) -> None:
        at = 0
        while at < len(run):
            at += self._take(run[at : at + _MOST_NAME_WORDS])

    def _take(self, run: Sequence[_Word]) -> int:
        found, texts = self.found, [word.text for word in run]
        lower = texts[0].lower()
        if lower == TEAM and texts[1:] and texts[1].lower() in self._directory.groups:
            # "Team sales" is the group alone.
            return 1 + self._take(run[1:])
        if length := self._account(texts, fewest=2):
            return self._keep(texts[:length])
        if lower in (ACCOUNT, ACCOUNTS) or lower in _PLACES:
            found.place = _PLACES.get(lower, found.place)
            if lower not in _PLACES:
                found.border, found.every = len(found.accounts) if found.border is None else found.border, lower == ACCOUNTS
            return 1
        if group := self._directory.groups.get(lower):
            found.accounts.extend(one for one in group if self._directory.get(one))
            return 1 + (texts[1:2] == [TEAM])
        if lower in EVERYBODY and not found.accounts[found.border or 0 :]:
            return self._keep(texts[:1])
        return self._zone_or_account(run, texts)

    def _zone_or_account(self, run: Sequence[_Word], texts: Sequence[str]) -> int:
        # An unknown word in a list of accounts is an account, not a city.
        follows = run[0].follows or run[0].led or (bool(self.found.accounts) and not run[0].listed)
        zone = self._zone(texts) if follows else 0
        account = self._account(texts, fewest=1)
        if zone and (zone > account or run[0].led or texts[0] in self.found.accounts):
            self.found.zones.append(" ".join(texts[:zone]))
            # "Ho Chi Minh City".
            return zone + (texts[zone : zone + 1] in (["city"], ["City"]))
        if account:
            return self._keep(texts[:account])
        if texts[0].startswith("#"):
            raise NotPossible(NO_CHANNEL_ID.format(name=texts[0]), remedy=CHOOSE_CHANNEL)
        return self._unknown(texts, follows=follows)

    def _account(self, texts: Sequence[str], *, fewest: int) -> int:
        """The largest number of first words that name an account, at least ``fewest``; 0 when none do. A quoted word is a whole name."""
        if is_quoted(texts[0]) or FULL_ID.fullmatch(texts[0]):
            return 1 if fewest == 1 and (not is_quoted(texts[0]) or matching(texts[0], self._directory)) else 0
        if fewest == 1 and self._is_day(texts[0]):
            return 0
        longest = min(len(texts), _MOST_NAME_WORDS, longest_name(self._directory))
        most = next((at for at, text in enumerate(texts[:longest]) if is_quoted(text)), longest)
        return next((length for length in range(most, fewest - 1, -1) if matching(" ".join(texts[:length]), self._directory)), 0)

    def _is_day(self, text: str) -> bool:
        """Whether a word is a day ("mon") and no whole word of an account's name ("Monday Motors")."""
        days, word = read_days(text, 0), f" {folded(text)} "
        is_day = days is not None and days.end == len(text)
        return is_day and not any(word in f" {folded(account.name)} " for account in matching(text, self._directory))

    def _keep(self, texts: Sequence[str]) -> int:
        self.found.accounts.append(" ".join(texts))
        return len(texts)

    @staticmethod
    def _zone(texts: Sequence[str]) -> int:
        """How many of the first words name one zone; the most."""
        lengths = range(min(MOST_ZONE_WORDS, len(texts)), 0, -1)
        return next((length for length in lengths if zone_of_place(" ".join(texts[:length]))), 0)

    def _unknown(self, texts: Sequence[str], *, follows: bool) -> int:
        """Adds the first words as what looks like a zone, or as unknown; returns how many they are."""
        found = self.found
        for length in range(min(MOST_ZONE_WORDS, len(texts)), 0, -1) if follows and not found.no_zone else ():
            typed = " ".join(texts[:length])
            if is_city(typed) or zones_of_city(typed) or (length == 1 and (meant_as_zone(typed) or ("/" in typed and near_zones(typed)))):
                found.no_zone = typed
                return length
        if not found.unknown:
            found.unknown, found.unknown_at = texts[0], len(found.accounts)
        elif found.unknown_at == len(found.accounts):
            found.unknown += f" {texts[0]}"
        return 1


def find_parts(words: Sequence[str]) -> tuple[int, int, tuple[str, ...]] | None:
    """The words that choose sections, ``words[start:end]``, and the sections to store, or None; "with" and "without" add and take."""
    lower = [word.lower() for word in words]
    for start, word in enumerate(lower[:-1]):
        if word not in _LEADING_PARTS:
            continue
        end, named = _parts_after(lower, start + 1)
        if word in _ONLY and end > start + 1:
            return start, end, () if _ALL in lower[start + 1 : end] else chosen(named)
        if word not in _ONLY and named:
            sign = ADDED if word in _WITH else TAKEN_AWAY
            return start, end, tuple(f"{sign}{part.value}" for part in ALL_PARTS if part in named)
    return None


def _parts_after(lower: Sequence[str], start: int) -> tuple[int, frozenset[DigestSection]]:
    """Where the words for sections end that begin at ``start``, and the sections."""
    named, at, end = set[DigestSection](), start, start
    while at < len(lower) and (_is_part(lower[at]) or lower[at] in _AROUND):
        word = lower[at]
        # "Scheduled posts" is one section.
        if word in PARTS and not (word == "posts" and lower[at - 1] in _PART_WORDS[DigestSection.SCHEDULED]):
            named.add(PARTS[word])
        at += 1
        end = at if _is_part(word) else end
    return end, frozenset(named)


def _is_part(word: str) -> bool:
    return word in PARTS or word in (_ALL, FIGURES_ALONE)
