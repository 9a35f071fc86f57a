"""One submission on its lane: looked for on the portal, armed, sent through the gate, and found again when in doubt.

Rules and reasons: docs/adr/0008. Nothing here decides from memory: each step begins with what the journal says.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bots.contracts import LaneBot, NotSent
from core.capabilities.catalog import capability, write
from core.capabilities.common import NoAnswerNow
from core.capabilities.record import Answer
from core.capabilities.submissions import AlreadyFiled, Confirmed, Enclosed, Filed, Reviewed, Submission
from core.errors import ApprovalRequired, FleetError, OutcomeUnknown, PortalUnavailable, RequestInvalid
from core.manifest import SubmissionRule
from core.seal import SealBroken
from lanes.assembly import Fleet
from lanes.questions.ask import check_policy
from lanes.sealed_objects import open_object
from lanes.sink import LaneSink
from store import queue, submissions
from store.base import place
from store.leases import Lease
from store.queue import Finished, PutBack, Work
from store.submissions import SETTLED, StoredSubmission, SubmissionState

WithBot = Callable[[Callable[[LaneBot], Awaitable[Answer]]], Awaitable[Answer]]
"""Calls with a browser that is logged in; again after a lost session or a crash of the browser."""

CLICK_SECONDS = 5.0
"""How long a click may take from the gate to the button; what is held up longer is not made any more."""
LOOKS = 2
"""How often a worklist must be searched in vain, when it would certainly show it, until it counts as not received."""
_SHORTEST_PAUSE = timedelta(seconds=10)
_A_DAY = timedelta(days=1)
"""By which the portal's calendar may differ from ours."""


class Gate:
    """A bots.contracts.Gate: lets one click through, and writes it down before it leaves."""

    def __init__(self, fleet: Fleet, lease: Lease, row_id: str, secret_version: Callable[[], int]) -> None:
        self._fleet = fleet
        self._lease = lease
        self._row_id = row_id
        self._secret_version = secret_version

    async def open(self) -> float:
        fleet = self._fleet
        async with fleet.database.begin() as session:
            row = await submissions.get(session, self._row_id)
            if row.rehearsal or (row.needs_approval and row.approved_at is None):
                raise NotSent
            check_policy(fleet, fleet.portals[row.portal])
            await submissions.click(
                session,
                self._lease,
                row.id,
                adapter_version=fleet.adapter_versions[row.portal],
                secret_version=self._secret_version(),
                now=fleet.clock.now(),
            )
        return CLICK_SECONDS


class SealedFiles:
    """A bots.contracts.FileRoom."""

    def __init__(self, fleet: Fleet, row_id: str) -> None:
        self._fleet = fleet
        self._row_id = row_id

    async def content(self, file: Enclosed) -> bytes:
        async with self._fleet.database.read() as session:
            known = {each.sha256: each for each in await submissions.files_of(session, self._row_id)}
        stored = known.get(file.sha256)
        if stored is None:
            raise SealBroken("A file of this submission is not in the store.", reference=self._row_id)
        where = place("submission_file", stored.id)
        return await open_object(self._fleet, stored.object_name, where, what="A file of this submission")


