"""The one click that sends something to a payer, and the files that go with it.

Everything before the click may be done again, the click may not. So it stands behind a gate that is not ours, it is
made once and never again, and whatever is unclear after it is OutcomeUnknown. Clear is also a question in a dialog
that was declined, if nothing at all has left the browser since the click: that was no click.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError

from bots.contracts import FileRoom, Gate, StepKind
from bots.dom import Navigated, engine, translated
from bots.identity import Proof
from bots.press import READY_MS, Pressed, until_pressable
from core.capabilities.submissions import Enclosed
from core.errors import PartUnavailable, PortalChanged

if TYPE_CHECKING:
    from bots.element import BoundElement
    from bots.page import Page

_TOO_BUSY = (
    "This machine was too busy to make the last click in the seconds in which it may be made; nothing was sent, and it "
    "is tried again."
)
_NOWHERE = "about:blank"
"""From where a page that was left sends nothing later."""
_ASKED = (
    "At the last click the portal asked a question that no adapter names. The fleet said no, and nothing was sent. "
    "A developer must read the question in the run's evidence, and name its answer under `dialogs:` in signals.yaml."
)


class Dispatch:
    """One submission on its way through the portal."""

    def __init__(self, gate: Gate, room: FileRoom, folder: Path) -> None:
        """`folder`: where the browser finds the files, by names that lead to memory and not to the disk."""
        self.gate = gate
        self.sent = False
        """The click may have been made."""
        self._room = room
        self._folder = folder / secrets.token_hex(8)
        self._memory: list[int] = []

    async def lay_out(self, files: Sequence[Enclosed]) -> list[Path]:
        """The browser reads them when the form is sent, so they lie there until `clear`."""
        return [self._lay(file, await self._room.content(file)) for file in files]

    def clear(self) -> None:
        for handle in self._memory:
            os.close(handle)
        self._memory.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _lay(self, file: Enclosed, data: bytes) -> Path:
        path = self._folder / str(len(self._memory)) / file.name
        try:
            handle = os.memfd_create("fleet", os.MFD_CLOEXEC)
            self._memory.append(handle)
            left = memoryview(data)
            while left:
                left = left[os.write(handle, left) :]
            path.parent.mkdir(mode=0o700, parents=True)
            path.symlink_to(f"/proc/{os.getpid()}/fd/{handle}")
        except OSError as problem:
            sentence = "A file could not be laid out for the browser; the work is kept and tried again."
            raise PartUnavailable("memory", sentence, reference=type(problem).__name__) from None
        return path


async def send(button: BoundElement, pages: Sequence[type[Page]], about: Proof | None) -> Page:
    """Raises NotSent and core errors. Those that come while `dispatch.sent` say nothing of what the portal has done."""
    portal, page, dispatch = button.portal, button.page, button.portal.dispatch
    if dispatch is None or dispatch.sent:
        raise RuntimeError("a journey sends once, and only what it was sent for")
    ready = await until_pressable(portal, page, button.candidates)
    if not ready["done"]:
        raise button.changed("covered" if ready.get("covered") else "missing")
    await portal.camera.shoot(page)
    await portal.mark_beside(page)
    begun = time.monotonic()
    before = time.time() + await dispatch.gate.open()
    portal.window.begin_action()
    portal.press_again = None
    dispatch.sent = True
    done = await _press_once(button, before)
    if not done["done"]:
        dispatch.sent = False
        if done.get("late"):
            raise PartUnavailable("worker", _TOO_BUSY)
        raise button.changed("it went away before the click")
    await portal.note_step(StepKind.WRITE, page.name, begun, [])
    try:
        return await portal.landed_proven(pages, about=about)
    except PortalChanged:
        if not portal.window.dialogs.declined or not portal.window.traffic.kept_silent:
            raise
        await portal.heard_beside()
        await portal.window.goto(_NOWHERE, seconds=portal.definition.manifest.answer_seconds)
        portal.camera.closed = True
        dispatch.sent = False
        raise PortalChanged(page.name, button.name, detail="a question in a dialog", sentence=_ASKED) from None


async def _press_once(button: BoundElement, before: float) -> Pressed:
    """`done` is False only when it was certainly not pressed."""
    portal, page = button.portal, button.page
    if button.spec.press != "script":
        return await _press_by_hand(button, before)
    frame = await portal.window.frame(page.frame)
    if frame is None:
        return {"done": False}
    order = {"candidates": list(button.candidates), "signs": portal.marks(page.frame), "row": None, "timeout": READY_MS}
    try:
        done: Pressed = await engine(frame, "click", before=before * 1000, **order)
    except Navigated:  # the document went away under the script that presses: it has pressed
        return {"done": True}
    return done


async def _press_by_hand(button: BoundElement, before: float) -> Pressed:
    """A click that takes too long may have been made all the same, so that leaves as an error."""
    await button.portal.look(button.page, "mark", signs=button.portal.marks(button.page.frame))
    handle = await button.handle()
    try:
        await handle.scroll_into_view_if_needed(timeout=READY_MS)
        if time.time() > before:
            return {"done": False, "late": True}
        if button.spec.press == "keys":
            await handle.press("Enter", timeout=READY_MS)
        else:
            await handle.click(timeout=READY_MS, force=True)
    except PlaywrightError as error:
        cause = translated(error, button.portal.window.page_of(button.page.frame))
        if not isinstance(cause, Navigated):
            raise cause from None
    finally:
        await handle.dispose()
    return {"done": True}
