"""Fires of schedules become work: noted by the clock, decided on, planned, and counted when all is answered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from itertools import groupby

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from core.capabilities.catalog import capability
from core.capabilities.record import Query
from core.errors import FleetError, RequestInvalid
from core.schedules import Definition
from core.timetable import CatchUp, Overlap
from lanes.assembly import Fleet
from lanes.batches.batch import CHUNK
from lanes.calendar.obstacles import Board, Kind, Known, Obstacle, counters, obstacles
from lanes.calendar.retention import URGENT, clock, spans
from lanes.calendar.rosters import empty_inbox
from lanes.questions.ask import Asked, Counter, How, Question, choose_credential, counter_for, hand_in
from lanes.submissions.following import Wanted, ask_after, rounds
from store import fires, rosters, schedules
from store.fires import Fire, FireState
from store.rosters import Line
from store.schedules import Schedule

log = structlog.get_logger()

_NOT_FOR_PEOPLE = (Kind.QUIET, Kind.HELD)
"""What keeps the clock from beginning, but not a person who wants it now."""


class Scheduler:
    """Implements flows.hands.Scheduler. Any number of them may work side by side."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._board = Board.of(fleet)

    async def tick(self) -> Sequence[str]:
        """Does all that is due; gives the credentials whose lanes have something new to do."""
        await empty_inbox(self._fleet)
        async with self._fleet.database.read() as session:
            known = await schedules.all_of(session)
        for schedule in known:
            await self._note_instants(schedule)
        async with self._fleet.database.read() as session:
            due = await fires.due(session, now=self._fleet.clock.now())
        to_wake: set[str] = set()
        for fire in due:
            to_wake |= await self.begin(fire.id)
        await self._settle()
        return sorted(to_wake)

    async def begin(self, fire_id: str) -> set[str]:
        """If nothing is in the way: makes its questions and gives the credentials to wake. Else the fire says what."""
        taken = await self._decide(fire_id)
        if taken is None:
            return set()
        schedule, fire, number = taken
        try:
            return await self._plan(schedule, fire, number)
        except FleetError as problem:
            now = self._fleet.clock.now()
            log.warning("a fire could not be planned", fire=fire_id, error=problem.code, sentence=problem.sentence)
            async with self._fleet.database.begin() as session:
                if await fires.keep(session, fire_id, number, until=now):
                    mine = await fires.get(session, fire_id)
                    if isinstance(problem, RequestInvalid):
                        fires.end(mine, FireState.REFUSED, problem.sentence, now=now)
                    else:
                        fires.wait(mine, problem.sentence, until=None, now=now)
            return set()

    async def _note_instants(self, schedule: Schedule) -> None:
        now = self._fleet.clock.now()
        said = schedule.read()
        late = timedelta(minutes=said.late_minutes)
        wanted = said.timetable.wanted(schedule.considered_until, now, said.catch_up, late)
        if schedule.paused_at is not None or not (wanted.fires or wanted.missed):
            return
        async with self._fleet.database.begin() as session:
            await fires.make(session, schedule, wanted)

    async def _decide(self, fire_id: str) -> tuple[Schedule, Fire, int] | None:
        now = self._fleet.clock.now()
        async with self._fleet.database.begin() as session:
            found = await fires.locked(session, fire_id, now=now)
            if found is None:
                return None
            schedule, fire = found
            said = schedule.read()
            if (reason := _unwanted(schedule, said, fire, now)) is not None:
                fires.end(fire, FireState.SKIPPED, reason, now=now)
                return None
            newest = said.catch_up is not CatchUp.ALL and fire.made_by is None
            if newest and await fires.waiting_after(session, fire, now=now):
                fires.end(fire, FireState.SKIPPED, _because("A newer one took its place.", fire), now=now)
                return None
            in_the_way = obstacles(await Known.of(session, self._board), self._board, schedule, now)
            if fire.made_by is not None:
                in_the_way = [each for each in in_the_way if each.kind not in _NOT_FOR_PEOPLE]
            if in_the_way:
                _stopped_by(fire, in_the_way, now)
                return None
            if said.overlap is not Overlap.JOIN and await fires.open_before(session, fire):
                if said.overlap is Overlap.SKIP:
                    fires.end(fire, FireState.SKIPPED, "The one before it was still at work.", now=now)
                else:
                    fires.wait(fire, "It waits for the one before it to end.", until=None, now=now)
                return None
            return schedule, fire, fires.take(fire, until=now + fires.LEASE)

    async def _plan(self, schedule: Schedule, fire: Fire, number: int) -> set[str]:
        fleet, to_wake, questions = self._fleet, set[str](), 0
        said = schedule.read()
        manifest = fleet.portals[said.portal]
        first, last = said.days(fire.instant)
        priority = said.priority
        async with fleet.database.begin() as session:
            covered_to = await fires.covered_to(session, schedule.id)
            ticking = clock(schedule, said, manifest, covered_to)
            if ticking is not None:
                first = min(first, ticking.open_from)
                priority = min(priority, URGENT) if ticking.urgent(manifest.today(fleet.clock.now())) else priority
                await fires.asks_for(session, fire.id, number, first, last)
        async for part in self._parts(said, fire, first, last, priority):
            async with fleet.database.begin() as session:
                if not await fires.keep(session, fire.id, number, until=fleet.clock.now() + fires.LEASE):
                    return to_wake
                asked = await part(session)
                await fires.link(session, fire.id, [each.item.id for each in asked])
            questions += len(asked)
            to_wake |= {each.item.credential_id for each in asked if each.how is not How.ANSWERED}
        async with fleet.database.begin() as session:
            await fires.planned(session, fire.id, number, questions=questions, now=fleet.clock.now())
        return to_wake

    async def _parts(
        self, said: Definition, fire: Fire, first: date, last: date, priority: int
    ) -> AsyncIterator[Callable[[AsyncSession], Awaitable[list[Asked]]]]:
        """Each hands in some of its questions."""
        fleet, by = self._fleet, f"schedule {said.name}"
        due_at = fire.instant + timedelta(minutes=said.due_minutes)
        if said.kind.journal:
            known = fleet.portals[said.portal].payer(said.payer) if said.payer else None
            wanted = Wanted(by, said.portal, known.id if known else None, said.credential, priority, due_at)
            undecided, left_out = await rounds(fleet, wanted)
            for each in left_out:
                log.warning("a submission is not asked after", submission=each.row.id, sentence=each.sentence)
            for one in undecided:
                yield partial(ask_after, fleet=fleet, one=one)
            return
        async for payer, queries in self._queries(said, fire, first, last):
            counter = counter_for(fleet, said.task, said.portal, payer)
            asks = [
                Question(said.task, said.portal, query, by, payer=payer, priority=priority, due_at=due_at)
                for query in queries
            ]
            yield partial(self._hand_in, counter=counter, said=said, questions=asks)

    async def _hand_in(
        self, session: AsyncSession, counter: Counter, said: Definition, questions: Sequence[Question]
    ) -> list[Asked]:
        credential = await choose_credential(session, self._fleet, counter, said.credential)
        return await hand_in(session, self._fleet, counter, credential, questions)

    async def _queries(
        self, said: Definition, fire: Fire, first: date, last: date
    ) -> AsyncIterator[tuple[str | None, list[Query]]]:
        """In parts of one payer each."""
        asked = capability(said.task)
        if said.kind.roster is None:
            between = said.kind.between
            for counter in counters(self._board, said):
                today = counter.manifest.today(self._fleet.clock.now())
                asks = list(spans(said, counter.manifest, first, last, today)) if between else []
                keys = [dict(zip(between, map(str, span), strict=True)) for span in asks] if between else [{}]
                yield counter.payer, [asked.ask(each) for each in keys]
            return
        async with self._fleet.database.read() as session:
            roster = await rosters.current(session, fire.schedule_id)
        if roster is None:
            folder = self._fleet.settings.layout.inbox / said.name
            raise RequestInvalid(f"“{said.name}” has no roster yet; put a .csv or .xlsx into {folder}.", field="in")
        async for lines in rosters.lines_of(self._fleet.database, self._fleet.sealer, roster.id, chunk=CHUNK):
            due = [line for line in lines if line.problem is None and _is_due(line, said, first, last)]
            for payer, group in groupby(sorted(due, key=_payer), key=_payer):
                yield payer or None, [asked.ask(line.keys) for line in group]

    async def _settle(self) -> None:
        now = self._fleet.clock.now()
        async with self._fleet.database.read() as session:
            running = await fires.running(session)
        for each in running:
            async with self._fleet.database.begin() as session:
                await fires.settle(session, await fires.get(session, each.id), now=now)


