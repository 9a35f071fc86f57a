"""Uploaded sheets: which row asks which question. Rows keep no patient data; the questions do, sealed."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, claimed
from store.database import Database
from store.runs import StoredAnswer
from store.work_items import WAITING, ItemState, WorkItem


class Batch(Base):
    __tablename__ = "batch"
    __table_args__ = (Index(None, "requested_by", "created_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    """From the file's hash and what it asks of whom: the same sheet again goes on where it was."""
    capability: Mapped[str]
    portal: Mapped[str]
    requested_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)
    began_at: Mapped[datetime]
    """Of this round: a sheet that was answered long ago can be asked anew."""
    row_count: Mapped[int | None]
    """None until every row has been read."""


class BatchRow(Base):
    __tablename__ = "batch_row"

    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    row_number: Mapped[int] = mapped_column(primary_key=True)
    """As a spreadsheet counts: the header is row 1."""
    work_item_id: Mapped[str | None] = mapped_column(ForeignKey("work_item.id"), index=True)
    problem: Mapped[str | None]
    """Why the row asks nothing; free of its values."""


@dataclass(frozen=True)
class BatchOutcome:
    row: BatchRow
    item: WorkItem | None
    answer: StoredAnswer | None


async def open_batch(session: AsyncSession, batch: Batch) -> Batch:
    """The stored one when the sheet came before."""
    return await claimed(session, batch)


async def latest(session: AsyncSession, *, requested_by: str | None, limit: int = 50) -> Sequence[Batch]:
    """`requested_by` None: everybody's."""
    found = select(Batch).order_by(Batch.created_at.desc()).limit(limit)
    if requested_by is not None:
        found = found.where(Batch.requested_by == requested_by)
    return (await session.scalars(found)).all()


async def only_of(session: AsyncSession, batch_id: str, credential_ids: Collection[str]) -> bool:
    """Whether every question of the batch goes to one of these credentials."""
    beyond = (
        select(BatchRow.row_number)
        .join(WorkItem, WorkItem.id == BatchRow.work_item_id)
        .where(BatchRow.batch_id == batch_id, WorkItem.credential_id.not_in(credential_ids))
    )
    return await session.scalar(beyond.limit(1)) is None


async def outcomes_after(session: AsyncSession, batch_id: str, row_number: int, limit: int) -> list[BatchOutcome]:
    """A page of rows, in order."""
    found = await session.execute(
        select(BatchRow, WorkItem, StoredAnswer)
        .outerjoin(WorkItem, WorkItem.id == BatchRow.work_item_id)
        .outerjoin(StoredAnswer, StoredAnswer.work_item_id == WorkItem.id)
        .where(BatchRow.batch_id == batch_id, BatchRow.row_number > row_number)
        .order_by(BatchRow.row_number)
        .limit(limit)
    )
    return [BatchOutcome(*row) for row in found]


async def rows_between(session: AsyncSession, batch_id: str, first: int, last: int) -> dict[int, BatchRow]:
    rows = await session.scalars(
        select(BatchRow).where(BatchRow.batch_id == batch_id, BatchRow.row_number.between(first, last))
    )
    return {row.row_number: row for row in rows}


async def put_rows(session: AsyncSession, batch_id: str, rows: Sequence[tuple[int, str | None, str | None]]) -> None:
    """(row number, work item id, problem). Rows that were there before are replaced."""
    if not rows:
        return
    await session.execute(select(Batch.id).where(Batch.id == batch_id).with_for_update(key_share=True))
    numbers = [number for number, _, _ in rows]
    await session.execute(delete(BatchRow).where(BatchRow.batch_id == batch_id, BatchRow.row_number.in_(numbers)))
    await session.execute(
        insert(BatchRow),
        [
            {"batch_id": batch_id, "row_number": number, "work_item_id": item, "problem": problem}
            for number, item, problem in rows
        ],
    )


@dataclass(frozen=True)
class Progress:
    by_state: Counter[ItemState | None]
    """Rows by the state of their question; None counts the rows that ask nothing."""
    failed: int
    """Of those that are done: given up without an answer."""


