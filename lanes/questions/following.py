"""The steps of a question as they happen, for whoever is not in the worker's process: over its desk."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from core.local_socket import socket_address
from lanes.assembly import Fleet
from lanes.questions.pull import follow
from lanes.questions.visit import desks


async def steps_of(fleet: Fleet, item_id: str) -> AsyncIterator[dict[str, Any]]:
    """Ends when the question is settled; without a worker on this machine, without steps."""
    async for step in _heard(fleet, item_id):
        yield step
    async for _ in follow(fleet, item_id):
        pass


async def _heard(fleet: Fleet, item_id: str) -> AsyncIterator[dict[str, Any]]:
    for path in desks(fleet.settings.layout):
        with suppress(ConnectionError, FileNotFoundError):  # a worker that has ended; the store knows how it went on
            with socket_address(path) as address:
                reader, writer = await asyncio.open_unix_connection(address)
            try:
                writer.write(json.dumps({"work_item": item_id}).encode() + b"\n")
                async for line in reader:
                    ((event, details),) = json.loads(line).items()
                    if event == "step":
                        yield details
            finally:
                writer.close()
            return
