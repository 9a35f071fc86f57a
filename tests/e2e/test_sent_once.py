"""Appeals and messages on the whole stack, as a biller sends them from the command line. What is killed on the way is
test_sent_everywhere's.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from stand import PORTAL, Keys, Stand

CHANCE = random.Random(20261122)  # noqa: S311 - chance that can be repeated


def scan(size: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + CHANCE.randbytes(size)


async def disputes(stand: Stand, payer: str, count: int, seed: int) -> list[Keys]:
    drawn = await stand.control.questions(PORTAL, "disputes", payer, count=count, seed=seed, awkward=False)
    return [each for each in drawn if "decided_on" in each]


async def messages(stand: Stand, payer: str, count: int, seed: int) -> list[Keys]:
    return await stand.control.questions(PORTAL, "outgoing_messages", payer, count=count, seed=seed, awkward=False)


@pytest.mark.smoke
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
    (one,) = [each for each in await stand.received() if each["claim_number"] == first["claim_number"]]
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
    assert len(await stand.received()) == 1


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
    (one,) = [each for each in await stand.received() if each["kind"] == "message"]
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
