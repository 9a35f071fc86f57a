from __future__ import annotations

from collections.abc import Iterator

import pytest
from fixtures_portals import SimulatedPortal


@pytest.fixture
def uhc(simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    """On a fine day, which it is again after the test."""
    portal = simulated["uhc"]
    portal.dial()
    yield portal
    portal.dial()
