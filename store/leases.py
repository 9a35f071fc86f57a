"""Who works a lane. A lease is short and renewed; its fence grows with each holder, so a late one is recognised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.errors import FleetError, LeaseLost
from store.base import Base


class LaneLease(Base):
    __tablename__ = "lane_lease"

    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"), primary_key=True)
    holder: Mapped[str | None]
    fence: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime | None]
    rest_until: Mapped[datetime | None]
    """The portal asked for patience: nobody is woken before."""
    rest_code: Mapped[str | None]
    rest_sentence: Mapped[str | None]
    rest_next_step: Mapped[str | None]
    """The trouble that it rests for, as a core error told it."""
    waits: Mapped[int] = mapped_column(default=0)
    """How often in a row the portal was unavailable; the rests grow with it."""


@dataclass(frozen=True)
class Lease:
    credential_id: str
    holder: str
    fence: int


async def take(
    session: AsyncSession, credential_id: str, holder: str, *, seconds: float, now: datetime
) -> Lease | None:
    """None while somebody else's lease lives, or while the lane rests."""
    fence = await session.scalar(
        update(LaneLease)
        .where(
            LaneLease.credential_id == credential_id,
            or_(LaneLease.holder.is_(None), LaneLease.expires_at <= now),
            or_(LaneLease.rest_until.is_(None), LaneLease.rest_until <= now),
        )
        .values(holder=holder, fence=LaneLease.fence + 1, expires_at=now + timedelta(seconds=seconds), rest_until=None)
        .returning(LaneLease.fence)
    )
    return None if fence is None else Lease(credential_id, holder, fence)


async def renew(session: AsyncSession, lease: Lease, *, seconds: float, now: datetime) -> None:
    """Raises LeaseLost when another holder has the lane. An expired lease that nobody took is still ours."""
    await _change(session, lease, expires_at=now + timedelta(seconds=seconds))


async def check(session: AsyncSession, lease: Lease) -> None:
    """Raises LeaseLost. Locks the row, so the answer holds until the transaction ends."""
    await _change(session, lease, fence=lease.fence)


async def release(session: AsyncSession, lease: Lease) -> None:
    """Raises LeaseLost when there is nothing left to release."""
    await _change(session, lease, holder=None, expires_at=None)


async def revoke(session: AsyncSession, credential_id: str) -> None:
    """Whoever holds the lane finds at its next look that it has lost it, and touches the portal no more."""
    await session.execute(
        update(LaneLease)
        .where(LaneLease.credential_id == credential_id)
        .values(holder=None, expires_at=None, fence=LaneLease.fence + 1)
    )


async def rest(session: AsyncSession, lease: Lease, problem: FleetError, *, until: datetime) -> None:
    """The lane is left alone until then. The lease itself is released separately."""
    await _change(
        session,
        lease,
        rest_until=until,
        rest_code=problem.code,
        rest_sentence=problem.sentence,
        rest_next_step=problem.next_step.value,
    )


async def resting(session: AsyncSession, credential_id: str, *, now: datetime) -> LaneLease | None:
    """The lane, if it rests."""
    chosen = select(LaneLease).where(LaneLease.credential_id == credential_id, LaneLease.rest_until > now)
    return (await session.scalars(chosen.execution_options(populate_existing=True))).first()


async def waited(session: AsyncSession, lease: Lease) -> int:
    """Counts one more wait in a row and says how many there are."""
    await _change(session, lease, waits=LaneLease.waits + 1)
    return await session.scalar(select(LaneLease.waits).where(LaneLease.credential_id == lease.credential_id)) or 0


async def answered(session: AsyncSession, lease: Lease) -> None:
    """Like `check`; and as the portal answered, the next rest is short again."""
    await _change(session, lease, waits=0)


async def live(session: AsyncSession, *, now: datetime) -> Sequence[LaneLease]:
    return (
        await session.scalars(select(LaneLease).where(LaneLease.holder.is_not(None), LaneLease.expires_at > now))
    ).all()


async def _change(session: AsyncSession, lease: Lease, **values: Any) -> None:
    ours = (
        update(LaneLease)
        .where(
            LaneLease.credential_id == lease.credential_id,
            LaneLease.holder == lease.holder,
            LaneLease.fence == lease.fence,
        )
        .values(**values)
        .returning(LaneLease.fence)
    )
    if await session.scalar(ours) is None:
        raise LeaseLost("Another worker has taken this lane over; this one stops here and nothing is asked twice.")
