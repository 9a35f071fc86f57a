"""Temporary files that hold patient data in clear: in memory, since a disk remembers what was deleted."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - a file system in memory; files in it are made private and under random names


@contextmanager
def temporary_files_in_memory() -> Iterator[None]:
    """For the whole process, as long as the block lasts. Where the system has no such place, nothing changes."""
    before = tempfile.tempdir
    if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK):
        tempfile.tempdir = str(_MEMORY)
    try:
        yield
    finally:
        tempfile.tempdir = before
