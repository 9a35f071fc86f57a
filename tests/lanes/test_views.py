from __future__ import annotations

import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.capabilities.common import MemberNotFound
from core.errors import PartUnavailable, RequestInvalid
from core.seal import SealBroken
from lanes import views
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from store.audit import AuditEvent
from store.credentials import Credential

AskAll = Callable[..., Awaitable[list[str]]]


@pytest.fixture
async def worked(fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll) -> tuple[str, list[str]]:
    """A run's id and its items."""
    items = await ask_all("M1", "M2")
    summary = await LaneWorker(fleet, portal).work(credential.id)
    assert summary.run_id is not None
    return summary.run_id, items


async def _looks(fleet: Fleet) -> list[tuple[str, str, str]]:
    async with fleet.database.read() as session:
        events = await session.scalars(
            select(AuditEvent).where(AuditEvent.action.startswith("phi.")).order_by(AuditEvent.seq)
        )
        return [(event.action, event.actor, event.subject) for event in events]


async def test_a_run_is_shown_without_patient_data_and_without_a_look(
    fleet: Fleet, worked: tuple[str, list[str]]
) -> None:
    run_id, items = worked
    view = await views.run_view(fleet.database, run_id)
    assert (view.run.answered, [item.id for item in view.items], len(view.evidence)) == (2, items, 2)
    assert [step.seq for step in view.steps] == [1, 2, 3]
    assert await _looks(fleet) == []
    with pytest.raises(RequestInvalid, match="no such run"):
        await views.run_view(fleet.database, "run_x")


async def test_opening_an_answer_is_a_look(fleet: Fleet, worked: tuple[str, list[str]]) -> None:
    _, (item_id, _) = worked
    opened = await views.open_answer(fleet, item_id, viewer="kim")
    assert opened is not None
    assert opened.answer == MemberNotFound(message="M1 is not on file")
    assert opened.adapter_version == "test"
    assert await _looks(fleet) == [("phi.view", "kim", item_id)]


async def test_evidence_is_exported_for_its_owner_only(
    fleet: Fleet, worked: tuple[str, list[str]], tmp_path: Path
) -> None:
    run_id, _ = worked
    paths = await views.export_evidence(fleet, run_id, tmp_path / "out", viewer="kim")
    assert [path.name for path in paths] == ["001-screenshot-coverage.png", "002-screenshot-coverage.png"]
    assert paths[0].read_bytes() == b"picture of M1"
    assert {stat.S_IMODE(path.stat().st_mode) for path in paths} == {0o600}
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    assert await _looks(fleet) == [("phi.export", "kim", run_id)]


async def test_evidence_that_was_swapped_or_lost_is_not_shown(
    fleet: Fleet, worked: tuple[str, list[str]], tmp_path: Path
) -> None:
    run_id, _ = worked
    first, second = (await views.run_view(fleet.database, run_id)).evidence
    blob = await fleet.evidence.get(second.object_name)
    await fleet.evidence.delete(first.object_name)
    with pytest.raises(PartUnavailable, match="missing"):
        await views.export_evidence(fleet, run_id, tmp_path / "out", viewer="kim")
    await fleet.evidence.put_if_absent(first.object_name, blob)
    with pytest.raises(SealBroken):
        await views.export_evidence(fleet, run_id, tmp_path / "out", viewer="kim")
