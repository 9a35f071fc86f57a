"""Where a practice wants a person's yes before something is sent to a payer, beyond what a portal's manifest asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.errors import RequestInvalid
from store import audit
from store.base import Base, claimed
from store.submissions import StoredSubmission, SubmissionState

ANY = "*"


class ApprovalRule(Base):
    __tablename__ = "approval_rule"

    portal: Mapped[str] = mapped_column(primary_key=True)
    """ANY: all of them."""
    kind: Mapped[str] = mapped_column(primary_key=True)
    """ANY: all of them."""
    set_by: Mapped[str]
    set_at: Mapped[datetime]
    reason: Mapped[str]


async def require(
    session: AsyncSession, portal: str, kind: str, *, actor: str, reason: str, now: datetime
) -> Sequence[str]:
    """Holds for what was handed in already and is not sent yet, too: the ids of those."""
    row = await claimed(session, ApprovalRule(portal=portal, kind=kind, set_by=actor, set_at=now, reason=_said(reason)))
    row.set_by, row.set_at, row.reason = actor, now, reason
    waiting = (
        update(StoredSubmission)
        .where(StoredSubmission.state.in_((SubmissionState.INTENT, SubmissionState.ARMED)))
        .where(StoredSubmission.needs_approval.is_(False), StoredSubmission.rehearsal.is_(False))
        .values(needs_approval=True)
        .returning(StoredSubmission.id)
        .execution_options(synchronize_session=False)
    )
    if portal != ANY:
        waiting = waiting.where(StoredSubmission.portal == portal)
    if kind != ANY:
        waiting = waiting.where(StoredSubmission.kind == kind)
    held = (await session.scalars(waiting)).all()
    await audit.append(session, _event("required", row, actor, reason), now=now)
    return held


async def lift(session: AsyncSession, portal: str, kind: str, *, actor: str, reason: str, now: datetime) -> None:
    """What waits for its yes goes on waiting. Raises RequestInvalid."""
    row = await session.get(ApprovalRule, (portal, kind), with_for_update=True)
    if row is None:
        raise RequestInvalid("No such rule is set; `fleet submissions approval` lists them.", field="portal")
    await audit.append(session, _event("lifted", row, actor, _said(reason)), now=now)
    await session.delete(row)


async def needed(session: AsyncSession, portal: str, kind: str) -> bool:
    fitting = select(ApprovalRule.portal).where(
        ApprovalRule.portal.in_((portal, ANY)), ApprovalRule.kind.in_((kind, ANY))
    )
    return (await session.scalars(fitting.limit(1))).first() is not None


async def all_of(session: AsyncSession) -> Sequence[ApprovalRule]:
    return (await session.scalars(select(ApprovalRule).order_by(ApprovalRule.portal, ApprovalRule.kind))).all()


def _said(reason: str) -> str:
    if not reason.strip():
        raise RequestInvalid("A reason is needed; it goes into the audit trail.", field="reason")
    return reason


def _event(what: str, row: ApprovalRule, actor: str, reason: str) -> audit.Event:
    return audit.Event(f"approval.{what}", actor, f"{row.portal}/{row.kind}", {"reason": reason})
