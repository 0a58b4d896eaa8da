"""From a request to the feature that answers it: one table of verbs, one place that measures, logs and turns errors into messages.

::

    Request ─ first word ─→ Route (verb → handler), else the questions about figures ─ handle ─→ RenderedResult ─→ Response
                                                     └ nothing understood: is the first word a typo of a verb? ─→ "did you mean …"

Adding a verb is a row of the table (``bot.bootstrap.routes``) and its handler.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape

from bot.blockkit.builders import Message
from bot.errors import BotError, NotUnderstood
from bot.ops import telemetry
from bot.parsing.vocabulary import HELP_WORDS
from bot.reports.error_blocks import build_internal_error, build_trouble
from bot.slack.request import Outcome, RenderedResult, Request, Response, outcome_of

logger = logging.getLogger(__name__)

#: Answers a request; raises BotError, which the person is told.
Handler = Callable[[Request], Awaitable[RenderedResult]]

_FIRST_WORD = re.compile(r"\s*([\w-]+)(?=[\s<!?.,:]|$)")


def no_correction(_: str) -> str:
    """For a verb of which no typo is recognised."""
    return ""


@dataclass(frozen=True, slots=True)
class Route:
    """A row of the table: the words a request may begin with, and who answers it then."""

    verbs: frozenset[str]
    handle: Handler
    #: Whether the rest of the text belongs to this verb as well: `link` may also stand before a pasted link.
    applies: Callable[[str], bool] = lambda _: True
    #: The text with its first word put right when that is a typo of the verb, else "".
    corrected: Callable[[str], str] = no_correction
    #: What is said then, before "did you mean".
    not_understood: str = ""


class Router:
    """Answers every request.

    Args:
        routes: the table.
        otherwise: answers what begins with no verb: questions about figures, and help.
        metrics: counts requests.
        clock: the current time (aware, UTC).
    """

    def __init__(self, routes: Iterable[Route], otherwise: Handler, metrics: telemetry.Metrics, clock: Callable[[], datetime]) -> None:
        self._routes, self._otherwise, self._metrics, self._clock = tuple(routes), otherwise, metrics, clock
        self._by_verb = {verb: route for route in self._routes for verb in route.verbs}

    async def answer(self, request: Request) -> Response:
        """The response. Never raises: what goes wrong is a message too."""
        route = None if request.figures_only else self._route(request.text)
        response = await self.run(route.handle if route else self._otherwise, request)
        return response if route else self._corrected(request, response)

    async def run(self, handle: Handler, request: Request) -> Response:
        """What one handler answers, measured and logged. Never raises."""
        context = request.context
        with (
            telemetry.referenced() as reference,
            telemetry.request_line(self._metrics, context.source, team=context.team, channel=context.channel, user=context.user) as record,
        ):
            try:
                result = await handle(request)
                record.kind = result.kind
                response = self._response(result, request, reference)
            except BotError as error:
                record.kind = type(error).__name__
                message = build_trouble(error, reference=reference, now=self._clock())
                response = Response(message, outcome_of(error), reference)
            except Exception:
                logger.exception("an answer failed")
                response = Response(build_internal_error(reference), Outcome.FAILED, reference)
            record.outcome = response.outcome
            return response

    def _route(self, text: str) -> Route | None:
        found = _FIRST_WORD.match(text)
        route = self._by_verb.get(found[1].lower()) if found else None
        words = [word.strip("!?.,:").lower() for word in text.split(maxsplit=2)[:2]]
        return route if route and HELP_WORDS.isdisjoint(words) and route.applies(text) else None

    def _response(self, result: RenderedResult, request: Request, reference: str) -> Response:
        share = result.share and not request.context.is_dm
        return Response(
            result.message,
            result.outcome,
            reference,
            share=share,
            file=result.file,
            text=result.text,
            report=result.report,
            changed=result.changed,
        )

    def _corrected(self, request: Request, response: Response) -> Response:
        """The response, or "did you mean …" when nothing was understood of a text whose first word is a typo of a verb."""
        if response.outcome is not Outcome.SUGGESTION or request.figures_only:
            return response
        for route in self._routes:
            if text := unescape(route.corrected(request.text)):
                error = NotUnderstood(route.not_understood, suggestions=(text,))
                return replace(response, message=self._did_you_mean(error, response.reference))
        return response

    def _did_you_mean(self, error: NotUnderstood, reference: str) -> Message:
        return build_trouble(error, reference=reference, now=self._clock())
