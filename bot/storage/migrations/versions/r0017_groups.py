"""Digests that post the same in several channels and are changed together."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("digests", sa.Column("group_id", sa.String(), nullable=False, server_default=""))
