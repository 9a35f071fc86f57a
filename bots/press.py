"""Pressing one element of a page: by script, with a real mouse, or with the keyboard."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from bots.dom import Navigated, locate, translated
from bots.selectors import Candidates, PageSpec, Press
from core.errors import PortalChanged, PortalUnavailable

if TYPE_CHECKING:
    from bots.portal import Portal

READY_MS = 10_000

Pressed = Mapping[str, Any]
"""`done`, else why not: `covered` by something, a `crowd` that fits, or not there. `index`: which candidate served."""


async def press(
    portal: Portal,
    page: PageSpec,
    candidates: Candidates,
    how: Press,
    *,
    row: Mapping[str, Any] | None = None,
    mark: bool = True,
) -> Pressed:
    """As soon as it is there and enabled and nothing lies over it: a loader is waited for as long as the portal works,
    what may be put away is put away. `mark`: what is on the screen now is old news for the next landing.

    Raises PortalUnavailable when the portal covers it all the time.
    """
    signs = portal.marks(page.frame) if mark else []
    if mark:
        await portal.mark_beside(page)
    clock = asyncio.get_running_loop().time
    deadline = clock() + portal.definition.manifest.answer_seconds
    while True:
        if how == "script":
            order = {"candidates": list(candidates), "signs": signs, "row": row, "timeout": READY_MS}
            window = portal.window.page_of(page.frame)
            try:
                done: Pressed = await portal.look(page, "click", **order)
            except PortalChanged:
                if window is None or not window.is_closed():
                    raise
                return {"done": True, "index": 0}  # it closed under the click
        else:
            if mark:
                await portal.look(page, "mark", signs=signs)
            done = await _by_hand(portal, page, candidates, how, row)
        if done["done"] or not done.get("covered"):
            portal.window.traffic.acted()
            return done
        if clock() > deadline:
            sentence = "The portal was busy for too long; the question is asked again later."
            raise PortalUnavailable(sentence, reference=f"{page.name} is covered")
        if not await portal.put_away_banners(page.frame) and not portal.window.traffic.busy:
            return done


async def until_pressable(portal: Portal, page: PageSpec, candidates: Candidates) -> Pressed:
    """Waits until it could be pressed, as long as the portal may take for an answer: a button sleeps while files are
    scanned. What may be put away is put away. Presses nothing.
    """
    clock = asyncio.get_running_loop().time
    deadline = clock() + portal.definition.manifest.answer_seconds
    while True:
        left = min(READY_MS, max(1, (deadline - clock()) * 1000))
        done: Pressed = await portal.look(page, "awake", candidates=list(candidates), timeout=left)
        if done["done"] or clock() > deadline:
            return done
        if done["covered"]:
            await portal.put_away_banners(page.frame)


async def _by_hand(
    portal: Portal, page: PageSpec, candidates: Candidates, how: Press, row: Mapping[str, Any] | None
) -> Pressed:
    frame = await portal.window.frame(page.frame)
    try:
        handle = await locate(frame, candidates, milliseconds=READY_MS, row=row) if frame is not None else None
    except Navigated:
        handle = None
    if handle is None:
        return {"done": False, "index": -1, "crowd": 0}
    try:
        if how == "keys":
            await handle.press("Enter", timeout=READY_MS)
        else:
            await handle.click(timeout=READY_MS)
    except PlaywrightTimeout:
        return {"done": False, "index": 0, "covered": True}
    except PlaywrightError as error:
        cause = translated(error, frame.page if frame else None)
        if not isinstance(cause, Navigated):  # a page that goes away under the mouse was pressed
            raise cause from None
    finally:
        await handle.dispose()
    return {"done": True, "index": 0}
