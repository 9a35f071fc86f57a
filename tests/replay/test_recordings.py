"""Every recording, replayed to the adapter as it is: no portal, no simulator, no log-in."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from fixtures_portals import Kept, short_of_time
from recorder import Case, cases
from recording import ROOT, Recording, recordings
from replayer import Replayer, serving
from variants import NO_PAGE, UNRECORDED, variants

from bots.definition import PortalDefinition
from bots.host import BrowserHost
from core.capabilities.catalog import capability, write
from core.errors import FleetError
from payers.registry import load_portals

LARGEST = 64 * 1024


@dataclasses.dataclass(frozen=True)
class Theatre:
    """One browser for all portals, which reaches the replayer and nothing else."""

    replayer: Replayer
    definitions: dict[str, PortalDefinition]
    browser: BrowserHost


@pytest.fixture(scope="module")
async def theatre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Theatre]:
    replayer = Replayer()
    async with serving(replayer) as port:
        loaded = load_portals("simulator", simulator_port=port)
        definitions = {name: short_of_time(each, 20) for name, each in loaded.items()}
        hosts = tuple(host for each in definitions.values() for host in each.hosts)
        anyone = dataclasses.replace(next(iter(definitions.values())), hosts=hosts)
        browser = BrowserHost(anyone, tmp_path_factory.mktemp("replay"))
        await (await browser.lane(None)).close()  # it starts with the first lane, able to reach all of them
        yield Theatre(replayer, definitions, browser)
        await browser.close()


def differences(place: str, ours: Any, recorded: Any) -> Iterator[str]:
    """One line for each field. Recordings hold made-up people only: their values may be shown."""
    if isinstance(ours, dict) and isinstance(recorded, dict):
        for name in sorted(ours.keys() | recorded.keys()):
            yield from differences(f"{place}.{name}".lstrip("."), ours.get(name), recorded.get(name))
    elif isinstance(ours, list) and isinstance(recorded, list) and len(ours) == len(recorded):
        for number, (mine, theirs) in enumerate(zip(ours, recorded, strict=True)):
            yield from differences(f"{place}[{number}]", mine, theirs)
    elif ours != recorded:
        yield f"{place}: read {ours!r}, recorded {recorded!r}"


@pytest.mark.parametrize("recording", list(recordings()), ids=str)
@pytest.mark.representative
async def test_a_recorded_answer_is_read_again(
    recording: Recording, theatre: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    class ThatDay(date):
        @classmethod
        def today(cls) -> ThatDay:
            return cls.fromisoformat(recording.recorded_on.isoformat())

    monkeypatch.setattr("core.checks.date", ThatDay)  # questions may not be too old
    asked = capability(recording.capability)
    query = asked.ask(recording.question)
    theatre.replayer.play(recording)
    theatre.browser.definition = theatre.definitions[recording.portal]
    lane, kept = await theatre.browser.lane(None), Kept()
    try:
        answer = await lane.perform(recording.capability, recording.payer, query, kept)
    except FleetError as error:
        pytest.fail(f"{error.reference or error}; not recorded: {theatre.replayer.strange}")
    finally:
        await lane.close()
    recorded = asked.read_answer(json.dumps(recording.expected))  # what was added to the model since is at its default
    told = list(differences("", json.loads(write(answer)), json.loads(write(recorded))))
    assert not told, "\n".join([str(recording), *told])
    says = wanted()[recording.portal, recording.capability, recording.case].says
    assert says is None or says.name in {NO_PAGE, *(step.page for step in kept.steps)}, "said by another page"


@cache
def wanted() -> dict[tuple[str, str, str], Case]:
    definitions = load_portals("simulator").items()
    return {(portal, each.capability, each.name): each for portal, known in definitions for each in cases(known)}


def test_every_portal_has_its_cases_and_whatever_it_says_instead_recorded() -> None:
    there = {(each.portal, each.capability, each.case) for each in recordings()}
    assert sorted(wanted().keys() - there) == [], "make record ARGS=missing"
    assert sorted(there - wanted().keys()) == [], "nobody declares these any more"


def test_what_is_not_recorded_is_declared_by_some_portal() -> None:
    """Else the reason says nothing. A generation of pages is named before the page."""
    said = {
        f"/{portal}/{each.capability}/{each.name}"
        for portal, known in load_portals("simulator").items()
        for each in variants(known)
    }
    plain = [each.replace("/classic_", "/") for each in UNRECORDED]
    assert [each for each in plain if not any(declared.endswith(f"/{each}") for declared in said)] == []


def test_recordings_are_small_and_hold_no_tokens() -> None:
    paths = [path for path in ROOT.rglob("*") if path.is_file()]
    assert [path for path in paths if path.stat().st_size > LARGEST] == []
    held = {path: path.read_bytes() for path in paths}
    assert [path for path, data in held.items() if b"Correct-Horse" in data or b"JBSWY3DP" in data] == []


def test_no_body_lies_there_for_nothing() -> None:
    there = {path.relative_to(ROOT) for path in ROOT.glob("*/bodies/*")}
    assert there == {Path(each.portal, "bodies", name) for each in recordings() for name in each.bodies}
