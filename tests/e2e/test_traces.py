"""Secrets and patient data lie nowhere in clear: not in files, databases, queues or buckets, on whichever machine, not
in what was said, not where other users look.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

import psutil
import pytest
from media import media
from stand import PORTAL, Stand
from test_sent_once import disputes, recent

from cli.demo.asking import answer_all
from cli.demo.canary import Hit, Search, dates, names
from cli.demo.leaks import TEMPORARY
from cli.demo.planting import plant
from cli.demo.questions import draw, patient_data
from store.work_items import ItemState

EVERYTHING_OF = (PORTAL, "ucare")
"""The portals whose every capability is asked."""
OF_THIS_SESSION = ("password", "seed", "user name", "file", "file name")
"""Every simulator of a machine makes the same patients."""


@pytest.fixture
async def lived_in(stand: Stand, tmp_path: Path) -> Stand:
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
    await everything_asked(stand)
    await something_sent(stand, tmp_path)
    async with stand.bad_day(layout_variant=2):
        for keys in await stand.questions(2):
            await stand.pull(account, keys)
    await stand.out_of_quarantine()
    return stand


async def everything_asked(stand: Stand) -> None:
    manifests = [stand.fleet.portals[each] for each in EVERYTHING_OF]
    drawn = await draw(stand.control, manifests, seed=secrets.randbelow(10**6), wanted=None)
    questions = list({(each.portal, each.capability): each for each in reversed(drawn)}.values())
    questions.sort(key=lambda each: each.portal)
    accounts = [each for manifest in manifests for each in await plant(stand.fleet, stand.control, manifest)]
    answered = await answer_all(stand.fleet, questions, accounts, lambda _: None)
    asked = {(each.id, name) for each in manifests for name in each.capabilities}
    assert {(each.asked.portal, each.asked.capability) for each in answered} == asked
    assert {each.item.state for each in answered} == {ItemState.DONE}
    assert [each.item.error_code for each in answered if not each.verdict.correct] == []
    add(stand.planted, patient_data(questions))
    for each in accounts:
        add(stand.planted, {kind: texts for kind, texts in each.values().items() if kind in OF_THIS_SESSION})


async def something_sent(stand: Stand, folder: Path) -> None:
    """A file with a name and a content that tell of somebody."""
    account = await stand.account()
    keys = next(each for each in await disputes(stand, "AETNA", 40, secrets.randbelow(10**6)) if recent(each))
    told = {"file": [f"chart of {secrets.token_hex(12)}"], "file name": [f"Doe {secrets.token_hex(8)}"]}
    file = folder / f"{told['file name'][0]}.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + secrets.token_bytes(4_000) + told["file"][0].encode())
    words = ("submit", keys["kind"], "-", "--portal", PORTAL, "--payer", "AETNA", "--credential", account.name)
    given = json.dumps({key: value for key, value in keys.items() if key != "kind"})
    sent = await stand.fleet_says(*words, "--file", str(file), "--json", given=given, seconds=120)
    file.unlink()
    assert (sent.status, sent.json["state"]) == (0, "confirmed"), sent.err
    add(stand.planted, {**told, "claim number": [keys["claim_number"]]})


async def test_nothing_is_found_in_clear(lived_in: Stand, tmp_path: Path) -> None:
    stand, search = lived_in, Search(lived_in.planted)
    assert {*OF_THIS_SESSION, "member id", "birth date", "patient name", "claim number"} <= stand.planted.keys()
    assert await proven(stand, tmp_path) == []

    found = await whole(stand, search, tmp_path)
    own = Search({kind: stand.planted[kind] for kind in OF_THIS_SESSION})
    since = psutil.Process().create_time()
    for folder in TEMPORARY:
        found |= await asyncio.to_thread(own.folders, Path(folder), since=since)
    found |= search.text("\n".join(stand.printed), "what commands said")
    assert found == set()


async def proven(stand: Stand, folder: Path) -> list[str]:
    """What the search does not find although it was planted there: in each home, and in each medium."""
    homes = [home for home in machines_folder(stand).iterdir() if (home / "logs").is_dir()]
    assert len(homes) >= (1 if stand.machines is None else 3)
    word, missed = f"probe {secrets.token_hex(16)}", []
    probes = [home / "logs" / "probe.txt" for home in homes]
    every = list(media(stand.settings.layout, stand.machines))
    for probe in probes:
        probe.write_text(word)
    for medium in every:
        medium.plant(word)
    try:
        hits = {hit.place for hit in await whole(stand, Search({"probe": [word]}), folder)}
        missed = [str(each) for each in (*probes, *(folder / medium.name for medium in every)) if str(each) not in hits]
        # And of every kind that was planted in earnest.
        probes[0].write_text("\n".join(min(texts) for texts in stand.planted.values()))
        told = {hit.label for hit in Search(stand.planted).folders(probes[0].parent)}
        return [*missed, *(stand.planted.keys() - told)]
    finally:
        for probe in probes:
            probe.unlink()
        for medium in every:
            medium.remove()
            (folder / medium.name).unlink(missing_ok=True)


async def whole(stand: Stand, search: Search, folder: Path) -> set[Hit]:
    """The homes of all machines, what they write to elsewhere, and what other users see of their processes."""
    found = await asyncio.to_thread(search.folders, machines_folder(stand))
    for medium in media(stand.settings.layout, stand.machines):
        (folder / medium.name).write_bytes(await asyncio.to_thread(medium.tell))
        found |= await asyncio.to_thread(search.folders, folder)
        (folder / medium.name).unlink()
    if stand.machines is not None:
        stand.machines.postgres.say("CHECKPOINT")
        found |= await asyncio.to_thread(search.folders, stand.machines.postgres.folder)
    for process in psutil.process_iter():
        try:
            told = "\n".join([*process.cmdline(), *process.environ().values()])
        except (psutil.Error, OSError):  # another user's, or gone meanwhile
            continue
        if process.pid in others(stand) or str(machines_folder(stand)) in told:
            found |= search.text(told, f"arguments and environment of {process.name()}")
    return found


def machines_folder(stand: Stand) -> Path:
    return stand.settings.layout.path.parent


def others(stand: Stand) -> set[int]:
    return stand.machines.others() if stand.machines else set()


def add(planted: dict[str, set[str]], values: Mapping[str, Collection[str]]) -> None:
    for kind, texts in values.items():
        if texts:
            planted.setdefault(kind, set()).update(texts)


async def test_the_look_at_processes_would_find_something(stand: Stand) -> None:
    account = await stand.account()
    async with stand.command("pull", "eligibility", account.password, "--portal", "availity") as process:
        told = "\n".join(psutil.Process(process.pid).cmdline())
        assert {hit.label for hit in Search(stand.planted).text(told, "arguments")} == {"password"}
