from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from core.capabilities.eligibility import EligibilityQuery
from core.errors import RequestInvalid
from core.phi import Phi
from lanes.assembly import Fleet
from lanes.calendar.recurring import StoredLists
from lanes.questions.ask import Question, ask
from store import batches
from store.batches import Batch
from store.credentials import Credential, CredentialState
from store.work_items import ItemState, WorkItem


@pytest.fixture
async def patients(fleet: Fleet, credential: Credential) -> str:
    """Two rows that ask, one that could not."""
    rows: list[tuple[int, str | None, str | None]] = [(4, None, "member_id is missing")]
    for number, member in enumerate(("W1", "W2"), start=2):
        query = EligibilityQuery(member_id=Phi(member), birth_date=Phi(date(1980, 2, 3)))
        asked = await ask(fleet, Question("eligibility", "availity", query, requested_by="test", payer="AETNA"))
        rows.append((number, asked.item.id, None))
    async with fleet.database.begin() as session:
        now = fleet.clock.now()
        stored = Batch(
            id="batch_1",
            capability="eligibility",
            portal="availity",
            requested_by="test",
            created_at=now,
            began_at=now,
        )
        await batches.open_batch(session, stored)
        await batches.put_rows(session, "batch_1", rows)
    return "batch_1"


async def test_what_still_waits_is_joined(fleet: Fleet, credential: Credential, patients: str) -> None:
    assert await StoredLists(fleet).plan("eligibility", patients) == [credential.id]
    assert await questions(fleet) == 2


@pytest.mark.parametrize(("age", "made"), [(timedelta(minutes=5), 0), (timedelta(hours=9), 2)])
async def test_only_old_answers_are_asked_for_again(
    fleet: Fleet, credential: Credential, patients: str, age: timedelta, made: int
) -> None:
    async with fleet.database.begin() as session:
        then = fleet.clock.now() - age
        await session.execute(update(WorkItem).values(state=ItemState.DONE, outcome="covered", finished_at=then))
    assert await StoredLists(fleet).plan("eligibility", patients) == ([credential.id] if made else [])
    assert await questions(fleet) == 2 + made


async def test_what_belongs_to_a_resting_credential_is_left_out(
    fleet: Fleet, credential: Credential, patients: str
) -> None:
    async with fleet.database.begin() as session:
        await session.execute(update(Credential).values(state=CredentialState.STOPPED))
    assert await StoredLists(fleet).plan("eligibility", patients) == []


@pytest.mark.parametrize(("capability", "patient_list"), [("eligibility", "batch_9"), ("claim_status", "batch_1")])
async def test_another_list_is_refused(fleet: Fleet, patients: str, capability: str, patient_list: str) -> None:
    with pytest.raises(RequestInvalid) as caught:
        await StoredLists(fleet).plan(capability, patient_list)
    assert caught.value.field == "patient_list"


async def questions(fleet: Fleet) -> int:
    async with fleet.database.read() as session:
        return await session.scalar(select(func.count()).select_from(WorkItem)) or 0
