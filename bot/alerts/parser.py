"""Reads commands about alerts: "alert acme impressions +50% week min 500 weekdays at 8:30 in #marketing" → an AlertCommand.

::

    text ─ channel, quoted names, signs ─┬ an action first: list, pause 1a2b, test 1a2b, … ──────────────────────────────┐
                                         └ quiet, cool-down, minimum, condition, when, window, figure; the rest: who ─┴→ AlertCommand
"""

import re
from collections.abc import Collection
from functools import partial

from msgspec.structs import replace

from bot.alerts.condition_words import FALLING, RISING
from bot.alerts.rule import ALERT, ENGAGEMENT, EXAMPLES, MOST_SNOOZE_DAYS, AlertCommand, AlertDraft, AlertRule
from bot.alerts.rule_parser import changed, goal_instead, other_days, rule_of, with_amount
from bot.alerts.rule_parts import ONE_EACH_REMEDY, TITLE_QUOTES, AlertText, RuleParts
from bot.errors import SAY_WHICH, BadSchedule, NotUnderstood, UnknownAccount, UsageError
from bot.lazy_regex import any_case, lazy_regex
from bot.management.actions import AN_ID, NO_DIRECT, NO_DIRECT_REMEDY, SNOOZE_DAYS, TO_ME, NotPossible, SubscriptionAction, words_of_actions
from bot.parsing.account_names import matching, name_word, names_inside, near_spellings, refuse_left_out
from bot.parsing.dates import HOLIDAYS
from bot.parsing.languages import sentence_in
from bot.parsing.last_command import joined
from bot.parsing.period_finder import PERIOD
from bot.parsing.reasons import GIVEN, NOT_GIVEN, not_given
from bot.parsing.suggestions import DID_YOU_MEAN_ONE, MOST_NAMED, NO_MEANING, is_read, several_accounts
from bot.parsing.text import AMOUNT, NO_CHANNEL_ID, NUMBER_WORDS, check_length, excerpt, nearest_word
from bot.parsing.vocabulary import FILLERS, METRIC_NAMES, METRIC_WORDS, NO_FIGURE, RATE_WORDS, tokenize
from bot.schedules.explain import rhythms
from bot.schedules.timezones import MOST_ZONE_WORDS, meant_as_zone, unknown_zone, zone_of_city, zone_of_place, zones_of_city
from bot.schedules.tokens import NOT_AT
from bot.statistics.reports import TEAM, Directory

SNOOZE_LONG = "An alert can be silent for {most} days at most; `alert pause` stops it for good."
NO_ACCOUNT = "I didn't understand “{name}”: it isn't an account, a group or a word that alerts use."
NO_ACCOUNT_REMEDY = "`accounts` lists the accounts. An alert reads like this:"
NOT_POSTED = "I can't tell when nothing was posted: a post written on LinkedIn itself isn't known here."
NOT_POSTED_REMEDY = "An alert tells you when figures fall, and a watch of each post that goes live:"
NOT_AGAINST = "An alert compares an account with a limit or with itself before, not with another account."
COMPARE_THEM = "`acme vs bob last week` compares two, when you ask:"
ONE_ACCOUNT = "An alert is about one account, a group or the team."
GOES_ON, LEAVE_OUT = "An alert goes on until it is paused or deleted, so “{name}” has no place in it.", "Leave it out:"
SAY_UNTIL = "Say until when, like `pause it until 7 jan`, or leave out weekends:"
CHOOSE_CHANNEL = "Type # and choose the channel from Slack's list."
SAY_DAYS = "Leave it out, or name days and a time, like `weekdays at 8:30`:"

#: Changes that are possible for any alert.
CHANGES = ("+40% min 200", "weekdays at 8:30")
MOST_CHARACTERS = 1_000

