"""Every night: where the audit trail ends is noted beside the evidence (lanes/keeping/anchors.py)."""

from __future__ import annotations

from flows.hands import at_hand
from flows.hygiene import ids_only


@ids_only("anchors")
async def cast() -> None:
    await at_hand().ledger.cast_anchor()
