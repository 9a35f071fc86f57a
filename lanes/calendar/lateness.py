"""The queue as a scheduler sees it: what is to be done by when, what is late, and what it waits for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lanes import policy
from lanes.calendar.obstacles import Board
from lanes.questions.ask import refusal
from store import backlog, credentials, fires, quarantine, schedules
from store.backlog import Heap
from store.credentials import Credential, CredentialState
from store.fires import Fire
from store.leases import LaneLease
from store.quarantine import Quarantine
from store.schedules import Schedule
from store.work_items import ItemState

GRACE = timedelta(minutes=1)
"""What a person asks is due at once, and a portal takes its time."""


@dataclass(frozen=True)
class Waiting:
    heap: Heap
    credential: Credential
    ahead: int
    """Questions of the same lane that are more urgent."""
    why: str
    """Why it is not done yet, in a sentence."""


@dataclass(frozen=True)
class OpenFire:
    schedule: Schedule
    fire: Fire
    due_at: datetime
    late: bool
    why: str


@dataclass(frozen=True)
class Queue:
    heaps: Sequence[Waiting]
    fires: Sequence[OpenFire]
    """Runs of schedules that have not ended, the most pressing first."""

    @property
    def late(self) -> int:
        return sum(each.heap.late for each in self.heaps)

    @property
    def total(self) -> int:
        return sum(each.heap.count for each in self.heaps)


async def queue(board: Board, *, only: Collection[str] | None, of_schedules: Collection[str] | None) -> Queue:
    """`only`: ids of credentials, `of_schedules`: of schedules; None: all."""
    now = board.clock.now()
    async with board.database.read() as session:
        known = {each.id: each for each in await credentials.all_of(session) if each.environment == board.environment}
        wanted = [each for each in known if only is None or each in only]
        found = await backlog.heaps(session, wanted, late_before=now - GRACE)
        leases = await backlog.lanes(session, wanted)
        resting = {(each.portal, each.capability): each for each in await quarantine.all_resting(session)}
        fired = await fires.not_ended(session)
        by_id = {each.id: each for each in await schedules.all_of(session)}
    look = Look(board, now, leases, resting)
    heaps = []
    for heap in found:
        ahead = sum(
            each.count
            for each in found
            if each.credential_id == heap.credential_id
            and each.state is not ItemState.HELD
            and (each.priority, each.due_at) < (heap.priority, heap.due_at)
        )
        credential = known[heap.credential_id]
        heaps.append(Waiting(heap, credential, ahead, look.why(heap, credential, ahead)))
    visible = [each for each in fired if of_schedules is None or each.schedule_id in of_schedules]
    told = [_open_fire(by_id[each.schedule_id], each, now) for each in visible if each.schedule_id in by_id]
    return Queue(heaps, sorted(told, key=lambda each: each.due_at))


@dataclass(frozen=True)
class Look:
    """At what keeps a lane's questions from being asked."""

    board: Board
    now: datetime
    leases: dict[str, LaneLease]
    resting: dict[tuple[str, str], Quarantine]

    def why(self, heap: Heap, credential: Credential, ahead: int) -> str:
        """The first of what is in the way, beginning with what only a person can move."""
        if heap.state is ItemState.WORKING:
            return "It is being asked now."
        return self.in_the_way(heap, credential) or self._turn(credential, ahead)

    def in_the_way(self, heap: Heap, credential: Credential) -> str | None:
        """None where it is just its turn that has to come."""
        return self._person(heap, credential) or self._time(heap, credential)

    def at_work(self, credential: Credential) -> bool:
        lane = self.leases.get(credential.id)
        return lane is not None and lane.expires_at is not None and lane.expires_at > self.now

    def _person(self, heap: Heap, credential: Credential) -> str | None:
        if credential.state is not CredentialState.OPEN:
            return refusal(credential, self.board.portals.get(credential.portal)).sentence
        for name in (heap.capability, quarantine.LOGIN):
            if (drifted := self.resting.get((credential.portal, name))) is not None:
                return f"The page “{drifted.page}” has changed; a developer mends it."
        if heap.state is ItemState.HELD:
            return heap.sentence or "A person has to act before it goes on."
        return None

    def _time(self, heap: Heap, credential: Credential) -> str | None:
        manifest = self.board.portals.get(credential.portal)
        if manifest is not None and (shut := policy.closed(manifest, self.now, self.board.environment)) is not None:
            return shut.sentence
        lane = self.leases.get(credential.id)
        if lane is not None and lane.rest_until is not None and lane.rest_until > self.now:
            said = lane.rest_sentence or "The portal asked for patience."
            return f"{said} It goes on at {lane.rest_until.astimezone():%H:%M:%S}."
        if heap.not_before > self.now:
            said = heap.sentence or "It was put back."
            return f"{said} It is tried again at {heap.not_before.astimezone():%H:%M:%S}."
        return None

    def _turn(self, credential: Credential, ahead: int) -> str:
        if self.at_work(credential):
            return f"The lane is at work; {ahead} more urgent ones come first." if ahead else "The lane is at work."
        return "Nobody works this lane; it is woken within a minute."


def _open_fire(schedule: Schedule, fire: Fire, now: datetime) -> OpenFire:
    due_at = fire.instant + timedelta(minutes=schedule.read().due_minutes)
    done = fire.answered + fire.failed
    usual = f"{done} of {fire.questions} questions are done." if fire.questions else "Its questions are being made."
    return OpenFire(schedule, fire, due_at, due_at < now, fire.sentence or usual)
