"""Several digests, alerts and watches at once: "pause everything until monday", "delete all alerts but bob's", "what is set up here?".

::

    text ─ bot.parsing.several ─→ "everything …" ─┬ typed: what it is about, and the button that does it
                                                  ├ pressed: the command of each, carried out by its kind's handler
                                                  └ what is set up: a line for each
"""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final

from msgspec.structs import replace

from bot.errors import NotAllowed, NotUnderstood, UsageError
from bot.management.actions import SubscriptionAction, edit_words, groups_of, none_at_all, nothing_here
from bot.management.service import NONE, SubscriptionService
from bot.parsing.several import EVERYTHING, PLACES, PRESSED, WEEKDAYS, WHICH_ONE, SeveralCommand, read_several
from bot.slack.builders import Element, Message, actions, build_notice, button, channel_words, context, escape, message_text, section
from bot.slack.interactive import example_id
from bot.slack.request import BUTTON, Handler, RenderedResult, Request, RequestContext
from bot.statistics.reports import Directory
from bot.subscriptions.subscription import Subscription, SubscriptionKind, SubscriptionStatus, next_run

MANY = "These are {n}, more than I change at once ({most})."
NO_WEEKENDS = "Digests and alerts can leave out weekends. A watch tells of each post on the day it goes live."
SEE_EACH = "Each list has a button for each:"
DONE: Final[Mapping[str, str]] = {
    "pause": "Paused",
    "resume": "Running again",
    "delete": "Deleted",
    "move": "Moved",
    "skip": "Skipped the next of",
    "edit": "Changed",
}
VERBS: Final[Mapping[str, str]] = {"edit": "Change"}
DELETED = "Nothing more is posted. What was posted stays in the channel."


#: So many fit into a button's words.
MOST: Final = 40
#: Those of each kind among which a text that names none may be about one.
FEW: Final = 3
KINDS: Final = (SubscriptionKind.DIGEST, SubscriptionKind.ALERT, SubscriptionKind.WATCH)


