"""What a recovery may do beyond a log-in: take a code of the vault's stock, or go where an e-mailed link leads."""

from __future__ import annotations

from bots.contracts import EMAILED_LINK
from bots.element import BoundElement
from bots.login import LoginDesk
from core.errors import ActionNeeded


class RecoveryDesk(LoginDesk):
    async def type_backup_code(self, element: BoundElement) -> None:
        """Each is typed once, ever. Raises ActionNeeded when none is left."""
        if self._secrets.backup_code is None:
            raise RuntimeError("a one-time code is for a recovery")
        await self._type(element, await self._secrets.backup_code())

    async def follow_link(self) -> None:
        """Opens the link that the portal has sent to a person; waits for the person. Raises CodeRequired when nobody
        hands it in, ActionNeeded when it leads away from the portal.
        """
        link = await self._secrets.codes.sent(EMAILED_LINK)
        definition = self._portal.definition
        if not definition.allows(link.reveal()):
            raise ActionNeeded(
                f"The link that was handed in does not lead to {definition.manifest.name}; it was not opened. Ask for "
                "another one, and hand in the whole link of the portal's own e-mail.",
                kind="hand in the link",
            )
        await self._portal.window.goto(link.reveal(), seconds=definition.manifest.answer_seconds)
