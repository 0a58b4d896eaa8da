"""The tables of a new database, to which ``migrations/`` bring an older one (a test compares both), and rows as values."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final

import sqlalchemy as sa
from msgspec.structs import asdict
from sqlalchemy.ext.asyncio.engine import AsyncConnection
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from bot.storage.column_types import EnumColumn, NameList, UtcDateTime
from bot.subscriptions.delivery_state import Delivery, DeliveryState, Settlement, Step
from bot.subscriptions.follow_up_state import FollowUp
from bot.subscriptions.subscription import InstallationState, Subscription, SubscriptionKind, SubscriptionStatus

metadata = sa.MetaData()


def _table(name: str, *parts: SchemaItem) -> sa.Table:
    return sa.Table(name, metadata, *parts)


def _key(*names: str) -> Iterator[sa.Column[Any]]:
    """The columns of the primary key: Slack's and our own ids, which are texts."""
    return (sa.Column(name, sa.String, primary_key=True) for name in names)


def _needed(kind: type[TypeEngine[Any]] | TypeEngine[Any], *names: str) -> Iterator[sa.Column[Any]]:
    """Columns of this type that are never NULL."""
    return (sa.Column(name, kind, nullable=False) for name in names)


def _nullable(kind: type[TypeEngine[Any]] | TypeEngine[Any], *names: str) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, kind) for name in names)


def _of_parent(name: str, parent: str, **options: Any) -> sa.Column[Any]:
    """The id of the row of another table that this one belongs to."""
    return sa.Column(name, sa.String, sa.ForeignKey(f"{parent}.id"), nullable=False, **options)


#: The default account of each channel.
channel_defaults = _table("channel_defaults", *_key("team", "channel"), *_needed(sa.Text, "platform_id"))

#: The record of changes, append-only. ``before`` and ``after`` are JSON or plain text, NULL where there was or is nothing.
changes = _table(
    "changes",
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    *_needed(sa.String, "team", "kind", "subject"),
    *_nullable(sa.Text, "before", "after"),
    *_needed(sa.String, "by"),
    *_needed(UtcDateTime, "at"),
    sa.Index("changes_of_subject", "team", "kind", "subject", "id"),
)

#: Whether the app is still installed in the workspace; without a row it is.
installations = _table("installations", *_key("team"), *_needed(EnumColumn(InstallationState), "state"), *_needed(UtcDateTime, "since"))

#: Digests, alerts and goals: ``bot.subscriptions.subscription.Subscription``, column by field.
digests = _table(
    "digests",
    *_key("id"),
    *_needed(sa.String, "team", "channel"),
    *_needed(NameList, "accounts", "content"),
    *_needed(sa.String, "cron", "zone"),
    *_needed(EnumColumn(SubscriptionStatus), "status"),
    *_nullable(UtcDateTime, "next_run_at"),
    *_needed(sa.Integer, "grace"),
    # Not used: earlier versions chose here what happens when it is unknown whether a message was posted.
    sa.Column("on_uncertain", sa.String, nullable=False, default="hold"),
    *_nullable(sa.String, "owner"),
    *_needed(sa.Integer, "version"),
    sa.Column("kind", EnumColumn(SubscriptionKind), nullable=False, server_default="digest"),
    sa.Column("rule", sa.Text, nullable=False, server_default=""),
    sa.Column("dates", sa.Text, nullable=False, server_default=""),
    sa.Column("group_id", sa.String, nullable=False, server_default=""),
    sa.Index("digests_due", "status", "next_run_at"),
    sa.Index("digests_of_team", "team", "channel"),
)

#: One row an occurrence: ``bot.subscriptions.delivery_state.Delivery``, column by field.
deliveries = _table(
    "deliveries",
    *_key("id"),
    _of_parent("digest", "digests"),
    *_needed(sa.Integer, "version"),
    *_needed(sa.String, "team", "channel"),
    *_needed(UtcDateTime, "due"),
    *_needed(sa.String, "due_local", "click"),
    *_needed(EnumColumn(DeliveryState), "state"),
    *_needed(sa.Integer, "attempt"),
    *_needed(UtcDateTime, "not_before"),
    *_nullable(sa.String, "lease_owner"),
    *_nullable(UtcDateTime, "lease_until"),
    *_nullable(sa.Text, "payload"),
    *_nullable(sa.String, "payload_hash"),
    *_nullable(UtcDateTime, "intent_at"),
    *_nullable(sa.String, "ts"),
    *_nullable(EnumColumn(Settlement), "settled"),
    *_nullable(sa.Text, "reason", "last_error"),
    *_nullable(UtcDateTime, "ended_at"),
    *_nullable(sa.Text, "cause"),
    sa.UniqueConstraint("digest", "due", "click", name="one_delivery_an_occurrence"),
    sa.Index("deliveries_waiting", "state", "not_before"),
    sa.Index("deliveries_of_team", "team", "due"),
)

