"""Capabilities that rest because the portal has changed, until a developer has looked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.errors import PortalChanged, RequestInvalid
from store import audit
from store.base import Base, claimed

LOGIN = "login"
"""The pseudo-capability of the log-in pages: resting, it holds the whole portal."""

IN_A_ROW = 2
"""One changed page can be a passing hiccup of the portal; two without an answer between them are not."""


class Quarantine(Base):
    __tablename__ = "quarantine"

    portal: Mapped[str] = mapped_column(primary_key=True)
    capability: Mapped[str] = mapped_column(primary_key=True)
    in_a_row: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime | None]
    page: Mapped[str]
    element: Mapped[str | None]


async def changed(
    session: AsyncSession, portal: str, capability: str, problem: PortalChanged, *, actor: str, now: datetime
) -> bool:
    """Counts it; True when the capability rests from now on."""
    row = await claimed(session, Quarantine(portal=portal, capability=capability, in_a_row=0, page=problem.page))
    row.in_a_row += 1
    row.page, row.element = problem.page, problem.element
    if row.in_a_row < IN_A_ROW or row.since is not None:
        return False
    row.since = now
    detail: dict[str, str | int | None] = {"page": problem.page, "element": problem.element}
    await audit.append(session, audit.Event("quarantine.began", actor, f"{portal}/{capability}", detail), now=now)
    return True


async def answered(session: AsyncSession, portal: str, capability: str) -> None:
    """The pages were readable, those of the log-in too: what was counted before was a hiccup."""
    await session.execute(
        update(Quarantine)
        .where(
            Quarantine.portal == portal,
            Quarantine.capability.in_((capability, LOGIN)),
            Quarantine.since.is_(None),
        )
        .values(in_a_row=0)
    )


async def resting(session: AsyncSession, portal: str, capability: str) -> PortalChanged | None:
    """The error to refuse a question with, or None."""
    row = await session.scalar(
        select(Quarantine)
        .where(
            Quarantine.portal == portal,
            Quarantine.capability.in_((capability, LOGIN)),
            Quarantine.since.is_not(None),
        )
        .limit(1)
    )
    return None if row is None else PortalChanged(row.page, row.element, detail=f"quarantined: {row.capability}")


async def all_resting(session: AsyncSession) -> Sequence[Quarantine]:
    return (await session.scalars(select(Quarantine).where(Quarantine.since.is_not(None)))).all()


async def release(
    session: AsyncSession, portal: str, capability: str, *, actor: str, reason: str, now: datetime
) -> None:
    """A developer's word that the selectors are mended."""
    row = await session.get(Quarantine, (portal, capability), with_for_update=True)
    if row is None or row.since is None:
        raise RequestInvalid(f"{capability} of {portal} is not in quarantine.", field="capability")
    row.since, row.in_a_row = None, 0
    event = audit.Event("quarantine.ended", actor, f"{portal}/{capability}", {"reason": reason})
    await audit.append(session, event, now=now)
