"""What is sent in bad weather: nothing is lost or doubled, and nothing that is unclear is taken for certain."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Iterator

import pytest
from errands import LETTER, RECORDS, Desk, about, fresh, received
from fixtures_portals import Kept, SimulatedPortal, short_of_time

from core.capabilities.appeals import Appeals
from core.capabilities.record import Answer
from core.capabilities.submissions import Confirmed
from core.errors import FleetError, OutcomeUnknown, SessionExpired
from payers.registry import load_manifest, portal_ids
from simulator.dials import SubmitFault


@pytest.fixture(params=[each for each in portal_ids() if "appeals" in load_manifest(each).capabilities])
def portal(request: pytest.FixtureRequest, simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    """Each portal that takes something."""
    found = simulated[request.param]
    found.dial()
    yield found
    found.dial()


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("fault", list(SubmitFault))
async def test_what_befalls_the_click_leaves_it_unknown(
    portal: SimulatedPortal, desk: Desk, fault: SubmitFault
) -> None:
    (question,) = fresh(portal, 1)
    before = len(received(portal))
    async with portal.logged_in() as (lane, _):
        lane.definition = short_of_time(portal.definition, 8)
        portal.dial(worklist_delay_s=0, virus_scan_ms=(0, 0), submit_faults=(fault,))
        with pytest.raises(OutcomeUnknown):
            await desk.send(portal, lane, desk.appeal(question), Kept())
    assert desk.opened == 1
    assert len(received(portal)) - before == (0 if fault in {"error_before", "lost_before"} else 1)


async def test_a_session_that_dies_on_the_way_has_sent_nothing(portal: SimulatedPortal, desk: Desk) -> None:
    (question,) = fresh(portal, 1)
    before = len(received(portal))
    for step in ("details", "upload", "review", "submit"):
        desk.opened = 0
        async with portal.logged_in() as (lane, _):
            portal.dial(worklist_delay_s=0, virus_scan_ms=(0, 0), drop_session_at=step)
            ended = await _outcome(desk.send(portal, lane, desk.appeal(question), Kept()))
        if portal.house.dials[portal.id].drop_session_at is None:
            assert ended is (OutcomeUnknown if desk.opened else SessionExpired)
        else:  # it has no such step
            assert ended is Confirmed
            before += 1
            (question,) = fresh(portal, 1)
    assert len(received(portal)) == before


async def test_twenty_in_bad_weather_arrive_once_each(portal: SimulatedPortal, desk: Desk) -> None:
    payer = portal.definition.manifest.payers[0].id
    before = portal.tally()["duplicates_accepted"]
    wanted = [*fresh(portal, 10), *fresh(portal, 10, awkward=True)]
    confirmed: dict[str, str] = {}
    for place, question in enumerate(wanted):
        dies = place % 4 == 0
        appeal = desk.appeal(question, RECORDS + question["claim_number"].encode(), LETTER)
        for _ in range(12):
            if question["claim_number"] in confirmed:
                break
            async with portal.known() as lane:
                lane.definition = short_of_time(portal.definition, 8)
                portal.dial(
                    worklist_delay_s=0,
                    refuses_duplicates=False,
                    submit_fault_rate=0.4,
                    drop_session_at="upload" if dies else None,
                )
                dies = False
                try:
                    answer = await desk.send(portal, lane, appeal, Kept())
                except FleetError:
                    portal._known = None
                else:
                    assert isinstance(answer, Confirmed)
            portal.dial(worklist_delay_s=0)
            async with portal.known() as lane:
                listed = await portal.ask(lane, "appeals", payer, about(question))
            portal.assert_true(listed)
            assert isinstance(listed.answer, Appeals)
            if listed.answer.appeals:
                confirmed[question["claim_number"]] = listed.answer.appeals[0].number
    ours = {each.claim.claim_number: each for each in received(portal)}
    assert portal.tally()["duplicates_accepted"] == before
    for question in wanted:
        one = ours[question["claim_number"]]
        data = [RECORDS + question["claim_number"].encode(), LETTER]
        assert confirmed[question["claim_number"]] == one.number
        assert [each.sha256 for each in one.files] == [hashlib.sha256(each).hexdigest() for each in data]


async def _outcome(sending: Awaitable[Answer]) -> type[Answer | FleetError]:
    try:
        return type(await sending)
    except FleetError as error:
        return type(error)
