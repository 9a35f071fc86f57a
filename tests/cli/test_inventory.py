"""`fleet inventory`: every account in a sheet, with all that is known of it and what people have noted."""

from __future__ import annotations

import asyncio
import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import forked
from openpyxl import load_workbook

from core.errors import CredentialRejected
from core.home import Home
from core.settings import Settings
from core.vault.hvac_vault import HvacVault
from lanes.assembly import Fleet
from payers.registry import load_manifest
from store import credentials
from store.credentials import LoggedIn, NewCredential
from store.database import Database

NAME, NOTES = "inventoried", "Asks for Dana at 555-0100; the token is in the safe"
DAYS = {"--recertify-by": "2031-01-02", "--attest-by": "2031-02-03", "--authorized-on": "2026-01-15"}


def fleet(home: Home, *words: str, status: int = 0) -> str:
    ended = forked.fleet(home.path, *words)
    assert ended.returncode == status, ended.stderr
    return ended.stdout


async def an_account(home: Home, vault: HvacVault) -> datetime:
    """That has logged in, after a password of it was refused; gives the moment."""
    home.database.parent.mkdir(exist_ok=True)
    database = Database.open(home.database)
    await database.migrate()
    await database.close()
    now = datetime.now(UTC)
    async with Fleet.open(Settings(home=home.path), vault) as opened, opened.database.begin() as session:
        new = NewCredential("uhc", NAME, "simulator", administrator_contact="Dana Fox, 555-0100")
        credential = await credentials.add(session, opened.sealer, new, actor="test", now=now)
        refused = CredentialRejected("The portal refused the password.")
        await credentials.stop(session, credential.id, refused, actor="t", now=now - timedelta(days=2))
        await credentials.reopen(session, credential.id, actor="t", reason="mended", now=now)
        login = LoggedIn(now, 0.0, now.date() + timedelta(days=30), 1)
        await credentials.logged_in(session, credential.id, login, actor="t")
    return now


def lines(sheet: Path) -> list[dict[str, str]]:
    if sheet.suffix == ".csv":
        with sheet.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
    else:
        read = load_workbook(sheet).worksheets[0].iter_rows(values_only=True)
        rows = [[str(value or "") for value in row] for row in read]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


async def test_the_sheet_has_all_that_is_known_of_an_account(
    openbao_home: Home, control_vault: HvacVault, tmp_path: Path
) -> None:
    now = await an_account(openbao_home, control_vault)
    said = ["--authorization-form", "form 7, binder 2", "--backup-codes", "4", "--notes", NOTES]
    for name, day in DAYS.items():
        said += [name, day]
    await asyncio.to_thread(fleet, openbao_home, "credentials", "note", NAME, *said)
    manifest = load_manifest("uhc")
    assert manifest.inactivity_days is not None
    expected = {
        "portal": manifest.name,
        "portal URL": manifest.environments["simulator"].url,
        "credential": NAME,
        "state": "open",
        "administrator contact": "Dana Fox, 555-0100",
        "last login date": f"{now.astimezone():%Y-%m-%d}",
        "last failure": f"CredentialRejected on {now - timedelta(days=2):%Y-%m-%d}",
        "password expires": str(now.date() + timedelta(days=30)),
        "inactive from": str(now.date() + timedelta(days=manifest.inactivity_days)),
        "recertify by": "2031-01-02",
        "attest by": "2031-02-03",
        "backup codes left": "4",
        "authorization form on file": "form 7, binder 2 of 2026-01-15",
        "next access review": "now",
    }
    for ending in (".csv", ".xlsx"):
        target = tmp_path / f"accounts{ending}"
        await asyncio.to_thread(fleet, openbao_home, "inventory", "--out", str(target))
        mine = [line for line in lines(target) if line["credential"] == NAME]
        assert [line["payer"] for line in mine] == [payer.name for payer in manifest.payers]
        for line in mine:
            assert {name: line[name] for name in expected} == expected
            assert line["notes"].startswith(NOTES)
        every = {line["portal"] for line in lines(target)}
        assert load_manifest("ucare").name in every  # a portal without an account is listed as well
    assert NOTES.encode() not in openbao_home.database.read_bytes()
    await asyncio.to_thread(fleet, openbao_home, "credentials", "note", NAME, "--notes", " ")
    await asyncio.to_thread(fleet, openbao_home, "inventory", "--out", str(target))
    assert not [line for line in lines(target) if NOTES in line["notes"]]
    doctor = json.loads(await asyncio.to_thread(fleet, openbao_home, "doctor", "--json", status=1))
    (reminder,) = [part for part in doctor["parts"] if part["part"] == "access review"]
    assert reminder["well"]
    assert "uhc (now)" in reminder["told"]
