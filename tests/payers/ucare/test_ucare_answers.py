"""The adapter against the simulated portal: answers are true, and asked for the practice that the question names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fixtures_portals import Kept, SimulatedPortal, patient, plain

from core.capabilities.catalog import capability
from core.errors import RequestInvalid
from simulator.accounts import LAKESIDE, NORTHGATE

CAPABILITIES = ("eligibility", "claim_status")
GROUP, MEMBER = (provider.npi for provider in NORTHGATE.providers)


@pytest.fixture
def ucare(simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    portal = simulated["ucare"]
    portal.dial()
    yield portal
    portal.dial()


def practices(portal: SimulatedPortal) -> list[str]:
    """For whom it was asked, one after the other: TIN, NPI and site."""
    return [entry["detail"] for entry in portal.house.tally.ledger() if entry["event"] == "practice"]


@pytest.mark.deep
async def test_pages_of_a_list_and_claims_before_stay_until_the_next_are_there(ucare: SimulatedPortal) -> None:
    """What of the page before, or of the claim opened before, is still on the screen is taken for neither."""
    ucare.dial(stale_results_ms=300, latency_ms=(50, 150))
    odd = ucare.questions("claim_status", "UCARE", 120, seed=5, awkward=True)
    several = [each for each in odd if "several_pages" in each["tags"]]
    long = min(several, key=lambda each: len(ucare.truth("claim_status", "UCARE", each["question"])["claims"]))
    async with ucare.known() as lane:
        ucare.assert_true(await ucare.ask(lane, "claim_status", "UCARE", long["question"]), long["tags"])


async def test_each_question_is_asked_for_its_own_provider(ucare: SimulatedPortal) -> None:
    """A provider stands chosen until a question names another; each is asked for at all its sites."""
    question = patient(ucare, "UCARE")
    already = len(practices(ucare))
    async with ucare.logged_in() as (lane, _):
        for npi in (GROUP, GROUP, MEMBER, GROUP):
            ucare.assert_true(await ucare.ask(lane, "eligibility", "UCARE", {**question, "provider_npi": npi}))
        claim = plain(ucare, "claim_status", "UCARE")
        ucare.assert_true(await ucare.ask(lane, "claim_status", "UCARE", {**claim, "provider_npi": GROUP}))
    tin = NORTHGATE.tin
    group, member = f"{tin} {GROUP} All sites", f"{tin} {MEMBER} Main campus"
    assert practices(ucare)[already:] == [group, member, group]


@pytest.mark.parametrize("name", CAPABILITIES)
async def test_a_provider_of_somebody_else_is_not_asked_for(ucare: SimulatedPortal, name: str) -> None:
    query = ucare.query(name, {**plain(ucare, name, "UCARE"), "provider_npi": LAKESIDE.providers[0].npi})
    async with ucare.logged_in() as (lane, secrets):
        with pytest.raises(RequestInvalid) as refused:
            await lane.perform(name, "UCARE", query, Kept())
    assert refused.value.field == "provider_npi"
    assert ucare.tally(secrets)["questions"][name] == 0


@pytest.mark.parametrize("name", CAPABILITIES)
async def test_a_question_without_a_provider_costs_the_portal_nothing(ucare: SimulatedPortal, name: str) -> None:
    query = capability(name).ask(plain(ucare, name, "UCARE"))
    async with ucare.known() as lane:
        loads = ucare.tally()["page_loads"]
        with pytest.raises(RequestInvalid):
            await lane.perform(name, "UCARE", query, Kept())
    assert ucare.tally()["page_loads"] == loads
