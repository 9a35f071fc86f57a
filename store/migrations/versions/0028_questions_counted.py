"""The index that the overview counts by tells questions from errands of the fleet's own."""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_BEFORE = ("id", "portal", "credential_id", "state", "outcome")


def upgrade() -> None:
    _exchange(_BEFORE, (*_BEFORE, "capability"))


def downgrade() -> None:
    _exchange((*_BEFORE, "capability"), _BEFORE)


def _exchange(old: tuple[str, ...], new: tuple[str, ...]) -> None:
    op.drop_index(f"ix_work_item_{'_'.join(old)}", "work_item")
    op.create_index(f"ix_work_item_{'_'.join(new)}", "work_item", list(new))
