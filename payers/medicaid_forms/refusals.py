"""A request that was rejected: the reason stands where the response would, under the same reference number."""

from bots.page import Element, Field, Page, ReadsInto
from bots.parse import integer, text
from core.capabilities.claim_status import ClaimNotFound, NotOnFileYet
from core.capabilities.common import (
    AskElsewhere,
    BirthDateMismatch,
    MemberNotFound,
    NoAnswerNow,
    NotAuthorised,
    ProviderNotOnFile,
    SeveralMatches,
)
from core.capabilities.record import Record
from payers.medicaid_forms.printed import deliverer


class Reason(Record):
    message: str
    count: int | None = None
    name: str | None = None


class RejectedPage(ReadsInto[Reason]):
    reference = Field(text, identifies="reference")
    message = Field(text)


class MemberNotFoundPage(RejectedPage, page="member_not_found"): ...


class BirthDateMismatchPage(RejectedPage, page="birth_date_mismatch"): ...


class SeveralMatchesPage(RejectedPage, page="several_matches"):
    count = Field(integer)


class NotAuthorisedPage(RejectedPage, page="not_authorised"): ...


class ProviderNotOnFilePage(RejectedPage, page="provider_not_on_file"): ...


class NoAnswerNowPage(RejectedPage, page="no_answer_now"): ...


class ClaimNotFoundPage(RejectedPage, page="claim_not_found"): ...


class NotOnFileYetPage(RejectedPage, page="not_on_file_yet"): ...


class AskElsewherePage(RejectedPage, page="ask_elsewhere"):
    name = Field(deliverer)


class AccessDeniedPage(Page, page="access_denied"):
    """The account lacks the role for the transaction."""

    message = Element()


EligibilityRefusal = (
    MemberNotFound | BirthDateMismatch | SeveralMatches | NotAuthorised | ProviderNotOnFile | NoAnswerNow
)
ClaimRefusal = MemberNotFound | ClaimNotFound | NotOnFileYet | AskElsewhere | ProviderNotOnFile | NoAnswerNow

ELIGIBILITY_REFUSALS: dict[type[RejectedPage], type[EligibilityRefusal]] = {
    MemberNotFoundPage: MemberNotFound,
    BirthDateMismatchPage: BirthDateMismatch,
    SeveralMatchesPage: SeveralMatches,
    NotAuthorisedPage: NotAuthorised,
    ProviderNotOnFilePage: ProviderNotOnFile,
    NoAnswerNowPage: NoAnswerNow,
}
CLAIM_REFUSALS: dict[type[RejectedPage], type[ClaimRefusal]] = {
    MemberNotFoundPage: MemberNotFound,
    ClaimNotFoundPage: ClaimNotFound,
    NotOnFileYetPage: NotOnFileYet,
    AskElsewherePage: AskElsewhere,
    ProviderNotOnFilePage: ProviderNotOnFile,
    NoAnswerNowPage: NoAnswerNow,
}


async def said(page: RejectedPage) -> dict[str, object]:
    return (await page.read()).model_dump(exclude_none=True)


async def eligibility_refusal(page: RejectedPage) -> EligibilityRefusal:
    return ELIGIBILITY_REFUSALS[type(page)].model_validate(await said(page))


async def claim_refusal(page: RejectedPage) -> ClaimRefusal:
    return CLAIM_REFUSALS[type(page)].model_validate(await said(page))


async def denied(page: AccessDeniedPage) -> NotAuthorised:
    return NotAuthorised(message=await page.message.text())
