"""A store of an early release, opened by this one: what it held is read, and what waited in it goes on."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from fixtures_servers import PostgresServer
from sqlalchemy import Connection, MetaData, Table, insert

from core.capabilities.catalog import write
from core.capabilities.common import MemberNotFound
from core.capabilities.eligibility import EligibilityQuery
from core.seal import Sealer
from core.settings import Settings
from core.vault import MemoryVault
from lanes.assembly import Fleet
from lanes.ledger import StoredLanes
from lanes.views import open_answer, question_of
from payers.registry import load_manifest
from stack.supervisor import Supervisor
from store import audit, credentials, work_items
from store.base import place
from store.database import Database
from store.migrations.runner import config
from store.objects import MemoryStore
from store.work_items import ItemState

EARLY = "0002"
CREDENTIAL, RUN, ANSWERED, WAITING = (
    f"{kind}_{number:016x}" for number, kind in enumerate(("cred", "run", "item", "item"))
)
THEN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
QUESTION = EligibilityQuery(member_id="XOH990011223", birth_date=date(1961, 7, 30))
ANSWER = MemberNotFound(message="not on file")


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_a_store_of_an_early_release_is_read_and_worked_by_this_one(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server: PostgresServer | None = request.getfixturevalue("postgres") if kind == "postgres" else None
    settings = Settings(home=tmp_path, store_url=server.database() if server else None)
    settings.layout.store.mkdir()
    sealer = Sealer(secrets.token_bytes(32))
    before = Database.open(settings.store)
    await _as_it_was(before, sealer)
    await before.close()

    await Supervisor(settings, with_simulator=False)._prepare_store()

    database = Database.open(settings.store)
    fleet = Fleet(
        settings=settings,
        database=database,
        vault=MemoryVault(),
        sealer=sealer,
        evidence=MemoryStore(),
        portals={"availity": load_manifest("availity")},
        adapter_versions={"availity": "test"},
    )
    async with database.read() as session:
        (credential,) = await credentials.all_of(session)
        waiting = await work_items.get(session, WAITING)
        assert (await audit.verify(session)) == audit.Verdict(events=1, broken_at=None)
    assert (credential.name, credential.organization, credential.created_at) == ("north", "North Clinic", THEN)
    assert credentials.notes_of(credential, sealer) == "ask Kim first"
    opened = await open_answer(fleet, ANSWERED, viewer="kim")
    assert opened is not None
    assert (opened.answer, opened.as_of, opened.item.state) == (ANSWER, THEN, ItemState.DONE)
    assert question_of(fleet, waiting) == json.loads(write(QUESTION))
    assert await StoredLanes(fleet).lanes_to_wake() == [CREDENTIAL]
    await database.close()


async def _as_it_was(database: Database, sealer: Sealer) -> None:
    def make(connection: Connection) -> None:
        command.upgrade(config(connection), EARLY)
        for name, rows in _rows(sealer).items():
            connection.execute(insert(Table(name, MetaData(), autoload_with=connection, resolve_fks=False)), rows)

    async with database._engine.execution_options(fleet_writes=True).begin() as connection:
        await connection.run_sync(make)
    async with database.begin() as session:
        await audit.append(session, audit.Event("credential.add", "kim", CREDENTIAL), now=THEN)


def _rows(sealer: Sealer) -> dict[str, list[dict[str, Any]]]:
    """By table, in the words of that release."""
    of_credential = {"portal": "availity", "credential_id": CREDENTIAL}
    asked = {
        **of_credential,
        "capability": "eligibility",
        "payer": "BHIL",
        "priority": 50,
        "due_at": THEN,
        "not_before": THEN,
        "attempts": 0,
        "requested_by": "kim",
        "created_at": THEN,
    }

    def item(row_id: str, **state: str | datetime | None) -> dict[str, Any]:
        query = sealer.seal(write(QUESTION), place("work_item", row_id))
        blank = dict.fromkeys(("run_id", "outcome", "finished_at"))
        return {**asked, **blank, "id": row_id, "natural_key": row_id, "query": query, **state}

    return {
        "credential": [
            {
                "id": CREDENTIAL,
                "portal": "availity",
                "name": "north",
                "environment": "simulator",
                "state": "open",
                "organisation": "North Clinic",
                "clock_offset_seconds": 0.0,
                "notes": sealer.seal("ask Kim first", place("credential", CREDENTIAL)),
                "created_at": THEN,
            }
        ],
        "lane_lease": [{"credential_id": CREDENTIAL, "fence": 1, "waits": 0}],
        "run": [
            {
                **of_credential,
                **dict.fromkeys(("fence", "logins", "answered"), 1),
                **dict.fromkeys(("failed", "put_back"), 0),
                "id": RUN,
                "holder": "host/1",
                "state": "ended",
                "started_at": THEN,
                "ended_at": THEN,
            }
        ],
        "work_item": [
            item(ANSWERED, state="done", run_id=RUN, outcome="member_not_found", finished_at=THEN),
            item(WAITING, state="queued"),
        ],
        "answer": [
            {
                "id": "ans_1",
                "work_item_id": ANSWERED,
                "run_id": RUN,
                "outcome": "member_not_found",
                "as_of": THEN,
                "adapter_version": "1",
                "payload": sealer.seal(write(ANSWER), place("answer", "ans_1")),
            }
        ],
    }
