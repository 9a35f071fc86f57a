"""A submission that is handed in again is another version of it, and a yes is for one of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.base import UtcTime

revision = "0024"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("submission", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    never = sa.text("'1970-01-01 00:00:00'")
    op.add_column("submission", sa.Column("intended_at", UtcTime(), nullable=False, server_default=never))
    op.execute("UPDATE submission SET intended_at = created_at")


def downgrade() -> None:
    op.drop_column("submission", "intended_at")
    op.drop_column("submission", "version")
