"""The recurring check of coverage, for a stored list of patients."""

from __future__ import annotations

from flows.hands import at_hand
from flows.hygiene import ids_only


@ids_only("eligibility")
async def sweep(patient_list: str) -> None:
    """`patient_list` is the id of the stored list. Patients whose answer is fresh enough cost nothing."""
    hands = at_hand()
    await hands.wake(await hands.planner.plan("eligibility", patient_list))
