"""Figures of posts, remembered for some time."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "post_figures",
        sa.Column("team", sa.String(), primary_key=True),
        sa.Column("post", sa.String(), primary_key=True),
        sa.Column("metric", sa.String(), primary_key=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), primary_key=True),
        sa.Column("platform_id", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger()),
    )
    op.create_index("post_figures_by_age", "post_figures", ["fetched_at"])
