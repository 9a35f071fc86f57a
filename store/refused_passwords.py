"""Passwords that a portal has refused, known by a keyed mark alone: none of them is typed a second time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.seal import Sealer
from core.vault import LoginSecret
from store.base import Base

NEVER_SAVED = 0
"""In place of a version: the portal would not have it as a new password, and no log-in has typed it."""


class RefusedPassword(Base):
    __tablename__ = "refused_password"

    mark: Mapped[str] = mapped_column(primary_key=True)
    """Of user name and password at whoever keeps the account: the same under every name and version in the vault."""
    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"))
    """With which it was typed last."""
    version: Mapped[int]
    """That the vault gave it there, or NEVER_SAVED."""
    refused_at: Mapped[datetime]
    times: Mapped[int] = mapped_column(default=1)
    vouched: Mapped[bool] = mapped_column(default=False)
    """An administrator has said that it is right now: it may be typed once more."""


def mark_of(sealer: Sealer, keeper: str, login: LoginSecret) -> str:
    """`keeper`: the portal or identity provider whose account it is."""
    text = f"{keeper}\0{login.username.reveal()}\0{login.password.reveal()}"
    return sealer.blind(text, "refused password")


async def is_barred(session: AsyncSession, mark: str) -> bool:
    known = await session.get(RefusedPassword, mark, populate_existing=True)
    return known is not None and not known.vouched


async def note(session: AsyncSession, mark: str, credential_id: str, version: int, *, now: datetime) -> None:
    """The portal has refused it; an administrator's word for it is spent."""
    known = await session.get(RefusedPassword, mark, with_for_update=True, populate_existing=True)
    if known is None:
        known = RefusedPassword(mark=mark, times=0)
        session.add(known)
    known.credential_id, known.version, known.refused_at = credential_id, version, now
    known.times, known.vouched = known.times + 1, False


async def taken(session: AsyncSession, mark: str, credential_id: str) -> None:
    """The portal has let somebody in with it. No word for another one is left over."""
    await session.execute(delete(RefusedPassword).where(RefusedPassword.mark == mark))
    await unvouch(session, [credential_id])


async def of(session: AsyncSession, ids: Collection[str]) -> Sequence[RefusedPassword]:
    """Those of these credentials, the last one first."""
    chosen = select(RefusedPassword).where(RefusedPassword.credential_id.in_(ids))
    return (await session.scalars(chosen.order_by(RefusedPassword.refused_at.desc()))).all()


async def vouch(session: AsyncSession, ids: Collection[str]) -> None:
    await session.execute(update(RefusedPassword).where(RefusedPassword.credential_id.in_(ids)).values(vouched=True))


async def unvouch(session: AsyncSession, ids: Collection[str]) -> None:
    await session.execute(update(RefusedPassword).where(RefusedPassword.credential_id.in_(ids)).values(vouched=False))
