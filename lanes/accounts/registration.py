"""Registering an organization with a portal: the portal's checklist, and how far it has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import RequestInvalid
from core.registration import RegistrationStep
from core.seal import Sealer
from lanes.assembly import Fleet
from payers.registry import load_checklist
from store import credentials, registrations
from store.credentials import CredentialState
from store.registrations import Registration, Settled, StepState


@dataclass(frozen=True)
class Item:
    step: RegistrationStep
    settled: Settled | None


@dataclass(frozen=True)
class Progress:
    registration: Registration
    items: Sequence[Item]

    @property
    def settled(self) -> int:
        return sum(item.settled is not None for item in self.items)

    @property
    def next(self) -> RegistrationStep | None:
        """None when nothing is left to do."""
        return next((item.step for item in self.items if item.settled is None), None)

    @property
    def finished_on(self) -> date | None:
        days = [item.settled.on for item in self.items if item.settled is not None]
        return max(days) if len(days) == len(self.items) else None

    @property
    def told(self) -> str:
        """In a few words, as a cell of a sheet."""
        if self.next is None:
            return f"{self.registration.organization}: finished {self.finished_on}"
        return f"{self.registration.organization}: {self.settled} of {len(self.items)}, next: {self.next.what}"


@dataclass(frozen=True)
class Standing:
    """Of one portal: what is under way, and the accounts that are in use there already."""

    portal: str
    under_way: Sequence[Progress]
    accounts: int


async def board(session: AsyncSession, fleet: Fleet) -> list[Standing]:
    """Every portal of the environment, also those with which nobody has begun."""
    known = await registrations.all_of(session)
    in_use = [
        each.portal
        for each in await credentials.all_of(session)
        if each.environment == fleet.settings.environment and each.state is not CredentialState.RETIRED
    ]
    return [
        Standing(
            portal,
            [await progress(session, fleet.sealer, each) for each in known if each.portal == portal],
            in_use.count(portal),
        )
        for portal in fleet.portals
    ]


async def progress(session: AsyncSession, sealer: Sealer, registration: Registration) -> Progress:
    settled = await registrations.steps_of(session, registration.id, sealer)
    steps = load_checklist(registration.portal).steps
    return Progress(registration, [Item(step, settled.get(step.id)) for step in steps])


async def start(fleet: Fleet, portal: str, organization: str, *, tin: str | None, actor: str) -> Progress:
    """Raises RequestInvalid."""
    if portal not in fleet.portals:
        known = ", ".join(fleet.portals)
        raise RequestInvalid(f"“{portal}” is not a portal here; known are {known}.", field="portal")
    if not organization.strip():
        raise RequestInvalid("Name the organization that is to be registered.", field="organization")
    async with fleet.database.begin() as session:
        now = fleet.clock.now()
        row = await registrations.start(session, portal, organization.strip(), tin=tin, actor=actor, now=now)
        return await progress(session, fleet.sealer, row)


async def settle(fleet: Fleet, portal: str, organization: str | None, settled: Settled, *, actor: str) -> Progress:
    """Raises RequestInvalid for a step that the checklist does not have, and for a day that has not come."""
    now = fleet.clock.now()
    async with fleet.database.begin() as session:
        row = await _with_step(session, portal, organization, settled.step)
        _check_day(settled.on, now)
        by = settled.by.strip()
        if not by:
            raise RequestInvalid("Say who did it.", field="by")
        await registrations.settle(session, fleet.sealer, row.id, replace(settled, by=by), actor=actor, now=now)
        return await progress(session, fleet.sealer, row)


async def reopen(fleet: Fleet, portal: str, organization: str | None, step: str, *, actor: str) -> Progress:
    """Raises RequestInvalid for a step that is not settled."""
    async with fleet.database.begin() as session:
        row = await _with_step(session, portal, organization, step)
        if step not in await registrations.steps_of(session, row.id, fleet.sealer):
            raise RequestInvalid(f"“{step}” is still to do.", field="step")
        await registrations.reopen(session, row.id, step, actor=actor, now=fleet.clock.now())
        return await progress(session, fleet.sealer, row)


async def show(fleet: Fleet, portal: str, organization: str | None) -> Progress:
    """Raises RequestInvalid."""
    async with fleet.database.read() as session:
        return await progress(session, fleet.sealer, await registrations.chosen(session, portal, organization))


async def _with_step(session: AsyncSession, portal: str, organization: str | None, step: str) -> Registration:
    row = await registrations.chosen(session, portal, organization)
    known = [each.id for each in load_checklist(portal).steps]
    if step not in known:
        raise RequestInvalid(f"“{step}” is no step there; they are {', '.join(known)}.", field="step")
    return row


def _check_day(on: date, now: datetime) -> None:
    if on > now.date():
        raise RequestInvalid(f"{on} is still to come; note what was done when it is.", field="on")


def words(state: StepState) -> str:
    return state.value.replace("_", " ")
