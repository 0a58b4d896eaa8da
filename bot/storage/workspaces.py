"""The workspaces that installed the app by OAuth, as Bolt's store of installations, and each one's PostPost key; all of it encrypted."""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from sqlalchemy import Table, and_, delete, exists, not_, or_, select, update
from sqlalchemy.ext.asyncio.engine import AsyncConnection

from bot.storage import tables
from bot.storage.column_types import Cipher
from bot.storage.database import Database, insert_into, put
from bot.storage.workspace_settings import AuditEntry, ChangeKind, note_change
from bot.subscriptions.subscription import InstallationState

logger = logging.getLogger(__name__)

#: The encrypted columns.
DATA: Final = "data"
API_KEY: Final = "api_key"

#: What is kept of an installation: nothing of the person who installed it, whose tokens the app has no use for.
_KEPT: Final = """
    app_id enterprise_id enterprise_name is_enterprise_install team_id team_name bot_token bot_id bot_user_id bot_scopes bot_refresh_token
    token_type
""".split()  # noqa: SIM905  # a list of words reads better as words

#: How long before a token ends it is renewed.
AHEAD: Final = timedelta(hours=2)
#: What the record of changes says of a workspace with a key.
CONNECTED: Final = "connected"


@dataclass(frozen=True, slots=True)
class StoredWorkspace:
    """A workspace that has the app, with what the bot needs to serve it."""

    team: str
    bot_token: str = field(repr=False)
    bot_id: str
    bot_user_id: str
    #: Its PostPost key, "" until an administrator has given one, and its default account, "" for none.
    api_key: str = field(default="", repr=False)
    platform_id: str = ""
    #: The organization whose installation serves it, "" for its own.
    enterprise: str = ""
    scopes: tuple[str, ...] = ()
    #: With token rotation: when the token ends, until when it is being renewed or not tried again, and why it was not renewed ("" without).
    expires_at: datetime | None = field(default=None, compare=False)
    refreshing_until: datetime | None = field(default=None, compare=False)
    refresh_error: str = field(default="", compare=False)

    @property
    def installation(self) -> str:
        return self.enterprise or self.team


