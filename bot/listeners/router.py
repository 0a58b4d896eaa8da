"""From a request to the feature that answers it: one table of verbs, one place that measures, logs and turns errors into messages.

::

    Request ─ first word ─→ Route (verb → handler), else the questions about figures ─ handle ─→ RenderedResult
                                                     └ nothing understood: is the first word a typo of a verb? ─→ "did you mean …"

Adding a verb is a row of the table (``bot.bootstrap.routes``) and its handler.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import product

from bot.errors import BotError, NotUnderstood, UsageError
from bot.lazy_regex import lazy_regex
from bot.listeners.verbs import Handler, Verbs
from bot.ops import telemetry
from bot.parsing.account_names import FULL_ID
from bot.parsing.courtesies import HOW_TO, SETS_UP, digest_of_this, without_preamble, without_reasons
from bot.parsing.follow_ups import change_in, correction_in
from bot.parsing.orders import action_on_last, begins_action, on_each
from bot.parsing.parser import is_plain
from bot.parsing.reasons import NO_STOPPING, STOP_REMEDY
from bot.parsing.suggestions import did_you_mean
from bot.parsing.vocabulary import BOARD, FILLERS, HELP, METRIC_WORDS, TEAM, asks_for_help
from bot.reports.error_blocks import build_internal_error, build_trouble
from bot.schedules.parser import says_when
from bot.slack.numbers import DEFAULT_FORMAT, NumberFormat, use_number_format
from bot.slack.people import PeopleDirectory
from bot.slack.request import HOME, Outcome, RenderedResult, Request, RequestContext, outcome_of
from bot.storage.claims import LastQuestions

logger = logging.getLogger(__name__)

#: Words of a question for figures.
_FIGURES = frozenset({"numbers", "figures", "stats", "statistics", "results", "data", "kpis"})
#: Stand for the command that a person may change.
ANY_COMMANDS = ("digest edit 0000", "alert edit 0000")
THERE_OR_TOO = "Only there from now on, or there too?"
WHICH_ONE = "Which one do you mean?"
SEE_SET_UP = ("digest list", "alert list", "goals", "watches")

#: The command itself, as a suggestion is copied with it.
_COMMAND = lazy_regex(r"\s*`?/?linkedin-stats\b`?(?!-)\s*", re.IGNORECASE)
_SEND_THERE = lazy_regex(r"\b(?:post|send|put|share) (?:it|this|that)\b.*?(<#[^<>]*>)", re.IGNORECASE)
#: "Add bob", "remove likes": below a card these are about its figures.
_PARTS = lazy_regex(
    r"\W*(?:(?:please|also|and)\W+)*(?:add|include|remove|exclude|drop)\s+(?!(?:it|this|that|these|those|them)\b)\w", re.IGNORECASE
)


class Router:
    """Answers every request; ``refusal`` is why nothing but help can be answered yet, None where it can."""

    def __init__(
        self,
        verbs: Verbs,
        *,
        people: PeopleDirectory,
        last: LastQuestions,
        metrics: telemetry.Metrics,
        clock: Callable[[], datetime],
        refusal: BotError | None = None,
    ) -> None:
        self._refusal, self._verbs = refusal, verbs
        self._first = [route for route in verbs.routes if route.goes_first]
        self._people, self._last, self._metrics, self._clock = people, last, metrics, clock

    async def answer(self, request: Request, handle: Handler | None = None) -> RenderedResult:
        if request.is_typed and (bare := _bare(request.text)) != request.text:
            request = replace(request, text=bare)
        if self._refusal and (handle or not asks_for_help(request.text)):
            return await self.run(self._refuse, request)
        if handle or is_plain(request.text):
            return await self.run(handle or self._verbs.otherwise.handle, request)
        for first in self._first if request.is_typed and not request.figures_only else ():
            if command := first.as_command(request.text):
                return await self.run(first.handle, replace(request, text=command))
        route = None if request.figures_only else self._verbs.find(request.text)
        return await self.run(route.handle if route else self._without_verb, request)

    async def _refuse(self, _: Request) -> RenderedResult:
        assert self._refusal is not None  # noqa: S101  # for the type checker
        raise self._refusal

    async def run(self, handle: Handler, request: Request) -> RenderedResult:
        """Runs one handler and returns its response, measured and logged. Never raises."""
        context = request.context
        who = {"team": context.team, "channel": context.channel, "user": context.user}
        if context.enterprise:
            who["enterprise"] = context.enterprise
        with (
            telemetry.referenced() as reference,
            telemetry.request_line(self._metrics, context.source, **who) as record,
            use_number_format(await self._number_format(request)),
        ):
            try:
                try:
                    result = await handle(request)
                except BotError as error:
                    result = await self._refused(error, request)
                record.kind = result.kind
                if result.follow_up is not None and (request.is_typed or context.source == "button"):
                    self._last.note(context.place, result.follow_up)
                response = replace(result, share=result.share and not context.is_dm, reference=reference)
            except Exception:
                logger.exception("an answer failed")
                response = RenderedResult(build_internal_error(reference), outcome=Outcome.FAILED, reference=reference)
            record.outcome = response.outcome
            return response

    async def _refused(self, error: BotError, request: Request) -> RenderedResult:
        if isinstance(error, UsageError) and request.context.source != HOME:
            await self._verbs.offer(error, request)
        message = build_trouble(error, reference=telemetry.reference(), now=self._clock())
        return RenderedResult(message, outcome=outcome_of(error), kind=type(error).__name__)

    async def _number_format(self, request: Request) -> NumberFormat:
        """The person's format, or the workspace's for what everybody reads; help does not wait for Slack."""
        if asks_for_help(request.text):
            return DEFAULT_FORMAT
        return await self._people.number_format(request.context.user, public=request.is_public(share=False))

    async def _without_verb(self, request: Request) -> RenderedResult:
        """Answers a text that begins with no verb.

        When nothing was understood, it may be a command in another order, or its first word a typo of a verb: "did you mean …".
        """
        if amended := await self._amended(request):
            return amended
        if asked := HOW_TO.match(request.text):
            what = asked["what"] or asked["kind"]
            topic = {"report": "digest", "summary": "digest"}.get(what.lower(), what)
            request = replace(request, text=f"{HELP} {topic}")
        # "Set up the monday numbers" is no question for Monday's figures.
        if SETS_UP.match(request.text) and request.is_typed and (done := await self._in_other_words(request)):
            return done
        try:
            return await self._verbs.otherwise.handle(request)
        except UsageError:
            first, _, rest = request.text.strip().partition(" ")
            for verb in self._verbs.near(first.lower()) if first.lower() not in FILLERS and not request.figures_only else ():
                route, text = self._verbs.by_verb[verb], f"{verb} {rest}".strip()
                if words := await self._verbs.offered(route, replace(request, text=text)):
                    raise NotUnderstood(route.not_understood, remedy=did_you_mean(words), suggestions=words) from None
            if not request.figures_only and (result := await self._in_other_words(request)):
                return result
            raise

    async def _in_other_words(self, request: Request) -> RenderedResult | None:
        """Carries out the command that the text means in another order, or in other words; None where it means none."""
        for text, route in product(filter(None, (request.text, correction_in(request.text))), self._verbs.routes):
            if command := route.as_command(text):
                return await route.handle(replace(request, text=command))
        return None

    async def _amended(self, request: Request) -> RenderedResult | None:
        """Carries out the last command with a change ("make it tuesday"), or plans a digest of the last account ("make it weekly").

        So is an action on what it was about: "pause it until monday". None for any other text.

        Raises:
            NotUnderstood: it is an action, and there is nothing that it can be about.
        """
        text = without_reasons(request.text)
        change, action = change_in(text) or correction_in(text), any(on_each(text, ANY_COMMANDS)) or begins_action(text)
        acts = bool(action or digest_of_this(text) or _there_or_too(text, ANY_COMMANDS[0]))
        if not (change or acts) or not request.is_typed or request.figures_only:
            return None
        last = await self._last.find(request.context.place)
        if last and (command := action_on_last(text, last.command)) and (route := self._verbs.find(command)):
            return await route.handle(replace(request, text=command))
        if last and (both := _there_or_too(text, last.command)):
            raise NotUnderstood(THERE_OR_TOO, suggestions=both)
        if last and last.command and (self._changes(text, change) or self._corrects_figure(text, last.command)):
            return await self._changed(request, last.command, change)
        if last and (when := digest_of_this(text) or (change_in(text) and change)):
            return await self._planned(request, last.subject, when)
        if not (_PARTS.match(text) and (request.about or (last and last.subject and not last.command))):
            await self._ask_which(text, change, request.context)
        return None

    async def _ask_which(self, text: str, change: str, context: RequestContext) -> None:
        """Raises NotUnderstood with the command for each thing that is set up here, where a text is about one of them and names none."""
        word, find = begins_action(text), next((route.set_up for route in self._verbs.routes if route.set_up), None)
        there = await find(context) if find else {}
        each = on_each(text, tuple(there))
        if not each and change and change_in(text):
            each = tuple(f"{one} {change}" for one in there if says_when(change.split()) and not one.startswith("watch"))
        if each:
            lines = [what for command, what in there.items() if any(one.split()[2:3] == command.split()[2:3] for one in each)]
            raise NotUnderstood(WHICH_ONE, remedy="\n".join(lines), suggestions=each)
        if word:
            raise NotUnderstood(NO_STOPPING.format(word=word), remedy=STOP_REMEDY, suggestions=SEE_SET_UP)

    @staticmethod
    def _changes(text: str, change: str) -> bool:
        """Whether a text changes the last command: "make it tuesday", "no, tuesday at noon", but not "no, the weekly numbers"."""
        words = change.lower().split()
        return bool(change_in(text)) or (bool(words) and _FIGURES.isdisjoint(words) and says_when(words))

    @staticmethod
    def _corrects_figure(text: str, command: str) -> bool:
        """Whether a text names another figure than the goal or the alert that was just set up: "oops, i meant comments"."""
        words = correction_in(text).lower().split()
        return bool(words) and METRIC_WORDS.keys() >= {*words} and command.startswith(("goal", "alert"))

    async def _changed(self, request: Request, command: str, change: str) -> RenderedResult | None:
        if route := self._verbs.find(command):
            if route.amend:
                return await route.amend(request, command, change)
            return await route.handle(replace(request, text=f"{command} {change}"))
        return None

    async def _planned(self, request: Request, subject: str, change: str) -> RenderedResult | None:
        of_all = "all" if subject.split(" ", 1)[0] in (TEAM, BOARD) else ""
        accounts = " ".join(FULL_ID.findall(subject)) or of_all
        for route in self._verbs.routes if accounts else ():
            if command := route.as_command(f"{accounts} {change}"):
                return await route.handle(replace(request, text=command))
        return None


def _bare(text: str) -> str:
    """The text without the command itself, where it was pasted with it, and without what is said around it."""
    if pasted := _COMMAND.match(text):
        words = text[pasted.end() :]
        # The sign that ends the code which the command was pasted as.
        text = words.rstrip().removesuffix("`") if words.count("`") == 1 else words
    return without_preamble(text)


def _there_or_too(text: str, last: str) -> tuple[str, ...]:
    """The two readings of "send it to #general" after a digest: moved there, or posted there too; empty for any other text."""
    found = _SEND_THERE.search(text)
    which = last.removeprefix("digest edit ") if last.startswith("digest edit ") else ""
    return (f"digest move {which} to {found[1]}", f"{last} also in {found[1]}") if found and which and " " not in which else ()
