"""The worker class of our work pool: it runs flows in its own process and event loop, so that browsers stay warm."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import anyio.abc
import httpx
import structlog
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import WorkerFlowRunResponse
from prefect.flow_engine import run_flow_async
from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorker, BaseWorkerResult

from flows.deployments import flows
from flows.lane import work_lane
from flows.pauses import first_of

POOL = "lanes"
ANYBODYS = "default"
"""Prefect's own name for the queue into which a wake-up goes first."""
POLL_SECONDS = 2.0
"""Only a fallback: whoever makes work rings the doorbell."""
SLOWEST_POLL_SECONDS = 15.0
HEARTBEAT_SECONDS = 30
LEAVE_SECONDS = 8.0
"""How long the flows have to end, once the lanes have been told to stop."""

log = structlog.get_logger()


class InProcessResult(BaseWorkerResult):
    """Always status 0: the engine itself has told Prefect how the flow ended."""


class LanePoolWorker(BaseWorker[BaseJobConfiguration, BaseVariables, InProcessResult]):
    type = "fleet-lanes"
    job_configuration = BaseJobConfiguration
    _description = "Works lanes inside a long-lived process whose browsers are warm."
    _display_name = "Fleet lanes"

    def __init__(self, queues: Sequence[str] = (), *, limit: int | None = None) -> None:
        """`queues`: those of the portals that it works, which must be there; none: all. `limit`: of lanes at a time."""
        super().__init__(
            work_pool_name=POOL,
            limit=limit,
            work_queues=[ANYBODYS, *queues] if queues else None,
            name=f"{socket.gethostname()}-{os.getpid()}-{int(time.time())}",
            create_pool_if_not_found=True,
            heartbeat_interval_seconds=HEARTBEAT_SECONDS,
        )
        self._news = asyncio.Event()
        self._flow_names: dict[UUID, str] = {}

    def poll_now(self) -> None:
        self._news.set()

    async def serve(self, stopping: asyncio.Event, stop_lanes: Callable[[], Awaitable[None]]) -> None:
        """Takes runs until `stopping` is set; then `stop_lanes`, and what still runs is cut off after a while."""
        leaving = asyncio.timeout(None)
        try:
            async with leaving, self:
                await self._poll_until(stopping)
                leaving.reschedule(asyncio.get_running_loop().time() + LEAVE_SECONDS)
                await stop_lanes()
        except TimeoutError:
            if not leaving.expired():
                raise

    async def _poll_until(self, stopping: asyncio.Event) -> None:
        pause, beat_at = POLL_SECONDS, time.monotonic() + HEARTBEAT_SECONDS
        while not stopping.is_set():
            self._news.clear()
            try:
                await self.get_and_submit_flow_runs()
                if time.monotonic() >= beat_at:
                    await self.sync_with_backend()
                    beat_at = time.monotonic() + HEARTBEAT_SECONDS
                pause = POLL_SECONDS
            except httpx.HTTPError as problem:
                log.warning(
                    "Prefect does not answer; lanes at work go on", part="prefect", error=type(problem).__name__
                )
                pause = min(pause * 2, SLOWEST_POLL_SECONDS)
            await first_of(self._news, stopping, seconds=pause)

    async def _submit_scheduled_flow_runs(self, flow_run_response: list[WorkerFlowRunResponse]) -> list[FlowRun]:
        """Prefect's limit counts every run. Only lanes need room: every other flow is short, and takes its turn however
        long the lanes are at work.
        """
        lanes: list[WorkerFlowRunResponse] = []
        others: list[WorkerFlowRunResponse] = []
        for each in flow_run_response:
            is_lane = await self._flow_name(each.flow_run.flow_id) == work_lane.name
            (lanes if is_lane else others).append(each)
        limiter, self._limiter = self._limiter, None
        try:
            taken = await super()._submit_scheduled_flow_runs(others)
        finally:
            self._limiter = limiter
        return taken + await super()._submit_scheduled_flow_runs(lanes)

    async def run(
        self,
        flow_run: FlowRun,
        configuration: BaseJobConfiguration,  # noqa: ARG002 - an environment for processes that we do not start
        task_status: anyio.abc.TaskStatus[int] | None = None,
    ) -> InProcessResult:
        flow = flows()[await self._flow_name(flow_run.flow_id)]
        if task_status is not None:
            task_status.started(os.getpid())
        await run_flow_async(flow, flow_run=flow_run, parameters=flow_run.parameters, return_type="state")
        return InProcessResult(identifier=str(os.getpid()), status_code=0)

    async def _flow_name(self, flow_id: UUID) -> str:
        if flow_id not in self._flow_names:
            self._flow_names[flow_id] = (await self.client.read_flow(flow_id)).name
        return self._flow_names[flow_id]
