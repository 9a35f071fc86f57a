"""The bytes of what payers enclose and post, and what a bot has to tell of them."""

import hashlib
import io
import zipfile
from typing import Any

from simulator.dials import Dials
from simulator.enclosure import Enclosure
from simulator.pdf import text_pdf

PAGE = b"<!DOCTYPE html><html><body><h1>Service temporarily unavailable</h1></body></html>"
_TYPES = {
    "pdf": ("application/pdf", ".pdf"),
    "zip": ("application/zip", ".zip"),
    "csv": ("text/csv", ".csv"),
    "page": ("text/html", ".html"),
}
_REFUSED = "The portal gave a web page in place of the file."


def data_of(enclosure: Enclosure) -> bytes:
    """The same for the same enclosure, always."""
    about = enclosure.about
    match enclosure.form:
        case "zip":
            return _zipped(text_pdf([about]), b"line,amount\n1,7.10\n")
        case "csv":
            lines = [f'{number},"{about}",{number * 7}.10' for number in range(1, 12)]
            return "\n".join(["line,about,amount", *lines]).encode()
        case "page":
            return PAGE
    return text_pdf([about, "This letter was made by a simulator."])


def as_given(data: bytes, dials: Dials) -> bytes:
    """A file whole, or what becomes of it on a bad day."""
    match dials.files:
        case "empty":
            return b""
        case "cut_short":
            return data[: len(data) * 2 // 3]
        case "page":
            return PAGE
    return data


def media_type(enclosure: Enclosure) -> str:
    """As a portal declares it that believes its own names."""
    return "application/pdf" if enclosure.form == "page" else _TYPES[enclosure.form][0]


def enclosure_json(enclosure: Enclosure, kind: str) -> dict[str, Any]:
    """As a bot has to tell it: what is no file is refused, and kept."""
    data = data_of(enclosure)
    digest = hashlib.sha256(data).hexdigest()
    found, ending = _TYPES[enclosure.form]
    return {
        "kind": kind,
        "name": f"{kind}-{digest[:16]}{ending}",
        "media_type": found,
        "size": len(data),
        "sha256": digest,
        "problem": _REFUSED if enclosure.form == "page" else None,
    }


def _zipped(*files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, data in enumerate(files, start=1):
            # A fixed date, so that a zip of the same things has the same bytes.
            archive.writestr(zipfile.ZipInfo(f"{number}.bin", (2026, 1, 1, 0, 0, 0)), data)
    return out.getvalue()
