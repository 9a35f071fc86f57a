"""How far payers are with what was sent to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.base import UtcTime

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = UtcTime()


def upgrade() -> None:
    op.create_table(
        "submission_standing",
        sa.Column("submission_id", sa.String(), nullable=False),
        sa.Column("asked_item_id", sa.String()),
        sa.Column("asked_at", MOMENT),
        sa.Column("seen_at", MOMENT),
        sa.Column("missing", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String()),
        sa.Column("decided", sa.Boolean(), nullable=False),
        sa.Column("decided_at", MOMENT),
        sa.Column("decided_on", sa.Date()),
        sa.Column("against", sa.Boolean(), nullable=False),
        sa.Column("wants_answer", sa.Boolean(), nullable=False),
        sa.Column("letter_id", sa.String()),
        sa.Column("next_key", sa.String()),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("submission_id", name="pk_submission_standing"),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_submission_standing_submission_id"),
        sa.ForeignKeyConstraint(["asked_item_id"], ["work_item.id"], name="fk_submission_standing_asked_item_id"),
        sa.ForeignKeyConstraint(["letter_id"], ["evidence.id"], name="fk_submission_standing_letter_id"),
    )
    op.create_index("ix_submission_standing_asked_item_id", "submission_standing", ["asked_item_id"])
    op.create_table(
        "submission_sighting",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("submission_id", sa.String(), nullable=False),
        sa.Column("work_item_id", sa.String(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("missing", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String()),
        sa.Column("decided_on", sa.Date()),
        sa.Column("letter_id", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_submission_sighting"),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_submission_sighting_submission_id"),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_item.id"], name="fk_submission_sighting_work_item_id"),
        sa.ForeignKeyConstraint(["letter_id"], ["evidence.id"], name="fk_submission_sighting_letter_id"),
    )
    op.create_index("ix_submission_sighting_submission_id_id", "submission_sighting", ["submission_id", "id"])


def downgrade() -> None:
    op.drop_table("submission_sighting")
    op.drop_table("submission_standing")
