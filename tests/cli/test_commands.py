"""The command line without a fleet behind it: forms, errors, exit statuses."""

from __future__ import annotations

import json
import os
import pty
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from forked import fleet

from cli.exits import STATUS_OF, worst
from core import errors
from core.errors import FleetError, NextStep, RequestInvalid
from core.home import Home
from core.local_socket import socket_address
from lanes import people
from payers.registry import portal_ids

FLEET = Path(sys.executable).with_name("fleet")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    (home / "run").mkdir(parents=True)
    return home


def test_portals_are_listed_beside_an_adapter_that_is_not_whole(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = tmp_path / "payers" / "unmet" / "manifest.yaml"
    manifest.parent.mkdir(parents=True)
    manifest.write_text("id: unmet\n")
    monkeypatch.setenv("FLEET_ADAPTERS", str(tmp_path))
    listed = fleet(home, "portals", "--json")
    assert {each["id"] for each in json.loads(listed.stdout)} == {*portal_ids()} - {"unmet"}
    assert "unmet is left out: " in listed.stderr
    checked = fleet(home, "portals", "check")
    assert checked.returncode == STATUS_OF[NextStep.ASK_DEVELOPER]
    assert "name: Field required" in " ".join(checked.stdout.split())
    assert "uhc: whole" in checked.stdout


def test_every_next_step_has_its_exit_status() -> None:
    assert STATUS_OF.keys() == set(NextStep)
    wanted = {
        "RequestInvalid": 2,
        "ActionNeeded": 3,
        "CredentialRejected": 3,
        "PortalUnavailable": 4,
        "PortalChanged": 5,
    }
    classes = {name: getattr(errors, name) for name in wanted}
    assert all(issubclass(each, FleetError) for each in classes.values())
    assert {name: STATUS_OF[each.next_step] for name, each in classes.items()} == wanted


def test_of_many_ends_the_worst_is_the_exit_status() -> None:
    assert worst([NextStep.WAIT, NextStep.ASK_BILLER]) == 4
    assert worst([NextStep.WAIT, NextStep.ASK_ADMINISTRATOR]) == 3
    assert worst(NextStep) == 5
    assert worst([]) == 1


def test_help_loads_nothing_that_takes_time() -> None:
    """`fleet --help` answers at once, as each command imports its work when it runs."""
    heavy = ("prefect", "sqlalchemy", "playwright", "pydantic", "hvac", "rich.progress", "openpyxl", "fastapi")
    script = f"""
import sys
import cli.main
print([name for name in {heavy!r} if name in sys.modules])
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_what_a_command_asks_is_asked_by_nobody_of_the_console(tmp_path: Path) -> None:
    """Whose list of own questions would show it."""
    home = Home(tmp_path)
    home.run.mkdir()
    asked = ("pull", "eligibility", "--portal", "availity", "member_id=W4711", "birth_date=1980-02-29")
    with socket.socket(socket.AF_UNIX) as desk, socket_address(home.run / "desk-1.sock") as address:
        desk.bind(address)
        desk.listen()
        desk.settimeout(60)
        fleet = Path(sys.executable).with_name("fleet")
        environment = os.environ | {"FLEET_HOME": str(tmp_path)}
        with subprocess.Popen([fleet, *asked], env=environment, stderr=subprocess.DEVNULL):
            connection, _ = desk.accept()
            with connection, connection.makefile() as told:
                wish = json.loads(told.readline())
    with pytest.raises(RequestInvalid):
        people.named(wish["requested_by"])


@pytest.mark.parametrize(
    "words",
    [
        ("frobnicate",),
        ("pull", "eligibility"),
        ("pull", "eligibility", "--portal", "availity", "--member", "W4711"),
        ("status", "member_id=W4711"),
        ("pull", "eligibility", "--portal", "availity", "W4711"),
        ("pull", "eligibility", "--portal", "availity", "member_id=W4711", "member_id=W4711"),
        ("pull", "eligibility", "--portal", "availity", "colour=W4711"),
        ("pull", "eligibility", "--portal", "availity", "member_id=W4711", "birth_date=2999-04-11"),
        ("pull", "eligibility", "--portal", "availity", "member_id=W4711", "birth_date=11.04.1999"),
        ("pull", "remittances", "--portal", "availity", "member_id=W4711"),
        ("pull", "authorizations", "--portal", "uhc", "member_id=W4711"),
        ("pull", "eligibility", "--portal", "availity", "@/nowhere/W4711.json"),
    ],
)
@pytest.mark.parametrize("json_wanted", [False, True])
def test_bad_input_ends_in_one_sentence_without_its_values(
    home: Path, words: tuple[str, ...], *, json_wanted: bool
) -> None:
    told = fleet(home, *words, *(["--json"] if json_wanted else []))
    assert told.returncode == 2, told.stderr
    (sentence,) = told.stderr.splitlines()
    assert sentence.startswith("fleet: ")
    values = ("2999", "11.04.1999") if words[-1].startswith("@") else ("W4711", "2999", "11.04.1999")
    assert not any(value in told.stderr + told.stdout for value in values)
    if json_wanted and "frobnicate" not in words:
        assert json.loads(told.stdout)["error"]["next_step"] == "ask_biller"


@pytest.mark.parametrize("text", ["", "[]", '"W4711"', "{", '{"member_id": ["W4711"]}'])
def test_keys_from_standard_input_must_be_an_object(home: Path, text: str) -> None:
    told = fleet(home, "pull", "eligibility", "--portal", "availity", "-", given=text)
    assert told.returncode == 2
    assert "JSON object" in told.stderr
    assert "W4711" not in told.stderr


@pytest.mark.parametrize(
    ("words", "cure"),
    [
        (("pull", "eligibility", "--portal", "availity", "member_id=W1", "birth_date=1980-02-03"), "fleet up"),
        (("runs",), "fleet up"),
        (("credentials", "--json"), "fleet up"),
    ],
)
def test_without_a_fleet_the_cure_is_named(home: Path, words: tuple[str, ...], cure: str) -> None:
    told = fleet(home, *words)
    assert told.returncode == 1
    assert cure in told.stderr


def test_status_and_down_without_a_fleet_are_no_errors(home: Path) -> None:
    assert json.loads(fleet(home, "status", "--json").stdout) == {
        "running": False, "parts": [], "questions": {}, "stopped_credentials": [], "codes_wanted": [],
    }  # fmt: skip
    assert fleet(home, "down").returncode == 0


def test_doctor_names_a_cure_for_each_part(home: Path) -> None:
    told = fleet(home, "doctor", "--json")
    parts = {part["part"]: part for part in json.loads(told.stdout)["parts"]}
    assert parts.keys() == {
        "browser",
        "vault",
        "prefect",
        "store",
        "worker",
        "clock",
        "disk",
        "adapters",
        "access review",
    }
    assert told.returncode == 1
    assert all("fleet up" in parts[name]["told"] for name in ("vault", "prefect", "store", "worker"))


def test_a_login_is_read_from_standard_input_only(home: Path) -> None:
    given = '{"username": "bot", "password": "pass-W4711", "seed": "x"}'
    told = fleet(home, "credentials", "add", "north", "--portal", "availity", given=given)
    assert told.returncode == 2
    assert "“seed” is not a key" in told.stderr
    assert "W4711" not in told.stderr
    assert "--password" not in fleet(home, "credentials", "add", "--help").stdout


class OneDesk(threading.Thread):
    """A worker's desk that says a few lines."""

    def __init__(self, home: Path, lines: list[dict[str, Any]]) -> None:
        super().__init__(daemon=True)
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(home / "run" / "desk-1.sock"))
        self._listening.listen()
        self._lines = lines
        self.wish: dict[str, Any] = {}

    def run(self) -> None:
        connection, _ = self._listening.accept()
        with connection, connection.makefile("rb") as wishes:
            self.wish = json.loads(wishes.readline())
            for line in self._lines:
                connection.sendall(json.dumps(line).encode() + b"\n")
        self._listening.close()


