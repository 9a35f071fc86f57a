"""What waits in the queues, counted. Free of patient data."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from store.leases import LaneLease
from store.work_items import WAITING, ItemState, WorkItem

OPEN = (ItemState.QUEUED, ItemState.WORKING, ItemState.HELD)


@dataclass(frozen=True)
class Heap:
    """Questions of one lane, capability and asker that stand alike."""

    credential_id: str
    capability: str
    requested_by: str
    state: ItemState
    count: int
    late: int
    """Of them, due before the moment asked for."""
    due_at: datetime
    """Of the first."""
    priority: int
    """The most urgent one's."""
    not_before: datetime
    """The earliest moment at which one of them is tried."""
    sentence: str | None
    """What the last trouble said; of some of them, where they differ."""

    @classmethod
    def alone(cls, item: WorkItem) -> Heap:
        return cls(
            item.credential_id,
            item.capability,
            item.requested_by,
            item.state,
            count=1,
            late=0,
            due_at=item.due_at,
            priority=item.priority,
            not_before=item.not_before,
            sentence=item.error_sentence,
        )


async def heaps(session: AsyncSession, credential_ids: Collection[str], *, late_before: datetime) -> list[Heap]:
    """What is due first comes first."""
    first_due = func.min(WorkItem.due_at)
    heap = (WorkItem.credential_id, WorkItem.capability, WorkItem.requested_by, WorkItem.state)
    found = (
        select(
            *heap,
            func.count(),
            func.sum(case((WorkItem.due_at < late_before, 1), else_=0)),
            first_due,
            func.min(WorkItem.priority),
            func.min(WorkItem.not_before),
            func.max(WorkItem.error_sentence),
        )
        .where(WorkItem.credential_id.in_(credential_ids), WorkItem.state.in_(OPEN))
        .group_by(*heap)
        .order_by(first_due)
    )
    return [Heap(*row) for row in (await session.execute(found)).tuples()]


async def ahead(session: AsyncSession, item: WorkItem) -> int:
    """Questions of the same lane that are asked before this one, the one in hand among them."""
    mine = tuple_(WorkItem.priority, WorkItem.due_at, WorkItem.id)
    sooner = mine < tuple_(literal(item.priority), literal(item.due_at, WorkItem.due_at.type), literal(item.id))
    queued = select(func.count()).where(WorkItem.credential_id == item.credential_id)
    count = queued.where(
        WorkItem.state.in_(WAITING),
        or_(WorkItem.state == ItemState.WORKING, and_(WorkItem.priority <= item.priority, sooner)),
        WorkItem.id != item.id,
    )
    return await session.scalar(count) or 0


async def lanes(session: AsyncSession, credential_ids: Collection[str]) -> dict[str, LaneLease]:
    found: Sequence[LaneLease] = (
        await session.scalars(select(LaneLease).where(LaneLease.credential_id.in_(credential_ids)))
    ).all()
    return {each.credential_id: each for each in found}