#: The steps of each delivery and its parts (``part`` is empty for the main message); append-only.
delivery_attempts = _table(
    "delivery_attempts",
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    _of_parent("delivery", "deliveries"),
    *_needed(sa.Integer, "attempt"),
    *_needed(EnumColumn(Step), "step"),
    *_needed(EnumColumn(DeliveryState), "state"),
    *_needed(sa.String, "by"),
    *_needed(UtcDateTime, "at"),
    *_nullable(sa.Text, "detail"),
    sa.Column("part", sa.String, nullable=False, server_default=""),
    sa.Index("attempts_of_delivery", "delivery", "id"),
)

#: The parts of deliveries: ``bot.subscriptions.follow_up_state.FollowUp``, column by field.
parts = _table(
    "parts",
    _of_parent("delivery", "deliveries", primary_key=True),
    *_key("name"),
    *_needed(sa.Integer, "position"),
    *_needed(sa.Text, "payload"),
    *_needed(EnumColumn(DeliveryState), "state"),
    *_needed(sa.Integer, "attempt"),
    *_needed(UtcDateTime, "not_before"),
    *_nullable(sa.String, "lease_owner"),
    *_nullable(UtcDateTime, "lease_until", "intent_at"),
    *_nullable(sa.String, "ts"),
    *_nullable(sa.Text, "reason", "last_error"),
    *_nullable(UtcDateTime, "ended_at"),
    *_nullable(sa.String, "incident"),
    sa.Index("parts_waiting", "state", "not_before"),
    sa.Index("parts_of_incident", "incident", "position"),
)

#: Problems of one cause (``key``) that one person gets one message about, the last notice at ``last_at``; the notices are in ``parts``.
incidents = _table(
    "incidents",
    *_key("id"),
    *_needed(sa.String, "team", "person"),
    *_needed(sa.Text, "key"),
    *_needed(UtcDateTime, "last_at"),
    sa.Index("incidents_of_person", "team", "person", "last_at"),
)

#: Named groups of accounts of a workspace.
account_groups = _table("account_groups", *_key("team", "name"), *_needed(NameList, "accounts"))

#: Opted-out accounts (platform ids).
opted_out = _table("opted_out", *_key("team"), sa.Column("platform_id", sa.Text, primary_key=True))

#: When a post (its URN) was last shown in a channel below a link to it.
unfurled = _table("unfurled", *_key("team", "channel", "post"), *_needed(UtcDateTime, "at"))


def _known() -> Iterator[sa.Column[Any]]:
    """What is known of a post. ``number`` has 20 digits: its order is that in time. ``group_id`` is "" for one that was asked for here."""
    return chain(_needed(sa.String(20), "number"), _needed(sa.Text, "platform_id", "group_id", "title"))


#: Posts read from the service's list, or asked for here.
known_posts = _table("known_posts", *_key("post"), *_known(), sa.Index("known_posts_by_number", "number"))

#: The workspaces and organizations (``team`` is the organization's id then) that installed the app by OAuth; ``data`` is Bolt's
#: installation, encrypted. With token rotation its token ends at ``expires_at``; a process that renews it, or waits after an error before
#: it tries again, has claimed that until ``refreshing_until``.
slack_installations = _table(
    "slack_installations",
    *_key("team"),
    *_needed(sa.Text, "data"),
    *_needed(UtcDateTime, "installed_at"),
    sa.Column("is_enterprise", sa.Boolean, nullable=False, server_default=sa.false()),
    *_nullable(UtcDateTime, "expires_at", "refreshing_until"),
    *_nullable(sa.Text, "refresh_error"),
)

#: The workspaces that an organization's installation serves, or has served.
enterprise_workspaces = _table("enterprise_workspaces", *_key("team"), *_needed(sa.String, "enterprise"))

