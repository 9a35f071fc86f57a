"""The store's own key: made once, wrapped by the vault, unwrapped once per process.

It makes the blind indexes and seals what no retention ends (log-ins of people, sessions, notes), and sealed patient
data before there were keys of periods (docs/adr/0021).
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Mapped, mapped_column

from core.seal import Sealer
from core.vault import Vault
from store.base import Base, claimed
from store.database import Database

DB_PHI = "db-phi"


class StoredKey(Base):
    __tablename__ = "data_key"

    name: Mapped[str] = mapped_column(primary_key=True)
    wrapped: Mapped[str]
    created_at: Mapped[datetime]


async def open_sealer(database: Database, vault: Vault) -> Sealer:
    """Raises PartUnavailable when the store or the vault is."""
    async with database.read() as session:
        key = await session.get(StoredKey, DB_PHI)
    wrapped = key.wrapped if key else await _make(database, vault)
    return Sealer(await vault.open_data_key(DB_PHI, wrapped), vault)


async def _make(database: Database, vault: Vault) -> str:
    made = await vault.new_data_key(DB_PHI)
    async with database.begin() as session:  # another process may have been first, and its key is the one
        key = await claimed(session, StoredKey(name=DB_PHI, wrapped=made.wrapped, created_at=datetime.now(UTC)))
    return key.wrapped
