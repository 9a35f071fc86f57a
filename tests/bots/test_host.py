from __future__ import annotations

import asyncio
from pathlib import Path

import psutil
import pytest
from fixtures_portals import SimulatedPortal

from bots.host import BrowserHost
from core.errors import PartUnavailable


async def test_a_browser_starts_however_deep_its_folder_lies(
    simulated: dict[str, SimulatedPortal], tmp_path: Path
) -> None:
    deep = tmp_path / ("a-folder-with-quite-a-long-name-" * 4)
    deep.mkdir()
    host = BrowserHost(simulated["availity"].definition, deep)
    try:
        lane = await host.lane(None)
        await lane.close()
    finally:
        await host.close()
    assert [path for path in deep.iterdir() if "Singleton" in path.name] == []


async def test_a_lane_is_opened_again_whatever_of_its_browser_was_killed(
    simulated: dict[str, SimulatedPortal], tmp_path: Path
) -> None:
    host = BrowserHost(simulated["availity"].definition, tmp_path)
    others = set(psutil.Process().children())
    try:
        await asyncio.gather(host.lane(None), host.lane(None))
        (driver,) = set(psutil.Process().children()) - others
        for victim in (driver.children()[0], driver):
            victim.kill()
            async with asyncio.timeout(20):
                await host.lane(None)
        assert not driver.is_running() or driver.status() == psutil.STATUS_ZOMBIE
    finally:
        async with asyncio.timeout(20):
            await host.close()
    assert [path for path in tmp_path.iterdir() if "profile" in path.name] == []


async def test_a_lane_that_is_cancelled_while_it_opens_leaves_no_window(
    simulated: dict[str, SimulatedPortal], tmp_path: Path
) -> None:
    host = BrowserHost(simulated["availity"].definition, tmp_path)
    try:
        first = await host.lane(None)
        assert host._browser is not None
        opening = asyncio.create_task(host.lane(None))
        async with asyncio.timeout(20):
            while len(host._browser.contexts) < 2 or not host._browser.contexts[1].pages:
                await asyncio.sleep(0)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert len(host._browser.contexts) == 1
        await first.close()
    finally:
        await host.close()


async def test_no_browser_and_one_that_does_not_start_are_told_apart(
    simulated: dict[str, SimulatedPortal], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "none"))
    shelf = tmp_path / "bin"
    shelf.mkdir()
    monkeypatch.setenv("PATH", str(shelf))
    assert "No browser was found" in await _refusal(simulated["availity"], tmp_path)
    (shelf / "chromium").write_text("#!/bin/sh\nexit 1\n")
    (shelf / "chromium").chmod(0o700)
    assert "did not start" in await _refusal(simulated["availity"], tmp_path)


async def _refusal(portal: SimulatedPortal, tmp: Path) -> str:
    host = BrowserHost(portal.definition, tmp)
    try:
        with pytest.raises(PartUnavailable) as refused:
            await host.lane(None)
    finally:
        await host.close()
    return refused.value.sentence
