"""Files that portals give away, whatever the capability that asked for them."""

from __future__ import annotations

import hashlib
from enum import StrEnum

from core.capabilities.record import Record

ENDINGS = {
    "application/pdf": ".pdf",
    "application/edi-x12": ".835",
    "application/zip": ".zip",
    "text/csv": ".csv",
    "text/html": ".html",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/tiff": ".tif",
}
"""By media type. What is none of these ends in .bin."""


class DocumentKind(StrEnum):
    ERA = "835"
    EOP = "eop"
    PRA = "pra"
    ATTACHMENT = "attachment"
    """Of a message."""
    LISTED = "document"
    """Of a library of documents or reports."""
    ACKNOWLEDGEMENT = "acknowledgement"
    """999 or 277CA."""
    LETTER = "letter"
    """What a payer says to something that was sent to it."""


_X12 = (DocumentKind.ERA, DocumentKind.ACKNOWLEDGEMENT)


class Document(Record):
    """A file that the portal gave, kept sealed as evidence under the same `sha256`."""

    kind: DocumentKind
    name: str
    """Made by the fleet, never the portal's."""
    media_type: str
    size: int
    sha256: str
    problem: str | None = None
    """Why it gives no data: an 835 that cannot be read, a web page in disguise. It is kept all the same."""

    @classmethod
    def of(
        cls, kind: DocumentKind, data: bytes, *, media_type: str | None = None, problem: str | None = None
    ) -> Document:
        """Without a media type, that of its kind: an 835 is X12, what explains a payment a PDF."""
        media_type = media_type or ("application/edi-x12" if kind in _X12 else "application/pdf")
        digest = hashlib.sha256(data).hexdigest()
        ending = ".x12" if kind is DocumentKind.ACKNOWLEDGEMENT else ENDINGS.get(media_type, ".bin")
        return cls(
            kind=kind,
            name=f"{kind.value}-{digest[:16]}{ending}",
            media_type=media_type,
            size=len(data),
            sha256=digest,
            problem=problem,
        )
