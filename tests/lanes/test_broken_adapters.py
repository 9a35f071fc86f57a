"""An adapter that is not whole is told in a sentence and asked nothing; every other portal works as ever."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from test_submitting import Practice

import payers
from cli.new_adapter import make_adapter
from core.capabilities.eligibility import EligibilityQuery
from core.errors import NextStep
from core.settings import Settings
from core.vault.memory import MemoryVault
from lanes.accounts.errands import RECOVERY, Errand, set_out
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from lanes.ledger import StoredLanes
from lanes.questions.ask import Question, ask
from payers.registry import AdapterError, load_portals, manifests, portal_ids, read_portals
from store import work_items
from store.credentials import Credential
from store.database import Database
from store.work_items import ItemState

Query = Callable[[str], EligibilityQuery]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of one's own with an adapter that is whole; nothing of it is left in this process."""
    monkeypatch.setenv("FLEET_ADAPTERS", str(tmp_path / "own"))
    monkeypatch.setattr(payers, "__path__", [*payers.__path__])
    make_adapter("unmet")
    yield tmp_path / "own"
    for name in [name for name in sys.modules if name.startswith("payers.unmet")]:
        del sys.modules[name]


BREAKS = {
    "syntax": ("payers/unmet/eligibility.py", b"def check(:\n", "payers/unmet/eligibility.py: "),
    "import": ("payers/unmet/login.py", b"import nothing_of_this_name\n", "No module named 'nothing_of_this_name'"),
    "exit": ("payers/unmet/login.py", b"raise SystemExit(3)\n", "payers/unmet/login.py: 3"),
    "yaml": ("selectors/unmet/eligibility.yaml", b"pages: {a: [\n", "selectors/unmet/eligibility.yaml: "),
    "bytes": ("selectors/unmet/words.yaml", b"words: {\xff\xfe: 1}\n", "selectors/unmet"),
    "shape": ("selectors/unmet/login.yaml", b"- a list\n", "selectors/unmet"),
    "manifest": ("payers/unmet/manifest.yaml", b"id: unmet\n", "manifest.yaml: name: "),
    "manifest yaml": ("payers/unmet/manifest.yaml", b"id: [\n", "manifest.yaml: "),
    "capability": ("payers/unmet/manifest.yaml", b"", "“horoscope” is not a capability"),
    "checklist": ("payers/unmet/registration.yaml", b"steps: 3\n", "registration.yaml: "),
}


@pytest.mark.parametrize("kind", BREAKS)
def test_whatever_ails_one_the_others_are_read(tree: Path, kind: str) -> None:
    file, data, says = BREAKS[kind]
    place = tree / file
    place.write_bytes(data or place.read_bytes().replace(b"[eligibility]", b"[horoscope]"))
    known = manifests()
    read = read_portals("simulator")
    assert read.whole.keys() == {*portal_ids()} - {"unmet"} <= known.whole.keys()
    (problem,) = {**known.broken, **read.broken}.values()
    assert says in problem.sentence
    assert problem.next_step is NextStep.ASK_DEVELOPER


def test_where_all_have_to_be_whole_the_broken_one_is_named(tree: Path) -> None:
    (tree / "payers" / "unmet" / "login.py").unlink()
    with pytest.raises(AdapterError, match=r"payers/unmet/login\.py is missing"):
        load_portals("simulator")


@pytest.mark.parametrize("file", ["payers/unmet/manifest.yaml", "payers/unmet/eligibility.py"])
async def test_a_fleet_opens_beside_it(tree: Path, tmp_path: Path, file: str) -> None:
    """As workers, the console and every command do; the first two read the code as well."""
    (tree / file).write_text("class:", "utf-8")
    settings = Settings(home=tmp_path / "home")
    for folder in (settings.layout.run, settings.layout.store, settings.layout.evidence):
        folder.mkdir(parents=True)
    database = Database.open(settings.store)
    await database.migrate()
    await database.close()
    async with Fleet.open(settings, MemoryVault()) as fleet:
        read = fleet.read_adapters()
        assert "unmet" not in read
        assert read.keys() >= {"availity", "uhc"}
        assert file.rpartition("/")[2] in fleet.broken["unmet"].sentence


async def test_nothing_is_asked_of_it(fleet: Fleet, credential: Credential, query: Query) -> None:
    fleet.broken["availity"] = AdapterError("payers/availity/login.py: it is not whole")
    with pytest.raises(AdapterError, match="it is not whole"):
        await ask(fleet, Question("eligibility", "availity", query("M1"), "t", "aetna", credential.name))
    with pytest.raises(AdapterError, match="it is not whole"):
        await set_out(fleet, Errand(RECOVERY, credential.id, "t"))


async def test_what_waited_for_it_is_refused_with_the_sentence(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: Callable[..., Awaitable[list[str]]]
) -> None:
    ids = await ask_all("M1", "M2")
    fleet.broken["availity"] = AdapterError("payers/availity/login.py: it is not whole")
    summary = await LaneWorker(fleet, portal).work(credential.id)
    assert (summary.failed, portal.logins) == (2, 0)
    async with fleet.database.read() as session:
        items = [await work_items.get(session, each) for each in ids]
    assert {(each.outcome, each.error_code, each.error_sentence) for each in items} == {
        (None, "AdapterError", "payers/availity/login.py: it is not whole")
    }


async def test_a_submission_goes_on_by_itself_when_its_adapter_is_whole_again(
    fleet: Fleet, credential: Credential, virtual_clock: Any
) -> None:
    """A question is refused; what is to be sent is kept, and needs nobody who reopens anything."""
    virtual_clock.advance(seconds=(datetime.now(UTC) - virtual_clock.now()).total_seconds())
    practice = Practice(fleet, virtual_clock, credential)
    ledger = StoredLanes(practice.fleet)
    made = await practice.hand_in()
    practice.fleet.broken["availity"] = AdapterError("payers/availity/login.py: it is not whole")
    await practice.work()
    assert (await practice.item(made.row.id)).state is ItemState.HELD
    assert await ledger.lanes_to_wake() == []
    practice.fleet.broken.clear()
    assert await ledger.lanes_to_wake() == [credential.id]
    await practice.work()
    assert practice.counts() == {"CLM-1": 1}
