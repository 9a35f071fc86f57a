"""`fleet canary`: do the portals still look as the adapters know them? Asked before the morning's work, of nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import typer

from cli.actor import actor
from cli.exits import STATUS_OF, say
from cli.opened import opened_store, read_settings
from cli.output import console, print_json, progress_console, table
from core.capabilities.canary import CANARY
from core.errors import FleetError, NextStep, RequestInvalid
from core.home import Home
from lanes.questions.visit import Told, hand_in
from store import canaries, credentials
from store.canaries import CanaryPage
from store.credentials import CredentialState


def canary(portal: str | None, *, as_json: bool) -> None:
    portals = asyncio.run(_with_account(portal))
    with progress_console.status(f"Looking at {len(portals)} portals …"), ThreadPoolExecutor(len(portals)) as pool:
        troubles = dict(zip(portals, pool.map(_look, portals), strict=True))
    rows = asyncio.run(_rows(portals))
    if as_json:
        print_json(
            [_told(name, trouble, [row for row in rows if row.portal == name]) for name, trouble in troubles.items()]
        )
    else:
        states = [(row.portal, row.capability, row.entry, _state(row), row.seen_at) for row in rows]
        console.print(table("portal", "capability", "page", "state", "seen", rows=states))
    for name, trouble in troubles.items():
        if trouble is not None:
            say(f"{name}: {trouble.sentence}")
    if any(row.failing_since for row in rows):
        raise typer.Exit(STATUS_OF[NextStep.ASK_DEVELOPER])
    if met := [trouble for trouble in troubles.values() if trouble is not None]:
        raise typer.Exit(STATUS_OF[met[0].next_step])


def _look(portal: str) -> FleetError | None:
    wish: dict[str, Any] = {
        "capability": CANARY,
        "portal": portal,
        "payer": None,
        "credential": None,
        "keys": {},
        "fresh": True,
    }
    try:
        for event, details in hand_in(Home.from_environment(), wish | {"requested_by": actor()}):
            if event == "settled" and details["trouble"]:
                return Told(details["trouble"])
    except FleetError as problem:
        return problem
    return None


async def _with_account(portal: str | None) -> list[str]:
    async with opened_store() as database, database.read() as session:
        known = await credentials.all_of(session)
    here = [each for each in known if each.environment == read_settings().environment]
    usable = sorted({each.portal for each in here if each.state is CredentialState.OPEN})
    if portal is not None and portal not in usable:
        raise RequestInvalid(
            f"{portal} has no credential that is open; `fleet credentials` lists them.", field="portal"
        )
    if not usable:
        raise RequestInvalid("No portal has a credential yet; `fleet credentials add` makes one.", field="portal")
    return [portal] if portal else usable


async def _rows(portals: Sequence[str]) -> list[CanaryPage]:
    async with opened_store() as database, database.read() as session:
        return [row for portal in portals for row in await canaries.of_portal(session, portal)]


def _state(row: CanaryPage) -> str:
    if row.failing_since is None:
        return "well"
    return f"not found: {row.element}" if row.element else "not recognised"


def _told(portal: str, trouble: FleetError | None, rows: Sequence[CanaryPage]) -> dict[str, Any]:
    return {
        "portal": portal,
        "trouble": trouble.told() if trouble else None,
        "pages": [
            {
                "capability": row.capability,
                "page": row.entry,
                "element": row.element,
                "well": row.failing_since is None,
                "failing_since": row.failing_since.isoformat() if row.failing_since else None,
                "seen_at": row.seen_at.isoformat(),
            }
            for row in rows
        ],
    }
