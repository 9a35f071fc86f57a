"""What the portal says and asks in the browser's own dialogs, and the answers that it gets."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from playwright.async_api import Dialog
from playwright.async_api import Error as PlaywrightError

from bots.selectors import Candidates, PortalSelectors


class Dialogs:
    """Of one lane's windows."""

    def __init__(self, selectors: PortalSelectors) -> None:
        self.spoken: list[str] = []
        """What the portal said since the last action. May be patient data."""
        self.unheeded: list[str] = []
        """What of it no selector data expect, until somebody takes note. May be patient data."""
        self.declined = False
        """Whether it has asked for a decision since the last action that no selector data name."""
        self.heard = asyncio.Event()
        self._selectors = selectors

    def begin_action(self) -> None:
        self.spoken.clear()
        self.declined = False

    async def answer(self, dialog: Dialog) -> None:
        """Notices are read away and leaving is allowed; what asks for a decision is declined, unless the selector data
        names it.
        """
        known = next((each for each in self._selectors.dialogs if _says(dialog.message, each.says)), None)
        if dialog.type != "beforeunload":
            self.spoken.append(dialog.message)
            if known is None and not any(_says(dialog.message, part) for part in self._selectors.spoken):
                self.unheeded.append(dialog.message)
        accept = known.accept if known is not None else dialog.type in ("alert", "beforeunload")
        self.declined |= known is None and not accept
        self.heard.set()
        with suppress(PlaywrightError):  # its page may be gone
            await (dialog.accept() if accept else dialog.dismiss())

    def said(self, candidates: Candidates) -> str | None:
        """What was said since the last action and is meant by one of these."""
        wanted = [candidate["dialog"] for candidate in candidates if "dialog" in candidate]
        return next((text for text in self.spoken if any(_says(text, part) for part in wanted)), None)


def _says(text: str, part: str) -> bool:
    return " ".join(part.split()).casefold() in " ".join(text.split()).casefold()
