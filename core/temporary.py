"""Temporary files that hold patient data in clear: in memory, since a disk remembers what was deleted.

They lie in a folder of the process, which holds a lock in it. What a process leaves that was killed, the next one finds
without its lock and clears away.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory; folders in it are private and under random names
_PREFIX = "fleet-"
_LOCK = "lock"


@contextmanager
def temporary_files_in_memory() -> Iterator[None]:
    """For the whole process, as long as the block lasts. Where the system has no such place, nothing changes."""
    before = tempfile.tempdir
    if not (_MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)):
        yield
        return
    _clear_away()
    with _folder() as folder:
        tempfile.tempdir = str(folder)
        try:
            yield
        finally:
            tempfile.tempdir = before


@contextmanager
def _folder() -> Iterator[Path]:
    # Under another name until it is locked: nobody takes it for a dead one's.
    draft = Path(tempfile.mkdtemp(prefix=f".{_PREFIX}", dir=_MEMORY))
    with (draft / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = draft.rename(draft.with_name(draft.name[1:]))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _clear_away() -> None:
    for left in _MEMORY.glob(f"{_PREFIX}*/{_LOCK}"):
        with suppress(OSError), left.open() as lock:  # another user's, or its process lives
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left.parent, ignore_errors=True)
