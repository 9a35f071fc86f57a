"""How often the password of one account is to be changed, and since when the present one is there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.base import UtcTime

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("credential", sa.Column("rotate_every", sa.Integer()))
    op.add_column("credential", sa.Column("password_since", UtcTime()))


def downgrade() -> None:
    for name in ("password_since", "rotate_every"):
        op.drop_column("credential", name)
