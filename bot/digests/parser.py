"""Digest commands from words: an action and what it is about, or a draft of sections, schedule and names; else corrected commands."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from itertools import islice, product

from msgspec.structs import replace

from bot.digests.changes import SIGNS, begins_name, read_change, until_day
from bot.digests.command import (
    DIGEST,
    DIGEST_WORDS,
    DigestCommand,
    DigestDraft,
    OptionChanges,
    first_named,
    option_words,
    take_options,
    without_also,
)
from bot.digests.draft import BETWEEN, AskedDigest, ParsingPlace, read_draft, with_target, without
from bot.digests.draft_errors import with_clear_date
from bot.digests.reports import ADDED
from bot.digests.words import PARTS, DigestTokens
from bot.errors import BadSchedule, NotUnderstood, UsageError
from bot.lazy_regex import any_case, lazy_regex
from bot.management.actions import AN_ID, SubscriptionAction, words_of_actions
from bot.parsing.account_names import EVERYBODY, matching, name_word, near_spellings
from bot.parsing.courtesies import plainly
from bot.parsing.dates import DAYS_OFF, HOLIDAYS, MONTH, MONTHS, WEEKDAY, WEEKDAYS
from bot.parsing.period_finder import PERIOD
from bot.parsing.reasons import PARTS_OF_PERIOD
from bot.parsing.suggestions import did_you_mean, is_read, subject
from bot.parsing.text import NUMBER_WORDS, check_length, near_words, number_in
from bot.parsing.vocabulary import COMMA, FILLERS, HELP, METRIC_WORDS, begins_with, is_quoted, tokenize
from bot.schedules.dates import ALWAYS, find_dates
from bot.schedules.explain import TWO_RHYTHMS
from bot.schedules.explain import TWO_TIMES_REMEDY as SAY_ONE
from bot.schedules.parser import OMITTED, find_schedule, is_half, says_when
from bot.schedules.rhythm import in_english
from bot.schedules.timezones import near_zones, zone_of_place
from bot.schedules.tokens import with_clock
from bot.statistics.reports import Directory

NO_OPTIONS = "{option} goes with setting a digest up or with `digest edit`."
NOW_WHERE = "`digest now` posts where the digest always posts."
#: Every word for an action.
ACTION_WORDS = words_of_actions(
    {
        SubscriptionAction.NEW: ("new", "form"),
        SubscriptionAction.LIST: ("all",),
        SubscriptionAction.PREVIEW: ("preview", "test", "try"),
        SubscriptionAction.NOW: ("now", "send", "post"),
        SubscriptionAction.HISTORY: ("history", "log"),
        SubscriptionAction.JOIN: ("join", "invite"),
    }
) | {word: SubscriptionAction(word) for word in ("create", "move", "skip", "retry", "arrived", "again", "leave")}
#: Actions whose words may contain a schedule.
_WITH_TIME = frozenset(
    {SubscriptionAction.NEW, SubscriptionAction.CREATE, SubscriptionAction.PREVIEW, SubscriptionAction.EDIT, SubscriptionAction.MOVE}
)
_WITH_OPTIONS = frozenset({SubscriptionAction.NEW, SubscriptionAction.CREATE, SubscriptionAction.PLAN, SubscriptionAction.EDIT})
MOST_SUGGESTIONS = 5
#: Longer texts are not suggested; each suggestion is parsed.
_LONGEST_SUGGESTION = 1_000
#: The least similarity at which a word counts as a typo of another (1: the same word); cities need more, as many have short names.
_NEAR_CITY = 0.8
_MOST_WORDS, _MOST_EACH, _SHORT = 30, 3, 3

_DAY_WORDS = (
    "every", "daily", "weekdays", "weekday", "weekends", "weekly", "monthly", "month", "first", "second", "third", "last",
    *WEEKDAYS, *(f"{day}s" for day in WEEKDAYS), *MONTHS,
)  # fmt: skip
#: Words that are never a typo.
_KNOWN = (
    frozenset({*_DAY_WORDS, *EVERYBODY, *PARTS, "each", "of", "noon", "midnight", "uhr", "o'clock", "am", "pm", "cron", "zone", "without"})
    | frozenset({"today", "tomorrow", "tonight", "next", "one", "digest", "day", "days"})
    | FILLERS
)

#: Words that distinguish a rhythm from a day in the past.
_RHYTHM_WORDS = frozenset({"every", "each", "weekly", "monthly", "quarterly", "biweekly", "fortnightly"})
_ANYWHERE = ParsingPlace()
#: What is set up instead of a digest, and hours of days that are over: "acme from 8am to noon yesterday".
_NO_DIGEST = lazy_regex(
    r"(?:please |(?:can|could) you )*remind (?:me|us) (?:.*\b)?to [a-z].*"
    r"|.*\b(?:goals?|targets?|alerts?|watch(?:es)?)\b.*|(?!.*digest).* (?:is|would be) (?:more than )?(?:enough|plenty|fine|ok)\b.*"
    r"|(?:what|how|why) (?:happened|went|did|was|were)\b.*"
    r"|(?!.*(?:(?<!yester)days?\b|ly\b|every|each|digest|send|post|remind))"
    r".*\b(?:yesterday|ago|(?:last|past|this|previous) (?:week|month|quarter|year|weekend))\b.*"
)
#: A day of the week with its date.
_DATED = lazy_regex(
    rf"\b(?:{WEEKDAY}|mon|tues?|wed|thu|fri|sat|sun),? (?:the )?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th|\.)?(?: of)?[ -]{MONTH}(?: \d{{4}})?|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?! ?:)"
    r"|\d{1,2}\.\d{1,2}\.(?:\d{4})?)(?!\S)"
)
_OF_EACH = lazy_regex(r".* of the (?:month|quarter|year)|(?:the )?(?:first|1st) (?:working|business) day")
#: A day that is over, or the last of each month.
_LAST_DAY = any_case(rf"(?<!every )(?<!each )(?<!the )(?<!monthly )\blast ({'|'.join(WEEKDAYS)})\b(?! (of|in) )")
#: What is asked for by the hour otherwise are figures.
_SENT = lazy_regex(rf"\b(?:{'|'.join(DIGEST_WORDS)}|send|post|report|update)\b|^hourly$")
_SHORT_NAME = 2
_A_NUMBER = rf"\d{{1,2}}|{'|'.join(NUMBER_WORDS)}"


def digest_of_schedule(text: str) -> str:
    """The digest command of a text that says days and a time, or an action and a digest's id ("pause 3f2a"); "" for any other text.

    Raises BadSchedule for days that may be over: "acme last tuesday 9am".
    """
    joined = " ".join(tokenize(text)).lower()
    if PERIOD.fullmatch(joined) or _NO_DIGEST.fullmatch(joined) or ("hourly" in joined.split() and not _SENT.search(joined)):
        return ""
    try:
        tokens = DigestTokens.of(with_clock(text))
        if tokens.words[1:] and AN_ID.fullmatch(tokens.words[1].lower()) and tokens.words[0].lower() in ACTION_WORDS:
            return f"{DIGEST} {text.strip()}"
        found = find_schedule(tokens.words, halves=True)
    except UsageError:
        return f"{DIGEST} {text.strip()}" if says_when(tokenize(text)) else ""
    if dated := _DATED.search(joined):
        # The day of "monday 16 nov" and "tuesday 17.11." is no hour.
        with suppress(BadSchedule):
            if not find_schedule(f"{joined[: dated.start()]} {joined[dated.end() :]}".split(), halves=True):
                return ""
    says_days = found is not None and not found.cron.endswith(OMITTED)
    is_rhythm = says_days and not (_RHYTHM_WORDS | DIGEST_WORDS).isdisjoint(word.lower() for word in tokens.words)
    timed = bool(tokens.crons) or (found is not None and not is_half(found.cron))
    if is_rhythm and not timed and found and (PARTS_OF_PERIOD.search(joined) or _is_about_a_period(tokens.words, found.spans)):
        return ""
    if timed and (day := _LAST_DAY.search(text)) and not DIGEST_WORDS.intersection(joined.split()):
        each = f"{text[: day.end()]} of the month{text[day.end() :]}".strip()
        raise BadSchedule(TWO_RHYTHMS.format(words=day[0]), remedy=SAY_ONE, suggestions=(f"{DIGEST} {each}", text[: day.end()].strip()))
    left = {word.lower() for word in without(tokens.words, found.spans)} - FILLERS if found else set()
    # Beside an account at most.
    is_each = says_days and _OF_EACH.fullmatch(joined) and len(left) <= _SHORT_NAME and left.isdisjoint(METRIC_WORDS)
    is_sent = says_days and tokens.words[0].lower() in ("send", "post", "share", "remind", "set", "setup", "schedule", "automate")
    return f"{DIGEST} {text.strip()}" if timed or is_rhythm or is_sent or is_each else ""


def _is_about_a_period(words: Sequence[str], spans: Iterable[tuple[int, int]]) -> bool:
    """Whether there is a period with the rhythm: "weekly numbers for q3" asks for its weeks; a digest's first and last day do not count."""
    left = without(words, (*spans, *find_dates(words, date.min)[0]), COMMA)
    return PERIOD.search(" ".join(left).lower()) is not None


