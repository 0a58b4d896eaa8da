"""The handlers of digests, alerts, goals and watches, and the table of verbs: the first word of a request → its handler."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace
from slack_sdk.web.async_client import AsyncWebClient

from bot.access.commands import (
    ALLOW,
    CLIENT,
    CLIENTS,
    FORBID,
    PERMISSIONS,
    UNFURL,
    administration,
    read_client,
    read_link,
    read_permission,
)
from bot.alerts import handler as alerts
from bot.alerts.handler import AlertForms, AlertHandler
from bot.alerts.rule import ALERT, ALERT_WORDS, AlertCommand, stored_rule_text
from bot.alerts.rule_parts import NOTIFY
from bot.alerts.service import AlertService
from bot.bootstrap.queries import QueryParts
from bot.bootstrap.scheduling import SchedulerRuntime
from bot.digests import handler as digests
from bot.digests.command import DIGEST, DIGEST_WORDS
from bot.digests.handler import DigestForms, DigestHandler
from bot.digests.parser import digest_of_schedule
from bot.digests.service import DigestService
from bot.errors import NotUnderstood, UsageError
from bot.goals import handler as goals
from bot.goals.handler import GoalHandler
from bot.goals.parser import GOAL, GOAL_WORDS
from bot.goals.service import GoalService
from bot.lazy_regex import lazy_regex
from bot.listeners.forms import Forms
from bot.listeners.verbs import Route
from bot.management.service import SubscriptionService
from bot.management.together import TogetherHandler
from bot.parsing.account_names import FULL_ID
from bot.parsing.courtesies import POLITELY
from bot.parsing.orders import TELL_ME, action_first, as_goal
from bot.parsing.reasons import NO_FIGURE, not_given
from bot.parsing.several import EVERYTHING, PRESSED, all_command
from bot.parsing.vocabulary import LINK, METRIC_WORDS, RATE_WORDS, UNLINK
from bot.queries import questions
from bot.queries.handler import QueryHandler
from bot.settings import Settings
from bot.slack.numbers import number_format_of
from bot.slack.people import ChannelDirectory
from bot.slack.request import RenderedResult, Request
from bot.statistics.posts import find_posts
from bot.subscriptions.subscription import SubscriptionKind
from bot.watches import handler as watches
from bot.watches.handler import WatchForms, WatchHandler
from bot.watches.parser import TOLD, as_watch_command
from bot.watches.rule import WATCH, WATCH_WORDS
from bot.watches.service import WatchService


class Management(Struct, frozen=True):
    """The handlers of digests, alerts, goals and watches, and the forms by what they set up."""

    digests: DigestHandler
    alerts: AlertHandler
    goals: GoalHandler
    watches: WatchHandler
    forms: Mapping[SubscriptionKind, Forms]
    subscriptions: SubscriptionService


def build_management(settings: Settings, parts: QueryParts, *, runtime: SchedulerRuntime, client: AsyncWebClient) -> Management:
    sources = parts.sources
    subscriptions = SubscriptionService(
        sources,
        runtime.scheduling.stores,
        ChannelDirectory(client, sources.people),
        channel_default=parts.defaults.channel_default,
        default_account=settings.postpost_platform_id,
        wake=runtime.scheduling.runner.wake,
        rules={SubscriptionKind.ALERT: stored_rule_text},
    )
    authorization, grace = subscriptions.authorization, settings.digest_late
    digests = DigestService(subscriptions, runtime.building, grace=grace, number_format=number_format_of(settings.locale))
    alerts, watches = AlertService(subscriptions, runtime.alerting, grace), WatchService(subscriptions, runtime.watches)
    of_digests, of_alerts = DigestHandler(digests, authorization, sources.groups), AlertHandler(alerts, authorization)
    of_watches = WatchHandler(watches, authorization)
    forms: Mapping[SubscriptionKind, Forms] = {
        SubscriptionKind.DIGEST: DigestForms(of_digests, digests, subscriptions),
        SubscriptionKind.ALERT: AlertForms(of_alerts, alerts, subscriptions),
        SubscriptionKind.WATCH: WatchForms(watches, subscriptions),
    }
    return Management(
        of_digests,
        of_alerts,
        GoalHandler(GoalService(parts.goals, subscriptions), permissions=sources.permissions),
        of_watches,
        forms,
        subscriptions,
    )


NOT_ABOUT_POSTS = "Alerts and goals are about an account's figures, not about one post's."
WATCH_POSTS = "`watch` reports each new post of an account, with its figures after 24 hours, 72 hours and 7 days:"
#: Words for the post that is being talked about.
_OF_POST = lazy_regex(
    r"\b(?:th(?:is|at|e|ese)(?: linkedin)? posts?|(?:it|this|that) (?:\w+ )?(?:gets?|has|reach|go|hit|pass|exceed|is|fall|drop|rise)\w*"
    r"|for (?:it|this|that)(?! \w*(?:week|month|quarter|account|channel)))\b",
    re.IGNORECASE,
)
#: "When any post passes 10k impressions", "10 comments per post".
_OF_ANY_POST = lazy_regex(
    r"\b(?:any|an?|one|each|every|some|single|new)(?: (?:of|my|our|single|new|one))* posts?"
    r"(?= (?:\w+ )?(?:get|ha[sv]e?|reach|go|hit|pass|exceed|cross|with|above|over|is|fall|drop|rise)\w*\b.*\d)|\bper (?:\w+ )?post\b",
    re.IGNORECASE,
)
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
_IT_MOVES = lazy_regex(r"\b(?:it|this|that) (?!week|month|quarter|year|account|channel)", re.IGNORECASE)
_FIGURE = rf"(?:{'|'.join(map(re.escape, (*METRIC_WORDS, *RATE_WORDS)))})"
_TELL_ME = lazy_regex(
    rf"{TELL_ME} (?=.*(?:\d|half|halv|doubl|tripl|third|quarter|unusual|weird|strange|odd|\b{_FIGURE}\b|\bpost))", re.IGNORECASE
)
#: Other words for an alert and a goal.
_ALARM = lazy_regex(r"\b(?:alarm|notification|warning)(?=s?\b)", re.IGNORECASE)
TARGET = "target"
T = TypeVar("T")


def routes(queries: QueryHandler, management: Management) -> tuple[Route, ...]:
    """The table, one row a verb. A request without a verb is a question about figures, or asks for help."""
    digest_handler, alert_handler = management.digests, management.alerts

    def of_accounts(handle: Callable[[Request], Awaitable[T]]) -> Callable[[Request], Awaitable[T]]:
        """The handler of requests about accounts, which refuses those about one post: "alert me when it reaches 20k" under its card."""

        async def handle_accounts(request: Request) -> T:
            last = None if request.about or not request.is_typed else await queries.last.find(request.context.place)
            about = request.about or (last.subject if last else "")
            if _OF_ANY_POST.search(request.text):
                raise NotUnderstood(NOT_ABOUT_POSTS, remedy=WATCH_POSTS, suggestions=("watch team", "help alerts"))
            if find_posts(request.text).posts or (_OF_POST.search(request.text) and find_posts(about).posts):
                raise NotUnderstood(NOT_ABOUT_POSTS, remedy=WATCH_POSTS, suggestions=("watch", "help alerts"))
            return await handle(request)

        return handle_accounts

    def named(
        handle: Callable[[Request], Awaitable[T]], untouched: re.Pattern[str] = questions.ADDRESSED
    ) -> Callable[[Request], Awaitable[T]]:
        """The handler of requests with accounts in the place of the people they mention."""

        async def handle_named(request: Request) -> T:
            return await handle(await queries.reader.command_with_accounts(request, untouched))

        return handle_named

    async def alert_or_watch(request: Request) -> RenderedResult:
        """Answers "alert me when acme posts", which is a watch."""
        watch = as_watch_command(request.text) if _TELL_ME.match(request.text.strip()) else ""
        if watch:
            return await management.watches.handle(replace(request, text=watch))
        return await alert_handler.handle(await _below_card(request, alert_handler.read))

    of_alerts, of_digests = of_accounts(named(alert_or_watch, NOTIFY)), named(digest_handler.handle)
    of_watches = named(management.watches.handle, TOLD)
    together = TogetherHandler(
        management.subscriptions,
        {SubscriptionKind.DIGEST: of_digests, SubscriptionKind.ALERT: of_alerts, SubscriptionKind.WATCH: of_watches},
    )

    return (
        Route(
            frozenset({EVERYTHING}),
            together.handle,
            applies=lambda text: PRESSED.fullmatch(text) is not None,
            as_command=all_command,
            goes_first=True,
            set_up=together.commands,
        ),
        Route(
            frozenset(),
            of_digests,
            as_command=lambda text: (
                f"{DIGEST} history" if _SENT.fullmatch(text) else action_first(text, DIGEST) if _INSTEAD.match(text) else ""
            ),
            goes_first=True,
        ),
        Route(frozenset(), of_watches, as_command=lambda text: f"{WATCH} list" if _ANNOUNCED.match(text) else "", goes_first=True),
        Route(frozenset(), of_alerts, as_command=lambda text: _told(text) if _ONCE_IT_IS.search(text) else "", goes_first=True),
        Route(
            DIGEST_WORDS,
            of_digests,
            check=named(digest_handler.check),
            as_command=lambda text: action_first(text, DIGEST) or digest_of_schedule(text),
            amend=digest_handler.amend,
            sets_up=DIGEST,
            not_understood=digests.NOT_UNDERSTOOD,
        ),
        Route(
            ALERT_WORDS,
            of_alerts,
            check=named(alert_handler.read, NOTIFY),
            as_command=lambda text: action_first(_ALARM.sub(ALERT, text), ALERT) or _told(text),
            amend=alert_handler.amend,
            is_complete=lambda text: " " in text or text.lower() == "alerts",
            sets_up=ALERT,
            not_understood=alerts.NOT_UNDERSTOOD,
        ),
        Route(
            GOAL_WORDS,
            of_accounts(named(management.goals.handle)),
            as_command=lambda text: action_first(text, GOAL) or action_first(text, TARGET) or as_goal(text),
            amend=management.goals.amend,
            is_complete=lambda text: any(map(str.isdigit, text)) or text.lower() == "goals",
            check=named(management.goals.check),
            sets_up=GOAL,
            not_understood=goals.NOT_UNDERSTOOD,
        ),
        Route(
            WATCH_WORDS,
            of_watches,
            applies=lambda text: not NO_FIGURE.match(text.lower()),
            as_command=as_watch_command,
            is_complete=lambda text: " " in text or text.lower() == "watches",
            check=named(management.watches.check),
            not_understood=watches.NOT_UNDERSTOOD,
        ),
        Route(
            frozenset({ALLOW, FORBID, PERMISSIONS, UNFURL, f"{UNFURL}s"}),
            queries.handle_permission,
            is_complete=lambda text: _is_read(lambda: read_permission(text, "", direct=False)),
        ),
        Route(frozenset(), queries.handle_administration, as_command=administration),
        Route(
            frozenset({CLIENT, CLIENTS}),
            queries.handle_client,
            is_complete=lambda text: _is_read(lambda: read_client(text, "", direct=False)),
        ),
        Route(
            frozenset({LINK, UNLINK}),
            queries.handle_link,
            applies=lambda text: not not_given(text.split()) and _is_read(lambda: read_link(text), otherwise=True),
            is_complete=lambda text: _is_read(lambda: read_link(text)),
        ),
    )


async def _below_card(request: Request, read: Callable[[Request], Awaitable[AlertCommand]]) -> Request:
    """The request about the account of the card above it, where it names none: "tell me when impressions fall 20%"."""
    above, (first, _, rest) = FULL_ID.findall(request.about), request.text.strip().partition(" ")
    if len(above) != 1:
        return request
    try:
        draft = (await read(request)).draft
        names_none = draft is not None and not (draft.account or draft.rule.who)
    except UsageError:
        names_none = _IT_MOVES.search(rest) is not None
    return replace(request, text=f"{first} {above[0]} {rest}") if names_none else request


def _told(text: str) -> str:
    """The alert that a text asks for in other words: "tell me when impressions drop 20%"; "" for any other."""
    found = _TELL_ME.match(text.strip())
    if not found or as_watch_command(text):
        return ""
    # Who is told, and where.
    told = found["told"] or ""
    told = f" for {told}" if told.startswith(("<@", "<!")) else f" in {told}" if told.startswith("<#") else ""
    return f"{ALERT} {text.strip()[found.end() :]}{told}"


def _is_read(read: Callable[[], Any], *, otherwise: bool = False) -> bool:
    """Whether a parser accepts a text; ``otherwise`` for a text that it recognizes with an error."""
    try:
        return bool(read())
    except UsageError:
        return otherwise
