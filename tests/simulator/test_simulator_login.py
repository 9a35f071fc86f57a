from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest
from portal_desk import PASSWORD, Desk

HOME = "/web/"
LAKESIDE = {
    "id": "77",
    "name": "Lakeside Imaging",
    "tin": "36-5520944",
    "providers": [{"name": "Lakeside Imaging", "npi": "1285630947"}],
}
NORTHGATE = LAKESIDE | {"id": "78", "name": "Northgate Practice"}


async def test_password_method_and_code_lead_into_the_shell(desk: Desk) -> None:
    await desk.account()
    assert "2-Step Authentication" in (await desk.password()).text
    chosen = await desk.portal.post("/login/method", data={"choice": "Authenticator"})
    assert 'name="authenticatorCodeForm"' in chosen.text
    home = await desk.portal.post("/login/code", data={"code": desk.code()})
    assert home.url.path == HOME
    assert "Top Applications" in home.text
    counted = await desk.tally()
    assert (counted["logins"], counted["sessions_opened"], counted["wrong_passwords"]) == (1, 1, 0)


async def test_a_code_counts_once(desk: Desk) -> None:
    await desk.account()
    await desk.log_in()
    again = await desk.log_in(desk.browser())
    assert "Enter a valid code." in again.text
    counted = await desk.tally()
    assert (counted["logins"], counted["reused_codes"], counted["wrong_codes"]) == (1, 1, 0)


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
async def test_codes_may_be_one_step_off(desk: Desk, steps: int, accepted: bool) -> None:
    await desk.account()
    await desk.password()
    await desk.portal.post("/login/method", data={"choice": "Authenticator"})
    code = desk.code()
    desk.house.clock.advance(-30 * steps)
    home = await desk.portal.post("/login/code", data={"code": code})
    assert (home.url.path == HOME) is accepted


async def test_a_skewed_code_clock_refuses_right_codes(desk: Desk) -> None:
    await desk.account()
    await desk.dial(code_clock_skew=120)
    assert "Enter a valid code." in (await desk.log_in()).text


