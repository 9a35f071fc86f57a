"""Registrations of organizations with portals, and what else a person knows of an account's life."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.base import UtcTime

revision = "0013"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "registration",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("portal", sa.String(), nullable=False),
        sa.Column("organization", sa.String(), nullable=False),
        sa.Column("tin", sa.String()),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registration"),
        sa.UniqueConstraint("portal", "organization", name="uq_registration_portal_organization"),
    )
    op.create_table(
        "registration_step",
        sa.Column("registration_id", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.Column("note", sa.LargeBinary()),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name="fk_registration_step_registration_id"),
        sa.PrimaryKeyConstraint("registration_id", "step", name="pk_registration_step"),
    )
    op.add_column("credential", sa.Column("attest_by", sa.Date()))
    op.add_column("credential", sa.Column("authorized_until", sa.Date()))
    op.add_column("credential", sa.Column("authorization_form", sa.String()))


def downgrade() -> None:
    for column in ("authorization_form", "authorized_until", "attest_by"):
        op.drop_column("credential", column)
    op.drop_table("registration_step")
    op.drop_table("registration")
