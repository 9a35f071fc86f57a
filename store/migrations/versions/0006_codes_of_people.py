"""Which run waits for a code that a portal has sent to a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.base import UtcTime

revision = "0006"
down_revision = "0005b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("run", sa.Column("code_medium", sa.String()))
    op.add_column("run", sa.Column("code_until", UtcTime()))


def downgrade() -> None:
    for name in ("code_until", "code_medium"):
        op.drop_column("run", name)
