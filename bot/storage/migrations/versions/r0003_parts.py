"""What follows a message in its thread, and its steps beside the message's."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "parts",
        sa.Column("delivery", sa.String(), sa.ForeignKey("deliveries.id"), primary_key=True),
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_owner", sa.String()),
        sa.Column("lease_until", sa.DateTime(timezone=True)),
        sa.Column("intent_at", sa.DateTime(timezone=True)),
        sa.Column("ts", sa.String()),
        sa.Column("reason", sa.Text()),
        sa.Column("last_error", sa.Text()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
    )
    op.create_index("parts_waiting", "parts", ["state", "not_before"])
    op.add_column("delivery_attempts", sa.Column("part", sa.String(), nullable=False, server_default=""))
