from typing import Any

import httpx
import pytest
from portal_desk import PASSWORD, SEED, Desk

from simulator.house import PORTALS, House


async def test_the_control_api_needs_its_token(desk: Desk) -> None:
    assert (await desk.control.get("/control/health")).json()["portals"] == PORTALS
    for header in ({"authorization": "Bearer wrong"}, {"authorization": ""}):
        assert (await desk.control.get("/control/tally", headers=header)).status_code == 401


@pytest.mark.parametrize(("host", "status"), [("availity.localhost", 404), ("localhost", 200), ("evil.example", 421)])
async def test_the_control_api_answers_on_the_loopback_host_only(desk: Desk, host: str, status: int) -> None:
    response = await desk.control.get("/control/health", headers={"host": f"{host}:9"})
    # Below /control/ the portal knows nothing.
    assert response.status_code == status


async def test_no_answer_ever_shows_a_secret(desk: Desk) -> None:
    await desk.account()
    shown = (await desk.control.get("/control/accounts/rhayes")).text
    bad = {"username": "x", "password": PASSWORD, "totp_seed": SEED, "lock_after": 0}
    refused = await desk.control.post("/control/accounts", json=bad)
    assert refused.status_code == 422
    assert "lock_after" in refused.text
    await desk.password("a wrong one")
    ledger = (await desk.control.get("/control/ledger")).text
    for text in (shown, refused.text, ledger):
        assert not any(secret in text for secret in (PASSWORD, SEED, "a wrong one"))


async def test_the_ledger_tells_what_happened_in_order(desk: Desk) -> None:
    await desk.account()
    await desk.log_in()
    entries = (await desk.control.get("/control/ledger")).json()["entries"]
    events = [entry["event"] for entry in entries if entry["event"] != "page"]
    assert events == ["password_accepted", "method", "login", "session_opened"]
    later = (await desk.control.get("/control/ledger", params={"after": entries[-1]["n"]})).json()["entries"]
    assert later == []


async def test_the_tally_counts_per_account_and_can_be_reset(desk: Desk) -> None:
    await desk.account()
    await desk.password("wrong")
    report = (await desk.control.get("/control/tally", params={"portal": "availity"})).json()
    assert report["accounts"]["rhayes"]["wrong_passwords"] == 1
    assert report["page_loads"] == 1
    assert (await desk.control.post("/control/tally/reset")).json()["wrong_passwords"] == 0


async def test_dropped_sessions_are_gone(desk: Desk) -> None:
    await desk.account()
    await desk.log_in()
    assert (await desk.control.post("/control/accounts/rhayes/sessions/drop")).json() == {"dropped": 1}
    assert 'data-notice="dropped"' in (await desk.portal.get("/web/")).text


async def test_a_role_that_is_taken_away_closes_its_page(desk: Desk) -> None:
    await desk.account()
    await desk.log_in()
    await desk.control.patch("/control/accounts/rhayes", json={"roles": ["claim_status"]})
    refused = await desk.portal.get("/web/pres/eligibility/")
    assert "You don&#39;t have access" in refused.text or "You don't have access" in refused.text


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PUT", "/control/dials", {"latency_ms": "soon"}, 422),
        ("PUT", "/control/dials", {"no_such_dial": 1}, 422),
        ("PUT", "/control/dials?portal=nowhere", {}, 404),
        ("POST", "/control/clock", {"advance_seconds": "x"}, 422),
        ("PATCH", "/control/accounts/nobody", {"locked": True}, 404),
        ("GET", "/control/truth/availity/eligibility?payer=AETNA&member_id=W1", None, 422),
        ("GET", "/control/truth/availity/referrals?payer=AETNA", None, 422),
        ("GET", "/control/questions/availity/eligibility?payer=NOPE", None, 422),
    ],
)
async def test_bad_requests_are_refused_in_a_sentence(
    desk: Desk, method: str, path: str, body: dict[str, object] | None, status: int
) -> None:
    response: httpx.Response = await desk.control.request(method, path, json=body)
    assert response.status_code == status
    assert response.json()["error"]


async def test_a_cut_network_loses_questions_and_also_answers_that_are_on_their_way(desk: Desk, house: House) -> None:
    await desk.account()
    assert (await desk.control.post("/control/network/cut", params={"seconds": 60})).json() == {"cut": True}
    with pytest.raises(ConnectionResetError):
        await desk.portal.get("/login")
    house.network.cut(0)
    house.dials["availity"].latency_ms = (0, 0)
    pages = house.tally.report("availity")["page_loads"]
    seen = house.tally.record

    def cut_behind(*event: Any, **more: Any) -> None:
        house.network.cut(60)
        seen(*event, **more)

    house.tally.record = cut_behind  # type: ignore[method-assign]
    with pytest.raises(ConnectionResetError):
        await desk.portal.get("/login")
    house.network.cut(0)
    house.tally.record = seen  # type: ignore[method-assign]
    assert house.tally.report("availity")["page_loads"] == pages + 1
    assert (await desk.portal.get("/login")).status_code == 200
