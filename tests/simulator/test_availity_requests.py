"""Requests for authorizations to Availity's payers: the patient is looked up, what was sent is refused twice, listed
later and decided after days.
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from portal_desk import Desk

from simulator.questions import questions

API = "/cloud/web/pres/authorization-requests/v1"
AUTHORIZATIONS = "/cloud/web/pres/authorizations/v1"
PDF = b"%PDF-1.7\n" + b"records " * 400
CONTEXT = {"organization": "1180243", "payer": "BHIL", "provider": "1457398216"}


@pytest.fixture
async def clerk(desk: Desk) -> Desk:
    await desk.account(mfa=[])
    await desk.password()
    await desk.dial(virus_scan_ms=[0, 0], latency_ms=[0, 0])
    return desk


@pytest.fixture
def question(desk: Desk) -> dict[str, str]:
    world, today = desk.house.world, desk.house.clock.today()
    (one,) = questions(world, "authorization_requests", "BHIL", count=1, seed=3, awkward=False, today=today)
    found: dict[str, str] = one["question"]
    return found


async def begun(desk: Desk, question: dict[str, str], **more: str) -> dict[str, Any]:
    def us(key: str) -> str:
        year, month, day = question[key].split("-")
        return f"{month}/{day}/{year}"

    days = {"birthDate": us("birth_date"), "fromDate": us("service_from"), "toDate": us("service_to")}
    patient = {"type": question["service_kind"], "memberId": question["member_id"], **days}
    found: dict[str, Any] = (await desk.ask(f"{API}/patients", {**CONTEXT, **patient, **more})).json()
    return found


async def post(desk: Desk, path: str, **how: Any) -> httpx.Response:
    headers = {"x-xsrf-token": desk.portal.cookies.get("XSRF-TOKEN") or "", "x-document-name": "notes.pdf"}
    return await desk.portal.post(f"{API}/requests/{path}", headers=headers, **how)


async def filled(desk: Desk, question: dict[str, str], **more: str) -> tuple[str, httpx.Response]:
    draft = (await begun(desk, question))["draft"]
    plain = {"code": "procedure_code", "unit": "unit", "units": "units", "diagnosis": "diagnosis_code"}
    plain["servicing"] = "servicing_npi"
    words = {"narrative": "narrative", "contact": "contact_name", "phone": "contact_phone"}
    told = {name: question[key] for name, key in {**plain, **words}.items()}
    return draft, await post(desk, f"{draft}/answers", json={"step": "upload", **told, **more})


async def sent(desk: Desk, question: dict[str, str]) -> httpx.Response:
    draft, _ = await filled(desk, question)
    await post(desk, f"{draft}/documents", content=PDF)
    return await post(desk, f"{draft}/submission", json={})


async def status(desk: Desk, number: str) -> str:
    answer = (await desk.ask(f"{AUTHORIZATIONS}/searches", {**CONTEXT, "number": number})).json()
    return str(answer["rows"][0]["status"] if "rows" in answer else answer["outcome"])


async def test_what_was_requested_is_listed_later_refused_twice_and_decided_after_days(
    clerk: Desk, question: dict[str, str]
) -> None:
    done = (await sent(clerk, question)).json()["facts"]
    (one,) = clerk.house.requests.received("availity")
    assert (done["Certification Number"], done["Status"]) == (one.number, "A4 - Pended")
    assert one.number.startswith("UM")
    assert (one.authorization.requesting.npi, one.servicing_npi) == (CONTEXT["provider"], question["servicing_npi"])
    assert await status(clerk, one.number) == "authorization_not_found"
    again = await sent(clerk, question)
    assert (again.status_code, f"certification number {one.number}." in again.json()["message"]) == (409, True)
    tally = await clerk.tally()
    assert (tally["submissions"], tally["duplicates_refused"]) == (1, 1)
    clerk.house.clock.advance(61)
    assert await status(clerk, one.number) == "Pended"
    detail = await clerk.ask(f"{AUTHORIZATIONS}/details", {"payer": "BHIL", "key": one.number})
    assert detail.json()["sections"]["Patient"]["Member ID"] == question["member_id"]
    clerk.house.clock.advance(3 * 86_400)
    await clerk.password()
    assert await status(clerk, one.number) == "Certified in Total"


async def test_what_is_wrong_is_said_before_anything_is_sent(clerk: Desk, question: dict[str, str]) -> None:
    unknown = await begun(clerk, question, birthDate="01/02/1931")
    assert (unknown["outcome"], "not found" in unknown["message"]) == ("member_not_found", True)
    assert (await begun(clerk, question, toDate="01/02/2020"))["outcome"] == "dates"
    draft, refused = await filled(clerk, question, code="97 11")
    assert (refused.status_code, "valid procedure code" in refused.json()["message"]) == (422, True)
    _, refused = await filled(clerk, question, servicing="1234567893")
    assert "could not find a rendering provider" in refused.json()["message"]
    assert (await post(clerk, f"{draft}/submission", json={})).status_code == 400
    await clerk.dial(submit_faults=["error_after"])
    assert (await sent(clerk, question)).status_code == 500
    assert len(clerk.house.requests.received("availity")) == 1
