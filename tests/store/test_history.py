"""The console's lists: whole however they are cut into pages, and read from indexes whatever they are filtered by."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.ext.asyncio import AsyncSession

from core.seal import Sealer
from store import (
    audit,
    backlog,
    batches,
    credentials,
    fires,
    history,
    holdings,
    rosters,
    submission_lists,
    tallies,
    work_items,
)
from store.credentials import NewCredential
from store.database import Database
from store.history import Wanted
from store.runs import Run, RunState
from store.work_items import ItemState, NewItem, WorkItem

RUNS = 24
PEOPLE = ("pat", "kim")
OUTCOMES = ("coverage", "member_not_found", None)


@pytest.fixture
async def lived_in(database: Database, sealer: Sealer, now: datetime) -> Database:
    """Runs of two accounts; every third question failed; an audit event for each."""
    async with database.begin() as session:
        accounts = [
            await credentials.add(
                session,
                sealer,
                NewCredential(portal=portal, name="north", environment="simulator", tin=tin),
                **_by(now),
            )
            for portal, tin in (("availity", "1"), ("uhc", "2"))
        ]
        for number in range(RUNS):
            account, at = accounts[number % 5 == 0], now + timedelta(minutes=number)
            run = Run(
                id=f"run_{number:028x}", credential_id=account.id, portal=account.portal, holder="w", fence=number
            )
            run.state, run.started_at = RunState.LOST if number % 7 == 0 else RunState.ENDED, at
            session.add(run)
            await session.flush()
            asked = NewItem("eligibility", account.portal, None, account.id, "key", "{}", PEOPLE[number % 2])
            (item,) = await work_items.add_all(session, sealer, [asked], now=at)
            item.run_id, item.started_at, item.state = run.id, at, ItemState.DONE
            item.outcome = OUTCOMES[number % 3]
            if item.outcome is None:
                item.error_code, item.error_sentence = "PortalChanged", f"sentence {number}"
            action = ("phi.view", "phi.export", "person.signed_in")[number % 3]
            actor = PEOPLE[0] if number % 4 else f"{PEOPLE[0]} (fleet)"
            await audit.append(session, audit.Event(action, actor, run.id), now=at)
    return database


def _by(now: datetime) -> dict[str, Any]:
    return {"actor": "test", "now": now}


FILTERS: dict[str, tuple[dict[str, Any], Callable[[int], bool]]] = {
    "nothing": ({}, lambda _: True),
    "portal": ({"portal": "uhc"}, lambda n: n % 5 == 0),
    "state": ({"state": RunState.LOST}, lambda n: n % 7 == 0),
    "rare state of a portal": ({"state": RunState.LOST, "portal": "uhc"}, lambda n: n % 35 == 0),
    "person": ({"person": "kim"}, lambda n: n % 2 == 1),
    "person and outcome": ({"person": "kim", "outcome": "coverage"}, lambda n: n % 6 == 3),
    "error of a portal": ({"outcome": "PortalChanged", "portal": "uhc"}, lambda n: n % 15 == 5),
    "capability that was not asked": ({"capability": "claim_status"}, lambda _: False),
}


async def test_pages_together_are_the_whole_list(lived_in: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for looked_at, (kind, (filters, fits)) in itertools.product((2, 1000), FILTERS.items()):
        monkeypatch.setattr(history, "LOOKED_AT", looked_at)
        found, before = [], None
        async with lived_in.read() as session:
            while True:
                page = await history.page(session, Wanted(**filters), before=before, limit=3)
                found += [run.fence for run in page.runs]
                if (before := page.before) is None:
                    break
        assert found == [number for number in reversed(range(RUNS)) if fits(number)], (kind, looked_at)


async def test_what_one_may_see_is_found_at_once_however_rare(
    lived_in: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "LOOKED_AT", 3)
    async with lived_in.read() as session:
        own = await history.credentials_of(session, ["2"])
        page = await history.page(session, Wanted(credentials=own), limit=3)
        assert [run.fence for run in page.runs] == [20, 15, 10]
        assert (await history.page(session, Wanted(credentials=frozenset()))).runs == []


AUDIT: dict[str, tuple[dict[str, Any], Callable[[int], bool]]] = {
    "looks": ({"action": "phi."}, lambda n: n % 3 != 2),
    "one action": ({"action": "phi.export"}, lambda n: n % 3 == 1),
    "a person, also by command line": ({"actor": "pat"}, lambda _: True),
    "exports of a person": ({"actor": "pat", "action": "phi.export"}, lambda n: n % 3 == 1),
    "one run": ({"subject": f"run_{9:028x}", "action": "phi."}, lambda n: n == 9),
    "nobody": ({"actor": "sam"}, lambda _: False),
    "an action that never was": ({"action": "nothing."}, lambda _: False),
}


async def test_the_audit_trail_is_whole_page_by_page(lived_in: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "LOOKED_AT", 4)
    for kind, (filters, fits) in AUDIT.items():
        found, before = [], None
        async with lived_in.read() as session:
            while True:
                page = await history.audit_page(session, **filters, before=before, limit=2)
                found += [int(event.subject[4:], 16) for event in page.events]
                if (before := page.before) is None:
                    break
        assert found == [number for number in reversed(range(RUNS)) if fits(number)], kind


async def test_failures_are_counted_by_signature_and_too_many_are_said(
    lived_in: Database, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    async with lived_in.read() as session:
        whole = await history.failures(session, since=now)
        assert [(each.portal, each.count) for each in whole.found] == [("availity", 6), ("uhc", 2)]
        assert whole.found[0].sentence == "sentence 23"
        assert whole.since == now
        monkeypatch.setattr(history, "FAILURES_LOOKED_AT", 3)
        cut = await history.failures(session, since=now)
        assert sum(each.count for each in cut.found) == 3
        assert cut.since == now + timedelta(minutes=17)


@pytest.fixture
async def statements(lived_in: Database) -> AsyncIterator[list[tuple[str, Any]]]:
    """Every statement that was executed, with its parameters."""
    said: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if not statement.startswith("EXPLAIN"):
            said.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    yield said
    event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)  # a small table PostgreSQL reads whole, and is right
async def test_each_list_reads_the_index_that_is_made_for_it(
    lived_in: Database, statements: list[tuple[str, Any]], now: datetime
) -> None:
    async with lived_in.read() as session:
        own = await history.credentials_of(session, ["1", "2"])
        for filters, _ in FILTERS.values():
            for scope in (None, own):
                wanted = Wanted(**filters, credentials=scope, since=now)
                await history.page(session, wanted, before=f"run_{20:028x}")
        for filters, _ in AUDIT.values():
            await history.audit_page(session, **filters, before=20)
        await holdings.by_period(session)
        await fires.between(session, now, now + timedelta(days=7))
        await fires.covered_to(session, "sched_1")
        for of_each in (fires.last_begun, fires.last_waiting, fires.all_covered_to, rosters.all_current):
            await of_each(session, ["sched_1", "sched_2"])
        await work_items.latest_of(session, ["availity"], "users")
        await batches.progress(session, ["batch_1", "batch_2"])
        await batches.settled_rows(session, "batch_1", 0, 100)
        waiting = WorkItem(id="item_z", credential_id="cred_1", priority=0, due_at=now)
        await backlog.ahead(session, waiting)
        await submission_lists.unsettled(session)
        await submission_lists.last_days(session)
        assert [step for step in await _steps(session, statements) if step in WHOLE] == []
        for scope in (None, own):
            await work_items.asked_by(session, "pat", before="item_z", credentials=scope, capabilities=["users"])
            assert "ix_work_item_asked_alone" in (await _steps(session, statements))[0]
        await submission_lists.latest(session, of=own)
        (of_items,) = [step for step in await _steps(session, statements) if "work_item" in step]
        assert of_items.endswith("(id=?)")
        for scope in (None, own):
            await history.failures(session, since=now, credentials=scope)
            assert "ix_work_item_failed" in (await _steps(session, statements))[1]
            await tallies.questions(session, days=[now.date()] * 7, credentials=scope)
            counted = [step for step in await _steps(session, statements) if "work_item" in step]
            assert [step for step in counted if "COVERING INDEX ix_work_item_id_portal" not in step] == []
            await tallies.answers(session, "remittances", since=now, credentials=scope, limit=5)
            assert any("ix_work_item_capability_run_id" in step for step in await _steps(session, statements))


LONG = ("run", "work_item", "audit_event", "answer", "evidence", "fire", "submission")
WHOLE = {f"SCAN {table}" for table in LONG}


async def _steps(session: AsyncSession, statements: list[tuple[str, Any]]) -> list[str]:
    """How SQLite carries out what was said since the last look."""
    said, statements[:] = list(statements), []
    connection = await session.connection()
    plans = [await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", parameters) for text, parameters in said]
    return [row[3] for plan in plans for row in plan]
