"""Lists that begin with ten rows and grow by ten with each click."""

from typing import Any, TypeVar

from bots.page import Element, ReadsInto
from bots.portal import Portal
from core.errors import PortalChanged

R = TypeVar("R", bound=Any)


class GrowingPage(ReadsInto[R]):
    """Its record has a `total`."""

    more = Element()


async def whole(portal: Portal, listed: GrowingPage[R], rows: str) -> R:
    """All of it, by the name of its rows. Raises PortalChanged."""
    read = await listed.read()
    while (shown := len(getattr(read, rows))) < read.total:
        await listed.more.click()
        read = await (await portal.landed_on(type(listed))).read()
        if len(getattr(read, rows)) <= shown:
            raise PortalChanged(listed.page_name, rows, detail="the list counts more rows than it shows")
    return read
