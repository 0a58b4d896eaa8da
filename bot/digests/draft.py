"""Parses a draft from words: names quoted, then sections, zones, cron or days and time, and what is left: names, cities, here."""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from bot.digests.command import DIGEST, EVERYONE, ZONE, DigestDraft
from bot.digests.draft_errors import LEADS, left_out_by_date_alone, on_one_day, unknown_words
from bot.digests.reports import changed_content
from bot.digests.words import HERE, ME, TAKEN, ZONE_WORDS, DigestTokens, FoundNames, find_parts, names_in
from bot.errors import LEAVE_ONE_OUT, BadSchedule, NotUnderstood, UnknownAccount, UsageError
from bot.lazy_regex import any_case, any_of
from bot.parsing.account_names import EVERYBODY, left_out_at, matching, name_word, names_inside
from bot.parsing.dates import USUAL_HOLIDAYS, WEEKDAYS
from bot.parsing.languages import sentence_in
from bot.parsing.suggestions import MOST_NAMED, several_accounts
from bot.parsing.vocabulary import ACCOUNTS, COMMA, is_quoted
from bot.schedules import timezones
from bot.schedules.dates import PAST_REMEDY, find_dates
from bot.schedules.days import without_days
from bot.schedules.explain import several
from bot.schedules.parser import ANY_ZONE, DEFAULT_CRON, OMITTED, completed, find_schedule, halved, is_half, says_when, spans_about_time
from bot.schedules.schedule import CRON, schedule_of
from bot.statistics.reports import FULL_ID, Directory

TO_ME = "I can send a digest to you alone only in our direct messages."
ONE_ZONE = "A digest has one time zone, and “{first}” and “{second}” are two."
TO_ME_REMEDY = "Open my messages and set it up there; or have it posted here for everybody:"

_HOLIDAY = any_case(rf"\b{any_of(sorted(USUAL_HOLIDAYS, key=len, reverse=True))}(?:['’]?s)?\b")
#: "Until christmas" names one day, as "from christmas on" does.
_ONE_END = any_case(rf"\b(?:(?P<until>until|till|through)|from|after|since|starting) (?:the )?(?:{_HOLIDAY.pattern})")
#: Words around the name of a digest that are ignored.
BETWEEN = frozenset({"next", "now", "the", "it", "please", DIGEST, "one", "for", "of", "to", "in", COMMA})


class ParsingPlace(Struct, frozen=True):
    """The place of a command: the channel's id, and whether it is a direct message to the bot."""

    channel: str = ""
    direct: bool = False
    #: The current day there, for dates without a year.
    today: date = date.min


class AskedDigest(Struct, frozen=True):
    """A digest command before it is parsed."""

    tokens: DigestTokens
    #: The accounts that can be named.
    directory: Directory
    where: ParsingPlace