ACTIONS = words_of_actions(
    {
        SubscriptionAction.TEST: ("test", "try", "preview"),
        SubscriptionAction.SNOOZE: ("snooze", "mute"),
        SubscriptionAction.EDIT: ("update", "move"),
    }
)
#: "(Mute the alert) over the weekend".
_SILENT = lazy_regex(
    r"(?i)(?P<which>.*?)(?:^| )(?:(?:until|till?) ?(?P<until>.*)|(?P<when>(?:from|starting|as of|beginning|over|during|between|on) .*))"
)
_BETWEEN = frozenset({"the", "next", "it", "please", ALERT, "for", "of", "one", "about", "on"})
_CREATE_WORDS = frozenset({"create", "new", "add", "set", "me", "us", "when", "if"})
#: What the words do after which the form is opened.
FORM_ACTIONS = ACTIONS | dict.fromkeys(_CREATE_WORDS, SubscriptionAction.CREATE)
#: Words that are ignored here, in addition to the general ones.
_AROUND = FILLERS | {
    "when", "whenever", "if", "than", "compared", "against", "per", "goes", "go", "going", "gets", "change", "changes", "or", "any", "once",
    "before", "have", "has", "had", "vs", "versus", "previous", "group", "surge", "surges", "happens", "as", "soon", "anything",
    "something", "we", "there", "too", "also", "only", "instead", "fire", "fires", "trigger", "triggers", "wins", "&", "+", "receives",
    "but", "stuff", "stay", "stays", "flat", "stagnate", "stagnates", "stall", "stalls", "viral", "through", "roof", "dry",
}  # fmt: skip
_MOVES = any_case(rf"{RISING}|{FALLING}|way|far|well|suddenly|sharply|significantly|drastically|massively")
#: What an alert cannot be about: that nothing was posted.
_NOT_POSTED = any_case(
    r"\b((nothing|no one|nobody|none|no (new )?posts?)\b( (?!comment|lik|react|shar|repl|view|see|engag)\S+){0,3}"
    r" (post\w*|publish\w*|live|out)|(has|have|did|do|does)(n't| not)( (?!get\b|reach|hit|have\b)\S+){0,3} (post|publish)\w*"
    r"|no (new )?posts?\b|stops? posting)"
)
_BOTH_WAYS = any_case(r"\b((both )?up (or|and) down|down or up|(in |for )?(both|either) (ways?|directions?))\b|\+/-|±")
_AGAINST = any_case(
    r"\b(beats?|overtakes?|outperforms?|passes|surpasses|(more|fewer|less|higher|lower)\s+\w+\s+than)\s+(?P<other>[a-z][\w'’&-]+)"
)
_IN_A_ROW = any_case(
    r"\b(for )?(\S+ )?(days?|weeks?|months?) (in a row|running|straight|on end|consecutively)\b",
    r"\b(for )?\S+ (consecutive|straight|successive) (days?|weeks?|months?)\b",
)
_AT_ONCE = any_case(r"\b(immediately|instantly|asap|right away|at once|in real[- ]?time|straight away)\b")
#: A title without quotes, until what cannot be one: a mention, a channel, the card.
_TITLED = lazy_regex(r"\btitled?:?\s+(?P<title>\S.*?)(?P<after>(?:\s+(?:for|to|in))?\s+<[@#!].*|\s+then\s+digest\b.*)?$", re.IGNORECASE)
_EVERYBODY = frozenset({TEAM, "all", "everyone", "everybody"})
_EDIT = any_case(r"((?P<before>[0-9a-f-]{4,36})\s+)?(edit|change|update|move)\b\s*((the|my|our|this|an?|alert|rule)\b\s*)*(?P<rest>.*)")
_QUOTED = lazy_regex(r"[\"“„](?P<name>[^\"“”„]+)[\"“”]")
_DAYS = any_case(rf"(?P<n>\d{{1,3}}|an?|{'|'.join(NUMBER_WORDS)})\s*(?P<unit>d|days?|w|weeks?|fortnights?|months?)|(?P<bare>\d{{1,3}})")
#: Words to correct typos with.
_KNOWN = (*METRIC_NAMES.values(), ENGAGEMENT, TEAM, "week", "weekly", "month", "monthly", "daily", "weekdays", "above", "below", *ACTIONS)
#: So many unknown words are looked up as accounts: each is compared with every name.
_MOST_WORDS, _IN_DAYS = 8, {"w": 7, "f": 14, "m": 30}


