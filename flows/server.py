"""Prefect's server application, as uvicorn starts it for us.

Garbage is collected in a thread of its own, never on the event loop. An SQLite statement that is collected waits for
its connection; if that connection waits for the database's lock, and who holds the lock waits for the event loop,
all three stand still until SQLite gives up after a minute, and every request with them.
"""

from __future__ import annotations

import gc
import threading
from typing import Any

OFTEN_SECONDS = 2.0
WHOLE_EVERY = 30
"""Of so many collections one goes through everything: it takes half a second, in which nothing else runs."""


def create_app() -> Any:
    from prefect.server.api.server import create_app as prefect  # noqa: PLC0415 - what it imports is frozen below

    app = prefect()
    begin_as_writers()
    collect_elsewhere()
    return app


def begin_as_writers() -> None:
    """Prefect's transactions on SQLite take the lock when they begin.

    Most of them read before they write. One that began as a reader may not write any more once another has committed
    in between: SQLite answers "database is locked" at once, however long it could have waited, and Prefect says 503.
    """
    from prefect.server.database.configurations import AioSqliteConfiguration  # noqa: PLC0415 - as above

    as_reader = AioSqliteConfiguration.begin_transaction

    def as_writer(self: Any, session: Any, with_for_update: bool = True) -> Any:  # noqa: ARG001
        return as_reader(self, session, with_for_update=True)

    AioSqliteConfiguration.begin_transaction = as_writer  # type: ignore[method-assign]


def collect_elsewhere() -> threading.Event:
    """Setting the event ends it and gives the collecting back to whoever runs."""
    gc.collect()
    gc.freeze()
    gc.disable()
    ended = threading.Event()
    threading.Thread(target=_collect, args=(ended,), name="garbage", daemon=True).start()
    return ended


def _collect(ended: threading.Event) -> None:
    times = 0
    while not ended.wait(OFTEN_SECONDS):
        times += 1
        gc.collect(2 if times % WHOLE_EVERY == 0 else 1)
    gc.enable()
