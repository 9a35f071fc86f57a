"""The canary needs nothing of an adapter but its data: it opens every page that has an address, and asks nobody."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import pytest
from fixtures_portals import Kept, SimulatedPortal, short_of_time

from bots.canary import DENIED, entries
from bots.definition import PortalDefinition
from bots.selectors import PageSpec
from core.capabilities.canary import CANARY, CanaryQuery, CanarySeen


async def seen(portal: SimulatedPortal, definition: PortalDefinition | None = None) -> CanarySeen:
    kept = Kept()
    async with portal.known(definition) as lane:
        answer = await lane.perform(CANARY, None, CanaryQuery(), kept)
    assert isinstance(answer, CanarySeen)
    return answer


@pytest.mark.thorough
async def test_every_capability_is_seen_and_seen_alike(portal: SimulatedPortal) -> None:
    first, second = await seen(portal), await seen(portal)
    assert {each.capability for each in first.pages} == set(portal.definition.manifest.capabilities)
    assert [each for each in first.pages if each.landed in (None, DENIED)] == []
    assert first == second, "what comes and goes by itself would hold schedules for nothing"
    assert any(each.fields for each in first.pages)


async def test_only_what_changed_is_missed(simulated: dict[str, SimulatedPortal]) -> None:
    """As a portal of a new look is to data of yesterday: one page is recognised by nothing, one field is nowhere."""
    portal = simulated["ucare_old"]
    portal.dial()
    well = await seen(portal)
    found = list(entries(portal.definition))
    (renamed, spec), (lost, _) = found[0], found[-1]
    field = next(
        name for name in spec.elements if name in next(p for p in well.pages if p.capability == renamed).fields
    )
    nowhere: Mapping[str, str] = {"css": "#nowhere"}
    chapters = {name: dict(pages) for name, pages in portal.definition.selectors.pages.items()}
    for name, page in chapters[lost].items():
        if page.url is not None:
            chapters[lost][name] = dataclasses.replace(page, here=(dict(nowhere),))
    chapters[renamed][spec.name] = _without(spec, field)
    selectors = dataclasses.replace(portal.definition.selectors, pages=chapters)
    changed = short_of_time(dataclasses.replace(portal.definition, selectors=selectors), 5)
    now = await seen(portal, changed)
    for before, after in zip(well.pages, now.pages, strict=True):
        if after.capability == lost:
            assert after.landed is None
        elif (after.capability, after.entry) == (renamed, spec.name):
            assert set(before.fields) - set(after.fields) == {field}
        else:
            assert before == after


def _without(spec: PageSpec, field: str) -> PageSpec:
    moved = dataclasses.replace(spec.elements[field], candidates=({"css": "#nowhere"},))
    return dataclasses.replace(spec, elements={**spec.elements, field: moved})
