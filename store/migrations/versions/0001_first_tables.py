"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from store.audit import APPEND_ONLY, GENESIS
from store.base import UtcTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = UtcTime()


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_event"),
    )
    op.create_index("ix_audit_event_subject", "audit_event", ["subject"])

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.create_table(
        "batch",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("capability", sa.String(), nullable=False),
        sa.Column("portal", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("row_count", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
    )
    op.create_table(
        "credential",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("portal", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("environment", sa.String(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("stopped_at", MOMENT),
        sa.Column("stop_code", sa.String()),
        sa.Column("stop_sentence", sa.String()),
        sa.Column("owner", sa.String()),
        sa.Column("administrator_contact", sa.String()),
        sa.Column("organisation", sa.String()),
        sa.Column("tin", sa.String()),
        sa.Column("provider_npi", sa.String()),
        sa.Column("last_login_at", MOMENT),
        sa.Column("last_failure_at", MOMENT),
        sa.Column("last_failure_code", sa.String()),
        sa.Column("attempts_remaining", sa.Integer()),
        sa.Column("password_expires_on", sa.Date()),
        sa.Column("clock_offset_seconds", sa.Double(), nullable=False),
        sa.Column("notes", sa.LargeBinary()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_credential"),
        sa.UniqueConstraint("portal", "name", name="uq_credential_portal_name"),
    )
    op.create_table(
        "data_key",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("wrapped", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_data_key"),
    )
    op.create_table(
        "quarantine",
        sa.Column("portal", sa.String(), nullable=False),
        sa.Column("capability", sa.String(), nullable=False),
        sa.Column("in_a_row", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("element", sa.String()),
        sa.PrimaryKeyConstraint("portal", "capability", name="pk_quarantine"),
    )
    op.create_table(
        "totp_step",
        sa.Column("seed_id", sa.String(), nullable=False),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("seed_id", name="pk_totp_step"),
    )
    op.create_table(
        "lane_lease",
        sa.Column("credential_id", sa.String(), nullable=False),
        sa.Column("holder", sa.String()),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT),
        sa.Column("rest_until", MOMENT),
        sa.Column("waits", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name="fk_lane_lease_credential_id"),
        sa.PrimaryKeyConstraint("credential_id", name="pk_lane_lease"),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("credential_id", sa.String(), nullable=False),
        sa.Column("portal", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("flow_run_id", sa.String()),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("logins", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("put_back", sa.Integer(), nullable=False),
        sa.Column("end_code", sa.String()),
        sa.Column("end_sentence", sa.String()),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name="fk_run_credential_id"),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )
    op.create_index("ix_run_credential_id_id", "run", ["credential_id", "id"])
    op.create_index("ix_run_flow_run_id", "run", ["flow_run_id"])
    op.create_index("ix_run_state_id", "run", ["state", "id"])

    op.create_table(
        "session_state",
        sa.Column("credential_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("password_version", sa.Integer(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name="fk_session_state_credential_id"),
        sa.PrimaryKeyConstraint("credential_id", name="pk_session_state"),
    )
    op.create_table(
        "work_item",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("capability", sa.String(), nullable=False),
        sa.Column("portal", sa.String(), nullable=False),
        sa.Column("payer", sa.String()),
        sa.Column("credential_id", sa.String(), nullable=False),
        sa.Column("natural_key", sa.String(), nullable=False),
        sa.Column("query", sa.LargeBinary(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("fence", sa.Integer()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT),
        sa.Column("finished_at", MOMENT),
        sa.Column("run_id", sa.String()),
        sa.Column("outcome", sa.String()),
        sa.Column("error_code", sa.String()),
        sa.Column("error_sentence", sa.String()),
        sa.Column("next_step", sa.String()),
        sa.ForeignKeyConstraint(["credential_id"], ["credential.id"], name="fk_work_item_credential_id"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_work_item_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_work_item"),
    )
    op.create_index(
        "ix_work_item_credential_id_state_priority_due_at_id",
        "work_item",
        ["credential_id", "state", "priority", "due_at", "id"],
    )
    op.create_index("ix_work_item_natural_key_state", "work_item", ["natural_key", "state"])
    op.create_index("ix_work_item_portal_capability_state", "work_item", ["portal", "capability", "state"])
    op.create_index("ix_work_item_run_id", "work_item", ["run_id"])

    op.create_table(
        "answer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("work_item_id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("as_of", MOMENT, nullable=False),
        sa.Column("adapter_version", sa.String(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_answer_run_id"),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_item.id"], name="fk_answer_work_item_id"),
        sa.PrimaryKeyConstraint("id", name="pk_answer"),
    )
    op.create_index("ix_answer_run_id", "answer", ["run_id"])
    op.create_index("ix_answer_work_item_id", "answer", ["work_item_id"])

    op.create_table(
        "batch_row",
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("work_item_id", sa.String()),
        sa.Column("problem", sa.String()),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_batch_row_batch_id"),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_item.id"], name="fk_batch_row_work_item_id"),
        sa.PrimaryKeyConstraint("batch_id", "row_number", name="pk_batch_row"),
    )
    op.create_index("ix_batch_row_work_item_id", "batch_row", ["work_item_id"])

    op.create_table(
        "evidence",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("work_item_id", sa.String()),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("object_name", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_evidence_run_id"),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_item.id"], name="fk_evidence_work_item_id"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
        sa.UniqueConstraint("object_name", name="uq_evidence_object_name"),
    )
    op.create_index("ix_evidence_run_id", "evidence", ["run_id"])
    op.create_index("ix_evidence_work_item_id", "evidence", ["work_item_id"])

    op.create_table(
        "step",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("work_item_id", sa.String()),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("note", sa.String()),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_step_run_id"),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_item.id"], name="fk_step_work_item_id"),
        sa.PrimaryKeyConstraint("run_id", "seq", name="pk_step"),
    )
    op.create_index("ix_step_work_item_id", "step", ["work_item_id"])
    op.execute(sa.text("INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, :genesis)").bindparams(genesis=GENESIS))
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)
