"""Answers are found by the claims that they tell of; those from before are listed, to be marked in portions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "claim_mark",
        sa.Column("claim_key", sa.String(), nullable=False),
        sa.Column("answer_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name="fk_claim_mark_answer_id_answer"),
        sa.PrimaryKeyConstraint("claim_key", "answer_id", name="pk_claim_mark"),
    )
    op.create_index("ix_claim_mark_answer_id", "claim_mark", ["answer_id"])
    op.create_table(
        "unmarked_answer",
        sa.Column("answer_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name="fk_unmarked_answer_answer_id_answer"),
        sa.PrimaryKeyConstraint("answer_id", name="pk_unmarked_answer"),
    )
    op.execute(
        "INSERT INTO unmarked_answer (answer_id) SELECT answer.id FROM answer JOIN work_item"
        " ON work_item.id = answer.work_item_id WHERE answer.shredded_at IS NULL"
        " AND work_item.capability IN ('claim_status', 'remittances')"
    )


def downgrade() -> None:
    op.drop_table("unmarked_answer")
    op.drop_table("claim_mark")
