"""Counts for the overview, free of patient data. They read ranges of ids, which sort by time, and never everything."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, case, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from core.capabilities.catalog import ERRANDS
from store.base import moment_id
from store.runs import StoredAnswer
from store.work_items import ItemState, WorkItem


@dataclass(frozen=True)
class Tally:
    day: date
    """UTC."""
    portal: str
    outcome: str | None
    """None: it failed, or has no answer yet."""
    failed: bool
    count: int


async def questions(session: AsyncSession, *, days: Sequence[date], credentials: Collection[str] | None) -> list[Tally]:
    """Questions asked on these days, by portal and outcome; what the fleet asks of its own accounts is none.
    `credentials` None: of all. Read from one index.
    """
    failed = case((WorkItem.outcome.is_(None) & (WorkItem.state == ItemState.DONE), 1), else_=0)
    kind = (WorkItem.portal, WorkItem.credential_id, WorkItem.outcome, failed)
    per_day = [
        select(literal(number), *kind, func.count())
        .where(WorkItem.id >= _first_of(day), WorkItem.id < _first_of(day + timedelta(days=1)))
        .where(WorkItem.capability.not_in(ERRANDS))
        .group_by(*kind)
        for number, day in enumerate(days)
    ]
    # Who may see what is sorted out here: as a condition it would tempt a database to another index, of all time.
    return [
        Tally(days[number], portal, outcome, bool(is_failed), count)
        for number, portal, credential, outcome, is_failed, count in await session.execute(union_all(*per_day))
        if credentials is None or credential in credentials
    ]


async def answers(
    session: AsyncSession, capability: str, *, since: datetime, credentials: Collection[str] | None, limit: int
) -> Sequence[StoredAnswer]:
    """The latest answers of one capability, of runs since."""
    latest = (
        select(WorkItem.id)
        .where(WorkItem.capability == capability, WorkItem.run_id >= moment_id("run", since), *_within(credentials))
        .where(WorkItem.outcome.is_not(None))
        .order_by(WorkItem.run_id.desc())
        .limit(limit)
    )
    found = select(StoredAnswer).where(StoredAnswer.work_item_id.in_(select(latest.subquery().c.id)))
    return (await session.scalars(found.order_by(StoredAnswer.id.desc()).limit(limit))).all()


def _first_of(day: date) -> str:
    return moment_id("item", datetime.combine(day, time(), UTC))


def _within(credentials: Collection[str] | None) -> list[ColumnElement[bool]]:
    return [] if credentials is None else [WorkItem.credential_id.in_(credentials)]
