"""`fleet inventory`: which accounts a practice has at which portals, as a sheet."""

from __future__ import annotations

import asyncio
from pathlib import Path

from cli.opened import opened_fleet
from cli.output import console
from lanes.assembly import Fleet
from lanes.results import sheet_writer
from store import credentials
from store.credentials import Credential

HEADINGS = (
    *("payer", "portal", "portal URL", "credential", "state", "administrator contact"),
    *("last login date", "password expires", "notes"),
)


def write_inventory(target: Path) -> None:
    rows = asyncio.run(_rows())
    with sheet_writer(target) as sheet:
        sheet.write(list(HEADINGS))
        for row in rows:
            sheet.write(row)
    console.print(f"{len(rows)} rows are in {target}.")


async def _rows() -> list[list[str]]:
    """One per payer and credential; a portal without a credential has its rows too."""
    async with opened_fleet() as fleet:
        async with fleet.database.read() as session:
            known = await credentials.all_of(session)
        accounts = {portal: [each for each in known if each.portal == portal] for portal in fleet.portals}
        return [
            row
            for portal, its_own in accounts.items()
            for credential in its_own or (None,)
            for row in _of_portal(fleet, portal, credential)
        ]


def _of_portal(fleet: Fleet, portal: str, credential: Credential | None) -> list[list[str]]:
    manifest = fleet.portals[portal]
    url = manifest.environments[fleet.settings.environment].url
    if credential is None:
        account = ["", "no credential yet", manifest.administrator_contact or "", "", ""]
        notes = manifest.notes or ""
    else:
        account = [
            credential.name,
            credential.state.value,
            credential.administrator_contact or manifest.administrator_contact or "",
            f"{credential.last_login_at.astimezone():%Y-%m-%d}" if credential.last_login_at else "",
            str(credential.password_expires_on or ""),
        ]
        own = credentials.notes_of(credential, fleet.sealer)
        notes = " ".join(filter(None, (credential.stop_sentence, own, manifest.notes)))
    return [[payer.name, manifest.name, url, *account, notes] for payer in manifest.payers]
