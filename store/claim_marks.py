"""Which answers tell of which claims: blind indexes of the claims' numbers, so that all that is known of one is found
without opening what is about others.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.seal import Sealer, Shredded
from store.base import Base
from store.runs import StoredAnswer, payload_of
from store.work_items import WorkItem

CAPABILITIES = ("claim_status", "remittances")
"""Whose answers are marked."""


class ClaimMark(Base):
    """An answer tells of a claim."""

    __tablename__ = "claim_mark"
    __table_args__ = (Index(None, "answer_id"),)

    claim_key: Mapped[str] = mapped_column(primary_key=True)
    """The blind index of its number."""
    answer_id: Mapped[str] = mapped_column(ForeignKey("answer.id"), primary_key=True)


class UnmarkedAnswer(Base):
    """One that was kept before there were marks: the migration lists them, and `catch_up` takes them off."""

    __tablename__ = "unmarked_answer"

    answer_id: Mapped[str] = mapped_column(ForeignKey("answer.id"), primary_key=True)


async def mark(session: AsyncSession, sealer: Sealer, answer_id: str, payload: str) -> None:
    """In the transaction that keeps the answer."""
    numbers = {number.strip().upper() for number in _numbers(json.loads(payload))}
    marks = [{"claim_key": _key(sealer, each), "answer_id": answer_id} for each in sorted(numbers)]
    if marks:
        await session.flush()
        await session.execute(insert(ClaimMark), marks)


async def catch_up(session: AsyncSession, sealer: Sealer, *, limit: int) -> int:
    """Marks so many of the answers from before, the latest first. How many that were: 0 when all are marked."""
    waiting = (
        select(UnmarkedAnswer).order_by(UnmarkedAnswer.answer_id.desc()).limit(limit).with_for_update(skip_locked=True)
    )
    ids = [row.answer_id for row in await session.scalars(waiting)]
    for stored in await session.scalars(select(StoredAnswer).where(StoredAnswer.id.in_(ids))):
        try:
            await mark(session, sealer, stored.id, payload_of(stored, sealer))
        except Shredded:
            continue
    await session.execute(delete(UnmarkedAnswer).where(UnmarkedAnswer.answer_id.in_(ids)))
    return len(ids)


async def about(
    session: AsyncSession, sealer: Sealer, claim_number: str, *, credentials: Collection[str], here: ColumnElement[bool]
) -> Sequence[tuple[StoredAnswer, WorkItem]]:
    """Answers that tell of this claim, as these credentials read them, the latest first. `here`: of work items."""
    found = (
        select(StoredAnswer, WorkItem)
        .join(ClaimMark, ClaimMark.answer_id == StoredAnswer.id)
        .join(WorkItem, WorkItem.id == StoredAnswer.work_item_id)
        .where(ClaimMark.claim_key == _key(sealer, claim_number.strip().upper()), here)
        .where(WorkItem.credential_id.in_(credentials), WorkItem.capability.in_(CAPABILITIES))
        .order_by(StoredAnswer.as_of.desc(), StoredAnswer.id.desc())
    )
    return [(stored, item) for stored, item in (await session.execute(found)).all()]


def of_payer(portal: str, payer: str | None) -> ColumnElement[bool]:
    """Asked of this payer, or of this portal for all its payers alike."""
    return or_(WorkItem.payer == payer, WorkItem.payer.is_(None) & (WorkItem.portal == portal))


async def forget(session: AsyncSession, answer_ids: Collection[str]) -> None:
    """What is shredded cannot be found by its claims either."""
    for model in (ClaimMark, UnmarkedAnswer):
        gone = delete(model).where(model.answer_id.in_(answer_ids))
        await session.execute(gone, execution_options={"synchronize_session": False})


def _key(sealer: Sealer, claim_number: str) -> str:
    return sealer.blind(claim_number, "claim number")


def _numbers(told: Any) -> Iterator[str]:
    """Wherever in an answer they stand. Read as JSON: to build the answer takes ten times as long."""
    if isinstance(told, dict):
        if isinstance(number := told.get("claim_number"), str):
            yield number
        told = told.values()
    if not isinstance(told, str | int | float | None):
        for each in told:
            yield from _numbers(each)
