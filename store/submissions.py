"""The journal of what is sent to payers: intent → armed → clicked → confirmed, refused, or unknown until it is found.

`clicked` is committed before the click leaves, so a worker that dies in between leaves what may have been sent, and
never what nobody knows of. Each change is a compare-and-set under the lease's fence, with its audit event.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.errors import LeaseLost, RequestInvalid
from core.retention import SUBMISSIONS
from core.seal import Sealer
from store import audit, leases
from store.base import Base, new_id, period_of, place, word
from store.leases import LaneLease, Lease


class SubmissionState(StrEnum):
    INTENT = "intent"
    """To be sent; certainly not sent yet."""
    ARMED = "armed"
    """Not on the portal's worklist; a worker is on its way to the button."""
    CLICKED = "clicked"
    """The click may have been made."""
    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"
    """The click may have been made, and nobody knows what came of it: only the portal's worklist tells."""
    REFUSED = "refused"
    """Not taken, or not sent because the portal had one already. Handed in again, it is an intent again."""


S = SubmissionState
SETTLED = (S.CONFIRMED, S.REFUSED)
UNSETTLED = tuple(state for state in S if state not in SETTLED)


class StoredSubmission(Base):
    __tablename__ = "submission"
    __table_args__ = (Index(None, "state", "id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    work_item_id: Mapped[str] = mapped_column(ForeignKey("work_item.id"), unique=True)
    """By which a lane comes to it; what is to be sent is the item's sealed query."""
    capability: Mapped[str]
    kind: Mapped[str]
    portal: Mapped[str]
    payer: Mapped[str | None]
    content_key: Mapped[str] = mapped_column(unique=True)
    """A blind index of portal, payer, kind, subject and files: the same is never sent twice. Of the tax ID too, where
    another one has sent the same before.
    """
    subject_key: Mapped[str] = mapped_column(index=True)
    """A blind index of portal, payer, kind and subject."""
    state: Mapped[SubmissionState] = mapped_column(word(SubmissionState), default=SubmissionState.INTENT)
    fence: Mapped[int | None]
    """Of the lease under which it was armed."""
    rehearsal: Mapped[bool]
    """Filled in up to the review page and not sent."""
    needs_approval: Mapped[bool]
    version: Mapped[int] = mapped_column(default=1)
    """Counts each time that it was handed in with other texts before it was sent: a yes is for one of them."""
    intended_at: Mapped[datetime]
    """When this version was handed in."""
    approved_by: Mapped[str | None]
    approved_at: Mapped[datetime | None]
    file_by: Mapped[date | None]
    """The last day on which the payer takes it."""
    requested_by: Mapped[str]
    """Who handed in this version."""
    created_at: Mapped[datetime]
    armed_at: Mapped[datetime | None]
    clicked_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    clicks: Mapped[int] = mapped_column(default=0)
    looks: Mapped[int] = mapped_column(default=0)
    """How often the worklist was searched in vain since the click was certainly on it, had it arrived."""
    adapter_version: Mapped[str | None]
    secret_version: Mapped[int | None]
    """The vault's version of the password with which it was sent."""
    answer: Mapped[bytes | None]
    """What the portal said, sealed JSON."""
    shredded_at: Mapped[datetime | None]


class SubmittedFile(Base):
    """Its content is a sealed object of the evidence store."""

    __tablename__ = "submission_file"

    id: Mapped[str] = mapped_column(primary_key=True)
    submission_id: Mapped[str] = mapped_column(ForeignKey("submission.id"), index=True)
    sha256: Mapped[str]
    """Of the content in clear."""
    size: Mapped[int]
    object_name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    shredded_at: Mapped[datetime | None]


@dataclass(frozen=True)
class NewFile:
    id: str
    """The content is sealed for place("submission_file", id)."""
    sha256: str
    size: int
    object_name: str


@dataclass(frozen=True)
class NewSubmission:
    work_item_id: str
    capability: str
    kind: str
    portal: str
    payer: str | None
    content_key: str
    subject_key: str
    rehearsal: bool
    needs_approval: bool
    file_by: date | None
    requested_by: str
    files: Sequence[NewFile]


async def add(session: AsyncSession, new: NewSubmission, *, now: datetime) -> StoredSubmission:
    """Raises RequestInvalid when somebody else was first with the same content."""
    own = {name: value for name, value in vars(new).items() if name != "files"}
    row = StoredSubmission(id=new_id("sub"), created_at=now, intended_at=now, **own)
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise RequestInvalid("The very same was handed in a moment ago; `fleet submissions` shows it.") from None
    for file in new.files:
        session.add(SubmittedFile(submission_id=row.id, created_at=now, **vars(file)))
    await session.flush()
    await _audit(session, row, "made", new.requested_by, now, kind=new.kind, files=len(new.files))
    return row


async def get(session: AsyncSession, submission_id: str) -> StoredSubmission:
    """As it is now. Raises RequestInvalid."""
    row = await session.get(StoredSubmission, submission_id, populate_existing=True)
    if row is None:
        raise RequestInvalid("There is no such submission; `fleet submissions` lists them.", field="submission")
    return row


async def of_item(session: AsyncSession, work_item_id: str) -> StoredSubmission | None:
    found = select(StoredSubmission).where(StoredSubmission.work_item_id == work_item_id)
    return (await session.scalars(found.execution_options(populate_existing=True))).first()


async def by_content(session: AsyncSession, content_key: str) -> StoredSubmission | None:
    found = select(StoredSubmission).where(StoredSubmission.content_key == content_key)
    return (await session.scalars(found)).first()


async def of_subject(session: AsyncSession, subject_key: str) -> Sequence[StoredSubmission]:
    found = select(StoredSubmission).where(StoredSubmission.subject_key == subject_key)
    return (await session.scalars(found.order_by(StoredSubmission.id))).all()


async def files_of(session: AsyncSession, submission_id: str) -> Sequence[SubmittedFile]:
    found = select(SubmittedFile).where(SubmittedFile.submission_id == submission_id)
    return (await session.scalars(found.order_by(SubmittedFile.id))).all()


def answer_of(row: StoredSubmission, sealer: Sealer) -> str | None:
    """JSON in clear."""
    return sealer.open(row.answer, place("submission", row.id)) if row.answer is not None else None


# -- by the holder of the lane: each raises LeaseLost when the lane or the submission is another's


async def arm(session: AsyncSession, lease: Lease, row_id: str, *, now: datetime) -> None:
    await leases.check(session, lease)
    row = await _move(session, row_id, of=(S.INTENT,), to=S.ARMED, fence=lease.fence, armed_at=now)
    await _audit(session, row, "armed", lease.holder, now, fence=lease.fence)


async def click(
    session: AsyncSession, lease: Lease, row_id: str, *, adapter_version: str, secret_version: int, now: datetime
) -> None:
    """To be committed before the click leaves. The lease must be ours and its time not over."""
    await leases.check(session, lease)
    lane = await session.get(LaneLease, lease.credential_id, populate_existing=True)
    if lane is None or lane.expires_at is None or lane.expires_at <= now:
        raise LeaseLost("The lane's lease ran out before the click; nothing was sent, and the work is kept.")
    row = await _move(
        session,
        row_id,
        of=(S.ARMED,),
        to=S.CLICKED,
        under=lease.fence,
        clicked_at=now,
        clicks=StoredSubmission.clicks + 1,
        looks=0,
        adapter_version=adapter_version,
        secret_version=secret_version,
    )
    await _audit(session, row, "clicked", lease.holder, now, fence=lease.fence, click=row.clicks)


async def not_clicked(session: AsyncSession, lease: Lease, row_id: str, *, now: datetime) -> None:
    """The browser is certain that the click was not made, or that nothing left it since."""
    await leases.check(session, lease)
    row = await get(session, row_id)
    if row.state in (S.ARMED, S.CLICKED):
        clicks = row.clicks - (row.state is S.CLICKED)
        back = S.INTENT if clicks == 0 else S.UNKNOWN
        row = await _move(session, row_id, of=(S.ARMED, S.CLICKED), to=back, under=lease.fence, clicks=clicks)
        await _audit(session, row, "not_clicked", lease.holder, now, fence=lease.fence)


async def take_over(session: AsyncSession, lease: Lease, row_id: str, *, now: datetime) -> StoredSubmission:
    """What an earlier holder left on its way: what it may have clicked is unknown, what it had not is an intent."""
    await leases.check(session, lease)
    row = await get(session, row_id)
    if row.state is S.ARMED:
        row = await _move(session, row_id, of=(S.ARMED,), to=S.INTENT if row.clicks == 0 else S.UNKNOWN)
        await _audit(session, row, "taken_over", lease.holder, now, fence=lease.fence, state=row.state.value)
    elif row.state is S.CLICKED:
        row = await _move(session, row_id, of=(S.CLICKED,), to=S.UNKNOWN)
        await _audit(session, row, "unknown", lease.holder, now, fence=lease.fence)
    return row


async def unknown(session: AsyncSession, lease: Lease, row_id: str, *, now: datetime) -> None:
    await leases.check(session, lease)
    row = await _move(session, row_id, of=(S.ARMED, S.CLICKED), to=S.UNKNOWN, under=lease.fence)
    await _audit(session, row, "unknown", lease.holder, now, fence=lease.fence)


async def looked_in_vain(session: AsyncSession, lease: Lease, row_id: str, *, certain: bool, now: datetime) -> int:
    """How often that was when it would certainly have been there."""
    await leases.check(session, lease)
    row = await _move(
        session, row_id, of=(S.UNKNOWN,), to=S.UNKNOWN, looks=StoredSubmission.looks + (1 if certain else 0)
    )
    await _audit(session, row, "not_found", lease.holder, now, looks=row.looks)
    return row.looks


async def rearm(session: AsyncSession, lease: Lease, row_id: str, *, now: datetime) -> None:
    """It certainly did not arrive, and may be sent again (docs/adr/0008)."""
    await leases.check(session, lease)
    row = await _move(session, row_id, of=(S.UNKNOWN,), to=S.ARMED, fence=lease.fence, armed_at=now)
    await _audit(session, row, "rearmed", lease.holder, now, fence=lease.fence, clicks=row.clicks)


async def settle(
    session: AsyncSession,
    sealer: Sealer,
    lease: Lease,
    row_id: str,
    *,
    state: SubmissionState,
    answer: str,
    now: datetime,
) -> None:
    """`answer` is JSON in clear; sealed here."""
    await leases.check(session, lease)
    of = (S.CLICKED, S.UNKNOWN) if state is S.CONFIRMED else (S.INTENT, S.ARMED, S.CLICKED)
    sealed = _sealed(sealer, answer, row_id)
    row = await _move(session, row_id, of=of, to=state, settled_at=now, answer=sealed)
    await _audit(session, row, state.value, lease.holder, now, fence=lease.fence)


# -- by people


async def approve(session: AsyncSession, row_id: str, *, version: int, actor: str, now: datetime) -> StoredSubmission:
    """`version`: the one that was read. Raises RequestInvalid."""
    row = await get(session, row_id)
    await session.refresh(row, with_for_update=True)
    if not row.needs_approval:
        raise RequestInvalid("This submission needs no approval.", field="submission")
    if row.version != version:
        raise RequestInvalid(
            f"It was handed in anew since you read it: version {row.version} waits now. Read that one, then say yes.",
            field="version",
        )
    if row.state in SETTLED or row.approved_at is not None:
        raise RequestInvalid(f"There is nothing left to approve: it is {row.state.value}.", field="submission")
    row.approved_by, row.approved_at = actor, now
    await _audit(session, row, "approved", actor, now, version=version)
    return row


async def decide(
    session: AsyncSession, sealer: Sealer, row_id: str, answer: str | None, *, actor: str, reason: str, now: datetime
) -> StoredSubmission:
    """A person has looked on the portal: it is there, as `answer` says (JSON in clear), or (None) it is not, and it is
    to be sent. Raises RequestInvalid unless it is unknown.
    """
    if not reason.strip():
        raise RequestInvalid("A reason is needed; it goes into the audit trail.", field="reason")
    values: dict[str, Any] = {"clicks": 0, "looks": 0}
    if answer is not None:
        values = {"settled_at": now, "answer": _sealed(sealer, answer, row_id)}
    to = S.INTENT if answer is None else S.CONFIRMED
    with suppress(LeaseLost):
        row = await _move(session, row_id, of=(S.UNKNOWN,), to=to, **values)
        await _audit(session, row, "decided", actor, now, state=to.value, reason=reason)
        return row
    state = (await get(session, row_id)).state
    raise RequestInvalid(f"Only what is unknown is decided by a person; this is {state.value}.", field="submission")


async def intend_again(
    session: AsyncSession,
    row_id: str,
    *,
    rehearsal: bool,
    needs_approval: bool,
    file_by: date | None,
    actor: str,
    now: datetime,
) -> StoredSubmission:
    """Handed in once more, as an intent or after a refusal. An approval was for what it said before: it is given anew.

    Raises LeaseLost when it is under way.
    """
    row = await _move(
        session,
        row_id,
        of=(S.INTENT, S.REFUSED),
        to=S.INTENT,
        rehearsal=rehearsal,
        needs_approval=needs_approval,
        file_by=file_by,
        version=StoredSubmission.version + 1,
        intended_at=now,
        requested_by=actor,
        approved_by=None,
        approved_at=None,
        settled_at=None,
        answer=None,
        clicks=0,
    )
    await _audit(session, row, "intended_again", actor, now, version=row.version)
    return row


def _sealed(sealer: Sealer, answer: str, row_id: str) -> bytes:
    return sealer.seal(answer, place("submission", row_id), period_of(SUBMISSIONS, row_id))


async def _move(
    session: AsyncSession,
    row_id: str,
    *,
    of: Collection[SubmissionState],
    to: SubmissionState,
    under: int | None = None,
    **values: Any,
) -> StoredSubmission:
    """`under`: the fence under which it must have been armed."""
    moved = (
        update(StoredSubmission)
        .where(StoredSubmission.id == row_id, StoredSubmission.state.in_(of))
        .values(state=to, **values)
        .returning(StoredSubmission.id)
        .execution_options(synchronize_session=False)
    )
    if under is not None:
        moved = moved.where(StoredSubmission.fence == under)
    if await session.scalar(moved) is None:
        raise LeaseLost("The submission is in other hands now; this worker stops here and sends nothing.")
    return await get(session, row_id)


async def _audit(
    session: AsyncSession, row: StoredSubmission, what: str, actor: str, now: datetime, **detail: str | int | None
) -> None:
    await audit.append(session, audit.Event(f"submission.{what}", actor, row.id, detail), now=now)
