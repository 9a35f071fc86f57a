"""Waking lanes. Cheap to import: no Prefect, plain HTTP (docs/adr/0003-waking-lanes.md)."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import urllib3

from core.errors import PartUnavailable
from core.settings import Home
from flows import directory, doorbell

_PATIENCE = urllib3.Retry(
    total=7,
    connect=0,  # nobody listens: said at once, because a person waits
    backoff_factor=0.05,
    status_forcelist=(HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE),
    allowed_methods=None,
    raise_on_status=False,
)
"""Under load Prefect answers 503 now and then. A run made twice does no harm."""
SHARED_SECONDS = 1
SHARED_UNTIL_TAKEN_SECONDS = 600
"""A portal's workers may all be away, and the re-waking flow tries again every minute."""
_NOT_STARTED = ("SCHEDULED", "PENDING")


async def wake(home: Home, credential_ids: Iterable[str]) -> None:
    """After this every lane looks at its queue: at once if it is open, else through a durable Prefect run.

    Safe to call too often. Raises PartUnavailable when Prefect cannot be reached; the questions are in the store
    and the re-waking flow finds them.
    """
    await asyncio.to_thread(_wake_all, home, sorted(set(credential_ids)))


async def pass_on(home: Home, credential_id: str, portal: str) -> None:
    """To the workers of that portal: whoever has it among its own, or works all. Raises PartUnavailable."""
    await asyncio.to_thread(_make_run, home, credential_id, portal)


def _wake_all(home: Home, credential_ids: Iterable[str]) -> None:
    for credential_id in credential_ids:
        # Wakers of one lane take turns: the second then finds what the first has opened.
        with _alone(home.run / f"wake-{credential_id}.lock"):
            if not doorbell.poke(home.run, credential_id):
                _make_run(home, credential_id)
                doorbell.ring_all(home.run)


def _make_run(home: Home, credential_id: str, queue: str | None = None) -> None:
    known = directory.load(home)
    wish: dict[str, Any] = {"name": credential_id, "parameters": {"credential_id": credential_id}}
    share, key = SHARED_SECONDS, credential_id
    if queue is not None:
        wish["work_queue_name"] = queue
        share, key = SHARED_UNTIL_TAKEN_SECONDS, f"{credential_id}@{queue}"
    # Wakers of the same moment share a run. One that has started may have missed the newest question.
    made = create_run(known, directory.LANE, {**wish, "idempotency_key": f"{key}@{int(time.time() / share)}"})
    if made["state"]["type"] not in _NOT_STARTED and not doorbell.poke(home.run, credential_id):
        create_run(known, directory.LANE, wish)


@contextlib.contextmanager
def _alone(lock_file: Path) -> Iterator[None]:
    handle = os.open(lock_file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def create_run(known: directory.Directory, deployment: str, wish: dict[str, Any]) -> Any:
    """The flow run as Prefect describes it. Blocks. Raises PartUnavailable."""
    url = f"{known.api}/deployments/{known.deployment(deployment)}/create_flow_run"
    try:
        response = urllib3.request("POST", url, json=wish, headers=known.headers, timeout=10, retries=_PATIENCE)
    except urllib3.exceptions.HTTPError as problem:
        raise _no_answer(type(problem).__name__) from None
    if response.status == HTTPStatus.NOT_FOUND:
        raise PartUnavailable(
            "prefect", f"Prefect has forgotten its deployments. Run `fleet down` and `fleet up`. {directory.KEPT}"
        )
    if response.status == HTTPStatus.UNAUTHORIZED:
        raise known.refused()
    if response.status >= HTTPStatus.BAD_REQUEST:
        raise _no_answer(f"HTTP {response.status}")
    return response.json()


def _no_answer(reference: str) -> PartUnavailable:
    return PartUnavailable(
        "prefect",
        f"Prefect does not answer; `fleet status` shows it and `fleet up` starts it. {directory.KEPT}",
        reference=reference,
    )
