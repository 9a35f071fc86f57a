"""Files that a portal gives away: behind a link, a form, a viewer in a tab of its own, a blob, or in a zip.

What arrives is judged by its content and sealed at once. The browser writes downloads to its own scratch folder: they
are read from there and deleted; what nobody asked for is not even finished.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.async_api import Download as Offer
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from bots.contracts import StepKind
from bots.dom import IDLE_SECONDS, Navigated, translated
from bots.filetype import FileType, Flaw, flaw_of, type_of, unzipped
from bots.offers import BURST_SECONDS, discarded
from bots.press import press
from bots.selectors import ElementSpec, PageSpec
from core.capabilities.files import Document, DocumentKind
from core.errors import PortalChanged, PortalUnavailable

if TYPE_CHECKING:
    from bots.portal import Portal

LARGEST = 30 * 1024 * 1024
"""Bytes of one file, or of all that a zip holds. An 835 of a large group has a few megabytes."""
_TRANSFER_SECONDS = 180
_PREPARING_SECONDS = 5
_LOOK_SECONDS = 0.2

# Reads what a tab shows, or what it embeds, from where the tab has it: a blob lives in its page alone.
_SHOWN = """async ([limit, embedded]) => {
  const page = document.contentType === 'text/html';
  if (page && document.readyState === 'loading')
    await new Promise((done) => document.addEventListener('DOMContentLoaded', done));
  const frame = embedded && document.querySelector('embed[src], iframe[src], object[data]');
  const url = page ? frame && (frame.src || frame.data) : location.href;
  if (!url) return {page};
  const parts = [];
  let size = 0;
  try {
    const answer = await fetch(url, {cache: 'force-cache'});
    // A browser without a viewer hands an embedded file over as a download: it is taken there.
    const handed = !navigator.pdfViewerEnabled && /pdf/.test(answer.headers.get('content-type'));
    if (frame && frame.matches('iframe') && handed) return {page};
    const reader = answer.body.getReader();
    for (let turn = await reader.read(); !turn.done; turn = await reader.read()) {
      size += turn.value.length;
      if (size > limit) { await reader.cancel(); return {size}; }
      parts.push(turn.value);
    }
  } catch { return {page}; }
  return new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done({size, data: reader.result.split(',')[1] || ''});
    reader.readAsDataURL(new Blob(parts));
  });
}"""


@dataclass(frozen=True)
class Download:
    """One whole file of the type that was asked for, already kept as evidence under the same `sha256`."""

    data: bytes = field(repr=False)
    type: FileType

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Delivery:
    """A file of whatever type as it came, a zip unopened: kept as evidence already, what is refused as well."""

    data: bytes = field(repr=False)
    media_type: str
    problem: str | None
    """Why it is refused: a web page in disguise, cut short, empty, or of a type that the fleet does not know."""

    def document(self, kind: DocumentKind) -> Document:
        return Document.of(kind, self.data, media_type=self.media_type, problem=self.problem)


class Downloader:
    """One click on one element that gives a file."""

    def __init__(self, portal: Portal, page: PageSpec, name: str) -> None:
        self._portal = portal
        self._window = portal.window
        self._page = page
        self._name = name

    async def take(
        self, element: ElementSpec, wanted: FileType, *, row: Mapping[str, Any] | None = None
    ) -> tuple[Download, ...]:
        """Several only from a zip. Raises PortalUnavailable for a file that is empty, cut short or a page in disguise,
        PortalChanged when no file comes, or another than was asked for.
        """
        begun = time.monotonic()
        data = await self._given(element, row)
        files = self._judged(data, wanted)
        for each in files:
            await self._portal.keep_download(each.type.media_type, each.data, self._page)
        await self._note(begun, f"{len(files)} {files[0].type.name}", data)
        return files

    async def take_whatever(self, element: ElementSpec, *, row: Mapping[str, Any] | None = None) -> Delivery:
        """Raises PortalChanged when no file comes, or one that is too large."""
        begun = time.monotonic()
        data = await self._given(element, row)
        kind, flaw = type_of(data), flaw_of(data)
        media_type = kind.media_type if kind else "application/octet-stream"
        if data:
            await self._portal.keep_download(media_type, data, self._page)
        await self._note(begun, kind.name if kind else "unknown type", data)
        problem = (
            f"The portal gave {flaw.value}." if flaw else None if kind else "It is of no type that the fleet knows."
        )
        return Delivery(data, media_type, problem)

    async def _given(self, element: ElementSpec, row: Mapping[str, Any] | None) -> bytes:
        if self._window.offers.bursting:
            await self._portal.rest(BURST_SECONDS * 1000)
        await self._portal.camera.before_leaving()
        known = set(self._window.popups)
        home = self._window.page_of(self._page.frame) or self._window.page
        before = _address(home)
        with self._window.offers.taking() as offers:
            done = await press(self._portal, self._page, element.candidates, element.press, row=row, mark=False)
            if not done["done"]:
                raise self._changed("covered" if done.get("covered") else "missing")
            data = await self._arrival(offers, known, home, before)
        for tab in set(self._window.popups) - known:
            with suppress(PlaywrightError):  # it closes by itself
                await tab.close()
        return data

    async def _note(self, begun: float, what: str, data: bytes) -> None:
        note = f"{self._name}: {what}, {len(data)} bytes"
        await self._portal.note_step(StepKind.READ, self._page.name, begun, [note])

    # -- how it comes

    async def _arrival(self, offers: list[Offer], known: set[Page], home: Page, before: str) -> bytes:
        deadline = time.monotonic() + self._portal.definition.manifest.answer_seconds
        while not offers:
            self._window.moved.clear()
            tabs = [tab for tab in self._window.popups if tab not in known and tab.url != "about:blank"]
            if tabs or _address(home) != before:
                tab = tabs[-1] if tabs else home
                if (shown := await self._shown(tab, embedded=tab is not home)) is not None:
                    return shown
                # A page may say that it prepares the file, and give way to it.
                if not await self._stirs(min(_PREPARING_SECONDS, deadline - time.monotonic())):
                    raise self._changed("a web page came in place of the file")
            elif not await self._stirs(
                min(IDLE_SECONDS - self._window.traffic.idle_seconds, deadline - time.monotonic())
            ):
                if not self._window.traffic.owes:
                    raise self._changed("no file came")
                if time.monotonic() > deadline:
                    raise self._unavailable("did not give the file in its time")
        return await self._downloaded(offers[0])

    async def _stirs(self, seconds: float) -> bool:
        """Whether a window, a document or a file comes in this time."""
        try:
            await asyncio.wait_for(self._window.moved.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _downloaded(self, offer: Offer) -> bytes:
        transfer = asyncio.ensure_future(offer.path())
        large: list[Path] = []
        deadline = time.monotonic() + _TRANSFER_SECONDS
        try:
            while not transfer.done():
                await asyncio.wait({transfer}, timeout=_LOOK_SECONDS)
                if large := _oversized(self._window.downloads):
                    raise self._too_large()
                if time.monotonic() > deadline:
                    raise self._unfinished()
            data = await asyncio.to_thread(Path(await transfer).read_bytes)
        except PlaywrightError:
            raise self._unavailable("broke off the file") from None
        finally:
            await discarded(offer)
            await asyncio.gather(transfer, return_exceptions=True)
            for path in large:  # the browser takes its time with what it did not finish
                path.unlink(missing_ok=True)
        if len(data) > LARGEST:
            raise self._too_large()
        return data

    async def _shown(self, tab: Page, *, embedded: bool) -> bytes | None:
        """None when it shows a page and no file."""
        try:
            async with asyncio.timeout(_TRANSFER_SECONDS):  # Playwright itself would wait for ever
                shown = await tab.evaluate(_SHOWN, [LARGEST, embedded])
        except TimeoutError:
            raise self._unfinished() from None
        except PlaywrightError as error:
            cause = translated(error)
            if isinstance(cause, Navigated) or tab.is_closed():
                return None  # it was only the way to the file
            raise cause from None
        if "data" in shown:
            return base64.b64decode(shown["data"])
        if "size" in shown:
            raise self._too_large()
        if not shown["page"]:
            raise self._changed("its tab cannot be read")
        return None

    # -- what it is

    def _judged(self, data: bytes, wanted: FileType) -> tuple[Download, ...]:
        kind = self._sound(data, wanted)
        if kind is not FileType.ZIP or wanted is FileType.ZIP:
            return (self._fitting(data, kind, wanted),)
        try:
            members = unzipped(data, limit=LARGEST)
        except OverflowError:
            raise self._too_large() from None
        if members is None:
            raise self._unavailable("gave a zip that cannot be opened whole")
        fitting = [each for each in members if type_of(each) is wanted]
        if not fitting:
            raise self._changed(f"a zip without {wanted.name} in it")
        return tuple(self._fitting(each, self._sound(each, wanted), wanted) for each in fitting)

    def _sound(self, data: bytes, wanted: FileType) -> FileType | None:
        kind = type_of(data)
        flaw = flaw_of(data)
        if flaw is not None and not (flaw is Flaw.PAGE and wanted is FileType.HTML):
            raise self._unavailable(f"gave {flaw.value}")
        return kind

    def _fitting(self, data: bytes, kind: FileType | None, wanted: FileType) -> Download:
        if kind is not wanted:
            raise self._changed(f"{kind.name if kind else 'an unknown type'} in place of {wanted.name}")
        return Download(data, wanted)

    def _unavailable(self, did: str) -> PortalUnavailable:
        return PortalUnavailable(
            f"The portal {did}; it is asked again later.", reference=f"{self._page.name}.{self._name}"
        )

    def _unfinished(self) -> PortalUnavailable:
        return self._unavailable("did not finish the file in its time")

    def _too_large(self) -> PortalChanged:
        return self._changed(f"larger than {LARGEST // 1024**2} MB")

    def _changed(self, detail: str) -> PortalChanged:
        return PortalChanged(self._page.name, self._name, detail=detail)


def _address(page: Page) -> str:
    return page.url.partition("#")[0]


def _oversized(folder: Path) -> list[Path]:
    found = []
    for path in folder.glob("*"):
        with suppress(FileNotFoundError):  # deleted meanwhile
            if path.stat().st_size > LARGEST:
                found.append(path)
    return found
