"""What the pages show, for programs: each room of the API once, with answers as it describes them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.capabilities.canary import SeenPage
from core.capabilities.catalog import CAPABILITIES
from core.capabilities.claim_status import Claim, Claims
from core.errors import AccountLocked, PortalChanged, RequestInvalid
from core.phi import Secret
from lanes import people as entrance
from lanes import trail
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from store import canaries, credentials
from store.credentials import Credential
from store.people import Role
from tests.console import kept
from tests.console.conftest import Browser
from tests.console.programs import Program
from tests.console.test_runs import events

SignedIn = Callable[..., Awaitable[Browser]]
WHOM = {"portal": "availity", "payer": "aetna"}
MEMBER = {"capability": "eligibility", **WHOM, "keys": {"member_id": "W1", "birth_date": "1980-02-29"}}
SHEET = {"sheet": ("monday.csv", b"member_id,birth_date\nW1,1980-02-29\nW2,long ago\nW3,1980-02-29\n", "text/csv")}
WHY = {"reason": "appeal of the payer of 3 March"}


@pytest.fixture
async def program(signed_in: SignedIn) -> Callable[..., Awaitable[Program]]:
    async def program(*roles: Role, **more: Any) -> Program:
        return await Program.of(await signed_in(*roles, **more))

    return program


async def test_a_sheet_is_handed_in_followed_and_taken_home(
    program: Callable[..., Awaitable[Program]], fleet: Fleet, credential: Credential, portal: Any
) -> None:
    biller = await program(Role.BILLER)
    begun = (await biller.post("/batches/eligibility", data=WHOM, files=SHEET)).json()
    assert (begun["rows"], begun["standing"]["waiting"], begun["standing"]["invalid"]) == (3, 2, 1)
    portal.script = lambda member: PortalChanged("coverage", "plan_name") if member == "W3" else None
    await LaneWorker(fleet, portal).work(credential.id)
    where = f"/batches/{begun['id']}"
    assert [each["id"] for each in (await biller.get("/batches")).json()] == [begun["id"]]
    assert (await biller.get(f"{where}/events")).text.endswith("event: settled\ndata: {}\n\n")
    assert (await biller.get(where)).json()["standing"] == {
        "answered": 1, "failed": 1, "held": 0, "waiting": 0, "invalid": 1,
    }  # fmt: skip
    first = (await biller.get(f"{where}/rows?limit=2")).json()
    found, wrong = first["rows"]
    assert (found["number"], found["keys"]["member_id"], found["portal"]) == (2, "W1", "availity")
    assert (found["outcome"], found["answer"]["message"]) == ("member_not_found", "W1 is not on file")
    assert (wrong["work_item"], "birth_date" in wrong["problem"]) == (None, True)
    (failed,) = (await biller.get(f"{where}/rows?limit=2&after={first['after']}")).json()["rows"]
    assert (failed["trouble"]["code"], failed["answer"]) == ("PortalChanged", None)
    exported = (await biller.get(f"{where}/answers.csv")).content.decode("utf-8-sig")
    assert [row["outcome"] for row in csv.DictReader(io.StringIO(exported))] == [
        "member_not_found", "invalid", "PortalChanged",
    ]  # fmt: skip
    assert (await biller.get(f"{where}/answers.xlsx")).content[:2] == b"PK"
    assert (await biller.get(f"{where}/answers.exe")).status_code == 422
    south = await program(Role.BILLER, tins=["tin of south"])
    assert (await south.get(where)).status_code == (await south.get(f"{where}/rows")).status_code == 404
    assert (await south.get("/batches")).json() == []
    checker = await program(Role.ELIGIBILITY_CHECKER)
    assert (await checker.post("/batches/claim_status", data=WHOM, files=SHEET)).status_code == 403


async def test_questions_are_listed_followed_compared_asked_again_and_revealed(
    program: Callable[..., Awaitable[Program]], fleet: Fleet, credential: Credential, portal: Any
) -> None:
    everybody = await program(*Role)
    asked = (await everybody.post("/questions", json=MEMBER | {"credential": "north"})).json()
    await LaneWorker(fleet, portal).work(credential.id)
    assert "event: settled" in (await everybody.get(f"/questions/{asked['work_item']}/events")).text
    again = (await everybody.post(f"/questions/{asked['work_item']}/again")).json()
    assert again["work_item"] != asked["work_item"]
    listed = (await everybody.get("/questions")).json()
    assert [each["work_item"] for each in listed["questions"]] == [again["work_item"], asked["work_item"]]
    assert {each["keys"]["member_id"] for each in listed["questions"]} == {"W1"}
    assert (await everybody.get(f"/questions?before={asked['work_item']}")).json()["questions"] == []

    await LaneWorker(fleet, portal).work(credential.id)
    pending = Claims(claims=(Claim(claim_number="E1", status_text="Pending"),))
    old = await kept.keep(fleet, credential, pending, age=timedelta(days=2))
    new = await kept.keep(fleet, credential, Claims(claims=(Claim(claim_number="E1", status_text="Paid"),)))
    shown = (await everybody.get(f"/questions/{new.id}")).json()
    assert [each["work_item"] for each in shown["other_pulls"]] == [old.id]
    told = (await everybody.get(f"/questions/{new.id}/compare/{old.id}")).json()
    assert [(each["older"], each["newer"]) for each in told["differences"]] == [("Pending", "Paid")]
    assert (await everybody.get(f"/questions/{new.id}/compare/{asked['work_item']}")).status_code == 404
    assert (await everybody.post(f"/questions/{new.id}/reveal", json={"reason": "why"})).status_code == 422
    revealed = (await everybody.post(f"/questions/{new.id}/reveal", json=WHY)).json()
    assert revealed["answer"]["claims"][0]["status_text"] == "Paid"
    south = await program(*Role, tins=["tin of south"])
    for method, path in (("GET", ""), ("GET", "/events"), ("POST", "/again"), ("GET", f"/compare/{old.id}")):
        assert (await south.ask(method, f"/questions/{new.id}{path}")).status_code == 404, path
    assert (await south.post(f"/questions/{new.id}/reveal", json=WHY)).status_code == 404


async def test_why_runs_failed_and_what_they_left(
    program: Callable[..., Awaitable[Program]], fleet: Fleet, credential: Credential, portal: Any, ask_all: Any
) -> None:
    portal.script = lambda member: PortalChanged("coverage", "plan_name") if member == "M2" else None
    await ask_all("M1", "M2")
    summary = await LaneWorker(fleet, portal).work(credential.id)
    gone = SeenPage(capability="claim_status", entry="search", landed=None, fields=())
    async with fleet.database.begin() as session:
        await canaries.note(session, "availity", [gone], actor="canary", now=fleet.clock.now())
    admin = await program(Role.ADMINISTRATOR)
    (failure,) = (await admin.get("/failures?days=30")).json()["failures"]
    assert (failure["element"], failure["count"], failure["run_id"]) == ("plan_name", 1, summary.run_id)
    (run,) = (await admin.get("/runs?outcome=PortalChanged&since=2020-01-01&limit=1")).json()["runs"]
    assert (await admin.get("/runs?until=2020-01-01")).json() == {"runs": [], "before": None}
    assert (await admin.get("/runs?outcom=PortalChanged")).status_code == 422
    assert "YYYY-MM-DD" in (await admin.get("/runs?since=yesterday")).json()["error"]["sentence"]
    shown = (await admin.get(f"/runs/{run['id']}")).json()
    assert [each["outcome"] for each in shown["questions"]] == ["member_not_found", None]
    assert await events(fleet) == []  # all of it is free of patient data
    piece = shown["evidence"][0]
    picture = await admin.get(f"/evidence/{piece['id']}/picture")
    assert (picture.content, picture.headers["content-type"]) == (b"picture of M1", "image/png")
    revealed = await admin.post(f"/evidence/{piece['id']}/reveal", json=WHY)
    assert revealed.headers["content-disposition"].startswith("attachment")
    assert [action for action, _, _ in await events(fleet)] == ["phi.view", "phi.reveal"]
    south = await program(Role.ADMINISTRATOR, tins=["tin of south"])
    assert (await south.get(f"/evidence/{piece['id']}/picture")).status_code == 404
    assert (await south.get("/failures")).json()["failures"] == (await south.get("/runs")).json()["runs"] == []
    assert (await south.get("/accounts")).json() == []

    (account,) = (await admin.get("/accounts")).json()
    assert (account["name"], account["tin"], account["state"]) == ("north", "tin of north", "open")
    known = {each["id"]: each for each in (await admin.get("/portals")).json()}
    assert known["availity"]["canary"][0]["failing_since"] is not None
    numbers = (await admin.get("/overview")).json()
    assert (numbers["total"], numbers["failed"]) == (2, 1)
    assert numbers["portals"] == [{"portal": "availity", "answered": 1, "of": 2}]
    assert {each["outcome"]: each["count"] for each in numbers["outcomes"]} == {"member_not_found": 1, "failed": 1}
    assert sum(day["nothing_found"] for day in numbers["days"]) == 1


async def test_a_roster_is_handed_in_and_the_week_is_told(
    program: Callable[..., Awaitable[Program]], fleet: Fleet, credential: Credential
) -> None:
    scheduler = await program(Role.SCHEDULER)
    said = {"name": "tomorrow", "task": "eligibility", "portal": "availity", "payer": "aetna", "cron": "0 6 * * *"}
    said["time_zone"] = "America/Chicago"
    assert (await scheduler.post("/schedules", json=said)).status_code == 201
    data = b"member_id,birth_date\nW1,1980-02-29\nW2,long ago\n"
    upload = {"roster": ("../monday.csv", data, "text/csv")}
    taken = await scheduler.post("/schedules/tomorrow/roster", files=upload)
    assert (taken.status_code, taken.json()["lines"], taken.json()["bad"]) == (201, 2, 1)
    ((row, problem),) = [each.values() for each in (await scheduler.get("/schedules/tomorrow/roster/bad-lines")).json()]
    assert (row, "long ago" in problem, "birth_date" in problem) == (3, False, True)
    week = (await scheduler.get("/calendar?day=2030-01-02")).json()
    assert [day["day"] for day in week] == [f"2029-12-{31}", *(f"2030-01-0{day}" for day in range(1, 7))]
    assert {entry["schedule"] for day in week for entry in day["entries"]} == {"tomorrow"}
    assert len((await scheduler.get("/calendar")).json()) == 7
    assert (await scheduler.get("/calendar?day=soon")).status_code == 422
    south = await program(Role.SCHEDULER, tins=["tin of south"])
    assert (await south.post("/schedules/tomorrow/roster", files=upload)).status_code == 404
    assert (await south.get("/schedules/tomorrow/roster/bad-lines")).status_code == 404
    assert not any(day["entries"] for day in (await south.get("/calendar?day=2030-01-02")).json())


async def test_people_are_let_in_changed_and_put_out(program: Callable[..., Awaitable[Program]]) -> None:
    admin = await program(Role.ADMINISTRATOR)
    alex = {"name": "Alex", "roles": ["biller"], "tins": ["12-3456789"]}
    made = await admin.post("/people", json=alex)
    assert (made.status_code, made.json()["name"], len(made.json()["one_time_password"])) == (201, "alex", 24)
    assert (await admin.post("/people", json=alex)).status_code == 422
    for wrong in ({"roles": []}, {"roles": ["pilot"]}, {"tins": []}):
        assert (await admin.post("/people", json=alex | {"name": "lee"} | wrong)).status_code == 422, wrong
    changed = await admin.ask("PUT", "/people/alex", json={"roles": ["auditor", "biller"], "tins": None})
    assert (changed.json()["roles"], changed.json()["tins"]) == (["auditor", "biller"], None)
    assert (await admin.post("/people/alex/reset")).json()["one_time_password"]
    assert (await admin.post("/people/alex/disable")).status_code == 204
    assert (await admin.get("/people/alex")).json()["disabled_at"] is not None
    assert {each["name"] for each in (await admin.get("/people")).json()} == {"kim-0", "alex"}
    for method, path in (("PUT", ""), ("POST", "/reset"), ("POST", "/disable")):
        own = await admin.ask(method, f"/people/kim-0{path}", json={"roles": ["biller"], "tins": None})
        assert "Somebody else has to" in own.json()["error"]["sentence"], path
    narrow = await program(Role.ADMINISTRATOR, tins=["tin of north"])
    assert [each["name"] for each in (await narrow.get("/people")).json()] == ["kim-1"]
    assert (await narrow.post("/people", json={"name": "lee", "roles": ["biller"], "tins": None})).status_code == 422
    assert (await narrow.get("/me")).json()["tins"] == ["tin of north"]


async def test_what_can_be_asked_and_sent_is_told_with_its_keys(
    program: Callable[..., Awaitable[Program]],
) -> None:
    told = {each["name"]: each for each in (await (await program(Role.AUDITOR)).get("/capabilities")).json()}
    assert told.keys() == CAPABILITIES.keys()
    assert {"name": "member_id", "required": False} in told["eligibility"]["keys"]
    assert told["appeals"]["sends"].keys() == set(CAPABILITIES["appeals"].sends.kinds)  # type: ignore[union-attr]
    assert {"name": "claim_number", "required": True} in told["appeals"]["sends"]["appeal"]


async def test_a_system_has_a_token_of_its_own_and_no_sign_in(
    program: Callable[..., Awaitable[Program]], fleet: Fleet, credential: Credential
) -> None:
    admin = await program(Role.ADMINISTRATOR)
    robot = {"name": "Nightly", "roles": ["biller"], "tins": [credential.tin], "program": True}
    made = (await admin.post("/people", json=robot)).json()
    assert (made["name"], made["one_time_password"]) == ("nightly", None)

    async def asks(token: str) -> tuple[int, str | None]:
        seen = await admin.as_bearer(token).get("/me")
        return seen.status_code, seen.json().get("name")

    assert await asks(made["token"]) == (200, "nightly")
    assert (await admin.as_bearer(made["token"]).get("/questions")).status_code == 200
    assert (await admin.as_bearer(made["token"]).get("/people")).status_code == 403
    with pytest.raises(RequestInvalid, match="wrong"):
        await entrance.sign_in(fleet, "nightly", Secret(made["token"]))
    renewed = (await admin.post("/people/nightly/reset")).json()["token"]
    assert [await asks(each) for each in (made["token"], renewed)] == [(401, None), (200, "nightly")]
    assert {each["name"]: each["program"] for each in (await admin.get("/people")).json()} == {
        "kim-0": False,
        "nightly": True,
    }
    assert (await admin.post("/people/nightly/disable")).status_code == 204
    assert await asks(renewed) == (401, None)
    trail = [action for action, actor, _ in await events(fleet, "person.") if actor == "kim-0"]
    assert trail[-3:] == ["person.added", "person.reset", "person.disabled"]


async def test_the_trail_is_read_verified_and_exported_and_holds_are_placed(
    program: Callable[..., Awaitable[Program]], fleet: Fleet, credential: Credential, tmp_path: Path
) -> None:
    admin = await program(Role.ADMINISTRATOR)
    await kept.keep(fleet, credential, kept.answers()["claim_status"])
    first = (await admin.get("/audit?limit=1&actor=kim-0")).json()
    assert [each["action"] for each in first["events"]] == ["token.made"]
    assert (await admin.get("/audit?action=item.")).json()["events"][0]["detail"]["outcome"] == "claims"
    newest = (await admin.get("/audit?limit=2")).json()
    older = (await admin.get(f"/audit?limit=2&before={newest['before']}")).json()
    assert older["events"][0]["seq"] == newest["events"][-1]["seq"] - 1
    verdict = (await admin.get("/audit/verify")).json()
    assert (verdict["broken_at"], verdict["head"]) == (None, newest["head"])
    exported = await admin.get("/audit/export")
    (tmp_path / "audit.jsonl").write_bytes(exported.content)
    assert trail.verify_file(tmp_path / "audit.jsonl").broken_at is None
    assert json.loads(exported.content.splitlines()[-2])["action"] == "audit.exported"

    placed = await admin.post("/holds", json={"kind": "claim", "subject": "E-4711", **WHY})
    (held,) = (await admin.get("/retention")).json()["holds"]
    assert (held["id"], held["subject"], held["placed_by"]) == (placed.json()["id"], None, "kim-0")
    assert (await admin.post(f"/holds/{held['id']}/release", json=WHY)).status_code == 204
    told = (await admin.get("/retention")).json()
    assert (told["holds"], {each["kind"] for each in told["rules"]} >= {"answers"}) == ([], True)
    assert any(each["rows"] for each in told["periods"])


async def test_what_a_locked_account_holds_up_and_what_is_next(
    program: Callable[..., Awaitable[Program]], fleet: Fleet, credential: Credential, portal: Any
) -> None:
    scheduler = await program(Role.BILLER, Role.SCHEDULER)
    (well,) = (await scheduler.get("/accounts")).json()
    assert (well["at_risk"], well["to_do"]) == (None, None)
    await scheduler.post("/questions", json=MEMBER)
    async with fleet.database.begin() as session:
        locked, now = AccountLocked("It is locked."), fleet.clock.now()
        await credentials.stop(session, credential.id, locked, actor="tests", now=now)
    (stopped,) = (await scheduler.get("/accounts")).json()
    assert (stopped["waiting"], stopped["at_risk"]) == (1, "1 item in its queue")
    assert stopped["to_do"].endswith("(docs/portals/availity.md).")
