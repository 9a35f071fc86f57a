"""Schedules, their versions, fires and rosters, and what the canary saw."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.base import UtcTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MOMENT = UtcTime()


def upgrade() -> None:
    op.create_table(
        "schedule",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String()),
        sa.Column("portal", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("considered_until", MOMENT, nullable=False),
        sa.Column("paused_at", MOMENT),
        sa.Column("paused_by", sa.String()),
        sa.Column("pause_reason", sa.String()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_schedule"),
        sa.UniqueConstraint("name", name="uq_schedule_name"),
    )
    op.create_index("ix_schedule_portal", "schedule", ["portal"])
    op.create_table(
        "schedule_version",
        sa.Column("schedule_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("definition", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("schedule_id", "version", name="pk_schedule_version"),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name="fk_schedule_version_schedule_id"),
    )
    op.create_table(
        "fire",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("schedule_id", sa.String(), nullable=False),
        sa.Column("instant", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String()),
        sa.Column("missed", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("sentence", sa.String()),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("takes", sa.Integer(), nullable=False),
        sa.Column("taken_until", MOMENT),
        sa.Column("first_day", sa.Date()),
        sa.Column("last_day", sa.Date()),
        sa.Column("planned_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fire"),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name="fk_fire_schedule_id"),
        sa.UniqueConstraint("schedule_id", "instant", name="uq_fire_schedule_id_instant"),
    )
    op.create_index("ix_fire_state_not_before", "fire", ["state", "not_before"])
    op.create_table(
        "fire_item",
        sa.Column("fire_id", sa.String(), nullable=False),
        sa.Column("work_item_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("fire_id", "work_item_id", name="pk_fire_item"),
        sa.ForeignKeyConstraint(["fire_id"], ["fire.id"], name="fk_fire_item_fire_id"),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_item.id"], name="fk_fire_item_work_item_id"),
    )
    op.create_table(
        "roster",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("schedule_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("headers", sa.LargeBinary(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("in_force_at", MOMENT),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("bad_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_roster"),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name="fk_roster_schedule_id"),
    )
    op.create_index("ix_roster_schedule_id_id", "roster", ["schedule_id", "id"])
    op.create_table(
        "roster_line",
        sa.Column("roster_id", sa.String(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("payer", sa.String()),
        sa.Column("problem", sa.String()),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("roster_id", "row_number", name="pk_roster_line"),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name="fk_roster_line_roster_id"),
    )
    op.create_table(
        "canary_page",
        sa.Column("portal", sa.String(), nullable=False),
        sa.Column("capability", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("well_at", MOMENT),
        sa.Column("well", sa.String(), nullable=False),
        sa.Column("failing_since", MOMENT),
        sa.Column("element", sa.String()),
        sa.PrimaryKeyConstraint("portal", "capability", "entry", name="pk_canary_page"),
    )


def downgrade() -> None:
    for table in ("canary_page", "roster_line", "roster", "fire_item", "fire", "schedule_version", "schedule"):
        op.drop_table(table)
