"""`python -m benchmarks.history`: how fast the console's lists are over a long history, page by page, from request to
last byte. Fills a SQLite store of its own; RUNS=1000000 for a longer history.
"""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
from sqlalchemy import insert

from cli.output import console, table
from console.app import create_app
from console.door import COOKIE
from core.errors import PortalChanged, PortalUnavailable
from core.manifest import Manifest
from core.settings import Settings
from core.vault import MemoryVault
from lanes import people as entrance
from lanes.assembly import Fleet
from payers.registry import load_manifest, portal_ids
from store import credentials, people
from store.base import place
from store.credentials import NewCredential
from store.database import Database
from store.keys import open_sealer
from store.objects import MemoryStore
from store.people import ConsoleSession, Role, Stage
from store.runs import Run, RunState
from store.work_items import ItemState, WorkItem

RUNS = int(os.environ.get("RUNS", "100000"))
ITEMS_PER_RUN = 5
CHUNK = 2000
LOOKS = 40
DEEP = 10
"""Pages further down that each list is followed."""
PEOPLE = ("pat", "kim", "alex", "sam", "ops (fleet)")
OUTCOMES = ("coverage", "claims", "member_not_found", "claim_not_found")
FAILURES = (PortalUnavailable("The portal is down."), PortalChanged("coverage", "plan_name"))
PATHS = {
    "runs": "/runs?",
    "runs of a portal": "/runs?portal=availity&",
    "runs of a capability": "/runs?capability=claim_status&",
    "runs of a person and an outcome": "/runs?person=pat&outcome=member_not_found&",
    "runs that failed": "/runs?outcome=PortalChanged&",
    "runs that nobody made": "/runs?person=pat&outcome=mismatch&portal=uhc&",
    "runs in a state that is rare": "/runs?state=lost&portal=ucare&",
    "my questions": "/answers?",
    "audit trail": "/audit?",
    "failures of a week": "/failures?days=7&",
    "overview": "/?",
}


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="fleet-bench-") as folder:
        database = Database.open(Path(folder) / "fleet.db")
        try:
            await database.migrate()
            await _measure(database, Path(folder))
        finally:
            await database.close()


async def _measure(database: Database, folder: Path) -> None:
    vault = MemoryVault()
    manifests = {portal: load_manifest(portal) for portal in portal_ids()}
    fleet = Fleet(
        settings=Settings(home=folder),
        database=database,
        vault=vault,
        sealer=await open_sealer(database, vault),
        evidence=MemoryStore(),
        portals=manifests,
        adapter_versions=dict.fromkeys(manifests, "benchmark"),
    )
    began = time.monotonic()
    await _fill(fleet, manifests)
    console.print(f"{RUNS:,} runs and {RUNS * ITEMS_PER_RUN:,} questions in {time.monotonic() - began:.0f} s.")
    transport = httpx.ASGITransport(create_app(fleet))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        client.cookies.set(COOKIE, await _signed_in(fleet))
        rows = [(name, *await _timed(client, path)) for name, path in PATHS.items()]
    numbers = frozenset({"pages", "median ms", "p95 ms", "slowest ms"})
    console.print(table("list", "pages", "median ms", "p95 ms", "slowest ms", rows=rows, numbers=numbers))


async def _timed(client: httpx.AsyncClient, path: str) -> tuple[int, str, str, str]:
    took: list[float] = []
    where = path
    for look in range(LOOKS):
        if look % DEEP == 0:
            where = path
        began = time.perf_counter()
        answer = await client.get(where)
        took.append((time.perf_counter() - began) * 1000)
        answer.raise_for_status()
        _, found, rest = answer.text.partition('" rel="next">')
        older = answer.text[: len(answer.text) - len(found + rest)].rpartition('href="')[2] if found else ""
        where = path.partition("?")[0] + older.replace("&amp;", "&") if older else path
    return len(took), f"{median(took):.1f}", f"{quantiles(took, n=20)[-1]:.1f}", f"{max(took):.1f}"


