"""The hall's second desk: questions about digests are answered here, all others by the hall itself.

::

    Question ─ about digests? ┬ no ──→ the hall
                              └ yes ─ permitted? ─ read_digest ─ desk ─→ Answer (a Message and its outcome)
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.access.permissions import PermissionService
from bot.access.visibility import VisibilityService
from bot.blockkit.builders import Message
from bot.digests.command import DigestCommand
from bot.digests.draft_parser import ParsingPlace
from bot.digests.parser import about_digests, meant_digests, read_digest
from bot.digests.service import DigestService
from bot.management.actions import SubscriptionAction
from bot.ops import telemetry
from bot.reports.fetch import KnownAccounts
from bot.router.run import RequestHandler, answer_at_desk, with_slip
from bot.slack.request import Request, RequestContext, Response
from bot.statistics.accounts import Directory

DIGEST_MEANT = "I did not understand that, and it looks like a question about digests."


class DigestHandler:
    """Answers every question: those about digests at the desk, the rest in the hall behind it. ``answer`` never raises."""

    def __init__(
        self,
        *,
        hall: RequestHandler,
        desk: DigestService,
        gate: PermissionService,
        sights: VisibilityService,
        accounts: KnownAccounts,
        metrics: telemetry.Metrics,
        clock: Callable[[], datetime],
    ) -> None:
        self._hall, self._desk, self._gate, self._accounts = hall, desk, gate, accounts
        self._sights, self._metrics, self._clock = sights, metrics, clock

    async def answer(self, question: Request) -> Response:
        """The answer to a question: what was done, a preview, a list, or what went wrong and how to mend it."""
        if not about_digests(question.text):
            return with_slip(question, await self._hall.answer(question), meant_digests, DIGEST_MEANT, self._clock())
        return await answer_at_desk(question, self._carry_out, metrics=self._metrics, clock=self._clock)

    async def _carry_out(self, question: Request, record: telemetry.RequestRecord) -> Message:
        who = question.context
        ask, directory = await self.read(question.text, who)
        if not question.from_button:
            ask = _as_typed(ask)
        record.kind = f"digest {ask.action}"
        return await self._desk.answer(ask, who, directory)

    async def read(self, words: str, who: RequestContext) -> tuple[DigestCommand, Directory]:
        """The question in these words, and the accounts that may be seen where it is asked.

        Raises:
            NotAllowed: this person may ask nothing there.
            UsageError: the words cannot be carried out as they stand.
            StoreError: what was allowed cannot be read.
        """
        await self._gate.check(who.team, who.user, who.channel, direct=who.is_dm, public=False)
        # A digest is for everybody: who opted out is in none, whoever sets it up.
        sight = await self._sights.sight(who.team, "", who.channel)
        directory = sight.visible(await self._accounts.accounts())
        return read_digest(words, directory, ParsingPlace(who.channel, direct=who.is_dm)), directory


def _as_typed(ask: DigestCommand) -> DigestCommand:
    """Nobody sets up by typing what they have not seen: the preview comes first, with the button that does it."""
    planned = ask.action is SubscriptionAction.CREATE or (ask.action is SubscriptionAction.NEW and ask.draft.cron)
    return replace(ask, action=SubscriptionAction.PLAN) if planned else ask