def may_name_a_digest(word: str) -> bool:
    """Whether a word can name a digest: it is neither part of a schedule nor a zone, nor takes away a digest's dates."""
    return word != ALWAYS and not says_when((word,)) and zone_of_place(word) is None


def read_digest(text: str, directory: Directory, where: ParsingPlace = _ANYWHERE) -> DigestCommand:
    """Parses a digest command, whose first word is "digest" or "history", written at ``where`` ("here", "to me").

    Raises NotUnderstood, UnknownAccount, AmbiguousAccount, and BadSchedule for a time or zone that cannot be one.
    """
    check_length(text)
    text, options = take_options(text, directory)
    text, also = without_also(re.sub(r"\bbut (?=without\b)", "", plainly(text)))
    try:
        command = _read(text, directory, where)
    except UsageError as error:
        meant, own = (
            [words for words in suggested if len(words) <= _LONGEST_SUGGESTION and _can_be_asked(words, directory, where)]
            for suggested in (_corrections(text, directory), with_clear_date(text, where.today) or error.suggestions)
        )
        found = tuple(dict.fromkeys((*meant, *own)))[:MOST_SUGGESTIONS] or _always(text, directory)
        error.suggestions = tuple(_with_options_again(words, options, directory, where) for words in found)
        error.remedy = did_you_mean(found) if meant else error.remedy
        raise
    if options and command.action not in _WITH_OPTIONS:
        raise NotUnderstood(NO_OPTIONS.format(option=first_named(options)), suggestions=(f"{DIGEST} {SubscriptionAction.LIST}",))
    draft = replace(command.draft, options=options) if options else command.draft
    if also and command.action is SubscriptionAction.EDIT:
        draft = replace(draft, channels=tuple(f"{ADDED}{channel}" for channel in draft.channels))
    return replace(command, draft=draft)