ASKED = {"asked": {"work_item": "item_1", "how": "new"}}
STEP = {"step": {"kind": "read", "page": "coverage", "milliseconds": 40, "note": None}}
SETTLED = {
    "work_item": "item_1",
    "run": "run_1",
    "outcome": "member_not_found",
    "answer": {"outcome": "member_not_found", "message": "[bold]Nobody[/bold]"},
    "as_of": "2026-11-22T08:00:00+00:00",
    "evidence": [{"id": "ev_1", "kind": "screenshot", "media_type": "image/png", "page": "coverage"}],
    "trouble": None,
}
PULL = ("pull", "eligibility", "--portal", "availity", "--payer", "AETNA", "member_id=W1", "birth_date=1980-02-03")


@pytest.fixture
def desk(home: Path, request: pytest.FixtureRequest) -> Iterator[OneDesk]:
    desk = OneDesk(home, request.param)
    desk.start()
    yield desk
    desk.join(5)


@pytest.mark.parametrize("desk", [[ASKED, STEP, {"settled": SETTLED}]], indirect=True)
def test_an_answer_is_printed_as_scripts_expect_it(home: Path, desk: OneDesk) -> None:
    told = fleet(home, *PULL, "--json")
    assert (told.returncode, told.stderr) == (0, "")
    answer = json.loads(told.stdout)
    assert list(answer) == ["work_item", "run", "outcome", "answer", "as_of", "evidence"]
    assert desk.wish["keys"] == {"member_id": "W1", "birth_date": "1980-02-03"}


