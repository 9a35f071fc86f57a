"""Appeals and messages on the whole stack: sent exactly once, by the portal's own count, whatever is killed on the way.

`SUBMISSIONS=500 make e2e ARGS=tests/e2e/test_sent_once.py` is the long form.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from stand import PORTAL, Account, Keys, Stand

from lanes.submissions.submit import Order, hand_in
from store import submissions
from store.submissions import SubmissionState

PAYERS = ("BHIL", "CASC", "AETNA")
MANY = int(os.environ.get("SUBMISSIONS", "12"))
CHANCE = random.Random(20261122)  # noqa: S311 - chance that can be repeated


def scan(size: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + CHANCE.randbytes(size)


async def disputes(stand: Stand, payer: str, count: int, seed: int) -> list[Keys]:
    drawn = await stand.control.questions(PORTAL, "disputes", payer, count=count, seed=seed, awkward=False)
    return [each for each in drawn if "decided_on" in each]


async def messages(stand: Stand, payer: str, count: int, seed: int) -> list[Keys]:
    return await stand.control.questions(PORTAL, "outgoing_messages", payer, count=count, seed=seed, awkward=False)


async def received(stand: Stand) -> list[dict[str, Any]]:
    told = await stand.control._call("GET", "/submissions", params={"portal": PORTAL})
    found: list[dict[str, Any]] = told["received"]
    return found


async def test_a_biller_sends_one_sees_it_confirmed_and_rehearses_another(stand: Stand, tmp_path: Path) -> None:
    account = await stand.account()
    first, second, late = [each for each in await disputes(stand, "BHIL", 40, 1) if recent(each)][:3]
    letter = tmp_path / "Jane Roe.png"
    letter.write_bytes(data := scan(5_000))

    async def submit(keys: Keys, *more: str, file: Path = letter) -> Any:
        asked = {key: value for key, value in keys.items() if key != "kind"}
        words = ("submit", keys["kind"], "-", "--portal", PORTAL, "--payer", "BHIL", "--credential", account.name)
        return await stand.fleet_says(
            *words, "--file", str(file), "--json", *more, given=json.dumps(asked), seconds=120
        )

    sent = await submit(first)
    assert (sent.status, sent.json["state"], sent.json["outcome"]) == (0, "confirmed", "confirmed"), sent.err
    (one,) = [each for each in await received(stand) if each["claim_number"] == first["claim_number"]]
    assert one["number"] == sent.json["answer"]["number"]
    assert [each["sha256"] for each in one["files"]] == [hashlib.sha256(data).hexdigest()]
    again = await submit(first)
    assert (again.status, again.json["answer"]["number"]) == (0, one["number"])
    rehearsed = await submit(second, "--dry-run")
    assert (rehearsed.status, rehearsed.json["outcome"]) == (0, "reviewed")
    listed = await stand.fleet_says("submissions", "--json")
    assert Counter(each["state"] for each in listed.json) == {"confirmed": 1, "intent": 1}
    shown = await stand.fleet_says("submissions", "show", rehearsed.json["submission"], "--out", str(tmp_path / "out"))
    assert "dispute_review" in shown.out
    assert any("dispute_review" in path.name for path in (tmp_path / "out").iterdir())
    async with stand.bad_day(worklist_delay_s=0):
        tracked = await stand.fleet_says("submissions", "track", "--json", seconds=120)
    (followed,) = tracked.json["asked"]
    assert (followed["id"], followed["standing"]["status"]) == (sent.json["submission"], "submitted")
    assert (followed["next"]["todo"], followed["next"]["days_left"]) == ("chase", 60)
    table = await stand.fleet_says("submissions")
    assert "If it is not decided by" in table.out
    letter.write_bytes(scan(100))
    small = await submit(late)
    assert (small.status, small.sentence[:21]) == (2, "File 1 is too small: ")
    assert len(await received(stand)) == 1


async def test_a_biller_writes_a_message_and_finds_it_among_the_sent(stand: Stand, tmp_path: Path) -> None:
    account = await stand.account()
    (keys,) = [each for each in await messages(stand, "BHIL", 3, 1) if each["kind"] == "message"][:1]
    records = tmp_path / "Jane Roe.png"
    records.write_bytes(data := scan(5_000))
    where = ("--portal", PORTAL, "--payer", "BHIL", "--credential", account.name, "--json")
    asked = json.dumps({key: value for key, value in keys.items() if key != "kind"})
    for _ in range(2):
        words = ("submit", "message", "-", *where, "--file", str(records))
        sent = await stand.fleet_says(*words, given=asked, seconds=120)
        assert (sent.status, sent.json["state"], sent.json["outcome"]) == (0, "confirmed", "confirmed"), sent.err
    (one,) = [each for each in await received(stand) if each["kind"] == "message"]
    assert (one["number"], one["topic"]) == (sent.json["answer"]["number"], keys["topic"])
    assert [each["sha256"] for each in one["files"]] == [hashlib.sha256(data).hexdigest()]
    today = date.today()
    days = (f"from_date={today - timedelta(days=1)}", f"to_date={today}")
    async with stand.bad_day(worklist_delay_s=0):
        found = await stand.fleet_says("pull", "sent_messages", *days, *where, seconds=120)
    assert one["number"] in [each["number"] for each in found.json["answer"]["messages"]]


def recent(keys: Keys) -> bool:
    """Within the time to file."""
    return date.fromisoformat(keys["decided_on"]) > date.today() - timedelta(days=170)


async def test_whatever_is_killed_each_is_received_once_byte_by_byte_and_every_unknown_is_settled(stand: Stand) -> None:
    accounts = [await stand.account() for _ in range(2)]
    made = await hand_in_many(stand, accounts)
    async with stand.bad_day(submit_fault_rate=0.3, refuses_duplicates=False, worklist_delay_s=20, latency_ms=(0, 60)):
        await stand.wake(*accounts)
        # A worker that dies under the very first log-in stops the account: that is another test's.
        await stand.until(lambda: logged_in(stand, accounts), within=120)
        for _ in range(MANY // 2):
            await asyncio.sleep(CHANCE.uniform(2, 14))
            await stand.healed("worker", await stand.kill("worker"))
            await stand.rewake()

        async def all_settled() -> bool:
            await stand.rewake()
            await asyncio.sleep(5)
            return all(row.state in submissions.SETTLED for row in await rows(stand, list(made)))

        await stand.until(all_settled, within=300 + 60 * MANY, what=lambda: states(stand, list(made)))
        assert await states(stand, list(made)) == {SubmissionState.CONFIRMED: len(made)}
        tally = await stand.control.tally(PORTAL)
    told = [
        (each["claim_number"], frozenset(file["sha256"] for file in each["files"])) for each in await received(stand)
    ]
    assert Counter(each for each in told if each in made.values()) == dict.fromkeys(made.values(), 1)
    assert {hashes for _, hashes in told} >= {hashes for _, hashes in made.values()}
    assert tally["duplicates_accepted"] == 0


async def logged_in(stand: Stand, accounts: list[Account]) -> bool:
    return all([(await stand.credential(each)).last_login_at for each in accounts])


async def hand_in_many(stand: Stand, accounts: list[Account]) -> dict[str, tuple[str, frozenset[str]]]:
    """Every other one a message. By submission, its claim and the hashes of its files."""
    made: dict[str, tuple[str, frozenset[str]]] = {}
    for payer in PAYERS:
        drawn = [each for each in await disputes(stand, payer, 40 * MANY, 2) if recent(each)]
        written = [each for each in await messages(stand, payer, 2 * MANY, 2) if each["kind"] == "message"]
        mixed = [each for pair in zip(drawn, written, strict=False) for each in pair]
        for place, keys in enumerate(mixed[: MANY // len(PAYERS)]):
            files = [
                (f"{number}.png", scan(CHANCE.randrange(4_000, 60_000))) for number in range(CHANCE.randrange(1, 4))
            ]
            asked = {key: value for key, value in keys.items() if key != "kind"}
            order = Order(
                keys["kind"], PORTAL, asked, files, "e2e", payer=payer, credential=accounts[place % len(accounts)].name
            )
            row = (await hand_in(stand.fleet, order)).row
            made[row.id] = (keys["claim_number"], frozenset(hashlib.sha256(data).hexdigest() for _, data in files))
    return made


async def rows(stand: Stand, ids: list[str]) -> list[submissions.StoredSubmission]:
    async with stand.fleet.database.read() as session:
        return [await submissions.get(session, each) for each in ids]


async def states(stand: Stand, ids: list[str]) -> Counter[SubmissionState]:
    return Counter(row.state for row in await rows(stand, ids))
