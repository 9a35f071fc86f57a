"""The Document Library: long ranges in windows, what is older than the portal keeps, and files made ready first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from fixtures_portals import SimulatedPortal

from core.capabilities.documents import Documents
from core.errors import RequestInvalid
from payers.uhc.documents import windows

DAY = timedelta(days=1)


@pytest.mark.parametrize("days", [0, 1, 89, 90, 91, 181, 182, 366])
def test_windows_cover_every_day_once(days: int) -> None:
    first = date(2026, 1, 31)
    found = list(windows(first, first + days * DAY))
    assert [each[0] for each in found] == [first, *(last + DAY for _, last in found[:-1])]
    assert found[-1][1] == first + days * DAY
    assert all(last - start <= 90 * DAY for start, last in found)


async def test_a_long_range_is_asked_for_window_by_window(uhc: SimulatedPortal) -> None:
    odd = uhc.questions("documents", "UHC", 30, seed=4, awkward=True)
    long = next(each for each in odd if "several_windows" in each["tags"])
    async with uhc.logged_in() as (lane, secrets):
        uhc.assert_true(await uhc.ask(lane, "documents", "UHC", long["question"]), long["tags"])
    assert uhc.tally(secrets)["questions"]["documents"] == 3


async def test_what_lies_before_the_librarys_memory_is_said_and_left_out(uhc: SimulatedPortal) -> None:
    odd = uhc.questions("documents", "UHC", 30, seed=4, awkward=True)
    partly = next(each for each in odd if "partly_gone" in each["tags"])
    gone = date.fromisoformat(partly["question"]["from_date"])
    async with uhc.known() as lane:
        asked = await uhc.ask(lane, "documents", "UHC", partly["question"])
        uhc.assert_true(asked)
        assert isinstance(asked.answer, Documents)
        assert "is kept any more" in asked.answer.notes[0]
        wholly = await uhc.ask(lane, "documents", "UHC", {"from_date": str(gone), "to_date": str(gone + DAY)})
    assert isinstance(wholly.error, RequestInvalid)
    assert "goes back to" in wholly.error.sentence
