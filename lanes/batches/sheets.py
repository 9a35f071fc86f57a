"""Reading uploaded sheets: CSV in whatever encoding a practice's software writes, and XLSX. Row by row."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from charset_normalizer import from_bytes
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from core.errors import RequestInvalid
from core.zips import UNREADABLE

_SAMPLE = 1 << 20
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_US_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ALL_ZEROS = re.compile(r"0+")
"""A number format that shows as many digits, whatever the number."""
_KEPT_AS_TEXT = re.compile(r'="([^"]*)"')
_WESTERN = re.compile(r"[\x00-\x7f\u00a0\u00c0-\u00ff‘’“”–—…€]*")  # noqa: RUF001
"""Letters and marks that a western language is written with. Another encoding read as cp1252 shows other signs too."""
_DATES = {"birth_date", "service_date", "from_date", "to_date", "paid_from", "paid_to"}
_ALSO_CALLED = {
    "member": "member_id", "memberid": "member_id", "member_number": "member_id", "subscriber_id": "member_id",
    "insurance_id": "member_id", "policy_number": "member_id",
    "dob": "birth_date", "birthdate": "birth_date", "date_of_birth": "birth_date", "birthday": "birth_date",
    "first": "first_name", "firstname": "first_name", "given_name": "first_name",
    "last": "last_name", "lastname": "last_name", "surname": "last_name", "family_name": "last_name",
    "dos": "service_date", "date_of_service": "service_date", "appointment": "service_date",
    "appointment_date": "service_date", "appt_date": "service_date", "visit_date": "service_date",
    "service_type_code": "service_type",
    "claim": "claim_number", "claim_id": "claim_number", "claim_no": "claim_number", "icn": "claim_number",
    "dos_from": "from_date", "service_from": "from_date", "dos_to": "to_date", "service_to": "to_date",
    "npi": "provider_npi", "insurance": "payer", "payer_name": "payer",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    number: int
    """As a spreadsheet counts: the header is row 1."""
    cells: list[str]


@dataclass(frozen=True)
class Sheet:
    """`rows()` starts anew each time and keeps nothing in memory."""

    path: Path
    headers: list[str]
    keys: list[str | None]
    """What each column is to the fleet; None for columns that only pass through."""
    encoding: str | None
    """None for XLSX."""

    def rows(self) -> Iterator[Row]:
        """Without the header and without empty rows."""
        lines = _xlsx_lines(self.path) if self.encoding is None else _csv_lines(self.path, self.encoding)
        for number, line in enumerate(lines, start=1):
            cells = [_plain(cell) for cell in line]
            if number > 1 and any(cells):
                yield Row(number, cells[: len(self.headers)] + [""] * (len(self.headers) - len(cells)))

    def asked(self, row: Row) -> dict[str, str]:
        """KEY=VALUE texts of one row, dates as ISO."""
        pairs = zip(self.keys, row.cells, strict=True)
        return {key: _iso(cell) if key in _DATES else cell for key, cell in pairs if key and cell}


def open_sheet(path: Path, known_keys: Iterable[str]) -> Sheet:
    """Raises RequestInvalid. Its sentences never show the first row: it may be a patient where headers are missing."""
    try:
        with path.open("rb") as file:
            sample = file.read(_SAMPLE)
    except OSError:
        raise RequestInvalid(f"The file {path.name} cannot be read; is the name right?", field="in") from None
    if not sample.strip():
        raise RequestInvalid(f"The file {path.name} is empty.", field="in")
    if sample.startswith(_OLD_EXCEL):
        raise RequestInvalid(f"{path.name} is in Excel's old format; save it as .xlsx or .csv.", field="in")
    encoding = None if sample.startswith(_ZIP) else _encoding(path, sample)
    lines = _xlsx_lines(path) if encoding is None else _csv_lines(path, encoding)
    headers = [_plain(cell) for cell in next(lines, [])]
    if encoding is not None:
        deque(lines, maxlen=0)  # what is wrong with it is told before its first row is asked
    while headers and not headers[-1]:
        headers.pop()
    if not headers:
        raise RequestInvalid(f"The first row of {path.name} must name the columns; it is empty.", field="in")
    known = {*known_keys, "payer"}
    keys = [key if (key := _key(header)) in known else None for header in headers]
    twice = {key for key in keys if key and keys.count(key) > 1}
    if twice:
        raise RequestInvalid(f"{path.name} has more than one column for {', '.join(sorted(twice))}.", field="in")
    return Sheet(path, headers, keys, encoding)


def need_columns(sheet: Sheet, capability: str, ways: Iterable[tuple[str, ...]]) -> None:
    """Raises RequestInvalid unless the sheet has the columns of one of the ways to ask."""
    present = {key for key in sheet.keys if key}
    ways = tuple(ways)
    if not any(present.issuperset(way) for way in ways):
        wanted = ", or ".join(" and ".join(way) for way in ways)
        raise RequestInvalid(
            f"{sheet.path.name} lacks columns: {capability} needs {wanted}. The first row names the columns.",
            field="in",
        )


def _key(header: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", header.casefold()).strip("_")
    return _ALSO_CALLED.get(plain, plain)


def _encoding(path: Path, sample: bytes) -> str:
    """UTF-8 proves itself by being read; what Excel writes in the US goes before a guess, which few letters mislead."""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")) and _reads(path, "utf-16"):
        return "utf-16"
    if b"\0" in sample:
        raise RequestInvalid(f"{path.name} is no text file; save it as .xlsx or as CSV (UTF-8).", field="in")
    if _reads(path, "utf-8-sig"):
        return "utf-8-sig"
    if _WESTERN.fullmatch(sample.decode("cp1252", "replace")) and _reads(path, "cp1252"):
        return "cp1252"
    best = from_bytes(sample).best()
    if best is not None and _reads(path, best.encoding):
        return best.encoding
    raise RequestInvalid(f"The encoding of {path.name} cannot be told; save it as CSV (UTF-8).", field="in")


def _reads(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as file:
            while file.read(_SAMPLE):
                pass
    except UnicodeError:
        return False
    return True


def _csv_lines(path: Path, encoding: str) -> Iterator[list[str]]:
    """Raises RequestInvalid for a quotation mark that swallows other rows."""
    with path.open(encoding=encoding, newline="") as file:
        header = file.readline()
        file.seek(0)
        delimiter = max(",;\t|", key=header.count)
        taken: list[str] = []
        reader = csv.reader(_noted(file, taken), delimiter=delimiter, strict=True)
        for number in count(1):
            taken.clear()
            try:
                yield next(reader)
            except StopIteration:
                return
            except csv.Error as problem:
                if len(taken) > 1 or "end of data" in str(problem):
                    raise RequestInvalid(
                        f"A quotation mark in row {number} of {path.name} is not closed, and the rows after it belong "
                        "to its cell. Close it, or take it away.",
                        field="in",
                    ) from None
                yield _sloppy(taken[0], delimiter)


def _noted(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def _sloppy(line: str, delimiter: str) -> list[str]:
    """A row with quotation marks where none belong, read as well as may be."""
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except csv.Error:  # a cell beyond all measure; the rows after it are still good
        return ["(unreadable)"]


def _xlsx_lines(path: Path) -> Iterator[list[str]]:
    try:
        with closing(load_workbook(path, read_only=True, data_only=True)) as book:
            first = book.worksheets[0]
            first.reset_dimensions()  # the size that a workbook claims may be long out of date
            for line in first.iter_rows():
                yield [_text(cell) for cell in line]
    except (*UNREADABLE, InvalidFileException, LookupError, AttributeError, TypeError, ParseError):
        raise RequestInvalid(f"{path.name} is not a whole .xlsx file.", field="in") from None


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # an id that Excel took for a number
    if isinstance(value, int) and _ALL_ZEROS.fullmatch(cell.number_format):
        return str(value).zfill(len(cell.number_format))
    return str(value)


def _plain(cell: str) -> str:
    """Without what keeps a spreadsheet from taking it for a number: `="00123"`."""
    text = cell.strip()
    kept = _KEPT_AS_TEXT.fullmatch(text)
    return kept[1].strip() if kept else text


def _iso(cell: str) -> str:
    """The American way of writing a date is understood; anything else is left for the query to refuse."""
    found = _US_DATE.fullmatch(cell)
    return f"{found[3]}-{int(found[1]):02d}-{int(found[2]):02d}" if found else cell
