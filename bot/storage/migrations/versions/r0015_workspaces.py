"""Installations of the app by OAuth, each workspace's PostPost key, and its own known posts; tokens and keys are encrypted."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "slack_installations",
        sa.Column("team", sa.String(), primary_key=True),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "workspace_keys",
        sa.Column("team", sa.String(), primary_key=True),
        sa.Column("api_key", sa.Text(), nullable=False),
        sa.Column("platform_id", sa.Text(), nullable=False),
    )
    op.create_table(
        "workspace_posts",
        sa.Column("team", sa.String(), primary_key=True),
        sa.Column("key_id", sa.String(), primary_key=True),
        sa.Column("post", sa.String(), primary_key=True),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("platform_id", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
    )
    op.create_table(
        "oauth_states",
        sa.Column("state", sa.String(), primary_key=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
