"""What people do to digests, alerts and goals, and the words of it that a button carries."""

from enum import StrEnum

from bot.subscriptions.subscription import SubscriptionKind

#: How many characters of an id are shown to people; any unambiguous beginning of an id is understood.
SHORT_ID = 8


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


def action_words(kind: SubscriptionKind, action: SubscriptionAction, which: str = "") -> str:
    """The command that does this to the digest, alert, goal or delivery of this id: "digest pause 3f2a…"."""
    return " ".join(filter(None, (kind.value, action.value, which)))
