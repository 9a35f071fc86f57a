from __future__ import annotations

import csv
import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from core.capabilities.catalog import write
from core.capabilities.common import AskElsewhere
from core.errors import AccountLocked, NextStep, PortalChanged, RequestInvalid
from lanes.assembly import Fleet
from lanes.batches.batch import BatchOrder, Planned, Standing, export, plan, standing, who_acts_next, write_results
from lanes.lane import LaneWorker
from store import audit, credentials
from store.base import place
from store.credentials import Credential
from store.runs import StoredAnswer

HEADER = "Member ID,Date of Birth,Chart\n"


def _order(path: Path, **more: Any) -> BatchOrder:
    return BatchOrder(
        **{"capability": "eligibility", "portal": "availity", "requested_by": "kim", "payer": "aetna", **more},
        source=path,
    )


async def _plan(fleet: Fleet, order: BatchOrder) -> Planned:
    async def planned(_rows: int) -> None:
        return

    return await plan(fleet, order, planned)


async def _results(fleet: Fleet, order: BatchOrder, batch_id: str, target: Path) -> list[dict[str, str]]:
    await write_results(fleet, order, batch_id, target, viewer="kim")
    return _read(target)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


async def test_every_row_gets_an_outcome_and_a_bad_one_stops_nothing(
    fleet: Fleet, credential: Credential, portal: Any, tmp_path: Path
) -> None:
    sheet = tmp_path / "in.csv"
    sheet.write_text(
        HEADER
        + "M1,02/29/1980,=cmd|' /C calc'!A0\n"
        + "M2,2199-01-01,future\n"
        + ",1980-02-29,no id\n"
        + "\n"
        + "M1,1980-02-29,the same again\n"
        + "M3,yesterday,no date\n"
        + "M4,1980-02-29\n",
        encoding="utf-8",
    )
    order = _order(sheet)
    planned = await _plan(fleet, order)
    assert (planned.rows, planned.invalid, planned.to_wake) == (6, 3, frozenset([credential.id]))
    await LaneWorker(fleet, portal).work(credential.id)
    assert portal.asked == ["M1", "M4"]
    assert await standing(fleet, planned.batch_id) == Standing(answered=3, failed=0, held=0, waiting=0, invalid=3)

    rows = await _results(fleet, order, planned.batch_id, tmp_path / "out.csv")
    assert [row["outcome"] for row in rows] == [
        "member_not_found", "invalid", "invalid", "member_not_found", "invalid", "member_not_found",
    ]  # fmt: skip
    assert rows[0]["Chart"] == "'=cmd|' /C calc'!A0"
    assert rows[0]["result"] == "Member not found."
    assert rows[1]["result"].startswith("invalid: birth_date lies in the future")
    assert "YYYY-MM-DD" in rows[4]["result"]
    assert (tmp_path / "out.csv").stat().st_mode & 0o777 == 0o600
    async with fleet.database.read() as session:
        assert (await audit.verify(session)).broken_at is None


async def test_an_id_that_a_spreadsheet_has_shortened_is_not_asked(
    fleet: Fleet, credential: Credential, portal: Any, tmp_path: Path
) -> None:
    sheet = tmp_path / "in.csv"
    sheet.write_text(HEADER + "1.23457E+12,1980-02-29,C1\n1E+12,1980-02-29,C2\nE12,1980-02-29,C3\n")
    planned = await _plan(fleet, _order(sheet))
    assert (planned.rows, planned.invalid) == (3, 2)
    rows = await _results(fleet, _order(sheet), planned.batch_id, tmp_path / "out.csv")
    assert "has shortened member_id" in rows[0]["result"]


async def test_who_acts_next_on_the_rows_that_failed(
    fleet: Fleet, credential: Credential, portal: Any, tmp_path: Path
) -> None:
    sheet = tmp_path / "in.csv"
    sheet.write_text(HEADER + "M1,1980-02-29,C1\nM2,1980-02-29,C2\n,1980-02-29,no id\n")
    planned = await _plan(fleet, _order(sheet))
    assert await who_acts_next(fleet, planned.batch_id) == set()
    portal.script = lambda member: PortalChanged("coverage", "plan_name") if member == "M2" else None
    await LaneWorker(fleet, portal).work(credential.id)
    assert (await standing(fleet, planned.batch_id)).failed == 1
    assert await who_acts_next(fleet, planned.batch_id) == {NextStep.ASK_DEVELOPER}


@pytest.mark.parametrize("told", [0, 1])
async def test_every_cell_of_a_row_stands_under_a_header(
    fleet: Fleet, credential: Credential, portal: Any, tmp_path: Path, told: int
) -> None:
    """Whether the row was answered, waits or asks nothing; in the sheet given back, and in the one from the store."""
    sheet, own, stored = (tmp_path / name for name in ("in.csv", "own.csv", "stored.csv"))
    sheet.write_text(HEADER + "M1,1980-02-29,C1\n,1980-02-29,no id\n")
    planned = await _plan(fleet, _order(sheet))
    if told:
        await LaneWorker(fleet, portal).work(credential.id)
    await write_results(fleet, _order(sheet), planned.batch_id, own, viewer="kim")
    await export(fleet, planned.batch_id, stored, viewer="kim")
    for path in (own, stored):
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, first, invalid = csv.reader(file)
        assert header[-4:] == ["as_of", "portal", "work_item", "run"]
        assert len(header) == len(first) == len(invalid) == len(set(header))
        row = dict(zip(header, first, strict=True))
        assert (row["portal"], row["work_item"][:5], bool(row["as_of"])) == ("availity", "item_", bool(told))


