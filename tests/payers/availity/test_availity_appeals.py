"""Appeals on Availity, in a browser: what the worklist shows, and what the payer truly received."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from fixtures_portals import PROVIDER, Kept, SimulatedPortal

from bots.contracts import NotSent
from bots.lane import LaneBrowser
from core.capabilities.appeals import Appeals, AppealsQuery
from core.capabilities.catalog import CAPABILITIES
from core.capabilities.record import Answer
from core.capabilities.submissions import AlreadyFiled, Confirmed, Enclosed, Refused, Reviewed
from core.errors import OutcomeUnknown
from core.phi import Phi
from simulator import dispute_truth
from simulator.dials import SubmitFault
from simulator.disputes import Dispute
from simulator.questions import questions

LETTER = b"%PDF-1.7\n" + b"records " * 1000


@dataclass
class Desk:
    """The gate and the files of the submissions of a test."""

    portal: SimulatedPortal
    lane: LaneBrowser
    kept: Kept = field(default_factory=Kept)
    shut: bool = False
    files: tuple[bytes, ...] = (LETTER, LETTER + b"and a scan")

    async def open(self) -> float:
        if self.shut:
            raise NotSent
        return 10

    async def content(self, file: Enclosed) -> bytes:
        return {Enclosed.of("x", data).sha256: data for data in self.files}[file.sha256]

    def fit(self, payer: str, seed: int = 1) -> dict[str, str]:
        """A dispute that the payer takes."""
        drawn: dict[str, str] = self.drawn(payer, seed=seed)[0]["question"]
        return drawn

    def drawn(self, payer: str, *, seed: int = 1, awkward: bool = False) -> list[dict[str, Any]]:
        world, today = self.portal.house.world, self.portal.house.clock.today()
        return questions(world, "disputes", payer, count=12, seed=seed, awkward=awkward, today=today)

    async def submit(self, payer: str, question: dict[str, str]) -> Answer:
        keys = {**question, "provider_npi": PROVIDER}
        sends = CAPABILITIES["appeals"].sends
        assert sends is not None
        enclosed = [Enclosed.of(f"{place}.pdf", data) for place, data in enumerate(self.files)]
        appeal = sends.ask(keys.pop("kind"), keys, enclosed)
        return await self.lane.submit("appeals", payer, appeal, self.kept, gate=self, files=self)

    async def worklist(self, payer: str, claim_number: str) -> Answer:
        return await self.lane.perform("appeals", payer, AppealsQuery(claim_number=Phi(claim_number)), self.kept)

    def received(self, question: dict[str, str]) -> list[Dispute]:
        listed = self.portal.house.submissions.received(self.portal.id)
        return [each for each in listed if each.claim.claim_number == question["claim_number"]]


@pytest.fixture
def availity(simulated: dict[str, SimulatedPortal]) -> SimulatedPortal:
    return simulated["availity"]


async def test_the_worklist_is_read_as_it_is(availity: SimulatedPortal) -> None:
    availity.dial()
    async with availity.known() as lane:
        desk = Desk(availity, lane)
        for payer, asked in [("BHIL", each) for each in availity.questions("appeals", "BHIL", 4, awkward=True)]:
            question: dict[str, Any] = asked["question"]
            found = await lane.perform("appeals", payer, AppealsQuery.model_validate(question), desk.kept)
            listed = availity.house.submissions.listed(payer)
            truth = dispute_truth.appeals(listed, question, availity.house.clock.now())
            assert isinstance(found, Appeals)
            assert found.model_dump(mode="json")["appeals"] == truth["appeals"], asked["tags"]


@pytest.mark.parametrize("payer", ["BHIL", "AETNA"])
async def test_an_appeal_is_received_once_byte_by_byte_and_found_again(availity: SimulatedPortal, payer: str) -> None:
    availity.dial(virus_scan_ms=(100, 300))
    async with availity.known() as lane:
        desk = Desk(availity, lane)
        question = desk.fit(payer)
        desk.shut = True
        assert await desk.submit(payer, question) == Reviewed()
        assert desk.received(question) == []
        desk.shut = False
        answer = await desk.submit(payer, question)
        (one,) = desk.received(question)
        assert isinstance(answer, Confirmed)
        assert (answer.number, answer.received_on) == (one.number, one.at.date())
        assert [each.sha256 for each in one.files] == [Enclosed.of("x", data).sha256 for data in desk.files]
        assert (one.kind, one.reason, one.narrative) == tuple(
            question[name] for name in ("kind", "reason", "narrative")
        )
        availity.house.clock.advance(61)
        listed = await desk.worklist(payer, question["claim_number"])
        assert isinstance(listed, Appeals)
        assert [each.number for each in listed.filed] == [one.number]
        again = await desk.submit(payer, question)
        assert isinstance(again, AlreadyFiled)
        assert len(desk.received(question)) == 1


async def test_what_the_portal_does_not_take_is_refused_with_its_words(availity: SimulatedPortal) -> None:
    availity.dial()
    async with availity.known() as lane:
        desk = Desk(availity, lane)
        drawn = desk.drawn("BHIL", awkward=True)
        wrong = next(each["question"] for each in drawn if "open" in each["tags"])
        answer = await desk.submit("BHIL", {"member_id": "W1", **wrong})
        assert isinstance(answer, Refused)
        assert "Only finalized claims" in (answer.message or "")


@pytest.mark.parametrize("fault", [SubmitFault.ERROR_AFTER, SubmitFault.ENDED_AFTER])
async def test_what_goes_wrong_after_the_click_is_unknown_and_was_received_once(
    availity: SimulatedPortal, fault: SubmitFault
) -> None:
    availity.dial(submit_faults=(fault,))
    async with availity.logged_in() as (lane, _):
        desk = Desk(availity, lane)
        question = desk.fit("CASC", seed=list(SubmitFault).index(fault) + 5)
        with pytest.raises(OutcomeUnknown):
            await desk.submit("CASC", question)
        assert len(desk.received(question)) == 1
