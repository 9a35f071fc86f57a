"""Where a practice wants a person's yes before something is sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.base import UtcTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "approval_rule",
        sa.Column("portal", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.Column("set_at", UtcTime(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("portal", "kind", name="pk_approval_rule"),
    )


def downgrade() -> None:
    op.drop_table("approval_rule")