class WorkspaceStore(AsyncInstallationStore):
    """Installations and keys; of Bolt's interface what its pages for installing use.

    Every method raises StoreError when the database cannot be used, or what it holds cannot be decrypted.
    """

    def __init__(self, database: Database, cipher: Cipher, clock: Callable[[], datetime]) -> None:
        self._database, self._cipher, self._clock = database, cipher, clock

    @property
    def logger(self) -> logging.Logger:
        return logger

    async def async_save(self, installation: Installation) -> None:
        """Keeps an installation in the place of the one before, which must be readable; the workspace goes on where it was stopped.

        That of an organization is kept under its id; ``grant`` says which workspaces it serves.
        """
        whole, now = bool(installation.is_enterprise_install), self._clock()
        team = (installation.enterprise_id if whole else installation.team_id) or ""
        kept = {name: value for name, value in installation.to_dict_for_copying().items() if name in _KEPT}
        ends = installation.bot_token_expires_at
        # The SDK has counted from this machine's time.
        expires_at = None if ends is None else now + timedelta(seconds=round(ends - installation.installed_at))
        renewal = {"expires_at": expires_at, "refreshing_until": None, "refresh_error": None}
        data = self._cipher.encrypt(json.dumps(kept), team=team, column=DATA)
        values = {DATA: data, "installed_at": now, "is_enterprise": whole, **renewal}
        async with self._database.write() as connection:
            before = await connection.scalar(
                select(tables.slack_installations.c.data).where(tables.slack_installations.c.team == team).with_for_update()
            )
            if before is not None:
                self._cipher.decrypt(before, team=team, column=DATA)
            await put(connection, tables.slack_installations, {"team": team}, values)
            # Its own installation is the newer one.
            await connection.execute(delete(tables.enterprise_workspaces).where(tables.enterprise_workspaces.c.team == team))
            await _go_on(connection, [team], now)
        logger.info("the app is installed", extra={"team": team})

    async def installed(self, whose: str) -> Installation | None:
        """The installation of this workspace or organization."""
        found = tables.slack_installations.c
        row = await self._database.row(select(found.data, found.installed_at).where(found.team == whose))
        return None if row is None else Installation(**{"user_id": "", "installed_at": row.installed_at, **self._read(row.data, whose)})

    async def grant(self, enterprise: str, teams: Sequence[str]) -> None:
        """These workspaces are served by the organization's installation from now on; nothing happens where there is none."""
        async with self._database.write() as connection:
            if teams and await _serves(connection, enterprise):
                for team in sorted(set(teams)):
                    await put(connection, tables.enterprise_workspaces, {"team": team}, {"enterprise": enterprise})
                await _go_on(connection, teams, self._clock())

    async def join(self, enterprise: str, team: str) -> bool:
        """The same for one workspace of which that was not known; False when it was, also where its access was taken away since."""
        async with self._database.write() as connection:
            if not team or not await _serves(connection, enterprise):
                return False
            statement = insert_into(connection, tables.enterprise_workspaces).values(team=team, enterprise=enterprise)
            other = tables.enterprise_workspaces.c.enterprise != enterprise
            joined = statement.on_conflict_do_update(index_elements=["team"], set_={"enterprise": enterprise}, where=other)
            if (await connection.execute(joined.returning(tables.enterprise_workspaces.c.team))).first() is None:
                return False
            await _go_on(connection, [team], self._clock())
        return True

    async def served_by(self, installation: str) -> tuple[str, ...]:
        """A workspace's or organization's id, and those of the workspaces that the organization's installation serves."""
        served = tables.enterprise_workspaces
        rows = await self._database.rows(select(served.c.team).where(served.c.enterprise == installation))
        return (installation, *(row.team for row in rows))

    async def workspace(self, team: str, *, stopped: bool = False) -> StoredWorkspace | None:
        """The workspace as it is stored now; None where the app was never installed, or was removed or its token revoked.

        ``stopped``: return also one whose app was removed or token revoked.
        """
        keys, found, served = tables.workspace_keys, tables.slack_installations, tables.enterprise_workspaces
        organization = select(served.c.enterprise).where(served.c.team == team).scalar_subquery()
        joined = found.outerjoin(keys, keys.c.team == team).outerjoin(tables.installations, tables.installations.c.team == team)
        serving = or_(
            and_(found.c.team == team, found.c.is_enterprise.is_(False)), and_(found.c.team == organization, found.c.is_enterprise)
        )
        columns = (found, keys.c.api_key, keys.c.platform_id, tables.installations.c.state)
        statement = select(*columns).select_from(joined).where(serving).order_by(found.c.is_enterprise.desc()).limit(1)
        row = await self._database.row(statement)
        if row is None or not (stopped or row.state in (None, InstallationState.ACTIVE)):
            return None
        data = self._read(row.data, row.team)
        key = self._cipher.decrypt(row.api_key, team=team, column=API_KEY) if row.api_key else ""
        return StoredWorkspace(
            team,
            data["bot_token"],
            data["bot_id"] or "",
            data["bot_user_id"] or "",
            key,
            row.platform_id or "",
            row.team if row.is_enterprise else "",
            tuple(filter(None, (data.get("bot_scopes") or "").split(","))),
            row.expires_at,
            row.refreshing_until,
            row.refresh_error or "",
        )

    async def teams(self) -> tuple[str, ...]:
        """The ids of the workspaces that installed the app, or whose organization did."""
        own = select(tables.slack_installations.c.team).where(tables.slack_installations.c.is_enterprise.is_(False))
        every = own.union(select(tables.enterprise_workspaces.c.team)).order_by("team")
        return tuple(row.team for row in await self._database.rows(every))

    async def claim_refresh(self, team: str, until: datetime) -> str | None:
        """The refresh token, for this process alone until then; None when another has it, or the token was renewed."""
        table, now = tables.slack_installations, self._clock()
        taken = table.c.refreshing_until
        # A claim from further ahead was made while a clock was set wrong.
        free = or_(taken.is_(None), taken <= now, taken > now + AHEAD)
        due = and_(table.c.team == team, table.c.expires_at <= now + AHEAD, free)
        claimed = update(table).where(due).values(refreshing_until=until, refresh_error=None).returning(table.c.data)
        async with self._database.write() as connection:
            data = await connection.scalar(claimed)
        return None if data is None else self._read(data, team)["bot_refresh_token"]

    async def keep_refreshed(self, team: str, used: str, renewed: tuple[str, str], expires_at: datetime) -> None:
        """Keeps the new token and refresh token, unless the app was installed again since the one ``used`` was claimed."""
        table = tables.slack_installations
        async with self._database.write() as connection:
            data = await connection.scalar(select(table.c.data).where(table.c.team == team).with_for_update())
            kept = {} if data is None else self._read(data, team)
            if kept.get("bot_refresh_token") != used:
                return
            kept["bot_token"], kept["bot_refresh_token"] = renewed
            renewal = {"expires_at": expires_at, "refreshing_until": None, "refresh_error": None}
            values = {DATA: self._cipher.encrypt(json.dumps(kept), team=team, column=DATA), **renewal}
            await connection.execute(update(table).where(table.c.team == team).values(values))

    async def refresh_failed(self, team: str, claimed_until: datetime, error: str, again: datetime) -> bool:
        """Notes why the token was not renewed and when that is tried again; False when the claim was lost."""
        table = tables.slack_installations
        mine = and_(table.c.team == team, table.c.refreshing_until == claimed_until)
        async with self._database.write() as connection:
            done = await connection.execute(update(table).where(mine).values(refreshing_until=again, refresh_error=error))
        return done.rowcount > 0

    async def set_key(self, team: str, api_key: str, *, by: str) -> None:
        """Keeps the workspace's PostPost key, or with "" removes it, its posts and figures; ``by`` is a Slack user id."""
        table = tables.workspace_keys
        async with self._database.write() as connection:
            before = await connection.scalar(select(table.c.api_key).where(table.c.team == team).with_for_update())
            if before is not None:
                self._cipher.decrypt(before, team=team, column=API_KEY)
            if api_key:
                encrypted = self._cipher.encrypt(api_key, team=team, column=API_KEY)
                await put(connection, table, {"team": team}, {API_KEY: encrypted, "platform_id": ""})
            else:
                await connection.execute(delete(table).where(table.c.team == team))
            for remembered in (tables.workspace_posts, tables.post_figures):
                await connection.execute(delete(remembered).where(remembered.c.team == team))
            states, now = (CONNECTED if before else None, CONNECTED if api_key else None), self._clock()
            await note_change(connection, AuditEntry(team, ChangeKind.POSTPOST_KEY, team, *states, by, now))

    async def set_default_account(self, team: str, platform_id: str) -> None:
        """Keeps the account that is meant in this workspace where nobody names one; "" for none."""
        async with self._database.write() as connection:
            await connection.execute(
                update(tables.workspace_keys).where(tables.workspace_keys.c.team == team).values(platform_id=platform_id)
            )

    async def check_readable(self) -> None:
        for _, column, team, stored in await self._encrypted():
            self._cipher.decrypt(stored, team=team, column=column)

    async def encrypt_anew(self) -> tuple[int, int]:
        """Encrypts with the newest key what was encrypted with another, row by row; how many rows that were, and how many there are.

        A row that cannot be decrypted ends it; those before it are done then.
        """
        done, every = 0, await self._encrypted()
        for table, column, team, _ in every:
            here = table.c.team == team
            # One short transaction a row, so that nobody waits; what changes meanwhile is encrypted with the newest key already.
            async with self._database.write() as connection:
                stored = await connection.scalar(select(table.c[column]).where(here).with_for_update())
                if stored is not None and not self._cipher.is_newest(stored):
                    plain = self._cipher.decrypt(stored, team=team, column=column)
                    again = self._cipher.encrypt(plain, team=team, column=column)
                    await connection.execute(update(table).where(here).values({column: again}))
                    done += 1
        return done, len(every)

    async def _encrypted(self) -> list[tuple[Table, str, str, str]]:
        """Every encrypted text, with its table, its column and its workspace or organization."""
        wanted = [(table, column, select(table.c.team, table.c[column].label("stored"))) for table, column in tables.ENCRYPTED]
        return [(table, column, row.team, row.stored) for table, column, each in wanted for row in await self._database.rows(each)]

    def _read(self, data: str, team: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._cipher.decrypt(data, team=team, column=DATA))
        return found


async def _serves(connection: AsyncConnection, enterprise: str) -> bool:
    found = tables.slack_installations.c
    away = exists().where(tables.installations.c.team == found.team, tables.installations.c.state != InstallationState.ACTIVE)
    wanted = select(found.team).where(found.team == enterprise, found.is_enterprise, not_(away))
    return (await connection.execute(wanted)).first() is not None


async def _go_on(connection: AsyncConnection, teams: Sequence[str], now: datetime) -> None:
    back = and_(tables.installations.c.team.in_(teams), tables.installations.c.state != InstallationState.ACTIVE)
    await connection.execute(update(tables.installations).where(back).values(state=InstallationState.ACTIVE, since=now))
