"""Words about digests: "digest acme every monday 9:00 Europe/Berlin in #marketing" → a DigestAsk.

::

    text ─ channels, cron taken out ─ cut into words ─┬ a deed first: list, pause k3f9, skip next, … ─┐
                                                      └ zone, parts, schedule; what is left names ────┴→ DigestAsk
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz.distance import DamerauLevenshtein

from bot.domain import vocabulary
from bot.domain.account_names import FULL_ID, matching, name_word
from bot.domain.accounts import Account, Directory
from bot.domain.digest_asks import CHANNEL, DIGEST, SHOWING, ZONE, Deed, DigestAsk, Draft
from bot.domain.digest_content import ALL_PARTS, FIGURES_ALONE, Part, chosen
from bot.domain.digest_said import ANY_ZONE, Said
from bot.domain.schedule_words import find_schedule
from bot.domain.words import (
    DIGEST_WORDS_ALONE,
    DIGEST_WORDS_CHANNEL_REMEDY,
    DIGEST_WORDS_NO_ACCOUNT,
    DIGEST_WORDS_NO_ACCOUNT_REMEDY,
    DIGEST_WORDS_SEVERAL_REMEDY,
    NO_CHANNEL_ID,
    SEVERAL_FIT,
    TOO_MUCH_TEXT,
    WHICH,
)
from bot.domain.zones import PLAIN_NAMES, checked_zone, meant_as_zone, zone_named
from bot.errors import AmbiguousAccount, BadSchedule, NotUnderstood, UnknownAccount, UsageError

MOST_CHARACTERS = 3_000
_MOST_NAMED = 4

_VERBS = {
    Deed.NEW: ("new", "form"),
    Deed.CREATE: ("create",),
    Deed.LIST: ("list", "ls", "all"),
    Deed.SHOW: ("show", "manage"),
    Deed.PREVIEW: ("preview", "test", "try"),
    Deed.EDIT: ("edit", "change"),
    Deed.MOVE: ("move",),
    Deed.PAUSE: ("pause", "stop"),
    Deed.RESUME: ("resume", "unpause", "continue", "start"),
    Deed.SKIP: ("skip",),
    Deed.NOW: ("now", "send", "post"),
    Deed.DELETE: ("delete", "remove", "cancel"),
    Deed.HISTORY: ("history", "log"),
    Deed.JOIN: ("join", "invite"),
    Deed.RETRY: ("retry",),
    Deed.ARRIVED: ("arrived",),
    Deed.AGAIN: ("again",),
    Deed.LEAVE: ("leave",),
}
#: Every deed by each word for it.
DEEDS = {word: deed for deed, words in _VERBS.items() for word in words}
_FIRST_WORDS = frozenset({DIGEST, "digests", Deed.HISTORY.value})
#: Letters wrong, missing, too many or swapped, up to which a word counts as a slip of "digest".
MOST_SLIPS = 2
#: Said between a deed and the digest it is done to.
_BETWEEN = frozenset({"next", "now", "the", "it", "please", "digest", "one", "for", "of", "to", CHANNEL})
#: Said around the names of accounts.
_JOINING = frozenset({CHANNEL, "into", "to", "and", "for", "of", "with", "at", "on", "the"})

_PART_WORDS = {
    Part.CHART: ("chart", "graph"),
    Part.ACCOUNTS: ("rows", "table"),
    Part.BEST: ("best", "posts"),
    Part.FOLLOWERS: ("followers",),
    Part.GOALS: ("goals", "goal"),
    Part.DETAILS: ("details", "days"),
}
_PARTS = {word: part for part, words in _PART_WORDS.items() for word in words}
_EVERYBODY = frozenset({"all", "everyone", "everybody"})
_ONLY, _WITHOUT = frozenset({SHOWING, "only", "just"}), frozenset({"without", "no"})
_ZONE_WORDS = frozenset({ZONE, "tz", "timezone"})

_AN_ID = re.compile(r"(?=.*\d)[0-9a-f]{4,8}(?:-[0-9a-f-]{0,27})?")
#: Words with which a time begins: what stands before them names accounts.
_TIME_BEGINS = re.compile(
    r"\d.*|every|each|on|at|daily|weekly|monthly|hourly|weekdays?|the|first|last|cron|@.*|bi.*|fortnightly|quarterly|yearly"
)


def about_digests(text: str) -> bool:
    """Whether the first word says that these words are about digests."""
    words = [word.strip("!?.,:").lower() for word in text.split(maxsplit=2)[:2]]
    return bool(words) and words[0] in _FIRST_WORDS and vocabulary.HELP_WORDS.isdisjoint(words)


def meant_digests(text: str) -> str:
    """The text with its first word put right, when that is a slip of "digest"; "" when it is none."""
    first, _, rest = text.strip().partition(" ")
    if about_digests(text) or DamerauLevenshtein.distance(first.lower(), DIGEST) > MOST_SLIPS or len(first) < len(DIGEST) - 1:
        return ""
    return f"{DIGEST} {rest}".strip()


def read_digest(text: str, directory: Directory) -> DigestAsk:
    """The question about digests in a text of Slack's or of a person's, whose first word is "digest" or "history".

    Raises:
        NotUnderstood: words that cannot be carried out as they stand.
        UnknownAccount: a name that no account has.
        AmbiguousAccount: a name that several accounts have.
        BadSchedule: a time or a zone that cannot be one.
    """
    if len(text) > MOST_CHARACTERS:
        raise NotUnderstood(TOO_MUCH_TEXT.format(most=MOST_CHARACTERS))
    said = Said.of(text)
    first, words = said.words[0].lower(), said.words[1:]
    if first == Deed.HISTORY:
        words = (Deed.HISTORY, *words)
    elif not words and said.empty:
        return DigestAsk(Deed.NEW if first == DIGEST else Deed.LIST)
    if words and _AN_ID.fullmatch(words[0].lower()) and not matching(words[0], directory):
        words = (*(words[1:] or (Deed.SHOW,)), words[0])
    deed = _deed(words)
    if deed is None:
        return DigestAsk(Deed.PLAN, draft=_Reader(said, directory, DIGEST).draft(words))
    return _asked(deed, words[1:], said, directory)


def _deed(words: Sequence[str]) -> Deed | None:
    """The deed that the first word names; "all every monday" is about every account."""
    if not words or (len(words) > 1 and words[0].lower() in _EVERYBODY):
        return None
    return DEEDS.get(words[0].lower())


def _asked(deed: Deed, words: Sequence[str], said: Said, directory: Directory) -> DigestAsk:
    if deed in (Deed.CREATE, Deed.NEW):
        return DigestAsk(deed, draft=_Reader(said, directory, DIGEST).draft(words))
    which = [word for word in words if word.lower() not in _BETWEEN]
    if deed in (Deed.EDIT, Deed.MOVE):
        digest, rest = (which[0].strip('"'), words[words.index(which[0]) + 1 :]) if which else ("", ())
        return DigestAsk(deed, digest, _Reader(said, directory, f"{DIGEST} {deed} {digest}").draft(rest))
    if deed is Deed.LIST and which:
        raise NotUnderstood(DIGEST_WORDS_ALONE.format(deed=deed), suggestions=(f"{DIGEST} {deed}",))
    if deed is Deed.JOIN:
        return DigestAsk(deed, " ".join(which), Draft(channel=said.channel))
    if not said.empty:
        raise NotUnderstood(WHICH.format(deed=deed), suggestions=(f"{DIGEST} {Deed.LIST}",))
    return DigestAsk(deed, " ".join(which).replace('"', ""))


class _Reader:
    """Takes the parts of a draft out of its words, one kind after the other; what is left must name accounts."""

    def __init__(self, said: Said, directory: Directory, lead: str) -> None:
        self._directory = directory
        self._lead, self._tail = lead, said.beside
        self._draft = Draft(cron=said.cron, channel=said.channel)

    def draft(self, words: Sequence[str]) -> Draft:
        """The draft that these words say; what is wrong comes with whole questions that can be asked instead."""
        try:
            return self._read(words)
        except UsageError as error:
            error.suggestions = tuple(f"{suggestion}{self._tail}" for suggestion in error.suggestions)
            raise

    def _read(self, words: Sequence[str]) -> Draft:
        rest = self._schedule(self._zone(self._parts(list(words))))
        left = [word for word in rest if word.lower() not in _JOINING]
        try:
            return replace(self._draft, accounts=self._accounts(left))
        except AmbiguousAccount as error:
            name, *others = error.suggestions
            said = " ".join(words)
            error.suggestions = tuple(f"{self._lead} {said.replace(name, other, 1)}" for other in others)
            raise

    def _parts(self, words: list[str]) -> list[str]:
        place = next((at for at, word in enumerate(words) if word.lower() in _ONLY | _WITHOUT and _names_part(words[at + 1 :])), None)
        if place is None:
            return words
        end = place + 1
        while end < len(words) and _names_part(words[end:]):
            end += 1
        said = {word.lower() for word in words[place + 1 : end]}
        named, without = {_PARTS[word] for word in said if word in _PARTS}, words[place].lower() in _WITHOUT
        parts = ALL_PARTS if "all" in said else [part for part in ALL_PARTS if (part in named) != without]
        self._draft = replace(self._draft, content=chosen(parts))
        return words[:place] + words[end:]

    def _zone(self, words: list[str]) -> list[str]:
        for at, word in enumerate(words):
            named = at > 0 and words[at - 1].lower() in _ZONE_WORDS
            if named or ("/" in word and (zone_named(word) or meant_as_zone(word))) or word.lower() in PLAIN_NAMES:
                self._draft = replace(self._draft, zone=self._zone_at(words, at))
                return words[: at - named] + words[at + 1 :]
        return words

    def _zone_at(self, words: list[str], at: int) -> str:
        try:
            return checked_zone(words[at])
        except BadSchedule as error:
            error.suggestions = tuple(" ".join((self._lead, *words[:at], zone, *words[at + 1 :])) for zone in error.suggestions)
            raise

    def _schedule(self, words: list[str]) -> list[str]:
        if self._draft.cron:
            return words
        try:
            found = find_schedule(words, ANY_ZONE)
        except BadSchedule as error:
            error.suggestions = tuple(" ".join((self._lead, *_before_time(words), suggestion)) for suggestion in error.suggestions)
            raise
        if found is None:
            return words
        zone = self._draft.zone or (found.schedule.zone if found.schedule.zone != ANY_ZONE else "")
        self._draft = replace(self._draft, cron=found.schedule.cron, zone=zone)
        return words[: found.start] + words[found.end :]

    def _accounts(self, words: list[str]) -> tuple[str, ...]:
        if words and words[0].lower() in _EVERYBODY and set(map(str.lower, words[1:])) <= {"accounts"}:
            return tuple(account.platform_id for account in self._directory.accounts)
        found: list[str] = []
        while words:
            length, platform_id = self._account(words)
            found.append(platform_id)
            words = words[length:]
        return tuple(dict.fromkeys(found))

    def _account(self, words: list[str]) -> tuple[int, str]:
        """How many of the first words name an account, and its id."""
        if FULL_ID.fullmatch(words[0]):
            return 1, words[0]
        for length in range(len(words), 0, -1):
            if found := matching(" ".join(words[:length]), self._directory):
                return length, _only(" ".join(words[:length]), found, self._directory)
        if words[0].startswith("#"):
            raise NotUnderstood(NO_CHANNEL_ID.format(name=words[0]), remedy=DIGEST_WORDS_CHANNEL_REMEDY)
        raise UnknownAccount(
            DIGEST_WORDS_NO_ACCOUNT.format(name=" ".join(words)[:60].replace('"', "")), remedy=DIGEST_WORDS_NO_ACCOUNT_REMEDY
        )


def _names_part(words: Sequence[str]) -> bool:
    return bool(words) and (words[0].lower() in _PARTS or words[0].lower() in ("all", FIGURES_ALONE))


def _only(name: str, found: Sequence[Account], directory: Directory) -> str:
    if len(found) == 1:
        return found[0].platform_id
    names = ", ".join(account.name for account in found[:_MOST_NAMED])
    each = (name_word(account, directory.accounts) for account in found[:_MOST_NAMED])
    raise AmbiguousAccount(
        SEVERAL_FIT.format(name=name.replace('"', ""), names=names), remedy=DIGEST_WORDS_SEVERAL_REMEDY, suggestions=(name, *each)
    )


def _before_time(words: Sequence[str]) -> Sequence[str]:
    """The words that name accounts, before those that say when."""
    return words[: next((at for at, word in enumerate(words) if _TIME_BEGINS.fullmatch(word.lower())), len(words))]
