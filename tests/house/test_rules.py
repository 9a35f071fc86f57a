"""House rules that no linter knows. Each says why; a rule that is only written down is a wish."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.house.help_blocks import README, renewed

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bots", "cli", "console", "core", "flows", "lanes", "payers", "simulator", "stack", "store")
DATA_FOLDERS = ("selectors", "secrets", "recordings")


def tracked(*patterns: str) -> list[Path]:
    """What git has or would take: new files count, ignored ones do not."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


def places(pattern: str, files: Iterable[Path]) -> list[str]:
    sought = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if sought.search(line)
    ]


def test_folders_of_data_hold_no_python() -> None:
    """`selectors` and `secrets` are standard-library modules: one .py file there would shadow them."""
    assert [path for folder in DATA_FOLDERS for path in (ROOT / folder).rglob("*.py")] == []


def test_the_standard_library_is_not_shadowed() -> None:
    probe = "import selectors, secrets; print(selectors.__file__, secrets.__file__)"
    found = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)
    assert str(ROOT / "selectors") not in found.stdout
    assert str(ROOT / "secrets") not in found.stdout


def test_ci_stops_at_a_fault_and_asks_for_everything() -> None:
    """An edit that went wrong had left out the linters, and nobody noticed: what is not run fails nothing."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    wanted = ("set -euo pipefail", "export CI=true", "make lint", "make test", "for stand in e2e e2e-big")
    assert [each for each in wanted if not re.search(rf"^[^#\n]*{each}", script, re.MULTILINE)] == []


def test_imports_point_down() -> None:
    checked = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_modules_stay_readable() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_adapters_keep_their_budget() -> None:
    """What of a portal takes more has something in it that is data, or that portals share."""
    most = {"login.py": 80, "screens.py": 80}
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked("payers/*/*.py")
        if path.parent.name != "shapes"
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > most.get(path.name, 120)
    }
    assert long == {}


def test_no_two_test_modules_have_one_name() -> None:
    """Pytest would take one for the other, and collect nothing."""
    names = Counter(path.name for path in tracked("tests/*.py") if path.name.startswith("test_"))
    assert [name for name, count in names.items() if count > 1] == []


def test_adapters_and_runtime_wait_for_events() -> None:
    """A fixed wait is too long on a good day and too short on a bad one."""
    waits = r"wait_for_timeout|asyncio\.sleep\(|time\.sleep\("
    assert places(waits, tracked("bots/*.py", "payers/*.py", "flows/*.py")) == []


def test_adapters_leave_trouble_to_the_runtime() -> None:
    """No try/except, screenshots or logging in an adapter: the runtime owns them."""
    caught = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in tracked("payers/*/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Try)
    ]
    assert caught == []
    assert places(r"screenshot|structlog|logging|getLogger", tracked("payers/*/*.py")) == []


def test_what_portals_share_knows_no_portal() -> None:
    """An adapter takes from payers.shapes, never the other way round."""
    assert places(r"payers\.(?!shapes\b)\w+", tracked("payers/shapes/*.py")) == []


def test_certificates_are_always_checked() -> None:
    assert places(r"ignore_https[_]errors|verify\s*=\s*[F]alse|CERT[_]NONE", tracked("*.py")) == []


def test_nothing_is_caught_whole() -> None:
    whole = r"except( Exception| BaseException)?:\s*$|suppress\((Base)?[E]xception"
    assert places(whole, tracked(*(f"{package}/*.py" for package in PACKAGES))) == []


def test_no_addresses_of_package_indexes() -> None:
    """An operator's own mirror decides where packages come from, not this repository."""
    assert places(r"pypi\.[o]rg|files\.python[h]osted|registry\.npm[j]s|deb\.debian\.[o]rg", tracked()) == []


def test_secrets_are_typed_by_one_module() -> None:
    """Only one origin-pinned function may turn a Secret into keystrokes."""
    typing = r"password\.reveal\(\)|username\.reveal\(\)|code\.reveal\(\)|secret\.reveal\(\)"
    modules = {place.rpartition(":")[0] for place in places(typing, tracked("bots/*.py", "payers/*.py"))}
    assert modules <= {"bots/secret.py"}


def public_modules() -> Iterator[Path]:
    yield from tracked(*(f"{package}/*.py" for package in PACKAGES))


def test_every_package_tells_type_checkers_that_it_is_typed() -> None:
    assert [package for package in PACKAGES if not (ROOT / package / "py.typed").exists()] == []


def test_package_names_say_what_they_hold() -> None:
    vague = {"utils", "util", "helpers", "common_utils", "misc", "stuff"}
    assert [str(path.relative_to(ROOT)) for path in public_modules() if path.stem in vague] == []


def test_decisions_are_listed() -> None:
    listed = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in (ROOT / "docs" / "adr").glob("0*.md") if f"({path.name})" not in listed] == []


def test_every_portal_has_its_runbook() -> None:
    portals = {path.parent.name for path in (ROOT / "payers").glob("*/manifest.yaml")}
    assert {path.stem for path in (ROOT / "docs" / "portals").glob("*.md")} == portals


def test_the_readme_shows_the_help_that_the_commands_print() -> None:
    text = README.read_text(encoding="utf-8")
    assert "<!-- help: fleet -->" in text
    assert "<!-- table: fleet portals matrix -->" in text
    assert renewed(text) == text, "make docs"


def test_every_library_has_its_reason() -> None:
    """docs/adr/0002: a library enters by a row there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[\[<>=!~ ]", line)[0].lower() for line in wanted}
    decided = (ROOT / "docs" / "adr" / "0002-libraries.md").read_text(encoding="utf-8").lower()
    assert {name for name in names if not name.startswith("types-") and name not in decided} == set()
