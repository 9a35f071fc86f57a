"""Payments from the viewer: every answer compared with the truth, to the last segment of the 835."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fixtures_portals import Kept, SimulatedPortal, plain

from core.capabilities.files import DocumentKind
from core.capabilities.remittances import Remittances
from core.errors import PortalUnavailable, RequestInvalid


@pytest.fixture
def availity(simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    portal = simulated["availity"]
    portal.dial()
    yield portal
    portal.dial()


@pytest.mark.deep
async def test_a_list_of_several_pages_is_walked_to_its_end(availity: SimulatedPortal) -> None:
    payments = availity.house.world.payments["BHIL"]
    days = sorted({each.paid_on for each in payments})
    spans = [(days[at], days[at + 5]) for at in range(len(days) - 5)]
    start, end = next(
        span for span in spans if 11 <= sum(span[0] <= each.paid_on <= span[1] for each in payments) <= 14
    )
    question = {"paid_from": start.isoformat(), "paid_to": end.isoformat()}
    async with availity.known() as lane:
        asked = await availity.ask(lane, "remittances", "BHIL", question)
    availity.assert_true(asked)
    assert isinstance(asked.answer, Remittances)
    assert len(asked.answer.payments) > 10


async def test_what_is_kept_of_a_payment_is_what_the_answer_names(availity: SimulatedPortal) -> None:
    async with availity.known() as lane:
        asked = await availity.ask(lane, "remittances", "BHIL", plain(availity, "remittances", "BHIL"))
    assert isinstance(asked.answer, Remittances)
    sizes = sorted(len(piece.data) for piece in asked.kept.evidence if piece.kind == "download")
    assert sizes == sorted(each.size for payment in asked.answer.payments for each in payment.documents)
    assert list((availity.host._tmp / "downloads").glob("*")) == []


async def test_an_835_that_is_cut_short_gives_a_reason_and_no_data(availity: SimulatedPortal) -> None:
    payment = next(each for each in availity.house.world.payments["BHIL"] if each.documents == ("835",))
    availity.dial(files="cut_short")
    async with availity.known() as lane:
        asked = await availity.ask(lane, "remittances", "BHIL", {"check_number": payment.number})
    assert isinstance(asked.answer, Remittances)
    (found,) = asked.answer.payments
    assert (found.number, found.remittance) == (payment.number, None)
    (document,) = found.documents
    assert document.kind is DocumentKind.ERA
    assert document.problem == "The file is cut short: SE, GE or IEA is missing."


@pytest.mark.parametrize("files", ["empty", pytest.param("page", marks=pytest.mark.deep)])
async def test_a_file_that_is_none_is_asked_for_again_later(availity: SimulatedPortal, files: str) -> None:
    availity.dial(files=files)
    question = plain(availity, "remittances", "BHIL")
    async with availity.known() as lane:
        asked = await availity.ask(lane, "remittances", "BHIL", question)
        assert isinstance(asked.error, PortalUnavailable)
        assert "remit.era" in asked.error.reference
        availity.dial()
        availity.assert_true(await availity.ask(lane, "remittances", "BHIL", question))


async def test_a_provider_is_needed_before_the_portal_is_bothered(availity: SimulatedPortal) -> None:
    async with availity.known() as lane:
        query = availity.query("remittances", {"check_number": "0042"}).model_copy(update={"provider_npi": None})
        with pytest.raises(RequestInvalid, match="provider_npi"):
            await lane.perform("remittances", "BHIL", query, Kept())