class TogetherHandler:
    """Answers requests about several at once; raises BotError. ``handlers`` carry out the commands about one of each kind."""

    def __init__(self, subscriptions: SubscriptionService, handlers: Mapping[SubscriptionKind, Handler]) -> None:
        self._subscriptions, self._handlers = subscriptions, handlers

    async def handle(self, request: Request) -> RenderedResult:
        directory = await self._subscriptions.authorization.checked_accounts(request.context)
        text = " ".join(request.text.split())
        if pressed := PRESSED.fullmatch(text):
            action, rest = pressed["action"], pressed["rest"] or ""
            if request.context.source == BUTTON or action != SubscriptionAction.DELETE:
                return await self._do(request, action, pressed["ids"], rest)
            named = [one.partition(":")[::2] for one in pressed["ids"].strip(",").split(",")]
            each = [await self._subscriptions.named(SubscriptionKind(kind), one, directory, request.context) for kind, one in named]
            question = await self._question(SeveralCommand(action, KINDS[:1], rest=rest), [*chain(*each)], request.context)
            return RenderedResult(question, kind=EVERYTHING)
        asked = read_several(text.partition(" ")[2])
        if asked is None:
            return await self._list(request.context)
        kinds = [SubscriptionKind(kind) for kind in asked.kinds]
        if asked.rest == WEEKDAYS:
            daily = [one for kind in kinds for one in await self._here(kind, request.context) if one.cron.endswith("* * *")]
            offered = tuple(f"{edit_words(one)} weekdays" for one in daily[:FEW]) or ("digest list", "alert list")
            raise NotUnderstood(NO_WEEKENDS, remedy="These come on every day:" if daily else SEE_EACH, suggestions=offered)
        asked = await self._without_place(asked, kinds, request.context)
        left_out = await self._left_out(asked, directory, request.context) if asked.but else ()
        every = [one for kind in kinds for one in await self._meant(kind, asked, directory, request.context)]
        found = [one for one in every if one.id not in left_out]
        if not found:
            if asked.action == SubscriptionAction.RESUME:
                raise NotUnderstood("Nothing like that is paused here.")
            if len(kinds) > 1:
                raise NotUnderstood("Nothing like that is set up here.") if asked.whose or asked.but else nothing_here()
            raise none_at_all(kinds[0])
        if len(found) > MOST:
            raise NotUnderstood(MANY.format(n=len(found), most=MOST), remedy=SEE_EACH, suggestions=tuple(f"{one} list" for one in kinds))
        if len(found) == 1 and not asked.asks:
            words = f"{found[0].kind} {asked.action} {found[0].short_id} {asked.rest}".strip()
            return await self._handlers[found[0].kind](replace(request, text=words))
        return RenderedResult(await self._question(asked, found, request.context), kind=EVERYTHING)

    async def _without_place(self, asked: SeveralCommand, kinds: Sequence[SubscriptionKind], context: RequestContext) -> SeveralCommand:
        """The command without "the second"; raises NotUnderstood with each that it may be, where there are several."""
        if asked.whose.lower() not in (*PLACES, "other"):
            return asked
        here = [one for kind in kinds for one in (await self._here(kind, context))[:FEW]]
        about = {one.short_id: f"{one.kind} of {await self._subscriptions.described(one, context)}" for one in here}
        each = tuple(f"{one.kind} {asked.action} {one.short_id} {asked.rest}".strip() for one in here)
        # "The second" is none where there is one.
        if len(each) > (PLACES.get(asked.whose.lower(), 0) < 1):
            lines = (f"`{short_id}`: {what}" for short_id, what in about.items())
            raise NotUnderstood(WHICH_ONE, remedy="\n".join(lines), suggestions=each, about=about)
        return replace(asked, whose="")

    async def commands(self, context: RequestContext) -> Mapping[str, str]:
        """What is set up here, a few of each kind: the command that changes it ("digest edit 3f2a"), and what it is."""
        every = [one for kind in KINDS for one in (await self._here(kind, context))[:FEW]]
        said = [(one, await self._subscriptions.described(one, context)) for one in every]
        return {edit_words(one): f"{one.kind} of {what}" for one, what in said}

    async def _here(self, kind: SubscriptionKind, context: RequestContext) -> list[Subscription]:
        """Those of this channel, in direct messages of this person, that they may change; the first of each group."""
        owner = await self._subscriptions.authorization.only_owner(context)
        every = await self._subscriptions.visible(kind, context)
        here = [one for one in every if (one.owner == context.user if context.is_dm else one.channel == context.channel)]
        return [group[0] for group in groups_of([one for one in here if owner in (None, one.owner)])]

    async def _left_out(self, asked: SeveralCommand, directory: Directory, context: RequestContext) -> set[str]:
        """The ids of those that the command leaves out. Raises NotUnderstood: there is no such one."""
        kinds = [SubscriptionKind(kind) for kind in asked.kinds if kind in asked.but_kinds]
        if found := {one.id for kind in kinds for one in await self._subscriptions.named(kind, asked.but, directory, context)}:
            return found
        sentence = NONE.format(which=asked.but[:60], kind=" or ".join(asked.kinds))
        raise NotUnderstood(sentence, suggestions=tuple(f"{kind} list" for kind in asked.kinds))

    async def _meant(
        self, kind: SubscriptionKind, asked: SeveralCommand, directory: Directory, context: RequestContext
    ) -> list[Subscription]:
        meant = await self._here(kind, context)
        if asked.whose:
            named = {one.id for one in await self._subscriptions.named(kind, asked.whose, directory, context)}
            meant = [one for one in meant if one.id in named]
        if asked.action == SubscriptionAction.RESUME:
            return [one for one in meant if self._is_silent(one)]
        paused = asked.action == SubscriptionAction.PAUSE and not asked.rest
        return [one for one in meant if not (paused and one.status is SubscriptionStatus.PAUSED)]

    def _is_silent(self, one: Subscription) -> bool:
        """Whether it is paused, for good or until a day."""
        now = self._subscriptions.clock()
        first, snoozed = one.schedule_dates.first, one.kind is SubscriptionKind.ALERT and one.next_run_at != next_run(one, now)
        return one.status is SubscriptionStatus.PAUSED or snoozed or (first is not None and first > now.date())

    async def _question(self, asked: SeveralCommand, found: Sequence[Subscription], where: RequestContext) -> Message:
        do, text = VERBS.get(asked.action, asked.action.capitalize()), await self._lines(found, where)
        words = f"{EVERYTHING} do {asked.action} {','.join(f'{one.kind}:{one.short_id}' for one in found)} {asked.rest}".strip()
        these = f"these {len(found)}" if len(found) > 1 else f"this {found[0].kind}"
        press = button(example_id(1), f"{do} {f'All {len(found)}' if len(found) > 1 else 'It'}", words)
        is_end = asked.action == SubscriptionAction.DELETE
        question = "\n".join((f"*{do} {f'{these} {asked.rest}'.strip()}?*", *text))
        stay = "Goals stay: `goals` has a button that deletes each." if asked.goals or (is_end and len(asked.kinds) == len(KINDS)) else ""
        small = [context(f"{DELETED if is_end else ''} {stay}".strip())] if is_end or stay else []
        return Message(
            message_text(question),
            (section(message_text(question)), *small, actions([{**press, "style": "danger" if is_end else "primary"}])),
        )

    async def _lines(self, found: Sequence[Subscription], where: RequestContext) -> list[str]:
        each = [(one, escape(await self._subscriptions.described(one, where))) for one in found]
        return [f"• {one.kind} in {channel_words(one.channel)}: {what}" for one, what in each]

    async def _do(self, request: Request, action: str, ids: str, rest: str) -> RenderedResult:
        """Carries out the command of each; what cannot be done to one says why, and holds up no other."""
        each, wrong = [one.partition(":")[::2] for one in ids.strip(",").split(",")], list[str]()
        for kind, one in each:
            try:
                await self._handlers[SubscriptionKind(kind)](replace(request, text=f"{kind} {action} {one}{rest}"))
            except (UsageError, NotAllowed) as error:
                why = f"{error.sentence} {error.remedy}".strip()
                # Who may is mentioned in our own markup.
                wrong.append(f"The {kind} `{one}` is as it was: {why if isinstance(error, NotAllowed) else escape(why)}")
        done = f"{DONE[action]}: {len(each) - len(wrong)} of {len(each)}."
        back = [button(example_id(1), "Resume All", f"{EVERYTHING} do resume {ids}")] if action == SubscriptionAction.PAUSE else []
        return RenderedResult(build_notice("\n".join((done, *wrong)), back), kind=EVERYTHING, changed=True)

    async def _list(self, where: RequestContext) -> RenderedResult:
        found = [one for kind in KINDS for one in await self._here(kind, where)]
        if not found:
            raise nothing_here()
        lines = await self._lines(found[:MOST], where)
        buttons: list[Element] = [button(example_id(at), f"{kind} list", f"{kind} list") for at, kind in enumerate(KINDS, 1)]
        text = message_text("\n".join(["Set up here:", *lines]))
        return RenderedResult(build_notice(text, [*buttons, button(example_id(9), "goals", "goals")]), kind=EVERYTHING)
