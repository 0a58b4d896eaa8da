"""When a token was last used."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("access_tokens", sa.Column("last_used_at", sa.DateTime(timezone=True)))