@pytest.mark.parametrize("desk", [[ASKED, STEP, {"settled": SETTLED}]], indirect=True)
def test_a_person_sees_the_steps_and_the_portals_own_words(home: Path, desk: OneDesk) -> None:
    master, terminal = pty.openpty()
    environment = {**os.environ, "FLEET_HOME": str(home), "TERM": "xterm"}
    told = subprocess.run(
        [FLEET, *PULL],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=terminal,
        stdin=terminal,
        check=False,
        timeout=60,
    )
    os.close(terminal)
    assert told.returncode == 0
    assert "[bold]Nobody[/bold]" in told.stdout.decode()
    assert b"coverage" in os.read(master, 10_000)
    os.close(master)
    assert desk.wish["fresh"] is False


TROUBLE = {"code": "CredentialRejected", "sentence": "The portal refused it.", "next_step": "ask_administrator"}


@pytest.mark.parametrize(
    "desk",
    [[ASKED, {"settled": {**SETTLED, "answer": None, "outcome": "credential_rejected", "trouble": TROUBLE}}]],
    indirect=True,
)
def test_trouble_is_told_with_its_status(home: Path, desk: OneDesk) -> None:
    told = fleet(home, *PULL, "--json")
    assert told.returncode == 3
    assert told.stderr == "fleet: The portal refused it.\n"
    assert json.loads(told.stdout)["error"] == TROUBLE
    assert desk.wish["portal"] == "availity"


CHANGED = {
    "code": "PortalChanged",
    "sentence": "The portal has changed.",
    "next_step": "ask_developer",
    "reference": "unreadable: not a date",
}


@pytest.mark.parametrize(
    "desk",
    [[ASKED, {"settled": {**SETTLED, "answer": None, "outcome": "portal_changed", "trouble": CHANGED}}]],
    indirect=True,
)
def test_what_a_developer_must_mend_is_told_with_what_is_wrong(home: Path, desk: OneDesk) -> None:
    told = fleet(home, *PULL)
    assert told.returncode == 5
    assert told.stderr == "fleet: The portal has changed. (unreadable: not a date)\n"
    assert desk.wish["portal"] == "availity"


@pytest.mark.parametrize("desk", [[ASKED, STEP]], indirect=True)
def test_a_worker_that_dies_in_between_loses_no_question(home: Path, desk: OneDesk) -> None:
    told = fleet(home, *PULL)
    assert told.returncode == 1
    assert "The question is kept" in told.stderr
    assert desk.wish["payer"] == "AETNA"


def test_the_adapters_are_checked_without_a_browser(home: Path) -> None:
    checked = fleet(home, "portals", "check")
    assert (checked.returncode, set(checked.stdout.splitlines())) == (0, {f"{each}: whole" for each in portal_ids()})
    told = " ".join(fleet(home, "portals", "show", "medicaid_forms").stdout.split())
    for expected in (
        "at wrong password 3 in a row. A lock does not end by itself there; it is opened by the state's Provider Help",
        "30 days",
        "not known how long",
        "Sunday 02:00-04:00 America/Chicago",
        "1 file (837, x12, edi, txt, clm), 21.0 MB each",
        "edition 4",
    ):
        assert expected in told, expected
    unknown = fleet(home, "portals", "check", "nowhere")
    assert unknown.returncode == 2
    assert "known are availity" in unknown.stderr


def test_a_file_is_not_scrubbed_without_the_store_that_knows_what_was_handed_in(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "claims.837").write_text("ISA*")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("FLEET_STORE_URL", f"postgresql://fleet@127.0.0.1:{port}/fleet")
    told = fleet(home, "scrub", str(home / "claims.837"), "--json")
    assert json.loads(told.stdout)["error"]["part"] == "store"


@pytest.mark.parametrize("group", ["audit", "evidence"])
def test_half_a_command_says_what_is_missing(home: Path, group: str) -> None:
    told = fleet(home, group)
    assert (told.returncode, told.stderr.strip()) == (
        2,
        "fleet: Missing command; `fleet COMMAND --help` lists what can be said.",
    )
