"""What the retention ends: which rows belong to a period, what is left of them, and what is on hold.

Of a shredded row its history stays (portal, outcome, times), so that counts stay right; in the place of a sealed value
stands the day of its shredding.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, false, insert, literal, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.errors import RequestInvalid
from core.retention import PICTURES, SHEETS, SUBMISSIONS, Period, rules
from core.seal import Sealer, tombstone
from store import audit, claim_marks
from store.base import Base, alone, claimed, made_at, moment_id, new_id, place, word
from store.pulled_payments import PulledPayment
from store.rosters import Roster, RosterLine
from store.runs import Evidence, StoredAnswer
from store.standings import SubmissionStanding
from store.submissions import StoredSubmission, SubmittedFile
from store.work_items import WorkItem


class HoldKind(StrEnum):
    PATIENT = "patient"
    CLAIM = "claim"
    RUN = "run"
    PERIOD = "period"


class LegalHold(Base):
    __tablename__ = "legal_hold"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[HoldKind] = mapped_column(word(HoldKind))
    subject: Mapped[bytes]
    """Sealed: the number of a patient or claim, the id of a run, the name of a period."""
    reason: Mapped[str]
    placed_by: Mapped[str]
    placed_at: Mapped[datetime]
    released_by: Mapped[str | None]
    released_at: Mapped[datetime | None]
    release_reason: Mapped[str | None]


class ShreddedPeriod(Base):
    __tablename__ = "shredded_period"

    kind: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    key_destroyed_at: Mapped[datetime | None]
    """None: something is still on hold, or all of it was sealed before periods had keys."""
    ended_at: Mapped[datetime | None]
    """Nothing is left of it."""
    rows: Mapped[int] = mapped_column(default=0)
    objects: Mapped[int] = mapped_column(default=0)
    spared: Mapped[int] = mapped_column(default=0)
    """Questions and rosters that the last run left, since they are on hold or not done."""

    @property
    def period(self) -> Period:
        return Period(self.month, self.kind)


class DoomedObject(Base):
    """Of the evidence store: its row is shredded, and it is deleted next."""

    __tablename__ = "doomed_object"

    name: Mapped[str] = mapped_column(primary_key=True)


class Shelf(StrEnum):
    """A table with patient data. Its rows' owner is the question that they belong to; a roster is its own."""

    ITEMS = "work_item"
    ANSWERS = "answer"
    EVIDENCE = "evidence"
    SUBMISSIONS = "submission"
    FILES = "submission_file"
    ROSTERS = "roster"


_MODELS: dict[Shelf, tuple[type[Any], str]] = {
    Shelf.ITEMS: (WorkItem, "item"),
    Shelf.ANSWERS: (StoredAnswer, "ans"),
    Shelf.EVIDENCE: (Evidence, "ev"),
    Shelf.SUBMISSIONS: (StoredSubmission, "sub"),
    Shelf.FILES: (SubmittedFile, "file"),
    Shelf.ROSTERS: (Roster, "roster"),
}
OBJECTS = (Shelf.EVIDENCE, Shelf.FILES)
BEGINNING, END = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


def shelves_of(kind: str) -> Sequence[Shelf]:
    """Where rows of a class can be."""
    if kind == SHEETS:
        return (Shelf.ROSTERS,)
    if not rules()[kind].capabilities:
        return (Shelf.EVIDENCE,)
    own = (Shelf.ITEMS, Shelf.ANSWERS, Shelf.EVIDENCE)
    return (*own, Shelf.SUBMISSIONS, Shelf.FILES) if kind == SUBMISSIONS else own


async def is_empty(session: AsyncSession, period: Period) -> bool:
    for shelf in shelves_of(period.kind):
        if await rows_of(session, shelf, period, limit=1):
            return False
    return True


async def first_made(session: AsyncSession, since: datetime = BEGINNING) -> datetime | None:
    """When the oldest row was made, of those since; None when there is none."""
    found = [
        await session.scalar(made(shelf, since, END, model.id).order_by(model.id).limit(1))
        for shelf, (model, _) in _MODELS.items()
    ]
    return min((made_at(row_id) for row_id in found if row_id), default=None)


async def rows_of(
    session: AsyncSession, shelf: Shelf, period: Period, *, after: str = "", limit: int
) -> Sequence[tuple[str, str]]:
    """(id, owner) of what is not shredded yet, in order."""
    model, _ = _MODELS[shelf]
    found = made(shelf, period.starts, period.next.starts, model.id, _owner(shelf))
    found = found.where(model.shredded_at.is_(None), _of_period(shelf, period.kind), model.id > after)
    return (await session.execute(found.order_by(model.id).limit(limit))).tuples().all()


