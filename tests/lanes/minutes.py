"""A fleet with schedules, minute by minute: what its scheduler does, and what comes of it."""

from __future__ import annotations

import dataclasses
from typing import Any

from sqlalchemy import select, update

from lanes.assembly import Fleet
from lanes.calendar.firing import Scheduler
from store import fires
from store.fires import Fire
from store.schedules import Schedule
from store.work_items import ItemState, WorkItem


def with_manifest(fleet: Fleet, **changes: Any) -> Fleet:
    known = fleet.portals["availity"].model_copy(update=changes)
    return dataclasses.replace(fleet, portals={"availity": known})


async def tick(fleet: Fleet, **later: float) -> list[str]:
    fleet.clock.advance(**later)  # type: ignore[attr-defined]
    return list(await Scheduler(fleet).tick())


async def newest(fleet: Fleet, schedule: Schedule) -> Fire:
    async with fleet.database.read() as session:
        return (await fires.latest(session, schedule.id, 1))[0]


async def items(fleet: Fleet) -> list[WorkItem]:
    async with fleet.database.read() as session:
        return list(await session.scalars(select(WorkItem).order_by(WorkItem.id)))


async def answer_all(fleet: Fleet, outcome: str = "covered") -> None:
    async with fleet.database.begin() as session:
        done = {"state": ItemState.DONE, "outcome": outcome, "finished_at": fleet.clock.now()}
        await session.execute(update(WorkItem).where(WorkItem.state != ItemState.DONE).values(**done))