#: A workspace's own PostPost key (encrypted) and default account ("" for none).
workspace_keys = _table("workspace_keys", *_key("team"), *_needed(sa.Text, "api_key", "platform_id"))

#: ``known_posts`` of each workspace that has a key of its own; ``key_id`` tells which key read them.
workspace_posts = _table("workspace_posts", *_key("team", "key_id", "post"), *_known())

#: Installations by OAuth that have begun: each state is good once, until this moment.
oauth_states = _table("oauth_states", *_key("state"), *_needed(UtcDateTime, "until"))

#: Events of Slack's that were answered, by every key that identifies one.
answered_events = _table("answered_events", *_key("team", "key"), *_needed(UtcDateTime, "at"), sa.Index("answered_events_by_age", "at"))

#: Each person's last question in a conversation or thread, in canonical words, for follow-up questions.
last_questions = _table(
    "last_questions",
    *_key("team", "place", "person"),
    *_needed(sa.Text, "words"),
    *_needed(UtcDateTime, "at"),
    sa.Index("last_questions_by_age", "at"),
)

#: Figures of posts as they were at a moment; ``value`` is NULL where LinkedIn had none.
post_figures = _table(
    "post_figures",
    *_key("team", "post", "metric"),
    sa.Column("fetched_at", UtcDateTime, primary_key=True),
    *_needed(sa.Text, "platform_id"),
    *_nullable(sa.BigInteger, "value"),
    sa.Index("post_figures_by_age", "fetched_at"),
)

#: When a person first opened the Home tab, and when they put its welcome away.
home_welcomes = _table(
    "home_welcomes", *_key("team", "person"), *_needed(UtcDateTime, "opened_at"), *_nullable(UtcDateTime, "dismissed_at")
)

#: Tokens with which assistants ask on behalf of one person, each stored as its SHA-256 hash alone; ``last_used_at`` is to the hour, and
#: NULL for one that was not used yet.
access_tokens = _table(
    "access_tokens",
    *_key("id"),
    *_needed(sa.String, "team", "person"),
    *_needed(sa.String(64), "hash"),
    *_needed(UtcDateTime, "made_at", "expires_at"),
    *_nullable(UtcDateTime, "last_used_at"),
    sa.Index("access_tokens_by_hash", "hash"),
)

#: One row (``id`` 1) about the database itself.
bot_state = _table(
    "bot_state",
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    # Increases every few seconds while a bot runs; a smaller number shows that the database was restored.
    sa.Column("beats", sa.BigInteger, nullable=False, server_default="0"),
    # Which PostgreSQL database this is; "" for SQLite.
    sa.Column("place", sa.Text, nullable=False, server_default=""),
    # Occurrences due until then may have been posted without an entry in the ledger.
    *_nullable(UtcDateTime, "restored_at"),
    # The last version that changed the schema, and the oldest whose running processes can use it.
    sa.Column("schema", sa.String, nullable=False, server_default=""),
    sa.Column("oldest", sa.String, nullable=False, server_default=""),
)

#: The columns that hold tokens and keys.
ENCRYPTED = ((slack_installations, "data"), (workspace_keys, "api_key"))


# A row, or one of a join whose first columns are the table's, as a value.


def digest_of(row: Sequence[Any]) -> Subscription:
    columns = dict(zip(digests.c.keys(), row, strict=False))
    del columns[digests.c.on_uncertain.name]
    return Subscription(**columns)


def delivery_of(row: Sequence[Any]) -> Delivery:
    return Delivery(**dict(zip(deliveries.c.keys(), row, strict=False)))


def part_of(row: Sequence[Any]) -> FollowUp:
    return FollowUp(**dict(zip(parts.c.keys(), row, strict=False)))


def differences(before: Subscription | Delivery | FollowUp, after: Subscription | Delivery | FollowUp) -> dict[str, Any]:
    """The fields of ``after`` that differ from ``before``, as columns to update."""
    return {name: value for name, value in asdict(after).items() if value != getattr(before, name)}


_LOCKED_DIGEST: Final = sa.select(digests).where(digests.c.id == sa.bindparam("wanted")).with_for_update()


async def locked_digest(connection: AsyncConnection, digest: str) -> Subscription | None:
    """The digest's row, locked until the transaction ends."""
    row = (await connection.execute(_LOCKED_DIGEST, {"wanted": digest})).one_or_none()
    return None if row is None else digest_of(row)
