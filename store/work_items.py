"""Questions: made, found again, joined. How a lane works them off is in store.queue."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from sqlalchemy import ForeignKey, Index, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.errors import RequestInvalid
from core.retention import class_of
from core.seal import Sealer
from store.base import Base, new_id, period_of, place, word


class ItemState(StrEnum):
    QUEUED = "queued"
    WORKING = "working"
    DONE = "done"
    """With an `outcome` (the portal answered) or an `error_code` (it will not be tried again)."""
    HELD = "held"
    """Kept until a person has acted; `error_sentence` says on what."""


PAGE = 50
"""Rows of a list."""
WAITING = (ItemState.QUEUED, ItemState.WORKING)


class Priority(IntEnum):
    """The smaller, the sooner."""

    CURE = -20
    """What mends the account comes before whatever else would log in with it as it is."""
    ACCOUNT = -10
    """What keeps the account itself alive comes before any question."""
    PERSON_WAITS = 0
    BATCH = 50
    SWEEP = 90


_FAILED = text("error_code IS NOT NULL")
_ALONE = text(f"priority < {Priority.BATCH:d}")
"""No row of a sheet, unless somebody asked for the same one alone and waits for it."""


class WorkItem(Base):
    __tablename__ = "work_item"
    __table_args__ = (
        Index(None, "credential_id", "state", "priority", "due_at", "id"),
        Index(None, "natural_key", "state"),
        Index(None, "portal", "capability", "state"),
        Index(None, "capability", "run_id"),
        Index(None, "outcome", "run_id"),
        Index(None, "error_code", "run_id"),
        Index(None, "requested_by", "run_id"),
        Index("ix_work_item_asked_alone", "requested_by", "id", sqlite_where=_ALONE, postgresql_where=_ALONE),
        # All that the overview counts by, so that it reads nothing but this index.
        Index(None, "id", "portal", "credential_id", "state", "outcome", "capability"),
        # As the one above, for the list of failures.
        Index(
            "ix_work_item_failed",
            *("started_at", "error_code", "portal", "capability", "error_page", "error_element", "credential_id", "id"),
            sqlite_where=_FAILED,
            postgresql_where=_FAILED,
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    capability: Mapped[str]
    portal: Mapped[str]
    payer: Mapped[str | None]
    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"))
    natural_key: Mapped[str]
    """A blind index of the question: equal questions have equal keys, and nothing else can be read from it."""
    query: Mapped[bytes]
    """Sealed JSON."""
    priority: Mapped[int]
    due_at: Mapped[datetime]
    not_before: Mapped[datetime]
    state: Mapped[ItemState] = mapped_column(word(ItemState), default=ItemState.QUEUED)
    fence: Mapped[int | None]
    """The fence of the lease under which it is worked."""
    attempts: Mapped[int] = mapped_column(default=0)
    requested_by: Mapped[str]
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    run_id: Mapped[str | None] = mapped_column(ForeignKey("run.id"), index=True)
    """The run that worked it last."""
    outcome: Mapped[str | None]
    """The answer's outcome, once done."""
    error_code: Mapped[str | None]
    error_sentence: Mapped[str | None]
    next_step: Mapped[str | None]
    error_page: Mapped[str | None]
    """Where the trouble was, as the selectors name it."""
    error_element: Mapped[str | None]
    shredded_at: Mapped[datetime | None]
    """By the retention: nothing is left of its question."""


@dataclass(frozen=True)
class NewItem:
    capability: str
    portal: str
    payer: str | None
    credential_id: str
    natural_key: str
    query: str
    """JSON in clear; sealed here."""
    requested_by: str
    priority: int = Priority.PERSON_WAITS
    due_at: datetime | None = None


async def add_all(session: AsyncSession, sealer: Sealer, news: Sequence[NewItem], *, now: datetime) -> list[WorkItem]:
    """In the order of the questions."""
    items = [_queued(sealer, new, now) for new in news]
    session.add_all(items)
    await session.flush()
    return items


async def get(session: AsyncSession, item_id: str) -> WorkItem:
    """As it is now, also when the session saw it before. Raises RequestInvalid."""
    item = await session.get(WorkItem, item_id, populate_existing=True)
    if item is None:
        raise RequestInvalid("There is no such work item.", field="work_item")
    return item


async def by_ids(session: AsyncSession, item_ids: Sequence[str]) -> dict[str, WorkItem]:
    rows = await session.scalars(select(WorkItem).where(WorkItem.id.in_(item_ids)))
    return {row.id: row for row in rows}


async def of_run(session: AsyncSession, run_id: str) -> Sequence[WorkItem]:
    """Those that this run worked last, in its order."""
    return (
        await session.scalars(select(WorkItem).where(WorkItem.run_id == run_id).order_by(WorkItem.started_at))
    ).all()