async def test_the_date_header_tells_the_time_of_the_portals_clock(desk: Desk) -> None:
    await desk.dial(code_clock_skew=25)
    told = (await desk.portal.get("/login")).headers["date"]
    assert 23 < (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds() < 26


async def test_wrong_passwords_count_down_and_lock(desk: Desk) -> None:
    await desk.account()
    assert "3 attempts remaining" in (await desk.password("one")).text
    assert "2 attempts remaining" in (await desk.password("two")).text
    assert "1 attempt remaining" in (await desk.password("three")).text
    assert 'data-notice="locked"' in (await desk.password("four")).text
    assert 'data-notice="locked"' in (await desk.password(PASSWORD)).text
    counted = await desk.tally()
    assert (counted["wrong_passwords"], counted["lockouts"], counted["logins"]) == (4, 1, 0)


async def test_the_right_password_forgives_the_wrong_ones(desk: Desk) -> None:
    await desk.account(lock_after=3)
    await desk.password("one")
    await desk.password()
    assert "2 attempts remaining" in (await desk.password("two")).text


async def test_refused_codes_lock_until_the_control_api_unlocks(desk: Desk) -> None:
    await desk.account(code_lock_after=2)
    await desk.password()
    await desk.portal.post("/login/method", data={"choice": "Authenticator"})
    assert "1 attempt remaining" in (await desk.portal.post("/login/code", data={"code": "abcdef"})).text
    locked = await desk.portal.post("/login/code", data={"code": "abcdef"})
    assert 'data-notice="locked"' in locked.text
    assert (await desk.tally())["lockouts"] == 1
    await desk.control.patch("/control/accounts/rhayes", json={"locked": False})
    assert (await desk.log_in()).url.path == HOME


async def test_a_remembered_device_is_not_asked_for_a_code(desk: Desk) -> None:
    await desk.account()
    await desk.password()
    await desk.portal.post("/login/method", data={"choice": "Authenticator"})
    await desk.portal.post("/login/code", data={"code": desk.code(), "rememberDevice": "1"})
    await desk.portal.get("/logout")
    assert (await desk.password()).url.path == HOME


async def test_a_text_message_code_is_read_from_the_control_api(desk: Desk) -> None:
    await desk.account()
    await desk.password()
    await desk.portal.post("/login/method", data={"choice": "SMS"})
    (shown,) = (await desk.control.get("/control/accounts/rhayes")).json()
    assert (await desk.portal.post("/login/code", data={"code": shown["text_code"]})).url.path == HOME


async def test_a_backup_code_counts_once(desk: Desk) -> None:
    await desk.account(backup_codes=["KX72-9PLM"])
    for expected in (HOME, "/login/code"):
        await desk.password()
        await desk.portal.post("/login/method", data={"choice": "BackupCode"})
        assert (await desk.portal.post("/login/code", data={"code": "KX72-9PLM"})).url.path == expected
    assert (await desk.tally())["reused_codes"] == 1


async def test_everything_that_can_stand_in_the_way_stands_in_the_way_once(desk: Desk) -> None:
    await desk.account(organizations=[NORTHGATE, LAKESIDE], terms=True, expires_in_days=3)
    await desk.dial(announcement=True)
    page = await desk.log_in()
    assert "Updated Terms of Use" in page.text
    page = await desk.portal.post("/login/terms", data={"accept": "1"})
    assert "3 days" in page.text
    page = await desk.portal.post("/login/password-expiring")
    assert "Announcements" in page.text
    page = await desk.portal.post("/login/alerts")
    assert "Select an organization" in page.text
    page = await desk.portal.post("/login/organization", data={"organization": "77"})
    assert page.url.path == HOME
    assert "Lakeside Imaging" in page.text


async def test_an_expired_password_has_to_be_changed(desk: Desk) -> None:
    await desk.account(must_change=True)
    assert "Your password has expired" in (await desk.log_in()).text
    assert (await desk.portal.get(HOME)).url.path == "/login/password-expired"
    new = {"currentPassword": PASSWORD, "newPassword": "Battery-Staple-4", "confirmPassword": "Battery-Staple-4"}
    assert (await desk.portal.post("/login/password-expired", data=new)).url.path == HOME
    assert "attempts remaining" in (await desk.password(PASSWORD, desk.browser())).text


async def test_a_dormant_account_is_told_so(desk: Desk) -> None:
    await desk.account(inactive=True)
    assert 'data-notice="inactive"' in (await desk.password()).text


async def test_idle_sessions_end_by_the_virtual_clock(desk: Desk) -> None:
    await desk.account()
    await desk.log_in()
    await desk.control.post("/control/clock", json={"advance_seconds": 29 * 60})
    assert "Top Applications" in (await desk.portal.get(HOME)).text
    await desk.control.post("/control/clock", json={"advance_seconds": 31 * 60})
    assert (await desk.portal.get("/web/api/session")).json() == {"alive": False, "reason": "expired"}
    assert 'data-notice="expired"' in (await desk.portal.get(HOME)).text
    assert (await desk.tally())["sessions_expired"] == 1


async def test_the_heartbeat_does_not_keep_a_session_alive(desk: Desk) -> None:
    await desk.account()
    await desk.log_in()
    for _ in range(4):
        desk.house.clock.advance(10 * 60)
        alive = (await desk.portal.get("/web/api/session")).json()["alive"]
    assert alive is False


async def test_a_second_login_kicks_the_first_when_one_session_is_allowed(desk: Desk) -> None:
    await desk.account(single_session=True)
    await desk.log_in()
    desk.house.clock.advance(30)
    assert (await desk.log_in(desk.browser())).url.path == HOME
    assert 'data-notice="kicked"' in (await desk.portal.get(HOME)).text
    counted = await desk.tally()
    assert (counted["kicked"], counted["max_concurrent_sessions"]) == (1, 1)


async def test_concurrent_sessions_are_counted(desk: Desk) -> None:
    await desk.account()
    await desk.log_in()
    desk.house.clock.advance(30)
    await desk.log_in(desk.browser())
    assert (await desk.tally())["max_concurrent_sessions"] == 2


async def test_the_session_cookie_is_out_of_reach_of_scripts(desk: Desk) -> None:
    await desk.account()
    response = await desk.portal.post(
        "/login", data={"username": "rhayes", "password": PASSWORD}, follow_redirects=False
    )
    cookies = {line.split("=")[0]: line for line in response.headers.get_list("set-cookie")}
    assert "HttpOnly" in cookies["AVSESSION"]
    assert "HttpOnly" not in cookies["XSRF-TOKEN"]
