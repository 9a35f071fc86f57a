"""The portal as a journey sees it: `go`, `landed_on`, and pages to fill, click and read.

Behind these few verbs are the waits, the signals of trouble, banners, drift notes, screenshots and the identity check.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from html import escape
from typing import Any, NoReturn, TypeVar, overload

from bots.camera import Camera
from bots.contracts import EvidenceSink, Step, StepKind
from bots.definition import PortalDefinition
from bots.dom import IDLE_SECONDS, POPUP, Navigated, Sign, Window, around, engine
from bots.download import Delivery, Download, Downloader
from bots.element import BoundElement, enter
from bots.filetype import FileType
from bots.identity import Proof, identity, proof_of
from bots.page import Element, Page, ReadsInto
from bots.press import Pressed, press
from bots.reader import Reader
from bots.scrolling import brought
from bots.selectors import Candidates, PageSpec, PartSpec
from bots.sending import Dispatch
from bots.signals import SHOWS_LOGIN, dismissed, raised, signs_of_banners, signs_of_trouble
from bots.traffic import REST_MS
from core.capabilities.record import Query
from core.errors import FleetError, PortalChanged, PortalUnavailable
from core.manifest import Payer

P = TypeVar("P", bound=Page)
P1 = TypeVar("P1", bound=Page)
P2 = TypeVar("P2", bound=Page)
P3 = TypeVar("P3", bound=Page)
P4 = TypeVar("P4", bound=Page)

_BACK_MS = 500
_DEAF_SECONDS = 3
_RENEWED_MS = 2_000
"""How long a page gets to renew itself before it is looked at again."""


class Portal:
    """One credential's window on a portal, for the time of one question."""

    def __init__(
        self,
        definition: PortalDefinition,
        window: Window,
        sink: EvidenceSink,
        *,
        chapter: str,
        query: Query | None = None,
        payer: Payer | None = None,
        organization: str | None = None,
        hidden: Sequence[str] = (),
        afresh: bool = False,
        dispatch: Dispatch | None = None,
    ) -> None:
        self.definition = definition
        self.window = window
        self.payer = payer
        self.organization = organization
        """The one to work for, where the account belongs to several: forms ask for it again."""
        self.chapter = chapter
        """The selector file in use: "eligibility", "login", …"""
        self.pages: Mapping[str, PageSpec] = definition.selectors.pages.get(chapter, {})
        given = proof_of(query)
        self.providers_asked = {value: name for name, value in given.items() if name.endswith("npi") and value}
        """Names of the question's keys, by NPI."""
        self.asked: dict[str, Any] = given | {"payer": payer.label if payer else None}
        self.camera = Camera(window, self.pages, sink, [*hidden, *(query.phi_values() if query else [])])
        self.dispatch = dispatch
        """What is to be sent, where anything is."""
        self._sink = sink
        self._reader = Reader(self)
        self._afresh = afresh
        """The question before ended in trouble: whatever it left on the screen is not built upon."""
        self.drawn: dict[tuple[str, str], tuple[Any, ...]] = {}
        """What tells apart the rows of a list that draws some at a time, by page and list, as they were read."""
        self.press_again: Callable[[], Awaitable[Pressed]] | None = None
        """The last click, as long as it may have fallen on deaf ears. Never one that writes."""

    # -- travelling

    @overload
    async def go(self, page: type[P], /) -> P: ...
    @overload
    async def go(self, page: type[P1], /, *others: type[P2]) -> P1 | P2: ...
    async def go(self, page: type[Page], /, *others: type[Page]) -> Page:
        """Opens a page by its address, unless it is on the screen already or one click of its own (`via`) leads there.
        `others` may come up in its place.

        Raises PortalChanged when something undeclared comes up, and whatever a signal stands for.
        """
        spec = self.spec(page)
        if not self._afresh and (await self.shows(spec.frame, spec.here) or await self._went_back(spec)):
            if spec.frame[:1] != (POPUP,):  # else what the question before left in a window counts as new
                await self.window.close_popups()
            return page(self, spec)
        self._afresh = False
        if spec.url is None:
            raise PortalChanged(spec.name, None, detail="no url in the selector data")
        await self.camera.before_leaving()
        begun = time.monotonic()
        seconds = self.definition.manifest.answer_seconds
        self.press_again = None
        await self.window.goto(self.definition.url + spec.url, seconds=seconds)
        expected = {each: self.spec(each) for each in (page, *others)}
        landed = await self._arrive(expected, begun, StepKind.NAVIGATE)
        return landed(self, expected[landed])

    @overload
    async def landed_on(self, page: type[P1], /, *, about: Proof | None = None) -> P1: ...
    @overload
    async def landed_on(self, page: type[P1], page2: type[P2], /, *, about: Proof | None = None) -> P1 | P2: ...
    @overload
    async def landed_on(
        self, page: type[P1], page2: type[P2], page3: type[P3], /, *, about: Proof | None = None
    ) -> P1 | P2 | P3: ...
    @overload
    async def landed_on(
        self, page: type[P1], page2: type[P2], page3: type[P3], page4: type[P4], /, *, about: Proof | None = None
    ) -> P1 | P2 | P3 | P4: ...
    async def landed_on(self, *pages: type[Page], about: Proof | None = None) -> Page:
        return await self.landed_proven(pages, about=about)

    async def landed_proven(self, pages: Sequence[type[Page]], *, about: Proof | None = None) -> Page:
        """The first of these pages to come up since the last click, proven to be about the question.

        `about` names what this page and those after it must show, when it is not what the question says: a row's
        claim number, say.
        Raises whatever a signal stands for, PortalUnavailable when the portal still owes the answer after its time,
        and PortalChanged when anything else comes up.
        """
        if about is not None:
            self.asked = dict(about)
        while True:
            found = await self.landed_on_any(pages)
            if not isinstance(found, ReadsInto):
                return found
            if await self._reader.proven(found):
                return found

    async def landed_on_any(self, pages: Sequence[type[Page]]) -> Page:
        """As `landed_on`, for a set of pages that no type checker knows, and without proof of identity."""
        specs = {page: self.spec(page) for page in pages}
        landed = await self._arrive(specs, time.monotonic(), StepKind.READ)
        return landed(self, specs[landed])

    # -- reading and filling

    def spec(self, page: type[Page]) -> PageSpec:
        try:
            return self.pages[page.page_name]
        except KeyError:
            raise PortalChanged(page.page_name, None, detail=f"no such page in {self.chapter}.yaml") from None

    def bind(self, page: Page, element: Element) -> BoundElement:
        spec = page.spec.elements.get(element.name)
        if spec is None:
            raise PortalChanged(page.page_name, element.name, detail="no selector data")
        return BoundElement(self, page.spec, element.name, spec, write=element.write)

    async def fill(self, page: Page, values: Mapping[str, str]) -> None:
        begun = time.monotonic()
        notes = await enter({getattr(page, name): value for name, value in values.items()})
        await self.note_step(StepKind.NAVIGATE, page.spec.name, begun, notes)

    async def choose(self, page: Page, values: Mapping[str, str]) -> None:
        wanted: dict[BoundElement, str] = {getattr(page, name): value for name, value in values.items()}
        kinds = await BoundElement.standing(wanted)
        chosen_anew = False
        for (element, value), kind in zip(wanted.items(), kinds, strict=True):
            if chosen_anew or kind != "taken":  # one list may empty those that follow
                await element.choose(value)
                chosen_anew = True

    async def read(self, page: ReadsInto[Any], given: Mapping[str, Any]) -> Any:
        """What was read on landing, or anew after something was done since. A page that is still filling is waited
        for.
        """
        return await self._reader.read(page, given)

    async def read_when(
        self, page: ReadsInto[Any], ready: Callable[[Any], bool], refresh: BoundElement | None = None
    ) -> Any:
        deadline = time.monotonic() + self.definition.manifest.answer_seconds
        while True:
            if await self._reader.is_ready(page, ready) and ready(record := await self._reader.read(page, {})):
                return record
            if time.monotonic() > deadline:
                sentence = "The portal did not finish its work in its time; the question is asked again later."
                raise PortalUnavailable(sentence, reference=f"{page.spec.name} is not ready")
            await self.put_away_banners(page.spec.frame)
            if refresh is not None:
                await refresh.click()
            await self.look(page.spec, "change", quiet=_RENEWED_MS)

    async def click_in(self, page: Page, rows: str, index: int, element: str) -> None:
        begun = time.monotonic()
        part, row = await self._row(page, rows, index)
        await self.camera.before_leaving()
        self.window.begin_action()
        wanted = part.elements[element]
        done = await press(self, page.spec, wanted.candidates, wanted.press, row=row)
        if not done["done"]:
            raise PortalChanged(page.spec.name, f"{rows}.{element}", detail="missing")
        self.press_again = partial(press, self, page.spec, wanted.candidates, wanted.press, row=row)
        await self.note_step(StepKind.NAVIGATE, page.spec.name, begun, [])

    async def download_in(
        self, page: Page, rows: str, index: int, element: str, wanted: FileType
    ) -> tuple[Download, ...]:
        part, row = await self._row(page, rows, index)
        taker = Downloader(self, page.spec, f"{rows}.{element}")
        return await taker.take(part.elements[element], wanted, row=row)

    async def deliver_in(self, page: Page, rows: str, index: int, element: str) -> Delivery:
        part, row = await self._row(page, rows, index)
        taker = Downloader(self, page.spec, f"{rows}.{element}")
        return await taker.take_whatever(part.elements[element], row=row)

    async def _row(self, page: Page, rows: str, index: int) -> tuple[PartSpec, dict[str, Any]]:
        """A row of a list, and how the engine finds it."""
        part = page.spec.parts[rows]
        place = await brought(self, page.spec, rows, index) if part.scrolls else index
        return part, {"withins": page.spec.around(part), "each": list(part.each), "index": place}

    async def keep_download(self, media_type: str, data: bytes, page: PageSpec) -> None:
        await self._sink.keep("download", media_type, data, page=page.name)

    async def heard_beside(self) -> bool:
        """Whether dialogs said what no selector data expect: their words are evidence."""
        unheeded, self.window.dialogs.unheeded = self.window.dialogs.unheeded, []
        for words in unheeded:
            if not self.camera.closed:
                await self._sink.keep("page", "text/html", escape(words).encode(), page="dialog")
            await self.note_step(StepKind.READ, "dialog", time.monotonic(), ["a dialog said what nothing expects"])
        return bool(unheeded)

    async def look(self, page: PageSpec, operation: str, /, **arguments: Any) -> Any:
        """One call of the engine in the page's frame, again if the document changed meanwhile."""
        self._reader.forget()
        for _ in range(3):
            frame = await self.window.frame(page.frame)
            if frame is None:
                break
            try:
                return await engine(frame, operation, **arguments)
            except Navigated:
                continue
        raise PortalChanged(page.name, None, detail="its frame is gone")

    async def mark(self, page: PageSpec) -> None:
        """What is on the screen now is old news for the next `landed_on`."""
        self.window.begin_action()
        self.press_again = None
        await self.mark_beside(page)
        await self.look(page, "mark", signs=self.marks(page.frame))

    async def mark_beside(self, page: PageSpec) -> None:
        """The same for what other frames show, and windows in front: a result that stands beside its form is the one of
        the question before. What lies behind or around may have been covered, and comes up again as it was.
        """
        for path in {each.frame for each in self.pages.values()} - {*around(page.frame)}:
            frame = await self.window.frame(path) if path[:1] == (POPUP,) or page.frame[:1] != (POPUP,) else None
            with suppress(Navigated):  # whatever comes is new
                if frame is not None:
                    await engine(frame, "mark", signs=self.marks(path))

    def marks(self, path: tuple[str, ...]) -> list[list[dict[str, str]]]:
        """The signs to remember before an action: those that live in this frame."""
        pages = [list(page.here) for page in self.pages.values() if page.frame == path]
        return pages + [list(signal.here) for signal in self.definition.selectors.signals]

    async def put_away_banners(self, path: tuple[str, ...]) -> bool:
        """Dismisses what may be dismissed in a frame and those around it; whether there was something."""
        return any([await dismissed(self.definition.selectors, self.window, frame) for frame in around(path)])

    async def explained(self, told: FleetError) -> FleetError:
        """Where the selector data knows the trouble that is on the screen, that is the trouble: a session can end under
        any step, or the connection, and the adapter is not to blame.
        """
        frames = {frame for spec in self.pages.values() for frame in around(spec.frame)} | {()}
        for key, sign in signs_of_trouble(self.definition.selectors, frames).items():
            if self.window.dialogs.said(sign.here) is not None or await self.shows(sign.frame, sign.here):
                return await raised(self.definition.selectors, key, sign, self.window)
        return self.window.traffic.broken or told

    async def rest(self, milliseconds: float = REST_MS) -> None:
        """Waits until the portal has owed nothing for so long. Raises PortalUnavailable."""
        await self.window.traffic.rest(seconds=self.definition.manifest.answer_seconds, milliseconds=milliseconds)

    async def note_step(self, kind: StepKind, page: str, begun: float, notes: list[str]) -> None:
        """`begun` is a monotonic time."""
        took = time.monotonic() - begun
        started = datetime.now(UTC) - timedelta(seconds=took)
        await self._sink.step(Step(kind, page, started, round(took * 1000), "; ".join(notes) or None))

    # -- inside

    async def shows(self, path: tuple[str, ...], here: Candidates) -> bool:
        frame = await self.window.frame(path)
        try:
            return frame is not None and bool(await engine(frame, "present", pages={"it": list(here)}))
        except Navigated:
            return False

    async def _went_back(self, spec: PageSpec) -> bool:
        """Takes the portal's own way to the page, if it is on the screen and leads there at once."""
        frame = await self.window.frame(spec.frame)
        if frame is None or not spec.via:
            return False
        await self.camera.before_leaving()
        try:
            if not await engine(frame, "present", pages={"via": list(spec.via)}):
                return False
            await engine(frame, "click", candidates=list(spec.via), signs=[], timeout=_BACK_MS)
        except Navigated:
            return False
        return await self.shows(spec.frame, spec.here)

    async def _arrive(self, specs: Mapping[type[P], PageSpec], begun: float, kind: StepKind) -> type[P]:
        selectors = self.definition.selectors
        names = {page.page_name: page for page in specs}
        frames = {frame for spec in specs.values() for frame in around(spec.frame)} | {()}
        pages = {spec.name: Sign(spec.here, spec.frame, proven=bool(identity(page))) for page, spec in specs.items()}
        trouble, banners = signs_of_trouble(selectors, frames), signs_of_banners(selectors, frames)
        # At log-in a session that ended and the page to log in are one page; a screen that is answered is no trouble.
        answered = [spec.here for spec in specs.values()]
        yields = {key for key, sign in trouble.items() if sign.of_login or sign.here in answered}
        late = {key: trouble[key] for key in yields if self.chapter in ("login", "recovery")}
        early = {key: sign for key, sign in trouble.items() if key not in late}
        deadline = begun + self.definition.manifest.answer_seconds
        heard = self.press_again is None
        while True:
            # Banners before pages: what covers the page is put away before anything under it is clicked.
            signs = early | banners | pages | late
            idle = IDLE_SECONDS if heard else _DEAF_SECONDS
            seen = await self.window.see(signs, seconds=max(deadline - time.monotonic(), 0.1), idle_seconds=idle)
            if seen is None and not heard:
                heard = True
                await self._press_again(next(iter(names)), begun)
                continue
            self.press_again = None
            if seen is None:
                await self._lost(tuple(names), frames)
            if seen.name in names:
                self.camera.landed(self.spec(names[seen.name]))
                drift = [f"here: fallback {seen.fallback + 1} used"] if seen.fallback else []
                await self.note_step(kind, seen.name, begun, drift)
                return names[seen.name]
            if seen.name.startswith("banner "):
                await self.put_away_banners(banners.pop(seen.name).frame)
                continue
            cause = await raised(selectors, seen.name, trouble[seen.name], self.window)
            if not isinstance(cause, SHOWS_LOGIN):
                await self.camera.shoot_scene()
            raise cause

    async def _press_again(self, awaited: str, begun: float) -> None:
        """Some pages are drawn before they listen. A click that set nothing off by now was not heard."""
        press_again, self.press_again = self.press_again, None
        stirred = self.window.traffic.stirred or self.window.dialogs.spoken
        if press_again is not None and not stirred and (await press_again())["done"]:
            await self.note_step(StepKind.NAVIGATE, awaited, begun, ["pressed again: the first time nothing happened"])

    async def _lost(self, expected: tuple[str, ...], frames: Iterable[tuple[str, ...]]) -> NoReturn:
        busy = self.window.traffic.busy  # now: taking a picture makes some portals ask for something
        busy = busy or any([await self.window.works(frame) for frame in frames])
        await self.camera.shoot_scene()
        if busy:
            raise PortalUnavailable(
                "The portal did not answer in its time; the question is asked again later.",
                reference=f"waiting for {', '.join(expected)}",
            )
        said = ", and a dialog said something that nothing expects" if self.window.dialogs.spoken else ""
        raise PortalChanged(" or ".join(expected), None, detail=f"something else came up{said}")
