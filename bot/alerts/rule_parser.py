"""Builds an alert's rule from the parts of its text."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from msgspec.structs import replace

from bot.alerts.condition_words import FALLING, LINE
from bot.alerts.rule import ALERT, EXAMPLES, MOVES, TEAM_REACH, UNUSUAL, WINDOWS, AlertRule, Condition, condition_text, has_minimum
from bot.alerts.rule_parts import NO_PERCENT, ONE_EACH_REMEDY, RuleParts, metric_word
from bot.errors import SAY_WHICH, NotUnderstood
from bot.lazy_regex import any_case
from bot.parsing.dates import MONTH
from bot.parsing.period_finder import PERIOD
from bot.parsing.text import AMOUNT, read_amount, say_amount
from bot.parsing.vocabulary import METRIC_NAMES
from bot.statistics.comparison_reports import USUAL_MINIMUM
from bot.statistics.metrics import DAILY_METRICS, Metric

NEW_ONLY, NEW_ONLY_REMEDY = "An alert counts new followers, not how many there are in all.", "Say in which time so many come:"
ONE_LIMIT = "An alert has one limit, not two like “{words}”."
_BETWEEN = any_case(rf"\b(between|outside|from) (?P<less>{AMOUNT}) (and|to|-) (?P<more>{AMOUNT})(?!\S)")
NO_FIGURE = "Which figure should I watch?"
NO_FIGURE_REMEDY = f"Name {', '.join(METRIC_NAMES.values())} or engagement:"
ONE_FIGURE = "An alert watches one figure at a time."
NO_CONDITION, NO_CONDITION_REMEDY = "When should I tell you about {figure}?", "Say how far it must move, or which limit it must cross:"
RANGE_REMEDY = "A change is 1% or more, and a fall 100% at most. A rate is between 0% and 100%."
NO_MINIMUM = "A minimum goes with a change in percent or with the engagement rate. A limit needs none."
CARD_OF_SEVERAL = "The card in the thread is one account's, and this alert watches several."
UNUSUAL_DAY = "“Unusual” compares single days, so it doesn't go with a {window}."
UNUSUAL_REACH, UNUSUAL_REMEDY = "Members reached has no figure by day, so I can't tell what's unusual.", "Write it like this:"
IS_GOAL, GOAL_REMEDY = "A number to reach by a day is a goal: for the week, the month or the quarter that is running.", "Set one like this:"

NOT_PERCENT = "“{typed}” isn't a limit for {figure}, which are counted. Is it a rise or a fall by that much?"
MINIMUM_OR_LIMIT = "“{typed}” could be what a change needs to count, or a limit in the place of the change."
#: "Down instead".
_WAY = any_case(r"\b((?P<down>down|falls?|falling|drops?|decreases?)|up|rises?|rising|increases?)\b")
#: Days that no alert has.
_OTHER_DAYS = any_case(
    r"(\b(in|over|within|for) )?\b((the )?(last|past|this) )?(\d+ ?(d|w|m|q|y|(day|week|month|quarter|year)s?)|(?<!every )(?<!each )hour"
    r"|fortnight|quarter|year)\b"
)
_MOST_PERCENT: Final = 100_000
_ALL: Final = 100

#: The default minimum: the larger of both windows must have at least so much.
USUAL: Final[Mapping[Metric | None, int]] = {None: USUAL_MINIMUM, **{metric: metric.definition.alert_minimum for metric in Metric}}


def rule_of(parts: RuleParts, who: str) -> AlertRule:
    """The rule of these parts, with defaults for missing ones; raises NotUnderstood: no figure or condition, or one that makes no sense."""
    metric = _figure(parts)
    condition = _condition(parts, metric)
    if parts.minimum is not None and not has_minimum(condition, metric):
        raise NotUnderstood(NO_MINIMUM, suggestions=EXAMPLES[:2])
    if who and metric and not metric.definition.additive:
        raise NotUnderstood(TEAM_REACH, remedy="Name one account:", suggestions=(f"{ALERT} reach {parts.condition_text}".strip(),))
    if metric is Metric.FOLLOWERS and condition not in MOVES | UNUSUAL and not parts.window and parts.condition_text[:1].isalpha():
        each = tuple(f"{ALERT} {parts.whole} a {window}" for window in ("week", "month"))
        raise NotUnderstood(NEW_ONLY, remedy=NEW_ONLY_REMEDY, suggestions=each)
    if metric and condition not in MOVES and "%" in parts.condition_text:
        change = re.sub(r"^.*?(?=\d)", "", parts.condition_text)
        each = tuple(f"{ALERT} {parts.whole.replace(parts.condition_text, f'{sign}{change}', 1)}" for sign in "+-")
        raise NotUnderstood(NOT_PERCENT.format(figure=metric_word(metric), typed=parts.condition_text), remedy=SAY_WHICH, suggestions=each)
    if condition in UNUSUAL:
        _refuse_windows(parts, metric)
    usual = USUAL[metric] if has_minimum(condition, metric) else 0
    window = parts.window or ("week" if condition in MOVES else "day")
    minimum = usual if parts.minimum is None else parts.minimum
    cooldown = WINDOWS[window] if parts.cooldown is None else parts.cooldown
    if who and parts.card:
        raise NotUnderstood(CARD_OF_SEVERAL, suggestions=(f"{ALERT} {parts.whole} no card", *EXAMPLES[:2]))
    return AlertRule(metric, condition, parts.amount, window, minimum, cooldown, who, parts.quiet, parts.title, parts.notify, parts.card)


def with_amount(parts: RuleParts, rule: AlertRule) -> RuleParts:
    """The parts with a number or a direction alone as those of the rule's own condition: "make it 30%", "down instead".

    Raises NotUnderstood: "at least 1000" may be the minimum of a change, or a limit in its place.
    """
    if rule.moves and parts.condition is Condition.AT_LEAST and "=" not in parts.condition_text:
        sentence, each = MINIMUM_OR_LIMIT.format(typed=parts.condition_text), ("min", ">=")
        raise NotUnderstood(sentence, remedy=SAY_WHICH, suggestions=tuple(f"{one} {say_amount(parts.amount)}" for one in each))
    if parts.condition is not None or rule.unusual or parts.cron:
        return parts
    way = _WAY.search(parts.rest) if rule.moves else None
    condition = (Condition.DOWN if way["down"] else Condition.UP) if way else rule.condition
    rest = _WAY.sub(" ", parts.rest) if way else parts.rest
    found = re.search(rf"(?<!\S)(?P<n>{AMOUNT})\s*(?P<percent>%|per\s?cent|pct)?(?!\S)", rest)
    amount = float(read_amount(found["n"])) if found else rule.amount
    text = found or way
    if found and rule.moves and not re.fullmatch(r"[\d.,]+", found["n"]):
        # "5k impressions" is no change in percent.
        meant = (f"min {found['n']}", f">= {found['n']}")
        raise NotUnderstood(NO_PERCENT.format(typed=found[0].strip()), remedy=SAY_WHICH, suggestions=meant)
    if found and rule.metric and not rule.moves and found["percent"]:
        sentence = NOT_PERCENT.format(figure=metric_word(rule.metric), typed=found[0].strip())
        raise NotUnderstood(sentence, remedy=SAY_WHICH, suggestions=tuple(f"{sign}{found['n']}%" for sign in "+-"))
    rest = f"{rest[: found.start()]} {rest[found.end() :]}" if found else rest
    return replace(parts, rest=rest, condition=condition, amount=amount, condition_text=text[0]) if text else parts


def changed(rule: AlertRule, parts: RuleParts, who: str) -> AlertRule:
    """The rule with these parts in place of its own; a minimum, window or cool-down that was a default is the new rule's default.

    Raises NotUnderstood: the new rule makes no sense.
    """
    condition, figures = parts.condition or rule.condition, parts.figures or (rule.metric,)
    same_kind, same_figure = has_minimum(condition, rule.metric) == has_minimum(rule.condition, rule.metric), figures == (rule.metric,)
    own_minimum = rule.minimum if same_figure and same_kind and rule.minimum != USUAL[rule.metric] else None
    own_cooldown = None if rule.cooldown == rule.days else rule.cooldown
    return rule_of(
        replace(
            parts,
            figures=figures,
            condition=condition,
            condition_text=parts.condition_text or condition_text(rule),
            amount=rule.amount if parts.condition is None else parts.amount,
            window=parts.window or (rule.window if (condition in UNUSUAL) == rule.unusual and (condition in MOVES) == rule.moves else ""),
            minimum=own_minimum if parts.minimum is None and has_minimum(condition, rule.metric) else parts.minimum,
            cooldown=own_cooldown if parts.cooldown is None else parts.cooldown,
            quiet="" if "quiet" in parts.dropped else parts.quiet or rule.quiet,
            title="" if "title" in parts.dropped else parts.title or rule.title,
            notify=() if "mention" in parts.dropped else parts.notify or rule.notify,
            card="card" not in parts.dropped and (parts.card or rule.card),
        ),
        who,
    )


def usual_minimum(rule: AlertRule) -> int:
    return USUAL[rule.metric] if has_minimum(rule.condition, rule.metric) else 0


def _refuse_windows(parts: RuleParts, metric: Metric | None) -> None:
    """Raises NotUnderstood where there are no daily figures to compare with the same weekday of other weeks."""
    if metric and metric not in DAILY_METRICS:
        raise NotUnderstood(
            UNUSUAL_REACH, remedy=UNUSUAL_REMEDY, suggestions=(f"{ALERT} {metric_word(Metric.IMPRESSION)} {parts.condition_text}",)
        )
    if parts.window not in ("", "day"):
        sentence = UNUSUAL_DAY.format(window=parts.window)
        raise NotUnderstood(sentence, remedy=UNUSUAL_REMEDY, suggestions=(f"{ALERT} {metric_word(metric)} {parts.condition_text}",))


def _figure(parts: RuleParts) -> Metric | None:
    if not parts.figures:
        raise NotUnderstood(NO_FIGURE, remedy=NO_FIGURE_REMEDY, suggestions=_with_figures(parts, (Metric.IMPRESSION, Metric.COMMENT, None)))
    if len(parts.figures) > 1:
        raise NotUnderstood(ONE_FIGURE, remedy=ONE_EACH_REMEDY, suggestions=_with_figures(parts, parts.figures))
    return parts.figures[0]


def _with_figures(parts: RuleParts, figures: tuple[Metric | None, ...]) -> tuple[str, ...]:
    condition = parts.condition_text or "+50%"
    window = "" if parts.condition in UNUSUAL else f" {parts.window or 'week'}"
    who = f" {parts.rest.strip()}".rstrip() if not parts.figures else ""
    return tuple(f"{ALERT}{who} {metric_word(metric)} {condition}{window}" for metric in figures)


def _condition(parts: RuleParts, metric: Metric | None) -> Condition:
    if parts.condition is None:
        word = metric_word(metric)
        who = f" {parts.rest.strip()}".rstrip()
        falls = re.search(rf"\b(?:{FALLING})\b", parts.whole, re.IGNORECASE)
        changes = ("-30% week", "+50% week") if falls else ("+50% week", "-30% week")
        each = tuple(f"{ALERT}{who} {word} {condition}" for condition in (*changes, "< 2% week" if metric is None else "> 20 day"))
        raise NotUnderstood(NO_CONDITION.format(figure=word), remedy=NO_CONDITION_REMEDY, suggestions=each)
    if parts.condition in UNUSUAL:
        return parts.condition
    moves, amount = parts.condition in MOVES, parts.amount
    fits = 1 <= amount <= (_ALL if parts.condition is Condition.DOWN else _MOST_PERCENT) if moves else amount <= _ALL or metric is not None
    if not fits or (not amount and parts.condition is not Condition.ABOVE):
        raise NotUnderstood(f"“{parts.condition_text}” would never be met, or always.", remedy=RANGE_REMEDY, suggestions=EXAMPLES)
    return parts.condition


def other_days(words: Collection[str], text: str) -> NotUnderstood | None:
    """The error for two limits ("between 10 and 20"), or days that no alert has, among these unknown words of a text; None without."""
    if both := _BETWEEN.search(text):
        each = tuple(f"{ALERT} {text.replace(both[0], limit)}" for limit in (f"> {both['more']}", f"< {both['less']}"))
        return NotUnderstood(ONE_LIMIT.format(words=both[0]), remedy=ONE_EACH_REMEDY, suggestions=each)
    # "Impressions > 1000 year" is not about a thousand years.
    found = _OTHER_DAYS.search(LINE.sub(lambda one: "-" * len(one[0]), text))
    if not found or {*found[0].split()}.isdisjoint(words):
        return None
    rest = re.sub(r"(?<!\S)(?=\d+ ?%)", "+", f"{text[: found.start()]} {text[found.end() :]}").split()
    each = tuple(" ".join((ALERT, *rest, window)) for window in WINDOWS)
    return NotUnderstood(f"An alert is about a day, a week or a month, not “{found[0]}”.", remedy=SAY_WHICH, suggestions=each)


def goal_instead(text: str) -> NotUnderstood | None:
    """The error for a number to reach by a day, with its goals: "50,000 impressions by december"; None for any other text."""
    rest = re.sub(r"\b(?:by|until|in|for|before)\s*$", "", PERIOD.sub(" ", text.lower()).strip()).strip()
    is_goal = re.search(r"\b(?:by|until|in) |" + MONTH, text.lower()) and re.search(rf"(?<![<>=+-])(?<![<>=+-] )\b{AMOUNT}(?! ?%)", rest)
    each = tuple(f"goal {rest} {every}" for every in ("month", "quarter"))
    return NotUnderstood(IS_GOAL, remedy=GOAL_REMEDY, suggestions=each) if is_goal and PERIOD.search(text.lower()) else None
