"""Optum Pay's sentences instead of payments."""

from bots.page import Element, Page
from core.capabilities.common import NoAnswerNow, NotAuthorised, ProviderNotOnFile
from core.capabilities.remittances import RemittanceNotFound


class RefusalPage(Page):
    message = Element()


class NotFoundPage(RefusalPage, page="not_found"):
    """Its sentence names the first day that is still shown: what is older is not found either."""


class NotEnrolledPage(RefusalPage, page="not_enrolled"): ...


class NoAnswerNowPage(RefusalPage, page="no_answer_now"): ...


class AccessDeniedPage(RefusalPage, page="access_denied"):
    """The account lacks the role for remittances."""


Refusal = RemittanceNotFound | ProviderNotOnFile | NoAnswerNow
REFUSALS: dict[type[RefusalPage], type[Refusal]] = {
    NotFoundPage: RemittanceNotFound,
    NotEnrolledPage: ProviderNotOnFile,
    NoAnswerNowPage: NoAnswerNow,
}


async def refusal(page: RefusalPage) -> Refusal:
    return REFUSALS[type(page)](message=await page.message.text())


async def denied(page: AccessDeniedPage) -> NotAuthorised:
    return NotAuthorised(message=await page.message.text())
