"""Words in, message out: the hall every answer passes, whichever bell rang.

::

    Question ─ read_words ─ allowed? ─ to_ask ┬ a post ──── whose? ── Statistics ─┐
                                              ├ an account ─ whose? ── Statistics ─┤
                                              ├ start, accounts, default, help ────┼→ Answer (a Message and its outcome)
                                              └ a failure ─────── its sentence ────┘

It declares the Protocols it needs; ``app`` hands the rooms in.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot import telemetry
from bot.blocks import notices
from bot.blocks.message import Message
from bot.blocks.report import build_account_card, build_post_card
from bot.domain import asks
from bot.domain.accounts import Account, Directory
from bot.domain.asks import AccountAsk, AccountsAsk, Ask, DefaultAsk, HelpAsk, PostAsk, Words
from bot.domain.metrics import ALL_METRICS, DAILY_METRICS, Figure, Metric, RateBasis, Value
from bot.domain.periods import Period, last_days
from bot.domain.refs import PostKind, PostRef
from bot.domain.reports import AccountReport, DailyReading, Freshness, PostReport, Reading
from bot.domain.tallies import comparable, tallies
from bot.errors import ActivityLink, BotError, NoAccount, NotAllowed, UsageError

logger = logging.getLogger(__name__)

#: Figures of a post younger than this are still filling in (PostPost's documentation: up to 24 h).
FILLING_IN_SECONDS = 24 * 3600

ACTIVITY_UNKNOWN = "This is an activity link, and LinkedIn's statistics need the post's own id, which is a different number."
ACTIVITY_REMEDY = (
    "On LinkedIn open the post's menu (…), choose *Embed this post*, and paste the link from there: it always holds the id. "
    "A link with `share` or `ugcPost` in it works too."
)
NO_ACCOUNT = "No LinkedIn account is connected here yet."
NO_ACCOUNT_REMEDY = "Connect one in PostPost, or ask the person who runs this bot to set `POSTPOST_PLATFORM_ID`."
CHANNEL_NOT_ALLOWED = "I am not set up to answer in this channel."


class Statistics(Protocol):
    """The statistics API. Every method raises a StatisticsError when it cannot give an answer, within its own deadline."""

    async def post_statistics(
        self, platform_id: str, post: PostRef, metrics: Sequence[Metric] = ALL_METRICS, *, fresh: bool = False
    ) -> Reading:
        """A post's lifetime figures; ``fresh`` goes past the short memory."""
        ...

    async def account_totals(
        self, platform_id: str, period: Period | None, metrics: Sequence[Metric] = ALL_METRICS, *, fresh: bool = False
    ) -> Reading:
        """An account's totals over a period, or over its lifetime."""
        ...

    async def account_daily(
        self, platform_id: str, period: Period, metrics: Sequence[Metric] = DAILY_METRICS, *, fresh: bool = False
    ) -> DailyReading:
        """An account's days; reach has none."""
        ...


class Accounts(Protocol):
    """The connected accounts. Neither method ever raises."""

    async def accounts(self) -> Directory:
        """The accounts, asked for when nothing recent is known."""
        ...

    def known(self) -> Directory:
        """The accounts known right now, without waiting."""
        ...


class Posts(Protocol):
    """Which posts are known, and whose they are; kept in memory, never waits."""

    def owner(self, post: PostRef) -> str | None:
        """The platform id of the account that published it, when known."""
        ...

    def title(self, post: PostRef) -> str:
        """The first words of the post (foreign text), or ""."""
        ...

    def match_activity(self, activity: PostRef, platform_id: str | None) -> PostRef | None:
        """The one known post that an activity link can only mean, by its time; None when none or several fit."""
        ...

    def note(self, post: PostRef, platform_id: str) -> None:
        """Remember that this account gave figures for this post."""
        ...


