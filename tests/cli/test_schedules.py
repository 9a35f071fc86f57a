"""`fleet schedules` on a store alone: no vault, no Prefect, no portal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from core.errors import RequestInvalid


@pytest.fixture
def home(stored: Path) -> Path:
    return stored


def schedules(home: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["schedules", *words], env={"FLEET_HOME": str(home)})


def told(home: Path, *words: str) -> Any:
    return json.loads(schedules(home, *words, "--json").stdout)


def test_a_schedule_is_made_seen_edited_paused_and_removed(home: Path) -> None:
    when = ("--cron", "0 6 * * 1-5", "--zone", "America/Chicago", "--days", "-1:2", "--quiet", "20:00-5:30")
    made = schedules(home, "add", "morning", "eligibility", "--portal", "availity", *when)
    assert made.exit_code == 0, made.output
    assert "06:00 C" in made.stdout
    assert (home / "inbox" / "morning").is_dir()
    (seen,) = told(home)
    assert (seen["days_from"], seen["days_to"], seen["quiet_until"]) == (-1, 2, "05:30:00")
    assert seen["next_runs"][0].endswith(("T06:00:00-06:00", "T06:00:00-05:00"))
    assert (seen["state"], seen["in_the_way"][0]["kind"]) == ("held", "credential")
    assert "fleet credentials add" in seen["why"]
    assert schedules(home, "edit", "morning", "--priority", "40").exit_code == 0
    assert schedules(home, "pause", "morning", "--reason", "holidays").exit_code == 0
    shown = told(home, "show", "morning")
    assert (shown["state"], shown["next_runs"], shown["priority"]) == ("paused", [], 40)
    assert [each["version"] for each in shown["versions"]] == [1, 2]
    assert "holidays" in schedules(home, "show", "morning").stdout
    assert schedules(home, "resume", "morning").exit_code == 0
    assert schedules(home, "remove", "morning").exit_code == 0
    assert told(home) == []


def test_times_are_said_without_cron(home: Path) -> None:
    for name, words in (("each-day", ("--daily", "7:30")), ("at-work", ("--weekdays", "07:30"))):
        made = schedules(home, "add", name, "users", "--portal", "uhc", "--zone", "America/Chicago", *words)
        assert made.exit_code == 0, made.output
        assert ("At 07:30" in made.stdout, made.stdout.count("07:30 C")) == (True, 3)
    assert [each["cron"] for each in told(home)] == ["30 7 * * 1-5", "30 7 * * *"]
    assert schedules(home, "edit", "at-work", "--daily", "06:15").exit_code == 0
    assert told(home)[0]["cron"] == "15 6 * * *"
    for words in ((), ("--daily", "07:30", "--cron", "0 6 * * *")):
        refused = schedules(home, "add", "wrong", "users", "--portal", "uhc", "--zone", "UTC", *words).exception
        assert isinstance(refused, RequestInvalid)
        assert "--daily 07:30, --weekdays 07:30, or --cron" in refused.sentence


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("users", "--portal", "uhc", "--daily", "seven", "--zone", "UTC"), "not a time of day"),
        (("faxes", "--portal", "availity", "--cron", "0 6 * * *", "--zone", "UTC"), "cannot be scheduled"),
        (("users", "--portal", "availity", "--cron", "0 6 * *", "--zone", "UTC"), "five fields"),
        (("users", "--portal", "availity", "--cron", "0 6 * * *", "--zone", "Chicago"), "IANA"),
        (("users", "--portal", "acme", "--cron", "0 6 * * *", "--zone", "UTC"), "is not a portal here"),
        (("documents", "--portal", "availity", "--cron", "0 6 * * *", "--zone", "UTC"), "is not asked for documents"),
        (("users", "--portal", "uhc", "--cron", "0 6 * * *", "--zone", "UTC", "--days", "3"), "two numbers"),
        (("users", "--portal", "uhc", "--cron", "0 6 * * *", "--zone", "UTC", "--overlap", "maybe"), "Overlap: "),
        (("users", "--portal", "uhc", "--cron", "0 6 * * *", "--zone", "UTC", "--credential", "x"), "no credential"),
    ],
)
def test_a_wrong_schedule_is_refused_in_one_sentence(home: Path, words: tuple[str, ...], said: str) -> None:
    refused = schedules(home, "add", "wrong", *words).exception
    assert isinstance(refused, RequestInvalid)
    assert said in refused.sentence
