"""A card of another member among UCare's authorizations is never taken. No browser."""

from __future__ import annotations

from core.capabilities.authorizations import Authorization, AuthorizationsQuery
from payers.ucare.authorizations import others


def test_a_card_of_another_member_is_told_by_what_differs() -> None:
    query = AuthorizationsQuery.model_validate({"member_id": "1-234", "birth_date": "1980-02-03"})
    card = Authorization(authorization_number="01R", member_id="1234")
    assert others(card.model_copy(update={"birth_date": query.birth_date and query.birth_date.reveal()}), query) == []
    assert others(card, query) == ["birth_date"]
    assert others(card.model_copy(update={"member_id": "12345"}), query) == ["member_id", "birth_date"]
