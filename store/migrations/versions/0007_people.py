"""People who use the console, their roles and tax IDs, and where they are signed in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.base import UtcTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = UtcTime()


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("one_time", sa.Boolean(), nullable=False),
        sa.Column("totp_seed", sa.LargeBinary()),
        sa.Column("every_tin", sa.Boolean(), nullable=False),
        sa.Column("disabled_at", MOMENT),
        sa.Column("last_sign_in_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("name", name="uq_person_name"),
    )
    op.create_table(
        "person_role",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_person_role_person_id"),
        sa.PrimaryKeyConstraint("person_id", "role", name="pk_person_role"),
    )
    op.create_table(
        "person_tin",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("tin", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_person_tin_person_id"),
        sa.PrimaryKeyConstraint("person_id", "tin", name="pk_person_tin"),
    )
    op.create_table(
        "console_session",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("totp_seed", sa.LargeBinary()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_console_session_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_console_session"),
    )
    op.create_index("ix_console_session_person_id", "console_session", ["person_id"])
    op.create_table(
        "sign_in_tries",
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name_key", name="pk_sign_in_tries"),
    )


def downgrade() -> None:
    for table in ("sign_in_tries", "console_session", "person_tin", "person_role", "person"):
        op.drop_table(table)
