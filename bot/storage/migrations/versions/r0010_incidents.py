"""Trouble of one cause that one person is told of in one message, and the cause of a delivery's last trouble."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("team", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("incidents_of_person", "incidents", ["team", "person", "last_at"])
    op.add_column("parts", sa.Column("incident", sa.String()))
    op.create_index("parts_of_incident", "parts", ["incident", "position"])
    op.add_column("deliveries", sa.Column("cause", sa.Text()))
