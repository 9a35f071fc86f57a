"""What is sent in bad weather: nothing is lost or doubled, and nothing that is unclear is taken for certain."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Iterator

import pytest
from errands import LETTER, RECORDS, Desk, sending
from fixtures_portals import Kept, SimulatedPortal, short_of_time

from core.capabilities.record import Answer
from core.capabilities.submissions import Confirmed
from core.errors import FleetError, OutcomeUnknown, SessionExpired
from simulator.dials import SubmitFault


@pytest.fixture(params=sending())
def desk(request: pytest.FixtureRequest) -> Desk:
    """For each kind of thing that a portal takes."""
    return Desk.named(request.param)


@pytest.fixture
def portal(desk: Desk, simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    found = simulated[desk.portal]
    found.dial()
    yield found
    found.dial()


@pytest.mark.parametrize("fault", list(SubmitFault))
async def test_what_befalls_the_click_leaves_it_unknown(
    portal: SimulatedPortal, desk: Desk, fault: SubmitFault
) -> None:
    (question,) = desk.fresh(portal, 1)
    before = len(desk.received(portal))
    async with portal.logged_in() as (lane, _):
        lane.definition = short_of_time(portal.definition, 8)
        portal.dial(worklist_delay_s=0, virus_scan_ms=(0, 0), submit_faults=(fault,))
        with pytest.raises(OutcomeUnknown):
            await desk.send(portal, lane, desk.wanted(question), Kept())
    assert desk.opened == 1
    assert len(desk.received(portal)) - before == (0 if fault in {"error_before", "lost_before"} else 1)


async def test_a_session_that_dies_on_the_way_has_sent_nothing(portal: SimulatedPortal, desk: Desk) -> None:
    (question,) = desk.fresh(portal, 1)
    before = len(desk.received(portal))
    for step in ("details", "upload", "review", "submit"):
        desk.opened = 0
        async with portal.logged_in() as (lane, _):
            portal.dial(worklist_delay_s=0, virus_scan_ms=(0, 0), drop_session_at=step)
            ended = await _outcome(desk.send(portal, lane, desk.wanted(question), Kept()))
        if portal.house.dials[portal.id].drop_session_at is None:
            assert ended is (OutcomeUnknown if desk.opened else SessionExpired)
        else:  # it has no such step
            assert ended is Confirmed
            before += 1
            (question,) = desk.fresh(portal, 1)
    assert len(desk.received(portal)) == before


async def test_twenty_in_bad_weather_arrive_once_each(portal: SimulatedPortal, desk: Desk) -> None:
    before, already = portal.tally()["duplicates_accepted"], len(desk.received(portal))
    questions = [*desk.fresh(portal, 10), *desk.fresh(portal, 10, awkward=True)]
    once = {desk.wanted(each).subject(): each for each in questions}.values()
    wanted = [desk.wanted(each, RECORDS + str(place).encode(), LETTER) for place, each in enumerate(once)]
    confirmed: dict[int, str] = {}
    for place, submission in enumerate(wanted):
        dies = place % 4 == 0
        for _ in range(12):
            if place in confirmed:
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
                    answer = await desk.send(portal, lane, submission, Kept())
                except FleetError:
                    portal._known = None
                else:
                    assert isinstance(answer, Confirmed)
            portal.dial(worklist_delay_s=0)
            async with portal.known() as lane:
                if found := await desk.found(portal, lane, submission):
                    confirmed[place] = found[0].number
    ours = {each.number: each for each in desk.received(portal)[already:]}
    assert portal.tally()["duplicates_accepted"] == before
    assert len(ours) == len(wanted)
    for place, number in confirmed.items():
        data = [RECORDS + str(place).encode(), LETTER]
        assert [each.sha256 for each in ours[number].files] == [hashlib.sha256(each).hexdigest() for each in data]
    assert len(confirmed) == len(wanted)


async def _outcome(sending: Awaitable[Answer]) -> type[Answer | FleetError]:
    try:
        return type(await sending)
    except FleetError as error:
        return type(error)
