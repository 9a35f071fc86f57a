"""What portals state of authorizations, and how a list of them is walked through."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

from bots.identity import Proof
from bots.page import Element, Field, Part, ReadsInto, Rows
from bots.parse import Unreadable, code, codes, integer, number, one_of, text, us_date
from bots.portal import Portal
from bots.words import taken, word
from core.capabilities.authorizations import (
    Authorization,
    AuthorizationNotFound,
    Authorizations,
    AuthorizationsQuery,
    AuthorizedService,
    Decision,
    Kind,
    Unit,
)
from core.capabilities.record import Record
from core.errors import PortalChanged
from core.identifiers import same_number
from payers.shapes.claims import FIRST_DAY, LAST_DAY
from payers.shapes.coverage import FIRST_NAME, LAST_NAME
from payers.shapes.lists import PagedPage, each_page
from payers.shapes.questions import typed


def decided(printed: str) -> Decision:
    """By the action code of X12."""
    found = Decision.of_action(code(printed))
    if found is None:
        raise Unreadable("not an action code of X12")
    return found


DECISION = word("decision", Decision)
DECISION_OF_CODE = taken("action", "code", parse=decided)
ACTION_CODE = taken("action", "code", parse=code)
STATUS_TEXT = taken("action", "words", parse=text)
COUNT = taken("quantity", "count", parse=number)
PARTY_NAME = taken("party", "name", parse=text)
PARTY_NPI = taken("party", "npi", parse=text)


class ServiceRow(Part[AuthorizedService]):
    line_number = Field(integer)
    procedure_code = Field(text, absent=True)
    revenue_code = Field(text, absent=True)
    modifiers = Field(codes, optional=True, blank=())
    service_from = Field(FIRST_DAY)
    service_to = Field(LAST_DAY)
    unit = Field(taken("quantity", "unit", parse=one_of({unit.value: unit for unit in Unit})))
    units_requested = Field(COUNT, optional=True)
    units_approved = Field(COUNT, optional=True)
    decision = Field(DECISION, optional=True)
    status_text = Field(STATUS_TEXT, optional=True)


R = TypeVar("R", bound=Record)


class Facts(Part[R]):
    """One authorization, but for its numbers and its services."""

    member_id = Field(text, identifies="member_id")
    birth_date = Field(us_date, identifies="birth_date")
    first_name = Field(FIRST_NAME)
    last_name = Field(LAST_NAME)
    decision = Field(DECISION)
    status_text = Field(STATUS_TEXT)
    kind = Field(word("authorization_kind", Kind))
    requesting_name = Field(PARTY_NAME, optional=True)
    requesting_npi = Field(PARTY_NPI, optional=True)
    servicing_name = Field(PARTY_NAME, optional=True)
    servicing_npi = Field(PARTY_NPI, optional=True)
    facility_name = Field(text, optional=True)
    submitted_on = Field(us_date, optional=True)
    decided_on = Field(us_date, optional=True)
    service_from = Field(FIRST_DAY)
    service_to = Field(LAST_DAY)
    valid_from = Field(FIRST_DAY, optional=True)
    valid_to = Field(LAST_DAY, optional=True)
    reason = Field(text, optional=True)
    next_step = Field(text, optional=True)


class Listed(Record):
    """A row of a list. What needs no authorization has the number of the inquiry alone."""

    authorization_number: str | None
    tracking_number: str | None = None


class Listing(Record):
    authorizations: tuple[Record, ...]
    total: int


class ListedRows(Listing):
    authorizations: tuple[Listed, ...]


L = TypeVar("L", bound=Listing)


class SearchedPage(PagedPage[L]):
    """One page of several. It prints what was searched by: a number, or the member with the days or a word for all.
    Longer numbers that begin with the one asked for are listed as well.
    """

    searched_number = Field(text, absent=True, identifies="authorization_number")
    searched_member = Field(text, absent=True, identifies="member_id")
    searched_birth_date = Field(us_date, absent=True, identifies="birth_date")
    searched_dates = Field(text, absent=True, identifies="dates")
    page_number = Field(taken("page", "number", parse=integer), identifies="page")
    total = Field(taken("total", "count", parse=integer))


class NumberedRow(Part[Listed]):
    authorization_number = Field(text)
    open = Element()


class ListedRow(Part[Listed]):
    """Which of the two numbers it has depends on what was decided."""

    authorization_number = Field(text, optional=True)
    tracking_number = Field(text, optional=True)
    open = Element()


class ListPage(SearchedPage[ListedRows]):
    """Its rows are opened one by one."""

    authorizations = Rows(ListedRow)


class LeafPage(ReadsInto[Authorization], Facts[Authorization]):
    """What a row was opened into: by the number of the row it proves which."""

    number = Field(text, optional=True, identifies="authorization_number")
    back = Element()

    async def authorization(self, row: Listed) -> Authorization:
        known = row.authorization_number or row.tracking_number
        tracking = row.tracking_number if row.authorization_number else None
        return await self.read(authorization_number=known, tracking_number=tracking)


class DetailPage(LeafPage):
    """Where each has a second number."""

    tracking = Field(text, optional=True, identifies="tracking_number")


def whom(query: AuthorizationsQuery) -> dict[str, object]:
    return {
        "member_id": query.member_id and query.member_id.reveal(),
        "birth_date": query.birth_date and query.birth_date.reveal(),
    }


def searched_by(query: AuthorizationsQuery, *, every: str, page: int = 1) -> dict[str, object]:
    """What a list must say that it was searched by. `every` is the portal's word for all days."""
    if query.authorization_number is not None:
        return {"authorization_number": query.authorization_number.reveal(), "page": page}
    span = f"{typed(query.from_date)} - {typed(query.to_date)}" if query.from_date else every
    return {**whom(query), "dates": span, "page": page}


