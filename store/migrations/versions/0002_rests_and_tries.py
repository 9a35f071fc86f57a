"""Why a lane rests, and which password is being tried."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("rest_code", "rest_sentence", "rest_next_step"):
        op.add_column("lane_lease", sa.Column(name, sa.String()))
    for name in ("password_tried", "password_good"):
        op.add_column("credential", sa.Column(name, sa.Integer()))


def downgrade() -> None:
    for name in ("password_tried", "password_good"):
        op.drop_column("credential", name)
    for name in ("rest_code", "rest_sentence", "rest_next_step"):
        op.drop_column("lane_lease", name)
