"""What of a list of authorizations is meant, and how their parts are read. No browser."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from bots.words import Vocabulary
from core.capabilities.authorizations import AuthorizationsQuery, Decision, Unit
from payers.shapes.authorizations import (
    ACTION_CODE,
    DECISION_OF_CODE,
    STATUS_TEXT,
    ServiceRow,
    answer,
    meant,
    searched_by,
    typed_criteria,
)

CODED = Vocabulary(patterns={"action": re.compile(r"(?P<code>\w{1,2}) - (?P<words>.+)")})
COUNTED = Vocabulary(patterns={"quantity": re.compile(r"(?P<count>[\d,]+) (?P<unit>\w+)")})
MEMBER = AuthorizationsQuery.model_validate({"member_id": "W1", "birth_date": "1980-02-03"})


def test_a_decision_is_read_by_its_code() -> None:
    printed = "A2 - Certified - Partial"
    assert DECISION_OF_CODE.read(printed, CODED) is Decision.PARTLY_CERTIFIED
    assert (ACTION_CODE.read(printed, CODED), STATUS_TEXT.read(printed, CODED)) == ("A2", "Certified - Partial")


@pytest.mark.parametrize("printed", ["A5 - Certified", "Certified in Total", "A1"])
def test_a_code_that_x12_does_not_have_is_not_guessed(printed: str) -> None:
    with pytest.raises(ValueError, match="not "):
        DECISION_OF_CODE.read(printed, CODED)


def test_a_count_and_its_unit_stand_together_or_alone() -> None:
    fields = ServiceRow.fields
    unit, approved = fields["unit"], fields["units_approved"]
    assert unit.value("1,200 units", page="p", name="n", words=COUNTED) is Unit.UNITS
    assert approved.value("1,200 units", page="p", name="n", words=COUNTED) == Decimal(1200)
    assert unit.value("Visits", page="p", name="n") is Unit.VISITS
    assert approved.value("0", page="p", name="n") == 0
    assert approved.value("—", page="p", name="n") is None


def test_longer_numbers_are_not_meant_and_either_number_is() -> None:
    query = AuthorizationsQuery.model_validate({"authorization_number": " d012 "})
    assert meant(query, "A7", "D012")
    assert not meant(query, "A7", "D0123")
    assert not meant(query, None, None)
    assert meant(MEMBER, "A7", None)


def test_a_list_proves_the_days_that_were_asked_for_and_that_none_were() -> None:
    ranged = MEMBER.model_copy(update={"from_date": date(2026, 1, 2), "to_date": date(2026, 2, 3)})
    assert searched_by(ranged, every="All")["dates"] == "01/02/2026 - 02/03/2026"
    assert searched_by(MEMBER, every="All", page=2) == {
        "member_id": "W1",
        "birth_date": date(1980, 2, 3),
        "dates": "All",
        "page": 2,
    }
    assert typed_criteria(MEMBER)["from_date"] == ""


def test_nothing_that_is_meant_is_an_answer() -> None:
    assert answer([]).outcome == "authorization_not_found"
