"""Sentences in red instead of data. Two of them mean that the newer portal is the one to ask."""

from bots.page import Element, Page
from core.capabilities.claim_status import ClaimNotFound, NotOnFileYet
from core.capabilities.common import (
    AskElsewhere,
    BirthDateMismatch,
    MemberNotFound,
    NoAnswerNow,
    NotAuthorised,
    ProviderNotOnFile,
)

NEWER = "ucare"


class RefusalPage(Page):
    message = Element()


class MemberNotFoundPage(RefusalPage, page="member_not_found"): ...


class BirthDateMismatchPage(RefusalPage, page="birth_date_mismatch"): ...


class RestrictedPage(RefusalPage, page="restricted"): ...


class GroupNotOnFilePage(RefusalPage, page="group_not_on_file"): ...


class HostDownPage(RefusalPage, page="host_down"): ...


class NoClaimPage(RefusalPage, page="no_claim"): ...


class NoClaimsPage(RefusalPage, page="no_claims"): ...


class NotOnFileYetPage(RefusalPage, page="not_on_file_yet"): ...


class MovedPage(RefusalPage, page="moved"):
    """The days asked about lie after the hand-over."""


class AccessDeniedPage(RefusalPage, page="access_denied"):
    """The account's profile lacks the tool."""


EligibilityRefusal = MemberNotFound | BirthDateMismatch | NotAuthorised | ProviderNotOnFile | NoAnswerNow
ClaimRefusal = ClaimNotFound | NotOnFileYet | MemberNotFound | ProviderNotOnFile | NoAnswerNow

ELIGIBILITY_REFUSALS: dict[type[RefusalPage], type[EligibilityRefusal]] = {
    MemberNotFoundPage: MemberNotFound,
    BirthDateMismatchPage: BirthDateMismatch,
    RestrictedPage: NotAuthorised,
    GroupNotOnFilePage: ProviderNotOnFile,
    HostDownPage: NoAnswerNow,
}
CLAIM_REFUSALS: dict[type[RefusalPage], type[ClaimRefusal]] = {
    NoClaimPage: ClaimNotFound,
    NoClaimsPage: ClaimNotFound,
    NotOnFileYetPage: NotOnFileYet,
    MemberNotFoundPage: MemberNotFound,
    GroupNotOnFilePage: ProviderNotOnFile,
    HostDownPage: NoAnswerNow,
}


async def eligibility_refusal(page: RefusalPage) -> EligibilityRefusal | AskElsewhere:
    message = await page.message.text()
    if isinstance(page, MovedPage):
        return AskElsewhere(message=message, portal=NEWER)
    return ELIGIBILITY_REFUSALS[type(page)](message=message)


async def claim_refusal(page: RefusalPage) -> ClaimRefusal | AskElsewhere:
    message = await page.message.text()
    if isinstance(page, MovedPage):
        return AskElsewhere(message=message, portal=NEWER)
    return CLAIM_REFUSALS[type(page)](message=message)


async def denied(page: AccessDeniedPage) -> NotAuthorised:
    return NotAuthorised(message=await page.message.text())
