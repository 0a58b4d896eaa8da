"""Whether the bot may post in a channel (checked before any API call), whose imported digests are, and whether a token works."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.delivery.post import CallFailed, PostRefused, PostUnclear, SlackCall, SlackNotReached, call_slack, read_pages
from bot.delivery.recorder import WorkerContext
from bot.delivery.timing import CHECKED, Throttle
from bot.ops.tasks import TtlCache
from bot.slack.people import is_shared_outside
from bot.slack.web_api import CLOCK_DRIFT, SlackErrorClass, drift
from bot.storage.installations import Retention
from bot.storage.workspace_settings import ChangeKind, PermissionRepository
from bot.subscriptions.subscription import InstallationState

logger = logging.getLogger(__name__)
#: How often Slack is asked while a workspace is stopped.
EVERY: Final = timedelta(seconds=60)
#: How long the list of the bot's channels is cached, one list serves a run, and of how many workspaces.
FRESH: Final = timedelta(seconds=60)
MOST_LISTS: Final = 1_000
KINDS: Final = "public_channel,private_channel,mpim,im"
#: Another company sees the channel.
SHARED: Final = PostRefused(SlackErrorClass.CHANNEL_SHARED, "channel_is_shared")
#: Slack does not describe the channel, so it may be shared with another company: retried later.
UNKNOWN: Final = PostRefused(SlackErrorClass.LATER, "channel_unknown")
#: Refusals of ``conversations.info`` that say something about the channel or the token.
_SETTLING: Final = frozenset(
    {
        SlackErrorClass.CHANNEL_GONE,
        SlackErrorClass.CHANNEL_UNSEEN,
        SlackErrorClass.NOT_IN_CHANNEL,
        SlackErrorClass.NOT_ALLOWED,
        SlackErrorClass.TOKEN_GONE,
    }
)


class WorkspaceAssigner:
    """Assigns imported digests to the workspace, for which Slack is asked only when there are any."""

    def __init__(self, context: WorkerContext) -> None:
        self._context, self._digests, self._pauses = context, context.stores.digests, Throttle(context.clock, EVERY)
        self._team = ""

    async def check(self) -> None:
        """Assigns them once the workspace is known; until then they are not due. Raises StoreError."""
        if not await self._digests.without_workspace():
            return
        if not self._team and self._pauses.over():
            self._team = await self._asked()
        if self._team:
            await self._digests.adopt(self._team)

    async def _asked(self) -> str:
        answer = await call_slack(self._context.slack.auth_test, {}, seconds=self._context.timing.timeout)
        # Which workspace of an organization is meant only its operator knows.
        if isinstance(answer, CallFailed) or answer.get("is_enterprise_install"):
            return ""
        return str(answer.get("team_id") or "")


async def ask_about_token(call: SlackCall, given: Mapping[str, str], *, seconds: float) -> AsyncSlackResponse | PostRefused | None:
    """Slack's answer, or that it takes the token no longer; None where that is unknown, and nothing may be deleted."""
    answer = await call_slack(call, given, seconds=seconds)
    if isinstance(answer, (SlackNotReached, PostUnclear)):
        return None
    return answer if not isinstance(answer, PostRefused) or answer.error_class is SlackErrorClass.TOKEN_GONE else None


def clocks_agree(answer: AsyncSlackResponse | PostRefused, now: datetime) -> bool:
    """Whether Slack's clock is near ours, or untold: deletion cannot be undone, and must not depend on a clock that was set wrong."""
    seconds = drift(answer.date if isinstance(answer, PostRefused) else str(answer.headers.get("Date") or ""), now)
    return seconds is None or seconds <= CLOCK_DRIFT


