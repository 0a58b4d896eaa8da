"""The tokens of installations: each is renewed before it ends, once, in whichever process; whether those of stopped ones work again."""

import asyncio
import contextvars
import logging
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from slack_sdk.web.async_client import AsyncWebClient

from bot.bootstrap.scheduling import Process
from bot.delivery.post import CallFailed, PostRefused, call_slack, read_pages
from bot.delivery.workspaces import ask_about_token, clocks_agree
from bot.errors import BotError
from bot.settings import secret_text
from bot.slack.web_api import CALL_TIMEOUT, TOKEN_GONE
from bot.storage.installations import Retention
from bot.storage.workspaces import AHEAD, StoredWorkspace, WorkspaceStore
from bot.subscriptions.subscription import Installation, InstallationState

logger = logging.getLogger(__name__)

#: A token that ends so soon is not used for deliveries: one that Slack refuses would stop the workspace.
MARGIN: Final = timedelta(minutes=1)
#: How long one process alone may renew a token; longer than its call can take.
CLAIM: Final = timedelta(minutes=1)
#: After an error that may pass: while the token still works, and once it has ended.
EARLY_PAUSE, PAUSE = timedelta(minutes=10), timedelta(minutes=1)
#: Seconds that a request waits for a new token; Slack waits 3 s for its answer.
PATIENCE: Final = 2.0
#: Seconds between two looks at whether another process has renewed it.
LOOK_AGAIN: Final = 0.05
#: Tokens that one process renews at the same time.
AT_ONCE: Final = 10
#: Slack's refusals after which only a new installation helps.
REFUSED: Final = frozenset({"invalid_refresh_token", "invalid_grant", *TOKEN_GONE})
EMPTY: Final = "an answer without a token"


