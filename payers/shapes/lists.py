"""Lists of which a page shows some rows at a time: turned page by page, or grown by a click."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, ClassVar, TypeVar

from bots.identity import Proof
from bots.page import Element, ReadsInto
from bots.portal import Portal
from core.errors import PortalChanged

R = TypeVar("R", bound=Any)


class PagedPage(ReadsInto[R]):
    """One page of several. Its record has a `total`, of the rows on all of them; None where there is no row."""

    counted: ClassVar[bool] = True
    """False where the portal never says how many there are: then the last page is the one without `next_page`."""
    next_page = Element()

    async def listing(self) -> R:
        """What it holds, with all that is folded on it."""
        return await self.read()


class GrowingPage(ReadsInto[R]):
    """Its record has a `total`, of the rows that it grows to."""

    counted: ClassVar[bool] = True
    """False where the portal never says how many there are: then it is whole when `more` is not offered any longer. The
    page must prove whom it shows: the last click may change nothing else.
    """
    more = Element()


async def each_page(
    portal: Portal, listed: PagedPage[R], rows: str, about: Proof
) -> AsyncIterator[tuple[PagedPage[R], R, Proof]]:
    """Page by page: the page, what it holds, and what it must show when it comes up again. That is `about`, its own
    number (`page`) and that of its first row (`first`). Raises PortalChanged when the list counts other rows than it
    shows, or shows the same page again.
    """
    seen, number, before = 0, 1, None
    while True:
        about = {**about, "page": number, "first": seen + 1}
        shown = await listed.listing()
        found, total = getattr(shown, rows), shown.total or 0
        seen += len(found)
        if listed.counted and (seen > total or (seen < total and not found)):
            raise PortalChanged(listed.page_name, rows, detail="the list counts other rows than it shows")
        if found and found == before:
            raise PortalChanged(listed.page_name, rows, detail="the same page came again")
        last = seen == total if listed.counted else not await listed.next_page.there()
        yield listed, shown, about
        if last:
            return
        before = found
        number += 1
        await listed.next_page.click()
        listed = await portal.landed_on(type(listed), about={**about, "page": number, "first": seen + 1})


async def whole(portal: Portal, listed: GrowingPage[R], rows: str) -> R:
    """All of a list that grows, by the name of its rows. Raises PortalChanged when it offers more and does not grow, or
    counts other rows than it shows.
    """
    read = await listed.read()
    while await _grows(listed, read, rows):
        shown = len(getattr(read, rows))
        await listed.more.click()
        listed = await portal.landed_on(type(listed))
        read = await listed.read()
        if len(getattr(read, rows)) <= shown and await _grows(listed, read, rows):
            raise PortalChanged(listed.page_name, rows, detail="the list counts more rows than it shows")
    if listed.counted and len(getattr(read, rows)) > read.total:
        raise PortalChanged(listed.page_name, rows, detail="the list counts fewer rows than it shows")
    return read


async def _grows(listed: GrowingPage[R], read: R, rows: str) -> bool:
    """Without a count, the last click may have brought nothing but the end of the list."""
    return bool(len(getattr(read, rows)) < read.total) if listed.counted else await listed.more.there()
