"""UCare's newer portal: one address for the log-in, half an hour without a click, and three choices before any tool."""

import httpx
import pytest
from portal_desk import PASSWORD
from ucare_desk import PORTAL, USER, UcareDesk, heading

from simulator.accounts import DAY_SECONDS, LAKESIDE, NORTHGATE
from simulator.portals.ucare.practice import sites
from simulator.sessions import Ended


async def test_one_thing_is_asked_after_the_other(ucare: UcareDesk) -> None:
    ucare.account()
    assert await ucare.heading("/") == "Provider sign in"
    assert await ucare.password() == "Enter your verification code"
    assert await ucare.step("code", code=ucare.code()) == "Provider home"
    assert (ucare.tally()["logins"], ucare.tally()["sessions_opened"]) == (1, 1)


async def test_a_step_cannot_be_jumped(ucare: UcareDesk) -> None:
    ucare.account(terms=True)
    assert await ucare.step("code", code=ucare.code()) == "Provider sign in"
    await ucare.password()
    assert await ucare.step("terms", agree="1") == "Enter your verification code"
    assert await ucare.step("no-such-step") == "Enter your verification code"
    assert ucare.tally()["sessions_opened"] == 0


async def test_the_fifth_wrong_password_locks(ucare: UcareDesk) -> None:
    ucare.account()
    for left in (4, 3, 2, 1):
        form = {"step": "password", "username": USER, "password": "wrong"}
        refused = await ucare.browser.post(f"{PORTAL}/sign-in", data=form)
        assert f"Tries left before your account is locked: {left}." in refused.text
    assert await ucare.password("wrong") == "Your user account is locked"
    assert await ucare.password() == "Your user account is locked"
    assert (ucare.tally()["wrong_passwords"], ucare.tally()["lockouts"]) == (5, 1)


async def test_an_unknown_user_is_told_no_more_than_a_wrong_password(ucare: UcareDesk) -> None:
    form = {"step": "password", "username": "nobody", "password": PASSWORD}
    refused = await ucare.browser.post(f"{PORTAL}/sign-in", data=form)
    assert "The user name or password is not correct.<" in refused.text


async def test_a_code_counts_once_and_five_wrong_ones_lock(ucare: UcareDesk) -> None:
    ucare.account()
    code = ucare.code()
    await ucare.password()
    await ucare.step("code", code=code)
    await ucare.password()
    headings = [await ucare.step("code", code=code) for _ in range(5)]
    assert headings == ["Enter your verification code"] * 4 + ["Your user account is locked"]
    assert ucare.tally()["reused_codes"] == 5


async def test_whoever_has_no_authenticator_is_sent_a_code_at_once(ucare: UcareDesk) -> None:
    account = ucare.account(mfa=("text", "call", "backup"), backup_codes=("7788-1122",))
    assert await ucare.password() == "We texted you a code"
    assert await ucare.step("method", method="call") == "We are calling you"
    assert await ucare.step("code", code=account.text_code or "") == "Provider home"
    await ucare.password()
    assert await ucare.step("method", method="backup") == "Enter a recovery code"
    assert await ucare.step("code", code="7788-1122") == "Provider home"


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"must_change": True}, "Choose a new password"),
        ({"terms": True}, "Provider Portal user agreement"),
        ({"expires_in_days": 3}, "Change your password soon"),
        ({"inactive": True}, "Your user account is not active"),
        ({"organizations": (NORTHGATE, LAKESIDE)}, "Choose a Tax ID"),
    ],
)
async def test_what_else_may_be_in_the_way(ucare: UcareDesk, option: dict[str, object], said: str) -> None:
    ucare.account(mfa=(), **option)
    assert await ucare.password() == said


async def test_what_is_in_the_way_is_answered(ucare: UcareDesk) -> None:
    account = ucare.account(mfa=(), must_change=True, terms=True, organizations=(NORTHGATE, LAKESIDE))
    await ucare.password()
    assert await ucare.step("change", current="wrong", new="x" * 12, again="x" * 12) == "Choose a new password"
    changed = await ucare.step("change", current=PASSWORD, new="Another-Horse-10", again="Another-Horse-10")
    assert changed == "Provider Portal user agreement"
    assert account.spec.password == "Another-Horse-10"
    assert await ucare.step("terms") == "Provider Portal user agreement"
    assert await ucare.step("terms", agree="1") == "Choose a Tax ID"
    assert await ucare.step("tin", tin="00-0000000") == "Choose a Tax ID"
    assert await ucare.step("tin", tin=LAKESIDE.tin) == "Provider home"
    (session,) = ucare.house.sessions["ucare"].live(USER)
    assert session.organization_id == LAKESIDE.id


