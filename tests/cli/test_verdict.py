from __future__ import annotations

import json
from typing import Any

import pytest

from cli.demo.verdict import judge
from core.capabilities.catalog import capability

COVERAGE: dict[str, Any] = {
    "outcome": "coverage",
    "member": {"member_id": "W1", "first_name": "Ann", "last_name": "Lee", "birth_date": "1980-02-03"},
    "payer_name": "Aetna",
    "as_of": "2026-11-22",
    "plans": [
        {
            "status": "active",
            "copays": [
                {"service_type_code": "98", "network": "in", "amount": "20.00"},
                {"service_type_code": "98", "network": "out", "amount": "40.00"},
            ],
        }
    ],
}


def verdict(ours: dict[str, Any], true: dict[str, Any] = COVERAGE) -> tuple[str, ...]:
    return judge("eligibility", capability("eligibility").read_answer(json.dumps(ours)), true).differs


def test_order_and_trailing_zeros_do_not_count() -> None:
    copays = [dict(copay) for copay in reversed(COVERAGE["plans"][0]["copays"])]
    copays[1]["amount"] = "20"
    assert verdict(COVERAGE | {"plans": [COVERAGE["plans"][0] | {"copays": copays}]}) == ()


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ({"payer_name": None}, ("payer_name",)),
        ({"as_of": "2026-11-21"}, ("as_of",)),
        ({"plans": []}, ("plans",)),
        ({"member": COVERAGE["member"] | {"birth_date": "1980-03-02"}}, ("member.birth_date",)),
    ],
)
def test_every_difference_is_named_without_its_value(change: dict[str, Any], differs: tuple[str, ...]) -> None:
    assert verdict(COVERAGE | change) == differs


def test_another_outcome_is_one_difference() -> None:
    assert verdict({"outcome": "member_not_found", "message": "No match"}) == ("outcome",)


def test_the_portals_wording_does_not_count() -> None:
    ours = {"outcome": "member_not_found", "message": "No match"}
    assert verdict(ours, {"outcome": "member_not_found", "message": "We found nobody"}) == ()


def test_data_of_somebody_else_is_told_apart() -> None:
    other = COVERAGE | {"member": COVERAGE["member"] | {"member_id": "W2"}}
    judged = judge("eligibility", capability("eligibility").read_answer(json.dumps(other)), COVERAGE)
    assert judged.somebody_else
    assert not judged.correct


def test_what_the_store_says_of_an_answer_is_not_the_portals_truth() -> None:
    before = {"relation": "same", "number": "1", "pulled_at": "2026-11-22T08:00:00Z", "work_item": "item_1"}
    true = {"outcome": "remittances", "payments": [{"number": "1", "amount": "7.00"}]}
    ours = {"outcome": "remittances", "payments": [true["payments"][0] | {"pulled_before": [before]}]}
    answer = capability("remittances").read_answer(json.dumps(ours))
    assert judge("remittances", answer, true).correct
