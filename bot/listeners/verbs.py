"""The table of verbs, the commands that texts without one mean, and what is offered instead of words that are refused."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from html import unescape
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from bot.access.commands import administration
from bot.digests.parser import digest_of_schedule
from bot.errors import BotError, NotUnderstood, UsageError
from bot.lazy_regex import any_case, any_of, lazy_regex
from bot.management.actions import SubscriptionAction, words_of_actions
from bot.management.change_words import correction_in
from bot.parsing import suggestions
from bot.parsing.account_names import with_names
from bot.parsing.courtesies import LONGEST_SENTENCE, POLITELY
from bot.parsing.foreign_periods import THIS
from bot.parsing.languages import own_words
from bot.parsing.orders import TELL_ME, action_first, as_goal
from bot.parsing.refused import about_subject
from bot.parsing.several import all_command
from bot.parsing.text import typos, unaccented
from bot.parsing.vocabulary import ALERT, DIGEST, FILLERS, GOAL, GROUP, HELP, METRIC_WORDS, RATE_WORDS, WATCH, asks_for_help, tokenize
from bot.schedules.parser import says_when
from bot.slack.request import Handler, RenderedResult, Request, RequestContext
from bot.statistics.reports import Directory
from bot.watches.parser import as_watch_command

NOT_UNDERSTOOD = "I didn't understand that."
WORKS_AS = {DIGEST: "It works as a digest:", ALERT: "It works as an alert:", GOAL: "It works as a goal:"}
#: A first word with more typos than this is no typo of a verb; of a verb of up to four letters, with more than one.
MOST_TYPOS = 2
#: The words of a refused text in which an account and days are looked for, and what is offered where its verb is another's.
MOST_TOKENS, MOST_OFFERED = 30, 4
_SHORT, _LONG = 4, 8

_ASKING = ("which", "what", "when", "where")
_ACTIONS = {*SubscriptionAction, *words_of_actions({}), "end", "drop", "update", "set", "rename", "switch"}

#: Days as the bot writes them, in whose place those that were typed are shown.
_DAYS_READ = lazy_regex(r"\b\d{4}-\d\d-\d\d\.\.\S+|\b(?:week|month|quarter|year) to \d{4}-\d\d-\d\d\b")
_ID = lazy_regex(r"[0-9a-f]{4,}\b")
_FIRST_WORD = lazy_regex(r"\s*([\w-]+)(?=[\s<!?.,:]|$)")


#: The command of a text, "" for one that means none. Raises UsageError.
Reader = Callable[[str], str]

#: "What did you send us last week?" is no question for last week's figures, nor is "why didn't we get anything today?".
_SENT = any_case(
    r"\W*((what|which \w+) (did|have|had) you (send|sent|post(ed)?)\b(?! on linkedin)"
    r"|(why|when) did(n't)? you (not |last )*(post|send|write)\b|(did|have|didn't|haven't) you"
    r" (already )?(post|send|sent|posted)( (anything|something|it|the \w+))*( (today|yesterday|yet|already|this (week|morning)))*\W*$"
    r"|(what (was|is)|when was) the last (thing|message|time)( that)? you (post|sen[dt])"
    r"|why (do|did|have)(n't)? (we|i) (not )?(get|got|receive)\w* (anything|nothing|a message)\b).*"
)
_ANNOUNCED = any_case(
    r"\W*(which|what|list|show)\b.* posts? ((have|did|that) )?(you (have )?(announced?|told|tell)|(were |been )?announced)\b"
)
#: "Can we have the report on tuesday instead?" does not ask for Tuesday's figures.
_INSTEAD = any_case(rf"{POLITELY}(have|get|receive) (the|our|my) .*\b(instead|from now on)\W*$")
#: "I want to see new posts of Ann in this channel".
_NEW_POSTS_HERE = any_case(
    rf"{POLITELY}((see|get|have|show( me| us)?) )?((all|any|the) )*(?P<what>new posts? (of|by|from) \S.*?"
    r" (here|in here|in this channel))\W*"
)
#: "Let me know the moment …" is no question, whatever its words are.
_ONCE_IT_IS = any_case(r"\b(the (moment|minute|second)|as soon as|whenever|(every|each) time)\b")
_FIGURE = any_of((*METRIC_WORDS, *RATE_WORDS))
_TELL_ME = any_case(rf"{TELL_ME} (?=.*(?:\d|half|halv|doubl|tripl|third|quarter|unusual|weird|strange|odd|\b{_FIGURE}\b|\bpost))")
#: Other words for an alert and a goal.
_ALARM = any_case(r"\b(alarm|notification|warning)(?=s?\b)")


class Route(Struct, frozen=True):
    """A row of the table: the words a request may begin with, and what answers it then."""

    verbs: frozenset[str]
    handle: Handler
    #: Whether the whole text is this verb's command: `link` may also come before a pasted link.
    applies: Callable[[str], bool] = lambda _: True
    #: Whether a text whose first word was corrected to a verb may be suggested.
    is_complete: Callable[[str], bool] = lambda _: True
    #: Reads the text as a command of this verb without carrying it out; raises UsageError for one that would be refused.
    check: Callable[[Request], Awaitable[object]] | None = None
    #: Carries out a command of this verb with a change ("tuesday"); None where the change is added to its words.
    amend: Callable[[Request, str, str], Awaitable[RenderedResult]] | None = None
    #: What is set up where a text is written: the command that changes each ("digest edit 3f2a"), and what it is.
    set_up: Callable[[RequestContext], Awaitable[Mapping[str, str]]] | None = None
    #: The sentence before "did you mean …" then.
    not_understood: str = NOT_UNDERSTOOD


class Verbs:
    """The rows of the table.

    Args:
        otherwise: answers what begins with no verb: questions about figures, and help.
        known: the accounts that everybody may see where it is asked.
    """

    def __init__(self, routes: Iterable[Route], otherwise: Route, known: Callable[[RequestContext], Awaitable[Directory]]) -> None:
        self.routes, self.otherwise, self._known = tuple(routes), otherwise, known
        self.by_verb = {verb: route for route in self.routes for verb in route.verbs}

    def find(self, text: str) -> Route | None:
        found = _FIRST_WORD.match(text)
        route = self.by_verb.get(found[1].lower()) if found else None
        return route if route and not asks_for_help(text) and route.applies(text) else None

    async def offer(self, error: UsageError, request: Request, about: str = "") -> None:
        """Leaves what is understood among the suggestions, and adds what always works to fewer than three that are no answers.

        Every refusal gets its buttons here. ``about``: the question before, whose account is offered where the words name none.
        """
        if len(request.text) <= LONGEST_SENTENCE:
            await self._elsewhere(error, request)
        directory = await self.names(request.context)
        tokens = tokenize(request.text[:LONGEST_SENTENCE])[:MOST_TOKENS]
        account, days = suggestions.subject(tokens, directory)
        error.suggestions = tuple(with_names(words, directory) for words in error.suggestions)
        if days and error.remedy in suggestions.CORRECTING:
            error.suggestions = tuple(_DAYS_READ.sub(days, words) for words in error.suggestions)
        if about and not account:
            before = tokenize(about)
            account = suggestions.subject(before, directory)[0]
            tokens = (account, *tokenize(days)) if days else before
            # Corrections have the subject above already.
            if account and error.remedy not in suggestions.CORRECTING:
                error.suggestions = about_subject(tokens, directory, error.suggestions)
        near = [words for words in error.suggestions if await self._understands(replace(request, text=words))]
        if not near and (error.remedy in suggestions.CORRECTING or (error.suggestions and error.remedy.endswith(":"))):
            error.remedy = suggestions.SEE_HELP
        elif error.remedy in (suggestions.SUGGESTIONS_DID_YOU_MEAN, suggestions.DID_YOU_MEAN_ONE):
            error.remedy = suggestions.did_you_mean(near)
        if not near or not suggestions.answers_itself(error):
            always_work = suggestions.always(directory, tokens)
            if self.find(request.text) or not await self._understands(replace(request, text=always_work[0])):
                always_work = suggestions.always(directory, suggestions.subject(tokens, directory)[:1])
            # `"Acme" last week` says nothing new beside `last week`.
            other = [words for words in always_work if not words.endswith(tuple(f" {one}" for one in near))]
            near = list(dict.fromkeys((*near, *other)))[: max(len(near), len(always_work))]
        error.suggestions = tuple(near)

    async def names(self, context: RequestContext) -> Directory:
        """The accounts that everybody may see there, as far as they are known."""
        try:
            return await self._known(context)
        except BotError:
            return Directory((), complete=False)

    async def _elsewhere(self, error: UsageError, request: Request) -> None:
        """Offers what the words set up after another verb: "digest followers down 5%" is an alert, "digest goal 50000" a goal."""
        own, rest = self.find(request.text), request.text.strip().partition(" ")[2]
        says_figure = not {*METRIC_WORDS, *RATE_WORDS}.isdisjoint(rest.lower().split())
        # "Digest pause …" is about one that is set up, and "goal 50000 …" would be about one with this id.
        is_other = own and own.check and rest and rest.split()[0].lower() not in _ACTIONS and not _ID.match(rest)
        for kind in (DIGEST, ALERT, GOAL) if is_other else ():
            route = self.by_verb[kind]
            again = self.find(rest) is route
            text = rest if again else f"{kind} {rest}"
            usable = route is not own and (again or (says_when(rest.split()) if kind == DIGEST else says_figure))
            words = await self.offered(route, replace(request, text=text), begun=again) if usable else ()
            if words and (again or words == (unescape(text),)):
                error.remedy, error.suggestions = WORKS_AS[kind], (*words, *error.suggestions)[:MOST_OFFERED]
                return

    async def _understands(self, request: Request) -> bool:
        check = (self.find(request.text) or self.otherwise).check
        try:
            await (check(request) if check else asyncio.sleep(0))
        except BotError:
            return False
        return True

    async def offered(self, route: Route, request: Request, *, begun: bool = False) -> tuple[str, ...]:
        """The text where this route understands it, else the suggestions of its parser; with ``begun`` also of what is not complete."""
        if not (begun or route.is_complete(request.text)):
            return ()
        try:
            await (route.check(request) if route.check else asyncio.sleep(0))
        except UsageError as error:
            return () if route is self.otherwise else error.suggestions
        return (unescape(request.text),)

    def of_command(self, command: str) -> Route:
        """The route of a command as the bot writes it, whatever follows its verb."""
        return self.by_verb.get(command.partition(" ")[0], self.otherwise)

    async def ask_verb(self, request: Request) -> None:
        """Raises NotUnderstood with the command that the text is where its first word is a typo of a verb, of the nearest one first."""
        first, _, rest = request.text.strip().partition(" ")
        word, ordinary = first.lower(), FILLERS | THIS | _ACTIONS | own_words(request.text)
        known = (*self.by_verb, GROUP, HELP) if ordinary.isdisjoint((word, unaccented(word))) else ()
        # A much shorter word may be a name.
        counts = {verb: typos(word, verb) for verb in known if len(word) >= len(verb) - (2 if len(verb) > _LONG else 1)}
        # "Wich" is nearer to "which" than to "watch".
        asks = min(typos(word, one) for one in _ASKING)
        near = [verb for verb, number in counts.items() if 0 < number <= min(MOST_TYPOS if len(verb) > _SHORT else 1, asks)]
        for verb in sorted(near, key=lambda verb: (counts[verb], verb)):
            await self._ask(f"{verb} {rest}".strip(), request)

    async def ask_typos(self, request: Request) -> None:
        """Raises NotUnderstood with the command that the text means with a verb, or an action, for a typo of it: "delete digset"."""
        words = request.text.split() if len(request.text) <= LONGEST_SENTENCE else []
        known = {*self.by_verb, *_ACTIONS, "daily", "weekly", "monthly", "quarterly"}
        words = ["the" if sorted(word.lower()) == sorted("the") else word for word in words]
        plain = (word.strip(",.!?").lower() for word in words)
        said = [(at, word) for at, word in enumerate(plain) if len(word) >= _SHORT and word not in known | FILLERS]
        near = ((at, one) for at, word in said for one in sorted(known) if typos(word, one) == 1)
        for at, meant in islice(near, MOST_OFFERED):
            for command in commands_in(" ".join((*words[:at], meant, *words[at + 1 :]))):
                await self._ask(command, request, begun=True)

    async def _ask(self, command: str, request: Request, *, begun: bool = False) -> None:
        route = self.of_command(command)
        if words := await self.offered(route, replace(request, text=command), begun=begun):
            raise NotUnderstood(route.not_understood, remedy=suggestions.did_you_mean(words), suggestions=words)


def alert_told(text: str) -> str:
    """The alert that a text asks for in other words: "tell me when impressions drop 20%"; "" for any other."""
    found = _TELL_ME.match(text.strip())
    if not found or as_watch_command(text):
        return ""
    # Who is told, and where.
    told = found["told"] or ""
    told = f" for {told}" if told.startswith(("<@", "<!")) else f" in {told}" if told.startswith("<#") else ""
    return f"{ALERT} {text.strip()[found.end() :]}{told}"


def asks_to_tell(text: str) -> bool:
    """Whether a text asks to be told of something that happens, which may be an alert's figures or a watch's posts."""
    return _TELL_ME.match(text.strip()) is not None


def command_at_once(text: str) -> str:
    """The command that is looked for before anything else, whatever the text begins with; "" for none."""
    return _first(_AT_ONCE, text)


def command_in(text: str) -> str:
    """The command that a text means, or what it says instead of what was said before ("no, wednesday at noon"); "" for none.

    Raises UsageError: it means one that is refused.
    """
    return _first(_READERS, text) or ((instead := correction_in(text)) and _first(_READERS, instead))


def commands_in(text: str) -> Iterator[str]:
    """The commands about a digest, an alert, a goal and a watch that a text means. Raises UsageError."""
    return filter(None, (read(text) for read in _SET_UP))


def _first(readers: Iterable[Reader], text: str) -> str:
    return next(filter(None, (read(text) for read in readers)), "")


_SET_UP: tuple[Reader, ...] = (
    lambda text: action_first(text, DIGEST) or digest_of_schedule(text),
    lambda text: action_first(_ALARM.sub(ALERT, text), ALERT) or alert_told(text),
    lambda text: action_first(text, GOAL) or action_first(text, "target") or as_goal(text),
    as_watch_command,
)
_AT_ONCE: tuple[Reader, ...] = (
    all_command,
    lambda text: f"{DIGEST} history" if _SENT.fullmatch(text) else action_first(text, DIGEST) if _INSTEAD.match(text) else "",
    lambda text: f"{WATCH} list" if _ANNOUNCED.match(text) else "",
    lambda text: as_watch_command(f"announce {found['what']}") if (found := _NEW_POSTS_HERE.fullmatch(text)) else "",
    lambda text: alert_told(text) if _ONCE_IT_IS.search(text) else "",
)
_READERS = (*_AT_ONCE, *_SET_UP, administration)
