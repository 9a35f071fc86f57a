"""What nobody means and anybody can type is refused or left aside, never an error of ours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from lanes.assembly import Fleet
from store.credentials import Credential
from store.people import Role
from tests.console.conftest import Browser
from tests.console.programs import Program
from tests.console.test_api_rooms import SHEET, WHOM

DAYS = ("9999-12-31", "0001-01-01", "2026-13-01")
NUMBERS = ("\u00b2", "\u0663", "-1", "1e3", "9" * 20, "9" * 5000)
PLACES = (*(f"/runs?{end}=" for end in ("since", "until")), "/forecast?day=", "/calendar?day=")


async def test_odd_days_and_numbers_in_an_address(
    signed_in: Callable[..., Awaitable[Browser]], fleet: Fleet, credential: Credential
) -> None:
    everybody = await signed_in(*Role)
    program = await Program.of(everybody)
    sheet = (await program.post("/batches/eligibility", data=WHOM, files=SHEET)).json()["id"]
    odd = [f"{place}{day}" for place in PLACES for day in DAYS]
    of_rows = (f"/batches/{sheet}/rows?after=", "/runs/run_1?after=", "/audit?before=")
    odd += [f"{place}{number}" for place in of_rows for number in NUMBERS]
    for path in odd:
        assert (await program.get(path)).status_code in (200, 422), path
    for path in (*odd, *(f"/batches/{sheet}?after={number}" for number in NUMBERS)):
        assert (await everybody.get(path)).status_code in (200, 422), path