def _with_options_again(words: str, options: OptionChanges, directory: Directory, where: ParsingPlace) -> str:
    """A suggested command with the options of the original one, where it can have them."""
    if options and begins_with(words, DIGEST_WORDS) and _read(words, directory, where).action in _WITH_OPTIONS:
        return " ".join((words, *option_words(options)))
    return words


def _always(text: str, directory: Directory) -> tuple[str, ...]:
    """Commands that are always valid: about the digest in the text, else the first about the account in it or one of the person's."""
    action, which = (*text.split()[1:3], "", "")[:2]
    if action.lower() in ACTION_WORDS and AN_ID.fullmatch(which):
        about = (f"{DIGEST} {one} {which}" for one in (SubscriptionAction.EDIT, SubscriptionAction.SHOW))
        return (*about, f"{HELP} {DIGEST}s")
    first = next((name_word(account, directory.accounts) for account in directory.accounts), "")
    named = subject(tokenize(text)[1:], directory)[0] or first
    own = (f"{DIGEST} {named} every Monday 9:00",) if named else ()
    return (*own, f"{DIGEST} {SubscriptionAction.LIST}", f"{HELP} {DIGEST}s")


def _read(text: str, directory: Directory, where: ParsingPlace) -> DigestCommand:
    tokens = DigestTokens.of(with_clock(text))
    first, words = tokens.words[0].lower(), _after_commas(in_english(tokens.words[1:], lambda word: bool(matching(word, directory))))
    if first == SubscriptionAction.HISTORY:
        words = (SubscriptionAction.HISTORY, *words)
    elif not words and tokens.words_only:
        return DigestCommand(SubscriptionAction.NEW if first == DIGEST else SubscriptionAction.LIST)
    if words and _is_id(words[0], directory):
        rest = _after_commas(words[1:]) or (() if tokens.channels or tokens.crons else (SubscriptionAction.SHOW.value,))
        # "3f2a pause", and "3f2a tuesdays", which changes it.
        changes = not rest or ACTION_WORDS.get(rest[0].lower()) in (None, SubscriptionAction.NEW)
        words = (SubscriptionAction.EDIT.value, words[0], *rest) if changes else (*rest, words[0])
    if words and words[0].lower() in SIGNS and begins_name(words[1:], directory) and not says_when(words):
        # "Digest: include bob as well".
        words = (SubscriptionAction.EDIT.value, *(word for word in words if word.lower() not in ("as", "well", "too")))
    action, asked = _action(words), AskedDigest(tokens, directory, where)
    if action is SubscriptionAction.PAUSE and (days := DAYS_OFF.search(paused := " ".join(("", *words[1:])))):
        # "Pause from 24 dec to 6 jan".
        action, words = SubscriptionAction.EDIT, tuple(f"edit {paused[: days.start()]} except {paused[days.end() :]}".split())
    if action in (SubscriptionAction.PREVIEW, SubscriptionAction.NOW) and (tokens.crons or _says_when(words[1:], directory)):
        action, words = None, words[1:]
    if action is None:
        return DigestCommand(SubscriptionAction.PLAN, draft=read_draft(words, asked))
    return _asked(action, words[1:], asked)


