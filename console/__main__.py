"""The console's process: `python -m console --home FOLDER --port N`, started by the supervisor.

Standard input gives one JSON line with the way into the vault; nothing secret comes by arguments or environment.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import socket
import sys
from pathlib import Path

import structlog
import uvicorn

from console.app import create_app
from core.errors import FleetError
from core.log import configure_logging
from core.phi import Secret
from core.settings import Settings
from core.temporary import temporary_files_in_memory
from core.vault.hvac_vault import HvacVault
from lanes.assembly import Fleet

STOPPED = 0
FAILED = 1
GRACE_SECONDS = 2
"""For answers that are on their way; progress that somebody follows has no end of its own."""

log = structlog.get_logger()


def main() -> int:
    arguments = argparse.ArgumentParser(prog="console")
    arguments.add_argument("--home", type=Path, required=True)
    arguments.add_argument("--port", type=int, required=True)
    options = arguments.parse_args()
    settings = Settings(home=options.home)
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    configure_logging(settings.layout.logs / "console.log")
    ticket = Secret(sys.stdin.readline())
    sys.stdin.close()
    try:
        with temporary_files_in_memory():  # of sheets that come and go
            return asyncio.run(_serve(settings, ticket, options.port))
    except FleetError as problem:
        log.error(  # noqa: TRY400 - the sentence says it; a trace would not help who reads it
            "console ended", error=problem.code, sentence=problem.sentence, reference=problem.reference
        )
        return FAILED


async def _serve(settings: Settings, ticket: Secret, port: int) -> int:
    line = json.loads(ticket.reveal())
    ((role, wrapping_token),) = line["wrapping_tokens"].items()
    vault = await HvacVault.from_wrapped(line["address"], Path(line["ca_file"]), role, Secret(wrapping_token))
    try:
        async with Fleet.open(settings, vault) as fleet:
            fleet.read_adapters()
            configuration = uvicorn.Config(
                create_app(fleet),
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
            server = uvicorn.Server(configuration)
            locked_out = asyncio.create_task(_stop_when_locked_out(vault, server))
            mark = settings.layout.console / f"{os.getpid()}.ready"
            with socket.create_server(("127.0.0.1", port)) as listening:
                mark.touch()
                try:
                    await server.serve(sockets=[listening])
                finally:
                    locked_out.cancel()
                    mark.unlink(missing_ok=True)
    finally:
        await vault.close()
    return STOPPED


async def _stop_when_locked_out(vault: HvacVault, server: uvicorn.Server) -> None:
    """The supervisor starts another console, with a ticket of its own."""
    await vault.until_token_ends()
    server.should_exit = True


if __name__ == "__main__":
    sys.exit(main())
