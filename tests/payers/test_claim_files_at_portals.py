"""A file of claims arrives once and byte by byte, and its acknowledgements are told in a biller's words."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from datetime import date

import pytest
from errands import Desk
from fixtures_portals import Kept, SimulatedPortal

from bots.lane import LaneBrowser
from core.capabilities.catalog import capability
from core.capabilities.claim_files import ClaimFate, ClaimFile, ClaimFiles, ClaimFileStatus
from core.capabilities.submissions import AlreadyFiled, Confirmed, Enclosed, Refused
from core.errors import OutcomeUnknown
from simulator.claim_files import CLAIMS_AFTER
from simulator.dials import SubmitFault
from tests.core.claims_text import CLAIM, claims_file

PAYERS = {"medicaid_forms": "MMAP", "availity": "BHIL"}


@pytest.fixture(params=list(PAYERS))
def portal(request: pytest.FixtureRequest, simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    found = simulated[request.param]
    found.dial(worklist_delay_s=0, virus_scan_ms=(0, 50))
    offset = found.house.clock.offset_seconds
    yield found
    found.house.clock.offset_seconds = offset
    found.dial()


@pytest.fixture
async def lane(portal: SimulatedPortal) -> AsyncIterator[LaneBrowser]:
    async with portal.logged_in() as (lane, _):
        yield lane


@pytest.fixture
def desk() -> Desk:
    return Desk()


def claims(portal: SimulatedPortal, desk: Desk, control: str) -> ClaimFile:
    """One claim of a member that the payer knows, and one of nobody."""
    known = next(each for each in portal.house.world.members[PAYERS[portal.id]] if not each.member_id.endswith("7"))
    second = ("CLM*ACC-2" + CLAIM[0].removeprefix("CLM*ACC-1"), *CLAIM[1:-1], "DTP*472*D8*20261030")
    subscriber = ("HL*3*1*22*0", "SBR*P*18*******MC", "NM1*IL*1*NOBODY*NO****MI*NONESUCH", "NM1*PR*2*M*****PI*1")
    data = claims_file(CLAIM, (*subscriber, *second), control=control).replace(b"W123456789", known.member_id.encode())
    return of_file(desk, data)


def of_file(desk: Desk, data: bytes) -> ClaimFile:
    enclosed = Enclosed.of("batch of monday.837", data)
    desk.files[enclosed.sha256] = data
    sends = capability("claim_files").sends
    assert sends is not None
    assert sends.told_by is not None
    wanted = sends.ask("claims", sends.told_by([data], date.today()), [enclosed])
    assert isinstance(wanted, ClaimFile)
    return wanted


async def send(portal: SimulatedPortal, lane: LaneBrowser, desk: Desk, wanted: ClaimFile, kept: Kept) -> object:
    return await lane.submit("claim_files", PAYERS[portal.id], wanted, kept, gate=desk, files=desk)


@pytest.mark.thorough
async def test_a_file_is_taken_once_and_followed_to_each_claim(
    portal: SimulatedPortal, desk: Desk, lane: LaneBrowser
) -> None:
    wanted, kept = claims(portal, desk, "000000501"), Kept()
    answer = await send(portal, lane, desk, wanted, kept)
    one = portal.house.clearing.received(portal.id)[-1]
    assert isinstance(answer, Confirmed)
    assert (answer.number, answer.received_on) == (one.number, one.at.date())
    assert [each.sha256 for each in one.files] == [hashlib.sha256(desk.files[wanted.files[0].sha256]).hexdigest()]
    assert isinstance(await send(portal, lane, desk, wanted, Kept()), AlreadyFiled)
    assert [step.kind.value for step in kept.steps].count("write") == 1

    question = {"control_number": "000000501", "letters": "true"}
    first = await portal.ask(lane, "claim_files", PAYERS[portal.id], question)
    portal.assert_true(first)
    portal.house.clock.advance(CLAIMS_AFTER.total_seconds())
    async with portal.logged_in() as (later, _):
        told = await portal.ask(later, "claim_files", PAYERS[portal.id], question)
    portal.assert_true(told)
    assert isinstance(told.answer, ClaimFiles)
    (file,) = told.answer.files
    assert file.status is ClaimFileStatus.PARTLY_ACCEPTED
    assert [(each.account, each.fate) for each in file.acknowledged] == [
        ("ACC-1", ClaimFate.ACCEPTED),
        ("ACC-2", ClaimFate.REJECTED),
    ]
    assert file.acknowledged[1].reasons == ("Rejected, information is invalid: the subscriber is not known.",)
    assert [each.kind for each in told.kept.evidence].count("download") == 2


@pytest.mark.thorough
@pytest.mark.parametrize(
    "fault", [SubmitFault.ERROR_AFTER, pytest.param(SubmitFault.LOST_BEFORE, marks=pytest.mark.deep)]
)
async def test_what_befalls_the_click_is_unknown_and_the_history_tells(
    portal: SimulatedPortal, desk: Desk, lane: LaneBrowser, fault: SubmitFault
) -> None:
    control = f"00000060{int(fault is SubmitFault.ERROR_AFTER)}"
    wanted = claims(portal, desk, control)
    portal.dial(worklist_delay_s=0, virus_scan_ms=(0, 0), submit_faults=(fault,))
    with pytest.raises(OutcomeUnknown):
        await send(portal, lane, desk, wanted, Kept())
    async with portal.logged_in() as (later, _):
        listed = await portal.ask(later, "claim_files", PAYERS[portal.id], {"control_number": control})
    portal.assert_true(listed)
    assert isinstance(listed.answer, ClaimFiles)
    assert len(listed.answer.files) == (fault is SubmitFault.ERROR_AFTER)


@pytest.mark.thorough
async def test_a_file_that_the_portal_does_not_take_is_refused_in_its_words(
    portal: SimulatedPortal, desk: Desk, lane: LaneBrowser
) -> None:
    wanted = of_file(desk, claims_file(CLAIM))
    desk.files[wanted.files[0].sha256] = b"no interchange"
    answer = await send(portal, lane, desk, wanted, Kept())
    assert isinstance(answer, Refused)
    assert answer.message is not None
    assert "The file is not an X12 interchange." in answer.message
    assert desk.opened == 0
