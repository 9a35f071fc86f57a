"""UCare's reconsideration form: for paid claims alone, in a window of its own, everything in one click at its foot."""

import hashlib
import re
from html import unescape

import pytest
from ucare_desk import PORTAL, UcareDesk, heading

from simulator.claims import Claim
from simulator.disputes import unfit
from simulator.questions import questions

PDF = b"%PDF-1.7\n" + b"records " * 400
TOLD = {"caller": "Dana", "telephone": "612-555-0142", "reason": "coding", "explanation": "Look again.", "true": "yes"}


@pytest.fixture(autouse=True)
async def signed_in(ucare: UcareDesk) -> None:
    ucare.account(mfa=())
    await ucare.password()
    await ucare.work_for()
    ucare.house.dials["ucare"].virus_scan_ms = (0, 0)


def fit(ucare: UcareDesk) -> Claim:
    today = ucare.house.clock.today()
    (asked,) = questions(ucare.house.world, "disputes", "UCARE", count=1, seed=5, awkward=False, today=today)
    number = asked["question"]["claim_number"]
    return next(each for each in ucare.house.world.claims["UCARE"] if each.claim_number == number)


async def submitted(ucare: UcareDesk, claim: Claim, *files: tuple[str, bytes], **told: str) -> str:
    where = f"/claims/{claim.claim_number}/reconsideration"
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="(.+?)"', await ucare.page(where)))
    attached = [("files", file) for file in files or [("records.pdf", PDF)]]
    sent = await ucare.browser.post(PORTAL + where, data={**TOLD, **hidden, **told}, files=attached)
    return unescape(sent.text)


async def listed(ucare: UcareDesk, claim: Claim) -> str:
    return unescape((await ucare.send("/reconsiderations/find", claim=claim.claim_number)).text)


async def test_what_is_thanked_for_was_received_and_is_listed_later(ucare: UcareDesk) -> None:
    claim, second = fit(ucare), b"\x00\xff" * 5000
    thanks = await submitted(ucare, claim, ("a.pdf", PDF), ("b.docx", second))
    (one,) = ucare.house.submissions.received("ucare")
    assert f"Your reference is {one.number}." in thanks
    assert [each.sha256 for each in one.files] == [hashlib.sha256(each).hexdigest() for each in (PDF, second)]
    assert "There are no reconsiderations." in await listed(ucare, claim)
    ucare.house.clock.advance(61)
    found = await listed(ucare, claim)
    assert f"<td>{one.number}</td><td>{claim.claim_number}</td>" in found
    (fold,) = re.findall(r'data-from="(.+?)"', found)
    assert "<li>a.pdf</li><li>b.docx</li>" in await ucare.page(fold)
    assert "will not take another one" in await submitted(ucare, claim)
    assert ucare.tally()["duplicates_refused"] == 1


async def test_the_form_is_there_for_paid_claims_alone(ucare: UcareDesk) -> None:
    claims = ucare.house.world.claims["UCARE"]
    for reason in (None, "open", "unpaid"):
        claim = next(each for each in claims if unfit(each) == reason)
        link = "Claim reconsideration form" in await ucare.page(f"/claims/{claim.claim_number}/panel")
        form = await ucare.browser.get(f"{PORTAL}/claims/{claim.claim_number}/reconsideration")
        assert (link, form.status_code) == ((True, 200) if reason is None else (False, 404))


async def test_what_is_wrong_is_said_and_what_was_told_is_kept(ucare: UcareDesk) -> None:
    claim = fit(ucare)
    again = await submitted(ucare, claim, ("run.exe", PDF))
    assert "run.exe is not of a type that UCare accepts." in again
    assert 'value="Dana"' in again
    assert "complete every field" in await submitted(ucare, claim, true="")
    assert "one file too many" in await submitted(ucare, claim, *[(f"{n}.pdf", PDF) for n in range(6)])
    assert "There is a problem on our side" in await submitted(ucare, claim, token="another")
    assert ucare.house.submissions.received("ucare") == []


async def test_the_last_click_may_come_to_nothing(ucare: UcareDesk) -> None:
    claim = fit(ucare)
    ucare.house.dials["ucare"].submit_faults = ("error_before", "ended_after")
    assert "There is a problem on our side" in await submitted(ucare, claim)
    assert ucare.house.submissions.received("ucare") == []
    assert "Your session was closed" in await submitted(ucare, claim)
    assert len(ucare.house.submissions.received("ucare")) == 1
    assert await ucare.heading("/home") == heading(await ucare.browser.get(f"{PORTAL}/sign-in"))
