"""Every route of the API, walked: who may use it, that its answers are as its description says, and that a look at
patient data leaves its row.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import select

from console import codes
from core.capabilities.claim_status import Claim, Claims
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from store.credentials import Credential
from store.people import Role
from store.runs import Evidence
from tests.console import kept
from tests.console.conftest import Browser
from tests.console.programs import Program
from tests.console.rooms import API_MAY, right_of, routes
from tests.console.test_biller import PRIVATE
from tests.console.test_runs import events

SignedIn = Callable[..., Awaitable[Browser]]
FREE_OF_PATIENT_DATA = {
    *("POST /api/questions", "GET /api/questions/{item_id}/events", "POST /api/questions/{item_id}/again"),
    *("GET /api/batches", "POST /api/batches/{capability}", "GET /api/batches/{batch_id}"),
    "GET /api/batches/{batch_id}/events",
    *("GET /api/submissions", "POST /api/submissions/{kind}", "POST /api/submissions/{kind}/check"),
    *("POST /api/submissions/track", "POST /api/submissions/reconcile"),
    *("POST /api/submissions/{submission_id}/approve", "POST /api/submissions/{submission_id}/settle"),
}
"""They take in, or show ids, names of pages and counts."""
ELSEWHERE = ("/api/submissions/", "/api/questions/{item_id}/files/")
"""What is sent needs a payer that takes it: tests/console/test_submitter.py, tests/console/test_tracking_pages.py. And
an answer with a file: tests/console/test_biller.py.
"""


@pytest.fixture(autouse=True)
def no_long_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """In memory an answer is there when it is whole."""
    monkeypatch.setattr(codes, "LONGEST_STREAM", 0.0)


def api_routes() -> Iterator[tuple[str, APIRoute]]:
    return ((name, route) for name, route in routes() if route.path.startswith("/api/"))


def split(name: str, **ids: str) -> tuple[str, str]:
    """Method and path below /api, with these ids in it or with one that nothing has."""
    method, path = name.split()
    return method, re.sub(r"{(\w+)}", lambda each: ids.get(each[1], "nothing"), path.removeprefix("/api"))


@pytest.mark.parametrize("role", list(Role))
async def test_a_role_opens_its_own_routes_and_no_others(role: Role, signed_in: SignedIn) -> None:
    program = await Program.of(await signed_in(role))
    answers = {name: await program.ask(*split(name)) for name, _ in api_routes()}
    opened = {name for name, answer in answers.items() if answer.status_code != 403}
    assert [name for name, answer in answers.items() if answer.status_code >= 500] == []
    assert opened == {name for name, roles in API_MAY.items() if role in roles}


async def test_without_a_token_no_route_opens(signed_in: SignedIn) -> None:
    browser = await signed_in(*Role)
    for headers in ({}, {"authorization": "Bearer fleet_wrong"}, {"authorization": f"Basic {browser.csrf}"}):
        for name, _ in api_routes():
            method, path = split(name)
            answer = await browser.client.request(method, f"/api{path}", headers=headers)
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "SignedOut"), name


async def test_what_tells_of_all_tax_ids_is_not_for_those_of_one(signed_in: SignedIn) -> None:
    program = await Program.of(await signed_in(*Role, tins=["tin of north"]))
    refused = {name for name, _ in api_routes() if (await program.ask(*split(name))).status_code == 403}
    rooms = ("/api/audit", "/api/retention", "/api/holds", "/api/access-reviews", "/api/approvals")
    assert refused == {name for name in API_MAY if name.split()[1].startswith(rooms)}


async def test_every_route_is_described_whole(signed_in: SignedIn) -> None:
    """With its errors, a name of its own, and the kind of each answer."""
    described = (await (await signed_in(Role.AUDITOR)).client.get("/api/openapi.json")).json()
    listed = {
        f"{verb.upper()} {path}": each for path, verbs in described["paths"].items() for verb, each in verbs.items()
    }
    assert listed.keys() == {name for name, _ in api_routes()}
    for name, each in listed.items():
        good = {code: answer for code, answer in each["responses"].items() if code.startswith("2")}
        assert len(good) == 1, name
        assert good.keys() == {"204"} or all(answer.get("content") for answer in good.values()), name
        errors = {code: answer for code, answer in each["responses"].items() if code not in good}
        assert errors.keys() >= {"401", "403", "404", "422", "503"}, name
        problem = "#/components/schemas/ProblemTold"
        assert {answer["content"]["application/json"]["schema"]["$ref"] for answer in errors.values()} == {problem}, (
            name
        )
        assert each["security"], name
    # Two models of one name would be told apart by their modules, which are nobody's business.
    models = [name for name in described["components"]["schemas"] if not name.startswith("Body_")]
    assert [name for name in models if "__" in name] == []


async def test_every_look_at_patient_data_leaves_its_row(
    signed_in: SignedIn, fleet: Fleet, credential: Credential, portal: Any
) -> None:
    """Whatever needs a right to patient data and is not said to be free of it writes down which of its ids was seen."""
    program = await Program.of(await signed_in(*Role))
    seen = {name for name, route in api_routes() if right_of(route) in PRIVATE}
    assert seen >= FREE_OF_PATIENT_DATA
    old = await kept.keep(fleet, credential, kept.answers()["claim_status"], age=timedelta(days=1))
    new = await kept.keep(fleet, credential, Claims(claims=(Claim(claim_number="E1", status_text="Paid"),)))
    sheet = {"sheet": ("a.csv", b"member_id,birth_date\nW1,1980-02-29\n", "text/csv")}
    batch = (
        await program.post("/batches/eligibility", data={"portal": "availity", "payer": "aetna"}, files=sheet)
    ).json()
    await LaneWorker(fleet, portal).work(credential.id)
    async with fleet.database.read() as session:
        evidence = (await session.scalars(select(Evidence).order_by(Evidence.id))).first()
    assert evidence is not None
    ids = {"item_id": new.id, "other_id": old.id, "batch_id": batch["id"], "evidence_id": evidence.id, "ending": ".csv"}
    for name in sorted(seen - FREE_OF_PATIENT_DATA):
        if name.split()[1].startswith(ELSEWHERE):
            continue
        before = len(await events(fleet))
        method, path = split(name, **ids)
        said = {"json": {"reason": "appeal of the payer of 3 March"}} if method == "POST" else {}
        answer = await program.ask(method, path, **said)
        assert answer.status_code == 200, name
        rows = (await events(fleet))[before:]
        assert {actor for _, actor, _ in rows} == {"kim-0"}, name
        assert {subject for _, _, subject in rows} & {*ids.values(), "questions"}, name
        if path.endswith("/reveal"):
            assert "phi.reveal" in {action for action, _, _ in rows}, name
