"""The adapter against the simulated portal: answers are true, and asked for the practice that the question names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fixtures_portals import Kept, SimulatedPortal, patient, plain

from core.capabilities.catalog import capability
from core.errors import PortalChanged, RequestInvalid
from simulator.accounts import LAKESIDE, NORTHGATE

CAPABILITIES = ("eligibility", "claim_status")
GROUP, MEMBER = (provider.npi for provider in NORTHGATE.providers)


@pytest.fixture
def ucare(simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    portal = simulated["ucare"]
    portal.dial()
    yield portal
    portal.dial()


def askable(portal: SimulatedPortal, name: str, count: int, *, awkward: bool) -> list[dict[str, Any]]:
    return portal.askable(name, "UCARE", count, seed=5, awkward=awkward)


def practices(portal: SimulatedPortal) -> list[str]:
    """For whom it was asked, one after the other: TIN, NPI and site."""
    return [entry["detail"] for entry in portal.house.tally.ledger() if entry["event"] == "practice"]


@pytest.mark.parametrize("name", CAPABILITIES)
async def test_every_answer_is_true(ucare: SimulatedPortal, name: str) -> None:
    async with ucare.known() as lane:
        for each in [*askable(ucare, name, 3, awkward=False), *askable(ucare, name, 20, awkward=True)]:
            ucare.assert_true(await ucare.ask(lane, name, "UCARE", each["question"]), each["tags"])


@pytest.mark.parametrize("name", CAPABILITIES)
async def test_what_is_left_of_the_question_before_is_not_taken(ucare: SimulatedPortal, name: str) -> None:
    """The member before, the list before, the page before and the claim before all stay until the next is there."""
    ucare.dial(stale_results_ms=300, latency_ms=(50, 150))
    pages = [each for each in askable(ucare, name, 40, awkward=True) if "several_pages" in each["tags"]][:1]
    async with ucare.known() as lane:
        for each in [*askable(ucare, name, 3, awkward=False), *askable(ucare, name, 5, awkward=True), *pages]:
            ucare.assert_true(await ucare.ask(lane, name, "UCARE", each["question"]), each["tags"])


@pytest.mark.parametrize("name", CAPABILITIES)
async def test_renamed_hooks_are_survived_and_noted(ucare: SimulatedPortal, name: str) -> None:
    ucare.dial(layout_variant=1)
    async with ucare.logged_in(mfa=("authenticator", "text")) as (lane, secrets):
        asked = await ucare.ask(lane, name, "UCARE", plain(ucare, name, "UCARE"))
        ucare.assert_true(asked)
        assert asked.kept.drift()
        for each in askable(ucare, name, 4, awkward=True):
            ucare.assert_true(await ucare.ask(lane, name, "UCARE", each["question"]), each["tags"])
    assert ucare.tally(secrets)["logins"] == 1


@pytest.mark.parametrize("name", CAPABILITIES)
@pytest.mark.usefixtures("impatient")
async def test_a_new_layout_is_a_change_that_names_its_place(ucare: SimulatedPortal, name: str) -> None:
    async with ucare.known() as lane:
        ucare.dial(layout_variant=2)
        asked = await ucare.ask(lane, name, "UCARE", plain(ucare, name, "UCARE"))
    assert isinstance(asked.error, PortalChanged)
    assert asked.error.element


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