class Defaults(Protocol):
    """The channels' default accounts. Raises StoreError when the database cannot be used."""

    async def channel_default(self, team: str, channel: str) -> str | None:
        """The channel's default account's platform id, when one was set."""
        ...

    async def set_channel_default(self, team: str, channel: str, platform_id: str | None, *, by: str, at: datetime) -> None:
        """Set it; who changed it and when is kept."""
        ...


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and where: Slack's ids. ``direct`` is True in a conversation with the bot alone."""

    team: str
    user: str
    channel: str
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Words and who asks them; ``context`` is what the thread is about (canonical words or links), "" when nothing is known."""

    words: str
    asker: Asker
    door: str
    context: str = ""
    fresh: bool = False


class Outcome(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    CHOICE = "choice"
    SUGGESTION = "suggestion"
    REFUSED = "refused"
    TROUBLE = "trouble"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Answer:
    """A message and what it is: ``share`` is True only when the person asked for everybody to see it and it is an answer."""

    message: Message
    outcome: Outcome
    reference: str
    share: bool = False

    @property
    def stands(self) -> bool:
        """Whether it may take the place of an earlier answer; trouble never does."""
        return self.outcome in (Outcome.ANSWERED, Outcome.CHOICE)


@dataclass(frozen=True, slots=True)
class House:
    """What ``app`` decides: who may ask, the default account, what the rate is of."""

    default_account: str | None = None
    basis: RateBasis = RateBasis.IMPRESSIONS
    administrators: frozenset[str] = frozenset()
    allowed_channels: frozenset[str] = frozenset()


class _ChooseAccount(Exception):
    """Several accounts would do: the person chooses. A turn of the conversation, not a failure."""


class Reporter:
    """The hall. ``answer`` never raises: every failure has its message."""

    def __init__(
        self,
        *,
        statistics: Statistics,
        accounts: Accounts,
        posts: Posts,
        defaults: Defaults,
        house: House,
        metrics: telemetry.Metrics,
        clock: Callable[[], datetime],
    ) -> None:
        self._statistics = statistics
        self._accounts = accounts
        self._posts = posts
        self._defaults = defaults
        self._house = house
        self._metrics = metrics
        self._clock = clock

    async def answer(self, question: Question) -> Answer:
        """The answer to a question: a card, a notice, a choice, or what went wrong and how to mend it."""
        who = question.asker
        with (
            telemetry.referenced() as reference,
            telemetry.ask_line(self._metrics, question.door, team=who.team, channel=who.channel, user=who.user) as record,
        ):
            answer = await self._answer_or_trouble(question, reference, record)
            record.outcome = answer.outcome
            return answer

    async def _answer_or_trouble(self, question: Question, reference: str, record: telemetry.AskRecord) -> Answer:
        try:
            ask = await self._ask(question)
            record.kind = type(ask).__name__.removesuffix("Ask").lower()
            return await self._answered(ask, question, reference)
        except _ChooseAccount:
            directory = await self._accounts.accounts()
            return Answer(notices.build_account_menu(directory, asks.to_words(ask)), Outcome.CHOICE, reference)
        except BotError as error:
            record.kind = type(error).__name__
            return Answer(self._trouble(error, reference), _outcome(error), reference)
        except Exception:
            logger.exception("an answer failed")
            return Answer(notices.build_internal_error(reference), Outcome.FAILED, reference)

    def _trouble(self, error: BotError, reference: str) -> Message:
        return notices.build_trouble(error, reference=reference, directory=self._accounts.known(), now=self._clock())

    async def _ask(self, question: Question) -> Ask:
        now = self._clock()
        words = asks.read_words(question.words, now.date(), now)
        self._check_allowed(question.asker, words)
        if question.context:
            words = asks.in_context(words, question.context, now.date(), now)
        directory = await self._accounts.accounts() if words.rest else self._accounts.known()
        return asks.to_ask(words, directory)

    def _check_allowed(self, asker: Asker, words: Words) -> None:
        house = self._house
        open_here = not house.allowed_channels or asker.channel in house.allowed_channels or asker.user in house.administrators
        if not open_here and words.verb != "help":
            people = " or ".join(f"<@{person}>" for person in sorted(house.administrators)) or "the person who runs this bot"
            raise NotAllowed(CHANNEL_NOT_ALLOWED, remedy=f"Ask {people} to allow it, or ask me in a channel where I may answer.")

    async def _answered(self, ask: Ask, question: Question, reference: str) -> Answer:
        match ask:
            case PostAsk():
                message = await self._post_card(ask, question)
            case AccountAsk():
                message = await self._account_card(ask, question)
            case AccountsAsk():
                message = notices.build_accounts(await self._accounts.accounts(), await self._default_account(question.asker))
            case DefaultAsk():
                message = await self._default(ask, question.asker)
            case HelpAsk():
                message = notices.build_help(ask.topic)
            case _:
                message = await self._start(question)
        return Answer(message, Outcome.ANSWERED, reference, share=bool(getattr(ask, "share", False)))

    # ── whose figures ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _whose(self, named: str | None, post: PostRef | None, asker: Asker) -> str:
        """Named in the words, else the post's known account, else the channel's default, else the only one, else a choice."""
        if named:
            return named
        owner = self._posts.owner(post) if post else None
        chosen = owner or await self._default_id(asker)
        if chosen:
            return chosen
        directory = await self._accounts.accounts()
        if not directory.accounts:
            raise NoAccount(NO_ACCOUNT, remedy=NO_ACCOUNT_REMEDY)
        if len(directory.accounts) > 1:
            raise _ChooseAccount
        return directory.accounts[0].platform_id

    async def _default_id(self, asker: Asker) -> str | None:
        return await self._defaults.channel_default(asker.team, asker.channel) or self._house.default_account

    async def _default_account(self, asker: Asker) -> Account | None:
        platform_id = await self._default_id(asker)
        return self._account(platform_id) if platform_id else None

    def _account(self, platform_id: str) -> Account:
        return self._accounts.known().get(platform_id) or Account(platform_id, platform_id)

    # ── cards ────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _post_card(self, ask: PostAsk, question: Question) -> Message:
        post, matched = self._without_activity(ask)
        platform_id = await self._whose(ask.account, post, question.asker)
        metrics = ask.metrics or ALL_METRICS
        reading = await self._statistics.post_statistics(platform_id, post, metrics, fresh=question.fresh)
        if any(isinstance(figure, Value) for figure in reading.figures.values()):
            self._posts.note(post, platform_id)
        now, published = self._clock(), post.published_at
        report = PostReport(
            post=post,
            account=self._account(platform_id),
            figures=reading.figures,
            metrics=tuple(metrics),
            freshness=_freshness(reading),
            basis=self._house.basis,
            title=self._posts.title(post),
            published_at=published,
            filling_in=published is not None and (now - published).total_seconds() < FILLING_IN_SECONDS,
            matched_by_time=matched,
            period_ignored=ask.period_ignored,
        )
        words = asks.to_words(replace(ask, post=post, account=platform_id, share=False, period_ignored=False))
        return build_post_card(report, today=now.date(), words=words, private=not ask.share)

    def _without_activity(self, ask: PostAsk) -> tuple[PostRef, bool]:
        """The post an ask means, and whether an activity link was matched to it by time."""
        if ask.post.kind is not PostKind.ACTIVITY:
            return ask.post, False
        post = self._posts.match_activity(ask.post, ask.account)
        if post is None:
            raise ActivityLink(ACTIVITY_UNKNOWN, remedy=ACTIVITY_REMEDY)
        return post, True

    async def _account_card(self, ask: AccountAsk, question: Question) -> Message:
        platform_id = await self._whose(ask.account, None, question.asker)
        today = self._clock().date()
        report = await self._account_report(platform_id, ask, today=self._clock(), fresh=question.fresh)
        words = asks.to_words(replace(ask, account=platform_id, period=report.period, share=False))
        return build_account_card(report, today=today, words=words, private=not ask.share)

    async def _account_report(self, platform_id: str, ask: AccountAsk, *, today: datetime, fresh: bool) -> AccountReport:
        """The period and the one before it: one request by day, and one for each period's reach (which has no days)."""
        period = ask.period or last_days(7, today.date())
        before, metrics = period.before, ask.metrics or ALL_METRICS
        by_day = tuple(metric for metric in metrics if metric in DAILY_METRICS)
        reach = tuple(metric for metric in metrics if metric not in DAILY_METRICS)
        daily, now_reach, before_reach = await _together(
            self._statistics.account_daily(platform_id, Period(before.first, period.last), by_day, fresh=fresh) if by_day else None,
            self._statistics.account_totals(platform_id, period, reach, fresh=fresh) if reach else None,
            self._statistics.account_totals(platform_id, before, reach, fresh=fresh) if reach else None,
        )
        series = daily.series if isinstance(daily, DailyReading) else {}
        readings = tuple(reading for reading in (daily, now_reach, before_reach) if reading is not None)
        return AccountReport(
            account=self._account(platform_id),
            period=period,
            figures=_in_order(metrics, tallies(series, period), now_reach),
            metrics=tuple(metrics),
            freshness=_freshness(*readings),
            before=before,
            before_figures=_in_order(metrics, comparable(series, period, before), before_reach),
            daily=series or None,
            by_day=ask.daily,
            basis=self._house.basis,
        )

    # ── notices ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _default(self, ask: DefaultAsk, asker: Asker) -> Message:
        if ask.account is None:
            return notices.build_default(await self._default_account(asker), changed=False)
        await self._defaults.set_channel_default(asker.team, asker.channel, ask.account, by=asker.user, at=self._clock())
        return notices.build_default(self._account(ask.account), changed=True)

    async def _start(self, question: Question) -> Message:
        directory = await self._accounts.accounts()
        default = await self._default_account(question.asker)
        if default is None and len(directory.accounts) == 1:
            default = directory.accounts[0]
        report = await self._start_report(default) if default else None
        return notices.build_start(directory, default, report, today=self._clock().date())

    async def _start_report(self, account: Account) -> AccountReport | None:
        """The default account's last week; the first screen stands without it when the service is in trouble."""
        try:
            return await self._account_report(account.platform_id, AccountAsk(), today=self._clock(), fresh=False)
        except BotError as error:
            logger.info("the first screen goes without figures", extra={"failure": type(error).__name__})
            return None