class Sender:
    """For one work item in a worker's hands. Commits what becomes of it; other troubles leave as core errors."""

    def __init__(
        self,
        fleet: Fleet,
        lease: Lease,
        work: Work,
        sink: LaneSink,
        *,
        with_bot: WithBot,
        secret_version: Callable[[], int],
    ) -> None:
        self._fleet = fleet
        self._lease = lease
        self._work = work
        self._sink = sink
        self._with_bot = with_bot
        self._secret_version = secret_version

    async def carry(self, row: StoredSubmission, wanted: Submission) -> None:
        async with self._fleet.database.begin() as session:
            row = await submissions.take_over(session, self._lease, row.id, now=self._fleet.clock.now())
        if row.state in SETTLED:
            await self._known_already(row)
            return
        if row.state is SubmissionState.UNKNOWN:
            if not await self._certainly_not_received(row, wanted):
                return
        else:
            found = await self._search(wanted)
            filed = wanted.among(found)
            if filed is None:
                await self._close(row.id, SubmissionState.REFUSED, found)
                return
            if filed:
                first = filed[0]
                known = AlreadyFiled(number=first.number, received_on=first.submitted_on)
                await self._close(row.id, SubmissionState.REFUSED, known)
                return
        await self._send(row.id, wanted)

    async def _known_already(self, row: StoredSubmission) -> None:
        """A person said what became of it while a worker had it in hand."""
        told = submissions.answer_of(row, self._fleet.sealer) or ""
        done = self._done(capability(row.capability).read_answer(told))
        async with self._fleet.database.begin() as session:
            await queue.finish(session, self._fleet.sealer, self._lease, self._work, done, now=done.as_of)

    # -- looking

    async def _search(self, wanted: Submission) -> Answer:
        item = self._work.item
        query = wanted.worklist_query()
        found = await self._with_bot(lambda bot: bot.perform(item.capability, item.payer, query, self._sink))
        if isinstance(found, NoAnswerNow):
            raise PortalUnavailable(found.sentence, reference=found.outcome)
        return found

    async def _certainly_not_received(self, row: StoredSubmission, wanted: Submission) -> bool:
        """True when it may be sent again; else what is known now is committed."""
        looked_at, rule = self._fleet.clock.now(), self._rule(row)
        found = await self._search(wanted)
        now = self._fleet.clock.now()
        clicked_at = row.clicked_at or now
        filed = wanted.among(found)
        if filed:
            ours = await self._not_of_others(row, [each for each in filed if _since(each, clicked_at)])
            if ours:
                seen = Confirmed(number=ours[0].number, received_on=ours[0].submitted_on, found=True)
                await self._close(row.id, SubmissionState.CONFIRMED, seen)
                return False
        here = self._fleet.portals[row.portal].environments[self._fleet.settings.environment]
        delay = timedelta(minutes=here.worklist_minutes or rule.worklist_minutes)
        certain_at = clicked_at + delay + timedelta(seconds=CLICK_SECONDS)
        certain = filed is not None and looked_at >= certain_at
        pause = max(delay / 4, _SHORTEST_PAUSE)
        async with self._fleet.database.begin() as session:
            looks = await submissions.looked_in_vain(session, self._lease, row.id, certain=certain, now=now)
            if looks >= LOOKS and rule.not_shown == "send_again":
                await submissions.rearm(session, self._lease, row.id, now=now)
                return True
            if looks >= LOOKS:
                await queue.hold(session, self._lease, self._work, _for_a_person(row.id))
            else:
                until = now + pause if now >= certain_at else min(now + pause, certain_at)
                back = PutBack(until, spent=False)
                await queue.put_back(session, self._lease, self._work, _looked_for(), back, now=now)
        return False

    async def _not_of_others(self, row: StoredSubmission, filed: list[Filed]) -> list[Filed]:
        """Without those that answer for another submission about the same."""
        taken: set[str] = set()
        async with self._fleet.database.read() as session:
            for other in await submissions.of_subject(session, row.subject_key):
                told = submissions.answer_of(other, self._fleet.sealer) if other.id != row.id else None
                if told is not None and other.state is SubmissionState.CONFIRMED:
                    taken.add(Confirmed.model_validate_json(told).number)
        return [each for each in filed if each.number not in taken]

    # -- sending

    async def _send(self, row_id: str, wanted: Submission) -> None:
        item, gate = self._work.item, Gate(self._fleet, self._lease, row_id, self._secret_version)
        files = SealedFiles(self._fleet, row_id)

        async def submit(bot: LaneBot) -> Answer:
            await self._arm(row_id)
            try:
                return await bot.submit(item.capability, item.payer, wanted, self._sink, gate=gate, files=files)
            except OutcomeUnknown:
                raise
            except FleetError:
                await self._not_clicked(row_id)
                raise

        try:
            answer = await self._with_bot(submit)
        except OutcomeUnknown as problem:
            await self._unknown(row_id, problem)
            return
        await self._sent(row_id, answer)

    async def _sent(self, row_id: str, answer: Answer) -> None:
        async with self._fleet.database.read() as session:
            row = await submissions.get(session, row_id)
        clicked = row.state is SubmissionState.CLICKED
        match answer:
            case Confirmed():
                await self._close(row_id, SubmissionState.CONFIRMED, answer)
            case Reviewed():
                await self._not_clicked(row_id)
                await self._rehearsed(row, answer)
            case _ if row.clicks > clicked or (clicked and isinstance(answer, NoAnswerNow)):
                # The portal may speak of an earlier click of ours.
                await self._unknown(row_id, _looked_for())
            case NoAnswerNow():
                await self._not_clicked(row_id)
                raise PortalUnavailable(answer.sentence, reference=answer.outcome)
            case _:
                await self._close(row_id, SubmissionState.REFUSED, answer)

    async def _rehearsed(self, row: StoredSubmission, answer: Answer) -> None:
        await self._sink.settle()
        now = self._fleet.clock.now()
        async with self._fleet.database.begin() as session:
            row = await submissions.get(session, row.id)
            if row.rehearsal:
                await queue.finish(session, self._fleet.sealer, self._lease, self._work, self._done(answer), now=now)
            elif row.approved_at is None:
                await queue.hold(session, self._lease, self._work, _to_be_approved(row))
            else:  # while it was being filled in
                back = PutBack(now, spent=False)
                await queue.put_back(session, self._lease, self._work, None, back, now=now)

    async def _arm(self, row_id: str) -> None:
        """Raises OutcomeUnknown when it was sent before and nothing was found out since, or a browser hung after it."""
        async with self._fleet.database.begin() as session:
            row = await submissions.get(session, row_id)
            if row.state in (SubmissionState.CLICKED, SubmissionState.UNKNOWN):
                raise _looked_for()
            if row.state is SubmissionState.INTENT:
                await submissions.arm(session, self._lease, row_id, now=self._fleet.clock.now())

    async def _not_clicked(self, row_id: str) -> None:
        async with self._fleet.database.begin() as session:
            await submissions.not_clicked(session, self._lease, row_id, now=self._fleet.clock.now())

    async def _unknown(self, row_id: str, problem: OutcomeUnknown) -> None:
        await self._sink.settle()
        now = self._fleet.clock.now()
        async with self._fleet.database.begin() as session:
            row = await submissions.get(session, row_id)
            if row.state is not SubmissionState.UNKNOWN:
                await submissions.unknown(session, self._lease, row_id, now=now)
            back = PutBack(now + _SHORTEST_PAUSE, spent=False)
            await queue.put_back(session, self._lease, self._work, problem, back, now=now)

    async def _close(self, row_id: str, state: SubmissionState, answer: Answer) -> None:
        await self._sink.settle()
        fleet, now = self._fleet, self._fleet.clock.now()
        async with fleet.database.begin() as session:
            await submissions.settle(
                session, fleet.sealer, self._lease, row_id, state=state, answer=write(answer), now=now
            )
            await queue.finish(session, fleet.sealer, self._lease, self._work, self._done(answer), now=now)

    def _done(self, answer: Answer) -> Finished:
        version = self._fleet.adapter_versions[self._work.item.portal]
        return Finished(answer.outcome, write(answer), self._fleet.clock.now(), version)

    def _rule(self, row: StoredSubmission) -> SubmissionRule:
        rule = self._fleet.portals[row.portal].takes(row.kind, row.payer)
        if rule is None:
            raise RequestInvalid("The portal no longer takes this kind of submission.", field="kind")
        return rule


def _since(filed: Filed, clicked_at: datetime) -> bool:
    return filed.submitted_on is None or filed.submitted_on >= (clicked_at - _A_DAY).date()


def _looked_for() -> OutcomeUnknown:
    return OutcomeUnknown(
        "It was sent, and the portal does not show it yet; it is looked for again and not sent a second time."
    )


def _for_a_person(row_id: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        "It may have been sent, and the portal does not show it. Ask the payer, then say what is true: "
        f"`fleet submissions settle {row_id} --number NUMBER`, or `--not-received` to have it sent."
    )


def _to_be_approved(row: StoredSubmission) -> ApprovalRequired:
    return ApprovalRequired(
        "Everything is filled in and waits for a person's yes: look at the review page with "
        f"`fleet submissions show {row.id}`, then `fleet submissions approve {row.id} --version {row.version}`."
    )
