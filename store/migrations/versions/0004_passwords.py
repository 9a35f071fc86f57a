"""When the fleet changed a password itself, and how an account's codes come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.base import UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("credential", sa.Column("password_changed_at", UtcTime()))
    op.add_column("credential", sa.Column("authenticator", sa.String()))


def downgrade() -> None:
    op.drop_column("credential", "authenticator")
    op.drop_column("credential", "password_changed_at")
