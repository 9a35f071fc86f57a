from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.capabilities.catalog import capability, write
from core.capabilities.common import NoLongerKept
from core.capabilities.remittances import (
    ExplainedClaim,
    Imbalance,
    Payment,
    PaymentStatus,
    Proof,
    Remittance,
    RemittanceNotFound,
    Remittances,
    RemittancesQuery,
    Rule,
)
from core.errors import RequestInvalid

REMITTANCES = capability("remittances")
TODAY = date.today()


def days_ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({}, "Exactly one is needed: check_number, claim_number, or paid_from with paid_to."),
        ({"provider_npi": "1457398216"}, "Exactly one is needed"),
        ({"check_number": "0042", "claim_number": "E1"}, "Exactly one is needed"),
        ({"check_number": "0042", "paid_from": days_ago(9), "paid_to": days_ago(2)}, "Exactly one is needed"),
        ({"paid_from": days_ago(9)}, "Paid_to is needed as well."),
        ({"paid_to": days_ago(9)}, "Paid_from is needed as well."),
        ({"paid_from": days_ago(2), "paid_to": days_ago(9)}, "Paid_from lies after paid_to."),
        ({"paid_from": days_ago(200), "paid_to": days_ago(9)}, "92 days apart at most"),
        ({"paid_from": "11/02/2026", "paid_to": days_ago(9)}, "paid_from is not a date; dates are written YYYY-MM-DD."),
        ({"paid_from": "1999-01-01", "paid_to": "1999-01-02"}, "paid_from must lie between"),
        ({"check_number": "0042", "provider_npi": "12"}, "provider_npi is not an NPI"),
        ({"check": "0042"}, "“check” is not a key of remittances; its keys are check_number, claim_number, paid_from"),
    ],
)
def test_bad_input_is_told_in_a_sentence(keys: dict[str, str], says: str) -> None:
    with pytest.raises(RequestInvalid) as refused:
        REMITTANCES.ask(keys)
    assert says in refused.value.sentence


@pytest.mark.parametrize(
    "keys",
    [
        {"check_number": " 0042 "},
        {"claim_number": "E00000001", "provider_npi": "1457398216"},
        {"paid_from": days_ago(92), "paid_to": days_ago(0)},
        {"paid_from": days_ago(5), "paid_to": days_ago(5), "claim_number": " "},
    ],
)
def test_each_way_to_ask_is_kept_as_it_was(keys: dict[str, str]) -> None:
    query = REMITTANCES.ask(keys)
    assert REMITTANCES.read_query(write(query)) == query
    assert "E00000001" not in str(query.model_dump_json())


def payment(number: str, amount: str, status: PaymentStatus, remittance: Remittance | None = None) -> Payment:
    return Payment(number=number, amount=Decimal(amount), status=status, remittance=remittance)


def test_the_sentence_counts_money_that_moved_and_files_that_do_not_come_out() -> None:
    flaw = Imbalance(rule=Rule.PAYMENT, computed=Decimal(10), stated=Decimal(12))
    whole, off = (Remittance(trace_number="1", amount=Decimal(10), imbalances=flaws) for flaws in ((), (flaw,)))
    issued = payment("1", "1000.50", PaymentStatus.ISSUED, whole)
    voided = payment("2", "70", PaymentStatus.VOIDED)
    again = payment("3", "70", PaymentStatus.REISSUED, off)
    assert flaw.difference == 2
    assert Remittances(payments=(issued,)).sentence == "1 payment, $1,000.50; 1 remittance read, none out of balance."
    assert Remittances(payments=(voided,)).sentence == "0 payments, $0.00, and 1 voided."
    every = Remittances(payments=(issued, voided, again))
    assert every.sentence == "2 payments, $1,070.50, and 1 voided; 2 remittances read, 1 out of balance."


def test_what_only_a_paper_explains_is_never_told_as_proven() -> None:
    nothing = payment("1", "7.10", PaymentStatus.ISSUED)
    papers = nothing.model_copy(update={"explained_amount": Decimal("7.10")})
    flaw = Imbalance(rule=Rule.EXPLANATION, computed=Decimal("7.10"), stated=Decimal(8))
    differs = papers.model_copy(update={"explained_amount": Decimal(8), "page_imbalances": (flaw,)})
    proven = payment("1", "7.10", PaymentStatus.ISSUED, Remittance(trace_number="1", amount=Decimal("7.10")))
    proofs = [each.proof for each in (nothing, papers, differs, proven)]
    assert proofs == [Proof.NONE, Proof.EOP_ONLY, Proof.OFF, Proof.BALANCED]
    assert Remittances(payments=(papers,)).sentence == "1 payment, $7.10; 1 by EOP only, without an 835."
    assert Remittances(payments=(proven, papers, differs)).sentence == (
        "3 payments, $21.30; 1 remittance read, 1 out of balance; 1 by EOP only, without an 835."
    )


@pytest.mark.parametrize(
    ("paid", "says"),
    [
        (("7.00", "0.10"), "add up to $7.10, which is the payment; no 835 proves it."),
        (("9.10",), "add up to $9.10; the payment is $7.10, difference -$2.00. Look what else it prints."),
        ((), None),
    ],
)
def test_claims_of_a_paper_are_summed_and_the_difference_is_told(paid: tuple[str, ...], says: str | None) -> None:
    claims = tuple(ExplainedClaim(claim_number=each, billed=Decimal(90), paid=Decimal(each)) for each in paid)
    paper = payment("1", "7.10", PaymentStatus.ISSUED).model_copy(
        update={"explained_amount": Decimal("7.10"), "explained_claims": claims}
    )
    told = paper.explained_sentence
    assert told is None if says is None else told is not None and told.endswith(says)
    assert paper.proof is Proof.EOP_ONLY, "whatever they add up to"
    assert ("do not add up" in Remittances(payments=(paper,)).sentence) is (paper.explained_difference != 0)


def test_answers_come_back_as_they_were_stored() -> None:
    for answer in (
        Remittances(payments=(payment("1", "7.10", PaymentStatus.ISSUED),), notes=("as of today",)),
        RemittanceNotFound(message="We did not find remittance data"),
        NoLongerKept(kept_from=TODAY),
    ):
        assert REMITTANCES.read_answer(write(answer)) == answer


def test_what_is_no_longer_shown_is_told_with_the_first_day_that_is() -> None:
    assert NoLongerKept(kept_from=date(2025, 10, 1)).sentence.endswith("it goes back to 2025-10-01.")


@pytest.mark.parametrize(
    ("keys", "row", "means"),
    [
        ({"check_number": " eft42 "}, ("EFT42", TODAY, None), True),
        ({"check_number": "EFT42"}, ("EFT421", TODAY, None), False),
        ({"claim_number": "e1 "}, ("EFT42", TODAY, "E1"), True),
        ({"claim_number": "E1"}, ("EFT42", TODAY, "E12"), False),
        ({"claim_number": "E1"}, ("E1", TODAY, None), False),
        ({"paid_from": days_ago(2), "paid_to": days_ago(0)}, ("EFT42", TODAY, None), True),
        ({"paid_from": days_ago(2), "paid_to": days_ago(1)}, ("EFT42", TODAY, None), False),
    ],
)
def test_a_listed_payment_is_meant_by_its_whole_number_or_its_day(
    keys: dict[str, str], row: tuple[str, date, str | None], *, means: bool
) -> None:
    query = REMITTANCES.ask(keys)
    assert isinstance(query, RemittancesQuery)
    assert query.means(*row) is means
