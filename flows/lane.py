"""One run of this flow is one lane at work. Its only parameter is the credential's opaque id."""

from __future__ import annotations

from prefect.runtime import flow_run

from flows.hands import at_hand
from flows.hygiene import ids_only


@ids_only("lane")
async def work_lane(credential_id: str) -> None:
    hands = at_hand()
    if hands.portals and (portal := await hands.ledger.portal_of(credential_id)) not in hands.portals:
        await hands.pass_on(credential_id, portal)
        return
    await hands.lanes.work(credential_id, flow_run_id=str(flow_run.id))
