"""The thread that collects Prefect's garbage."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest

from flows import server


class Ring:
    def __init__(self) -> None:
        self.me = self


def test_garbage_is_never_collected_by_the_thread_that_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "OFTEN_SECONDS", 0.01)
    gone, collected_by = threading.Event(), []

    def note() -> None:
        collected_by.append(threading.current_thread().name)
        gone.set()

    ended = server.collect_elsewhere()
    try:
        weakref.finalize(Ring(), note)
        for _ in range(100_000):
            Ring()
        assert gone.wait(10)
        assert not gc.isenabled()
    finally:
        ended.set()
        gc.unfreeze()
    assert collected_by == ["garbage"]
