"""Files that people upload: patient data, in memory only (the console's temporary files are)."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import Request
from starlette.datastructures import UploadFile


async def uploaded(request: Request, field: str) -> list[tuple[str, bytes]]:
    """The files of one field, by names that lead nowhere; none where none was chosen."""
    files = (await request.form()).getlist(field)
    return [
        (plain(file.filename), await file.read()) for file in files if isinstance(file, UploadFile) and file.filename
    ]


def plain(filename: str) -> str:
    return re.sub(r"[^\w. -]+", "-", Path(filename.replace("\\", "/")).name).lstrip(".")[-80:] or "sheet"


@asynccontextmanager
async def as_file(name: str, data: bytes) -> AsyncIterator[Path]:
    with tempfile.TemporaryDirectory(prefix="fleet-") as folder:
        source = Path(folder) / name
        await asyncio.to_thread(source.write_bytes, data)
        yield source
