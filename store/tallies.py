"""Counts for the overview, free of patient data. They read ranges of ids, which sort by time, and never everything."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

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


async def questions(session: AsyncSession, *, since: datetime, credentials: Collection[str] | None) -> list[Tally]:
    """Questions asked since, by day, portal and outcome. `credentials` None: of all."""
    failed = case((WorkItem.outcome.is_(None) & (WorkItem.state == ItemState.DONE), 1), else_=0)
    on = func.date(WorkItem.created_at)
    found = (
        select(on, WorkItem.portal, WorkItem.outcome, failed, func.count())
        .where(WorkItem.id >= moment_id("item", since), *_within(credentials))
        .group_by(on, WorkItem.portal, WorkItem.outcome, failed)
    )
    return [
        Tally(date.fromisoformat(str(day)), portal, outcome, bool(is_failed), count)
        for day, portal, outcome, is_failed, count in await session.execute(found)
    ]


async def answers(
    session: AsyncSession, capability: str, *, since: datetime, credentials: Collection[str] | None, limit: int
) -> Sequence[StoredAnswer]:
    """The latest answers of one capability."""
    found = (
        select(StoredAnswer)
        .join(WorkItem, WorkItem.id == StoredAnswer.work_item_id)
        .where(StoredAnswer.id >= moment_id("ans", since), WorkItem.capability == capability, *_within(credentials))
    )
    return (await session.scalars(found.order_by(StoredAnswer.id.desc()).limit(limit))).all()


def _within(credentials: Collection[str] | None) -> list[ColumnElement[bool]]:
    return [] if credentials is None else [WorkItem.credential_id.in_(credentials)]