def read_alert(text: str, directory: Directory, groups: Collection[str]) -> AlertCommand:
    """The command in a text that begins with "alert".

    Raises:
        NotUnderstood: the text is not a valid command.
        UnknownAccount: a name that no account and no group has.
        AmbiguousAccount: a name that several accounts have.
        BadSchedule: a time or a zone that cannot be one.
    """
    try:
        return _read(text, directory, groups)
    except UsageError as error:
        own = (one for one in error.suggestions if not one.startswith(ALERT) or is_read(partial(_read, one, directory, groups)))
        error.suggestions = tuple(own) or EXAMPLES
        raise


def _read(text: str, directory: Directory, groups: Collection[str]) -> AlertCommand:
    check_length(text, MOST_CHARACTERS)
    text = re.sub(r"\b(?:every|each) time\b", "when", text.strip().partition(" ")[2], flags=re.IGNORECASE)
    parts = AlertText.of(text)
    words = tokenize(parts.text)
    if not words and not parts.names:
        return AlertCommand(SubscriptionAction.LIST)
    if words and AN_ID.fullmatch(words[0].lower()) and not matching(words[0], directory):
        words = (*(words[1:] or (SubscriptionAction.SHOW.value,)), words[0])
    if len(words) == 1 and words[0].lower() in _CREATE_WORDS and not parts.names:
        return AlertCommand(SubscriptionAction.NEW)
    if words and (action := ACTIONS.get(words[0].lower())):
        if action is SubscriptionAction.EDIT:
            return _edit(" ".join(text.split()), directory)
        return _with_action(action, words[1:], parts)
    return AlertCommand(SubscriptionAction.CREATE, draft=_draft(parts, directory, groups))


def _with_action(action: SubscriptionAction, words: tuple[str, ...], text: AlertText) -> AlertCommand:
    silent = action in (SubscriptionAction.PAUSE, SubscriptionAction.SNOOZE)
    found = _SILENT.fullmatch(" ".join(words)) if silent else None
    if found and found["when"]:
        each = joined(ALERT, action, found["which"]), joined(ALERT, SubscriptionAction.EDIT, found["which"], "weekdays")
        raise BadSchedule(f"An alert is silent from now on, and can't wait for “{found['when']}”.", remedy=SAY_UNTIL, suggestions=each)
    words, until = (tuple(found["which"].split()), found["until"]) if found else (words, "")
    named, days = [word for word in words if word.lower() not in _BETWEEN], SNOOZE_DAYS
    if silent and not until:
        before, days = _snooze(named, alone=not text.names)
        # "Pause it for 3 days" is a silence, "pause 3f2a" has no end.
        if action is SubscriptionAction.SNOOZE or (len(before) < len(named) and "for" in words):
            action, named = SubscriptionAction.SNOOZE, before
    which = [*named, *text.names]
    if until:
        return AlertCommand(SubscriptionAction.SNOOZE, " ".join(which).replace('"', ""), until=until)
    if action is SubscriptionAction.LIST and which:
        raise NotUnderstood(f"`alert {action}` takes no other words.", suggestions=(f"{ALERT} {action}",))
    return AlertCommand(action, " ".join(which).replace('"', ""), days=days)


