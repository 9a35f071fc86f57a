"""Every minute: wakes lanes whose wake-up was lost, and ends the Prefect runs that a dead worker left "Running"."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.runtime import flow_run
from prefect.states import Crashed

from flows.deployments import flows
from flows.hands import at_hand
from flows.hygiene import ids_only
from flows.lane import work_lane

GRACE = timedelta(seconds=60)
"""A lane's run may take this long to get its lease, and to end after it gave it back."""
LONGEST_ERRAND = timedelta(minutes=15)
"""Re-waking and planning hold no lease; one that still runs after this has lost its worker."""
STALE = timedelta(minutes=2)


@ids_only("rewake")
async def rewake() -> None:
    if datetime.now(UTC) - flow_run.scheduled_start_time > STALE:
        return  # after an outage Prefect fires all that it missed; the run of this minute does the work of all
    hands = at_hand()
    at_work = await hands.ledger.flow_runs_at_work()
    await hands.wake(await hands.ledger.lanes_to_wake())
    async with get_client() as prefect:
        await _end_leftovers(prefect, [work_lane.name], at_work, GRACE)
        await _end_leftovers(prefect, [name for name in flows() if name != work_lane.name], (), LONGEST_ERRAND)


async def _end_leftovers(prefect: PrefectClient, names: list[str], alive: Collection[str], grace: timedelta) -> None:
    running = await prefect.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=names)),
        flow_run_filter=FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING])),
            start_time=FlowRunFilterStartTime(before_=datetime.now(UTC) - grace),
        ),
        sort=FlowRunSort.START_TIME_ASC,
        limit=200,
    )
    for run in running:
        if str(run.id) not in alive:
            await prefect.set_flow_run_state(run.id, Crashed(message="The worker of this run is gone."), force=True)
