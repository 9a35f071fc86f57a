"""Ends what the retention rules say is over: first the key of the period, then its rows, then their objects.

Killed anywhere, the next run goes on: a destroyed key is told by the vault itself, a row says when it was shredded, and
an object waits on a list until it is deleted. While anything of a period is on hold, its key stays, and with it what is
held; the rest of the period goes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.retention import INBOX, Period, rules
from core.seal import SealBroken, Shredded
from lanes.assembly import Fleet
from lanes.keeping.holds import CHUNK, Holds, spared
from lanes.keeping.inbox import shred_inbox
from store import audit, retention
from store.database import Database
from store.retention import OBJECTS, Shelf

LONGEST = timedelta(minutes=10)
"""Of one run; the next one goes on."""


@dataclass(frozen=True)
class Shredding:
    """What became, or would become, of one period."""

    period: Period
    rows: int
    objects: int
    spared: int
    """Questions and rosters that are on hold or not done."""
    key_destroyed: bool = False


class _HoldsChanged(Exception):
    """Since it was looked who is on hold."""


async def shred(fleet: Fleet, *, actor: str, dry_run: bool = False) -> list[Shredding]:
    """Raises PartUnavailable; what was begun then is ended by the next run."""
    ends = fleet.clock.now() + LONGEST
    if not dry_run:
        await _delete_doomed(fleet)
    there = await _not_empty(fleet, await due(fleet.database, fleet.clock.now().date()), dry_run=dry_run)
    done = [
        await (_look(fleet, period) if dry_run else _Shredder(fleet, period, actor).run())
        for period in there
        if fleet.clock.now() < ends
    ]
    done += [Shredding(each, 0, files, 0) for each, files in await shred_inbox(fleet, actor=actor, dry_run=dry_run)]
    return [each for each in done if each.rows or each.objects or each.spared or each.key_destroyed]


async def due(database: Database, today: date) -> list[Period]:
    """Pictures first, for only their question tells whose they are; then the oldest. Those of which nothing is left are
    out.
    """
    async with database.read() as session:
        known = await retention.periods(session)
        ended = {period for period, each in known.items() if each.ended_at is not None}
        first = await retention.first_made(session)
        found: list[Period] = []
        for kind, rule in rules().items():
            if first is not None and kind != INBOX and not rule.never_shredded:
                found += [period for period in _until(Period.of(kind, first), today) if period not in ended]
    pictures = {rule.pictures for rule in rules().values()}
    return sorted(found, key=lambda period: (period.kind not in pictures, period))


def _until(period: Period, today: date) -> Iterator[Period]:
    while period.goes_on is not None and period.goes_on <= today:
        yield period
        period = period.next


async def _not_empty(fleet: Fleet, periods: Sequence[Period], *, dry_run: bool) -> list[Period]:
    """Those in which there is something, a key at least. The others are noted as ended, and never looked at again."""
    async with fleet.database.read() as session:
        empty = [period for period in periods if await retention.is_empty(session, period)]
    nothing = {period for period in empty if await _key_is_gone(fleet, period) is None}
    if nothing and not dry_run:
        now = fleet.clock.now()
        async with fleet.database.begin() as session:
            for period in nothing:
                (await retention.begun(session, period, now=now)).ended_at = now
    return [period for period in periods if period not in nothing]


async def _look(fleet: Fleet, period: Period) -> Shredding:
    async with fleet.database.read() as session:
        holds = await Holds.in_force(session, fleet)
    stay = frozenset[str]() if await _key_is_gone(fleet, period) else await spared(fleet, period, holds)
    counts = dict.fromkeys(Shelf, 0)
    for shelf in retention.shelves_of(period.kind):
        after = ""
        while True:
            async with fleet.database.read() as session:
                found = await retention.rows_of(session, shelf, period, after=after, limit=CHUNK)
            if not found:
                break
            counts[shelf] += sum(owner not in stay for _, owner in found)
            after = found[-1][0]
    objects = sum(counts[shelf] for shelf in OBJECTS)
    return Shredding(period, sum(counts.values()) - objects, objects, len(stay))


class _Shredder:
    def __init__(self, fleet: Fleet, period: Period, actor: str) -> None:
        self._fleet = fleet
        self._period = period
        self._actor = actor
        self._now = fleet.clock.now()
        self._rows = self._objects = 0
        self._destroyed = False

    async def run(self) -> Shredding:
        while True:
            try:
                return await self._run()
            except _HoldsChanged:
                continue

    async def _run(self) -> Shredding:
        fleet, period = self._fleet, self._period
        gone = bool(await _key_is_gone(fleet, period))
        async with fleet.database.read() as session:
            holds = await Holds.in_force(session, fleet)
        stay = frozenset[str]() if gone else await spared(fleet, period, holds)
        if not stay:
            gone = await self._destroy_key(holds) or gone
        for shelf in retention.shelves_of(period.kind):
            await self._shelf(shelf, stay, None if gone else holds)
        async with fleet.database.begin() as session:
            known = await retention.begun(session, period, now=self._now)
            known.spared = len(stay)
            known.ended_at = None if stay else self._now
            if self._rows or self._objects:
                counts = {"rows": self._rows, "objects": self._objects, "spared": len(stay)}
                event = audit.Event("retention.shredded", self._actor, str(period), {**counts})
                await audit.append(session, event, now=self._now)
        return Shredding(period, self._rows, self._objects, len(stay), self._destroyed)

    async def _destroy_key(self, holds: Holds) -> bool:
        """Within the transaction that makes sure of the holds; killed before it is committed, it is done once more."""
        fleet, period = self._fleet, self._period
        async with fleet.database.begin() as session:
            await retention.lock(session)
            if (await Holds.in_force(session, fleet)).ids != holds.ids:
                raise _HoldsChanged
            known = (await retention.periods(session)).get(period)
            if known is not None and known.key_destroyed_at is not None:
                return True
            if not await fleet.vault.destroy_period_key(str(period), self._now.date()):
                return False
            (await retention.begun(session, period, now=self._now)).key_destroyed_at = self._now
            event = audit.Event("retention.key_destroyed", self._actor, str(period))
            await audit.append(session, event, now=self._now)
            self._destroyed = True
            return True

    async def _shelf(self, shelf: Shelf, stay: frozenset[str], holds: Holds | None) -> None:
        """`holds` None: the key is gone, and no hold can keep anything any more."""
        fleet, period, after = self._fleet, self._period, ""
        while True:
            async with fleet.database.begin() as session:
                await retention.lock(session)
                if holds is not None and (await Holds.in_force(session, fleet)).ids != holds.ids:
                    raise _HoldsChanged
                found = await retention.rows_of(session, shelf, period, after=after, limit=CHUNK)
                ids = [row_id for row_id, owner in found if owner not in stay]
                objects = len(ids) if shelf in OBJECTS else 0
                if ids:
                    await retention.shred_rows(session, shelf, ids, now=self._now)
                    known = await retention.begun(session, period, now=self._now)
                    known.rows, known.objects = known.rows + len(ids) - objects, known.objects + objects
            self._rows, self._objects = self._rows + len(ids) - objects, self._objects + objects
            await _delete_doomed(fleet)
            if len(found) < CHUNK:
                return
            after = found[-1][0]


async def _key_is_gone(fleet: Fleet, period: Period) -> bool | None:
    """None: there never was one; what there is was sealed before periods had keys."""
    try:
        await asyncio.to_thread(fleet.vault.period_key, str(period), make=False)
    except Shredded:
        return True
    except SealBroken:
        return None
    return False


async def _delete_doomed(fleet: Fleet) -> None:
    while True:
        async with fleet.database.read() as session:
            names = await retention.doomed(session, limit=CHUNK)
        if not names:
            return
        for name in names:
            await fleet.evidence.delete(name)
        async with fleet.database.begin() as session:
            await retention.objects_gone(session, names)
