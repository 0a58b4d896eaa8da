"""What is posted by the clock is of a kind, and a kind may have a rule."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("digests", sa.Column("kind", sa.String(), nullable=False, server_default="digest"))
    op.add_column("digests", sa.Column("rule", sa.Text(), nullable=False, server_default=""))
