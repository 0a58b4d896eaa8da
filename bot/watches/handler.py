"""Answers requests about watches."""

from typing import Final

from bot.errors import UsageError
from bot.management.actions import SubscriptionAction
from bot.management.authorization import Authorization
from bot.slack.request import RenderedResult, Request
from bot.watches.blocks import HOME_ROWS, build_home_watches, build_watch_result
from bot.watches.parser import read_watch
from bot.watches.service import WatchService

NOT_UNDERSTOOD = "I didn't understand that. It looks like a watch."
#: What changes nothing.
READING: Final = frozenset({SubscriptionAction.LIST, SubscriptionAction.SHOW})


class WatchHandler:
    """Answers requests about watches; raises BotError."""

    def __init__(self, service: WatchService, authorization: Authorization) -> None:
        self._service, self._authorization = service, authorization

    async def handle(self, request: Request) -> RenderedResult:
        command = read_watch(request.text)
        result = await self._service.answer(command, request.context, await self._authorization.checked_accounts(request.context))
        return RenderedResult(build_watch_result(result), kind=f"watch {command.action}", changed=command.action not in READING)

    async def home(self, request: Request) -> RenderedResult:
        """The watches of this person, and of the channel, for the Home tab."""
        await self._authorization.permissions.check(request.context)
        return RenderedResult(build_home_watches(await self._service.list(request.context, HOME_ROWS)), kind="watch list")

    async def check(self, request: Request) -> None:
        """Raises a UsageError without suggestions unless the text names accounts or a group: its first word may be no "watch" at all."""
        command, context = read_watch(request.text), request.context
        try:
            accounts = await self._authorization.checked_accounts(context)
            await self._service.whose(command.who or ("?",), accounts, context.team, context.channel)
        except UsageError as error:
            error.suggestions = ()
            raise
