"""Appeals on the newer generation of Availity's pages; those of the classic one are in the contract suite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from errands import LETTER, RECORDS, Desk, received
from fixtures_portals import Kept, SimulatedPortal

from core.capabilities.appeals import Appeals, AppealsQuery
from core.capabilities.submissions import Confirmed
from core.errors import OutcomeUnknown
from core.phi import Phi
from simulator.dials import SubmitFault
from simulator.questions import questions


@pytest.fixture
def availity(simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    portal = simulated["availity"]
    yield portal
    portal.dial()


def disputes(portal: SimulatedPortal, payer: str) -> list[dict[str, str]]:
    """Of claims that the payer hears."""
    today = portal.house.clock.today()
    drawn = questions(portal.house.world, "disputes", payer, count=12, seed=5, awkward=False, today=today)
    return [each["question"] for each in drawn]


@pytest.mark.deep
async def test_an_appeal_is_received_once_and_what_follows_the_click_badly_is_unknown(
    availity: SimulatedPortal,
) -> None:
    availity.dial(virus_scan_ms=(100, 300), submit_faults=(SubmitFault.ERROR_AFTER,), worklist_delay_s=0)
    lost, kept = disputes(availity, "BHIL")[:2]
    desk = Desk()
    async with availity.known() as lane:
        with pytest.raises(OutcomeUnknown):
            await lane.submit("appeals", "BHIL", desk.appeal(lost, LETTER), Kept(), gate=desk, files=desk)
        answer = await lane.submit("appeals", "BHIL", desk.appeal(kept, RECORDS, LETTER), Kept(), gate=desk, files=desk)
        query = AppealsQuery(claim_number=Phi(lost["claim_number"]))
        listed = await lane.perform("appeals", "BHIL", query, Kept())
    *_, first, second = received(availity)
    assert (first.claim.claim_number, second.claim.claim_number) == (lost["claim_number"], kept["claim_number"])
    assert isinstance(answer, Confirmed)
    assert (answer.number, answer.received_on) == (second.number, second.at.date())
    assert isinstance(listed, Appeals)
    assert [each.number for each in listed.filed] == [first.number]
