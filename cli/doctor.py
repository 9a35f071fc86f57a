"""`fleet doctor`: each part is made to do a little of its real work; what fails is told with its cure."""

from __future__ import annotations

import asyncio
import http.client
import os
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import typer
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import async_playwright
from sqlalchemy import text

from bots.host import find_chromium
from cli.exits import ANYTHING_ELSE
from cli.opened import opened_fleet, opened_store, read_settings
from cli.output import console, print_json, progress_console, table
from core.errors import FleetError, PartUnavailable
from core.settings import Home
from flows import directory
from lanes.accounts.review_report import SOON, reviewed
from payers.registry import manifests, read_portals
from stack import fleet_up
from stack.parts import PartState
from store import audit, credentials
from store.credentials import CredentialState

CLOCK_SECONDS = 10.0
"""A code is good for 30; beyond this, log-ins begin to fail."""
DISK_BYTES = 500 * 2**20


@dataclass(frozen=True)
class Finding:
    part: str
    well: bool
    told: str
    """How it is; where it is not well, with the cure."""


def doctor(*, as_json: bool) -> None:
    home = read_settings().layout
    with progress_console.status("Looking at every part …"):
        findings = asyncio.run(_examine(home))
    if as_json:
        print_json({"well": all(each.well for each in findings), "parts": [asdict(each) for each in findings]})
    else:
        rows = [(each.part, "well" if each.well else "not well", each.told) for each in findings]
        console.print(table("part", "is", "what to know", rows=rows))
    if not all(each.well for each in findings):
        raise typer.Exit(ANYTHING_ELSE)


async def _examine(home: Home) -> list[Finding]:
    checks: dict[str, Callable[[Home], Awaitable[str]]] = {
        "browser": _browser,
        "vault": _vault,
        "prefect": _prefect,
        "store": _store,
        "worker": _worker,
        "adapters": _adapters,
        "access review": _access_review,
        "clock": _clock,
        "disk": _disk,
    }
    return list(await asyncio.gather(*(_finding(part, check(home)) for part, check in checks.items())))


async def _finding(part: str, check: Awaitable[str]) -> Finding:
    try:
        return Finding(part, well=True, told=await check)
    except FleetError as problem:
        return Finding(part, well=False, told=problem.sentence)


async def _browser(_: Home) -> str:
    installed = find_chromium()
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=installed, args=flags)
            try:
                await (await browser.new_page()).goto("about:blank")
                return f"Chromium {browser.version} draws pages."
            finally:
                await browser.close()
    except PlaywrightError:
        raise PartUnavailable(
            "browser", "No Chromium starts here; `make setup` gets one, or on Debian: apt-get install chromium."
        ) from None


async def _vault(_: Home) -> str:
    async with opened_fleet() as fleet:
        return f"It opens, and the store's key with it ({len(fleet.portals)} portals known)."


async def _prefect(home: Home) -> str:
    known = directory.load(home)
    address = urlsplit(known.api)

    def ask() -> int:
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=5)
        try:
            connection.request("GET", f"{address.path}/admin/version", headers=known.headers)
            return connection.getresponse().status
        finally:
            connection.close()

    try:
        status = await asyncio.to_thread(ask)
    except (OSError, http.client.HTTPException):
        status = 0
    if status == http.client.UNAUTHORIZED:
        raise known.refused()
    if status != http.client.OK:
        raise PartUnavailable("prefect", f"Prefect does not answer; `fleet up` starts it. {directory.KEPT}")
    return "It answers, and knows the deployments."


async def _store(_: Home) -> str:
    async with opened_store() as database, database.read() as session:
        if session.get_bind().dialect.name == "sqlite" and await session.scalar(text("PRAGMA quick_check")) != "ok":
            raise PartUnavailable("store", "The store's file is damaged; restore it from the backup.")
        verdict = await audit.verify(session)
    if verdict.broken_at is not None:
        raise PartUnavailable(
            "store", f"The audit trail was changed at entry {verdict.broken_at}; compare it with the backup."
        )
    return f"It reads, and its audit trail of {verdict.events} entries is whole."


async def _worker(_: Home) -> str:
    for part in await fleet_up.status(read_settings()):
        if part.name == "worker" and part.state is PartState.RUNNING:
            return "It runs and takes questions."
        if part.name == "worker":
            raise PartUnavailable("worker", part.detail or f"It is {part.state.value}; `fleet up` starts it.")
    raise PartUnavailable("worker", "It was never started here; `fleet up` starts it.")


async def _adapters(_: Home) -> str:
    """Read here and now: a worker has those that were there when it started."""
    found = read_portals(read_settings().environment)
    if found.broken:
        sentences = " ".join(f"{portal}: {problem.sentence}" for portal, problem in found.broken.items())
        raise PartUnavailable(
            "adapters", f"{sentences} Mend it (`fleet portals check`), then `fleet down`, `fleet up`."
        )
    return f"All {len(found.whole)} are whole."


async def _access_review(_: Home) -> str:
    """A reminder: no part is unwell for it."""
    async with opened_store() as database, database.read() as session:
        ours = {each.portal for each in await credentials.all_of(session) if each.state is not CredentialState.RETIRED}
        known = [each for each in await reviewed(session, manifests().whole) if each.portal in ours]
    due = [f"{each.portal} ({each.due})" for each in known if each.due_soon(datetime.now(UTC))]
    if not due:
        return f"None is due within {SOON.days} days."
    return f"Due: {', '.join(due)}. Compare who has access with who should: `fleet accounts audit --roster FILE`."


async def _clock(_: Home) -> str:
    """The portals' own clocks are what codes are judged by; each log-in notes how far ahead a portal's clock is."""
    async with opened_store() as database, database.read() as session:
        known = [each for each in await credentials.all_of(session) if each.last_login_at]
    if not known:
        return "No portal's clock has been seen yet; the first log-in compares."
    worst = max(known, key=lambda each: abs(each.clock_offset_seconds))
    if abs(worst.clock_offset_seconds) > CLOCK_SECONDS:
        raise PartUnavailable(
            "clock",
            f"This machine's clock differs by {abs(worst.clock_offset_seconds):.0f} s from that of {worst.portal}; "
            "let a time service set it (apt-get install systemd-timesyncd).",
        )
    return f"Within {CLOCK_SECONDS:.0f} s of every portal that was seen."


async def _disk(home: Home) -> str:
    folder = home.path if home.path.exists() else home.path.parent
    free = shutil.disk_usage(folder).free
    if free < DISK_BYTES:
        raise PartUnavailable(
            "disk", f"Only {free // 2**20} MB are free in {folder}; make room, evidence needs some 0.2 MB per answer."
        )
    return f"{free // 2**30} GB are free in {folder}."
