"""What a worklist tells of a submission beside its status: how much of it was approved, or accepted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_TABLES = ("submission_standing", "submission_sighting")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("told", sa.String(), nullable=True))


def downgrade() -> None:
    for table in _TABLES:
        with op.batch_alter_table(table) as changed:
            changed.drop_column("told")
