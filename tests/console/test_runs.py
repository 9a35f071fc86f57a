"""What the bots did, for those who keep them: history, film strip, failures, evidence, accounts, audit trail."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from core.errors import PortalChanged
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from store import run_pages
from store.audit import AuditEvent
from store.credentials import Credential
from store.people import Role
from store.runs import Evidence, RunStep
from store.work_items import WorkItem
from tests.console.conftest import Browser

SignedIn = Callable[..., Awaitable[Browser]]


@pytest.fixture
async def run_id(fleet: Fleet, credential: Credential, portal: Any, ask_all: Callable[..., Any]) -> str:
    """Two questions answered, one failed."""
    portal.script = lambda member: PortalChanged("coverage", "plan_name") if member == "M3" else None
    await ask_all("M1", "M2", "M3")
    summary = await LaneWorker(fleet, portal).work(credential.id)
    assert summary.run_id is not None
    return str(summary.run_id)


async def events(fleet: Fleet, prefix: str = "phi.") -> list[tuple[str, str, str]]:
    async with fleet.database.read() as session:
        rows = await session.scalars(select(AuditEvent).order_by(AuditEvent.seq))
        return [(row.action, row.actor, row.subject) for row in rows if row.action.startswith(prefix)]


async def test_an_administrator_finds_a_run_and_why_it_failed(signed_in: SignedIn, fleet: Fleet, run_id: str) -> None:
    admin = await signed_in(Role.ADMINISTRATOR)
    assert run_id in (await admin.get("/runs")).text
    shown = (await admin.get(f"/runs/{run_id}")).text
    for told in ("Member not found", "Portal changed", "/picture", "plan_name"):
        assert told in shown
    failed = (await admin.get("/failures")).text
    assert "<code>plan_name</code>" in failed
    assert "coverage" in failed
    assert run_id in failed
    assert "M1" not in shown + failed
    assert await events(fleet) == []  # all of it is free of patient data


async def test_a_long_run_is_shown_page_by_page_and_no_question_is_torn(
    signed_in: SignedIn, fleet: Fleet, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = await signed_in(Role.ADMINISTRATOR)
    async with fleet.database.read() as session:
        whole = await run_pages.page(session, run_id)
        monkeypatch.setattr(run_pages, "STEPS", len(whole.steps) - 1)
        first = await run_pages.page(session, run_id)
        assert first.after is not None
        second = await run_pages.page(session, run_id, after=first.after)
    assert second.after is None
    assert [*first.steps, *second.steps] == [*whole.steps]
    assert [*first.items, *second.items] == [*whole.items]
    assert [*first.evidence, *second.evidence] == [*whole.evidence] != []
    assert {row.work_item_id for row in first.steps}.isdisjoint({row.work_item_id for row in second.steps} - {None})
    assert f'href="?after={first.after}"' in (await admin.get(f"/runs/{run_id}")).text
    shown = (await admin.get(f"/runs/{run_id}?after={first.after}")).text
    assert ("That is all." in shown, f"<b>{whole.pieces}</b>" in shown) == (True, True)


async def test_what_a_lost_lane_kept_of_a_question_that_another_answered_is_shown(fleet: Fleet, run_id: str) -> None:
    async with fleet.database.begin() as session:
        evidence = (await session.scalars(select(Evidence).where(Evidence.work_item_id.is_not(None)))).first()
        assert evidence is not None
        await session.execute(delete(RunStep).where(RunStep.work_item_id == evidence.work_item_id))
        await session.execute(update(WorkItem).where(WorkItem.id == evidence.work_item_id).values(run_id=None))
        found = await run_pages.page(session, run_id)
    assert len(found.evidence) == found.pieces


async def test_a_run_at_work_says_since_when_and_not_that_it_took_no_time(
    signed_in: SignedIn, fleet: Fleet, credential: Credential, portal: Any, ask_all: Callable[..., Any]
) -> None:
    admin = await signed_in(Role.ADMINISTRATOR)
    await ask_all("M1", "M2")
    shown: list[str] = []

    async def look(member: str) -> None:
        if member == "M2":
            (run_id,) = re.findall(r'href="/runs/(run_\w+)"', (await admin.get("/runs")).text)
            shown.append((await admin.get(f"/runs/{run_id}")).text)

    portal.before_answer = look
    await LaneWorker(fleet, portal).work(credential.id)
    (page,) = shown
    assert re.search(r"<b>at work</b><span>since <time", page)
    assert (page.count("at work since <time"), "0 ms of steps" in page) == (1, False)
    assert re.search(r"· [\d.]+ m?s of steps", page), "those of the question before it are written down"


FITTING = (
    "portal=availity&state=ended",
    "capability=eligibility&outcome=member_not_found&person=t",
    "outcome=PortalChanged",
    "since=2020-01-01",
)
OTHERS = (
    "outcome=coverage",
    "person=nobody",
    "outcome=member_not_found&capability=claim_status",
    "since=2020-01-01&until=2020-12-31",
    "before=run_0",
)


async def test_runs_are_found_by_any_mixture_of_filters(
    signed_in: SignedIn, run_id: str, credential: Credential, second_credential: Credential
) -> None:
    admin = await signed_in(Role.ADMINISTRATOR)
    fitting = (*FITTING, f"credential={credential.id}", f"portal=availity&credential={credential.id}")
    others = (*OTHERS, f"credential={second_credential.id}")
    found = {filters: run_id in (await admin.get(f"/runs?{filters}")).text for filters in (*fitting, *others)}
    assert found == dict.fromkeys(fitting, True) | dict.fromkeys(others, False)


async def test_filters_that_make_no_sense_are_told(signed_in: SignedIn, run_id: str) -> None:
    admin = await signed_in(Role.ADMINISTRATOR)
    for query in ("state=dancing", "since=yesterday"):
        answer = await admin.get(f"/runs?{query}")
        assert (answer.status_code, "alert" in answer.text) == (422, True)
    assert (await admin.get("/runs/run_x")).status_code == 404


async def test_masked_pictures_are_looks_and_revealing_needs_a_reason(
    signed_in: SignedIn, fleet: Fleet, run_id: str
) -> None:
    admin = await signed_in(Role.ADMINISTRATOR)
    async with fleet.database.read() as session:
        evidence = (
            await session.scalars(select(Evidence).where(Evidence.run_id == run_id).order_by(Evidence.id))
        ).first()
    assert evidence is not None
    picture = await admin.get(f"/evidence/{evidence.id}/picture")
    assert (picture.content, picture.headers["cache-control"]) == (b"picture of M1", "no-store")
    await admin.get(f"/evidence/{evidence.id}/reveal")
    assert await events(fleet) == [("phi.view", "kim-0", evidence.id)]
    assert (await admin.post(f"/evidence/{evidence.id}/reveal", reason=" why ")).status_code == 422
    revealed = await admin.post(f"/evidence/{evidence.id}/reveal", reason="appeal of the payer of 3 March")
    assert revealed.content == b"picture of M1"
    assert revealed.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in revealed.headers["content-security-policy"]
    assert (await events(fleet))[1:] == [("phi.reveal", "kim-0", evidence.id)]
    trail = (await admin.get("/audit?action=phi.")).text
    assert "appeal of the payer of 3 March" in trail


async def test_another_tax_id_does_not_exist(signed_in: SignedIn, fleet: Fleet, run_id: str) -> None:
    narrow = await signed_in(Role.ADMINISTRATOR, tins=["another"])
    own = await signed_in(Role.ADMINISTRATOR, tins=["tin of north"])
    async with fleet.database.read() as session:
        evidence = (await session.scalars(select(Evidence))).first()
    assert evidence is not None
    for path in (f"/runs/{run_id}", f"/evidence/{evidence.id}/picture", f"/evidence/{evidence.id}/reveal"):
        assert (await narrow.get(path)).status_code == 404
        assert (await own.get(path)).status_code == 200
    for path in ("/runs", "/failures", "/accounts"):
        assert run_id not in (await narrow.get(path)).text
        assert "tin of north" not in (await narrow.get(path)).text
    assert run_id in (await own.get("/runs")).text
    assert "tin of north" in (await own.get("/accounts")).text


async def test_the_audit_trail_is_read_page_by_page_and_verified(
    signed_in: SignedIn, fleet: Fleet, run_id: str
) -> None:
    auditor = await signed_in(Role.AUDITOR)
    shown = (await auditor.get("/audit")).text
    assert "item.answered" in shown
    assert "The chain holds" in (await auditor.get("/audit/verify")).text
    numbers = [int(each) for each in re.findall(r'<td class="number">(\d+)</td>', shown)]
    older = (await auditor.get(f"/audit?before={numbers[1]}")).text
    assert f'<td class="number">{numbers[1]}</td>' not in older
    assert f'<td class="number">{numbers[2]}</td>' in older


async def test_an_administrator_lets_people_in_and_puts_them_out(signed_in: SignedIn, fleet: Fleet) -> None:
    admin = await signed_in(Role.ADMINISTRATOR)
    made = await admin.post("/people", name="Alex", biller="on", tins="12-3456789, 98-7654321")
    assert re.search(r"<code>[a-z2-9-]{24}</code>", made.text)
    assert "12-3456789, 98-7654321" in made.text
    assert (await admin.post("/people", name="Alex", biller="on", tins="all")).status_code == 422
    assert (await admin.post("/people", name="Sam", tins="all")).status_code == 422
    assert (await admin.post("/people/kim-0/disable")).status_code == 422
    assert "disabled" in (await admin.post("/people/alex/disable")).text
    assert [action for action, _, _ in await events(fleet, "person.")][-2:] == ["person.added", "person.disabled"]
