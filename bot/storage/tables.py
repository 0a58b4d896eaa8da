"""The tables of a new database, to which ``migrations/`` bring an older one (a test compares both), and rows as values."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, UniqueConstraint, false
from sqlalchemy.engine import Row

from bot.storage.column_types import EnumColumn, NameList, UtcDateTime
from bot.subscriptions.delivery_state import Delivery, DeliveryState, Settlement, Step
from bot.subscriptions.follow_up_state import FollowUp
from bot.subscriptions.subscription import InstallationState, Subscription, SubscriptionKind, SubscriptionStatus

metadata = MetaData()

#: The default account of each channel.
channel_defaults = Table(
    "channel_defaults",
    metadata,
    Column("team", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("platform_id", Text, nullable=False),
)

#: The record of changes, append-only. ``before`` and ``after`` are JSON or plain text, NULL where there was or is nothing.
changes = Table(
    "changes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("team", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("before", Text),
    Column("after", Text),
    Column("by", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("changes_of_subject", "team", "kind", "subject", "id"),
)

#: Whether the app is still installed in the workspace; without a row it is.
installations = Table(
    "installations",
    metadata,
    Column("team", String, primary_key=True),
    Column("state", EnumColumn(InstallationState), nullable=False),
    Column("since", UtcDateTime, nullable=False),
)

#: Digests, alerts and goals: ``bot.subscriptions.subscription.Subscription``, column by field.
digests = Table(
    "digests",
    metadata,
    Column("id", String, primary_key=True),
    Column("team", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("accounts", NameList, nullable=False),
    Column("content", NameList, nullable=False),
    Column("cron", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("status", EnumColumn(SubscriptionStatus), nullable=False),
    Column("next_run_at", UtcDateTime),
    Column("grace", Integer, nullable=False),
    # Not used: earlier versions chose here what happens when it is unknown whether a message was posted.
    Column("on_uncertain", String, nullable=False, default="hold"),
    Column("owner", String),
    Column("version", Integer, nullable=False),
    Column("kind", EnumColumn(SubscriptionKind), nullable=False, server_default="digest"),
    Column("rule", Text, nullable=False, server_default=""),
    Column("dates", Text, nullable=False, server_default=""),
    Column("group_id", String, nullable=False, server_default=""),
    Index("digests_due", "status", "next_run_at"),
    Index("digests_of_team", "team", "channel"),
)

#: One row an occurrence: ``bot.subscriptions.delivery_state.Delivery``, column by field.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String, primary_key=True),
    Column("digest", String, ForeignKey("digests.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("team", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("due", UtcDateTime, nullable=False),
    Column("due_local", String, nullable=False),
    Column("click", String, nullable=False),
    Column("state", EnumColumn(DeliveryState), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("lease_owner", String),
    Column("lease_until", UtcDateTime),
    Column("payload", Text),
    Column("payload_hash", String),
    Column("intent_at", UtcDateTime),
    Column("ts", String),
    Column("settled", EnumColumn(Settlement)),
    Column("reason", Text),
    Column("last_error", Text),
    Column("ended_at", UtcDateTime),
    Column("cause", Text),
    UniqueConstraint("digest", "due", "click", name="one_delivery_an_occurrence"),
    Index("deliveries_waiting", "state", "not_before"),
    Index("deliveries_of_team", "team", "due"),
)

#: The steps of each delivery and its parts (``part`` is empty for the main message); append-only.
delivery_attempts = Table(
    "delivery_attempts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("delivery", String, ForeignKey("deliveries.id"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("step", EnumColumn(Step), nullable=False),
    Column("state", EnumColumn(DeliveryState), nullable=False),
    Column("by", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("detail", Text),
    Column("part", String, nullable=False, server_default=""),
    Index("attempts_of_delivery", "delivery", "id"),
)

#: The parts of deliveries: ``bot.subscriptions.follow_up_state.FollowUp``, column by field.
parts = Table(
    "parts",
    metadata,
    Column("delivery", String, ForeignKey("deliveries.id"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("payload", Text, nullable=False),
    Column("state", EnumColumn(DeliveryState), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("lease_owner", String),
    Column("lease_until", UtcDateTime),
    Column("intent_at", UtcDateTime),
    Column("ts", String),
    Column("reason", Text),
    Column("last_error", Text),
    Column("ended_at", UtcDateTime),
    Column("incident", String),
    Index("parts_waiting", "state", "not_before"),
    Index("parts_of_incident", "incident", "position"),
)

#: Problems of one cause (``key``) that one person gets one message about; the notices are in ``parts``.
incidents = Table(
    "incidents",
    metadata,
    Column("id", String, primary_key=True),
    Column("team", String, nullable=False),
    Column("person", String, nullable=False),
    Column("key", Text, nullable=False),
    # When the last notice was added.
    Column("last_at", UtcDateTime, nullable=False),
    Index("incidents_of_person", "team", "person", "last_at"),
)

#: Named groups of accounts of a workspace.
account_groups = Table(
    "account_groups",
    metadata,
    Column("team", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("accounts", NameList, nullable=False),
)

#: Opted-out accounts (platform ids).
opted_out = Table("opted_out", metadata, Column("team", String, primary_key=True), Column("platform_id", Text, primary_key=True))

#: When a post (its URN) was last shown in a channel below a link to it.
unfurled = Table(
    "unfurled",
    metadata,
    Column("team", String, primary_key=True),
    Column("channel", String, primary_key=True),
    Column("post", String, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

#: Posts read from the service's list, or asked for here (``group_id`` is ""). ``number`` has 20 digits: its order is that in time.
known_posts = Table(
    "known_posts",
    metadata,
    Column("post", String, primary_key=True),
    Column("number", String(20), nullable=False),
    Column("platform_id", Text, nullable=False),
    Column("group_id", Text, nullable=False),
    Column("title", Text, nullable=False),
    Index("known_posts_by_number", "number"),
)

#: The workspaces and organizations (``team`` is the organization's id then) that installed the app by OAuth; ``data`` is Bolt's
#: installation, encrypted. With token rotation its token ends at ``expires_at``; a process that renews it, or waits after an error before
#: it tries again, has claimed that until ``refreshing_until``.
slack_installations = Table(
    "slack_installations",
    metadata,
    Column("team", String, primary_key=True),
    Column("data", Text, nullable=False),
    Column("installed_at", UtcDateTime, nullable=False),
    Column("is_enterprise", Boolean, nullable=False, server_default=false()),
    Column("expires_at", UtcDateTime),
    Column("refreshing_until", UtcDateTime),
    Column("refresh_error", Text),
)

#: The workspaces that an organization's installation serves, or has served.
enterprise_workspaces = Table(
    "enterprise_workspaces", metadata, Column("team", String, primary_key=True), Column("enterprise", String, nullable=False)
)

#: A workspace's own PostPost key (encrypted) and default account ("" for none).
workspace_keys = Table(
    "workspace_keys",
    metadata,
    Column("team", String, primary_key=True),
    Column("api_key", Text, nullable=False),
    Column("platform_id", Text, nullable=False),
)

#: ``known_posts`` of each workspace that has a key of its own; ``key_id`` tells which key read them.
workspace_posts = Table(
    "workspace_posts",
    metadata,
    Column("team", String, primary_key=True),
    Column("key_id", String, primary_key=True),
    Column("post", String, primary_key=True),
    Column("number", String(20), nullable=False),
    Column("platform_id", Text, nullable=False),
    Column("group_id", Text, nullable=False),
    Column("title", Text, nullable=False),
)

#: Installations by OAuth that have begun: each state is good once, until this moment.
oauth_states = Table("oauth_states", metadata, Column("state", String, primary_key=True), Column("until", UtcDateTime, nullable=False))

#: Events of Slack's that were answered, by every key that identifies one.
answered_events = Table(
    "answered_events",
    metadata,
    Column("team", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Index("answered_events_by_age", "at"),
)

#: Each person's last question in a conversation or thread, in canonical words, for follow-up questions.
last_questions = Table(
    "last_questions",
    metadata,
    Column("team", String, primary_key=True),
    Column("place", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("words", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("last_questions_by_age", "at"),
)

#: Figures of posts as they were at a moment; ``value`` is NULL where LinkedIn had none.
post_figures = Table(
    "post_figures",
    metadata,
    Column("team", String, primary_key=True),
    Column("post", String, primary_key=True),
    Column("metric", String, primary_key=True),
    Column("fetched_at", UtcDateTime, primary_key=True),
    Column("platform_id", Text, nullable=False),
    Column("value", BigInteger),
    Index("post_figures_by_age", "fetched_at"),
)

#: When a person first opened the Home tab, and when they put its welcome away.
home_welcomes = Table(
    "home_welcomes",
    metadata,
    Column("team", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("dismissed_at", UtcDateTime),
)

#: Tokens with which assistants ask on behalf of one person, each stored as its SHA-256 hash alone.
access_tokens = Table(
    "access_tokens",
    metadata,
    Column("id", String, primary_key=True),
    Column("team", String, nullable=False),
    Column("person", String, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    #: To the hour; NULL for one that was not used yet.
    Column("last_used_at", UtcDateTime),
    Index("access_tokens_by_hash", "hash"),
)

#: One row (``id`` 1) about the database itself.
bot_state = Table(
    "bot_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    # Increases every few seconds while a bot runs; a smaller number shows that the database was restored.
    Column("beats", BigInteger, nullable=False, server_default="0"),
    # Which PostgreSQL database this is; "" for SQLite.
    Column("place", Text, nullable=False, server_default=""),
    # Occurrences due until then may have been posted without an entry in the ledger.
    Column("restored_at", UtcDateTime),
    # The last version that changed the schema, and the oldest whose running processes can use it.
    Column("schema", String, nullable=False, server_default=""),
    Column("oldest", String, nullable=False, server_default=""),
)

#: The columns that hold tokens and keys.
ENCRYPTED = ((slack_installations, "data"), (workspace_keys, "api_key"))


def digest_of(row: Row[Any]) -> Subscription:
    return digest_of_columns(dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name, underscored to keep clear of column names


def digest_of_columns(columns: Mapping[str, Any]) -> Subscription:
    return Subscription(**{name: value for name, value in columns.items() if name != digests.c.on_uncertain.name})


def delivery_of(row: Row[Any]) -> Delivery:
    return Delivery(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name, underscored to keep clear of column names


def delivery_of_values(values: Sequence[Any]) -> Delivery:
    return Delivery(**dict(zip(deliveries.c.keys(), values, strict=False)))


def part_of(row: Row[Any]) -> FollowUp:
    return FollowUp(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name, underscored to keep clear of column names


def differences(before: Subscription | Delivery | FollowUp, after: Subscription | Delivery | FollowUp) -> dict[str, Any]:
    """The fields of ``after`` that differ from ``before``, as columns to update."""
    return {name: value for name, value in asdict(after).items() if value != getattr(before, name)}
