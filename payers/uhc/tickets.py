"""What UnitedHealthcare states of disputes: the actions on a claim, the form of a request, and tickets in TrackIt."""

from bots.page import Element, Field, Page, Part, Rows
from bots.parse import integer, text
from bots.words import taken, word
from core.capabilities.appeals import AppealKind
from core.capabilities.record import Record
from payers.shapes import filings
from payers.shapes.claims import ListedClaims, ListPage
from payers.shapes.filings import KIND, FiledLine, FiledPart, OfClaim
from payers.shapes.lists import GrowingPage
from payers.uhc import handing_in


class FindClaimPage(Page, page="find_claim"):
    search_type = Element()
    claim_number = Element()
    submit = Element()


class FoundClaimsPage(ListPage, GrowingPage[ListedClaims], page="found_claims"):
    searched_number = Field(text, identifies="claim_number")


class Action(Record):
    kind: AppealKind | None
    closed: str | None


class ActionItem(Part[Action]):
    """`closed` is why the button is grey."""

    kind = Field(word("action", AppealKind | None))
    closed = Field(text, absent=True)
    open = Element()


class Actions(Record):
    actions: tuple[Action, ...]


class ActOnClaimPage(OfClaim[Actions], page="act_on_claim"):
    """Here when the last card of the claim has loaded."""

    actions = Rows(ActionItem)


class RequestPage(OfClaim[Record], handing_in.FormPage, page="request"):
    reason = Element()


class ReviewPage(filings.ReviewPage, handing_in.LookedOverPage, page="review"): ...


class ReceivedPage(handing_in.ReceivedPage, page="received"):
    claim_number = Field(text, identifies="claim_number")


class TrackItPage(Page, page="trackit"):
    claim_number = Element()
    submit = Element()


def names(printed: str) -> tuple[str, ...]:
    return tuple(printed.split("; "))


class TicketItem(FiledPart[FiledLine]):
    kind = Field(KIND)
    file_names = Field(names, optional=True)


class Tickets(Record):
    tickets: tuple[FiledLine, ...]
    total: int


class TicketsPage(GrowingPage[Tickets], page="tickets"):
    """What the search before found stays until this one has ended."""

    searched_number = Field(text, identifies="claim_number")
    tickets = Rows(TicketItem)
    total = Field(taken("total", "count", parse=integer))
