"""The command that a text means which begins with no verb: "stop the digest", "tell me when likes drop 20%", "what did you send us?".

::

    text ─┬ command_at_once ─→ before anything else is looked for in it
          └ command_in ──────→ after no question was understood; the order of the readers is that of the commands they find
"""

import re
from collections.abc import Callable, Iterable, Iterator

from bot.access.commands import administration
from bot.alerts.rule import ALERT
from bot.digests.command import DIGEST
from bot.digests.parser import digest_of_schedule
from bot.goals.parser import GOAL
from bot.lazy_regex import lazy_regex
from bot.management.change_words import correction_in
from bot.parsing.courtesies import POLITELY
from bot.parsing.orders import TELL_ME, action_first, as_goal
from bot.parsing.several import all_command
from bot.parsing.vocabulary import METRIC_WORDS, RATE_WORDS
from bot.watches.parser import as_watch_command
from bot.watches.rule import WATCH

#: The command of a text, "" for one that means none. Raises UsageError.
Reader = Callable[[str], str]

#: "What did you send us last week?" is no question for last week's figures, nor is "why didn't we get anything today?".
_SENT = lazy_regex(
    r"\W*(?:(?:what|which \w+) (?:did|have|had) you (?:send|sent|post(?:ed)?)\b(?! on linkedin)"
    r"|(?:why|when) did(?:n['’]?t)? you (?:not |last )*(?:post|send|write)\b|(?:did|have|didn['’]?t|haven['’]?t) you (?:already )?"
    r"(?:post|send|sent|posted)(?: (?:anything|something|it|the \w+))*(?: (?:today|yesterday|yet|already|this (?:week|morning)))*\W*$"
    r"|(?:what (?:was|is)|when was) the last (?:thing|message|time)(?: that)? you (?:post|sen[dt])"
    r"|why (?:do|did|have)(?:n['’]?t)? (?:we|i) (?:not )?(?:get|got|receive)\w* (?:anything|nothing|a message)\b).*",
    re.IGNORECASE,
)
_ANNOUNCED = lazy_regex(
    r"\W*(?:which|what|list|show)\b.* posts? (?:(?:have|did|that) )?(?:you (?:have )?(?:announced?|told|tell)|(?:were |been )?announced)\b",
    re.IGNORECASE,
)
#: "Can we have the report on tuesday instead?" does not ask for Tuesday's figures.
_INSTEAD = lazy_regex(rf"{POLITELY}(?:have|get|receive) (?:the|our|my) .*\b(?:instead|from now on)\W*$", re.IGNORECASE)
#: "Let me know the moment …" is no question, whatever its words are.
_ONCE_IT_IS = lazy_regex(r"\b(?:the (?:moment|minute|second)|as soon as|whenever|(?:every|each) time)\b", re.IGNORECASE)
_FIGURE = rf"(?:{'|'.join(map(re.escape, (*METRIC_WORDS, *RATE_WORDS)))})"
_TELL_ME = lazy_regex(
    rf"{TELL_ME} (?=.*(?:\d|half|halv|doubl|tripl|third|quarter|unusual|weird|strange|odd|\b{_FIGURE}\b|\bpost))", re.IGNORECASE
)
#: Other words for an alert and a goal.
_ALARM = lazy_regex(r"\b(?:alarm|notification|warning)(?=s?\b)", re.IGNORECASE)


def alert_told(text: str) -> str:
    """The alert that a text asks for in other words: "tell me when impressions drop 20%"; "" for any other."""
    found = _TELL_ME.match(text.strip())
    if not found or as_watch_command(text):
        return ""
    # Who is told, and where.
    told = found["told"] or ""
    told = f" for {told}" if told.startswith(("<@", "<!")) else f" in {told}" if told.startswith("<#") else ""
    return f"{ALERT} {text.strip()[found.end() :]}{told}"


def asks_to_tell(text: str) -> bool:
    """Whether a text asks to be told of something that happens, which may be an alert's figures or a watch's posts."""
    return _TELL_ME.match(text.strip()) is not None


def command_at_once(text: str) -> str:
    """The command that is looked for before anything else, whatever the text begins with; "" for none."""
    return _first(_AT_ONCE, text)


def command_in(text: str) -> str:
    """The command that a text means, or what it says instead of what was said before ("no, wednesday at noon"); "" for none.

    Raises UsageError: it means one that is refused.
    """
    return _first(_READERS, text) or ((instead := correction_in(text)) and _first(_READERS, instead))


def commands_in(text: str) -> Iterator[str]:
    """The commands about a digest, an alert, a goal and a watch that a text means. Raises UsageError."""
    return filter(None, (read(text) for read in _SET_UP))


def _first(readers: Iterable[Reader], text: str) -> str:
    return next(filter(None, (read(text) for read in readers)), "")


_SET_UP: tuple[Reader, ...] = (
    lambda text: action_first(text, DIGEST) or digest_of_schedule(text),
    lambda text: action_first(_ALARM.sub(ALERT, text), ALERT) or alert_told(text),
    lambda text: action_first(text, GOAL) or action_first(text, "target") or as_goal(text),
    as_watch_command,
)
_AT_ONCE: tuple[Reader, ...] = (
    all_command,
    lambda text: f"{DIGEST} history" if _SENT.fullmatch(text) else action_first(text, DIGEST) if _INSTEAD.match(text) else "",
    lambda text: f"{WATCH} list" if _ANNOUNCED.match(text) else "",
    lambda text: alert_told(text) if _ONCE_IT_IS.search(text) else "",
)
_READERS = (*_AT_ONCE, *_SET_UP, administration)
