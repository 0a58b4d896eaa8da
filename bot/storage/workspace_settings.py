"""Settings of a workspace: permissions, groups of accounts, opt-outs, links of accounts to people, channels' default accounts.

Every change is in the append-only record of changes: who, what, when, before, after. The last entry of a subject is valid. What every
question reads may be remembered for a moment. The tokens with which assistants ask on behalf of a person are made by the operator, shown
once, and stored as hashes.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import Row, Table, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio.engine import AsyncConnection

from bot.ops.tasks import TtlCache, utc_now
from bot.storage import tables
from bot.storage.database import Database, Repository, insert_new, put
from bot.storage.tables import access_tokens, account_groups, channel_defaults, opted_out, post_figures

ALLOWED = "allowed"
#: How long changes of another process may be missed where many questions are answered; changes of this process show at once.
REMEMBERED: Final = timedelta(seconds=10)
MOST_REMEMBERED: Final = 4_096
#: Every token begins with this, so that it is recognized where it must not be.
PREFIX: Final = "lsb_"
_FORM = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")


class ChangeKind(StrEnum):
    """The kinds of changes in the history of settings."""

    CHANNEL_DEFAULT = "channel_default"
    #: A person (guest) whom an administrator allowed; ``after`` is "allowed", or None when that was revoked.
    ALLOWED_PERSON = "allowed_person"
    #: A channel that an administrator allowed, also one shared with another company; ``after`` as above.
    ALLOWED_CHANNEL = "allowed_channel"
    #: Previews of links to posts, for the whole workspace; ``subject`` is its id, ``after`` as above.
    UNFURLS = "unfurls"
    #: Previews without figures, with a pane for each viewer; the same.
    PRIVATE_UNFURLS = "private_unfurls"
    DIGEST = "digest"
    #: One occurrence, skipped by a person; ``after`` is its time in the digest's zone.
    DIGEST_SKIP = "digest_skip"
    #: One occurrence, sent at once by a person; ``after`` is its delivery's id.
    DIGEST_SEND = "digest_send"
    #: A group of accounts; ``after`` is their ids.
    GROUP = "group"
    #: An account that opted out ("out"), or in again ("in").
    OPT_OUT = "opt_out"
    #: The person an account is linked to; ``after`` is a Slack user id, or None.
    ACCOUNT_LINK = "account_link"
    #: The client of a channel (an agency's managed user); ``after`` is its id at PostPost, or None.
    CLIENT = "client"
    #: The workspace's PostPost key was set ("connected") or removed (None); ``subject`` is the workspace's id.
    POSTPOST_KEY = "postpost_key"


class AuditEntry(Struct, frozen=True):
    """One change. ``by`` is a Slack user id, or words for another origin; ``at`` is aware, in UTC."""

    team: str
    kind: ChangeKind
    #: The id of the channel, person or digest.
    subject: str
    before: str | None
    after: str | None
    by: str
    at: datetime


class PermissionRepository(Repository):
    """Allowed people and channels, and the clients of channels, which are remembered for ``age``."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now, age: timedelta = timedelta()) -> None:
        super().__init__(database)
        self._are_current = TtlCache[str, bool](age=age, most=MOST_REMEMBERED, clock=clock)
        self._clients: dict[str, Mapping[str, str]] = {}

    async def allowance(self, team: str, kind: ChangeKind, subject: str) -> AuditEntry | None:
        """The entry that allowed this person or channel; None without one, or when it was revoked."""
        async with self._database.read() as connection:
            last = await _last_change(connection, team, kind, subject)
        return last if last and last.after == ALLOWED else None

    async def set_allowed(self, team: str, kind: ChangeKind, subject: str, *, allowed: bool, by: str, at: datetime) -> bool:
        """Allows it, or revokes that; False when nothing changed, and then nothing is recorded."""
        return await _changed(self._database, team, kind, subject, ALLOWED if allowed else None, by=by, at=at)

    def every_client(self) -> frozenset[str]:
        """The clients of all channels that are known so far."""
        return frozenset(client for channels in self._clients.values() for client in channels.values())

    async def clients(self, team: str) -> Mapping[str, str]:
        """The client of every channel that has one: the same object while nothing changes."""
        if not self._are_current.get(team, default=False):
            async with self._database.read() as connection:
                found = await last_values(connection, team, ChangeKind.CLIENT)
            if found != self._clients.get(team):
                self._clients[team] = found
            self._are_current.put(team, True)  # noqa: FBT003  # the value of the key
        return self._clients[team]

    async def set_client(self, team: str, channel: str, client: str, *, by: str, at: datetime) -> None:
        """Sets the channel's client, "" for none; who (a Slack user id) and when (aware) is kept with it."""
        await _changed(self._database, team, ChangeKind.CLIENT, channel, client or None, by=by, at=at)
        self._are_current.drop(team)

    async def changes(self, team: str, subject: str | None = None, limit: int = 20) -> tuple[AuditEntry, ...]:
        """The last changes of every kind in the workspace, or of one subject there, the newest first."""
        async with self._database.read() as connection:
            return await recent_changes(connection, team, subject, limit)


