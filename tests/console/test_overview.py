"""What people would rather see than read."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from console.drawing import Bar, columns, rows
from core.capabilities.account import LoginProven
from core.capabilities.canary import CANARY, CanarySeen
from core.capabilities.common import MemberNotFound, Mismatch
from core.capabilities.submissions import Confirmed
from lanes.assembly import Fleet
from store.credentials import Credential
from store.people import Role
from tests.console import kept
from tests.console.conftest import Browser
from tests.console.test_runs import events


async def test_everybody_sees_counts_of_their_tax_ids_and_nobody_sees_patients(
    signed_in: Callable[..., Awaitable[Browser]], fleet: Fleet, credential: Credential
) -> None:
    for capability, answer in kept.answers().items():
        await kept.keep(fleet, credential, answer, capability=capability, claim=f"E-{capability}")
    biller, keeper = await signed_in(Role.BILLER), await signed_in(Role.SCHEDULER)
    elsewhere = await signed_in(Role.BILLER, tins=["tin of south"])
    shown = (await biller.get("/")).text
    for told in ("<svg", "11 of 11", "Coverage", "balanced to the cent: 1 of 2"):
        assert told in shown, told
    assert "Days since the last log-in" not in shown
    assert "availity/north: never" in (await keeper.get("/")).text
    assert "Nothing was asked." in (await elsewhere.get("/")).text
    assert await events(fleet) == []


async def test_what_was_found_counts_as_found_and_errands_of_the_fleet_are_no_questions(
    signed_in: Callable[..., Awaitable[Browser]], fleet: Fleet, credential: Credential
) -> None:
    found = (*kept.answers().items(), ("appeals", Confirmed(number="AP-1")))
    nothing = (("eligibility", MemberNotFound()), ("claim_status", Mismatch(differs=("claim_number",))))
    errands = ((CANARY, CanarySeen(pages=())), ("login_check", LoginProven(how="session")))
    for place, (capability, answer) in enumerate((*found, *nothing, *errands)):
        await kept.keep(fleet, credential, answer, capability=capability, claim=f"E-{place}")
    shown = (await (await signed_in(Role.BILLER)).get("/")).text
    parts = dict(re.findall(r"<title>[^<]*: (\d+) (found|nothing found|failed)</title>", shown))
    assert parts == {str(len(found)): "found", str(len(nothing)): "nothing found"}
    assert f"{len(found) + len(nothing)} of {len(found) + len(nothing)}" in shown
    assert ("Confirmed" in shown, "Canary seen" in shown, "Login proven" in shown) == (True, False, False)


def test_names_in_pictures_are_never_markup() -> None:
    name = '<script>"</script>'
    for drawn in (rows(name, [Bar(name, 0.5, "fill-good", name)]), columns(name, {name: {"found": 3}}, {"found": "x"})):
        assert "<script>" not in drawn
        assert 'height="1' in drawn
