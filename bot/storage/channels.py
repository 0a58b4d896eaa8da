"""Each channel's default account, and who set it."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.mappers import insert_into
from bot.storage.permissions import changes_of, note_change
from bot.storage.tables import channel_defaults as table
from bot.subscriptions.audit_entry import AuditEntry, ChangeKind


class ChannelDefaultRepository:
    """The channels' default accounts, read from the database every time. Every method raises StoreError when that cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def channel_default(self, team: str, channel: str) -> str | None:
        """The platform id of the channel's default account; None when none was set. Both arguments are Slack's ids."""
        async with self._database.read() as connection:
            return await connection.scalar(_chosen(team, channel))

    async def set_channel_default(self, team: str, channel: str, platform_id: str | None, *, by: str, at: datetime) -> None:
        """Set it, or with None take it away; who (a Slack user id) and when (aware) is kept with it.

        Setting what is already set changes and records nothing.
        """
        async with self._database.write() as connection:
            before = await connection.scalar(_chosen(team, channel).with_for_update())
            if before == platform_id:
                return
            await _put(connection, team, channel, platform_id)
            await note_change(connection, AuditEntry(team, ChangeKind.CHANNEL_DEFAULT, channel, before, platform_id, by, at))

    async def channel_default_changes(self, team: str, channel: str) -> tuple[AuditEntry, ...]:
        """Who set the channel's default to what and when, the newest first."""
        async with self._database.read() as connection:
            return await changes_of(connection, team, ChangeKind.CHANNEL_DEFAULT, channel)


def _here(team: str, channel: str) -> ColumnElement[bool]:
    return and_(table.c.team == team, table.c.channel == channel)


def _chosen(team: str, channel: str) -> Select[str]:
    return select(table.c.platform_id).where(_here(team, channel))


async def _put(connection: AsyncConnection, team: str, channel: str, platform_id: str | None) -> None:
    if platform_id is None:
        await connection.execute(delete(table).where(_here(team, channel)))
        return
    statement = insert_into(connection, table).values(team=team, channel=channel, platform_id=platform_id)
    await connection.execute(statement.on_conflict_do_update(index_elements=["team", "channel"], set_={"platform_id": platform_id}))
