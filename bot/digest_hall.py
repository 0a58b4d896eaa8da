"""The hall's second desk: questions about digests are answered here, all others by the hall itself.

::

    Question ─ about digests? ┬ no ──→ the hall
                              └ yes ─ permitted? ─ read_digest ─ desk ─→ Answer (a Message and its outcome)
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot import telemetry
from bot.blocks.trouble import build_internal_error, build_trouble
from bot.desk.desk import Desk
from bot.desk.ports import Gate, Visitor
from bot.domain.accounts import Directory
from bot.domain.digest_asks import DigestAsk
from bot.domain.digest_words import about_digests, meant_digests, read_digest
from bot.errors import BotError, NotUnderstood
from bot.reporter import Answer, Outcome, Question, outcome_of
from bot.sights import Sights

logger = logging.getLogger(__name__)

DIGEST_MEANT = "I did not understand that, and it looks like a question about digests."


class Hall(Protocol):
    """Answers questions; never raises."""

    async def answer(self, question: Question) -> Answer:
        """The answer, whatever happens."""
        ...


class Accounts(Protocol):
    """The connected accounts. Neither method ever raises."""

    async def accounts(self) -> Directory:
        """The accounts, asked for when nothing recent is known."""
        ...

    def known(self) -> Directory:
        """The accounts known right now, without waiting."""
        ...


class DigestHall:
    """Answers every question: those about digests at the desk, the rest in the hall behind it. ``answer`` never raises."""

    def __init__(
        self,
        *,
        hall: Hall,
        desk: Desk,
        gate: Gate,
        sights: Sights,
        accounts: Accounts,
        metrics: telemetry.Metrics,
        clock: Callable[[], datetime],
    ) -> None:
        self._hall, self._desk, self._gate, self._accounts = hall, desk, gate, accounts
        self._sights, self._metrics, self._clock = sights, metrics, clock

    async def answer(self, question: Question) -> Answer:
        """The answer to a question: what was done, a preview, a list, or what went wrong and how to mend it."""
        if not about_digests(question.words):
            return self._with_slip(question, await self._hall.answer(question))
        who = question.asker
        with (
            telemetry.referenced() as reference,
            telemetry.ask_line(self._metrics, question.door, team=who.team, channel=who.channel, user=who.user) as record,
        ):
            answer = await self._answer_or_trouble(question, reference, record)
            record.outcome = answer.outcome
            return answer

    def _with_slip(self, question: Question, answer: Answer) -> Answer:
        """The hall's answer, unless nothing was understood of words whose first is a slip of "digest"."""
        meant = meant_digests(question.words) if answer.outcome is Outcome.SUGGESTION else ""
        if not meant:
            return answer
        error = NotUnderstood(DIGEST_MEANT, suggestions=(meant,))
        return replace(answer, message=build_trouble(error, reference=answer.reference, now=self._clock()))

    async def _answer_or_trouble(self, question: Question, reference: str, record: telemetry.AskRecord) -> Answer:
        who = question.asker
        try:
            visitor = Visitor(who.team, who.user, who.channel, question.click, direct=who.direct)
            ask, directory = await self.read(question.words, visitor)
            record.kind = f"digest {ask.deed}"
            message = await self._desk.answer(ask, visitor, directory)
            return Answer(message, Outcome.ANSWERED, reference)
        except BotError as error:
            record.kind = type(error).__name__
            trouble = build_trouble(error, reference=reference, now=self._clock())
            return Answer(trouble, outcome_of(error), reference)
        except Exception:
            logger.exception("an answer failed")
            return Answer(build_internal_error(reference), Outcome.FAILED, reference)

    async def read(self, words: str, who: Visitor) -> tuple[DigestAsk, Directory]:
        """The question in these words, and the accounts that may be seen where it is asked.

        Raises:
            NotAllowed: this person may ask nothing there.
            UsageError: the words cannot be carried out as they stand.
            StoreError: what was allowed cannot be read.
        """
        await self._gate.check(who.team, who.user, who.channel, direct=who.direct, public=False)
        # A digest is for everybody: who opted out is in none, whoever sets it up.
        sight = await self._sights.sight(who.team, "", who.channel)
        directory = sight.visible(await self._accounts.accounts())
        return read_digest(words, directory), directory
