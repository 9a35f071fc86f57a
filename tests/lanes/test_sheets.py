from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from core.capabilities.catalog import CAPABILITIES
from core.errors import RequestInvalid
from lanes.batches import sheets
from lanes.batches.results import defused, sheet_writer
from lanes.batches.sheets import open_sheet
from tests.spoiled_zips import locked, oddly_packed, rewritten

KEYS = ("member_id", "birth_date", "first_name", "last_name")
TEXT = "Last Name,First Name,DOB\nMuñoz,José,02/29/1980\nO\u2019Brien,Zoë,3/7/1991\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_that_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(TEXT.encode(encoding))
    sheet = open_sheet(path, KEYS)
    asked = [sheet.asked(row) for row in sheet.rows()]
    assert asked == [
        {"last_name": "Muñoz", "first_name": "José", "birth_date": "1980-02-29"},
        {"last_name": "O\u2019Brien", "first_name": "Zoë", "birth_date": "1991-03-07"},
    ]


@pytest.mark.parametrize("name", ["Müßiggang", "às vezes", "Nuñez", "Zoë"])
def test_few_letters_do_not_mislead(tmp_path: Path, name: str) -> None:
    path = tmp_path / "in.csv"
    path.write_bytes(f"Last Name,First Name,DOB\n{name},Ann,02/29/1980\n".encode("latin-1"))
    sheet = open_sheet(path, KEYS)
    assert [sheet.asked(row)["last_name"] for row in sheet.rows()] == [name]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "in.csv"
    path.write_text(TEXT.replace(",", delimiter), encoding="utf-8")
    assert len([row for row in open_sheet(path, KEYS).rows() if len(row.cells) == 3]) == 2


def test_rows_keep_the_numbers_of_the_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("member_id,dob,note\n,,\nA,1980-01-01\nB,1980-01-01,x,too,many\n")
    assert [(row.number, len(row.cells)) for row in open_sheet(path, KEYS).rows()] == [(3, 3), (4, 3)]


def test_a_workbook_that_is_damaged_in_any_way_is_refused_in_a_sentence(tmp_path: Path) -> None:
    whole = tmp_path / "whole.xlsx"
    with sheet_writer(whole) as out:
        for number in range(300):
            out.write(["member_id", str(number)])
    assert len(list(open_sheet(whole, KEYS).rows())) == 299

    data = whole.read_bytes()
    for name, damaged in (("locked", locked(data)), ("packed", oddly_packed(data)), ("cut", data[:400])):
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(damaged)
        with pytest.raises(RequestInvalid, match="not a whole"):
            list(open_sheet(path, KEYS).rows())


@pytest.mark.parametrize("said", ["A1", "A1:B5", "C9:Z99"])
def test_what_lies_beyond_the_size_that_a_workbook_claims_is_read(tmp_path: Path, said: str) -> None:
    """Some programs write a size and go on writing rows and columns."""
    book = Workbook()
    assert book.active is not None
    book.active.append(["member_id", "birth_date", "last_name"])
    for number in range(20):
        book.active.append([f"M{number}", "1980-01-01", "Doe"])
    path = tmp_path / "in.xlsx"
    book.save(path)
    rewritten(path, "xl/worksheets/sheet1.xml", lambda xml: re.sub(r'(<dimension ref=)"[^"]*"', rf'\1"{said}"', xml))
    sheet = open_sheet(path, KEYS)
    assert sheet.headers == ["member_id", "birth_date", "last_name"]
    assert [sheet.asked(row)["member_id"] for row in sheet.rows()] == [f"M{number}" for number in range(20)]


def test_ids_are_asked_as_excel_shows_them(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["member_id"])
    for value, shown in ((1234567, "000000000"), (1234567.0, "000000000"), (1234567, "General"), (17, "#,##0")):
        book.active.append([value])
        book.active.cell(book.active.max_row, 1).number_format = shown
    path = tmp_path / "in.xlsx"
    book.save(path)
    cells = [row.cells[0] for row in open_sheet(path, KEYS).rows()]
    assert cells == ["001234567", "001234567", "1234567", "17"]


