"""The recurring look at open claims, for a stored list of claims."""

from __future__ import annotations

from flows.hands import at_hand
from flows.hygiene import ids_only


@ids_only("claim_status")
async def sweep(patient_list: str) -> None:
    """`patient_list` is the id of the stored list. Claims whose answer is fresh enough cost nothing."""
    hands = at_hand()
    await hands.wake(await hands.planner.plan("claim_status", patient_list))
