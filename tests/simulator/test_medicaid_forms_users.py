"""Define Users on the MAP-Online portal: who is inactive is shown on demand alone."""

from __future__ import annotations

import pytest
from medicaid_forms_desk import MedicaidDesk

from simulator.accounts import NORTHGATE


@pytest.fixture(autouse=True)
async def signed_in(medicaid_forms: MedicaidDesk) -> None:
    medicaid_forms.account(mfa=())
    await medicaid_forms.log_in()


async def test_who_is_inactive_is_listed_on_demand(medicaid_forms: MedicaidDesk) -> None:
    staff = medicaid_forms.house.world.staff["medicaid_forms", NORTHGATE.id]
    gone = next(each for each in staff if "long_gone" in each.tags)
    await medicaid_forms.open("/Admin/Users.aspx")
    await medicaid_forms.send("btnFind", txtUser=gone.username)
    assert "No user of your organization meets the criteria." in medicaid_forms.text
    await medicaid_forms.open("/Admin/Users.aspx")
    await medicaid_forms.send("btnFind", txtUser=gone.username, chkInactive="on")
    assert "INACTIVE" in medicaid_forms.text


async def test_the_pages_go_on_with_what_was_searched(medicaid_forms: MedicaidDesk) -> None:
    staff = medicaid_forms.house.world.staff["medicaid_forms", NORTHGATE.id]
    await medicaid_forms.open("/Admin/Users.aspx")
    await medicaid_forms.send("btnFind", txtUser="", chkInactive="on")
    assert staff[0].username in medicaid_forms.text
    second = await medicaid_forms.send("grdUsers", "Page$2")
    assert staff[0].username not in medicaid_forms.text
    assert f"Users: {len(staff)} " in second
    assert "Inactive users: included" in second


async def test_administrators_alone_see_users(medicaid_forms: MedicaidDesk) -> None:
    medicaid_forms.account(mfa=(), roles=("eligibility",))
    await medicaid_forms.log_in()
    assert "Access Denied" in await medicaid_forms.open("/Admin/Users.aspx")