class DraftParser:
    """Parses the words of a draft; errors suggest whole commands. ``when`` has the words for days and time, or ""."""

    def __init__(self, asked: AskedDigest, lead: str = DIGEST, *, halves: bool = False, names_digest: bool = False) -> None:
        """Prepares for one command.

        Args:
            lead: the command's first words, for suggestions.
            halves: whether the days or the time alone are enough.
            names_digest: whether the first name is a digest's, even where no account has it.
        """
        self.lead, self.directory, self.halves = lead, asked.directory, halves
        self._names_digest = names_digest
        self._tokens, self._where = asked.tokens, asked.where
        self.draft = DigestDraft(channels=asked.tokens.channels)
        self.when = ""
        #: Words removed before, to append to suggestions.
        self._dates = ""
        self._parts, self._cron, self._channel = "", asked.tokens.in_cron, asked.tokens.in_channel
        #: The words without parts and zones, for suggestions.
        self._words: list[str] = []

    def read(self, words: Sequence[str], settle: Callable[[FoundNames], DigestDraft]) -> DigestDraft:
        """The draft of these words; ``settle`` completes it with the names among them.

        Raises UsageError: the words cannot be carried out.
        """
        try:
            self._words = self._take_parts(without_days(_with_names_quoted(words, self.directory)))
            self._words = self._take_dates(self._words)
            self._words = self._take_zones(self._words)
            names = names_in(self._take_schedule(self._words), self.directory, BETWEEN if self.halves else frozenset())
            self._take_places(names)
            return settle(names)
        except UsageError as trouble:
            is_settled = self.halves or trouble.remedy == PAST_REMEDY
            error = (None if is_settled else on_one_day(self._words, self._where.today, self)) or trouble
            if isinstance(error, BadSchedule) and (foreign := sentence_in([word.lower() for word in self._words])):
                error = NotUnderstood(foreign, suggestions=error.suggestions)
            error.suggestions = error.suggestions or self._without_unknown(error)
            beside = f"{self._parts}{self._cron}{self._dates}{self._channel}"
            error.suggestions = tuple(
                f"{suggestion}{beside}" if suggestion.startswith(DIGEST) else suggestion for suggestion in error.suggestions
            )
            raise error from None

    def replaced(self, typed: str, instead: str) -> str:
        return f"{self.lead} {_joined(self._words)}{self._zone_words}".replace(typed, instead, 1)

    def with_schedule(self, schedule: str) -> str:
        names = names_in(
            without(self._words, spans_about_time(self._words), TAKEN), self.directory, BETWEEN if self.halves else frozenset()
        )
        border = len(names.accounts) if names.border is None else names.border
        before = ", ".join(names.accounts[:border]) or (names.unknown if self._names_digest else "")
        after = f"{ACCOUNTS} {', '.join(names.accounts[border:])}" if names.accounts[border:] else ""
        zone = self._zone_words or "".join(f" {ZONE} {zone}" for zone in names.zones[:1])
        return " ".join(filter(None, (self.lead, before, _without_zone(schedule) if zone else schedule, after))) + zone

    def _without_unknown(self, error: UsageError) -> tuple[str, ...]:
        """The command without what was not understood, if its days are known and, where a name is unknown, an account too."""
        with suppress(UsageError):
            found = find_schedule(self._words, halves=self.halves)
            before = [word.lower() for start, _ in (found.spans if found else ()) for word in self._words[max(start - 2, 0) : start]]
            if not {*LEADS, "no", "without", "remove", "drop", "exclude"}.isdisjoint(before):
                # "9am but not on weekends" is not on weekends.
                return ()
            when = _joined([word for start, end in (found.spans if found else ()) for word in self._words[start:end]])
            text = self.with_schedule(when)
            if (when or self._cron) and (not isinstance(error, UnknownAccount) or text != f"{self.lead} {when}{self._zone_words}"):
                return (text,)
        return ()

    @property
    def _zone_words(self) -> str:
        return f" {ZONE} {self.draft.zone}" if self.draft.zone else ""

    def _take_parts(self, words: list[str]) -> list[str]:
        while found := find_parts(words):
            start, end, content = found
            self.draft = replace(self.draft, content=changed_content(self.draft.content, content))
            self._parts += f" {_joined(words[start:end])}"
            words = words[:start] + words[end:]
        return words

    def _take_dates(self, words: list[str]) -> list[str]:
        try:
            spans, date_words = find_dates(words, self._where.today)
        except BadSchedule as error:
            text = _joined(words)
            usual = next((days for name, days in USUAL_HOLIDAYS.items() if name in text.lower()), "")
            if found := _ONE_END.search(text):
                usual = usual.split(" to ")[0 if found["until"] else -1]
            error.suggestions = (f"{self.lead} {_HOLIDAY.sub(usual, text, count=1)}",) if usual else error.suggestions
            raise
        for start, end in () if self.halves else spans:
            if words[start].lower() in LEADS and words[end - 1].lower() in WEEKDAYS and words[end - 2].lower() != "next":
                # Each friday is meant, not one.
                raise left_out_by_date_alone(words[end - 1])
        self.draft, self._dates = replace(self.draft, dates=date_words), f" {date_words}" if date_words else ""
        return without(words, spans)

    def _take_zones(self, words: list[str]) -> list[str]:
        spans, at, zones = [], 0, [word for word in words if timezones.meant_as_zone(word) or word.lower() in timezones.PLAIN_NAMES]
        if len({word.lower() for word in zones}) > 1:
            # "9:00 EST and PST".
            text = _joined(re.sub(r"(?<!\S)(?:and|or|[&+/])$", "", " ".join(word for word in words if word not in zones)).split())
            each = tuple(f"{self.lead} {text} {ZONE} {zone}" for word in zones for zone in timezones.near_zones(word)[:1])
            raise BadSchedule(ONE_ZONE.format(first=zones[0], second=zones[1]), remedy=LEAVE_ONE_OUT, suggestions=each)
        while at < len(words):
            named = at > 0 and words[at - 1].lower() in ZONE_WORDS
            if length := _zone_length(words[at:], named=named):
                spans.append((at - named, at + length))
                self._take_zone(" ".join(words[at : at + length]))
            at += length or 1
        return without(words, spans)

    def _take_zone(self, typed: str) -> None:
        zone = timezones.zone_of_place(typed) or timezones.zone_of_city(typed)
        if zone is None:
            error = timezones.unknown_zone(typed)
            error.suggestions = tuple(self.replaced(typed, near) for near in error.suggestions)
            raise error
        if self.draft.zone not in ("", zone):
            raise BadSchedule(ONE_ZONE.format(first=self.draft.zone, second=zone), remedy=LEAVE_ONE_OUT)
        self.draft = replace(self.draft, zone=zone)

    def _take_places(self, names: FoundNames) -> None:
        """Sets the zone of a city and the channel of "here" and "to me"."""
        for typed in filter(None, (*names.zones, names.no_zone)):
            self._take_zone(typed)
        if names.place == ME and not self._where.direct:
            when = self.when or self._cron.strip()
            raise NotUnderstood(TO_ME, remedy=TO_ME_REMEDY, suggestions=(self.with_schedule(when),))
        if names.place in (HERE, ME):
            self.draft = replace(self.draft, channels=tuple(dict.fromkeys((*self.draft.channels, self._where.channel))))

    def _take_schedule(self, words: list[str]) -> list[str]:
        """Sets the schedule; returns the words with TAKEN for days and time."""
        if self.halves and words and re.fullmatch(r"\d{1,2}", words[-1]) and not says_when(words[:-1]):
            # "10" at the end of a change is a time.
            words = [*words[:-1], "at", words[-1]]
        try:
            self._take_cron()
            self._refuse_two(words)
            found = None if self._tokens.crons else find_schedule(words, halves=self.halves)
        except BadSchedule as error:
            self._cron = ""
            error.suggestions = tuple(map(self.with_schedule, error.suggestions))
            raise
        if found is None:
            return words
        self.when = _joined([word for start, end in found.spans for word in words[start:end]])
        self.draft = replace(self.draft, cron=found.cron)
        return without(words, found.spans, TAKEN)

    def _take_cron(self) -> None:
        if not self._tokens.crons:
            return
        first, *others = (f"{CRON} {cron}" for cron in self._tokens.crons)
        if others:
            raise several(first, others[0])
        typed = self._tokens.crons[0]
        cron = schedule_of(completed(typed, DEFAULT_CRON) if self.halves else typed, ANY_ZONE).cron
        cron = halved(cron, typed) if is_half(typed) else cron
        self.draft, self._cron = replace(self.draft, cron=cron), f' {CRON} "{cron}"'

    def _refuse_two(self, words: Sequence[str]) -> None:
        """Raises BadSchedule for a time together with cron; days alone may be a name."""
        if not self._tokens.crons:
            return
        try:
            found = find_schedule(words, halves=True)
        except BadSchedule:
            return
        if found and not found.cron.startswith(OMITTED):
            raise several(f"{CRON} {self.draft.cron}", _joined([word for start, end in found.spans for word in words[start:end]]))


