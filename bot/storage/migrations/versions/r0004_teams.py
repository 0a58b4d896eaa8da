"""Groups of accounts, and the accounts that are in no team's answer."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "account_groups",
        sa.Column("team", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("accounts", sa.Text(), nullable=False),
    )
    op.create_table(
        "opted_out",
        sa.Column("team", sa.String(), primary_key=True),
        sa.Column("platform_id", sa.Text(), primary_key=True),
    )
