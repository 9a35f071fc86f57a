"""How far payers are with what was sent to them, as their portals showed it: now, and all that was seen before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from store import audit
from store.base import Base, new_id
from store.submissions import StoredSubmission, SubmissionState


class SubmissionStanding(Base):
    """One of each submission that was asked after."""

    __tablename__ = "submission_standing"

    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"), primary_key=True)
    asked_item_id: Mapped[str | None] = mapped_column(ForeignKey("work_item.id"), index=True)
    """The question whose answer tells of it."""
    asked_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    """When the worklist was last read for it."""
    missing: Mapped[bool] = mapped_column(default=False)
    """The worklist did not show it, though it should have."""
    status: Mapped[str | None]
    """A word of its kind."""
    decided: Mapped[bool] = mapped_column(default=False)
    decided_at: Mapped[datetime | None]
    """When that was first seen."""
    decided_on: Mapped[date | None]
    """As the portal prints it."""
    against: Mapped[bool] = mapped_column(default=False)
    wants_answer: Mapped[bool] = mapped_column(default=False)
    told: Mapped[str | None]
    """How much of it was approved, or accepted."""
    letter_id: Mapped[str | None] = mapped_column(ForeignKey("evidence.id"))
    next_key: Mapped[str | None]
    """The blind index of what comes next about the same, as submissions have it in `subject_key`."""
    closed: Mapped[bool] = mapped_column(default=False)
    """There is nothing more to be seen."""


class SubmissionSighting(Base):
    """Something that had changed when the worklist was read."""

    __tablename__ = "submission_sighting"
    __table_args__ = (Index(None, "submission_id", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"))
    work_item_id: Mapped[str] = mapped_column(ForeignKey("work_item.id"))
    seen_at: Mapped[datetime]
    missing: Mapped[bool]
    status: Mapped[str | None]
    decided_on: Mapped[date | None]
    told: Mapped[str | None]
    letter_id: Mapped[str | None] = mapped_column(ForeignKey("evidence.id"))


@dataclass(frozen=True)
class Seen:
    """What a worklist showed of a submission."""

    missing: bool = False
    status: str | None = None
    decided: bool = False
    decided_on: date | None = None
    against: bool = False
    wants_answer: bool = False
    told: str | None = None
    letter_id: str | None = None
    """None: none was given, or it was kept before."""
    next_key: str | None = None
    closed: bool = False


async def open_ones(session: AsyncSession, kinds: Collection[str]) -> Sequence[StoredSubmission]:
    """What payers have received and of which more can be seen, the oldest first."""
    found = (
        select(StoredSubmission)
        .outerjoin(SubmissionStanding, SubmissionStanding.submission_id == StoredSubmission.id)
        .where(
            StoredSubmission.state == SubmissionState.CONFIRMED,
            StoredSubmission.kind.in_(kinds),
            or_(SubmissionStanding.submission_id.is_(None), SubmissionStanding.closed.is_(False)),
        )
        .order_by(StoredSubmission.id)
    )
    return (await session.scalars(found)).all()


async def asked(session: AsyncSession, submission_id: str, item_id: str, *, now: datetime) -> None:
    row = await session.get(SubmissionStanding, submission_id)
    if row is None:
        row = SubmissionStanding(submission_id=submission_id)
        session.add(row)
    row.asked_item_id, row.asked_at = item_id, now


async def waiting_for(session: AsyncSession, item_id: str) -> Sequence[tuple[StoredSubmission, SubmissionStanding]]:
    """Those of which this question's answer tells."""
    found = (
        select(StoredSubmission, SubmissionStanding)
        .join(SubmissionStanding, SubmissionStanding.submission_id == StoredSubmission.id)
        .where(SubmissionStanding.asked_item_id == item_id)
    )
    return [(row, standing) for row, standing in (await session.execute(found)).all()]


async def note(
    session: AsyncSession, row: SubmissionStanding, seen: Seen, item_id: str, *, actor: str, now: datetime
) -> None:
    """In the transaction that keeps the answer. A line that the worklist has lost keeps what it showed before."""
    row.seen_at = now
    letter_id = seen.letter_id or row.letter_id
    before = (row.missing, row.status, row.decided_on, row.told, row.letter_id)
    row.missing, row.closed = seen.missing, seen.closed
    if not seen.missing:
        row.status, row.decided, row.decided_on = seen.status, seen.decided, seen.decided_on
        row.against, row.wants_answer, row.letter_id = seen.against, seen.wants_answer, letter_id
        row.next_key, row.told = seen.next_key, seen.told
        row.decided_at = row.decided_at or (now if seen.decided else None)
    if (row.missing, row.status, row.decided_on, row.told, row.letter_id) == before:
        return
    session.add(
        SubmissionSighting(
            id=new_id("seen"),
            submission_id=row.submission_id,
            work_item_id=item_id,
            seen_at=now,
            missing=row.missing,
            status=row.status,
            decided_on=row.decided_on,
            told=row.told,
            letter_id=row.letter_id,
        )
    )
    detail: dict[str, str | int | None] = {"status": row.status, "missing": row.missing, "letter": row.letter_id}
    await audit.append(session, audit.Event("submission.seen", actor, row.submission_id, detail), now=now)


async def by_ids(session: AsyncSession, submission_ids: Collection[str]) -> dict[str, SubmissionStanding]:
    found = select(SubmissionStanding).where(SubmissionStanding.submission_id.in_(submission_ids))
    return {row.submission_id: row for row in await session.scalars(found)}


async def history(session: AsyncSession, submission_id: str) -> Sequence[SubmissionSighting]:
    """The oldest first."""
    found = select(SubmissionSighting).where(SubmissionSighting.submission_id == submission_id)
    return (await session.scalars(found.order_by(SubmissionSighting.id))).all()


async def letters(session: AsyncSession, submission_id: str) -> set[str]:
    """Ids of all that came, the pieces of evidence; a later one does not hide those before."""
    found = select(SubmissionSighting.letter_id).where(SubmissionSighting.submission_id == submission_id)
    return {letter_id for letter_id in await session.scalars(found) if letter_id is not None}


async def subjects_sent(session: AsyncSession, subject_keys: Collection[str]) -> set[str]:
    """Those of them about which something was handed in, and not refused."""
    found = select(StoredSubmission.subject_key).where(
        StoredSubmission.subject_key.in_(subject_keys),
        StoredSubmission.state != SubmissionState.REFUSED,
        StoredSubmission.rehearsal.is_(False),
    )
    return set(await session.scalars(found))
