"""What a text changes of the last command, or of what posted the message above: "tuesday", "pause it until monday", "and at 10?"."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from bot.errors import SAY_WHICH, BadSchedule, NotUnderstood, UnknownAccount, UsageError
from bot.lazy_regex import any_case, lazy_regex
from bot.listeners import refused_words
from bot.listeners.refused_words import CHANGE, LEAD, MEANT_WITHIN, PAUSE, QUESTION, refuse_compared, refuse_unset
from bot.listeners.verbs import Verbs, command_in
from bot.management import change_words
from bot.management.actions import READING, TO_ME, NotPossible, SubscriptionAction, nothing_here
from bot.parsing import last_command
from bot.parsing.courtesies import FIRST_WORDS, LONGEST_SENTENCE, POLITELY, digest_of_this, plainly, without_reasons
from bot.parsing.dates import WEEKDAYS
from bot.parsing.period_finder import PERIOD
from bot.parsing.reasons import NO_STOPPING, STOP_REMEDY
from bot.parsing.several import WHICH_ONE
from bot.parsing.suggestions import DID_YOU_MEAN_ONE, SUGGESTIONS_DID_YOU_MEAN
from bot.parsing.text import near_words
from bot.parsing.vocabulary import ALERT, BOARD, DAILY, DIGEST, GOAL, METRIC_WORDS, WATCH
from bot.schedules.parser import is_when_alone, says_dates, says_when
from bot.schedules.timezones import zones_of_city
from bot.schedules.tokens import time_of_day, with_clock
from bot.slack.request import RenderedResult, Request, RequestContext
from bot.statistics.reports import FULL_ID, TEAM
from bot.storage.claims import LastQuestion

WHICH_TWO, NAME_THEM = "I can't tell which accounts you mean.", "Add one by its name, like `add bob`, or change the digest:"
CHANGE_TO, OR_EACH_DAY = "Do you want to change the digest to that?", "The other button shows each day's figures:"
THIS_ONE, NO_UNDO, SAY_OR_DELETE = "Do you mean this one?", "I can't take a change back by itself.", "Say what it should be, or delete it:"
SEE_SET_UP = ("digest list", "alert list", "goals", "watches")

#: "In the team channel", which Slack has not linked.
_NAMED_CHANNEL = any_case(
    r"\b(?P<lead>in|into|to) (the |our )?(?!this\b|that\b|same\b|other\b|another\b|right\b|whole\b|new\b|the\b|our\b)(?P<at>\w+) channel\b"
)
_BOTH = any_case(r"(both|all) of (them|those|these)|both( accounts)?")
_OVER = any_case(r"(the )?((last|past|previous) \w+$|since\b)")
#: About what was spoken of, whatever days it names.
_ABOUT_IT = lazy_regex(
    rf"{POLITELY}(?:(?:{'|'.join(FIRST_WORDS[one] for one in ('stop', 'pause', 'resume', 'edit', 'skip', 'move'))}) (?:it|that|this)\b"
    r"|(?:until|till|from|starting|except|without|not)\b|no (?:end|exceptions)\b)|.*\b(?:enough|plenty)\b|(?:\w+ ){1,3}time(?: please)?$"
)
#: "Post it to #general instead", before "instead" is left out.
_ONLY_THERE = any_case(r"\b(instead|rather( than)?|only|not (here|there))\b")
#: What alone asks for figures, also where it could be a schedule.
_ASKED_FOR = lazy_regex(rf"{PERIOD.pattern}|{DAILY}")


class Amendments:
    """Carries out what a text changes of the last command; raises BotError."""

    def __init__(self, verbs: Verbs, clock: Callable[[], datetime]) -> None:
        self._verbs, self._clock = verbs, clock

    async def amended(self, request: Request, last: LastQuestion | None) -> RenderedResult | None:
        """Carries out the last command with a change ("make it tuesday"), or plans a digest of the last account ("make it weekly").

        So is an action on what it was about, in a thread on what posted the message above: "pause it". None for any other text.

        Raises:
            NotUnderstood: it is an action, and there is nothing that it can be about.
        """
        command = (last.command if last else "") or request.posted_by
        said = refused_words.with_lead(request.text, last, self._clock())
        request = replace(request, text=_NAMED_CHANNEL.sub(r"\g<lead> #\g<at>", said) if command else said)
        text = plainly(without_reasons(request.text))
        if change_words.VAGUE.fullmatch(change := last_command.change_in(text)):
            request, text, change = replace(request, text=change), change, ""
        refuse_compared(text, command, last.subject if last else request.about)
        refuse_unset(text, last, self._clock())
        # Below what was posted words without "it" are about its figures.
        is_below = not (last and last.command)
        tries = self._with_ways(request.text, last, self._tries(request.text, last)) if last and not is_below else ()
        if command and (is_below or command.startswith(ALERT)) and PERIOD.fullmatch(change.lower()):
            # "Make it last month": no alert is about a month that is over.
            change = ""
        both = last_command.there_or_too(text, command)
        meant = both[0] if both and _ONLY_THERE.search(request.text) else last_command.action_on_last(text, command)
        if not (tries or meant or last_command.acts(text)):
            return None
        tries = tries if meant or change else refused_words.of_preview(text, command, tries)
        if meant == f"undo {command}":
            raise NotUnderstood(NO_UNDO, remedy=SAY_OR_DELETE, suggestions=(command, command.replace(" edit ", " delete ", 1)))
        # Below a posted digest "add bob" is about its figures, as below a card.
        if meant and not (is_below and last_command.PARTS.match(text)) and (route := self._verbs.find(meant)):
            result = await route.handle(replace(request, text=meant))
            # After "change the day" the next words say to which.
            asks = "\n".join((last.subject if last else request.about, command, CHANGE))
            return replace(result, follow_up=asks) if meant == command else result
        if both:
            raise NotUnderstood("Only there from now on, or there too?", suggestions=both)
        if command and change and (not is_below or _says_when(change)):
            return await self._changed(request, command, change)
        if command and (done := await self._tried(request, command, tries)):
            return done
        about = (last.subject if last else "") or request.about
        when = digest_of_this(text) or change if about else ""
        if when and (planned := await self._planned(request, about, when)):
            return planned
        # What names its kind ("the digest") is a command in another order.
        of_card = last_command.PARTS.match(text) and (request.about or (last and last.subject and not last.command))
        is_other = of_card or last_command.NAMES_KIND.search(text)
        return None if is_other else await self._ask_which(text, change, request, alone=not about)

    async def ask_mistyped(self, error: UsageError, request: Request, last: LastQuestion | None) -> None:
        """Raises NotUnderstood that asks a mistyped word back after something was set up, unless this refusal asks one back already."""
        if not last or not last.command or error.remedy in (DID_YOU_MEAN_ONE, SUGGESTIONS_DID_YOU_MEAN):
            return
        if asked := refused_words.mistyped(request.text, await self._verbs.names(request.context)):
            asked.suggestions = self.see_last(last.command)[1]
            raise asked from None

    @staticmethod
    def see_last(command: str) -> tuple[str, tuple[str, ...]]:
        """What is said instead of words that may be about the last command, and what they offer: its form, and what it is."""
        noun, _, rest = command.partition(" ")
        if " edit " not in command:
            return f"If it is about the {noun}, this shows it:", (f"{GOAL}s" if noun == GOAL else command,)
        return f"If it is about the {noun}, say what is new, or open it:", (command, f"{noun} show {rest.removeprefix('edit ')}")

    def still_meant(self, text: str, command: str, *, changes: bool = False) -> tuple[str, ...]:
        """The last command, and what was refused since, after these refused words; empty where they were about something else.

        A refusal is no change of subject; another command, or a question with days, a figure or a link of its own, is one.
        """
        noun, plain = command.partition(" ")[0], " ".join(text.lower().split())[:LONGEST_SENTENCE]
        words = change_words.bare(text)
        lead = LEAD.match(words) if noun == DIGEST else None
        is_pause = re.search(r"\b(?:pause|hold|stop|mute)\b.* (?:until|till|for)\b", plain)
        says = PAUSE if is_pause and (changes or plain.startswith(f"{noun} pause ")) else f"{CHANGE} {lead[0].lower()}" if lead else CHANGE
        if command and (changes or says != CHANGE):
            return command, says
        if self._verbs.find(text):
            kind, is_action = plain.partition(" ")[0], re.match(rf"\w+ (?:{'|'.join(SubscriptionAction)})\b", plain)
            refused = ("", kind) if kind in refused_words.SET_UP_AT_ONCE and not is_action else ()
            return (command, CHANGE) if command and is_action and kind == noun else refused
        if not command or self._is_when_alone(words):
            return (command, CHANGE) if command else ()
        asks = PERIOD.search(plain) or not METRIC_WORDS.keys().isdisjoint(plain.split()) or "linkedin.com" in plain
        if asks and not _ABOUT_IT.match(plain) and noun not in plain:
            return ()
        return command, CHANGE if self._is_when(words) and not asks else QUESTION

    def _with_ways(self, text: str, last: LastQuestion, tries: tuple[str, ...]) -> tuple[str, ...]:
        """The changes of a digest that a text may make; raises NotUnderstood with what is to be chosen where that is not clear."""
        if not last.command.startswith(DIGEST):
            return tries
        bare, is_set_up = change_words.bare(text).lower(), " edit " in last.command
        if _BOTH.fullmatch(bare):
            raise NotUnderstood(WHICH_TWO, remedy=NAME_THEM, suggestions=(last.command,) if is_set_up else ())
        is_daily = bare == DAILY and not tries
        if is_set_up and is_daily:
            raise NotUnderstood(CHANGE_TO, remedy=OR_EACH_DAY, suggestions=(f"{last.command} {DAILY}", DAILY))
        if is_set_up and (ways := self._ways(bare, last, text)):
            raise NotUnderstood("I can't tell what should happen then.", remedy=SAY_WHICH, suggestions=(*ways, bare))
        return (DAILY,) if is_daily else tries

    def _ways(self, words: str, last: LastQuestion, text: str) -> tuple[str, ...]:
        """The commands between which a date alone leaves the choice: "actually end of march", "friday" after a refused "until 32 jan"."""
        if re.match(r"(?:(?:and|but|just|only) )*for \S.*\b(?:week|month|quarter|year)s?\W*$", text, re.IGNORECASE):
            return (f"{last.command} for {words}",)
        lead = last.refused.partition(" ")[2] if self._clock() - last.at < MEANT_WITHIN else ""
        if words in WEEKDAYS and (lead or last.refused == PAUSE):
            way = f"{last.command} {lead} {words}" if lead else f"{last.command.replace(' edit ', ' pause ')} until {words}"
            return way, f"{last.command} every {words}"
        corrects = change_words.amendments(text) == (words,) and PERIOD.fullmatch(words) and not self._is_when_alone(words)
        is_date = corrects and not _OVER.match(words) and is_when_alone(["until", *words.split()], self._clock().date())
        return tuple(f"{last.command} {lead} {words}" for lead in ("until", "from", "except")) if is_date else ()

    @staticmethod
    def _asks(text: str) -> bool:
        """Whether a text may leave a period out of figures: "not october", but not "not next week"."""
        return bool(change_words.LEFT_PERIOD.fullmatch(text.lower())) and not re.search(r"\d|\bnext\b|tomorrow", text)

    def _is_when(self, text: str) -> bool:
        words = with_clock(text).split()
        return bool(words) and (says_when(words) or says_dates(words, self._clock().date()))

    def _is_when_alone(self, text: str) -> bool:
        """Whether a text is days, a time or dates and nothing else, perhaps with a day of the week misspelled."""
        words, today = with_clock(change_words.without_only(text)).split(), self._clock().date()
        near = (next(iter(near_words(word.strip(","), WEEKDAYS, most=1)), (word,))[0] for word in words)
        return bool(words) and (is_when_alone(words, today) or is_when_alone([*near], today))

    def _tries(self, text: str, last: LastQuestion | None = None) -> tuple[str, ...]:
        """The changes that a text may make to the last command, without those that are a question's period or figure alone."""
        command, refused = (last.command, last.refused) if last else ("", "")
        every = () if last_command.change_in(text) else change_words.amendments(text, command.partition(" ")[0])
        plain = change_words.without_only(change_words.plain_change(text))
        if refused == QUESTION:
            # "Sorry, bob" after "zork" is about whose figures are asked for.
            every = tuple(
                one for one in every if one.startswith(("add ", "remove ", "no ", "same ")) or (self._is_when(one) and not one.isdigit())
            )
        is_fresh = last is not None and self._clock() - last.at < MEANT_WITHIN
        is_corrected = is_fresh and refused not in ("", QUESTION) and not _OVER.match(plain)
        is_when = command and is_when_alone(with_clock(plain).split(), self._clock().date())
        asks = _ASKED_FOR.fullmatch(plain.lower()) or self._asks(plain)
        every = every or ((plain,) if is_when and (is_corrected or not asks) else ())
        return tuple(one for one in every if not PERIOD.fullmatch(one.lower()) or self._is_when(one))

    async def about_when(self, request: Request, last: LastQuestion | None, *, alone: bool = False) -> RenderedResult | None:
        """Changes the last digest, or plans one of what was asked, by days, a time or dates that are no question; if ``alone`` by no more.

        Raises UsageError: they are no days, time or dates, or they end with "?" and may only ask.
        """
        command, change = (last.command if last else "") or request.posted_by, change_words.bare(request.text)
        is_alone = self._is_when_alone(change)
        if not command and alone and is_alone and (request.context.thread or request.context.is_dm):
            return await self._planned(request, last.subject if last else request.about, change)
        is_when = is_alone or not (alone or PERIOD.search(change.lower()) or not self._is_when(change))
        if not command.startswith(DIGEST) or self._asks(change) or not is_when:
            return None
        if request.text.rstrip().endswith("?") and command.startswith("digest edit "):
            self._offer(await self._meant(f"{command} {change}", request), {}, CHANGE_TO)
            return None
        try:
            return await self._changed(request, command, change)
        except UsageError as error:
            if isinstance(error, BadSchedule) or any(one.startswith(command) for one in error.suggestions):
                raise
            return None

    async def _tried(self, request: Request, command: str, tries: Iterable[str]) -> RenderedResult | None:
        """Carries out the last command with the first of these changes that it can have; None without. Raises UsageError."""
        refused, names_kind = None, last_command.NAMES_KIND.search(request.text) is not None
        for change in tries:
            try:
                return await self._changed(request, command, change)
            except UsageError as error:
                # What names its kind ("no digest for …") is a command in another order; "every monday 9:00" is a digest, also after a goal.
                is_whole = names_kind or (command.startswith(GOAL) and says_when(with_clock(change).split()))
                if is_whole or not _is_about(error, command, change):
                    continue
                # What offers a change says more than what offers the form, and "except" more than "no".
                is_better = error.suggestions[:1] != (command,) or change.startswith("except ")
                if refused is None or (refused.suggestions[:1] == (command,) and is_better):
                    refused = error
        if refused:
            raise refused
        return None

    async def _ask_which(self, text: str, change: str, request: Request, *, alone: bool) -> RenderedResult | None:
        """Answers a question about the only thing that is set up here; else raises NotUnderstood with the command for each."""
        word, there = last_command.begins_action(text), await self._set_up(request.context)
        each = last_command.on_each(text, tuple(there))
        if any(one.startswith("undo ") for one in each):
            raise NotUnderstood(NO_UNDO, remedy=STOP_REMEDY, suggestions=SEE_SET_UP)
        if len(each) == len(there) == 1 and each[0].split()[1] in READING:
            return await self._verbs.of_command(each[0]).handle(replace(request, text=each[0]))
        if not each and change:
            change = f"at {change}" if change.isdigit() and re.search(r"\btime\b", text) else change
            is_place = re.fullmatch(r"<#[^<>]*>", change) is not None
            each = tuple(
                f"{one}{' in' * is_place} {change}"
                for one in there
                if is_place
                or (alone and says_when(change.split()) and not one.startswith(WATCH))
                or (one.startswith(DIGEST) and _is_time(change))
            )
        self._offer([one for command in each for one in await self._meant(command, request)], there)
        # "What figures do you post?" is about nothing that is set up where nothing is.
        alone = alone and not re.match(r"\W*(?:what|which) (?:figures|numbers|stats) do you\b", text, re.IGNORECASE)
        if not there and alone and (word or any(last_command.on_each(text, last_command.ANY_COMMANDS)) or says_when(change.split())):
            raise nothing_here()
        if word:
            raise NotUnderstood(NO_STOPPING, remedy=STOP_REMEDY, suggestions=SEE_SET_UP)
        return None

    async def _set_up(self, context: RequestContext) -> Mapping[str, str]:
        find = next((route.set_up for route in self._verbs.routes if route.set_up), None)
        return await find(context) if find else {}

    @staticmethod
    def _offer(each: Sequence[str], there: Mapping[str, str], asked: str = "") -> None:
        if each:
            ids = {word for one in each for word in one.split()[2:3]}
            asked = asked or (WHICH_ONE if len(ids) > 1 else THIS_ONE)
            about = {command.split()[2]: what for command, what in there.items() if command.split()[2] in ids}
            lines = (f"`{short_id}`: {what}" for short_id, what in about.items())
            raise NotUnderstood(asked, remedy="\n".join(lines), suggestions=each, about=about)

    async def ask_which_changes(self, request: Request) -> None:
        """Raises NotUnderstood with each digest, of "too noisy" each alert too, that is set up here and that a text can change."""
        tries = self._tries(request.text) if request.is_typed else ()
        there = await self._set_up(request.context) if tries else {}
        each = list[str]()
        # Words that only say in which way open the form.
        kinds = (DIGEST, ALERT) if tries == ("",) else DIGEST
        for command in (one for one in there if one.startswith(kinds)):
            found = [await self._meant(f"{command} {one}".rstrip(), request) for one in tries]
            each += next(filter(None, found), ())
        self._offer(each, there)

    async def _meant(self, command: str, request: Request) -> tuple[str, ...]:
        """The command about something that is set up where it is read, else what its parser suggests of it."""
        route, which = self._verbs.find(command), command.split()[2:3]
        if not route or not command.startswith(DIGEST):
            return (command,)
        offered = await self._verbs.offered(route, replace(request, text=command))
        # "digest edit 3f2a" alone is no change.
        return tuple(one for one in offered if one.split()[2:3] == which and (one == command or one.split()[3:]))

    async def _changed(self, request: Request, command: str, change: str) -> RenderedResult | None:
        if (route := self._verbs.find(command)) is None:
            return None
        try:
            if route.amend:
                return await route.amend(request, command, change)
            return await route.handle(replace(request, text=f"{command} {change}"))
        except UsageError as error:
            if isinstance(error, UnknownAccount) and command.startswith((DIGEST, ALERT)) and (zones := zones_of_city(change)):
                if " edit " not in command:
                    return await self._changed(request, command, f"{change} time")
                asked = f"No account is called “{change}”. Do you mean the time there?"
                raise BadSchedule(asked, suggestions=[f"{command} zone {zone}" for zone in zones]) from None
            if not error.suggestions and " edit " in command:
                error.suggestions = (command, command.replace(" edit ", " show ", 1))
            raise

    async def _planned(self, request: Request, subject: str, change: str) -> RenderedResult | None:
        of_all = "all" if subject.split(" ", 1)[0] in (TEAM, BOARD) else ""
        accounts = " ".join(FULL_ID.findall(subject)) or of_all
        command = accounts and command_in(f"{accounts} {change}")
        return await self._verbs.of_command(command).handle(replace(request, text=command)) if command else None


def _is_about(error: UsageError, command: str, change: str) -> bool:
    """Whether a refusal is surely about this change of the command: the words are no question."""
    # A digest that is not set up yet has no id in what is offered.
    is_of_it = not error.suggestions or " edit " not in command or any(one.startswith(command) for one in error.suggestions)
    is_clear = isinstance(error, NotPossible) or error.remedy == SAY_WHICH or (isinstance(error, BadSchedule) and is_of_it)
    # Another figure of a goal needs another number.
    is_figure = METRIC_WORDS.keys() >= {*change.lower().split()} and command.startswith(GOAL)
    return is_clear or is_figure or not change or TO_ME.search(change) is not None


def _is_time(change: str) -> bool:
    """Whether a change is a time alone, or how much later or earlier: no figures have one."""
    return re.search(r"\b(?:hours?|minutes?|mins?)\b", change) is not None or (not change.isdigit() and time_of_day(change) is not None)


def _says_when(change: str) -> bool:
    """Whether a change has days, with or without a time, or a time in words: "in the evening"."""
    return says_when(change.split()) or (time_of_day(change) is not None and not re.search(r"\d", change))
