"""Authorizations: what payers decide, in numbers and states that trip bots, and that the truth tells unknown from 0."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from core.capabilities.catalog import capability
from simulator import oracle
from simulator.questions import questions
from simulator.world import World

PAYERS = ("UHC", "UCARE", "AETNA", "BHIL", "MMAP", "FRANKLIN")


@pytest.mark.parametrize("payer", PAYERS)
def test_a_payer_has_everything_that_is_awkward(world: World, payer: str) -> None:
    listed = world.authorizations[payer]
    tags = {tag for each in listed for tag in (*each.tags, *each.member.tags)}
    assert {"prefix", "units_differ", "not_required", "no_lines", "long_text", "contact_payer", "same_name"} <= tags
    numbers = [each.number for each in listed]
    assert len(set(numbers)) == len(numbers)
    assert any(number.startswith("0") for number in numbers) or any(number[0].isalpha() for number in numbers)
    assert max(Counter((each.member.member_id, each.member.birth_date) for each in listed).values()) > 6


@pytest.mark.parametrize("payer", PAYERS)
def test_what_is_not_decided_has_no_approved_units_and_what_is_certified_has(world: World, payer: str) -> None:
    for each in world.authorizations[payer]:
        open_still = each.decision in {"pended", "contact_payer"}
        assert (each.decided_on is None) is open_still
        assert (each.valid_from is not None) is (each.decision in {"certified", "partly_certified", "modified"})
        for line in each.lines:
            if open_still:
                assert (line.approved, line.used, line.decision) == (None, None, None)
            if line.used:
                assert line.approved is not None
                assert line.used <= line.approved


@pytest.mark.parametrize("payer", PAYERS)
@pytest.mark.parametrize("awkward", [False, True])
def test_the_truth_has_the_shape_of_the_answer(world: World, payer: str, *, awkward: bool) -> None:
    asked = questions(world, "authorizations", payer, count=60, seed=2, awkward=awkward, today=world.today)
    outcomes = set()
    for each in asked:
        capability("authorizations").ask(each["question"])
        true = oracle.truth(world, "authorizations", {**each["question"], "payer": payer}, world.today)
        outcomes.add(capability("authorizations").read_answer(json.dumps(true)).outcome)
        if "authorization_number" in each["question"] and true["outcome"] == "authorizations":
            (found,) = true["authorizations"]
            numbers = (found["authorization_number"], found["tracking_number"])
            assert each["question"]["authorization_number"] in numbers
    expected = {"authorizations", "authorization_not_found", "member_not_found"}
    assert outcomes == (expected if awkward else {"authorizations"})


def test_what_needs_no_authorization_has_the_number_of_the_inquiry_alone(world: World) -> None:
    each = next(each for each in world.authorizations["UHC"] if each.decision == "not_required")
    assert each.tracking
    true = oracle.truth(world, "authorizations", {"payer": "UHC", "authorization_number": each.tracking}, world.today)
    (found,) = true["authorizations"]
    assert (found["authorization_number"], found["tracking_number"]) == (each.tracking, None)
    unknown = {"payer": "UHC", "authorization_number": each.number}
    assert oracle.truth(world, "authorizations", unknown, world.today)["outcome"] == "authorization_not_found"
