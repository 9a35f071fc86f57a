"""One spelling for the organization of a credential, the one of the portals and of X12."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE credential RENAME COLUMN organisation TO organization")


def downgrade() -> None:
    op.execute("ALTER TABLE credential RENAME COLUMN organization TO organisation")
