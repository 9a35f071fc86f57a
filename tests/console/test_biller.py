"""A biller's way: ask, watch, read, compare, a sheet of questions; and what of it leaves a trace."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from console.batches import followed
from console.door import House
from console.rights import Right
from core.capabilities.catalog import CAPABILITIES
from core.capabilities.common import AskElsewhere
from core.capabilities.documents import Documents
from core.errors import RequestInvalid
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from lanes.news import SAFETY_SECONDS
from lanes.people import Visitor
from lanes.questions.ask import Question, ask
from lanes.single_sign_on import SingleSignOn
from store.batches import Batch
from store.credentials import Credential
from store.people import Role
from store.runs import Evidence
from store.work_items import WorkItem
from tests.console import kept
from tests.console.conftest import Browser
from tests.console.programs import Program
from tests.console.rooms import right_of, routes
from tests.console.statements import statements
from tests.console.test_runs import events

SignedIn = Callable[..., Awaitable[Browser]]
MEMBER = {"counterpart": "availity|aetna", "member_id": "W1", "birth_date": "1980-02-29", "service_type": "30"}
ROWS = "member_id\tbirth_date\nW1\t1980-02-29\n=W2\t02/28/1981\nW3\tlong ago\n"


@pytest.fixture
async def work(fleet: Fleet, credential: Credential, portal: Any) -> Callable[[], Awaitable[object]]:
    return lambda: LaneWorker(fleet, portal).work(credential.id)


async def test_a_question_is_asked_watched_and_read(
    signed_in: SignedIn, fleet: Fleet, work: Callable[[], Awaitable[object]]
) -> None:
    biller = await signed_in(Role.BILLER)
    assert (await biller.get("/ask")).headers["location"] == "/ask/eligibility"
    form = (await biller.get("/ask/eligibility")).text
    for told in ("Aetna · Availity", "Member ID", "Date of birth", 'type="date"', "98 Professional"):
        assert told in form
    asked = await biller.post("/ask/eligibility", **MEMBER)
    where = asked.headers["location"]
    waiting = (await biller.get(where)).text
    assert f'data-follow="{where}/events"' in waiting
    await work()
    assert "event: settled" in (await biller.get(f"{where}/events")).text
    card = (await biller.get(where)).text
    for told in ("Member not found.", "W1 is not on file", "As of", "1980-02-29"):
        assert told in card
    # The same again comes from the store; asked anew, it goes to the portal.
    assert (await biller.post("/ask/eligibility", **MEMBER)).headers["location"] == where
    assert (await biller.post(f"{where}/again")).headers["location"] != where
    listed = (await biller.get("/answers")).text
    assert listed.count("W1, 1980-02-29") == 2


async def test_whatever_may_be_asked_has_its_form_for_one_and_for_a_sheet(signed_in: SignedIn, fleet: Fleet) -> None:
    biller = await signed_in(Role.BILLER)
    for name, each in CAPABILITIES.items():
        form, sheet = await biller.get(f"/ask/{name}"), await biller.get(f"/batches/new/{name}")
        assert (form.status_code, sheet.status_code) == (200, 200), name
        offered = {f"{portal.id}|" for portal in fleet.portals.values() if name in portal.capabilities}
        assert all(f'value="{one}' in form.text and f'value="{one}' in sheet.text for one in offered), name
        for key in each.query.model_fields:
            assert (f'name="{key}"' in form.text, f"<code>{key}</code>" in sheet.text) == (True, True), (name, key)


async def test_what_is_wrong_with_a_question_is_said_beside_it_and_nothing_is_lost(
    signed_in: SignedIn, credential: Credential
) -> None:
    biller = await signed_in(Role.BILLER)
    for wrong, field, told in (
        ({"birth_date": ""}, "", "“Date of birth” is needed"),
        ({"birth_date": "1780-01-01"}, 'name="birth_date"', "125 years"),
        ({"provider_npi": "123"}, 'name="provider_npi"', "is not an NPI"),
        ({"counterpart": ""}, 'name="counterpart"', "Choose whom to ask"),
        ({"counterpart": "nowhere|x"}, 'name="counterpart"', "not a portal"),
    ):
        answer = await biller.post("/ask/eligibility", **{**MEMBER, **wrong})
        assert (answer.status_code, told in answer.text, 'value="W1"' in answer.text) == (422, True, True), wrong
        if field:
            marked = next(tag for tag in answer.text.split("<") if field in tag)
            assert "aria-invalid" in marked, wrong


async def test_an_eligibility_checker_asks_for_eligibility_only(
    signed_in: SignedIn, fleet: Fleet, credential: Credential
) -> None:
    checker = await signed_in(Role.ELIGIBILITY_CHECKER)
    claims = await kept.keep(fleet, credential, kept.answers()["claim_status"])
    coverage = await kept.keep(fleet, credential, kept.answers()["eligibility"], capability="eligibility")
    assert (await checker.get("/ask/eligibility")).status_code == 200
    assert (await checker.get(f"/answers/{coverage.id}")).status_code == 200
    for path in ("/ask/claim_status", "/batches/new/claim_status", f"/answers/{claims.id}"):
        assert (await checker.get(path)).status_code == 403, path


async def test_another_tax_id_is_neither_asked_nor_read(
    signed_in: SignedIn, fleet: Fleet, credential: Credential, second_credential: Credential
) -> None:
    item = await kept.keep(fleet, credential, kept.answers()["claim_status"])
    south = await signed_in(Role.BILLER, tins=["tin of south"])
    nobody = await signed_in(Role.BILLER, tins=[])
    for path in (f"/answers/{item.id}", f"/answers/{item.id}/events", f"/answers/{item.id}/compare/{item.id}"):
        assert (await south.get(path)).status_code == 404
    assert (await south.post(f"/answers/{item.id}/again")).status_code == 404
    asked = await south.post("/ask/eligibility", **MEMBER)
    async with fleet.database.read() as session:
        new = await session.get_one(WorkItem, asked.headers["location"].rpartition("/")[2])
    assert new.credential_id == second_credential.id
    refused = await nobody.post("/ask/eligibility", **MEMBER)
    assert "No account of your tax IDs" in refused.text


@pytest.mark.parametrize(
    ("role", "tins", "seen"),
    [
        (Role.BILLER, None, {"S-north", "C-north", "S-south", "C-south"}),
        (Role.BILLER, ["tin of south"], {"S-south", "C-south"}),
        (Role.ELIGIBILITY_CHECKER, ["tin of south"], {"S-south"}),
    ],
)
async def test_ones_own_questions_are_those_that_one_may_open_today(
    signed_in: SignedIn,
    fleet: Fleet,
    credential: Credential,
    second_credential: Credential,
    role: Role,
    tins: list[str] | None,
    seen: set[str],
) -> None:
    """Tax IDs and roles change; what somebody asked before stays in the store."""
    for each in (credential, second_credential):
        subscriber = {"member_id": f"S-{each.name}", "birth_date": "1980-02-29"}
        for name, keys in (("eligibility", subscriber), ("claim_status", {"claim_number": f"C-{each.name}"})):
            query = CAPABILITIES[name].ask(keys)
            await ask(fleet, Question(name, "availity", query, "kim-0", payer="aetna", credential=each.name))
    kim = await signed_in(role, tins=tins)
    told = (await (await Program.of(kim)).get("/questions")).json()["questions"]
    page = (await kim.get("/answers")).text
    everything = {"S-north", "C-north", "S-south", "C-south"}
    assert {each["keys"].get("member_id") or each["keys"]["claim_number"] for each in told} == seen
    assert {each for each in everything if each in page} == seen


async def test_the_files_of_an_answer_are_opened_by_whoever_may_read_it(
    signed_in: SignedIn, fleet: Fleet, credential: Credential
) -> None:
    biller, south = await signed_in(Role.BILLER), await signed_in(Role.BILLER, tins=["tin of south"])
    answer = kept.answers()["documents"]
    assert isinstance(answer, Documents)
    document = answer.documents[0].document
    assert document is not None
    item = await kept.keep(fleet, credential, answer, capability="documents")
    other = await kept.keep(fleet, credential, kept.answers()["eligibility"], claim="E2")
    assert "/files/" not in (await biller.get(f"/answers/{item.id}")).text, "no piece of evidence was kept of it"
    ids = {"item_id": item.id, "evidence_id": await kept.keep_file(fleet, item, document, b"%PDF-")}
    where = f"/answers/{item.id}/files/{ids['evidence_id']}"
    assert f'<a href="{where}" download>{document.name}</a>' in (await biller.get(f"/answers/{item.id}")).text
    given = await biller.get(where)
    assert (given.content, "attachment" in given.headers["content-disposition"]) == (b"%PDF-", True)
    assert (await south.get(where)).status_code == 404
    assert (await biller.get(f"/answers/{other.id}/files/{ids['evidence_id']}")).status_code == 404
    await assert_rows(biller, fleet, FILES, ids)
    program = await Program.of(biller)
    told = await program.ask("GET", f"/questions/{item.id}/files/{ids['evidence_id']}")
    assert told.content == b"%PDF-"
    assert (await events(fleet))[-1] == ("phi.export", "kim-0", ids["evidence_id"])


async def test_a_sheet_is_pasted_watched_and_taken_home(
    signed_in: SignedIn, fleet: Fleet, work: Callable[[], Awaitable[object]]
) -> None:
    biller = await signed_in(Role.BILLER)
    begun = await biller.post("/batches/new/eligibility", counterpart="availity|aetna", pasted=ROWS)
    where = begun.headers["location"]
    shown = (await biller.get(where)).text
    assert "data-watch" in shown
    assert "wrong row" in shown
    async with fleet.database.read() as session:
        sheet = await session.get_one(Batch, where.rpartition("/")[2])
    watched = followed(House(fleet, timedelta(minutes=1), SingleSignOn(fleet)), sheet)
    assert '"answered": 0' in await anext(watched)
    await work()
    async with asyncio.timeout(SAFETY_SECONDS - 5):  # it is told of, not found by a look
        told = [each async for each in watched]
    assert '"answered": 2' in told[-2]
    assert "event: settled" in told[-1]
    assert "event: settled" in (await biller.get(f"{where}/events")).text
    assert (await biller.get(where)).text.count("Member not found") == 2
    exported = await biller.get(f"{where}/answers.csv")
    rows = list(csv.DictReader(io.StringIO(exported.content.decode("utf-8-sig"))))
    assert [row["portal"] for row in rows] == ["availity", "availity", ""]
    assert all(
        row["run"].startswith("run_") == row["work_item"].startswith("item_") == bool(row["as_of"]) for row in rows
    )
    assert [row["member_id"] for row in rows] == ["W1", "'=W2", ""]
    assert [row["outcome"] for row in rows] == ["member_not_found", "member_not_found", "invalid"]
    assert (await biller.get(f"{where}/answers.xlsx")).content[:2] == b"PK"
    assert (await biller.get(f"{where}/answers.exe")).status_code == 404
    south = await signed_in(Role.BILLER, tins=["tin of south"])
    assert (await south.get(where)).status_code == 404
    assert where not in (await south.get("/batches")).text


async def test_the_list_of_sheets_says_how_far_each_is_in_as_many_statements_however_many_there_are(
    signed_in: SignedIn, fleet: Fleet, credential: Credential, portal: Any
) -> None:
    biller = await signed_in(Role.BILLER)
    await biller.post("/batches/new/eligibility", counterpart="availity|aetna", pasted=ROWS)
    with statements() as few:
        listed = (await biller.get("/batches")).text
    assert ("1 of 3" in listed, "1 wrong" in listed, 'max="3" value="1"' in listed) == (True,) * 3
    for number in range(5):
        pasted = f"member_id\tbirth_date\nM{number}\t1980-02-29\n"
        await biller.post("/batches/new/eligibility", counterpart="availity|aetna", pasted=pasted)
    portal.script = lambda member: RequestInvalid("No such member.", field="member_id") if member == "M3" else None
    await LaneWorker(fleet, portal).work(credential.id)
    with statements() as many:
        listed = (await biller.get("/batches")).text
    assert (listed.count("1 of 1"), listed.count("3 of 3"), listed.count("1 failed")) == (5, 1, 1)
    assert len(many) == len(few)


async def test_my_questions_are_those_asked_one_by_one(
    signed_in: SignedIn, work: Callable[[], Awaitable[object]]
) -> None:
    biller = await signed_in(Role.BILLER)
    await biller.post("/batches/new/eligibility", counterpart="availity|aetna", pasted=ROWS)
    listed = (await biller.get("/answers")).text
    assert ("W1, 1980-02-29" in listed, 'href="/batches"' in listed) == (False, True)
    await biller.post("/ask/eligibility", **MEMBER)
    listed = (await biller.get("/answers")).text
    assert ("W1, 1980-02-29" in listed, "=W2" in listed) == (True, False), "asked alone as well, and waited for"


async def test_a_row_that_is_sent_to_another_portal_is_asked_there(
    signed_in: SignedIn, fleet: Fleet, credential: Credential, successor: Credential, portal: Any
) -> None:
    """Also for somebody of one tax ID, who sees the whole sheet still."""
    biller = await signed_in(Role.BILLER, tins=["tin of north"])
    begun = await biller.post("/batches/new/eligibility", counterpart="availity|aetna", pasted=ROWS)
    where = begun.headers["location"]
    portal.script = {"W1": AskElsewhere(portal="successor")}.get
    await LaneWorker(fleet, portal).work(credential.id)
    assert 'data-count="waiting">1<' in (await biller.get(where)).text
    portal.script = lambda _: None
    await LaneWorker(fleet, portal).work(successor.id)
    assert (await biller.get(where)).text.count("asked at Availity") == 1  # the successor is called so as well
    exported = (await biller.get(f"{where}/answers.csv")).content.decode("utf-8-sig")
    told = [(row["outcome"], row["portal"]) for row in csv.DictReader(io.StringIO(exported))]
    assert told == [("member_not_found", "successor"), ("member_not_found", "availity"), ("invalid", "")]


async def test_a_sheet_that_cannot_be_read_says_why(signed_in: SignedIn, credential: Credential) -> None:
    biller = await signed_in(Role.BILLER)
    for fields, told in (
        ({"pasted": ""}, "Choose a sheet"),
        ({"pasted": "name,city\nA,B"}, "lacks columns"),
    ):
        answer = await biller.post("/batches/new/eligibility", counterpart="availity|aetna", **fields)
        assert (answer.status_code, told in answer.text) == (422, True)
    upload = {"sheet": ("../../etc/<b>.xls", b"\xd0\xcf\x11\xe0old", "application/vnd.ms-excel")}
    answer = await biller.client.post(
        "/batches/new/eligibility", data={"csrf": biller.csrf, "counterpart": "availity|aetna"}, files=upload
    )
    assert "Excel&#39;s old format" in answer.text
    assert "<b>" not in answer.text.partition("<main")[2].partition("alert")[2][:200]


PRIVATE = frozenset({Right.ASK, Right.SUBMIT, Right.EVIDENCE, Right.REVEAL})
FREE_OF_PATIENT_DATA = {
    "GET /ask",
    "GET /ask/{name}",
    "POST /ask/{name}",
    "GET /answers/{item_id}/events",
    "POST /answers/{item_id}/again",
    "GET /answers/{item_id}/reveal",
    "GET /batches",
    "GET /batches/new/{name}",
    "POST /batches/new/{name}",
    "GET /batches/{batch_id}/events",
    "GET /evidence/{evidence_id}/reveal",
    "GET /submissions",
    "GET /submissions/new/{kind}",
    "POST /submissions/new/{kind}",
    "POST /submissions/track",
    "POST /submissions/reconcile",
}
"""Of those who may see patient data: they take in, or show ids, names of pages and counts."""
LOOKS = {
    "GET /answers": ("phi.view", "questions"),
    "GET /answers/{item_id}": ("phi.view", "{item_id}"),
    "GET /answers/{item_id}/compare/{other_id}": ("phi.view", "{item_id}"),
    "POST /answers/{item_id}/reveal": ("phi.reveal", "{item_id}"),
    "GET /batches/{batch_id}": ("phi.view", "{batch_id}"),
    "GET /batches/{batch_id}/rows": ("phi.view", "{batch_id}"),
    "GET /batches/{batch_id}/answers{ending}": ("phi.export", "{batch_id}"),
    "GET /evidence/{evidence_id}/picture": ("phi.view", "{evidence_id}"),
    "POST /evidence/{evidence_id}/reveal": ("phi.reveal", "{evidence_id}"),
}
SUBMITTED = {
    "GET /submissions/{submission_id}": ("phi.view", "{submission_id}"),
    "GET /submissions/{submission_id}/pictures/{picture_id}": ("phi.view", "{picture_id}"),
    "GET /submissions/{submission_id}/receipt": ("phi.export", "{submission_id}"),
    "POST /submissions/{submission_id}/approve": ("phi.view", "{submission_id}"),
    "POST /submissions/{submission_id}/settle": ("phi.view", "{submission_id}"),
}
"""tests/console/test_submitter.py"""


TRACKED = {
    "GET /submissions/{submission_id}/letters/{letter_id}": ("phi.export", "{letter_id}"),
}
"""tests/console/test_tracking_pages.py"""


FILES = {"GET /answers/{item_id}/files/{evidence_id}": ("phi.export", "{evidence_id}")}
"""test_the_files_of_an_answer_are_opened_by_whoever_may_read_it"""


async def test_every_look_at_patient_data_leaves_its_row(
    signed_in: SignedIn, fleet: Fleet, work: Callable[[], Awaitable[object]]
) -> None:
    """A page that is added with a right to patient data has to be named here, with the row that it leaves. Those of the
    API: tests/console/test_api_walks.py.
    """
    assert (
        pages_to_patient_data()
        == FREE_OF_PATIENT_DATA | LOOKS.keys() | FILES.keys() | SUBMITTED.keys() | TRACKED.keys()
    )
    everybody = await signed_in(*Role)
    await everybody.post("/ask/eligibility", **MEMBER)
    await everybody.post("/batches/new/eligibility", counterpart="availity|aetna", pasted=ROWS)
    await work()
    async with fleet.database.read() as session:
        first, second = (await session.scalars(select(WorkItem).order_by(WorkItem.id))).all()
        batch = (await session.scalars(select(Batch))).one()
        evidence = (await session.scalars(select(Evidence).order_by(Evidence.id))).first()
    assert evidence is not None
    ids = {
        "item_id": first.id,
        "other_id": second.id,
        "batch_id": batch.id,
        "evidence_id": evidence.id,
        "ending": ".csv",
    }
    await assert_rows(everybody, fleet, LOOKS, ids)


def pages_to_patient_data() -> set[str]:
    return {name for name, route in routes() if right_of(route) in PRIVATE and not route.path.startswith("/api/")}


async def assert_rows(
    browser: Browser, fleet: Fleet, expected: dict[str, tuple[str, str]], ids: dict[str, str]
) -> None:
    for endpoint, (action, subject) in expected.items():
        method, path = endpoint.split()
        before = len(await events(fleet))
        path, reason = path.format(**ids), "appeal of the payer of 3 March"
        answer = await (browser.get(path) if method == "GET" else browser.post(path, reason=reason))
        left = (await events(fleet))[before:]
        assert (action, "kim-0", subject.format(**ids)) in left, (endpoint, answer.status_code)


def test_nothing_that_belongs_to_no_tax_id_is_for_those_of_one() -> None:
    visitor = Visitor("p", "kim", frozenset(Role), frozenset({"1"}), "s", "c", stage=None)  # type: ignore[arg-type]
    assert [visitor.may_see(tin) for tin in ("1", "2", None)] == [True, False, False]