def _edit(text: str, directory: Directory) -> AlertCommand:
    """The change of an alert: "edit 3f2a -30% month", "3f2a edit min 500", "change the alert to weekdays at 8"."""
    found = _EDIT.fullmatch(text)
    which, rest = (found["before"] or "", found["rest"]) if found else ("", "")
    if not which:
        which, rest = _named_first(rest, directory)
    rest = re.sub(r"\s*\binstead of \S+", "", rest)
    return AlertCommand(SubscriptionAction.EDIT, which.lower(), changes=re.sub(r"^(?:to|so that|with|by)\b", "", rest.strip()).strip())


def _named_first(text: str, directory: Directory) -> tuple[str, str]:
    """The id or the account that the text begins with, and the rest; "" and the whole text where it begins with neither."""
    if quoted := _QUOTED.match(text):
        return quoted["name"], text[quoted.end() :]
    words = text.split()
    end = next((end for start, end in names_inside(words, directory) if not start), 1)
    name = " ".join(words[:end])
    if AN_ID.fullmatch(name.lower()) or len(matching(name, directory)) == 1:
        return name, " ".join(words[end:])
    return "", text


def read_changes(rule: AlertRule, text: str, directory: Directory, groups: Collection[str], command: str) -> AlertDraft:
    """The alert that these words make of one with this rule; ``account``, ``cron``, ``zone`` and ``channel`` are "" where they stay.

    ``command``: the words before the change, "alert edit 3f2a", with which suggestions begin.

    Raises:
        NotUnderstood: the words change nothing, or the new rule makes no sense.
        UnknownAccount, AmbiguousAccount, BadSchedule: as ``read_alert``.
    """
    try:
        return _changed(rule, text, directory, groups)
    except UsageError as error:
        each = (words.removeprefix(ALERT).strip() for words in error.suggestions if words not in EXAMPLES)
        own = tuple(words for words in each if is_read(partial(_changed, rule, words, directory, groups)))
        error.suggestions = tuple(f"{command} {words}" for words in own or CHANGES)
        raise


def _changed(rule: AlertRule, text: str, directory: Directory, groups: Collection[str]) -> AlertDraft:
    if TO_ME.search(text):
        raise NotUnderstood(NO_DIRECT, remedy=NO_DIRECT_REMEDY)
    _refuse_both_ways(text, "Choose one, or set up another for the other:")
    taken = AlertText.of(text)
    parts = with_amount(RuleParts.of(taken), rule)
    account, who, zone = _watched(taken, parts, directory, groups)
    return AlertDraft(changed(rule, parts, who if who or account else rule.who), account, parts.cron, zone, taken.channel)


def _snooze(words: list[str], *, alone: bool) -> tuple[list[str], int]:
    """The words without the days that stand last among them, and so many days.

    Words that are ``alone`` must name the alert, if they can: a single one may be an id, and a number is one rather than days.
    """
    for length in (2, 1):
        before, last_words = words[:-length], " ".join(words[-length:])
        found = _DAYS.fullmatch(last_words)
        if not found or (alone and not before and (found["bare"] or AN_ID.fullmatch(last_words))):
            continue
        number = found["bare"] or found["n"].lower()
        days = int(number) if number.isdigit() else NUMBER_WORDS.get(number, 1)
        days *= _IN_DAYS.get((found["unit"] or "d")[:1].lower(), 1)
        if not 0 < days <= MOST_SNOOZE_DAYS:
            raise NotUnderstood(SNOOZE_LONG.format(most=MOST_SNOOZE_DAYS))
        return before, days
    return words, SNOOZE_DAYS


