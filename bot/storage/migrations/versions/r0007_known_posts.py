"""The posts that were read from the service's list or asked for, so that a restart does not forget them."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "known_posts",
        sa.Column("post", sa.String(), primary_key=True),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("platform_id", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
    )
    op.create_index("known_posts_by_number", "known_posts", ["number"])
