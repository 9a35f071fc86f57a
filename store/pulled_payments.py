"""Payments that answers told of, to be found again by whoever pulls them, or what they paid, once more."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.retention import class_of
from core.seal import Sealer, Shredded
from store.base import Base, new_id, period_of, place

_CHUNK = 500


class PulledPayment(Base):
    """As it was told first; once more when it comes with other content. Goes with its question."""

    __tablename__ = "pulled_payment"

    id: Mapped[str] = mapped_column(primary_key=True)
    work_item_id: Mapped[str] = mapped_column(ForeignKey("work_item.id"), index=True)
    pulled_at: Mapped[datetime]
    told: Mapped[bytes]
    """Sealed `Told`."""


class PulledMark(Base):
    """A blind index of a payment's number, or of a claim in it with its amounts."""

    __tablename__ = "pulled_mark"

    mark: Mapped[str] = mapped_column(primary_key=True)
    payment_id: Mapped[str] = mapped_column(
        ForeignKey("pulled_payment.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Told(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    number: str
    paid_on: date | None
    payer_name: str | None
    content: str
    """Differs when anything that is posted does."""


class Pulled(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    id: str
    work_item_id: str
    pulled_at: datetime
    told: Told


async def keep(
    session: AsyncSession, sealer: Sealer, work_item_id: str, told: Told, marks: Collection[str], *, now: datetime
) -> Pulled:
    row_id = new_id("paid")
    sealed = sealer.seal(told.model_dump_json(), _place(row_id), period_of(class_of("remittances"), row_id))
    session.add(PulledPayment(id=row_id, work_item_id=work_item_id, pulled_at=now, told=sealed))
    await session.flush()
    session.add_all(PulledMark(mark=mark, payment_id=row_id) for mark in marks)
    return Pulled(id=row_id, work_item_id=work_item_id, pulled_at=now, told=told)


async def by_marks(session: AsyncSession, sealer: Sealer, marks: Collection[str]) -> dict[str, list[Pulled]]:
    """By mark, those that have it, the oldest first. What the retention has ended is not told any more."""
    pairs: list[tuple[str, str]] = []
    for some in _chunks(marks):
        found = select(PulledMark.mark, PulledMark.payment_id).where(PulledMark.mark.in_(some))
        pairs += (await session.execute(found)).tuples()
    rows: list[PulledPayment] = []
    for ids in _chunks({row_id for _, row_id in pairs}):
        rows += await session.scalars(select(PulledPayment).where(PulledPayment.id.in_(ids)))
    opened = {row.id: pulled for row in rows if (pulled := _opened(row, sealer)) is not None}
    known: dict[str, list[Pulled]] = {}
    for mark, row_id in sorted(pairs):
        if row_id in opened:
            known.setdefault(mark, []).append(opened[row_id])
    return known


def _opened(row: PulledPayment, sealer: Sealer) -> Pulled | None:
    try:
        told = Told.model_validate_json(sealer.open(row.told, _place(row.id)))
    except Shredded:
        return None
    return Pulled(id=row.id, work_item_id=row.work_item_id, pulled_at=row.pulled_at, told=told)


def _chunks(values: Collection[str]) -> Iterator[list[str]]:
    """Of a query each: databases bound the values that one may have."""
    listed = sorted(values)
    return (listed[at : at + _CHUNK] for at in range(0, len(listed), _CHUNK))


def _place(row_id: str) -> str:
    return place("pulled_payment", row_id)
