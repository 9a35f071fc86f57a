"""Rosters: the lines that a schedule asks about, each sealed. The newest roster of a schedule counts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.errors import RequestInvalid
from core.retention import SHEETS
from core.seal import Sealer
from store import schedules
from store.base import Base, new_id, period_of, place
from store.database import Database
from store.schedules import Schedule


class Roster(Base):
    __tablename__ = "roster"
    __table_args__ = (Index(None, "schedule_id", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    schedule_id: Mapped[str] = mapped_column(ForeignKey("schedule.id"))
    digest: Mapped[str]
    """SHA-256 of the file: the same one again changes nothing."""
    headers: Mapped[bytes]
    """Sealed JSON: a sheet without headers has a patient there."""
    received_by: Mapped[str]
    received_at: Mapped[datetime]
    in_force_at: Mapped[datetime | None]
    """When all its lines were read. None: a worker died over it."""
    line_count: Mapped[int] = mapped_column(default=0)
    bad_count: Mapped[int] = mapped_column(default=0)
    shredded_at: Mapped[datetime | None]


class RosterLine(Base):
    __tablename__ = "roster_line"

    roster_id: Mapped[str] = mapped_column(ForeignKey("roster.id"), primary_key=True)
    row_number: Mapped[int] = mapped_column(primary_key=True)
    """As a spreadsheet counts: the header is row 1."""
    payer: Mapped[str | None]
    problem: Mapped[str | None]
    """Why the line asks nothing; free of its values."""
    sealed: Mapped[bytes]
    """JSON: its cells, and the keys that it asks by."""


@dataclass(frozen=True)
class Line:
    """In clear."""

    row_number: int
    payer: str | None
    problem: str | None
    keys: dict[str, str]
    cells: list[str]


async def begin(session: AsyncSession, sealer: Sealer, roster: Roster, headers: Sequence[str]) -> None:
    roster.headers = sealer.seal(json.dumps(list(headers)), place("roster", roster.id), period_of(SHEETS, roster.id))
    session.add(roster)
    await session.flush()


async def put(session: AsyncSession, sealer: Sealer, roster_id: str, lines: Sequence[Line]) -> None:
    if lines:
        await session.execute(
            insert(RosterLine),
            [
                {
                    "roster_id": roster_id,
                    "row_number": line.row_number,
                    "payer": line.payer,
                    "problem": line.problem,
                    "sealed": sealer.seal(
                        json.dumps([line.keys, line.cells]),
                        place("roster_line", f"{roster_id}/{line.row_number}"),
                        period_of(SHEETS, roster_id),
                    ),
                }
                for line in lines
            ],
        )


async def put_in_force(session: AsyncSession, roster: Roster, *, lines: int, bad: int, now: datetime) -> None:
    """From now on it counts; the lines of those before it are gone. Raises RequestInvalid when another one that came at
    the same time took its lines away.
    """
    await schedules.lock(session, roster.schedule_id)
    kept = await session.scalar(select(func.count()).where(RosterLine.roster_id == roster.id))
    if kept != lines:
        raise RequestInvalid("Another roster came in at the same moment; hand in this one again.", field="in")
    older = select(Roster.id).where(Roster.schedule_id == roster.schedule_id, Roster.id != roster.id)
    await session.execute(
        delete(RosterLine).where(RosterLine.roster_id.in_(older)).execution_options(synchronize_session=False)
    )
    await session.execute(
        update(Roster).where(Roster.id == roster.id).values(in_force_at=now, line_count=lines, bad_count=bad)
    )


async def get(session: AsyncSession, roster_id: str) -> Roster:
    chosen = select(Roster).where(Roster.id == roster_id).execution_options(populate_existing=True)
    return (await session.scalars(chosen)).one()


async def current(session: AsyncSession, schedule_id: str) -> Roster | None:
    chosen = (
        select(Roster)
        .where(Roster.schedule_id == schedule_id, Roster.in_force_at.is_not(None))
        .order_by(Roster.in_force_at.desc(), Roster.id.desc())
    )
    return (await session.scalars(chosen.limit(1))).first()


async def all_current(session: AsyncSession, schedule_ids: Collection[str]) -> dict[str, Roster]:
    """As `current`, of each schedule that has one."""
    newest = select(Roster.id).where(Roster.schedule_id == Schedule.id, Roster.in_force_at.is_not(None))
    one = newest.order_by(Roster.in_force_at.desc(), Roster.id.desc()).limit(1).correlate(Schedule).scalar_subquery()
    found = select(Roster).where(Roster.id.in_(select(one).where(Schedule.id.in_(schedule_ids))))
    return {roster.schedule_id: roster for roster in await session.scalars(found)}


async def problems(session: AsyncSession, roster_id: str, *, limit: int = 1000) -> Sequence[tuple[int, str]]:
    """Row numbers of the first lines that ask nothing, and why; free of patient data."""
    bad = select(RosterLine.row_number, RosterLine.problem).where(RosterLine.roster_id == roster_id)
    found = bad.where(RosterLine.problem.is_not(None)).order_by(RosterLine.row_number).limit(limit)
    return [(number, problem or "") for number, problem in await session.execute(found)]


async def lines_of(database: Database, sealer: Sealer, roster_id: str, *, chunk: int) -> AsyncIterator[list[Line]]:
    """By row number, in constant memory, without one long transaction."""
    after = 0
    while True:
        async with database.read() as session:
            chosen = select(RosterLine).where(RosterLine.roster_id == roster_id, RosterLine.row_number > after)
            rows = (await session.scalars(chosen.order_by(RosterLine.row_number).limit(chunk))).all()
        if not rows:
            return
        yield [_opened(sealer, row) for row in rows]
        after = rows[-1].row_number


def headers_of(roster: Roster, sealer: Sealer) -> str:
    """JSON in clear."""
    return sealer.open(roster.headers, place("roster", roster.id))


def new_roster_id() -> str:
    return new_id("roster")


def _opened(sealer: Sealer, row: RosterLine) -> Line:
    keys, cells = json.loads(sealer.open(row.sealed, place("roster_line", f"{row.roster_id}/{row.row_number}")))
    return Line(row.row_number, row.payer, row.problem, keys, cells)
