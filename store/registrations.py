"""How far the registration of an organization with a portal has come: what of the checklist is done, when, by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, validates

from core.errors import RequestInvalid
from core.seal import Sealer
from core.tax_ids import plain_tax_id
from store import audit
from store.base import Base, new_id, place, word


class StepState(StrEnum):
    DONE = "done"
    NOT_NEEDED = "not_needed"


class Registration(Base):
    __tablename__ = "registration"
    __table_args__ = (UniqueConstraint("portal", "organization"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    portal: Mapped[str]
    organization: Mapped[str]
    tin: Mapped[str | None]
    started_by: Mapped[str]
    started_at: Mapped[datetime]

    @validates("tin")
    def _plain_tin(self, _key: str, tin: str | None) -> str | None:
        return plain_tax_id(tin) if tin else None


class RegistrationStep(Base):
    """A step that is settled; the checklist knows the others."""

    __tablename__ = "registration_step"

    registration_id: Mapped[str] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    step: Mapped[str] = mapped_column(primary_key=True)
    """Its id in the checklist."""
    state: Mapped[StepState] = mapped_column(word(StepState))
    settled_on: Mapped[date]
    settled_by: Mapped[str]
    """Who did it, or signed it; who wrote it down stands in the audit trail."""
    note: Mapped[bytes | None]
    """Sealed."""


@dataclass(frozen=True)
class Settled:
    step: str
    state: StepState
    on: date
    by: str
    note: str | None = None


async def start(
    session: AsyncSession, portal: str, organization: str, *, tin: str | None, actor: str, now: datetime
) -> Registration:
    """Raises RequestInvalid when it is under way already."""
    if await named(session, portal, organization) is not None:
        raise RequestInvalid(
            f"The registration of “{organization}” with {portal} is under way; `fleet registrations show {portal}`.",
            field="organization",
        )
    row = Registration(
        id=new_id("reg"), portal=portal, organization=organization, tin=tin, started_by=actor, started_at=now
    )
    session.add(row)
    await session.flush()
    event = audit.Event("registration.started", actor, row.id, {"portal": portal, "organization": organization})
    await audit.append(session, event, now=now)
    return row


async def named(session: AsyncSession, portal: str, organization: str) -> Registration | None:
    found = select(Registration).where(Registration.portal == portal, Registration.organization == organization)
    return (await session.scalars(found)).first()


async def chosen(session: AsyncSession, portal: str, organization: str | None) -> Registration:
    """That of an organization, or the portal's only one. Raises RequestInvalid."""
    known = [each for each in await all_of(session) if each.portal == portal]
    fitting = [each for each in known if organization in (None, each.organization)]
    if not fitting:
        raise RequestInvalid(
            f"No registration with {portal} is under way; `fleet registrations start {portal} --organization …`.",
            field="portal",
        )
    if len(fitting) > 1:
        names = ", ".join(each.organization for each in fitting)
        raise RequestInvalid(
            f"Several organizations register with {portal}: {names}; add --organization.", field="organization"
        )
    return fitting[0]


async def all_of(session: AsyncSession) -> Sequence[Registration]:
    return (await session.scalars(select(Registration).order_by(Registration.portal, Registration.organization))).all()


async def steps_of(session: AsyncSession, registration_id: str, sealer: Sealer) -> dict[str, Settled]:
    """By the step's id."""
    rows = await session.scalars(select(RegistrationStep).where(RegistrationStep.registration_id == registration_id))
    return {
        row.step: Settled(row.step, row.state, row.settled_on, row.settled_by, _note_of(row, sealer)) for row in rows
    }


async def settle(
    session: AsyncSession, sealer: Sealer, registration_id: str, settled: Settled, *, actor: str, now: datetime
) -> None:
    """Anew if it was settled before. Without its note in the audit trail."""
    where = _place(registration_id, settled.step)
    await session.merge(
        RegistrationStep(
            registration_id=registration_id,
            step=settled.step,
            state=settled.state,
            settled_on=settled.on,
            settled_by=settled.by,
            note=sealer.seal(settled.note, where) if settled.note else None,
        )
    )
    detail: dict[str, str | int | None] = {"step": settled.step, "on": settled.on.isoformat(), "by": settled.by}
    await audit.append(session, audit.Event(f"registration.{settled.state}", actor, registration_id, detail), now=now)


async def reopen(session: AsyncSession, registration_id: str, step: str, *, actor: str, now: datetime) -> None:
    """It was not done after all."""
    await session.execute(
        delete(RegistrationStep).where(
            RegistrationStep.registration_id == registration_id, RegistrationStep.step == step
        )
    )
    await audit.append(session, audit.Event("registration.reopened", actor, registration_id, {"step": step}), now=now)


def _place(registration_id: str, step: str) -> str:
    return place("registration_step", f"{registration_id}/{step}")


def _note_of(row: RegistrationStep, sealer: Sealer) -> str | None:
    return sealer.open(row.note, _place(row.registration_id, row.step)) if row.note else None
