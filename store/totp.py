"""The ledger of TOTP steps. A code is single-use (RFC 6238, 5.2): a step is claimed here before its code is seen."""

from __future__ import annotations

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, claimed


class TotpStep(Base):
    __tablename__ = "totp_step"

    seed_id: Mapped[str] = mapped_column(primary_key=True)
    """Of a seed, an account or a person; who has several marks claims a step of each."""
    last_step: Mapped[int]
    """Seconds since 1970 divided by the period, as used last. It only grows."""


async def claim_step(session: AsyncSession, seed_id: str, step: int) -> bool:
    """True for exactly one caller per step, over all processes and machines."""
    claim = (
        update(TotpStep)
        .where(TotpStep.seed_id == seed_id, TotpStep.last_step < step)
        .values(last_step=step)
        .returning(TotpStep.last_step)
    )
    if await session.scalar(claim) is not None:
        return True
    if await last_step(session, seed_id) is not None:
        return False
    first = TotpStep(seed_id=seed_id, last_step=step)
    return await claimed(session, first) is first or await session.scalar(claim) is not None


async def last_step(session: AsyncSession, *seed_ids: str) -> int | None:
    """Of all of them."""
    chosen = select(func.max(TotpStep.last_step)).where(TotpStep.seed_id.in_(seed_ids))
    return (await session.scalars(chosen)).first()
