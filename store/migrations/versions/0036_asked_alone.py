"""What somebody asked one by one is found by an index without the rows of their sheets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    alone = sa.text("priority < 50")
    op.create_index(
        "ix_work_item_asked_alone",
        "work_item",
        ["requested_by", "id"],
        sqlite_where=alone,
        postgresql_where=alone,
    )
    op.drop_index("ix_work_item_requested_by_id", "work_item")


def downgrade() -> None:
    op.create_index("ix_work_item_requested_by_id", "work_item", ["requested_by", "id"])
    op.drop_index("ix_work_item_asked_alone", "work_item")
