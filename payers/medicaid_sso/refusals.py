"""The portal's sentences instead of data. Each costs one inquiry of those that may be bad: none is asked twice."""

from bots.page import Element, Page
from core.capabilities.claim_status import ClaimNotFound, NotOnFileYet
from core.capabilities.common import BirthDateMismatch, MemberNotFound, NoAnswerNow, NotAuthorised, ProviderNotOnFile


class RefusalPage(Page):
    message = Element()


class RecipientNotFoundPage(RefusalPage, page="recipient_not_found"): ...


class BirthDateMismatchPage(RefusalPage, page="birth_date_mismatch"): ...


class NotPermittedPage(RefusalPage, page="not_permitted"): ...


class ProviderNotEnrolledPage(RefusalPage, page="provider_not_enrolled"): ...


class SystemDownPage(RefusalPage, page="system_down"): ...


class AccessDeniedPage(RefusalPage, page="access_denied"):
    """The account lacks the function."""


class UnknownNumberPage(RefusalPage, page="unknown_number"): ...


class NoClaimsPage(RefusalPage, page="no_claims"): ...


class NotOnFileYetPage(RefusalPage, page="not_on_file_yet"): ...


class UnknownRecipientPage(RefusalPage, page="unknown_recipient"): ...


EligibilityRefusal = MemberNotFound | BirthDateMismatch | NotAuthorised | ProviderNotOnFile | NoAnswerNow
ClaimRefusal = ClaimNotFound | NotOnFileYet | MemberNotFound | ProviderNotOnFile | NoAnswerNow

ELIGIBILITY_REFUSALS: dict[type[RefusalPage], type[EligibilityRefusal]] = {
    RecipientNotFoundPage: MemberNotFound,
    BirthDateMismatchPage: BirthDateMismatch,
    NotPermittedPage: NotAuthorised,
    ProviderNotEnrolledPage: ProviderNotOnFile,
    SystemDownPage: NoAnswerNow,
}
CLAIM_REFUSALS: dict[type[RefusalPage], type[ClaimRefusal]] = {
    UnknownNumberPage: ClaimNotFound,
    NoClaimsPage: ClaimNotFound,
    NotOnFileYetPage: NotOnFileYet,
    UnknownRecipientPage: MemberNotFound,
    ProviderNotEnrolledPage: ProviderNotOnFile,
    SystemDownPage: NoAnswerNow,
}


async def eligibility_refusal(page: RefusalPage) -> EligibilityRefusal:
    return ELIGIBILITY_REFUSALS[type(page)](message=await page.message.text())


async def claim_refusal(page: RefusalPage) -> ClaimRefusal:
    return CLAIM_REFUSALS[type(page)](message=await page.message.text())


async def denied(page: AccessDeniedPage) -> NotAuthorised:
    return NotAuthorised(message=await page.message.text())
