"""One lane in a process that is to be killed: `chaos_worker.py HOME CREDENTIAL`, its way into the vault on stdin."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from core.phi import Secret
from core.settings import Settings
from flows.opening import open_parts


async def work(home: Path, credential_id: str) -> None:
    settings = Settings(home=home)
    scratch = settings.layout.tmp / str(os.getpid())
    scratch.mkdir()
    async with open_parts(settings, Secret(sys.stdin.readline()), scratch) as parts:
        await parts.worker.work(credential_id, flow_run_id=None)


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), sys.argv[2]))