def without(words: Sequence[str], spans: Iterable[tuple[int, int]], *instead: str) -> list[str]:
    inside = {at: at == start for start, end in spans for at in range(start, end)}
    return [word for at, old in enumerate(words) for word in (instead if inside.get(at) else () if at in inside else (old,))]


def _joined(words: Iterable[str]) -> str:
    return " ".join(words).replace(f" {COMMA}", COMMA)


def _with_names_quoted(words: Sequence[str], directory: Directory) -> list[str]:
    """The words with each whole account name in quotes, so that "Monday Motors" is not a day."""
    left = list(words)
    for start, end in sorted(names_inside(words, directory), reverse=True):
        left[start:end] = [f'"{" ".join(word for word in left[start:end] if word != COMMA)}"']
    return left


def _zone_length(words: Sequence[str], *, named: bool) -> int:
    word = words[0]
    if timed := next((at for at in range(1, min(timezones.MOST_ZONE_WORDS + 1, len(words))) if words[at].lower() == "time"), 0):
        # "Tokyo time" is a zone wherever it stands.
        typed = " ".join(words[:timed])
        if not says_when(words[:timed]) and (timezones.zone_of_place(typed) or timezones.zones_of_city(typed)):
            return timed
    if is_quoted(word) or not (named or "/" in word or word.lower() in timezones.PLAIN_NAMES):
        return 0
    lengths = range(min(timezones.MOST_ZONE_WORDS, len(words)), 0, -1)
    found = next((length for length in lengths if timezones.zone_of_place(" ".join(words[:length]))), 0)
    if named and not found:
        found = next((length for length in lengths if timezones.zones_of_city(" ".join(words[:length]))), 0)
    return found or int(named or timezones.meant_as_zone(word))


