"""From a request to the feature that answers it: one table of verbs, one place that measures, logs and turns errors into messages.

::

    Request ─ first word ─→ Route (verb → handler), else the questions about figures ─ handle ─→ RenderedResult
                                                     └ nothing understood: is the first word a typo of a verb? ─→ "did you mean …"

Adding a verb is a row of the table (``bot.bootstrap.routes``) and its handler.
"""

import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import product

from msgspec.structs import replace

from bot.errors import BadSchedule, BotError, NotUnderstood, UsageError
from bot.lazy_regex import lazy_regex
from bot.listeners.verbs import Handler, Verbs
from bot.ops import telemetry
from bot.parsing import last_command
from bot.parsing.account_names import FULL_ID
from bot.parsing.courtesies import HOW_TO, SETS_UP, digest_of_this, without_preamble, without_reasons
from bot.parsing.foreign_periods import THIS
from bot.parsing.parser import is_plain
from bot.parsing.period_finder import PERIOD
from bot.parsing.reasons import NO_STOPPING, STOP_REMEDY
from bot.parsing.several import WHICH_ONE, choices_in, chosen_in
from bot.parsing.suggestions import SAY_WHICH, did_you_mean
from bot.parsing.vocabulary import BOARD, DAILY, FILLERS, HELP, METRIC_WORDS, TEAM, asks_for_help
from bot.reports.error_blocks import build_internal_error, build_trouble
from bot.schedules.parser import is_when_alone, says_when
from bot.slack.numbers import DEFAULT_FORMAT, NumberFormat, use_number_format
from bot.slack.people import PeopleDirectory
from bot.slack.request import HOME, Outcome, RenderedResult, Request, RequestContext, outcome_of
from bot.storage.claims import Key, LastQuestion, LastQuestions

logger = logging.getLogger(__name__)

#: Stand for the command that a person may change.
ANY_COMMANDS = ("digest edit 0000", "alert edit 0000")
#: How long after it was asked which one is meant a word is the answer.
ANSWERED_WITHIN = timedelta(minutes=5)
THERE_OR_TOO = "Only there from now on, or there too?"
NO_UNDO = "I can't take a change back by itself."
SAY_OR_DELETE = "Say what it should be, or delete it:"
SEE_SET_UP = ("digest list", "alert list", "goals", "watches")