def typed_criteria(query: AuthorizationsQuery) -> dict[str, str]:
    """What a form is filled with. Days that are not asked for are emptied: forms keep those of the question before."""
    if query.authorization_number is not None:
        return {"authorization_number": typed(query.authorization_number)}
    return {name: typed(getattr(query, name)) for name in ("member_id", "birth_date", "from_date", "to_date")}


def pages(
    portal: Portal, query: AuthorizationsQuery, listed: PagedPage[L], *, every: str, **proof: object
) -> AsyncIterator[tuple[PagedPage[L], L, Proof]]:
    """As `each_page`. `proof` is what each must show beside what was searched by."""
    return each_page(portal, listed, "authorizations", searched_by(query, every=every) | proof)


def meant(query: AuthorizationsQuery, *numbers: str | None) -> bool:
    """Whether a row with these numbers is asked for, and is no longer number that begins so."""
    wanted = query.authorization_number
    return wanted is None or any(same_number(number, wanted.reveal()) for number in numbers)


async def opened(
    portal: Portal,
    query: AuthorizationsQuery,
    listed: SearchedPage[ListedRows],
    detail: type[LeafPage],
    *,
    every: str,
    comes_back: bool = False,
    **proof: object,
) -> list[Authorization]:
    """Every row of the list that is meant, opened and read. `comes_back` where the list gives way to what is opened,
    and comes up when that is left.
    """
    found = []
    async for page, shown, about in pages(portal, query, listed, every=every, **proof):
        for place, row in enumerate(shown.authorizations):
            if not meant(query, row.authorization_number, row.tracking_number):
                continue
            if row.authorization_number is None and row.tracking_number is None:
                raise PortalChanged(page.page_name, "authorizations.authorization_number", detail="a row without one")
            await page.click_in("authorizations", place, "open")
            payer = portal.payer and portal.payer.label
            of_row = {**whom(query), **row.model_dump(), "payer": payer, **proof}
            leaf = await portal.landed_on(detail, about=of_row)
            found.append(await leaf.authorization(row))
            await leaf.back.click()
            if comes_back:
                await portal.landed_on(type(page), about=about)
    return found


def answer(found: Sequence[Authorization]) -> Authorizations | AuthorizationNotFound:
    in_order = tuple(sorted(found, key=lambda each: each.authorization_number))
    return Authorizations(authorizations=in_order) if in_order else AuthorizationNotFound()
