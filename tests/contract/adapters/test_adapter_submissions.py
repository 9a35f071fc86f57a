"""What is sent arrives once and byte by byte, and whatever befalls the click is never taken for what it is not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from errands import LETTER, RECORDS, Desk, about, fresh, received
from fixtures_portals import Kept, SimulatedPortal

from core.capabilities.appeals import Appeals
from core.capabilities.submissions import AlreadyFiled, Confirmed, Refused, Reviewed
from payers.registry import load_manifest, portal_ids
from simulator.disputes import unfit
from simulator.questions import questions


@pytest.fixture(params=[each for each in portal_ids() if "appeals" in load_manifest(each).capabilities])
def portal(request: pytest.FixtureRequest, simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    """Each portal that takes something, and shows at once what it took."""
    found = simulated[request.param]
    found.dial(worklist_delay_s=0, virus_scan_ms=(0, 150))
    yield found
    found.dial()


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_what_is_confirmed_was_received_byte_by_byte_and_stands_on_the_worklist(
    portal: SimulatedPortal, desk: Desk
) -> None:
    (question,), kept = fresh(portal, 1), Kept()
    wanted = desk.appeal(question, RECORDS, LETTER)
    async with portal.known() as lane:
        answer = await desk.send(portal, lane, wanted, kept)
        again = await desk.send(portal, lane, wanted, Kept())
        listed = await portal.ask(lane, "appeals", portal.definition.manifest.payers[0].id, about(question))
    one = received(portal)[-1]
    assert isinstance(answer, Confirmed)
    assert (answer.number, answer.received_on) == (one.number, one.at.date())
    assert isinstance(again, AlreadyFiled)
    assert [each.name for each in one.files] == [each.name for each in wanted.files]
    assert [each.sha256 for each in one.files] == [hashlib.sha256(each).hexdigest() for each in (RECORDS, LETTER)]
    assert (one.claim.claim_number, one.kind, one.reason) == (wanted.subject(), wanted.kind, wanted.reason)
    portal.assert_true(listed)
    assert isinstance(listed.answer, Appeals)
    assert listed.answer.appeals[0].number == one.number
    assert [step.kind.value for step in kept.steps].count("write") == 1
    said = "\n".join(f"{step.page} {step.note}" for step in kept.steps)
    assert not any(question[key] in said for key in ("claim_number", "member_id", "last_name"))


async def test_what_is_decided_is_told_with_the_letter_that_says_so(portal: SimulatedPortal) -> None:
    world, payer = portal.house.world, portal.definition.manifest.payers[0].id
    now = portal.house.clock.now()
    longer = {each.claim.claim_number for each in world.disputes[payer] if "prefix" in each.claim.tags}
    decided = [each for each in world.disputes[payer] if each.decision(now) and each.claim.claim_number not in longer]
    question = {"claim_number": decided[-1].claim.claim_number, "letters": "true"}
    async with portal.known() as lane:
        asked = await portal.ask(lane, "appeals", payer, question)
    portal.assert_true(asked)
    assert isinstance(asked.answer, Appeals)
    told = next(each for each in asked.answer.appeals if each.number == decided[-1].number)
    assert told.letter is not None
    kept = [each.data for each in asked.kept.evidence if each.kind == "download"]
    assert told.letter.sha256 in {hashlib.sha256(each).hexdigest() for each in kept}


@pytest.mark.thorough
async def test_nothing_is_sent_of_what_the_portal_does_not_hear_or_the_gate_does_not_let_through(
    portal: SimulatedPortal, desk: Desk
) -> None:
    payer = portal.definition.manifest.payers[0].id
    drawn = questions(
        portal.house.world, "disputes", payer, count=60, seed=4, awkward=True, today=portal.house.clock.today()
    )
    claims = {each.claim_number: each for each in portal.house.world.claims[payer]}
    wrong = {unfit(claims[each["question"]["claim_number"]]): each["question"] for each in drawn}
    del wrong[None]
    before = len(received(portal))
    async with portal.known() as lane:
        for question in wrong.values():
            refused = await desk.send(portal, lane, desk.appeal(question), Kept())
            assert isinstance(refused, Refused)
            assert refused.message
        assert desk.opened == 0
        desk.shut, kept = True, Kept()
        (question,) = fresh(portal, 1)
        assert await desk.send(portal, lane, desk.appeal(question), kept) == Reviewed()
        desk.shut = False
        assert isinstance(await desk.send(portal, lane, desk.appeal(question), Kept()), Confirmed)
    assert len(received(portal)) == before + 1
    assert kept.kinds() == {"screenshot", "page"}
