"""Secrets and patient data lie nowhere in clear: not in files, not in what was said, not where other users look."""

from __future__ import annotations

import asyncio
import time
from datetime import date
from pathlib import Path

import psutil
import pytest
from stand import Stand

from cli.demo.canary import Search, dates, names
from cli.demo.leaks import TEMPORARY


@pytest.fixture
async def lived_in(stand: Stand) -> Stand:
    """With good and bad days behind it; other tests of the session add theirs."""
    account = await stand.account(mfa=["authenticator"])
    refused = await stand.account(vault_password=f"Outdated-{int(time.time())}-Horse")
    for payer in ("AETNA", "BHIL"):
        questions = await stand.questions(2, payer=payer)
        for keys in questions:
            stand.planted.setdefault("birth date", set()).update(dates(date.fromisoformat(keys["birth_date"])))
            stand.planted.setdefault("patient name", set()).update(names(keys["first_name"], keys["last_name"]))
            assert (await stand.pull(account, keys, payer=payer)).status == 0
            assert (await stand.pull(refused, keys, payer=payer)).status == 3
    async with stand.bad_day(layout_variant=2):
        for keys in await stand.questions(2):
            await stand.pull(account, keys)
    await stand.out_of_quarantine()
    return stand


async def test_nothing_is_found_in_clear(lived_in: Stand) -> None:
    search, home = Search(lived_in.planted), lived_in.settings.layout
    assert {"password", "seed", "user name", "member id", "birth date", "patient name"} <= lived_in.planted.keys()

    # The search proves itself first: it finds what it planted, of every kind.
    probe = home.tmp / "probe.txt"
    probe.write_text("\n".join(min(texts) for texts in lived_in.planted.values()))
    try:
        assert {hit.label for hit in search.folders(home.tmp)} == lived_in.planted.keys()
    finally:
        probe.unlink()

    found = await asyncio.to_thread(search.folders, home.path)
    # Every simulator of a machine makes the same patients; accounts are of this session alone.
    own = Search({kind: lived_in.planted[kind] for kind in ("password", "seed", "user name")})
    since = psutil.Process().create_time()
    for folder in TEMPORARY:
        found |= await asyncio.to_thread(own.folders, Path(folder), since=since)
    found |= search.text("\n".join(lived_in.printed), "what commands said")
    for process in lived_in.ours():
        told = "\n".join([*process.cmdline(), *process.environ().values()])
        found |= search.text(told, f"arguments and environment of {process.name()}")
    assert found == set()


async def test_the_look_at_processes_would_find_something(stand: Stand) -> None:
    account = await stand.account()
    async with stand.command("pull", "eligibility", account.password, "--portal", "availity") as process:
        told = "\n".join(psutil.Process(process.pid).cmdline())
        assert {hit.label for hit in Search(stand.planted).text(told, "arguments")} == {"password"}
