"""Passwords that are being changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.base import UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "password_change",
        sa.Column("credential_id", sa.String(), nullable=False),
        sa.Column("replaces", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("begun_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name="fk_password_change_credential_id"),
        sa.PrimaryKeyConstraint("credential_id", name="pk_password_change"),
    )


def downgrade() -> None:
    op.drop_table("password_change")
