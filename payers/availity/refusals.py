"""Availity's sentences instead of data, each a page of its own in the selector data."""

from bots.page import Element, Page
from core.capabilities.claim_status import ClaimNotFound, NotOnFileYet
from core.capabilities.common import (
    BirthDateMismatch,
    MemberNotFound,
    NoAnswerNow,
    NotAuthorised,
    ProviderNotOnFile,
    SeveralMatches,
)


class RefusalPage(Page):
    message = Element()


class MemberNotFoundPage(RefusalPage, page="member_not_found"): ...


class BirthDateMismatchPage(RefusalPage, page="birth_date_mismatch"): ...


class SeveralMatchesPage(RefusalPage, page="several_matches"): ...


class NotAuthorisedPage(RefusalPage, page="not_authorised"): ...


class ProviderNotOnFilePage(RefusalPage, page="provider_not_on_file"): ...


class NoAnswerNowPage(RefusalPage, page="no_answer_now"): ...


class AccessDeniedPage(RefusalPage, page="access_denied"):
    """The account lacks the role for the application."""


class ClaimNotFoundPage(RefusalPage, page="claim_not_found"): ...


class NotOnFileYetPage(RefusalPage, page="not_on_file_yet"): ...


EligibilityRefusal = (
    MemberNotFound | BirthDateMismatch | SeveralMatches | NotAuthorised | ProviderNotOnFile | NoAnswerNow
)
ClaimRefusal = MemberNotFound | ClaimNotFound | NotOnFileYet | NotAuthorised | ProviderNotOnFile | NoAnswerNow

ELIGIBILITY_REFUSALS: dict[type[RefusalPage], type[EligibilityRefusal]] = {
    MemberNotFoundPage: MemberNotFound,
    BirthDateMismatchPage: BirthDateMismatch,
    SeveralMatchesPage: SeveralMatches,
    NotAuthorisedPage: NotAuthorised,
    ProviderNotOnFilePage: ProviderNotOnFile,
    NoAnswerNowPage: NoAnswerNow,
}
CLAIM_REFUSALS: dict[type[RefusalPage], type[ClaimRefusal]] = {
    MemberNotFoundPage: MemberNotFound,
    ClaimNotFoundPage: ClaimNotFound,
    NotOnFileYetPage: NotOnFileYet,
    ProviderNotOnFilePage: ProviderNotOnFile,
    NoAnswerNowPage: NoAnswerNow,
}


async def eligibility_refusal(page: RefusalPage) -> EligibilityRefusal:
    return ELIGIBILITY_REFUSALS[type(page)](message=await page.message.text())


async def claim_refusal(page: RefusalPage) -> ClaimRefusal:
    return CLAIM_REFUSALS[type(page)](message=await page.message.text())


async def denied(page: AccessDeniedPage) -> NotAuthorised:
    return NotAuthorised(message=await page.message.text())
