"""`fleet accounts audit`: the quarterly review of who has access, as a sheet that a person signs."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from cli.opened import actor, opened_fleet
from cli.output import console, print_json, table
from lanes.accounts.access_review import Review, review, sign_off
from lanes.batches.results import sheet_writer

HEADINGS = ("portal", "user name", "name", "finding", "detail", "as of")


def audit(roster: Path, *, out: Path | None, portal: str | None, sign: bool, as_json: bool) -> None:
    done, signed = asyncio.run(_reviewed(roster, portal, sign=sign))
    days = {portal: f"{moment:%Y-%m-%d}" for portal, moment in done.as_of.items()}
    rows = [
        (each.portal, each.username, each.name or "", each.finding.value, each.detail, days[each.portal])
        for each in done.found
    ]
    line = f"Signed off by {actor()} on {signed:%Y-%m-%d %H:%M} UTC." if signed else "Not signed off yet."
    if out is not None:
        with sheet_writer(out) as sheet:
            sheet.write(list(HEADINGS))
            for row in rows:
                sheet.write(list(row))
            sheet.write([line])
    if as_json:
        findings = [dict(zip(HEADINGS, row, strict=True)) for row in rows]
        print_json({"users": done.users, "findings": findings, "signed": signed})
        return
    if rows:
        console.print(table(*HEADINGS, rows=rows))
    console.print(f"{done.users} users on {len(done.as_of)} portals, {len(rows)} findings. {line}")


async def _reviewed(roster: Path, portal: str | None, *, sign: bool) -> tuple[Review, datetime | None]:
    async with opened_fleet() as fleet:
        done = await review(fleet, roster, viewer=actor(), only=portal)
        return done, await sign_off(fleet, done, signed_by=actor()) if sign else None
