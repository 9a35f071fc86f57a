"""UCare explains payments on paper alone: what the paper states is read, and never told as more than that."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fixtures_portals import SimulatedPortal

from core.capabilities.files import DocumentKind
from core.capabilities.remittances import Payment, Proof, Remittances
from simulator import remittances


@pytest.fixture
def ucare(simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    portal = simulated["ucare"]
    portal.dial()
    yield portal
    portal.dial()


async def pulled(portal: SimulatedPortal, payment: remittances.Payment) -> Payment:
    async with portal.known() as lane:
        asked = await portal.ask(lane, "remittances", "UCARE", {"check_number": payment.number})
    portal.assert_true(asked)
    assert isinstance(asked.answer, Remittances)
    (found,) = asked.answer.payments
    return found


@pytest.mark.parametrize(
    ("tag", "proof", "adds_up"),
    [
        ("several_claims", Proof.EOP_ONLY, True),
        ("recovery", Proof.EOP_ONLY, False),
        ("paper_differs", Proof.OFF, True),
    ],
)
async def test_a_paper_proves_no_payment(ucare: SimulatedPortal, tag: str, proof: Proof, adds_up: bool) -> None:
    """Whether its claims come to the payment is told, and proves nothing: it may print things that nobody reads."""
    found = await pulled(ucare, next(each for each in ucare.house.world.payments["UCARE"] if tag in each.tags))
    assert found.offers == (DocumentKind.EOP,)
    assert found.remittance is None
    assert found.explained_claims
    assert found.proof is proof
    assert found.explained_sum == sum(each.paid for each in found.explained_claims)
    assert (found.explained_difference == 0) is adds_up


async def test_what_was_not_paid_has_no_remittance(ucare: SimulatedPortal) -> None:
    unpaid = next(each for each in ucare.house.world.payments["UCARE"] if each.method == "none")
    async with ucare.known() as lane:
        asked = await ucare.ask(lane, "remittances", "UCARE", {"check_number": unpaid.number})
        ucare.assert_true(asked)
    assert asked.answer is not None
    assert asked.answer.outcome == "remittance_not_found"
