"""Answers requests about goals."""

from dataclasses import replace

from bot.access.permissions import PermissionService
from bot.goals.blocks import build_goal_result
from bot.goals.parser import GOAL, GoalAction, GoalCommand, read_goal
from bot.goals.service import GoalDeleted, GoalList, GoalService, GoalSet
from bot.parsing.vocabulary import METRIC_NAMES, METRIC_WORDS
from bot.slack.request import RenderedResult, Request

NOT_UNDERSTOOD = "I didn't understand that. It looks like a goal."


class GoalHandler:
    """Answers requests about goals; raises BotError."""

    def __init__(self, service: GoalService, *, permissions: PermissionService) -> None:
        self._service, self._permissions = service, permissions

    async def handle(self, request: Request) -> RenderedResult:
        await self._permissions.check(request.context)
        return await self._answer(read_goal(request.text), request)

    async def amend(self, request: Request, command: str, change: str) -> RenderedResult:
        """Changes the goal that the last command set: "60k", "quarterly"."""
        await self._permissions.check(request.context)
        # As the words of a deletion, which name a goal without its number.
        command = await self._service.with_names(command, request.context)
        goal = read_goal(command.replace(GOAL, f"{GOAL} {GoalAction.DELETE}", 1))
        figure = METRIC_WORDS.get(change.lower())
        asked = GoalCommand(GoalAction.CHANGE, metric=figure) if figure else read_goal(f"{GOAL} {GoalAction.CHANGE} {change}")
        if asked.action is not GoalAction.CHANGE:
            return await self.handle(replace(request, text=f"{command} {change}"))
        if figure or asked.who or asked.metric not in (None, goal.metric):
            # Of another figure, or of another account, it is another goal.
            metric = METRIC_NAMES[goal.metric] if goal.metric and not asked.metric else ""
            words = (GOAL, "" if asked.who else goal.who, change, metric, "" if asked.every else goal.every)
            return await self.handle(replace(request, text=" ".join(filter(None, words))))
        return await self._answer(replace(asked, who=goal.who, metric=goal.metric), request)

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
        follow_up = result.follow_up if isinstance(result, GoalSet) else ""
        return RenderedResult(message, kind=f"goal {command.action}", changed=command.action is not GoalAction.LIST, follow_up=follow_up)
