"""Fires of a day, and the last day that a schedule has pulled, are found by an index."""

from __future__ import annotations

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_fire_instant", "fire", ["instant"])
    op.create_index("ix_fire_schedule_id_last_day", "fire", ["schedule_id", "last_day"])


def downgrade() -> None:
    op.drop_index("ix_fire_schedule_id_last_day", "fire")
    op.drop_index("ix_fire_instant", "fire")
