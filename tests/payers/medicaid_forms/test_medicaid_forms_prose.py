"""Sentences: each that the portal writes is understood in full, and one that it never wrote is not passed over."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bots.page import Field
from core.capabilities.common import Level, Period
from core.capabilities.eligibility import (
    Accumulator,
    AuthorizationNeed,
    Copay,
    Limitation,
    ManagedCare,
    OtherPayer,
    PlanStatus,
    PrimaryCare,
)
from core.capabilities.record import Record
from core.errors import PortalChanged
from payers.medicaid_forms.coverage import Prose, Sentence, plan
from payers.medicaid_forms.prose import CostLimit, FeeForService, InsuranceType, Spenddown, Standing, fact

ACTIVE = "Subscriber has eligibility for MA: Medical Assistance, beginning 01/01/2026."


def told(*sentences: str) -> Prose:
    return Prose(sentences=tuple(Sentence(fact=fact(each)) for each in sentences))


@pytest.mark.parametrize(
    ("sentence", "known"),
    [
        (
            "Subscriber is inactive: SD: Medical Assistance, Spenddown, beginning 01/01/2024 and ending 02/29/2024.",
            Standing(
                status=PlanStatus.INACTIVE,
                plan_name="SD: Medical Assistance, Spenddown",
                effective_on=date(2024, 1, 1),
                terminated_on=date(2024, 2, 29),
            ),
        ),
        ("Services are delivered through UCare.", ManagedCare(name="UCare")),
        (
            "Services are delivered through Health Plan, Inc.. Call the health plan at (612) 555-0100.",
            ManagedCare(name="Health Plan, Inc.", phone="(612) 555-0100"),
        ),
        (
            "A copayment of $1,003.50 per individual applies to Professional (Physician) Visit - Office (98).",
            Copay(
                service_type="Professional (Physician) Visit - Office",
                service_type_code="98",
                level=Level.INDIVIDUAL,
                amount=Decimal("1003.50"),
            ),
        ),
        (
            "A spenddown of $450.00 per individual applies. Of this, $0.00 has been met and $450.00 remains.",
            Spenddown(
                sums=Accumulator(
                    level=Level.INDIVIDUAL, total=Decimal("450.00"), met=Decimal("0.00"), remaining=Decimal("450.00")
                )
            ),
        ),
        (
            "Cost sharing is limited to $2,400.00 per household in a calendar year.",
            CostLimit(sums=Accumulator(level=Level.FAMILY, period=Period.CALENDAR_YEAR, total=Decimal("2400.00"))),
        ),
        (
            "Coverage of Mental Health (MH) is limited: 20 hours; more with prior authorization.",
            Limitation(
                service_type="Mental Health", service_type_code="MH", text="20 hours; more with prior authorization"
            ),
        ),
        (
            "MRI/CAT Scan (62) does not require prior authorization.",
            AuthorizationNeed(service_type="MRI/CAT Scan", service_type_code="62", required=False),
        ),
        (
            "The primary care provider is Luci Okonmere, MD; telephone (201) 333-4444.",
            PrimaryCare(name="Luci Okonmere, MD", phone="(201) 333-4444"),
        ),
        (
            "Subscriber has other insurance with Medicare Part B; policy number K00012; pays primary.",
            OtherPayer(name="Medicare Part B", member_id="K00012", order="primary"),
        ),
    ],
)
def test_a_sentence_is_understood_in_full(sentence: str, known: Record) -> None:
    assert fact(sentence) == known


@pytest.mark.parametrize(
    "sentence",
    [
        "Subscriber has eligibility for MA: Medical Assistance.",
        "Subscriber has eligibility for MA: Medical Assistance, beginning 1/1/2026.",
        f"{ACTIVE} Coverage is suspended.",
        "Subscriber is eligible for MA: Medical Assistance, beginning 01/01/2026.",
        "Services are not delivered through UCare.",
        "A copayment of $3 applies to Pharmacy (88).",
        "Subscriber has other insurance with Medicare Part B; pays last.",
        "",
    ],
)
def test_a_sentence_that_the_portal_never_wrote_is_a_change(sentence: str) -> None:
    with pytest.raises(PortalChanged):
        Field(fact).value(sentence, page="coverage", name="fact")


def test_a_programme_is_the_sum_of_its_sentences() -> None:
    read = plan(told(ACTIVE, "The type of coverage is Medicaid.", "Services are delivered through UCare."))
    assert (read.status, read.insurance_type, read.managed_care) == (
        PlanStatus.ACTIVE,
        "Medicaid",
        ManagedCare(name="UCare"),
    )
    assert (read.group_number, read.copays) == (None, ())
    assert plan(told(ACTIVE, "Services are paid by fee for service.")).managed_care is None


@pytest.mark.parametrize(
    "sentences",
    [
        [],
        [ACTIVE, ACTIVE],
        [ACTIVE, "Services are delivered through UCare.", "Services are paid by fee for service."],
        [ACTIVE, "The type of coverage is Medicaid.", "The type of coverage is Medicare."],
    ],
)
def test_sentences_that_cannot_all_be_true_are_a_change(sentences: list[str]) -> None:
    with pytest.raises(PortalChanged):
        plan(told(*sentences))


def test_words_stand_for_themselves() -> None:
    assert fact("The type of coverage is Medicaid.") == InsuranceType(name="Medicaid")
    assert fact("Services are paid by fee for service.") == FeeForService()
