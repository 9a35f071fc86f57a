"""Retention: what was shredded and when, and what is on hold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.base import UtcTime

revision = "0021"
down_revision = "0019"
branch_labels = None
depends_on = None

_SHREDDED = ("work_item", "answer", "evidence", "submission", "submission_file", "roster")


def upgrade() -> None:
    for table in _SHREDDED:
        op.add_column(table, sa.Column("shredded_at", UtcTime()))
    op.create_table(
        "shredded_period",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("began_at", UtcTime(), nullable=False),
        sa.Column("key_destroyed_at", UtcTime()),
        sa.Column("ended_at", UtcTime()),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("objects", sa.Integer(), nullable=False),
        sa.Column("spared", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "month", name="pk_shredded_period"),
    )
    op.create_table(
        "doomed_object",
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_doomed_object"),
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("placed_by", sa.String(), nullable=False),
        sa.Column("placed_at", UtcTime(), nullable=False),
        sa.Column("released_by", sa.String()),
        sa.Column("released_at", UtcTime()),
        sa.Column("release_reason", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_legal_hold"),
    )


def downgrade() -> None:
    for table in ("legal_hold", "doomed_object", "shredded_period"):
        op.drop_table(table)
    for table in _SHREDDED:
        op.drop_column(table, "shredded_at")
