"""Conversations as digests need them, asked of Slack: is the bot a member, is the channel archived, who is in it."""

import logging
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.ports import Place
from bot.domain.people import Person
from bot.listeners.people import SlackPeople
from bot.web_api import UNANSWERED, slack_error

logger = logging.getLogger(__name__)

#: Pages of members that are read; a person who is not on them is not found in a channel of more than 20,000.
_MOST_PAGES = 20
_PAGE = 1_000


class SlackPlaces:
    """Asks Slack each time, but for who people are; nothing here raises: what cannot be found out counts as not allowed."""

    def __init__(self, client: AsyncWebClient, people: SlackPeople) -> None:
        self._client = client
        self._people = people

    async def person(self, user: str) -> Person:
        """The person of this id, at most a few minutes old."""
        return await self._people.person(user)

    async def place(self, channel: str) -> Place | None:
        """The conversation of this id (Slack's documentation: "conversations.info"); None when the bot cannot see it."""
        try:
            found: dict[str, Any] = (await self._client.conversations_info(channel=channel))["channel"]
        except UNANSWERED as error:
            _note("a channel", error)
            return None
        direct = bool(found.get("is_im"))
        return Place(
            id=str(found.get("id") or channel),
            is_member=direct or bool(found.get("is_member")),
            is_archived=bool(found.get("is_archived")),
            is_shared=bool(found.get("is_ext_shared") or found.get("is_pending_ext_shared")),
            is_private=direct or bool(found.get("is_private")),
            is_direct=direct,
        )

    async def sees(self, user: str, place: Place) -> bool:
        """A public channel is seen by every member of the workspace; anything else by those who are in it."""
        person = await self.person(user)
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
        """Join a public channel (Slack's documentation: "conversations.join", scope channels:join); the error code, or ""."""
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
