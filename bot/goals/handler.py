"""Answers requests about goals, and evaluates those that are due; the messages: the list, a set or deleted goal, a reached goal."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from bot.access.permissions import PermissionService
from bot.delivery.builders import Built
from bot.errors import SAY_WHICH, BadSchedule, MetricFailed, NotUnderstood
from bot.goals.parser import GOAL, NEW_NUMBER, NOT_EVERY, NOT_FOR, SAY_IT, SAY_NEW, GoalAction, GoalCommand, goal_words, read_goal
from bot.goals.service import GoalDeleted, GoalList, GoalService, GoalSet
from bot.lazy_regex import any_case, any_of, lazy_regex
from bot.management.actions import DELETE_TEXT, DELETE_TITLE, MOVE_THERE, NotPossible, build_question
from bot.management.blocks import LOST_GROUP
from bot.parsing.dates import MONTHS, WEEKDAYS
from bot.parsing.text import ALSO, IN_CHANNEL, NUMBER_WORDS, SPLIT
from bot.parsing.vocabulary import METRIC_NAMES, METRIC_WORDS
from bot.reports import figures as say
from bot.reports.card_parts import metadata
from bot.reports.goals import GoalFetcher, bar, goal_lines, goal_subject, goal_title, period_name, progress_text
from bot.schedules.dates import read_date
from bot.slack.builders import (
    Block,
    Message,
    actions,
    build_notice,
    button,
    channel_words,
    context,
    fits,
    header,
    message_text,
    quoted,
    section,
)
from bot.slack.interactive import OPEN_CARD, asks_first, example, example_id, numbered
from bot.slack.request import RenderedResult, Request
from bot.statistics.reports import TEAM, Period, Unit, command_words, id_word
from bot.storage.delivery_log import DeliveryLog
from bot.subscriptions.delivery_state import Delivery
from bot.subscriptions.goal import Every, Goal, GoalPace, Progress, goal_of, period_of
from bot.subscriptions.subscription import SkipReason, Subscription, SubscriptionKind

NONE_YET = "There are no goals yet. A goal shows how far a figure has come. Set one like this: {example}"
UNREADABLE_GOALS = ":warning: Goals set by a newer version of this bot, which this version can't read: {n}."
REACHED = ":tada: Goal reached: {target} in {period}"
REACHED_BY = ":tada: {name} reached its goal of {target} in {period}"
SET_BY = "Set by {person}."
DELETE_LABEL = "Delete"
EXAMPLE_WORDS = "goal impressions 50,000 month"
#: The most goals in a list: each takes a block, and the Home tab has other sections.
MOST = 20
_EVENT = "goal"
#: The Home tab has the list and the first screen's examples, whose numbers are small.
_FIRST_BUTTON = 100


def build_goal_result(result: GoalList | GoalSet | GoalDeleted, today: date) -> Message:
    match result:
        case GoalSet():
            return _build_set(result, today)
        case GoalDeleted(goal, name, asked):
            aim = f"{say.noun(goal.metric, goal.target)} per {goal.every.value}"
            if asked:
                return build_question(
                    SubscriptionKind.GOAL, [f"{name}: {aim}"], button(example_id(1), DELETE_LABEL, goal_words(goal, GoalAction.DELETE))
                )
            return build_notice(f"The goal of {name} is deleted: {aim}.")
    return _build_list(result, today)


def _build_list(found: GoalList, today: date) -> Message:
    every, warnings = found.goals, [UNREADABLE_GOALS.format(n=found.unreadable)] if found.unreadable else []
    gone = [_row_without_group(one, number) for number, one in enumerate(found.without_group[:MOST], start=MOST + 1)]
    if not every and not gone:
        text = "\n".join([*warnings, NONE_YET.format(example=example(EXAMPLE_WORDS))])
        return Message(text, (section(text), actions([button(example_id(_FIRST_BUTTON), "Set This Goal", EXAMPLE_WORDS)])))
    blocks = [header("Goals"), *(_row(one, number, today) for number, one in enumerate(every[:MOST], start=1)), *gone]
    if len(every) > MOST:
        blocks.append(context(f"… and {len(every) - MOST} more."))
    how = f"Set or change one: {example(EXAMPLE_WORDS)}"
    lost = [row["text"]["text"] for row in gone]
    text = "\n".join([*goal_lines(every[:MOST], today, with_subject=True), *lost, *warnings])
    return Message(message_text(text), (*blocks, context("\n".join([*warnings, how]))))


def _row_without_group(goal: Goal, number: int) -> Block:
    aim = f"{say.noun(goal.metric, goal.target)} per {goal.every.value}"
    return _with_delete(f"*{quoted(goal.who)}: {aim}*\n{LOST_GROUP}", goal, number, f"{goal.who}, {aim}")


def _row(progress: Progress, number: int, today: date) -> Block:
    lines = [f"*{goal_title(progress, today, with_subject=True)}*", f"{bar(progress)} {progress_text(progress)}".strip()]
    goal = progress.goal
    owner = f" · {SET_BY.format(person=f'<@{goal.owner}>')}" if goal.owner else ""
    text = "\n".join([*lines, f"{channel_words(goal.channel)}{owner}"])
    return _with_delete(text, goal, number, f"{progress.name}, {say.noun(goal.metric, goal.target)}")


def _with_delete(text: str, goal: Goal, number: int, spoken: str) -> Block:
    words, label = goal_words(goal, GoalAction.DELETE), numbered(DELETE_LABEL, number, spoken)
    press = button(example_id(_FIRST_BUTTON + number), DELETE_LABEL, words, accessibility_label=label)
    title = DELETE_TITLE.format(kind=SubscriptionKind.GOAL)
    return section(text, asks_first(press, title, DELETE_TEXT[SubscriptionKind.GOAL]) if fits(words) else None)


def _build_set(result: GoalSet, today: date) -> Message:
    progress, before = result.progress, result.before
    (line,), goal = goal_lines([progress], today, with_subject=True), progress.goal
    if before is None:
        done = f":dart: Set. {line}."
    elif before == goal.target:
        done = f"{':dart: Moved' if result.moved else 'That goal is set already'}. {line}."
    else:
        done = f":dart: Changed from {say.noun(goal.metric, before)} to {say.noun(goal.metric, goal.target)}. {line}."
    if progress.pace is GoalPace.REACHED:
        return build_notice(done)
    where = f"When it is reached, I say so once in {channel_words(goal.channel)}."
    return Message(f"{done} {where}", (section(f"{done}\n{bar(progress)}".strip()), context(where)))


def build_reached(progress: Progress, today: date) -> Message:
    """The message that a goal is reached; its metadata has the kind of period, its first day and the target."""
    goal, state = progress.goal, progress_text(progress)
    target, period = say.noun(goal.metric, goal.target), period_name(progress, today)
    headline = (REACHED_BY if goal.who != TEAM else REACHED).format(name=goal_subject(progress), target=target, period=period)
    words = _card_words(progress)
    blocks = [section(f"*{headline}*\n{bar(progress)} {state}")]
    if fits(words):
        blocks.append(actions([button(example_id(1), OPEN_CARD, words)]))
    if goal.owner:
        blocks.append(context(SET_BY.format(person=f"<@{goal.owner}>")))
    message = Message(f"{headline}: {state}.", tuple(blocks), metadata(_EVENT, words, private=False))
    return message.with_event(_EVENT, reached=reached_mark(progress))


def reached_mark(progress: Progress) -> str:
    """The mark in the metadata of the message, the same for the same goal, period and target."""
    return f"{progress.goal.every.value} {progress.period.first.isoformat()} {progress.goal.target}"


def _card_words(progress: Progress) -> str:
    goal = progress.goal
    last = progress.last or progress.period.last
    days = Period(progress.period.first, last, Unit(goal.every) if last < progress.period.last else None)
    who = id_word(goal.account) if goal.account else " ".join(dict.fromkeys((TEAM, goal.who)))
    return f"{who} {command_words(days)}"


#: Periods that no goal has; "half of that is enough" names none.
_OTHER_PERIOD = any_case(rf"\bnext (?:week|month|quarter)\b|\b{any_of(sorted(NOT_EVERY - {'half', 'rate', '%'}))}\b")
_NUMBER = lazy_regex(r"\d+")
ONE_NUMBER, SEE_EACH_ACCOUNT = "A goal has one number for all of its accounts.", "See what each account has so far:"
NOT_UNDERSTOOD = "I didn't understand that. It looks like a goal."


#: Until when a goal is, and from when.
_UNTIL = any_case(
    r"\b(from (?P<first>\S+( \S+)?) (to|until|till|through)|by(?! [\d.,]+[km]?\W*$)|until|till|before)( the)? (?P<day>\S+( \S+){0,2})"
)
_SPAN = any_case(rf"\b(in|within|over|for)( the)? ((next|coming|following) )?(\d+|{'|'.join(NUMBER_WORDS)}) (days?|weeks?|months?)\b")
#: "For the whole team".
_FOR_WHOM = any_case(r"for (the )?(whole )?(?P<who>(?!(the )?(week|month|quarter|year|day)\b|each\b|every\b|now\b|next\b|this\b)[^\d]+)")
_NTH = any_case(r"(?P<n>\d{1,2})(st|nd|rd|th)")


def _with_end(text: str, today: date) -> str:
    """The text with the period that ends on its day in the place of it: "by the 30th" is "month"; raises NotUnderstood for other days."""
    if span := _SPAN.search(text):
        each = tuple(" ".join(f"{_SPAN.sub(' ', text)} {every}".split()) for every in Every)
        raise NotUnderstood(NOT_FOR.format(word=span[0].removeprefix("for ")), remedy=SAY_IT, suggestions=each)
    if (found := _UNTIL.search(text)) is None:
        return text
    words = found["day"].split()
    for length in range(len(words), 0, -1):
        typed = " ".join(words[:length]).replace(",", "").strip(".").lower()
        if typed not in WEEKDAYS and not re.search(r"\d", typed):
            continue
        nth, month = _NTH.fullmatch(typed), MONTHS[today.month - 1]
        try:
            last = read_date(f"{nth[1]} {month}" if nth else typed, today)
            first = read_date(found["first"], today) if found["first"] else None
        except BadSchedule:
            continue
        periods = ((every, period_of(every, today)) for every in (Every.MONTH, Every.QUARTER, Every.WEEK))
        ends = [every for every, period in periods if period.last == last and (first is None or f"{first:%m%d}" == f"{period.first:%m%d}")]
        before, behind = text[: found.start()], text[found.start("day") + len(" ".join(words[:length])) :]
        if ends and (ends[0] is not Every.WEEK or typed in WEEKDAYS):
            return f"{before}{ends[0]}{behind}"
        each = tuple(" ".join(f"{before}{behind} {every}".split()) for every in Every)
        raise NotUnderstood(NOT_FOR.format(word=found[0][: len(found[0]) - len(found["day"])] + typed), remedy=SAY_IT, suggestions=each)
    return text


def with_running(text: str, today: date) -> str:
    """The text with "month" and "quarter" in the place of the names of those that run today: "50k by the end of november", "for q4"."""
    text = _with_end(text, today)
    if re.search(r"\b(?:week|month|quarter)", text, re.IGNORECASE):
        return text
    month, quarter = MONTHS[today.month - 1], f"q{(today.month + 2) // 3}"
    names = rf"(?P<month>{month}|{month[:3]})|{quarter}"
    pattern = rf"\b(?:(?:by|until|in|for|before|this) )*(?:(?:the )?end of )?(?<!\d )(?:{names})\b(?! \d{{1,2}}\b)(?: {today.year})?:?"
    return re.sub(pattern, lambda found: "month" if found["month"] else "quarter", text, flags=re.IGNORECASE)


class GoalHandler:
    """Answers requests about goals; raises BotError."""

    def __init__(self, service: GoalService, *, permissions: PermissionService) -> None:
        self._service, self._permissions = service, permissions

    async def handle(self, request: Request) -> RenderedResult:
        await self._permissions.check(request.context)
        return await self._answer(self._read(request.text), request)

    async def check(self, request: Request) -> None:
        """Raises BotError for a command that would be refused."""
        if who := self._read(request.text).who:
            await self._service.account_or_group(who, request.context, str)

    def _read(self, text: str) -> GoalCommand:
        if SPLIT.search(text):
            raise NotUnderstood(ONE_NUMBER, remedy=SEE_EACH_ACCOUNT, suggestions=tuple(f"{TEAM} this {every}" for every in Every))
        return read_goal(with_running(text, self._service.today))

    async def amend(self, request: Request, command: str, change: str) -> RenderedResult:
        """Changes the goal that the last command set: "60k", "quarterly"."""
        await self._permissions.check(request.context)
        # As the words of a deletion, which name a goal without its number.
        command = await self._service.with_names(command, request.context)
        goal = read_goal(command.replace(GOAL, f"{GOAL} {GoalAction.DELETE}", 1))
        if not change:
            raise NotUnderstood(NEW_NUMBER, remedy=SAY_NEW, suggestions=(f"{GOAL} {GoalAction.LIST}",))
        own = " ".join(filter(None, (GOAL, GoalAction.CHANGE, goal.who, METRIC_NAMES[goal.metric] if goal.metric else "")))
        also, whose = ALSO.fullmatch(change), _FOR_WHOM.fullmatch(change)
        if also and (there := IN_CHANNEL.fullmatch(also["who"])):
            raise NotPossible("A goal has one channel.", remedy=MOVE_THERE, suggestions=(f"{own} {goal.every} in {there[1]}",))
        if also and METRIC_WORDS.keys() & {*also["who"].lower().replace(",", "").split()}:
            # "And one for followers, 500 this quarter".
            every = "" if re.search(r"\b(?:week|month|quarter)", also["who"]) else goal.every
            return await self.handle(replace(request, text=f"{GOAL} {goal.who} {also['who']} {every}"))
        whose = also or (whose if whose and not METRIC_WORDS.keys() & {*change.lower().split()} else None)
        if other := _OTHER_PERIOD.search(with_running(change, self._service.today)):
            each = tuple(f"{own} {every}" for every in Every if every != goal.every)
            raise NotUnderstood(NOT_FOR.format(word=other[0]), remedy=SAY_WHICH, suggestions=each)
        if whose:
            return await self.handle(replace(request, text=await self._service.for_another(goal, whose["who"], request.context)))
        figure = METRIC_WORDS.get(change.lower())
        asked = GoalCommand(GoalAction.CHANGE, metric=figure) if figure else self._read(f"{GOAL} {GoalAction.CHANGE} {change}")
        if asked.action is not GoalAction.CHANGE:
            return await self.handle(replace(request, text=f"{command} {change}"))
        if figure or asked.who or asked.metric not in (None, goal.metric):
            # Of another figure, or of another account, it is another goal.
            metric = METRIC_NAMES[goal.metric] if goal.metric and not asked.metric else ""
            words = (GOAL, "" if asked.who else goal.who, change, metric, "" if asked.every else goal.every)
            return await self.handle(replace(request, text=" ".join(filter(None, words))))
        asked = replace(asked, who=goal.who, metric=goal.metric, every=asked.every or (goal.every if asked.target else None))
        if asked.target and _NUMBER.fullmatch(change):
            await self._service.check_thousands(asked, request.context)
        return await self._answer(asked, request)

    async def list(self, request: Request) -> RenderedResult:
        await self._permissions.check(request.context)
        return await self._answer(GoalCommand(GoalAction.LIST), request)

    async def _answer(self, command: GoalCommand, request: Request) -> RenderedResult:
        result: GoalList | GoalSet | GoalDeleted
        match command.action:
            case GoalAction.SET:
                result = await self._service.set(command, request.context)
            case GoalAction.CHANGE:
                result = await self._service.change(command, request.context)
            case GoalAction.DELETE:
                result = await self._service.delete(command, request.context)
            case _:
                result = await self._service.list(request.context)
        message = build_goal_result(result, self._service.today)
        follow_up = "" if isinstance(result, GoalDeleted) else result.follow_up
        return RenderedResult(message, kind=f"goal {command.action}", changed=command.action is not GoalAction.LIST, follow_up=follow_up)


#: Attempts of an evaluation without figures; then the next day's evaluation follows.
TRIES: Final = 4
#: Earlier messages that are read: more than the periods and targets of one evaluation.
_MOST_POSTED: Final = 50


class GoalEvaluator:
    """Builds the messages of due goals: once in each period, the day after it is reached, a message is posted; on all other days nothing.

    Each evaluation counts the whole days of the period so far, so that the next one makes up for a day without figures.
    LinkedIn's figures of the last day may still grow: on the second day of a period the one before is evaluated once more.
    """

    def __init__(self, fetcher: GoalFetcher, log: DeliveryLog, clock: Callable[[], datetime]) -> None:
        self._fetcher, self._log, self._clock = fetcher, log, clock

    async def build(self, digest: Subscription, delivery: Delivery, late: timedelta | None) -> Built | SkipReason:  # noqa: ARG002 - never late
        """The message that the goal is reached, or why nothing is posted. Raises MetricFailed: no figure; the delivery is retried."""
        goal = goal_of(digest)
        if goal is None:
            return SkipReason.QUIET
        posted = await self._posted(delivery)
        for day in _days(goal, delivery.due.astimezone(UTC).date()):
            progress = await self._fetcher.progress(goal, digest.channel, after=day)
            if progress is None:
                return SkipReason.QUIET
            if progress.not_fetched and progress.pace is not GoalPace.REACHED and delivery.attempt < TRIES:
                raise MetricFailed(platform_id=goal.account or None)
            if progress.pace is GoalPace.REACHED and reached_mark(progress) not in posted:
                return Built(build_reached(progress, self._clock().date()))
        return SkipReason.QUIET

    async def _posted(self, delivery: Delivery) -> frozenset[str]:
        """The marks already announced, from the metadata of earlier messages."""
        return frozenset(str(one.event.get("reached", "")) for one in await self._log.posted_before(delivery, limit=_MOST_POSTED))


def _days(goal: Goal, today: date) -> tuple[date, ...]:
    """The last whole day, preceded by the last day of the period before if that ended a day earlier; none before the goal was set."""
    yesterday = today - timedelta(days=1)
    ended = yesterday - timedelta(days=1)
    days = (yesterday,) if period_of(goal.every, yesterday) == period_of(goal.every, ended) else (ended, yesterday)
    return tuple(day for day in days if period_of(goal.every, day).last >= goal.since)
