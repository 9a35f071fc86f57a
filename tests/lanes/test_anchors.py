"""Where the trail ended each night, kept away from the store: what a rewritten end shows against."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta

from sqlalchemy import delete, text

from lanes.assembly import Fleet
from lanes.keeping.anchors import Anchors, cast_anchor, checked
from store import audit
from store.audit import AuditEvent, AuditHead
from tests.lanes.conftest import VirtualClock


async def _seen(fleet: Fleet, item: str) -> None:
    async with fleet.database.begin() as session:
        await audit.append(session, audit.Event("phi.view", "kim", item), now=fleet.clock.now())


async def _checked(fleet: Fleet) -> Anchors:
    async with fleet.database.read() as session:
        return await checked(session, fleet.evidence, today=fleet.clock.now().date())


async def test_a_rewritten_end_of_the_trail_shows(fleet: Fleet, virtual_clock: VirtualClock) -> None:
    fleet = dataclasses.replace(fleet, clock=virtual_clock)
    await cast_anchor(fleet)  # of a trail without an event: nothing to note
    assert await _checked(fleet) == Anchors(0, [])
    days: list[date] = []
    for night in range(3):
        await _seen(fleet, f"item_{night}")
        await cast_anchor(fleet)
        await _seen(fleet, "after the anchor, on the same day")
        await cast_anchor(fleet)
        days.append(fleet.clock.now().date())
        virtual_clock.advance(days=2)  # a night on which nothing ran lies between
    assert await _checked(fleet) == Anchors(3, [])
    async with fleet.database.begin() as session:  # somebody takes the last two looks away, and writes another one
        await session.execute(text("DROP TRIGGER audit_event_no_delete"))
        await session.execute(delete(AuditEvent).where(AuditEvent.seq > 4))
        last = await session.get_one(AuditEvent, 4)
        head = await session.get_one(AuditHead, 1)
        head.seq, head.hash = last.seq, last.hash
    await _seen(fleet, "item_of_nobody")
    async with fleet.database.read() as session:
        assert (await audit.verify(session)).broken_at is None, "the chain itself does not show it"
    assert await _checked(fleet) == Anchors(3, days[2:])
    assert days[2] - days[1] == timedelta(days=2)
