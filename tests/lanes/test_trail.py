"""The audit trail as a file: whole, signed, and every change of it shows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import PartUnavailable, RequestInvalid
from lanes import trail
from lanes.assembly import Fleet
from store import audit


@pytest.fixture
async def exported(fleet: Fleet, tmp_path: Path) -> Path:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    async with fleet.database.begin() as session:
        for number in range(5):
            event = audit.Event("phi.view", "Zo\u00eb", f"item_{number}")
            await audit.append(session, event, now=now + timedelta(days=number))
    target = tmp_path / "trail.jsonl"
    await trail.export(fleet, target, since=None, actor="sam")
    return target


async def test_an_export_is_whole_and_private(fleet: Fleet, exported: Path) -> None:
    verdict = trail.verify_file(exported)
    assert (verdict.events, verdict.first, verdict.broken_at) == (6, 1, None)
    async with fleet.database.read() as session:
        seq, digest = await audit.head(session)
    assert verdict.head == f"{seq}:{digest}"
    assert verdict.key is not None
    assert exported.stat().st_mode & 0o777 == 0o600
    assert json.loads(exported.read_text().splitlines()[-2])["action"] == "audit.exported"


async def test_a_part_begins_where_it_was_asked_to(fleet: Fleet, exported: Path) -> None:
    part = exported.with_name("part.jsonl")
    told = await trail.export(fleet, part, since=datetime(2026, 3, 4, tzinfo=UTC), actor="sam")
    verdict = trail.verify_file(part)
    assert (told.events, verdict.first, verdict.broken_at, verdict.head) == (4, 4, None, told.head)


async def test_whatever_is_changed_shows(exported: Path) -> None:
    lines = exported.read_text().splitlines(keepends=True)
    signature = json.loads(lines[-1])
    broken = {
        "edited": [lines[0].replace("item_0", "item_9"), *lines[1:]],
        "one is missing": [*lines[:2], *lines[3:]],
        "the end is cut": [*lines[:4], lines[-1]],
        "cut with its signature": lines[:4],
        "something is added": [*lines, lines[0]],
        "another signature": [*lines[:-1], json.dumps(signature | {"signature": signature["key"]})],
        "another head": [*lines[:-1], json.dumps(signature | {"head": "6:0"})],
        "no trail": ["hello\n"],
        "nothing": [],
    }
    copy = exported.with_name("copy.jsonl")
    found = {}
    for how, text in broken.items():
        copy.write_text("".join(text))
        found[how] = trail.verify_file(copy).broken_at
    assert found == {
        "edited": 1,
        "one is missing": 3,
        "the end is cut": 5,
        "cut with its signature": 5,
        "something is added": 7,
        "another signature": 7,
        "another head": 7,
        "no trail": 1,
        "nothing": 1,
    }


async def test_nothing_is_written_over_and_no_half_is_left(fleet: Fleet, exported: Path) -> None:
    before = exported.read_bytes()
    with pytest.raises(RequestInvalid, match="already"):
        await trail.export(fleet, exported, since=None, actor="sam")
    assert exported.read_bytes() == before
    fleet.vault.available = False  # type: ignore[attr-defined]
    unsigned = exported.with_name("unsigned.jsonl")
    with pytest.raises(PartUnavailable):
        await trail.export(fleet, unsigned, since=None, actor="sam")
    assert not unsigned.exists()
    with pytest.raises(RequestInvalid, match="cannot be read"):
        trail.verify_file(exported.with_name("nowhere"))