async def test_starting_again_goes_on_where_it_was(
    fleet: Fleet, credential: Credential, portal: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lanes.batches.batch.CHUNK", 20)
    sheet = tmp_path / "in.csv"
    sheet.write_text(HEADER + "".join(f"M{number},1980-02-29,\n" for number in range(45)))

    class Stopped(Exception):
        pass

    async def stop_early(rows: int) -> None:
        if rows >= 20:
            raise Stopped

    with pytest.raises(Stopped):
        await plan(fleet, _order(sheet), stop_early)
    await LaneWorker(fleet, portal).work(credential.id)
    assert len(portal.asked) == 20

    planned = await _plan(fleet, _order(sheet))
    again = await _plan(fleet, _order(sheet))
    assert planned.batch_id == again.batch_id
    await LaneWorker(fleet, portal).work(credential.id)
    assert len(portal.asked) == len(set(portal.asked)) == 45
    assert (await _plan(fleet, _order(sheet))).to_wake == frozenset()


async def test_a_sheet_that_was_answered_long_ago_is_asked_anew(
    fleet: Fleet, credential: Credential, portal: Any, tmp_path: Path, virtual_clock: Any
) -> None:
    sheet = tmp_path / "in.csv"
    sheet.write_text(HEADER + "M1,1980-02-29,\n")
    first = await _plan(fleet, _order(sheet))
    await LaneWorker(fleet, portal).work(credential.id)
    virtual_clock.advance(days=4000)
    later = dataclasses.replace(fleet, clock=virtual_clock)
    second = await _plan(later, _order(sheet))
    assert second.batch_id == first.batch_id
    assert (await standing(fleet, first.batch_id)).waiting == 1


async def test_rows_may_name_their_payer(fleet: Fleet, credential: Credential, portal: Any, tmp_path: Path) -> None:
    sheet = tmp_path / "in.csv"
    sheet.write_text("member_id;dob;Payer\nM1;1980-02-29;Aetna\nM1;1980-02-29;humana\nM1;1980-02-29;Cigna\n")
    order = _order(sheet, payer=None)
    planned = await _plan(fleet, order)
    await LaneWorker(fleet, portal).work(credential.id)
    rows = await _results(fleet, order, planned.batch_id, tmp_path / "out.csv")
    assert [row["outcome"] for row in rows] == ["member_not_found", "member_not_found", "invalid"]
    assert "known are aetna, humana" in rows[2]["result"]


async def test_a_row_that_is_sent_to_another_portal_is_asked_there(
    fleet: Fleet, credential: Credential, successor: Credential, portal: Any, tmp_path: Path
) -> None:
    """Once, and the sheet says who answered. Whoever sends to a portal that nobody knows stays the answer."""
    sheet = tmp_path / "in.csv"
    sheet.write_text("member_id,dob,Payer\nM1,1980-02-29,Aetna\nM2,1980-02-29,Aetna\nM3,1980-02-29,humana\n")
    order = _order(sheet, payer=None, credential="north")
    portal.script = {
        "M1": AskElsewhere(portal="successor"),
        "M2": AskElsewhere(portal="nowhere"),
    }.get
    planned = await _plan(fleet, order)
    woken: list[str] = []

    async def wake(lanes: Sequence[str]) -> None:
        woken.extend(lanes)

    await LaneWorker(fleet, portal, wake).work(credential.id)
    portal.script = {"M1": AskElsewhere(portal="availity")}.get
    assert woken == [successor.id]
    assert (await standing(fleet, planned.batch_id)).waiting == 1
    await LaneWorker(fleet, portal).work(successor.id)
    assert portal.asked == ["M1", "M2", "M3", "M1"]

    again = await _plan(fleet, order)
    assert again.to_wake == frozenset()
    rows = await _results(fleet, order, planned.batch_id, tmp_path / "out.csv")
    assert [row["outcome"] for row in rows] == ["ask_elsewhere", "ask_elsewhere", "member_not_found"]
    assert [row["portal"] for row in rows] == ["successor", "availity", "availity"]


async def test_what_the_store_knows_to_be_elsewhere_is_asked_there_at_once(
    fleet: Fleet, credential: Credential, successor: Credential, portal: Any, tmp_path: Path
) -> None:
    """No lane comes by for an answer that is there already."""
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(HEADER + "M1,1980-02-29,\n")
    second.write_text(HEADER + "M1,1980-02-29,\nM2,1980-02-29,\n")
    portal.script = {"M1": AskElsewhere(portal="nowhere")}.get
    await _plan(fleet, _order(first))
    await LaneWorker(fleet, portal).work(credential.id)
    async with fleet.database.begin() as session:
        stored = (await session.scalars(select(StoredAnswer))).one()
        moved = write(AskElsewhere(portal="successor"))
        stored.payload = fleet.sealer.seal(moved, place("answer", stored.id))
    planned = await _plan(fleet, _order(second))
    assert planned.to_wake == {credential.id, successor.id}
    portal.script = lambda _: None
    await LaneWorker(fleet, portal).work(successor.id)
    await LaneWorker(fleet, portal).work(credential.id)
    rows = await _results(fleet, _order(second), planned.batch_id, tmp_path / "out.csv")
    assert [(row["outcome"], row["portal"]) for row in rows] == [
        ("member_not_found", "successor"),
        ("member_not_found", "availity"),
    ]


@pytest.mark.parametrize("account", [None, "of another tax ID"])
async def test_a_portal_that_nobody_can_ask_is_named_and_not_asked(
    fleet: Fleet, credential: Credential, successor: Credential, portal: Any, tmp_path: Path, account: str | None
) -> None:
    async with fleet.database.begin() as session:
        there = await session.get_one(Credential, successor.id)
        there.tin = account
        if account is None:
            there.environment = "live"
    sheet = tmp_path / "in.csv"
    sheet.write_text(HEADER + "M1,1980-02-29,\n")
    portal.script = lambda _: AskElsewhere(portal="successor")
    order = _order(sheet)
    planned = await _plan(fleet, order)
    await LaneWorker(fleet, portal).work(credential.id)
    assert (await standing(fleet, planned.batch_id)).waiting == 0
    (row,) = await _results(fleet, order, planned.batch_id, tmp_path / "out.csv")
    assert (row["outcome"], row["portal"]) == ("ask_elsewhere", "availity")
    assert "successor" in row["result"]


async def test_excel_in_and_out(fleet: Fleet, credential: Credential, portal: Any, tmp_path: Path) -> None:
    from datetime import datetime  # noqa: PLC0415

    book = Workbook()
    book.active.append(["Member ID", "DOB", "Name"])  # type: ignore[union-attr]
    book.active.append([12345, datetime(1980, 2, 29), "=1+1"])  # type: ignore[union-attr]  # noqa: DTZ001
    book.active["C2"].data_type = "s"  # type: ignore[index]
    book.save(tmp_path / "in.xlsx")
    order = _order(tmp_path / "in.xlsx")
    planned = await _plan(fleet, order)
    await LaneWorker(fleet, portal).work(credential.id)
    assert portal.asked == ["12345"]
    await write_results(fleet, order, planned.batch_id, tmp_path / "out.xlsx", viewer="kim")
    lines = list(load_workbook(tmp_path / "out.xlsx").worksheets[0].iter_rows(values_only=True))
    assert lines[0][:5] == ("Member ID", "DOB", "Name", "outcome", "result")
    assert lines[1][:4] == ("12345", "1980-02-29", "'=1+1", "member_not_found")


async def test_a_stopped_credential_refuses_the_sheet_before_anything_is_asked(
    fleet: Fleet, credential: Credential, portal: Any, tmp_path: Path
) -> None:
    sheet = tmp_path / "in.csv"
    sheet.write_text(HEADER + "M1,1980-02-29,\n")
    async with fleet.database.begin() as session:
        problem = AccountLocked("The portal has locked the account.")
        await credentials.stop(session, credential.id, problem, actor="t", now=fleet.clock.now())
    with pytest.raises(AccountLocked, match="reopens"):
        await _plan(fleet, _order(sheet))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b",,\nM1,1980-02-29,\n", "must name the columns"),
        (b"Member ID,Chart\nM1,7\n", "lacks columns: eligibility needs member_id and birth_date, or first_name"),
        (b"Ana,Muster,1980-02-29\n", "lacks columns"),
        (b"Member ID,Date of Birth\n", "no rows under its header"),
        (b"Member ID,DOB,Birthday\nM1,1980-02-29,1980-02-29\n", "more than one column for birth_date"),
        (b"\xd0\xcf\x11\xe0rest", "Excel's old format"),
        (b"PK\x03\x04rest", "not a whole .xlsx"),
        (b"Member ID\0,DOB\0\n", "no text file"),
    ],
)
async def test_files_that_cannot_be_used_say_why_and_show_nothing_of_their_contents(
    fleet: Fleet, credential: Credential, tmp_path: Path, content: bytes, says: str
) -> None:
    sheet = tmp_path / "in.csv"
    sheet.write_bytes(content)
    with pytest.raises(RequestInvalid, match=says) as refused:
        await _plan(fleet, _order(sheet))
    assert "Muster" not in refused.value.sentence


async def test_a_file_that_is_not_there(fleet: Fleet, credential: Credential, tmp_path: Path) -> None:
    with pytest.raises(RequestInvalid, match="cannot be read"):
        await _plan(fleet, _order(tmp_path / "nowhere.csv"))