def _unwanted(schedule: Schedule, said: Definition, fire: Fire, now: datetime) -> str | None:
    if schedule.name is None:
        return "Its schedule was removed."
    if fire.made_by is not None:
        return None
    if schedule.paused_at is not None:
        return f"Its schedule was paused: {schedule.pause_reason}"
    if said.catch_up is CatchUp.NONE and now - fire.instant > timedelta(minutes=said.late_minutes):
        return _because("It could not begin in time.", fire)
    return None


def _because(outcome: str, fire: Fire) -> str:
    return f"{outcome} {fire.sentence}" if fire.sentence else outcome


def _stopped_by(fire: Fire, found: Sequence[Obstacle], now: datetime) -> None:
    sentence = " ".join(each.sentence for each in found)
    if any(each.final for each in found):
        fires.end(fire, FireState.REFUSED, sentence, now=now)
        return
    ends = [each.until for each in found]
    fires.wait(fire, sentence, until=max(end for end in ends if end) if all(ends) else None, now=now)


def _is_due(line: Line, said: Definition, first: date, last: date) -> bool:
    """By its own date; a line without one is due each time."""
    stated = line.keys.get(said.kind.roster or "")
    return stated is None or first <= date.fromisoformat(stated) <= last


def _payer(line: Line) -> str:
    return line.payer or ""
