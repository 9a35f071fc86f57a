"""What is sent arrives once and byte by byte, and whatever befalls the click is never taken for what it is not."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator

import pytest
from errands import LETTER, RECORDS, Desk, sending
from fixtures_portals import Kept, SimulatedPortal

from core.capabilities.appeals import Appeals
from core.capabilities.catalog import capability
from core.capabilities.submissions import AlreadyFiled, Confirmed, Received, Refused, Reviewed
from simulator.disputes import unfit
from simulator.questions import questions


@pytest.fixture(params=sending())
def desk(request: pytest.FixtureRequest) -> Desk:
    """For each kind of thing that a portal takes."""
    return Desk.named(request.param)


@pytest.fixture
def portal(desk: Desk, simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    """That portal, which shows at once what it took."""
    found = simulated[desk.portal]
    found.dial(worklist_delay_s=0, virus_scan_ms=(0, 150))
    yield found
    found.dial()


@pytest.mark.representative
async def test_what_is_confirmed_was_received_byte_by_byte_and_stands_on_the_worklist(
    portal: SimulatedPortal, desk: Desk
) -> None:
    for question in one_of_each_kind(portal, desk):
        kept, wanted = Kept(), desk.wanted(question, RECORDS, LETTER)
        async with portal.known() as lane:
            answer = await desk.send(portal, lane, wanted, kept)
            listed = await desk.found(portal, lane, wanted)
            if desk.capability != "sent_messages":  # no portal refuses a message that it has had
                assert isinstance(await desk.send(portal, lane, wanted, Kept()), AlreadyFiled)
        one = desk.received(portal)[-1]
        assert isinstance(answer, Confirmed)
        assert (answer.number, answer.received_on) == (one.number, listed[0].submitted_on)
        assert [each.number for each in listed] == [one.number]
        assert [each.name for each in one.files] == [each.name for each in wanted.files]
        assert [each.sha256 for each in one.files] == [hashlib.sha256(each).hexdigest() for each in (RECORDS, LETTER)]
        for key in ("reason", "topic", "in_reply_to", "servicing_npi"):
            assert question.get(key) == getattr(one, key.replace("in_reply_to", "reply_to"), None), key
        assert [step.kind.value for step in kept.steps].count("write") == 1
        said = "\n".join(f"{step.page} {step.note}" for step in kept.steps)
        assert not any(question[key] in said for key in ("claim_number", "member_id", "last_name") if key in question)


def one_of_each_kind(portal: SimulatedPortal, desk: Desk) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for each in desk.fresh(portal, 6):
        found.setdefault(each["kind"], each)
    return [*found.values()]


@pytest.mark.representative
async def test_what_is_decided_is_told_with_the_letter_that_says_so(portal: SimulatedPortal, desk: Desk) -> None:
    if desk.capability != "appeals":
        return  # nobody decides about a message
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


@pytest.mark.representative
async def test_what_was_sent_is_followed_until_it_is_decided_or_answered(portal: SimulatedPortal, desk: Desk) -> None:
    if desk.capability not in FOLLOWED:
        return  # appeals are followed by the worklist, as above, and nobody decides about a notification
    sends, manifest = capability(desk.capability).sends, portal.definition.manifest
    assert sends is not None
    payer, asker = manifest.payers[0].id, sends.followed_by or desk.capability
    for place, question in enumerate(desk.fresh(portal, 6 if "THOROUGH" in os.environ else 2)):
        decided = place % 2 == 1
        portal.dial(worklist_delay_s=0, decides_after_s=0 if decided else 86_400)
        wanted, kept = desk.wanted(question), Kept()
        rule = manifest.takes(wanted.kind, payer)
        assert rule is not None
        assert rule.follow_up is not None
        async with portal.known() as lane:
            sent = await desk.send(portal, lane, wanted, kept)
            assert isinstance(sent, Confirmed)
            today = portal.house.clock.today()
            received = Received(sent.number, sent.received_on or today, today)
            found = await lane.perform(asker, payer, wanted.follow_up_query(received), kept)
        (filed,) = wanted.followed(found, received) or ()
        assert (filed.standing.status, filed.standing.decided) == (FOLLOWED[desk.capability][decided], decided)


FOLLOWED = {"authorizations": ("pended", "certified"), "sent_messages": ("not_answered", "answered")}
"""As it was sent, and once the payer has decided."""


@pytest.mark.thorough
async def test_nothing_is_sent_of_what_the_portal_does_not_hear_or_the_gate_does_not_let_through(
    portal: SimulatedPortal, desk: Desk
) -> None:
    before = len(desk.received(portal))
    async with portal.known() as lane:
        for question in wrong(portal, desk):
            refused = await desk.send(portal, lane, desk.wanted(question), Kept())
            assert isinstance(refused, Refused)
            assert refused.message
        assert desk.opened == 0
        desk.shut, kept = True, Kept()
        (question,) = desk.fresh(portal, 1)
        assert await desk.send(portal, lane, desk.wanted(question), kept) == Reviewed()
        desk.shut, wanted = False, desk.wanted(question)
        rule = portal.definition.manifest.takes(wanted.kind, portal.definition.manifest.payers[0].id)
        if rule is not None and rule.min_files == 0:  # nor is a file needed, then
            wanted = wanted.model_copy(update={"files": ()})
        assert isinstance(await desk.send(portal, lane, wanted, Kept()), Confirmed)
    assert len(desk.received(portal)) == before + 1
    assert kept.kinds() == {"screenshot", "page"}


def wrong(portal: SimulatedPortal, desk: Desk) -> list[dict[str, str]]:
    """What the portal does not take."""
    payer = portal.definition.manifest.payers[0].id
    unheard = {"sent_messages": {"claim_number": "NONESUCH1"}, "authorizations": {"birth_date": "1931-03-07"}}
    unheard["notifications"] = unheard["authorizations"]
    if desk.capability in unheard:
        good = next(each for each in desk.fresh(portal, 3) if each["kind"] != "reply")
        return [good | unheard[desk.capability]]
    drawn = questions(
        portal.house.world, "disputes", payer, count=60, seed=4, awkward=True, today=portal.house.clock.today()
    )
    claims = {each.claim_number: each for each in portal.house.world.claims[payer]}
    found = {unfit(claims[each["question"]["claim_number"]]): each["question"] for each in drawn}
    return [question for reason, question in found.items() if reason is not None]
