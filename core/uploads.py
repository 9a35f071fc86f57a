"""Whether a file is what its ending says, and opens, before it is sent to anybody."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from core.zips import UNREADABLE

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD = 1024


def flaw(ending: str, data: bytes) -> str | None:
    """The rest of a sentence that begins with “File 2”, or None. `ending` without its dot."""
    kind = _SIGNS.get(ending)
    if kind is not None and not kind(data):
        locked = ending in _OFFICE and data.startswith(_OLE)
        return "is locked with a password; save it without one" if locked else f"is no {ending} file, by its content"
    return _pdf_flaw(data) if ending == "pdf" else None


def _pdf_flaw(data: bytes) -> str | None:
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return "is locked with a password; save it without one"
        pages = len(reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return "is a damaged PDF; open it, and print it to a new PDF"
    return None if pages else "is a PDF without a page"


def _begins(*signs: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(signs)


def _office(folder: str) -> Callable[[bytes], bool]:
    def check(data: bytes) -> bool:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return any(name.startswith(f"{folder}/") for name in archive.namelist())
        except UNREADABLE:
            return False

    return check


def _text(data: bytes) -> bool:
    return b"\x00" not in data[:_HEAD] or data.startswith((b"\xff\xfe", b"\xfe\xff"))


def _page(data: bytes) -> bool:
    return _text(data) and re.search(rb"<(?:!doctype html|html|head|body)\b", data[:_HEAD], re.IGNORECASE) is not None


_OFFICE = {"docx": "word", "xlsx": "xl", "pptx": "ppt"}
_SIGNS: dict[str, Callable[[bytes], bool]] = {
    "pdf": lambda data: b"%PDF-" in data[:_HEAD],
    **{ending: _office(folder) for ending, folder in _OFFICE.items()},
    **dict.fromkeys(("doc", "xls", "ppt", "msg"), _begins(_OLE)),
    **dict.fromkeys(("jpg", "jpeg"), _begins(b"\xff\xd8\xff")),
    **dict.fromkeys(("tif", "tiff"), _begins(b"II*\x00", b"MM\x00*")),
    "png": _begins(b"\x89PNG\r\n\x1a\n"),
    "gif": _begins(b"GIF87a", b"GIF89a"),
    "rtf": _begins(b"{\\rtf"),
    "html": _page,
    "txt": _text,
    "csv": _text,
}
