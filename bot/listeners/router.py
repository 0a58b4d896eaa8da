"""From a request to the feature that answers it; one place that measures, logs and turns errors into messages.

A text is looked at in this order, and the first that knows it answers:

1. the command itself, pasted with it, and what is said around a question are left out ("my boss asks how …");
2. help, or a link alone, is answered at once;
3. a command in other words that would pass as a question: "pause everything", "what did you send us last week?";
4. a verb, the first word: its row of the table (``bot.listeners.routes``); a verb more is a row and its handler;
5. the answer to which one is meant: "the second", "friday's";
6. a change of the last command: "make it tuesday" (``bot.listeners.amendments``);
7. a command in other words that names a digest, an alert, a goal or a watch: "stop the digest";
8. a question about figures, which takes up the one before it;
9. a refused question: the first word as a typo of a verb, days of the last digest, a command in other words, a typo further on,
   and the digests that it may change, are offered or carried out; else the refusal says what is understood.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from msgspec.structs import replace

from bot.errors import BotError, NotUnderstood, UsageError
from bot.lazy_regex import any_case, lazy_regex
from bot.listeners.amendments import Amendments
from bot.listeners.refused_words import Mistyped, refuse_agreed, says_nothing
from bot.listeners.verbs import Verbs, command_at_once, command_in
from bot.ops import telemetry
from bot.parsing.courtesies import HOW_TO, SETS_UP, courtesy, without_preamble
from bot.parsing.last_command import NAMES_KIND, action_on_last, acts
from bot.parsing.parser import is_about_help, is_plain
from bot.parsing.period_finder import PERIOD
from bot.parsing.several import choices_in, chosen_in
from bot.parsing.vocabulary import BOARD, HELP, TOP, asks_for_help
from bot.reports.error_blocks import build_internal_error, build_trouble
from bot.slack.numbers import DEFAULT_FORMAT, NumberFormat, use_number_format
from bot.slack.people import PeopleDirectory
from bot.slack.request import DIRECT_MESSAGE, HOME, Handler, Outcome, RenderedResult, Request, RequestContext, outcome_of
from bot.statistics.reports import FULL_ID, TEAM
from bot.storage.claims import LastQuestion, LastQuestions

logger = logging.getLogger(__name__)

#: How long after it was asked which one is meant a word is the answer.
ANSWERED_WITHIN = timedelta(minutes=5)

#: How the refusal of a question begins that is about nothing known.
UNREAD = "I didn't understand"
#: "Can I stop the digest?", "could I watch bob?".
_MAY_I = any_case(
    r"\W*(?:(?:and|so|ok|hm+|oh|hi|hey)\b\W*)*(?:can|could|may) i (?:also |just )?"
    r"(?P<what>(?:stop|pause|snooze|mute|silence|delete|remove|cancel|skip|resume|unmute|rename|move|watch|follow|turn|switch|disable|end)\b.*)"
)
#: An account or a post in canonical words.
_SUBJECT = lazy_regex(rf"{FULL_ID.pattern}|urn:\S+")
#: The command itself, as a suggestion is copied with it.
_COMMAND = any_case(r"\s*`?/?linkedin-stats\b`?(?!-)\s*")


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
        self._people, self._last, self._metrics, self._clock = people, last, metrics, clock
        self._amendments = Amendments(verbs, clock)

    async def answer(self, request: Request, handle: Handler | None = None) -> RenderedResult:
        if request.is_typed and not is_plain(request.text) and (bare := _bare(request.text)) != request.text:
            request = replace(request, text=bare)
        if self._refusal and (handle or not asks_for_help(request.text)):
            return await self.run(self._refuse, request)
        if handle or is_plain(request.text):
            answers = handle or self._verbs.otherwise.handle
            # Help leaves what was asked before as it is, and needs no look into the database for it.
            return await self.run(answers if asks_for_help(request.text) else partial(self._anew, answers), request)
        if request.is_typed and not request.figures_only and (command := command_at_once(request.text)):
            return await self.run(partial(self._anew, self._verbs.of_command(command).handle), replace(request, text=command))
        route = None if request.figures_only else self._verbs.find(request.text)
        return await self.run(partial(self._anew, route.handle) if route else self._without_verb, request)

    async def _anew(self, handle: Handler, request: Request) -> RenderedResult:
        """Handles what does not go on from the last command; what was asked before it, which one is meant, is over."""
        try:
            result = await handle(request)
        except BotError as error:
            await self._forget(request, error, changes=isinstance(error, Mistyped))
            raise
        if result.follow_up is None:
            await self._forget(request)
        return result

    async def _forget(self, request: Request, error: BotError | None = None, *, changes: bool = False) -> None:
        """Forgets what was asked, and after an error the command that could be changed, if the refused words were not about it.

        What a refused question names, its account and days or its posts, is what the next words go on from.
        ``changes``: it was a change of what the last command, or the message above, is about.
        """
        if not request.is_typed:
            return
        last = await self._last.find(request.context.place)
        command = (last.command if last else "") or (request.posted_by if changes else "")
        subject = error.subject if isinstance(error, UsageError) and not changes else ""
        if PERIOD.fullmatch(subject):
            # Days alone are those of the account, or of the team, before.
            before = last.subject if last else request.about
            whose = [one for one in before.split()[:1] if one in (TEAM, BOARD, TOP)] + FULL_ID.findall(before)[:1]
            subject = "" if command else " ".join((*whose, subject))
        still = self._amendments.still_meant(request.text, command, changes=changes) if error else ()
        if error and (command or subject or still):
            about = subject or (last.subject if last else request.about)
            await self._note(request.context, "\n".join((about, *still)))
        elif last and last.choices:
            await self._note(request.context, f"{last.subject}\n{last.command}")

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
                    await self._note(context, result.follow_up)
                response = replace(result, share=result.share and not context.is_dm, reference=record.reference)
            except Exception:
                logger.exception("an answer failed")
                response = RenderedResult(build_internal_error(record.reference), outcome=Outcome.FAILED, reference=record.reference)
            record.outcome = response.outcome
            return response

    async def _note(self, context: RequestContext, words: str) -> None:
        """Notes the last question, as in ``LastQuestion``, with the one before it about another account or post."""
        last = await self._last.before(context.place)
        is_same = last and _SUBJECT.findall(last.subject) == _SUBJECT.findall(words.partition("\n")[0])
        before = (last.before if is_same else last.subject) if last else ""
        for place in context.places:
            self._last.note(place, f"{words}\n\t{before}" if before else words)

    async def _refused(self, error: BotError, request: Request) -> RenderedResult:
        if isinstance(error, UsageError) and request.context.source != HOME:
            context = request.context
            here = request.is_typed and (context.thread or context.source == DIRECT_MESSAGE)
            last = await self._last.find(context.place) if here else None
            try:
                await self._verbs.offer(error, request, (last.subject if last else "") or request.about)
            except BotError as other:
                # Whoever may not ask at all is told that, whatever the words are.
                error = other
        if request.is_typed and (choices := choices_in(error)):
            before = await self._last.find(request.context.place)
            await self._note(request.context, f"{before.subject}\n{before.command}{choices}" if before else f"\n{choices}")
        message = build_trouble(error, reference=telemetry.reference(), now=self._clock())
        return RenderedResult(message, outcome=outcome_of(error), kind=type(error).__name__)

    async def _number_format(self, request: Request) -> NumberFormat:
        """The person's format, or the workspace's for what everybody reads; help does not wait for Slack."""
        if asks_for_help(request.text):
            return DEFAULT_FORMAT
        return await self._people.number_format(request.context.user, public=request.is_public(share=False))

    async def _without_verb(self, request: Request) -> RenderedResult:
        """Answers a text that begins with no verb: the answer to which one is meant, a change of what was last, else a question."""
        if not request.is_typed or request.figures_only:
            return await self._anew(partial(self._asked, None), request)
        last = await self._last.find(request.context.place)
        is_answer = last is not None and self._clock() - last.at < ANSWERED_WITHIN
        if last and is_answer and (chosen := chosen_in(request.text, last.choices)):
            return await self._anew((self._verbs.find(chosen) or self._verbs.otherwise).handle, replace(request, text=chosen))
        refuse_agreed(request.text, last.command if last else "")
        if asked := _MAY_I.match(request.text):
            self._answer_may_i(asked["what"].rstrip(" ?!."), (last.command if last else "") or request.posted_by)
        about_last = not courtesy(request.text) and ((last and (last.command or last.refused)) or request.posted_by or acts(request.text))
        try:
            if about_last and (amended := await self._amendments.amended(request, last)):
                return amended
        except UsageError as error:
            await self._forget(request, error, changes=True)
            await self._amendments.ask_mistyped(error, request, last)
            raise
        return await self._anew(partial(self._asked, last), request)

    @staticmethod
    def _answer_may_i(what: str, command: str) -> None:
        """Raises NotUnderstood with the command that "can I stop the digest?" asks about: a question changes nothing."""
        if meant := action_on_last(what, command) or command_in(what):
            raise NotUnderstood("Yes, you can.", remedy="Do you want that now?", suggestions=(" ".join(meant.split()),))

    async def _asked(self, last: LastQuestion | None, request: Request) -> RenderedResult:
        """Answers a question, or carries out what is meant by words that are none."""
        if asked := HOW_TO.match(request.text):
            what = asked["what"] or asked["kind"]
            topic = {"report": "digest", "summary": "digest"}.get(what.lower(), what)
            request = replace(request, text=f"{HELP} {topic}")
        # "Set up the monday numbers" is no question for Monday's figures, nor is what names an alert.
        names_kind = NAMES_KIND.search(request.text) and not is_about_help(request.text, self._clock())
        is_command = not (asked or courtesy(request.text)) and request.is_typed and (SETS_UP.match(request.text) or names_kind)
        if is_command and (done := await self._in_other_words(request)):
            return done
        try:
            if request.is_typed and last and last.command and not request.about and says_nothing(request.text, self._clock()):
                raise NotUnderstood(f"{UNREAD} that.")
            return await self._verbs.otherwise.handle(request)
        except UsageError as error:
            if not request.figures_only and (done := await self._meant_instead(request, last)):
                return done
            await self._amendments.ask_mistyped(error, request, last)
            if last and last.command and error.sentence.startswith(UNREAD) and self._amendments.still_meant(request.text, last.command):
                error.remedy, error.suggestions = Amendments.see_last(last.command)
            raise

    async def _meant_instead(self, request: Request, last: LastQuestion | None) -> RenderedResult | None:
        """Carries out what a refused question means instead; None where it means nothing else. Raises UsageError to ask back."""
        await self._verbs.ask_verb(request)
        if done := await self._amendments.about_when(request, last, alone=True) or await self._in_other_words(request):
            return done
        await self._verbs.ask_typos(request)
        if changed := await self._amendments.about_when(request, last):
            return changed
        await self._amendments.ask_which_changes(request)
        return None

    async def _in_other_words(self, request: Request) -> RenderedResult | None:
        """Carries out the command that the text means in another order, or in other words; None where it means none."""
        command = command_in(request.text)
        return await self._verbs.of_command(command).handle(replace(request, text=command)) if command else None


def _bare(text: str) -> str:
    """The text without the command itself, where it was pasted with it, and without what is said around it."""
    if pasted := _COMMAND.match(text):
        words = text[pasted.end() :]
        # The sign that ends the code which the command was pasted as.
        text = words.rstrip().removesuffix("`") if words.count("`") == 1 else words
    return without_preamble(text)
