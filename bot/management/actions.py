"""What people do to digests, alerts, goals and watches, the buttons that do it, and what one of them is in a few words.

Each button carries the command that does it, so that it works after a restart and on any process.
"""

import json
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from bot.errors import NotUnderstood
from bot.lazy_regex import any_case, lazy_regex
from bot.parsing.vocabulary import ENGAGEMENT, FILLERS, METRIC_WORDS
from bot.slack.builders import ELLIPSIS, Element, Message, actions, button, context, message_text, plain, section
from bot.slack.interactive import DELETE_YES, View, asks_first, build_modal, numbered
from bot.statistics.metrics import Metric
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus

MOVE_THERE = "Move it there:"
NO_DIRECT = "It posts into a channel, and can't move to your direct messages."
NO_DIRECT_REMEDY = "Set up the same in our direct messages, and only you get it. Here you can change this one:"
#: Whoever asked, as the place of a change: "edit 3f2a to me".
TO_ME = any_case(r"(\bto |^\W*)me\W*$")
INVITE = "/invite @LinkedIn Stats"
CREATED_ALREADY = "It is set up already."
IS_PAUSED = "It is paused already."
IS_ACTIVE = "It is running already."
IS_UNCHANGED = "It was like that already. Nothing changed."
SET_ONE_UP = "Set one up like this:"
#: Days that an alert is silent where the command names none.
SNOOZE_DAYS: Final = 7
SET_UP: Final[Mapping[SubscriptionKind, str]] = {
    SubscriptionKind.DIGEST: "digest every monday 9:00",
    SubscriptionKind.ALERT: "alert impressions +50% week",
    SubscriptionKind.WATCH: "watch team",
}


class NotPossible(NotUnderstood):
    """A change that is clear, and that what should change cannot have: a second channel, a title."""


AN_ID = lazy_regex(r"(?=.*\d)[0-9a-f]{4,8}(?:-[0-9a-f-]{0,27})?")
DELETE_TITLE = "Delete this {kind}?"
DELETE_TEXT: Final[Mapping[SubscriptionKind, str]] = {
    SubscriptionKind.DIGEST: "It won't post anything more. What it posted stays in the channel, and its history is kept.",
    SubscriptionKind.ALERT: "It won't post anything more. What it posted stays in the channel.",
    SubscriptionKind.WATCH: "It won't post anything more, and no more figures in its threads. What it posted stays in the channel.",
    SubscriptionKind.GOAL: "It won't show on cards, in digests or on the Home tab any more. You can set it again any time.",
}


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


_COMMON_WORDS: Final = {
    SubscriptionAction.LIST: ("list", "ls"),
    SubscriptionAction.SHOW: ("show", "manage"),
    SubscriptionAction.EDIT: ("edit", "change"),
    SubscriptionAction.PAUSE: ("pause", "stop", "snooze", "mute", "off"),
    SubscriptionAction.RESUME: ("resume", "unpause", "continue", "start"),
    SubscriptionAction.DELETE: ("delete", "remove", "cancel"),
}
#: What changes nothing.
READING: Final = frozenset(map(SubscriptionAction, ("new", "plan", "list", "show", "preview", "test", "history")))


def words_of_actions(own: Mapping[SubscriptionAction, Sequence[str]]) -> dict[str, SubscriptionAction]:
    """What each word after "digest", "alert" or "watch" does: the words of all three, and a kind's own, which go first."""
    return {word: action for action, words in (*_COMMON_WORDS.items(), *own.items()) for word in words}


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
    #: It was typed that it should be deleted, and nothing is until a button says so too.
    ASKED = "asked"
    DELETED = "deleted"


#: The sentences about changes that were none, which are the same for each kind.
DONE_BEFORE: Final[Mapping[SubscriptionChange, str]] = {
    **dict.fromkeys((SubscriptionChange.NONE, SubscriptionChange.ASKED), ""),
    SubscriptionChange.CREATED_BEFORE: CREATED_ALREADY,
    SubscriptionChange.PAUSED_BEFORE: IS_PAUSED,
    SubscriptionChange.RESUMED_BEFORE: IS_ACTIVE,
    SubscriptionChange.UNCHANGED: IS_UNCHANGED,
}


def rest_of(text: str, which: str) -> str:
    """The words of a command behind its action, without those that name what it is done to."""
    rest = "".join(text.split(maxsplit=2)[2:])
    return re.sub(rf"^(?:the |for |of )*\"?{re.escape(which)}\"?(?:['’]s)?(?!\S)", "", rest, flags=re.IGNORECASE).strip() if which else rest


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
    SubscriptionAction.SNOOZE: f"Snooze {SNOOZE_DAYS} Days",
}
_LABELS_OF_KIND: Final[Mapping[tuple[SubscriptionKind, SubscriptionAction], str]] = {
    (SubscriptionKind.ALERT, SubscriptionAction.NEW): "Set Up an Alert",
    (SubscriptionKind.WATCH, SubscriptionAction.NEW): "Set Up a Watch",
    (SubscriptionKind.WATCH, SubscriptionAction.LIST): "Watched posts",
}


def action_id(kind: SubscriptionKind, action: SubscriptionAction, number: int = 0) -> str:
    return f"{kind.value}.{action.value}.{number}" if number else f"{kind.value}.{action.value}"