def _corrections(text: str, directory: Directory) -> Iterator[str]:
    """The command with unknown words replaced by near ones, the nearest first."""
    try:
        tokens = DigestTokens.of(text)
    except UsageError:
        return
    first, *words = tokens.words
    timed = bool(tokens.crons) or says_when(words)
    actions = [word for word, action in ACTION_WORDS.items() if action in _WITH_TIME or not timed]
    for meant in _corrected(words, directory, (*actions, HELP)):
        yield f"{first.lower()} {meant}{tokens.in_cron}{tokens.in_channel}".replace(f" {COMMA}", COMMA)


def _can_be_asked(text: str, directory: Directory, where: ParsingPlace) -> bool:
    """Whether a text is a valid command; help always is."""
    return not begins_with(text, DIGEST_WORDS) or is_read(lambda: _read(take_options(text, directory)[0], directory, where))


def _after_commas(words: Sequence[str]) -> tuple[str, ...]:
    start = next((at for at, word in enumerate(words) if word != COMMA), len(words))
    return tuple(words[start:])


def _is_id(word: str, directory: Directory) -> bool:
    """Whether a word is the beginning of a digest's id, and no account's name."""
    return AN_ID.fullmatch(word.lower()) is not None and not matching(word, directory)


def _says_when(words: Sequence[str], directory: Directory) -> bool:
    """Whether these words contain a schedule and are not just an account's name ("Weekly News")."""
    return says_when(words) and not matching(" ".join(words), directory)


