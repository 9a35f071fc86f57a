"""`fleet inventory`: which accounts a practice has at which portals, as a sheet."""

from __future__ import annotations

import asyncio
from pathlib import Path

from cli.opened import opened_fleet
from cli.output import console
from lanes.accounts.freshness import Freshness, board
from lanes.assembly import Fleet
from lanes.batches.results import sheet_writer
from store import credentials

HEADINGS = (
    *("payer", "portal", "portal URL", "credential", "state", "administrator contact"),
    *("last login date", "last failure", "password expires", "inactive from", "recertify by", "backup codes left"),
    *("authorization form of", "notes"),
)


def write_inventory(target: Path) -> None:
    rows = asyncio.run(_rows())
    with sheet_writer(target) as sheet:
        sheet.write(list(HEADINGS))
        for row in rows:
            sheet.write(row)
    console.print(f"{len(rows)} rows are in {target}.")


async def _rows() -> list[list[str]]:
    """One per payer and credential, what ends first on top; a portal without a credential has its rows too."""
    async with opened_fleet() as fleet:
        async with fleet.database.read() as session:
            listed = await board(session, dict(fleet.portals))
        known = [each for each in listed if each.credential.portal in fleet.portals and not each.retired]
        without = [portal for portal in fleet.portals if all(each.credential.portal != portal for each in known)]
        accounts = [row for each in known for row in _of_portal(fleet, each.credential.portal, each)]
        return accounts + [row for portal in without for row in _of_portal(fleet, portal, None)]


def _of_portal(fleet: Fleet, portal: str, fresh: Freshness | None) -> list[list[str]]:
    manifest = fleet.portals[portal]
    url = manifest.environments[fleet.settings.environment].url
    if fresh is None:
        account = ["", "no credential yet", manifest.administrator_contact or "", *[""] * 7]
        notes = manifest.notes or ""
    else:
        credential = fresh.credential
        account = [
            credential.name,
            credential.state.value,
            credential.administrator_contact or manifest.administrator_contact or "",
            f"{credential.last_login_at.astimezone():%Y-%m-%d}" if credential.last_login_at else "",
            credential.last_failure_code or "",
            *(str(day or "") for day in (credential.password_expires_on, fresh.inactive_on, credential.recertify_by)),
            "" if credential.backup_codes_left is None else str(credential.backup_codes_left),
            str(credential.authorized_on or ""),
        ]
        own = credentials.notes_of(credential, fleet.sealer)
        notes = " ".join(filter(None, (credential.stop_sentence, own, manifest.notes)))
    return [[payer.name, manifest.name, url, *account, notes] for payer in manifest.payers]
