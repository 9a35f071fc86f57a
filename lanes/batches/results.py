"""Writing sheets: streaming, for their owner only, whole or not at all, and harmless when a spreadsheet opens them."""

from __future__ import annotations

import csv
import os
import re
import secrets
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from openpyxl import Workbook

from core.errors import RequestInvalid
from core.temporary import temporary_files_in_memory

ENDINGS = (".csv", ".xlsx")
_STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class RowWriter:
    def __init__(self, append: Callable[[list[str]], object]) -> None:
        self._append = append

    def write(self, cells: Sequence[str]) -> None:
        self._append([defused(cell) for cell in cells])


def defused(cell: str) -> str:
    """What a spreadsheet would take for a formula begins with an apostrophe; numbers stay numbers."""
    text = _CONTROL.sub("", cell)
    # Fullwidth signs work in some spreadsheets too, and spaces before them do not help.
    first = unicodedata.normalize("NFKC", text.lstrip(" \u00a0\u200b\ufeff")[:1])
    if (first in _STARTERS or text[:1] in _STARTERS) and first and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


@contextmanager
def sheet_writer(path: Path) -> Iterator[RowWriter]:
    """A .csv (UTF-8 with the mark by which Excel knows it) or .xlsx that appears when everything is written.

    Raises RequestInvalid for another ending or a folder that cannot be written.
    """
    kind = path.suffix.casefold()
    if kind not in ENDINGS:
        raise RequestInvalid(f"{path.name} must end in .csv or .xlsx.", field="out")
    draft = path.with_name(f".{secrets.token_hex(6)}{kind}")
    with ExitStack() as undo:
        undo.callback(draft.unlink, missing_ok=True)
        try:
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError:
            raise RequestInvalid(f"{path.name} cannot be written there; name another folder.", field="out") from None
        with os.fdopen(handle, "wb") as file:
            if kind == ".csv":
                # The file is text over the same handle, so that the mode stays private.
                with open(file.fileno(), "w", encoding="utf-8-sig", newline="", closefd=False) as text:
                    yield RowWriter(csv.writer(text).writerow)
            else:
                with temporary_files_in_memory():  # openpyxl writes each sheet twice
                    book = Workbook(write_only=True)
                    yield RowWriter(book.create_sheet("answers").append)
                    book.save(file)
        draft.replace(path)