async def test_half_an_hour_without_a_click_needs_a_new_log_in(ucare: UcareDesk) -> None:
    ucare.account()
    await ucare.log_in()
    ucare.house.clock.advance(29 * 60)
    assert await ucare.heading("/home") == "Provider home"
    ucare.house.clock.advance(31 * 60)
    assert await ucare.heading("/home") == "Your session timed out"
    assert await ucare.heading("/home") == "Provider sign in"
    assert await ucare.log_in() == "Provider home"


async def test_a_session_that_ended_says_why(ucare: UcareDesk) -> None:
    ucare.account(mfa=())
    await ucare.password()
    (session,) = ucare.house.sessions["ucare"].live(USER)
    ucare.house.sessions["ucare"].end(session, Ended.KICKED, "kicked")
    assert (await ucare.send_without_page("/eligibility/check")).status_code == 401
    assert await ucare.heading("/home") == "Signed in on another device"
    await ucare.password()
    assert await ucare.heading("/sign-out") == "You are signed out"


@pytest.mark.parametrize("tool", ["eligibility", "claims"])
async def test_nothing_is_asked_before_tin_npi_and_site_are_chosen(ucare: UcareDesk, tool: str) -> None:
    ucare.account(mfa=())
    await ucare.password()
    assert await ucare.heading(f"/{tool}") == "For whom do you work?"
    assert await ucare.work_for(LAKESIDE, "Main campus", tool) == "For whom do you work?", "another practice's"
    assert await ucare.work_for(site="South campus", tool=tool) == "For whom do you work?"
    assert await ucare.work_for(tool=tool) in {"Member eligibility", "Claims"}
    assert NORTHGATE.providers[0].npi in await ucare.page(f"/{tool}")


async def test_each_choice_hangs_on_the_one_before(ucare: UcareDesk) -> None:
    ucare.account(mfa=(), organizations=(NORTHGATE, LAKESIDE))
    await ucare.password()
    await ucare.step("tin", tin=NORTHGATE.tin)
    assert LAKESIDE.providers[0].npi in await ucare.page(f"/practice/npis?tin={LAKESIDE.tin}")
    assert "Choose an NPI first" in await ucare.page(f"/practice/sites?tin={LAKESIDE.tin}&npi=1457398216")
    for provider in NORTHGATE.providers:
        offered = await ucare.page(f"/practice/sites?tin={NORTHGATE.tin}&npi={provider.npi}")
        assert [site in offered for site in sites(NORTHGATE, provider)] == [True] * len(sites(NORTHGATE, provider))


async def test_a_role_that_is_missing_closes_the_tool(ucare: UcareDesk) -> None:
    ucare.account(mfa=(), roles=("claim_status",))
    await ucare.password()
    assert await ucare.heading("/eligibility") == "Access is needed"
    assert 'href="/eligibility"' not in await ucare.page("/home")


async def test_the_bell_is_as_fresh_as_the_log_in(ucare: UcareDesk) -> None:
    ucare.account(mfa=(), idle_minutes=10 * 24 * 60)
    await ucare.password()
    before = await ucare.page("/notifications")
    assert "was processed" in before
    ucare.house.clock.advance(5 * DAY_SECONDS)
    assert await ucare.page("/notifications") == before
    await ucare.browser.get(f"{PORTAL}/sign-out")
    await ucare.password()
    assert listed(await ucare.page("/notifications")) != listed(before)


def listed(page: str) -> str:
    return page.partition('aria-label="Notifications">')[2]


@pytest.mark.parametrize(
    ("dial", "status", "said"),
    [
        ({"maintenance": True}, 503, "The portal is being updated"),
        ({"challenge": True}, 403, "One more check"),
        ({"error_next": 1}, 500, "This page did not load"),
    ],
)
@pytest.mark.parametrize("page", ["/sign-in", "/home", "/eligibility"])
async def test_bad_days(ucare: UcareDesk, page: str, dial: dict[str, object], status: int, said: str) -> None:
    ucare.account(mfa=())
    await ucare.password()
    for name, value in dial.items():
        setattr(ucare.house.dials["ucare"], name, value)
    response: httpx.Response = await ucare.browser.get(PORTAL + page)
    assert (response.status_code, heading(response)) == (status, said)
