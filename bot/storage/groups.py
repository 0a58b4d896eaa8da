"""A workspace's groups of accounts, the accounts that opted out of its team's answers, whose account is whose, and who changed any of it.

Whose account it is, is read off the record of changes, whose last word counts.
"""

import json
from datetime import datetime

from sqlalchemy import and_, delete, select

from bot.storage.database import Database
from bot.storage.mappers import insert_into, insert_new
from bot.storage.permissions import last_words, note_change
from bot.storage.tables import account_groups, opted_out
from bot.subscriptions.audit_entry import AuditEntry, ChangeKind


class GroupRepository:
    """Groups and opting out. Every method raises StoreError when the database cannot be used; ``team`` is Slack's id of a workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def groups(self, team: str) -> dict[str, tuple[str, ...]]:
        """Every group's accounts (platform ids) by its name, in the names' order."""
        table = account_groups
        async with self._database.read() as connection:
            rows = await connection.execute(select(table.c.name, table.c.accounts).where(table.c.team == team).order_by(table.c.name))
        return {row.name: row.accounts for row in rows}

    async def set_group(self, team: str, name: str, accounts: tuple[str, ...], *, by: str, at: datetime) -> None:
        """Make the group these accounts, or with none remove it; who (a Slack user id) and when (aware) is kept with it.

        Setting what is already set changes and records nothing.
        """
        table, here = account_groups, and_(account_groups.c.team == team, account_groups.c.name == name)
        async with self._database.write() as connection:
            before = await connection.scalar(select(table.c.accounts).where(here).with_for_update())
            if (before or ()) == accounts:
                return
            if accounts:
                statement = insert_into(connection, table).values(team=team, name=name, accounts=accounts)
                await connection.execute(
                    statement.on_conflict_do_update(index_elements=["team", "name"], set_={"accounts": statement.excluded.accounts})
                )
            else:
                await connection.execute(delete(table).where(here))
            await note_change(connection, AuditEntry(team, ChangeKind.GROUP, name, _told(before), _told(accounts), by, at))

    async def opted_out(self, team: str) -> dict[str, str]:
        """The accounts (platform ids) that are in no team's answer, each with the person (a Slack user id) it is linked to, or ""."""
        async with self._database.read() as connection:
            rows = (await connection.scalars(select(opted_out.c.platform_id).where(opted_out.c.team == team))).all()
            people = await last_words(connection, team, ChangeKind.ACCOUNT_LINK) if rows else {}
        return {account: people.get(account, "") for account in rows}

    async def links(self, team: str) -> dict[str, str]:
        """The person (a Slack user id) of every account (platform id) that is linked to one."""
        async with self._database.read() as connection:
            return await last_words(connection, team, ChangeKind.ACCOUNT_LINK)

    async def link(self, team: str, platform_id: str, person: str, *, by: str, at: datetime) -> bool:
        """Make the account this person's, or with "" nobody's; whether that changed anything. Who and when is kept with it."""
        async with self._database.write() as connection:
            before = (await last_words(connection, team, ChangeKind.ACCOUNT_LINK)).get(platform_id, "")
            if before != person:
                await note_change(
                    connection, AuditEntry(team, ChangeKind.ACCOUNT_LINK, platform_id, before or None, person or None, by, at)
                )
        return before != person

    async def opt(self, team: str, platform_id: str, *, out: bool, by: str, at: datetime) -> bool:
        """Take an account out of the team's answers or back in; whether that changed anything. Who and when is kept with it."""
        values = {"team": team, "platform_id": platform_id}
        here = and_(opted_out.c.team == team, opted_out.c.platform_id == platform_id)
        async with self._database.write() as connection:
            if out:
                changed = await insert_new(connection, opted_out, values)
            else:
                gone = await connection.scalar(delete(opted_out).where(here).returning(opted_out.c.platform_id))
                changed = gone is not None
            if changed:
                now, before = ("out", "in") if out else ("in", "out")
                await note_change(connection, AuditEntry(team, ChangeKind.OPT_OUT, platform_id, before, now, by, at))
        return changed


def _told(accounts: tuple[str, ...] | None) -> str | None:
    return json.dumps(accounts, ensure_ascii=False) if accounts else None
