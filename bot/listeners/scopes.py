"""Which scopes the installed app was granted, asked of Slack when somebody wants to know."""

import re

from slack_sdk.web.async_client import AsyncWebClient

from bot.web_api import UNANSWERED

#: The header in which every answer names them (Slack's documentation: "Installing with OAuth, response headers").
HEADER = "x-oauth-scopes"


class SlackScopes:
    """Asks each time, since an administrator who has just installed the app again wants to see it; nothing here raises."""

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