async def progress(session: AsyncSession, batch_ids: Collection[str]) -> dict[str, Progress]:
    """In one question, however many sheets there are."""
    answered = WorkItem.outcome.is_not(None)
    rows = await session.execute(
        select(BatchRow.batch_id, WorkItem.state, answered, func.count())
        .select_from(BatchRow)
        .outerjoin(WorkItem, WorkItem.id == BatchRow.work_item_id)
        .where(BatchRow.batch_id.in_(batch_ids))
        .group_by(BatchRow.batch_id, WorkItem.state, answered)
    )
    found = {batch_id: Progress(Counter(), 0) for batch_id in batch_ids}
    for batch_id, state, is_answered, count in rows:
        before = found[batch_id]
        before.by_state[state] += count
        failed = count if state is ItemState.DONE and not is_answered else 0
        found[batch_id] = Progress(before.by_state, before.failed + failed)
    return found


async def next_steps(session: AsyncSession, batch_id: str) -> set[str | None]:
    """Of the rows that ended without an answer."""
    steps = select(WorkItem.next_step).join(BatchRow, WorkItem.id == BatchRow.work_item_id).distinct()
    ended = (WorkItem.state == ItemState.DONE, WorkItem.outcome.is_(None))
    return set(await session.scalars(steps.where(BatchRow.batch_id == batch_id, *ended)))


async def settled_rows(session: AsyncSession, batch_id: str, row_number: int, limit: int) -> int:
    """Of the page of rows behind this one: how many wait for no portal any more."""
    page = select(BatchRow.work_item_id).where(BatchRow.batch_id == batch_id, BatchRow.row_number > row_number)
    shown = page.order_by(BatchRow.row_number).limit(limit).subquery()
    settled = select(func.count()).select_from(shown).join(WorkItem, WorkItem.id == shown.c.work_item_id)
    return await session.scalar(settled.where(WorkItem.state.not_in(WAITING))) or 0


async def credentials_of(session: AsyncSession, batch_id: str) -> Sequence[str]:
    """Whose lanes have to be woken."""
    rows = await session.scalars(
        select(WorkItem.credential_id)
        .join(BatchRow, BatchRow.work_item_id == WorkItem.id)
        .where(BatchRow.batch_id == batch_id, WorkItem.state == ItemState.QUEUED)
        .distinct()
    )
    return rows.all()


async def answered_by(
    session: AsyncSession, batch_id: str, portal: str, outcome: str
) -> Sequence[tuple[WorkItem, StoredAnswer]]:
    """The questions of the batch that this portal answered so."""
    of_rows = select(BatchRow.work_item_id).where(BatchRow.batch_id == batch_id)
    found = await session.execute(
        select(WorkItem, StoredAnswer)
        .join(StoredAnswer, StoredAnswer.work_item_id == WorkItem.id)
        .where(WorkItem.id.in_(of_rows), WorkItem.portal == portal, WorkItem.outcome == outcome)
        .order_by(WorkItem.id)
    )
    return found.tuples().all()


async def asked_first(session: AsyncSession, item: WorkItem) -> str | None:
    """Who handed in a sheet for this item's portal of which a row waits for it; None: no sheet."""
    of_rows = select(BatchRow.batch_id).where(BatchRow.work_item_id == item.id)
    found = select(Batch.requested_by).where(Batch.id.in_(of_rows), Batch.portal == item.portal)
    return (await session.scalars(found.order_by(Batch.id).limit(1))).first()


async def pass_on(session: AsyncSession, item: WorkItem, there: WorkItem) -> None:
    """The rows that waited for this item stand for another portal's from now on, if their sheet was for this portal."""
    of_portal = select(Batch.id).where(Batch.portal == item.portal)
    rows = update(BatchRow).where(BatchRow.work_item_id == item.id, BatchRow.batch_id.in_(of_portal))
    await session.execute(rows.values(work_item_id=there.id).execution_options(synchronize_session=False))


async def outcomes(database: Database, batch_id: str, *, chunk: int = 500) -> AsyncIterator[BatchOutcome]:
    """By row number, in constant memory, without one long transaction."""
    after = 0
    while True:
        async with database.read() as session:
            page = await outcomes_after(session, batch_id, after, chunk)
        if not page:
            return
        for outcome in page:
            yield outcome
        after = page[-1].row.row_number
