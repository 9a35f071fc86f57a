"""Prefect keeps what it is told in clear: so it is told ids, and of what went wrong only what is free of patients."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec

from prefect import Flow, flow

from core.errors import FleetError

P = ParamSpec("P")


class RunFailed(Exception):
    """What Prefect stores of a failure: a core error's name and sentence, or a bare class name."""


def ids_only(name: str) -> Callable[[Callable[P, Awaitable[None]]], Flow[P, Any]]:
    """A flow without results, prints or retries, whose exceptions are stripped before Prefect writes them down."""

    def make(work: Callable[P, Awaitable[None]]) -> Flow[P, Any]:
        @functools.wraps(work)
        async def stripped(*args: P.args, **kwargs: P.kwargs) -> None:
            said = ""
            try:
                await work(*args, **kwargs)
            except FleetError as problem:
                said = f"{problem.code}: {problem.sentence}"
            except Exception as problem:  # noqa: BLE001 - raised again below, without what it says
                said = type(problem).__name__
            if said:  # outside the handler: no `__context__` may carry the original along
                raise RunFailed(said)

        return flow(name=name, persist_result=False, log_prints=False, retries=0)(stripped)

    return make
