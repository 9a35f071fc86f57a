"""What is held, until when, and what is on hold. Free of patient data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.retention import Period
from lanes.assembly import Fleet
from store import holdings, retention
from store.holdings import Held
from store.retention import HoldKind, ShreddedPeriod


@dataclass(frozen=True)
class HeldPeriod:
    period: Period
    held: Held
    goes_on: date | None
    """None: never."""
    shredded: ShreddedPeriod | None

    @property
    def state(self) -> str:
        """For people."""
        begun = self.shredded
        if begun is None:
            return "kept"
        if begun.ended_at is not None:
            how = "its key destroyed" if begun.key_destroyed_at else "it had no key of its own"
            return f"shredded on {begun.ended_at.date()}, {how}"
        return f"shredded but for {begun.spared} on hold or not done"


@dataclass(frozen=True)
class HeldBack:
    id: str
    kind: HoldKind
    subject: str | None
    """A run or a period; None for numbers of patients and claims, which are nobody's to see here."""
    reason: str
    placed_by: str
    placed_at: datetime


async def overview(fleet: Fleet) -> tuple[Sequence[HeldPeriod], Sequence[HeldBack]]:
    """Of each class and month, the oldest first; and the holds in force."""
    async with fleet.database.read() as session:
        known = await retention.periods(session)
        held = await holdings.by_period(session)
        holds = await retention.active_holds(session)
    return (
        [HeldPeriod(each, held[each], each.goes_on, known.get(each)) for each in sorted(held)],
        [
            HeldBack(
                each.id,
                each.kind,
                retention.subject_of(each, fleet.sealer) if each.kind in (HoldKind.RUN, HoldKind.PERIOD) else None,
                each.reason,
                each.placed_by,
                each.placed_at,
            )
            for each in holds
        ],
    )


async def count_days(fleet: Fleet) -> None:
    """Each day that is over and not counted yet, so that an overview has little to count. Killed anywhere, the next run
    goes on.
    """
    counting = True
    while counting:
        async with fleet.database.begin() as session:
            counting = await holdings.count_a_day(session, now=fleet.clock.now())
