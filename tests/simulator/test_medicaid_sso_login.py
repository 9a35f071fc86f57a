"""FranklinID, and what a person has to deal with before the portal does anything."""

import pytest
from franklin_desk import IDENTITY, PORTAL, USER, FranklinDesk, alert, heading, ids
from portal_desk import PASSWORD

from simulator.accounts import DAY_SECONDS, LAKESIDE, NORTHGATE
from simulator.portals.medicaid_id.assertions import Assertions
from simulator.sessions import Ended


async def test_one_thing_is_asked_after_the_other(franklin: FranklinDesk) -> None:
    franklin.account()
    door = await franklin.open("/eligibility")
    assert (door.url.host, heading(door.text)) == ("id.medicaid-sso.localhost", "Sign in with FranklinID")
    assert heading((await franklin.step(**{"pf.username": USER})).text) == "Enter your password"
    assert heading((await franklin.step(**{"pf.pass": PASSWORD})).text) == "Authenticate"
    await franklin.step(otp=franklin.code())
    portal = await franklin.leave()
    assert (portal.url.host, heading(portal.text)) == ("medicaid-sso.localhost", "User agreement")
    content = await franklin.tell("agree", {"I have read the user agreement and agree to it": "on"})
    assert heading(content["content"]) == "Transaction Center"
    assert (franklin.tally()["logins"], franklin.tally()["sessions_opened"]) == (1, 1)


async def test_ids_are_drawn_anew_with_every_page(franklin: FranklinDesk) -> None:
    first, second = ids((await franklin.begin()).text), ids((await franklin.begin()).text)
    assert first.keys() == second.keys() == {"Email address"}
    assert first != second


async def test_the_fourth_wrong_password_locks(franklin: FranklinDesk) -> None:
    franklin.account()
    for left in (3, 2, 1):
        assert f"{left} attempt" in alert((await franklin.password("wrong")).text)
    assert heading((await franklin.password("wrong")).text) == "Your FranklinID is locked"
    assert heading((await franklin.password()).text) == "Your FranklinID is locked"
    assert (franklin.tally()["wrong_passwords"], franklin.tally()["lockouts"]) == (4, 1)


async def test_an_unknown_user_is_told_no_more_than_a_wrong_password(franklin: FranklinDesk) -> None:
    page = (await franklin.password(username="nobody@northgate.example")).text
    assert alert(page) == "We did not recognize the email address or password you entered."


async def test_a_wrong_code_leads_back_to_the_first_page(franklin: FranklinDesk) -> None:
    franklin.account()
    await franklin.password()
    page = (await franklin.step(otp="abcdef")).text
    assert heading(page) == "Sign in with FranklinID"
    assert "4 attempts left" in alert(page)


async def test_five_wrong_codes_lock(franklin: FranklinDesk) -> None:
    franklin.account()
    for _ in range(5):
        await franklin.password()
        page = (await franklin.step(otp="abcdef")).text
    assert heading(page) == "Your FranklinID is locked"
    assert franklin.tally()["lockouts"] == 1


async def test_a_code_counts_once(franklin: FranklinDesk) -> None:
    franklin.account()
    code = franklin.code()
    for _ in range(2):
        await franklin.password()
        page = (await franklin.step(otp=code)).text
    assert "not accepted" in alert(page)
    assert franklin.tally()["reused_codes"] == 1


async def test_without_an_authenticator_a_code_is_sent(franklin: FranklinDesk) -> None:
    account = franklin.account(mfa=("text",))
    assert heading((await franklin.password()).text) == "Check your phone"
    assert account.text_code is not None
    await franklin.step(otp=account.text_code)
    assert heading((await franklin.leave()).text) == "User agreement"


@pytest.mark.parametrize(
    ("options", "title"),
    [
        ({"must_change": True}, "Change your password"),
        ({"inactive": True}, "Your FranklinID has been removed"),
        ({"expires_in_days": 3}, "Your password is about to expire"),
    ],
)
async def test_what_may_come_up_after_the_password(
    franklin: FranklinDesk, options: dict[str, object], title: str
) -> None:
    franklin.account(mfa=(), **options)
    assert heading((await franklin.password()).text) == title


async def test_the_reminder_can_wait(franklin: FranklinDesk) -> None:
    franklin.account(mfa=(), expires_in_days=1)
    assert "1 day to change" in (await franklin.password()).text
    await franklin.step(**{"pf.ok": "remind"})
    assert heading((await franklin.leave()).text) == "User agreement"


@pytest.mark.parametrize("assertion", ["", "never-issued", "bmV2ZXI=", "used"])
async def test_an_assertion_that_is_forged_or_used_opens_nothing(franklin: FranklinDesk, assertion: str) -> None:
    franklin.account(mfa=())
    await franklin.password()
    if assertion == "used":
        assertion = franklin.page.split('name="SAMLResponse" value="')[1].partition('"')[0]
        await franklin.leave()
        franklin.browser.cookies.clear()
    page = await franklin.browser.post(f"{PORTAL}/sp/ACS.saml2", data={"SAMLResponse": assertion})
    assert page.url.host == "id.medicaid-sso.localhost"


