"""Files handed to a portal, from memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from bots.dom import Navigated, element_of, translated
from bots.press import READY_MS, press
from core.capabilities.submissions import Enclosed

if TYPE_CHECKING:
    from bots.element import BoundElement


async def upload(element: BoundElement, files: Sequence[Enclosed]) -> None:
    portal, page = element.portal, element.page
    if portal.dispatch is None:
        raise RuntimeError("files are handed over by what was sent with them")
    paths = await portal.dispatch.lay_out(files)
    await portal.mark(page)
    frame = await portal.window.frame(page.frame)
    window = portal.window.page_of(page.frame)
    if frame is None or window is None:
        raise element.changed("its window or frame is gone")
    try:
        handle = await element_of(frame, "fileInput", candidates=list(element.candidates))
        if handle is not None:
            if len(paths) > 1 and not await handle.evaluate("(input) => input.multiple"):
                raise element.changed("it takes one file at a time")
            await handle.set_input_files(paths)
            return
        async with window.expect_file_chooser(timeout=READY_MS) as opened:
            done = await press(portal, page, element.candidates, element.spec.press, mark=False)
            if not done["done"]:
                raise element.changed("missing")
        await (await opened.value).set_files(paths)
    except PlaywrightTimeout:
        raise element.changed("it opens no chooser for files") from None
    except (PlaywrightError, Navigated) as error:
        cause = translated(error) if isinstance(error, PlaywrightError) else error
        raise element.changed("the document went away") if isinstance(cause, Navigated) else cause from None
