from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest

from simulator.claims import ZERO
from simulator.world import PAYERS, World

TODAY = date(2026, 8, 20)


def test_there_are_thousands(world: World) -> None:
    assert sum(map(len, world.members.values())) >= 3000
    assert sum(map(len, world.claims.values())) >= 6000


def test_a_seed_makes_the_same_world_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A small one, of every kind of people. On any day, whichever of them happen to have claims."""
    monkeypatch.setattr("simulator.world.MEMBERS_PER_PAYER", 150)
    world, again = World(7, TODAY), World(7, TODAY)
    grown = ("members", "claims", "payments", "older_payments", "mail", "papers", "staff", "authorizations")
    for kind in grown:
        assert getattr(again, kind) == getattr(world, kind)
    assert World(8, TODAY).members != world.members


@pytest.mark.parametrize("payer", PAYERS)
@pytest.mark.parametrize(
    "tag",
    [
        "apostrophe", "diacritics", "hyphen", "markup", "formula", "very_long", "single_letter", "twin", "same_name",
        "restricted", "terminated", "future", "renewed", "two_plans", "cob",
    ],
)  # fmt: skip
def test_every_payer_has_every_kind_of_awkward_member(world: World, payer: str, tag: str) -> None:
    assert any(tag in member.tags for member in world.members[payer])


@pytest.mark.parametrize("payer", PAYERS)
def test_every_payer_has_claims_in_every_state(world: World, payer: str) -> None:
    states = {claim.lifecycle for claim in world.claims[payer]}
    assert states == {
        "received", "accepted", "pending", "info_requested", "rejected", "paid", "denied", "finalized_no_payment",
    }  # fmt: skip


def test_claim_numbers_are_unique_and_some_begin_with_another(world: World) -> None:
    for claims in world.claims.values():
        numbers = Counter(claim.claim_number for claim in claims)
        assert set(numbers.values()) == {1}
        assert any(number[:-1] in numbers for number in numbers)


def test_the_money_of_a_decided_claim_adds_up(world: World) -> None:
    decided = [claim for claims in world.claims.values() for claim in claims if claim.lines]
    for claim in decided:
        assert sum(line.billed for line in claim.lines) == claim.billed
        assert sum(line.paid for line in claim.lines) == claim.paid
        for line in claim.lines:
            assert line.paid + sum(each.amount for each in line.adjustments) == line.billed
        assert (claim.check_number is not None) is (claim.paid is not None and claim.paid > ZERO)


def test_unknown_is_not_zero(world: World) -> None:
    plans = [plan for members in world.members.values() for member in members for plan in member.plans]
    met = {each.met for plan in plans for each in plan.deductibles}
    assert None in met
    assert Decimal("0.00") in met


def test_claims_count_when_one_of_their_days_is_in_the_range(world: World) -> None:
    bundled = next(claim for claim in world.claims["BHIL"] if claim.service_to - claim.service_from > timedelta(days=2))
    middle = bundled.service_from + timedelta(days=1)
    member = bundled.member
    assert bundled in world.claims_of("BHIL", member.member_id, member.birth_date, middle, middle)


def test_identifiers_pass_their_check_digit(world: World) -> None:
    def luhn(npi: str) -> bool:
        digits = [int(char) for char in reversed("80840" + npi)]
        doubled = [sum(divmod(digit * 2, 10)) for digit in digits[1::2]]
        return (sum(digits[::2]) + sum(doubled)) % 10 == 0

    assert all(luhn(claim.provider_npi) for claim in world.claims["AETNA"][:200])