class TokenRefresher:
    """Renews tokens with `oauth.v2.access`.

    Slack's own rotator reads the machine's time and knows one process only, in which a second use of a refresh token ends the installation.
    ``client``: Slack's Web API, without a token.
    """

    def __init__(self, store: WorkspaceStore, client: AsyncWebClient, process: Process) -> None:
        self._store, self._client, self._clock, settings = store, client, process.clock, process.settings
        self._installations, self._seconds = process.scheduling.stores.installations, process.scheduling.timing.timeout
        self._retention, self._keep = Retention(process.database), timedelta(days=settings.retention_days)
        self._app = {"client_id": settings.slack_client_id, "client_secret": secret_text(settings.slack_client_secret)}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._at_once = asyncio.Semaphore(AT_ONCE)

    def is_over(self, stored: StoredWorkspace) -> bool:
        """Whether Slack takes the workspace's token no longer, or only for moments."""
        return stored.expires_at is not None and self._clock() >= stored.expires_at - MARGIN

    async def fresh(self, stored: StoredWorkspace) -> StoredWorkspace | None:
        """The workspace with a token that works, or as it is without one now (nobody waits while it works); None when Slack gives none."""
        now = self._clock()
        if stored.expires_at is None or now < stored.expires_at - AHEAD:
            return stored
        is_claimed = stored.refreshing_until is not None and now < stored.refreshing_until <= now + AHEAD
        if is_claimed and (stored.refresh_error or not self.is_over(stored)):
            return stored
        renewing = self._running.get(stored.installation)
        if renewing is None:
            # In a context of its own: it ends with no single request. What Slack has sent must be kept.
            renewing = asyncio.create_task(self._refresh(stored), name="renew a token", context=contextvars.Context())
            self._running[stored.installation] = renewing
            renewing.add_done_callback(lambda _: self._running.pop(stored.installation, None))
        if not self.is_over(stored):
            return stored
        await asyncio.wait({renewing}, timeout=PATIENCE)
        return await self._store.workspace(stored.team)

    async def check_stopped(self, stopped: Installation) -> None:
        """Serves a workspace again that the app left or whose token Slack no longer took, when it works after all (Slack has erred).

        Deletes all about it after the days of the settings. Raises StoreError.
        """
        now, team = self._clock(), stopped.team
        stored = await self._store.workspace(team, stopped=True)
        if stored and self.is_over(stored):
            await self.fresh(stored)
            stored = await self._store.workspace(team, stopped=True)
        if stored and stored.enterprise and stopped.state is InstallationState.REMOVED:
            # Its organization's token works on in other workspaces.
            stored = None
        ask, given = (self._client.auth_test, {"token": stored.bot_token}) if stored else (self._client.api_test, {})
        answer = await ask_about_token(ask, given, seconds=self._seconds)
        if answer is None:
            return
        if stored and not isinstance(answer, PostRefused):
            if await self._installations.note(team, InstallationState.ACTIVE, now):
                logger.warning("Slack takes a workspace's token after all: it is served again", extra={"team": team})
            return
        left_before = now - self._keep
        if stopped.since <= left_before and clocks_agree(answer, now) and await self._retention.forget(team, left_before):
            logger.warning("everything about a workspace that the app left is deleted", extra={"team": team})

    async def _refresh(self, stored: StoredWorkspace) -> None:
        try:
            async with self._at_once:
                await self._refresh_once(stored)
        except BotError as error:
            logger.warning("a token could not be renewed", extra={"team": stored.installation, "error": error.sentence})

    async def _refresh_once(self, stored: StoredWorkspace) -> None:
        now = self._clock()
        until = now + CLAIM
        used = await self._store.claim_refresh(stored.installation, until)
        if used is None:
            await self._other_process(stored.team)
            return
        asked = {**self._app, "grant_type": "refresh_token", "refresh_token": used}
        answer = await call_slack(self._client.oauth_v2_access, asked, seconds=2 * CALL_TIMEOUT)
        if isinstance(answer, CallFailed):
            await self._failed(stored, until, answer.code if isinstance(answer, PostRefused) else answer.error)
            return
        token, again, seconds = answer.get("access_token"), answer.get("refresh_token"), answer.get("expires_in")
        if not (isinstance(token, str) and isinstance(again, str) and isinstance(seconds, int)):
            await self._failed(stored, until, EMPTY)
            return
        await self._store.keep_refreshed(stored.installation, used, (token, again), now + timedelta(seconds=seconds))
        logger.info("a token is renewed", extra={"team": stored.installation})

    async def _other_process(self, team: str) -> None:
        """Returns when the other process has renewed the token, or could not."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while (stored := await self._store.workspace(team)) and self.is_over(stored) and not stored.refresh_error:  # noqa: ASYNC110 - another process's
                    await asyncio.sleep(LOOK_AGAIN)

    async def _failed(self, stored: StoredWorkspace, claimed_until: datetime, error: str) -> None:
        refused, now = error in REFUSED, self._clock()
        ends = stored.expires_at or now
        # Once it is refused for good, the old token serves until its end.
        again = max(ends, now + PAUSE) if refused else min(max(ends, now + PAUSE), now + EARLY_PAUSE)
        if not await self._store.refresh_failed(stored.installation, claimed_until, error, again):
            return
        logger.error(
            "Slack doesn't renew the token of a workspace", extra={"team": stored.installation, "slack_error": error, "ends": str(ends)}
        )
        for team in await self._store.served_by(stored.installation) if refused and now >= ends - MARGIN else ():
            if await self._installations.note(team, InstallationState.TOKEN_REVOKED, now):
                logger.error("the token of a workspace has ended: it waits until the app is installed again", extra={"team": team})

    async def close(self) -> None:
        """Waits for those that are being renewed: a refresh token is good once, so that what Slack answers must be kept."""
        if self._running:
            await asyncio.wait(self._running.values())


async def granted_workspaces(client: AsyncWebClient, token: str) -> list[str]:
    """The workspaces to which an organization has given the app; those that are known where Slack doesn't answer."""
    found, failed = await read_pages(client.auth_teams_list, {"token": token}, "teams", seconds=CALL_TIMEOUT)
    if failed:
        # Slack's events and the workspaces' first requests tell them too.
        logger.warning("the workspaces of an organization are not known yet")
    return [str(team.get("id")) for team in found]
