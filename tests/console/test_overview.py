"""What people would rather see than read."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from console.drawing import Bar, columns, rows
from core.capabilities.account import LoginProven
from core.capabilities.canary import CANARY, CanarySeen
from core.capabilities.common import MemberNotFound, Mismatch
from core.capabilities.submissions import Confirmed
from core.errors import AccountLocked
from core.schedules import Definition
from lanes.accounts.retirement import retire
from lanes.assembly import Fleet
from lanes.calendar import schedules as office
from lanes.calendar.obstacles import Board
from store import credentials
from store.credentials import Credential, NewCredential
from store.people import Role
from tests.console import kept
from tests.console.conftest import Browser
from tests.console.statements import statements
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


async def test_a_scheduler_sees_the_log_ins_of_the_day_and_a_biller_does_not(
    signed_in: Callable[..., Awaitable[Browser]], fleet: Fleet, credential: Credential
) -> None:
    keeper, biller = await signed_in(Role.SCHEDULER), await signed_in(Role.BILLER)
    elsewhere = await signed_in(Role.SCHEDULER, tins=["tin of south"])
    assert "Log-ins of today" not in (await keeper.get("/")).text
    # In this zone a day that the tests' machine calls today has at least twelve hours left.
    said = Definition.of(
        name="hourly", task="canary", portal="availity", cron="30 * * * *", time_zone="Etc/GMT+12", overlap="join"
    )
    await office.add(Board.of(fleet), said, actor="tests")
    shown = (await (await signed_in(Role.SCHEDULER)).get("/")).text
    assert re.search(
        r"Log-ins of today.*?<title>hourly \d\d:\d\d: will run</title>.*?href=\"/forecast\"", shown, re.DOTALL
    )
    for each in (biller, elsewhere):
        assert "Log-ins of today" not in (await each.get("/")).text


async def test_a_stopped_account_is_a_task_with_what_is_to_be_done(
    signed_in: Callable[..., Awaitable[Browser]], fleet: Fleet, credential: Credential
) -> None:
    now = datetime.now(UTC)
    async with fleet.database.begin() as session:
        await credentials.stop(session, credential.id, AccountLocked("It is locked."), actor="tests", now=now)
    keeper, biller = await signed_in(Role.SCHEDULER), await signed_in(Role.BILLER)
    for page in ("/", "/accounts"):
        shown = (await keeper.get(page)).text
        assert "It is locked." in shown
        assert "<b>Next:</b> `fleet credentials recover`" in shown
    assert "Next:" not in (await biller.get("/")).text
    async with fleet.database.begin() as session:
        await credentials.reopen(session, credential.id, actor="tests", reason="mended", now=now)
    assert "Next:" not in (await keeper.get("/")).text


async def test_a_retired_account_is_neither_open_nor_about_to_end(
    signed_in: Callable[..., Awaitable[Browser]], fleet: Fleet, credential: Credential
) -> None:
    keeper, now = await signed_in(Role.SCHEDULER), datetime.now(UTC)
    noted = credentials.Noted(recertify_by=now.date() + timedelta(days=3))
    async with fleet.database.begin() as session:
        await credentials.note(session, credential.id, noted, actor="tests", now=now)
    assert "3 days left" in (await keeper.get("/accounts")).text
    await retire(fleet.database, credential.id, actor="tests", now=now)
    page = (await keeper.get("/accounts")).text
    assert '<span class="tag over">retired</span>' in page
    assert "days left" not in page
    assert "availity/north" not in (await keeper.get("/")).text


async def test_ten_accounts_ask_as_much_of_the_store_as_one(
    signed_in: Callable[..., Awaitable[Browser]], fleet: Fleet, credential: Credential
) -> None:
    admin = await signed_in(*Role)

    async def asked() -> dict[str, int]:
        counted = {}
        for page in ("/accounts", "/forecast", "/access"):
            with statements() as said:
                assert (await admin.get(page)).status_code == 200
            counted[page] = len(said)
        return counted

    await asked()
    few = await asked()
    async with fleet.database.begin() as session:
        for number in range(9):
            new = NewCredential(portal="availity", name=f"n{number}", environment="simulator", tin=credential.tin)
            await credentials.add(session, fleet.sealer, new, actor="tests", now=fleet.clock.now())
    assert await asked() == few
    assert ">n8<" in (await admin.get("/accounts")).text


def test_names_in_pictures_are_never_markup() -> None:
    name = '<script>"</script>'
    for drawn in (rows(name, [Bar(name, 0.5, "fill-good", name)]), columns(name, {name: {"found": 3}}, {"found": "x"})):
        assert "<script>" not in drawn
        assert 'height="1' in drawn
