"""Every night: what the retention rules say is over is shredded (docs/adr/0021-retention.md)."""

from __future__ import annotations

from flows.hands import at_hand
from flows.hygiene import ids_only


@ids_only("retention")
async def shred() -> None:
    await at_hand().ledger.shred()
