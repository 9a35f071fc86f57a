"""Files of claims: checked and sent, then listed by portals, with the acknowledgements that they give."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bots.download import Delivery
from bots.identity import Proof
from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import integer, text, us_date
from bots.portal import Portal
from bots.words import taken, word
from core.capabilities.claim_files import (
    AcknowledgedClaim,
    ClaimFile,
    ClaimFilesQuery,
    ClaimFileStatus,
    FiledClaimFile,
)
from core.capabilities.files import Document, DocumentKind
from core.capabilities.record import Record
from core.capabilities.submissions import AlreadyFiled, Confirmed, Refused
from core.errors import PortalChanged
from core.x12.acknowledgement import read_acknowledgement
from core.x12.envelope import Unreadable
from payers.shapes.lists import PagedPage, each_page
from payers.shapes.refusals import RefusalPage


class FileNotTakenPage(RefusalPage[Refused], page="file_not_taken"):
    means = Refused


class CheckedFile(Record):
    file_name: str


class FileCheckPage(ReadsInto[CheckedFile], page="file_check"):
    """What the portal has read of the file, and the button that sends it."""

    file_name = Field(text)
    sender = Field(text, identifies="sender")
    control_number = Field(text, identifies="control_number")
    claims = Field(integer, identifies="claims")
    send = Element(write=True)


class FileReceivedPage(ReadsInto[Confirmed], page="file_received"):
    """One sentence that says it all."""

    control_number = Field(taken("file_received", "control", parse=text), identifies="control_number")
    number = Field(taken("file_received", "number", parse=text))
    received_on = Field(taken("file_received", "day", parse=us_date))


class FileKnownPage(ReadsInto[AlreadyFiled], page="file_known"):
    message = Field(text)
    number = Field(taken("file_known", "number", parse=text))
    received_on = Field(taken("file_known", "day", parse=us_date))


LANDINGS = (FileCheckPage, FileNotTakenPage, FileReceivedPage, FileKnownPage)


async def send_checked(
    portal: Portal,
    file: ClaimFile,
    landings: tuple[type[FileCheckPage], type[FileNotTakenPage], type[FileReceivedPage], type[FileKnownPage]],
) -> Confirmed | AlreadyFiled | Refused:
    """From the file that was handed over to what the portal says of it."""
    check, not_taken, received, known = landings
    about: Proof = {"sender": file.sender, "control_number": file.control_number, "claims": file.claims}
    checked = await portal.landed_on(check, not_taken, about=about)
    if isinstance(checked, FileNotTakenPage):
        return await checked.answer()
    if (await checked.read()).file_name != file.files[0].name:
        raise PortalChanged(checked.page_name, "file_name", detail="not the file that was handed over")
    match await checked.send.send(received, known, about=about):
        case answered:
            return await answered.read()


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


class ListedFiles(Record):
    files: tuple[ListedFile, ...]
    total: int | None


class FileListPage(PagedPage[ListedFiles]):
    """The portal's own count and its way to number pages are added by the adapter."""

    searched_number = Field(text, identifies="control_number")
    files = Rows(FileRow)


def searched_by(query: ClaimFilesQuery, **more: object) -> Proof:
    """What a list must say that it was searched by."""
    return {"control_number": query.control_number, **more}


async def filed(portal: Portal, listed: FileListPage, query: ClaimFilesQuery) -> list[FiledClaimFile]:
    """All that is listed, with the acknowledgements if those are asked for."""
    return [
        await _filed(page, place, row, query)
        async for page, shown, _ in each_page(portal, listed, "files", searched_by(query))
        for place, row in enumerate(shown.files)
    ]


async def _filed(page: Page, place: int, row: ListedFile, query: ClaimFilesQuery) -> FiledClaimFile:
    known = FiledClaimFile.model_fields
    one = FiledClaimFile(**{name: value for name, value in row if name in known})
    if not query.letters or row.control_number != query.control_number:
        return one
    names = [name for name, there in (("take_999", row.has_999), ("take_277", row.has_277)) if there]
    return acknowledged(one, [await page.deliver_in("files", place, name) for name in names])


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
