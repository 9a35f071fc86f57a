"""The command line on the real stack: vault, Prefect, worker, browser, and a portal that has bad days.

One stack for all tests of this file, in their order: each leaves the portal and the credential as it found them.
"""

from __future__ import annotations

import asyncio
import csv
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pyotp import random_base32

from cli.demo.canary import Search
from cli.demo.planting import NPI, ORGANIZATION
from cli.demo.show import control_of
from cli.demo.simulated import SimulatorControl
from cli.demo.verdict import judge
from core.capabilities.catalog import capability
from core.home import Home
from core.phi import Secret

FLEET = Path(sys.executable).with_name("fleet")
PORTAL = "availity"


@dataclass
class RealFleet:
    home: Home
    printed: list[str] = field(default_factory=list)
    username: str = field(default_factory=lambda: f"bot.{secrets.token_hex(4)}")
    password: str = field(default_factory=lambda: f"{secrets.token_urlsafe(10)}&<é")
    seed: str = field(default_factory=random_base32)
    asked: dict[str, set[str]] = field(default_factory=lambda: {"member id": set(), "claim number": set()})

    async def __call__(self, *words: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
        told = await asyncio.to_thread(
            subprocess.run,
            [FLEET, *words],
            env={**os.environ, "FLEET_HOME": str(self.home.path), "FLEET_LINGER_SECONDS": "60"},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        self.printed.append(told.stderr)
        return told

    @asynccontextmanager
    async def control(self) -> AsyncIterator[SimulatorControl]:
        async with SimulatorControl.open(*control_of(self.home)) as control:
            yield control

    async def plant(self) -> None:
        async with self.control() as control:
            names = map(Secret, (self.username, self.password, self.seed))
            await control.plant_account(PORTAL, *names, organizations=[ORGANIZATION])

    async def keep(self) -> subprocess.CompletedProcess[str]:
        login = {"username": self.username, "password": self.password, "totp_seed": self.seed}
        words = ("credentials", "add", "north", "--portal", PORTAL, "--npi", NPI)
        return await self(*words, stdin=json.dumps(login))

    async def question(self, name: str, payer: str) -> dict[str, str]:
        """A plain one that was not drawn before."""
        async with self.control() as control:
            seed = secrets.randbelow(10**6)
            (keys,) = await control.questions(PORTAL, name, payer, count=1, seed=seed, awkward=False)
        for kind, key in (("member id", "member_id"), ("claim number", "claim_number")):
            self.asked[kind] |= {keys[key]} if key in keys else set()
        return keys

    async def pull(self, name: str, payer: str, keys: dict[str, str]) -> tuple[int, dict[str, Any]]:
        words = ("pull", name, "--portal", PORTAL, "--payer", payer, "--json", "-")
        told = await self(*words, stdin=json.dumps(keys))
        return told.returncode, json.loads(told.stdout)

    async def tally(self) -> dict[str, Any]:
        async with self.control() as control:
            return await control.tally(PORTAL)


@pytest.fixture(scope="module")
async def fleet() -> AsyncIterator[RealFleet]:
    # Not pytest's own folder, which other tests of the same run write patients into.
    with tempfile.TemporaryDirectory(prefix="fleet-") as folder:
        fleet = RealFleet(Home(Path(folder) / "home"))
        up = await fleet("up")
        assert up.returncode == 0, up.stderr
        try:
            await fleet.plant()
            assert (await fleet.keep()).returncode == 0
            yield fleet
        finally:
            await fleet("down")


async def test_all_is_well(fleet: RealFleet) -> None:
    told = await fleet("doctor", "--json")
    assert told.returncode == 0, told.stdout
    status = json.loads((await fleet("status", "--json")).stdout)
    assert status["running"]
    assert (await fleet("up")).stdout == "The fleet is up already.\n"


@pytest.mark.parametrize("payer", ["AETNA", "BHIL"])
@pytest.mark.parametrize("name", ["eligibility", "claim_status"])
async def test_an_answer_is_true_and_proven(fleet: RealFleet, name: str, payer: str, tmp_path: Path) -> None:
    keys = await fleet.question(name, payer)
    status, told = await fleet.pull(name, payer, keys)
    assert status == 0, told
    async with fleet.control() as control:
        truth = await control.truth(PORTAL, name, payer, keys)
    assert judge(name, capability(name).read_answer(json.dumps(told["answer"])), truth).differs == ()
    exported = await fleet("runs", "evidence", told["run"], "--out", tmp_path / "evidence")
    assert exported.returncode == 0, exported.stderr
    kinds = {path.suffix for path in (tmp_path / "evidence").iterdir()}
    assert {".png", ".html"} & kinds
    run = json.loads((await fleet("runs", "show", told["run"], "--json")).stdout)
    assert told["work_item"] in {item["id"] for item in run["items"]}


async def test_a_sheet_survives_a_dropped_session_and_is_not_asked_twice(fleet: RealFleet, tmp_path: Path) -> None:
    questions = [await fleet.question("eligibility", "AETNA") for _ in range(4)]
    source, target = tmp_path / "monday.csv", tmp_path / "answers.csv"
    with source.open("w", encoding="cp1252", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["Member ID", "DOB", "Remark"])
        sheet.writerows([each["member_id"], each["birth_date"], "=1+1"] for each in questions)
        sheet.writerow(["W1", "2999-01-01", "née"])
    async with fleet.control() as control:
        await control.turn_dials(PORTAL, drop_session_after=12)
    order = ("batch", "eligibility", "--portal", PORTAL, "--payer", "AETNA", "--in", source, "--out", target, "--json")
    told = await fleet(*order)
    assert told.returncode == 0, told.stderr
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["outcome"] for row in rows] == ["coverage"] * 4 + ["invalid"]
    assert {row["Remark"][:1] for row in rows} == {"'", "n"}
    asked = (await fleet.tally())["questions"]
    assert (await fleet(*order)).returncode == 0
    assert (await fleet.tally())["questions"] == asked


async def test_a_portal_in_maintenance(fleet: RealFleet) -> None:
    keys = await fleet.question("eligibility", "AETNA")
    async with fleet.control() as control:
        await control.turn_dials(PORTAL, maintenance=True)
        try:
            status, told = await fleet.pull("eligibility", "AETNA", keys)
        finally:
            await control.turn_dials(PORTAL, maintenance=False)
    assert (status, told["outcome"]) == (4, "portal_unavailable")
    assert "asked again at" in told["error"]["sentence"]


async def test_a_password_that_was_changed_is_tried_once(fleet: RealFleet) -> None:
    before = await fleet.tally()
    fleet.password = f"{secrets.token_urlsafe(10)}+ñ"
    await fleet.plant()  # the portal knows the new one, the vault the old one; all sessions are ended
    for expected in ("outcome", "error"):
        keys = await fleet.question("eligibility", "AETNA")
        status, told = await fleet.pull("eligibility", "AETNA", keys)
        assert status == 3, told
        assert expected in told
    after = await fleet.tally()
    assert after["wrong_passwords"] - before["wrong_passwords"] == 1
    assert after["lockouts"] == 0
    shown = json.loads((await fleet("credentials", "--json")).stdout)
    assert [each["state"] for each in shown] == ["stopped"]

    await fleet.keep()
    reopened = await fleet("credentials", "reopen", "north", "--portal", PORTAL, "--reason", "new password saved")
    assert reopened.returncode == 0, reopened.stderr
    status, told = await fleet.pull("eligibility", "AETNA", await fleet.question("eligibility", "AETNA"))
    assert status == 0, told


async def test_the_accounts_are_listed(fleet: RealFleet, tmp_path: Path) -> None:
    assert (await fleet("inventory", "--out", tmp_path / "accounts.xlsx")).returncode == 0
    assert (await fleet("inventory", "--out", tmp_path / "accounts.csv")).returncode == 0
    listed = (tmp_path / "accounts.csv").read_text(encoding="utf-8-sig")
    assert "Aetna" in listed
    assert "north" in listed


async def test_nothing_of_it_lies_in_clear(fleet: RealFleet) -> None:
    secret = {"user name": {fleet.username}, "password": {fleet.password}, "seed": {fleet.seed}}
    search = Search({**secret, **{kind: texts for kind, texts in fleet.asked.items() if texts}})
    assert search.text(f"x {fleet.password} y", "this test")
    assert search.folders(fleet.home.path) == set()
    assert search.text("\n".join(fleet.printed), "standard error") == set()
