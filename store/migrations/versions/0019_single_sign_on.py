"""People who sign in by somebody else's provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person") as person:
        person.add_column(sa.Column("issuer", sa.String()))
        person.add_column(sa.Column("subject", sa.String()))
        person.create_unique_constraint("uq_person_issuer_subject", ["issuer", "subject"])


def downgrade() -> None:
    with op.batch_alter_table("person") as person:
        person.drop_constraint("uq_person_issuer_subject")
        person.drop_column("subject")
        person.drop_column("issuer")
