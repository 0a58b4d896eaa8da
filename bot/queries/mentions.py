"""People and channels that a question mentions, and the accounts they stand for: a person's linked ones, a channel's own default."""

import re
from collections.abc import Awaitable, Callable, Sequence

from msgspec.structs import replace

from bot.access.visibility import Sources, Visibility
from bot.errors import NotUnderstood
from bot.lazy_regex import lazy_regex
from bot.parsing import follow_ups
from bot.parsing.account_names import id_word
from bot.parsing.courtesies import courtesy, is_greeting
from bot.parsing.reasons import ANSWERED_HERE
from bot.parsing.vocabulary import asks_for_help
from bot.slack.request import Request
from bot.statistics.posts import find_posts
from bot.storage.cached import CachedChannelDefaults

NOBODY_LINKED = "No LinkedIn account is linked to that person."
LINK_ONE = "Name the account. An administrator can link one with `link @ann acme`."
NO_DEFAULT = "That channel has no account of its own."
SET_DEFAULT = "Name the account. `default acme`, typed in that channel, sets one."
ASK_THERE = "Ask in that channel, or add `share` to show it to everybody here."

_MENTION = lazy_regex(r"(?P<into>\b(?:into|in|to)\s+(?:the\s+)?)?<(?P<sign>[@#])(?P<id>[A-Z0-9]+)(?:\|[^<>]*)?>(?:['’]s?(?!\w))?")
#: People who are only put in copy, or greeted.
ADDRESSED = lazy_regex(r"(?:/?cc|fyi|ping|hey|hi|hello)\b[\s:,]*(?:(?:and\s+|&\s*|,\s*)?<@[A-Z0-9]+(?:\|[^<>]*)?>\s*)+", re.IGNORECASE)
#: The title or the intro of what a command sets up.
_TITLE = lazy_regex(
    r"\b(?:title|intro)(?:d|duction)?(?: line)?:?\s*(?:\"[^\"]*\"|[“”„][^“”\"]*[“”]|«[^»\"]*»)",
    re.IGNORECASE,
)

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


class MentionReader:
    """Puts accounts in the place of mentioned people and channels; one that the asker may not see is none.

    Raises NotUnderstood for a person or a channel without an account, NotAllowed, and StoreError.
    """

    def __init__(self, sources: Sources, defaults: CachedChannelDefaults) -> None:
        self._groups, self._defaults = sources.groups, defaults
        self._visibility, self._permissions = sources.visibility, sources.permissions

    async def in_question(self, request: Request, visibility: Visibility) -> Request:
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

    async def in_command(self, request: Request, untouched: re.Pattern[str]) -> Request:
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
