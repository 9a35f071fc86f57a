"""What stands still if an account locks: known before it does, and by somebody who decides what to mend first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.counted import counted
from lanes.accounts.account import of_one_account
from lanes.calendar.obstacles import Board, Known
from store import credentials, schedules, submission_lists, work_items
from store.credentials import Credential, CredentialState


@dataclass(frozen=True)
class AtRisk:
    """Of one account under all its names; free of patient data."""

    waiting: int
    """Questions, and what is to be sent, in its queues."""
    schedules: Sequence[tuple[datetime, str]]
    """Those that no other open account could work, with their next fire; the next one first."""
    unsent: int
    """What is not known to have arrived at a payer."""
    file_by: date | None
    """The first last day to file among it."""

    @property
    def sentence(self) -> str | None:
        """None: nothing would notice."""
        told: list[str] = []
        if self.waiting:
            told.append(f"{counted(self.waiting, 'item')} in its queue")
        if self.schedules:
            due, name = self.schedules[0]
            told.append(f"{counted(len(self.schedules), 'schedule')} (“{name}” next, {due:%Y-%m-%d %H:%M} UTC)")
        if self.unsent:
            until = f", to be filed by {self.file_by}" if self.file_by else ""
            told.append(f"{counted(self.unsent, 'submission')} not confirmed{until}")
        return "; ".join(told) or None


async def at_risk(session: AsyncSession, board: Board, known: Sequence[Credential]) -> Mapping[str, AtRisk]:
    """Of each credential, by its id; of a stopped one it is what stands still."""
    now = board.clock.now()
    said = [row.read() for row in await schedules.all_of(session) if row.paused_at is None]
    all_known = await Known.of(session, board)
    running = [(each, all_known.accounts(each)) for each in said]
    every = await credentials.all_of(session)
    waiting = await work_items.queued_per_credential(session, [each.id for each in every])
    unsent = await submission_lists.last_days(session)
    told: dict[str, AtRisk] = {}
    for each in known:
        if each.portal not in board.portals or each.state is CredentialState.RETIRED:
            continue
        mine = of_one_account(board.portals, each, every)
        last_days = [day for account in mine for day in unsent.get(account, ())]
        told[each.id] = AtRisk(
            sum(waiting.get(account, 0) for account in mine),
            sorted((next(said.timetable.after(now)), said.name) for said, theirs in running if _only(mine, theirs)),
            len(last_days),
            min(filter(None, last_days), default=None),
        )
    return told


def _only(mine: Sequence[str], theirs: Sequence[Credential]) -> bool:
    """Whether none but this account could work what is for these."""
    others_open = any(each.state is CredentialState.OPEN and each.id not in mine for each in theirs)
    return not others_open and any(each.id in mine for each in theirs)
