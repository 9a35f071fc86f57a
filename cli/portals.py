"""`fleet portals`: which portals there are, how well each is proven, and whether its data is whole."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import typer

from cli.actor import actor
from cli.exits import STATUS_OF, say
from cli.opened import opened_store, read_settings
from cli.output import console, print_json, table
from core.capabilities.catalog import CAPABILITIES
from core.errors import NextStep, RequestInvalid
from core.manifest import Manifest
from payers.check import lacking, problems
from payers.registry import (
    AdapterError,
    EnvironmentName,
    load_checklist,
    load_manifest,
    load_portal,
    manifests,
    portal_ids,
)
from payers.told import facts
from store import quarantine, queue

RUNBOOKS = "docs/portals"


def list_portals(*, as_json: bool) -> None:
    environment = read_settings().environment
    known, broken = manifests()
    for portal, problem in broken.items():
        say(f"{portal} is left out: {problem.sentence}")
    here = [manifest for manifest in known.values() if environment in manifest.environments]
    if as_json:
        print_json([_portal(manifest, environment) for manifest in here])
        return
    rows = [
        (
            each.id,
            each.name,
            ", ".join(payer.id for payer in each.payers),
            ", ".join(each.capabilities),
            each.rung.value,
        )
        for each in here
    ]
    console.print(table("portal", "name", "payers", "capabilities", "proven", rows=rows))


def show_portal(portal: str, *, as_json: bool) -> None:
    """What its manifest knows, with the sources."""
    manifest = load_manifest(_known(portal))
    if as_json:
        print_json(manifest.model_dump(mode="json"))
        return
    console.print(manifest.name, style="bold")
    for each in facts(manifest):
        console.print(f"{each.what}: {each.said}")
        if each.source:
            console.print(f"    {each.source}", style="dim")


def _known(portal: str) -> str:
    """Raises RequestInvalid."""
    if portal not in portal_ids():
        raise RequestInvalid(f"“{portal}” is not a portal; known are {', '.join(portal_ids())}.", field="portal")
    return portal


def _portal(manifest: Manifest, environment: EnvironmentName) -> dict[str, Any]:
    return {
        "id": manifest.id,
        "name": manifest.name,
        "url": manifest.environments[environment].url,
        "payers": [{"id": payer.id, "name": payer.name} for payer in manifest.payers],
        "capabilities": list(manifest.capabilities),
        "rung": manifest.rung.value,
        "retention": [each.model_dump(exclude_none=True) for each in manifest.retention],
        "policy": manifest.policy.model_dump(mode="json"),
        "paused": manifest.paused,
    }


def reopen_portal(portal: str, capability: str, reason: str) -> None:
    async def release() -> int:
        async with opened_store() as database, database.begin() as session:
            await quarantine.release(session, portal, capability, actor=actor(), reason=reason, now=datetime.now(UTC))
            return await queue.release_held(session, portal)

    console.print(f"{portal} is asked for {capability} again; {asyncio.run(release())} questions go on.")


def check_portals(portal: str | None) -> None:
    """Selector data and code of each adapter against each other, and what its manifest lacks, without a browser."""
    if portal is not None:
        _known(portal)
    found = {each: list(ailments(each)) for each in ([portal] if portal else portal_ids())}
    for name, sentences in found.items():
        console.print(f"{name}: {'whole' if not sentences else ''}".rstrip())
        for sentence in sentences:
            console.print(f"  {sentence}")
    if any(found.values()):
        raise typer.Exit(STATUS_OF[NextStep.ASK_DEVELOPER])


def ailments(portal: str) -> Iterator[str]:
    try:
        load_checklist(portal)
        yield from lacking(load_manifest(portal))
        for environment in load_manifest(portal).environments:
            definition = load_portal(portal, environment)
            if definition is not None:
                yield from problems(definition)
                return
    except (AdapterError, RequestInvalid) as error:
        yield error.sentence


def print_matrix() -> None:
    """Markdown: what README.md holds, and a test compares."""
    typer.echo(matrix())


def matrix() -> str:
    names = list(CAPABILITIES)
    rows = [["portal", *(name.replace("_", " ") for name in names), "payers"], ["---"] * (len(names) + 2)]
    for portal, manifest in manifests().whole.items():
        states = [manifest.rung.value if name in manifest.capabilities else "" for name in names]
        payers = ", ".join(payer.name for payer in manifest.payers)
        rows.append([f"[{manifest.name}]({RUNBOOKS}/{portal}.md) `{portal}`", *states, payers])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
