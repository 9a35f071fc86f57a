"""Where sealed evidence lies. Objects are written once under generated names and never changed."""

from __future__ import annotations

import asyncio
import errno
import os
import secrets
from pathlib import Path, PurePosixPath
from typing import Protocol

from core.errors import PartUnavailable

PART = "evidence"


class EvidenceStore(Protocol):
    """Every method raises PartUnavailable when the place itself fails."""

    async def put_if_absent(self, name: str, blob: bytes) -> bool:
        """False, and nothing changed, when an object of that name exists."""
        ...

    async def get(self, name: str) -> bytes:
        """Raises KeyError."""
        ...

    async def exists(self, name: str) -> bool: ...

    async def delete(self, name: str) -> None:
        """Nothing happens when there is none."""
        ...


class MemoryStore:
    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    async def put_if_absent(self, name: str, blob: bytes) -> bool:
        return self.objects.setdefault(plain_name(name), blob) is blob

    async def get(self, name: str) -> bytes:
        return self.objects[plain_name(name)]

    async def exists(self, name: str) -> bool:
        return plain_name(name) in self.objects

    async def delete(self, name: str) -> None:
        self.objects.pop(plain_name(name), None)


class FolderStore:
    """A folder of files, mode 0600. An object is there whole or not at all, also after a power cut."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put_if_absent(self, name: str, blob: bytes) -> bool:
        return await asyncio.to_thread(self._put, self._path(name), blob)

    async def get(self, name: str) -> bytes:
        try:
            return await asyncio.to_thread(self._path(name).read_bytes)
        except FileNotFoundError:
            raise KeyError(name) from None
        except OSError as problem:
            raise _unavailable(problem) from None

    async def exists(self, name: str) -> bool:
        return await asyncio.to_thread(self._path(name).exists)

    async def delete(self, name: str) -> None:
        try:
            await asyncio.to_thread(self._path(name).unlink, missing_ok=True)
        except OSError as problem:
            raise _unavailable(problem) from None

    def _path(self, name: str) -> Path:
        return self._folder / plain_name(name)

    def _put(self, path: Path, blob: bytes) -> bool:
        draft = path.with_name(f".{secrets.token_hex(8)}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(blob)
                    file.flush()
                    os.fsync(file.fileno())
                return _link(draft, path)
            finally:
                draft.unlink(missing_ok=True)
        except OSError as problem:
            raise _unavailable(problem) from None


def plain_name(name: str) -> str:
    """Names are ours, but the index that they come from is data."""
    path = PurePosixPath(name)
    if not name or path.is_absolute() or any(part.startswith(".") for part in path.parts):
        raise ValueError("not the name of an evidence object")
    return str(path)


def _link(draft: Path, path: Path) -> bool:
    try:
        os.link(draft, path)  # unlike a rename it refuses to replace
    except FileExistsError:
        return False
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return True


def _unavailable(problem: OSError) -> PartUnavailable:
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        sentence = "The disk of the evidence folder is full. Free some space; the work is kept."
    else:
        sentence = "The evidence folder cannot be used. Check that it exists and belongs to the fleet's user."
    return PartUnavailable(PART, sentence, reference=errno.errorcode.get(problem.errno or 0, "OSError"))
