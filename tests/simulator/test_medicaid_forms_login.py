"""The Medicaid portal of the web-forms kind: its way in, its one session per user, and its sealed forms."""

from datetime import datetime

import pytest
from medicaid_forms_desk import PASSWORD, PORTAL, USER, MedicaidDesk

from simulator.accounts import LAKESIDE, NORTHGATE
from simulator.portals.medicaid_forms.gate import SESSION_COOKIE
from simulator.portals.medicaid_forms.viewstate import Forged, ViewState


async def test_password_code_and_conditions(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    desk.account()
    await desk.open("/")
    assert "Log On to MAP-Online" in desk.text
    await desk.send("btnLogin", txtUserID=USER, txtPassword=PASSWORD)
    assert "authenticator application" in desk.text
    await desk.send("btnVerify", txtCode=desk.code())
    assert "Conditions of Use" in desk.text
    assert "You must agree" in await desk.send("btnContinue")
    assert "Main Menu" in await desk.send("btnContinue", chkAgree="1")
    assert (desk.tally()["logins"], desk.tally()["sessions_opened"]) == (1, 1)


async def test_the_box_is_asked_at_each_log_in(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    desk.account(mfa=())
    assert "Select a transaction" in await desk.log_in()
    await desk.open("/Logout.aspx")
    await desk.open("/Login.aspx")
    assert "Conditions of Use" in await desk.send("btnLogin", txtUserID=USER, txtPassword=PASSWORD)


async def test_a_step_cannot_be_jumped(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    desk.account()
    assert "Log On" in await desk.open("/Account/Agreement.aspx")
    await desk.send("btnLogin", txtUserID=USER, txtPassword=PASSWORD)
    assert "Verification Code" in await desk.open("/Account/Agreement.aspx")
    assert "Log On" in await desk.open("/Home.aspx")


async def test_the_third_wrong_password_locks(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    desk.account()
    await desk.open("/Login.aspx")
    for left in (2, 1):
        told = await desk.send("btnLogin", txtUserID=USER, txtPassword="wrong")
        assert f"Attempts remaining: {left}" in told
    assert "User ID Locked" in await desk.send("btnLogin", txtUserID=USER, txtPassword="wrong")
    await desk.open("/Login.aspx")
    assert "User ID Locked" in await desk.send("btnLogin", txtUserID=USER, txtPassword=PASSWORD)
    assert (desk.tally()["wrong_passwords"], desk.tally()["lockouts"]) == (3, 1)


async def test_an_unknown_user_is_told_no_more_than_a_wrong_password(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    await desk.open("/Login.aspx")
    told = await desk.send("btnLogin", txtUserID="nobody", txtPassword=PASSWORD)
    assert "The User ID or password is not valid." in told
    assert "remaining" not in told


async def test_a_code_counts_once_and_five_wrong_ones_lock(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    desk.account()
    await desk.log_in()
    await desk.open("/Logout.aspx")
    await desk.open("/Login.aspx")
    await desk.send("btnLogin", txtUserID=USER, txtPassword=PASSWORD)
    assert "Attempts remaining: 4" in await desk.send("btnVerify", txtCode=desk.code())
    assert desk.tally()["reused_codes"] == 1
    for _ in range(3):
        await desk.send("btnVerify", txtCode="abcdef")
    assert "User ID Locked" in await desk.send("btnVerify", txtCode="abcdef")


async def test_a_code_by_text_message_is_for_accounts_without_an_authenticator(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    account = desk.account(mfa=("text",))
    await desk.open("/Login.aspx")
    assert "sent by text message" in await desk.send("btnLogin", txtUserID=USER, txtPassword=PASSWORD)
    assert "Conditions of Use" in await desk.send("btnVerify", txtCode=account.text_code or "")


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"must_change": True}, "Your Password Has Expired"),
        ({"inactive": True}, "User ID Inactivated"),
        ({"terms": True}, "The Conditions of Use Have Changed"),
    ],
)
async def test_what_else_may_be_in_the_way(medicaid_forms: MedicaidDesk, option: dict[str, object], said: str) -> None:
    medicaid_forms.account(mfa=(), **option)
    await medicaid_forms.open("/Login.aspx")
    assert said in await medicaid_forms.send("btnLogin", txtUserID=USER, txtPassword=PASSWORD)


async def test_an_expired_password_is_changed_for_good(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    account = desk.account(mfa=(), must_change=True)
    await desk.open("/Login.aspx")
    await desk.send("btnLogin", txtUserID=USER, txtPassword=PASSWORD)
    assert "must have 8 to 12" in await desk.send("btnChange", txtNew="short", txtAgain="short")
    assert "Conditions of Use" in await desk.send("btnChange", txtNew="Other#Horse1", txtAgain="Other#Horse1")
    assert account.spec.password == "Other#Horse1"


async def test_a_reminder_and_an_organization_come_after_the_box(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    desk.account(mfa=(), expires_in_days=3, organizations=(NORTHGATE, LAKESIDE))
    assert "expires in 3 day(s)" in await desk.log_in()
    assert "Select a Provider Organization" in await desk.send("btnLater")
    assert "Select an organization." in await desk.send("btnContinue", rblOrganization="0")
    assert LAKESIDE.name in await desk.send("btnContinue", rblOrganization=LAKESIDE.id)
    await desk.open("/Lookup/Provider.aspx")
    assert LAKESIDE.providers[0].npi in desk.text
    assert NORTHGATE.providers[0].npi not in desk.text


async def test_the_newer_log_in_ends_the_older(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    desk.account(mfa=())
    await desk.log_in()
    older = desk.browser.cookies[SESSION_COOKIE]
    desk.browser.cookies.clear()
    await desk.log_in()
    assert "Main Menu" in await desk.open("/Home.aspx")
    desk.browser.cookies.clear()
    desk.page = await desk.browser.get(f"{PORTAL}/Home.aspx", headers={"cookie": f"{SESSION_COOKIE}={older}"})
    assert "Logged On Elsewhere" in desk.text
    assert (desk.tally()["kicked"], desk.tally()["max_concurrent_sessions"]) == (1, 1)


async def test_fifteen_idle_minutes_end_a_session(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    desk.account(mfa=())
    await desk.log_in()
    desk.house.clock.advance(14 * 60)
    assert "Main Menu" in await desk.open("/Home.aspx")
    desk.house.clock.advance(16 * 60)
    assert "Session Timed Out" in await desk.open("/Home.aspx")


@pytest.mark.parametrize(
    ("dial", "status", "said"),
    [
        ({"maintenance": True}, 503, "System Maintenance"),
        ({"challenge": True}, 403, "Security Check"),
        ({"error_next": 1}, 500, "Server Error"),
    ],
)
async def test_bad_days(medicaid_forms: MedicaidDesk, dial: dict[str, object], status: int, said: str) -> None:
    for name, value in dial.items():
        setattr(medicaid_forms.house.dials["medicaid_forms"], name, value)
    assert said in await medicaid_forms.open("/Login.aspx")
    assert medicaid_forms.page.status_code == status


@pytest.mark.parametrize(
    ("now", "closed"),
    [
        ("2026-07-05T06:59Z", False),
        ("2026-07-05T07:00Z", True),
        ("2026-01-04T07:30Z", False),
        ("2026-01-04T09:59Z", True),
        ("2026-01-05T09:00Z", False),
    ],
)
async def test_sunday_nights_are_for_maintenance(medicaid_forms: MedicaidDesk, now: str, closed: bool) -> None:
    clock = medicaid_forms.house.clock
    clock.advance(datetime.fromisoformat(now).timestamp() - clock.timestamp() + 1)
    medicaid_forms.house.dials["medicaid_forms"].keeps_hours = True
    assert ("System Maintenance" in await medicaid_forms.open("/Login.aspx")) is closed


async def test_a_fault_while_a_form_is_sent_says_so(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    desk.account(mfa=())
    await desk.log_in()
    await desk.open("/Eligibility/Request.aspx")
    desk.house.dials["medicaid_forms"].error_next = 1
    assert "could not be processed" in await desk.send("btnSubmit")


# -- the sealed form


@pytest.mark.parametrize("name", ["__VIEWSTATE", "__EVENTVALIDATION"])
async def test_a_form_without_its_seal_is_refused(medicaid_forms: MedicaidDesk, name: str) -> None:
    desk = medicaid_forms
    desk.account(mfa=())
    await desk.open("/Login.aspx")
    told = await desk.send("btnLogin", txtUserID=USER, txtPassword=PASSWORD)
    assert "Conditions of Use" in told
    await desk.post({"ctl00$cph$btnContinue": "pressed", "ctl00$cph$chkAgree": "1", name: "AAAA"})
    assert (desk.page.status_code, "Invalid Postback" in desk.text) == (400, True)
    assert desk.tally()["sessions_opened"] == 0


async def test_a_page_of_another_session_is_refused(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    desk.account(mfa=())
    await desk.log_in()
    await desk.open("/Eligibility/Request.aspx")
    page = desk.page
    await desk.log_in()
    desk.page = page
    assert "Invalid Postback" in await desk.send("btnSubmit", txtMAID="1")


async def test_a_control_that_the_page_does_not_have_is_refused(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    desk.account(mfa=())
    await desk.log_in()
    await desk.open("/Eligibility/Request.aspx")
    assert "Invalid Postback" in await desk.send("lnkView", "View$E000000001")


def test_a_seal_is_for_one_page_one_owner_and_the_events_it_names() -> None:
    sealer = ViewState()
    form = sealer.sealed("/a", "me", {"page": "2"}, ["go"])
    assert sealer.opened("/a", "me", {**form, "__EVENTTARGET": "go"}).kept == {"page": "2"}
    for page, owner, event in (("/b", "me", "go"), ("/a", "you", "go"), ("/a", "me", "stop")):
        with pytest.raises(Forged):
            sealer.opened(page, owner, {**form, "__EVENTTARGET": event})
    with pytest.raises(Forged):
        ViewState().opened("/a", "me", {**form, "__EVENTTARGET": "go"})
