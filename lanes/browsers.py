"""The browsers of one process: a Chromium per portal, a context per lane."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bots.contracts import LaneBot, SessionState
from bots.definition import PortalDefinition
from bots.host import BrowserHost


class PortalBrowsers:
    """Implements lanes.lane.Browsers. Each Chromium starts when the first lane of its portal asks."""

    def __init__(self, definitions: Mapping[str, PortalDefinition], tmp: Path) -> None:
        self._hosts = {portal: BrowserHost(definition, tmp) for portal, definition in definitions.items()}

    async def lane(self, portal: str, state: SessionState | None) -> LaneBot:
        return await self._hosts[portal].lane(state)

    async def close(self) -> None:
        for host in self._hosts.values():
            await host.close()
