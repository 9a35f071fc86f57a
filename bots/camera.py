"""Evidence: screenshots with patient data covered, and page sources. Never on a credential page."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from bots.contracts import EvidenceSink
from bots.dom import Navigated, Window, engine, translated
from bots.page import phi_elements
from bots.parse import stated
from bots.selectors import Candidates, PageSpec, PartSpec
from core.errors import FleetError

_SHORTEST = 3
"""Shorter values would cover letters all over the page; the places that show them are declared `phi`."""
_LONG = 6
"""What is this long names somebody, and is no part of the portal's own words: it stays covered in later questions."""
_UNKNOWN = "unknown"
_TRIES = 3
"""What fills or moves while it is taken is taken again."""
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Camera:
    """What a question shows is not left before it was taken: each landing is shot once, with or without a read."""

    def __init__(self, window: Window, pages: Mapping[str, PageSpec], sink: EvidenceSink, known: list[str]) -> None:
        self._window = window
        self._covers = _places(pages.values())
        self._sink = sink
        self._known: set[str] = set()
        self._due: PageSpec | None = None
        self.closed = False
        """True on credential pages: nothing is recorded there."""
        for value in known:
            self._remember(value)

    def learn(self, spec: PartSpec, read: Mapping[str, Any]) -> None:
        """Patient data that was just read is covered from now on wherever it stands."""
        for name, found in read["fields"].items():
            if found and spec.elements[name].phi and stated(found["text"]):
                self._remember(found["text"])
        for name, part in read["parts"].items():
            if part and part != "empty":
                self.learn(spec.parts[name], part)
        for name, rows in read["rows"].items():
            for row in rows["list"]:
                if row:
                    self.learn(spec.parts[name], row)

    def landed(self, spec: PageSpec) -> None:
        self._due = spec

    async def before_leaving(self) -> None:
        if self._due is not None:
            await self.shoot(self._due)

    async def shoot(self, spec: PageSpec, *, source: str | None = None, picture: bytes | None = None) -> None:
        """One masked screenshot of what is on the screen, unless it was taken a moment ago; `source` is the document
        that was read.
        """
        self._due = None
        if self.closed:
            return
        if picture is not None:
            await self._sink.keep("screenshot", "image/jpeg", picture, page=spec.name)
        else:
            await self._keep_picture(spec.name, self._window.page_of(spec.frame))
        if source is not None:
            await self._sink.keep("page", "text/html", source.encode(), page=spec.name)

    async def picture(self, spec: PageSpec) -> bytes | None:
        """Masked, and not kept yet. None when it is not certain that everything was covered."""
        page = None if self.closed else self._window.page_of(spec.frame)
        return await self._picture(page) if page is not None else None

    async def shoot_scene(self) -> None:
        """What came up in place of what was expected: the screen, and the source of every frame."""
        self._due = None
        if self.closed:
            return
        front = self._window.front
        await self._keep_picture(_UNKNOWN, front)
        for frame in {*self._window.page.frames, *front.frames}:
            try:
                html = await engine(frame, "source")
            except (Navigated, FleetError):
                continue  # it is on its way to another document
            await self._sink.keep("page", "text/html", html.encode(), page=_UNKNOWN)

    async def _keep_picture(self, name: str, page: Page | None) -> None:
        for _ in range(_TRIES):
            picture = await self._picture(page) if page is not None else None
            if picture is not None:
                await self._sink.keep("screenshot", "image/jpeg", picture, page=name)
                return

    async def _picture(self, page: Page) -> bytes | None:
        """None when it is not certain that everything was covered: no picture rather than an open one."""
        values = sorted({*self._known, *self._window.known})
        frames = {frame: list[Candidates]() for frame in page.frames}
        for path, covers in self._covers.items():
            frame = await self._window.frame(path)
            if frame in frames:
                frames[frame] = covers

        async def everywhere(operation: str) -> list[Any]:
            orders = [engine(frame, operation, elements=covers, values=values) for frame, covers in frames.items()]
            return await asyncio.gather(*orders, return_exceptions=True)

        covered = await everywhere("cover")
        try:
            picture = await self._window.picture(page)
        except PlaywrightError as error:
            cause = translated(error, page)
            if not isinstance(cause, Navigated):
                raise cause from None
            picture = None
        finally:
            held = await everywhere("uncover")
        for outcome in (*covered, *held):
            if isinstance(outcome, BaseException) and not isinstance(outcome, Navigated):
                raise outcome
        certain = all(each is True for each in held) and set(page.frames) == frames.keys()
        return picture if certain else None

    def _remember(self, value: str) -> None:
        plain = value.strip()
        forms = {plain}
        if _ISO_DATE.fullmatch(plain):
            day = date.fromisoformat(plain)
            forms |= {
                f"{day:%m/%d/%Y}",
                f"{day.month}/{day.day}/{day.year}",
                f"{day:%m-%d-%Y}",
                f"{day:%B} {day.day}, {day.year}",
                f"{day:%b} {day.day}, {day.year}",
                f"{day:%d%b%Y}",
                f"{day:%d-%b-%Y}",
                f"{day:%m/%d/%y}",
                f"{day:%d-%b-%y}",
                f"{day:%Y%m%d}",
                f"{day:%Y%j}",
            }
        self._known |= {form for form in forms if len(form) >= _SHORTEST}
        self._window.known.extend(form for form in forms - {*self._window.known} if len(form) >= _LONG)


def _places(pages: Iterable[PageSpec]) -> dict[tuple[str, ...], list[Candidates]]:
    """Where patient data is declared to stand, by frame, each place once."""
    places: dict[tuple[str, ...], list[Candidates]] = {}
    for page in pages:
        here = places.setdefault(page.frame, [])
        for candidates in (*(element.candidates for element in phi_elements(page)), page.mask):
            if candidates and candidates not in here:
                here.append(candidates)
    return places
