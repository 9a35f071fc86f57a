"""What Optum Pay has and no other portal: tiers, consolidated 835s, data bundles, an account shared with UHC."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from fixtures_portals import Asked, Kept, SimulatedPortal, plain

from cli.demo.verdict import judge
from core.capabilities.common import NoLongerKept
from core.capabilities.files import DocumentKind
from core.capabilities.remittances import RemittanceNotFound, Remittances
from core.errors import AccountLocked, PortalChanged, PortalUnavailable
from payers.optumpay.bundles import spans
from simulator.accounts import AccountSpec
from simulator.era import era
from simulator.portals.optumpay.bundles import Bundles
from simulator.remittances import Payment
from simulator.tiers import months_before

UHC = "UHC"


@pytest.fixture
def optumpay(simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    portal = simulated["optumpay"]
    portal.dial()
    yield portal
    portal.dial()


def days(start: date, end: date) -> dict[str, str]:
    return {"paid_from": start.isoformat(), "paid_to": end.isoformat()}


def downloads(asked: Asked) -> list[str]:
    return [step.page for step in asked.kept.steps if step.note and " bytes" in step.note]


def archived(portal: SimulatedPortal) -> Payment:
    world = portal.house.world
    edge = months_before(portal.house.clock.today(), 13)
    return next(
        each for each in reversed(world.older_payments[UHC]) if each.documents == ("835", "pra") and each.paid_on < edge
    )


def test_days_that_lie_close_together_share_a_bundle() -> None:
    first, soon, late = date(2024, 1, 1), date(2024, 3, 1), date(2025, 1, 1)
    assert spans([late, soon, first]) == [(first, soon), (late, late)]
    assert spans([]) == []


async def test_a_consolidated_835_is_taken_once_and_each_payment_gets_its_own_part(optumpay: SimulatedPortal) -> None:
    world = optumpay.house.world
    efts = Counter(each.paid_on for each in world.payments[UHC] if each.method == "ach")
    (day, count), *_ = efts.most_common(1)
    async with optumpay.known() as lane:
        asked = await optumpay.ask(lane, "remittances", UHC, days(day, day))
    optumpay.assert_true(asked)
    assert isinstance(asked.answer, Remittances)
    ours = [each for each in asked.answer.payments if each.number.startswith("EFT")]
    eras = {document.sha256 for each in ours for document in each.documents if document.kind is DocumentKind.ERA}
    assert (len(ours), len(eras)) == (count, 1)
    assert [each.remittance and each.remittance.trace_number for each in ours] == [each.number for each in ours]
    assert sum(b"ST*835" in piece.data and piece.data.count(b"ST*835*") == count for piece in asked.kept.evidence) == 1


@pytest.mark.deep
async def test_what_is_archived_comes_in_one_bundle(optumpay: SimulatedPortal) -> None:
    day = archived(optumpay).paid_on
    async with optumpay.known() as lane:
        asked = await optumpay.ask(lane, "remittances", UHC, days(day - timedelta(days=40), day + timedelta(days=40)))
    optumpay.assert_true(asked)
    assert downloads(asked).count("bundle_ready") == 1
    assert "payment" in downloads(asked)


async def test_the_basic_tier_says_what_it_leaves_out(optumpay: SimulatedPortal) -> None:
    world, today = optumpay.house.world, optumpay.house.clock.today()
    since, old = months_before(today, 13), archived(optumpay)
    whole = next(each for each in world.payments[UHC] if len(world.in_one_file(each)) > 1)
    async with optumpay.logged_in(tier="basic") as (lane, _):
        asked = await optumpay.ask(lane, "remittances", UHC, {"check_number": whole.number})
        true: dict[str, Any] = optumpay.truth("remittances", UHC, {"check_number": whole.number, "tier": "basic"})
        assert isinstance(asked.answer, Remittances)
        assert judge("remittances", asked.answer, true).correct
        (payment,) = asked.answer.payments
        assert (payment.offers, payment.remittance) == ((DocumentKind.PRA,), None)
        assert asked.answer.notes == ("Basic access does not include the 835 of 1 payment: it is greyed out.",)

        asked = await optumpay.ask(lane, "remittances", UHC, {"check_number": old.number})
        assert isinstance(asked.answer, RemittanceNotFound)
        assert f"since {since:%m/%d/%Y}" in (asked.answer.message or "")

        asked = await optumpay.ask(lane, "remittances", UHC, days(old.paid_on, old.paid_on))
        assert asked.answer == NoLongerKept(kept_from=since)

        reaching_back = days(since - timedelta(days=30), since + timedelta(days=55))
        asked = await optumpay.ask(lane, "remittances", UHC, reaching_back)
        assert asked.answer is not None, asked.error
        true = optumpay.truth("remittances", UHC, {**reaching_back, "tier": "basic"})
        assert judge("remittances", asked.answer, true).correct
        if isinstance(asked.answer, Remittances):
            assert f"payments since {since}; the days before are not in this answer." in asked.answer.notes[0]


@pytest.mark.deep
@pytest.mark.parametrize("files", ["empty", "cut_short", "page"])
async def test_a_bundle_that_is_none_is_asked_for_again_later(optumpay: SimulatedPortal, files: str) -> None:
    world, edge = optumpay.house.world, months_before(optumpay.house.clock.today(), 13)
    old = next(each for each in world.older_payments[UHC] if each.documents == ("835",) and each.paid_on < edge)
    async with optumpay.known() as lane:
        optumpay.dial(files=files)
        asked = await optumpay.ask(lane, "remittances", UHC, {"check_number": old.number})
        assert isinstance(asked.error, PortalUnavailable)
        assert "bundle_ready.download" in asked.error.reference
        optumpay.dial()
        optumpay.assert_true(await optumpay.ask(lane, "remittances", UHC, {"check_number": old.number}))


async def test_a_bundle_without_a_payment_of_the_list_is_no_answer(
    optumpay: SimulatedPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half an answer would look like a whole one."""
    old = archived(optumpay)
    another = next(each for each in optumpay.house.world.payments[UHC] if "835" in each.documents)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("835_1.edi", era(another))
    monkeypatch.setattr(Bundles, "_zipped", lambda _self, _bundle: packed.getvalue())
    async with optumpay.known() as lane:
        asked = await optumpay.ask(lane, "remittances", UHC, {"check_number": old.number})
    assert isinstance(asked.error, PortalChanged)
    assert (asked.error.page, asked.error.element) == ("bundle_ready", "download")


async def test_a_lock_at_uhc_is_a_lock_here(simulated: dict[str, SimulatedPortal], optumpay: SimulatedPortal) -> None:
    secrets = simulated["uhc"].account(locked=True)
    async with optumpay.stranger() as lane:
        with pytest.raises(AccountLocked):
            await lane.log_in(secrets, Kept())
    assert optumpay.tally()["lockouts"] == 0


async def test_one_account_works_on_both_portals(
    simulated: dict[str, SimulatedPortal], optumpay: SimulatedPortal
) -> None:
    uhc = simulated["uhc"]
    secrets = optumpay.account(mfa=("authenticator",))
    assert isinstance(uhc.account_of(secrets).spec, AccountSpec)
    async with optumpay.stranger() as here, uhc.stranger() as there:
        await here.log_in(secrets, Kept())
        await there.log_in(secrets, Kept())
        optumpay.assert_true(await optumpay.ask(here, "remittances", UHC, plain(optumpay, "remittances", UHC)))
        uhc.assert_true(await uhc.ask(there, "claim_status", UHC, plain(uhc, "claim_status", UHC)))
    for portal in (optumpay, uhc):
        assert (portal.tally(secrets)["logins"], portal.tally(secrets)["reused_codes"]) == (1, 0)