async def _changed(database: Database, team: str, kind: ChangeKind, subject: str, value: str | None, *, by: str, at: datetime) -> bool:
    """Records this value, None for none, unless it is the last one; whether it was not."""
    async with database.write() as connection:
        last = await _last_change(connection, team, kind, subject)
        before = last.after if last else None
        if before != value:
            await note_change(connection, AuditEntry(team, kind, subject, before, value, by, at))
    return before != value


async def note_change(connection: AsyncConnection, change: AuditEntry) -> None:
    """Adds the change in the transaction that makes it: both are stored, or neither."""
    await connection.execute(insert(tables.changes).values(asdict(change) | {"kind": change.kind.value}))


async def last_values(connection: AsyncConnection, team: str, kind: ChangeKind) -> dict[str, str]:
    """The last value of every subject of this kind; without removed ones."""
    table = tables.changes
    last = select(func.max(table.c.id)).where(table.c.team == team, table.c.kind == kind.value).group_by(table.c.subject)
    rows = await connection.execute(select(table.c.subject, table.c.after).where(table.c.id.in_(last)))
    return {row.subject: row.after for row in rows if row.after is not None}


async def recent_changes(
    connection: AsyncConnection, team: str, subject: str | None = None, limit: int = 20, *, kind: ChangeKind | None = None
) -> tuple[AuditEntry, ...]:
    """The last changes in a workspace, of one subject or kind where given, the newest first; without kinds of a newer version."""
    table = tables.changes
    wanted = select(table).where(table.c.team == team, table.c.kind.in_([kind] if kind else [*ChangeKind])).order_by(table.c.id.desc())
    rows = await connection.execute((wanted if subject is None else wanted.where(table.c.subject == subject)).limit(limit))
    return tuple(AuditEntry(row.team, ChangeKind(row.kind), row.subject, row.before, row.after, row.by, row.at) for row in rows)


async def _last_change(connection: AsyncConnection, team: str, kind: ChangeKind, subject: str) -> AuditEntry | None:
    return next(iter(await recent_changes(connection, team, subject, 1, kind=kind)), None)


async def _replace(connection: AsyncConnection, table: Table, key: Mapping[str, str], column: str, value: Any) -> Any:
    """Gives the row of this key this value, or without one removes the row; the value before, None where there was none."""
    here = and_(*(table.c[name] == one for name, one in key.items()))
    before = await connection.scalar(select(table.c[column]).where(here).with_for_update())
    if value and value != before:
        await put(connection, table, key, {column: value})
    elif before and not value:
        await connection.execute(delete(table).where(here))
    return before


