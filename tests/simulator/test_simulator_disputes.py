"""Disputes sent to Availity's payers: received once, byte by byte, whatever befell the last click."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import httpx
import pytest
from portal_desk import Desk

from core.capabilities.claim_status import ClaimStatusQuery
from simulator.claims import Claim
from simulator.disputes import DISPUTED, grow, unfit
from simulator.questions import questions
from simulator.world import PAYERS, World

API = "/cloud/web/post/appeals/v1"
PDF = b"%PDF-1.7\n" + b"records " * 1000


@pytest.fixture
async def clerk(desk: Desk) -> Desk:
    await desk.account(mfa=[])
    await desk.password()
    await desk.dial(virus_scan_ms=[0, 0])
    return desk


async def post(desk: Desk, path: str, body: object = None, **headers: str) -> httpx.Response:
    sent = {"x-xsrf-token": desk.portal.cookies.get("XSRF-TOKEN") or "", **headers}
    if isinstance(body, bytes):
        return await desk.portal.post(API + path, content=body, headers=sent)
    return await desk.portal.post(API + path, json=body or {}, headers=sent)


def fit(desk: Desk, payer: str = "BHIL", place: int = 0) -> Claim:
    asked = questions(
        desk.house.world, "disputes", payer, count=place + 1, seed=3, awkward=False, today=desk.house.clock.today()
    )
    number = asked[place]["question"]["claim_number"]
    return next(each for each in desk.house.world.claims[payer] if each.claim_number == number)


async def begun(desk: Desk, claim: Claim) -> str:
    answer = await post(desk, "/requests", {"payer": claim.payer, "claimNumber": claim.claim_number})
    return f"/requests/{answer.json()['id']}"


async def filled(desk: Desk, claim: Claim, *files: tuple[str, bytes], kind: str = "reconsideration") -> str:
    draft = await begun(desk, claim)
    await post(desk, f"{draft}/answers", {"step": "details", "kind": kind})
    told = {"step": "upload", "contact": "Dana, (612) 555-0142", "reason": "coding", "narrative": "Look again."}
    await post(desk, f"{draft}/answers", told)
    for name, data in files or [("records.pdf", PDF)]:
        await post(desk, f"{draft}/documents", data, **{"x-document-name": name})
    return draft


async def received(desk: Desk, claim: Claim) -> list[dict[str, Any]]:
    where = f"/control/submissions?portal=availity&claim_number={claim.claim_number}"
    listed: list[dict[str, Any]] = (await desk.control.get(where)).json()["received"]
    return listed


async def rows(desk: Desk, claim: Claim) -> list[dict[str, Any]]:
    answer = await desk.ask(f"{API}/searches", {"payer": claim.payer, "claimNumber": claim.claim_number})
    listed: list[dict[str, Any]] = answer.json()["rows"]
    return listed


async def test_what_is_confirmed_was_received_byte_by_byte(clerk: Desk) -> None:
    claim = fit(clerk)
    data = bytes(range(256)) * 3000
    answer = await post(clerk, f"{await filled(clerk, claim, ('a.pdf', PDF), ('b.tiff', data))}/submission")
    (one,) = await received(clerk, claim)
    assert f"confirmation number is {one['number']};" in answer.json()["text"]
    assert [each["sha256"] for each in one["files"]] == [hashlib.sha256(each).hexdigest() for each in (PDF, data)]
    assert (one["kind"], one["username"], one["member_id"]) == ("reconsideration", "rhayes", claim.member.member_id)
    tally = await clerk.tally()
    assert (tally["submissions"], tally["duplicates_accepted"]) == (1, 0)


async def test_a_worklist_shows_it_only_after_a_while_and_drafts_at_once(clerk: Desk) -> None:
    claim = fit(clerk)
    draft = await filled(clerk, claim)
    assert [each["status"] for each in await rows(clerk, claim)] == ["Initiated"]
    await post(clerk, f"{draft}/submission")
    assert await rows(clerk, claim) == []
    clerk.house.clock.advance(61)
    (row,) = await rows(clerk, claim)
    assert (row["status"], row["claimNumber"]) == ("Submitted", claim.claim_number)
    truth = f"/control/truth/availity/appeals?payer={claim.payer}&claim_number={claim.claim_number}"
    (filed,) = (await clerk.control.get(truth)).json()["appeals"]
    assert (filed["number"], filed["status"]) == ((await received(clerk, claim))[0]["number"], "submitted")
    clerk.house.clock.advance(29 * 86_400)
    await clerk.password()
    (filed,) = (await clerk.control.get(truth)).json()["appeals"]
    (row,) = await rows(clerk, claim)
    detail = await clerk.ask(f"{API}/details", {"payer": claim.payer, "key": row["key"]})
    word = filed["status"].replace("_", " ").capitalize()
    assert (row["status"], detail.json()["request"]["decision"], filed["status_text"]) == ("Decided", word, "Decided")


async def test_a_second_one_is_refused_or_counted_as_the_harm_it_is(clerk: Desk) -> None:
    claim = fit(clerk)
    await post(clerk, f"{await filled(clerk, claim)}/submission")
    again = await filled(clerk, claim)
    refusal = await post(clerk, f"{again}/submission")
    assert refusal.status_code == 409
    assert "already has an open reconsideration" in refusal.json()["message"]
    await clerk.dial(refuses_duplicates=False)
    await post(clerk, f"{again}/submission")
    other = await filled(clerk, claim, ("other.pdf", PDF + b"2"))
    await post(clerk, f"{other}/submission")
    tally = await clerk.tally()
    assert (tally["submissions"], tally["duplicates_refused"], tally["duplicates_accepted"]) == (3, 1, 1)


@pytest.mark.parametrize(
    ("fault", "there"),
    [("error_before", 0), ("error_after", 1), ("lost_before", 0), ("lost_after", 1), ("ended_after", 1)],
)
async def test_a_fault_tells_nothing_of_what_was_received(clerk: Desk, fault: str, there: int) -> None:
    claim = fit(clerk)
    draft = await filled(clerk, claim)
    await clerk.dial(submit_faults=[fault])
    if fault.startswith("lost"):
        # A browser asks again by itself when a connection breaks; the line stays dead for that too.
        for _ in range(2):
            with pytest.raises(ConnectionResetError):
                await post(clerk, f"{draft}/submission")
    else:
        expected = 401 if fault == "ended_after" else 500
        assert (await post(clerk, f"{draft}/submission")).status_code == expected
    assert len(await received(clerk, claim)) == there


async def test_a_session_dies_in_the_middle_of_the_wizard(clerk: Desk) -> None:
    claim = fit(clerk)
    await clerk.dial(drop_session_at="submit")
    assert (await post(clerk, f"{await filled(clerk, claim)}/submission")).status_code == 401
    await clerk.password()
    await clerk.dial(drop_session_at="upload")
    draft = await begun(clerk, claim)
    assert (await post(clerk, f"{draft}/answers", {"step": "upload"})).status_code == 401
    assert await received(clerk, claim) == []
    await clerk.password()
    assert [each["status"] for each in await rows(clerk, claim)] == ["Initiated", "Initiated"]


async def test_files_are_refused_by_name_and_size_and_looked_through(clerk: Desk) -> None:
    draft = await begun(clerk, fit(clerk))

    async def put(name: str, data: bytes) -> str:
        answer = await post(clerk, f"{draft}/documents", data, **{"x-document-name": name})
        return str(answer.json().get("message", "taken"))

    assert await put("run.exe", PDF) == "This file type is not accepted."
    assert await put("small.pdf", b"0" * 3072) == "Files must be larger than 3 KB."
    assert await put("large.pdf", b"0" * (60 * 1024 * 1024 + 1)) == "Files must not be larger than 60 MB."
    await clerk.dial(virus_scan_ms=[60_000, 60_000])
    assert {await put(f"{n}.PDF", PDF) for n in range(10)} == {"taken"}
    assert await put("11.pdf", PDF) == "No more than 10 files can be attached."
    listed = (await clerk.portal.get(f"{API}{draft}/documents")).json()
    assert [each["ready"] for each in listed] == [False] * 10
    assert (await post(clerk, f"{draft}/submission")).status_code == 400


@pytest.mark.parametrize("reason", ["open", "not_appealable"])
async def test_what_no_payer_hears_is_refused_at_the_claim(clerk: Desk, reason: str) -> None:
    claim = next(each for each in clerk.house.world.claims["AETNA"] if unfit(each) == reason)
    answer = await post(clerk, "/requests", {"payer": "AETNA", "claimNumber": claim.claim_number})
    said = {"open": "has not been finalized", "not_appealable": "not an appealable denial"}[reason]
    assert (answer.status_code, said in answer.json()["message"]) == (409, True)


@pytest.mark.parametrize("payer", DISPUTED)
def test_worklists_hold_what_trips_a_search(world: World, payer: str) -> None:
    listed = world.disputes[payer]
    numbers = {each.claim.claim_number for each in listed}
    assert len({each.number for each in listed}) == len(listed) > 30
    assert any(each.claim.claim_number[:-1] not in numbers for each in listed if "prefix" in each.claim.tags)
    assert grow(payer, PAYERS[payer].portal, world.claims[payer], world.seed, world.today) == listed
    for name in ("appeals", "disputes"):
        odd = questions(world, name, payer, count=30, seed=2, awkward=True, today=world.today)
        assert all(json.dumps(each) for each in odd)
        assert len({tag for each in odd for tag in each["tags"]}) > 3
        assert ClaimStatusQuery.model_validate({"claim_number": odd[0]["question"]["claim_number"]})
