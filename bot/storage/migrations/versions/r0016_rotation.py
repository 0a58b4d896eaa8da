"""Token rotation of installations by OAuth, and installations for whole organizations with the workspaces that they serve."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    for column in (
        sa.Column("is_enterprise", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("refreshing_until", sa.DateTime(timezone=True)),
        sa.Column("refresh_error", sa.Text()),
    ):
        op.add_column("slack_installations", column)
    op.create_table(
        "enterprise_workspaces",
        sa.Column("team", sa.String(), primary_key=True),
        sa.Column("enterprise", sa.String(), nullable=False),
    )
