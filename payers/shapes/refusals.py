"""Sentences instead of data: each a page of its own in the selector data, under these names."""

from __future__ import annotations

from typing import Generic, TypeVar

from bots.page import Element, Page
from core.capabilities.authorizations import AuthorizationNotFound
from core.capabilities.claim_status import ClaimNotFound, NotOnFileYet
from core.capabilities.common import (
    AskElsewhere,
    BirthDateMismatch,
    MemberNotFound,
    NoAnswerNow,
    NotAuthorised,
    PortalSays,
    ProviderNotOnFile,
    SeveralMatches,
)

A_co = TypeVar("A_co", bound=PortalSays, covariant=True)


class RefusalPage(Page, Generic[A_co]):
    means: type[A_co]
    message = Element()

    async def answer(self) -> A_co:
        """Raises PortalUnavailable where the page's own words are about a connection that broke."""
        if lost := self.portal.window.traffic.lost:
            raise lost
        return self.means.model_validate({"message": await self.message.text()})


class MemberNotFoundPage(RefusalPage[MemberNotFound], page="member_not_found"):
    means = MemberNotFound


class BirthDateMismatchPage(RefusalPage[BirthDateMismatch], page="birth_date_mismatch"):
    means = BirthDateMismatch


class SeveralMatchesPage(RefusalPage[SeveralMatches], page="several_matches"):
    means = SeveralMatches


class NotAuthorisedPage(RefusalPage[NotAuthorised], page="not_authorised"):
    """Not about this member."""

    means = NotAuthorised


class AccessDeniedPage(RefusalPage[NotAuthorised], page="access_denied"):
    """The account lacks the role for the tool."""

    means = NotAuthorised


class ProviderNotOnFilePage(RefusalPage[ProviderNotOnFile], page="provider_not_on_file"):
    means = ProviderNotOnFile


class NoAnswerNowPage(RefusalPage[NoAnswerNow], page="no_answer_now"):
    means = NoAnswerNow


class ClaimNotFoundPage(RefusalPage[ClaimNotFound], page="claim_not_found"):
    """No claim of this number."""

    means = ClaimNotFound


class NoClaimsPage(RefusalPage[ClaimNotFound], page="no_claims"):
    """No claim of this member on these days."""

    means = ClaimNotFound


class NotOnFileYetPage(RefusalPage[NotOnFileYet], page="not_on_file_yet"):
    means = NotOnFileYet


class AuthorizationNotFoundPage(RefusalPage[AuthorizationNotFound], page="authorization_not_found"):
    """No authorization of this number."""

    means = AuthorizationNotFound


class NoAuthorizationsPage(RefusalPage[AuthorizationNotFound], page="no_authorizations"):
    """None of this member on these days."""

    means = AuthorizationNotFound


class AskElsewherePage(RefusalPage[AskElsewhere], page="ask_elsewhere"):
    means = AskElsewhere


EligibilityRefusal = (
    MemberNotFound | BirthDateMismatch | SeveralMatches | NotAuthorised | ProviderNotOnFile | AskElsewhere | NoAnswerNow
)
ClaimRefusal = ClaimNotFound | NotOnFileYet | MemberNotFound | ProviderNotOnFile | AskElsewhere | NoAnswerNow
AuthorizationRefusal = AuthorizationNotFound | MemberNotFound | ProviderNotOnFile | AskElsewhere | NoAnswerNow
EligibilityRefusals = tuple[type[RefusalPage[EligibilityRefusal]], ...]
ClaimRefusals = tuple[type[RefusalPage[ClaimRefusal]], ...]
AuthorizationRefusals = tuple[type[RefusalPage[AuthorizationRefusal]], ...]

ELIGIBILITY_REFUSALS: EligibilityRefusals = (
    MemberNotFoundPage,
    BirthDateMismatchPage,
    NotAuthorisedPage,
    ProviderNotOnFilePage,
    NoAnswerNowPage,
)
"""What portals commonly say instead of coverage."""

CLAIM_REFUSALS: ClaimRefusals = (
    ClaimNotFoundPage,
    NoClaimsPage,
    NotOnFileYetPage,
    MemberNotFoundPage,
    ProviderNotOnFilePage,
    NoAnswerNowPage,
)
"""What portals commonly say instead of claims."""

AUTHORIZATION_REFUSALS: AuthorizationRefusals = (
    AuthorizationNotFoundPage,
    NoAuthorizationsPage,
    MemberNotFoundPage,
    ProviderNotOnFilePage,
    NoAnswerNowPage,
)
"""What portals commonly say instead of authorizations."""
