"""Requests people and conversations from Slack when needed, and caches them for some minutes."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from msgspec import Struct
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.ops.tasks import TtlCache
from bot.slack.numbers import NumberFormat, number_format_of
from bot.slack.web_api import UNANSWERED, failure_code, slack_error


class Person(Struct, frozen=True):
    """Someone in Slack, by Slack's id; ``zone`` is an IANA zone, ``locale`` a tag such as "de-DE", both "" when Slack tells none.

    Rights are those of Slack's documentation, "User object": ``is_guest`` for single- and multi-channel guests (``is_restricted``,
    ``is_ultra_restricted``), ``is_stranger`` for a member of another company, ``is_bot`` for an app's, ``is_deleted`` for one whose account
    was deactivated. ``is_known`` is False when Slack gave no answer.
    """

    id: str
    zone: str = ""
    locale: str = ""
    is_admin: bool = False
    is_guest: bool = False
    is_stranger: bool = False
    is_bot: bool = False
    is_deleted: bool = False
    is_known: bool = True


class ChannelInfo(Struct, frozen=True):
    """A conversation by Slack's id. ``is_shared`` is True over Slack Connect; ``is_known`` is False where the bot cannot tell."""

    id: str
    is_shared: bool = False
    is_known: bool = True


logger = logging.getLogger(__name__)

T = TypeVar("T")
#: How long an answer of Slack's is used without asking again.
GOOD_FOR = timedelta(minutes=5)
#: How long an older answer is used while Slack gives no other.
BETTER_THAN_NONE = timedelta(hours=1)
#: The pause after a request without an answer.
AGAIN_AFTER = timedelta(seconds=30)
#: Seconds that one call may take.
PATIENCE = 1.5

MOST = 10_000
#: Slack's own bot, whose user object does not say that it is one.
SLACKBOT = "USLACKBOT"
#: Slack's errors for a person whom this workspace cannot see, one of another workspace (Slack's documentation: "users.info").
NOT_OURS = ("user_not_found", "user_not_visible")


class _Lookup(Generic[T]):
    """Slack's answers by id, cached; requests for the same id at the same time are one. None where Slack gives no answer."""

    def __init__(self, ask: Callable[[str], Awaitable[T | None]], clock: Callable[[], datetime]) -> None:
        self._ask = ask
        self._new: TtlCache[str, T] = TtlCache(age=GOOD_FOR, most=MOST, clock=clock)
        self._old: TtlCache[str, T] = TtlCache(age=BETTER_THAN_NONE, most=MOST, clock=clock)
        self._unanswered: TtlCache[str, bool] = TtlCache(age=AGAIN_AFTER, most=MOST, clock=clock)
        self._asking: dict[str, asyncio.Lock] = {}

    async def get(self, key: str) -> T | None:
        if (new := self._new.get(key, None)) is not None:
            return new
        if self._is_due(key):
            async with self._asking.setdefault(key, asyncio.Lock()):
                if self._is_due(key):
                    await self._renew(key)
            self._asking.pop(key, None)
        return self._old.get(key, None)

    def _is_due(self, key: str) -> bool:
        return self._new.get(key, None) is None and not self._unanswered.get(key, default=False)

    async def _renew(self, key: str) -> None:
        value = await self._ask(key)
        if value is None:
            self._unanswered.put(key, value=True)
        else:
            self._new.put(key, value)
            self._old.put(key, value)


class PeopleDirectory:
    """People and conversations, at most five minutes old; raises nothing. ``locale``: for what everybody in a channel reads."""

    def __init__(self, client: AsyncWebClient, clock: Callable[[], datetime], locale: str) -> None:
        self._client, self._locale = client, locale
        self._people: _Lookup[Person] = _Lookup(self._person, clock)
        self._places: _Lookup[ChannelInfo] = _Lookup(self._place, clock)

    async def person(self, user: str) -> Person:
        return await self._people.get(user) or Person(user, is_known=False)

    async def number_format(self, user: str, *, public: bool) -> NumberFormat:
        """How numbers are written for this person, or with ``public``, or without a locale in Slack, for the whole workspace."""
        locale = "" if public else (await self.person(user)).locale
        return number_format_of(locale or self._locale)

    async def place(self, channel: str) -> ChannelInfo:
        """The conversation of this id; not known where the bot cannot see it, or Slack does not tell."""
        return await self._places.get(channel) or ChannelInfo(channel, is_known=False)

    async def _person(self, user: str) -> Person | None:
        code, answer = await _call(self._client.users_info(user=user, include_locale=True))
        if code in NOT_OURS:
            return Person(user, is_stranger=True)
        if code:
            return None
        # Slack answered without restrictions: a regular member.
        data = answer.get("user") or {}
        return Person(
            user,
            zone=str(data.get("tz") or ""),
            locale=str(data.get("locale") or ""),
            is_admin=bool(data.get("is_admin") or data.get("is_owner")),
            is_guest=bool(data.get("is_restricted") or data.get("is_ultra_restricted")),
            is_stranger=bool(data.get("is_stranger")),
            is_bot=bool(data.get("is_bot")) or user == SLACKBOT,
            is_deleted=bool(data.get("deleted")),
        )

    async def _place(self, channel: str) -> ChannelInfo | None:
        _, answer = await _call(self._client.conversations_info(channel=channel))
        data = answer.get("channel")
        if not data:
            return None
        return ChannelInfo(channel, is_shared=is_shared_outside(data))


