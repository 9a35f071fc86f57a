"""UnitedHealthcare's sentences instead of data: beside the form, or in a dialog that must be closed."""

from bots.page import Element, Page
from core.capabilities.claim_status import ClaimNotFound, NotOnFileYet
from core.capabilities.common import BirthDateMismatch, MemberNotFound, NoAnswerNow, NotAuthorised, ProviderNotOnFile


class RefusalPage(Page):
    message = Element()


class DialogPage(RefusalPage):
    """Over a spinner that does not go away before the dialog is closed."""

    close = Element()


class MemberNotFoundPage(RefusalPage, page="member_not_found"): ...


class BirthDateMismatchPage(RefusalPage, page="birth_date_mismatch"): ...


class NotAuthorisedPage(RefusalPage, page="not_authorised"): ...


class ProviderNotOnFilePage(RefusalPage, page="provider_not_on_file"): ...


class NoAnswerNowPage(RefusalPage, page="no_answer_now"): ...


class AccessDeniedPage(RefusalPage, page="access_denied"):
    """The account lacks the role for the tool."""


class NoClaimsPage(RefusalPage, page="no_claims"):
    """For a claim number that the payer does not know."""


class NoClaimDialog(DialogPage, page="no_claim_dialog"): ...


class NotOnFileYetDialog(DialogPage, page="not_on_file_yet_dialog"): ...


class NoMemberDialog(DialogPage, page="no_member_dialog"): ...


EligibilityRefusal = MemberNotFound | BirthDateMismatch | NotAuthorised | ProviderNotOnFile | NoAnswerNow
ClaimRefusal = ClaimNotFound | NotOnFileYet | MemberNotFound | ProviderNotOnFile | NoAnswerNow

ELIGIBILITY_REFUSALS: dict[type[RefusalPage], type[EligibilityRefusal]] = {
    MemberNotFoundPage: MemberNotFound,
    BirthDateMismatchPage: BirthDateMismatch,
    NotAuthorisedPage: NotAuthorised,
    ProviderNotOnFilePage: ProviderNotOnFile,
    NoAnswerNowPage: NoAnswerNow,
}
CLAIM_REFUSALS: dict[type[RefusalPage], type[ClaimRefusal]] = {
    NoClaimsPage: ClaimNotFound,
    NoClaimDialog: ClaimNotFound,
    NotOnFileYetDialog: NotOnFileYet,
    NoMemberDialog: MemberNotFound,
    ProviderNotOnFilePage: ProviderNotOnFile,
    NoAnswerNowPage: NoAnswerNow,
}


async def eligibility_refusal(page: RefusalPage) -> EligibilityRefusal:
    return ELIGIBILITY_REFUSALS[type(page)](message=await page.message.text())


async def claim_refusal(page: RefusalPage) -> ClaimRefusal:
    message = await page.message.text()
    if isinstance(page, DialogPage):
        await page.close.click()
    return CLAIM_REFUSALS[type(page)](message=message)


async def denied(page: AccessDeniedPage) -> NotAuthorised:
    return NotAuthorised(message=await page.message.text())
