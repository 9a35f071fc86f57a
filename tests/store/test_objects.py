from __future__ import annotations

import asyncio
import stat
from pathlib import Path

import pytest

from core.errors import PartUnavailable
from store.objects import EvidenceStore, FolderStore, MemoryStore


@pytest.fixture(params=["folder", "memory"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> EvidenceStore:
    return FolderStore(tmp_path / "evidence") if request.param == "folder" else MemoryStore()


async def test_what_was_put_can_be_got(objects: EvidenceStore) -> None:
    assert await objects.put_if_absent("2026/11/ev_1", b"sealed")
    assert await objects.get("2026/11/ev_1") == b"sealed"
    assert await objects.exists("2026/11/ev_1")


async def test_an_object_is_never_replaced(objects: EvidenceStore) -> None:
    puts = await asyncio.gather(*(objects.put_if_absent("ev", bytes([number])) for number in range(20)))
    assert sum(puts) == 1
    winner = bytes([puts.index(True)])
    assert not await objects.put_if_absent("ev", b"other")
    assert await objects.get("ev") == winner


async def test_what_is_not_there(objects: EvidenceStore) -> None:
    assert not await objects.exists("ev")
    with pytest.raises(KeyError):
        await objects.get("ev")
    await objects.delete("ev")


async def test_deleting(objects: EvidenceStore) -> None:
    await objects.put_if_absent("ev", b"x")
    await objects.delete("ev")
    assert not await objects.exists("ev")


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../outside", "a/../../outside", ".hidden"])
async def test_names_stay_inside(objects: EvidenceStore, name: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        await objects.put_if_absent(name, b"x")


async def test_files_are_for_their_owner_only_and_no_draft_stays(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    await store.put_if_absent("a/ev", b"x")
    await store.put_if_absent("a/ev", b"y")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["ev"]
    assert stat.S_IMODE((tmp_path / "a" / "ev").stat().st_mode) == 0o600


async def test_a_folder_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(PartUnavailable, match="evidence folder") as refused:
        await FolderStore(tmp_path / "file").put_if_absent("ev", b"x")
    assert refused.value.part == "evidence"
