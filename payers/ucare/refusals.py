"""UCare's sentences instead of data, printed where the result would stand."""

from bots.page import Element, Page
from core.capabilities.claim_status import ClaimNotFound, NotOnFileYet
from core.capabilities.common import BirthDateMismatch, MemberNotFound, NoAnswerNow, NotAuthorised, ProviderNotOnFile


class RefusalPage(Page):
    message = Element()


class MemberNotFoundPage(RefusalPage, page="member_not_found"): ...


class BirthDateMismatchPage(RefusalPage, page="birth_date_mismatch"): ...


class RestrictedPage(RefusalPage, page="restricted"): ...


class ProviderNotOnFilePage(RefusalPage, page="provider_not_on_file"): ...


class NoAnswerNowPage(RefusalPage, page="no_answer_now"): ...


class NoClaimPage(RefusalPage, page="no_claim"):
    """For a claim number that UCare does not know."""


class NoClaimsPage(RefusalPage, page="no_claims"): ...


class NotOnFileYetPage(RefusalPage, page="not_on_file_yet"): ...


EligibilityRefusal = MemberNotFound | BirthDateMismatch | NotAuthorised | ProviderNotOnFile | NoAnswerNow
ClaimRefusal = ClaimNotFound | NotOnFileYet | MemberNotFound | ProviderNotOnFile | NoAnswerNow

ELIGIBILITY_REFUSALS: dict[type[RefusalPage], type[EligibilityRefusal]] = {
    MemberNotFoundPage: MemberNotFound,
    BirthDateMismatchPage: BirthDateMismatch,
    RestrictedPage: NotAuthorised,
    ProviderNotOnFilePage: ProviderNotOnFile,
    NoAnswerNowPage: NoAnswerNow,
}
CLAIM_REFUSALS: dict[type[RefusalPage], type[ClaimRefusal]] = {
    NoClaimPage: ClaimNotFound,
    NoClaimsPage: ClaimNotFound,
    NotOnFileYetPage: NotOnFileYet,
    MemberNotFoundPage: MemberNotFound,
    ProviderNotOnFilePage: ProviderNotOnFile,
    NoAnswerNowPage: NoAnswerNow,
}


async def eligibility_refusal(page: RefusalPage) -> EligibilityRefusal:
    return ELIGIBILITY_REFUSALS[type(page)](message=await page.message.text())


async def claim_refusal(page: RefusalPage) -> ClaimRefusal:
    return CLAIM_REFUSALS[type(page)](message=await page.message.text())
