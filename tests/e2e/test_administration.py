"""What an administrator does with a running fleet: look, prove, list, add."""

from __future__ import annotations

import csv
import json
import secrets
import stat
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook
from pyotp import random_base32
from stand import PORTAL, Stand

from cli.demo.planting import NPI, ORGANIZATION
from core.phi import Secret
from flows.directory import load
from payers.registry import portal_ids


async def test_a_fleet_in_good_health(stand: Stand) -> None:
    told = await stand.fleet_says("doctor", "--json")
    assert told.status == 0, told.out
    assert told.json["well"]
    assert (await stand.fleet_says("status", "--json")).json["running"]
    assert (await stand.fleet_says("up")).out == "The fleet is up already.\n"


@pytest.mark.smoke
async def test_prefect_answers_nobody_without_its_password(stand: Stand) -> None:
    known = load(stand.settings.layout)
    wanted = f"{known.api}/flow_runs/filter"
    async with httpx.AsyncClient(trust_env=False) as stranger:
        assert (await stranger.post(wanted, json={})).status_code == HTTPStatus.UNAUTHORIZED
        assert (await stranger.post(wanted, json={}, headers=known.headers)).status_code == HTTPStatus.OK


async def test_a_login_from_standard_input_is_good_for_an_answer(stand: Stand) -> None:
    name, login = f"added-{secrets.token_hex(4)}", {"username": f"bot.{secrets.token_hex(5)}"}
    login |= {"password": f"{secrets.token_urlsafe(12)}+é", "totp_seed": random_base32()}
    await stand.control.plant_account(PORTAL, *map(Secret, login.values()), organizations=[ORGANIZATION])
    for kind, value in zip(("user name", "password", "seed"), login.values(), strict=True):
        stand.planted.setdefault(kind, set()).add(value)
    words = ("credentials", "add", name, "--portal", PORTAL, "--npi", NPI, "--contact", "Lenora, ext. 12")
    added = await stand.fleet_says(*words, given=json.dumps(login))
    assert added.status == 0, added.err
    (keys,) = await stand.questions(1)
    pull = ("pull", "eligibility", "-", "--portal", PORTAL, "--payer", "BHIL", "--credential", name, "--json")
    answered = await stand.fleet_says(*pull, given=json.dumps(keys), seconds=90)
    assert answered.json["outcome"] == "coverage", answered.err
    listed = {each["name"]: each for each in (await stand.fleet_says("credentials", "--json")).json}
    assert listed[name]["last_login_at"]
    assert listed[name]["state"] == "open"


async def test_an_export_of_a_password_manager_is_shown_masked_then_taken_in(stand: Stand) -> None:
    name, username, seed = f"imported-{secrets.token_hex(4)}", f"bot.{secrets.token_hex(5)}", random_base32()
    password = f"{secrets.token_urlsafe(12)}+é"
    await stand.control.plant_account(
        PORTAL, Secret(username), Secret(password), Secret(seed), organizations=[ORGANIZATION]
    )
    for kind, value in {"user name": username, "password": password, "seed": seed}.items():
        stand.planted.setdefault(kind, set()).add(value)
    login = {"uris": [{"uri": f"http://{PORTAL}.localhost"}], "username": username, "password": password, "totp": seed}
    stranger = {**login, "uris": [{"uri": "https://netflix.com"}]}
    items = [{"type": 1, "name": name, "login": login}, {"type": 1, "name": "Films", "login": stranger}]
    export = json.dumps({"encrypted": False, "items": items})
    for words, result in (((), "new"), (("--apply",), "kept"), ((), "renews the login of this credential")):
        told = await stand.fleet_says("credentials", "import", "-", *words, "--json", given=export)
        assert [each["result"] for each in told.json] == [result, "left out: no portal of the fleet has this address"]
        assert not {username, password, seed} & set(map(str, told.json[0].values()))
    (keys,) = await stand.questions(1)
    pull = ("pull", "eligibility", "-", "--portal", PORTAL, "--payer", "BHIL", "--credential", name, "--json")
    answered = await stand.fleet_says(*pull, given=json.dumps({**keys, "provider_npi": NPI}), seconds=90)
    assert answered.json["outcome"] == "coverage", answered.err


async def test_a_run_is_shown_and_its_evidence_opened_for_its_reader_only(stand: Stand, tmp_path: Path) -> None:
    account = await stand.account()
    (keys,) = await stand.questions(1)
    told = (await stand.pull(account, keys)).json
    shown = (await stand.fleet_says("runs", "show", told["run"], "--json")).json
    assert told["work_item"] in {item["id"] for item in shown["items"]}
    assert shown["steps"]
    assert {piece["id"] for piece in told["evidence"]} <= {piece["id"] for piece in shown["evidence"]}
    folder = tmp_path / "evidence"
    opened = await stand.fleet_says("runs", "evidence", told["run"], "--out", str(folder))
    assert opened.status == 0, opened.err
    files = sorted(folder.iterdir())
    assert len(files) == len(shown["evidence"])
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    assert any(path.suffix in (".png", ".jpg") for path in files)
    assert any(keys["member_id"] in path.read_text("utf-8") for path in files if path.suffix == ".html")


async def test_an_unknown_run(stand: Stand) -> None:
    told = await stand.fleet_says("runs", "show", "run_of_nobody")
    assert (told.status, told.sentence) == (2, "There is no such run; `fleet runs` lists them.")


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
async def test_the_inventory_lists_each_account_with_its_last_login(stand: Stand, tmp_path: Path, ending: str) -> None:
    account = await stand.account()
    (keys,) = await stand.questions(1)
    assert await stand.answers(account, keys)
    target = tmp_path / f"accounts{ending}"
    assert (await stand.fleet_says("inventory", "--out", str(target))).status == 0
    if ending == ".csv":
        with target.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
    else:
        rows = [list(map(str, row)) for row in load_workbook(target).active.iter_rows(values_only=True)]
    lines = [dict(zip(rows[0], row, strict=True)) for row in rows[1:] if account.name in row]
    assert {line["payer"] for line in lines} == {"Aetna", "Blue Horizon of Illinois", "Cascade Health Plan"}
    assert all(line["last login date"][:4].isdigit() and line["portal URL"].startswith("http") for line in lines)


async def test_portals_are_listed_for_scripts(stand: Stand) -> None:
    listed = {each["id"]: each for each in (await stand.fleet_says("portals", "--json")).json}
    assert listed.keys() == set(portal_ids())
    assert {"id": "AETNA", "name": "Aetna"} in listed[PORTAL]["payers"]
    assert {"eligibility", "claim_status"} <= set(listed[PORTAL]["capabilities"])
