"""`fleet audit`: whether the chain of the trail holds, and the trail as a file to be kept."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import typer

from cli.actor import actor
from cli.exits import ANYTHING_ELSE
from cli.opened import opened_fleet, opened_store, read_settings
from cli.output import console, print_json
from core.errors import RequestInvalid
from lanes import trail
from lanes.assembly import evidence_store
from lanes.keeping.anchors import Anchors, checked
from lanes.trail import Exported
from store import audit
from store.audit import Verdict


def verify(*, anchor: str | None, as_json: bool) -> None:
    noted = _anchor(anchor) if anchor else None
    verdict, head, anchored, anchors = asyncio.run(_verified(noted))
    if as_json:
        print_json(asdict(verdict) | {"head": head, "anchored": anchored, "anchors": asdict(anchors)})
    elif verdict.broken_at is not None:
        console.print(f"The chain is broken at event {verdict.broken_at}: it, or one before it, was changed.")
    else:
        console.print(f"The chain holds: {verdict.events} events. Its head, to be noted elsewhere: {head}")
        if anchored is not None:
            console.print("It contains the noted head." if anchored else "It does NOT contain the noted head.")
        console.print(_told(anchors))
    if verdict.broken_at is not None or anchored is False or anchors.broken:
        raise typer.Exit(ANYTHING_ELSE)


def _told(anchors: Anchors) -> str:
    if anchors.broken:
        days = ", ".join(map(str, anchors.broken))
        return f"What was noted beside the evidence on {days} is NOT in it: its end was rewritten since."
    return f"{anchors.found} nights noted its end beside the evidence, and it contains them all."


def verify_file(source: Path, *, anchor: str | None, as_json: bool) -> None:
    noted = _anchor(anchor) if anchor else None
    verdict = trail.verify_file(source)
    anchored = None if noted is None else verdict.head == f"{noted[0]}:{noted[1]}"
    if as_json:
        print_json(asdict(verdict) | {"anchored": anchored})
    elif verdict.broken_at is not None:
        console.print(f"Line {verdict.broken_at} is not as it was written, or something before it is missing.")
    else:
        console.print(f"The file is whole: {verdict.events} events from number {verdict.first}, up to {verdict.head}")
        console.print(f"It was signed with the key {verdict.key}")
        if anchored is not None:
            console.print("It ends with the noted head." if anchored else "It does NOT end with the noted head.")
    if verdict.broken_at is not None or anchored is False:
        raise typer.Exit(ANYTHING_ELSE)


def export(target: Path, *, since: datetime | None, as_json: bool) -> None:
    async def run() -> Exported:
        async with opened_fleet() as fleet:
            begin = since.replace(tzinfo=UTC) if since else None
            return await trail.export(fleet, target, since=begin, actor=actor())

    exported = asyncio.run(run())
    if as_json:
        print_json(asdict(exported) | {"out": str(target)})
    else:
        console.print(f"{exported.events} events in {target}. Their head, to be noted elsewhere: {exported.head}")


async def _verified(noted: tuple[int, str] | None) -> tuple[Verdict, str, bool | None, Anchors]:
    async with opened_store() as database, database.read() as session:
        seq, digest = await audit.head(session)
        anchored = await audit.holds(session, *noted) if noted else None
        anchors = await checked(session, evidence_store(read_settings()), today=datetime.now(UTC).date())
        return await audit.verify(session), f"{seq}:{digest}", anchored, anchors


def _anchor(text: str) -> tuple[int, str]:
    seq, colon, digest = text.partition(":")
    if not (colon and seq.isdigit() and digest):
        raise RequestInvalid("An anchor is written NUMBER:HASH, as `fleet audit verify` prints it.", field="anchor")
    return int(seq), digest
