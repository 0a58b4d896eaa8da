"""What was refused since the last command, from which the next words go on, and what is refused of it: "can it compare with last year?"."""

import re
from datetime import datetime, timedelta

from bot.errors import BadSchedule, NotUnderstood, UsageError
from bot.lazy_regex import any_case
from bot.management import change_words
from bot.parsing import last_command
from bot.parsing.account_names import matching
from bot.parsing.courtesies import LONGEST_SENTENCE, is_greeting
from bot.parsing.dates import WEEKDAYS
from bot.parsing.follow_ups import IS_GOOD
from bot.parsing.languages import own_words
from bot.parsing.parser import parse_text
from bot.parsing.period_finder import PERIOD
from bot.parsing.reasons import REASON_WORDS
from bot.parsing.text import typos, word_set
from bot.parsing.vocabulary import ALERT, CHATTER, DIGEST, FIGURES, FILLERS, GOAL, KNOWN_WORDS, METRIC_NAMES, METRIC_WORDS, WATCH, tokenize
from bot.schedules.dates import dates_of, find_dates
from bot.schedules.parser import is_when_alone
from bot.statistics.reports import FULL_ID, Directory
from bot.storage.claims import LastQuestion

NOT_SET_UP, SAY_WHOLE = "That {kind} isn't set up, so there is nothing to change.", "Say it again as a whole, like this:"
NOT_YET, SET_IT_UP = "That digest isn't set up yet: nothing is posted.", "*Set It Up* below its preview does that. See it again:"
COMPARED = {
    DIGEST: "A digest compares each figure with the period before, and with no other.",
    ALERT: "An alert compares a day, a week or a month with the one before it, and with no other.",
}
ASK_OTHER = "Ask for the years when you need them:"
#: What a refused command sets up at once, by its verb, and one that is understood.
SET_UP_AT_ONCE = {GOAL: "goal impressions 50,000 month", ALERT: "alert impressions +50% week", WATCH: "watch team"}
#: What was refused: a change of the last command, or a question that named nothing else which is known; else what should be set up.
CHANGE, PAUSE, QUESTION = "change", "pause", "question"
#: Words of a change, or of a question about what is set up, that are often mistyped.
_CHANGE_WORDS = (*WEEKDAYS, *METRIC_NAMES.values(), *word_set(
    """instead which what when also skip stop check channel weekdays daily weekly monthly quarterly morning afternoon evening without until
    percent pause resume remove include change exclude title accounts quarter month week next tomorrow delete schedule"""
))  # fmt: skip
_ORDINARY = word_set("charge chance spot react remote mouth cheek parse creations")
_KNOWN = FILLERS | CHATTER | REASON_WORDS | METRIC_WORDS.keys() | {*KNOWN_WORDS, *_CHANGE_WORDS, *_ORDINARY}
#: Of words up to so many letters only one whose letters are all there is a typo.
_SHORT = 4
MISTYPED = "I didn't understand “{word}”. Did you mean “{near}”?"
#: Words around a question that ask for the card before, or for another one.
_ABOUT_A_CARD = word_set("again refresh reload sort sorted ranked order ordered split break better worse more performing update all")
#: How long after words were refused the next ones are what was meant.
MEANT_WITHIN = timedelta(minutes=5)
#: "Can it compare with last year?", which is about what is set up: "compare it …" is about its figures.
_COMPARES = any_case(
    r"\W*((and|so|ok)\W+)*((can|could|will|would|does|should|might) (it|this|that)|(make|have|let) (it|this|that))"
    r" (also )?(be )?compared?( (it|this|that|them))? (with|to|against|by) .*\byears?\b.*"
)
#: "Yes please", "looks good, set it up".
_AGREES = any_case(
    r"((what|do|must|should) )+i( (need|have) to)? (press|click|confirm|do)( (something|anything|it|now|next))*\W*",
    r"((yes|yep|yeah|yup|sure|ok|okay|great|perfect|nice|cool|confirm(ed)?|approved?|deal|let's do (it|that|this)|sounds good"
    r"|go (ahead|for it)|(set|start) it( up)?|do (it|that)|(create|save) it|(that |it |this )?(looks? (good|great|right|fine|ok)"
    r"|works( for (me|us))?)|that's (it|right|good|fine|perfect|great|the one)|please|then|so|to me)\b[\s,.!]*)+",
)
#: The words before a date of a digest.
LEAD = any_case(r"(until|till|from|starting|except|without|skip|not|no)( (on|in|over))?(?= )")


class Mistyped(NotUnderstood):
    """A change of what was set up has a word that is a typo; the sentence asks it back."""


