"""What is known of a submission before a log-in is spent on it."""

from __future__ import annotations

import dataclasses
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from test_submitting import Practice

from core.errors import RequestInvalid
from lanes.assembly import Fleet
from store.credentials import Credential


@pytest.fixture
def practice(fleet: Fleet, virtual_clock: Any, credential: Credential) -> Practice:
    return Practice(fleet, virtual_clock, credential)


async def test_the_last_day_to_file_ends_at_midnight_where_the_portal_is(practice: Practice) -> None:
    chicago, known = ZoneInfo("America/Chicago"), practice.fleet.portals["availity"]
    there = known.model_copy(update={"time_zone": "America/Chicago"})
    practice.fleet = dataclasses.replace(practice.fleet, portals={"availity": there})
    last_day = practice.clock.now().astimezone(chicago).date() + timedelta(days=1)
    before_midnight = datetime.combine(last_day, time(23, 59), chicago)
    practice.clock.advance(seconds=(before_midnight - practice.clock.now()).total_seconds())
    decided_on = str(last_day - timedelta(days=180))
    assert practice.clock.now().date() > last_day
    made = await practice.hand_in("CLM-1", decided_on=decided_on)
    assert (made.cleared.file_by, made.cleared.days_left) == (last_day, 0)
    practice.clock.advance(minutes=1)
    with pytest.raises(RequestInvalid, match="ended on"):
        await practice.hand_in("CLM-2", decided_on=decided_on)
