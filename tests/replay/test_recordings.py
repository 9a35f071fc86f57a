"""Every recording, replayed to the adapter as it is: no portal, no simulator, no log-in."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fixtures_portals import Kept, short_of_time
from recorder import cases
from recording import ROOT, Recording, recordings
from replayer import Replayer, serving

from bots.definition import PortalDefinition
from bots.host import BrowserHost
from core.capabilities.catalog import capability, write
from core.errors import FleetError
from payers.registry import load_manifest, load_portals, portal_ids

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
    query = capability(recording.capability).ask(recording.question)
    theatre.replayer.play(recording)
    theatre.browser.definition = theatre.definitions[recording.portal]
    lane = await theatre.browser.lane(None)
    try:
        answer = await lane.perform(recording.capability, recording.payer, query, Kept())
    except FleetError as error:
        pytest.fail(f"{error.reference or error}; not recorded: {theatre.replayer.strange}")
    finally:
        await lane.close()
    told = list(differences("", json.loads(write(answer)), recording.expected))
    assert not told, "\n".join([str(recording), *told])


def test_every_portal_has_its_cases_recorded() -> None:
    there = {(each.portal, each.capability, each.case) for each in recordings()}
    manifests = [load_manifest(each) for each in portal_ids()]
    wanted = {(manifest.id, case.capability, case.name) for manifest in manifests for case in cases(manifest)}
    assert there == wanted, "make record"


def test_recordings_are_small_and_hold_no_tokens() -> None:
    paths = [path for path in ROOT.rglob("*") if path.is_file()]
    assert [path for path in paths if path.stat().st_size > LARGEST] == []
    held = {path: path.read_bytes() for path in paths}
    assert [path for path, data in held.items() if b"Correct-Horse" in data or b"JBSWY3DP" in data] == []


def test_no_body_lies_there_for_nothing() -> None:
    there = {path.relative_to(ROOT) for path in ROOT.glob("*/bodies/*")}
    assert there == {Path(each.portal, "bodies", name) for each in recordings() for name in each.bodies}