async def shred_rows(session: AsyncSession, shelf: Shelf, ids: Collection[str], *, now: datetime) -> None:
    """Their objects are doomed with them: deleted when this is committed."""
    model, _ = _MODELS[shelf]
    gone, name = tombstone(now.date()), literal("shredded|").concat(model.id)
    changes: dict[Shelf, dict[str, Any]] = {
        Shelf.ITEMS: {"query": gone, "natural_key": name},
        Shelf.ANSWERS: {"payload": gone},
        Shelf.SUBMISSIONS: {"answer": gone, "content_key": name, "subject_key": name},
        Shelf.ROSTERS: {"headers": gone, "digest": "", "in_force_at": None},
    }
    for_all = {"synchronize_session": False}
    shredded = update(model).where(model.id.in_(ids)).values(shredded_at=now, **changes.get(shelf, {}))
    await session.execute(shredded, execution_options=for_all)
    if shelf is Shelf.ANSWERS:
        await claim_marks.forget(session, ids)
    if shelf in OBJECTS:
        names = select(model.object_name).where(model.id.in_(ids))
        await session.execute(insert(DoomedObject).from_select(["name"], names))
    if shelf is Shelf.ITEMS:
        paid = delete(PulledPayment).where(PulledPayment.work_item_id.in_(ids))
        await session.execute(paid, execution_options=for_all)
    if shelf is Shelf.SUBMISSIONS:
        standing = update(SubmissionStanding).where(SubmissionStanding.submission_id.in_(ids))
        await session.execute(standing.values(next_key=None), execution_options=for_all)
    if shelf is Shelf.ROSTERS:
        lines = delete(RosterLine).where(RosterLine.roster_id.in_(ids))
        await session.execute(lines, execution_options=for_all)


async def doomed(session: AsyncSession, *, limit: int) -> Sequence[str]:
    return (await session.scalars(select(DoomedObject.name).order_by(DoomedObject.name).limit(limit))).all()


async def objects_gone(session: AsyncSession, names: Collection[str]) -> None:
    await session.execute(delete(DoomedObject).where(DoomedObject.name.in_(names)))


async def periods(session: AsyncSession) -> dict[Period, ShreddedPeriod]:
    """Those that the shredding has begun with."""
    found = await session.scalars(select(ShreddedPeriod).execution_options(populate_existing=True))
    return {each.period: each for each in found}


async def begun(session: AsyncSession, period: Period, *, now: datetime) -> ShreddedPeriod:
    blank = ShreddedPeriod(kind=period.kind, month=period.month, began_at=now, rows=0, objects=0, spared=0)
    return await claimed(session, blank)


# -- holds


async def lock(session: AsyncSession) -> None:
    """Until the transaction ends no hold is placed and nothing is shredded by anybody else."""
    await alone(session, "retention")


async def active_holds(session: AsyncSession) -> Sequence[LegalHold]:
    return (
        await session.scalars(select(LegalHold).where(LegalHold.released_at.is_(None)).order_by(LegalHold.id))
    ).all()


async def place_hold(
    session: AsyncSession, sealer: Sealer, kind: HoldKind, subject: str, *, reason: str, actor: str, now: datetime
) -> LegalHold:
    await lock(session)
    row_id = new_id("hold")
    sealed = sealer.seal(subject, place("legal_hold", row_id))
    row = LegalHold(id=row_id, kind=kind, subject=sealed, reason=reason, placed_by=actor, placed_at=now)
    session.add(row)
    detail: dict[str, str | int | None] = {"kind": kind.value, "reason": reason}
    await audit.append(session, audit.Event("retention.hold", actor, row_id, detail), now=now)
    return row


async def release_hold(session: AsyncSession, hold_id: str, *, reason: str, actor: str, now: datetime) -> LegalHold:
    """Raises RequestInvalid."""
    await lock(session)
    row = await session.get(LegalHold, hold_id, populate_existing=True)
    if row is None or row.released_at is not None:
        raise RequestInvalid("There is no such hold in force; `fleet retention` lists them.", field="hold")
    row.released_by, row.released_at, row.release_reason = actor, now, reason
    event = audit.Event("retention.release", actor, row.id, {"kind": row.kind.value, "reason": reason})
    await audit.append(session, event, now=now)
    return row


def subject_of(hold: LegalHold, sealer: Sealer) -> str:
    return sealer.open(hold.subject, place("legal_hold", hold.id))


def made(shelf: Shelf, starts: datetime, ends: datetime, *columns: Any) -> Select[Any]:
    """Of all rows that were made in between, of whatever class, also those that are shredded."""
    model, prefix = _MODELS[shelf]
    found = select(*columns).select_from(model)
    if shelf in (Shelf.ANSWERS, Shelf.EVIDENCE):
        found = found.join(WorkItem, WorkItem.id == model.work_item_id)
    if shelf is Shelf.FILES:
        found = found.join(StoredSubmission, StoredSubmission.id == SubmittedFile.submission_id)
    return found.where(model.id >= moment_id(prefix, starts), model.id < moment_id(prefix, ends))


def _owner(shelf: Shelf) -> Any:
    return {Shelf.ITEMS: WorkItem.id, Shelf.FILES: StoredSubmission.work_item_id, Shelf.ROSTERS: Roster.id}.get(
        shelf, getattr(_MODELS[shelf][0], "work_item_id", None)
    )


def _of_period(shelf: Shelf, kind: str) -> ColumnElement[bool]:
    if shelf in (Shelf.ITEMS, Shelf.ANSWERS):
        return _of_class(kind)
    if shelf is Shelf.EVIDENCE:
        shows = Evidence.kind.in_(PICTURES)
        pictured = [_of_class(name) for name, rule in rules().items() if rule.pictures == kind]
        own = _of_class(kind) & ~shows if rules()[kind].pictures else _of_class(kind)
        return or_(own, shows & or_(false(), *pictured))
    return true()


def _of_class(kind: str) -> ColumnElement[bool]:
    """As core.retention.class_of."""
    named = [name for rule in rules().values() for name in rule.capabilities]
    own = WorkItem.capability.in_(rules()[kind].capabilities)
    return or_(own, WorkItem.capability.not_in(named)) if kind == SUBMISSIONS else own
