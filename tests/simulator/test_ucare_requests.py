"""Requests for authorizations to UCare: checked, received, refused twice, listed later, decided after days."""

import re
from html import unescape
from typing import Any

import pytest
from ucare_desk import PORTAL, UcareDesk

from simulator.questions import questions

WHERE = "/authorizations/request"
PDF = b"%PDF-1.7\n" + b"records " * 400


@pytest.fixture(autouse=True)
async def signed_in(ucare: UcareDesk) -> None:
    ucare.account(mfa=())
    await ucare.password()
    await ucare.work_for()
    ucare.house.dials["ucare"].virus_scan_ms = (0, 0)


def asked(ucare: UcareDesk) -> dict[str, str]:
    world, today = ucare.house.world, ucare.house.clock.today()
    (one,) = questions(world, "authorization_requests", "UCARE", count=1, seed=3, awkward=False, today=today)
    found: dict[str, str] = one["question"]
    return found


def typed(question: dict[str, str], **more: str) -> dict[str, str]:
    def us(key: str) -> str:
        year, month, day = question[key].split("-")
        return f"{month}/{day}/{year}"

    plain = {"member": "member_id", "kind": "service_kind", "code": "procedure_code", "unit": "unit", "units": "units"}
    words = {
        "diagnosis": "diagnosis_code",
        "narrative": "narrative",
        "contact": "contact_name",
        "phone": "contact_phone",
    }
    days = {"born": us("birth_date"), "from": us("service_from"), "to": us("service_to")}
    return {name: question[key] for name, key in {**plain, **words}.items()} | days | more


async def checked(ucare: UcareDesk, told: dict[str, str]) -> str:
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="(.+?)"', await ucare.page(WHERE)))
    files: list[Any] = [("files", ("notes.pdf", PDF))]
    return unescape((await ucare.browser.post(f"{PORTAL}{WHERE}/check", data={**hidden, **told}, files=files)).text)


async def sent(ucare: UcareDesk, told: dict[str, str]) -> str:
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="(.+?)"', await checked(ucare, told)))
    return unescape((await ucare.browser.post(f"{PORTAL}{WHERE}/send", data=hidden)).text)


async def test_what_was_requested_is_listed_later_refused_twice_and_decided_after_days(ucare: UcareDesk) -> None:
    question = asked(ucare)
    done = await sent(ucare, typed(question))
    (one,) = ucare.house.requests.received("ucare")
    assert f"reference {one.number}." in done
    assert one.authorization.requesting.npi == "1457398216"
    assert "No authorization was found" in await found(ucare, one.number)
    assert f"Request {one.number} for the same service" in await sent(ucare, typed(question))
    assert (ucare.tally()["submissions"], ucare.tally()["duplicates_refused"]) == (1, 1)
    ucare.house.clock.advance(61)
    assert "In review" in await found(ucare, one.number)
    ucare.house.clock.advance(3 * 86_400)
    await ucare.password()
    await ucare.work_for()
    assert "Approved" in await found(ucare, one.number)


async def found(ucare: UcareDesk, number: str) -> str:
    return (await ucare.send("/authorizations/find", by="number", number=number)).text


async def test_what_is_wrong_is_said_and_what_was_told_is_kept(ucare: UcareDesk) -> None:
    question = asked(ucare)
    again = await checked(ucare, typed(question, born="01/02/1931"))
    assert "No UCare member was found with this Member ID and date of birth." in again
    assert 'value="Dana Whitfield"' in again
    assert "Please complete this field: Diagnosis." in await checked(ucare, typed(question, diagnosis=" "))
    assert "First day of service is not a date" in await checked(ucare, typed(question, **{"from": "soon"}))
    assert "notes.pdf" in await checked(ucare, typed(question))
    assert ucare.house.requests.received("ucare") == []
