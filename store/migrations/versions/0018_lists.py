"""The console's lists are read from one index each, whatever they are filtered by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0015"
branch_labels = None
depends_on = None

_TALLIED = ("id", "portal", "credential_id", "state", "outcome")
_FAILED = ("started_at", "error_code", "portal", "capability", "error_page", "error_element", "credential_id", "id")


def upgrade() -> None:
    op.create_index(f"ix_work_item_{'_'.join(_TALLIED)}", "work_item", list(_TALLIED))
    op.drop_index("ix_work_item_failed", "work_item")
    _index_failures(*_FAILED)
    op.drop_index("ix_audit_event_subject", "audit_event")
    op.create_index("ix_audit_event_subject_seq", "audit_event", ["subject", "seq"])
    op.create_index("ix_batch_requested_by_created_at", "batch", ["requested_by", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_batch_requested_by_created_at", "batch")
    op.drop_index("ix_audit_event_subject_seq", "audit_event")
    op.create_index("ix_audit_event_subject", "audit_event", ["subject"])
    op.drop_index("ix_work_item_failed", "work_item")
    _index_failures("started_at")
    op.drop_index(f"ix_work_item_{'_'.join(_TALLIED)}", "work_item")


def _index_failures(*columns: str) -> None:
    failed = sa.text("error_code IS NOT NULL")
    op.create_index("ix_work_item_failed", "work_item", list(columns), sqlite_where=failed, postgresql_where=failed)
