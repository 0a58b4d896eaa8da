"""The parts of a digest in words: "only best, followers", "without chart"."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.digests.command import DIGEST, SHOWING, ZONE, DigestDraft
from bot.digests.messages import TWO_CHANNELS_REMEDY
from bot.digests.name_parser import HERE, ME, TAKEN, ZONE_WORDS, FoundNames, names_in
from bot.digests.reports import ALL_PARTS, FIGURES_ALONE, DigestSection, chosen
from bot.digests.tokens import DigestTokens
from bot.errors import BadSchedule, NotUnderstood, UsageError
from bot.management.messages import DIGEST_SAID_TWO_CHANNELS
from bot.parsing.account_names import names_inside
from bot.parsing.vocabulary import ACCOUNTS, COMMA, is_quoted
from bot.schedules.explain import several
from bot.schedules.parser import ANY_ZONE, UNLESS_SAID, UNSAID, completed, find_schedule, halved, is_half, spans_about_time
from bot.schedules.schedule import CRON, schedule_of
from bot.schedules.timezones import MOST_ZONE_WORDS, PLAIN_NAMES, meant_as_zone, unknown_zone, zone_named, zone_of_place
from bot.statistics.accounts import Directory

TO_ME = "Only in our direct messages can a digest come to you alone."
TO_ME_REMEDY = "Open my messages and set it up there; in a channel, leave “to me” out."
TWO_ZONES = "A digest has one time zone, and “{first}” and “{second}” are two."
TWO_ZONES_REMEDY = "Leave one of them out."


_PART_WORDS = {
    DigestSection.CHART: ("chart", "graph"),
    DigestSection.ACCOUNTS: ("rows", "table"),
    DigestSection.BEST: ("best", "posts"),
    DigestSection.FOLLOWERS: ("followers",),
    DigestSection.GOALS: ("goals", "goal"),
    DigestSection.DETAILS: ("details", "days"),
}
#: Each part by every word for it.
PARTS = {word: part for part, words in _PART_WORDS.items() for word in words}
_ONLY, _WITHOUT, _ALL = frozenset({SHOWING, "only", "just"}), frozenset({"without", "no"}), "all"


def find_parts(words: Sequence[str]) -> tuple[int, int, tuple[str, ...]] | None:
    """The words that say what to show, ``words[start:end]``, and the names to keep; None when none do."""
    lower = [word.lower() for word in words]
    start = next((at for at, word in enumerate(lower[:-1]) if word in _ONLY | _WITHOUT and _is_part(lower[at + 1])), None)
    if start is None:
        return None
    end = start + 1
    while end < len(words) and (_is_part(lower[end]) or (lower[end] == COMMA and end + 1 < len(words) and _is_part(lower[end + 1]))):
        end += 1
    said = set(lower[start + 1 : end])
    named = {PARTS[word] for word in said if word in PARTS}
    parts = ALL_PARTS if _ALL in said else [part for part in ALL_PARTS if (part in named) != (lower[start] in _WITHOUT)]
    return start, end, chosen(parts)


def _is_part(word: str) -> bool:
    return word in PARTS or word in (_ALL, FIGURES_ALONE)


# MERGED: What words say of a digest beside whose it is: parts, zone, days and time, and where it goes; each is taken out, what is left is
# names.
#
# ::
#
#     words ─ whole names quoted ─ parts ─ zones ─ cron, or days and time ─ names, cities, here ─→ Reading

#: Said around the digest something is done to.
BETWEEN = frozenset({"next", "now", "the", "it", "please", DIGEST, "one", "for", "of", "to", "in", COMMA})


@dataclass(frozen=True, slots=True)
class ParsingPlace:
    """Where something is asked: the channel's id, and whether it is a conversation with the bot alone."""

    channel: str = ""
    direct: bool = False


@dataclass(frozen=True, slots=True)
class AskedDigest:
    """A question before it is read: its text cut, the accounts that may be meant, and where it is asked."""

    said: DigestTokens
    directory: Directory
    where: ParsingPlace