def action_button(
    kind: SubscriptionKind,
    action: SubscriptionAction,
    which: str = "",
    *,
    primary: bool = False,
    number: int = 0,
    about: str = "",
) -> Element:
    """A button that does this to the digest, alert or delivery of this id; deleting asks first.

    Where several stand in one message each has a ``number``, and screen readers say what it is ``about``.
    """
    text = _LABELS_OF_KIND.get((kind, action)) or LABELS.get(action) or f"All {kind.value.capitalize()}s"
    spoken = numbered(text, number, about) if number else ""
    element = button(action_id(kind, action, number), text, action_words(kind, action, which), primary=primary, accessibility_label=spoken)
    return asks_first(element, DELETE_TITLE.format(kind=kind), DELETE_TEXT[kind]) if action is SubscriptionAction.DELETE else element


def menu_choice(one: Element) -> tuple[str, Element]:
    """A button as a choice of a menu, where labels are in sentence case: for ``with_more``. Deleting asks in a view first."""
    asks = ELLIPSIS if "confirm" in one else ""
    return f"{one['text']['text'].capitalize()}{asks}", one


def build_delete_view(kind: SubscriptionKind, callback_id: str, metadata: str) -> View:
    title = f"Delete {kind}"
    return build_modal(title, [section(DELETE_TEXT[kind])], submit=title.title(), callback_id=callback_id, metadata=metadata)


def pause_or_resume(one: Subscription) -> SubscriptionAction:
    return SubscriptionAction.RESUME if one.status is SubscriptionStatus.PAUSED else SubscriptionAction.PAUSE


def edit_words(one: Subscription) -> str:
    """The beginning of a command that changes it: "alert edit 3f2a91c0"."""
    return action_words(one.kind, SubscriptionAction.EDIT, one.short_id)


def join_button(channel: str, *, primary: bool = False) -> Element:
    """A button that lets the bot join this public channel, whatever is posted there."""
    words = f"{action_words(SubscriptionKind.DIGEST, SubscriptionAction.JOIN)} in <#{channel}>"
    return button(action_id(SubscriptionKind.DIGEST, SubscriptionAction.JOIN), LABELS[SubscriptionAction.JOIN], words, primary=primary)


def _values(one: Subscription) -> Mapping[str, object]:
    rule = json.loads(one.rule or "{}")
    return rule if isinstance(rule, dict) else {}


def described(one: Subscription, names: Sequence[str], rule: str = "") -> str:
    """What one is, in plain text; ``names`` are its accounts', ``rule`` an alert's rule in words."""
    values = _values(one)
    who = ", ".join(names[:4]) + (" …" if len(names) > 4 else "") or str(values.get("who", ""))  # noqa: PLR2004  # as many fit on a line
    when = one.schedule_words if one.kind is SubscriptionKind.DIGEST else ""
    title = str(values.get("title", "")) if one.kind is SubscriptionKind.DIGEST else ""
    status = "" if one.status == "active" else one.status.value
    return ", ".join(filter(None, (title, who, when or rule, one.schedule_dates.text, status)))


def is_described(one: Subscription, words: str) -> bool:
    """Whether each of these words is in its schedule, its title or another value of its rule: "monday", "impressions", "sales"."""
    values = " ".join(map(str, _values(one).values()))
    said = f"{one.schedule_words if one.cron else ''} {values}".lower().split()
    rate = {ENGAGEMENT} if one.kind is SubscriptionKind.ALERT and not any(metric in said for metric in map(str.lower, Metric)) else set()
    words_of = [METRIC_WORDS.get(word, word).lower() for word in words.lower().split() if word not in FILLERS]
    return bool(words_of) and all({word, word.removesuffix("s")} & {*said, *rate} for word in words_of)


def groups_of(subscriptions: Sequence[Subscription]) -> list[tuple[Subscription, ...]]:
    """The subscriptions with those of a group together, in the order of the first of each."""
    groups: dict[str, list[Subscription]] = {}
    for one in subscriptions:
        groups.setdefault(one.group_id or one.id, []).append(one)
    return [tuple(group) for group in groups.values()]


def plural(kind: SubscriptionKind) -> str:
    return f"{kind}{'es' if kind is SubscriptionKind.WATCH else 's'}"


def none_at_all(kind: SubscriptionKind) -> NotUnderstood:
    """The error for a command about one of a kind of which there is none."""
    first = (SET_UP[kind],) if kind in SET_UP else ()
    return NotUnderstood(f"There are no {plural(kind)} here yet.", remedy=SET_ONE_UP, suggestions=(*first, f"help {plural(kind)}"))


def nothing_here() -> NotUnderstood:
    """The error for a command or a question about what is set up where nothing is."""
    return NotUnderstood("Nothing is set up here.", remedy=SET_ONE_UP, suggestions=tuple(SET_UP.values()))


def none_such(kind: SubscriptionKind, sentence: str) -> NotUnderstood:
    """The error with this sentence for a command about one that is not there."""
    see, each = f"`{kind} list` shows the {plural(kind)} and their ids.", (action_words(kind, SubscriptionAction.LIST),)
    return NotUnderstood(sentence, remedy=see, suggestions=each)


def build_question(kind: SubscriptionKind, lines: Sequence[str], press: Element) -> Message:
    """Asks before something that others get is deleted: what it is, what ends with it, and the button that does it."""
    question = "\n".join((f"*{DELETE_TITLE.format(kind=kind)}*", *lines))
    asked = {name: value for name, value in press.items() if name != "confirm"}
    delete = {**asked, "style": "danger", "text": plain(DELETE_YES)}
    return Message(message_text(question), (section(question), context(DELETE_TEXT[kind]), actions([delete])))
