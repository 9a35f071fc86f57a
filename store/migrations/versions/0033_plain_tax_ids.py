"""Tax IDs are written in one way, 12-3456789: what stands there otherwise is written anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from core.tax_ids import plain_tax_id

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    store = op.get_bind()
    for name in ("credential", "registration"):
        table = sa.table(name, sa.column("tin", sa.String()))
        for (tin,) in store.execute(sa.select(table.c.tin).distinct().where(table.c.tin.is_not(None))).all():
            store.execute(table.update().where(table.c.tin == tin).values(tin=plain_tax_id(tin)))
    given = sa.table("person_tin", sa.column("person_id", sa.String()), sa.column("tin", sa.String()))
    rows = {(person, tin) for person, tin in store.execute(sa.select(given.c.person_id, given.c.tin))}
    plain = {(person, plain_tax_id(tin)) for person, tin in rows}
    for person, tin in rows - plain:
        store.execute(given.delete().where(given.c.person_id == person, given.c.tin == tin))
    for person, tin in plain - rows:  # a person may have had one in both ways
        store.execute(given.insert().values(person_id=person, tin=tin))


def downgrade() -> None:
    """One way of writing is as good as the other."""
