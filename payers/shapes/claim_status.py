"""From a question about claims to the rows of a list that are really meant."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence

from bots.page import Page
from bots.portal import Portal
from core.capabilities.claim_status import Claim, ClaimNotFound, Claims, ClaimStatusQuery, Lifecycle, ListedClaim
from core.errors import PortalChanged
from core.identifiers import same_number
from payers.shapes.claims import Listed, PagedListPage
from payers.shapes.lists import each_page
from payers.shapes.questions import typed

DECIDED = {Lifecycle.PAID, Lifecycle.DENIED, Lifecycle.FINALIZED_NO_PAYMENT}
CRITERIA = ("claim_number", "member_id", "birth_date", "from_date", "to_date")


def searched_by(query: ClaimStatusQuery, **more: object) -> dict[str, object]:
    """The number alone, or the member with the days: what the list must say that it was searched by. The list of the
    search before stays on the screen for a while.
    """
    if query.claim_number is not None:
        return {"claim_number": query.claim_number.reveal(), **more}
    return {
        "member_id": query.member_id and query.member_id.reveal(),
        "birth_date": query.birth_date and query.birth_date.reveal(),
        "from_date": query.from_date,
        "to_date": query.to_date,
        **more,
    }


def typed_criteria(query: ClaimStatusQuery) -> dict[str, str]:
    """What a form is filled with: only what is searched by."""
    names = ("claim_number",) if query.claim_number is not None else CRITERIA[1:]
    return {name: typed(getattr(query, name)) for name in names}


def opened(query: ClaimStatusQuery, row: Listed) -> dict[str, object]:
    """What the claim must show that was opened from this row."""
    return {
        "claim_number": row.claim_number,
        "member_id": query.member_id and query.member_id.reveal(),
        "birth_date": query.birth_date and query.birth_date.reveal(),
    }


def meant(query: ClaimStatusQuery, rows: Sequence[Listed]) -> list[tuple[int, Listed]]:
    """The rows to open, with their places: longer numbers that begin with the one asked for are another claim."""
    wanted = query.claim_number.reveal() if query.claim_number is not None else None
    return [(place, row) for place, row in enumerate(rows) if wanted is None or same_number(row.claim_number, wanted)]


async def walk(
    portal: Portal, query: ClaimStatusQuery, listed: PagedListPage, *, comes_back: bool, **proof: object
) -> AsyncIterator[Listed]:
    """Through every page of a list. Each row that is meant is opened, and given to read the claim; `comes_back` where
    the list gives way to the claim, and comes up again when that is left. `proof` is what every page of it must show.
    """
    async for page, rows, about in each_page(portal, listed, "claims", searched_by(query, **proof)):
        for place, row in meant(query, rows.claims):
            await page.click_in("claims", place, "open")
            yield row
            if comes_back:
                await portal.landed_on(type(page), about=about)


def checked(page: Page, claim: Claim, row: Listed) -> Claim:
    """With what its list says otherwise. Raises PortalChanged for a decided claim without lines."""
    decided = claim.lifecycle in DECIDED or (claim.category_code or "").startswith("F")
    if decided and not claim.lines:
        raise PortalChanged(page.page_name, "lines", detail="a decided claim without lines")
    says = {name: getattr(row, name) for name in ListedClaim.model_fields}
    otherwise = {name: said for name, said in says.items() if said is not None and said != getattr(claim, name)}
    return claim.model_copy(update={"listed": ListedClaim(**otherwise)}) if otherwise else claim


def answer(claims: Iterable[Claim], *notices: str | None) -> Claims | ClaimNotFound:
    """With what the portal said beside the rows."""
    in_order = tuple(sorted(claims, key=lambda claim: claim.claim_number))
    return Claims(claims=in_order, notes=tuple(filter(None, notices))) if in_order else ClaimNotFound()
