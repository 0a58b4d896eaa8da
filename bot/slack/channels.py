"""Requests conversations from Slack (membership, archived, shared, members), and the scopes of the installed app."""

import logging
import re
from dataclasses import dataclass
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.people import PeopleDirectory, is_shared_outside
from bot.slack.web_api import UNANSWERED, slack_error


@dataclass(frozen=True, slots=True)
class KnownChannel:
    """What is known of a conversation."""

    id: str
    is_member: bool
    is_archived: bool = False
    #: Shared with another company (Slack Connect).
    is_shared: bool = False
    is_private: bool = False
    #: A conversation with the bot alone.
    is_direct: bool = False


logger = logging.getLogger(__name__)

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
        except SlackApiError as error:
            _note("joining a channel", error)
            return slack_error(error)
        except UNANSWERED as error:
            _note("joining a channel", error)
            return "not_reached"
        return ""


def _note(what: str, error: Exception) -> None:
    code = slack_error(error) if isinstance(error, SlackApiError) else ""
    logger.info("Slack did not tell", extra={"asked": what, "slack_error": code or type(error).__name__})


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
