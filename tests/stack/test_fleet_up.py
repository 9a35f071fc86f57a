"""Of a stack that never was up. One that runs is asked by tests/e2e/test_up_and_down.py, on both stands."""

from __future__ import annotations

from pathlib import Path

from core.settings import Settings
from stack.fleet_up import down, status


async def test_down_without_a_stack(tmp_path: Path) -> None:
    assert await down(Settings(home=tmp_path / "never")) == []
    assert await status(Settings(home=tmp_path / "never")) == []
