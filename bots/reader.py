"""Reads pages that fill in by and by: what comes out stood still, is about the question, and was photographed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bots.contracts import StepKind
from bots.drift import drift
from bots.identity import IdentityMismatch, compared
from bots.page import ReadsInto, reading
from bots.scrolling import read_whole
from bots.selectors import PageSpec
from bots.traffic import REST_MS
from core.errors import PortalChanged

if TYPE_CHECKING:
    from bots.portal import Portal

_SETTLE_MS = 1_500
"""How long a page that shows somebody else gets to turn into the one asked for."""


@dataclass(frozen=True)
class Glimpse:
    read: Any
    picture: bytes | None = None


class Reader:
    """For the time of one question."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._camera, self._traffic = portal.camera, portal.window.traffic
        self._shown = portal.window.shown
        self._words = portal.definition.selectors.vocabulary
        self._last: Glimpse | None = None
        """What the page that was landed on showed, as long as nothing was done since."""
        self._deadline = 0.0
        """From then on a portal that asks for something all the time is not waited for."""

    def _begin(self) -> None:
        self._deadline = time.monotonic() + self._portal.definition.manifest.answer_seconds

    def forget(self) -> None:
        self._last = None

    async def proven(self, page: ReadsInto[Any]) -> bool:
        """Waits until it has come to rest. False when it has given way to another page: it was left from the question
        before.

        Raises IdentityMismatch, and PortalChanged when it does not say whom it shows.
        """
        self._begin()
        if await self._stands_still(page):
            return True
        await self._filled(page.spec)
        return await self._agrees(page)

    async def read(self, page: ReadsInto[Any], given: Mapping[str, Any]) -> Any:
        begun = time.monotonic()
        spec = page.spec
        self._begin()
        if self._last is None:
            await self._filled(spec)
        settled = False
        while True:
            glimpse = self._last or Glimpse(await self._read_whole(page))
            self._last, read = None, glimpse.read
            try:
                record = type(page).build(read, page=spec.name, given=given, words=self._words)
                break
            except PortalChanged:
                if settled:
                    raise
                settled = await self._settled(page, read)
        self._camera.learn(spec, read)
        self._remember(page, read)
        await self._camera.shoot(spec, source=read["source"], picture=glimpse.picture)
        await self._portal.note_step(StepKind.READ, spec.name, begun, drift(read))
        return record

    async def is_ready(self, page: ReadsInto[Any], ready: Callable[[Any], bool]) -> bool:
        """By a look that leaves nothing behind. What cannot be read yet is for `read` to judge."""
        try:
            read = await self._read_whole(page)
            return bool(ready(type(page).build(read, page=page.spec.name, words=self._words)))
        except PortalChanged:
            return True

    async def _stands_still(self, page: ReadsInto[Any]) -> bool:
        """Uses the moment that a page is given to fill: it is read and photographed, and read again when the moment is
        over. False when it showed anything else by then, or is not about the question.
        """
        if self._traffic.resting:
            return False
        await self._portal.rest(0)
        begun, read = time.monotonic(), await self._read_whole(page)
        if compared(page, read, self._portal.asked, self._words)[0]:
            return False
        if self._left_over(page, read):
            return False
        self._camera.learn(page.spec, read)
        picture = await self._camera.picture(page.spec)
        left = REST_MS - (time.monotonic() - begun) * 1000
        if left > 0 and await self._portal.look(page.spec, "change", quiet=left) != "quiet":
            return False
        await self._portal.rest()
        if not _same(await self._read_whole(page), read):
            return False
        self._last = Glimpse(read, picture)
        return True

    async def _agrees(self, page: ReadsInto[Any]) -> bool:
        """Reads the page and compares what it shows with the question, until they agree or it has come to rest."""
        spec = page.spec
        settled = False
        while True:
            read = await self._read_whole(page)
            differs, missing = compared(page, read, self._portal.asked, self._words)
            if not differs and (settled or not self._left_over(page, read)):
                self._last = Glimpse(read)
                return True
            if differs:
                self._remember(page, read)
            if not await self._portal.shows(spec.frame, spec.here):
                return False
            if settled and differs:
                if missing is not None:
                    raise PortalChanged(spec.name, missing, detail="missing")
                raise IdentityMismatch(differs)
            settled = await self._settled(page, read)

    def _remember(self, page: ReadsInto[Any], read: Any) -> None:
        if read is not None and page.identity():
            self._shown[self._portal.chapter, page.spec.name] = read

    def _left_over(self, page: ReadsInto[Any], read: Any) -> bool:
        """Whether a part of the page still says word for word what it said of somebody else: its head may have changed
        before the rest. Two may also have the same plan.
        """
        before = self._shown.get((self._portal.chapter, page.spec.name))
        if before is None or before["document"] != read["document"]:
            return False
        if _proof(page, before) == _proof(page, read):
            return False
        return any(one and one == other for one, other in zip(_groups(page, read), _groups(page, before), strict=True))

    async def _filled(self, spec: PageSpec) -> None:
        """A page that fills in by and by shows two patients at once: it is read when the portal owes nothing more and
        the document stands still. Raises PortalUnavailable.
        """
        deadline = time.monotonic() + _SETTLE_MS / 1000
        while not self._traffic.resting:
            change, _ = await asyncio.gather(self._portal.look(spec, "change", quiet=REST_MS), self._portal.rest())
            if change == "quiet" or time.monotonic() > deadline:
                return

    async def _read_whole(self, page: ReadsInto[Any]) -> Any:
        order = reading(type(page), page.spec, page=page.spec.name)
        read = await read_whole(self._portal, page.spec, order)
        for name, candidates in order["fields"].items() if read else ():
            if read["fields"][name] is None and (said := self._portal.window.dialogs.said(candidates)) is not None:
                read["fields"][name] = {"text": said, "index": 0, "typed": False}
        return read

    async def _settled(self, page: ReadsInto[Any], read: Any) -> bool:
        """Whether this is read for a while, however the page ticks beside it, and the portal owes nothing any more.
        What was read may be older than the silence: one more look decides.
        """
        deadline = time.monotonic() + _SETTLE_MS / 1000
        while (left := deadline - time.monotonic()) > 0:
            if await self._portal.look(page.spec, "change", quiet=left * 1000) == "quiet":
                break
            if not _same(await self._read_whole(page), read):
                return False
        return time.monotonic() > self._deadline or not self._traffic.busy


def _same(read: Any, before: Any) -> bool:
    """But for the markup around it."""
    return bool(_parted(read) == _parted(before))


def _parted(read: Any) -> Any:
    return read and {name: read[name] for name in ("fields", "parts", "rows")}


def _groups(page: ReadsInto[Any], read: Any) -> list[Any]:
    """What stands together on a page: each part, each list, and the fields of its own that prove nothing."""
    plain = [read["fields"][name] for name in sorted(read["fields"].keys() - page.identity().keys())]
    lists = [read["rows"][name]["list"] for name in sorted(read["rows"])]
    return [plain, *lists, *(read["parts"][name] for name in sorted(read["parts"]))]


def _proof(page: ReadsInto[Any], read: Any) -> list[str | None]:
    found = [read["fields"].get(name) for name in sorted(page.identity())]
    return [each["text"] if each else None for each in found]
