"""Whether words describe what is set up: "the friday digest", "the comments alert"."""

import json

from bot.parsing.vocabulary import ENGAGEMENT, FILLERS, METRIC_WORDS
from bot.schedules.parser import describe
from bot.schedules.schedule import Schedule
from bot.statistics.metrics import Metric
from bot.subscriptions.subscription import Subscription, SubscriptionKind


def is_described(one: Subscription, words: str) -> bool:
    """Whether each of these words is in its schedule, its title or another value of its rule: "monday", "impressions", "sales"."""
    rule = json.loads(one.rule or "{}")
    values = rule.values() if isinstance(rule, dict) else ()
    said = f"{describe(Schedule(one.cron, one.zone)) if one.cron else ''} {' '.join(map(str, values))}".lower().split()
    rate = {ENGAGEMENT} if one.kind is SubscriptionKind.ALERT and not any(metric in said for metric in map(str.lower, Metric)) else set()
    words_of = [METRIC_WORDS.get(word, word).lower() for word in words.lower().split() if word not in FILLERS]
    return bool(words_of) and all({word, word.removesuffix("s")} & {*said, *rate} for word in words_of)
