"""The browser state of a credential, sealed: with it a lane goes on where the last one stopped, without a login.

And what makes its browser a device that the portal remembers: kept apart, since it outlives sessions and passwords.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.seal import Sealer
from store.base import Base, place
from store.credentials import Credential, CredentialState
from store.leases import LaneLease
from store.work_items import ItemState, WorkItem


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


async def with_work_to_come(
    session: AsyncSession, environment: str, *, now: datetime, until: datetime
) -> Sequence[tuple[Credential, datetime]]:
    """Open credentials that do not rest, whose next work is due between now and then; and when each was used last."""
    to_come = exists().where(
        WorkItem.credential_id == Credential.id,
        WorkItem.state == ItemState.QUEUED,
        WorkItem.not_before > now,
        WorkItem.not_before <= until,
    )
    rows = await session.execute(
        select(Credential, SavedSession.saved_at)
        .join(SavedSession, SavedSession.credential_id == Credential.id)
        .join(LaneLease, LaneLease.credential_id == Credential.id)
        .where(
            Credential.environment == environment,
            Credential.state == CredentialState.OPEN,
            or_(LaneLease.rest_until.is_(None), LaneLease.rest_until <= now),
            to_come,
        )
        .order_by(Credential.id)
    )
    return [(credential, used_at) for credential, used_at in rows]


async def drop(session: AsyncSession, credential_id: str) -> None:
    await session.execute(delete(SavedSession).where(SavedSession.credential_id == credential_id))


async def trust(session: AsyncSession, sealer: Sealer, credential_id: str, device: str, *, now: datetime) -> None:
    sealed = sealer.seal(device, place("device_trust", credential_id))
    await session.merge(DeviceTrust(credential_id=credential_id, sealed=sealed, saved_at=now))


async def trusted(session: AsyncSession, sealer: Sealer, credential_id: str) -> str | None:
    kept = await session.get(DeviceTrust, credential_id)
    return sealer.open(kept.sealed, place("device_trust", credential_id)) if kept else None
