"""One suite for every adapter of the registry: an adapter brings data and code, never a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fixtures_portals import SimulatedPortal
from inquiries import Inquiry, inquiries, one_of_each_layout

from payers.registry import load_manifest, portal_ids


@pytest.fixture(params=portal_ids())
def portal(request: pytest.FixtureRequest, simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    """Each portal on a fine day, which it is again after the test."""
    found = simulated[request.param]
    found.dial()
    yield found
    found.dial()


@pytest.fixture(params=[each for each in portal_ids() if load_manifest(each).mfa])
def two_steps(request: pytest.FixtureRequest, simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    """Each portal that asks for more than a password."""
    found = simulated[request.param]
    found.dial()
    yield found
    found.dial()


@pytest.fixture
def any_portal(simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    """One of them, for what is the runtime's alone. On a fine day, as `portal`."""
    found = simulated[portal_ids()[0]]
    found.dial()
    yield found
    found.dial()


@pytest.fixture(params=inquiries(), ids=str)
def inquiry(request: pytest.FixtureRequest, simulated: dict[str, SimulatedPortal]) -> Iterator[Inquiry]:
    """Each capability of each portal, once for every generation of pages. On a fine day, as `portal`."""
    yield from _on_a_fine_day(request.param, simulated)


@pytest.fixture(params=one_of_each_layout(), ids=str)
def layout(request: pytest.FixtureRequest, simulated: dict[str, SimulatedPortal]) -> Iterator[Inquiry]:
    """One capability for every generation of pages: for what the runtime does alike for all of them."""
    yield from _on_a_fine_day(request.param, simulated)


@pytest.fixture(params=[each for each in inquiries() if each.capability == "claim_status"], ids=str)
def claims(request: pytest.FixtureRequest, simulated: dict[str, SimulatedPortal]) -> Iterator[Inquiry]:
    """Claim status of each portal that tells it, once for every generation of its pages."""
    yield from _on_a_fine_day(request.param, simulated)


def _on_a_fine_day(asked: Inquiry, simulated: dict[str, SimulatedPortal]) -> Iterator[Inquiry]:
    asked.portal = simulated[asked.portal_id]
    asked.portal.dial()
    yield asked
    asked.portal.dial()
