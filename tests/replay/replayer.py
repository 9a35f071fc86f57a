"""Answers a browser from a recording, in place of the portal."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from recording import ASSETS, TYPES, Exchange, Recording, asset, key
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from simulator.serve import listen


class Replayer:
    """Tolerant: a request is recognised by method and path, whatever it carries. Equal ones are answered in the order
    in which they were recorded, and the last answer is given again for as long as it is asked for.
    """

    def __init__(self) -> None:
        self._portal = ""
        self._bodies: dict[str, bytes] = {}
        self._left: dict[tuple[str, str], deque[Exchange]] = {}
        self.strange: list[str] = []
        """What was asked for and nobody recorded."""

    def play(self, recording: Recording) -> None:
        self._portal = recording.portal
        self._bodies = recording.bodies
        self._left = defaultdict(deque)
        for exchange in recording.exchanges:
            self._left[exchange.key].append(exchange)
        self.strange = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        where = asset(self._portal, scope["path"])
        if where is not None and where.exists():
            response = Response(where.read_bytes(), media_type=ASSETS[where.suffix])
        else:
            response = self._answer(*key(scope["method"], scope["path"]))
        await response(scope, receive, send)

    def _answer(self, method: str, path: str) -> Response:
        if (method, path) not in self._left:
            self.strange.append(f"{method} {path}")
            return Response("not recorded", 404)
        answers = self._left[method, path]
        answer = answers.popleft() if len(answers) > 1 else answers[0]
        usual = TYPES.get(Path(answer.file).suffix)
        return Response(self._bodies[answer.file], answer.status, answer.headers, media_type=usual)


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[int]:
    """The port of the loopback address at which it answers for every name."""
    sock = listen()
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off"))
    running = asyncio.create_task(server._serve([sock]))
    try:
        yield sock.getsockname()[1]
    finally:
        server.should_exit = True
        await running
        sock.close()
