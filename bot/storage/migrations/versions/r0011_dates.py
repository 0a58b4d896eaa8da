"""Between which dates a digest comes, and on which it does not."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("digests", sa.Column("dates", sa.Text(), nullable=False, server_default=""))
