"""What prefect.yaml says: the one list of the fleet's flows, for the server, the worker and whoever tidies up."""

from __future__ import annotations

from functools import cache
from typing import Any

from prefect import Flow
from prefect.utilities.importtools import import_object
from pydantic import BaseModel, ConfigDict

from core.settings import ROOT
from core.yaml_text import loaded


class Schedule(BaseModel):
    model_config = ConfigDict(extra="forbid")
    cron: str
    timezone: str = "UTC"
    active: bool = True
    parameters: dict[str, Any] = {}


class _Pool(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str


class Deployment(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    description: str
    entrypoint: str
    work_pool: _Pool
    schedules: tuple[Schedule, ...] = ()

    @property
    def flow(self) -> Flow[..., Any]:
        found: Flow[..., Any] = import_object(self.entrypoint)
        return found


@cache
def deployments() -> tuple[Deployment, ...]:
    text = (ROOT / "prefect.yaml").read_bytes()
    return tuple(Deployment.model_validate(entry) for entry in loaded(text)["deployments"])


@cache
def flows() -> dict[str, Flow[..., Any]]:
    """By name."""
    return {each.flow.name: each.flow for each in deployments()}
