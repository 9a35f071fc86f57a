"""Remittances lie in two folders of the mailbox: what both have of a payment is put together, and a year ends both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from fixtures_portals import SimulatedPortal

from core.capabilities.common import NoLongerKept
from core.capabilities.files import DocumentKind
from core.capabilities.remittances import Proof, RemittanceNotFound, Remittances
from simulator.tiers import months_before

PAYER = "MMAP"
BOTH = (DocumentKind.ERA, DocumentKind.EOP)


@pytest.fixture
def medicaid(simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    portal = simulated["medicaid_forms"]
    portal.dial()
    yield portal
    portal.dial()


@pytest.mark.parametrize(
    ("tag", "offers", "proof"),
    [
        ("ach", BOTH, Proof.BALANCED),
        ("virtual_card", (DocumentKind.EOP,), Proof.EOP_ONLY),
        pytest.param("no_money", (DocumentKind.ERA,), Proof.BALANCED, marks=pytest.mark.deep),
    ],
)
async def test_a_payment_is_whole_wherever_its_files_lie(
    medicaid: SimulatedPortal, tag: str, offers: tuple[DocumentKind, ...], proof: Proof
) -> None:
    payment = next(each for each in reversed(medicaid.house.world.payments[PAYER]) if each.tags == (tag,))
    async with medicaid.known() as lane:
        asked = await medicaid.ask(lane, "remittances", PAYER, {"check_number": payment.number})
    medicaid.assert_true(asked)
    assert isinstance(asked.answer, Remittances)
    (found,) = asked.answer.payments
    assert found.offers == offers
    assert found.proof is proof


@pytest.mark.deep
async def test_what_the_folders_have_let_go_is_told(medicaid: SimulatedPortal) -> None:
    since = months_before(medicaid.house.clock.today(), 12)
    first = medicaid.house.world.payments[PAYER][0]
    gone = {"paid_from": (since - timedelta(days=1)).isoformat(), "paid_to": (since - timedelta(days=1)).isoformat()}
    in_vain = {**gone, "paid_to": since.isoformat()}
    reaching_back = {**gone, "paid_to": first.paid_on.isoformat()}
    lost = f"Nothing from before {since} is kept any more."
    async with medicaid.known() as lane:
        asked = await medicaid.ask(lane, "remittances", PAYER, gone)
        medicaid.assert_true(asked)
        assert asked.answer == NoLongerKept(kept_from=since)
        asked = await medicaid.ask(lane, "remittances", PAYER, in_vain)
        assert asked.answer == RemittanceNotFound(message=lost)
        asked = await medicaid.ask(lane, "remittances", PAYER, reaching_back)
        medicaid.assert_true(asked)
    assert isinstance(asked.answer, Remittances)
    assert asked.answer.notes == (lost,)
