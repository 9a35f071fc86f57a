"""Runs that wait for a code of a person; devices that portals remember; what only a person knows of an account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.base import UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("run", sa.Column("code_medium", sa.String()))
    op.add_column("run", sa.Column("code_until", UtcTime()))
    op.add_column("credential", sa.Column("recertify_by", sa.Date()))
    op.add_column("credential", sa.Column("authorized_on", sa.Date()))
    op.add_column("credential", sa.Column("backup_codes_left", sa.Integer()))
    op.create_table(
        "device_trust",
        sa.Column("credential_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name="fk_device_trust_credential_id"),
        sa.PrimaryKeyConstraint("credential_id", name="pk_device_trust"),
    )


def downgrade() -> None:
    op.drop_table("device_trust")
    for name in ("backup_codes_left", "authorized_on", "recertify_by"):
        op.drop_column("credential", name)
    for name in ("code_until", "code_medium"):
        op.drop_column("run", name)
