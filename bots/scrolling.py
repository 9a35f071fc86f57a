"""Lists that draw only the rows in view, or fetch the next ones when the last comes into view: read and opened screen
by screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bots.traffic import QUIET_MS, REST_MS
from core.errors import PortalChanged

if TYPE_CHECKING:
    from bots.portal import Portal
    from bots.selectors import Candidates, PageSpec

_REDRAWN = 10
"""Changes in a row after which a list that is scrolled counts as drawn: some blink for ever."""


async def read_whole(portal: Portal, page: PageSpec, order: Mapping[str, Any]) -> Any:
    """What the engine reads of a page, with all rows of its lists. None when it is not there."""
    read = await portal.look(page, "read", spec=order, source=True)
    for name, part in page.parts.items():
        if read is not None and part.scrolls and read["rows"].get(name, {}).get("list"):
            rows = await _rows(portal, page, order, name)
            read["rows"][name]["list"] = [*rows.values()]
            portal.drawn[page.name, name] = (*rows,)
    return read


async def brought(portal: Portal, page: PageSpec, rows: str, index: int) -> int:
    """Scrolls until a row is drawn, and says as which of those that are. `index` counts as the list was read.

    Raises PortalChanged when it does not come up again.
    """
    part = page.parts[rows]
    order = {"withins": page.around(part), "each": list(part.each), "scrolls": list(part.scrolls)}
    wanted = portal.drawn[page.name, rows][index]
    to = "start"
    while wanted not in (drawn := await portal.look(page, "drawn", **order)):
        if not await _scrolled(portal, page, part.scrolls, to) and to == "on":
            raise PortalChanged(page.name, rows, detail="a row that was read is not drawn any more")
        to = "on"
    return int(drawn.index(wanted))


async def _rows(portal: Portal, page: PageSpec, order: Mapping[str, Any], name: str) -> dict[Any, Any]:
    """By what tells them apart. The list ends where scrolling moves nothing and brings nothing new."""
    scrolls = page.parts[name].scrolls
    await _scrolled(portal, page, scrolls, "start")
    rows: dict[Any, Any] = {}
    moved = True
    while True:
        read = await portal.look(page, "read", spec=order)
        if read is None or not read["rows"][name]["list"]:
            raise PortalChanged(page.name, name, detail="the list went away while it was scrolled")
        before = len(rows)
        rows |= dict(zip(read["rows"][name]["keys"], read["rows"][name]["list"], strict=True))
        if not moved and len(rows) == before:
            await _scrolled(portal, page, scrolls, "start")
            return rows
        moved = await _scrolled(portal, page, scrolls, "on")


async def _scrolled(portal: Portal, page: PageSpec, scrolls: Candidates, to: str) -> bool:
    """Whether it moved. At its end it may fetch more, for which it gets a moment."""
    moved = await portal.look(page, "scroll", candidates=list(scrolls), within=list(page.within), to=to)
    if moved is None:
        raise PortalChanged(page.name, None, detail="nothing to scroll")
    quiet = REST_MS if moved else QUIET_MS
    for _ in range(_REDRAWN):
        if await portal.look(page, "change", quiet=quiet) == "quiet":
            break
    await portal.rest()
    return bool(moved)