def _without_zone(schedule: str) -> str:
    when, _, zone = schedule.rpartition(" ")
    return when if "/" in zone and timezones.zone_named(zone) else schedule


def read_draft(words: Sequence[str], asked: AskedDigest) -> DigestDraft:
    """The draft of a new digest. Raises UsageError: the words cannot be carried out as they stand; its suggestions are whole commands."""
    parser, at = DraftParser(asked), left_out_at(words, asked.directory)
    words = [ACCOUNTS if place == at else word for place, word in enumerate(words)]

    def settle(names: FoundNames) -> DigestDraft:
        if names.unknown:
            raise unknown_words(names.unknown, parser)
        every, border = [EVERYONE] if names.every and not names.accounts else [], len(names.accounts) if at < 0 else names.border
        gone = account_ids(names.accounts[border:], parser)
        accounts = account_ids([*names.accounts[:border], *every], parser)
        return replace(parser.draft, accounts=tuple(one for one in accounts if one not in gone))

    return parser.read(words, settle)


def account_ids(names: Sequence[str], parser: DraftParser) -> tuple[str, ...]:
    """The platform ids of the accounts of these names, each once; raises AmbiguousAccount for a name that several have."""
    everybody = tuple(account.platform_id for account in parser.directory.accounts)
    ids = (everybody if name.lower() in EVERYBODY else (_one(name, parser),) for name in names)
    return tuple(dict.fromkeys(chain.from_iterable(ids)))


def _one(name: str, parser: DraftParser) -> str:
    """The id of the account of this name; a full id is accepted even if it is unknown."""
    found = matching(name, parser.directory)
    if len(found) == 1 or FULL_ID.fullmatch(name):
        return found[0].platform_id if found else name
    each = (name_word(account, parser.directory.accounts) for account in found[:MOST_NAMED])
    raise several_accounts(name, found, tuple(parser.replaced(name, other) for other in each))


def with_target(words: Sequence[str]) -> Sequence[str]:
    """The words of a change without what it is changed from: "from monday to friday" is "friday"."""
    lower = [word.lower() for word in words]
    at = lower.index("from") if "from" in lower else len(words)
    if lower[at + 2 : at + 3] == ["to"] and says_when(words[at + 1 : at + 2]) and says_when(words[at + 3 : at + 4]):
        return (*words[:at], *words[at + 3 :])
    return words
