"""An answer from a desk of its own (digests, alerts, goals): counted, logged and never raising, like the hall's own answers."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from html import unescape
from typing import Protocol

from bot.blockkit.builders import Message
from bot.errors import BotError, NotUnderstood
from bot.ops import telemetry
from bot.queries.service import outcome_of
from bot.reports.error_blocks import build_internal_error, build_trouble
from bot.slack.request import Outcome, Request, Response

logger = logging.getLogger(__name__)


class RequestHandler(Protocol):
    """Answers questions; never raises."""

    async def answer(self, question: Request) -> Response:
        """The answer, whatever happens."""
        ...


def with_slip(question: Request, answer: Response, meant: Callable[[str], str], sentence: str, now: datetime) -> Response:
    """The hall's answer, unless nothing was understood of words whose first is a slip of a desk's own word.

    Args:
        question: what was asked.
        answer: the hall's.
        meant: the words with the first put right, "" when it is no slip.
        sentence: what was not understood.
        now: the moment (aware).
    """
    words = unescape(meant(question.text)) if answer.outcome is Outcome.SUGGESTION else ""
    if not words:
        return answer
    error = NotUnderstood(sentence, suggestions=(words,))
    return replace(answer, message=build_trouble(error, reference=answer.reference, now=now))


#: Carries a question out; the record's ``kind`` is for it to say. It may raise a BotError, which the person is told.
CarryOut = Callable[[Request, telemetry.RequestRecord], Awaitable[Message]]


async def answer_at_desk(question: Request, carry_out: CarryOut, *, metrics: telemetry.Metrics, clock: Callable[[], datetime]) -> Response:
    """The desk's message, or what went wrong and how to mend it."""
    who = question.context
    with (
        telemetry.referenced() as reference,
        telemetry.request_line(metrics, question.context.source, team=who.team, channel=who.channel, user=who.user) as record,
    ):
        try:
            answer = Response(await carry_out(question, record), Outcome.ANSWERED, reference)
        except BotError as error:
            record.kind = type(error).__name__
            answer = Response(build_trouble(error, reference=reference, now=clock()), outcome_of(error), reference)
        except Exception:
            logger.exception("an answer failed")
            answer = Response(build_internal_error(reference), Outcome.FAILED, reference)
        record.outcome = answer.outcome
        return answer
