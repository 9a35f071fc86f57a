"""UnitedHealthcare's sentences instead of claims or cases: beside the form, or in a dialog that must be closed."""

from bots.page import Element
from core.capabilities.authorizations import AuthorizationNotFound
from core.capabilities.claim_status import ClaimNotFound, NotOnFileYet
from core.capabilities.common import MemberNotFound
from payers.shapes.refusals import (
    A_co,
    AuthorizationNotFoundPage,
    AuthorizationRefusals,
    ClaimNotFoundPage,
    ClaimRefusals,
    NoAnswerNowPage,
    ProviderNotOnFilePage,
    RefusalPage,
)


class Dialog(RefusalPage[A_co]):
    """Over a spinner that does not go away before the dialog is closed."""

    close = Element()

    async def answer(self) -> A_co:
        said = await super().answer()
        await self.close.click()
        return said


class NoClaimsDialog(Dialog[ClaimNotFound], page="no_claims"):
    means = ClaimNotFound


class NotOnFileYetDialog(Dialog[NotOnFileYet], page="not_on_file_yet"):
    means = NotOnFileYet


class NoAuthorizationsDialog(Dialog[AuthorizationNotFound], page="no_authorizations"):
    means = AuthorizationNotFound


class MemberNotFoundDialog(Dialog[MemberNotFound], page="member_not_found_dialog"):
    means = MemberNotFound


CLAIM_REFUSALS: ClaimRefusals = (
    ClaimNotFoundPage,
    NoClaimsDialog,
    NotOnFileYetDialog,
    MemberNotFoundDialog,
    ProviderNotOnFilePage,
    NoAnswerNowPage,
)
AUTHORIZATION_REFUSALS: AuthorizationRefusals = (
    AuthorizationNotFoundPage,
    NoAuthorizationsDialog,
    MemberNotFoundDialog,
    ProviderNotOnFilePage,
    NoAnswerNowPage,
)
