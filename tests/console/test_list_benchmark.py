"""The benchmark of the lists, on a history of a moment: what it does with a store keeps up with what the store is."""

from __future__ import annotations

import pytest

from benchmarks import history, long_history


async def test_the_benchmark_fills_a_store_and_looks_at_every_list(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("FLEET_STORE_URL", "FIGURES"):
        monkeypatch.delenv(name, raising=False)
    for name, few in (("RUNS", 20), ("LOOKS", 2)):
        monkeypatch.setattr(history, name, few)
    for name, few in (("SHEETS", 2), ("SHEET_ROWS", 20)):
        monkeypatch.setattr(long_history, name, few)
    await history.main()
    told = capsys.readouterr().out
    assert [name for name in (*history.PATHS, *history.SCOPED) if name not in told] == []
