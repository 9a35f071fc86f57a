"""The Medicaid portal's appeals: three steps of one form that is sent back, a file at a time, and an inquiry."""

import hashlib
import re

import pytest
from medicaid_forms_desk import MedicaidDesk

from simulator.claims import Claim
from simulator.disputes import unfit
from simulator.questions import questions

PDF = b"%PDF-1.7\n" + b"records " * 400
TOLD = {
    "rblType": "reconsideration",
    "ddlReason": "coding",
    "txtContact": "Dana",
    "txtPhone": "612-555-0142",
    "txtNarrative": "Look again.",
}


@pytest.fixture(autouse=True)
async def signed_in(medicaid_forms: MedicaidDesk) -> None:
    medicaid_forms.account(mfa=())
    await medicaid_forms.log_in()
    medicaid_forms.house.dials["medicaid_forms"].virus_scan_ms = (0, 0)


def fit(desk: MedicaidDesk) -> Claim:
    today = desk.house.clock.today()
    (asked,) = questions(desk.house.world, "disputes", "MMAP", count=1, seed=5, awkward=False, today=today)
    number = asked["question"]["claim_number"]
    return next(each for each in desk.house.world.claims["MMAP"] if each.claim_number == number)


async def attach(desk: MedicaidDesk, name: str, data: bytes) -> str:
    hidden = dict(re.findall(r'type="hidden" name="(\w+)"[^>]*? value="(.*?)"', desk.page.text))
    fields = {f"ctl00$cph${key}": value for key, value in TOLD.items()}
    sent = {**hidden, **fields, "ctl00$cph$btnAttach": "Attach Document"}
    desk.page = await desk.browser.post(str(desk.page.url), data=sent, files={"ctl00$cph$fuDocument": (name, data)})
    return desk.text


async def reviewed(desk: MedicaidDesk, claim: Claim) -> str:
    await desk.open("/Appeals/Request.aspx")
    await desk.send("btnFind", txtTCN=claim.claim_number)
    await attach(desk, "records.pdf", PDF)
    return await desk.send("btnContinue", **TOLD)


async def listed(desk: MedicaidDesk, claim: Claim) -> str:
    await desk.open("/Appeals/Inquiry.aspx")
    return await desk.send("btnSearch", txtTCN=claim.claim_number)


async def test_what_was_filed_was_received_and_is_found_later(medicaid_forms: MedicaidDesk) -> None:
    claim = fit(medicaid_forms)
    assert "Verify what will be filed" in await reviewed(medicaid_forms, claim)
    filed = await medicaid_forms.send("btnSubmit")
    (one,) = medicaid_forms.house.submissions.received("medicaid_forms")
    assert f"Document Control Number {one.number}." in filed
    assert [each.sha256 for each in one.files] == [hashlib.sha256(PDF).hexdigest()]
    assert "No appeal is on file" in await listed(medicaid_forms, claim)
    medicaid_forms.house.clock.advance(61)
    assert f"{one.number} {claim.claim_number}" in await listed(medicaid_forms, claim)
    await reviewed(medicaid_forms, claim)
    assert f"Appeal {one.number} of this claim is pending" in await medicaid_forms.send("btnSubmit")
    assert medicaid_forms.tally()["duplicates_refused"] == 1


async def test_what_is_not_heard_is_said_at_each_step(medicaid_forms: MedicaidDesk) -> None:
    for reason, said in (("open", "has not been adjudicated"), ("not_appealable", "cannot be appealed")):
        claim = next(each for each in medicaid_forms.house.world.claims["MMAP"] if unfit(each) == reason)
        await medicaid_forms.open("/Appeals/Request.aspx")
        assert said in await medicaid_forms.send("btnFind", txtTCN=claim.claim_number)
    await medicaid_forms.send("btnFind", txtTCN=fit(medicaid_forms).claim_number)
    assert "must be a pdf, tif or jpg" in await attach(medicaid_forms, "records.docx", PDF)
    assert "Attach at least one document" in await medicaid_forms.send("btnContinue", **TOLD)
    await attach(medicaid_forms, "records.pdf", PDF)
    assert "Complete all items" in await medicaid_forms.send("btnContinue", **TOLD | {"txtPhone": ""})


async def test_the_last_click_may_come_to_nothing(medicaid_forms: MedicaidDesk) -> None:
    medicaid_forms.house.dials["medicaid_forms"].submit_faults = ("error_before", "ended_after")
    for expected in (0, 1):
        await reviewed(medicaid_forms, fit(medicaid_forms))
        assert "Document Control Number" not in await medicaid_forms.send("btnSubmit")
        assert len(medicaid_forms.house.submissions.received("medicaid_forms")) == expected
