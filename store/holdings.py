"""How much is held: of each class and month what was ever made, less what was shredded of it.

What was made on a day that is over stays as much. So each day is counted once, the night after, and a look counts what
has come since alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import extract, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.retention import SHEETS, SUBMISSIONS, Period, class_of, class_of_evidence
from store import retention
from store.base import Base, alone
from store.retention import Shelf
from store.runs import Evidence
from store.work_items import WorkItem

LATE = timedelta(hours=6)
"""After its end a day is not counted for so long: a row is written later than the moment that its id tells."""
_DAY = timedelta(days=1)


class CountedDay(Base):
    """What was made of a class on a day of UTC, whatever became of it. A day without any has no rows."""

    __tablename__ = "counted_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    rows: Mapped[int]
    objects: Mapped[int]


@dataclass(frozen=True)
class Held:
    rows: int = 0
    objects: int = 0

    def __add__(self, other: Held) -> Held:
        return Held(self.rows + other.rows, self.objects + other.objects)


async def count_a_day(session: AsyncSession, *, now: datetime) -> bool:
    """The oldest that is not counted yet; False when there is none that is over."""
    await alone(session, "counted_day")
    first = await retention.first_made(session, await _counted_until(session))
    if first is None:
        return False
    begins = datetime.combine(first.date(), time(), UTC)
    if begins + _DAY + LATE > now:
        return False
    for kind, each in (await _made(session, begins, begins + _DAY)).items():
        session.add(CountedDay(day=begins.date(), kind=kind, rows=each.rows, objects=each.objects))
    return True


async def by_period(session: AsyncSession) -> dict[Period, Held]:
    """What is left of each month and class in which anything was made."""
    month = (extract("year", CountedDay.day), extract("month", CountedDay.day), CountedDay.kind)
    counted = select(*month, func.sum(CountedDay.rows), func.sum(CountedDay.objects)).group_by(*month)
    held = {
        Period(date(int(year), int(number), 1), kind): Held(int(rows), int(objects))
        for year, number, kind, rows, objects in await session.execute(counted)
    }
    since = await _counted_until(session)
    while (first := await retention.first_made(session, since)) is not None:
        ends = Period.of("", first).next.starts
        for kind, each in (await _made(session, since, ends)).items():
            period = Period.of(kind, first)
            held[period] = held.get(period, Held()) + each
        since = ends
    for period, gone in (await retention.periods(session)).items():
        if period in held:
            held[period] += Held(-gone.rows, -gone.objects)
    return held


async def _counted_until(session: AsyncSession) -> datetime:
    last = await session.scalar(select(func.max(CountedDay.day)))
    return retention.BEGINNING if last is None else datetime.combine(last, time(), UTC) + _DAY


async def _made(session: AsyncSession, starts: datetime, ends: datetime) -> dict[str, Held]:
    """By class."""
    rows: Counter[str] = Counter()
    objects: Counter[str] = Counter()
    of, kind = WorkItem.capability, Evidence.kind
    for shelf in (Shelf.ITEMS, Shelf.ANSWERS):
        for name, count in await session.execute(retention.made(shelf, starts, ends, of, func.count()).group_by(of)):
            rows[class_of(name)] += count
    found = retention.made(Shelf.EVIDENCE, starts, ends, of, kind, func.count()).group_by(of, kind)
    for name, what, count in await session.execute(found):
        objects[class_of_evidence(name, what)] += count
    for shelf, name, counter in (
        (Shelf.SUBMISSIONS, SUBMISSIONS, rows),
        (Shelf.FILES, SUBMISSIONS, objects),
        (Shelf.ROSTERS, SHEETS, rows),
    ):
        counter[name] += await session.scalar(retention.made(shelf, starts, ends, func.count())) or 0
    return {
        name: Held(rows[name], objects[name]) for name in rows.keys() | objects.keys() if rows[name] or objects[name]
    }
