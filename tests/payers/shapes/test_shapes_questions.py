"""What every adapter makes of a question, and of the rows that a list shows for it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.capabilities.claim_status import Claim, ClaimNotFound, Claims, ClaimStatusQuery, Lifecycle
from core.phi import Phi
from payers.shapes.claim_status import answer, meant, searched_by, typed_criteria
from payers.shapes.claims import Listed, Payment, claim
from payers.shapes.questions import typed


class InCards(Claim):
    cards: tuple[str, ...] = ()


DAY = date.today() - timedelta(days=30)
BY_MEMBER = {"member_id": "W1", "birth_date": date(1980, 2, 3), "from_date": DAY, "to_date": DAY}
BY_NUMBER = ClaimStatusQuery.model_validate({"claim_number": " ab12 ", **BY_MEMBER})


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (Phi("W1"), "W1"),
        (Phi(date(1980, 2, 3)), "02/03/1980"),
        (date(2026, 1, 2), "01/02/2026"),
        (None, ""),
        ("x", "x"),
    ],
)
def test_a_form_is_typed_in_the_payers_spelling(value: Phi[object] | date | str | None, printed: str) -> None:
    assert typed(value) == printed


def test_a_number_is_searched_by_alone() -> None:
    assert set(searched_by(BY_NUMBER, page=2)) == {"claim_number", "page"}
    assert set(typed_criteria(BY_NUMBER)) == {"claim_number"}


def test_without_a_number_the_member_is_searched_by_with_the_days() -> None:
    query = ClaimStatusQuery.model_validate(BY_MEMBER)
    assert searched_by(query) == BY_MEMBER
    assert typed_criteria(query)["birth_date"] == "02/03/1980"


def test_longer_numbers_are_not_meant() -> None:
    rows = [Listed(claim_number=number) for number in ("AB123", "AB12", "AB12-1")]
    assert [place for place, _ in meant(BY_NUMBER, rows)] == [1]
    assert len(meant(ClaimStatusQuery.model_validate(BY_MEMBER), rows)) == 3


def test_no_claim_is_an_answer_and_claims_are_in_order() -> None:
    assert isinstance(answer([], "Claims may take days."), ClaimNotFound)
    found = answer([Claim(claim_number="2"), Claim(claim_number="1")], None, "Claims may take days.")
    assert isinstance(found, Claims)
    assert [each.claim_number for each in found.claims] == ["1", "2"]
    assert found.notes == ("Claims may take days.",)


def test_a_claim_is_put_together_from_what_stands_apart() -> None:
    shown = InCards(claim_number="1", cards=("payment",), lifecycle=Lifecycle.PAID)
    whole = claim(shown, payment=Payment(check_number="77"), finalized_on=DAY)
    assert type(whole) is Claim
    assert (whole.claim_number, whole.check_number, whole.finalized_on) == ("1", "77", DAY)
