"""What the canary saw of each page, last and when it was well."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.capabilities.canary import SeenPage
from store import audit
from store.base import Base, alone
from store.quarantine import LOGIN


class CanaryPage(Base):
    __tablename__ = "canary_page"

    portal: Mapped[str] = mapped_column(primary_key=True)
    capability: Mapped[str] = mapped_column(primary_key=True)
    """`login` for the log-in: while it fails, nothing of the portal can be asked."""
    entry: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
    well_at: Mapped[datetime | None]
    well: Mapped[str]
    """JSON: by page that came up, its elements when it was well last."""
    failing_since: Mapped[datetime | None]
    element: Mapped[str | None]
    """The one that was missed; None when the page itself was not recognised."""

    @property
    def place(self) -> str:
        return f"page “{self.entry}”, element “{self.element}”" if self.element else f"page “{self.entry}”"


async def note(session: AsyncSession, portal: str, seen: Sequence[SeenPage], *, actor: str, now: datetime) -> None:
    """The log-in was well, or nothing would have been seen. Pages that no adapter opens any more are forgotten."""
    await alone(session, "canary", portal)
    known = {(row.capability, row.entry): row for row in await of_portal(session, portal)}
    for (capability, entry), row in known.items():
        if capability == LOGIN or (capability, entry) not in {(each.capability, each.entry) for each in seen}:
            await session.delete(row)
    for each in seen:
        row = known.get((each.capability, each.entry)) or _new(session, portal, each.capability, each.entry, now)
        row.seen_at = now
        well = json.loads(row.well)
        missed = sorted(set(well.get(each.landed, ())) - set(each.fields))
        if each.landed is None or missed:
            await _fails(session, row, missed[0] if missed else None, actor=actor, now=now)
            continue
        if row.failing_since is not None:
            await _audit(session, "canary.well", row, actor=actor, now=now)
        row.well = json.dumps(well | {each.landed: each.fields})
        row.well_at, row.failing_since, row.element = now, None, None


async def login_changed(
    session: AsyncSession, portal: str, page: str, element: str | None, *, actor: str, now: datetime
) -> None:
    await alone(session, "canary", portal)
    rows = [row for row in await of_portal(session, portal) if row.capability == LOGIN]
    row = rows[0] if rows else _new(session, portal, LOGIN, page, now)
    row.seen_at = now
    await _fails(session, row, element, actor=actor, now=now)


async def of_portal(session: AsyncSession, portal: str) -> Sequence[CanaryPage]:
    chosen = select(CanaryPage).where(CanaryPage.portal == portal)
    return (await session.scalars(chosen.order_by(CanaryPage.capability, CanaryPage.entry))).all()


async def all_failing(session: AsyncSession) -> Sequence[CanaryPage]:
    """The pages that keep capabilities from being asked: all of a portal, where it is one of its log-in."""
    chosen = select(CanaryPage).where(CanaryPage.failing_since.is_not(None))
    return (await session.scalars(chosen.order_by(CanaryPage.capability, CanaryPage.entry))).all()


def _new(session: AsyncSession, portal: str, capability: str, entry: str, now: datetime) -> CanaryPage:
    row = CanaryPage(portal=portal, capability=capability, entry=entry, seen_at=now, well="{}")
    session.add(row)
    return row


async def _fails(session: AsyncSession, row: CanaryPage, element: str | None, *, actor: str, now: datetime) -> None:
    row.element = element
    if row.failing_since is None:
        row.failing_since = now
        await _audit(session, "canary.failing", row, actor=actor, now=now)


async def _audit(session: AsyncSession, action: str, row: CanaryPage, *, actor: str, now: datetime) -> None:
    detail: dict[str, str | int | None] = {"page": row.entry, "element": row.element}
    await audit.append(session, audit.Event(action, actor, f"{row.portal}/{row.capability}", detail), now=now)
