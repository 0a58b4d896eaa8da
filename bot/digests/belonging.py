"""Digests that were imported before anybody knew the workspace are given to it, once Slack has said which one it is."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.digests.contracts import Imported
from bot.digests.posting import NotReached, Refused, Unclear, call_slack
from bot.digests.timing import NowAndThen


class Belonging:
    """Looks for such digests, and asks Slack for the workspace only when there are any.

    Args:
        digests: where they are.
        slack: a client that never repeats a call by itself.
        pauses: when Slack may be asked again.
        seconds: how long one call may take.
    """

    def __init__(self, digests: Imported, slack: AsyncWebClient, pauses: NowAndThen, seconds: float) -> None:
        self._digests, self._slack, self._pauses, self._seconds = digests, slack, pauses, seconds
        self._team = ""

    async def look(self) -> None:
        """Give them to the workspace when it is known; until then they are not due. Raises StoreError."""
        if not await self._digests.homeless():
            return
        if not self._team and self._pauses.over():
            self._team = await self._asked()
        if self._team:
            await self._digests.adopt(self._team)

    async def _asked(self) -> str:
        answer = await call_slack(self._slack.auth_test, {}, seconds=self._seconds)
        return "" if isinstance(answer, (Refused, NotReached, Unclear)) else str(answer.get("team_id") or "")
