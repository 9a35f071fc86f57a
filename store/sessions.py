"""The browser state of a credential, sealed: with it a lane goes on where the last one stopped, without a login.

And what makes its browser a device that the portal remembers: kept apart, since it outlives sessions and passwords.
"""

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


class DeviceTrust(Base):
    __tablename__ = "device_trust"

    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"), primary_key=True)
    sealed: Mapped[bytes]
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


async def trust(session: AsyncSession, sealer: Sealer, credential_id: str, device: str, *, now: datetime) -> None:
    sealed = sealer.seal(device, place("device_trust", credential_id))
    await session.merge(DeviceTrust(credential_id=credential_id, sealed=sealed, saved_at=now))


async def trusted(session: AsyncSession, sealer: Sealer, credential_id: str) -> str | None:
    kept = await session.get(DeviceTrust, credential_id)
    return sealer.open(kept.sealed, place("device_trust", credential_id)) if kept else None
