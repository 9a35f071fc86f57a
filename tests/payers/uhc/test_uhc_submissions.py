"""What the portal's own page says of a line that breaks is no word of the payer."""

from __future__ import annotations

import pytest
from errands import LETTER, RECORDS, Desk
from fixtures_portals import Kept, SimulatedPortal

from core.capabilities.submissions import Confirmed
from core.errors import PortalUnavailable


@pytest.mark.parametrize("name", ["appeals", "authorizations"])
async def test_a_line_that_breaks_under_a_file_is_no_refusal(uhc: SimulatedPortal, name: str) -> None:
    desk = Desk.named(f"uhc-{name}")
    wanted = desk.wanted(desk.fresh(uhc, 1)[0], RECORDS, LETTER)
    async with uhc.known() as lane:
        context = lane._window.page.context
        await context.route("**/files", lambda route: route.abort("connectionreset"), times=1)
        with pytest.raises(PortalUnavailable):
            await desk.send(uhc, lane, wanted, Kept())
        assert desk.opened == 0
        assert isinstance(await desk.send(uhc, lane, wanted, Kept()), Confirmed)