async def _together(*requests: object) -> list[object]:
    """The results of those requests that are none of None, in their places; the first failure ends them all."""
    tasks = [asyncio.ensure_future(request) if request is not None else None for request in requests]  # type: ignore[call-overload]
    running = [task for task in tasks if task is not None]
    try:
        await asyncio.gather(*running)
    except BaseException:
        for task in running:
            task.cancel()
        raise
    return [task.result() if task is not None else None for task in tasks]


def _in_order(metrics: Sequence[Metric], by_day: dict[Metric, Figure], reach: object) -> dict[Metric, Figure]:
    figures = {**by_day, **(reach.figures if isinstance(reach, Reading) else {})}
    return {metric: figures[metric] for metric in metrics if metric in figures}


def _freshness(*readings: Reading | DailyReading) -> Freshness:
    """Where a card's figures come from; the oldest reading dates them."""
    asked = sum(len(reading.figures if isinstance(reading, Reading) else reading.series) for reading in readings)
    cached = sum(len(reading.cached) for reading in readings)
    return Freshness(
        fetched_at=min(reading.fetched_at for reading in readings),
        cached="all" if cached and cached >= asked else "part" if cached else "",
        recalled=any(reading.recalled for reading in readings),
    )


def _outcome(error: BotError) -> Outcome:
    if isinstance(error, UsageError):
        return Outcome.SUGGESTION
    return Outcome.REFUSED if isinstance(error, NotAllowed) else Outcome.TROUBLE
