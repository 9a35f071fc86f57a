"""Passwords are changed at two portals: by their rules, with a memory of ten, and with an eye on wrong old ones."""

from itertools import pairwise

from medicaid_forms_desk import USER, MedicaidDesk
from portal_desk import PASSWORD, Desk

from simulator.house import House
from simulator.passwords import HISTORY

API = "/cloud/web/my-account/v2/password"
NEW = "Battery-Staple-4"


async def change(desk: Desk, current: str, new: str) -> tuple[int, str]:
    """As the page's script does; status and what the portal says."""
    headers = {"x-xsrf-token": desk.portal.cookies.get("XSRF-TOKEN", "")}
    body = {"currentPassword": current, "newPassword": new, "confirmPassword": new}
    answer = await desk.portal.post(API, json=body, headers=headers)
    return answer.status_code, answer.json().get("message", "")


async def test_a_change_ends_the_other_sessions_and_not_its_own(desk: Desk, house: House) -> None:
    await desk.account(mfa=[])
    other = desk.browser()
    await desk.password(client=other)
    await desk.password()
    assert "Change Password" in (await desk.portal.get("/web/my-account/password/")).text
    assert (await change(desk, PASSWORD, NEW))[0] == 200
    assert "top-applications" in (await desk.portal.get("/web/")).text
    assert "top-applications" not in (await other.get("/web/")).text
    assert "attempts remaining" in (await desk.password(PASSWORD, desk.browser())).text
    tally = await desk.tally()
    assert (tally["password_changes"], tally["sessions_dropped"], tally["wrong_passwords"]) == (1, 1, 1)
    assert "cannot be changed again yet" in (await change(desk, NEW, "Other-Staple-5"))[1]
    house.clock.advance(25 * 3600)
    await desk.password(NEW)
    assert (await change(desk, NEW, "Other-Staple-5"))[0] == 200


async def test_rules_are_looked_at_on_the_server(desk: Desk) -> None:
    await desk.account(mfa=[], username="rhayes")
    await desk.password()
    refused = {
        "Short-1": "8 to 20",
        "lower-case-1": "upper case",
        "UPPER-CASE-1": "lower case",
        "No-Digits": "a digit",
        "NoSpecial1": "one of",
        "Angle<Bracket-1": "letters, digits and",
        "Rhayes-1234": "user ID",
        PASSWORD: "last 10",
    }
    for new, said in refused.items():
        status, message = await change(desk, PASSWORD, new)
        assert (status, said in message) == (422, True), (new, message)
    assert (await desk.tally())["refused_passwords"] == len(refused)


async def test_ten_old_ones_are_remembered(desk: Desk, house: House) -> None:
    await desk.account(mfa=[])
    passwords = [PASSWORD, *(f"Battery-Staple-{number}" for number in range(HISTORY + 1))]
    for current, new in pairwise(passwords):
        await desk.password(current)
        assert (await change(desk, current, new))[0] == 200
        house.clock.advance(25 * 3600)
    await desk.password(passwords[-1])
    assert "last 10" in (await change(desk, passwords[-1], passwords[1]))[1]
    assert (await change(desk, passwords[-1], passwords[0]))[0] == 200


async def test_a_wrong_old_one_counts_as_at_the_log_in(desk: Desk) -> None:
    await desk.account(mfa=[], lock_after=2)
    await desk.password()
    assert (await change(desk, "wrong", NEW)) == (422, "Your current password is incorrect. 1 attempt remaining.")
    assert (await change(desk, "wrong", NEW))[0] == 401
    tally = await desk.tally()
    assert (tally["wrong_passwords"], tally["lockouts"], tally["password_changes"]) == (2, 1, 0)


async def test_at_the_web_forms_portal_a_change_ends_every_session(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    account = desk.account(mfa=())
    await desk.log_in()
    await desk.open("/Profile/Password.aspx")
    fields = {"txtNew": "Other#Horse1", "txtAgain": "Other#Horse1"}
    assert "Attempts remaining: 2" in await desk.send("btnSave", txtOld="wrong", **fields)
    assert "user ID" in await desk.send("btnSave", txtOld=PASSWORD, txtNew="Rhayes#12345", txtAgain="Rhayes#12345")
    assert "twice" in await desk.send("btnSave", txtOld=PASSWORD, txtNew="Other#Horse1", txtAgain="Other#Horse2")
    assert "Password Changed" in await desk.send("btnSave", txtOld=PASSWORD, **fields)
    assert "Main Menu" not in await desk.open("/Home.aspx")
    assert (account.spec.username, account.spec.password) == (USER, "Other#Horse1")
    tally = desk.tally()
    assert (tally["password_changes"], tally["refused_passwords"], tally["wrong_passwords"]) == (1, 1, 1)