def test_a_text_that_was_kept_from_becoming_a_number_is_that_text(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text('="member_id",dob\n="00123",1980-01-01\n"=""00124""",1980-01-01\n')
    assert [row.cells[0] for row in open_sheet(path, KEYS).rows()] == ["00123", "00124"]


def test_what_holds_no_rows_is_refused_in_a_sentence(tmp_path: Path) -> None:
    chart = tmp_path / "chart.xlsx"
    book = Workbook()
    book.create_chartsheet()
    book.remove(book.worksheets[0])
    book.save(chart)
    with pytest.raises(RequestInvalid, match="not a whole"):
        open_sheet(chart, KEYS)
    cut = tmp_path / "cut.csv"
    cut.write_bytes(TEXT.encode("utf-16")[:-1])
    with pytest.raises(RequestInvalid, match="no text file"):
        open_sheet(cut, KEYS)


@pytest.mark.parametrize("tenth", range(10))
def test_a_workbook_with_a_bad_spot_is_refused_or_read(tmp_path: Path, tenth: int) -> None:
    path = tmp_path / "in.xlsx"
    with sheet_writer(path) as out:
        for number in range(300):
            out.write(["member_id", str(number)])
    data = bytearray(path.read_bytes())
    begin = len(data) * tenth // 10
    data[begin : begin + 40] = bytes(byte ^ 0x5A for byte in data[begin : begin + 40])
    path.write_bytes(data)
    with suppress(RequestInvalid):
        list(open_sheet(path, KEYS).rows())


def test_a_cell_beyond_all_measure_spoils_its_row_only(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text(f"member_id,dob\n{'x' * 200_000},1980-01-01\nB,1980-01-01\n")
    assert [row.cells[0] for row in open_sheet(path, KEYS).rows()] == ["(unreadable)", "B"]


@pytest.mark.parametrize(
    "rows_after", ["", "C,1980-01-01,x\n" * 3, 'C,1980-01-01,"x"\n' * 3, "C,1980-01-01,x\n" * 9_000]
)
def test_a_quotation_mark_that_swallows_rows_is_refused_with_its_row(tmp_path: Path, rows_after: str) -> None:
    path = tmp_path / "in.csv"
    path.write_text(f'member_id,dob,note\nA,1980-01-01,"a\nnote"\nB,1980-01-01,"it hurts\n{rows_after}')
    with pytest.raises(RequestInvalid, match=r"row 3 of in\.csv is not closed"):
        open_sheet(path, KEYS)


def test_quotation_marks_within_a_row_are_read_as_well_as_may_be(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text('member_id,dob,note\nA,1980-01-01,"the "old" one"\nB,1980-01-01,"of\ntwo ""lines"""\nC,,5" tall\n')
    told = [(row.cells[0], row.cells[2]) for row in open_sheet(path, KEYS).rows()]
    assert told == [("A", 'the old" one"'), ("B", 'of\ntwo "lines"'), ("C", '5" tall')]


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+cmd|x",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\uff1d1+1",
        "\uff0b1x",
        "\uff0dx",
        "\uff20x",
        "\x00=1",
    ],
)
def test_cells_that_a_spreadsheet_could_execute_are_defused(cell: str) -> None:
    assert defused(cell).startswith("'")


@pytest.mark.parametrize("cell", ["", "M1", "-12.50", "+1", "1,234.00", "O'Brien", "a=b", "2026-11-22", "<b>"])
def test_honest_cells_stay_as_they_are(cell: str) -> None:
    assert defused(cell) == cell


@given(st.text())
def test_no_text_begins_like_a_formula_afterwards(cell: str) -> None:
    safe = defused(cell)
    assert not safe.startswith(("=", "@", "\t", "\r", "\n"))
    if safe[:1] in ("+", "-"):
        assert safe[1:2].isdigit()


def test_what_was_not_written_to_the_end_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old")
    with pytest.raises(TypeError), sheet_writer(path) as out:
        out.write(["new", None])  # type: ignore[list-item]
    assert [file.name for file in tmp_path.iterdir()] == ["out.csv"]
    assert path.read_text() == "old"


def test_other_endings_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestInvalid, match=r"must end in \.csv or \.xlsx"), sheet_writer(tmp_path / "out.pdf"):
        pass
    with pytest.raises(RequestInvalid, match="another folder"), sheet_writer(tmp_path / "no" / "out.csv"):
        pass


def test_every_day_of_a_question_may_be_written_as_americans_do() -> None:
    fields = [field for each in CAPABILITIES.values() for field in each.query.model_fields.items()]
    assert {name for name, field in fields if "date" in str(field.annotation)} <= sheets._DATES


def test_a_workbook_leaves_nothing_in_a_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even while it is written."""
    disk = tmp_path / "disk"
    disk.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(disk))
    with sheet_writer(tmp_path / "answers.xlsx") as out:
        out.write(["Zoë O'Quincanary"])
        assert list(disk.iterdir()) == []
    assert (tmp_path / "answers.xlsx").stat().st_size > 0
