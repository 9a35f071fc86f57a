"""The browser state of a credential, sealed: with it a lane goes on where the last one stopped, without a login."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.seal import Sealer
from store.base import Base, place


class SavedSession(Base):
    __tablename__ = "session_state"

    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"), primary_key=True)
    sealed: Mapped[bytes]
    password_version: Mapped[int]
    """The vault's version of the password that made the session."""
    saved_at: Mapped[datetime]


async def save(
    session: AsyncSession, sealer: Sealer, credential_id: str, state: str, *, password_version: int, now: datetime
) -> None:
    await session.merge(
        SavedSession(
            credential_id=credential_id,
            sealed=sealer.seal(state, place("session_state", credential_id)),
            password_version=password_version,
            saved_at=now,
        )
    )


async def load(session: AsyncSession, sealer: Sealer, credential_id: str, *, password_version: int) -> str | None:
    """None when there is none, or when it was made with another password."""
    saved = await session.get(SavedSession, credential_id)
    if saved is None or saved.password_version != password_version:
        return None
    return sealer.open(saved.sealed, place("session_state", credential_id))


async def drop(session: AsyncSession, credential_id: str) -> None:
    await session.execute(delete(SavedSession).where(SavedSession.credential_id == credential_id))
