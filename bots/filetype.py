"""What a file is, by its content: neither its name nor what the portal calls it is believed."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from enum import Enum, StrEnum

from core.zips import UNREADABLE

_HEAD = 1024
_PAGE = re.compile(rb"(?:<!--.*?-->\s*)*<(?:!doctype html|html|head|body|script|title)\b", re.IGNORECASE | re.DOTALL)
_X12 = re.compile(rb"ISA[^\w\s]")
_UNPRINTABLE = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_QUOTED = re.compile(rb'"[^"]*"')
_HEAD_OF_TABLE = re.compile(rb"[,;]\S|[\t|]")
_STOP = re.compile(rb"[.!?]$")
"""The end of a sentence."""
_MEMBERS = 200


class FileType(Enum):
    """Media type and the ending that the fleet gives it."""

    PDF = ("application/pdf", ".pdf")
    X12 = ("application/edi-x12", ".835")
    ZIP = ("application/zip", ".zip")
    CSV = ("text/csv", ".csv")
    HTML = ("text/html", ".html")
    PNG = ("image/png", ".png")
    JPEG = ("image/jpeg", ".jpg")
    TIFF = ("image/tiff", ".tif")

    @property
    def media_type(self) -> str:
        return self.value[0]


_MAGIC = {
    b"PK\x03\x04": FileType.ZIP,
    b"\x89PNG\r\n\x1a\n": FileType.PNG,
    b"\xff\xd8\xff": FileType.JPEG,
    b"II*\0": FileType.TIFF,
    b"MM\0*": FileType.TIFF,
}
"""A letter that was scanned comes as a picture of it."""
_LAST = {FileType.PDF: b"%%EOF", FileType.PNG: b"IEND", FileType.JPEG: b"\xff\xd9"}
"""What stands at the end of a whole file."""


def type_of(data: bytes) -> FileType | None:
    """None for anything else, and for nothing at all."""
    head = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if kind := next((each for magic, each in _MAGIC.items() if head.startswith(magic)), None):
        return kind
    if _X12.match(head):
        return FileType.X12
    if _PAGE.match(head):
        return FileType.HTML
    if b"%PDF-" in head:  # after the others, which may hold one: a zip that does not compress
        return FileType.PDF
    return FileType.CSV if _is_table(head) and not _UNPRINTABLE.search(head) else None


def _is_table(head: bytes) -> bool:
    """Two lines that are parted alike, or a head alone, as of a report without rows. Sentences have commas too."""
    if head.startswith((b"{", b"[", b"<")):
        return False
    lines = [_QUOTED.sub(b"", line.strip(b"\r ")) for line in head.split(b"\n") if line.strip()]
    if len(lines) == 1:
        return bool(_HEAD_OF_TABLE.search(lines[0])) and not _STOP.search(lines[0])
    return any(
        one.count(sign) == other.count(sign) > 0 and not (_STOP.search(one) and _STOP.search(other))
        for one, other in itertools.pairwise(lines)
        for sign in (b",", b";", b"\t", b"|")
    )


def ends_early(data: bytes) -> bool:
    """Whether the end that its type has is missing. X12 is judged by whoever reads it."""
    kind = type_of(data)
    if kind in _LAST:
        return _LAST[kind] not in data[-_HEAD:]
    return kind is FileType.ZIP and not zipfile.is_zipfile(io.BytesIO(data))


class Flaw(StrEnum):
    """Why a file is none, in the words that follow “The portal gave”."""

    EMPTY = "an empty file"
    CUT_SHORT = "a file that is cut short"
    PAGE = "a web page in place of the file"


def flaw_of(data: bytes) -> Flaw | None:
    if not data.strip():
        return Flaw.EMPTY
    if ends_early(data):
        return Flaw.CUT_SHORT
    return Flaw.PAGE if type_of(data) is FileType.HTML else None


def unzipped(data: bytes, *, limit: int) -> list[bytes] | None:
    """The files in it, in its order; None when it cannot be opened whole. Names inside are not looked at.

    Raises OverflowError when they hold more than `limit` bytes together, without having unpacked more than that.
    """
    found: list[bytes] = []
    left = limit
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            if len(members) > _MEMBERS:
                raise OverflowError
            for member in members:
                with archive.open(member) as file:
                    found.append(file.read(left + 1))
                left -= len(found[-1])
                if left < 0:
                    raise OverflowError
    except UNREADABLE:
        return None  # broken, cut short, or locked with a password
    return found
