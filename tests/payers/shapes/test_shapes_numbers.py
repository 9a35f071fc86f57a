"""Which rows of a list a number means, however portal and person write it. No browser."""

from __future__ import annotations

from datetime import date
from typing import cast

import pytest

from bots.page import Page
from core.capabilities.appeals import Appeal, AppealsQuery
from core.capabilities.authorizations import AuthorizationsQuery
from core.capabilities.claim_status import ClaimStatusQuery
from core.capabilities.messages import MessagesQuery
from core.capabilities.remittances import RemittancesQuery
from core.phi import Phi
from payers.shapes import authorizations, claim_status, filings
from payers.shapes.claims import Listed

ASKED = "20260112003a"
DAY = date(2026, 1, 12)
APPEAL = Appeal.model_construct(claim_number=Phi(ASKED))


def meant(shown: str) -> set[bool]:
    row = Listed(claim_number=shown)
    claim = ClaimStatusQuery.model_construct(claim_number=Phi(ASKED))
    authorization = AuthorizationsQuery.model_construct(authorization_number=Phi(ASKED))
    return {
        bool(claim_status.meant(claim, [row])),
        authorizations.meant(authorization, None, shown),
        filings.the_claim(cast("Page", None), [row], APPEAL) == 0,
        AppealsQuery.model_construct(claim_number=Phi(ASKED), kind=None).means(shown, None),
        RemittancesQuery(claim_number=ASKED).means("7", DAY, shown),
        RemittancesQuery(check_number=ASKED).means(shown, DAY, None),
        MessagesQuery.model_construct(claim_number=Phi(ASKED)).about((shown,)),
    }


@pytest.mark.parametrize("shown", ["20260112003A", "20260112003a", "2026-0112-003A", "2026 0112 003A"])
def test_a_number_is_the_same_however_it_is_printed(shown: str) -> None:
    assert meant(shown) == {True}


@pytest.mark.parametrize("shown", ["20260112003A1", "2026-0112-003A-01", "020260112003A", "0112003A"])
def test_a_longer_number_is_another(shown: str) -> None:
    assert meant(shown) == {False}