class DraftReading:
    """Reads the words once; what is wrong comes with whole questions that can be asked instead.

    Attributes:
        draft: what was said, without accounts.
        when_said: the words for days and time, or "".
    """

    def __init__(self, asked: AskedDigest, lead: str = DIGEST, *, halves: bool = False, names_digest: bool = False) -> None:
        """Read what is asked.

        Args:
            asked: the question.
            lead: the words before those that are read.
            halves: the days or the time alone will do.
            names_digest: the first name is that of a digest, even where no account has it.
        """
        self.lead, self.directory, self.halves = lead, asked.directory, halves
        self._names_digest = names_digest
        self._said, self._where = asked.said, asked.where
        self.draft = DigestDraft(channel=asked.said.channel)
        self.when_said = ""
        #: What does not stand among the words any more, as words that can follow them.
        self._parts, self._cron, self._channel = "", asked.said.in_cron, asked.said.in_channel
        #: The words without parts and zones, for suggestions.
        self._words: list[str] = []

    def read(self, words: Sequence[str], settle: Callable[[FoundNames], DigestDraft]) -> DigestDraft:
        """The draft of these words; ``settle`` completes it with what is left.

        Raises:
            UsageError: they cannot be carried out.
        """
        try:
            self._words = self._take_parts(_with_names_quoted(words, self.directory))
            self._words = self._take_zones(self._words)
            names = names_in(self._take_schedule(self._words), self.directory, BETWEEN if self.halves else frozenset())
            self._take_places(names)
            return settle(names)
        except UsageError as error:
            beside = f"{self._parts}{self._cron}{self._channel}"
            error.suggestions = tuple(f"{suggestion}{beside}" for suggestion in error.suggestions)
            raise

    # ── what can be asked instead ────────────────────────────────────────────────────────────────────────────────────

    def replaced(self, typed: str, instead: str) -> str:
        """The question with these words exchanged."""
        return f"{self.lead} {_joined(self._words)}{self._zone_said}".replace(typed, instead, 1)

    def with_schedule(self, schedule: str) -> str:
        """The question about the same accounts in the same zone, with another schedule."""
        names = names_in(
            without(self._words, spans_about_time(self._words), TAKEN), self.directory, BETWEEN if self.halves else frozenset()
        )
        border = len(names.accounts) if names.border is None else names.border
        before = ", ".join(names.accounts[:border]) or (names.unknown if self._names_digest else "")
        after = f"{ACCOUNTS} {', '.join(names.accounts[border:])}" if names.accounts[border:] else ""
        zone = self._zone_said or "".join(f" {ZONE} {zone}" for zone in names.zones[:1])
        return " ".join(filter(None, (self.lead, before, _without_zone(schedule) if zone else schedule, after))) + zone

    @property
    def _zone_said(self) -> str:
        return f" {ZONE} {self.draft.zone}" if self.draft.zone else ""

    # ── parts and zones ──────────────────────────────────────────────────────────────────────────────────────────────

    def _take_parts(self, words: list[str]) -> list[str]:
        found = find_parts(words)
        if found is None:
            return words
        start, end, content = found
        self.draft, self._parts = replace(self.draft, content=content), f" {_joined(words[start:end])}"
        return words[:start] + words[end:]

    def _take_zones(self, words: list[str]) -> list[str]:
        """The words without the zones that are zones wherever they stand."""
        spans, at = [], 0
        while at < len(words):
            named = at > 0 and words[at - 1].lower() in ZONE_WORDS
            if length := _zone_length(words[at:], named=named):
                spans.append((at - named, at + length))
                self._take_zone(" ".join(words[at : at + length]))
            at += length or 1
        return without(words, spans)

    def _take_zone(self, typed: str) -> None:
        zone = zone_of_place(typed)
        if zone is None:
            error = unknown_zone(typed)
            error.suggestions = tuple(self.replaced(typed, near) for near in error.suggestions)
            raise error
        if self.draft.zone not in ("", zone):
            raise BadSchedule(TWO_ZONES.format(first=self.draft.zone, second=zone), remedy=TWO_ZONES_REMEDY)
        self.draft = replace(self.draft, zone=zone)

    def _take_places(self, names: FoundNames) -> None:
        """The zone of a city, and the channel of "here" and "to me"."""
        for typed in filter(None, (*names.zones, names.no_zone)):
            self._take_zone(typed)
        if names.place == ME and not self._where.direct:
            raise NotUnderstood(TO_ME, remedy=TO_ME_REMEDY)
        if names.place in (HERE, ME):
            if self.draft.channel not in ("", self._where.channel):
                raise NotUnderstood(DIGEST_SAID_TWO_CHANNELS.format(n=2), remedy=TWO_CHANNELS_REMEDY)
            self.draft = replace(self.draft, channel=self._where.channel)

    # ── days and time ────────────────────────────────────────────────────────────────────────────────────────────────

    def _take_schedule(self, words: list[str]) -> list[str]:
        """The words with TAKEN in the place of days and time."""
        try:
            self._take_cron()
            self._refuse_two(words)
            found = None if self._said.crons else find_schedule(words, halves=self.halves)
        except BadSchedule as error:
            self._cron = ""
            error.suggestions = tuple(map(self.with_schedule, error.suggestions))
            raise
        if found is None:
            return words
        self.when_said = _joined([word for start, end in found.spans for word in words[start:end]])
        self.draft = replace(self.draft, cron=found.cron)
        return without(words, found.spans, TAKEN)

    def _take_cron(self) -> None:
        if not self._said.crons:
            return
        first, *others = (f"{CRON} {cron}" for cron in self._said.crons)
        if others:
            raise several(first, others[0])
        said = self._said.crons[0]
        cron = schedule_of(completed(said, UNLESS_SAID) if self.halves else said, ANY_ZONE).cron
        cron = halved(cron, said) if is_half(said) else cron
        self.draft, self._cron = replace(self.draft, cron=cron), f' {CRON} "{cron}"'

    def _refuse_two(self, words: Sequence[str]) -> None:
        """Raise BadSchedule for a time beside cron; days alone may be a name."""
        if not self._said.crons:
            return
        try:
            found = find_schedule(words, halves=True)
        except BadSchedule:
            return
        if found and not found.cron.startswith(UNSAID):
            raise several(f"{CRON} {self.draft.cron}", _joined([word for start, end in found.spans for word in words[start:end]]))


