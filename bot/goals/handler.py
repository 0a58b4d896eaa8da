"""Requests about goals: `goal …`, `goals`."""

from bot.access.permissions import PermissionService
from bot.goals.parser import GoalAction, GoalCommand, read_goal
from bot.goals.service import GoalService
from bot.slack.request import RenderedResult, Request

NOT_UNDERSTOOD = "I did not understand that, and it looks like a goal."


class GoalHandler:
    """Answers requests about goals; raises BotError."""

    def __init__(self, service: GoalService, *, permissions: PermissionService) -> None:
        self._service, self._permissions = service, permissions

    async def handle(self, request: Request) -> RenderedResult:
        """What was done, or the list."""
        await self._check(request)
        return await self._answer(read_goal(request.text), request)

    async def list(self, request: Request) -> RenderedResult:
        """The goals, and how far they are."""
        await self._check(request)
        return await self._answer(GoalCommand(GoalAction.LIST), request)

    async def _check(self, request: Request) -> None:
        context = request.context
        await self._permissions.check(context.team, context.user, context.channel, direct=context.is_dm, public=False)

    async def _answer(self, command: GoalCommand, request: Request) -> RenderedResult:
        message = await self._service.answer(command, request.context)
        return RenderedResult(message, kind=f"goal {command.action}", changed=command.action is not GoalAction.LIST)
