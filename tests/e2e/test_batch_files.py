"""`fleet batch` with the files that practices really send, and with an impatient hand on Ctrl-C."""

from __future__ import annotations

import asyncio
import csv
import io
import signal
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from stand import PORTAL, Account, Ended, Keys, Stand, write_text

BAD_INPUT = 2
COLUMNS = ("member_id", "birth_date", "first_name", "last_name")
FEW_ROWS, MANY_ROWS = 2_000, 20_000
MORE_MEMORY = 40 * 2**20


def sheet(rows: Sequence[Keys], *more: Sequence[str], columns: Sequence[str] = COLUMNS) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([[row[column] for column in COLUMNS] for row in rows])
    writer.writerows(more)
    return text.getvalue()


async def batch(stand: Stand, account: Account, source: Path, target: Path, **more: Any) -> Ended:
    return await stand.fleet_says(*words_of(account, source, target), seconds=120, **more)


def words_of(account: Account, source: Path, target: Path) -> tuple[str, ...]:
    files = ("--in", str(source), "--out", str(target))
    chosen = ("--portal", PORTAL, "--payer", "BHIL", "--credential", account.name)
    return ("batch", "eligibility", *chosen, *files, "--json")


def outcomes(target: Path) -> list[dict[str, str]]:
    if target.suffix == ".csv":
        with target.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    header, *rows = load_workbook(target, read_only=True).active.iter_rows(values_only=True)
    return [{name: cell or "" for name, cell in zip_longest(header, row)} for row in rows]


BAD = {
    "empty": (b"", "is empty"),
    "blank": (b"\n \n", "is empty"),
    "header only": (b"member_id,birth_date\n", "has no rows under its header"),
    "missing columns": (b"member_id,colour\nXOH990011223,blue\n", "lacks columns"),
    "no text": (bytes(range(256)) * 8, "is no text file"),
    "half an XLSX": (b"PK\x03\x04 and no more", "is not a whole .xlsx file"),
}


@pytest.mark.parametrize(("content", "told"), BAD.values(), ids=BAD)
async def test_a_file_that_is_no_sheet_ends_in_one_clear_sentence(
    stand: Stand, tmp_path: Path, content: bytes, told: str
) -> None:
    account = await stand.account()
    source, target = tmp_path / "patients.csv", tmp_path / "out.csv"
    source.write_bytes(content)
    refused = await batch(stand, account, source, target)
    assert refused.status == BAD_INPUT, refused
    assert told in refused.sentence
    assert "XOH990011223" not in refused.out + refused.err
    assert not target.exists()


async def test_a_file_that_is_not_there(stand: Stand, tmp_path: Path) -> None:
    account = await stand.account()
    refused = await batch(stand, account, tmp_path / "nowhere.csv", tmp_path / "out.csv")
    assert refused.status == BAD_INPUT
    assert "cannot be read" in refused.sentence


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8-sig"])
async def test_other_encodings_are_read(stand: Stand, tmp_path: Path, encoding: str) -> None:
    account = await stand.account()
    (keys,) = await stand.questions(1)
    source, target = tmp_path / "patients.csv", tmp_path / "out.csv"
    columns = (*COLUMNS, "Bemerkung für später")
    source.write_text(sheet([], [*(keys[name] for name in COLUMNS), "Müßiggang, às vezes"], columns=columns), encoding)
    ended = await batch(stand, account, source, target)
    assert ended.status == 0, ended
    (row,) = outcomes(target)
    assert (row["outcome"], row["Bemerkung für später"]) == ("coverage", "Müßiggang, às vezes")


async def test_a_workbook_with_bad_rows_beside_good_ones_and_cells_that_would_execute(
    stand: Stand, tmp_path: Path
) -> None:
    account = await stand.account()
    good = [{name: keys[name] for name in COLUMNS} for keys in await stand.questions(2)]
    source, target = tmp_path / "patients.xlsx", tmp_path / "out.xlsx"
    book = Workbook()
    assert book.active is not None
    book.active.append([*COLUMNS, "note"])
    for keys in good:
        book.active.append([*(keys[name] for name in COLUMNS), "fine"])
    book.active.append(["XOH1", "2190-01-01", "A", "B", "born too late"])
    book.active.append(["", "1980-01-01", "", "", "who is it?"])
    for row in book.active.iter_rows(min_row=2, max_row=2):
        row[4].value, row[4].data_type = "=cmd|'/c calc'!A0", "s"
    book.save(source)
    ended = await batch(stand, account, source, target)
    assert (ended.status, ended.json["answered"], ended.json["invalid"]) == (0, 2, 2), ended
    rows = outcomes(target)
    assert [row["outcome"] for row in rows] == ["coverage", "coverage", "invalid", "invalid"]
    assert rows[0]["note"] == "'=cmd|'/c calc'!A0"
    assert "future" in rows[2]["result"]
    await stand.true([row["work_item"] for row in rows[:2]], good)


async def test_a_batch_that_is_stopped_goes_on_where_it_was(stand: Stand, tmp_path: Path) -> None:
    account = await stand.account()
    questions = [{name: keys[name] for name in COLUMNS} for keys in await stand.questions(20)]
    source, target = tmp_path / "patients.csv", tmp_path / "out.csv"
    source.write_text(sheet(questions), "utf-8")
    async with stand.command(*words_of(account, source, target)) as working:
        await stand.until(lambda: stand.asked_at_portal(account), within=60)
        working.send_signal(signal.SIGINT)
        stopped = await stand.end_of(working)
    assert stopped.status == 1
    assert "run the same command again" in stopped.sentence
    assert not target.exists()
    assert list(tmp_path.iterdir()) == [source]

    ended = await batch(stand, account, source, target)
    assert (ended.status, ended.json["answered"]) == (0, 20), ended
    rows = outcomes(target)
    await stand.answered([row["work_item"] for row in rows])
    await stand.true([row["work_item"] for row in rows], questions)
    assert (await stand.counted(account))["questions"]["eligibility"] == 20


async def test_memory_does_not_grow_with_the_sheet(stand: Stand, tmp_path: Path) -> None:
    """Wrong rows, so that no lane has to work them off. What ten times the rows cost, a hundred thousand cost too."""
    account = await stand.account()
    few, many = [await _planned(stand, account, tmp_path, rows) for rows in (FEW_ROWS, MANY_ROWS)]
    assert many - few < MORE_MEMORY


async def _planned(stand: Stand, account: Account, folder: Path, rows: int) -> int:
    """The most memory, in bytes, that it takes."""
    source, target = folder / f"{rows}.csv", folder / f"{rows}-out.csv"
    lines = "".join(f"XOH{number:09d},2190-01-01\n" for number in range(rows))
    write_text(source, f"member_id,birth_date\n{lines}")
    async with stand.command(*words_of(account, source, target)) as working:
        peak, ended = await asyncio.gather(stand.memory_of(working), stand.end_of(working, seconds=240))
    assert (ended.status, ended.json["rows"], ended.json["invalid"]) == (0, rows, rows)
    assert len(outcomes(target)) == rows
    return peak
