"""Availity's sentences instead of data."""

from payers.shapes import refusals
from payers.shapes.refusals import (
    AuthorizationNotFoundPage,
    AuthorizationRefusals,
    ClaimNotFoundPage,
    ClaimRefusals,
    EligibilityRefusals,
    MemberNotFoundPage,
    NoAnswerNowPage,
    NotOnFileYetPage,
    ProviderNotOnFilePage,
    SeveralMatchesPage,
)

ELIGIBILITY_REFUSALS: EligibilityRefusals = (*refusals.ELIGIBILITY_REFUSALS, SeveralMatchesPage)
CLAIM_REFUSALS: ClaimRefusals = (
    MemberNotFoundPage,
    ClaimNotFoundPage,
    NotOnFileYetPage,
    ProviderNotOnFilePage,
    NoAnswerNowPage,
)
AUTHORIZATION_REFUSALS: AuthorizationRefusals = (
    AuthorizationNotFoundPage,
    MemberNotFoundPage,
    ProviderNotOnFilePage,
    NoAnswerNowPage,
)