def without(words: Sequence[str], spans: Iterable[tuple[int, int]], *instead: str) -> list[str]:
    """The words with these places left out, each for what stands ``instead``."""
    inside = {at: at == start for start, end in spans for at in range(start, end)}
    return [word for at, old in enumerate(words) for word in (instead if inside.get(at) else () if at in inside else (old,))]


def _joined(words: Iterable[str]) -> str:
    return " ".join(words).replace(f" {COMMA}", COMMA)


def _with_names_quoted(words: Sequence[str], directory: Directory) -> list[str]:
    """The words with each whole name of an account in quotes: "Monday Motors" is no day."""
    left = list(words)
    for start, end in sorted(names_inside(words, directory), reverse=True):
        left[start:end] = [f'"{" ".join(word for word in left[start:end] if word != COMMA)}"']
    return left


def _zone_length(words: Sequence[str], *, named: bool) -> int:
    """How many of the first words are a zone, or were meant as one; 0 when they need not be."""
    word = words[0]
    if is_quoted(word) or not (named or "/" in word or word.lower() in PLAIN_NAMES):
        return 0
    lengths = range(min(MOST_ZONE_WORDS, len(words)), 0, -1)
    found = next((length for length in lengths if zone_of_place(" ".join(words[:length]))), 0)
    return found or int(named or meant_as_zone(word))


def _without_zone(schedule: str) -> str:
    """An example of a schedule without its zone."""
    when, _, zone = schedule.rpartition(" ")
    return when if "/" in zone and zone_named(zone) else schedule