def _action(words: Sequence[str]) -> SubscriptionAction | None:
    if not words or (len(words) > 1 and words[0].lower() in EVERYBODY):
        return None
    return ACTION_WORDS.get(words[0].lower())


def _asked(action: SubscriptionAction, words: Sequence[str], asked: AskedDigest) -> DigestCommand:
    if action in (SubscriptionAction.CREATE, SubscriptionAction.NEW):
        return DigestCommand(action, draft=read_draft(words, asked))
    which = [word for word in words if word.lower() not in BETWEEN]
    if action is SubscriptionAction.SKIP and (many := next((word for word in which if re.fullmatch(_A_NUMBER, word.lower())), "")):
        # "Skip the next two".
        which.remove(many)
        return DigestCommand(action, " ".join(which).replace('"', ""), change=f"next {number_in(many)}")
    if action in (SubscriptionAction.EDIT, SubscriptionAction.MOVE):
        digest = which[0] if which and _is_id(which[0], asked.directory) else ""
        rest = with_target(words[words.index(digest) + 1 :] if digest else words)
        return DigestCommand(action, *read_change(action, digest, rest, asked))
    if action is SubscriptionAction.LIST and which:
        raise NotUnderstood(f"`digest {action}` takes no other words.", suggestions=(f"{DIGEST} {action}",))
    if action is SubscriptionAction.PAUSE and (until := until_day(words, asked.where.today)):
        at, dates = until
        named = [word for word in words[:at] if word.lower() not in BETWEEN]
        return DigestCommand(action, " ".join(named).replace('"', ""), DigestDraft(dates=dates))
    if action is SubscriptionAction.JOIN:
        return DigestCommand(action, " ".join(which), DigestDraft(channels=asked.tokens.channels))
    if not asked.tokens.words_only:
        there = (f"{DIGEST} {action}", f"{DIGEST} {SubscriptionAction.EDIT} also{asked.tokens.in_channel}")
        where, each = (NOW_WHERE, there) if action is SubscriptionAction.NOW else ("", (f"{DIGEST} {SubscriptionAction.LIST}",))
        raise NotUnderstood(where or f"`digest {action}` needs only the digest: `digest {action} 3f9a`.", suggestions=each)
    return DigestCommand(action, " ".join(which).replace('"', ""))


def _corrected(words: Sequence[str], directory: Directory, actions: Sequence[str]) -> Iterator[str]:
    """Texts in which unknown words are replaced by near ones; none where a word has no near one.

    ``actions`` are words of which the first word may be a typo.
    """
    if len(words) > _MOST_WORDS:
        return
    each = [_near_words(word, directory, actions if at == 0 else (), zones=at > 0) for at, word in enumerate(words)]
    for choice in islice(product(*each), MOST_SUGGESTIONS):
        if list(choice) != list(words):
            yield " ".join(choice)


def _near_words(word: str, directory: Directory, actions: Sequence[str], *, zones: bool) -> tuple[str, ...]:
    """The word itself where it is known, else near words, at most three."""
    lower = word.lower()
    if lower in actions or _is_known(word, directory):
        return (word,)
    known = (*actions, *_DAY_WORDS)
    found = [near for near, _ in near_words(word, known, most=_MOST_EACH) if len(lower) > _SHORT or near[0] == lower[0]]
    # "Monday" and "mondays" say the same.
    found = [near for at, near in enumerate(found) if near.removesuffix("s") not in {one.removesuffix("s") for one in found[:at]}]
    found += [name_word(account, directory.accounts) for account, _ in near_spellings(word, directory)]
    if zones and not found and lower not in HOLIDAYS:
        found += [zone for zone in near_zones(lower) if near_words(lower, (zone.rpartition("/")[2].lower(),), most=1, least=_NEAR_CITY)]
    return tuple(found[:_MOST_EACH])


def _is_known(word: str, directory: Directory) -> bool:
    lower = word.lower()
    known = is_quoted(word) or not lower.isalpha() or lower in _KNOWN or zone_of_place(lower)
    return bool(known or says_when((word,)) or matching(word, directory))
