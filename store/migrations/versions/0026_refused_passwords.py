"""Passwords that a portal has refused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.base import UtcTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refused_password",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("credential_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("refused_at", UtcTime(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("vouched", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name="fk_refused_password_credential_id"),
        sa.PrimaryKeyConstraint("mark", name="pk_refused_password"),
    )


def downgrade() -> None:
    op.drop_table("refused_password")
