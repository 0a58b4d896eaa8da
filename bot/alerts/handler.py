"""The hall's desk for alerts: questions about alerts are answered here, all others by the hall behind it.

::

    Question ─ about alerts? ┬ no ──→ the hall
                             └ yes ─ permitted? ─ read_alert ─ desk ─→ Answer
"""

from collections.abc import Callable
from datetime import datetime

from bot.access.locale_service import LocaleService
from bot.access.permissions import PermissionService
from bot.access.visibility import VisibilityService
from bot.alerts.parser import about_alerts, meant_alerts
from bot.alerts.service import AlertService
from bot.blockkit.builders import Message
from bot.blockkit.number_format import use_number_format
from bot.ops import telemetry
from bot.reports.fetch import KnownAccounts
from bot.router.run import RequestHandler, answer_at_desk, with_slip
from bot.slack.request import Request, Response

ALERT_MEANT = "I did not understand that, and it looks like a question about alerts."


class AlertHandler:
    """Answers every question: those about alerts at the desk, the rest in the hall behind it. ``answer`` never raises."""

    def __init__(
        self,
        *,
        hall: RequestHandler,
        desk: AlertService,
        gate: PermissionService,
        sights: VisibilityService,
        accounts: KnownAccounts,
        readers: LocaleService,
        metrics: telemetry.Metrics,
        clock: Callable[[], datetime],
    ) -> None:
        self._hall, self._desk, self._gate, self._accounts = hall, desk, gate, accounts
        self._sights, self._readers, self._metrics, self._clock = sights, readers, metrics, clock

    async def answer(self, question: Request) -> Response:
        """The answer to a question: what was done, a list, a test, or what went wrong and how to mend it."""
        if not about_alerts(question.text):
            return with_slip(question, await self._hall.answer(question), meant_alerts, ALERT_MEANT, self._clock())
        return await answer_at_desk(question, self._carry_out, metrics=self._metrics, clock=self._clock)

    async def _carry_out(self, question: Request, record: telemetry.RequestRecord) -> Message:
        who = question.context
        await self._gate.check(who.team, who.user, who.channel, direct=who.is_dm, public=False)
        # An alert is for everybody: who opted out is in none, whoever sets it up.
        directory = (await self._sights.sight(who.team, "", who.channel)).visible(await self._accounts.accounts())
        ask = await self._desk.read(question.text, who, directory)
        record.kind = f"alert {ask.action}"
        with use_number_format(await self._readers.notation(who.user, public=False)):
            return await self._desk.answer(ask, who, directory)