async def _signed_in(fleet: Fleet) -> str:
    token, now = secrets.token_urlsafe(), datetime.now(UTC)
    async with fleet.database.begin() as session:
        person = await people.add(
            session, PEOPLE[0], password_hash="", roles=frozenset(Role), tins=None, actor="benchmark", now=now
        )
        session.add(
            ConsoleSession(
                id=entrance.session_key(token),
                person_id=person.id,
                stage=Stage.OPEN,
                csrf="",
                created_at=now,
                seen_at=now,
            )
        )
    return token


async def _fill(fleet: Fleet, manifests: dict[str, Manifest]) -> None:
    now = datetime.now(UTC)
    accounts = {}
    async with fleet.database.begin() as session:
        for portal in manifests:
            new = NewCredential(portal=portal, name="north", environment="simulator", tin="12-3456789")
            accounts[portal] = await credentials.add(session, fleet.sealer, new, actor="benchmark", now=now)
    made = _history(fleet, {portal: account.id for portal, account in accounts.items()}, now)
    for _ in range(0, RUNS, CHUNK):
        runs, items = zip(*(next(made) for _ in range(CHUNK)), strict=True)
        async with fleet.database.begin() as session:
            await session.execute(insert(Run), list(runs))
            await session.execute(insert(WorkItem), [item for few in items for item in few])


def _history(
    fleet: Fleet, accounts: dict[str, str], now: datetime
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """A year of runs, oldest first, ids as they would have been made."""
    chance = random.Random(7)  # noqa: S311 - a history that is the same each time
    portals = list(accounts)
    for number in range(RUNS):
        at = now - timedelta(days=365) * (1 - number / RUNS)
        portal = chance.choice(portals)
        run_id = f"run_{int(at.timestamp() * 1000) << 16 | number & 0xFFFF:016x}{number:012x}"
        state = RunState.LOST if chance.random() < 0.001 else RunState.ENDED
        run = {
            "id": run_id,
            "credential_id": accounts[portal],
            "portal": portal,
            "holder": "w",
            "fence": number,
            "state": state,
            "started_at": at,
            "ended_at": at,
            "logins": 1,
            "answered": 4,
            "failed": 1,
            "put_back": 0,
        }
        yield run, [_item(fleet, run, number * ITEMS_PER_RUN + each, chance) for each in range(ITEMS_PER_RUN)]


def _item(fleet: Fleet, run: dict[str, Any], number: int, chance: random.Random) -> dict[str, Any]:
    run_id, portal, credential, at = (run[name] for name in ("id", "portal", "credential_id", "started_at"))
    item_id = f"item_{int(at.timestamp() * 1000) << 16 | number & 0xFFFF:016x}{number:012x}"
    failure = chance.choice(FAILURES) if chance.random() < 0.02 else None
    changed = failure if isinstance(failure, PortalChanged) else None
    return {
        "id": item_id,
        "run_id": run_id,
        "portal": portal,
        "credential_id": credential,
        "payer": None,
        "capability": chance.choice(("eligibility", "claim_status")),
        "natural_key": item_id,
        "query": fleet.sealer.seal('{"claim_number": "E1"}', place("work_item", item_id)),
        "priority": 50,
        "due_at": at,
        "not_before": at,
        "state": ItemState.DONE,
        "attempts": 1,
        "requested_by": chance.choice(PEOPLE),
        "created_at": at,
        "started_at": at,
        "finished_at": at,
        "outcome": None if failure else chance.choice(OUTCOMES),
        "error_code": failure.code if failure else None,
        "error_sentence": failure.sentence if failure else None,
        "next_step": failure.next_step.value if failure else None,
        "error_page": changed.page if changed else None,
        "error_element": changed.element if changed else None,
    }


if __name__ == "__main__":
    asyncio.run(main())
