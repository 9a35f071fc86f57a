"""The adapter against the simulated portal: every answer compared with the truth, field by field."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fixtures_portals import Kept, SimulatedPortal, patient, plain

from core.errors import AccountLocked


async def test_the_spinner_that_never_ends_is_not_waited_for(uhc: SimulatedPortal) -> None:
    """The dialog is read and closed; the next question finds the form and no new document is loaded for it."""
    today = uhc.house.clock.today()
    who = patient(uhc, "UHC")
    nothing = {
        "member_id": who["member_id"],
        "birth_date": who["birth_date"],
        "from_date": (today - timedelta(days=1000)).isoformat(),
        "to_date": (today - timedelta(days=900)).isoformat(),
    }
    async with uhc.known() as lane:
        uhc.assert_true(await uhc.ask(lane, "claim_status", "UHC", nothing))
        loads = uhc.tally()["page_loads"]
        uhc.assert_true(await uhc.ask(lane, "claim_status", "UHC", plain(uhc, "claim_status", "UHC")))
        assert uhc.tally()["page_loads"] == loads


async def test_the_check_of_the_browser_is_waited_for(uhc: SimulatedPortal) -> None:
    uhc.dial(security_check_ms=900)
    async with uhc.logged_in() as (_, secrets):
        assert uhc.tally(secrets)["logins"] == 1


async def test_an_account_that_rested_too_long_is_not_tried_again(uhc: SimulatedPortal) -> None:
    secrets = uhc.account()
    uhc.account_of(secrets).used_at -= 91 * 86_400
    async with uhc.stranger() as lane:
        with pytest.raises(AccountLocked):
            await lane.log_in(secrets, Kept())
