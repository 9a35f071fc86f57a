"""Legal holds: what they cover. In doubt it is covered: what was kept too long can be shredded later."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import RequestInvalid
from core.retention import Period
from core.seal import SealBroken
from lanes.assembly import Fleet
from store import retention, rosters, runs, work_items
from store.retention import HoldKind, LegalHold, Shelf
from store.rosters import Roster
from store.runs import Evidence, StoredAnswer
from store.submissions import SETTLED, StoredSubmission
from store.work_items import ItemState, WorkItem

SHORTEST = 4
"""Letters and digits of a number that is held by: a shorter one would be found in everything."""
CHUNK = 200


@dataclass(frozen=True)
class Holds:
    """Those in force, opened."""

    ids: tuple[str, ...]
    numbers: frozenset[str]
    """Of patients and claims, plain."""
    runs: frozenset[str]
    periods: frozenset[str]

    @classmethod
    async def in_force(cls, session: AsyncSession, fleet: Fleet) -> Holds:
        found = await retention.active_holds(session)

        def of(*kinds: HoldKind) -> frozenset[str]:
            return frozenset(retention.subject_of(each, fleet.sealer) for each in found if each.kind in kinds)

        return cls(
            tuple(each.id for each in found),
            frozenset(_plain(number) for number in of(HoldKind.PATIENT, HoldKind.CLAIM)),
            of(HoldKind.RUN),
            of(HoldKind.PERIOD),
        )

    def names(self, text: str) -> bool:
        """Whether a held number stands anywhere in it, however it is written."""
        plain = _plain(text) if self.numbers else ""
        return any(number in plain for number in self.numbers)


async def place(fleet: Fleet, kind: HoldKind, subject: str, *, reason: str, actor: str) -> LegalHold:
    """Raises RequestInvalid."""
    subject = subject.strip()
    _need_reason(reason)
    if kind is HoldKind.PERIOD:
        subject = str(Period.read(subject))
    elif kind is HoldKind.RUN:
        async with fleet.database.read() as session:
            await runs.get(session, subject)
    elif len(_plain(subject)) < SHORTEST:
        raise RequestInvalid(f"A number to hold by has at least {SHORTEST} letters or digits.", field="subject")
    async with fleet.database.begin() as session:
        return await retention.place_hold(
            session, fleet.sealer, kind, subject, reason=reason.strip(), actor=actor, now=fleet.clock.now()
        )


async def release(fleet: Fleet, hold_id: str, *, reason: str, actor: str) -> LegalHold:
    """Raises RequestInvalid."""
    _need_reason(reason)
    async with fleet.database.begin() as session:
        return await retention.release_hold(session, hold_id, reason=reason.strip(), actor=actor, now=fleet.clock.now())


async def spared(fleet: Fleet, period: Period, holds: Holds) -> frozenset[str]:
    """Owners of rows in this period that stay: they are on hold, not done yet, or nobody can tell any more whether a
    held number is theirs.
    """
    whole = str(period) in holds.periods
    stay: set[str] = set()
    for shelf in retention.shelves_of(period.kind):
        after = ""
        while True:
            async with fleet.database.read() as session:
                found = await retention.rows_of(session, shelf, period, after=after, limit=CHUNK)
                owners = {owner for _, owner in found} - stay
                if whole:
                    stay |= owners
                elif shelf is not Shelf.ROSTERS:
                    stay |= await _items(session, fleet, owners, holds)
            if not found:
                break
            if shelf is Shelf.ROSTERS and not whole:
                stay |= {owner for owner in owners if await _roster(fleet, owner, holds)}
            after = found[-1][0]
    return frozenset(stay)


async def _items(session: AsyncSession, fleet: Fleet, ids: Collection[str], holds: Holds) -> set[str]:
    items = (await session.scalars(select(WorkItem).where(WorkItem.id.in_(ids)))).all()
    answers: dict[str, list[StoredAnswer]] = {}
    for answer in await session.scalars(select(StoredAnswer).where(StoredAnswer.work_item_id.in_(ids))):
        answers.setdefault(answer.work_item_id, []).append(answer)
    open_ones = select(StoredSubmission.work_item_id).where(
        StoredSubmission.work_item_id.in_(ids),
        StoredSubmission.state.not_in(SETTLED),
        StoredSubmission.rehearsal.is_(False),
    )
    in_runs = select(Evidence.work_item_id).where(Evidence.work_item_id.in_(ids), Evidence.run_id.in_(holds.runs))
    stay = {*await session.scalars(open_ones), *await session.scalars(in_runs)} - {None}
    for item in items:
        own = answers.get(item.id, [])
        worked = {item.run_id, *(each.run_id for each in own)}
        if item.state is not ItemState.DONE or worked & holds.runs or _named(fleet, item, own, holds):
            stay.add(item.id)
    return {each for each in stay if each is not None}


def _named(fleet: Fleet, item: WorkItem, answers: Sequence[StoredAnswer], holds: Holds) -> bool:
    if not holds.numbers:
        return False
    try:
        return any(holds.names(text) for text in _texts(fleet, item, answers))
    except SealBroken:
        return True


def _texts(fleet: Fleet, item: WorkItem, answers: Sequence[StoredAnswer]) -> Iterator[str]:
    yield work_items.query_of(item, fleet.sealer)
    for answer in answers:
        yield runs.payload_of(answer, fleet.sealer)


async def _roster(fleet: Fleet, roster_id: str, holds: Holds) -> bool:
    if not holds.numbers:
        return False
    try:
        async with fleet.database.read() as session:
            roster = await session.get_one(Roster, roster_id)
        if holds.names(rosters.headers_of(roster, fleet.sealer)):
            return True
        async for lines in rosters.lines_of(fleet.database, fleet.sealer, roster_id, chunk=CHUNK):
            if any(holds.names(" ".join([*line.cells, *line.keys.values()])) for line in lines):
                return True
    except SealBroken:
        return True
    return False


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise RequestInvalid("A reason is needed; it goes into the audit trail.", field="reason")


def _plain(number: str) -> str:
    return "".join(filter(str.isalnum, number)).casefold()
