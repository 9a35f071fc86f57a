"""One Healthcare ID: one door for every portal behind it."""

import httpx
import pytest
from portal_desk import PASSWORD
from uhc_desk import IDENTITY, PORTAL, USER, UhcDesk

from simulator.accounts import DAY_SECONDS
from simulator.portals.onehealthcareid.tickets import Tickets
from simulator.sessions import Ended


async def test_whoever_is_not_signed_in_is_sent_to_the_identity_provider(uhc: UhcDesk) -> None:
    page = await uhc.browser.get(PORTAL)
    assert page.url.host == "onehealthcareid.localhost"
    assert page.url.fragment == "/login"


async def test_one_thing_is_asked_after_the_other(uhc: UhcDesk) -> None:
    uhc.account()
    assert await uhc.step("login-options", username=USER) == {"view": "password"}
    assert (await uhc.password())["view"] == "method"
    assert (await uhc.step("method", method="authenticator"))["view"] == "code"
    assert (await uhc.step("code", code=uhc.code()))["view"] == "leave"
    assert (await uhc.leave()).url.host == "uhc.localhost"
    assert (await uhc.config())["user"] == USER
    assert (uhc.tally()["logins"], uhc.tally()["sessions_opened"]) == (1, 1)


async def test_a_step_cannot_be_jumped(uhc: UhcDesk) -> None:
    uhc.account()
    await uhc.password()
    assert (await uhc.step("code", code=uhc.code()))["view"] == "method"
    assert (await uhc.leave()).url.host == "onehealthcareid.localhost"
    assert (await uhc.step("no-such-step"))["view"] == "method"


async def test_the_fifth_wrong_password_locks(uhc: UhcDesk) -> None:
    uhc.account()
    for left in (4, 3, 2, 1):
        assert f"You have {left} attempt" in (await uhc.password("wrong"))["error"]
    assert (await uhc.password("wrong"))["view"] == "locked"
    assert (await uhc.password())["view"] == "locked"
    assert (uhc.tally()["wrong_passwords"], uhc.tally()["lockouts"]) == (5, 1)


async def test_an_unknown_user_is_told_no_more_than_a_wrong_password(uhc: UhcDesk) -> None:
    assert await uhc.step("login-options", username="nobody") == {"view": "password"}
    refused = await uhc.step("authenticate", username="nobody", password=PASSWORD)
    assert refused["error"] == "The One Healthcare ID or password is incorrect."


async def test_a_code_counts_once(uhc: UhcDesk) -> None:
    uhc.account()
    await uhc.password()
    await uhc.step("method", method="authenticator")
    code = uhc.code()
    await uhc.step("code", code=code)
    await uhc.password()
    await uhc.step("method", method="authenticator")
    assert "invalid" in (await uhc.step("code", code=code))["error"]
    assert uhc.tally()["reused_codes"] == 1


async def test_five_wrong_codes_lock(uhc: UhcDesk) -> None:
    uhc.account()
    await uhc.password()
    await uhc.step("method", method="authenticator")
    views = [(await uhc.step("code", code="abcdef"))["view"] for _ in range(5)]
    assert views == ["code"] * 4 + ["locked"]


async def test_a_remembered_device_needs_no_code(uhc: UhcDesk) -> None:
    uhc.account()
    await uhc.log_in(rememberDevice=True)
    assert (await uhc.password())["view"] == "leave"


@pytest.mark.parametrize(("days", "view"), [(89, "method"), (91, "inactive")])
async def test_ninety_days_without_a_log_in_deactivate(uhc: UhcDesk, days: int, view: str) -> None:
    uhc.account()
    uhc.house.clock.advance(30 * DAY_SECONDS)
    await uhc.log_in()
    uhc.house.clock.advance(days * DAY_SECONDS)
    assert (await uhc.password())["view"] == view


@pytest.mark.parametrize(
    ("option", "view"),
    [({"must_change": True}, "expired"), ({"terms": True}, "terms"), ({"expires_in_days": 3}, "expiring")],
)
async def test_what_else_may_be_in_the_way(uhc: UhcDesk, option: dict[str, object], view: str) -> None:
    uhc.account(mfa=(), **option)
    assert (await uhc.password())["view"] == view


async def test_terms_are_accepted_with_a_tick(uhc: UhcDesk) -> None:
    account = uhc.account(mfa=(), terms=True)
    await uhc.password()
    assert (await uhc.step("terms", accepted=False))["view"] == "terms"
    assert (await uhc.step("terms", accepted=True))["view"] == "leave"
    assert not account.spec.terms


async def test_the_code_in_the_redirect_opens_one_session_once(uhc: UhcDesk) -> None:
    uhc.account(mfa=())
    landed = await uhc.log_in()
    code = landed.history[-1].url.params["code"]
    uhc.browser.cookies.clear()
    assert (await uhc.browser.get(f"{PORTAL}/signin?code={code}")).url.host == "onehealthcareid.localhost"


async def test_a_code_is_good_for_its_own_portal_alone(uhc: UhcDesk) -> None:
    tickets, session = Tickets(), uhc.house.sessions["uhc"].begin(uhc.account())
    assert tickets.redeem("availity", tickets.issue("uhc", session)) is None


async def test_the_account_is_one_behind_every_portal_of_the_identity_provider(uhc: UhcDesk) -> None:
    account = uhc.account()
    assert uhc.house.accounts.get("onehealthcareid", USER) is account
    assert uhc.house.accounts.get("availity", USER) is None


async def test_the_check_of_the_browser_passes_by_itself(uhc: UhcDesk) -> None:
    uhc.house.dials["uhc"].security_check_ms = 50
    page = f"{IDENTITY}/oneapp/index.html?client=uhc"
    assert "Checking your browser" in (await uhc.browser.get(page)).text
    await uhc.browser.get(f"{IDENTITY}/oneapp/check")
    assert "app-config" in (await uhc.browser.get(page)).text


async def test_a_session_that_ended_says_why_and_then_asks_to_sign_in(uhc: UhcDesk) -> None:
    uhc.account(mfa=())
    await uhc.log_in()
    (session,) = uhc.house.sessions["uhc"].live(USER)
    uhc.house.sessions["uhc"].end(session, Ended.KICKED, "kicked")
    first: httpx.Response = await uhc.browser.get(PORTAL)
    assert "You signed in somewhere else" in first.text
    assert (await uhc.browser.get(PORTAL)).url.host == "onehealthcareid.localhost"


@pytest.mark.parametrize(
    ("dial", "status", "said"),
    [
        ({"maintenance": True}, 503, "down for scheduled maintenance"),
        ({"challenge": True}, 403, "Prove that you are human"),
        ({"error_next": 1}, 500, "Something went wrong"),
    ],
)
@pytest.mark.parametrize("page", [PORTAL, f"{IDENTITY}/oneapp/index.html?client=uhc"])
async def test_bad_days_are_the_same_at_both_doors(
    uhc: UhcDesk, page: str, dial: dict[str, object], status: int, said: str
) -> None:
    for name, value in dial.items():
        setattr(uhc.house.dials["uhc"], name, value)
    response = await uhc.browser.get(page)
    assert response.status_code == status
    assert said in response.text
