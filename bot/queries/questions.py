"""Reads a question: accounts in the place of people and channels that it mentions, and what it goes on from.

A person stands for their linked accounts, a channel for its own default.
"""

import re
from collections.abc import Awaitable, Callable, Sequence

from msgspec.structs import replace

from bot.access.visibility import Sources, Visibility
from bot.errors import NotUnderstood
from bot.lazy_regex import any_case, lazy_regex
from bot.parsing import follow_ups, parser
from bot.parsing.courtesies import asks, courtesy, is_greeting
from bot.parsing.rankings import ranking_words, without_figures
from bot.parsing.reasons import ANSWERED_HERE
from bot.parsing.thread_context import WHO_WON, in_thread
from bot.parsing.vocabulary import HELP, asks_for_help
from bot.slack.request import DIRECT_MESSAGE, Request
from bot.statistics.metrics import Metric
from bot.statistics.posts import find_posts, unusable
from bot.statistics.reports import id_word
from bot.storage.claims import LastQuestion, LastQuestions
from bot.storage.workspace_settings import ChannelDefaultRepository

NOBODY_LINKED = "No LinkedIn account is linked to that person."
LINK_ONE = "Name the account. An administrator can link one with `link @ann acme`."
NO_DEFAULT, SET_DEFAULT = "That channel has no account of its own.", "Name the account. `default acme`, typed in that channel, sets one."
WHICH_QUESTION = "I don't know which post or account you mean."
ASK_THERE = "Ask in that channel, or add `share` to show it to everybody here."

_MENTION = lazy_regex(r"(?P<into>\b(?:into|in|to)\s+(?:the\s+)?)?<(?P<sign>[@#])(?P<id>[A-Z0-9]+)(?:\|[^<>]*)?>(?:['’]s?(?!\w))?")
#: People who are only put in copy, or greeted.
ADDRESSED = any_case(r"(/?cc|fyi|ping|hey|hi|hello)\b[\s:,]*((and\s+|&\s*|,\s*)?<@[A-Z0-9]+(\|[^<>]*)?>\s*)+")
#: The title or the intro of what a command sets up.
_TITLE = any_case(r"\b(title|intro)(d|duction)?( line)?:?\s*(\"[^\"]*\"|[“”„][^“”\"]*[“”]|«[^»\"]*»)")

#: Words after which a channel stands for its account.
_BEFORE_ONE = frozenset({"", "of", "for", "about", "by", "from", "vs", "and", "with", "compare"})
#: The accounts (platform ids) of a person or a channel, by Slack's id.
Accounts = Callable[[str], Awaitable[Sequence[str]]]


def without_mentions(text: str) -> str:
    return " ".join(_MENTION.sub(" ", ADDRESSED.sub(" ", text)).split())


async def with_accounts(text: str, of_person: Accounts, of_channel: Accounts | None, untouched: re.Pattern[str] = ADDRESSED) -> str:
    """The text with accounts in the place of mentioned people and channels.

    Without ``of_channel`` it is a command: its channels stay, and people in a title, an intro or what ``untouched`` matches. Raises
    NotUnderstood: one without an account, or a channel that the answer is to go to.
    """
    text, parts, end = untouched.sub(" ", text) if of_channel else text, [], 0
    spans = [range(*found.span()) for pattern in (untouched, _TITLE) for found in pattern.finditer(text) if not of_channel]
    for found in _MENTION.finditer(text):
        is_channel = found["sign"] == "#"
        accounts_of = of_channel if is_channel else of_person
        if accounts_of is None or any(found.start("sign") in span for span in spans):
            continue
        accounts = await accounts_of(found["id"])
        # "Acme last week #general" names its account, "stats of #general" does not.
        last = without_mentions(text[: found.start()]).lower().rpartition(" ")[2]
        is_goal = found["into"] or not (accounts or last in _BEFORE_ONE)
        if is_channel and is_goal and (rest := without_mentions(text)):
            raise NotUnderstood(ANSWERED_HERE, remedy=ASK_THERE, suggestions=(rest, f"{rest} share"))
        if not accounts:
            raise NotUnderstood(NO_DEFAULT if is_channel else NOBODY_LINKED, remedy=SET_DEFAULT if is_channel else LINK_ONE)
        parts += [text[end : found.start()], found["into"] or "", " ".join(map(id_word, accounts))]
        end = found.end()
    return "".join((*parts, text[end:]))