class ChannelDefaultRepository(Repository):
    """The channels' default accounts, remembered for ``age``."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now, age: timedelta = timedelta()) -> None:
        super().__init__(database)
        self._known: TtlCache[tuple[str, str], str | None] = TtlCache(age=age, most=MOST_REMEMBERED, clock=clock)

    async def channel_default(self, team: str, channel: str) -> str | None:
        """The platform id of the channel's default account; None when none was set. Both arguments are Slack's ids."""
        return await self._known.fetched((team, channel), self._stored)

    async def _stored(self, key: tuple[str, str]) -> str | None:
        table = channel_defaults
        wanted = select(table.c.platform_id).where(table.c.team == key[0], table.c.channel == key[1])
        found: str | None = await self._database.scalar(wanted)
        return found

    async def set_channel_default(self, team: str, channel: str, platform_id: str | None, *, by: str, at: datetime) -> None:
        """Set it, or with None take it away; who (a Slack user id) and when (aware) is kept with it.

        Setting what is already set changes and records nothing.
        """
        async with self._database.write() as connection:
            before = await _replace(connection, channel_defaults, {"team": team, "channel": channel}, "platform_id", platform_id)
            if before != platform_id:
                await note_change(connection, AuditEntry(team, ChangeKind.CHANNEL_DEFAULT, channel, before, platform_id, by, at))
        self._known.put((team, channel), platform_id)


class GroupRepository(Repository):
    """Groups, links, and opting out, which is remembered for ``age``. ``team`` is Slack's id of a workspace."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now, age: timedelta = timedelta()) -> None:
        super().__init__(database)
        self._out: TtlCache[str, dict[str, str]] = TtlCache(age=age, most=MOST_REMEMBERED, clock=clock)

    async def groups(self, team: str) -> dict[str, tuple[str, ...]]:
        table = account_groups
        rows = await self._database.rows(select(table.c.name, table.c.accounts).where(table.c.team == team).order_by(table.c.name))
        return {row.name: row.accounts for row in rows}

    async def set_group(self, team: str, name: str, accounts: tuple[str, ...], *, by: str, at: datetime) -> None:
        """Make the group these accounts, or with none remove it; who (a Slack user id) and when (aware) is kept with it.

        Setting what is already set changes and records nothing.
        """
        async with self._database.write() as connection:
            before = await _replace(connection, account_groups, {"team": team, "name": name}, "accounts", accounts) or ()
            if before != accounts:
                await note_change(connection, AuditEntry(team, ChangeKind.GROUP, name, _as_words(before), _as_words(accounts), by, at))

    async def opted_out(self, team: str) -> dict[str, str]:
        """The accounts (platform ids) that are in no team's answer, each with the person (a Slack user id) it is linked to, or ""."""
        return await self._out.fetched(team, self._opted_out)

    async def _opted_out(self, team: str) -> dict[str, str]:
        async with self._database.read() as connection:
            rows = (await connection.scalars(select(opted_out.c.platform_id).where(opted_out.c.team == team))).all()
            people = await last_values(connection, team, ChangeKind.ACCOUNT_LINK) if rows else {}
        return {account: people.get(account, "") for account in rows}

    async def links(self, team: str) -> dict[str, str]:
        async with self._database.read() as connection:
            return await last_values(connection, team, ChangeKind.ACCOUNT_LINK)

    async def link(self, team: str, platform_id: str, person: str, *, by: str, at: datetime) -> bool:
        """Link the account to this person, or with "" to no one, and record who did it and when; True if that changed anything."""
        changed = await _changed(self._database, team, ChangeKind.ACCOUNT_LINK, platform_id, person or None, by=by, at=at)
        self._out.drop(team)
        return changed

    async def opt(self, team: str, platform_id: str, *, out: bool, by: str, at: datetime) -> bool:
        """Take an account out of the team's answers, which forgets the figures of its posts, or back in; whether that changed anything.

        Who and when is kept with it.
        """
        async with self._database.write() as connection:
            if out:
                changed = await insert_new(connection, opted_out, {"team": team, "platform_id": platform_id})
                remembered = and_(post_figures.c.team == team, post_figures.c.platform_id == platform_id)
                await connection.execute(delete(post_figures).where(remembered))
            else:
                here = and_(opted_out.c.team == team, opted_out.c.platform_id == platform_id)
                changed = (await connection.execute(delete(opted_out).where(here))).rowcount > 0
            if changed:
                now, before = ("out", "in") if out else ("in", "out")
                await note_change(connection, AuditEntry(team, ChangeKind.OPT_OUT, platform_id, before, now, by, at))
        self._out.drop(team)
        return changed


def _as_words(accounts: tuple[str, ...]) -> str | None:
    return json.dumps(accounts, ensure_ascii=False) if accounts else None


#: How often it is noted that a token is used.
NOTED_EVERY: Final = timedelta(hours=1)


class AccessToken(Struct, frozen=True):
    """What is known about a token: not the token itself. ``team`` and ``person`` are Slack's ids, the times are aware."""

    id: str
    team: str
    person: str
    made_at: datetime
    expires_at: datetime
    #: To the hour; None for one that was not used yet.
    last_used_at: datetime | None = None


class AccessTokenRepository:
    """Every method raises StoreError when the database cannot be used."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database, self._clock = database, clock

    async def create(self, team: str, person: str, expires_at: datetime) -> tuple[AccessToken, str]:
        """A new token, and its text, which nobody can read again."""
        text = PREFIX + secrets.token_urlsafe(32)
        made = AccessToken(secrets.token_hex(4), team, person, self._clock(), expires_at)
        values = {"id": made.id, "team": team, "person": person, "made_at": made.made_at, "expires_at": expires_at}
        async with self._database.write() as connection:
            await connection.execute(insert(access_tokens).values(hash=_hashed(text), **values))
        return made, text

    async def find(self, text: str) -> AccessToken | None:
        """The token with this text, noted as used; None for what is none, was revoked or has expired."""
        if not _FORM.fullmatch(text):
            return None
        now, mine = self._clock(), access_tokens.c.hash == _hashed(text)
        row = await self._database.row(select(access_tokens).where(mine))
        if row is None or now >= row.expires_at:
            return None
        if row.last_used_at is None or now - row.last_used_at >= NOTED_EVERY:
            async with self._database.write() as connection:
                await connection.execute(update(access_tokens).where(mine).values(last_used_at=now))
        return _token(row)

    async def every(self) -> tuple[AccessToken, ...]:
        """All that were not revoked, by workspace and person; expired ones too."""
        table = access_tokens.c
        return tuple(map(_token, await self._database.rows(select(access_tokens).order_by(table.team, table.person, table.made_at))))

    async def revoke(self, which: str) -> bool:
        async with self._database.write() as connection:
            done = await connection.execute(delete(access_tokens).where(access_tokens.c.id == which).returning(access_tokens.c.id))
            return done.first() is not None


def _hashed(text: str) -> str:
    # A random text of 256 bits cannot be guessed from its hash: no salt, no slow hash.
    return hashlib.sha256(text.encode()).hexdigest()


def _token(row: Row[Any]) -> AccessToken:
    return AccessToken(row.id, row.team, row.person, row.made_at, row.expires_at, row.last_used_at)
