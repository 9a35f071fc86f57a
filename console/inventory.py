"""Accounts and portals: which need a person, how fresh they are, what rests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from console.door import House, HouseOf, RunReader
from console.pages import page
from console.scope import allowed_credentials
from core.manifest import Manifest
from lanes.accounts.at_risk import AtRisk, at_risk
from lanes.accounts.freshness import Freshness, freshness_of
from lanes.accounts.review_report import reviewed
from lanes.accounts.to_do import to_do
from lanes.assembly import Fleet
from lanes.calendar.obstacles import Board
from payers.registry import AdapterError
from payers.told import facts
from store import canaries, credentials, quarantine, work_items
from store.canaries import CanaryPage
from store.credentials import Credential, CredentialState
from store.quarantine import Quarantine

router = APIRouter(include_in_schema=False)
SOON_DAYS = 14
"""A deadline that is nearer than this is shown as near."""


@dataclass(frozen=True)
class Account:
    fresh: Freshness
    portal: str
    waiting: int
    """Questions in its queue."""

    @property
    def credential(self) -> Credential:
        return self.fresh.credential

    @property
    def deadline(self) -> datetime | None:
        """When the portal switches it off for want of log-ins."""
        day = self.fresh.inactive_on
        return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None

    @property
    def days_left(self) -> int | None:
        """Until the first of its deadlines."""
        return (self.fresh.ends[0] - datetime.now(UTC).date()).days if self.fresh.ends else None

    @property
    def to_do(self) -> str | None:
        """What a person does next; None where nothing waits for one."""
        return to_do(self.credential) if self.credential.state is CredentialState.STOPPED else None

    @property
    def state(self) -> str:
        state = self.credential.state
        return "needs a person" if state is CredentialState.STOPPED else state.value

    @property
    def mood(self) -> str:
        if self.fresh.retired:
            return "over"
        if self.credential.state is CredentialState.STOPPED:
            return "bad"
        return "warn" if self.days_left is not None and self.days_left <= SOON_DAYS else "good"


@router.get("/accounts")
async def accounts_page(request: Request, visitor: RunReader, house: HouseOf) -> Response:
    async with house.fleet.database.read() as session:
        found, risks = await with_risks(session, house.fleet, await allowed_credentials(session, visitor))
        reviews = {each.portal: each for each in await reviewed(session, house.fleet.portals)}
    return page(request, "accounts.html", accounts=found, risks=risks, reviews=reviews)


@router.get("/portals")
async def portals_page(request: Request, visitor: RunReader, house: HouseOf) -> Response:
    del visitor
    found = await states(house)
    return page(request, "portals.html", portals=found, facts=facts, broken=house.fleet.broken)


@dataclass(frozen=True)
class PortalState:
    manifest: Manifest
    resting: Sequence[Quarantine]
    pages: Sequence[CanaryPage]
    """What the canary saw last."""
    broken: AdapterError | None

    @property
    def failing(self) -> Sequence[CanaryPage]:
        return [each for each in self.pages if each.failing_since is not None]


async def states(house: House) -> list[PortalState]:
    """Of every portal."""
    async with house.fleet.database.read() as session:
        resting = resting_by_portal(await quarantine.all_resting(session))
        return [
            PortalState(
                each,
                resting.get(each.id, []),
                await canaries.of_portal(session, each.id),
                house.fleet.broken.get(each.id),
            )
            for each in house.fleet.portals.values()
        ]


async def accounts(session: AsyncSession, fleet: Fleet, allowed: frozenset[str] | None) -> list[Account]:
    """In their places, as `fleet credentials` has them."""
    known = [each for each in await credentials.all_of(session) if allowed is None or each.id in allowed]
    waiting = await work_items.queued_per_credential(session, [each.id for each in known])
    found = [
        Account(
            freshness_of(each, manifest := fleet.portals.get(each.portal), fleet.settings),
            manifest.name if manifest else each.portal,
            waiting.get(each.id, 0),
        )
        for each in known
    ]
    return sorted(found, key=lambda each: each.fresh.place)


async def with_risks(
    session: AsyncSession, fleet: Fleet, allowed: frozenset[str] | None
) -> tuple[list[Account], Mapping[str, AtRisk]]:
    """And what stands still if one locks, by its id."""
    found = await accounts(session, fleet, allowed)
    return found, await at_risk(session, Board.of(fleet), [each.credential for each in found])


def resting_by_portal(resting: Sequence[Quarantine]) -> dict[str, list[Quarantine]]:
    ordered = sorted(resting, key=lambda each: each.portal)
    return {portal: list(rows) for portal, rows in groupby(ordered, key=lambda each: each.portal)}
