"""Several digests, alerts and watches at once: "pause everything until monday", "delete all alerts but bob's", "what is set up here?".

::

    text ─ all_command ─→ "everything …" ─┬ typed: what it is about, and the button that does it
                                          ├ pressed: the command of each, carried out by its kind's handler
                                          └ what is set up: a line for each
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.errors import NotUnderstood, UsageError
from bot.management.actions import DELETE_TEXT, SHORT_ID, SubscriptionAction, action_words
from bot.management.blocks import TEXT_LIMIT
from bot.management.descriptions import groups_of, plural
from bot.management.service import NONE, NONE_AT_ALL, SET_UP, SubscriptionService
from bot.parsing.courtesies import LONGEST_SENTENCE, POLITELY, plainly
from bot.schedules.dates import dates_of
from bot.slack.actions import example_id
from bot.slack.builders import Element, Message, actions, build_notice, button, channel_words, context, escape, section, shorten_mrkdwn
from bot.slack.request import BUTTON, RenderedResult, Request, RequestContext
from bot.statistics.reports import Directory
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus, next_run

NOTHING_PAUSED = "Nothing of that is paused here."
NOTHING_HERE = "Nothing of that is set up here."
MANY = "These are {n}, more than I change at once ({most})."
SEE_EACH = "Each list has a button for each:"
ASK = "*{do} {these}?*"
LINE = "• {kind} in {channel}: {what}"
ID_LINE = "`{id}`: {kind} of {what}"
DONE: Final[Mapping[str, str]] = {
    "pause": "Paused",
    "resume": "Running again",
    "delete": "Deleted",
    "move": "Moved",
    "skip": "Skipped the next of",
    "edit": "Changed",
}
DONE_TEXT = "{done}: {n} of {all}."
VERBS: Final[Mapping[str, str]] = {"edit": "Change"}
NOT_DONE = "Not {kind} `{id}`: {why}"
PRESS = "{do} {n}"
SET_UP_HERE = "Set up here:"

EVERYTHING: Final = "everything"
#: So many fit into a button's words.
MOST: Final = 40
#: Those of each kind among which a text that names none may be about one.
FEW: Final = 3
KINDS: Final = (SubscriptionKind.DIGEST, SubscriptionKind.ALERT, SubscriptionKind.WATCH)

_ACTIONS = {
    "pause": r"pause|stop|no more|halt|hold|suspend|mute|snooze|silence|disable|(?:turn|switch) off|unsubscribe(?: me| us)?(?: from)?",
    "resume": r"resume|unpause|unmute|restart|continue|enable|(?:turn|switch)(?: back)? on",
    "delete": r"delete|remove|cancel|drop|end|kill|clear|get rid of",
    "move": r"move",
    "skip": r"skip",
    "edit": r"edit|change|set|switch|update|make|adjust|reschedule",
}
_OF_KIND = {
    SubscriptionKind.DIGEST: r"digests?|reports?|summary|summaries|recaps?",
    SubscriptionKind.ALERT: r"alerts?",
    SubscriptionKind.WATCH: r"watch|watches",
}
_ANY = r"(?:notifications?|messages?|posts?|subscriptions?|of (?:it|them|this|these|those))"
_KIND = rf"(?:{'|'.join(_OF_KIND.values())}|{_ANY})"
_AND_KINDS = rf"(?:(?:,|,? and|,? &amp;)? (?:the |my |our )?(?:{_KIND}|goals?))"
_SEVERAL = r"(?:digests|reports|summaries|recaps|alerts|watches|notifications|subscriptions?)"
_ALL = r"(?:all|everything|every|both|each)(?:(?= ) (?:of )?(?:the|my|our|your|these|those))?"
_WHAT = (
    rf"(?P<what>(?:{_ALL}(?: {_KIND}{_AND_KINDS}*)?|(?:(?:the|my|our|these|those) )?{_SEVERAL}{_AND_KINDS}*)(?! (?:digest|alert|watch)\b))"
)
_LENGTH = r"(?:the )?(?:next |rest )?(?:\d|an?\b|one|two|three|four|now)"
_WHOSE = rf"(?: (?:for|of|about) (?P<whose>(?!{_LENGTH}|next\b|the (?:weekend|week|rest|holidays)|good\b|this\b|today\b)\S.*?))?"
_BUT = r"(?:,? (?:but|except|other than|apart from|besides)(?: for)?(?: the)? (?P<but>\S.*?)(?: (?:ones?|digest|alert|watch))?)?"
_REST = (
    r"(?: (?:here|now|please|pls|again|off|on|in this channel|(?:this|next) (?:week|time)|today|tomorrow))*"
    rf"(?P<rest> (?:until|till|for(?= {_LENGTH})|from|to|in|into|over) \S.*?)?[\s.!?]*"
)
_ONE = r"(?P<what>)(?P<whose>(?!next\b|last\b|other\b)\S+(?: \S+)?) ones?(?P<but>)(?! on\b)"
_OF_ONE = (
    r"(?P<what>)(?:(?:the|that) ones? (?:about|for|of|on|with) (?P<whose>(?!\d)\S+(?: \S+)?)"
    r"|(?P<own>\S+)['’]s (?:stuff|things|ones?))(?P<but>)"
)
_TOGETHER = tuple(
    (action, re.compile(pattern, re.IGNORECASE))
    for action, begins in _ACTIONS.items()
    for pattern in (
        rf"{POLITELY}(?:{begins})(?: (?:sending|posting|getting|receiving))?(?: (?:me|us))? {_WHAT}{_WHOSE}{_BUT}{_REST}",
        rf"{POLITELY}(?:{begins}) (?:the|that|my|our) {_ONE}{_REST}",
        rf"{POLITELY}(?:{begins}) {_OF_ONE}{_REST}",
        rf"(?P<what>{_KIND}):? (?:{begins}) (?:all|everything|both|them all|all of them){_WHOSE}{_BUT}{_REST}",
    )
)
#: "Stop alerting us".
_TELLING = re.compile(
    rf"{POLITELY}(?:stop|quit|don['’]?t|no more) (?:(?P<alert>alert(?:ing)?|warn(?:ing)?)|(?:notify|ping|messag|bother|spam+)(?:e|ing)?)"
    r"(?: (?:me|us|here|this|the|channel|in|any ?more|so (?:much|often)|please))*\W*",
    re.IGNORECASE,
)
_NOW = r"(?: (?:here|in this channel|in here|right now|now|at the moment|currently|for us|already))*"
_LIST = re.compile(
    rf"{POLITELY}(?:(?:what|which)(?:['’]?s| is| are| do (?:we|i) have| have (?:we|i))?(?: all)?(?: that)?(?: is| are)?"
    rf"|(?:list|show)(?: me| us)? (?:everything|all|what|whatever)(?: (?:that|which))?(?:['’]s| (?:is|we have))?)"
    rf" (?:set[ -]?up|configured|scheduled|active|running){_NOW}\W*"
    rf"|{POLITELY}(?:list|show|see)(?: me| us)?(?: all)?(?: the| my| our)? {_KIND}(?: (?=alert|watch))?{_AND_KINDS}+{_NOW}\W*",
    re.IGNORECASE,
)
_PRESSED = re.compile(rf"do (?P<action>{'|'.join(_ACTIONS)}) (?P<ids>(?:(?:{'|'.join(KINDS)}):[0-9a-f-]+,?)+)(?P<rest> .*)?", re.DOTALL)


def all_command(text: str) -> str:
    """The command of a text about several at once ("pause all digests"); "" for any other text."""
    if len(text) > LONGEST_SENTENCE:
        return ""
    plain = _switched(plainly(text))
    return f"{EVERYTHING} {plain}" if _LIST.fullmatch(plain) or _read(plain) else ""


@dataclass(frozen=True, slots=True)
class _Together:
    """What is to be done to which; ``whose`` and ``but`` name those that are meant or left out, ``rest`` follows each command."""

    action: str
    kinds: Sequence[SubscriptionKind]
    whose: str = ""
    but: str = ""
    rest: str = ""
    #: Whether it is asked about also where there is one alone, whose kind isn't named.
    asks: bool = False


def _switched(text: str) -> str:
    """The text with "off" before what it switches: "turn everything off"."""
    return re.sub(r"\b(turn|switch) ((?:everything|all|both|the|my|our)\b.*) (off|on)(?=\W*$)", r"\1 \3 \2", text, flags=re.IGNORECASE)


def _read(text: str) -> _Together | None:
    if told := _TELLING.fullmatch(text):
        return _Together("pause", (SubscriptionKind.ALERT,) if told["alert"] else KINDS, asks=True)
    for action, pattern in _TOGETHER:
        if found := pattern.fullmatch(text):
            what = found["what"].lower()
            kinds = [kind for kind, words in _OF_KIND.items() if re.search(rf"\b(?:{words})\b", what)]
            kinds = [SubscriptionKind.DIGEST] if action == SubscriptionAction.SKIP else kinds
            whose = found["whose"] or found.groupdict().get("own") or ""
            return _Together(action, kinds or KINDS, whose, found["but"] or "", (found["rest"] or "").strip())
    return None


class TogetherHandler:
    """Answers requests about several at once; raises BotError. ``handlers`` carry out the commands about one of each kind."""

    def __init__(
        self,
        subscriptions: SubscriptionService,
        handlers: Mapping[SubscriptionKind, Callable[[Request], Awaitable[RenderedResult]]],
    ) -> None:
        self._subscriptions, self._handlers = subscriptions, handlers

    async def handle(self, request: Request) -> RenderedResult:
        directory = await self._subscriptions.authorization.checked_accounts(request.context)
        text = " ".join(request.text.split()).partition(" ")[2]
        if request.context.source == BUTTON and (pressed := _PRESSED.fullmatch(text)):
            return await self._do(request, pressed["action"], pressed["ids"], pressed["rest"] or "")
        asked = _read(text)
        if asked is None:
            return await self._list(request.context)
        found = [one for kind in asked.kinds for one in await self._meant(kind, asked, directory, request.context)]
        if not found:
            if asked.action == SubscriptionAction.RESUME:
                raise NotUnderstood(NOTHING_PAUSED)
            sentence = NONE_AT_ALL.format(kinds=plural(asked.kinds[0])) if len(asked.kinds) == 1 else NOTHING_HERE
            raise NotUnderstood(sentence, remedy=SET_UP.get(asked.kinds[0], "") if len(asked.kinds) == 1 else "")
        if len(found) > MOST:
            raise NotUnderstood(
                MANY.format(n=len(found), most=MOST), remedy=SEE_EACH, suggestions=tuple(f"{one} list" for one in asked.kinds)
            )
        if len(found) == 1 and not asked.asks:
            words = f"{found[0].kind} {asked.action} {found[0].id[:SHORT_ID]} {asked.rest}".strip()
            return await self._handlers[found[0].kind](replace(request, text=words))
        return RenderedResult(await self._question(asked, found, request.context), kind=EVERYTHING)

    async def commands(self, context: RequestContext) -> Mapping[str, str]:
        """What is set up here, a few of each kind: the command that changes it ("digest edit 3f2a"), and what it is."""
        every = [one for kind in KINDS for one in (await self._here(kind, context))[:FEW]]
        said = [(one, await self._subscriptions.described(one, context)) for one in every]
        return {
            action_words(one.kind, SubscriptionAction.EDIT, one.id[:SHORT_ID]): ID_LINE.format(
                id=one.id[:SHORT_ID], kind=one.kind, what=what
            )
            for one, what in said
        }

    async def _here(self, kind: SubscriptionKind, context: RequestContext) -> list[Subscription]:
        """Those of this channel, in direct messages of this person, that they may change; the first of each group."""
        owner = await self._subscriptions.authorization.only_owner(context)
        every = await self._subscriptions.visible(kind, context)
        here = [one for one in every if (one.owner == context.user if context.is_dm else one.channel == context.channel)]
        return [group[0] for group in groups_of([one for one in here if owner in (None, one.owner)])]

    async def _meant(self, kind: SubscriptionKind, asked: _Together, directory: Directory, context: RequestContext) -> list[Subscription]:
        named, left_out = [
            {one.id for one in await self._subscriptions.named(kind, words, directory, context)} if words else None
            for words in (asked.whose, asked.but)
        ]
        every = await self._here(kind, context)
        if left_out is not None and not left_out and len(asked.kinds) == 1:
            raise NotUnderstood(NONE.format(which=asked.but[:60], kind=kind), suggestions=(f"{kind} list",))
        meant = [one for one in every if (named is None or one.id in named) and one.id not in (left_out or ())]
        if asked.action == SubscriptionAction.RESUME:
            return [one for one in meant if self._is_silent(one)]
        paused = asked.action == SubscriptionAction.PAUSE and not asked.rest
        return [one for one in meant if not (paused and one.status is SubscriptionStatus.PAUSED)]

    def _is_silent(self, one: Subscription) -> bool:
        """Whether it is paused, for good or until a day."""
        now = self._subscriptions.clock()
        first, snoozed = dates_of(one.dates).first, one.kind is SubscriptionKind.ALERT and one.next_run_at != next_run(one, now)
        return one.status is SubscriptionStatus.PAUSED or snoozed or (first is not None and first > now.date())

    async def _question(self, asked: _Together, found: Sequence[Subscription], where: RequestContext) -> Message:
        do, text = VERBS.get(asked.action, asked.action.capitalize()), await self._lines(found, where)
        words = f"{EVERYTHING} do {asked.action} {','.join(f'{one.kind}:{one.id[:SHORT_ID]}' for one in found)} {asked.rest}".strip()
        these = f"these {len(found)}" if len(found) > 1 else f"this {found[0].kind}"
        press = button(example_id(1), PRESS.format(do=do, n=f"All {len(found)}" if len(found) > 1 else "It"), words)
        is_end = asked.action == SubscriptionAction.DELETE
        question = "\n".join((ASK.format(do=do, these=f"{these} {asked.rest}".strip()), *text))
        small = [context(DELETE_TEXT[SubscriptionKind.ALERT])] if is_end else []
        return Message(
            shorten_mrkdwn(question, TEXT_LIMIT),
            (section(shorten_mrkdwn(question, TEXT_LIMIT)), *small, actions([{**press, "style": "danger" if is_end else "primary"}])),
        )

    async def _lines(self, found: Sequence[Subscription], where: RequestContext) -> list[str]:
        each = [(one, escape(await self._subscriptions.described(one, where))) for one in found]
        return [LINE.format(kind=one.kind, channel=channel_words(one.channel), what=what) for one, what in each]

    async def _do(self, request: Request, action: str, ids: str, rest: str) -> RenderedResult:
        """Carries out the command of each; what cannot be done to one says why, and holds up no other."""
        each, wrong = [one.partition(":")[::2] for one in ids.strip(",").split(",")], list[str]()
        for kind, one in each:
            try:
                await self._handlers[SubscriptionKind(kind)](replace(request, text=f"{kind} {action} {one}{rest}"))
            except UsageError as error:
                wrong.append(NOT_DONE.format(kind=kind, id=one, why=escape(f"{error.sentence} {error.remedy}".strip())))
        done = DONE_TEXT.format(done=DONE[action], n=len(each) - len(wrong), all=len(each))
        back = [button(example_id(1), "Resume All", f"{EVERYTHING} do resume {ids}")] if action == SubscriptionAction.PAUSE else []
        return RenderedResult(build_notice("\n".join((done, *wrong)), back), kind=EVERYTHING, changed=True)

    async def _list(self, where: RequestContext) -> RenderedResult:
        found = [one for kind in KINDS for one in await self._here(kind, where)]
        lines = await self._lines(found[:MOST], where) or [NOTHING_HERE]
        buttons: list[Element] = [button(example_id(at), f"{kind} list", f"{kind} list") for at, kind in enumerate(KINDS, 1)]
        text = shorten_mrkdwn("\n".join([*([SET_UP_HERE] if found else []), *lines]), TEXT_LIMIT)
        return RenderedResult(build_notice(text, [*buttons, button(example_id(9), "goals", "goals")]), kind=EVERYTHING)
