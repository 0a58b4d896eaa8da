"""Requests about alerts: `alert …`, and the buttons on alerts."""

from typing import Final

from bot.access.permissions import PermissionService
from bot.access.visibility import VisibilityService
from bot.alerts.command import AlertCommand
from bot.alerts.service import AlertService
from bot.management.actions import SubscriptionAction
from bot.reports.fetch import KnownAccounts
from bot.slack.request import RenderedResult, Request, RequestContext
from bot.statistics.accounts import Directory

NOT_UNDERSTOOD = "I did not understand that, and it looks like a question about alerts."

#: What changes nothing.
READING: Final = frozenset({SubscriptionAction.LIST, SubscriptionAction.SHOW, SubscriptionAction.TEST})


class AlertHandler:
    """Answers requests about alerts; raises BotError."""

    def __init__(
        self,
        service: AlertService,
        *,
        permissions: PermissionService,
        visibility: VisibilityService,
        accounts: KnownAccounts,
    ) -> None:
        self._service, self._permissions, self._visibility, self._accounts = service, permissions, visibility, accounts

    async def handle(self, request: Request) -> RenderedResult:
        """What was done, a list, or a test."""
        directory = await self._directory(request.context)
        return await self._answer(await self._service.read(request.text, request.context, directory), request, directory)

    async def list(self, request: Request) -> RenderedResult:
        """The alerts of this person, and of the channel."""
        return await self._answer(AlertCommand(SubscriptionAction.LIST), request, await self._directory(request.context))

    async def _answer(self, command: AlertCommand, request: Request, directory: Directory) -> RenderedResult:
        message = await self._service.answer(command, request.context, directory)
        changed = command.draft is not None or command.action not in READING
        return RenderedResult(message, kind=f"alert {command.action}", changed=changed)

    async def _directory(self, context: RequestContext) -> Directory:
        await self._permissions.check(context.team, context.user, context.channel, direct=context.is_dm, public=False)
        # An alert is for everybody: who opted out is in none, whoever sets it up.
        visibility = await self._visibility.seen_by(context.team, "", context.channel)
        return visibility.visible(await self._accounts.accounts())
