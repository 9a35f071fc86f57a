"""After the demo: does anything that was planted lie somewhere in clear?"""

from __future__ import annotations

import json
import secrets
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from subprocess import PIPE, Popen

import psutil

from cli.demo.canary import Hit, Search
from cli.demo.planting import Planted
from cli.demo.questions import Asked, patient_data
from core.errors import PartUnavailable
from core.settings import Home

TEMPORARY = (tempfile.gettempdir(), "/var/tmp", "/dev/shm")  # noqa: S108 - only looked through


def planted_values(planted: Sequence[Planted], questions: Sequence[Asked]) -> dict[str, set[str]]:
    """Texts by kind: secrets of the accounts, patient data of the questions and of their true answers."""
    values = patient_data(questions)
    for each in planted:
        for kind, texts in each.values().items():
            values.setdefault(kind, set()).update(texts)
    return values


def leaks(home: Home, values: Mapping[str, set[str]], printed: str, *, since: float) -> set[Hit]:
    """In every byte under FLEET_HOME, in temporary files changed `since`, in what was printed, and in what
    other users can read of running processes.

    Raises PartUnavailable if the search does not find what it planted itself: then it would prove nothing.
    """
    search = Search(values)
    _prove(search, home, values)
    _prove_of_processes(home)
    temporary = [Path(folder) for folder in dict.fromkeys(TEMPORARY) if Path(folder).is_dir()]
    return (
        search.folders(home.path)
        | search.folders(*temporary, since=since)
        | search.text(printed, "the output of this command")
        | told_by_processes(search, home)
    )


def told_by_processes(search: Search, home: Home) -> set[Hit]:
    """In arguments and environments of whatever works in FLEET_HOME: the fleet's own processes and their browsers."""
    hits: set[Hit] = set()
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):  # another user's, or gone meanwhile
            told = "\n".join([*process.cmdline(), *process.environ().values()])
            if str(home.path) in told:
                hits |= search.text(told, f"arguments and environment of {process.name()}")
    return hits


def _prove_of_processes(home: Home) -> None:
    probe = secrets.token_hex(16)
    waiting = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    for arguments, environment in (([*waiting, probe], {}), (waiting, {"PROBE": probe})):
        with Popen(arguments, env={"TMPDIR": str(home.tmp), **environment}, stdin=PIPE) as process:
            found = told_by_processes(Search({"probe": [probe]}), home)
            process.communicate()
        if not found:
            raise PartUnavailable("search", "The search missed what it had planted in a process itself.")


def _prove(search: Search, home: Home, values: Mapping[str, set[str]]) -> None:
    probe = home.tmp / "canary.json"
    probe.write_text(json.dumps({kind: min(texts) for kind, texts in values.items() if texts}), encoding="utf-8")
    try:
        found = {hit.label for hit in search.folders(home.tmp) if hit.place == str(probe)}
    finally:
        probe.unlink()
    missed = {kind for kind, texts in values.items() if texts} - found
    if missed:
        raise PartUnavailable("search", f"The search missed what it had planted itself: {', '.join(sorted(missed))}.")