def _draft(text: AlertText, directory: Directory, groups: Collection[str]) -> AlertDraft:
    if _NOT_POSTED.search(NOT_AT.sub("", text.text)):
        raise NotUnderstood(NOT_POSTED, remedy=NOT_POSTED_REMEDY, suggestions=(f"{ALERT} impressions -50% week", "watch team"))
    if figure := NO_FIGURE.search(text.text.lower()):
        raise UnknownAccount(NOT_GIVEN.format(word=figure[0]), remedy=GIVEN, suggestions=EXAMPLES)
    if (against := _AGAINST.search(text.text)) and matching(against["other"], directory):
        raise NotUnderstood(NOT_AGAINST, remedy=COMPARE_THEM, suggestions=("team last week", f"{ALERT} impressions +50% week"))
    if run := _IN_A_ROW.search(text.whole):
        without = f"{ALERT} {' '.join(_IN_A_ROW.sub(' ', text.whole).split())}"
        raise NotUnderstood(f"An alert looks at one day, week or month, and not at “{run[0]}”.", remedy=LEAVE_OUT, suggestions=(without,))
    _refuse_both_ways(text.whole, "Set up one for each:")
    parts = RuleParts.of(text)
    account, who, zone = _watched(text, parts, directory, groups)
    parts = replace(parts, rest=" ".join((*text.names, *_left(parts))))
    return AlertDraft(rule_of(parts, who), account, parts.cron, zone, text.channel)


def _refuse_both_ways(text: str, remedy: str) -> None:
    if _BOTH_WAYS.search(text):
        each = tuple(f"{ALERT} {_BOTH_WAYS.sub(way, text)}" for way in ("up", "down"))
        raise NotUnderstood("An alert is about a rise or about a fall, not both.", remedy=remedy, suggestions=each)


def _watched(text: AlertText, parts: RuleParts, directory: Directory, groups: Collection[str]) -> tuple[str, str, str]:
    """The account's platform id, the team or group, and the zone that the words name; each "" where they name none."""
    left = _left(parts)
    # Without days and time a single word is rather an account.
    has_zone = not parts.zone and (parts.cron or text.names or len(left) > 1 or re.search(rf"\bin {re.escape(' '.join(left))}$", text.text))
    zone, left = _with_zone_behind(left, directory, parts.whole) if has_zone else (parts.zone, left)
    who, account = _who([*text.names, *left], directory, groups, text.whole)
    return account, who, zone


def _left(parts: RuleParts) -> list[str]:
    """The words that are no part of the rule and not ignored."""
    plain = (re.sub(r"['’]s$", "", word) for word in tokenize(parts.rest))
    return [word for word in plain if word.lower() not in _AROUND | _CREATE_WORDS and not _MOVES.fullmatch(word)]


def _with_zone_behind(words: list[str], directory: Directory, whole: str) -> tuple[str, list[str]]:
    """The zone that the last words name and the words before them; "" and all words when they name none, or an account."""
    for length in range(min(len(words), MOST_ZONE_WORDS), 0, -1):
        typed = " ".join(words[-length:])
        if matching(typed, directory):
            break
        if zone := zone_of_place(typed) or zone_of_city(typed):
            return zone, words[:-length]
        if meant_as_zone(typed) or zones_of_city(typed):
            error = unknown_zone(typed)
            error.suggestions = tuple(f"{ALERT} {whole.replace(typed, zone, 1)}" for zone in error.suggestions)
            raise error
    return "", words


def _who(words: list[str], directory: Directory, groups: Collection[str], whole: str) -> tuple[str, str]:
    """The team or group, or the account's platform id; both "" when none is named."""
    words = words[:-1] if words[1:] and words[-1].lower() == TEAM and words[-2].lower() in groups else words
    name = " ".join(words)
    plain = name.strip('"').lower()
    if not plain:
        return "", ""
    if plain in _EVERYBODY or plain in groups:
        return (TEAM if plain in _EVERYBODY else plain), ""
    found = matching(name, directory)
    if len(found) == 1:
        return "", found[0].platform_id
    if found:
        each = (whole.replace(name, name_word(one, directory.accounts), 1) for one in found[:MOST_NAMED])
        raise several_accounts(name, found, tuple(f"{ALERT} {text}" for text in each))
    refuse_left_out(words, directory, "An alert")
    spans = names_inside(words, directory)
    known = {at for start, end in spans for at in range(start, end)}
    known |= {at for at, word in enumerate(words[:_MOST_WORDS]) if matching(word, directory)}
    if len(known) == len(words) > 1:
        others = "|".join(map(re.escape, words))
        each = (re.sub(rf"\b(?:{others})\b(?:(?:,| and|,? ?[&+]) ?(?:{others})\b)*", word, whole, count=1) for word in words)
        raise NotUnderstood(ONE_ACCOUNT, remedy=ONE_EACH_REMEDY, suggestions=tuple(f"{ALERT} {text}" for text in each))
    unknown = [word for at, word in enumerate(words) if at not in known] or words
    raise goal_instead(whole) or other_days(unknown, whole) or _unknown(unknown, whole, directory)


