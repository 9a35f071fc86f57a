"""The journal of what is sent to payers, and its files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.base import UtcTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = UtcTime()


def upgrade() -> None:
    op.create_table(
        "submission",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("work_item_id", sa.String(), nullable=False),
        sa.Column("capability", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("portal", sa.String(), nullable=False),
        sa.Column("payer", sa.String()),
        sa.Column("content_key", sa.String(), nullable=False),
        sa.Column("subject_key", sa.String(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("fence", sa.Integer()),
        sa.Column("rehearsal", sa.Boolean(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("approved_by", sa.String()),
        sa.Column("approved_at", MOMENT),
        sa.Column("file_by", sa.Date()),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("armed_at", MOMENT),
        sa.Column("clicked_at", MOMENT),
        sa.Column("settled_at", MOMENT),
        sa.Column("clicks", sa.Integer(), nullable=False),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.Column("adapter_version", sa.String()),
        sa.Column("secret_version", sa.Integer()),
        sa.Column("answer", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_submission"),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_item.id"], name="fk_submission_work_item_id"),
        sa.UniqueConstraint("work_item_id", name="uq_submission_work_item_id"),
        sa.UniqueConstraint("content_key", name="uq_submission_content_key"),
    )
    op.create_index("ix_submission_state_id", "submission", ["state", "id"])
    op.create_index("ix_submission_subject_key", "submission", ["subject_key"])
    op.create_table(
        "submission_file",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("submission_id", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("object_name", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_submission_file"),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name="fk_submission_file_submission_id"),
        sa.UniqueConstraint("object_name", name="uq_submission_file_object_name"),
    )
    op.create_index("ix_submission_file_submission_id", "submission_file", ["submission_id"])


def downgrade() -> None:
    op.drop_table("submission_file")
    op.drop_table("submission")
