"""`python -m benchmarks.history`: how fast the console's lists are over a long history, page by page, from request to
last byte, beside the plainest look-up that there is.

Fills a SQLite store of its own, or the empty database that FLEET_STORE_URL names; RUNS=1000000 for a longer history.
With FIGURES=docs/figures.md the figures are kept there, in the place of those of the same database.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

import httpx

from benchmarks.long_history import ITEMS_PER_RUN, PEOPLE, History, fill, sheet_id
from cli.output import console, table
from console.app import create_app
from console.door import COOKIE
from core.settings import Settings
from core.vault import MemoryVault
from lanes import people as entrance
from lanes.assembly import Fleet
from lanes.keeping.overview import count_days
from payers.registry import manifests
from store import audit, credentials, people, runs
from store.credentials import NewCredential
from store.database import Database
from store.history import Wanted
from store.history import page as runs_page
from store.keys import open_sealer
from store.objects import MemoryStore
from store.people import ConsoleSession, Keeper, Role, Stage

RUNS = int(os.environ.get("RUNS", "100000"))
HEADINGS = ("list", "median ms", "p95 ms", "slowest ms", "p95: look-ups")
LOOKS = 60
DEEP = 10
"""Pages further down that each list is followed."""
WIDE, NARROW = "12-3456789", "98-7654321"
"""Tax IDs: of nearly all runs, and of one in a hundred."""
PATHS = {
    "runs": "/runs?",
    "runs of a portal": "/runs?portal=availity&",
    "runs of a capability": "/runs?capability=claim_status&",
    "runs of a person and an outcome": "/runs?person=pat&outcome=member_not_found&",
    "runs that failed": "/runs?outcome=PortalChanged&",
    "runs that nobody made": "/runs?person=pat&outcome=mismatch&portal=uhc&",
    "runs in a state that is rare": "/runs?state=lost&portal=ucare&",
    "runs of last spring": "/runs?until=2026-05-01&",
    "my questions": "/answers?",
    "sheets": "/batches?",
    "rows of a sheet": f"/batches/{sheet_id(0)}?",
    "audit trail": "/audit?",
    "audit trail: looks": "/audit?action=phi.&",
    "audit trail: a person": "/audit?actor=pat&",
    "audit trail: exports of a person": "/audit?actor=pat&action=phi.export&",
    "failures of a week": "/failures?days=7&",
    "failures of 90 days": "/failures?days=90&",
    "runs of an account": "/runs?credential={credential}&",
    "submissions": "/submissions?",
    "queue": "/queue?",
    "schedules": "/schedules?",
    "calendar": "/calendar?",
    "forecast": "/forecast?",
    "accounts": "/accounts?",
    "portals": "/portals?",
    "people": "/people?",
    "review of access": "/access?",
    "retention": "/retention?",
    "overview": "/?",
}
SCOPED = {"runs, of one tax ID": "/runs?", "failures, of one tax ID": "/failures?days=90&", "overview, of one": "/?"}


@dataclass
class Timed:
    """One list, followed down a few pages and begun again."""

    name: str
    client: httpx.AsyncClient
    path: str
    where: str = ""
    took: list[float] = field(default_factory=list)

    async def look(self) -> None:
        if len(self.took) % DEEP == 0:
            self.where = self.path
        began = time.perf_counter()
        answer = await self.client.get(self.where)
        self.took.append((time.perf_counter() - began) * 1000)
        answer.raise_for_status()
        found = answer.text.partition('" rel="next">')
        older = found[0].rpartition('href="')[2] if found[1] else ""
        self.where = self.path.partition("?")[0] + older.replace("&amp;", "&") if older else self.path


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="fleet-bench-") as folder:
        where = os.environ.get("FLEET_STORE_URL") or Path(folder) / "fleet.db"
        database = Database.open(where)
        try:
            await database.migrate()
            await _measure(database, where, Path(folder))
        finally:
            await database.close()


async def _measure(database: Database, where: str | Path, folder: Path) -> None:
    vault, known = MemoryVault(), manifests().whole
    fleet = Fleet(
        settings=Settings(home=folder),
        database=database,
        vault=vault,
        sealer=await open_sealer(database, vault),
        evidence=MemoryStore(),
        portals=known,
        adapter_versions=dict.fromkeys(known, "benchmark"),
    )
    began = time.monotonic()
    await _fill(fleet, where)
    console.print(f"{RUNS:,} runs and {RUNS * ITEMS_PER_RUN:,} questions in {time.monotonic() - began:.0f} s.")
    await _look_around(fleet)


async def _look_around(fleet: Fleet) -> None:
    before = os.getloadavg()
    app = create_app(fleet)
    transport = httpx.ASGITransport(app)
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as everything,
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as little,
    ):
        everything.cookies.set(COOKIE, await _signed_in(fleet, PEOPLE[0], None))
        little.cookies.set(COOKIE, await _signed_in(fleet, "narrow", frozenset({NARROW})))
        async with fleet.database.read() as session:
            account = (await credentials.all_of(session))[0].id
        lists = [Timed(name, everything, path.replace("{credential}", account)) for name, path in PATHS.items()]
        lists += [Timed(name, little, path) for name, path in SCOPED.items()]
        lists.insert(0, Timed("a page without a list", everything, "/account?"))
        looked_up: list[float] = []
        for _ in range(LOOKS):  # in turns: what else the machine does meets all of them alike
            app.state.house.kept.forget("questions")  # the overview counts them anew at each look
            looked_up.append(await _look_up(fleet))
            for each in lists:
                await each.look()
    rows = [
        (name, *_numbers(took, looked_up))
        for name, took in (("one run by its id, in the store", looked_up), *((each.name, each.took) for each in lists))
    ]
    console.print(table(*HEADINGS, rows=rows, numbers=frozenset(HEADINGS[1:])))
    if figures := os.environ.get("FIGURES"):
        busy = " to ".join(f"{load:.0f}" for load in (before[0], os.getloadavg()[0]))
        _keep(Path(figures), "PostgreSQL" if fleet.database.is_shared else "SQLite", busy, rows)


def _keep(figures: Path, database: str, busy: str, rows: Sequence[tuple[str, ...]]) -> None:
    said = (
        f"{RUNS:,} runs, {RUNS * ITEMS_PER_RUN:,} questions; {LOOKS} looks at each list, {DEEP} pages down. "
        f"Measured on {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, beside a load of {busy}."
    )
    lines = [HEADINGS, ("---", *["---:"] * len(HEADINGS[1:])), *rows]
    section = f"## Lists on {database}\n\n{said}\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)
    others = re.split(r"^(?=## )", figures.read_text(), flags=re.MULTILINE)
    kept = [each.strip() + "\n" for each in others if not each.startswith(section.partition("\n")[0] + "\n")]
    figures.write_text("\n".join([*kept, section]))


def _numbers(took: list[float], plainest: list[float]) -> tuple[str, ...]:
    p95 = quantiles(took, n=20)[-1]
    return f"{median(took):.1f}", f"{p95:.1f}", f"{max(took):.1f}", f"{p95 / quantiles(plainest, n=20)[-1]:.1f}"


async def _look_up(fleet: Fleet) -> float:
    """Milliseconds of the plainest thing that a store can be asked: one row by its key."""
    async with fleet.database.read() as session:
        wanted = (await runs_page(session, Wanted(), limit=1)).runs[0].id
    began = time.perf_counter()
    async with fleet.database.read() as session:
        await runs.get(session, wanted)
    return (time.perf_counter() - began) * 1000


async def _signed_in(fleet: Fleet, name: str, tins: frozenset[str] | None) -> str:
    token, now = secrets.token_urlsafe(), datetime.now(UTC)
    async with fleet.database.begin() as session:
        person = await people.add(
            session, name, password_hash="", roles=frozenset(Role), tins=tins, by=Keeper("benchmark"), now=now
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


async def _fill(fleet: Fleet, where: str | Path) -> None:
    now = datetime.now(UTC)
    async with fleet.database.begin() as session:
        if await credentials.all_of(session):
            sys.exit("There is something in this store already; name an empty database.")
        accounts = []
        for portal, name, tin in [
            *((portal, "north", WIDE) for portal in fleet.portals),
            ("availity", "south", NARROW),
        ]:
            new = NewCredential(portal=portal, name=name, environment="simulator", tin=tin)
            made = await credentials.add(session, fleet.sealer, new, actor="benchmark", now=now)
            accounts.append((portal, made.id))
    async with fleet.database.read() as session:  # a transaction writes its events at its end
        last, _ = await audit.head(session)
    await fill(where, History(fleet, accounts, RUNS, first_event=last + 1))
    await count_days(fleet)  # as every night


if __name__ == "__main__":
    asyncio.run(main())