def _unknown(words: list[str], whole: str, directory: Directory) -> UsageError:
    """The error for unknown words, with the nearest known words in their place."""
    if titled := _TITLED.search(whole):
        return NotUnderstood(
            TITLE_QUOTES, suggestions=(f'{ALERT} {whole[: titled.start()]}title "{titled["title"]}"{titled["after"] or ""}',)
        )
    if number := re.fullmatch(rf"(?P<n>{AMOUNT})\s*(?P<percent>%?)", " ".join(words)):
        signs = ("+", "-") if number["percent"] else ("> ", "< ")
        figure = "" if set(whole.lower().split()) & {*METRIC_WORDS, *RATE_WORDS} else " impressions"
        each = tuple(f"{ALERT} {whole.replace(number[0], f'{sign}{number[0]}', 1)}{figure}" for sign in signs)
        return NotUnderstood(f"More or less than “{number[0]}”?", remedy=SAY_WHICH, suggestions=each)
    if sentence := not_given(words):
        return UnknownAccount(sentence, remedy=GIVEN, suggestions=EXAMPLES)
    unlinked = next((NO_CHANNEL_ID.format(name=word[:60]) for word in words if word.startswith("#")), "")
    if unlinked or (foreign := sentence_in([word.lower() for word in words])):
        kind, remedy = (NotPossible, CHOOSE_CHANNEL) if unlinked else (NotUnderstood, "")
        return kind(unlinked or foreign, remedy=remedy, suggestions=EXAMPLES)
    at_once = ((found.start(), found.end(), None) for found in _AT_ONCE.finditer(whole))
    for start, end, _ in (*rhythms(whole), *at_once):
        each = tuple(" ".join(f"{ALERT} {whole[:start]} {whole[end:]} {more}".split()) for more in ("", "+50% week"))
        return BadSchedule(f"An alert is checked once a day at most, not “{whole[start:end]}”.", remedy=SAY_DAYS, suggestions=each)
    has_days = PERIOD.search(" ".join(words).lower()) or not {*HOLIDAYS}.isdisjoint(map(str.lower, words))
    text = rest = whole
    for word in words:
        accounts = () if has_days else (name_word(one, directory.accounts) for one, _ in near_spellings(word, directory))
        near = nearest_word(word, (*_KNOWN, *METRIC_WORDS)) or next(iter(accounts), "")
        text, rest = text.replace(word, near, 1) if near else text, " ".join(rest.replace(word, " ", 1).split())
    rest = re.sub(r"(?:[\s,;]+(?:to|by|of|for|and|in|at|on)\b)+$|[\s,;]+$", "", rest)
    sentence, remedy = (GOES_ON, LEAVE_OUT) if has_days else (NO_ACCOUNT, NO_ACCOUNT_REMEDY)
    if text != whole:
        sentence, remedy, rest = NO_MEANING, DID_YOU_MEAN_ONE, text
    said, figure = excerpt(" ".join(words)), "impressions " if METRIC_WORDS.keys().isdisjoint(rest.lower().split()) else ""
    instead = (f"{ALERT} {rest}", f"{ALERT} {rest} {figure}+50% week") if rest else ()
    return UnknownAccount(sentence.format(name=said, words=said), remedy=remedy, suggestions=instead)
