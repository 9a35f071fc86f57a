"""A process that is stopped (SIGSTOP) on its way to the button, for longer than its lease, and goes on later."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from core.seal import Sealer
from stack.process import eventually
from store import leases, submissions
from store.credentials import Credential
from store.database import Database
from store.leases import Lease
from store.submissions import NewSubmission, SubmissionState

HOLDER = """
import asyncio, sys, time
from datetime import UTC, datetime
from pathlib import Path
from core.errors import LeaseLost
from store import leases, submissions
from store.database import Database

database = Database.open(sys.argv[1] if "://" in sys.argv[1] else Path(sys.argv[1]))
credential_id, row_id = sys.argv[2:]

def now():
    return datetime.now(UTC)

async def main():
    async with database.begin() as session:
        lease = await leases.take(session, credential_id, "stopped", seconds=1, now=now())
        await submissions.arm(session, lease, row_id, now=now())
    print("at the button", flush=True)
    time.sleep(0.5)  # here it is stopped
    try:
        async with database.begin() as session:
            await submissions.click(session, lease, row_id, adapter_version="1", secret_version=1, now=now())
        print("clicked")
    except LeaseLost:
        print("refused")
    await database.close()

asyncio.run(main())
"""


async def test_a_holder_that_slept_past_its_lease_is_refused_at_the_button(
    database: Database,
    credential: Credential,
    sealer: Sealer,
    ask: Callable[..., Awaitable[list[str]]],
    where: Path | str,
) -> None:
    (item_id,) = await ask("appeal")
    now = datetime.now(UTC)
    new = NewSubmission(
        item_id, "appeals", "appeal", "availity", None, "content", "subject", False, False, None, "kim", ()
    )
    async with database.begin() as session:
        row = await submissions.add(session, new, now=now)
    holder = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        HOLDER,
        str(where),
        credential.id,
        row.id,
        stdout=asyncio.subprocess.PIPE,
    )
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"at the button\n"
    holder.send_signal(signal.SIGSTOP)
    heir: list[Lease] = []

    async def taken_over() -> bool:
        async with database.begin() as session:
            lease = await leases.take(session, credential.id, "heir", seconds=60, now=datetime.now(UTC))
            heir.extend([lease] if lease else [])
        return bool(heir)

    assert await eventually(taken_over, deadline=10)
    async with database.begin() as session:
        found = await submissions.take_over(session, heir[0], row.id, now=datetime.now(UTC))
        assert found.state is SubmissionState.INTENT
        await submissions.arm(session, heir[0], row.id, now=datetime.now(UTC))
    holder.send_signal(signal.SIGCONT)
    assert (await holder.communicate())[0] == b"refused\n"
    async with database.begin() as session:
        await submissions.click(session, heir[0], row.id, adapter_version="1", secret_version=1, now=datetime.now(UTC))
        assert (await submissions.get(session, row.id)).clicks == 1