async def asked_by(
    session: AsyncSession,
    person: str,
    *,
    before: str | None = None,
    credentials: Collection[str] | None = None,
    capabilities: Collection[str] | None = None,
) -> Sequence[WorkItem]:
    """A page of what this person asked one by one, the latest first; None for all credentials, all capabilities."""
    found = select(WorkItem).where(WorkItem.requested_by == person, _ALONE).order_by(WorkItem.id.desc()).limit(PAGE)
    if before:
        found = found.where(WorkItem.id < before)
    if credentials is not None:
        found = found.where(WorkItem.credential_id.in_(credentials))
    if capabilities is not None:
        found = found.where(WorkItem.capability.in_(capabilities))
    return (await session.scalars(found)).all()


async def latest_of(session: AsyncSession, portals: Sequence[str], capability: str) -> dict[str, WorkItem]:
    """By portal: the question of this capability that was asked last, however it stands."""
    newest = select(func.max(WorkItem.id)).where(WorkItem.portal.in_(portals), WorkItem.capability == capability)
    rows = await session.scalars(select(WorkItem).where(WorkItem.id.in_(newest.group_by(WorkItem.portal))))
    return {row.portal: row for row in rows}


async def answered_before(session: AsyncSession, natural_key: str, *, limit: int = 10) -> Sequence[WorkItem]:
    """The latest answers to one question."""
    found = select(WorkItem).where(
        WorkItem.natural_key == natural_key, WorkItem.state == ItemState.DONE, WorkItem.outcome.is_not(None)
    )
    return (await session.scalars(found.order_by(WorkItem.id.desc()).limit(limit))).all()


def query_of(item: WorkItem, sealer: Sealer) -> str:
    """JSON in clear."""
    return sealer.open(item.query, place("work_item", item.id))


async def waiting_by_key(session: AsyncSession, keys: Sequence[str]) -> dict[str, WorkItem]:
    """Items with these natural keys that are still to be answered."""
    rows = await session.scalars(
        select(WorkItem).where(WorkItem.natural_key.in_(keys), WorkItem.state.in_(WAITING)).order_by(WorkItem.id.desc())
    )
    return {row.natural_key: row for row in rows}


async def answered_by_key(
    session: AsyncSession, keys: Sequence[str], *, since: datetime, not_reusable: Sequence[str]
) -> dict[str, WorkItem]:
    """The latest answered item of each key, unless it is older than `since` or its outcome is worth asking again."""
    rows = await session.scalars(
        select(WorkItem)
        .where(
            WorkItem.natural_key.in_(keys),
            WorkItem.state == ItemState.DONE,
            WorkItem.outcome.is_not(None),
            WorkItem.outcome.not_in(not_reusable),
            WorkItem.finished_at >= since,
        )
        .order_by(WorkItem.finished_at)
    )
    return {row.natural_key: row for row in rows}


async def answered(session: AsyncSession, credential_id: str, capability: str, outcome: str) -> Sequence[WorkItem]:
    """All of this outcome, the latest first."""
    chosen = select(WorkItem).where(
        WorkItem.credential_id == credential_id, WorkItem.capability == capability, WorkItem.outcome == outcome
    )
    return (await session.scalars(chosen.order_by(WorkItem.finished_at.desc()))).all()


async def last_asked(session: AsyncSession, credential_id: str, capability: str) -> datetime | None:
    chosen = select(func.max(WorkItem.created_at)).where(
        WorkItem.credential_id == credential_id, WorkItem.capability == capability
    )
    return (await session.execute(chosen)).scalar_one()


async def hurry(session: AsyncSession, item_id: str, *, priority: int) -> None:
    """A joined item is as urgent as its most urgent asker."""
    await session.execute(
        update(WorkItem).where(WorkItem.id == item_id, WorkItem.priority > priority).values(priority=priority)
    )


async def queued_per_credential(session: AsyncSession, credential_ids: Sequence[str]) -> dict[str, int]:
    rows = await session.execute(
        select(WorkItem.credential_id, func.count())
        .where(WorkItem.credential_id.in_(credential_ids), WorkItem.state == ItemState.QUEUED)
        .group_by(WorkItem.credential_id)
    )
    return dict(rows.tuples().all())


def _queued(sealer: Sealer, new: NewItem, now: datetime) -> WorkItem:
    row_id = new_id("item")
    return WorkItem(
        id=row_id,
        capability=new.capability,
        portal=new.portal,
        payer=new.payer,
        credential_id=new.credential_id,
        natural_key=new.natural_key,
        query=sealer.seal(new.query, place("work_item", row_id), period_of(class_of(new.capability), row_id)),
        priority=int(new.priority),
        due_at=new.due_at or now,
        not_before=now,
        requested_by=new.requested_by,
        created_at=now,
    )
