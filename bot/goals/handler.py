"""The hall's third desk: questions about goals are answered here, all others by the hall behind it.

::

    Question ─ about goals? ┬ no ──→ the hall
                            └ yes ─ permitted? ─ read_goal ─ desk ─→ Answer
"""

from collections.abc import Callable
from datetime import datetime

from bot.access.locale_service import LocaleService
from bot.access.permissions import PermissionService
from bot.blockkit.builders import Message
from bot.blockkit.number_format import use_number_format
from bot.goals.parser import about_goals, meant_goals, read_goal
from bot.goals.service import GoalService
from bot.ops import telemetry
from bot.router.run import RequestHandler, answer_at_desk, with_slip
from bot.slack.request import Request, Response

GOAL_MEANT = "I did not understand that, and it looks like a goal."


class GoalHandler:
    """Answers every question: those about goals at the desk, the rest in the hall behind it. ``answer`` never raises."""

    def __init__(
        self,
        *,
        hall: RequestHandler,
        desk: GoalService,
        gate: PermissionService,
        readers: LocaleService,
        metrics: telemetry.Metrics,
        clock: Callable[[], datetime],
    ) -> None:
        self._hall, self._desk, self._gate, self._readers = hall, desk, gate, readers
        self._metrics, self._clock = metrics, clock

    async def answer(self, question: Request) -> Response:
        """The answer to a question."""
        if not about_goals(question.text):
            return with_slip(question, await self._hall.answer(question), meant_goals, GOAL_MEANT, self._clock())
        return await answer_at_desk(question, self._carry_out, metrics=self._metrics, clock=self._clock)

    async def _carry_out(self, question: Request, record: telemetry.RequestRecord) -> Message:
        who = question.context
        await self._gate.check(who.team, who.user, who.channel, direct=who.is_dm, public=False)
        ask = read_goal(question.text)
        record.kind = f"goal {ask.deed}"
        with use_number_format(await self._readers.notation(who.user, public=False)):
            return await self._desk.answer(ask, who)
