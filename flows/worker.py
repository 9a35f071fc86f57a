"""The worker process: `python -m flows.worker --home FOLDER`, started by the supervisor.

Standard input gives one JSON line with the way into the vault; nothing secret comes by arguments or environment.
The event loop runs beside the main thread, which is left to the signals: Prefect's engine would otherwise put its own
SIGTERM handler over ours while a flow runs, and raise out of whatever line the loop happens to execute.
"""

from __future__ import annotations

import argparse
import asyncio
import concurrent.futures
import contextlib
import logging
import os
import resource
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog

from core.errors import FleetError, PartUnavailable
from core.log import configure_logging, protect
from core.phi import Secret
from core.settings import Settings
from flows import hands
from flows.deploy import deploy
from flows.doorbell import Doorbell
from flows.hands import Hands, Lanes, Opening
from flows.pauses import first_of
from flows.pool import LanePoolWorker
from flows.scratch import scratch_folder
from flows.wake import pass_on, wake

STOPPED = 0
FAILED = 1
NEEDS_NEW_TICKET = 75
"""The vault does not know this worker any more; the supervisor starts another with a fresh secret-id."""

log = structlog.get_logger()


def run(opening: Opening) -> int:
    arguments = argparse.ArgumentParser(prog="flows.worker")
    arguments.add_argument("--home", type=Path, required=True)
    arguments.add_argument("--portals", default="")
    options = arguments.parse_args()
    settings, portals = Settings(home=options.home), frozenset(filter(None, options.portals.split(",")))
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    configure_logging(settings.layout.logs / "worker.log")
    protect(handler for name in ("prefect", "prefect.flow_runs") for handler in logging.getLogger(name).handlers)
    ticket = Secret(sys.stdin.readline())
    sys.stdin.close()
    try:
        return _beside_signals(lambda stopping: _serve(settings, portals, ticket, opening, stopping))
    except FleetError as problem:
        log.error(  # noqa: TRY400 - the sentence says it; a trace would not help who reads it
            "worker ended", error=problem.code, sentence=problem.sentence, reference=problem.reference
        )
        sys.stderr.write(f"fleet: {problem.sentence}\n")
        return FAILED


def _beside_signals(work: Callable[[asyncio.Event], Awaitable[int]]) -> int:
    started: concurrent.futures.Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = concurrent.futures.Future()

    async def begin() -> int:
        stopping = asyncio.Event()
        started.set_result((asyncio.get_running_loop(), stopping))
        return await work(stopping)

    with concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="loop") as thread:
        ended = thread.submit(lambda: asyncio.run(begin()))
        loop, stopping = started.result()

        def stop(*_signal: object) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended by itself
                loop.call_soon_threadsafe(stopping.set)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        return ended.result()


async def _serve(
    settings: Settings, portals: frozenset[str], ticket: Secret, opening: Opening, stopping: asyncio.Event
) -> int:
    home = settings.layout
    with scratch_folder(home) as scratch:
        async with opening(settings, ticket, scratch) as parts:
            portals = _within(portals, parts.allowed)
            await deploy(home, os.environ["PREFECT_API_URL"], stopping=stopping, queues=portals)
            lanes, pool = Lanes(parts.worker), LanePoolWorker(sorted(portals), limit=settings.lanes)
            tools = Hands(
                *(lanes, parts.ledger, parts.planner, parts.scheduler),
                wake=lambda ids: wake(home, ids),
                pass_on=lambda credential_id, portal: pass_on(home, credential_id, portal),
                portals=portals,
            )
            hands.take(tools)
            catching_up = asyncio.create_task(_catch_up(tools, settings.lease_seconds, stopping))
            locked_out = asyncio.create_task(_stop_when(parts.until_locked_out, stopping))
            try:
                with Doorbell(home.run, poke=lanes.poke, poll=pool.poll_now):
                    await pool.serve(stopping, lanes.stop)
                return NEEDS_NEW_TICKET if locked_out.done() else STOPPED
            finally:
                catching_up.cancel()
                locked_out.cancel()


def _within(wanted: frozenset[str], allowed: frozenset[str]) -> frozenset[str]:
    """Which portals are worked; empty: all. Raises PartUnavailable for one whose secrets the vault would not give."""
    if allowed and (beyond := wanted - allowed):
        raise PartUnavailable(
            "worker",
            f"The ticket to the vault is for {', '.join(sorted(allowed))} and not for {', '.join(sorted(beyond))}; "
            "`fleet ticket --portals` says for which it is.",
        )
    return wanted or allowed


async def _catch_up(tools: Hands, lease_seconds: float, stopping: asyncio.Event) -> None:
    """Wakes what a killed predecessor left; what it held is found only when its leases have lapsed."""
    for pause in (0.0, lease_seconds + 1):
        await first_of(stopping, seconds=pause)
        try:
            await tools.wake(await tools.ledger.lanes_to_wake())
        except FleetError as problem:  # the re-waking flow does it in a minute
            log.warning("lanes not woken", error=problem.code, sentence=problem.sentence)


async def _stop_when(happened: Callable[[], Awaitable[None]], stopping: asyncio.Event) -> None:
    await happened()
    stopping.set()


if __name__ == "__main__":
    from flows.opening import open_parts

    sys.exit(run(open_parts))
