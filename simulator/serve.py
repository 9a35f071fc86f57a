"""Runs the portals: in the caller's event loop for tests and demos, or as a process of their own."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn

from simulator.app import create_app
from simulator.house import PORTALS, House

LOOPBACK = "127.0.0.1"


def listen(port: int = 0) -> socket.socket:
    """A listening socket on the loopback address only; port 0 takes any free one."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((LOOPBACK, port))
    sock.listen(128)
    return sock


def server(house: House, token: str) -> uvicorn.Server:
    config = uvicorn.Config(
        create_app(house, token),
        log_level="warning",
        access_log=False,  # addresses may carry what a portal was asked
        lifespan="off",
        server_header=False,
        date_header=False,  # portals tell the time by their own clocks
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


@dataclass(frozen=True, slots=True)
class Running:
    house: House
    port: int
    token: str

    def portal_url(self, portal: str = "availity") -> str:
        return f"http://{PORTALS[portal]}:{self.port}"


@asynccontextmanager
async def running(token: str, house: House) -> AsyncIterator[Running]:
    """Serves within this event loop until the block is left. The process keeps its own signal handlers."""
    sock = listen()
    embedded = server(house, token)
    # `_serve` is `serve` without the capture of signals, which belong to whoever embeds the portals.
    serving = asyncio.create_task(embedded._serve([sock]))  # noqa: SLF001
    try:
        yield Running(house, sock.getsockname()[1], token)
    finally:
        embedded.should_exit = True
        await serving
        sock.close()