class QuestionReader:
    """Reads questions: the accounts of mentioned people and channels (one that the asker may not see is none), and what was asked before.

    Raises NotUnderstood for a person or a channel without an account, NotAllowed, and StoreError.
    """

    def __init__(self, sources: Sources, defaults: ChannelDefaultRepository, last: LastQuestions) -> None:
        self._groups, self._defaults, self.last, self._clock = sources.groups, defaults, last, sources.clock
        self._visibility, self._permissions = sources.visibility, sources.permissions

    async def with_accounts(self, request: Request, visibility: Visibility) -> Request:
        """A question about figures; beside a post, people are only addressed."""
        if not request.is_typed or ("<@" not in request.text and "<#" not in request.text) or asks_for_help(request.text):
            return request
        plain = without_mentions(request.text)
        if find_posts(plain).posts or follow_ups.points(plain) or courtesy(plain) or is_greeting(plain):
            return replace(request, text=plain)
        await self._permissions.check(request.context)

        async def of_channel(channel: str) -> list[str]:
            default = await self._defaults.channel_default(request.context.team, channel)
            return [default] if default and visibility.sees(default) else []

        return replace(request, text=await with_accounts(request.text, await self._of_people(request, visibility), of_channel))

    async def command_with_accounts(self, request: Request, untouched: re.Pattern[str]) -> Request:
        """A command, whose channels stay, and so do the people whom ``untouched`` matches."""
        if not request.is_typed or "<@" not in request.text:
            return request
        await self._permissions.check(request.context)
        of_people = await self._of_people(request, await self._visibility.of(request.context))
        return replace(request, text=await with_accounts(request.text, of_people, None, untouched))

    async def _of_people(self, request: Request, visibility: Visibility) -> Accounts:
        links = await self._groups.links(request.context.team)

        async def of_person(user: str) -> list[str]:
            return [account for account, person in links.items() if person == user and visibility.sees(account)]

        return of_person

    async def parsed(self, request: Request) -> parser.ParsedText:
        """The question; a missing subject comes from the messages above or from the person's last question there."""
        # To the minute: the same words are parsed once in it.
        now, about = self._clock().replace(second=0, microsecond=0), request.about
        if parser.is_plain(request.text) and not about:
            alone = parser.parse_text(request.text, now.date(), now)
            if alone.posts or alone.verb == HELP or alone.names:
                return alone
        asked = follow_ups.question_in(request.text, now.date())
        text = ranking_words(asked)
        if not request.is_typed:
            return parser.parse_text(text, now.date(), now)
        if is_greeting(text):
            return parser.parse_text("", now.date(), now)
        asks_of_all = follow_ups.leaves_out(text) or bool(WHO_WON.fullmatch(asked))
        follows = follow_ups.goes_on(text) or follow_ups.points(text) or follow_ups.compares(text) or asks_of_all
        if last := await self._last_question(request, follows=follows):
            of_post = follows or follow_ups.names_nothing(without_figures(text, tuple(Metric)))
            above = find_posts(last.subject)
            if above.posts or not above.rejected:
                return in_thread(asked, last.subject, now.date(), now, posts=of_post, before=last.before)
            request = replace(request, no_subject=unusable(above.rejected, "above")) if of_post else request
        if about:
            return in_thread(asked, about, now.date(), now)
        text = text if request.no_subject else follow_ups.from_today(text, now.date())
        # "No reach" leaves a figure out, "no, reach" takes back what was said.
        continues = follow_ups.goes_on(text) and asks(text) and without_figures(text, tuple(Metric)) == text
        parsed = parser.parse_text(follow_ups.plain(text) if continues else text, now.date(), now)
        relative = follow_ups.is_relative(text)
        if parsed.verb in ("", "start") and not parsed.posts and (relative or not parsed.names or follow_ups.names_nothing(text)):
            self._check_subject(request, text, parsed, relative=relative)
        return parsed

    def _check_subject(self, request: Request, text: str, parsed: parser.ParsedText, *, relative: bool) -> None:
        """Raises UsageError where a question without a subject of its own can have none."""
        if request.no_subject:
            raise request.no_subject
        if (relative and not parsed.meaning.period and not follow_ups.names_more(text)) or follow_ups.points(text):
            remembered = f"I remember a question for {minutes} min. " if (minutes := round(self.last.age.total_seconds() / 60)) else ""
            raise NotUnderstood(WHICH_QUESTION, remedy=remembered + "Paste the post's link, or try one of these:")

    async def _last_question(self, request: Request, *, follows: bool) -> LastQuestion | None:
        """The person's last question there, if this one continues it; in direct messages also if it names no account."""
        can_follow = asks(request.text) and (follow_ups.compares(request.text) or not find_posts(request.text).posts)
        context = request.context
        if (
            not can_follow
            or not (follows or context.thread or context.source == DIRECT_MESSAGE)
            or (request.about and not request.about_at)
        ):
            return None
        last = await self.last.find(context.place)
        if last is None or not last.subject or last.at.timestamp() < request.about_at:
            return None
        # Below a link or a card the person's own question in this thread is nearer than what was there before.
        return last if follows or not request.about or context.thread else None
