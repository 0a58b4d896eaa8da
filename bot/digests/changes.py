"""Reads what a command changes of a digest, and until when one is paused: "edit 3f2a fridays add bob", "pause 3f2a until 7 jan"."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from msgspec.structs import replace

from bot.digests.command import DIGEST, ZONE, DigestDraft, changed_draft, which_word
from bot.digests.draft import AskedDigest, DraftParser, account_ids
from bot.digests.draft_errors import LEADS, unknown_words
from bot.digests.reports import ADDED, TAKEN_AWAY
from bot.digests.words import FoundNames
from bot.errors import BadSchedule, NotUnderstood
from bot.lazy_regex import any_case
from bot.management.actions import SubscriptionAction
from bot.parsing.account_names import EVERYBODY, matching
from bot.parsing.dates import USUAL_HOLIDAYS
from bot.parsing.text import NUMBER_WORDS, number_in
from bot.parsing.vocabulary import ACCOUNTS, COMMA, FILLERS, METRIC_WORDS
from bot.schedules.dates import PAST, PAST_REMEDY, ScheduleDates, after, read_date
from bot.schedules.explain import TWO_TIMES_REMEDY
from bot.schedules.parser import OMITTED, half, shifted_time, signed_days
from bot.schedules.timezones import unknown_zone, zone_of_place, zones_of_city
from bot.schedules.tokens import time_of_day
from bot.statistics.reports import Directory

WHICH_OR_ACCOUNTS = "“{digest}” names the digest, but I can't tell what “{accounts}” is for."
WHICH_OR_ACCOUNTS_REMEDY = "Put the digest's accounts after the word `accounts`:"
MOVE_ALONE = "`digest move` changes a digest's channel, not its accounts."
MOVE_ALONE_REMEDY = "Name the digest by one account, or by its id (`digest list` shows them), and the channel."
WHOLE_DAYS, LEAVE_TIME_OUT = "A pause ends at the beginning of a day, not at a time.", "Leave the time out:"
PAUSE_OR_END = "Pause it now, or let it end before that day; days off have a first and a last day (`from 1 dec to 7 jan`):"
ONE_TIME = "A digest comes at one time of day; a second digest can come at another."
#: Words before the accounts that a change adds to a digest, or takes out of it.
SIGNS = dict.fromkeys(("add", "include", "also"), ADDED) | dict.fromkeys(("remove", "exclude", "drop", "without"), TAKEN_AWAY)

#: The words before the day on which a paused digest comes again, and before the length of the pause.
_UNTIL, _FOR = frozenset({"until", "till", "til"}), "for"
_A_WHEN = r"((on|at) )?(\S*days?\b|\d{1,2}(:\d\d)?( ?[ap]m)?\b|noon)"
#: "Fridays too", "also on fridays", "not on fridays".
_DAYS_CHANGED = any_case(
    rf"(?P<name>(\S+ ){{0,4}}?)(((also|add|include|plus) )?(?P<what>{_A_WHEN}.*?)( ,)? (too|also|as well)"
    rf"|(also|add|include|plus) (?P<more>{_A_WHEN}.*)|(no|not|never|remove|drop|skip|without|except)( more)?"
    r" (?P<gone>((on|at) )?(the )?(?!\S*holidays)(\S*days|weekends)\b.*))"
)
_PART_OF_DAY = any_case(r"((in|at) )?(the )?(?P<part>morning|afternoon|evening|night)s?")
_CLOCK_OF = any_case(r"((in|on) )?(?!(lunch|tea|dinner|break|that|this|same|any|what)\b)(?P<place>[a-z]+( [a-z]+)?) time")
#: "An hour later", "30 minutes earlier": from the time at which it comes.
_SHIFTED = any_case(
    rf"((?P<way>back|out|forward|up) )?(by )?(?P<n>half an|(a )?quarter of an|an?|\d{{1,3}}|{'|'.join(NUMBER_WORDS)})( (?P<half>half))?"
    r" ?(?P<unit>hours?|hrs?|h|minutes?|mins?|m)(?(way)( (later|earlier))?| (?P<to>later|earlier|sooner))( (than (now|that)|please|pls))?"
)
#: "A day later".
_DAYS_LATER = any_case(rf"(by )?(an?|\d{{1,2}}|{'|'.join(NUMBER_WORDS)}) (days?|weeks?) (later|earlier|sooner)")
SAY_DAY = "Say the day, like `every tuesday`, or change it in the form:"
_WITH_TIME = any_case(
    r"(?P<day>\S.*?)??,? ?\b(at )?(noon|midnight|\d{1,2}(:\d\d)? ?[ap]m|\d{1,2}:\d\d|(this |in the )?(morning|afternoon|evening)|tonight)"
)


def until_day(words: Sequence[str], today: date) -> tuple[int, str] | None:
    """Where "until 7 jan" or "for 2 weeks" begins among the words behind "pause", and the day as dates to store; None without either.

    Raises BadSchedule: there is no date after "until", or one that is over.
    """
    for at, word in enumerate(words):
        text = " ".join(word for word in words[at + 1 :] if word != COMMA)
        if word.lower() in _UNTIL and (timed := _WITH_TIME.fullmatch(text)):
            day = timed["day"] or "tomorrow"
            words = " ".join(one for one in words[:at] if one != COMMA)
            raise BadSchedule(WHOLE_DAYS, remedy=LEAVE_TIME_OUT, suggestions=(f"{DIGEST} pause {words} until {day}".replace("  ", " "),))
        if word.lower() == "from":
            which, last = " ".join(words[:at]), read_date(text, today) - timedelta(days=1)
            ways = (f"{DIGEST} pause {which}", f"{DIGEST} edit {which} until {last}")
            raise BadSchedule("A pause begins at once.", remedy=PAUSE_OR_END, suggestions=ways)
        read = after if word.lower() == _FOR else read_date if word.lower() in _UNTIL else None
        try:
            day = read(text, today) if read else None
        except BadSchedule as error:
            if usual := next((days for name, days in USUAL_HOLIDAYS.items() if name in text.lower()), ""):
                until = read_date(usual.rpartition(" to ")[2], today) + timedelta(days=1)
                error.suggestions = (f"{DIGEST} pause {' '.join(words[:at])} until {until}".replace("  ", " "),)
            raise
        if day is None:
            # "For" may also stand before whose digest it is.
            continue
        if day <= today:
            raise BadSchedule(PAST.format(words=text), remedy=PAST_REMEDY)
        return at, ScheduleDates(first=day).words
    return None


def read_change(action: SubscriptionAction, which: str, words: Sequence[str], asked: AskedDigest) -> tuple[str, DigestDraft]:
    """The digest's name in the command ("" for the only one), and the draft of its changes.

    The name comes first: the beginning of its id, or an account. Its accounts change only where accounts follow an id or the word
    "accounts". ``which``: the beginning of its id, where the words begin with one. Raises UsageError.
    """
    lead = " ".join(filter(None, (DIGEST, action, which)))
    if time := _time_in(" ".join(words), lead):
        return which, DigestDraft(cron=time)
    if _DAYS_LATER.fullmatch(" ".join(words)):
        raise BadSchedule("I move a digest by hours or minutes, not by days.", remedy=SAY_DAY, suggestions=(lead,))
    parser = DraftParser(asked, lead, halves=True, names_digest=not which)
    if (more := _DAYS_CHANGED.fullmatch(" ".join(words))) and not (which and more["name"]):
        digest, draft = read_change(
            action, which, re.findall(r'"[^"]*"|\S+', more["name"] + (more["gone"] or more["what"] or more["more"])), asked
        )
        if cron := signed_days(draft.cron, TAKEN_AWAY if more["gone"] else ADDED):
            return digest, replace(draft, cron=cron)
        if draft.cron and not draft.cron.startswith(OMITTED) and not more["gone"]:
            raise BadSchedule(ONE_TIME, remedy=TWO_TIMES_REMEDY, suggestions=(f"{parser.lead} {more['what'] or more['more']}",))
    at, *others = [at for at, word in enumerate(words) if word.lower() in SIGNS and begins_name(words[at + 1 :], asked.directory)] or [-1]
    if which and others:
        # "Remove acme and add bob".
        (_, first), (_, then) = (read_change(action, which, some, asked) for some in (words[: others[0]], words[others[0] :]))
        return which, replace(changed_draft(first, then), accounts=(*first.accounts, *then.accounts))
    digest, sign = which, "" if at < 0 else SIGNS[words[at].lower()]
    words = [ACCOUNTS if place == at else word for place, word in enumerate(words)]

    def settle(names: FoundNames) -> DigestDraft:
        nonlocal digest
        digest, accounts = (which, names.accounts) if which else _named_first(action, names, parser)
        if names.unknown:
            raise unknown_words(names.unknown, parser)
        if action is SubscriptionAction.MOVE and accounts:
            raise NotUnderstood(MOVE_ALONE, remedy=MOVE_ALONE_REMEDY, suggestions=(f"{DIGEST} {action} {which_word(digest)}".strip(),))
        return replace(parser.draft, accounts=tuple(f"{sign}{one}" for one in account_ids(accounts, parser)))

    draft = parser.read(words, settle)
    return digest, draft


def _time_in(words: str, lead: str) -> str:
    """Half of a schedule for "an hour later" and "in the evening"; "" for other words. Raises BadSchedule: the time of no zone."""
    if shift := _SHIFTED.fullmatch(words):
        return shifted_time(_minutes(shift))
    place = _CLOCK_OF.fullmatch(words)
    if place and not (zone_of_place(place["place"]) or zones_of_city(place["place"])):
        raise unknown_zone(place["place"], f"{lead} {ZONE}")
    part = _PART_OF_DAY.fullmatch(words)
    clock = time_of_day(part["part"].lower()) if part else None
    return half(time=f"{clock[1]} {clock[0]}") if clock else ""


def _minutes(shift: "re.Match[str]") -> int:
    """How many minutes later a digest is to come; earlier is less than 0."""
    number, unit = shift["n"].lower(), shift["unit"].lower()
    part = next((minutes for word, minutes in {"half": 30, "quarter": 15}.items() if word in (*number.split(), shift["half"])), 0)
    minutes = part or (1 if number in ("a", "an") else number_in(number)) * (60 if unit[0] == "h" else 1)
    return minutes if (shift["way"] or shift["to"]).lower() in ("back", "out", "later") else -minutes


def begins_name(words: Sequence[str], directory: Directory) -> bool:
    first = next((word for word in words if word.lower() not in FILLERS), "")
    return first.lower() in EVERYBODY or first.lower() in directory.groups or bool(first and matching(first, directory))


def _named_first(action: SubscriptionAction, names: FoundNames, parser: DraftParser) -> tuple[str, list[str]]:
    """The digest's name and the accounts after it; a first name that no account has also names the digest (an id, or a typo)."""
    border = len(names.accounts) if names.border is None else names.border
    before, accounts = names.accounts[:border], names.accounts[border:]
    is_name = names.unknown.partition(" ")[0].lower() not in LEADS | {"or"}
    if is_name and names.unknown and not names.unknown_at and not before and not METRIC_WORDS.keys() >= {*names.unknown.lower().split()}:
        before, names.unknown = [names.unknown], ""
    digest, *others = before or [""]
    digest = digest.strip('"')
    if others and action is SubscriptionAction.EDIT:
        lead = " ".join(filter(None, (DIGEST, action, which_word(digest), parser.when)))
        sentence = WHICH_OR_ACCOUNTS.format(digest=digest, accounts=", ".join(others).replace('"', ""))
        raise NotUnderstood(sentence, remedy=WHICH_OR_ACCOUNTS_REMEDY, suggestions=(f"{lead} {ACCOUNTS} {', '.join(others)}", lead))
    return digest, [*others, *accounts]
