"""Requests about claims on the Franklin portal: each attachment when it is chosen, one click, and the list of them."""

from __future__ import annotations

import hashlib
from base64 import b64decode

import httpx
import pytest
from franklin_desk import PORTAL, FranklinDesk, alert

from simulator.claims import Claim
from simulator.disputes import unfit
from simulator.enclosed import data_of
from simulator.questions import questions

PDF = b"%PDF-1.7\n" + b"records " * 400
TOLD = {"Reason": "Coding or bundling", "Contact name": "Dana", "Contact phone": "612-555-0142", "Explanation": "Look."}


@pytest.fixture(autouse=True)
async def entered(franklin: FranklinDesk) -> None:
    franklin.account(mfa=())
    franklin.house.dials["medicaid_sso"].virus_scan_ms = (0, 0)
    franklin.house.dials["medicaid_sso"].worklist_delay_s = 60
    await franklin.enter()


def fit(franklin: FranklinDesk) -> Claim:
    today = franklin.house.clock.today()
    (asked,) = questions(franklin.house.world, "disputes", "FRANKLIN", count=1, seed=5, awkward=False, today=today)
    number = asked["question"]["claim_number"]
    return next(each for each in franklin.house.world.claims["FRANKLIN"] if each.claim_number == number)


async def started(franklin: FranklinDesk, number: str) -> dict[str, str]:
    await franklin.form_at("/appeals", last="Adjustment request")
    return await franklin.tell("appeal-start", {"ICN": number})


async def attached(franklin: FranklinDesk, draft: str, name: str, data: bytes) -> httpx.Response:
    (session,) = franklin.house.sessions["medicaid_sso"].live("rhayes@northgate.example")
    headers = {"x-xsrf-token": session.xsrf}
    return await franklin.browser.post(f"{PORTAL}/attachments/{draft}", files={"file": (name, data)}, headers=headers)


async def submitted(franklin: FranklinDesk, claim: Claim) -> dict[str, str]:
    (draft,) = franklin.arguments((await started(franklin, claim.claim_number))["result"], "appeal-review")
    assert "1 attached" in (await attached(franklin, draft, "records.pdf", PDF)).text
    review = await franklin.tell("appeal-review", TOLD, draft)
    assert "records.pdf" in review["result"]
    return await franklin.tell("appeal-submit", argument=draft)


async def on_file(franklin: FranklinDesk, number: str) -> str:
    await franklin.open("/appeals/requests")
    return (await franklin.tell("requests", {"ICN": number}))["result"]


async def test_what_is_submitted_is_received_once_and_listed_after_a_while(franklin: FranklinDesk) -> None:
    claim = fit(franklin)
    received = (await submitted(franklin, claim))["result"]
    (one,) = franklin.house.submissions.received("medicaid_sso")
    assert one.number in received
    assert (one.kind, one.reason, one.contact) == ("reconsideration", "coding", "Dana, 612-555-0142")
    assert [(each.name, each.sha256) for each in one.files] == [("records.pdf", hashlib.sha256(PDF).hexdigest())]
    assert "0 on file" in await on_file(franklin, claim.claim_number)
    franklin.house.clock.advance(61)
    assert one.number in await on_file(franklin, claim.claim_number)
    again = await submitted(franklin, claim)
    assert f"Request {one.number} of" in again["messages"]
    tally = franklin.tally()
    assert (tally["submissions"], tally["duplicates_refused"], tally["duplicates_accepted"]) == (1, 1, 0)


async def test_what_is_not_taken(franklin: FranklinDesk) -> None:
    claims = franklin.house.world.claims["FRANKLIN"]
    pending = next(each for each in claims if unfit(each) == "open")
    assert "not adjudicated" in (await started(franklin, pending.claim_number))["messages"]
    assert "No claim with this ICN" in (await started(franklin, "0199999999999Q"))["messages"]
    assert franklin.tally()["bad_inquiries"] == 1
    (draft,) = franklin.arguments((await started(franklin, fit(franklin).claim_number))["result"], "appeal-review")
    assert "must be of type" in (await attached(franklin, draft, "records.exe", PDF)).text
    assert "At least one attachment" in (await franklin.tell("appeal-review", TOLD, draft))["messages"]
    assert "Start the request again" in (await franklin.tell("appeal-submit", argument=draft))["messages"]
    assert (await attached(franklin, "none", "records.pdf", PDF)).status_code == 404


async def test_a_button_sleeps_while_an_attachment_is_scanned(franklin: FranklinDesk) -> None:
    franklin.house.dials["medicaid_sso"].virus_scan_ms = (60_000, 60_000)
    (draft,) = franklin.arguments((await started(franklin, fit(franklin).claim_number))["result"], "appeal-review")
    region = (await attached(franklin, draft, "records.pdf", PDF)).text
    assert f'data-scanning="{draft}"' in region
    assert 'aria-disabled="true" data-event="appeal-review"' in region
    assert "data-scanning" in (await franklin.tell("attachments", argument=draft))["attachments"]


async def test_a_decision_comes_with_its_letter(franklin: FranklinDesk) -> None:
    now = franklin.house.clock.now()
    listed = franklin.house.world.disputes["FRANKLIN"]
    decided = next(each for each in listed if each.decision(now))
    assert f'data-argument="{decided.number}"' in await on_file(franklin, decided.claim.claim_number)
    answer = (await franklin.send("request-letter", {}, decided.number)).text
    assert b64decode(answer.partition('">')[2].partition("</file>")[0]) == data_of(decided.letter)
    assert alert((await franklin.tell("request-letter", argument="none"))["messages"]) == "Search again."
