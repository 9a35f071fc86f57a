"""A worker's temporary folder, FLEET_HOME/tmp/worker-<pid>: downloads and browser profiles lie there in clear.

Removed when the worker ends. A worker that was killed leaves it behind, sometimes with a browser still running in it:
the next one clears both away, and touches nothing but what carries the dead worker's folder in its environment.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil

from core.settings import Home

_OWNER = "owner.json"
_SAME_START = 2.0


@contextlib.contextmanager
def scratch_folder(home: Home) -> Iterator[Path]:
    """For this process and its children: `tempfile` and TMPDIR point there."""
    clear_away(home)
    folder = home.tmp / f"worker-{os.getpid()}"
    folder.mkdir(mode=0o700, parents=True)
    me = psutil.Process()
    (folder / _OWNER).write_text(json.dumps({"pid": me.pid, "create_time": me.create_time()}))
    before, os.environ["TMPDIR"] = os.environ.get("TMPDIR"), str(folder)
    tempfile.tempdir = str(folder)
    try:
        yield folder
    finally:
        tempfile.tempdir = None
        os.environ.pop("TMPDIR")
        if before is not None:
            os.environ["TMPDIR"] = before
        _end_children_in(folder)
        shutil.rmtree(folder, ignore_errors=True)


def clear_away(home: Home) -> None:
    """What dead workers left: processes, folders, sockets."""
    for folder in home.tmp.glob("worker-*"):
        if not _owner_lives(folder):
            _end_children_in(folder)
            shutil.rmtree(folder, ignore_errors=True)
    for door in home.run.glob("*-*.sock"):
        if not psutil.pid_exists(int(door.stem.rpartition("-")[2])):
            door.unlink(missing_ok=True)


def _owner_lives(folder: Path) -> bool:
    try:
        owner = json.loads((folder / _OWNER).read_text())
        return bool(abs(psutil.Process(owner["pid"]).create_time() - owner["create_time"]) < _SAME_START)
    except (OSError, ValueError, KeyError, psutil.NoSuchProcess):
        return False


def _end_children_in(folder: Path) -> None:
    left = [process for process in psutil.process_iter() if process.pid != os.getpid() and _works_in(process, folder)]
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()  # psutil compares the start time first: a pid that was given anew is safe
    psutil.wait_procs(left, timeout=3)


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        told = process.environ()
        # A browser's TMPDIR may be another name of a folder whose own is too long; its HOME is the folder itself.
        return any(Path(told.get(name, "/")).is_relative_to(folder) for name in ("TMPDIR", "HOME"))
    except (psutil.Error, OSError):  # another user's, or gone meanwhile
        return False
