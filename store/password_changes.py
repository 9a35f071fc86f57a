"""A password that is being changed: what is known of which one the portal has. Each step is committed before the next
thing happens outside, so that whoever comes after a crash knows what may have been typed.

        TYPED ──> TRYING_NEW ──> TRYING_OLD
          │            │              │
          v            v              v
        TAKEN <── old refused    new refused ──> UNTAKEN
          │
          v
        PROVEN        (the vault is told, and the row is gone)

    A recovery: RECOVERING ──> FORGOTTEN ──> PROVEN. Nobody knows whether the old one is any good; it is never typed.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, word

MOST_REFUSALS = 1
"""The portal has one of two passwords: a second refusal means that somebody else has changed it."""


class Stage(StrEnum):
    TYPED = "typed"
    """The new one was about to be sent; nobody knows whether the portal took it."""
    TRYING_NEW = "trying_new"
    """Then it was about to be typed at the log-in."""
    TRYING_OLD = "trying_old"
    """And as that had no answer, the old one."""
    TAKEN = "taken"
    """The portal has the new one: it said so, or it refused the old one."""
    UNTAKEN = "untaken"
    """It refused the new one."""
    RECOVERING = "recovering"
    """The new one was about to be sent by a recovery of the account."""
    FORGOTTEN = "forgotten"
    """That one was about to be typed at the log-in, or was refused: none is known to work before another recovery."""
    PROVEN = "proven"
    """A fresh log-in with the new one succeeded."""


class PasswordChange(Base):
    __tablename__ = "password_change"

    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"), primary_key=True)
    replaces: Mapped[int]
    """The vault's version of the login with the old one. Of a login that was saved since, nothing is under way."""
    stage: Mapped[Stage] = mapped_column(word(Stage), default=Stage.TYPED)
    refusals: Mapped[int] = mapped_column(default=0)
    begun_at: Mapped[datetime]


async def begin(
    session: AsyncSession, credential_id: str, *, replaces: int, now: datetime, stage: Stage = Stage.TYPED
) -> None:
    """To be committed before the new password is typed."""
    await session.execute(delete(PasswordChange).where(PasswordChange.credential_id == credential_id))
    session.add(PasswordChange(credential_id=credential_id, replaces=replaces, stage=stage, begun_at=now))


async def under_way(session: AsyncSession, credential_id: str, *, version: int) -> PasswordChange | None:
    """The one that replaces this version of the login."""
    change = await session.get(PasswordChange, credential_id, populate_existing=True)
    return change if change is not None and change.replaces == version else None


async def any_of(session: AsyncSession, credential_id: str) -> PasswordChange | None:
    """The one that is under way, as far as the store knows without the vault."""
    return await session.get(PasswordChange, credential_id, populate_existing=True)


async def move(session: AsyncSession, credential_id: str, stage: Stage, *, refused: bool = False) -> None:
    changes = {"stage": stage} | ({"refusals": PasswordChange.refusals + 1} if refused else {})
    await session.execute(update(PasswordChange).where(PasswordChange.credential_id == credential_id).values(**changes))


async def end(session: AsyncSession, credential_id: str) -> None:
    await session.execute(delete(PasswordChange).where(PasswordChange.credential_id == credential_id))


async def looked_at(session: AsyncSession, credential_id: str) -> None:
    """A person has looked at the account: both passwords may be tried once more; a broken recovery is history."""
    await session.execute(
        delete(PasswordChange).where(
            PasswordChange.credential_id == credential_id, PasswordChange.stage == Stage.FORGOTTEN
        )
    )
    await session.execute(
        update(PasswordChange)
        .where(PasswordChange.credential_id == credential_id, PasswordChange.stage != Stage.PROVEN)
        .values(stage=Stage.TYPED, refusals=0)
    )