async def test_an_assertion_of_another_issuer_is_forged(franklin: FranklinDesk) -> None:
    session = franklin.house.sessions["medicaid_sso"].begin(franklin.account())
    stranger = Assertions().issue(session)
    assert Assertions().redeem(stranger, franklin.house.sessions["medicaid_sso"]) is None


async def test_a_flow_that_is_not_known_begins_again(franklin: FranklinDesk) -> None:
    for page in (
        await franklin.browser.post(f"{IDENTITY}/as/nowhere/resume", data={"pf.username": USER}),
        await franklin.browser.get(f"{IDENTITY}/as/nowhere/resume"),
    ):
        assert heading(page.text) == "Sign in with FranklinID"


async def test_who_names_nobody_is_asked_again(franklin: FranklinDesk) -> None:
    await franklin.begin()
    assert alert((await franklin.step(**{"pf.username": " "})).text) == "Enter your email address."


async def test_the_agreement_is_asked_for_in_every_session_and_needs_its_tick(franklin: FranklinDesk) -> None:
    franklin.account(mfa=())
    for _ in range(2):
        await franklin.log_in()
        assert heading((await franklin.tell("agree"))["content"]) == "User agreement"
        await franklin.tell("agree", {"I have read the user agreement and agree to it": "on"})
        assert heading((await franklin.open("/eligibility")).text) == "Recipient eligibility"


async def test_a_changed_agreement_looks_changed(franklin: FranklinDesk) -> None:
    account = franklin.account(mfa=(), terms=True)
    page = (await franklin.log_in()).text
    assert heading(page) == "The user agreement has changed"
    assert "version 4" not in page
    await franklin.tell("agree", {"I have read the user agreement and agree to it": "on"})
    assert account.spec.terms is False


async def test_an_account_is_asked_for_where_there_are_several(franklin: FranklinDesk) -> None:
    account = franklin.account(mfa=(), organizations=(NORTHGATE, LAKESIDE))
    await franklin.enter()
    content = await franklin.tell("organization", {"Account": LAKESIDE.name})
    assert heading(content["content"]) == "Transaction Center"
    (session,) = franklin.house.sessions["medicaid_sso"].live(account.spec.username)
    assert session.organization_id == LAKESIDE.id


@pytest.mark.parametrize(("days", "title"), [(181, "Transaction Center"), (183, "Verify your provider information")])
async def test_the_data_are_to_be_verified_every_six_months(franklin: FranklinDesk, days: int, title: str) -> None:
    franklin.account(mfa=())
    franklin.house.clock.advance(days * DAY_SECONDS)
    await franklin.enter()
    assert heading((await franklin.open("/")).text) == title


async def test_who_verifies_the_data_may_go_on(franklin: FranklinDesk) -> None:
    franklin.account(mfa=(), data_check_days=182)
    franklin.house.clock.advance(183 * DAY_SECONDS)
    await franklin.enter()
    for path in ("/eligibility", "/claims"):
        assert heading((await franklin.open(path)).text) == "Verify your provider information"
    assert heading((await franklin.tell("confirm"))["content"]) == "Transaction Center"
    assert heading((await franklin.open("/eligibility")).text) == "Recipient eligibility"


@pytest.mark.parametrize("how", [Ended.DROPPED, Ended.KICKED, Ended.EXPIRED])
async def test_a_session_that_ended_says_how_and_only_once(franklin: FranklinDesk, how: Ended) -> None:
    franklin.account(mfa=())
    await franklin.enter()
    sessions = franklin.house.sessions["medicaid_sso"]
    (session,) = sessions.live(USER)
    assert (await franklin.browser.post(f"{PORTAL}/graphql")).json()["data"]["accountManagement"]["getUserProfile"] == {
        "loggedIn": True
    }
    sessions.end(session, how, how.value)
    assert (await franklin.send("confirm", {})).status_code == 401
    titles = {
        Ended.DROPPED: "Your session is not valid",
        Ended.KICKED: "Signed in elsewhere",
        Ended.EXPIRED: "Your session has expired",
    }
    assert heading((await franklin.open("/")).text) == titles[how]
    assert heading((await franklin.open("/")).text) == "Sign in with FranklinID"


async def test_who_signs_out_is_signed_out(franklin: FranklinDesk) -> None:
    franklin.account(mfa=())
    await franklin.enter()
    assert heading((await franklin.open("/signout")).text) == "You have signed out"
    assert franklin.tally()["logouts"] == 1


@pytest.mark.parametrize(
    ("dial", "status", "said"),
    [
        ({"maintenance": True}, 503, "down for scheduled maintenance"),
        ({"challenge": True}, 403, "Confirm that you are not a robot"),
        ({"error_next": 1}, 500, "Something went wrong"),
    ],
)
@pytest.mark.parametrize("page", [PORTAL, f"{IDENTITY}/as/authorization"])
async def test_bad_days_are_the_same_at_both_doors(
    franklin: FranklinDesk, page: str, dial: dict[str, object], status: int, said: str
) -> None:
    for name, value in dial.items():
        setattr(franklin.house.dials["medicaid_sso"], name, value)
    response = await franklin.browser.get(page)
    assert (response.status_code, said in response.text) == (status, True)
