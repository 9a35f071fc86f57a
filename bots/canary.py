"""Looks at the pages that a portal's journeys open by their address, without a question: derived from selector data,
so that no adapter has to do anything for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bots.contracts import EvidenceSink
from bots.definition import PortalDefinition
from bots.dom import POPUP, Window
from bots.page import Page
from bots.portal import Portal
from bots.selectors import PageSpec
from core.capabilities.canary import CanarySeen, SeenPage
from core.errors import PortalChanged

DENIED = "access_denied"
"""The page by which portals say that an account may not go there: an answer, and nothing has changed."""


def entries(definition: PortalDefinition) -> Iterator[tuple[str, PageSpec]]:
    """By capability. What lives in a window that the portal opens is not reached by an address."""
    for capability in definition.manifest.capabilities:
        for spec in definition.selectors.pages.get(capability, {}).values():
            if spec.url is not None and spec.frame[:1] != (POPUP,):
                yield capability, spec


async def look_around(
    definition: PortalDefinition, window: Window, sink: EvidenceSink, hidden: Sequence[str]
) -> CanarySeen:
    """Raises whatever a signal stands for: a portal that is down has not changed."""
    seen = []
    for capability, spec in entries(definition):
        portal = Portal(definition, window, sink, chapter=capability, hidden=hidden, afresh=True)
        seen.append(await _visit(portal, capability, spec))
    return CanarySeen(pages=tuple(seen))


async def _visit(portal: Portal, capability: str, spec: PageSpec) -> SeenPage:
    doors = [each for each in portal.pages.values() if each.url is not None or each.name == DENIED]
    first, *others = [_any_page(spec), *(_any_page(each) for each in doors if each is not spec)]
    try:
        landed = (await portal.go(first, *others)).spec
        await portal.rest()
        fields = await _fields(portal, landed)
    except PortalChanged as changed:
        trouble = await portal.explained(changed)
        if not isinstance(trouble, PortalChanged):
            raise trouble from None
        return SeenPage(capability=capability, entry=spec.name, landed=None)
    return SeenPage(capability=capability, entry=spec.name, landed=landed.name, fields=fields)


async def _fields(portal: Portal, spec: PageSpec) -> tuple[str, ...]:
    """Only where one can type or choose: what a page says comes and goes with its data."""
    wanted = {name: list(element.candidates) for name, element in spec.elements.items()}
    read = await portal.look(spec, "read", spec={"fields": wanted})
    return tuple(sorted(name for name, found in read["fields"].items() if found and found["typed"]))


def _any_page(spec: PageSpec) -> type[Page]:
    class Landmark(Page, page=spec.name):
        """What the selector data describes, whatever the adapter reads there."""

    return Landmark
