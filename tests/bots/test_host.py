from __future__ import annotations

from pathlib import Path

from fixtures_portals import SimulatedPortal

from bots.host import BrowserHost


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
