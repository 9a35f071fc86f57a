from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from core.errors import LeaseLost, RequestInvalid
from core.seal import Sealer
from store import audit, leases, queue, submission_lists, submissions, work_items
from store.credentials import Credential
from store.database import Database
from store.leases import Lease
from store.submissions import NewFile, NewSubmission, StoredSubmission, SubmissionState
from store.work_items import ItemState

Ask = Callable[..., Awaitable[list[str]]]
S = SubmissionState


class Journal:
    """One submission and the workers around it."""

    def __init__(self, database: Database, sealer: Sealer, credential: Credential, item_id: str, now: datetime) -> None:
        self.database, self.sealer, self.credential, self.item_id, self.now = database, sealer, credential, item_id, now
        self.id = ""

    def new(self, **changes: object) -> NewSubmission:
        values: dict[str, object] = {
            "work_item_id": self.item_id,
            "capability": "appeals",
            "kind": "appeal",
            "portal": "availity",
            "payer": "aetna",
            "content_key": "content",
            "subject_key": "subject",
            "rehearsal": False,
            "needs_approval": True,
            "file_by": None,
            "requested_by": "kim",
            "files": [NewFile("file-1", "ab" * 32, 4001, "2026/file-1")],
        }
        return NewSubmission(**(values | changes))  # type: ignore[arg-type]

    async def add(self) -> None:
        async with self.database.begin() as session:
            self.id = (await submissions.add(session, self.new(), now=self.now)).id

    async def holder(self, *, at: datetime) -> Lease:
        async with self.database.begin() as session:
            lease = await leases.take(session, self.credential.id, f"worker at {at}", seconds=15, now=at)
        assert lease is not None
        return lease

    async def arm(self, lease: Lease) -> None:
        async with self.database.begin() as session:
            await submissions.arm(session, lease, self.id, now=self.now)

    async def click(self, lease: Lease, *, at: datetime | None = None) -> None:
        async with self.database.begin() as session:
            await submissions.click(session, lease, self.id, adapter_version="1", secret_version=3, now=at or self.now)

    async def settle(self, lease: Lease, state: SubmissionState) -> None:
        async with self.database.begin() as session:
            await submissions.settle(
                session, self.sealer, lease, self.id, state=state, answer='{"number": "R-77"}', now=self.now
            )

    async def take_over(self, lease: Lease) -> StoredSubmission:
        async with self.database.begin() as session:
            return await submissions.take_over(session, lease, self.id, now=self.now)

    async def row(self) -> StoredSubmission:
        async with self.database.read() as session:
            return await submissions.get(session, self.id)


@pytest.fixture
async def journal(database: Database, sealer: Sealer, credential: Credential, ask: Ask, now: datetime) -> Journal:
    (item_id,) = await ask("appeal of CLM-1")
    made = Journal(database, sealer, credential, item_id, now)
    await made.add()
    return made


async def test_from_intent_to_confirmed_every_change_is_audited_and_sealed(journal: Journal) -> None:
    lease = await journal.holder(at=journal.now)
    await journal.arm(lease)
    await journal.click(lease)
    await journal.settle(lease, S.CONFIRMED)
    row = await journal.row()
    assert (row.state, row.clicks, row.secret_version) == (S.CONFIRMED, 1, 3)
    assert b"R-77" not in (row.answer or b"")
    assert submissions.answer_of(row, journal.sealer) == '{"number": "R-77"}'
    async with journal.database.read() as session:
        told = [
            event.action
            for event in await session.scalars(audit.select(audit.AuditEvent).order_by(audit.AuditEvent.seq))
            if event.subject == journal.id
        ]
        assert (await audit.verify(session)).broken_at is None
    assert told == ["submission.made", "submission.armed", "submission.clicked", "submission.confirmed"]


async def test_the_same_content_is_one_submission(journal: Journal, ask: Ask) -> None:
    (other,) = await ask("the same appeal from another desk")
    with pytest.raises(RequestInvalid, match="very same"):
        async with journal.database.begin() as session:
            await submissions.add(session, journal.new(work_item_id=other, files=()), now=journal.now)
    async with journal.database.read() as session:
        assert len(await submission_lists.latest(session)) == 1


async def test_a_holder_that_lost_the_lane_cannot_click(journal: Journal) -> None:
    old = await journal.holder(at=journal.now)
    await journal.arm(old)
    new = await journal.holder(at=journal.now + timedelta(seconds=16))
    with pytest.raises(LeaseLost):
        await journal.click(old)
    assert (await journal.take_over(new)).state is S.INTENT
    await journal.arm(new)
    with pytest.raises(LeaseLost):
        await journal.click(old)
    await journal.click(new, at=journal.now + timedelta(seconds=17))
    with pytest.raises(LeaseLost):
        await journal.settle(old, S.CONFIRMED)
    assert (await journal.row()).clicks == 1


