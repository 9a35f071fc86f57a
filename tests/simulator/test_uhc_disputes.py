"""Act on a Claim and TrackIt: grey actions by the claim's state, one file at a time, a ticket that shows up later."""

import hashlib

import httpx
import pytest
from uhc_desk import PORTAL, Json, UhcDesk

from simulator.claims import Claim
from simulator.disputes import unfit
from simulator.labels import claim_label
from simulator.questions import questions

PDF = b"%PDF-1.7\n" + b"records " * 400
TOLD = {"reason": "timely_filing", "comments": "Filed in time.", "contact": "Dana", "phone": "612-555-0142"}


@pytest.fixture(autouse=True)
async def signed_in(uhc: UhcDesk) -> None:
    uhc.account(mfa=())
    await uhc.log_in()
    uhc.house.dials["uhc"].virus_scan_ms = (0, 0)


def fit(uhc: UhcDesk) -> Claim:
    today = uhc.house.clock.today()
    (asked,) = questions(uhc.house.world, "disputes", "UHC", count=1, seed=5, awkward=False, today=today)
    number = asked["question"]["claim_number"]
    return next(each for each in uhc.house.world.claims["UHC"] if each.claim_number == number)


async def actions(uhc: UhcDesk, claim: Claim) -> dict[str, str | None]:
    found = await uhc.get(f"/api/actions/{claim.claim_number}")
    return {each["kind"]: each["closed"] for each in found["actions"]}


async def attach(uhc: UhcDesk, draft: str, name: str, data: bytes) -> Json:
    headers = {"x-xsrf-token": (await uhc.config())["xsrf"]}
    sent = await uhc.browser.post(f"{PORTAL}{draft}/files", files={"file": (name, data)}, headers=headers)
    answer: Json = sent.json()
    return answer


async def reviewed(uhc: UhcDesk, claim: Claim) -> str:
    begun = await uhc.ask("/api/disputes", {"claimNumber": claim.claim_number, "kind": "reconsideration"})
    draft = f"/api/disputes/{begun.json()['id']}"
    await attach(uhc, draft, "records.pdf", PDF)
    assert (await uhc.ask(f"{draft}/review", TOLD)).json() == {"outcome": "review", "ready": True}
    return draft


async def tickets(uhc: UhcDesk, claim: Claim) -> list[Json]:
    found = await uhc.ask("/api/tickets/search", {"claimNumber": claim.claim_number})
    rows: list[Json] = found.json()["rows"]
    return rows


async def test_a_ticket_is_what_was_received_and_shows_up_later(uhc: UhcDesk) -> None:
    claim = fit(uhc)
    draft = await reviewed(uhc, claim)
    assert await tickets(uhc, claim) == []
    facts = (await uhc.ask(f"{draft}/submit", {})).json()["facts"]
    (one,) = uhc.house.submissions.received("uhc")
    assert (facts["Ticket number"], facts["Claim number"]) == (one.number, claim.claim_number)
    assert [each.sha256 for each in one.files] == [hashlib.sha256(PDF).hexdigest()]
    assert await tickets(uhc, claim) == []
    uhc.house.clock.advance(61)
    (ticket,) = await tickets(uhc, claim)
    assert (ticket["Ticket number"], ticket["Ticket status"], ticket["Decision"]) == (one.number, "New", None)
    again = await reviewed(uhc, claim)
    assert one.number in (await uhc.ask(f"{again}/submit", {})).json()["message"]
    assert uhc.tally()["duplicates_refused"] == 1


async def test_actions_are_grey_by_the_state_of_the_claim(uhc: UhcDesk) -> None:
    claims = uhc.house.world.claims["UHC"]
    for reason in ("open", "not_appealable"):
        claim = next(each for each in claims if unfit(each) == reason)
        said = (await actions(uhc, claim))["reconsideration"]
        assert said
        assert (claim_label(claim) in said) is (reason == "open")
        begun = await uhc.ask("/api/disputes", {"claimNumber": claim.claim_number, "kind": "reconsideration"})
        assert begun.status_code == 409
    fresh = await actions(uhc, fit(uhc))
    assert (fresh["reconsideration"], fresh["appeal"]) == (None, "Ask for a reconsideration first.")
    now = uhc.house.clock.now()
    past = [each for each in uhc.house.world.disputes["UHC"] if each.kind == "reconsideration"]
    decided = next(each for each in past if each.stage(now) == "decided")
    assert (await actions(uhc, decided.claim))["appeal"] is None


async def test_a_file_or_an_answer_may_be_refused_and_a_click_come_to_nothing(uhc: UhcDesk) -> None:
    claim = fit(uhc)
    begun = await uhc.ask("/api/disputes", {"claimNumber": claim.claim_number, "kind": "reconsideration"})
    draft = f"/api/disputes/{begun.json()['id']}"
    assert "of one of these types" in (await attach(uhc, draft, "notes.txt", PDF))["message"]
    assert (await uhc.ask(f"{draft}/review", TOLD | {"reason": ""})).json()["outcome"] == "refused"
    assert (await uhc.ask(f"{draft}/submit", {})).status_code == 400
    ready = await reviewed(uhc, claim)
    uhc.house.dials["uhc"].submit_faults = ("lost_before", "error_after")
    with pytest.raises(ConnectionResetError):
        await uhc.ask(f"{ready}/submit", {})
    assert uhc.house.submissions.received("uhc") == []
    answer: httpx.Response = await uhc.ask(f"{await reviewed(uhc, claim)}/submit", {})
    assert (answer.status_code, len(uhc.house.submissions.received("uhc"))) == (500, 1)
