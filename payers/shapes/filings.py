"""What is sent about a claim, and what portals state of it: the claim to act on, the files, the worklist."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import text, us_date
from bots.words import word
from core.capabilities.appeals import Appeal, AppealKind, FiledAppeal, FilingStatus
from core.capabilities.record import Record
from core.errors import PortalChanged
from payers.shapes.claims import Listed

R = TypeVar("R", bound=Record)

KIND = word("appeal_kind", AppealKind)


class FiledLine(Record):
    """A line of a worklist that tells apart how far it is and what was decided."""

    number: str
    claim_number: str
    kind: AppealKind
    submitted_on: date
    status_text: str
    stage: FilingStatus | None
    decision: FilingStatus | None
    decided_on: date | None
    file_names: tuple[str, ...] | None = None

    def filed(self) -> FiledAppeal:
        known = FiledAppeal.model_fields
        return FiledAppeal(**{name: value for name, value in self if name in known}, status=self.decision or self.stage)


class FiledPart(Part[R]):
    number = Field(text)
    claim_number = Field(text)
    submitted_on = Field(us_date)
    status_text = Field(text)
    stage = Field(word("filing_stage", FilingStatus | None))
    decision = Field(word("filing_decision", FilingStatus), optional=True)
    decided_on = Field(us_date, optional=True)


class OfClaim(ReadsInto[R]):
    """Shows whose claim it is about."""

    claim_number = Field(text, identifies="claim_number")
    member_id = Field(text, identifies="member_id")
    birth_date = Field(us_date, identifies="birth_date")


class Named(Record):
    name: str


class FileItem(Part[Named]):
    name = Field(text)


class Files(Record):
    files: tuple[Named, ...]


class FilesPage(ReadsInto[Files]):
    files = Rows(FileItem)


class ReviewPage(OfClaim[Files], FilesPage):
    """All that will be sent, and the button that sends it."""

    send = Element(write=True)


async def check_files(page: ReadsInto[Files], appeal: Appeal) -> None:
    """What the page lists is what was handed over, in whatever order. Raises PortalChanged."""
    listed = sorted(each.name for each in (await page.read()).files)
    if listed != sorted(file.name for file in appeal.files):
        raise PortalChanged(page.page_name, "files", detail="other files are listed than were handed over")


def the_claim(page: Page, rows: Sequence[Listed], appeal: Appeal) -> int | None:
    """The place of the claim in a list in which longer numbers stand as well. Raises PortalChanged for two of them."""
    found = [place for place, row in enumerate(rows) if row.claim_number.upper() == appeal.subject()]
    if len(found) > 1:
        raise PortalChanged(page.page_name, "claims", detail="the same number twice")
    return found[0] if found else None
