"""`fleet inventory`: which accounts a practice has at which portals, as a sheet."""

from __future__ import annotations

import asyncio
from pathlib import Path

from cli.opened import opened_fleet
from cli.output import console
from lanes.accounts import registration
from lanes.accounts.freshness import Freshness, board
from lanes.accounts.review_report import reviewed
from lanes.assembly import Fleet
from lanes.batches.results import sheet_writer
from store import credentials

HEADINGS = (
    *("payer", "portal", "portal URL", "credential", "state", "administrator contact", "last login date"),
    *("last failure", "password expires", "inactive from", "recertify by", "attest by", "backup codes left"),
    *("authorization form on file", "next access review", "registration", "notes"),
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
            listed = await board(session, fleet.portals, fleet.settings)
            under_way = {each.portal: each.under_way for each in await registration.board(session, fleet)}
            reviews = {each.portal: each.due for each in await reviewed(session, fleet.portals)}
        known = [each for each in listed if each.credential.portal in fleet.portals and not each.retired]
        without = [portal for portal in fleet.portals if all(each.credential.portal != portal for each in known)]
        shown = [*((each.credential.portal, each) for each in known), *((portal, None) for portal in without)]
        told = {
            portal: {
                "registration": "; ".join(each.told for each in under_way[portal]),
                "next access review": reviews.get(portal, "by hand"),
            }
            for portal in fleet.portals
        }
        return [row for portal, each in shown for row in _of_portal(fleet, portal, each, told[portal])]


def _of_portal(fleet: Fleet, portal: str, fresh: Freshness | None, known: dict[str, str]) -> list[list[str]]:
    manifest = fleet.portals[portal]
    url = manifest.environments[fleet.settings.environment].url
    account, own = _account(fleet, fresh) if fresh else ({"state": "no credential yet"}, "")
    account = {"administrator contact": manifest.administrator_contact or ""} | account
    told = account | known | {"notes": " ".join(filter(None, (own, manifest.notes)))}
    told |= {"portal": manifest.name, "portal URL": url}
    return [[{**told, "payer": payer.name}.get(heading, "") for heading in HEADINGS] for payer in manifest.payers]


def _account(fleet: Fleet, fresh: Freshness) -> tuple[dict[str, str], str]:
    """What is known of it by heading, and its own notes."""
    known = fresh.credential
    told: dict[str, object] = {
        "credential": known.name,
        "state": known.state.value,
        "administrator contact": known.administrator_contact,
        "last login date": f"{known.last_login_at.astimezone():%Y-%m-%d}" if known.last_login_at else None,
        "last failure": fresh.last_failure,
        "password expires": known.password_expires_on,
        "inactive from": fresh.inactive_on,
        "recertify by": known.recertify_by,
        "attest by": known.attest_by,
        "backup codes left": known.backup_codes_left,
        "authorization form on file": fresh.authorization,
    }
    notes = " ".join(filter(None, (known.stop_sentence, credentials.notes_of(known, fleet.sealer))))
    return {heading: str(value) for heading, value in told.items() if value is not None}, notes