def is_shared_outside(conversation: Mapping[str, Any]) -> bool:
    """Whether Slack's conversation object is of a channel that another company sees or is invited to."""
    # `is_shared` alone also means a channel of several workspaces of one company (Slack's documentation: "Conversation object").
    outside = conversation.get("is_ext_shared") or conversation.get("is_pending_ext_shared")
    return bool(outside or (conversation.get("is_shared") and not conversation.get("is_org_shared")))


async def _call(call: Awaitable[Any]) -> tuple[str, Any]:
    """Slack's error code, or "", and its answer, empty when there is none."""
    try:
        async with asyncio.timeout(PATIENCE):
            return "", await call
    except UNANSWERED as error:
        code = failure_code(error)
    logger.info("Slack does not tell who or where this is", extra={"slack_error": code})
    return code, {}


class KnownChannel(Struct, frozen=True):
    """What is known of a conversation."""

    id: str
    is_member: bool
    is_archived: bool = False
    #: Shared with another company (Slack Connect).
    is_shared: bool = False
    is_private: bool = False
    #: A conversation with the bot alone.
    is_direct: bool = False


#: Pages of members that are read, 20,000 people: in a larger channel a person may not be found.
_MOST_PAGES = 20
_PAGE = 1_000


class ChannelDirectory:
    """Asks Slack each time, except about people; nothing here raises: what is unknown counts as not allowed."""

    def __init__(self, client: AsyncWebClient, people: PeopleDirectory) -> None:
        self._client = client
        self.people = people

    async def place(self, channel: str) -> KnownChannel | None:
        """The conversation of this id (Slack's documentation: "conversations.info"); None when the bot cannot see it."""
        try:
            found: dict[str, Any] = (await self._client.conversations_info(channel=channel))["channel"]
        except UNANSWERED as error:
            _note("a channel", error)
            return None
        direct = bool(found.get("is_im"))
        return KnownChannel(
            id=str(found.get("id") or channel),
            is_member=direct or bool(found.get("is_member")),
            is_archived=bool(found.get("is_archived")),
            is_shared=is_shared_outside(found),
            is_private=direct or bool(found.get("is_private")),
            is_direct=direct,
        )

    async def sees(self, user: str, place: KnownChannel) -> bool:
        """Whether this person sees the conversation: every member of the workspace sees a public channel, its members any other."""
        person = await self.people.person(user)
        if not place.is_private and not (person.is_guest or person.is_stranger):
            return True
        cursor = ""
        for _ in range(_MOST_PAGES):
            try:
                page = await self._client.conversations_members(channel=place.id, limit=_PAGE, cursor=cursor)
            except UNANSWERED as error:
                _note("the members of a channel", error)
                return False
            if user in (page.get("members") or ()):
                return True
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                break
        return False

    async def join(self, channel: str) -> str:
        try:
            await self._client.conversations_join(channel=channel)
        except UNANSWERED as error:
            _note("joining a channel", error)
            return slack_error(error) if isinstance(error, SlackApiError) else "not_reached"
        return ""


def _note(what: str, error: Exception) -> None:
    logger.info("Slack did not tell", extra={"asked": what, "slack_error": failure_code(error)})


#: The header in which every answer names them (Slack's documentation: "Installing with OAuth, response headers").
HEADER = "x-oauth-scopes"


class ScopeReader:
    """Reads the token's scopes each time, so that a new installation shows at once; nothing here raises."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def granted(self) -> frozenset[str] | None:
        """The scopes of the bot's token; None when Slack does not tell."""
        try:
            answer = await self._client.auth_test()
        except UNANSWERED:
            return None
        headers = {str(name).lower(): value for name, value in answer.headers.items()}
        return frozenset(filter(None, re.split(r"[,\s]+", str(headers.get(HEADER, ""))))) or None
