"""Files of claims, as portals list them, with the acknowledgements that they give, kept and read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bots.download import Delivery
from bots.page import Element, Field, Page, Part
from bots.parse import text, us_date
from bots.words import word
from core.capabilities.claim_files import AcknowledgedClaim, ClaimFilesQuery, ClaimFileStatus, FiledClaimFile
from core.capabilities.files import Document, DocumentKind
from core.capabilities.record import Record
from core.x12.acknowledgement import read_acknowledgement
from core.x12.envelope import Unreadable


class ListedFile(Record):
    number: str
    file_name: str
    control_number: str
    submitted_on: date
    status: ClaimFileStatus
    status_text: str
    has_999: str | None
    has_277: str | None


class FileRow(Part[ListedFile]):
    """Gives a 999 and a 277CA, where they have come."""

    number = Field(text)
    file_name = Field(text)
    control_number = Field(text)
    submitted_on = Field(us_date)
    status_text = Field(text)
    status = Field(word("file_status", ClaimFileStatus))
    has_999 = Field(text, absent=True)
    has_277 = Field(text, absent=True)
    take_999 = Element()
    take_277 = Element()


async def filed(page: Page, rows: str, listed: Sequence[ListedFile], query: ClaimFilesQuery) -> list[FiledClaimFile]:
    """With their acknowledgements, if those are asked for."""
    return [await _filed(page, rows, place, each, query) for place, each in enumerate(listed)]


async def _filed(page: Page, rows: str, place: int, row: ListedFile, query: ClaimFilesQuery) -> FiledClaimFile:
    known = FiledClaimFile.model_fields
    one = FiledClaimFile(**{name: value for name, value in row if name in known})
    if not query.letters or row.control_number != query.control_number:
        return one
    names = [name for name, there in (("take_999", row.has_999), ("take_277", row.has_277)) if there]
    return acknowledged(one, [await page.deliver_in(rows, place, name) for name in names])


def acknowledged(filed: FiledClaimFile, given: Sequence[Delivery]) -> FiledClaimFile:
    """With what these say, the last of them its letter. What cannot be read is kept, with its problem."""
    documents: list[Document] = []
    claims: list[AcknowledgedClaim] = []
    faults: list[str] = []
    for each in given:
        document = each.document(DocumentKind.ACKNOWLEDGEMENT)
        told = read_acknowledgement(each.data) if document.problem is None else None
        if isinstance(told, Unreadable):
            document = document.model_copy(update={"problem": told.sentence})
        elif told is not None:
            claims += told.claims
            faults += told.faults
        documents.append(document)
    return filed.model_copy(
        update={
            "letter": documents[-1] if documents else None,
            "acknowledged": tuple(claims),
            "faults": tuple(faults),
            "documents": tuple(documents),
        }
    )