class TokenCheck:
    """Checks the token (auth.test): often while a workspace is stopped, rarely otherwise.

    ``keep``: how long a workspace may be away before its data is deleted.
    """

    def __init__(self, context: WorkerContext, retention: Retention, keep: timedelta) -> None:
        self._context, self._workspaces, self._clock = context, context.stores.installations, context.clock
        self._retention, self._keep = retention, keep
        self._pauses, self._checks = Throttle(self._clock, EVERY), Throttle(self._clock, CHECKED)
        self._team = ""

    async def check(self) -> None:
        """Records a revoked token or a workspace that is back, and deletes the data of one that was away too long; raises StoreError."""
        stopped = await self._workspaces.stopped()
        if not (self._pauses if stopped else self._checks).over():
            return
        answer = await ask_about_token(self._context.slack.auth_test, {}, seconds=self._context.timing.timeout)
        if answer is None:
            return
        if isinstance(answer, PostRefused):
            if self._team and not stopped:
                await self._context.outcomes.token_gone(self._team, answer.code)
        elif stopped:
            team = str(answer.get("team_id") or "")
            if await self._workspaces.note(team, InstallationState.ACTIVE, self._clock()):
                logger.warning("Slack takes the bot's token again: this workspace's digests go on", extra={"team": team})
        else:
            self._team = str(answer.get("team_id") or "")
        if clocks_agree(answer, self._clock()):
            await self._forget()

    async def _forget(self) -> None:
        left_before = self._clock() - self._keep
        for one in await self._workspaces.stopped(everywhere=True):
            if one.since <= left_before and await self._retention.forget(one.team, left_before):
                if one.team == self._team:
                    # Nothing is stored about it until its token works again.
                    self._team = ""
                logger.warning(
                    "everything about a workspace that the app left is deleted",
                    extra={"team": one.team, "left": one.since.isoformat(timespec="seconds"), "days": self._keep.days},
                )


class ChannelAccess:
    """Reads the list of the bot's channels, and a channel that is not in it on its own; ``slack`` repeats no call by itself."""

    def __init__(self, slack: AsyncWebClient, permissions: PermissionRepository, clock: Callable[[], datetime], seconds: float) -> None:
        self._slack, self._permissions, self._seconds = slack, permissions, seconds
        #: By workspace: its channels by id, and whether another company sees them.
        self._listed = TtlCache[str, dict[str, bool]](age=FRESH, most=MOST_LISTS, clock=clock)
        self._listing = asyncio.Lock()

    async def refusal(self, team: str, channel: str) -> PostRefused | None:
        """Why nothing may be posted in the channel now, None when it may; a channel shared with another company needs a permission."""
        if channel.startswith(("U", "W")):
            return None
        async with self._listing:
            listed = await self._listed.fetched(team, self._channels)
        shared = listed.get(channel)
        refused = await self._about(channel) if shared is None else SHARED if shared else None
        if refused in (SHARED, UNKNOWN) and await self._permissions.allowance(team, ChangeKind.ALLOWED_CHANNEL, channel):
            return None
        return refused

    async def _channels(self, team: str) -> dict[str, bool]:
        """The bot's channels that are not archived, with whether another company sees them; empty when they cannot be listed."""
        # An organization's token is good for several workspaces.
        asked = {"types": KINDS, "exclude_archived": True, "team_id": team}
        found, failed = await read_pages(self._slack.users_conversations, asked, "channels", seconds=self._seconds)
        return {} if failed else {str(one.get("id")): is_shared_outside(one) for one in found}

    async def _about(self, channel: str) -> PostRefused | None:
        answer = await call_slack(self._slack.conversations_info, {"channel": channel}, seconds=self._seconds)
        if isinstance(answer, PostRefused):
            return answer if answer.error_class in _SETTLING else UNKNOWN
        found = None if isinstance(answer, (SlackNotReached, PostUnclear)) else answer.get("channel")
        if not isinstance(found, dict):
            return UNKNOWN
        if found.get("is_archived"):
            return PostRefused(SlackErrorClass.CHANNEL_GONE, "is_archived")
        if found.get("is_member") is False and not found.get("is_im") and not found.get("is_mpim"):
            return PostRefused(SlackErrorClass.NOT_IN_CHANNEL, "not_in_channel")
        return SHARED if is_shared_outside(found) else None
