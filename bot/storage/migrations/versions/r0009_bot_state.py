"""What the bot keeps about the database itself: its beats, when it was restored, and which versions can work on it."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "bot_state",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("beats", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("place", sa.Text(), nullable=False, server_default=""),
        sa.Column("restored_at", sa.DateTime(timezone=True)),
        sa.Column("schema", sa.String(), nullable=False, server_default=""),
        sa.Column("oldest", sa.String(), nullable=False, server_default=""),
    )
