"""How portals let an account be recovered, and what they remember of it."""

from portal_desk import PASSWORD, Desk
from ucare_desk import PORTAL as UCARE
from ucare_desk import UcareDesk, heading
from uhc_desk import USER, UhcDesk

NEW = "Battery-Staple*4"
CODES = ("1111222233334444", "5555666677778888")


async def test_a_recovery_code_opens_a_lock_once(uhc: UhcDesk) -> None:
    account = uhc.account(locked=True, backup_codes=CODES)
    assert (await uhc.step("reset", fresh=NEW, again=NEW))["view"] == "user"
    assert "incorrect" in (await uhc.step("recover", username=USER, code="0" * 16))["error"]
    assert (await uhc.step("recover", username=USER, code=CODES[0]))["view"] == "reset"
    assert "12 to 32" in (await uhc.step("reset", fresh="Short-1", again="Short-1"))["error"]
    assert (await uhc.step("reset", fresh="Battery!Staple4", again="Battery!Staple4"))["view"] == "recovered"
    assert (account.spec.locked, account.spec.password) == (False, "Battery!Staple4")
    assert "used before" in (await uhc.step("recover", username=USER, code=CODES[0]))["error"]
    tally = uhc.tally()
    assert (tally["recoveries"], tally["refused_recoveries"], tally["wrong_passwords"]) == (1, 2, 0)


async def test_a_changed_password_signs_the_account_out_of_every_portal(uhc: UhcDesk) -> None:
    account = uhc.account(mfa=())
    await uhc.log_in()
    other = uhc.house.sessions["optumpay"]
    other.sign_in(other.begin(account))
    assert (await uhc.step("manage", current=PASSWORD, fresh=NEW, again=NEW))["view"] == "user"
    assert (await uhc.browser.get("http://uhc.localhost/one-healthcare-id")).url.host == "onehealthcareid.localhost"
    assert "4 attempts" in (await uhc.step("manage", current="wrong", fresh=NEW, again=NEW))["error"]
    form = {"current": PASSWORD, "fresh": "Battery!Staple4", "again": "Battery!Staple4"}
    assert (await uhc.step("manage", **form))["view"] == "changed"
    assert (uhc.house.sessions["uhc"].live(USER), other.live(USER)) == ([], [])


async def test_a_link_is_good_once_and_for_half_an_hour(ucare: UcareDesk) -> None:
    account = ucare.account(locked=True)

    async def asked(username: str) -> str:
        return heading(await ucare.browser.post(f"{UCARE}/forgot", data={"username": username}))

    assert await asked("nobody") == await asked(account.spec.username) == "Check your e-mail"
    late = account.mailed_link or ""
    ucare.house.clock.advance(31 * 60)
    assert heading(await ucare.browser.get(late)) == "This link is no longer good"
    await asked(account.spec.username)
    link = account.mailed_link or ""
    assert heading(await ucare.browser.get(link)) == "Set a new password"
    assert heading(await ucare.browser.post(link, data={"new": NEW, "again": "other"})) == "Set a new password"
    assert heading(await ucare.browser.post(link, data={"new": NEW, "again": NEW})) == "Your password was set"
    assert heading(await ucare.browser.get(link)) == "This link is no longer good"
    assert (account.spec.locked, account.spec.password) == (False, NEW)
    assert ucare.tally()["recoveries"] == 1


async def test_availitys_link_wants_a_code_and_a_wrong_one_costs_the_link(desk: Desk) -> None:
    await desk.account(locked=True)
    account = desk.house.accounts.get("availity", "rhayes")
    assert account is not None

    async def opened(link: str) -> str:
        return heading(await desk.portal.get(link))

    async def asked(username: str) -> str:
        page = heading(await desk.portal.post("/forgot-password", data={"username": username}))
        assert page == "Check your e-mail"
        return account.mailed_link or ""

    assert await asked("nobody") == ""
    late = await asked("rhayes")
    desk.house.clock.advance(25 * 3600)
    assert await opened(late) == "This link is no longer valid"
    lost = await asked("rhayes")
    new = {"newPassword": NEW, "confirmPassword": NEW}
    assert heading(await desk.portal.post(lost, data=new)) == "Authenticator Code"
    assert heading(await desk.portal.post(lost, data={"code": "000000"})) == await opened(lost)
    link = await asked("rhayes")
    assert heading(await desk.portal.post(link, data={"code": desk.code()})) == "Reset your password"
    assert "do not match" in (await desk.portal.post(link, data={**new, "confirmPassword": "other"})).text
    assert heading(await desk.portal.post(link, data=new)) == "Your password has been reset"
    assert await opened(link) == "This link is no longer valid"
    assert (account.spec.locked, account.spec.password) == (False, NEW)
    tally = await desk.tally()
    assert (tally["recoveries"], tally["wrong_codes"], tally["wrong_passwords"]) == (1, 1, 0)
