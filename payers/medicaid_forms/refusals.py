"""A request that was rejected: the reason stands where the response would, under the same reference number."""

from bots.page import Field, ReadsInto
from bots.parse import integer, text
from bots.words import taken
from core.capabilities.common import AskElsewhere, SeveralMatches
from core.capabilities.record import Record
from payers.shapes import refusals
from payers.shapes.refusals import AuthorizationRefusals, ClaimRefusals, EligibilityRefusals


class Reason(Record):
    reference: str
    count: int | None = None
    name: str | None = None


class Rejected(ReadsInto[Reason]):
    reference = Field(text, identifies="reference")


class MemberNotFoundPage(refusals.MemberNotFoundPage, Rejected): ...


class BirthDateMismatchPage(refusals.BirthDateMismatchPage, Rejected): ...


class SeveralMatchesPage(refusals.SeveralMatchesPage, Rejected):
    count = Field(integer)

    async def answer(self) -> SeveralMatches:
        count = (await self.read()).count
        return (await super().answer()).model_copy(update={"count": count})


class NotAuthorisedPage(refusals.NotAuthorisedPage, Rejected): ...


class ProviderNotOnFilePage(refusals.ProviderNotOnFilePage, Rejected): ...


class NoAnswerNowPage(refusals.NoAnswerNowPage, Rejected): ...


class ClaimNotFoundPage(refusals.ClaimNotFoundPage, Rejected): ...


class AuthorizationNotFoundPage(refusals.AuthorizationNotFoundPage, Rejected): ...


class NoAuthorizationsPage(refusals.NoAuthorizationsPage, Rejected): ...


class NotOnFileYetPage(refusals.NotOnFileYetPage, Rejected): ...


class AskElsewherePage(refusals.AskElsewherePage, Rejected):
    name = Field(taken("deliverer", "name", parse=text))

    async def answer(self) -> AskElsewhere:
        name = (await self.read()).name
        return (await super().answer()).model_copy(update={"name": name})


ELIGIBILITY_REFUSALS: EligibilityRefusals = (
    MemberNotFoundPage,
    BirthDateMismatchPage,
    SeveralMatchesPage,
    NotAuthorisedPage,
    ProviderNotOnFilePage,
    NoAnswerNowPage,
)
CLAIM_REFUSALS: ClaimRefusals = (
    MemberNotFoundPage,
    ClaimNotFoundPage,
    NotOnFileYetPage,
    AskElsewherePage,
    ProviderNotOnFilePage,
    NoAnswerNowPage,
)
AUTHORIZATION_REFUSALS: AuthorizationRefusals = (
    AuthorizationNotFoundPage,
    NoAuthorizationsPage,
    MemberNotFoundPage,
    ProviderNotOnFilePage,
    NoAnswerNowPage,
)
