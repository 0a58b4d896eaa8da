"""What is set up, in a few words, and whether words describe it: "the friday digest", "the comments alert"."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from bot.errors import NotUnderstood
from bot.parsing.vocabulary import ENGAGEMENT, FILLERS, METRIC_WORDS
from bot.schedules.dates import dates_of
from bot.schedules.parser import describe
from bot.schedules.schedule import Schedule
from bot.statistics.metrics import Metric
from bot.subscriptions.subscription import Subscription, SubscriptionKind

NONE_AT_ALL = "There are no {kinds} here yet."
SET_ONE_UP = "Set one up like this:"
SET_UP: Final[Mapping[SubscriptionKind, str]] = {
    SubscriptionKind.DIGEST: "digest every monday 9:00",
    SubscriptionKind.ALERT: "alert impressions +50% week",
    SubscriptionKind.WATCH: "watch team",
}


def _values(one: Subscription) -> Mapping[str, object]:
    rule = json.loads(one.rule or "{}")
    return rule if isinstance(rule, dict) else {}


def described(one: Subscription, names: Sequence[str], rule: str = "") -> str:
    """What one is, in plain text; ``names`` are its accounts', ``rule`` an alert's rule in words."""
    values = _values(one)
    who = ", ".join(names[:4]) + (" …" if len(names) > 4 else "") or str(values.get("who", ""))  # noqa: PLR2004  # as many fit on a line
    when = describe(Schedule(one.cron, one.zone)) if one.kind is SubscriptionKind.DIGEST else ""
    title = str(values.get("title", "")) if one.kind is SubscriptionKind.DIGEST else ""
    status = "" if one.status == "active" else one.status.value
    return ", ".join(filter(None, (title, who, when or rule, dates_of(one.dates).text, status)))


def is_described(one: Subscription, words: str) -> bool:
    """Whether each of these words is in its schedule, its title or another value of its rule: "monday", "impressions", "sales"."""
    values = " ".join(map(str, _values(one).values()))
    said = f"{describe(Schedule(one.cron, one.zone)) if one.cron else ''} {values}".lower().split()
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
    return NotUnderstood(NONE_AT_ALL.format(kinds=plural(kind)), remedy=SET_ONE_UP, suggestions=(*first, f"help {plural(kind)}"))