#: An account or a post in canonical words.
_SUBJECT = lazy_regex(rf"{FULL_ID.pattern}|urn:\S+")
#: What alone asks for figures, also where it could be a schedule.
_ASKED_FOR = lazy_regex(rf"{PERIOD.pattern}|{DAILY}")
#: The command itself, as a suggestion is copied with it.
_COMMAND = lazy_regex(r"\s*`?/?linkedin-stats\b`?(?!-)\s*", re.IGNORECASE)


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
            answers = handle or self._verbs.otherwise.handle
            # Help leaves what was asked before as it is, and needs no look into the database for it.
            return await self.run(answers if asks_for_help(request.text) else partial(self._anew, answers), request)
        for first in self._first if request.is_typed and not request.figures_only else ():
            if command := first.as_command(request.text):
                return await self.run(partial(self._anew, first.handle), replace(request, text=command))
        route = None if request.figures_only else self._verbs.find(request.text)
        return await self.run(partial(self._anew, route.handle) if route else self._without_verb, request)

    async def _anew(self, handle: Handler, request: Request) -> RenderedResult:
        """Handles what does not go on from the last command: "no, bob" after its error is not about that command.

        What was asked before it, which one is meant, is over.
        """
        try:
            result = await handle(request)
        except BotError:
            await self._forget(request, command=True)
            raise
        if result.follow_up is None:
            await self._forget(request)
        return result

    async def _forget(self, request: Request, *, command: bool = False) -> None:
        """Forgets what was asked, and the command that could be changed where ``command``."""
        last = await self._last.find(request.context.place) if request.is_typed else None
        if last and (last.choices or (command and last.command)):
            self._last.note(request.context.place, last.subject if command else f"{last.subject}\n{last.command}")

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
                    self._last.note(context.place, result.follow_up + await self._question_before(context.place, result.follow_up))
                response = replace(result, share=result.share and not context.is_dm, reference=reference)
            except Exception:
                logger.exception("an answer failed")
                response = RenderedResult(build_internal_error(reference), outcome=Outcome.FAILED, reference=reference)
            record.outcome = response.outcome
            return response

    async def _question_before(self, place: Key, words: str) -> str:
        """The line of the question before this one, about another account or post, as in ``LastQuestion``; "" for none."""
        last = await self._last.before(place)
        is_same = last and _SUBJECT.findall(last.subject) == _SUBJECT.findall(words.partition("\n")[0])
        before = (last.before if is_same else last.subject) if last else ""
        return f"\n\t{before}" if before else ""

    async def _refused(self, error: BotError, request: Request) -> RenderedResult:
        if isinstance(error, UsageError) and request.context.source != HOME:
            try:
                await self._verbs.offer(error, request)
            except BotError as other:
                # Whoever may not ask at all is told that, whatever the words are.
                error = other
        if request.is_typed and (choices := choices_in(error)):
            before = await self._last.find(request.context.place)
            self._last.note(request.context.place, f"{before.subject}\n{before.command}{choices}" if before else f"\n{choices}")
        message = build_trouble(error, reference=telemetry.reference(), now=self._clock())
        return RenderedResult(message, outcome=outcome_of(error), kind=type(error).__name__)

    async def _number_format(self, request: Request) -> NumberFormat:
        """The person's format, or the workspace's for what everybody reads; help does not wait for Slack."""
        if asks_for_help(request.text):
            return DEFAULT_FORMAT
        return await self._people.number_format(request.context.user, public=request.is_public(share=False))

    async def _without_verb(self, request: Request) -> RenderedResult:
        """Answers a text that begins with no verb: the answer to which one is meant, a change of what was last, else a question."""
        last = await self._last.find(request.context.place) if request.is_typed and not request.figures_only else None
        is_answer = last is not None and self._clock() - last.at < ANSWERED_WITHIN
        if last and is_answer and (chosen := chosen_in(request.text, last.choices)):
            return await self._anew((self._verbs.find(chosen) or self._verbs.otherwise).handle, replace(request, text=chosen))
        if amended := await self._amended(request, last):
            return amended
        return await self._anew(self._asked, request)

    async def _asked(self, request: Request) -> RenderedResult:
        """Answers a question.

        When nothing was understood, it may be a command in another order, or its first word a typo of a verb: "did you mean …".
        """
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
            for verb in self._verbs.near(first.lower()) if first.lower() not in FILLERS | THIS and not request.figures_only else ():
                route, text = self._verbs.by_verb.get(verb, self._verbs.otherwise), f"{verb} {rest}".strip()
                if words := await self._verbs.offered(route, replace(request, text=text)):
                    raise NotUnderstood(route.not_understood, remedy=did_you_mean(words), suggestions=words) from None
            if not request.figures_only and (result := await self._in_other_words(request)):
                return result
            for route, command in self._verbs.of_typos(request.text) if not request.figures_only else ():
                if words := await self._verbs.offered(route, replace(request, text=command), begun=True):
                    raise NotUnderstood(route.not_understood, remedy=did_you_mean(words), suggestions=words) from None
            await self._ask_which_changes(request)
            raise

    async def _in_other_words(self, request: Request) -> RenderedResult | None:
        """Carries out the command that the text means in another order, or in other words; None where it means none."""
        for text, route in product(filter(None, (request.text, last_command.correction_in(request.text))), self._verbs.routes):
            if command := route.as_command(text):
                return await route.handle(replace(request, text=command))
        return None

    async def _amended(self, request: Request, last: LastQuestion | None) -> RenderedResult | None:
        """Carries out the last command with a change ("make it tuesday"), or plans a digest of the last account ("make it weekly").

        So is an action on what it was about: "pause it until monday". In a thread it is what posted the message above. None for any other
        text.

        Raises:
            NotUnderstood: it is an action, and there is nothing that it can be about.
        """
        text, command = without_reasons(request.text), (last.command if last else "") or request.posted_by
        change = last_command.change_in(text)
        # Below what was posted words without "it" are about its figures.
        is_below = not (last and last.command)
        tries = () if command and is_below else self._tries(request.text, command)
        if command and (is_below or command.startswith(last_command.ALERT)) and PERIOD.fullmatch(change.lower()):
            # "Make it last month": no alert is about a month that is over.
            change = ""
        action = any(last_command.on_each(text, ANY_COMMANDS)) or last_command.begins_action(text)
        acts = bool(action or digest_of_this(text) or last_command.there_or_too(text, ANY_COMMANDS[0]))
        if not (change or tries or acts) or not request.is_typed or request.figures_only:
            return None
        if (meant := last_command.action_on_last(text, command)) == f"undo {command}":
            raise NotUnderstood(NO_UNDO, remedy=SAY_OR_DELETE, suggestions=(command, command.replace(" edit ", " delete ", 1)))
        # Below a posted digest "add bob" is about its figures, as below a card.
        if meant and not (is_below and last_command.PARTS.match(text)) and (route := self._verbs.find(meant)):
            return await route.handle(replace(request, text=meant))
        if both := last_command.there_or_too(text, command):
            raise NotUnderstood(THERE_OR_TOO, suggestions=both)
        if command and change and (not is_below or says_when(change.split())):
            return await self._changed(request, command, change)
        if command and (done := await self._tried(request, command, tries)):
            return done
        about = (last.subject if last else "") or request.about
        if about and (when := digest_of_this(text) or change):
            return await self._planned(request, about, when)
        # What names its kind ("the digest") is a command in another order.
        of_card = last_command.PARTS.match(text) and (request.about or (last and last.subject and not last.command))
        if not (of_card or last_command.NAMES_KIND.search(text)):
            await self._ask_which(text, change, request)
        return None

    @staticmethod
    def _tries(text: str, command: str = "") -> tuple[str, ...]:
        """The changes that a text may make to the last command, without those that are a question's period or figure alone."""
        every = () if last_command.change_in(text) else last_command.amendments(text, command.partition(" ")[0])
        plain = last_command.plain_change(text)
        every = every or ((plain,) if command and is_when_alone(plain.split()) and not _ASKED_FOR.fullmatch(plain.lower()) else ())
        return tuple(one for one in every if not PERIOD.fullmatch(one.lower()) or says_when(one.split()))

    async def _tried(self, request: Request, command: str, tries: Iterable[str]) -> RenderedResult | None:
        """Carries out the last command with the first of these changes that it can have; None without. Raises UsageError."""
        for change in tries:
            try:
                return await self._changed(request, command, change)
            except UsageError as error:
                is_schedule = isinstance(error, BadSchedule) and (
                    not error.suggestions or any(one.startswith(command) for one in error.suggestions)
                )
                # Another figure of a goal needs another number.
                is_figure = METRIC_WORDS.keys() >= {*change.lower().split()} and command.startswith("goal")
                # What names its kind ("no digest for …") is a command in another order.
                is_whole = last_command.NAMES_KIND.search(request.text) is not None
                if not is_whole and (is_schedule or is_figure or not change or error.remedy == SAY_WHICH):
                    raise
        return None

    async def _ask_which(self, text: str, change: str, request: Request) -> None:
        """Raises NotUnderstood with the command for each thing that is set up here, where a text is about one of them and names none."""
        word, there = last_command.begins_action(text), await self._set_up(request.context)
        each = last_command.on_each(text, tuple(there))
        if any(one.startswith("undo ") for one in each):
            raise NotUnderstood(NO_UNDO, remedy=STOP_REMEDY, suggestions=SEE_SET_UP)
        if not each and change:
            each = tuple(f"{one} {change}" for one in there if says_when(change.split()) and not one.startswith("watch"))
        self._offer([one for command in each for one in await self._meant(command, request)], there)
        if word:
            raise NotUnderstood(NO_STOPPING.format(word=word), remedy=STOP_REMEDY, suggestions=SEE_SET_UP)

    async def _set_up(self, context: RequestContext) -> Mapping[str, str]:
        find = next((route.set_up for route in self._verbs.routes if route.set_up), None)
        return await find(context) if find else {}

    @staticmethod
    def _offer(each: Sequence[str], there: Mapping[str, str]) -> None:
        if each:
            ids = {word for one in each for word in one.split()[2:3]}
            about = {command.split()[2]: what for command, what in there.items() if command.split()[2] in ids}
            lines = (f"`{short_id}`: {what}" for short_id, what in about.items())
            raise NotUnderstood(WHICH_ONE, remedy="\n".join(lines), suggestions=each, about=about)

    async def _ask_which_changes(self, request: Request) -> None:
        """Raises NotUnderstood with each digest that is set up here and that a text can change: "not over the holidays"."""
        tries = self._tries(request.text) if request.is_typed and not request.figures_only else ()
        there = await self._set_up(request.context) if tries else {}
        each = list[str]()
        for command in (one for one in there if one.startswith(ANY_COMMANDS[0].split()[0])):
            found = [await self._meant(f"{command} {one}".rstrip(), request) for one in tries]
            each += next(filter(None, found), ())
        self._offer(each, there)

    async def _meant(self, command: str, request: Request) -> tuple[str, ...]:
        """The command about something that is set up where it is read, else what its parser suggests of it."""
        route, which = self._verbs.find(command), command.split()[2:3]
        if not route or not command.startswith("digest"):
            return (command,)
        offered = await self._verbs.offered(route, replace(request, text=command))
        return tuple(one for one in offered if one.split()[2:3] == which)

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
