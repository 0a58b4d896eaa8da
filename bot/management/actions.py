"""What people do to digests, alerts, goals and watches, and the buttons that do it.

Each button carries the command that does it, so that it works after a restart and on any process.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from bot.slack.actions import asks_first, numbered
from bot.slack.builders import ELLIPSIS, Element, button, section
from bot.slack.views import View, build_modal
from bot.subscriptions.subscription import SubscriptionKind

NO_CHANNEL_ID = "I can't tell which channel “{name}” is."
CREATED_ALREADY = "It is set up already."
IS_PAUSED = "It is paused already."
IS_ACTIVE = "It is running already."
IS_UNCHANGED = "It was like that already. Nothing changed."


#: How many characters of an id are shown to people; any unambiguous beginning of an id is understood.
SHORT_ID = 8
#: How people begin a command that names its action first, each with the action's word.
_FIRST_WORDS = {
    "stop": r"stop|halt|(?:turn|switch)(?=.* off\W*$)|turn off|switch off|disable|unsubscribe(?: me| us)?(?: from)?",
    "pause": r"pause|hold(?! (?:on|up)\b)|suspend|mute|snooze",
    "resume": r"resume|unpause|unmute|restart|turn(?: it)?(?: back)? on|switch(?: back)? on|enable|continue",
    "delete": r"delete|remove|cancel|get rid of|drop|end|kill",
    "edit title": r"rename|call|name",
    "edit": r"edit|change|update|raise|lower|increase|reschedule",
    "skip": r"skip|no(?!.*\?$)",
    "move": r"move",
    "now": r"(?:send|post|run)(?=.* now\b)",
    "preview": r"preview|try",
    "test": r"test",
    "new": (
        r"create|start|set up|setup|set|make|add|new|schedule|send (?:me|us)|subscribe(?: me| us)?|i(?: want|['’]d like| would like| need)"
    ),
    "list": (
        r"list|show(?: me| us)?|see|view|which|my|our|who (?:set up|made|created|owns|gets|receives)"
        r"|(?:what|when|where|how|are|is|did|do|does)(?:['’]s| is| are| do| does| will| did)?"
    ),
}
#: How people ask to be told of something that happens.
TELL_ME = (
    r"(?:please |can you |could you )?(?:tell|notify|ping|message|let|alert|inform|warn|mention)"
    r" (?P<told>me|us|everyone|everybody|(?:the )?(?:team|channel)|<[@#!][^<>]*>(?:(?:,| and|,? &amp;)? (?:me|<[@#!][^<>]*>))*)(?: know)?,?"
    r" (?:when(?:ever)?|if|once|as soon as|every time)"
)
_AROUND = (
    r"(?:sending|posting|getting|receiving|the|a|an|my|our|this|that|these|all|any|next|new|on|we|i|you|doing"
    r"|week['’]s|today['’]s|tomorrow['’]s)"
)
#: "Add bob to the digest", "take acme out of the digest".
_ACCOUNTS_OF = re.compile(
    r"(?:please |can you |could you )?(?P<add>add|include|put)?(?(add)|(?:remove|exclude|drop|take|leave)) (?P<who>\S.*?)"
    rf" (?:to|in|into|from|out of|off) (?:{_AROUND} )*(?P<which>(?:\S+ ){{0,3}}?)digest\W*",
    re.IGNORECASE,
)
#: "No digest on 28 dec", "pause the digest from 24 dec to 6 jan".
_DAYS_OFF = re.compile(r" (?:on|over|during|between|from(?=.* (?:to|until|till) ))(?: the)? ", re.IGNORECASE)
_WHICH_WORD = r"(?!(?:from|to|in|into|of|for|with|and|at|every|until|next) )[^\s,]+"
_ACCOUNTS_OF_LAST = re.compile(
    r"(?:please |also |and )*(?P<sign>add(?! up\b)|include|remove|exclude|drop(?! (?:in|of|from)\b)) (?!it\b|this\b|that\b)"
    r"(?P<who>(?:(?!\b(?:digest|alert|goal|target|watch|group)(?:e?s)?\b).)+?)"
    r"(?: (?:to|in|into|from|out of) (?:it|(?:the|this|that) digest))?(?: too| as well|, please)?",
    re.IGNORECASE,
)
#: "Cancel next week's digest" leaves one out.
_NEXT = re.compile(r"\b(?:next|week['’]s|tomorrow['’]s|(?:to|mon|tues|wednes|thurs|fri|satur|sun)day['’]s)(?!\w)", re.IGNORECASE)
_THIS_TIME = re.compile(r" (?:(?:this|next) (?:week|time)|today|tomorrow)", re.IGNORECASE)
_IT = r"(?:it|this|that|one|(?:the )?next(?: (?:one|week|month|time))?|up|sending|back|on|off|again|now|once|right)"
_SAID = re.compile(r"\b(?:it|this|that|next)\b", re.IGNORECASE)
#: The end of "when does it come?", "who set this up?".
_HAPPENS = re.compile(r"(?: (?:be|come|due|go|happen|next|out|posted|run|sent|to|up))*", re.IGNORECASE)
#: An action on what was set up or shown last: "pause it until monday", "skip the next one", "when does it come?".
_ON_THE_LAST = {
    "stop": r"stop|halt|(?:turn|switch)(?=.* (?:on|off)\b)|disable|unsubscribe(?: me| us)?(?: from)?",
    **{action: _FIRST_WORDS[action] for action in ("pause", "resume", "delete", "test")},
    "edit title": (
        r"(?:rename|call|name)(?= (?:it (?!an? |quits\b|off\b)|(?:this|that)(?: one)? (?:to |as |[“„\"])))"
        r"|give(?= (?:it|this|that)\b.*\b(?:title|name)\b)"
    ),
    "skip": r"skip",
    "now": r"(?:send|post|run|do)(?= (?:it|that|this|one)? ?(?:right )?(?:now|once)\b)",
    "show": r"who (?:gets|receives|sees|set(?: up)?|made|owns|created)|(?:when|where) (?:is|does|will|goes)",
}
_POLITELY = r"(?:(?:please|can you|could you|now|ok|okay|and|then|actually),? )*"
GOAL_DELETE: Final = "goal delete"
_GOAL_NOUNS = (SubscriptionKind.GOAL, "target")
ALL = "All {kinds}s"
DELETE_TITLE = "Delete this {kind}?"
DELETE_TEXT: Final[Mapping[SubscriptionKind, str]] = {
    SubscriptionKind.DIGEST: "It won't post anything more. What it posted stays in the channel, and its history is kept.",
    SubscriptionKind.ALERT: "It won't post anything more. What it posted stays in the channel.",
    SubscriptionKind.WATCH: "It won't post anything more, and no more figures in its threads. What it posted stays in the channel.",
}
DELETE_VIEW = "Delete {kind}"


class SubscriptionAction(StrEnum):
    """An action, by its word in a command and in the id of a button; each kind has some of them."""

    #: Open the form, empty.
    NEW = "new"
    #: Show what a new digest would look like, and offer to set it up.
    PLAN = "plan"
    #: Set it up.
    CREATE = "create"
    LIST = "list"
    SHOW = "show"
    #: What it would post now, seen by the person alone.
    PREVIEW = "preview"
    EDIT = "edit"
    MOVE = "move"
    PAUSE = "pause"
    RESUME = "resume"
    #: An alert: what it would say now, and how its rule evaluates the last days; seen by the person alone.
    TEST = "test"
    #: An alert: post nothing for some days.
    SNOOZE = "snooze"
    #: Leave out the next occurrence.
    SKIP = "skip"
    #: Post one at once, apart from the schedule.
    NOW = "now"
    DELETE = "delete"
    HISTORY = "history"
    #: Let the bot join the digest's channel.
    JOIN = "join"
    #: Post a failed occurrence at once; ``which`` is the delivery.
    RETRY = "retry"
    #: An uncertain occurrence did arrive; ``which`` is the delivery.
    ARRIVED = "arrived"
    #: An uncertain occurrence is to be posted again; ``which`` is the delivery.
    AGAIN = "again"
    #: An uncertain occurrence is left as it is; ``which`` is the delivery.
    LEAVE = "leave"


#: What changes nothing.
READING: Final = frozenset(map(SubscriptionAction, ("new", "plan", "list", "show", "preview", "test", "history")))


class SubscriptionChange(StrEnum):
    """What a command did to a digest, an alert or a watch."""

    #: It was only looked at.
    NONE = "none"
    CREATED = "created"
    #: The same command created it before.
    CREATED_BEFORE = "created before"
    #: The channel has the same already.
    SAME = "same"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    MOVED = "moved"
    PAUSED = "paused"
    PAUSED_UNTIL = "paused until"
    PAUSED_BEFORE = "paused before"
    RESUMED = "resumed"
    RESUMED_BEFORE = "resumed before"
    SNOOZED = "snoozed"
    DELETED = "deleted"


#: The sentences about changes that were none, which are the same for each kind.
DONE_BEFORE: Final[Mapping[SubscriptionChange, str]] = {
    SubscriptionChange.NONE: "",
    SubscriptionChange.CREATED_BEFORE: CREATED_ALREADY,
    SubscriptionChange.PAUSED_BEFORE: IS_PAUSED,
    SubscriptionChange.RESUMED_BEFORE: IS_ACTIVE,
    SubscriptionChange.UNCHANGED: IS_UNCHANGED,
}


def action_first(text: str, noun: str) -> str:
    """The command, its noun first, of a text that begins with the action: "stop the digest" is "digest pause"; "" for any other text."""
    plain = " ".join(text.split())
    if noun == SubscriptionKind.DIGEST and (of := _ACCOUNTS_OF.fullmatch(plain)):
        return f"{noun} edit {of['which']}{'add' if of['add'] else 'remove'} {of['who']}"
    for action, begins in _FIRST_WORDS.items():
        which = rf"(?:{_AROUND} )*+(?P<which>(?:{_WHICH_WORD} ){{0,4}}?)(?:{_AROUND} )*+"
        pattern = rf"{_POLITELY}(?:{begins}) {which}(?P<noun>{noun})(?:['’]s)?(?P<several>s?)\b(?P<rest>[^\w].*|$)"
        found = re.match(pattern, plain, re.IGNORECASE | re.DOTALL)
        # "Name the alerts that fired" gives no title.
        if found and not (action == "edit title" and found["several"]):
            named = re.sub(r"['’]s\b", "", found["which"].strip())
            rest = re.sub(r"\s*(?:please|(?:right )?now|off)?[\s?!.]*$", "", found["rest"])
            if action != "new":
                # A rhythm tells no digest from another.
                named = re.sub(r"\b(?:daily|weekly|monthly)\b", "", named, flags=re.IGNORECASE).strip()
            stated = re.match(r"(?:my|our)\b.*[^?]$", plain, re.IGNORECASE) is not None
            meant = _meant(action, plain[: found.start("noun")], rest) if noun == SubscriptionKind.DIGEST else action
            words = _to_show(noun, named, rest, stated=stated) if action == "list" else _to_act(noun, meant, named, rest)
            is_list = words == (noun, "show") and (found["several"] or noun in _GOAL_NOUNS)
            return f"{noun} list" if is_list else _joined(*words)
    return ""


def _to_show(noun: str, named: str, rest: str, *, stated: bool) -> tuple[str, ...]:
    """The words of a question for what is set up, or of a new one: "our goal is 50k impressions a month"."""
    is_which = re.match(r" (?:of|for|about)\b| (?=\S*\d)[0-9a-f]{4,}", rest) is not None
    is_goal = noun in _GOAL_NOUNS
    if re.search(r"\d", rest) and (stated if is_goal else not is_which):
        return noun, "new", named, rest
    if is_goal:
        return noun, "show"
    return tuple(filter(None, (noun, "show", named, rest if is_which else "")))


def _meant(action: str, around: str, rest: str = "") -> str:
    """The action: "turn it on" resumes, and "cancel next week's digest" leaves one out."""
    is_next = action in ("delete", "stop", "pause") and (_NEXT.search(around) or _THIS_TIME.fullmatch(rest))
    return "resume" if action == "stop" and around.endswith(" on") else "skip" if is_next else action


def _to_act(noun: str, action: str, named: str, rest: str) -> tuple[str, ...]:
    """The words of an action; what it is done to is quoted where the schedule follows."""
    if action == "skip" and _THIS_TIME.fullmatch(rest):
        rest = ""
    if noun == SubscriptionKind.DIGEST and action in ("pause", "stop", "skip") and (days := _DAYS_OFF.match(rest)):
        return noun, "edit", named, "except", rest[days.end() :]
    quoted = f'"{named}"' if named and action.startswith(("edit", "move")) else named
    return noun, *_with_title(action, quoted, rest)


def action_on_last(text: str, last: str) -> str:
    """The command that a text about "it" means after the command ``last`` that can be changed ("digest edit 3f2a"); "" for any other."""
    plain = " ".join(text.split()).rstrip(" ?!.")
    noun, verb, which = (*last.split(maxsplit=2), "", "", "")[:3]
    is_known, goal = verb == "edit" and " " not in which, noun == SubscriptionKind.GOAL
    if noun == SubscriptionKind.DIGEST and is_known and (of := _ACCOUNTS_OF_LAST.fullmatch(plain)):
        return f"{noun} edit {which} {of['sign'].lower()} {of['who']}"
    for action, begins in _ON_THE_LAST.items() if is_known or goal else ():
        found = re.fullmatch(rf"{_POLITELY}(?:{begins})\b(?P<it>(?: {_IT})*)(?P<rest>.*)", plain, re.IGNORECASE)
        if found and (_SAID.search(found["it"]) or not (goal or action in ("delete", "show"))):
            meant = _meant(action, found["it"], "" if action == "delete" else found["it"] + found["rest"])
            if words := _goal_words(meant, last, found) if goal else _last_words(meant, noun, which, found):
                return _joined(*words)
    return ""


def _goal_words(action: str, last: str, found: "re.Match[str]") -> tuple[str, ...]:
    if action == "show" and _HAPPENS.fullmatch(found["rest"]):
        return ("goals",)
    return (GOAL_DELETE, last.partition(" ")[2]) if action in ("stop", "delete") and not found["rest"] else ()


def _last_words(action: str, noun: str, which: str, found: "re.Match[str]") -> tuple[str, ...]:
    """The words of an action on what is set up under this id; none where something else follows that it cannot have."""
    rest = found["rest"]
    if action == "show":
        return (noun, action, which) if _HAPPENS.fullmatch(rest) else ()
    if action == "edit title":
        return (noun, *_with_title(action, which, rest)) if rest.strip() else ()
    if action == "skip" and _THIS_TIME.fullmatch(found["it"] + rest):
        return noun, action, which
    if action == "skip" and rest and noun == SubscriptionKind.DIGEST and noun not in rest:
        return noun, "edit", which, "except", re.sub(r"^ (?:on|the) ", " ", rest)
    return (noun, action, which, rest) if not rest or re.match(r" (?:until|till|for) ", rest) else ()


def begins_action(text: str) -> str:
    """The word of an action with which a text begins that does not say on what: "pause until monday", "stop all"; "" for any other."""
    acts = "|".join(_FIRST_WORDS[action] for action in ("stop", "pause", "resume", "delete"))
    what = r"(?=(?: (?:it|this|that))?(?: (?:until|till|for|#\d)\b|(?: (?:all|both|everything))?\W*$))"
    found = re.match(rf"{_POLITELY}(?P<word>{acts}){what}", text.strip(), re.IGNORECASE)
    return found["word"] if found else ""


def _with_title(action: str, which: str, rest: str) -> tuple[str, ...]:
    """The words of an action, what it is done to, and what follows; of a new title this in quotes."""
    verb, _, part = action.partition(" ")
    title = re.sub(r"^\s*(?:(?:to|as|an?|the|new|title|name)\s+)*", "", rest).strip('"“”„ ')
    return (verb, which, f'{part} "{title}"' if part and title else rest)


def _joined(*words: str) -> str:
    return " ".join(" ".join(words).split())


def action_words(kind: SubscriptionKind, action: SubscriptionAction, which: str = "") -> str:
    return " ".join(filter(None, (kind.value, action.value, which)))


LABELS: Final[Mapping[SubscriptionAction, str]] = {
    SubscriptionAction.NEW: "Set Up a Digest",
    SubscriptionAction.CREATE: "Set It Up",
    SubscriptionAction.SHOW: "Manage",
    SubscriptionAction.PREVIEW: "Preview",
    SubscriptionAction.TEST: "Test",
    SubscriptionAction.EDIT: "Edit",
    SubscriptionAction.MOVE: "Move",
    SubscriptionAction.PAUSE: "Pause",
    SubscriptionAction.RESUME: "Resume",
    SubscriptionAction.SKIP: "Skip Next",
    SubscriptionAction.NOW: "Send Now",
    SubscriptionAction.DELETE: "Delete",
    SubscriptionAction.HISTORY: "History",
    SubscriptionAction.JOIN: "Invite Me",
    SubscriptionAction.RETRY: "Retry",
    SubscriptionAction.ARRIVED: "It Arrived",
    SubscriptionAction.AGAIN: "Post Again",
    SubscriptionAction.LEAVE: "Leave It",
}


def action_id(kind: SubscriptionKind, action: SubscriptionAction, number: int = 0) -> str:
    return f"{kind.value}.{action.value}.{number}" if number else f"{kind.value}.{action.value}"


def action_button(
    kind: SubscriptionKind,
    action: SubscriptionAction,
    which: str = "",
    *,
    label: str = "",
    primary: bool = False,
    number: int = 0,
    about: str = "",
) -> Element:
    """A button that does this to the digest, alert or delivery of this id; deleting asks first.

    Where several stand in one message each has a ``number``, and screen readers say what it is ``about``.
    """
    text = label or LABELS.get(action) or ALL.format(kinds=kind.value.capitalize())
    spoken = numbered(text, number, about) if number else ""
    element = button(action_id(kind, action, number), text, action_words(kind, action, which), primary=primary, accessibility_label=spoken)
    return asks_first(element, DELETE_TITLE.format(kind=kind), DELETE_TEXT[kind]) if action is SubscriptionAction.DELETE else element


def menu_choice(one: Element) -> tuple[str, Element]:
    """A button as a choice of a menu, where labels are in sentence case: for ``with_more``. Deleting asks in a view first."""
    asks = ELLIPSIS if "confirm" in one else ""
    return f"{one['text']['text'].capitalize()}{asks}", one


def build_delete_view(kind: SubscriptionKind, callback_id: str, metadata: str) -> View:
    title = DELETE_VIEW.format(kind=kind)
    return build_modal(title, [section(DELETE_TEXT[kind])], submit=title.title(), callback_id=callback_id, metadata=metadata)


def join_button(channel: str, *, primary: bool = False) -> Element:
    """A button that lets the bot join this public channel, whatever is posted there."""
    words = f"{action_words(SubscriptionKind.DIGEST, SubscriptionAction.JOIN)} in <#{channel}>"
    return button(action_id(SubscriptionKind.DIGEST, SubscriptionAction.JOIN), LABELS[SubscriptionAction.JOIN], words, primary=primary)
