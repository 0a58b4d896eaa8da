"""Digests, their deliveries and every step of these; where the app is installed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _installations()
    _digests()
    _deliveries()
    _attempts()


def _installations() -> None:
    op.create_table(
        "installations",
        sa.Column("team", sa.String(), primary_key=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
    )


def _digests() -> None:
    op.create_table(
        "digests",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("accounts", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("cron", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("next_run_at", sa.DateTime(timezone=True)),
        sa.Column("grace", sa.Integer(), nullable=False),
        sa.Column("on_uncertain", sa.String(), nullable=False),
        sa.Column("owner", sa.String()),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.create_index("digests_due", "digests", ["status", "next_run_at"])
    op.create_index("digests_of_team", "digests", ["team", "channel"])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("digest", sa.String(), sa.ForeignKey("digests.id"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_local", sa.String(), nullable=False),
        sa.Column("click", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_owner", sa.String()),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("payload", sa.Text()),
        sa.Column("payload_hash", sa.String()),
        sa.Column("intent_at", sa.DateTime(timezone=True)),
        sa.Column("ts", sa.String()),
        sa.Column("settled", sa.String()),
        sa.Column("reason", sa.Text()),
        sa.Column("last_error", sa.Text()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("digest", "due", "click", name="one_delivery_an_occurrence"),
    )
    op.create_index("deliveries_waiting", "deliveries", ["state", "not_before"])
    op.create_index("deliveries_of_team", "deliveries", ["team", "due"])


def _attempts() -> None:
    op.create_table(
        "delivery_attempts",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("delivery", sa.String(), sa.ForeignKey("deliveries.id"), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.Text()),
    )
    op.create_index("attempts_of_delivery", "delivery_attempts", ["delivery", "id"])
