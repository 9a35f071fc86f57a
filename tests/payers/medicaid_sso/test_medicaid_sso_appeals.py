"""Requests about claims: what befalls the click or the way to it, and files that the portal does not take."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from errands import LETTER, RECORDS, Desk, fresh, received
from fixtures_portals import Kept, SimulatedPortal

from core.capabilities.appeals import Appeals, AppealsQuery
from core.capabilities.submissions import AlreadyFiled, Confirmed, Refused
from core.errors import OutcomeUnknown, SessionExpired
from core.phi import Phi
from simulator.dials import Step, SubmitFault

PAYER = "FRANKLIN"


@pytest.fixture
def franklin(simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    portal = simulated["medicaid_sso"]
    portal.dial(worklist_delay_s=0)
    yield portal
    portal.dial()


@pytest.mark.deep
async def test_what_follows_the_click_badly_is_unknown_and_a_second_one_is_refused(franklin: SimulatedPortal) -> None:
    franklin.dial(virus_scan_ms=(300, 600), submit_faults=(SubmitFault.LOST_AFTER,), worklist_delay_s=0)
    (question,) = fresh(franklin, 1)
    desk, before = Desk(), len(received(franklin))
    wanted = desk.appeal(question, RECORDS, LETTER)
    async with franklin.known() as lane:
        with pytest.raises(OutcomeUnknown):
            await lane.submit("appeals", PAYER, wanted, Kept(), gate=desk, files=desk)
        query = AppealsQuery(claim_number=Phi(question["claim_number"]))
        listed = await lane.perform("appeals", PAYER, query, Kept())
        again = await lane.submit("appeals", PAYER, wanted, Kept(), gate=desk, files=desk)
    (one,) = received(franklin)[before:]
    assert isinstance(listed, Appeals)
    assert [each.number for each in listed.filed] == [one.number]
    assert again == AlreadyFiled(message=again.message, number=one.number, received_on=one.at.date())


@pytest.mark.deep
@pytest.mark.parametrize("step", ["details", "upload", "review", "submit"])
async def test_a_session_that_ends_on_the_way_sends_nothing(franklin: SimulatedPortal, step: Step) -> None:
    (question,) = fresh(franklin, 1)
    desk, before = Desk(), len(received(franklin))
    async with franklin.logged_in() as (lane, secrets):
        franklin.dial(drop_session_at=step, worklist_delay_s=0)
        expected = OutcomeUnknown if step == "submit" else SessionExpired
        with pytest.raises(expected):
            await lane.submit("appeals", PAYER, desk.appeal(question), Kept(), gate=desk, files=desk)
        assert len(received(franklin)) == before
        await lane.log_in(secrets, Kept())
        answer = await lane.submit("appeals", PAYER, desk.appeal(question), Kept(), gate=desk, files=desk)
    assert isinstance(answer, Confirmed)
    assert len(received(franklin)) == before + 1


@pytest.mark.deep
async def test_one_attachment_too_many_is_refused_in_the_portal_s_words(franklin: SimulatedPortal) -> None:
    (question,) = fresh(franklin, 1)
    desk, before = Desk(), len(received(franklin))
    files = [RECORDS + str(number).encode() for number in range(7)]
    async with franklin.known() as lane:
        refused = await lane.submit("appeals", PAYER, desk.appeal(question, *files), Kept(), gate=desk, files=desk)
    assert refused == Refused(message="No more than 6 attachments are accepted.")
    assert desk.opened == 0
    assert len(received(franklin)) == before
