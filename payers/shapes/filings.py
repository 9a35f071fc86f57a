"""What is sent about a claim, and what portals state of it: the claim to act on, the files, the worklist."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from bots.page import Element, Field, Page, Part, ReadsInto
from bots.parse import integer, text, us_date
from bots.portal import Portal
from bots.words import word
from core.capabilities.appeals import Appeal, AppealKind, AppealReason, AppealsQuery, FiledAppeal, FilingStatus
from core.capabilities.files import DocumentKind
from core.capabilities.record import Record
from core.errors import PortalChanged
from core.identifiers import same_number
from payers.shapes.claims import Listed
from payers.shapes.lists import PagedPage, each_page
from payers.shapes.submissions import Named, Sending, SendingPage, about

R = TypeVar("R", bound=Record)

KIND = word("appeal_kind", AppealKind)
REASON = word("appeal_reason", AppealReason)


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
    offered: str | None = None
    """What the link to the payer's decision says, where there is one."""

    def filed(self) -> FiledAppeal:
        known = FiledAppeal.model_fields
        return FiledAppeal(**{name: value for name, value in self if name in known}, status=self.decision or self.stage)


class DocumentedLine(FiledLine):
    """With the names of its files in a list."""

    documents: tuple[Named, ...]

    def filed(self) -> FiledAppeal:
        return super().filed().model_copy(update={"file_names": tuple(each.name for each in self.documents)})


class FiledPart(Part[R]):
    number = Field(text)
    claim_number = Field(text)
    submitted_on = Field(us_date)
    status_text = Field(text)
    stage = Field(word("filing_stage", FilingStatus | None))
    decision = Field(word("filing_decision", FilingStatus), optional=True)
    decided_on = Field(us_date, optional=True)


class LetterPart(FiledPart[R]):
    """Gives the payer's decision, where there is one."""

    offered = Field(text, absent=True)
    take = Element()


class OfClaim(ReadsInto[R]):
    """Shows whose claim it is about."""

    claim_number = Field(text, identifies="claim_number")
    member_id = Field(text, identifies="member_id")
    birth_date = Field(us_date, identifies="birth_date")


class ReviewPage(SendingPage, OfClaim[Sending]):
    kind = Field(KIND, identifies="kind")
    reason = Field(REASON, identifies="reason")


class Filings(Record):
    appeals: tuple[FiledLine, ...]
    total: int


F = TypeVar("F", bound=Filings)


class FilingsPage(PagedPage[F]):
    """A page of the worklist, with the claim whose lines were searched for."""

    searched_number = Field(text, identifies="claim_number")
    total = Field(integer)


async def filed(portal: Portal, listed: FilingsPage[F], query: AppealsQuery) -> list[FiledAppeal]:
    """All of the worklist, from its first page on."""
    return [
        await with_letter(page, "appeals", place, line, query)
        async for page, shown, _ in each_page(portal, listed, "appeals", about(query))
        for place, line in enumerate(shown.appeals)
    ]


async def with_letter(page: Page, rows: str, place: int, line: FiledLine, query: AppealsQuery) -> FiledAppeal:
    """With the payer's decision, if it is asked for and there: whatever comes is kept, and told with its problem."""
    found = line.filed()
    if not query.letters or line.offered is None or not query.means(line.claim_number, line.kind):
        return found
    letter = await page.deliver_in(rows, place, "take")
    return found.model_copy(update={"letter": letter.document(DocumentKind.LETTER)})


def the_claim(page: Page, rows: Sequence[Listed], appeal: Appeal) -> int | None:
    """The place of the claim in a list in which longer numbers stand as well. Raises PortalChanged for two of them."""
    wanted = appeal.claim_number.reveal()
    found = [place for place, row in enumerate(rows) if same_number(row.claim_number, wanted)]
    if len(found) > 1:
        raise PortalChanged(page.page_name, "claims", detail="the same number twice")
    return found[0] if found else None
