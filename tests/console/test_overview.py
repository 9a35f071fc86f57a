"""What people would rather see than read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from console.drawing import Bar, columns, rows
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


def test_names_in_pictures_are_never_markup() -> None:
    name = '<script>"</script>'
    for drawn in (rows(name, [Bar(name, 0.5, "fill-good", name)]), columns(name, {name: {"found": 3}}, {"found": "x"})):
        assert "<script>" not in drawn
        assert 'height="1' in drawn
