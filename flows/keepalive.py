"""Every hour: a log-in for accounts that their portals would deactivate for silence."""

from __future__ import annotations

from flows.hands import at_hand
from flows.hygiene import ids_only


@ids_only("keepalive")
async def keep_alive() -> None:
    hands = at_hand()
    await hands.wake(await hands.ledger.lanes_to_keep_alive())
