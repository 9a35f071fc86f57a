"""The files under deploy/ keep Prefect behind its password."""

from __future__ import annotations

import configparser

import yaml

from core.settings import ROOT
from flows import profiles

DEPLOY = ROOT / "deploy"


def test_every_prefect_server_and_worker_of_the_containers_has_the_password() -> None:
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    names = {"prefect": "PREFECT_PROFILES_PATH", "fleet": "FLEET_PREFECT_PROFILES"}
    ours = {name: row for name, row in told["services"].items() if row["image"] == "payer-portal-fleet"}
    assert len(ours) == 7
    for row in ours.values():
        kind = "prefect" if row["command"].startswith("prefect ") else "fleet"
        assert row["environment"][names[kind]] == "/run/secrets/prefect_profiles"
        assert "prefect_profiles" in row["secrets"]
    assert "prefect_profiles" in told["secrets"]


def test_no_unit_starts_prefect_without_the_password() -> None:
    units = [file for file in (DEPLOY / "systemd").iterdir() if "bin/prefect" in file.read_text()]
    assert len(units) == 2
    for file in units:
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.read(file)
        path = unit["Unit"]["AssertPathExists"]
        assert f"Environment=PREFECT_PROFILES_PATH={path}" in file.read_text()
        assert f"FLEET_PREFECT_PROFILES={path}" in (DEPLOY / "fleet.env").read_text().splitlines()


def test_each_password_is_another() -> None:
    assert profiles.new() != profiles.new()
