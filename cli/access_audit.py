"""`fleet accounts audit`: the quarterly review of who has access, as a sheet that a person signs."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from cli.actor import actor
from cli.opened import opened_fleet
from cli.output import console, print_json, table
from lanes.accounts.access_review import Review, review, sign_off
from lanes.accounts.review_report import Reviewed, page, reviewed
from lanes.batches.results import sheet_writer
from lanes.views import write_private

HEADINGS = ("portal", "user name", "name", "finding", "detail", "as of")
_PAGES = (".html", ".htm")
TO_FILL_IN = ("decision", "done on", "by")
"""Columns that are left to the person who reviews."""


def list_reviews(*, as_json: bool) -> None:
    async def listed() -> list[Reviewed]:
        async with opened_fleet() as fleet, fleet.database.read() as session:
            return await reviewed(session, fleet.portals)

    known = asyncio.run(listed())
    if as_json:
        print_json([vars(each) | {"due_on": each.due_at and each.due_at.date()} for each in known])
        return
    rows = [(each.portal, each.at, each.by, each.findings, each.due) for each in known]
    console.print(table("portal", "reviewed", "by", "findings", "due", rows=rows))


def audit(roster: Path, *, out: Path | None, portal: str | None, sign: bool, as_json: bool) -> None:
    done, signed, report = asyncio.run(_reviewed(roster, portal, sign=sign))
    days = {portal: f"{moment:%Y-%m-%d}" for portal, moment in done.as_of.items()}
    rows = [
        (each.portal, each.username, each.name or "", each.finding.value, each.detail, days[each.portal])
        for each in done.found
    ]
    line = f"Signed off by {actor()} on {signed:%Y-%m-%d %H:%M} UTC." if signed else "Not signed off yet."
    if out is not None and out.suffix.lower() in _PAGES:
        write_private(out, report)
    elif out is not None:
        with sheet_writer(out) as sheet:
            sheet.write([*HEADINGS, *TO_FILL_IN])
            for row in rows:
                sheet.write([*row, *[""] * len(TO_FILL_IN)])
            sheet.write([line])
    if as_json:
        findings = [dict(zip(HEADINGS, row, strict=True)) for row in rows]
        print_json({"users": done.users, "findings": findings, "by_hand": done.by_hand, "signed": signed})
        return
    if rows:
        console.print(table(*HEADINGS, rows=rows))
    if done.by_hand:
        console.print(f"Look up yourself who has access to {', '.join(done.by_hand)}: no bot reads it there.")
    console.print(f"{done.users} users on {len(done.as_of)} portals, {len(rows)} findings. {line}")


async def _reviewed(roster: Path, portal: str | None, *, sign: bool) -> tuple[Review, datetime | None, bytes]:
    async with opened_fleet() as fleet:
        done = await review(fleet, roster, viewer=actor(), only=portal)
        signed = await sign_off(fleet, done, signed_by=actor()) if sign else None
        return done, signed, await page(fleet, done, signed_by=actor() if sign else None, signed_at=signed)
