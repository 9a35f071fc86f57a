"""What is held, until when, and what is on hold. Free of patient data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.retention import Period, rules
from lanes.assembly import Fleet
from store import retention
from store.retention import Held, HoldKind, ShreddedPeriod


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
        # A month in which there was nothing of a class is ended without a word.
        found = {period: Held(0, 0) for period, each in known.items() if each.rows or each.objects or each.spared}
        month = min([month for kind in rules() if (month := await retention.first_month(session, kind))], default=None)
        today = fleet.clock.now()
        while month is not None and month.starts <= today:
            held = await retention.held(session, month)
            found |= {Period(month.month, kind): each for kind, each in held.items()}
            month = month.next
        holds = await retention.active_holds(session)
    return (
        [HeldPeriod(each, found[each], each.goes_on, known.get(each)) for each in sorted(found)],
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
