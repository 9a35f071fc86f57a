"""Appeals and messages on the whole stack, as a biller sends them from the command line. What is killed on the way is
test_sent_everywhere's.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from stand import PORTAL, Account, Keys, Stand

CHANCE = random.Random(20261122)  # noqa: S311 - chance that can be repeated


def scan(size: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + CHANCE.randbytes(size)


async def disputes(stand: Stand, payer: str, count: int, seed: int) -> list[Keys]:
    drawn = await stand.control.questions(PORTAL, "disputes", payer, count=count, seed=seed, awkward=False)
    return [each for each in drawn if "decided_on" in each]


@dataclass(frozen=True)
class Desk:
    """A biller's, with an account of their own and a letter to send."""

    stand: Stand
    account: Account
    letter: Path

    @classmethod
    async def open(cls, stand: Stand, folder: Path) -> Desk:
        letter = folder / "Jane Roe.png"
        letter.write_bytes(scan(5_000))
        return cls(stand, await stand.account(), letter)

    async def appeals(self, count: int) -> list[Keys]:
        """Within the time to file; each asked for once in a run of the tests."""
        drawn = [each for each in await disputes(self.stand, "BHIL", 40, 1) if recent(each)]
        known = {each["claim_number"] for each in await self.stand.received()}
        return [each for each in drawn if each["claim_number"] not in known][:count]

    async def submit(self, keys: Keys, *more: str) -> Any:
        asked = {key: value for key, value in keys.items() if key != "kind"}
        words = ("submit", keys["kind"], "-", "--portal", PORTAL, "--payer", "BHIL", "--credential", self.account.name)
        return await self.stand.fleet_says(
            *words, "--file", str(self.letter), "--json", *more, given=json.dumps(asked), seconds=120
        )


async def messages(stand: Stand, payer: str, count: int, seed: int) -> list[Keys]:
    return await stand.control.questions(PORTAL, "outgoing_messages", payer, count=count, seed=seed, awkward=False)


@pytest.mark.smoke
async def test_a_biller_sends_one_and_sees_it_confirmed(stand: Stand, tmp_path: Path) -> None:
    desk = await Desk.open(stand, tmp_path)
    (keys,) = await desk.appeals(1)
    sent = await desk.submit(keys)
    assert (sent.status, sent.json["state"], sent.json["outcome"]) == (0, "confirmed", "confirmed"), sent.err
    again = await desk.submit(keys)
    assert (again.status, again.json["answer"]["number"]) == (0, sent.json["answer"]["number"])
    (one,) = [each for each in await stand.received() if each["claim_number"] == keys["claim_number"]]
    assert one["number"] == sent.json["answer"]["number"]
    assert [each["sha256"] for each in one["files"]] == [hashlib.sha256(desk.letter.read_bytes()).hexdigest()]


async def test_a_biller_rehearses_one_follows_another_and_is_told_of_a_small_file(stand: Stand, tmp_path: Path) -> None:
    desk = await Desk.open(stand, tmp_path)
    first, second, late = await desk.appeals(3)
    sent = await desk.submit(first)
    rehearsed = await desk.submit(second, "--dry-run")
    assert (rehearsed.status, rehearsed.json["outcome"]) == (0, "reviewed")
    listed = await stand.fleet_says("submissions", "--json")
    ours = {sent.json["submission"], rehearsed.json["submission"]}
    assert Counter(each["state"] for each in listed.json if each["id"] in ours) == {"confirmed": 1, "intent": 1}
    shown = await stand.fleet_says("submissions", "show", rehearsed.json["submission"], "--out", str(tmp_path / "out"))
    assert "dispute_review" in shown.out
    assert any("dispute_review" in path.name for path in (tmp_path / "out").iterdir())
    async with stand.bad_day(worklist_delay_s=0):
        tracked = await stand.fleet_says("submissions", "track", "--json", seconds=120)
    (followed,) = [each for each in tracked.json["asked"] if each["id"] == sent.json["submission"]]
    assert followed["standing"]["status"] == "submitted"
    assert (followed["next"]["todo"], followed["next"]["days_left"]) == ("chase", 60)
    table = await stand.fleet_says("submissions")
    assert "If it is not decided by" in table.out
    desk.letter.write_bytes(scan(100))
    small = await desk.submit(late)
    assert (small.status, small.sentence[:21]) == (2, "File 1 is too small: ")


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