async def test_nobody_clicks_after_the_time_of_the_lease_though_nobody_else_has_the_lane(journal: Journal) -> None:
    lease = await journal.holder(at=journal.now)
    await journal.arm(lease)
    with pytest.raises(LeaseLost, match="ran out"):
        await journal.click(lease, at=journal.now + timedelta(seconds=16))
    assert (await journal.row()).state is S.ARMED


async def test_nothing_is_clicked_twice(journal: Journal) -> None:
    lease = await journal.holder(at=journal.now)
    with pytest.raises(LeaseLost):
        await journal.click(lease)  # it is not armed
    await journal.arm(lease)
    await journal.click(lease)
    for again in (journal.arm, journal.click):
        with pytest.raises(LeaseLost):
            await again(lease)


async def test_what_a_dead_worker_may_have_clicked_is_unknown_and_cannot_be_armed(journal: Journal) -> None:
    dead = await journal.holder(at=journal.now)
    await journal.arm(dead)
    await journal.click(dead)
    heir = await journal.holder(at=journal.now + timedelta(seconds=16))
    assert (await journal.take_over(heir)).state is S.UNKNOWN
    with pytest.raises(LeaseLost):
        await journal.arm(heir)
    async with journal.database.begin() as session:
        assert await submissions.looked_in_vain(session, heir, journal.id, certain=False, now=journal.now) == 0
        assert await submissions.looked_in_vain(session, heir, journal.id, certain=True, now=journal.now) == 1
        await submissions.rearm(session, heir, journal.id, now=journal.now)
    # Sent once already: what is given up now is unknown again, never an intent.
    async with journal.database.begin() as session:
        await submissions.not_clicked(session, heir, journal.id, now=journal.now)
    assert (await journal.row()).state is S.UNKNOWN
    await journal.settle(heir, S.CONFIRMED)


async def test_a_click_that_was_certainly_not_made_is_taken_back(journal: Journal) -> None:
    lease = await journal.holder(at=journal.now)
    await journal.arm(lease)
    await journal.click(lease)
    async with journal.database.begin() as session:
        await submissions.not_clicked(session, lease, journal.id, now=journal.now)
    row = await journal.row()
    assert (row.state, row.clicks) == (S.INTENT, 0)


async def test_people_approve_and_decide_and_say_why(journal: Journal) -> None:
    async with journal.database.begin() as session:
        row = await submissions.approve(session, journal.id, version=1, actor="lee", now=journal.now)
        assert row.approved_by == "lee"
    with pytest.raises(RequestInvalid, match="nothing left to approve"):
        async with journal.database.begin() as session:
            await submissions.approve(session, journal.id, version=1, actor="lee", now=journal.now)
    for reason, match in ((" ", "reason"), ("looked", "Only what is unknown")):
        with pytest.raises(RequestInvalid, match=match):
            async with journal.database.begin() as session:
                await submissions.decide(
                    session, journal.sealer, journal.id, None, actor="lee", reason=reason, now=journal.now
                )
    lease = await journal.holder(at=journal.now)
    await journal.arm(lease)
    await journal.click(lease)
    async with journal.database.begin() as session:
        await submissions.unknown(session, lease, journal.id, now=journal.now)
        row = await submissions.decide(
            session, journal.sealer, journal.id, None, actor="lee", reason="called the payer", now=journal.now
        )
        assert (row.state, row.clicks) == (S.INTENT, 0)
        again = await submissions.intend_again(
            session, journal.id, rehearsal=True, needs_approval=True, file_by=None, actor="ann", now=journal.now
        )
    assert (again.approved_by, again.rehearsal, again.version, again.requested_by) == (None, True, 2, "ann")


async def test_a_submission_that_killed_its_workers_waits_for_a_person_and_is_not_given_up(journal: Journal) -> None:
    for turn in range(queue.ATTEMPTS + 1):
        at = journal.now + timedelta(seconds=20 * turn)
        lease = await journal.holder(at=at)
        async with journal.database.begin() as session:
            await queue.recover(session, lease, now=at)
            item = await work_items.get(session, journal.item_id)
            if turn < queue.ATTEMPTS:
                run = await queue.runs.start(session, lease, portal="availity", flow_run_id=None, now=at)
                assert await queue.next_due(session, lease, run.id, now=at) is not None
    assert (item.state, item.error_code) == (ItemState.HELD, "WorkerLost")