def mistyped(text: str, names: Directory) -> Mistyped | None:
    """The error that asks back the first word that is a typo of one of a change: "let's do 150 insted"; None where there is none."""
    for word in re.findall(r"[a-z]{3,}(?!\S*[\w>:])", text.lower()) if len(text) <= LONGEST_SENTENCE and not own_words(text) else ():
        if not _KNOWN.isdisjoint((word, f"{word}s", word.removesuffix("s"))) or matching(word, names):
            continue
        for near in _CHANGE_WORDS:
            # "Deleted" is no typo of "delete", nor "cause" of "pause".
            is_near = len(near) > _SHORT and word[0] == near[0] and not word.startswith(near) and typos(word, near) == 1
            if is_near or sorted(word) == sorted(near):
                return Mistyped(MISTYPED.format(word=word, near=near))
    return None


def refuse_compared(text: str, command: str, subject: str) -> None:
    """Raises NotUnderstood for a digest or an alert that should compare with a year before, with that comparison of its account."""
    if command.startswith(tuple(COMPARED)) and _COMPARES.fullmatch(text):
        years = " ".join((*FULL_ID.findall(subject)[:1], "this year vs last year"))
        raise NotUnderstood(COMPARED[command.partition(" ")[0]], remedy=ASK_OTHER, suggestions=(years,))


def refuse_unset(text: str, last: LastQuestion | None, now: datetime) -> None:
    """Raises NotUnderstood for a change of what was refused before it was set up: "no, i meant comments" after "goal ann lots"."""
    refused = last.refused if last and not last.command and now - last.at < MEANT_WITHIN else ""
    changes = (last_command.change_in(text), *change_words.amendments(text, refused)) if refused in SET_UP_AT_ONCE else ()
    if any(changes) and not any(map(PERIOD.search, changes)):
        raise NotUnderstood(NOT_SET_UP.format(kind=refused), remedy=SAY_WHOLE, suggestions=(SET_UP_AT_ONCE[refused],))


def with_lead(text: str, last: LastQuestion | None, now: datetime) -> str:
    """The text behind the words whose date was refused: "until 7 jan" after "pause it until 32 jan", "31 jan" after "until 32 jan"."""
    if not last or not last.refused or now - last.at >= MEANT_WITHIN:
        return text
    when, lead = change_words.bare(text), last.refused.partition(" ")[2]
    if last.refused == PAUSE and re.match(r"(?:until|till|for) ", when):
        return f"pause it {when}"
    lead = "pause it until" if last.refused == PAUSE else lead
    begins = next((word for word in ("until", "till", "from", "starting") if word in lead.split()), "except")
    if not lead or not when or LEAD.match(when) or is_when_alone(when.split()):
        return text
    try:
        spans, words = find_dates((begins, *when.split()), now.date())
    except BadSchedule:
        return text
    dates = dates_of(words)
    first = next((day for day in (dates.first, dates.last, *dates.omitted) if day), None)
    # A date that was not long ago rather asks for figures.
    is_near = first is not None and first - now.date() < timedelta(days=270)
    return f"{lead} {when}" if is_near and spans == ((0, len(when.split()) + 1),) else text


def is_preview(command: str) -> bool:
    """Whether of a digest only a preview was shown: it is not set up yet."""
    return command.startswith(DIGEST) and " edit " not in command


def refuse_agreed(text: str, command: str) -> None:
    """Raises NotUnderstood for "yes" below the preview of a digest: a button sets it up."""
    if is_preview(command) and _AGREES.fullmatch(text):
        raise NotUnderstood(NOT_YET, remedy=SET_IT_UP, suggestions=(command,))


def of_preview(text: str, command: str, tries: tuple[str, ...]) -> tuple[str, ...]:
    """The changes of a digest of which only a preview was shown, "" shows it again; raises NotUnderstood for "pause it", "who gets it?"."""
    if not is_preview(command):
        return tries
    meant = last_command.action_on_last(text, edits := last_command.ANY_COMMANDS[0]) or last_command.begins_action(text)
    if meant.startswith("digest preview "):
        return ("",)
    if meant and not meant.startswith(edits):
        raise NotUnderstood(NOT_YET, remedy=SET_IT_UP, suggestions=(command,))
    return tries or ((meant.removeprefix(edits).strip(),) if meant else ())


def says_nothing(text: str, now: datetime) -> bool:
    """Whether a text has words, and none of them is about figures, days, an account or anything else that is known: "what is in it?"."""
    tokens = tokenize(text)
    try:
        words = parse_text(text, now.date(), now)
    except UsageError:
        return False
    if is_greeting(text) or re.fullmatch(rf"\W*{IS_GOOD}\W*", text, re.IGNORECASE):
        return False
    is_vague = words.verb == "start" or not (words.verb or words.posts or words.against or words.meaning.asks_figures)
    said = frozenset(map(str.lower, tokens))
    return bool(said) and is_vague and said <= FILLERS | CHATTER - _ABOUT_A_CARD and said.isdisjoint(FIGURES)
