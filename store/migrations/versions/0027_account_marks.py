"""Which credentials are one account, and which share a seed, whatever they are called."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("account_mark", "seed_mark"):
        op.add_column("credential", sa.Column(name, sa.String()))


def downgrade() -> None:
    for name in ("account_mark", "seed_mark"):
        op.drop_column("credential", name)
