from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from store import totp
from store.database import Database

CLAIMER = """
import asyncio, sys
from pathlib import Path
from store import totp
from store.database import Database

async def main():
    database = Database.open(sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1]))
    won = 0
    for step in range(1, 41):
        async with database.begin() as session:
            won += await totp.claim_step(session, "availity/north", step)
    await database.close()
    print(won)

asyncio.run(main())
"""


async def test_a_step_is_claimed_once_and_the_ledger_only_grows(database: Database) -> None:
    async def claim(step: int) -> bool:
        async with database.begin() as session:
            return await totp.claim_step(session, "availity/north", step)

    assert sum(await asyncio.gather(*(claim(7) for _ in range(20)))) == 1
    assert not await claim(6)
    assert await claim(8)
    async with database.read() as session:
        assert await totp.last_step(session, "availity/north") == 8


async def test_processes_that_share_the_store_share_the_ledger(where: Path | str) -> None:
    """Three processes race for the same forty steps. A step may be skipped by a late one, never claimed twice."""
    claimers = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", CLAIMER, str(where), stdout=asyncio.subprocess.PIPE)
        for _ in range(3)
    ]
    outputs = await asyncio.gather(*(claimer.communicate() for claimer in claimers))
    assert [claimer.returncode for claimer in claimers] == [0, 0, 0]
    assert sum(int(output) for output, _ in outputs) == 40
