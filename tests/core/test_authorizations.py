"""What may be asked about authorizations, and what an answer says of itself."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.capabilities.authorizations import Authorization, Authorizations, AuthorizedService, Decision
from core.capabilities.catalog import capability
from core.errors import RequestInvalid

TODAY = date.today()
WHOM = {"member_id": "W1", "birth_date": "1980-02-03"}


def days(start: int, end: int) -> dict[str, str]:
    return {
        "from_date": (TODAY + timedelta(days=start)).isoformat(),
        "to_date": (TODAY + timedelta(days=end)).isoformat(),
    }


@pytest.mark.parametrize(
    "keys", [{"authorization_number": "000123"}, WHOM, WHOM | days(-30, 60), WHOM | {"provider_npi": "1457398216"}]
)
def test_one_way_is_enough(keys: dict[str, str]) -> None:
    capability("authorizations").ask(keys)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({}, "Exactly one is needed"),
        ({"provider_npi": "1457398216"}, "Exactly one is needed"),
        ({"authorization_number": "A1"} | WHOM, "Exactly one is needed"),
        ({"authorization_number": "A1"} | days(0, 1), "Exactly one is needed"),
        ({"member_id": "W1"}, "Birth_date is needed as well"),
        (days(0, 1), "Member_id is needed as well"),
        (WHOM | {"from_date": TODAY.isoformat()}, "To_date is needed as well"),
        (WHOM | days(2, 1), "From_date lies after to_date"),
        (WHOM | days(-200, 167), "may lie 366 days apart at most"),
        (WHOM | days(-2000, -1990), "from_date must lie between"),
        (WHOM | {"provider_npi": "1457398217"}, "is not an NPI"),
    ],
)
def test_anything_else_is_told_in_a_sentence(keys: dict[str, str], said: str) -> None:
    with pytest.raises(RequestInvalid, match=said):
        capability("authorizations").ask(keys)


def test_every_action_code_has_its_decision_and_no_other() -> None:
    codes = ("A1", "A2", "A3", "A4", "A6", "C", "CT", "NA")
    assert {Decision.of_action(code) for code in codes} == set(Decision)
    assert Decision.of_action("A5") is None


def test_what_is_not_stated_stays_none() -> None:
    line = AuthorizedService(line_number=1)
    assert (line.units_requested, line.units_approved, line.units_used) == (None, None, None)


def test_an_answer_says_what_was_decided_and_of_nobody() -> None:
    found = Authorizations(
        authorizations=(
            Authorization(authorization_number="0012A", decision=Decision.PENDED, last_name="Harlowick"),
            Authorization(authorization_number="0013A", decision=Decision.PARTLY_CERTIFIED),
        )
    )
    assert found.sentence == "2 authorizations: partly certified, pended."
    assert "Harlowick" not in repr(found)
    assert Authorizations(authorizations=(Authorization(authorization_number="7"),)).sentence == (
        "1 authorization: state not stated."
    )
