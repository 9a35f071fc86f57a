"""Payments that were pulled, to be known again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.base import UtcTime

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pulled_payment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("work_item_id", sa.String(), nullable=False),
        sa.Column("pulled_at", UtcTime(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pulled_payment"),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_item.id"], name="fk_pulled_payment_work_item_id"),
    )
    op.create_index("ix_pulled_payment_work_item_id", "pulled_payment", ["work_item_id"])
    op.create_table(
        "pulled_mark",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("mark", "payment_id", name="pk_pulled_mark"),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["pulled_payment.id"], name="fk_pulled_mark_payment_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_pulled_mark_payment_id", "pulled_mark", ["payment_id"])


def downgrade() -> None:
    op.drop_table("pulled_mark")
    op.drop_table("pulled_payment")
