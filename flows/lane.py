"""One run of this flow is one lane at work. Its only parameter is the credential's opaque id."""

from __future__ import annotations

from prefect.runtime import flow_run

from flows.hands import at_hand
from flows.hygiene import ids_only


@ids_only("lane")
async def work_lane(credential_id: str) -> None:
    await at_hand().lanes.work(credential_id, flow_run_id=str(flow_run.id))
