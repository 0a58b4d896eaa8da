"""The table of verbs: the first word of a request → its handler."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from bot.access import commands
from bot.alerts import handler as alerts
from bot.alerts.rule import ALERT_WORDS, AlertCommand
from bot.alerts.rule_parts import NOTIFY
from bot.digests import handler as digests
from bot.digests.command import DIGEST_WORDS
from bot.errors import NotUnderstood, UsageError
from bot.goals import handler as goals
from bot.goals.parser import GOAL_WORDS
from bot.lazy_regex import any_case
from bot.listeners.forms import Forms
from bot.listeners.verbs import Route, asks_to_tell
from bot.management.service import SubscriptionService
from bot.management.together import TogetherHandler
from bot.parsing.reasons import not_given
from bot.parsing.several import EVERYTHING, PRESSED
from bot.parsing.vocabulary import LINK, NO_FIGURE, UNLINK
from bot.queries import questions
from bot.queries.handler import QueryHandler
from bot.slack.request import RenderedResult, Request
from bot.statistics.posts import find_posts
from bot.statistics.reports import FULL_ID
from bot.subscriptions.subscription import SubscriptionKind
from bot.watches import handler as watches
from bot.watches.parser import TOLD, as_watch_command
from bot.watches.rule import WATCH_WORDS


class Management(Struct, frozen=True):
    """The handlers of digests, alerts, goals and watches, and the forms by what they set up."""

    digests: digests.DigestHandler
    alerts: alerts.AlertHandler
    goals: goals.GoalHandler
    watches: watches.WatchHandler
    forms: Mapping[SubscriptionKind, Forms]
    subscriptions: SubscriptionService


NOT_ABOUT_POSTS = "Alerts and goals are about an account's figures, not about one post's."
WATCH_POSTS = "`watch` reports each new post of an account, with its figures after 24 hours, 72 hours and 7 days:"
#: Words for the post that is being talked about.
_OF_POST = any_case(
    r"\b(?:th(?:is|at|e|ese)(?: linkedin)? posts?|(?:it|this|that) (?:\w+ )?(?:gets?|has|reach|go|hit|pass|exceed|is|fall|drop|rise)\w*"
    r"|for (?:it|this|that)(?! \w*(?:week|month|quarter|account|channel)))\b"
)
#: "When any post passes 10k impressions", "10 comments per post".
_OF_ANY_POST = any_case(
    r"\b(?:any|an?|one|each|every|some|single|new)(?: (?:of|my|our|single|new|one))* posts?"
    r"(?= (?:\w+ )?(?:get|ha[sv]e?|reach|go|hit|pass|exceed|cross|with|above|over|is|fall|drop|rise)\w*\b.*\d)|\bper (?:\w+ )?post\b"
)
_IT_MOVES = any_case(r"\b(?:it|this|that) (?!week|month|quarter|year|account|channel)")
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
        watch = as_watch_command(request.text) if asks_to_tell(request.text) else ""
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
        Route(frozenset({EVERYTHING}), together.handle, applies=lambda text: PRESSED.fullmatch(text) is not None, set_up=together.commands),
        Route(
            DIGEST_WORDS, of_digests, check=named(digest_handler.check), amend=digest_handler.amend, not_understood=digests.NOT_UNDERSTOOD
        ),
        Route(
            ALERT_WORDS,
            of_alerts,
            check=named(alert_handler.read, NOTIFY),
            amend=alert_handler.amend,
            is_complete=lambda text: " " in text or text.lower() == "alerts",
            not_understood=alerts.NOT_UNDERSTOOD,
        ),
        Route(
            GOAL_WORDS,
            of_accounts(named(management.goals.handle)),
            amend=management.goals.amend,
            is_complete=lambda text: any(map(str.isdigit, text)) or text.lower() == "goals",
            check=named(management.goals.check),
            not_understood=goals.NOT_UNDERSTOOD,
        ),
        Route(
            WATCH_WORDS,
            of_watches,
            applies=lambda text: not NO_FIGURE.match(text.lower()),
            is_complete=lambda text: " " in text or text.lower() == "watches",
            check=named(management.watches.check),
            not_understood=watches.NOT_UNDERSTOOD,
        ),
        Route(
            frozenset({commands.ALLOW, commands.FORBID, commands.PERMISSIONS, commands.UNFURL, f"{commands.UNFURL}s"}),
            queries.handle_permission,
            is_complete=lambda text: _is_read(lambda: commands.read_permission(text, "", direct=False)),
        ),
        Route(
            frozenset({commands.CLIENT, commands.CLIENTS}),
            queries.handle_client,
            is_complete=lambda text: _is_read(lambda: commands.read_client(text, "", direct=False)),
        ),
        Route(
            frozenset({LINK, UNLINK}),
            queries.handle_link,
            applies=lambda text: not not_given(text.split()) and _is_read(lambda: commands.read_link(text), otherwise=True),
            is_complete=lambda text: _is_read(lambda: commands.read_link(text)),
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


def _is_read(read: Callable[[], Any], *, otherwise: bool = False) -> bool:
    """Whether a parser accepts a text; ``otherwise`` for a text that it recognizes with an error."""
    try:
        return bool(read())
    except UsageError:
        return otherwise
