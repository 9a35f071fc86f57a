"""Where a question failed, as columns; and the indexes that the console's history is read by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INDEXES = {
    "run": (("portal", "id"),),
    "work_item": (
        ("capability", "run_id"),
        ("outcome", "run_id"),
        ("error_code", "run_id"),
        ("requested_by", "run_id"),
        ("requested_by", "id"),
    ),
    "batch": (("created_at",),),
    "audit_event": (("actor", "seq"), ("action", "seq")),
}


def upgrade() -> None:
    for name in ("error_page", "error_element"):
        op.add_column("work_item", sa.Column(name, sa.String()))
    for table, indexes in INDEXES.items():
        for columns in indexes:
            op.create_index(_name(table, columns), table, list(columns))
    failed = sa.text("error_code IS NOT NULL")
    op.create_index("ix_work_item_failed", "work_item", ["started_at"], sqlite_where=failed, postgresql_where=failed)


def downgrade() -> None:
    op.drop_index("ix_work_item_failed", "work_item")
    for table, indexes in INDEXES.items():
        for columns in indexes:
            op.drop_index(_name(table, columns), table)
    for name in ("error_page", "error_element"):
        op.drop_column("work_item", name)


def _name(table: str, columns: tuple[str, ...]) -> str:
    return f"ix_{table}_{'_'.join(columns)}"
