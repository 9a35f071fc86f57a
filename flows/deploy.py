"""Tells the Prefect server what prefect.yaml says, without prompts and as often as one likes.

`prefect deploy --all` does the same in 3 s and switches schedules on again that an operator had paused; this does not.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from contextlib import suppress
from http import HTTPStatus

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.schedules import CronSchedule
from prefect.client.schemas.sorting import DeploymentSort
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.settings import get_current_settings
from prefect.utilities.callables import parameter_schema

from core.errors import PartUnavailable
from core.settings import Home
from flows.deployments import Deployment, deployments
from flows.directory import Directory
from flows.pauses import first_of
from flows.pool import POOL, LanePoolWorker

_ASK_AGAIN_SECONDS = 0.25
_MOST = 200
"""What Prefect lists at a time."""


async def deploy(
    home: Home, api: str, *, stopping: asyncio.Event, deadline: float = 90, queues: Collection[str] = ()
) -> Directory:
    """Waits for a server that is still starting, for so many seconds; then PartUnavailable. `queues` are made too."""
    profiles = str(get_current_settings().profiles_path)
    try:
        async with get_client() as prefect:
            await _until_healthy(prefect, stopping, deadline)
            await _ensure_pool(prefect, queues)
            made = Directory(api, dict([await _deploy(prefect, entry) for entry in deployments()]), profiles)
            await _remove_others(prefect, made)
    except httpx.HTTPError as problem:
        if isinstance(problem, httpx.HTTPStatusError) and problem.response.status_code == HTTPStatus.UNAUTHORIZED:
            raise Directory(api, {}, profiles).refused() from None
        raise PartUnavailable(
            "prefect", "Prefect did not take the deployments; its log is logs/prefect.log.", reference=str(problem)
        ) from None
    made.save(home)
    return made


async def _until_healthy(prefect: PrefectClient, stopping: asyncio.Event, deadline: float) -> None:
    ends = time.monotonic() + deadline
    while await prefect.api_healthcheck() is not None:
        if stopping.is_set() or time.monotonic() > ends:
            raise PartUnavailable(
                "prefect", f"Prefect was not ready within {deadline:.0f} seconds; its log is logs/prefect.log."
            )
        await first_of(stopping, seconds=_ASK_AGAIN_SECONDS)


async def _ensure_pool(prefect: PrefectClient, queues: Collection[str]) -> None:
    template = LanePoolWorker.get_default_base_job_template()
    with suppress(ObjectAlreadyExists):
        await prefect.create_work_pool(WorkPoolCreate(name=POOL, type=LanePoolWorker.type, base_job_template=template))
    for queue in queues:
        with suppress(ObjectAlreadyExists):
            await prefect.create_work_queue(queue, work_pool_name=POOL)


async def _deploy(prefect: PrefectClient, wanted: Deployment) -> tuple[str, str]:
    flow = wanted.flow
    name = f"{flow.name}/{wanted.name}"
    try:
        known = (await prefect.read_deployment_by_name(name)).schedules
    except ObjectNotFound:
        known = []
    paused = {row.schedule.cron for row in known if isinstance(row.schedule, CronSchedule) and not row.active}
    deployment_id = await prefect.create_deployment(
        flow_id=await prefect.create_flow_from_name(flow.name),
        name=wanted.name,
        description=wanted.description,
        entrypoint=wanted.entrypoint,
        work_pool_name=wanted.work_pool.name,
        parameter_openapi_schema=parameter_schema(flow).model_dump(),
        enforce_parameter_schema=True,
        schedules=[
            DeploymentScheduleCreate(
                schedule=CronSchedule(cron=plan.cron, timezone=plan.timezone),
                active=plan.active and plan.cron not in paused,
                parameters=plan.parameters,
            )
            for plan in wanted.schedules
        ],
    )
    return name, str(deployment_id)


async def _remove_others(prefect: PrefectClient, made: Directory) -> None:
    """Prefect keeps a deployment that left the file; nobody would work it."""
    for row in await prefect.read_deployments(limit=_MOST, sort=DeploymentSort.NAME_ASC):
        if row.work_pool_name == POOL and str(row.id) not in made.deployments.values():
            await prefect.delete_deployment(row.id)
